"""Titles, headers of several rows, notes, totals, blocks, years and levels in headers, forms."""

from __future__ import annotations

import itertools

import pytest
from intake.workbook import books

from edubalance import codebook
from edubalance.intake import workbook
from edubalance.intake.workbook import headers, likeness, words
from edubalance.intake.workbook.messy.sketch import Sketch

HEAD = [
    ["2023年小学基本情况（合成数据）", None, None, None, None, None],
    ["单位：人", None, None, None, None, None],
    ["学校代码", "学生", "专任教师", None, None, "班级数"],
    [None, "在校生数", "合计", "按学历分", None, None],
    [None, None, None, "本科", "硕士", None],
    ["甲", 1, 2, 3, 4, 5],
]
BODY = [
    ["P-01", 400, 24, 15, 3, 10],
    ["P-02", 34, 3, 1, 0, 2],
]
FOOT = [
    ["合 计", 434, 27, 16, 3, 12],
    ["注：在校生数截至9月1日", None, None, None, None, None],
    ["填表人：", None, "审核人：", None, None, None],
]


def sheet(rows):
    """Put a sheet of sections beside the schools that it needs."""
    schools = [row for number, row in enumerate(books.SCHOOLS) if number in (0, 1, 2)]
    return {"schools": schools, "小学": rows}


def test_a_header_of_three_rows_with_title_totals_and_notes_is_read(tmp_path):
    reading = books.read(tmp_path, sheet(HEAD + BODY + FOOT))
    assert books.said(reading) == []
    sections = reading.tables.sections
    assert sections["level"].tolist() == ["primary", "primary"]
    assert sections[["pupils", "teachers", "teachers_bachelor", "teachers_master", "classes"]].sum().tolist() == [
        434,
        27,
        16,
        3,
        12,
    ]
    assert {notice.key: notice.facts.get("count") for notice in reading.notices}["totals"] == 5


def test_merged_and_unmerged_headers_read_alike(tmp_path):
    merged = [
        ((2, 0), (4, 0)),
        ((2, 2), (2, 4)),
        ((3, 2), (4, 2)),
        ((3, 3), (3, 4)),
        ((2, 5), (4, 5)),
        ((0, 0), (0, 5)),
    ]
    pages = [Sketch("schools", sheet([])["schools"]), Sketch("小学", HEAD + BODY, merged)]
    (tmp_path / "a.xlsx").write_bytes(books.sketch.xlsx(pages))
    plain = books.read(tmp_path, sheet(HEAD + BODY)).texts()
    assert workbook.read([tmp_path / "a.xlsx"]).texts() == plain
    (tmp_path / "a.ods").write_bytes(books.sketch.ods(pages))
    assert workbook.read([tmp_path / "a.ods"]).texts() == plain


def test_a_total_that_is_not_the_sum_is_a_fault_that_names_the_sum(tmp_path):
    wrong = [["合计", 435, 27, 16, 3, 12]]
    reading = books.read(tmp_path, sheet(HEAD + BODY + wrong))
    assert books.said(reading) == [("小学", "B9", "total")]
    assert "rows 7–8 (2), 434" in reading.faults[0].rule("en")


@pytest.mark.parametrize(
    "label", ["合计", "总 计", "全县合计", "Total", "微山县合计", "合计：2所", "共计", "GRAND TOTAL"]
)
def test_totals_are_recognised_and_not_counted_as_schools(tmp_path, label):
    reading = books.read(tmp_path, sheet(HEAD + BODY + [[label, 434, 27, 16, 3, 12]]))
    assert books.said(reading) == []
    assert len(reading.tables.sections) == 2


