"""Jackknife intervals of difference coefficients and composites."""

from __future__ import annotations

import math

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from edubalance.errors import MeasureError
from edubalance.measures.dispersion import CONVENTIONS, difference_coefficient
from edubalance.measures.grouping import group_rows
from edubalance.measures.jackknife import coefficient_intervals, composite_intervals
from edubalance.measures.resampling import bootstrap_difference_coefficients

SCHOOLS = st.lists(st.tuples(st.floats(0.5, 50), st.integers(1, 900)), min_size=4, max_size=12)
SIZES = [120, 480, 90, 300, 1_020, 60, 240, 515]
VALUES = [[4.1, 0.9], [6.3, 0.7], [5.2, np.nan], [7.7, 1.2], [4.9, 0.8], [9.4, 1.0], [6.0, 1.3], [5.5, 0.6]]


def bounds(found, place=(0, 0)):
    return [float(found.low[place]), float(found.high[place])]


def by_deletion(coefficient, rows, *, level=0.95):
    """The textbook's jackknife, one deletion after the other: bounds of a statistic of `rows` rows."""
    every = list(range(rows))
    theta = math.log(coefficient(every))
    without = [math.log(coefficient(np.delete(every, row))) for row in every]
    pseudovalues = [rows * theta - (rows - 1) * each for each in without]
    centre, error = np.mean(pseudovalues), np.std(pseudovalues, ddof=1) / math.sqrt(rows)
    reach = stats.t.ppf((1 + level) / 2, rows - 1) * error
    return [math.exp(centre - reach), math.exp(centre + reach)]


# Closed forms


def test_three_schools_by_hand():
    """
    Values 1, 2, 3 of equally large schools: sd sqrt(2/3), mean 2.

    Without 1: sd 0.5, mean 2.5; without 2: sd 1, mean 2; without 3: sd 0.5, mean 1.5. Student's quantile of two degrees
    of freedom is 4.302653.
    """
    theta, without = math.sqrt(2 / 3) / 2, [0.5 / 2.5, 1 / 2, 0.5 / 1.5]
    logs = [math.log(each) for each in without]
    mean = sum(logs) / 3
    centre = math.log(theta) + 2 * (math.log(theta) - mean)
    s = math.sqrt(2 / 3 * sum((each - mean) ** 2 for each in logs))
    found = coefficient_intervals([1.0, 2.0, 3.0], [10, 10, 10])
    npt.assert_allclose(found.estimate, [[theta]])
    npt.assert_allclose(bounds(found), [math.exp(centre - 4.302653 * s), math.exp(centre + 4.302653 * s)], rtol=1e-6)


def test_equal_schools_have_an_interval_of_no_width():
    found = coefficient_intervals([[7.3, 0.1]] * 3, [10, 20, 30])
    npt.assert_array_equal([found.estimate, found.low, found.high], np.zeros((3, 1, 2)))
    composite = composite_intervals([[7.3, 0.1]] * 3, [10, 20, 30])
    npt.assert_array_equal([composite.estimate, composite.low, composite.high], np.zeros((3, 1)))


def test_the_interval_is_centred_on_the_corrected_and_not_on_the_plain_coefficient():
    found = coefficient_intervals([4.0, 5.0, 6.0, 9.0], [10, 20, 30, 40])
    low, high = bounds(found)
    estimate = found.estimate[0, 0]
    assert low < estimate < high
    assert math.sqrt(low * high) > estimate  # the coefficient of few schools is too small on average


# What must not change an interval


