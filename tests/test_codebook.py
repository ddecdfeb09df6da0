"""The codebook: what it says, and that a malformed one is refused."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from edubalance import codebook
from edubalance.errors import EdubalanceError

SMALL = """
codes:
  area:
    urban: {en: urban, zh: 城区}
tables:
  towns:
    meaning: One row a town.
    zh: 镇表
    key: [id]
    columns:
      id: {kind: text, required: true, zh: 代码, meaning: Code.}
      area: {kind: code, values: area, zh: 城乡, meaning: Area.}
      rooms: {kind: integer, min: 0, max: 9, unit: {en: rooms, zh: 间}, zh: 教室, meaning: Rooms.}
      new_rooms: {kind: integer, zh: 新教室, meaning: New rooms., not_above: rooms}
    sums:
      - {parts: [new_rooms], whole: rooms, meaning: No more than all.}
"""


def with_change(path: str, value: object) -> str:
    """Return the small codebook with one entry replaced; the path is written with slashes."""
    book = yaml.safe_load(SMALL)
    *parents, last = path.split("/")
    place = book
    for parent in parents:
        place = place[parent]
    place[last] = value
    return yaml.safe_dump(book, allow_unicode=True)


def test_tables_stand_in_the_order_of_the_architecture():
    assert [table.name for table in codebook.tables()] == [field.name for field in dataclasses.fields(codebook.Tables)]


def test_a_column_tells_its_unit_range_and_headers_in_both_languages():
    column = codebook.table("schools").column("equipment_value_10k_yuan")
    assert (column.unit("en"), column.unit("zh")) == ("10 000 yuan", "万元")
    assert (column.label("en"), column.label("zh")) == ("equipment_value_10k_yuan", "教学仪器设备资产值")
    assert (column.kind, column.minimum, column.maximum, column.required) == ("number", 0, None, False)


def test_a_column_of_codes_knows_the_codes_of_its_list():
    assert codebook.table("schools").column("area").codes == ("urban", "town", "rural")
    assert codebook.table("schools").column("books").codes == ()


def test_every_meaning_is_a_whole_sentence():
    # A comma in an unquoted flow mapping would cut the sentence off and make a key of the rest.
    sentences = [column.meaning for table in codebook.tables() for column in table.columns]
    assert [sentence for sentence in sentences if not re.fullmatch(r"[A-Z].*[.)]", sentence)] == []


def test_types_tell_the_levels_they_may_have():
    levels = {code.value: code.levels for code in codebook.codes("type").values()}
    assert levels["nine_year"] == ("primary", "junior")
    assert levels["complete_secondary"] == ("junior", "senior")
    assert levels["special"] == levels["vocational"] == ()


def test_a_number_in_the_key_is_an_integer_and_every_other_number_can_be_missing():
    dtypes = codebook.table("sections").dtypes
    assert (dtypes["year"], dtypes["pupils"], dtypes["level"]) == ("int64", "float64", "string")


def test_conform_adds_missing_columns_and_keeps_the_order_of_rows():
    given = pd.DataFrame({"level": ["junior", "primary"], "year": [2023, 2022], "school_id": ["B", "A"]}, index=[7, 3])
    frame = codebook.table("sections").conform(given)
    assert tuple(frame.columns) == codebook.table("sections").names
    assert frame["school_id"].tolist() == ["B", "A"]
    assert frame.index.tolist() == [0, 1]
    assert frame["teachers"].isna().all()
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == codebook.table("sections").dtypes


def test_conform_leaves_the_frame_given_as_it_is():
    given = pd.DataFrame({"year": [2023], "school_id": ["A"], "level": ["junior"]})
    before = given.copy()
    codebook.table("sections").conform(given)
    pd.testing.assert_frame_equal(given, before)


def test_conform_refuses_an_unknown_column_and_a_missing_key():
    with pytest.raises(EdubalanceError, match=r"no column 'pupil'"):
        codebook.table("sections").conform(pd.DataFrame({"pupil": [1]}))
    with pytest.raises(EdubalanceError, match="needs the column 'school_id'"):
        codebook.table("sections").conform(pd.DataFrame({"year": [2023]}))


def test_labels_come_in_both_languages():
    assert codebook.code_label("type", "nine_year", "zh") == "九年一贯制学校"
    assert codebook.code_label("type", "nine_year", "en") == "nine-year school"


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(EdubalanceError, match=r"no table 'school'.*schools, sections, county"):
        codebook.table("school")
    with pytest.raises(EdubalanceError, match=r"no column 'book'.*books"):
        codebook.table("schools").column("book")
    with pytest.raises(EdubalanceError, match=r"no code list 'areas'.*area"):
        codebook.code_label("areas", "urban", "en")
    with pytest.raises(EdubalanceError, match=r"no code 'city'.*urban, town, rural"):
        codebook.code_label("area", "city", "en")


def test_a_small_codebook_is_read_as_written():
    towns = codebook.parse(SMALL).tables["towns"]
    assert towns.names == ("id", "area", "rooms", "new_rooms")
    assert towns.column("new_rooms").not_above == "rooms"
    assert towns.sums == (codebook.Sum(("new_rooms",), "rooms", "No more than all."),)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        pytest.param("tables/towns/columns/rooms/kind", "count", "rooms.kind: 'count' is not among text", id="kind"),
        pytest.param("tables/towns/columns/rooms/mim", 1, "rooms: 'mim' is not among", id="misspelt key"),
        pytest.param("tables/towns/columns/rooms", {"kind": "text"}, "rooms: the key 'zh' is missing", id="no header"),
        pytest.param("tables/towns/columns/rooms/min", 10, "'min' is above 'max'", id="empty range"),
        pytest.param("tables/towns/columns/rooms/zh", "代码", "'代码' stands for two columns", id="header twice"),
        pytest.param("tables/towns/columns/rooms/values", "area", "no other, names its code list", id="codes"),
        pytest.param("tables/towns/columns/area/values", "zone", "'zone' is not among area", id="code list"),
        pytest.param("tables/towns/columns/area/min", 1, "only a number has a range", id="range of a code"),
        pytest.param("tables/towns/columns/new_rooms/not_above", "id", "'id' is not among new_rooms", id="limit"),
        pytest.param("tables/towns/columns/rooms/unit", "rooms", "unit: expected keys with values, got str", id="unit"),
        pytest.param("tables/towns/key", ["area"], "'area' is not among id", id="key that may be empty"),
        pytest.param("codes/area/urban/levels", ["infant"], "'infant' is not among primary", id="level"),
        pytest.param("tables/towns/sums", [{"parts": ["rooms"]}], "sums: the key 'whole' is missing", id="sum"),
        pytest.param("tables", [], "tables: expected keys with values, got list", id="no tables"),
    ],
)
def test_a_malformed_codebook_is_refused_at_its_place(path, value, said):
    with pytest.raises(EdubalanceError, match=re.escape(said)):
        codebook.parse(with_change(path, value))


def test_text_that_is_no_yaml_is_refused():
    with pytest.raises(EdubalanceError, match=r"no YAML"):
        codebook.parse("codes: [")


def test_the_page_of_the_codebook_is_the_codebook():
    page = Path(__file__).parents[1] / "docs" / "codebook.md"
    command = (
        """python -c "from edubalance import codebook; print(codebook.as_markdown(), end='')" > docs/codebook.md"""
    )
    assert page.read_text(encoding="utf-8") == codebook.as_markdown(), f"Make the page again: {command}"


def test_the_page_names_every_column_and_every_code():
    page = codebook.as_markdown()
    words = [column.name for table in codebook.tables() for column in table.columns]
    words += [value for codes in codebook.load().codes.values() for value in codes]
    assert [word for word in words if f"`{word}`" not in page] == []
    assert "| **`year`** | 年份；年度；统计年度 | 1900 ≤ integer ≤ 2100 |  | Year in which" in page
