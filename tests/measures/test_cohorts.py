"""Cohorts: retention by hand, the official formula against the naive one, ratios with their interval."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.cohorts import entry_ratio, retention

whole = st.integers(0, 1000)


@pytest.mark.parametrize(
    ("entrants", "graduates", "moved", "expected"),
    [
        pytest.param(100, 100, {}, 1.0, id="nobody leaves"),
        pytest.param(100, 95, {}, 0.95, id="five give up"),
        pytest.param(100, 95, {"transferred_out": 5}, 1.0, id="five moved away"),
        pytest.param(100, 100, {"transferred_in": 5}, 0.95, id="five who gave up are replaced by five who came"),
        pytest.param(100, 99, {"deaths": 1}, 1.0, id="one died"),
    ],
)
def test_closed_forms(entrants, graduates, moved, expected):
    assert retention(entrants, graduates, **moved) == pytest.approx(expected)


@given(st.integers(1, 1000), whole, whole, whole, whole)
def test_whoever_moves_or_dies_has_not_given_up(graduates, came, went, died, gave_up):
    entrants = graduates - came + went + died + gave_up
    if entrants - died > 0 and entrants > 0:
        found = retention(entrants, graduates, transferred_in=came, transferred_out=went, deaths=died)
        assert found == pytest.approx(1 - gave_up / (entrants - died))


def test_graduates_over_entrants_would_be_another_number():
    assert retention(100, 90, transferred_out=9, deaths=1) == 1.0
    assert 90 / 100 == 0.9


def test_retention_refuses_a_cohort_of_nobody():
    with pytest.raises(MeasureError, match="got 3 entrants and 3 deaths"):
        retention(3, 0, deaths=3)
    with pytest.raises(MeasureError, match="must not be negative"):
        retention(100, -1)
    with pytest.raises(MeasureError, match="missing or infinite"):
        retention(100, float("nan"))


def test_the_ratio_is_the_geometric_mean_with_a_prediction_interval():
    """Logarithms −d and +d: standard deviation d√2, and the t of one degree is 12.706."""
    step = 0.01
    found = entry_ratio([100 * math.exp(-step), 100 * math.exp(step)], [100, 100])
    assert found.estimate == pytest.approx(1)
    assert math.log(found.high) == pytest.approx(12.7062 * step * math.sqrt(2) * math.sqrt(1.5), rel=1e-4)
    assert found.low * found.high == pytest.approx(1)


def test_one_year_has_no_interval():
    found = entry_ratio([90], [100])
    assert (found.estimate, found.years) == (pytest.approx(0.9), 1)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500)), min_size=2, max_size=8), st.integers(2, 9))
def test_counting_in_another_unit_changes_nothing(pairs, factor):
    entrants, births = zip(*pairs, strict=True)
    plain = entry_ratio(entrants, births)
    scaled = entry_ratio([factor * one for one in entrants], [factor * one for one in births])
    assert scaled.estimate == pytest.approx(plain.estimate)
    assert plain.low <= plain.estimate * (1 + 1e-12)
    assert plain.high >= plain.estimate * (1 - 1e-12)


def test_the_ratio_refuses_years_with_nobody():
    with pytest.raises(MeasureError, match="must be positive in every year"):
        entry_ratio([0, 3], [5, 5])
    with pytest.raises(MeasureError, match="same length; got 1 and 2"):
        entry_ratio([1], [1, 2])
    with pytest.raises(MeasureError, match=r"between 0 and 1; got 1\.5"):
        entry_ratio([1], [1], level=1.5)
