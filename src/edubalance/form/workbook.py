"""The filled form as a workbook: Tables I to VI, what is open, and where every number comes from."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from pathlib import Path
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from edubalance import storage
from edubalance.export import workbooks
from edubalance.form.application import LINES_ABOVE, Application
from edubalance.form.sheets import Sheet
from edubalance.form.writing import Cell

LINE = Side(style="thin", color="808080")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEAD = PatternFill("solid", fgColor="E8EEF4")
WRAPPED = Alignment(wrap_text=True, vertical="center", horizontal="center")
WRAPPED_LEFT = Alignment(wrap_text=True, vertical="center", horizontal="left")
LISTED = Alignment(wrap_text=True, vertical="top", horizontal="left")
FONT = "宋体"
LONG = 24
# Of the 31 characters of a sheet's name.
MOST_OF_A_NAME = 28
POINTS = 16.0
# Bold letters are wider, and a heading breaks between words only.
BOLD = 1.25
# Wide enough that a unit in brackets stays in one piece; Table II-2 as narrow as can be, so that it prints large.
WIDTH = 19
WIDTHS = {"表Ⅳ": (6, 38, 74, 10), "表Ⅴ": (6, 38, 74, 10), "表Ⅱ-2": (6, 12, 6, 11, *[9] * 10, 9, 34)}
# Tables with a row a school run over pages; the others are one page each.
MANY_PAGES = ("表Ⅱ-2",)
LIST_WIDTHS = {"open": (10, 10, 56, 84), "trace": (10, 10, 30, 56, 22, 64)}
WIDTHS["申报条件"] = (8, 34, 8, 10, 10, 10, 24, 16, 46)
OPEN_HEADS = ("表 table", "单元格 cell", "所缺 fact", "需要 needs")
TRACE_HEADS = ("表 table", "单元格 cell", "填报值 printed", "结果名 fact", "准确值 exact", "来源 source")


def write(form: Application, file: Path, *, title: str, face: str, changed: storage.Change | None = None) -> None:
    """
    Write a filled form as a workbook.

    Parameters
    ----------
    form : Application
        The filled form.
    file : Path
        The workbook; replaced if it is there.
    title : str
        County and year, for the head of every table.
    face : str
        What the data are, in both languages; it stands on every sheet.
    changed : Change, optional
        Takes the file, to be written together with others; it is written at once unless given.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in form.sheets:
        _table(book.create_sheet(sheet.name), sheet, title, face)
    for name, said, heads, rows in (
        ("待补 open", "待补 what could not be filled", OPEN_HEADS, form.open_places()),
        ("溯源 trace", "溯源 where each number comes from", TRACE_HEADS, form.trace()),
    ):
        _list(book.create_sheet(name), said, heads, rows, f"{title}　|　{face}")
    workbooks.save(book, file, changed)


def write_self_checks(
    form: Application, file: Path, *, title: str, face: str, changed: storage.Change | None = None
) -> None:
    """
    Write the self-check sheets of all schools as one workbook, a sheet a school.

    Parameters
    ----------
    form : Application
        The filled form.
    file : Path
        The workbook; replaced if it is there.
    title, face : str
        As for `write`.
    changed : Change, optional
        As for `write`.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in form.self_checks:
        _table(book.create_sheet(_sheet_name(sheet.name)), sheet, title, face)
    workbooks.save(book, file, changed)


def _sheet_name(code: str) -> str:
    """Return a school's code as a sheet may be called: no signs that Excel forbids, room for a number behind it."""
    return re.sub(r"[\[\]:*?/\\'\x00-\x1f]", "_", code)[:MOST_OF_A_NAME]


