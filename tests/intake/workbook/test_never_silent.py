"""What a reader could take for something else without a word: footnotes, units above a table, dates, wider headers."""

from __future__ import annotations

import pytest
from intake.workbook import books
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from edubalance.intake import workbook
from edubalance.intake.workbook import headers, likeness, units, xlsx
from edubalance.intake.workbook.messy.sketch import Sketch


def under(line, column="图书册数", value=4):
    """Return the small county with a line above its schools, and a column of one value."""
    schools = [[*row[:8], column if number == 0 else value, row[9]] for number, row in enumerate(books.SCHOOLS)]
    return {"schools": [[line], *schools], "sections": books.SECTIONS}


@pytest.mark.parametrize("value", ["2500①", "３０００¹", "2500⑴", "40⒈册", "4000册②", "4²"])
def test_the_mark_of_a_footnote_is_no_digit(tmp_path, value):
    reading = books.read(tmp_path, books.county(schools_I2=value))
    assert books.said(reading) == [("schools", "I2", "footnote")]
    assert "4000" not in reading.faults[0].remedy("en")


def test_the_mark_of_a_footnote_makes_no_other_school_or_year(tmp_path):
    code = books.read(tmp_path, books.county(schools_C2="P-0①"))
    assert ("schools", "C2", "footnote") in books.said(code)
    year = books.read(tmp_path, books.county(schools_B2="202³"))
    assert ("schools", "B2", "footnote") in books.said(year)


@pytest.mark.parametrize("value", ["4 00册", "40 00册", "4 000册", "4\u300000册"])
def test_blanks_between_digits_do_not_vanish(tmp_path, value):
    assert books.said(books.read(tmp_path, books.county(schools_I2=value))) == [("schools", "I2", "number")]


@pytest.mark.parametrize("value", ["2000㎡", "2,000m²", "2000 m2", "２０００ ㎡", "0.2万平方米"])
def test_a_unit_behind_a_number_may_hold_a_digit_of_its_own(tmp_path, value):
    reading = books.read(
        tmp_path, books.county(schools_I1="运动场地面积", **{f"schools_I{row}": value for row in range(2, 7)})
    )
    assert books.said(reading) == []
    assert set(reading.tables.schools["sports_ground_area_m2"]) == {2000}


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("单位：人、千册", "图书册数", 4000),
        ("单位：人 千册  2023年", "图书册数", 4000),
        ("单位负责人：某某；单位：千册", "图书册数", 4000),
        ("2023年学校情况（单位：台（套）、千册）", "图书册数", 4000),
        ("填报单位：某县教育局  单位：千册", "图书册数", 4000),
        ("单位：百人、个", "图书册数", 4),
        ("单位：县教育局", "图书册数", 4),
        ("（单位：万平方米、人等）", "运动场地面积", 40000),
        ("Unit: persons, 10 000 yuan", "公用经费预算", 40000),
        ("单位：百人", "高中学生数", 400),
    ],
)
def test_each_unit_above_a_table_is_that_of_its_columns(tmp_path, line, column, expected):
    sheets = under(line, column)
    if column == "高中学生数":
        sheets["schools"] = [row[:7] + row[8:] if len(row) > 1 else row for row in sheets["schools"]]
        for row in (2, 3, 4, 6):
            sheets["schools"][row][7] = None
    reading = books.read(tmp_path, sheets)
    assert books.said(reading) == []
    name = headers.sure((column,), "schools").column
    assert reading.tables.schools[name].dropna().unique().tolist() == [expected]
    converted = [str(notice.facts["header"]) for notice in reading.notices if notice.key == "converted"]
    assert (column in converted) == (expected not in (4, 400) or line == "单位：百人")


def test_a_header_s_own_unit_counts_before_the_line_above(tmp_path):
    reading = books.read(tmp_path, under("单位：千册", "图书（百册）"))
    assert reading.tables.schools["books"].unique().tolist() == [400]


@pytest.mark.parametrize("line", ["单位：人、亩、万元", "单位：平方米、万平方米"])
def test_a_unit_above_that_has_no_ratio_or_is_one_of_two_is_refused_at_its_column(tmp_path, line):
    assert books.said(books.read(tmp_path, under(line, "运动场地面积"))) == [("schools", "I2", "unit_above")]
    assert books.said(books.read(tmp_path, under(line, "图书册数"))) == []


