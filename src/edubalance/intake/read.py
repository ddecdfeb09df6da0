"""From a CSV file to a table of text: nothing converted, nothing repaired, every odd thing reported."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from edubalance import codebook, inputs, notices
from edubalance.errors import Fault, InputError
from edubalance.intake.faults import of_a_kind
from edubalance.spreadsheets import as_meant

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
LONGEST_NAME = 60
SAVE_AS = "Open the file in the spreadsheet program and save it as 'CSV UTF-8 (comma delimited)'."


@dataclass(frozen=True, eq=False)
class TextTable:
    """
    A table as it stands in its file.

    Attributes
    ----------
    table : Table
        What the codebook says of it.
    file : str
        Name of the file.
    cells : DataFrame
        Text, one column for each column known; the index counts rows as a spreadsheet does, the header being
        row 1. Without columns where the file could not be read.
    faults : tuple of Fault
        Faults of the file and of its header.
    """

    table: codebook.Table
    file: str
    cells: pd.DataFrame
    faults: tuple[Fault, ...]

    def cell(self, row: int, column: str) -> str:
        """Return a cell as it stands in the file."""
        return str(self.cells.loc[row, column])


def read_text(path: Path, table: codebook.Table) -> TextTable:
    """
    Read a CSV file as text.

    Parameters
    ----------
    path : Path
        UTF-8, with or without a byte order mark, UTF-16 with one, or GB18030; fields separated by commas.
    table : Table
        Which table it should be.

    Returns
    -------
    TextTable
        The cells, without marks that kept spreadsheets from running them, and the faults of file and header. Only an empty cell is missing; ``NA`` is text. An encoding other
        than UTF-8 is logged.
    """
    rows: list[list[str]] = []
    try:
        rows.extend([as_meant(cell) for cell in row] for row in inputs.rows(_text(path), path.name))
        broken: list[Fault] = []
    except InputError as error:
        broken = [error.fault]
    if not rows or (broken and broken[0].key == "too_many_cells"):
        return TextTable(table, path.name, pd.DataFrame(), tuple(broken or [_empty(path.name)]))
    names, header_faults = _header(rows[0], table, path.name)
    body, shape_faults = _body(rows, path.name)
    keep = [number for number, name in enumerate(names) if name]
    cells = pd.DataFrame(
        {names[number]: [row[number] for row in body.values()] for number in keep},
        index=pd.Index(list(body), dtype="int64", name="row"),
        dtype="string",
    )
    return TextTable(table, path.name, cells, tuple(broken + header_faults + shape_faults))


def _text(path: Path) -> str:
    """Read the file as text; refuse a workbook, and say which encoding was read where it is not the usual one."""
    raw = inputs.content(path)
    if raw.startswith(WORKBOOKS):
        kind = ("a workbook of a spreadsheet", "电子表格的工作簿")
        raise InputError(Fault.of("not_csv", path.name, kind=kind))
    text, encoding = inputs.decoded(raw, path.name)
    if encoding != inputs.UTF8:
        notices.log("encoding", file=path.name, encoding=encoding)
    return text


def _empty(file: str) -> Fault:
    """Say that there is nothing in the file."""
    return Fault(file, None, "", "", "the file should have a header and rows; it is empty", "Fill it, or remove it.")


def _header(header: list[str], table: codebook.Table, file: str) -> tuple[list[str], list[Fault]]:
    """
    Find the column that each header names.

    Returns the names, empty where a header names none or one named before; a Chinese header is a fault, but its
    column is read on, so that the faults of its cells come in the same report.
    """
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        rule = "fields should be separated by commas"
        return [""], [Fault(file, 1, "", header[0][:60], rule, SAVE_AS)]
    known = {name: column.name for column in table.columns for name in (column.name, column.zh, *column.aliases)}
    meant = [known.get(found.strip(), "") for found in header]
    first = {name: position for position, name in reversed(list(enumerate(meant)))}
    names = [name if first[name] == position else "" for position, name in enumerate(meant)]
    kinds: tuple[tuple[Callable[[int], bool], Callable[[int], Fault]], ...] = (
        (lambda place: not header[place].strip(), partial(_nameless, file)),
        (lambda place: bool(header[place].strip()) and not meant[place], partial(_unknown, file, table, header)),
        (lambda place: bool(meant[place]) and not names[place], partial(_twice, file, header, meant)),
        (lambda place: bool(names[place]) and header[place] != names[place], partial(_renamed, file, header, names)),
    )
    faults = [
        fault
        for test, word in kinds
        for fault in of_a_kind([place for place in range(len(header)) if test(place)], word)
    ]
    return names, faults + _absent(table, names, file)


def _nameless(file: str, place: int) -> Fault:
    """Word a column without a name."""
    rule = f"every column should have a name; column {place + 1} has none"
    return Fault(file, 1, "", "", rule, "Name the column or delete it.")


def _unknown(file: str, table: codebook.Table, header: Sequence[str], place: int) -> Fault:
    """Word a header that names no column."""
    return Fault(file, 1, header[place], "", f"{table.name} has no such column", _nearest(header[place], table))


def _twice(file: str, header: Sequence[str], meant: Sequence[str], place: int) -> Fault:
    """Word a column that stands a second time."""
    return Fault(file, 1, meant[place], header[place], "the column should stand once", "Delete one of the two.")


def _renamed(file: str, header: Sequence[str], names: Sequence[str], place: int) -> Fault:
    """Word a header that is another name of its column."""
    rule, remedy = "the header should be the column's name", f"Rename it to {names[place]}."
    return Fault(file, 1, names[place], header[place], rule, remedy)


def _nearest(found: str, table: codebook.Table) -> str:
    """Say which column was probably meant."""
    known = {name: column.name for column in table.columns for name in (column.name, column.zh, *column.aliases)}
    close = difflib.get_close_matches(found.strip().lower()[:LONGEST_NAME], known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {known[close[0]]}? Otherwise delete the column."
    return f"Delete the column; {table.name} knows {', '.join(table.names)}."


def _absent(table: codebook.Table, names: list[str], file: str) -> list[Fault]:
    """Name the required columns that are not there."""
    return [
        Fault(file, 1, column.name, "", "the column is required and missing", f"Add it: {column.meaning}")
        for column in table.columns
        if column.required and column.name not in names
    ]


def _body(rows: list[list[str]], file: str) -> tuple[dict[int, list[str]], list[Fault]]:
    """Take the rows below the header that have as many cells as it has; report the others."""
    width = len(rows[0])
    body = {number: row for number, row in enumerate(rows[1:], start=2) if len(row) == width and any(row)}
    empty = [number for number, row in enumerate(rows[1:], start=2) if not any(row)]
    uneven = [number for number, row in enumerate(rows[1:], start=2) if any(row) and len(row) != width]

    def word_empty(row: int) -> Fault:
        return Fault(file, row, "", "", "the row should not be empty", "Delete the row.")

    def word_uneven(row: int) -> Fault:
        rule = f"the row should have {width} cells as the header has; it has {len(rows[row - 1])}"
        return Fault(file, row, "", "", rule, "Put a cell that holds a comma in quotation marks; add missing cells.")

    return body, of_a_kind(empty, word_empty) + of_a_kind(uneven, word_uneven)
