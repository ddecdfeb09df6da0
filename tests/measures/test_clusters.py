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


def test_a_difference_of_schools_of_one_has_the_standard_error_of_welch():
    """Variances 2 and 2 of two schools each: 2/2 + 2/2; two degrees of freedom."""
    found = clustered_difference([4, 2, 3, 1], np.array([True, True, False, False]), list("ABCD"))
    npt.assert_allclose([found.standard_error**2, found.freedom], [2, 2])
    npt.assert_allclose(found.p, 2 * stats.t.sf(1 / np.sqrt(2), 2))
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
    with pytest.raises(MeasureError, match="together from three; got 1 and 1 schools, 2 together"):
        clustered_difference([1, 2], np.array([True, False]), ["A", "B"])
    with pytest.raises(MeasureError, match="Both groups must have respondents"):
        clustered_difference([1, 2], np.array([True, True]), ["A", "B"])
    with pytest.raises(MeasureError, match="one column of true and false"):
        clustered_difference([1, 2], ["rural", "urban"], ["A", "B"])


# Effects


def test_the_estimates_are_those_of_independent_respondents():
    first, second = [1, 2, 2, 3, 5], [2, 3, 3, 4]
    inside = np.array([True] * 5 + [False] * 4)
    found = clustered_effects(first + second, inside, own_schools(9))
    npt.assert_allclose(found.g.estimate, hedges_g(first, second).estimate)
    npt.assert_allclose(found.delta.estimate, cliffs_delta(first, second).estimate)


def test_where_schoolmates_agree_the_interval_is_wider():
    rng = np.random.default_rng(5)
    schools = np.repeat(np.arange(20), 6)
    drawn = 2 * rng.normal(size=20)[schools] + rng.normal(size=120)
    wide, narrow = (clustered_effects(drawn, schools < 10, names).g for names in (schools, np.arange(120)))
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_effects_of_groups_that_cannot_be_compared_are_refused():
    with pytest.raises(MeasureError, match=r"two schools at least, .* got 1 and 2 schools, 3 together"):
        clustered_effects([1, 2, 3, 4], [True, True, False, False], list("AABC"))
    with pytest.raises(MeasureError, match="must differ inside a group"):
        clustered_effects([1, 1, 2, 2], [True, True, False, False], list("ABCD"))


@pytest.mark.parametrize("compare", [clustered_difference, clustered_effects])
@pytest.mark.parametrize(
    "inside",
    [["rural"] * 4 + ["urban"] * 4, ["False"] * 8, [1.0] * 4 + [np.nan] * 4, [1] * 4 + [0] * 4, [True, None] * 4],
    ids=["words", "False as text", "not a number", "numbers", "None"],
)
def test_a_mark_that_is_not_true_or_false_is_refused(compare, inside):
    with pytest.raises(MeasureError, match="inside must be one column of true and false"):
        compare([1, 2, 2, 3, 2, 3, 3, 4], inside, list("AABBCCDD"))


@pytest.mark.parametrize("shift", [0, 1e6, -1e9])
def test_a_large_mean_takes_nothing_from_an_effect(shift):
    """Means 2 and 3, variances 2/3: d is -1.2247 and J is 20/23."""
    inside = np.array([True] * 4 + [False] * 4)
    found = clustered_effects(np.array([1, 2, 2, 3, 2, 3, 3, 4]) + shift, inside, list("AABBCCDD"))
    npt.assert_allclose(found.g.estimate, -np.sqrt(1.5) * 20 / 23, rtol=1e-6)
    npt.assert_allclose(found.delta.estimate, -0.625)


def test_a_delta_of_one_has_a_range_and_no_interval():
    inside = np.array([True] * 6 + [False] * 6)
    found = clustered_effects([5, 6, 7, 8, 9, 10, 1, 2, 3, 1, 2, 3], inside, own_schools(12))
    assert (found.delta.method, found.delta.low, found.delta.high) == ("leave-one-out", 1, 1)
    assert found.g.method == "jackknife"
    assert found.g.low < found.g.estimate < found.g.high


def test_of_four_schools_there_is_the_range_without_each():
    """Without A, B, C, D: means of the left, each by hand over its own pooled deviation."""
    values, inside = np.array([1.0, 2, 2, 4, 2, 3, 3, 5]), np.array([True] * 4 + [False] * 4)
    schools = np.array(list("AABBCCDD"))
    found = clustered_effects(values, inside, schools)
    left = [hedges_g(values[inside & (schools != one)], values[~inside & (schools != one)]).estimate for one in "ABCD"]
    assert (found.g.method, found.clusters) == ("leave-one-out", 4)
    npt.assert_allclose([found.g.low, found.g.high], [min(left), max(left)])


