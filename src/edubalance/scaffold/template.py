"""The Excel template: a sheet a table, made from the codebook, so that Excel itself refuses what cannot be."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from edubalance import codebook
from edubalance.codebook import Column, Table, Tables
from edubalance.export import workbooks

GUIDE, CODES = "说明 guide", "codes"
# Every sheet: a title, Chinese headers, the columns' names, the example, and then the rows of the table.
TITLE, CHINESE, NAMES, EXAMPLE, FIRST = 1, 2, 3, 4, 5
LAST = 20_000
NUMBER_HEAD, EXAMPLE_MARK = "序号", "示例"
HEAD, NEEDED, GREY = (PatternFill("solid", fgColor=color) for color in ("E8EEF4", "F6DDCC", "F0F0F0"))
GUIDE_TITLE = (
    "填表说明：空单元格表示缺失，0 是数值；标“示例”的行是例子，不会读入。"
    "　An empty cell is a missing value; zero is a value; the row 示例 is an example and is not read."
)
# Heading and width of each column of the guide.
GUIDE_HEADS = {
    "表 table": 16,
    "列名 column": 30,
    "中文 Chinese": 24,
    "单位 unit": 12,
    "必填 required": 8,
    "取值 holds": 32,
    "含义": 56,
    "meaning": 60,
    "例 example": 20,
}
# A note holds so many Latin characters in a line, or half as many Chinese ones; its size in pixels, rows in points.
NOTE_CHARACTERS, NOTE_WIDTH, NOTE_LINE = 48, 340, 18
ROW_LINE = 15
# The one of the cells that are left as they are.
FONT = "Calibri"
NARROWEST, WIDEST = 12, 30


def write(file: Path, *, example: Tables, filled: Tables | None = None) -> None:
    """
    Write the Excel template.

    Parameters
    ----------
    file : Path
        The workbook; replaced if it is there.
    example : Tables
        Tables whose first rows are shown as examples.
    filled : Tables, optional
        Tables to fill in; the template is empty without them.

    Notes
    -----
    Columns that must be filled are orange; a note at each header says in both languages what the column means.
    Codes are chosen from lists, in Chinese; numbers are held against the codebook's ranges by Excel as they are
    typed. The row marked 示例 is an example and is not read.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _guide(book.create_sheet(GUIDE), example)
    lists = _codes(book)
    for table in codebook.tables():
        rows = getattr(filled, table.name) if filled is not None else table.without_rows()
        _table(book.create_sheet(sheet_name(table)), table, getattr(example, table.name), rows, lists)
    book.move_sheet(CODES, offset=len(book.sheetnames))
    book.active = 1
    workbooks.save(book, file)


def sheet_name(table: Table) -> str:
    """
    Return the name of a table's sheet.

    Parameters
    ----------
    table : Table
        A table of the codebook.

    Returns
    -------
    str
        Its Chinese and its own name.

    Examples
    --------
    >>> sheet_name(codebook.table("schools"))
    '学校表 schools'
    """
    return f"{table.zh} {table.name}"


def _guide(page: Worksheet, example: Tables) -> None:
    """Write the page that explains every column, with an example."""
    workbooks.put(page.cell(1, 1), GUIDE_TITLE)
    page.cell(1, 1).font = Font(name=FONT, bold=True, size=13)
    for place, (text, width) in enumerate(GUIDE_HEADS.items(), start=1):
        workbooks.put(page.cell(2, place), text)
        page.cell(2, place).font, page.cell(2, place).fill = Font(name=FONT, bold=True), HEAD
        page.cell(2, place).alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[get_column_letter(place)].width = width
    line = 3
    for table in codebook.tables():
        _explain(page, line, (table.name, None, table.zh, *[None] * 3, table.meaning_zh, table.meaning, None))
        for cell in page[line]:
            cell.font, cell.fill = Font(name=FONT, bold=True), GREY
        first = getattr(example, table.name).head(1)
        for column in table.columns:
            line += 1
            shown = _shown(column, first[column.name].iloc[0]) if len(first) else None
            said = (table.name, column.name, column.zh, _unit(column), "是" if column.required else "", _holds(column))
            _explain(page, line, (*said, column.meaning_zh, column.meaning, shown))
        line += 1
    page.row_dimensions[2].height = 2 * ROW_LINE
    page.freeze_panes = "A3"


def _explain(page: Worksheet, line: int, values: tuple[float | str | None, ...]) -> None:
    """Write one row of the guide, as high as its longest text needs."""
    for place, value in enumerate(values, start=1):
        workbooks.put(page.cell(line, place), value)
        page.cell(line, place).alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    widths = GUIDE_HEADS.values()
    texts = [(str(value), width) for value, width in zip(values, widths, strict=True) if value is not None]
    page.row_dimensions[line].height = ROW_LINE * max(_lines(text, width) for text, width in texts)


def _unit(column: Column) -> str:
    """Return a column's unit in both languages."""
    return " ".join(dict.fromkeys(text for text in (column.unit("zh"), column.unit("en")) if text))


def _holds(column: Column) -> str:
    """Say what a cell of a column may hold."""
    if column.kind == "code":
        return "、".join(code.zh for code in codebook.codes(column.code_list).values())
    low = "" if column.minimum is None else f"{column.minimum:g} ≤ "
    high = "" if column.maximum is None else f" ≤ {column.maximum:g}"
    kind = {"text": "文字 text", "integer": "整数 integer", "number": "数值 number"}[column.kind]
    return f"{low}{kind}{high}"


