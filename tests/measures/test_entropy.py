"""Entropy measures, Atkinson's index and the decomposition by groups."""

import math

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.decomposition import INDICES
from edubalance.measures.dispersion import difference_coefficient
from edubalance.measures.entropy import atkinson, decompose, generalized_entropy, theil_l, theil_t

positive = st.lists(st.floats(0.5, 50), min_size=1, max_size=30)
ALPHAS = (-2.0, -0.5, 0.0, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)


@pytest.mark.parametrize(
    ("measure", "values", "weights", "expected"),
    [
        pytest.param(theil_t, [0, 0, 0, 10], None, math.log(4), id="T: one of n has all"),
        pytest.param(theil_t, [0, 8], [300, 100], math.log(4), id="T: share q holds all, -ln q"),
        pytest.param(theil_t, [2, 8], None, 0.2 * math.log(0.4) + 0.8 * math.log(1.6), id="T: two schools"),
        pytest.param(theil_l, [2, 8], None, -math.log(0.8), id="L: arithmetic over geometric mean"),
        pytest.param(theil_l, [1, 4], [2, 1], math.log(2 / 4 ** (1 / 3)), id="L: weighted"),
        pytest.param(theil_t, [7.3], None, 0.0, id="T: one school"),
        pytest.param(theil_l, [7.3], None, 0.0, id="L: one school"),
        pytest.param(theil_l, [2, 8, 0], [1, 1, 0], -math.log(0.8), id="L: a zero without pupils is harmless"),
        pytest.param(theil_t, [2, 8, 9], [1, 1, 0], 0.2 * math.log(0.4) + 0.8 * math.log(1.6), id="T: no pupils"),
    ],
)
def test_theil_by_hand(measure, values, weights, expected):
    npt.assert_allclose(measure(values, weights), expected, atol=1e-14)


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        pytest.param(2, 0.18, id="half the squared CV of 0.6"),
        pytest.param(-1, (5 * (1 / 2 + 1 / 8) / 2 - 1) / 2, id="harmonic"),
        pytest.param(0.5, (1 - (0.4**0.5 + 1.6**0.5) / 2) * 4, id="root"),
        pytest.param(3, ((0.4**3 + 1.6**3) / 2 - 1) / 6, id="cube"),
        pytest.param(0.25, ((0.4**0.25 + 1.6**0.25) / 2 - 1) / (0.25 * -0.75), id="fourth root"),
    ],
)
def test_generalized_entropy_by_hand(alpha, expected):
    npt.assert_allclose(generalized_entropy([2, 8], alpha), expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        pytest.param(0.5, (0.5 * 2**0.5 - 1) / -0.25, id="half have nothing, root"),
        pytest.param(0.8, (0.5 * 2**0.8 - 1) / -0.16, id="half have nothing, near one"),
        pytest.param(2, 0.5, id="half have nothing, CV is one"),
    ],
)
def test_generalized_entropy_counts_zeros_where_it_is_defined(alpha, expected):
    npt.assert_allclose(generalized_entropy([0, 4], alpha), expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("values", "epsilon", "weights", "expected"),
    [
        pytest.param([2, 8], 0, None, 0.0, id="no aversion"),
        pytest.param([2, 8], 1, None, 0.2, id="geometric mean 4 of 5"),
        pytest.param([2, 8], 2, None, 0.36, id="harmonic mean 3.2 of 5"),
        pytest.param([1, 9], 0.5, None, 0.2, id="((1+3)/2)² = 4 of 5"),
        pytest.param([1, 8], 1, [2, 1], 0.4, id="weighted: geometric mean 2 of 10/3"),
        pytest.param([0, 4], 0.5, None, 0.5, id="zero below one: (2/2)² = 1 of 2"),
        pytest.param([0, 4], 1, None, 1.0, id="zero at one"),
        pytest.param([0, 4], 3, None, 1.0, id="zero above one"),
        pytest.param([0, 2, 8], 1, [0, 1, 1], 0.2, id="a zero without pupils is harmless"),
        pytest.param([1, 9], 1000, None, 1 - 2 ** (1 / 999) / 5, id="extreme aversion does not overflow"),
    ],
)
def test_atkinson_by_hand(values, epsilon, weights, expected):
    npt.assert_allclose(atkinson(values, epsilon, weights), expected, atol=1e-13)


@given(st.floats(0.001, 1e6), st.lists(st.integers(1, 3000), min_size=1, max_size=30), st.sampled_from(ALPHAS))
def test_equal_schools_show_exactly_no_inequality(value, pupils, alpha):
    values = np.full(len(pupils), value)
    assert generalized_entropy(values, alpha, pupils) == 0.0
    assert atkinson(values, abs(alpha), pupils) == 0.0


