"""Small counts are hidden, and no hidden one can be computed from what is left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from edubalance.errors import EdubalanceError
from edubalance.sharing.suppression import bounds, hidden

COUNTS = arrays.arrays(
    np.float64, st.tuples(st.integers(3, 7), st.integers(2, 4)), elements=st.integers(0, 9).map(float)
)


def test_a_small_count_is_hidden_with_the_smallest_other_one_of_its_column():
    counts = np.array([[9.0], [1.0], [7.0], [4.0]])
    assert hidden(counts, 3)[:, 0].tolist() == [False, True, False, True]


def test_two_small_counts_protect_each_other():
    counts = np.array([[9.0], [1.0], [2.0]])
    assert hidden(counts, 3)[:, 0].tolist() == [False, True, True]


def test_nought_counts_nobody_and_stays_in_sight():
    counts = np.array([[0.0], [9.0], [8.0]])
    assert not hidden(counts, 3).any()


def test_a_nought_is_hidden_only_where_nothing_else_could_protect():
    counts = np.array([[1.0], [0.0], [0.0]])
    assert hidden(counts, 3)[:, 0].tolist() == [True, True, False]


def test_parts_of_a_whole_that_is_in_sight_are_never_hidden_alone():
    counts = np.array([[1.0, 9.0], [1.0, 8.0], [5.0, 7.0]])
    flags = hidden(counts, 3, [(0, 1)])
    assert flags[0].all()
    assert flags[1].all()


def test_a_missing_count_is_not_hidden_and_hides_nothing():
    counts = np.array([[np.nan], [9.0], [8.0]])
    assert not hidden(counts, 3).any()


@given(COUNTS, st.integers(2, 5))
def test_every_small_count_is_hidden_and_none_stands_alone_in_its_column(counts, least):
    flags = hidden(counts, least, [(0, 1)])
    assert flags[(counts > 0) & (counts < least)].all()
    assert all(column.sum() != 1 for column in flags.T)
    assert all(row[:2].sum() != 1 for row in flags)


@given(COUNTS)
def test_a_higher_bar_hides_at_least_the_small_counts_of_a_lower_one(counts):
    assert hidden(counts, 5)[(counts > 0) & (counts < 3)].all()


def test_two_hidden_counts_of_a_column_could_be_anything_that_adds_up():
    counts = np.array([[5.0], [1.0], [3.0]])
    found = bounds(counts, np.array([[False], [True], [True]]), [])
    np.testing.assert_allclose(found, [[1, 3], [1, 3]])


def test_who_sees_the_noughts_knows_that_a_hidden_count_is_none():
    counts = np.array([[5.0], [1.0], [1.0], [0.0]])
    found = bounds(counts, np.array([[False], [True], [True], [False]]), [])
    np.testing.assert_allclose(found, [[1, 1], [1, 1]])


def test_where_only_noughts_are_in_sight_a_hidden_count_may_be_one():
    counts = np.array([[1.0], [0.0], [0.0]])
    found = bounds(counts, hidden(counts, 3), [])
    np.testing.assert_allclose(found, [[0, 1], [0, 1]])


def test_counts_of_one_do_not_protect_each_other():
    counts = np.array([[5.0], [1.0], [1.0], [0.0]])
    flags = hidden(counts, 3)
    assert flags[:, 0].tolist() == [True, True, True, False]
    np.testing.assert_allclose(bounds(counts, flags, []), [[0, 7], [0, 7], [0, 7]])


def test_a_whole_in_sight_narrows_what_its_parts_could_be():
    counts = np.array([[2.0], [1.0]])
    found = bounds(counts, np.array([[True], [True]]), [((0,), np.array([2.0, 9.0]))])
    np.testing.assert_allclose(found, [[0, 2], [1, 3]])


def test_a_single_hidden_count_is_disclosed_by_its_total():
    counts = np.array([[5.0], [1.0]])
    np.testing.assert_allclose(bounds(counts, np.array([[False], [True]]), []), [[1, 1]])


@given(COUNTS)
def test_the_bounds_hold_the_true_count(counts):
    for groups in ([], [(0, 1)]):
        flags = hidden(counts, 3, groups)
        found = bounds(counts, flags, [(group, counts[:, list(group)].sum(axis=1)) for group in groups])
        assert (found[:, 0] <= counts[flags] + 1e-7).all()
        assert (found[:, 1] >= counts[flags] - 1e-7).all()


def test_a_bar_that_hides_nothing_is_refused():
    with pytest.raises(EdubalanceError, match=r"must be 2 or more; got 1"):
        hidden(np.ones((2, 2)), 1)
