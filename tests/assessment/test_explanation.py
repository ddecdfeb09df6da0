"""Explaining one school: every input, the rule, the exception, the verdict."""

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import explain
from edubalance.errors import EdubalanceError

QUALITY = standards.load("cn-2017-quality")


def test_inputs_rule_and_verdict_stand_in_the_text(just_enough):
    text = explain(just_enough, QUALITY, "A")
    assert "A, primary: primary school, urban, 2023" in text
    assert "教督〔2017〕6号" in text
    assert "teachers_bachelor = 42" in text
    assert "= 4.2000" in text
    assert "at least 6 of 7 met, and no other below 85% of its threshold" in text
    assert text.endswith("Verdict: met.")


def test_the_same_in_chinese(just_enough):
    text = explain(just_enough, QUALITY, "A", lang="zh")
    assert "规则：7项中至少6项达标，其余不低于标准的85%。" in text
    assert text.endswith("结论：达标。")


def test_the_share_of_an_integrated_school_is_shown():
    """166 / (166 + 1.1 × 210) = 0.4181."""
    tables = build([school("N", 400, type="nine_year")], [section("N", 166), section("N", 210, level="junior")])
    text = explain(tables, QUALITY, "N", level="primary")
    assert "1 : 1.1; this part takes 0.4181" in text
    assert "for the whole school" in text


def test_a_missing_input_is_named_and_leaves_the_indicator_undetermined():
    tables = build([school("A", 1000, multimedia_classrooms=np.nan)], [section("A", 1000)])
    text = explain(tables, QUALITY, "A")
    assert "multimedia_classrooms is missing" in text
    assert "a missing value is never a pass" in text
    assert text.endswith("Verdict: undetermined.")


def test_below_the_floor_is_told_from_above_it():
    tables = build([school("A", 1000, sports_ground_area_m2=7000, equipment_value_10k_yuan=1)], [section("A", 1000)])
    text = explain(tables, QUALITY, "A")
    assert "not met, but above the floor: the threshold is 7.5, the floor 6.375" in text
    assert "not met, and below the floor: the threshold is 2000, the floor 1700" in text


def test_a_school_outside_the_scope_is_told_why():
    tables = build([school("A", 1000), school("T", 30, type="teaching_point")], [section("A", 1000), section("T", 30)])
    assert explain(tables, QUALITY, "T").endswith("Outside the indicators: a teaching point with too few pupils.")


def test_a_relief_is_named_where_it_applies():
    relieved = standards.load("cn-2017-quality", profiles=("relief-2019",))
    rows = [section("A", 60, year=2021, visiting_pe_arts_teachers=1)]
    tables = build([school("A", 60, year=2021, area="rural")], rows)
    text = explain(tables, relieved, "A")
    assert "With the profiles: relief-2019." in text
    assert "relief applies: Exchange, part-time and visiting teachers" in text


def test_an_unknown_school_or_section_is_refused(just_enough):
    with pytest.raises(EdubalanceError, match="no school 'Z'"):
        explain(just_enough, QUALITY, "Z")
    with pytest.raises(EdubalanceError, match="A has no section for 2023 junior"):
        explain(just_enough, QUALITY, "A", level="junior")
    with pytest.raises(EdubalanceError, match="A has no section for 2019"):
        explain(just_enough, QUALITY, "A", year=2019)
