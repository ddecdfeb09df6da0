"""Bootstrap, jackknife, Wilson's interval and the permutation test."""

import itertools
import math

import numpy as np
import numpy.testing as npt
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures import dispersion, permutation, resampling
from edubalance.measures._intervals import bounds, quantiles, too_many
from edubalance.measures.dispersion import CONVENTIONS
from edubalance.measures.grouping import group_rows
from edubalance.measures.uncertainty import (
    METHODS,
    bootstrap,
    bootstrap_difference_coefficients,
    jackknife,
    jackknife_standard_error,
    permutation_p,
    wilson,
)


def rng(seed=1):
    """Make a generator anew."""
    return np.random.default_rng(seed)


def schools(count=40, seed=7):
    """Make values and pupils of one level."""
    random = rng(seed)
    return random.gamma(4, 1.5, count), random.integers(50, 2000, count).astype(float)


def mean(values):
    """Average, as a plain number."""
    return float(values.mean())


# Wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998, table I"),
        pytest.param(15, 148, 0.0624, 0.1605, id="Newcombe 1998, table I"),
        pytest.param(0, 20, 0.0, 0.1611, id="Newcombe 1998, table I"),
        pytest.param(1, 29, 0.0061, 0.1718, id="Newcombe 1998, table I"),
    ],
)
def test_wilson_gives_the_published_intervals(successes, n, low, high):
    found = wilson(successes, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert (found.estimate, found.level, found.method, found.replicates) == (successes / n, 0.95, "wilson", 0)


@given(n=st.integers(1, 10_000), share=st.floats(0, 1), level=st.floats(0.5, 0.999))
def test_wilson_agrees_with_scipy(n, share, level):
    successes = round(share * n)
    expected = scipy.stats.binomtest(successes, n).proportion_ci(level, method="wilson")
    found = wilson(successes, n, level)
    npt.assert_allclose([found.low, found.high], [expected.low, expected.high], rtol=1e-9, atol=1e-12)


def test_nobody_dissatisfied_bounds_the_share_below_and_not_above():
    found = wilson(50, 50)
    assert found.high == 1
    npt.assert_allclose(found.low, 50 / (50 + 1.959963984540054**2))


def test_nobody_and_everybody_are_bounded_exactly():
    assert all(wilson(0, n).low == 0 and wilson(n, n).high == 1 for n in range(1, 300))


def test_yes_and_no_mirror_each_other():
    yes, no = wilson(30, 40, 0.9), wilson(10, 40, 0.9)
    npt.assert_allclose([yes.low, yes.high], [1 - no.high, 1 - no.low])


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (1, 0), (-1, 5), (6, 5)])
def test_more_yes_than_answers_is_refused(successes, n):
    with pytest.raises(MeasureError, match=f"got {successes} of {n}"):
        wilson(successes, n)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_in_percent_is_refused(level):
    with pytest.raises(MeasureError, match=r"Use 0\.95"):
        wilson(1, 2, level)


# Jackknife


def test_the_jackknife_of_the_mean_is_s_over_root_n():
    values, _ = schools()
    npt.assert_allclose(jackknife_standard_error(mean, values), values.std(ddof=1) / math.sqrt(values.size))


def test_the_jackknife_of_a_coefficient_agrees_with_its_definition():
    values, pupils = schools(9)
    without = [
        dispersion.difference_coefficient(np.delete(values, i), np.delete(pupils, i)) for i in range(values.size)
    ]
    expected = math.sqrt(8 / 9 * sum((one - np.mean(without)) ** 2 for one in without))
    npt.assert_allclose(jackknife_standard_error(dispersion.difference_coefficient, values, pupils), expected)


def test_the_jackknife_refuses_a_coefficient_that_rests_on_one_school():
    with pytest.raises(MeasureError, match=r"The statistic .* rests on one alone"):
        jackknife_standard_error(dispersion.difference_coefficient, [0.0, 0.0, 3.0], [1, 1, 1])


# Bootstrap


def test_two_schools_give_the_quantiles_of_a_coin_thrown_twice():
    # Means 0, 5, 10 with chances 1/4, 1/2, 1/4: the middle half ends at 0 … 5 … 10 within one step.
    found = bootstrap(mean, [0.0, 10.0], rng=rng(), level=0.9, replicates=500)
    assert (found.estimate, found.low, found.high) == (5, 0, 10)
    narrow = bootstrap(mean, [0.0, 10.0], rng=rng(), level=0.3, replicates=500)
    assert (narrow.low, narrow.high) == (5, 5)


