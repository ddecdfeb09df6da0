"""Ranks with the places that intervals leave open, and the interval of a composite."""

from __future__ import annotations

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.grouping import group_rows
from edubalance.measures.ranking import composite_interval, composite_intervals, ranks
from edubalance.measures.resampling import bootstrap_difference_coefficients


def test_equal_values_share_the_better_place():
    npt.assert_array_equal(ranks([0.3, 0.1, 0.3, 0.9], [0.3, 0.1, 0.3, 0.9], [0.3, 0.1, 0.3, 0.9]).rank, [2, 1, 2, 4])


def test_without_bounds_a_county_may_stand_anywhere_and_without_a_value_nowhere():
    found = ranks([0.1, np.nan, 0.3], [np.nan, np.nan, 0.2], [np.nan, np.nan, 0.4])
    npt.assert_array_equal(found.rank, [1, np.nan, 2])
    npt.assert_array_equal(found.best, [1, np.nan, 1])
    npt.assert_array_equal(found.worst, [2, np.nan, 2])


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.5), st.floats(0, 0.5)), min_size=1, max_size=30))
def test_the_places_left_open_are_those_counted_one_by_one(counties):
    values = np.array([each[0] for each in counties])
    low, high = values - [each[1] for each in counties], values + [each[2] for each in counties]
    found = ranks(values, low, high)
    for place in range(values.size):
        assert found.best[place] == 1 + (high < low[place]).sum()
        assert found.worst[place] == values.size - (low > high[place]).sum()
        assert found.best[place] <= found.rank[place] <= found.worst[place]


def test_the_interval_of_one_indicator_is_that_of_its_coefficient():
    rng = np.random.default_rng(2)
    values, pupils = rng.lognormal(0, 0.3, (25, 1)), rng.integers(20, 900, 25)
    found = composite_interval(values, pupils, rng=np.random.default_rng(7), replicates=400)
    other = bootstrap_difference_coefficients(values, pupils, rng=np.random.default_rng(7), replicates=400)
    expected = (other.estimate[0, 0], other.low[0, 0], other.high[0, 0])
    npt.assert_allclose((found.estimate, found.low, found.high), expected)


def test_an_interval_covers_the_composite_of_the_process_nearly_as_often_as_it_says():
    rng = np.random.default_rng(11)
    spread, covered = 0.25, 0
    truth = np.sqrt(np.exp(spread**2) - 1)  # coefficient of variation of a lognormal
    for _ in range(150):
        values = rng.lognormal(0, spread, (60, 3))
        found = composite_interval(values, np.ones(60), rng=rng, replicates=150)
        covered += found.low <= truth <= found.high
    assert 0.80 < covered / 150 <= 1.0


def test_a_composite_that_is_not_defined_has_no_interval():
    options = {"rng": np.random.default_rng(1), "replicates": 20}
    for values, pupils in (([[1.0, 0.0], [2.0, 0.0]], [5, 5]), ([[1.0, 2.0]], [5])):
        found = composite_interval(values, pupils, **options)
        assert np.isnan([found.low, found.high]).all()
        assert found.undefined == 20


def test_refusals():
    with pytest.raises(MeasureError, match="lower bound should not be above"):
        ranks([0.1], [0.3], [0.2])
    with pytest.raises(MeasureError, match="same length"):
        ranks([0.1, 0.2], [0.1], [0.2])


def test_intervals_of_many_counties_are_to_the_last_bit_those_of_each_alone():
    rng = np.random.default_rng(5)
    values, pupils, county = rng.lognormal(0, 0.3, (60, 3)), rng.integers(0, 900, 60), rng.integers(0, 5, 60)
    values[3, 1] = np.nan
    groups = group_rows(county)
    together = composite_intervals(values, pupils, groups, stream=np.random.default_rng, replicates=40)
    for group in range(groups.count):
        rows = groups.rows(group)
        alone = composite_interval(values[rows], pupils[rows], rng=np.random.default_rng(group), replicates=40)
        found = (getattr(together, name)[group] for name in ("estimate", "low", "high", "undefined"))
        npt.assert_array_equal(list(found), [alone.estimate, alone.low, alone.high, alone.undefined])


def test_a_county_of_one_school_has_a_composite_but_no_interval():
    groups = group_rows([0, 0, 0, 1])
    found = composite_intervals([1.0, 2.0, 3.0, 4.0], [10] * 4, groups, stream=np.random.default_rng, replicates=20)
    assert found.low[0] < found.estimate[0] < found.high[0]
    npt.assert_array_equal([found.estimate[1], found.low[1], found.undefined[1]], [0.0, np.nan, 20])
