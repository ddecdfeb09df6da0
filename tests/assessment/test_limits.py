"""Coefficients against their limits: by several standards, and after lifting."""

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess, limits

QUALITY, BASIC = standards.load("cn-2017-quality"), standards.load("cn-2012-basic")
SPORTS = "sports_area_per_pupil"


@pytest.fixture
def unequal():
    """Two equal primary schools: one has half of what every primary threshold asks, one twice as much."""
    more = {"computers": 100, "books": 1000}
    halves = [school("A", 100, 0.5, **more), school("B", 100, 2.0, **more)]
    titles = {"teachers_mid_or_higher_title": 5}
    return build(halves, [section("A", 100, 0.5, **titles), section("B", 100, 2.0, **titles)])


def test_two_schools_of_half_and_double_stand_at_three_fifths(unequal):
    row = limits.decisive([assess(unequal, QUALITY)]).iloc[0]
    assert row["coefficient"] == pytest.approx(1.5 / 2.5)
    assert row["multiple"] == pytest.approx(row["coefficient"] / row["limit"])
    assert row["verdict"] == "not_met"


def test_the_earlier_standard_is_decided_by_its_composite(unequal):
    earlier, later = assess(unequal, BASIC), assess(unequal, QUALITY)
    frame = limits.decisive([earlier, later]).set_index("standard")
    assert list(frame.index) == ["cn-2012-basic", "cn-2017-quality"]
    row = frame.loc["cn-2012-basic"]
    assert (row["decided_by"], row["coefficient"]) == ("composite", earlier.composites["composite"].iloc[0])
    assert frame.loc["cn-2017-quality", "decided_by"] in set(later.counties["indicator"])


def test_a_missing_value_leaves_the_level_undetermined():
    schools = [school("A", 100), school("B", 100, sports_ground_area_m2=None)]
    county = assess(build(schools, [section("A", 100), section("B", 100)]), QUALITY)
    row = limits.decisive([county]).iloc[0]
    assert row["coefficient"] == pytest.approx(0)
    assert row["verdict"] == "undetermined"


def test_lifting_half_to_the_standard_leaves_one_third(unequal):
    frame = limits.lifted(assess(unequal, QUALITY)).set_index("indicator")
    np.testing.assert_allclose(frame["cv"], 0.6)
    np.testing.assert_allclose(frame["lifted"], 1 / 3)
    assert (~frame["met"]).all()
    assert frame["lifted_met"].all()


def test_lifting_changes_nothing_where_all_reach_the_standard(just_enough):
    frame = limits.lifted(assess(just_enough, QUALITY))
    np.testing.assert_array_equal(frame["cv"], frame["lifted"])


def test_without_thresholds_nothing_is_lifted(unequal):
    frame = limits.lifted(assess(unequal, BASIC))
    np.testing.assert_allclose(frame["lifted"], frame["cv"])
    assert frame["lifted_met"].isna().all()


def test_lifting_does_not_make_a_missing_value_known():
    schools = [school("A", 100, 0.5), school("B", 100, 2.0), school("C", 100, sports_ground_area_m2=None)]
    county = assess(build(schools, [section(name, 100) for name in "ABC"]), QUALITY)
    row = limits.lifted(county).set_index("indicator").loc[SPORTS]
    assert row["lifted"] == pytest.approx(1 / 3)
    assert row[["met", "lifted_met"]].isna().all()
