"""The annotated copy of an xlsx file looks as the file does, and takes nothing else of it along."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from intake.workbook import books
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from edubalance.intake import workbook
from edubalance.intake.workbook import annotate

BLUE = PatternFill("solid", fgColor="FFDDEBF7")


def dressed(sheet: Worksheet) -> None:
    """Dress a sheet of schools as an office does."""
    sheet.insert_rows(1)
    sheet["A1"] = "2023年办学条件（合成数据）"
    sheet["A1"].font = Font(name="黑体", size=16, bold=True, color="FF1F4E79")
    sheet.merge_cells("A1:J1")
    for cell in sheet[2]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, horizontal="center")
        cell.border = Border(bottom=Side(style="thin"))
    for cell in sheet[4]:
        cell.fill = BLUE
    for row in range(3, 8):
        sheet.cell(row, 9).number_format = "#,##0"
    sheet["L4"].fill = BLUE
    sheet.column_dimensions["D"].width, sheet.row_dimensions[2].height = 31.5, 40
    sheet.column_dimensions["F"].hidden = True
    sheet.freeze_panes = "C3"


def faulty(folder: Path, change: Callable[[openpyxl.Workbook], None], **cells: object) -> workbook.Reading:
    """Read the small county with one faulty cell, its workbook changed."""
    path = books.save(folder, books.county(**{"schools_I4": "约300"} | cells))
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return workbook.read([path])


def copied(reading: workbook.Reading) -> openpyxl.Workbook:
    """Make the annotated copy and open it."""
    return openpyxl.load_workbook(io.BytesIO(annotate.annotated(reading.grids, reading.faults, "zh")))


def test_the_copy_looks_as_the_workbook_does(tmp_path):
    reading = faulty(tmp_path, lambda book: dressed(book["schools"]))
    book = copied(reading)
    sheet = book["schools"]
    assert book.sheetnames == ["问题清单", "schools", "sections"]
    assert (sheet["A1"].font.name, sheet["A1"].font.size, sheet["A1"].font.color.rgb) == ("黑体", 16, "FF1F4E79")
    assert [str(each) for each in sheet.merged_cells.ranges] == ["A1:J1"]
    assert sheet["C2"].font.bold
    assert sheet["C2"].alignment.wrap_text
    assert sheet["C2"].border.bottom.style == "thin"
    assert sheet["I4"].number_format == "#,##0"
    assert sheet["B4"].fill.fgColor.rgb == BLUE.fgColor.rgb
    assert (sheet.column_dimensions["D"].width, sheet.row_dimensions[2].height) == (31.5, 40)
    assert sheet.freeze_panes == "C3"
    assert not sheet.column_dimensions["F"].hidden


def test_the_mark_changes_the_fill_of_its_cell_and_nothing_else(tmp_path):
    sheet = copied(faulty(tmp_path, lambda book: dressed(book["schools"])))["schools"]
    (marked,) = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    assert (marked.coordinate, marked.value, marked.number_format) == ("I5", "约300", "#,##0")
    assert marked.fill.fgColor.rgb == annotate.MARKED.fgColor.rgb
    filled = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == BLUE.fgColor.rgb}
    assert filled == {f"{letter}4" for letter in "ABCDEFGHIJ"}


def test_dates_and_percent_keep_their_formats(tmp_path):
    def change(book):
        book["schools"]["H2"] = datetime.date(2023, 9, 1)
        book["schools"]["H2"].number_format = 'yyyy"年"m"月"'
        book["schools"]["J2"].number_format = "0.0%"

    sheet = copied(faulty(tmp_path, change, schools_J2=0.125))["schools"]
    assert sheet["H2"].number_format == 'yyyy"年"m"月"'
    assert (sheet["J2"].value, sheet["J2"].number_format) == (0.125, "0.0%")


def test_nothing_but_looks_comes_along(tmp_path):
    def change(book):
        sheet = book["schools"]
        dressed(sheet)
        sheet["I3"] = "='[1]schools'!A1"
        sheet["A3"].hyperlink = "https://example.org/"
        sheet["A4"].comment = Comment("old", "someone")
        sheet["A1"].value = "=cmd|'/c calc'!A1"
        sheet.auto_filter.ref = "A2:J7"
        book.defined_names["far"] = DefinedName("far", attr_text="[1]schools!$A$1")
        book.create_sheet("hidden").sheet_state = "hidden"

    reading = faulty(tmp_path, change)
    content = annotate.annotated(reading.grids, reading.faults, "zh")
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert [cell.comment.text for cell in cells if cell.comment and "old" in cell.comment.text] == []
    assert (list(book.defined_names), book.sheetnames) == ([], ["问题清单", "schools", "sections"])
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert [name for name in package.namelist() if "external" in name or "vba" in name or "hyper" in name] == []
        assert b"example.org" not in b"".join(package.read(name) for name in package.namelist())


def rewritten(path: Path, part: str, old: bytes, new: bytes) -> workbook.Reading:
    """Change one part of a package, and read it."""
    raw = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(raw)) as package, zipfile.ZipFile(path, "w") as changed:
        for name in package.namelist():
            content = package.read(name)
            assert name != part or old in content
            changed.writestr(name, content.replace(old, new) if name == part else content)
    return workbook.read([path])


def test_merged_cells_that_hide_a_value_or_a_mark_come_apart(tmp_path):
    path = books.save(tmp_path, books.county(schools_I4="约300", sections_D3=None))
    whole, value, twice, far = "H2:H3", "H4:I4", "H3:H4", "A6:XFD1048576"
    stated = "".join(f'<mergeCell ref="{cells}"/>' for cells in (whole, value, twice, far)).encode()
    rewritten(
        path, "xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheetData><mergeCells>" + stated + b"</mergeCells>"
    )
    mark = b'</sheetData><mergeCells><mergeCell ref="D2:D3"/><mergeCell ref="A1:A1"/></mergeCells>'
    reading = rewritten(path, "xl/worksheets/sheet2.xml", b"</sheetData>", mark)
    book = copied(reading)
    assert [str(each) for each in book["schools"].merged_cells.ranges] == [whole]
    assert (book["schools"]["I4"].value, book["schools"]["G2"].value) == ("约300", "T1")
    assert [str(each) for each in book["sections"].merged_cells.ranges] == []
    assert book["sections"]["D3"].comment


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/styles.xml", b"<fonts", b"<fonts><font><sz val='x'/></font></fonts><fonts"),
        ("xl/styles.xml", b"cellXfs", b"otherXf"),
        ("xl/styles.xml", b'fontId="1"', b'fontId="777"'),
        ("xl/worksheets/sheet1.xml", b'width="31.5"', b'width="1e999"'),
        ("xl/worksheets/sheet1.xml", b'ySplit="2"', b'ySplit="nan"'),
        ("xl/worksheets/sheet1.xml", b' s="1"', b' s="99999"'),
    ],
)
def test_styles_that_do_not_hold_together_cost_no_fault_and_no_copy(tmp_path, part, old, new):
    faulty(tmp_path, lambda book: dressed(book["schools"]))
    sheet = copied(rewritten(tmp_path / "county.xlsx", part, old, new))["schools"]
    assert sheet["I5"].value == "约300"
    assert sheet["I5"].comment


@pytest.mark.parametrize(("end", "kept"), [(b"</a:theme>", True), (b"<!-- r:embed --></a:theme>", False)])
def test_the_theme_comes_along_where_it_leads_nowhere(tmp_path, end, kept):
    faulty(tmp_path, lambda book: dressed(book["schools"]))
    path, part = tmp_path / "county.xlsx", "xl/theme/theme1.xml"
    rewritten(path, part, b"Office Theme", b"County Theme")
    reading = rewritten(path, part, b"</a:theme>", end)
    with zipfile.ZipFile(io.BytesIO(annotate.annotated(reading.grids, reading.faults, "zh"))) as package:
        assert (b"County Theme" in package.read(part)) is kept
