"""Balance: every coefficient against its limit, the composite, and what is undetermined."""

import numpy as np
import pandas as pd
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess
from edubalance.errors import MeasureError

QUALITY = standards.load("cn-2017-quality")
BASIC = standards.load("cn-2012-basic")
BOOKS = {"A": (45, 279), "B": (37, 137), "C": (89, 935), "D": (76, 160), "E": (55, 402)}


def books_county():
    """The official five-school example as a county: pupils and books."""
    schools = [school(name, pupils, books=books) for name, (pupils, books) in BOOKS.items()]
    return build(schools, [section(name, pupils) for name, (pupils, _) in BOOKS.items()])


@pytest.mark.parametrize(
    ("convention", "expected"),
    [
        pytest.param("weighted_population", 0.5152569, id="official, printed 0.52"),
        pytest.param("unweighted_population", 0.4887706, id="unweighted population"),
        pytest.param("unweighted_sample", 0.5464622, id="unweighted sample"),
    ],
)
def test_the_official_five_school_example(convention, expected):
    """Worked example of the 2012 method note: https://m.777doc.com/doc-2019910.html."""
    counties = assess(books_county(), BASIC, convention=convention).counties.set_index("indicator")
    assert counties.loc["books_per_pupil", "cv"] == pytest.approx(expected, abs=5e-7)
    assert counties.loc["books_per_pupil", "convention"] == convention


def test_the_county_mean_is_pooled():
    counties = assess(books_county(), BASIC).counties.set_index("indicator")
    assert counties.loc["books_per_pupil", "mean"] == pytest.approx(1913 / 302)


def test_two_equal_schools_with_one_and_three_times_as_much_differ_by_half():
    """Values 1 and 3 in equal schools: mean 2, deviation 1, coefficient 0.5: exactly at the primary limit."""
    rows = [school("A", 1000, sports_ground_area_m2=7500), school("B", 1000, sports_ground_area_m2=22500)]
    counties = assess(build(rows, [section("A", 1000), section("B", 1000)]), QUALITY).counties.set_index("indicator")
    assert counties.loc["sports_area_per_pupil", "cv"] == 0.5
    assert bool(counties.loc["sports_area_per_pupil", "met"])
    assert counties.loc["sports_area_per_pupil", "limit"] == 0.5


def test_a_missing_school_leaves_the_coefficient_undetermined_and_counted():
    rows = [school("A", 1000), school("B", 1000, multimedia_classrooms=np.nan)]
    counties = assess(build(rows, [section("A", 1000), section("B", 1000)]), QUALITY).counties.set_index("indicator")
    rooms = counties.loc["multimedia_classrooms_per_100"]
    assert (rooms["cv"], rooms["n_sections"], rooms["n_missing"]) == (0.0, 1, 1)
    assert rooms["met"] is pd.NA


def test_a_resource_that_no_school_has_is_not_balanced():
    rows = [school("A", 1000, multimedia_classrooms=0), school("B", 1000, multimedia_classrooms=0)]
    counties = assess(build(rows, [section("A", 1000), section("B", 1000)]), QUALITY).counties.set_index("indicator")
    rooms = counties.loc["multimedia_classrooms_per_100"]
    assert np.isnan(rooms["cv"])
    assert not rooms["met"]


def test_the_composite_is_judged_in_2012_and_reported_in_2017(just_enough):
    assert not assess(just_enough, QUALITY).composites["judged"].any()
    assert assess(books_county(), BASIC).composites["judged"].all()


def test_the_2012_composite_is_the_mean_of_its_eight_coefficients():
    schools = [school(n, p, books=b, computers=p / 10) for n, (p, b) in BOOKS.items()]
    sections = [section(n, p, teachers_mid_or_higher_title=p / 20) for n, (p, _) in BOOKS.items()]
    assessment = assess(build(schools, sections), BASIC)
    assert assessment.composites["composite"].iloc[0] == pytest.approx(0.5152569 / 8, abs=1e-7)
    assert assessment.composites["met"].tolist() == [True]


def test_a_resource_that_no_school_has_fails_the_2012_composite_too():
    schools = [school(n, p, books=b, computers=0) for n, (p, b) in BOOKS.items()]
    sections = [section(n, p, teachers_mid_or_higher_title=p / 20) for n, (p, _) in BOOKS.items()]
    assert assess(build(schools, sections), BASIC).composites["met"].tolist() == [False]


def test_a_coefficient_exactly_at_its_limit_meets_it_whatever_the_last_bit():
    """Values 3 and 9 in schools of 110 pupils: mean 6, deviation 3, exactly 0.5; in binary figures a little more."""
    rows = [school(name, 110, sports_ground_area_m2=value * 110) for name, value in (("A", 3), ("B", 9))]
    counties = assess(build(rows, [section("A", 110), section("B", 110)]), QUALITY).counties.set_index("indicator")
    assert bool(counties.loc["sports_area_per_pupil", "met"])


def test_a_level_without_any_section_leaves_the_resources_undetermined(just_enough):
    dimensions = assess(just_enough, QUALITY).dimensions.set_index("dimension")["verdict"]
    assert dimensions["resource_allocation"] == "undetermined"


def test_a_county_of_which_nothing_is_in_scope_is_undetermined_and_does_not_vanish():
    schools = [school("A", 500), school("P", 500, county="Other", founder="private")]
    tables = build(schools, [section("A", 500), section("P", 500)])
    verdicts = assess(tables, BASIC).verdicts.set_index("county")["verdict"]
    assert verdicts.to_dict() == {"Demo": "undetermined", "Other": "undetermined"}


def test_levels_come_in_the_order_of_the_standard():
    tables = build([school("N", 800, type="nine_year")], [section("N", 500, level="junior"), section("N", 300)])
    assert assess(tables, QUALITY).counties["level"].unique().tolist() == ["primary", "junior"]


def test_an_unknown_convention_is_refused(just_enough):
    with pytest.raises(MeasureError, match="weighted_population"):
        assess(just_enough, QUALITY, convention="median")