def test_equal_schools_have_an_interval_of_no_width():
    for method in ("percentile", "basic"):
        found = bootstrap(mean, [3.0, 3.0, 3.0], rng=rng(), method=method, replicates=50)
        assert (found.low, found.estimate, found.high) == (3, 3, 3)


def test_the_basic_interval_mirrors_the_percentile_interval():
    values, pupils = schools()
    plain, basic = (
        bootstrap(dispersion.difference_coefficient, values, pupils, rng=rng(), replicates=200, method=method)
        for method in ("percentile", "basic")
    )
    npt.assert_allclose([basic.low, basic.high], [2 * plain.estimate - plain.high, 2 * plain.estimate - plain.low])


def test_the_same_generator_gives_the_same_interval():
    values, pupils = schools()
    first, second, other = (
        bootstrap(dispersion.weighted_mean, values, pupils, rng=rng(seed), replicates=50) for seed in (1, 1, 2)
    )
    assert first == second
    assert first.low != other.low


def test_schools_are_drawn_whole():
    values = np.arange(1.0, 9.0)

    def twins_stay_together(x, y):
        npt.assert_array_equal(y, 10 * x)
        return x.mean()

    assert bootstrap(twins_stay_together, values, 10 * values, rng=rng(), replicates=20).replicates == 20


def test_bca_without_bias_and_acceleration_is_the_percentile_interval():
    found = np.concatenate([np.arange(25.0), np.full(50, 50.0), np.arange(76.0, 101.0)])
    equal = np.full(9, 50.0)
    npt.assert_allclose(bounds(found, 50.0, 0.8, "bca", equal), bounds(found, 50.0, 0.8, "percentile"), rtol=1e-12)


def test_a_bound_is_not_read_off_when_more_replicates_are_undefined_than_lie_beyond_it():
    assert too_many(1_000, 0.5) == 250


def test_two_thousand_replicates_are_drawn_unless_asked_otherwise():
    assert bootstrap(mean, [1.0, 2.0], rng=rng()).replicates == 2_000
    assert bootstrap_difference_coefficients([1.0, 2.0], [1, 1], rng=rng()).replicates == 2_000


@pytest.mark.parametrize("method", METHODS)
def test_bounds_agree_with_scipy_within_monte_carlo_error(method):
    values, pupils = schools()
    ours = bootstrap_difference_coefficients(values, pupils, rng=rng(), replicates=20_000, method=method)
    scipys = scipy.stats.bootstrap(
        (values, pupils),
        dispersion.difference_coefficient,
        paired=True,
        vectorized=False,
        n_resamples=4_000,
        method={"bca": "BCa"}.get(method, method),
        rng=rng(2),
    )
    # A 2.5 % quantile of R draws has a standard error of √(0.025 · 0.975 / R) / density. With the normal density at
    # that quantile, 0.058 / se, that is 0.042 se for 4,000 draws and 0.019 se for 20,000; four of both together.
    allowed = 4 * math.hypot(0.042, 0.019) * scipys.standard_error
    npt.assert_allclose([ours.low[0, 0], ours.high[0, 0]], list(scipys.confidence_interval), rtol=0, atol=allowed)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_one_product_gives_the_interval_of_the_loop(method, convention):
    values, pupils = schools(12)
    fast = bootstrap_difference_coefficients(
        values, pupils, rng=rng(), replicates=300, method=method, convention=convention
    )
    slow = bootstrap(
        lambda x, p: dispersion.difference_coefficient(x, p, convention=convention),
        values,
        pupils,
        rng=rng(),
        replicates=300,
        method=method,
    )
    npt.assert_allclose(
        [fast.estimate[0, 0], fast.low[0, 0], fast.high[0, 0]], [slow.estimate, slow.low, slow.high], rtol=1e-9
    )
    assert (
        (fast.level, fast.method, fast.replicates) == (slow.level, slow.method, slow.replicates) == (0.95, method, 300)
    )