@given(positive, st.sampled_from(ALPHAS))
def test_the_indices_are_never_negative_and_free_of_unit_and_order(values, alpha):
    pupils = np.arange(1, len(values) + 1)
    index = generalized_entropy(values, alpha, pupils)
    assert index >= 0
    npt.assert_allclose(generalized_entropy(np.multiply(values[::-1], 667), alpha, pupils[::-1]), index, atol=1e-9)
    loss = atkinson(values, abs(alpha), pupils)
    assert 0 <= loss < 1
    npt.assert_allclose(atkinson(np.multiply(values[::-1], 667), abs(alpha), pupils[::-1]), loss, atol=1e-9)


@given(positive, st.sampled_from(ALPHAS))
def test_a_school_of_k_pupils_equals_k_schools_of_one(values, alpha):
    pupils = np.arange(1, len(values) + 1)
    alike = np.repeat(values, pupils)
    npt.assert_allclose(generalized_entropy(values, alpha, pupils), generalized_entropy(alike, alpha), atol=1e-9)
    npt.assert_allclose(atkinson(values, abs(alpha), pupils), atkinson(alike, abs(alpha)), atol=1e-9)


@given(positive)
def test_the_named_indices_are_members_of_the_family(values):
    pupils = np.arange(1, len(values) + 1)
    assert theil_t(values, pupils) == generalized_entropy(values, 1, pupils)
    assert theil_l(values, pupils) == generalized_entropy(values, 0, pupils)
    half_squared = difference_coefficient(values, pupils) ** 2 / 2
    npt.assert_allclose(generalized_entropy(values, 2, pupils), half_squared, rtol=1e-9, atol=1e-12)
    npt.assert_allclose(atkinson(values, 1, pupils), 1 - math.exp(-theil_l(values, pupils)), atol=1e-12)


@pytest.mark.parametrize("limit", [0.0, 1.0])
@pytest.mark.parametrize("step", [1e-9, -1e-9])
def test_the_family_is_continuous_at_its_limits(limit, step):
    values, pupils = [1, 5, 9, 30], [4, 3, 2, 1]
    near = generalized_entropy(values, limit + step, pupils)
    npt.assert_allclose(near, generalized_entropy(values, limit, pupils), rtol=1e-7)
    near = atkinson(values, 1 + step, pupils)
    npt.assert_allclose(near, atkinson(values, 1, pupils), rtol=1e-7)


@pytest.mark.parametrize("alpha", [0.01, 0.4, 0.499, 0.501, 0.6, 0.99, 1.01])
def test_the_family_agrees_with_its_textbook_formula(alpha):
    ratio = np.array([2, 5, 11]) / 6
    textbook = (np.mean(ratio**alpha) - 1) / (alpha * (alpha - 1))
    npt.assert_allclose(generalized_entropy([2, 5, 11], alpha), textbook, rtol=1e-11)


@given(positive)
def test_atkinson_grows_with_aversion(values):
    losses = [atkinson(values, epsilon) for epsilon in (0, 0.5, 0.99, 1, 1.01, 2, 5)]
    assert (np.diff(losses) >= -1e-12).all()


def test_decomposition_by_hand():
    parts = decompose([2, 8, 10, 20], ["rural", "rural", "urban", "urban"], [1, 1, 1, 1])
    rural = 0.2 * math.log(0.4) + 0.8 * math.log(1.6)
    urban = (10 * math.log(10 / 15) + 20 * math.log(20 / 15)) / 30
    npt.assert_allclose(parts.between, 0.25 * math.log(0.5) + 0.75 * math.log(1.5))
    npt.assert_allclose(parts.within, 0.25 * rural + 0.75 * urban)
    npt.assert_allclose(parts.total, theil_t([2, 8, 10, 20]))
    assert list(parts.by_group) == ["rural", "urban"]
    group = parts.by_group["rural"]
    npt.assert_allclose([group.share, group.mean, group.index, group.contribution], [0.5, 5, rural, rural / 4])
    group = parts.by_group["urban"]
    npt.assert_allclose([group.share, group.mean, group.index, group.contribution], [0.5, 15, urban, 0.75 * urban])
    assert parts.layers == (parts.between, parts.within)