@given(SCHOOLS, st.floats(0.01, 100), st.integers(2, 9), st.randoms(use_true_random=False))
def test_units_the_order_of_schools_and_more_pupils_everywhere_change_nothing(schools, unit, times, random):
    values, pupils = (np.array(column, dtype=float) for column in zip(*schools, strict=True))
    found = coefficient_intervals(values, pupils)
    order = np.array(random.sample(range(values.size), values.size))
    for other in (
        coefficient_intervals(values * unit, pupils),
        coefficient_intervals(values, pupils * times),
        coefficient_intervals(values[order], pupils[order]),
    ):
        if np.isnan(found.low).any():
            continue  # one school alone decides; rounding may leave it a trace of a spread
        npt.assert_allclose(bounds(other), bounds(found), rtol=1e-4)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("function", [coefficient_intervals, composite_intervals])
def test_a_group_among_thousands_has_to_the_last_digit_what_it_has_alone(function, convention):
    rng = np.random.default_rng(5)
    values, county = rng.lognormal(0, 0.4, (30_000, 3)), rng.integers(0, 2_000, 30_000)
    pupils = rng.integers(0, 900, 30_000)
    values[rng.random(values.shape) < 0.01] = np.nan
    groups = group_rows(county)
    together = function(values, pupils, groups, convention=convention)
    for group in range(0, groups.count, 71):
        rows = groups.rows(group)
        alone = function(values[rows], pupils[rows], convention=convention)
        for name in ("estimate", "low", "high", "n"):
            npt.assert_array_equal(getattr(together, name)[group], getattr(alone, name)[0])


def test_alike_weights_make_the_weighted_convention_the_unweighted_one():
    values = [4.0, 5.0, 6.0, 9.0]
    weighted = coefficient_intervals(values, [30] * 4)
    unweighted = coefficient_intervals(values, [1, 500, 20, 80], convention="unweighted_population")
    npt.assert_allclose(bounds(weighted), bounds(unweighted))
    assert bounds(coefficient_intervals(values, [1, 500, 20, 80])) != pytest.approx(bounds(unweighted))


def test_a_school_that_does_not_count_changes_nothing():
    found = coefficient_intervals([4.0, 5.0, 6.0, 9.0], [10, 20, 30, 40])
    more = coefficient_intervals([4.0, np.nan, 5.0, 6.0, 99.0, 9.0], [10, 15, 20, 30, 0, 40])
    npt.assert_allclose(bounds(more), bounds(found))
    assert more.n[0, 0] == 4


def test_a_higher_level_is_wider():
    narrow, wide = (coefficient_intervals(VALUES, SIZES, level=level) for level in (0.8, 0.99))
    assert (wide.low < narrow.low).all()
    assert (narrow.high < wide.high).all()


# Against a second way of computing


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("level", [0.8, 0.95, 0.996])
def test_bounds_are_those_of_the_pseudovalues(convention, level):
    found = coefficient_intervals(VALUES, SIZES, level=level, convention=convention)
    for column in range(2):
        held = np.array(VALUES)[:, column]
        known = ~np.isnan(held)
        values, pupils = held[known], np.array(SIZES)[known]
        expected = by_deletion(
            lambda rows, values=values, pupils=pupils: difference_coefficient(
                values[rows], pupils[rows], convention=convention
            ),
            values.size,
            level=level,
        )
        npt.assert_allclose(bounds(found, (0, column)), expected)


def test_a_composite_leaves_whole_schools_out():
    values, pupils = np.array(VALUES), np.array(SIZES)

    def composite(rows):
        known = [rows[~np.isnan(values[rows, column])] for column in range(2)]
        return np.mean([difference_coefficient(values[kept, n], pupils[kept]) for n, kept in enumerate(known)])

    expected = by_deletion(lambda rows: composite(np.asarray(rows)), 8)
    found = composite_intervals(values, pupils)
    npt.assert_allclose([found.estimate[0], *bounds(found, 0)], [composite(np.arange(8)), *expected])
    assert found.n[0] == 8


# How often it holds the coefficient of the process