def test_schools_are_drawn_inside_their_group():
    # Equal inside each group: no draw can show any spread.
    found = bootstrap_difference_coefficients(
        [[1.0], [1.0], [5.0], [5.0]], [10, 20, 30, 40], group_rows([0, 0, 1, 1]), rng=rng(), replicates=100
    )
    npt.assert_array_equal([found.estimate, found.low, found.high], np.zeros((3, 2, 1)))
    npt.assert_array_equal(found.undefined, [[0], [0]])


@pytest.mark.parametrize("method", METHODS)
def test_a_missing_value_counts_nothing_and_a_school_without_pupils_is_not_drawn(method):
    values, pupils = schools(15)
    with_gaps = np.append(values, [99.0, np.nan])
    found = bootstrap_difference_coefficients(
        np.column_stack([with_gaps[:-1], with_gaps[:-1]]),
        np.append(pupils, 0),
        rng=rng(),
        replicates=400,
        method=method,
    )
    alone = bootstrap_difference_coefficients(values, pupils, rng=rng(), replicates=400, method=method)
    npt.assert_allclose([found.low[0], found.high[0]], [[alone.low[0, 0]] * 2, [alone.high[0, 0]] * 2], rtol=1e-12)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_school_whose_value_is_missing_is_drawn_and_counts_nothing(convention):
    values, pupils = schools(15)
    values[[2, 7]] = np.nan

    def of_the_others(x, p):
        known = ~np.isnan(x)
        return dispersion.difference_coefficient(x[known], p[known], convention=convention)

    fast = bootstrap_difference_coefficients(values, pupils, rng=rng(), replicates=300, convention=convention)
    slow = bootstrap(of_the_others, values, pupils, rng=rng(), replicates=300)
    npt.assert_allclose([fast.low[0, 0], fast.high[0, 0]], [slow.low, slow.high], rtol=1e-9)


def test_bca_leaves_out_only_schools_with_a_value():
    values, pupils = schools(15)
    values[[2, 7]] = np.nan
    known = ~np.isnan(values)
    draws = bootstrap_difference_coefficients(values, pupils, rng=rng(), replicates=20_000, method="bca")
    others = bootstrap_difference_coefficients(values[known], pupils[known], rng=rng(), replicates=20_000, method="bca")
    npt.assert_allclose([draws.low, draws.high], [others.low, others.high], rtol=0.06)


def test_drawing_in_parts_changes_no_result(monkeypatch):
    values, pupils = schools(12)
    whole = bootstrap_difference_coefficients(values, pupils, rng=rng(), replicates=100)
    monkeypatch.setattr(resampling, "_MULTIPLICATIONS_AT_ONCE", 36 * 7)
    parts = bootstrap_difference_coefficients(values, pupils, rng=rng(), replicates=100)
    npt.assert_allclose([parts.low, parts.high], [whole.low, whole.high], rtol=1e-12)


def test_groups_that_cannot_be_resampled_get_nan_and_others_their_interval():
    values = [[3.0, 3.0], [np.nan, 4.0], [0.0, 6.0], [0.0, 8.0], [-1.0, 5.0], [2.0, 6.0], [np.nan, 1.0], [1.0, 1.0]]
    found = bootstrap_difference_coefficients(
        values, np.ones(8), group_rows([0, 1, 2, 2, 3, 3, 4, 4]), rng=rng(), replicates=50, level=0.3
    )
    npt.assert_array_equal(
        np.isnan(found.low), [[True, True], [True, True], [True, False], [True, False], [True, False]]
    )
    npt.assert_array_equal(np.isnan(found.high), np.isnan(found.low))
    npt.assert_array_equal(found.undefined[:4], [[50, 50], [50, 50], [50, 0], [50, 0]])
    assert found.undefined.dtype.kind == "i"


def test_replicates_without_a_coefficient_are_counted_and_left_out():
    # Of eight schools five have the resource: about one draw in 2,500 has none of them.
    values, pupils = [0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0], np.ones(8)
    slow = bootstrap(dispersion.difference_coefficient, values, pupils, rng=rng(3), replicates=8_000)
    fast = bootstrap_difference_coefficients(values, pupils, rng=rng(3), replicates=8_000)
    assert 0 < slow.undefined < 20
    assert fast.undefined[0, 0] == slow.undefined
    npt.assert_allclose([fast.low[0, 0], fast.high[0, 0]], [slow.low, slow.high], rtol=1e-9)


