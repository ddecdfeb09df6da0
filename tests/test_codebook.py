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
    meaning_zh: 每镇一行。
    zh: 镇表
    key: [id]
    columns:
      id: {kind: text, required: true, zh: 代码, meaning: Code., meaning_zh: 镇的代码。}
      area: {kind: code, values: area, zh: 城乡, meaning: Area., meaning_zh: 城乡类型。}
      rooms: {kind: integer, min: 0, max: 9, unit: {en: rooms, zh: 间}, zh: 教室, meaning: Rooms., meaning_zh: 教室数。}
      new_rooms: {kind: integer, zh: 新教室, meaning: New rooms., meaning_zh: 新教室间数。, not_above: rooms}
    sums:
      - {parts: [new_rooms], whole: rooms, meaning: No more than all., meaning_zh: 不得超过总数。}
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


def parts():
    """Return all that has a meaning: tables, columns, limits on sums."""
    return [part for table in codebook.tables() for part in (table, *table.columns, *table.sums)]


def in_chinese():
    """Return all Chinese meanings."""
    return [part.means("zh") for part in parts()]


def test_tables_stand_in_the_order_of_the_architecture():
    assert [table.name for table in codebook.tables()] == [field.name for field in dataclasses.fields(codebook.Tables)]


def test_a_column_tells_its_unit_range_and_headers_in_both_languages():
    column = codebook.table("schools").column("equipment_value_10k_yuan")
    assert (column.unit("en"), column.unit("zh")) == ("10 000 yuan", "万元")
    assert (column.label("en"), column.label("zh")) == ("equipment_value_10k_yuan", "教学仪器设备资产值")
    assert (column.kind, column.minimum, column.maximum, column.required) == ("number", 0, 1_000_000, False)


def test_a_column_of_codes_knows_the_codes_of_its_list():
    assert codebook.table("schools").column("area").codes == ("urban", "town", "rural")
    assert codebook.table("schools").column("books").codes == ()


def test_every_meaning_is_a_whole_sentence():
    # A comma in an unquoted flow mapping would cut the sentence off and make a key of the rest.
    sentences = [column.meaning for table in codebook.tables() for column in table.columns]
    assert [sentence for sentence in sentences if not re.fullmatch(r"[A-Z].*[.)]", sentence)] == []
    assert [text for text in in_chinese() if not re.fullmatch(r"[^ ].*[。）]", text)] == []


def test_every_meaning_stands_in_chinese_too():
    said = [(part.means("en"), part.means("zh")) for part in parts()]
    assert len(said) > 200
    assert [pair for pair in said if not re.search("[\u4e00-\u9fff]", pair[1]) or pair[0] == pair[1]] == []


def test_the_chinese_keeps_the_numbers_of_the_english():
    # Years and sizes of classes: a slip of the pen there would be read as another rule.
    def numbers(text):
        return sorted(re.findall(r"[0-9]+", text))

    columns = [column for table in codebook.tables() for column in table.columns]
    differing = [column.name for column in columns if numbers(column.meaning) != numbers(column.meaning_zh)]
    assert differing == []


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
    assert towns.sums == (codebook.Sum(("new_rooms",), "rooms", "No more than all.", "不得超过总数。"),)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        pytest.param("tables/towns/columns/rooms/kind", "count", "rooms.kind: 'count' is not among text", id="kind"),
        pytest.param("tables/towns/columns/rooms/mim", 1, "rooms: 'mim' is not among", id="misspelt key"),
        pytest.param("tables/towns/columns/rooms", {"kind": "text"}, "rooms: the key 'zh' is missing", id="no header"),
        pytest.param(
            "tables/towns/columns/rooms",
            {"kind": "integer", "zh": "教室", "meaning": "Rooms."},
            "The codebook is malformed at tables.towns.columns.rooms: the key 'meaning_zh' is missing. Hint:",
            id="no Chinese meaning",
        ),
        pytest.param(
            "tables/towns/columns/rooms/meaning_zh",
            "Rooms.",
            "rooms.meaning_zh: expected a sentence in Chinese, got 'Rooms.'",
            id="English twice",
        ),
        pytest.param("tables/towns/meaning_zh", "", "towns.meaning_zh: expected a sentence in Chinese", id="empty"),
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