def test_of_sixteen_schools_the_jackknife_covers_and_the_percentile_interval_does_not():
    """300 counties; were the true coverage 85 %, counts so far from it would come once in a thousand simulations."""
    rng, counties, spread = np.random.default_rng(2023), 300, 0.3
    truth = math.sqrt(math.exp(spread**2) - 1)
    values, pupils = rng.lognormal(0, spread, 16 * counties), np.rint(rng.lognormal(6, 0.6, 16 * counties))
    groups = group_rows(np.repeat(np.arange(counties), 16))
    jackknife = coefficient_intervals(values, pupils, groups)
    percentile = bootstrap_difference_coefficients(values, pupils, groups, rng=rng, replicates=199)
    held = [int(((found.low <= truth) & (truth <= found.high)).sum()) for found in (jackknife, percentile)]
    assert stats.binom.sf(held[0] - 1, counties, 0.85) < 0.001
    assert stats.binom.cdf(held[1], counties, 0.85) < 0.001
    assert held[0] < 0.99 * counties  # nor does it cover by being boundless


# What is not known, and what is refused


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([5.0], id="one school"),
        pytest.param([5.0, 5.0], id="two equal schools"),
        pytest.param([5.0, 7.0], id="two schools"),
        pytest.param([5.0, np.nan, 7.0], id="two that count"),
        pytest.param([0.7, 1.1, 1.1, 1.1], id="all but one are equal"),
        pytest.param([0.0, 0.0, 3.0], id="one school has it all"),
        pytest.param([0.0, 0.0, 0.0], id="nobody has any"),
        pytest.param([1.0, -2.0, 3.0], id="a negative value"),
    ],
)
def test_where_all_rests_on_a_school_or_two_there_is_no_interval(values):
    found = coefficient_intervals(values, [13, 7, 11, 17][: len(values)])
    assert np.isnan(bounds(found)).all()


def test_a_group_without_an_interval_leaves_the_others_theirs():
    values, pupils, county = [5.0, 1.0, 2.0, 3.0], [10, 10, 10, 10], [0, 1, 1, 1]
    found = coefficient_intervals(values, pupils, group_rows(county))
    npt.assert_array_equal(np.isnan(found.low[:, 0]), [True, False])
    npt.assert_array_equal(found.n[:, 0], [1, 3])
    assert found.estimate[0, 0] == 0.0  # the plain coefficient of one school, which shows nothing between schools


def test_a_composite_needs_three_schools_in_every_indicator():
    values = np.array([[1.0, 5.0], [2.0, np.nan], [3.0, np.nan], [4.0, 6.0]])
    found = composite_intervals(values, [10] * 4)
    assert np.isnan([found.low[0], found.high[0]]).all()
    assert not np.isnan(found.estimate[0])
    values[1, 1] = 7.0
    assert not np.isnan(composite_intervals(values, [10] * 4).low[0])


def test_an_indicator_that_is_equal_everywhere_leaves_the_composite_its_interval():
    values = [[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]]
    found, alone = composite_intervals(values, [10] * 3), coefficient_intervals([1.0, 2.0, 3.0], [10] * 3)
    npt.assert_allclose([found.low[0], found.high[0]], [alone.low[0, 0] / 2, alone.high[0, 0] / 2])


@pytest.mark.parametrize("function", [coefficient_intervals, composite_intervals])
def test_refusals(function):
    with pytest.raises(MeasureError, match=r"level must lie between 0 and 1; got 95\. Hint: Use 0\.95"):
        function([1.0, 2.0, 3.0], [1, 1, 1], level=95)
    with pytest.raises(MeasureError, match="convention must be one of"):
        function([1.0, 2.0, 3.0], [1, 1, 1], convention="foo")
    with pytest.raises(MeasureError, match="values and pupils must have the same length; got 3 and 2"):
        function([1.0, 2.0, 3.0], [1, 1])
    with pytest.raises(MeasureError, match="pupils must not be negative"):
        function([1.0, 2.0, 3.0], [1, 1, -1])
    with pytest.raises(MeasureError, match="must be finite or missing; got inf in row 1"):
        function([1.0, np.inf, 3.0], [1, 1, 1])