def test_a_statistic_too_often_undefined_is_refused_or_nan():
    values, pupils = [0.0, 0.0, 3.0], np.ones(3)
    with pytest.raises(MeasureError, match=r"not in \d+ of 200. Hint: Too few schools"):
        bootstrap(dispersion.difference_coefficient, values, pupils, rng=rng(), replicates=200)
    found = bootstrap_difference_coefficients(values, pupils, rng=rng(), replicates=200)
    npt.assert_equal([found.low[0, 0], found.high[0, 0]], [np.nan, np.nan])
    assert found.undefined[0, 0] > 5


def test_bca_is_refused_where_all_replicates_lie_on_one_side():
    # Fourteen draws of twenty schools never show all twenty.
    with pytest.raises(MeasureError, match=r"BCa needs replicates on both sides .* Hint: Use method=.percentile.\."):
        bootstrap(lambda x: float(np.unique(x).size), np.arange(20.0), rng=rng(), replicates=14, method="bca")


def test_bca_of_a_coefficient_that_rests_on_one_school_is_refused_or_nan():
    values, pupils = [5.0, *[0.0] * 7], [9, *[1] * 7]
    options = {"replicates": 50, "method": "bca", "level": 0.1}
    with pytest.raises(MeasureError, match="no single school decides"):
        bootstrap(dispersion.difference_coefficient, values, pupils, rng=rng(), **options)
    found = bootstrap_difference_coefficients(values, pupils, rng=rng(), **options)
    npt.assert_equal([found.low[0, 0], found.high[0, 0]], [np.nan, np.nan])
    assert found.undefined[0, 0] <= 22.5


def test_intervals_cover_about_as_often_as_they_say():
    # 300 samples of 40 from a normal population: 95 % intervals of the mean cover in 90 to 98 % of them; the binomial
    # error of 300 is 1.3 points, and the percentile interval is known to be a little too short.
    random, covered = rng(11), 0
    for _ in range(300):
        found = bootstrap(mean, random.normal(0, 1, 40), rng=random, replicates=200)
        covered += found.low <= 0 <= found.high
    assert 0.90 <= covered / 300 <= 0.98


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        pytest.param([[1.0]], {}, "Schools .* at least two rows. Hint: One school", id="one school"),
        pytest.param([], {}, "at least two rows", id="no column"),
        pytest.param([[[1.0, 2.0], [1.0, 2.0]]], {}, "at least two rows", id="a table"),
        pytest.param([[1.0, 2.0], [1.0]], {}, "All columns and the first column must have", id="two lengths"),
        pytest.param([[1.0, 2.0]], {"method": "BCa"}, "got 'BCa'", id="an unknown method"),
        pytest.param([[1.0, 2.0]], {"level": 95}, "between 0 and 1", id="a level in percent"),
        pytest.param([[1.0, 2.0]], {"replicates": 1}, "At least two replicates .*Hint: 2,000 are", id="one replicate"),
        pytest.param([[1.0, np.nan]], {}, "must be defined; got NaN", id="an estimate that is not defined"),
    ],
)
def test_what_cannot_be_resampled_is_refused(columns, options, message):
    with pytest.raises(MeasureError, match=message):
        bootstrap(lambda x, *_: float(np.mean(x)), *columns, rng=rng(), **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"convention": "official"}, "convention must be one of"),
        ({"method": "t"}, "method must be one of"),
        ({"level": 1.0}, "between 0 and 1"),
        ({"replicates": 0}, "got 0"),
    ],
)
def test_unknown_options_are_refused_by_the_fast_path_too(options, message):
    with pytest.raises(MeasureError, match=message):
        bootstrap_difference_coefficients([1.0, 2.0], [1, 1], rng=rng(), **options)


# Jackknife


def test_on_no_scale_the_jackknife_of_a_mean_is_the_interval_of_the_textbook():
    values = [4.0, 1.0, 7.0, 3.0, 8.0]
    found = jackknife(np.mean, values)
    half = scipy.stats.t.ppf(0.975, 4) * scipy.stats.sem(values)
    npt.assert_allclose([found.low, found.high], np.mean(values) + np.array([-half, half]))
    assert (found.method, found.replicates, found.level) == ("jackknife", 0, 0.95)


