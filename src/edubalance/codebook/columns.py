"""The parts that a codebook is made of: codes, columns, tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from edubalance.errors import EdubalanceError

KINDS = ("text", "code", "integer", "number")


@dataclass(frozen=True)
class Code:
    """
    One code of a code list.

    Attributes
    ----------
    value : str
        The code as it stands in a file.
    en, zh : str
        What it means.
    levels : tuple of str
        For a type of school: the levels that it may have. Empty for other code lists.
    """

    value: str
    en: str
    zh: str
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bound:
    """A range of sense, which refuses slips of a digit, a sign or a unit and judges nothing; and why."""

    minimum: float | None
    maximum: float | None
    en: str
    zh: str


@dataclass(frozen=True)
class Column:
    """
    One column of a table.

    Attributes
    ----------
    name : str
        Header in the file.
    kind : {"text", "code", "integer", "number"}
        What a cell holds.
    required : bool
        Whether the column must be there and every cell filled.
    codes : tuple of str
        Codes allowed; empty unless the kind is ``code``.
    code_list : str
        Name of the code list; empty unless the kind is ``code``.
    minimum, maximum : float or None
        Closed range of a number.
    unit_en, unit_zh : str
        Unit of a number; empty where it has none.
    zh : str
        Chinese header.
    aliases : tuple of str
        Other usual Chinese headers.
    meaning, meaning_zh : str
        What it says, in English and in Chinese.
    not_above : str
        Column of the same table that this one cannot exceed; empty where there is none.
    why : tuple of str
        Why a number can be no other than from `minimum` to `maximum`, in English and in Chinese; empty where nothing
        is to be said.
    free : bool
        Whether a text is to be read only; others are codes or names, by which rows are told apart and joined.
    """

    name: str
    kind: str
    required: bool
    codes: tuple[str, ...]
    code_list: str
    minimum: float | None
    maximum: float | None
    unit_en: str
    unit_zh: str
    zh: str
    aliases: tuple[str, ...]
    meaning: str
    meaning_zh: str
    not_above: str
    why: tuple[str, str] = ("", "")
    free: bool = False

    @property
    def is_key(self) -> bool:
        """Whether rows are told apart or joined by it."""
        return self.kind == "text" and not self.free

    @property
    def is_number(self) -> bool:
        """Whether a cell holds a number."""
        return self.kind in ("integer", "number")

    def unit(self, lang: str) -> str:
        """Return the unit in English (``en``) or Chinese (``zh``); empty where there is none."""
        return self.unit_zh if lang == "zh" else self.unit_en

    def label(self, lang: str) -> str:
        """Return the header in English (``en``: the name) or Chinese (``zh``)."""
        return self.zh if lang == "zh" else self.name

    def means(self, lang: str) -> str:
        """Return the meaning in English (``en``) or Chinese (``zh``)."""
        return self.meaning_zh if lang == "zh" else self.meaning


@dataclass(frozen=True)
class Sum:
    """Columns that together cannot exceed another one."""

    parts: tuple[str, ...]
    whole: str
    meaning: str
    meaning_zh: str

    def means(self, lang: str) -> str:
        """Return the meaning in English (``en``) or Chinese (``zh``)."""
        return self.meaning_zh if lang == "zh" else self.meaning


@dataclass(frozen=True)
class Nothing:
    """Columns that are 0 where another one is 0."""

    without: str
    columns: tuple[str, ...]
    meaning: str
    meaning_zh: str

    def means(self, lang: str) -> str:
        """Return the meaning in English (``en``) or Chinese (``zh``)."""
        return self.meaning_zh if lang == "zh" else self.meaning


@dataclass(frozen=True)
class Table:
    """
    One table: its key, its columns, and what must hold between them.

    Attributes
    ----------
    name : str
        ``schools``, ``sections``, ``county`` or another one.
    zh : str
        Chinese name.
    meaning, meaning_zh : str
        What a row is, in English and in Chinese.
    key : tuple of str
        Columns that together name a row.
    columns : tuple of Column
        In the order of the file.
    sums : tuple of Sum
        Limits on sums of columns.
    nothing : tuple of Nothing
        Columns that are 0 where another one is.
    """

    name: str
    zh: str
    meaning: str
    meaning_zh: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    sums: tuple[Sum, ...]
    nothing: tuple[Nothing, ...] = ()

    def means(self, lang: str) -> str:
        """Return the meaning in English (``en``) or Chinese (``zh``)."""
        return self.meaning_zh if lang == "zh" else self.meaning

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def dtypes(self) -> dict[str, str]:
        """
        The pandas type of each column.

        Text and codes are ``string``; numbers ``float64``, so that a missing value is NaN; a number in the key
        is ``int64``, for it is never missing.
        """
        return {column.name: self._dtype(column) for column in self.columns}

    def _dtype(self, column: Column) -> str:
        """Return the pandas type of one column."""
        if not column.is_number:
            return "string"
        return "int64" if column.name in self.key and column.kind == "integer" else "float64"

    def column(self, name: str) -> Column:
        """Return one column; unknown names are refused."""
        for column in self.columns:
            if column.name == name:
                return column
        raise EdubalanceError(
            f"The table {self.name} has no column {name!r}.", hint=f"Its columns: {', '.join(self.names)}."
        )

    def without_rows(self) -> pd.DataFrame:
        """Return a frame without rows that has all columns of the table, with their types."""
        return self.conform(pd.DataFrame({name: [] for name in self.key}))

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """
        Give a frame all columns of the table, in order, with their types.

        It checks no value: that is what `edubalance.intake` is for. Columns that the frame lacks are added,
        all missing; rows keep their order and are numbered anew.

        Parameters
        ----------
        frame : DataFrame
            Has at least the columns of the key, and no column that the table does not know.

        Returns
        -------
        DataFrame
            A new frame.

        Raises
        ------
        EdubalanceError
            If a column of the key is absent or a column is unknown.

        Examples
        --------
        >>> from edubalance import codebook
        >>> given = pd.DataFrame({"county": ["D"], "year": [2023], "variable": ["v"]})
        >>> county = codebook.table("county").conform(given)
        >>> list(county.columns), float(county["value"].iloc[0])
        (['county', 'year', 'variable', 'value', 'evidence'], nan)
        """
        for name in frame.columns:
            self.column(name)
        absent = [name for name in self.key if name not in frame.columns]
        if absent:
            raise EdubalanceError(
                f"The table {self.name} needs the column {absent[0]!r}.", hint="It is part of the key."
            )
        return frame.reindex(columns=list(self.names)).astype(self.dtypes).reset_index(drop=True)


@dataclass(frozen=True)
class Codebook:
    """
    All tables and code lists.

    Attributes
    ----------
    tables : mapping of str to Table
        By name, in the order of the codebook.
    codes : mapping of str to mapping of str to Code
        Code lists by name, each by code.
    """

    tables: Mapping[str, Table]
    codes: Mapping[str, Mapping[str, Code]]
