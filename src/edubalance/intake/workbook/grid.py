"""A sheet as a grid of raw values, and the address of each of its cells."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = (
    str | int | float | bool | Decimal | datetime.date | datetime.datetime | datetime.time | datetime.timedelta
)
Range: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
Cell: TypeAlias = tuple[int, int]


@dataclass(frozen=True, order=True)
class Place:
    """
    Where something stands.

    Attributes
    ----------
    file, sheet : str
        Names; the sheet of a CSV file is empty.
    row, column : int
        Counted from 1, as spreadsheets do; 0 where the whole sheet, row or column is meant.
    """

    file: str
    sheet: str = ""
    row: int = 0
    column: int = 0

    @property
    def address(self) -> str:
        """The address in the sheet: ``C7``, ``C`` for a column, ``7`` for a row, empty for the whole sheet."""
        return f"{letters(self.column) if self.column else ''}{self.row or ''}"

    def __str__(self) -> str:
        """Name file, sheet and address."""
        sheet = f"[{self.sheet}]" if self.sheet else ""
        return f"{self.file}{sheet}{' ' if self.address else ''}{self.address}"


@dataclass(frozen=True, eq=False)
class Grid:
    """
    One sheet as it stands in its file.

    Attributes
    ----------
    file, sheet : str
        Names; the sheet of a CSV file is empty.
    rows : list of list of Value
        Raw values, the empty string where a cell is empty; rows may differ in length.
    merged : tuple of Range
        Merged cells: first and last cell, counted from 0.
    percent : frozenset of Cell
        Cells that are shown as percent and hold the fraction.
    shown : mapping of Cell to str
        What the sheet shows of cells that may show another value than they hold.
    broken : mapping of Cell to str
        Cells that cannot be read: an error value, or ``formula`` for one that was never computed.
    formulas, linked : int
        How many values a formula gave, and how many of those formulas look into another workbook.
    formats_known : bool
        Whether the reader can tell percent formats and error values; of the old ``xls`` it cannot.
    origin : mapping of Cell to Cell
        Of a form that is laid out as a table: where each of its cells stands in the sheet.
    hidden : tuple of frozenset of int
        Rows and columns that are hidden, by hand or by a filter.
    noughts : bool
        Whether the sheet shows noughts.
    decimal_commas : bool
        Whether a comma in a number may be a decimal one: in text whose cells semicolons part.
    package : bytes
        The xlsx file that it stands in, from which an annotated copy takes its looks; empty for other files.
    """

    file: str
    sheet: str
    rows: list[list[Value]]
    merged: tuple[Range, ...] = ()
    percent: frozenset[Cell] = frozenset()
    broken: Mapping[Cell, str] = field(default_factory=dict)
    formulas: int = 0
    linked: int = 0
    formats_known: bool = True
    origin: Mapping[Cell, Cell] = field(default_factory=dict)
    shown: Mapping[Cell, str] = field(default_factory=dict)
    hidden: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
    noughts: bool = True
    decimal_commas: bool = False
    package: bytes = field(default=b"", repr=False)

    @property
    def width(self) -> int:
        """The number of cells of the longest row."""
        return max(map(len, self.rows), default=0)

    def at(self, row: int, column: int) -> Value:
        """Return the value at a place counted from 0; empty beyond the end of a row or of the sheet."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        """Return the place of a cell counted from 0; of a row or a column where one of the two is None."""
        if self.origin:
            row, column = self.origin.get((row or 0, column or 0), (None, None)) if column is not None else (None, None)
        return Place(self.file, self.sheet, 0 if row is None else row + 1, 0 if column is None else column + 1)


def letters(column: int) -> str:
    """
    Return the letters of a column counted from 1.

    Parameters
    ----------
    column : int
        1 or more.

    Returns
    -------
    str
        As spreadsheets write it.

    Examples
    --------
    >>> letters(1), letters(26), letters(27), letters(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def shown(value: Value) -> str:
    """
    Return a value as text for a message, cut where it is long.

    Parameters
    ----------
    value : Value
        Of a cell.

    Returns
    -------
    str
        At most 60 characters.

    Examples
    --------
    >>> shown(12.0), shown("x" * 90)[-3:], shown(datetime.date(2020, 3, 1))
    ('12', 'xx…', '2020-03-01')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