@pytest.mark.parametrize(
    "line", ["单位：人、垧", "单位：万", "单位：百套", "单位：册/人", "单位：元/生", "Unit: persons, perches"]
)
def test_a_unit_above_that_nobody_knows_is_refused(tmp_path, line):
    assert books.said(books.read(tmp_path, under(line))) == [("schools", "", "units_unknown")]


def no_year(name):
    """Return the small county without a column of the year, its sheet of schools under a name."""
    return {name: [row[:1] + row[2:] for row in books.SCHOOLS], "sections": books.SECTIONS}


def test_the_year_of_the_sheet_counts_before_the_one_given_for_all(tmp_path):
    reading = books.read(tmp_path, no_year("2022年学校"), constants={"year": "2023"})
    assert set(reading.assembled["schools"].frame["year"]) == {"2022"}
    told = [notice.facts for notice in reading.notices if notice.key == "other_year"]
    assert told == [{"year": "2022", "given": "2023"}]
    two = {**no_year("2021年学校"), **no_year("2023年学校")}
    both = books.read(tmp_path, two, constants={"year": "2023"}).assembled["schools"].frame
    assert both["year"].value_counts().to_dict() == {"2021": 5, "2023": 5}
    assert books.said(books.read(tmp_path, no_year("学校"), constants={"year": "2023"})) == []


@pytest.mark.parametrize(
    "line",
    [
        ["填报日期：2024年3月15日"],
        ["制表人：某某  制表日期：2024年"],
        ["填报日期：", "2024年"],
        ["报出日期：2024 年 3 月"],
        ["截至2024年3月"],
        ["二〇二四年三月"],
    ],
)
def test_a_date_above_a_table_is_not_the_year_of_its_data(tmp_path, line):
    sheets = no_year("学校")
    sheets["学校"] = [line, *sheets["学校"]]
    assert ("学校", "", "year_unknown") in books.said(books.read(tmp_path, sheets))
    sheets["学校"] = [["2023年学校基本情况"], *sheets["学校"]]
    assert books.said(books.read(tmp_path, sheets)) == []


@pytest.mark.parametrize(
    "header",
    [
        "最大音乐教室面积",
        "音乐教室面积",
        "体育艺术教师数",
        "本科以上学历教师数",
        "市级及以上骨干教师数",
        "县级骨干教师数",
        "上年教学仪器设备值",
        "年度公用经费决算总额",
        "教师培训经费支出",
        "高级及以上专业技术职务教师数",
        "教师用计算机台数",
        "环形运动场地面积",
        "辅助用房面积",
        "电子图书册数",
        "图书种数",
        "教学仪器设备净值",
        "运动场地总面积",
    ],
)
def test_a_header_with_a_word_more_or_less_is_never_taken_by_yes(header):
    assert headers.sure((header,), "schools") is None
    assert likeness.propose((header,), "schools").score < likeness.TAKEN_FROM


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("教学仪器设备资产直", "equipment_value_10k_yuan"),
        ("本科学厉教师数", "teachers_bachelor"),
        ("运动场地面积数", "sports_ground_area_m2"),
        ("smallest music rom", "music_room_area_m2"),
    ],
)
def test_a_slip_of_the_pen_is_taken_by_yes(header, column):
    found = likeness.propose((header,), "schools")
    assert (found.column, found.how) == (column, "proposed")
    assert found.score >= likeness.TAKEN_FROM


def test_a_number_of_one_level_is_not_that_of_a_school_with_several(tmp_path):
    reading = books.read(tmp_path, books.county(schools_I1="小学图书册数", schools_I5=None))
    assert books.said(reading) == [("schools", "I4", "header_whole_school")]
    single = books.county(schools_I1="小学图书册数", schools_I4=None, schools_I5=None)
    good = books.read(tmp_path, single)
    assert books.said(good) == []
    assert good.tables.schools["books"].dropna().tolist() == [4000, 300]


def test_a_number_of_one_level_is_refused_in_whichever_sheet_the_type_stands(tmp_path):
    rows = [["学校代码", "年份", "小学教学及辅助用房面积（平方米）"], ["N-01", 2023, 2000], ["C-01", 2023, 500]]
    reading = books.read(tmp_path, {**books.county(), "校舍": rows})
    assert books.said(reading) == [("校舍", "C2", "header_whole_school"), ("校舍", "C3", "header_whole_school")]


