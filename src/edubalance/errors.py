"""Errors that a user can act on: what is wrong, where, and what to do."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from typing import Self

from edubalance import messages
from edubalance.characters import visible
from edubalance.messages import Fact, Facts

# Characters of a cell that a message repeats.
_SHOWN = 120


class EdubalanceError(Exception):
    """
    A mistake in what was given to the package; the command line turns it into exit code 2.

    Parameters
    ----------
    what : str
        What was expected and what was received.
    hint : str, optional
        What to do about it.

    Examples
    --------
    >>> str(EdubalanceError("Pupils must be positive; got -3.", hint="Correct the row."))
    'Pupils must be positive; got -3. Hint: Correct the row.'
    """

    def __init__(self, what: str, *, hint: str = "", key: str = "", facts: Facts | None = None) -> None:
        self.what = what
        self.hint = hint
        self.key = key
        self.facts: Facts = facts or {}
        super().__init__(f"{what} Hint: {hint}" if hint else what)

    @classmethod
    def of(cls, key: str, /, **facts: Fact) -> Self:
        """
        Make an error whose words stand in ``messages.yml``.

        Parameters
        ----------
        key : str
            Which message, below ``errors``.
        **facts : Fact
            What fills it; a pair is English and Chinese.

        Returns
        -------
        EdubalanceError
            Of this class.
        """
        what, hint = messages.pair("errors", key, facts, "en")
        return cls(what, hint=hint, key=key, facts=facts)

    def said(self, lang: str) -> str:
        """Say it in English (``en``) or Chinese (``zh``), as far as its words stand in ``messages.yml``."""
        if not self.key or lang == "en":
            return str(self)
        what, hint = messages.pair("errors", self.key, self.facts, lang)
        return f"{what}{f'办法：{hint}' if hint else ''}"


def _short(text: str) -> str:
    """Return what a cell holds so that it fits a message: its beginning, hidden characters escaped."""
    return visible(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


class StandardError(EdubalanceError):
    """A rule, standard or profile that does not exist, or was not in force on the day asked for."""


class CaseError(EdubalanceError):
    """A case that does not exist or whose files do not agree with each other."""


class MeasureError(EdubalanceError):
    """Values for which a measure is not defined."""


class StorageError(EdubalanceError):
    """A place where nothing can be written, or where another process is at work."""


# What systems refuse, by the key of the message; several numbers say the same.
_REFUSALS = {
    "no_space": ("ENOSPC", "EDQUOT", "EFBIG"),
    "no_permission": ("EACCES", "EPERM"),
    "read_only": ("EROFS",),
    "no_such_place": ("ENOENT",),
    "folder_in_place_of_file": ("EISDIR",),
    "file_in_place_of_folder": ("ENOTDIR",),
    "links_in_circle": ("ELOOP",),
    "name_too_long": ("ENAMETOOLONG",),
}
_KEYS = {getattr(errno, name): key for key, names in _REFUSALS.items() for name in names if hasattr(errno, name)}


def of_system(error: OSError) -> StorageError:
    """
    Say in the user's words what the system refused.

    Parameters
    ----------
    error : OSError
        As the system raised it.

    Returns
    -------
    StorageError
        With the file, if the system names one.

    Examples
    --------
    >>> str(of_system(PermissionError(13, "Permission denied", "form.xlsx")))
    'The system does not permit the use of form.xlsx. Hint: Name a place where you may write, or ask its owner.'
    """
    key = _KEYS.get(error.errno or 0)
    if key is None or (key != "no_space" and not error.filename):
        said = str(error.strerror or error)
        return StorageError.of("system_refused", reason=f"{error.filename}: {said}" if error.filename else said)
    return StorageError.of(key, file=str(error.filename or ""))


def system_reason(error: OSError) -> tuple[str, str]:
    """Say in English and Chinese, as a part of a sentence, why the system refused."""
    if _KEYS.get(error.errno or 0) == "no_space":
        return "no space left on the disk", "磁盘空间不足"
    said = error.strerror or str(error)
    return said, said


@dataclass(frozen=True)
class Fault:
    """
    One fault in a table.

    Attributes
    ----------
    file : str
        Name of the file (and of its sheet, where it has sheets).
    row : int or None
        Row as a spreadsheet counts it: the header is row 1. None where the whole column or file is meant.
    column : str
        Column name, empty where the whole row or file is meant.
    value : str
        The value as found, empty where it is missing.
    rule : str
        What the value should be, without a full stop: a table prints it as it is.
    remedy : str
        What to do.
    key : str
        Which message of ``messages.yml``; rule and remedy are its English. Empty where the words are prose.
    facts : mapping of str to Fact
        What fills the message.
    more : int
        Others of the same kind that are not listed.
    """

    file: str
    row: int | None
    column: str
    value: str
    rule: str
    remedy: str
    key: str = ""
    facts: Facts = field(default_factory=dict, hash=False)
    more: int = 0

    @classmethod
    def of(
        cls, key: str, file: str, row: int | None = None, column: str = "", value: str = "", /, **facts: Fact
    ) -> Fault:
        """
        Make a fault whose words stand in ``messages.yml``.

        Parameters
        ----------
        key : str
            Which message, below ``faults``.
        file : str
            Name of the file.
        row : int, optional
            Row as a spreadsheet counts it.
        column, value : str
            Name of the column, and what the cell holds.
        **facts : Fact
            What fills the message; a pair is English and Chinese, a `messages.Row` another row of the table.

        Returns
        -------
        Fault
            With its English words.

        Examples
        --------
        >>> fault = Fault.of("year_twice", "schools.csv", years="2022, 2023")
        >>> fault.line("zh")
        'schools.csv：一张表应只有一个年份；表名和标题为 2022, 2023。办法：请增加“年份”列，或更正表名、标题。'
        """
        rule, remedy = messages.pair("faults", key, facts, "en")
        return cls(file, row, column, value, rule, remedy, key, facts)

    def line(self, lang: str) -> str:
        """Say where, what and what to do in one line; in Chinese as far as the words stand in ``messages.yml``."""
        if lang == "en" or not self.key:
            return str(self)
        rule, remedy = messages.pair("faults", self.key, self.facts, lang)
        place = "，".join(
            part
            for part in (
                self.file,
                f"第{self.row}行" if self.row is not None else "",
                f"“{_short(self.column)}”列" if self.column else "",
            )
            if part
        )
        found = f"；现为“{_short(self.value)}”" if self.value else ""
        return f"{place}：{rule}{messages.more(self.more, lang)}{found}。办法：{remedy}"

    def __str__(self) -> str:
        """Say where, what and what to do in one line."""
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else "",
                f"column {_short(self.column)}" if self.column else "",
            )
            if part
        )
        found = f"; found {_short(self.value)!r}" if self.value else ""
        return f"{place}: {self.rule}{found}. Hint: {self.remedy}"


class TableError(EdubalanceError):
    """
    Faults in the tables, all together.

    Parameters
    ----------
    faults : sequence of Fault
        In the order of files, rows and columns.
    """

    def __init__(self, faults: tuple[Fault, ...] | list[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"{count} fault{'s' if count != 1 else ''} in the tables:\n{lines}")

    def said(self, lang: str) -> str:
        """Say all faults in English (``en``) or Chinese (``zh``), as far as their words stand in ``messages.yml``."""
        if lang == "en":
            return str(self)
        lines = "\n".join(f"  {fault.line(lang)}" for fault in self.faults)
        return f"数据表中有{len(self.faults)}处错误：\n{lines}"


class InputError(EdubalanceError):
    """
    A file that cannot be read as it is.

    Parameters
    ----------
    fault : Fault
        Of the file.
    """

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        what, _, hint = str(fault).partition(" Hint: ")
        super().__init__(what, hint=hint, key=fault.key, facts=fault.facts)

    def said(self, lang: str) -> str:
        """Say it in English (``en``) or Chinese (``zh``)."""
        return self.fault.line(lang)
