"""Rank correlation: by hand, against a printed value, and what shuffling makes of it."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.association import rank_correlation, shuffled_rank_correlations

columns = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=3, max_size=20)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param([1, 2, 3], [10, 20, 300], 1, id="the same order"),
        pytest.param([1, 2, 3], [3, 2, 1], -1, id="reversed"),
        pytest.param([1, 2, 3, 4], [1, 2, 4, 3], 0.8, id="1 - 6 * 2 / 60"),
        pytest.param([1, 2, 3, 4], [2, 4, 1, 3], 0, id="1 - 6 * 10 / 60"),
        pytest.param([1, 1, 2], [5, 5, 9], 1, id="equal values share their rank"),
    ],
)
def test_rank_correlations_by_hand(first, second, expected):
    npt.assert_allclose(rank_correlation(first, second), expected, atol=1e-12)


def test_the_example_of_the_scipy_documentation():
    """scipy.stats.spearmanr, documentation, first example: 0.82078268166812329 (with a tie)."""
    npt.assert_allclose(rank_correlation([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), 0.82078268166812329, rtol=1e-12)


@given(columns)
def test_only_the_order_counts_and_neither_comes_first(pairs):
    first, second = np.array(pairs, dtype=float).T
    assume(np.ptp(first) > 0 and np.ptp(second) > 0)
    found = rank_correlation(first, second)
    npt.assert_allclose(rank_correlation(second, first), found, atol=1e-12)
    npt.assert_allclose(rank_correlation(first**3, 2 * second + 7), found, atol=1e-12)
    npt.assert_allclose(rank_correlation(-first, second), -found, atol=1e-12)
    assert -1 - 1e-12 <= found <= 1 + 1e-12


def test_shuffles_begin_with_the_observed_and_average_to_nothing():
    rng = np.random.default_rng(3)
    found = shuffled_rank_correlations(np.arange(12), np.arange(12) ** 2, rng=rng, replicates=4_000)
    npt.assert_allclose(found[0], 1)
    # The standard deviation of Spearman's coefficient without association is 1 / sqrt(n - 1).
    npt.assert_allclose(found[1:].std(), 1 / 11**0.5, rtol=0.05)
    assert abs(found[1:].mean()) < 4 / 11**0.5 / 4_000**0.5


def test_columns_without_an_order_are_refused():
    with pytest.raises(MeasureError, match="second is the same everywhere"):
        rank_correlation([1, 2, 3], [4, 4, 4])
    with pytest.raises(MeasureError, match="three places at least; got 2"):
        rank_correlation([1, 2], [1, 2])
    with pytest.raises(MeasureError, match="first and second must have the same length; got 3 and 4"):
        rank_correlation([1, 2, 3], [1, 2, 3, 4])
    with pytest.raises(MeasureError, match="At least one shuffle is needed; got 0"):
        shuffled_rank_correlations([1, 2, 3], [1, 2, 3], rng=np.random.default_rng(1), replicates=0)
