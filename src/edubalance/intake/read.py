"""From a CSV file to a table of text: nothing converted, nothing repaired, every odd thing reported."""

from __future__ import annotations

import csv
import difflib
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from edubalance import codebook
from edubalance.errors import Fault
from edubalance.intake.faults import of_a_kind

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
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
        UTF-8, with or without a byte order mark; fields separated by commas.
    table : Table
        Which table it should be.

    Returns
    -------
    TextTable
        The cells, and the faults of file and header. Only an empty cell is missing; ``NA`` is text.
    """
    text, fault = _decoded(path)
    if fault:
        return TextTable(table, path.name, pd.DataFrame(), (fault,))
    rows, faults = _rows(text, path.name)
    if not rows:
        return TextTable(table, path.name, pd.DataFrame(), tuple(faults or [_empty(path.name)]))
    names, header_faults = _header(rows[0], table, path.name)
    body, shape_faults = _body(rows, path.name)
    keep = [number for number, name in enumerate(names) if name]
    cells = pd.DataFrame(
        {names[number]: [row[number] for row in body.values()] for number in keep},
        index=pd.Index(list(body), dtype="int64", name="row"),
        dtype="string",
    )
    return TextTable(table, path.name, cells, tuple(faults + header_faults + shape_faults))


def _decoded(path: Path) -> tuple[str, Fault | None]:
    """Read the file as UTF-8, or say what it seems to be instead."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        rule = f"the file should be in the folder {path.parent.name or '.'} and readable ({error.strerror})"
        return "", Fault(path.name, None, "", "", rule, "Put the file there, or correct the path.")
    if raw.startswith(WORKBOOKS):
        return "", Fault(path.name, None, "", "", "the file should be CSV; it is a workbook of a spreadsheet", SAVE_AS)
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        return "", Fault(path.name, row, "", "", "the file should be encoded as UTF-8", _encoding_remedy(raw))


def _encoding_remedy(raw: bytes) -> str:
    """Name the encoding that the bytes fit."""
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return SAVE_AS
    return f"Its bytes fit GB18030 (GBK), the usual encoding of Chinese spreadsheets. {SAVE_AS}"


def _rows(text: str, file: str) -> tuple[list[list[str]], list[Fault]]:
    """Split text into rows of fields; at a broken quotation, stop and say where."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append(row)  # noqa: PERF402 - the rows before a broken one are kept
    except csv.Error as error:
        remedy = "A cell that holds a comma, a quotation mark or a line break stands in quotation marks, closed again."
        return rows, [Fault(file, len(rows) + 1, "", "", f"the row should be readable as CSV ({error})", remedy)]
    return rows, []


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
    names: list[str] = []
    faults: list[Fault] = []
    for position, found in enumerate(header, start=1):
        name = known.get(found.strip(), "")
        faults += _header_faults(found, name, names, position, table, file)
        names.append("" if name in names else name)
    return names, faults + _absent(table, names, file)


def _header_faults(
    found: str, name: str, before: list[str], position: int, table: codebook.Table, file: str
) -> list[Fault]:
    """Judge one header."""
    if not found.strip():
        rule = f"every column should have a name; column {position} has none"
        return [Fault(file, 1, "", "", rule, "Name the column or delete it.")]
    if not name:
        return [Fault(file, 1, found, "", f"{table.name} has no such column", _nearest(found, table))]
    if name in before:
        return [Fault(file, 1, name, found, "the column should stand once", "Delete one of the two.")]
    if found != name:
        return [Fault(file, 1, name, found, "the header should be the column's name", f"Rename it to {name}.")]
    return []


def _nearest(found: str, table: codebook.Table) -> str:
    """Say which column was probably meant."""
    known = {name: column.name for column in table.columns for name in (column.name, column.zh, *column.aliases)}
    close = difflib.get_close_matches(found.strip().lower(), known, n=1, cutoff=0.6)
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