def test_a_form_with_a_resource_under_one_level_is_refused(tmp_path):
    form = [
        ["学校代码：", "N-02", "年份", "2023年"],
        ["县（市、区）", "D", "办学类型", "九年一贯制学校"],
        ["举办者类型", "民办", "城乡类型", "镇区"],
        ["乡镇街道", "T1"],
        ["项目", "小学", "初中"],
        ["在校生数", 166, 210],
        ["专任教师数", 12, 20],
        ["图书册数", 2000, None],
    ]
    assert books.said(books.read(tmp_path, {"某校": form})) == [("某校", "B8", "header_whole_school")]


@pytest.mark.parametrize("header", ["随迁子女比例", "随迁子女比例（%）"])
@pytest.mark.parametrize("small", [0.13, "0.13", "０.１３"])
def test_a_fraction_beside_a_sign_of_percent_is_refused(tmp_path, header, small):
    changes = {"schools_J1": header, "schools_J2": "12%", "schools_J3": small, "schools_J5": "100％"}
    assert books.said(books.read(tmp_path, books.county(**changes))) == [("schools", "J3", "share_mixed")]
    changes["schools_J3"] = 13
    assert books.read(tmp_path, books.county(**changes)).tables.schools["migrant_share_pct"].tolist()[:2] == [12, 13]


def test_fractions_that_stand_as_text_are_asked_about_as_numbers_are(tmp_path):
    changes = {"schools_J1": "随迁子女比例", "schools_J2": "0.12", "schools_J3": "0", "schools_J5": "1"}
    assert books.said(books.read(tmp_path, books.county(**changes))) == [("schools", "J", "share_unsure")]


JOINED = [
    [
        "县（市、区）",
        "年份",
        "学校代码",
        "学段",
        "办学类型",
        "举办者类型",
        "城乡类型",
        "乡镇街道",
        "图书册数",
        "在校生数",
        "专任教师数",
    ],
    ["D", 2023, "P-01", "小学", "小学", "民办", "城区", "T1", 100000, 2000, 24],
    ["D", 2023, "P-02", "小学", "小学", "民办", "城区", "T1", 5000, 15, 3],
    ["D", 2023, "N-01", "小学", "九年一贯制", "民办", "城区", "T1", 12000, 166, 12],
    ["D", 2023, "N-01", "初中", "九年一贯制", "民办", "城区", "T1", 12000, 210, 20],
]


def total(label, books_, pupils, teachers):
    """Return a row of totals for the joined sheet."""
    return [label, *[None] * 7, books_, pupils, teachers]


def test_a_total_of_a_level_totals_the_sections_of_it_not_the_schools_of_a_type(tmp_path):
    for label in ("小学合计", "小学小计"):
        reading = books.read(
            tmp_path, {"学校": [*JOINED, total(label, None, 2181, 39), total("初中合计", None, 210, 20)]}
        )
        assert books.said(reading) == []
        assert [notice.facts["count"] for notice in reading.notices if notice.key == "totals"] == [4]
    wrong = books.read(tmp_path, {"学校": [*JOINED, total("小学合计", None, 2015, 27)]})
    assert books.said(wrong) == [("学校", "J6", "total"), ("学校", "K6", "total")]
    assert "2181" in wrong.faults[0].rule("en")


def test_what_is_counted_for_a_whole_school_is_totalled_once(tmp_path):
    assert books.said(books.read(tmp_path, {"学校": [*JOINED, total("合计", 117000, 2391, 59)]})) == []
    twice = books.read(tmp_path, {"学校": [*JOINED, total("合计", 129000, 2391, 59)]})
    assert books.said(twice) == [("学校", "I6", "total")]
    assert "117000" in twice.faults[0].rule("zh")


def merged(tmp_path, column, rows=(3, 4), value=12000):
    """Read the joined sheet with a cell merged over two rows."""
    page = [list(row) for row in JOINED]
    page[rows[0]][column], page[rows[1]][column] = value, None
    (tmp_path / "a.xlsx").write_bytes(
        books.sketch.xlsx([Sketch("学校", page, [((rows[0], column), (rows[1], column))])])
    )
    return workbook.read([tmp_path / "a.xlsx"])


def test_a_number_of_a_whole_school_may_be_merged_over_its_rows(tmp_path):
    reading = merged(tmp_path, 8)
    assert books.said(reading) == []
    assert reading.tables.schools["books"].tolist() == [100000, 5000, 12000]
    assert books.said(merged(tmp_path, 9, value=376))[0] == ("学校", "J4", "merged_number"), "pupils are of a level"
    assert books.said(merged(tmp_path, 8, rows=(2, 3))) == [("学校", "I3", "merged_number")], "of two schools"


