"""Effect sizes: by hand, invariances, printed examples, refusals."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from edubalance.errors import MeasureError
from edubalance.measures.effect import cliffs_delta, cohens_d, correction, hedges_g

answers = st.lists(st.integers(1, 5), min_size=2, max_size=12)


def with_moments(mean, deviation, count):
    """As many numbers as asked for, of exactly this mean and standard deviation."""
    raw = np.linspace(-1, 1, count)
    return mean + deviation * (raw - raw.mean()) / raw.std(ddof=1)


def test_closed_forms():
    assert cohens_d([2, 3, 4], [1, 2, 3]).estimate == 1
    npt.assert_allclose(cohens_d([2, 3, 4], [1, 2, 3]).standard_error ** 2, 6 / 9 + 1 / 12)
    npt.assert_allclose(hedges_g([2, 3, 4], [1, 2, 3]).estimate, 1 - 3 / 15)
    assert cliffs_delta([2, 3], [1, 2]).estimate == 0.75
    assert cliffs_delta([1, 2], [1, 2]).estimate == 0


def test_where_all_exceed_all_the_inner_bound_is_that_of_the_next_value():
    """Of four pairs the next value is 1/2, with the least variance (1 - 1/4) / 3 = 1/4 and t = 4.3027."""
    found = cliffs_delta([3, 4], [1, 2])
    reach = 4.30265273 / 2
    low = (0.375 - reach * np.sqrt(0.75**2 + reach**2)) / (0.75 + reach**2)
    npt.assert_allclose([found.estimate, found.low, found.high], [1, low, 1], rtol=1e-8)
    turned = cliffs_delta([1, 2], [3, 4])
    npt.assert_allclose([turned.estimate, turned.low, turned.high], [-1, -1, -low], rtol=1e-8)


def test_more_pairs_of_one_order_leave_less_open():
    lows = [cliffs_delta(np.arange(n) + 100, np.arange(n)).low for n in (2, 4, 8, 30)]
    assert lows == sorted(lows)
    assert -0.85 < lows[0] < lows[-1] < 1


@pytest.mark.parametrize(("first", "second", "apart"), [(4, 4, 3.0), (3, 9, 3.0), (8, 8, 2.5)])
def test_near_one_the_bounds_hold_delta_at_least_as_often_as_they_say(first, second, apart):
    """Of 1,000 draws, many with a delta of 1, 950 less four standard errors of 6.9."""
    rng, truth = np.random.default_rng(4), 2 * stats.norm.cdf(apart / np.sqrt(2)) - 1
    found = [cliffs_delta(rng.normal(apart, 1, first), rng.normal(size=second)) for _ in range(1_000)]
    assert sum(one.estimate == 1 for one in found) > 100
    assert sum(one.low <= truth <= one.high for one in found) >= 922


@given(answers, answers)
def test_groups_changed_over_change_the_sign(first, second):
    assume(len(set(first)) > 1)
    for measure in (cohens_d, hedges_g, cliffs_delta):
        one, other = measure(first, second), measure(second, first)
        npt.assert_allclose([one.estimate, one.low, one.high], [-other.estimate, -other.high, -other.low], atol=1e-12)


@given(answers, answers, st.floats(0.5, 9), st.floats(-5, 5))
def test_neither_unit_nor_origin_matter(first, second, scale, shift):
    assume(len(set(first)) > 1)
    moved = [scale * np.array(group) + shift for group in (first, second)]
    for measure in (cohens_d, hedges_g, cliffs_delta):
        npt.assert_allclose(measure(*moved).estimate, measure(first, second).estimate, atol=1e-9)


@given(answers, answers)
def test_delta_and_its_bounds_stay_between_minus_one_and_one(first, second):
    found = cliffs_delta(first, second)
    assert -1 <= found.low <= found.estimate <= found.high <= 1


def test_the_example_of_borenstein_and_others_2009():
    """Chapter 4: means 103 and 100, deviations 5.5 and 4.5, fifty each: d 0.5970, V 0.0418; g 0.5924, V 0.0411."""
    groups = with_moments(103, 5.5, 50), with_moments(100, 4.5, 50)
    d, g = cohens_d(*groups), hedges_g(*groups)
    npt.assert_allclose([d.estimate, d.standard_error**2], [0.5970, 0.0418], atol=5e-5)
    npt.assert_allclose([g.estimate, g.standard_error**2, correction(98)], [0.5924, 0.0411, 0.9923], atol=5e-5)


def test_the_example_of_the_package_effsize():
    """effsize::cliff.delta prints -0.25, -0.7265846 and 0.3890062 (with its defaults)."""
    found = cliffs_delta([10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50])
    npt.assert_allclose([found.estimate, found.low, found.high], [-0.25, -0.7265846, 0.3890062], atol=5e-8)
    assert (found.first, found.second, found.method) == (10, 6, "t")


def test_a_group_of_one_and_groups_without_differences_are_refused():
    with pytest.raises(MeasureError, match="two respondents at least; second has 1"):
        hedges_g([1, 2], [3])
    with pytest.raises(MeasureError, match="must differ inside a group"):
        cohens_d([3, 3], [4, 4])
    with pytest.raises(MeasureError, match="first must be finite numbers"):
        cliffs_delta([3, np.nan], [4, 4])
