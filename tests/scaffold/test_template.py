"""The Excel template: made from the codebook, checked by Excel itself."""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from edubalance import codebook, intake
from edubalance.scaffold import template
from edubalance.twins import made, spec
from edubalance.twins.writing import text


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    files = {name: folder / f"{name}.csv" for name in codebook.load().tables}
    for name, table in made(spec.example("demo", "D")).items():
        files[name].write_text(text(table), encoding="utf-8")
    return intake.read_tables(**files)


@pytest.fixture(scope="module")
def book(example, tmp_path_factory):
    file = tmp_path_factory.mktemp("template") / "tables.xlsx"
    template.write(file, example=example)
    return openpyxl.load_workbook(file)


def test_every_table_of_the_codebook_has_a_sheet_with_headers_in_both_languages(book):
    for table in codebook.tables():
        page = book[template.sheet_name(table)]
        names = [page.cell(template.NAMES, place).value for place in range(2, len(table.columns) + 2)]
        assert names == list(table.names)
        for place, column in enumerate(table.columns, start=2):
            assert page.cell(template.CHINESE, place).value.startswith(column.zh)
            if column.unit("zh"):
                assert f"（{column.unit('zh')}）" in page.cell(template.CHINESE, place).value
            note = page.cell(template.CHINESE, place).comment.text.split("\n")
            assert note[:2] == [column.meaning_zh, column.meaning]
            assert all(unit in note[2] for unit in (column.unit("zh"), column.unit("en")))
            assert note[3:] == ([f"不超过 not above: {column.not_above}"] if column.not_above else [])


def test_every_sheet_says_in_both_languages_what_a_row_is(book):
    for table in codebook.tables():
        title = book[template.sheet_name(table)].cell(template.TITLE, 1).value
        assert title == f"{table.zh} {table.name}.csv　{table.meaning_zh}　{table.meaning}"


def test_the_headers_stay_in_sight(book):
    for table in codebook.tables():
        frozen = book[template.sheet_name(table)].freeze_panes
        assert frozen == f"{get_column_letter(2 + len(table.key))}{template.FIRST}"


def test_codes_are_chosen_from_the_codebooks_lists(book):
    hidden = book[template.CODES]
    assert hidden.sheet_state == "hidden"
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in hidden.columns}
    for name, labels in lists.items():
        assert labels == [code.zh for code in codebook.codes(name).values()]
    page = book["学校表 schools"]
    place = codebook.table("schools").names.index("type") + 2
    letter = get_column_letter(place)
    (check,) = [
        each for each in page.data_validations.dataValidation if f"{letter}{template.FIRST}:" in str(each.sqref)
    ]
    assert check.type == "list"
    assert template.CODES in check.formula1


def test_ranges_are_held_by_excel_itself(book):
    page = book["学校表 schools"]
    checks = {str(each.sqref).split(":")[0]: each for each in page.data_validations.dataValidation}
    for name, kind, low in (("migrant_share_pct", "decimal", "0"), ("books", "whole", "0")):
        place = codebook.table("schools").names.index(name) + 2
        check = checks[f"{get_column_letter(place)}{template.FIRST}"]
        assert (check.type, check.formula1) == (kind, low)
        assert check.showErrorMessage


def test_one_row_is_an_example_and_says_so(book, example):
    for table in codebook.tables():
        page = book[template.sheet_name(table)]
        assert page.cell(template.EXAMPLE, 1).value == "示例"
        first = getattr(example, table.name)[table.key[0]].iloc[0]
        place = table.names.index(table.key[0]) + 2
        assert page.cell(template.EXAMPLE, place).value == (int(first) if table.key[0] == "year" else first)
        assert page.cell(template.FIRST, 2).value is None


def test_the_guide_explains_every_table_and_column_in_both_languages(book):
    page = book[template.GUIDE]
    heads = [cell.value for cell in page[2]]
    at = [heads.index(head) for head in ("表 table", "列名 column", "含义", "meaning")]
    rows = [tuple(row[place].value for place in at) for row in page.iter_rows(min_row=3)]
    expected = [
        (table.name, getattr(part, "name", None) if part is not table else None, part.meaning_zh, part.meaning)
        for table in codebook.tables()
        for part in (table, *table.columns)
    ]
    assert rows == expected


def test_no_line_of_the_guide_is_higher_or_lower_than_its_text(book):
    page = book[template.GUIDE]
    widths = [
        page.column_dimensions[get_column_letter(place)].width for place in range(1, len(template.GUIDE_HEADS) + 1)
    ]
    for row in page.iter_rows(min_row=3):
        # A Chinese character is as wide as two Latin ones.
        rooms = [sum(1 + (ord(letter) > 0x2E80) for letter in str(cell.value or "")) for cell in row]
        lines = max(-(-room // width) for room, width in zip(rooms, widths, strict=True))
        assert lines <= page.row_dimensions[row[0].row].height / template.ROW_LINE <= lines + 1


def test_making_it_twice_gives_the_same_bytes(example, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        template.write(tmp_path / name, example=example)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_filled_template_holds_every_row_below_the_example(example, tmp_path):
    file = tmp_path / "filled.xlsx"
    template.write(file, example=example, filled=example)
    page = openpyxl.load_workbook(file)["学校表 schools"]
    assert page.max_row == template.FIRST + len(example.schools) - 1
    codes = [row[0] for row in page.iter_rows(min_row=template.FIRST, min_col=4, max_col=4, values_only=True)]
    assert codes == example.schools["school_id"].tolist()