def test_two_numbers_of_one_school_are_told_to_be_the_whole_school_s(tmp_path):
    page = [list(row) for row in JOINED]
    page[4][8] = 7000
    reading = books.read(tmp_path, {"学校": page})
    assert books.said(reading) == [("学校", "I5", "conflict_of_school")]
    assert "whole school" in reading.faults[0].remedy("en")


@pytest.mark.parametrize(
    "head",
    [
        [["县", "指标", "2022年", "2023年"]],
        [["县级指标"], ["县", "指标", "2022", "2023年度"]],
        [["县", "指标", "指标值", None], [None, None, "2022年", "2023年"]],
    ],
)
def test_the_county_s_values_may_stand_in_a_column_a_year(tmp_path, head):
    rows = [["D", "graduates", 940, 950], ["D", "townships", 4, None]]
    reading = books.read(tmp_path, {**books.county(), "Sheet3": [*head, *rows]})
    assert books.said(reading) == []
    county = reading.tables.county[["year", "variable", "value"]]
    assert sorted(county.itertuples(index=False, name=None)) == [
        (2022, "graduates", 940),
        (2022, "townships", 4),
        (2023, "graduates", 950),
    ]


def test_years_without_the_names_of_variables_are_no_table_of_the_county(tmp_path):
    rows = [["县", "名称", "2022年", "2023年"], ["D", "graduates", 940, 950]]
    assert books.said(books.read(tmp_path, {**books.county(), "Sheet3": rows})) == [("Sheet3", "", "no_table")]


@pytest.mark.parametrize(
    ("largest", "banded", "address"),
    [(40, 2, "F2"), (45, 1, "F2"), (46, 0, "G2"), (55, 0, "G2")],
)
def test_a_largest_class_and_classes_by_size_that_contradict_each_other_are_refused(tmp_path, largest, banded, address):
    sections = [
        [*row[:5], "最大班额" if number == 0 else None, "46—55人班数" if number == 0 else None, *row[5:]]
        for number, row in enumerate(books.SECTIONS)
    ]
    sections[1][5], sections[1][6] = largest, banded
    reading = books.read(tmp_path, {**books.county(), "sections": sections})
    assert books.said(reading) == [("sections", address, "strict")]
    for fault in reading.faults:
        assert "应不小于" in fault.rule("zh")


def test_the_mark_of_a_footnote_that_only_its_format_raises_is_no_digit(tmp_path):
    book = Workbook()
    for title, rows in books.county().items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    mark = TextBlock(InlineFont(vertAlign="superscript"), "1")
    book["schools"]["I2"] = CellRichText("400", mark)
    book["schools"]["I1"] = CellRichText("图书册数")
    book.save(tmp_path / "a.xlsx")
    assert books.said(workbook.read([tmp_path / "a.xlsx"])) == [("schools", "I2", "footnote")]
    book["schools"]["I2"] = CellRichText("400", TextBlock(InlineFont(b=True), "1"))
    book.save(tmp_path / "a.xlsx")
    assert workbook.read([tmp_path / "a.xlsx"]).tables.schools["books"][0] == 4001


def test_texts_that_cells_share_keep_their_raised_digits_and_units_their_meaning():
    raised = b"<r><rPr><vertAlign val='superscript'/></rPr><t>%s</t></r></si>"
    shared = (
        b"<sst xmlns='x'><si><r><t>400</t></r>" + raised % b"1" + b"<si><r><t>m</t></r>" + raised % b"2" + b"</sst>"
    )
    assert xlsx.raised({"xl/sharedStrings.xml": shared}) == {"4001": "400\u00b9", "m2": "m\u00b2"}
    assert xlsx.raised({"xl/sharedStrings.xml": shared.replace(b"superscript", b"baseline")}) == {}
    assert units.named("m\u00b2") == units.named("m2")


def test_a_label_with_a_word_more_is_never_taken_by_yes_for_a_code(tmp_path):
    denied = books.read(tmp_path, books.county(schools_E2="非民办学校"), accept=True)
    assert books.said(denied) == [("schools", "E2", "code")]
    slip = books.read(tmp_path, books.county(schools_D4="九年一惯制学校"), accept=True)
    assert books.said(slip) == []
