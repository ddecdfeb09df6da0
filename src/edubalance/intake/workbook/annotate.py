"""An annotated copy of a workbook: the values as they were read, faulty cells marked, each with its comment."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from edubalance.intake.workbook.grid import Grid, Value
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
    """
    faults = list(faults)
    book = Workbook()
    listed = book.active
    listed.title = LIST_NAME[lang]
    _list(listed, faults, lang)
    titles = {LIST_NAME[lang].lower()}
    for number, grid in enumerate(grids):
        sheet = book.create_sheet(_title(grid.sheet or grid.file, titles, number))
        _copy(sheet, grid)
        _mark(sheet, [fault for fault in faults if fault.place.sheet == grid.sheet], lang)
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


def _write(cell: Cell, value: Value) -> None:
    """Write a value; text stays text whatever it begins with."""
    if isinstance(value, str):
        cell.value = value.translate(CONTROL)[:WIDEST_TEXT]
        cell.data_type = "s"
    else:
        cell.value = float(value) if isinstance(value, Decimal) else value


def _mark(sheet: Worksheet, faults: Iterable[SheetFault], lang: str) -> None:
    """Mark the cells with faults; what concerns a row, a column or the sheet is said in its first cell."""
    said: dict[tuple[int, int], list[str]] = {}
    for fault in faults:
        place = max(fault.place.row, 1), max(fault.place.column, 1)
        said.setdefault(place, []).append(f"{fault.rule(lang)}\n→ {fault.remedy(lang)}")
    for (row, column), texts in said.items():
        cell = sheet.cell(row, column)
        cell.fill = MARKED
        comment = Comment("\n\n".join(texts).translate(CONTROL)[:WIDEST_TEXT], AUTHOR)
        comment.width, comment.height = 360, 40 + 60 * len(texts)
        cell.comment = comment
