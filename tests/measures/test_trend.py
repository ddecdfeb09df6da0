"""Trend: orders of values counted by hand, tables of Mann–Kendall, and refusals."""

import math
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from edubalance.errors import MeasureError
from edubalance.measures.trend import falling_pairs, mann_kendall

distinct = st.lists(st.integers(-1000, 1000), min_size=3, max_size=12, unique=True)


def test_a_steady_rise_is_its_own_slope():
    trend = mann_kendall([10, 13, 16, 19, 22], [2019, 2020, 2021, 2022, 2023], alternative="greater")
    assert (trend.tau, trend.slope, trend.low, trend.high) == pytest.approx((1, 3, 3, 3))
    assert trend.p == pytest.approx(1 / 120)
    assert trend.intercept + 2021 * trend.slope == pytest.approx(16)


def test_p_counts_the_orders_that_rise_as_much():
    values = [1, 3, 2, 5, 4]
    pairs = [(i, j) for i in range(5) for j in range(i + 1, 5)]

    def score(order):
        return sum(np.sign(order[j] - order[i]) for i, j in pairs)

    orders = [score(order) for order in permutations(values)]
    assert mann_kendall(values, alternative="greater").p == pytest.approx(np.mean(np.array(orders) >= score(values)))


def test_one_extraordinary_year_does_not_make_the_slope():
    assert mann_kendall([1, 2, 3, 4, 5, 6, 700]).slope == pytest.approx(1)


# Upper-tail probabilities of S, Gilbert, R. O. (1987), Statistical Methods for Environmental Pollution Monitoring,
# Table A18. The orders below have the S named.
@pytest.mark.parametrize(
    ("order", "score", "printed", "decimals"),
    [
        pytest.param([1, 2, 3, 4], 6, 0.042, 3, id="4 values, S = 6"),
        pytest.param([2, 1, 3, 4, 5], 8, 0.042, 3, id="5 values, S = 8"),
        pytest.param([1, 2, 3, 4, 5], 10, 0.0083, 4, id="5 values, S = 10"),
        pytest.param([2, 1, 4, 3, 6, 5, 8, 7, 10, 9], 35, 0.00047, 5, id="10 values, S = 35"),
    ],
)
def test_p_is_that_of_the_printed_table(order, score, printed, decimals):
    trend = mann_kendall(order, alternative="greater")
    assert trend.tau * len(order) * (len(order) - 1) / 2 == pytest.approx(score)
    assert round(trend.p, decimals) == printed


# Counted by hand: one order of 30, 12 and 5 rises throughout and one falls.
@pytest.mark.parametrize(
    ("values", "p"),
    [([1, 1, 2, 2, 3], 2 / 30), ([1, 1, 2, 3], 2 / 12), ([1, 1, 1, 1, 2], 2 / 5), ([2, 1, 1, 2], 1.0)],
    ids=["two pairs", "one pair", "four equal", "no trend"],
)
def test_tied_values_are_counted_exactly(values, p):
    assert mann_kendall(values).p == pytest.approx(p, abs=1e-12)


def score_of(order):
    return sum(np.sign(b - a) for i, a in enumerate(order) for b in order[i + 1 :])


@given(st.lists(st.integers(1, 3), min_size=3, max_size=6).filter(lambda values: len(set(values)) > 1))
def test_p_is_the_share_of_all_orders_with_ties_too(values):
    scores, seen = np.array([score_of(order) for order in permutations(values)]), score_of(values)
    shares = {"greater": scores >= seen, "less": scores <= seen, "two-sided": np.abs(scores) >= abs(seen)}
    for side, extreme in shares.items():
        assert mann_kendall(values, alternative=side).p == pytest.approx(extreme.mean(), abs=1e-12)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5))
def test_the_orders_of_tied_values_are_a_multinomial_number(ties):
    orders = falling_pairs(ties)
    assert sum(orders) == math.factorial(sum(ties)) / math.prod(map(math.factorial, ties))
    assert orders == orders[::-1]


def test_the_count_and_the_approximation_agree_where_one_takes_over_from_the_other():
    rng = np.random.default_rng(8)
    for _ in range(20):
        values = rng.integers(0, 3, 60)
        ties = np.unique(values, return_counts=True)[1]
        variance = (60 * 59 * 125 - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
        corrected = stats.norm.sf((score_of(values) - 1) / np.sqrt(variance))
        assert mann_kendall(values, alternative="greater").p == pytest.approx(corrected, abs=2e-3)
    longer = [*range(61)]
    assert mann_kendall(longer, alternative="greater").p == pytest.approx(
        stats.norm.sf(1829 / np.sqrt(61 * 60 * 127 / 18)), rel=1e-9
    )


def test_the_slope_has_the_interval_of_hollander_and_wolfe():
    """
    Five values: one order of 120 has no falling pair, 1/120 on either side, so the outermost slopes are the bounds.

    Four values have 1/24 = 0.042 at the least: no interval of 95 %, but one of 90 %.
    """
    five = mann_kendall([1, 4, 2, 8, 5])
    pairs = combinations(enumerate([1, 4, 2, 8, 5]), 2)
    slopes = [(b - a) / (j - i) for (i, a), (j, b) in pairs]
    assert (five.low, five.high) == (min(slopes), max(slopes))
    four = mann_kendall([1, 4, 2, 8])
    assert math.isnan(four.low)
    assert math.isnan(four.high)
    assert mann_kendall([1, 4, 2, 8], level=0.9).low == -2


@given(distinct)
def test_turning_the_years_round_turns_the_sign(values):
    there, back = mann_kendall(values), mann_kendall(values[::-1])
    assert back.tau == pytest.approx(-there.tau)
    assert back.slope == pytest.approx(-there.slope)
    assert back.p == pytest.approx(there.p)


@given(distinct, st.integers(1, 9), st.integers(-50, 50))
def test_the_test_does_not_depend_on_the_unit_and_the_slope_has_it(values, factor, shift):
    plain, other = mann_kendall(values), mann_kendall([factor * value + shift for value in values])
    assert (other.tau, other.p) == pytest.approx((plain.tau, plain.p))
    assert other.slope == pytest.approx(factor * plain.slope)


@given(distinct)
def test_the_two_sides_share_the_observed_order(values):
    rise, fall = (mann_kendall(values, alternative=side).p for side in ("greater", "less"))
    assert rise + fall >= 1 - 1e-12


@pytest.mark.parametrize(
    ("values", "times"),
    [([1, 2], None), ([3, 3, 3], None), ([1, 2, 3], [2020, 2020, 2021])],
    ids=["two values", "all equal", "a time twice"],
)
def test_too_little_for_a_trend_is_refused(values, times):
    with pytest.raises(MeasureError, match="three values at least, not all equal, each at a time of its own"):
        mann_kendall(values, times)


def test_unknown_options_are_refused():
    with pytest.raises(MeasureError, match="must be one of two-sided, greater, less; got 'up'"):
        mann_kendall([1, 2, 3], alternative="up")
    with pytest.raises(MeasureError, match="between 0 and 1; got 95"):
        mann_kendall([1, 2, 3], level=95)
    with pytest.raises(MeasureError, match="same length; got 3 and 2"):
        mann_kendall([1, 2, 3], [1, 2])
