"""Sheets sketched in memory and written as xlsx, ods or CSV: what the messy example county is made with."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

from openpyxl import Workbook

from edubalance.intake.workbook.grid import Cell, Range

Drawn = str | int | Decimal | None
Path = tuple[str, ...]

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
)
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


@dataclass
class Sketch:
    """
    A sheet in memory.

    Attributes
    ----------
    name : str
        Of the sheet.
    rows : list of list
        Values; None where a cell is empty.
    merged : list of Range
        First and last cell, counted from 0.
    percent : set of Cell
        Cells that are shown as percent.
    """

    name: str
    rows: list[list[Drawn]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    percent: set[Cell] = field(default_factory=set)

    def add_line(self, text: str, width: int = 1) -> None:
        """Add a line of text, merged over some columns."""
        if width > 1:
            self.merged.append(((len(self.rows), 0), (len(self.rows), width - 1)))
        self.rows.append([text])

    def add_header(self, paths: Sequence[Path]) -> None:
        """Add a header of as many rows as its longest path, equal neighbours and short paths merged."""
        top, depth = len(self.rows), max(map(len, paths))
        self.rows.extend([path[row] if row < len(path) else None for path in paths] for row in range(depth))
        for row in range(depth):
            first = 0
            for column in range(1, len(paths) + 1):
                same = (
                    column < len(paths)
                    and len(paths[column]) > row + 1
                    and paths[column][: row + 1] == paths[first][: row + 1]
                )
                if not same:
                    self._merge_header(top, row, depth, first, column - 1, paths)
                    first = column

    def _merge_header(self, top: int, row: int, depth: int, first: int, last: int, paths: Sequence[Path]) -> None:
        """Merge one cell of a header to the right, or down where nothing stands below it."""
        if last > first:
            self.merged.append(((top + row, first), (top + row, last)))
            for column in range(first + 1, last + 1):
                self.rows[top + row][column] = None
        elif len(paths[first]) == row + 1 < depth:
            self.merged.append(((top + row, first), (top + depth - 1, first)))


def xlsx(sketches: Sequence[Sketch]) -> bytes:
    """
    Write sheets as an xlsx workbook.

    Parameters
    ----------
    sketches : sequence of Sketch
        The sheets.

    Returns
    -------
    bytes
        The workbook.
    """
    book = Workbook()
    book.remove(book.active)
    for sketch in sketches:
        sheet = book.create_sheet(sketch.name)
        for row, values in enumerate(sketch.rows, start=1):
            for column, value in enumerate(values, start=1):
                if value is not None:
                    cell = sheet.cell(row, column, float(value) if isinstance(value, Decimal) else value)
                    if (row - 1, column - 1) in sketch.percent:
                        cell.number_format = "0.0%"
        for (top, left), (bottom, right) in sketch.merged:
            sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(sketches: Sequence[Sketch]) -> bytes:
    """
    Write sheets as an ods workbook of the least that the format asks for.

    Parameters
    ----------
    sketches : sequence of Sketch
        The sheets.

    Returns
    -------
    bytes
        The workbook.
    """
    tables = "".join(
        f'<table:table table:name="{escape(each.name)}">{"".join(_ods_rows(each))}</table:table>' for each in sketches
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo("mimetype"), ODS_TYPE)
        package.writestr("META-INF/manifest.xml", MANIFEST)
        package.writestr("content.xml", content)
    return out.getvalue()


def _ods_rows(sketch: Sketch) -> list[str]:
    """Write the rows of a sheet in XML."""
    spans = {first: (last[0] - first[0] + 1, last[1] - first[1] + 1) for first, last in sketch.merged}
    rows = []
    for row, values in enumerate(sketch.rows):
        cells = [
            _ods_cell(value, spans.get((row, column)), percent=(row, column) in sketch.percent)
            for column, value in enumerate(values)
        ]
        rows.append(f"<table:table-row>{''.join(cells) or '<table:table-cell/>'}</table:table-row>")
    return rows


def _ods_cell(value: Drawn, span: tuple[int, int] | None, *, percent: bool) -> str:
    """Write one cell in XML."""
    merged = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    if value is None:
        return f"<table:table-cell{merged}/>"
    if isinstance(value, str):
        return (
            f'<table:table-cell{merged} office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        )
    kind = "percentage" if percent else "float"
    return f'<table:table-cell{merged} office:value-type="{kind}" office:value="{value}"/>'


def text(sketch: Sketch, encoding: str) -> bytes:
    """
    Write a sheet as CSV.

    Parameters
    ----------
    sketch : Sketch
        The sheet; merged cells are blank but for the first, as spreadsheet programs write them.
    encoding : str
        ``utf-8``, ``utf-8-sig`` or ``gb18030``.

    Returns
    -------
    bytes
        The file.
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(sketch.rows)
    return out.getvalue().encode(encoding)
