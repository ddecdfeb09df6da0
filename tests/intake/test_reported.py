"""What a county reports of itself: numbers that can be, parts within their whole, evidence that is a document."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.small_county import write

from edubalance import cases, intake
from edubalance.cli import main
from edubalance.errors import TableError
from edubalance.intake.documents import names_no_document
from edubalance.intake.variables import known, relations
from edubalance.intake.workbook.strict import in_chinese

HEAD = ["county", "year", "variable", "value", "evidence"]
CASES = ("wuhu_j", "ziliujing", "shanghai_q", "weishan", "liangyuan")


def read(folder, **values):
    """Read the small county with these variables: numbers as they are, texts as evidence."""
    rows = [
        ["D", "2023", name, "", value] if isinstance(value, str) else ["D", "2023", name, f"{value:.12g}", ""]
        for name, value in values.items()
    ]
    return intake.read_tables(*write(folder, county=[HEAD, *rows]))


def faults(folder, **values):
    """Return the faults of the small county with these variables."""
    with pytest.raises(TableError) as raised:
        read(folder, **values)
    assert all(in_chinese(text) != text for fault in raised.value.faults for text in (fault.rule, fault.remedy))
    return raised.value.faults


def test_a_part_above_its_whole_is_refused_with_both_numbers_and_rows(tmp_path):
    (fault,) = faults(tmp_path, fulltime_teachers=3440, certified_fulltime_teachers=9999)
    assert (fault.file, fault.row, fault.column, fault.value) == ("county.csv", 3, "value", "9999")
    assert fault.rule == "certified_fulltime_teachers = 9999 should not be above fulltime_teachers = 3440 (row 2)"
    assert fault.remedy == "They are counted among the full-time teachers. Correct the number that is wrong."


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"rotated_teachers": 100, "rotated_backbone_teachers": 120}, "120"),
        ({"disabled_of_school_age": 260, "disabled_enrolled": 1000}, "1000"),
        ({"valid_questionnaires": 1000, "satisfied_questionnaires": 1022}, "1022"),
        ({"eligible_migrant_children": 300, "migrant_in_public": 200, "migrant_in_purchased_private": 101}, "200"),
        ({"eligible_migrant_children": 0, "migrant_in_public": 1}, "1"),
        ({"questionnaires": 100, "parent_questionnaires": 101}, "101"),
        ({"planned_places": 100, "allocated_places": 101}, "101"),
        ({"practice_hours": 40, "labour_hours": 40.5}, "40.5"),
        ({"small_schools": 0, "small_school_pupils": 625}, "625"),
        ({"small_schools": 6, "small_school_pupils": 595}, "595"),
        ({"special_school_pupils": 0, "special_school_public_funds_yuan": 10}, "10"),
        # 100 entered, none died: 105 may have stayed, for some come back from leave, and 106 may not.
        (
            {"graduates": 106, "transferred_in_3y": 0, "transferred_out_3y": 0}
            | {"grade7_enrolment_3y_before": 100, "deaths_3y": 0},
            "106",
        ),
        ({"grade7_enrolment_3y_before": 100, "transferred_in_3y": 5, "transferred_out_3y": 100, "deaths_3y": 6}, "100"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, dict) else part,
)
def test_every_relation_refuses_what_cannot_be(tmp_path, values, at):
    (fault,) = faults(tmp_path, **values)
    assert fault.value == at


@pytest.mark.parametrize(
    "values",
    [
        {"fulltime_teachers": 3440, "certified_fulltime_teachers": 3440},
        {"small_schools": 0, "small_school_pupils": 0, "small_school_public_funds_yuan": 0},
        # What is promised to a small school may be said where there is none.
        {"small_schools": 0, "small_school_min_funded_pupils": 100},
        {"small_schools": 6, "small_school_pupils": 594},
        {"special_school_pupils": 1, "special_school_public_funds_yuan": 1e7},
        # More may rotate than those who are eligible: the text does not say that others stay.
        {"eligible_teachers": 100, "rotated_teachers": 120, "fulltime_teachers": 900},
        {"graduates": 105, "transferred_in_3y": 0, "grade7_enrolment_3y_before": 100, "deaths_3y": 0},
        # Parts of which the whole is not reported are held against nothing.
        {"migrant_in_public": 500, "migrant_in_purchased_private": 3},
        {"graduates": 500, "grade7_enrolment_3y_before": 100},
    ],
    ids=" ".join,
)
def test_what_can_be_is_read(tmp_path, values):
    assert len(read(tmp_path, **values).county) == len(values)


def test_years_and_counties_are_not_held_against_each_other(tmp_path):
    rows = [HEAD, ["D", "2022", "fulltime_teachers", "10", ""], ["D", "2023", "certified_fulltime_teachers", "20", ""]]
    assert len(intake.read_tables(*write(tmp_path, county=rows)).county) == 2


@pytest.mark.parametrize(
    ("variable", "value", "rule"),
    [
        ("deaths_3y", -600, "deaths_3y should be a whole number, 0 or more (pupils)"),
        ("fulltime_teachers", 3440.5, "fulltime_teachers should be a whole number, 0 or more (teachers)"),
        (
            "admission_by_exam",
            2,
            "admission_by_exam should be a whole number from 0 to 1 (1 happened, 0 did not)",
        ),
        ("layout_planning", 3, "layout_planning should be a whole number from 0 to 1 (document)"),
        ("monitoring_level_arts", 6, "monitoring_level_arts should be a whole number from 1 to 5 (level (1 to 5))"),
        (
            "monitoring_difference_rate_arts",
            9,
            "monitoring_difference_rate_arts should be a number from 0 to 1 (ratio)",
        ),
        ("monitoring_share_arts", 100.5, "monitoring_share_arts should be a number from 0 to 100 (%)"),
        ("mean_teacher_pay_public", 9.26, "mean_teacher_pay_public should be a number, 10,000 or more (yuan a year)"),
        (
            "resident_population_10k",
            613400,
            "resident_population_10k should be a number from 0 to 1000 (10 000 persons)",
        ),
        ("years_since_basic_recognition", 2015, re.compile("from 0 to 100")),
        ("basic_recognition_date", 20153112, re.compile("should be a day such as 20151231")),
    ],
)
def test_a_number_that_cannot_be_is_refused_at_intake(tmp_path, variable, value, rule):
    (fault,) = faults(tmp_path, **{variable: value})
    assert (fault.row, fault.column, fault.value) == (2, "value", f"{value:.12g}")
    assert rule.search(fault.rule) if isinstance(rule, re.Pattern) else fault.rule == rule


def test_a_number_that_is_refused_by_itself_is_not_held_against_others(tmp_path):
    (fault,) = faults(tmp_path, fulltime_teachers=-5, certified_fulltime_teachers=20)
    assert fault.value == "-5"


@settings(max_examples=30)
@given(part=st.integers(0, 5), whole=st.integers(0, 5), times=st.integers(1, 1000))
def test_a_part_is_refused_where_it_is_more_whatever_the_scale(tmp_path_factory, part, whole, times):
    values = {"rotated_teachers": whole * times, "rotated_backbone_teachers": part * times}
    folder = tmp_path_factory.mktemp("county")
    if part > whole:
        assert len(faults(folder, **values)) == 1
    else:
        assert len(read(folder, **values).county) == 2


def test_every_bound_names_known_variables_and_its_reason_in_both_languages():
    assert {name for relation in relations() for name in relation.variables} <= set(known())
    reasons = [relation.reason for relation in relations()]
    reasons += [variable.amount.reason for variable in known().values() if variable.amount]
    assert len(reasons) > 100
    for reason in reasons:
        assert reason.en.endswith(".")
        assert reason.zh.endswith("。")


@pytest.mark.parametrize(
    "text", ["否", "没有", "无", "尚未制定", "未制定。", "暂无", "还没有开展", "否（未开展）", "无相关文件", "正在制定"]
)
def test_words_of_denial_are_no_evidence_in_chinese(tmp_path, text):
    (fault,) = faults(tmp_path, layout_planning=text)
    assert (fault.row, fault.column, fault.value) == (2, "evidence", text)
    assert fault.rule == "evidence of layout_planning should name a document"
    assert "write 0 in value" in fault.remedy


@pytest.mark.parametrize(
    "text", ["no", "None", "not yet", "Not done", "n/a", "N", "×", "—", "/", "?", "是", "有", "√", "yes"]
)
def test_nor_are_english_ones_marks_or_mere_assent(tmp_path, text):
    (fault,) = faults(tmp_path, full_curriculum=text)
    assert fault.column == "evidence"


@pytest.mark.parametrize(
    "text",
    [
        "Plan 3/2022",
        "No. 12/2023",
        "未成年人保护工作方案",
        "无重大安全事故证明",
        "不合格课程整改报告",
        "有关规划的批复（县政发〔2022〕3号）",
        "是否达标自查表",
        "未发生重大事故的声明",
    ],
)
def test_names_of_documents_are_evidence(text):
    assert not names_no_document(text)


def test_a_county_that_reports_0_claims_no_document(tmp_path):
    rows = [HEAD, ["D", "2023", "layout_planning", "0", "尚未制定"]]
    assert len(intake.read_tables(*write(tmp_path, county=rows)).county) == 1


def test_a_county_without_a_column_of_values_names_documents_too(tmp_path):
    rows = [["county", "year", "variable", "evidence"], ["D", "2023", "layout_planning", "没有"]]
    with pytest.raises(TableError, match="evidence of layout_planning should name a document"):
        intake.read_tables(*write(tmp_path, county=rows))


def test_evidence_of_a_number_may_be_any_remark(tmp_path):
    rows = [HEAD, ["D", "2023", "small_schools", "0", "没有"]]
    assert len(intake.read_tables(*write(tmp_path, county=rows)).county) == 1


@pytest.mark.parametrize("case_id", CASES)
def test_the_committed_counties_report_nothing_that_cannot_be(case_id):
    case = cases.load(case_id)
    for scenario in case.scenarios:
        assert len(intake.read_case(case, scenario).county)


def test_the_command_stops_with_2_and_writes_nothing(tmp_path, capsys):
    schools, sections, county = write(tmp_path, county=[HEAD, ["D", "2023", "admission_by_exam", "3", ""]])
    out = tmp_path / "out.json"
    named = ["--schools", str(schools), "--sections", str(sections), "--county", str(county)]
    told = ["--standard", "cn-2017-quality", "--format", "json", "--output", str(out)]
    assert main(["assess", *named, *told]) == 2
    assert "county.csv, row 2, column value: admission_by_exam should be" in " ".join(capsys.readouterr().err.split())
    assert not out.exists()
