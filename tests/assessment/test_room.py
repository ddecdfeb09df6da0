"""How full schools are, how far they can grow, and who is on the way: by hand."""

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess, room

QUALITY, BASIC = standards.load("cn-2017-quality"), standards.load("cn-2012-basic")
SPORTS = "sports_area_per_pupil"


def county(**changes):
    """Two primary schools, one with three half-empty classes, and a junior school."""
    schools = [school("A", 100), school("B", 100, 1.25), school("J", 100, type="junior")]
    sections = [
        section("A", 100, **{"classes": 2, "grades": 6, **changes}),
        section("B", 100, classes=3, grades=6),
        section("J", 60, level="junior", classes=1, grades=3),
    ]
    return build(schools, sections)


def test_places_are_classes_times_the_largest_class_allowed():
    """45 in a primary class, 50 in a junior one."""
    filled = room.places_filled(county(), QUALITY).set_index("school_id")
    assert filled["places"].tolist() == [90, 135, 50]
    np.testing.assert_allclose(filled["filled"], [1000 / 9, 100 * 100 / 135, 120])
    assert filled["empty"].tolist() == [-10, 35, -10]
    assert filled["per_class"].tolist() == [50, 100 / 3, 60]


def test_a_section_without_its_number_of_classes_has_no_places():
    filled = room.places_filled(county(classes=np.nan), QUALITY).set_index("school_id")
    assert filled.loc["A", ["places", "filled", "empty"]].isna().all()
    assert filled.loc["B", "places"] == 135


def test_a_standard_without_a_largest_class_counts_no_places():
    assert room.places_filled(county(), BASIC)["places"].isna().all()


@pytest.mark.parametrize(
    ("rate", "met"),
    [
        pytest.param(0, 2, id="both reach the standard, one exactly"),
        pytest.param(1, 1, id="the exact one falls first"),
        pytest.param(25, 1, id="a quarter to spare lets a quarter come"),
        pytest.param(26, 0, id="and no more"),
    ],
)
def test_a_section_takes_as_many_more_pupils_as_it_has_to_spare(rate, met):
    growing = room.under_growth(assess(county(), QUALITY), [rate]).set_index(["level", "indicator"])
    row = growing.loc[("primary", SPORTS)]
    assert (row["n_met"], row["n_sections"], row["share"], row["pupil_share"]) == (met, 2, 50 * met, 50 * met)


def test_growth_never_lets_more_sections_reach_the_standard():
    rates = [0, 3, 9, 27, 81]
    growing = room.under_growth(assess(county(), QUALITY), rates)
    for _, part in growing.groupby(["level", "indicator"]):
        assert part.sort_values("rate")["n_met"].is_monotonic_decreasing


def test_without_thresholds_nothing_can_be_kept():
    assert room.under_growth(assess(county(), BASIC), [0, 10]).empty


def test_what_is_to_come_is_the_primary_year_group_over_the_junior_one():
    """200 pupils in six grades are 33⅓ a year; 60 in three are 20: two thirds more."""
    sizes = room.year_groups(county()).set_index("group")
    np.testing.assert_allclose(sizes["value"], [200 / 6, 20])
    assert sizes.loc["junior", "to_come"] == pytest.approx(200 / 3)
    assert np.isnan(sizes.loc["primary", "to_come"])


def test_a_section_without_its_grades_is_left_out_and_counted():
    sections = [section("A", 100, grades=np.nan), section("B", 60, grades=6)]
    sizes = room.year_groups(build([school("A", 100), school("B", 60)], sections)).set_index("group")
    assert sizes.loc["primary", ["value", "n_missing"]].tolist() == [10, 1]