def _shown(column: Column, value: object) -> float | str | None:
    """Return a value of a table as a person would type it: codes by their Chinese name."""
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    if column.kind == "code":
        return codebook.code_label(column.code_list, str(value), "zh")
    return float(str(value)) if column.is_number else str(value)


def _codes(book: Workbook) -> dict[str, str]:
    """Write every code list on a hidden sheet; return where each stands, for the drop-downs."""
    page = book.create_sheet(CODES)
    page.sheet_state = "hidden"
    found = {}
    lists = dict.fromkeys(
        column.code_list for table in codebook.tables() for column in table.columns if column.code_list
    )
    for place, name in enumerate(lists, start=1):
        workbooks.put(page.cell(1, place), name)
        labels = [code.zh for code in codebook.codes(name).values()]
        for line, label in enumerate(labels, start=2):
            workbooks.put(page.cell(line, place), label)
        letter = get_column_letter(place)
        found[name] = f"{quote_sheetname(CODES)}!${letter}$2:${letter}${len(labels) + 1}"
    return found


def _table(page: Worksheet, table: Table, example: pd.DataFrame, rows: pd.DataFrame, lists: dict[str, str]) -> None:
    """Write the sheet of one table: headers, example, checks, and rows if there are any."""
    workbooks.put(page.cell(TITLE, 1), f"{table.zh} {table.name}.csv　{table.meaning_zh}　{table.meaning}")
    page.cell(TITLE, 1).font = Font(name=FONT, bold=True, size=12)
    workbooks.put(page.cell(CHINESE, 1), NUMBER_HEAD)
    workbooks.put(page.cell(EXAMPLE, 1), EXAMPLE_MARK)
    for place, column in enumerate(table.columns, start=2):
        _header(page, place, column)
        if len(example):
            workbooks.put(page.cell(EXAMPLE, place), _shown(column, example[column.name].iloc[0]))
        check = _check(column, lists)
        if check is not None:
            page.add_data_validation(check)
            letter = get_column_letter(place)
            check.add(f"{letter}{FIRST}:{letter}{LAST}")
        for line, value in enumerate(rows[column.name].tolist(), start=FIRST):
            workbooks.put(page.cell(line, place), _shown(column, value))
    for place in range(1, len(table.columns) + 2):
        page.cell(EXAMPLE, place).fill, page.cell(EXAMPLE, place).font = (
            GREY,
            Font(name=FONT, italic=True, color="606060"),
        )
    for line in range(FIRST, FIRST + len(rows)):
        workbooks.put(page.cell(line, 1), float(line - FIRST + 1))
    page.freeze_panes = page.cell(FIRST, 2 + len(table.key))


def _header(page: Worksheet, place: int, column: Column) -> None:
    """Write one header in Chinese, with its unit, and the column's name below; its meaning is a note."""
    unit = f"（{column.unit('zh')}）" if column.unit("zh") else ""
    texts = {CHINESE: f"{column.zh}{unit}", NAMES: column.name}
    width = max(NARROWEST, min(WIDEST, max(map(_room, texts.values())) + 4))
    for line, text in texts.items():
        cell, row = page.cell(line, place), page.row_dimensions[line]
        workbooks.put(cell, text)
        cell.font, cell.fill = Font(name=FONT, bold=line == CHINESE), NEEDED if column.required else HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        row.height = max(row.height or 0, ROW_LINE * _lines(text, width))
    page.cell(CHINESE, place).comment = _note(column)
    page.column_dimensions[get_column_letter(place)].width = width


def _note(column: Column) -> Comment:
    """Write what a column means in both languages and what it holds, in a note that shows all of it."""
    unit = _unit(column)
    holds = f"{_holds(column)}　{unit}" if unit else _holds(column)
    lines = [column.meaning_zh, column.meaning, holds]
    if column.not_above:
        lines.append(f"不超过 not above: {column.not_above}")
    note = Comment("\n".join(lines), "Edubalance")
    rows = sum(_lines(line, NOTE_CHARACTERS) for line in lines)
    note.width, note.height = NOTE_WIDTH, NOTE_LINE * (rows + 1)
    return note


def _room(text: str) -> int:
    """Return how many Latin characters take the room of a text; a Chinese one takes that of two."""
    return sum(1 if character < "\u2e80" else 2 for character in text)


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes where `width` Latin characters stand in one."""
    # Words are not broken, so that a line is seldom full.
    return max(1, -(-_room(text) * 11 // (10 * width)))


def _check(column: Column, lists: dict[str, str]) -> DataValidation | None:
    """Return the check that Excel makes of what is typed into a column; None where anything may stand."""
    if column.kind == "code":
        check = DataValidation(type="list", formula1=f"={lists[column.code_list]}", allow_blank=True)
    elif column.is_number and (column.minimum is not None or column.maximum is not None):
        kind = "whole" if column.kind == "integer" else "decimal"
        check = DataValidation(type=kind, allow_blank=True, **_bounds(column))
    else:
        return None
    check.errorTitle, check.error = f"{column.zh} {column.name}"[:32], f"应填：{_holds(column)}"[:250]
    check.showErrorMessage = True
    return check


def _bounds(column: Column) -> dict[str, str]:
    """Return a range as Excel states it."""
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return {"operator": "between", "formula1": f"{low:g}", "formula2": f"{high:g}"}
    if low is not None:
        return {"operator": "greaterThanOrEqual", "formula1": f"{low:g}"}
    return {"operator": "lessThanOrEqual", "formula1": f"{high:g}"}
