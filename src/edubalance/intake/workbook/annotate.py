"""An annotated copy of a workbook: the values as they were read, faulty cells marked, each with its comment."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from edubalance.intake.workbook import looks
from edubalance.intake.workbook.grid import Grid, Value
from edubalance.intake.workbook.looks import Palette
from edubalance.intake.workbook.messages import SheetFault

MARKED = PatternFill("solid", fgColor="FFD966")
SUFFIX = ".faults.xlsx"
LIST_NAME = {"en": "faults", "zh": "问题清单"}
LIST_HEAD = {
    "en": ("sheet", "cell", "value", "expected", "what to do"),
    "zh": ("工作表", "单元格", "现值", "要求", "办法"),
}
AUTHOR = "edubalance"
# Characters that a workbook cannot hold.
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
WIDEST_TEXT = 32_000
BAD_IN_TITLES = dict.fromkeys(map(ord, "[]:*?/\\'"), "_")
LONGEST_TITLE = 31
# Columns that a sheet can have, and cells under merged ones: every one of them takes memory.
WIDEST_SHEET, MOST_MERGED = 16_384, 100_000


def annotated(grids: Sequence[Grid], faults: Iterable[SheetFault], lang: str) -> bytes:
    """
    Make the annotated copy of one file.

    Parameters
    ----------
    grids : sequence of Grid
        The sheets of the file; none where it could not be opened.
    faults : iterable of SheetFault
        The faults of the file.
    lang : {"en", "zh"}
        Language of the comments.

    Returns
    -------
    bytes
        An xlsx workbook: a list of all faults, then the sheets with the faulty cells marked.

    Notes
    -----
    The copy holds values only. Formulas, macros and links stay behind, and text that begins like a formula is text.
    Of an xlsx file it keeps number formats, fonts, fills, borders, widths, heights, merged cells and frozen panes; all
    rows and columns are shown.
    """
    faults = list(faults)
    palette = looks.palette(tuple(grids))
    book = palette.book if palette else Workbook()
    spare = book.worksheets[0]
    titles = {LIST_NAME[lang].lower(), spare.title.lower()}
    _list(book.create_sheet(LIST_NAME[lang]), faults, lang)
    for number, grid in enumerate(grids):
        sheet = book.create_sheet(_title(grid.sheet or grid.file, titles, number))
        own = [fault for fault in faults if fault.place.sheet == grid.sheet]
        _copy(sheet, grid)
        if palette:
            _paint(sheet, palette, grid.sheet)
        _merge(sheet, grid, own)
        _mark(sheet, own, lang)
    book.remove(spare)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _title(name: str, taken: set[str], number: int) -> str:
    """Return a title that a workbook can have and that no other sheet has."""
    title = name.translate(BAD_IN_TITLES).translate(CONTROL)[:LONGEST_TITLE] or "sheet"
    if title.lower() in taken:
        title = f"{title[: LONGEST_TITLE - 5]} {number}"
    taken.add(title.lower())
    return title


def _list(sheet: Worksheet, faults: Iterable[SheetFault], lang: str) -> None:
    """Write all faults below each other."""
    for column, head in enumerate(LIST_HEAD[lang], start=1):
        sheet.cell(1, column).font = Font(bold=True)
        _write(sheet.cell(1, column), head)
    for row, fault in enumerate(faults, start=2):
        texts = (fault.place.sheet, fault.place.address, fault.value, fault.rule(lang), fault.remedy(lang))
        for column, text in enumerate(texts, start=1):
            _write(sheet.cell(row, column), text)
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDE", (16, 10, 24, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def _copy(sheet: Worksheet, grid: Grid) -> None:
    """Copy the values of a sheet; a merged cell stands in its first cell."""
    for row, values in enumerate(grid.rows):
        for column, value in enumerate(values):
            if value != "":
                cell = sheet.cell(row + 1, column + 1)
                _write(cell, value)
                if (row, column) in grid.percent:
                    cell.number_format = "0.00%"
    for place, found in grid.broken.items():
        _write(sheet.cell(place[0] + 1, place[1] + 1), found)


def _paint(sheet: Worksheet, palette: Palette, name: str) -> None:
    """Give a sheet the looks that it had."""
    look = palette.looks[name]
    for (row, column), style in look.styles.items():
        palette.paint(sheet.cell(row + 1, column + 1), style)
    for column, width in look.widths.items():
        sheet.column_dimensions[get_column_letter(column + 1)].width = width
    for row, height in look.heights.items():
        sheet.row_dimensions[row + 1].height = height
    if any(look.frozen):
        sheet.freeze_panes = sheet.cell(look.frozen[0] + 1, look.frozen[1] + 1)


def _merge(sheet: Worksheet, grid: Grid, faults: Iterable[SheetFault]) -> None:
    """Merge the cells that were merged, but none that hide a value or a mark, and none twice."""
    shown = {(row - 1, column - 1) for row, column in map(_marked, faults)} | set(grid.broken)
    taken: set[tuple[int, int]] = set()
    for first, last in grid.merged:
        height, width = last[0] - first[0] + 1, last[1] - first[1] + 1
        inside = min(height, width) >= 1 and last[0] < len(grid.rows) and last[1] < WIDEST_SHEET
        if not inside or not 1 < height * width <= MOST_MERGED - len(taken):
            continue
        cells = set(itertools.product(range(first[0], last[0] + 1), range(first[1], last[1] + 1)))
        covered = cells - {first}
        if not cells & taken and not covered & shown and not any(grid.at(*cell) != "" for cell in covered):
            sheet.merge_cells(None, first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
            taken |= cells


def _write(cell: Cell, value: Value) -> None:
    """Write a value; text stays text whatever it begins with."""
    if isinstance(value, str):
        cell.value = value.translate(CONTROL)[:WIDEST_TEXT]
        cell.data_type = "s"
    else:
        cell.value = float(value) if isinstance(value, Decimal) else value


def _marked(fault: SheetFault) -> tuple[int, int]:
    """Return the cell in which a fault is said, counted from 1."""
    return max(fault.place.row, 1), max(fault.place.column, 1)


def _mark(sheet: Worksheet, faults: Iterable[SheetFault], lang: str) -> None:
    """Mark the cells with faults; what concerns a row, a column or the sheet is said in its first cell."""
    said: dict[tuple[int, int], list[str]] = {}
    for fault in faults:
        said.setdefault(_marked(fault), []).append(f"{fault.rule(lang)}\n→ {fault.remedy(lang)}")
    for (row, column), texts in said.items():
        cell = sheet.cell(row, column)
        cell.fill = MARKED
        comment = Comment("\n\n".join(texts).translate(CONTROL)[:WIDEST_TEXT], AUTHOR)
        comment.width, comment.height = 360, 40 + 60 * len(texts)
        cell.comment = comment