def test_subtotals_total_their_block_and_of_a_level_the_rows_of_it(tmp_path):
    rows = books.county()["sections"]
    rows = [
        rows[0],
        *rows[1:3],
        [None, "小计", None, 434, 12, 27, 16, 2],
        *rows[3:],
        [None, "小计", None, 876, 24, 77, 64, 7],
        [None, "总计", None, 1310, 36, 104, 80, 9],
        [None, "初中小计", None, 710, 18, 65, 56, 6],
        [None, "平均", None, 262, 7, 20, 16, 2],
    ]
    reading = books.read(tmp_path, {**books.county(), "sections": rows})
    assert books.said(reading) == []
    assert [notice.facts["count"] for notice in reading.notices if notice.key == "totals"] == [20]
    assert [notice.facts["label"] for notice in reading.notices if notice.key == "unheld"] == ["平均"]
    rows[3][3] = 433
    assert books.said(books.read(tmp_path, {**books.county(), "sections": rows})) == [("sections", "D4", "total")]


def test_a_total_rounded_to_fewer_decimals_may_differ_by_half_a_unit(tmp_path):
    sheets = books.county()
    sheets["schools"][0][8] = "运动场地面积（平方米）"
    for row, value in zip(sheets["schools"][1:], [10.25, 20.5, 30, 40, None], strict=True):
        row[8] = value
    sheets["schools"].append(["合计", *[None] * 7, 100.8, None])
    assert books.said(books.read(tmp_path, sheets)) == []
    sheets["schools"][-1][8] = 100.6
    assert books.said(books.read(tmp_path, sheets)) == [("schools", "I7", "total")]


def test_levels_and_years_in_headers_give_a_row_each(tmp_path):
    head = [["学校代码", "小学", None, "初中", None], [None, "在校生数", "专任教师数", "在校生数", "专任教师数"]]
    body = [
        ["P-01", 400, 24, "/", "—"],
        ["P-02", 34, 3, 0, 0],
        ["N-01", 166, 12, 210, 20],
        ["C-01", None, None, 500, 45],
    ]
    reading = books.read(tmp_path, {"schools": books.SCHOOLS, "2023年": head + body})
    assert books.said(reading) == []
    rows = reading.tables.sections[["school_id", "level", "pupils"]].astype(str).agg(" ".join, axis=1).tolist()
    assert rows == [
        "P-01 primary 400.0",
        "P-02 primary 34.0",
        "N-01 primary 166.0",
        "N-01 junior 210.0",
        "C-01 junior 500.0",
    ]


def test_headings_inside_a_table_name_the_level(tmp_path):
    rows = [row[:2] + row[3:] for row in books.SECTIONS]
    page = [rows[0], ["一、小学"], *rows[1:4], ["二、初中"], *rows[4:]]
    reading = books.read(tmp_path, {"schools": books.SCHOOLS, "Sheet2": page})
    assert books.said(reading) == []
    assert reading.tables.sections["level"].tolist() == ["primary"] * 3 + ["junior"] * 2


def test_the_level_comes_from_the_type_only_where_the_type_has_one(tmp_path):
    joined = [
        [
            "县（市、区）",
            "年份",
            "学校代码",
            "办学类型",
            "举办者类型",
            "城乡类型",
            "乡镇街道",
            "在校生数",
            "专任教师数",
        ],
        ["D", 2023, "P-01", "小学", "民办", "城区", "T1", 400, 24],
        ["D", 2023, "N-01", "九年一贯制", "民办", "城区", "T1", 400, 24],
        ["D", 2023, "S-01", "特教", "民办", "城区", "T1", None, None],
    ]
    reading = books.read(tmp_path, {"Sheet1": joined})
    assert books.said(reading) == [("Sheet1", "3", "level_unknown")]
    joined[2][3] = "初中"
    assert books.read(tmp_path, {"Sheet1": joined}).tables.sections["level"].tolist() == ["primary", "junior"]


def test_a_year_that_name_and_title_do_not_agree_on_is_a_fault(tmp_path):
    rows = [["2022年和2023年小学"], ["学校代码", "在校生数", "专任教师数"], ["P-01", 400, 24]]
    reading = books.read(tmp_path, {"schools": books.SCHOOLS[:2], "小学": rows})
    assert ("小学", "", "year_twice") in books.said(reading)
    rows[0] = ["小学"]
    without = books.read(tmp_path, {"schools": books.SCHOOLS[:2], "小学": rows})
    assert ("小学", "", "year_unknown") in books.said(without)
    assert (
        books.said(books.read(tmp_path, {"schools": books.SCHOOLS[:2], "小学": rows}, constants={"year": "2023"})) == []
    )


