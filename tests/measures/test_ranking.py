"""Ranks with the places that intervals leave open."""

from __future__ import annotations

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.ranking import ranks


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


def test_an_interval_that_does_not_hold_its_value_reaches_as_far_as_it():
    found = ranks([0.2, 0.3, 0.6], [0.1, 0.35, 0.62], [0.3, 0.4, 0.7])
    npt.assert_array_equal(found.best, [1, 1, 3])
    npt.assert_array_equal(found.worst, [2, 2, 3])


def test_refusals():
    with pytest.raises(MeasureError, match="lower bound should not be above"):
        ranks([0.1], [0.3], [0.2])
    with pytest.raises(MeasureError, match="same length"):
        ranks([0.1, 0.2], [0.1], [0.2])