def _table(page: Worksheet, sheet: Sheet, title: str, face: str) -> None:
    """Lay one table of the form out."""
    _head(page, f"{sheet.title_zh}　{sheet.title_en}", f"{title}　|　{face}")
    widths = WIDTHS.get(sheet.name, (max(sheet.first_width, WIDTH), *(WIDTH,) * max(len(row) for row in sheet.rows)))
    for line, row in enumerate(sheet.rows, start=LINES_ABOVE + 1):
        for place, cell in enumerate(row, start=1):
            _put(page, line, place, cell)
        page.row_dimensions[line].height = POINTS * _lines(row, widths)
        _merge_heads(page, line, row)
    for line, note in enumerate(sheet.notes, start=LINES_ABOVE + len(sheet.rows) + 2):
        workbooks.put(page.cell(line, 1), note.value)
    for place, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    _for_print(page, pages=0 if sheet.name in MANY_PAGES else 1)
    page.print_title_rows = f"1:{LINES_ABOVE + _heads(sheet)}"
    page.freeze_panes = f"A{LINES_ABOVE + _heads(sheet) + 1}"


def _heads(sheet: Sheet) -> int:
    """Count the rows at the top that hold headings only."""
    return next(number for number, row in enumerate(sheet.rows) if not all(cell.head for cell in row))


def _head(page: Worksheet, title: str, face: str) -> None:
    """Write the title and the line that says what the data are."""
    workbooks.put(page.cell(1, 1), title)
    page.cell(1, 1).font = Font(name=FONT, bold=True, size=14)
    workbooks.put(page.cell(2, 1), face)
    page.cell(2, 1).font = Font(name=FONT, italic=True, color="9C2A00")


def _put(page: Worksheet, line: int, place: int, cell: Cell) -> None:
    """Write one cell with its border, its number of decimals, and its heading's colour."""
    target = page.cell(line, place)
    workbooks.put(target, cell.value)
    target.border, target.font = BOX, Font(name=FONT)
    long = isinstance(cell.value, str) and (len(cell.value) > LONG or "：" in cell.value) and not cell.head
    target.alignment = WRAPPED_LEFT if long else WRAPPED
    if cell.head:
        target.fill, target.font = HEAD, Font(name=FONT, bold=True)
    elif isinstance(cell.value, float):
        target.number_format = "0" if cell.decimals == 0 else f"0.{'0' * cell.decimals}"


def _lines(row: Sequence[Cell], widths: Sequence[int]) -> int:
    """Count the lines that the longest cell of a row needs; a Chinese character is as wide as two Latin ones."""
    needed = [1]
    for cell, width in zip(row, widths, strict=False):
        text = cell.value if isinstance(cell.value, str) else ""
        wide = sum(1 + (east_asian_width(letter) in "WF") for letter in text)
        needed.append(math.ceil((BOLD if cell.head else 1.1) * wide / width))
    return max(needed)


def _merge_heads(page: Worksheet, line: int, row: Sequence[Cell]) -> None:
    """Merge a heading with the empty headings to its right, as the groups of Table I stand."""
    if not all(cell.head for cell in row) or not row[0].value:
        return
    starts = [place for place, cell in enumerate(row) if cell.value] + [len(row)]
    for left, right in itertools.pairwise(starts):
        if right - left > 1:
            page.merge_cells(start_row=line, end_row=line, start_column=left + 1, end_column=right)


def _for_print(page: Worksheet, *, pages: int) -> None:
    """Let a page be as wide as the paper, and as high as so many pages; 0 for as many as it takes."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = pages
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _list(
    page: Worksheet, title: str, heads: Sequence[str], rows: Sequence[Sequence[float | str | None]], face: str
) -> None:
    """Write a plain list below its headings."""
    _head(page, title, face)
    widths = LIST_WIDTHS[page.title.split()[-1]]
    for place, (text, width) in enumerate(zip(heads, widths, strict=True), start=1):
        _put(page, LINES_ABOVE + 1, place, Cell(text, head=True))
        page.column_dimensions[get_column_letter(place)].width = width
    for line, row in enumerate(rows, start=LINES_ABOVE + 2):
        for place, value in enumerate(row, start=1):
            workbooks.put(page.cell(line, place), value)
            page.cell(line, place).alignment = LISTED
        page.row_dimensions[line].height = POINTS * _lines([Cell(_shown(value)) for value in row], widths)
    page.freeze_panes = f"A{LINES_ABOVE + 2}"
    page.print_title_rows = f"1:{LINES_ABOVE + 1}"
    _for_print(page, pages=0)


def _shown(value: float | str | None) -> str:
    """Return a value as long as it is shown."""
    return "" if value is None else str(value)
