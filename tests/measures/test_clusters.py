"""Respondents in schools: by hand, against textbooks where schools do not matter, and coverage where they do."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from edubalance.errors import MeasureError
from edubalance.measures.cluster_effects import clustered_effects
from edubalance.measures.clusters import clustered_difference, clustered_mean, effective_size
from edubalance.measures.effect import cliffs_delta, hedges_g
from edubalance.measures.shares import nonresponse_bounds, weighted_share
from edubalance.measures.uncertainty import wilson

values = st.lists(st.integers(1, 5), min_size=3, max_size=15)


def own_schools(many):
    return [f"S{number}" for number in range(many)]


# Means


def test_schoolmates_who_agree_count_as_one():
    alike = clustered_mean([1, 1, 1, 4, 4, 4], list("AAABBB"))
    npt.assert_allclose([alike.estimate, alike.standard_error], [2.5, 1.5])
    npt.assert_allclose(alike.effective, 2.25 * 6 / 5 / 1.5**2)


def test_a_weight_of_two_is_a_mean_of_two():
    assert clustered_mean([1, 4], ["A", "B"], [2, 1]).estimate == 2


@given(values)
def test_where_everyone_is_a_school_it_is_the_interval_of_the_textbook(given_values):
    found = clustered_mean(given_values, own_schools(len(given_values)), level=0.9)
    half = stats.t.ppf(0.95, len(given_values) - 1) * stats.sem(given_values)
    npt.assert_allclose([found.low, found.high], np.mean(given_values) + np.array([-half, half]), atol=1e-9)


@given(values, st.floats(0.1, 10))
def test_the_unit_of_weights_does_not_matter(given_values, factor):
    schools, weights = own_schools(len(given_values)), np.arange(1, len(given_values) + 1)
    one, other = (clustered_mean(given_values, schools, scale * weights) for scale in (1, factor))
    npt.assert_allclose([one.low, one.high], [other.low, other.high], atol=1e-9)


def test_kish_by_hand():
    assert effective_size([3, 3, 3]) == 3
    npt.assert_allclose(effective_size([1, 1, 2]), 16 / 6)


# Differences


def test_a_difference_of_schools_is_that_of_welch_but_for_the_number_of_schools():
    """Four schools of one: 4/3 times the sum of squares, which is 4 × (1/2)²."""
    found = clustered_difference([4, 2, 3, 1], np.array([True, True, False, False]), list("ABCD"))
    npt.assert_allclose(found.standard_error**2, 4 / 3)
    npt.assert_allclose(found.p, 2 * stats.t.sf(1 / np.sqrt(4 / 3), 2))
    assert (found.first, found.second, found.clusters) == (2, 2, 4)


def test_what_a_school_gives_both_groups_cancels_out():
    """Every school adds its own level to both groups: the difference inside schools is exactly one."""
    found = clustered_difference([2, 1, 5, 4, 9, 8], np.array([True, False] * 3), list("AABBCC"))
    npt.assert_allclose([found.estimate, found.standard_error], [1, 0], atol=1e-12)


def test_over_many_draws_the_interval_holds_what_it_promises():
    """300 surveys of 24 schools that do not differ: 15 misses are expected, above 28 lies one in a thousand."""
    rng = np.random.default_rng(3)
    schools = np.repeat(np.arange(24), 5)
    missed = 0
    for _ in range(300):
        drawn = rng.normal(size=24)[schools] + rng.normal(size=120)
        missed += clustered_difference(drawn, schools < 12, schools).p <= 0.05
    assert 4 <= missed <= 28


def test_one_school_and_empty_groups_are_refused():
    with pytest.raises(MeasureError, match="two schools at least"):
        clustered_mean([1, 2], ["A", "A"])
    with pytest.raises(MeasureError, match="three schools at least; got 2"):
        clustered_difference([1, 2], np.array([True, False]), ["A", "B"])
    with pytest.raises(MeasureError, match="Both groups must have respondents"):
        clustered_difference([1, 2], np.array([True, True]), ["A", "B"])
    with pytest.raises(MeasureError, match="one column of true and false"):
        clustered_difference([1, 2], ["rural", "urban"], ["A", "B"])


# Effects


def test_the_estimates_are_those_of_independent_respondents():
    first, second = [1, 2, 2, 3, 5], [2, 3, 3, 4]
    inside = np.array([True] * 5 + [False] * 4)
    found = clustered_effects(first + second, inside, own_schools(9), rng=np.random.default_rng(1), replicates=99)
    npt.assert_allclose(found.g.estimate, hedges_g(first, second).estimate)
    npt.assert_allclose(found.delta.estimate, cliffs_delta(first, second).estimate)


def test_where_schoolmates_agree_the_interval_is_wider():
    rng = np.random.default_rng(5)
    schools = np.repeat(np.arange(20), 6)
    drawn = 2 * rng.normal(size=20)[schools] + rng.normal(size=120)
    wide, narrow = (
        clustered_effects(drawn, schools < 10, names, rng=np.random.default_rng(1), replicates=499).g
        for names in (schools, np.arange(120))
    )
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_effects_of_groups_that_cannot_be_compared_are_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(MeasureError, match="two schools at least; one has 2 of 1"):
        clustered_effects([1, 2, 3, 4], [True, True, False, False], list("AABC"), rng=rng)
    with pytest.raises(MeasureError, match="must differ inside a group"):
        clustered_effects([1, 1, 2, 2], [True, True, False, False], list("ABCD"), rng=rng)


# Shares


@given(st.lists(st.integers(0, 1), min_size=1, max_size=40))
def test_without_weights_and_schools_it_is_wilsons_interval(marks):
    found, plain = weighted_share(marks), wilson(sum(marks), len(marks))
    npt.assert_allclose([found.estimate, found.low, found.high], [plain.estimate, plain.low, plain.high], atol=1e-12)


def test_the_printed_example_of_newcombe_1998():
    """81 of 263: 0.2553 to 0.3662."""
    found = weighted_share([1] * 81 + [0] * 182)
    npt.assert_allclose([found.low, found.high], [0.2553, 0.3662], atol=5e-5)


def test_unequal_weights_and_schoolmates_widen_it():
    marks = [1, 1, 1, 0] * 10
    plain, weighted = weighted_share(marks), weighted_share(marks, [1, 2, 3, 4] * 10)
    npt.assert_allclose(weighted.effective, (10 * 10) ** 2 / (10 * 30))
    mates = weighted_share([1] * 30 + [0] * 10, clusters=np.repeat(np.arange(8), 5))
    assert plain.effective == 40
    assert mates.effective < 15
    assert mates.high - mates.low > plain.high - plain.low


def test_where_all_are_satisfied_the_interval_does_not_vanish():
    found = weighted_share([1] * 10, clusters=list("AABBCCDDEE"))
    assert found.effective == 10
    assert found.low < 0.75
    assert found.high == 1


def test_bounds_of_those_who_kept_silent_by_hand():
    """Ten asked with weight 1, 8 answered, 6 satisfied: 60 % to 80 %."""
    found = nonresponse_bounds([True] * 6 + [False] * 4, [True] * 8 + [False] * 2)
    npt.assert_allclose([found.low, found.high, found.answered], [0.6, 0.8, 0.8])
    with pytest.raises(MeasureError, match="Only those who answered"):
        nonresponse_bounds([True], [False])
    with pytest.raises(MeasureError, match="Answers must be 0 or 1"):
        weighted_share([4, 5])