def test_a_row_of_one_cell_among_schools_is_a_fault(tmp_path):
    reading = books.read(tmp_path, sheet([*HEAD, BODY[0], ["P-05", None, None, None, None, None], BODY[1]]))
    assert books.said(reading) == [("小学", "8", "odd_row")]


def test_a_form_of_one_school_is_read_with_its_levels(tmp_path):
    form = [
        ["某校基本情况登记表"],
        ["学校代码：", "N-02", "年份", "2023年"],
        ["县（市、区）", "D", "办学类型", "九年一贯制学校"],
        ["举办者类型", "民办", "城乡类型", "镇区"],
        ["乡镇街道", "T1", "教学仪器设备资产值", 40, "万元"],
        ["项目", "小学", "初中"],
        ["在校生数", 166, 210],
        ["专任教师数", 12, "２０"],
        ["其中：本科", 8, 16],
    ]
    reading = books.read(tmp_path, {"某校": form})
    assert books.said(reading) == [("某校", "B9", "header_unsure"), ("某校", "C9", "header_unsure")]
    form[8][0] = "本科学历教师数"
    good = books.read(tmp_path, {"某校": form})
    assert books.said(good) == []
    assert good.tables.sections[["pupils", "teachers", "teachers_bachelor"]].sum().tolist() == [376, 32, 24]
    assert good.tables.schools["equipment_value_10k_yuan"].tolist() == [40]
    form[7][2] = "约20"
    assert books.said(books.read(tmp_path, {"某校": form})) == [("某校", "C8", "number")]


def test_a_sheet_of_numbers_without_known_headers_is_a_fault_a_cover_is_left_out(tmp_path):
    reading = books.read(tmp_path, {**books.county(), "x": [["a", "b"], [1, 2]], "封面": [["填报说明"]]})
    assert books.said(reading) == [("x", "", "no_table")]
    assert any(notice.key == "skipped_sheet" for notice in reading.notices)


@pytest.mark.parametrize("view", headers.VIEWS)
def test_every_name_of_the_codebook_is_surely_its_column(view):
    for table in headers.VIEWS[view]:
        for column in codebook.table(table).columns:
            for name in (column.name, column.zh, *column.aliases):
                assert headers.sure((name,), view).column == column.name


def test_no_name_stands_for_two_columns_of_a_view():
    for view, tables in headers.VIEWS.items():
        named: dict[str, set[str]] = {}
        for table in tables:
            for column in codebook.table(table).columns:
                more = words.load()["headers"].get(table, {}).get(column.name, [])
                for name in (column.name, column.zh, *column.aliases, *more):
                    named.setdefault(words.normal(str(name)), set()).add(column.name)
            for group in words.load()["groups"]:
                leaves = group["leaves"].items() if group["table"] == table else ()
                for (name, forms), parent in itertools.product(leaves, group["parents"]):
                    for leaf in forms:
                        named.setdefault(f"{words.normal(parent)}/{words.normal(str(leaf))}", set()).add(name)
        assert [name for name, columns in named.items() if len(columns) > 1] == [], view


def test_every_word_of_the_lists_is_of_a_known_column_or_code():
    for table, columns in words.load()["headers"].items():
        assert set(columns) <= set(codebook.table(table).names)
    for group in words.load()["groups"]:
        assert set(group["leaves"]) <= set(codebook.table(group["table"]).names)
    for code_list, labels in words.load()["codes"].items():
        assert set(labels) <= set(codebook.codes(code_list))


@pytest.mark.parametrize(
    "header",
    [
        "女专任教师数",
        "生均图书册数",
        "46-50人班数",
        "专科及以下学历教师数",
        "寄宿生数",
        "代课教师数",
        # Grounds and indoor rooms in one: beside a column of indoor rooms these would count twice.
        "体育运动场馆面积",
        "运动场(馆)面积",
    ],
)
def test_a_word_that_changes_the_meaning_is_never_proposed(header):
    assert headers.sure((header,), "schools") is None
    assert likeness.propose((header,), "schools").score < likeness.TAKEN_FROM
