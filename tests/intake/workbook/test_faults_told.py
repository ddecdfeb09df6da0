"""Faults are told in English and Chinese, and marked in a copy of the workbook."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from intake import small_county
from intake.small_county import TABLES
from intake.workbook import books

from edubalance.errors import TableError
from edubalance.intake import read_tables, workbook
from edubalance.intake.workbook import annotate, strict

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_copy_marks_the_cells_and_lists_all_faults(tmp_path, lang):
    reading = books.read(tmp_path, books.county(schools_I2="约4000", sections_D3=None, sections_A1="甲乙丙"))
    book = openpyxl.load_workbook(io.BytesIO(annotate.annotated(reading.grids, reading.faults, lang)))
    assert book.sheetnames[1:] == ["schools", "sections"]
    marked = {
        (sheet.title, cell.coordinate) for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment
    }
    assert marked == {("schools", "I2"), ("sections", "A1"), ("sections", "D3")}
    assert book["schools"]["I2"].value == "约4000"
    assert book["schools"]["I2"].comment.text.startswith(reading.faults[0].rule(lang))
    assert book.worksheets[0].max_row == 1 + len(reading.faults)


def test_the_copy_of_a_mended_workbook_can_be_read_again(tmp_path):
    sheets = books.county(schools_J2=0.125, schools_J5=1, schools_I2="约4000")
    path = books.save(tmp_path, sheets, percent={(1, 9), (2, 9), (4, 9)})
    reading = workbook.read([path])
    copy = annotate.annotated(reading.grids, reading.faults, "en")
    book = openpyxl.load_workbook(io.BytesIO(copy))
    assert book["schools"]["J2"].number_format == "0.0%"
    book["schools"]["I2"].value = 4000
    del book[annotate.LIST_NAME["en"]]
    book.save(tmp_path / "mended.xlsx")
    again = workbook.read([tmp_path / "mended.xlsx"])
    assert again.faults == ()
    assert again.tables.schools["migrant_share_pct"].tolist()[:2] == [12.5, 0]


def test_text_that_begins_like_a_formula_stays_text_in_the_copy(tmp_path):
    (tmp_path / "a.csv").write_text("学校代码,在校生数,专任教师数\n=cmd|'/c calc'!A1,@x,+1+1\n", encoding="utf-8")
    reading = workbook.read([tmp_path / "a.csv"])
    book = openpyxl.load_workbook(io.BytesIO(annotate.annotated(reading.grids, reading.faults, "zh")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "=cmd|'/c calc'!A1" in {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}
    assert {fault.key for fault in reading.faults} >= {"formula_text", "number"}


CHANGES = [
    ("schools", 2, "books", "x"),
    ("schools", 2, "books", "1.5"),
    ("schools", 2, "books", "-1"),
    ("schools", 2, "books", " 1"),
    ("schools", 2, "books", "NA"),
    ("schools", 2, "books", "2023年"),
    ("schools", 2, "migrant_share_pct", "101"),
    ("schools", 2, "year", "1000"),
    ("schools", 2, "area", "城区"),
    ("schools", 2, "area", "citty"),
    ("schools", 2, "area", "town centre of a township"),
    ("schools", 2, "township", ""),
    ("schools", 2, "senior_pupils", "5"),
    ("schools", 2, "school_id", "P-02"),
    ("sections", 2, "school_id", "P-09"),
    ("sections", 2, "level", "junior"),
    ("sections", 2, "teachers_bachelor", "99"),
    ("sections", 2, "teachers_master", "12"),
    ("county", 2, "county", "E"),
    ("county", 2, "value", ""),
]


@pytest.mark.parametrize(("table", "row", "column", "value"), CHANGES)
def test_what_the_strict_stage_says_is_said_in_chinese_too(tmp_path, table, row, column, value):
    changed = small_county.with_cell(table, row, column, value)
    with pytest.raises(TableError) as raised:
        read_tables(*small_county.write(tmp_path, **{table: changed}))
    for fault in raised.value.faults:
        assert CHINESE.search(strict.in_chinese(fault.rule)), fault.rule
        assert CHINESE.search(strict.in_chinese(fault.remedy)), fault.remedy


def test_the_count_of_more_faults_of_a_kind_is_said_in_chinese():
    said = strict.in_chinese("books should be filled (and 1,080 more of the same kind)")
    assert said == "“图书册数”应填写（同类还有 1,080 处）"
    assert strict.in_chinese("a phrase of the future") == "a phrase of the future"


def test_the_small_county_has_every_table_of_this_file():
    assert {table for table, *_ in CHANGES} <= set(TABLES)