@pytest.mark.parametrize(("lang", "name"), [("en", "codebook.md"), ("zh", "codebook.zh.md")])
def test_the_pages_of_the_codebook_are_the_codebook(lang, name):
    page = Path(__file__).parents[1] / "docs" / name
    command = f"edubalance dictionary --lang {lang} --format md > docs/{name}"
    assert page.read_text(encoding="utf-8") == codebook.as_markdown(lang), f"Make the page again: {command}"


@pytest.mark.parametrize(("lang", "other"), [("en", "codebook.zh.md"), ("zh", "codebook.md")])
def test_each_page_names_every_column_and_code_and_links_to_the_other(lang, other):
    page = codebook.as_markdown(lang)
    assert f"]({other})" in page.split("\n\n")[1]
    for table in codebook.tables():
        (section,) = (part for part in page.split("\n## ") if f"`{table.name}.csv`" in part.split("\n")[0])
        assert table.means(lang) in section
        rows = [line for line in section.split("\n") if line.startswith(("| `", "| **`"))]
        assert [re.findall("`([a-z0-9_]+)`", row)[0] for row in rows] == list(table.names)
        for column, row in zip(table.columns, rows, strict=True):
            assert row.endswith(f"| {column.means(lang)} |")
            assert column.zh in row
    values = [value for codes in codebook.load().codes.values() for value in codes]
    assert [value for value in values if f"`{value}`" not in page] == []


def test_the_chinese_page_says_kinds_ranges_units_and_codes_in_chinese():
    page = codebook.as_markdown("zh")
    assert "| **`year`** | 年份；年度；统计年度 | 1900 ≤ 整数 ≤ 2100 |  | 统计所属学年的开始年份。 |" in page
    assert "| 0 ≤ 数值 ≤ 100,000,000,000，不超过 `public_funds_budget_yuan`（年度公用经费预算总额） | 元 |" in page
    assert "| `complete_secondary` | 完全中学 | complete secondary school | 初中、高中 |" in page
    assert "- 人员经费 + 公用经费 + 基本建设经费 ≤ 一般公共预算教育经费。" in page
    assert "| `frequency` 频率 | 1 从不；2 很少；3 有时；4 经常；5 总是 |  |" in page
    tables_of_chinese = [line for line in page.split("\n") if re.search(r"\| (0 ≤ )?(text|integer|number)", line)]
    assert tables_of_chinese == []


def test_the_english_page_says_them_in_english():
    page = codebook.as_markdown("en")
    assert "| **`year`** | 年份；年度；统计年度 | 1900 ≤ integer ≤ 2100 |  | Year in which" in page
    assert "| `satisfaction` 满意程度 | 1 very dissatisfied; 2 dissatisfied;" in page
    assert "In `interviews.themes`." in page


def test_one_table_comes_with_the_codes_that_it_uses():
    section = codebook.as_markdown("en", "births")
    assert section.startswith("## `births.csv` 出生人口表\n")
    assert "###" not in section
    lists = re.findall("### `([a-z_]+)`", codebook.as_markdown("zh", "interviews"))
    assert lists == ["role", "theme"]
    with pytest.raises(EdubalanceError, match=r"no table 'birth'.*births"):
        codebook.as_markdown("en", "birth")


def test_the_list_of_columns_holds_each_fact_in_a_cell_of_its_own():
    english, chinese = (codebook.as_frame(lang).set_index(head) for lang, head in (("en", "table"), ("zh", "表")))
    assert english["column"].tolist() == [column.name for table in codebook.tables() for column in table.columns]
    assert english["column"].tolist() == chinese["列名"].tolist()
    training = codebook.as_frame("en", "finance").set_index("column").loc["training_yuan"]
    assert training[["kind", "minimum", "maximum", "not above", "unit"]].tolist() == [
        "number",
        "0",
        "10000000000000",
        "public_funds_yuan",
        "yuan",
    ]
    area = codebook.as_frame("zh", "places").set_index("列名").loc["area"]
    assert area[["类型", "必填", "代码", "含义"]].tolist() == [
        "代码",
        "",
        "urban=城区；town=镇区；rural=乡村",
        "城区、镇区或乡村。",
    ]