@given(st.integers(0, 10_000), st.floats(-50, 50), st.floats(0.1, 20))
def test_effects_and_their_intervals_do_not_depend_on_the_unit(seed, shift, factor):
    rng = np.random.default_rng(seed)
    schools, drawn = np.repeat(np.arange(8), 3), rng.normal(size=24)
    one, other = (clustered_effects(values, schools < 4, schools) for values in (drawn, factor * drawn + shift))
    for name in ("g", "delta"):
        one_sided, two = getattr(one, name), getattr(other, name)
        npt.assert_allclose([one_sided.low, one_sided.high], [two.low, two.high], atol=1e-6)


# CR2


def by_matrices(values, weights, schools, columns, contrast):
    """Write CR2 and its freedom out as Pustejovsky and Tipton (2018) do, with identity as target."""
    x, w = np.column_stack(columns).astype(float), np.diag(weights)
    bread = np.linalg.inv(x.T @ w @ x)
    rest = np.eye(len(values)) - x @ bread @ x.T @ w
    variance, rows = 0.0, []
    for school in np.unique(schools):
        part = schools == school
        amounts, vectors = np.linalg.eigh(rest[part] @ rest[part].T)
        root = vectors @ np.diag(np.where(amounts > 1e-10, np.maximum(amounts, 1e-10) ** -0.5, 0)) @ vectors.T
        loading = contrast @ bread @ x[part].T @ w[np.ix_(part, part)] @ root
        variance += (loading @ (rest @ values)[part]) ** 2
        rows.append(loading @ rest[part])
    products = np.array(rows) @ np.array(rows).T
    return np.sqrt(variance), np.trace(products) ** 2 / (products**2).sum()


@given(st.integers(0, 10_000), st.booleans())
def test_cr2_is_that_of_the_general_formula(seed, mixed):
    rng = np.random.default_rng(seed)
    schools = np.concatenate([np.arange(7), rng.integers(0, 7, 18)])
    values, weights = rng.normal(size=25), rng.uniform(0.2, 3, 25)
    inside = rng.random(25) < 0.4 if mixed else schools < 3
    inside[[0, 1, 5, 6]] = [True, True, False, False]
    found = clustered_difference(values, inside, schools, weights)
    expected = by_matrices(values, weights, schools, [inside, ~inside], np.array([1.0, -1.0]))
    npt.assert_allclose([found.standard_error, found.freedom], expected, rtol=1e-8)
    mean = clustered_mean(values, schools, weights)
    expected = by_matrices(values, weights, schools, [np.ones(25)], np.array([1.0]))
    npt.assert_allclose([mean.standard_error, mean.freedom], expected, rtol=1e-8)


@pytest.mark.parametrize(("first", "second"), [(2, 2), (3, 27), (5, 20), (14, 14)])
def test_the_freedom_of_two_groups_of_equal_schools_is_that_of_bell_and_mccaffrey(first, second):
    """Imbens and Kolesár (2016) print 2.5 for 3 against 27, where the textbook would have 28."""
    many = first + second
    found = clustered_difference(np.random.default_rng(1).normal(size=many), np.arange(many) < first, range(many))
    parts = [1 / first, 1 / second]
    squares = sum(part**2 / (1 / part - 1) for part in parts)
    npt.assert_allclose(found.freedom, sum(parts) ** 2 / squares)
    if (first, second) == (3, 27):
        assert round(found.freedom, 1) == 2.5


# Zero weights


def test_a_respondent_of_no_weight_counts_nothing():
    """1, 2 and 3 of schools a, a, b: 0.667 and one degree of freedom, as without the fourth of school c."""
    found = clustered_mean([1, 2, 3, 9], list("aabc"), [1, 1, 1, 0])
    assert found == clustered_mean([1, 2, 3], list("aab"))
    assert (found.n, found.clusters) == (3, 2)


def test_a_difference_is_as_without_respondents_of_no_weight():
    values, inside, schools = [1, 2, 4, 3, 5, 9], np.array([True] * 3 + [False] * 3), list("abcdef")
    weights = [1, 1, 0, 1, 1, 0]
    kept = [0, 1, 3, 4]
    without = [[column[place] for place in kept] for column in (values, schools)]
    assert clustered_difference(values, inside, schools, weights) == clustered_difference(
        without[0], inside[kept], without[1]
    )


@pytest.mark.parametrize("compare", [clustered_difference, clustered_effects])
def test_a_group_of_no_weight_is_refused_by_key(compare):
    with pytest.raises(MeasureError, match="positive weight") as refused:
        compare([1, 2, 3, 4], np.array([True, True, False, False]), list("abcd"), [0, 0, 1, 1])
    assert (refused.value.key, refused.value.facts["first"]) == ("too_few_clusters", 0)
    assert "权重大于0" in refused.value.said("zh")


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