@pytest.mark.parametrize("scale", ["log", "logit", "atanh"])
def test_a_scale_keeps_the_bounds_in_range_and_is_symmetric_there(scale):
    there = {"log": np.log, "logit": scipy.special.logit, "atanh": np.arctanh}[scale]
    found = jackknife(np.mean, [0.01, 0.02, 0.01, 0.9, 0.3], scale=scale)
    assert 0 < found.low < found.estimate < found.high or scale == "atanh"
    assert scale == "log" or found.high < 1
    npt.assert_allclose(there(found.high) + there(found.low), 2 * there(found.estimate))


def test_of_few_schools_there_is_only_the_range_without_each():
    found = jackknife(np.mean, [1.0, 2.0, 6.0])
    assert (found.low, found.high, found.method) == (1.5, 4.0, "leave-one-out")
    assert jackknife(np.mean, [1.0, 2.0, 6.0], least=3).method == "jackknife"


def test_a_jackknife_that_rests_on_one_school_has_no_bounds():
    found = jackknife(lambda x: x.sum() if (x > 0).any() else math.nan, [0.0, 0, 0, 0, 0, 5.0])
    npt.assert_equal([found.estimate, found.low, found.high, found.method], [5, math.nan, math.nan, "none"])
    with pytest.raises(MeasureError, match="scale must be one of identity, log, logit, atanh, log-log; got 'root'"):
        jackknife(np.mean, [1.0, 2.0], scale="root")
    with pytest.raises(MeasureError, match="of all schools must be defined"):
        jackknife(lambda _: math.nan, [1.0, 2.0])


# Permutation


def welch(values, inside, weights):
    """Divide a difference of weighted means by its standard error between schools."""
    means, variance = [], 0.0
    for part in (inside, ~inside):
        share = weights[part] / weights[part].sum()
        means.append(share @ values[part])
        variance += part.sum() / (part.sum() - 1) * ((share * (values[part] - means[-1])) ** 2).sum()
    return (means[0] - means[1]) / np.sqrt(variance)


def exact_p(values, labels, weights, alternative):
    """Compare the observed statistic with that of every labelling of the same size."""
    chosen = [
        np.isin(np.arange(labels.size), some) for some in itertools.combinations(range(labels.size), int(labels.sum()))
    ]
    found, observed = np.array([welch(values, one, weights) for one in chosen]), welch(values, labels, weights)
    as_large = {
        "two-sided": np.abs(found) >= abs(observed) - 1e-12,
        "greater": found >= observed - 1e-12,
        "less": found <= observed + 1e-12,
    }
    return as_large[alternative].mean()


def test_few_small_schools_that_differ_more_are_no_gap():
    """Six of 100 pupils beside 18 of 800, deviations 2 to 1, equal means: 5 % of 400, at most 35 (one in 1,000)."""
    random, pupils = rng(6), np.repeat([100.0, 800.0], [6, 18])
    small = pupils == 100
    found = 0
    for _ in range(400):
        values = random.normal(size=24) * np.where(small, 2, 1)
        found += permutation_p(values, small, pupils, rng=random, replicates=199) <= 0.05
    assert 5 <= found <= 35


def test_of_a_group_of_one_school_the_plain_gap_is_shuffled():
    """The last of five schools has the most: one labelling of five shows as much."""
    p = permutation_p([1.0, 2, 3, 4, 9], np.arange(5) == 4, rng=rng(), replicates=9_999, alternative="greater")
    npt.assert_allclose(p, 0.2, atol=0.016)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("weighted", [True, False])
def test_shuffling_approaches_the_share_of_all_labellings(alternative, weighted):
    values = np.array([4.0, 1.0, 7.0, 3.0, 8.0, 2.0, 6.0])
    labels = np.array([1, 0, 1, 0, 1, 0, 0], dtype=bool)
    weights = np.array([10.0, 20, 30, 10, 5, 60, 20]) if weighted else np.ones(7)
    p = permutation_p(
        values, labels, weights if weighted else None, rng=rng(), replicates=20_000, alternative=alternative
    )
    # Four binomial standard errors of 20,000 shuffles are at most 0.0142.
    npt.assert_allclose(p, exact_p(values, labels, weights, alternative), rtol=0, atol=0.0142)