def test_each_index_weighs_the_groups_in_its_own_way():
    values, groups, pupils = [2, 8, 10, 20], ["r", "r", "u", "u"], [3, 3, 1, 1]
    for index, weighs in (("theil_t", 0.5), ("theil_l", 0.75), ("half_squared_cv", 1 / 3)):
        group = decompose(values, groups, pupils, index=index).by_group["r"]
        assert (group.share, group.mean) == (0.75, 5.0)
        npt.assert_allclose(group.index, generalized_entropy([2, 8], INDICES[index]))
        npt.assert_allclose(group.contribution, weighs * group.index, err_msg=index)


def test_the_default_index_is_theil_t():
    values, groups = [1, 2, 3, 4], [1, 1, 2, 2]
    assert decompose(values, groups) == decompose(values, groups, index="theil_t")
    assert decompose(values, groups).total == theil_t(values)


def test_a_group_that_has_nothing_counts_between_the_groups():
    parts = decompose([0, 0, 10, 10], ["none", "none", "some", "some"])
    npt.assert_allclose([parts.total, parts.between, parts.within], [math.log(2), math.log(2), 0])
    assert math.isnan(parts.by_group["none"].index)
    assert (parts.by_group["none"].mean, parts.by_group["none"].contribution) == (0, 0)
    assert parts.by_group["some"].index == 0


def test_groups_without_pupils_are_left_out():
    parts = decompose([2, 8, 99], ["a", "a", "empty"], [1, 1, 0])
    assert list(parts.by_group) == ["a"]
    assert parts.between == 0
    npt.assert_allclose(parts.within, theil_t([2, 8]))


def test_nested_layers_by_hand():
    values = [1, 3, 4, 8, 10, 10, 20, 40]
    area = ["r"] * 4 + ["u"] * 4
    town = ["A", "A", "B", "B", "C", "C", "D", "D"]
    parts = decompose(values, [area, town])
    towns = theil_t([2, 2, 6, 6, 10, 10, 30, 30])
    areas = theil_t([4] * 4 + [20] * 4)
    npt.assert_allclose(parts.layers, [areas, towns - areas, theil_t(values) - towns], atol=1e-14)
    npt.assert_allclose([parts.between, parts.within], [areas, theil_t(values) - areas])
    npt.assert_allclose(parts.by_group["r"].index, theil_t([1, 3, 4, 8]))
    assert list(parts.by_group) == ["r", "u"]


nested = st.lists(
    st.tuples(st.floats(0.5, 50), st.integers(1, 900), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30
)


@given(nested, st.sampled_from(sorted(INDICES)))
def test_the_parts_of_all_layers_add_up_to_the_total(rows, index):
    values, pupils, area, town = (list(column) for column in zip(*rows, strict=True))
    inner = [f"{outer}/{place}" for outer, place in zip(area, town, strict=True)]
    parts = decompose(values, [area, inner], pupils, index=index)
    npt.assert_allclose(sum(parts.layers), parts.total, rtol=1e-9, atol=1e-12)
    npt.assert_allclose(parts.between + parts.within, parts.total, rtol=1e-9, atol=1e-12)
    npt.assert_allclose(sum(g.contribution for g in parts.by_group.values()), parts.within, rtol=1e-9, atol=1e-12)
    npt.assert_allclose(sum(g.share for g in parts.by_group.values()), 1)
    assert len(parts.layers) == 3
    assert min(parts.layers) >= 0
    npt.assert_allclose(parts.total, generalized_entropy(values, INDICES[index], pupils), rtol=1e-12, atol=1e-15)
    per_hundred = decompose(np.divide(values, 100), [area, inner], pupils, index=index)
    npt.assert_allclose(per_hundred.layers, parts.layers, rtol=1e-9, atol=1e-12)
    outer = decompose(values, area, pupils, index=index)
    npt.assert_allclose([outer.between, outer.within], [parts.between, parts.within], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param(np.array(["a", "a", "b"]), id="array of text"),
        pytest.param(("a", "a", "b"), id="tuple"),
        pytest.param(pd.Series(["a", "a", "b"], index=[5, 6, 7], dtype="string"), id="string series"),
        pytest.param(pd.Categorical(["a", "a", "b"]), id="categorical"),
        pytest.param([["a", "a", "b"]], id="one layer in a list"),
        pytest.param(np.array([["a", "a", "b"]]), id="one layer in a table"),
    ],
)
def test_labels_come_in_many_forms(groups):
    assert list(decompose([1, 2, 3], groups).by_group) == ["a", "b"]


def test_numeric_labels_stay_numbers():
    assert list(decompose([1, 2, 3], np.array([2, 2, 1])).by_group) == [2, 1]


