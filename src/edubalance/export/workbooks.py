"""Workbooks: the same bytes on every run, no text that a spreadsheet would run, written whole or not at all."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from edubalance import storage
from edubalance.characters import visible
from edubalance.spreadsheets import is_formula

# Workbooks carry a time of making; a fixed one keeps two runs the same.
EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)


def put(cell: Cell, value: float | str | None) -> None:
    """
    Put a value into a cell; a text stays a text.

    Parameters
    ----------
    cell : Cell
        Cell of a worksheet.
    value : float or str or None
        None leaves the cell empty. A whole number is written without decimals.

    Notes
    -----
    A text that begins as a formula does is marked as a quotation, so that no spreadsheet runs it. Control characters,
    which no workbook holds, are escaped.

    Examples
    --------
    >>> sheet = Workbook().active
    >>> put(sheet["A1"], "=1+1")
    >>> sheet["A1"].data_type, sheet["A1"].quotePrefix
    ('s', True)
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and ILLEGAL_CHARACTERS_RE.search(value):
        value = visible(value, "\t\r\n")
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if is_formula(value):
            cell.quotePrefix = True


def save(workbook: Workbook, file: Path, changed: storage.Change | None = None) -> None:
    """
    Save a workbook whole or not at all.

    Parameters
    ----------
    workbook : Workbook
        Any workbook.
    file : Path
        Replaced if it is there; its folder is made if need be.
    changed : Change, optional
        Takes the file; it is written at once unless given.
    """
    workbook.properties.created = workbook.properties.modified = EPOCH
    workbook.properties.creator = "Edubalance"
    written, packed = io.BytesIO(), io.BytesIO()
    workbook.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = _without_time(content)
            target.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    if changed is None:
        storage.write(file, packed.getvalue())
    else:
        changed.write(file, packed.getvalue())


def _without_time(core: bytes) -> bytes:
    """Take the time of saving, which openpyxl writes by the clock, out of a workbook's properties."""
    start, end = b'<dcterms:modified xsi:type="dcterms:W3CDTF">', b"</dcterms:modified>"
    head, _, rest = core.partition(start)
    _, _, tail = rest.partition(end)
    return head + start + EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + end + tail
