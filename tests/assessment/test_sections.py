"""The school rule: six of seven, and the rest above the floor."""

import numpy as np
import pandas as pd
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess
from edubalance.errors import EdubalanceError, StandardError

QUALITY = standards.load("cn-2017-quality")


def verdict_of(schools, sections):
    return assess(build(schools, sections), QUALITY).section_verdicts.iloc[0]


def test_a_section_exactly_at_every_threshold_meets_the_rule(just_enough):
    verdicts = assess(just_enough, QUALITY).section_verdicts
    assert verdicts["met_count"].tolist() == [7, 7]
    assert verdicts["floor_ok"].tolist() == [True, True]
    assert verdicts["verdict"].tolist() == ["met", "met"]


@pytest.mark.parametrize(
    ("change", "met_count", "floor_ok", "verdict"),
    [
        pytest.param({"sports_ground_area_m2": 7.5 * 1000 * 0.85}, 6, True, "met", id="one at the floor exactly"),
        pytest.param({"sports_ground_area_m2": 7.5 * 1000 * 0.8499}, 6, False, "not_met", id="just below the floor"),
        pytest.param(
            {"sports_ground_area_m2": 7000, "equipment_value_10k_yuan": 190}, 5, True, "not_met", id="two unmet"
        ),
        pytest.param({"multimedia_classrooms": np.nan}, 6, None, "undetermined", id="one missing is never a pass"),
        pytest.param(
            {"multimedia_classrooms": np.nan, "sports_ground_area_m2": 7000}, 5, None, "undetermined",
            id="one missing, one above the floor: five may become six",
        ),
        pytest.param(
            {"multimedia_classrooms": np.nan, "sports_ground_area_m2": 1}, 5, False, "not_met",
            id="one missing cannot mend one below the floor",
        ),
        pytest.param({"multimedia_classrooms": 0}, 6, False, "not_met", id="zero is a value"),
    ],
)  # fmt: skip
def test_six_of_seven_with_a_floor(change, met_count, floor_ok, verdict):
    row = verdict_of([school("A", 1000, **change)], [section("A", 1000)])
    assert row["met_count"] == met_count
    assert row["floor_ok"] is pd.NA if floor_ok is None else row["floor_ok"] == floor_ok
    assert row["verdict"] == verdict


def test_two_missing_values_with_the_rest_met_stay_undetermined():
    row = verdict_of(
        [school("A", 1000, multimedia_classrooms=np.nan, sports_ground_area_m2=np.nan)], [section("A", 1000)]
    )
    assert (row["met_count"], row["undetermined_count"], row["verdict"]) == (5, 2, "undetermined")


def test_a_section_exactly_at_the_floor_after_splitting_is_at_the_floor():
    """833.85 m² shared by 20 primary and 180 junior pupils as 1 : 1.1: 833.85 / 218 = 3.825, 85 % of 4.5."""
    nine = school("N", 1000, 9.0, type="nine_year", teaching_auxiliary_area_m2=833.85)
    tables = build([nine], [section("N", 20), section("N", 180, 9.0, level="junior")])
    sections = assess(tables, QUALITY).sections
    area = sections.query("level == 'primary' and indicator == 'teaching_and_auxiliary_area_per_pupil'").iloc[0]
    assert area["value"] < area["floor"]
    assert bool(area["floor_met"])
    assert not bool(area["met"])


def test_the_floor_is_not_rounded():
    """5.3 × 0.85 = 4.505; the 4.51 that one document prints would fail this school."""
    rows = [section("J", 1000, level="junior", teachers_bachelor=45.05)]
    tables = build([school("J", 1000, type="junior")], rows)
    sections = assess(tables, QUALITY).sections.set_index("indicator")
    qualified = sections.loc["teachers_above_required_qualification_per_100"]
    assert qualified["floor"] == 4.505
    assert bool(qualified["floor_met"])
    assert not bool(qualified["met"])


def test_sections_out_of_scope_are_listed_with_their_reason_and_not_judged():
    tables = build(
        [school("A", 1000), school("S", 100, type="special"), school("T", 49, type="teaching_point")],
        [section("A", 1000), section("S", 100), section("T", 49)],
    )
    assessment = assess(tables, QUALITY)
    assert assessment.section_verdicts["school_id"].tolist() == ["A"]
    assert dict(zip(assessment.out_of_scope["school_id"], assessment.out_of_scope["reason"], strict=True)) == {
        "S": "type",
        "T": "small_teaching_point",
    }


def test_each_year_is_judged_by_the_rules_of_its_own_day():
    tables = build([school("A", 1000, year=2016)], [section("A", 1000, year=2016)])
    with pytest.raises(StandardError, match="not in force on 2016-09-01"):
        assess(tables, QUALITY)


def test_a_county_with_nothing_in_scope_is_refused():
    tables = build([school("S", 100, type="special")], [section("S", 100)])
    with pytest.raises(EdubalanceError, match="No section is in the scope of cn-2017-quality"):
        assess(tables, QUALITY)


def test_thousands_of_counties_are_judged_as_each_would_be_alone():
    rng = np.random.default_rng(7)
    schools, sections = [], []
    for county in range(30):
        for number in range(int(rng.integers(1, 6))):
            name, pupils = f"{county:02d}-{number}", int(rng.integers(50, 900))
            schools.append(school(name, pupils, rng.uniform(0.7, 1.4), county=f"C{county:02d}"))
            sections.append(section(name, pupils, rng.uniform(0.7, 1.4)))
    together = assess(build(schools, sections), QUALITY)
    for county in ("C00", "C17", "C29"):
        own = [row for row in schools if row["county"] == county]
        ids = {row["school_id"] for row in own}
        alone = assess(build(own, [row for row in sections if row["school_id"] in ids]), QUALITY)
        part = together.counties.loc[together.counties["county"] == county].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, alone.counties, rtol=1e-12)
        part = together.section_verdicts.loc[together.section_verdicts["county"] == county].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, alone.section_verdicts)
