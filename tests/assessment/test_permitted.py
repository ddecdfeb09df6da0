"""What a limit permits: by hand, and never an opinion where there is no limit."""

import numpy as np
import pytest
from assessment.conftest import build, school, section
from hypothesis import given
from hypothesis import strategies as st

from edubalance import standards
from edubalance.assessment import assess, permitted

QUALITY, BASIC = standards.load("cn-2017-quality"), standards.load("cn-2012-basic")
SPORTS = "sports_area_per_pupil"


def halves(low, high, standard=QUALITY):
    """Two schools of 300 pupils with `low` and `high` times the standard's sports ground."""
    schools = [school(name, 300, sports_ground_area_m2=7.5 * 300 * at) for name, at in (("A", low), ("B", high))]
    tables = build(schools, [section("A", 300), section("B", 300)])
    return permitted.fifths(assess(tables, standard)).set_index("indicator").loc[SPORTS]


def test_two_halves_a_fifth_around_their_mean():
    """0.8 and 1.2: the coefficient is 0.2, two fifths of the limit of 0.5; at the limit they would be 0.5 and 1.5."""
    row = halves(0.8, 1.2)
    assert row["cv"] == pytest.approx(0.2)
    assert row["used"] == pytest.approx(40)
    np.testing.assert_allclose(row[["low", "high", "ratio"]].astype(float), [0.8, 1.2, 1.5])
    np.testing.assert_allclose(
        row[["low_permitted", "high_permitted", "ratio_permitted"]].astype(float), [0.5, 1.5, 3.0]
    )


def test_at_the_limit_what_is_permitted_is_what_is():
    row = halves(0.5, 1.5)
    assert row["used"] == pytest.approx(100)
    assert row["ratio"] == pytest.approx(row["ratio_permitted"])


def test_equal_schools_use_nothing_of_the_limit():
    row = halves(1.0, 1.0)
    np.testing.assert_allclose(row[["ratio", "low", "high"]].astype(float), 1)
    assert row["used"] == 0
    assert np.isnan(row["low_permitted"])


def test_without_a_limit_nothing_is_said_of_it():
    row = halves(0.8, 1.2, BASIC)
    assert row["ratio"] == pytest.approx(1.5)
    assert row[["used", "low_permitted", "ratio_permitted"]].isna().all()


def test_a_fifth_with_nothing_has_no_ratio():
    row = halves(0.0, 1.0)
    assert row["low"] == 0
    assert np.isnan(row["ratio"])


@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_pulling_apart_keeps_the_order_and_the_mean(low, high):
    row = halves(low, high)
    assert row["low"] <= 1 + 1e-9 <= row["high"] + 2e-9
    assert row["low"] + row["high"] == pytest.approx(2)