def test_p_is_never_zero_and_the_observed_labelling_counts():
    values = np.concatenate([np.zeros(20), np.full(20, 100.0)])
    p = permutation_p(values, values > 50, rng=rng(), replicates=99)
    assert p == 1 / 100
    assert permutation_p(values, values > 50, rng=rng(), replicates=99, alternative="less") == 1


def test_equal_schools_are_no_evidence_at_all():
    assert permutation_p(np.full(6, 0.1), np.arange(6) < 2, np.arange(1, 7), rng=rng(), replicates=50) == 1


def test_a_common_amount_more_changes_nothing():
    values, labels = np.array([1.0, 4.0, 2.0, 7.0, 5.0]), np.array([1, 0, 0, 1, 0]) == 1
    p = permutation_p(values, labels, [1, 2, 3, 4, 5], rng=rng(), replicates=500)
    assert permutation_p(values + 2.0**45, labels, [1, 2, 3, 4, 5], rng=rng(), replicates=500) == p < 1


def test_one_shuffle_is_enough_to_ask_and_9999_are_usual():
    values = np.concatenate([np.zeros(20), np.ones(20)])
    assert permutation_p(values, values > 0, rng=rng(), replicates=1) == 0.5
    assert permutation_p(values, values > 0, rng=rng()) == 1 / 10_000


def test_the_sides_swap_with_the_labels():
    values, weights = schools(25)
    labels = np.arange(25) % 3 == 0
    greater = permutation_p(values, labels, weights, rng=rng(), replicates=3_000, alternative="greater")
    less = permutation_p(values, ~labels, weights, rng=rng(), replicates=3_000, alternative="less")
    npt.assert_allclose(greater, less, atol=4 * math.hypot(0.0092, 0.0092))


def test_many_shuffles_are_drawn_in_parts_and_a_school_of_no_weight_is_left_out(monkeypatch):
    values, weights, labels = (
        np.array([1.0, 9.0, 2.0, 8.0, 500.0]),
        np.array([1.0, 1, 1, 1, 0]),
        np.array([0, 1, 0, 1, 1]),
    )
    whole = permutation_p(values, labels == 1, weights, rng=rng(), replicates=1_000)
    monkeypatch.setattr(permutation, "_LABELS_AT_ONCE", 28)
    parts = permutation_p(values, labels == 1, weights, rng=rng(), replicates=1_000)
    assert whole == parts == permutation_p(values[:4], labels[:4] == 1, rng=rng(), replicates=1_000)


@pytest.mark.parametrize(
    ("values", "labels", "options", "message"),
    [
        pytest.param([1.0, 2.0], [1, 0], {}, "labels must be .* Hint: Compare first", id="labels as numbers"),
        pytest.param([1.0, 2.0], [[True, False]], {}, r"shape \(1, 2\)", id="labels as a table"),
        pytest.param([1.0, 2.0], [True], {}, "values and labels must have the same length", id="two lengths"),
        pytest.param([1.0, 2.0], [True, True], {}, "Both groups .* one group only", id="one group"),
        pytest.param([1.0, 2.0], [False, False], {}, "one group only", id="the other group"),
        pytest.param([1.0, np.nan], [True, False], {}, "values must be finite", id="a missing value"),
        pytest.param([1.0, 2.0], [True, False], {"alternative": "both"}, "got 'both'", id="an unknown alternative"),
        pytest.param([1.0, 2.0], [True, False], {"replicates": 0}, "got 0", id="no shuffle"),
        pytest.param([1.0, 2.0], [True, False], {"weights": [1, 0]}, "one group only", id="a group of no weight"),
    ],
)
def test_what_cannot_be_shuffled_is_refused(values, labels, options, message):
    with pytest.raises(MeasureError, match=message):
        permutation_p(values, labels, rng=rng(), **options)


@pytest.mark.parametrize("replicates", [1, 2, 39, 200, 2_000])
def test_quantiles_are_to_the_last_bit_those_of_numpy(replicates):
    found = np.random.default_rng(replicates).lognormal(0, 0.3, (7, replicates))
    shares = np.array([0.0, 0.025, 0.5, 1 / 3, 0.975, 1.0])
    npt.assert_array_equal(quantiles(found, shares), np.quantile(found, shares, axis=1).T)