@pytest.mark.parametrize(
    "measure",
    [
        theil_l,
        lambda x, w=None: generalized_entropy(x, -1, w),
        lambda x, w=None: decompose(x, [1] * len(x), w, index="theil_l"),
    ],
)
def test_a_zero_is_refused_where_the_index_is_infinite(measure):
    with pytest.raises(
        MeasureError,
        match=r"positive, for with a zero the index is infinite; got 2 zero at positions \[0, 3\].*theil_t",
    ):
        measure([0, 1, 0, 0], [1, 1, 0, 1])


@pytest.mark.parametrize(
    "measure", [theil_t, theil_l, lambda x, w=None: atkinson(x, 1, w), lambda x, w=None: decompose(x, [1] * len(x), w)]
)
@pytest.mark.parametrize(
    ("values", "weights", "message"),
    [
        pytest.param(
            [1, np.nan],
            None,
            r"values must be finite numbers; got 1 missing or infinite at positions \[1\]",
            id="missing",
        ),
        pytest.param([1, -1], None, r"values must not be negative; got 1 negative at positions \[1\]", id="negative"),
        pytest.param([1, 2], [1, -1], "weights must not be negative", id="negative weight"),
        pytest.param([1, 2], [0, 0], "At least one of weights must be positive", id="no weight"),
        pytest.param([1, 2], [1], "values and weights must have the same length; got 2 and 1", id="lengths"),
    ],
)
def test_what_the_indices_refuse(measure, values, weights, message):
    with pytest.raises(MeasureError, match=message):
        measure(values, weights)


@pytest.mark.parametrize("measure", [theil_t, lambda x: atkinson(x, 0.5), lambda x: decompose(x, [1, 2])])
def test_a_resource_that_no_school_has_is_refused(measure):
    with pytest.raises(MeasureError, match="mean must be positive to divide by it; got 0"):
        measure([0, 0])


@pytest.mark.parametrize("alpha", [np.nan, np.inf, -np.inf])
def test_an_alpha_that_is_no_number_is_refused(alpha):
    with pytest.raises(MeasureError, match=r"alpha must be a finite number; got (nan|inf|-inf).*Usual: 0, 1 and 2"):
        generalized_entropy([1, 2], alpha)


@pytest.mark.parametrize("epsilon", [np.nan, np.inf, -0.1])
def test_an_epsilon_out_of_range_is_refused(epsilon):
    with pytest.raises(
        MeasureError, match=r"epsilon must be finite and not negative; got (nan|inf|-0\.1).*Usual: 0\.5"
    ):
        atkinson([1, 2], epsilon)


def test_an_unknown_index_is_refused_with_the_known_ones():
    with pytest.raises(MeasureError, match="must be one of theil_t, theil_l, half_squared_cv; got 'gini'"):
        decompose([1, 2], [1, 2], index="gini")


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_missing_labels_are_refused_with_their_places(missing):
    with pytest.raises(
        MeasureError, match=r"groups of layer 1 must label every school; got 1 missing at positions \[1\].*Name"
    ):
        decompose([1, 2, 3], ["a", missing, "b"])
    with pytest.raises(MeasureError, match=r"groups of layer 2 must label every school"):
        decompose([1, 2, 3], [["a", "a", "b"], ["a", missing, "b"]])


def test_labels_of_another_length_or_shape_are_refused():
    with pytest.raises(MeasureError, match="values and groups of layer 1 must have the same length; got 3 and 2"):
        decompose([1, 2, 3], ["a", "b"])
    with pytest.raises(MeasureError, match="same length; got 3 and 0"):
        decompose([1, 2, 3], [])
    with pytest.raises(MeasureError, match=r"groups of layer 1 must be one column of labels; got shape \(3, 1\)"):
        decompose([1, 2, 3], [[["a"], ["b"], ["c"]]])


def test_layers_that_are_not_nested_are_refused():
    with pytest.raises(MeasureError, match=r"'T1' of layer 2 lies both in 'urban' and in 'rural' of layer 1.*unique"):
        decompose([1, 2, 3], [["urban", "urban", "rural"], ["T2", "T1", "T1"]])
    with pytest.raises(MeasureError, match=r"'x' of layer 3 lies both in 1 and in 2 of layer 2"):
        decompose([1, 2], [["a", "a"], [1, 2], ["x", "x"]])


def test_nesting_is_judged_on_schools_with_pupils():
    parts = decompose([1, 2, 3], [["urban", "urban", "rural"], ["T2", "T1", "T1"]], [1, 1, 0])
    assert list(parts.by_group) == ["urban"]
