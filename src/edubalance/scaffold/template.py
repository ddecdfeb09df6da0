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
GUIDE_HEADS = ("表 table", "列名 column", "中文 Chinese", "单位 unit", "必填 required", "取值 holds", "含义 meaning")


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
    Columns that must be filled are orange. Codes are chosen from lists, in Chinese; numbers are held against the
    codebook's ranges by Excel as they are typed. The row marked 示例 is an example and is not read.
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
    workbooks.put(
        page.cell(1, 1), "填表说明　An empty cell is a missing value; zero is a value; the row 示例 is an example."
    )
    page.cell(1, 1).font = Font(bold=True, size=13)
    for place, text in enumerate((*GUIDE_HEADS, "例 example"), start=1):
        workbooks.put(page.cell(2, place), text)
        page.cell(2, place).font, page.cell(2, place).fill = Font(bold=True), HEAD
        page.column_dimensions[get_column_letter(place)].width = (16, 30, 24, 12, 8, 24, 70, 20)[place - 1]
    line = 3
    for table in codebook.tables():
        first = getattr(example, table.name).head(1)
        for column in table.columns:
            shown = _shown(column, first[column.name].iloc[0]) if len(first) else None
            said = (table.name, column.name, column.zh, _unit(column), "是" if column.required else "", _holds(column))
            for place, value in enumerate((*said, column.meaning, shown), start=1):
                workbooks.put(page.cell(line, place), value)
                page.cell(line, place).alignment = Alignment(wrap_text=True, vertical="top")
            line += 1
    page.freeze_panes = "A3"


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
    workbooks.put(page.cell(TITLE, 1), f"{table.zh} {table.name}.csv　{table.meaning}")
    page.cell(TITLE, 1).font = Font(bold=True, size=12)
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
        page.cell(EXAMPLE, place).fill, page.cell(EXAMPLE, place).font = GREY, Font(italic=True, color="606060")
    for line in range(FIRST, FIRST + len(rows)):
        workbooks.put(page.cell(line, 1), float(line - FIRST + 1))
    page.freeze_panes = page.cell(FIRST, 2 + len(table.key))


def _header(page: Worksheet, place: int, column: Column) -> None:
    """Write one header in Chinese, with its unit, and the column's name below; its meaning is a note."""
    unit = f"（{column.unit('zh')}）" if column.unit("zh") else ""
    for line, text in ((CHINESE, f"{column.zh}{unit}"), (NAMES, column.name)):
        cell = page.cell(line, place)
        workbooks.put(cell, text)
        cell.font, cell.fill = Font(bold=line == CHINESE), NEEDED if column.required else HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    note = Comment(f"{column.meaning}\n{_holds(column)}", "Edubalance")
    note.width, note.height = 320, 120
    page.cell(CHINESE, place).comment = note
    page.column_dimensions[get_column_letter(place)].width = max(12, min(28, 2 * len(column.zh) + 4))


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
