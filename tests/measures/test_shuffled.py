"""Shuffled labellings: what stays inside a stratum, what they show, and how often chance shows as much."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures import dispersion, entropy, permutation, shuffled


def test_the_first_row_is_as_observed_and_labels_stay_inside_their_stratum():
    labels, strata = np.array([1, 2, 3, 7, 8, 9]), np.array([0, 0, 0, 1, 1, 1])
    drawn = permutation.within_strata(labels, strata, np.random.default_rng(3), 200)
    npt.assert_array_equal(drawn[0], labels)
    assert all(sorted(row[:3]) == [1, 2, 3] and sorted(row[3:]) == [7, 8, 9] for row in drawn)
    assert len({tuple(row) for row in drawn}) > 20


def test_every_order_is_equally_likely():
    drawn = permutation.within_strata(np.array([0, 1, 2]), np.zeros(3, int), np.random.default_rng(5), 12000)[1:]
    counts = np.unique(drawn, axis=0, return_counts=True)[1]
    assert counts.size == 6
    # Six equally likely orders: 2000 each, standard deviation 41; five of them are 204.
    assert np.abs(counts - 2000).max() < 204


@pytest.mark.parametrize(
    ("statistics", "alternative", "expected"),
    [
        pytest.param([5, 1, 2, 3], "greater", 0.25, id="largest of four"),
        pytest.param([5, 1, 2, 3], "less", 1.0, id="largest of four, other side"),
        pytest.param([2, 2, 2, 2], "greater", 1.0, id="all alike"),
        pytest.param([-3, 1, -3, 4], "less", 0.5, id="a tie counts"),
    ],
)
def test_p_counts_the_observed_one_too(statistics, alternative, expected):
    assert permutation.p_value(np.array(statistics, dtype=float), alternative) == expected


def test_a_gap_is_the_difference_of_weighted_means():
    """Inside: (1·2 + 3·4) / 4 = 3.5; outside: 1."""
    gap = shuffled.mean_gaps(np.array([[1, 1, 0]]), 1, np.array([2.0, 4.0, 1.0]), np.array([1.0, 3.0, 9.0]))
    npt.assert_allclose(gap, [2.5])


def test_a_label_that_nobody_carries_has_no_gap():
    assert np.isnan(shuffled.mean_gaps(np.array([[0, 0]]), 1, np.ones(2), np.ones(2)))[0]


@given(st.lists(st.tuples(st.floats(0.1, 9), st.integers(1, 500), st.sampled_from("abc")), min_size=3, max_size=20))
def test_the_between_share_is_that_of_the_exact_decomposition(rows):
    values = np.array([row[0] for row in rows])
    pupils = np.array([float(row[1]) for row in rows])
    labels = np.array(["abc".index(row[2]) for row in rows])
    found = entropy.decompose(values, [str(label) for label in labels], pupils)
    share = shuffled.between_shares(labels[None, :], values * pupils, pupils)[0]
    if found.total > 1e-9:
        npt.assert_allclose(share, found.between / found.total, atol=1e-6)


def test_a_row_of_coefficients_is_the_difference_coefficient():
    values, pupils = np.array([[4.0, 6.0, 9.0], [1.0, 1.0, 4.0]]), np.array([[300.0, 300.0, 50.0], [1.0, 2.0, 3.0]])
    expected = [dispersion.difference_coefficient(v, p) for v, p in zip(values, pupils, strict=True)]
    npt.assert_allclose(shuffled.coefficients(values, pupils), expected)


def test_a_shuffle_without_a_statistic_counts_against_the_claim():
    assert permutation.p_value(np.array([3.0, np.nan, 1.0, 2.0]), "greater") == 0.5
    assert permutation.p_value(np.array([np.nan, 1.0]), "less") == 1.0


def test_two_sides_count_what_lies_as_far_from_nothing():
    assert permutation.p_value(np.array([-3.0, 3.0, 2.0, -4.0]), "two-sided") == 0.75


def test_an_unknown_side_is_refused():
    with pytest.raises(MeasureError, match="greater, less; got 'more'"):
        permutation.p_value(np.zeros(2), "more")


@given(st.lists(st.tuples(st.floats(0.1, 9), st.integers(1, 500), st.sampled_from("abc")), min_size=3, max_size=20))
def test_the_variance_inside_is_that_of_the_exact_decomposition(rows):
    values, pupils = np.array([row[0] for row in rows]), np.array([float(row[1]) for row in rows])
    labels = np.array(["abc".index(row[2]) for row in rows])
    found = entropy.decompose(values, [str(label) for label in labels], pupils, index="half_squared_cv")
    share = shuffled.within_variance_shares(labels[None, :], values, pupils)[0]
    if found.total > 1e-9:
        npt.assert_allclose(share, found.within / found.total, atol=1e-6)


def test_equal_rows_have_no_share_of_anything():
    labels = np.array([[0, 1]])
    assert np.isnan(shuffled.within_variance_shares(labels, np.ones(2), np.ones(2)))[0]
    assert np.isnan(shuffled.between_shares(labels, np.ones(2), np.ones(2)))[0]
