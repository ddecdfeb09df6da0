"""Grouped measures against the scalar ones, group by group."""

import math

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures import _blocks, _kernels, dispersion, lorenz
from edubalance.measures.decomposition import decompose
from edubalance.measures.dispersion import CONVENTIONS
from edubalance.measures.grouped import (
    difference_coefficients,
    ginis,
    group_rows,
    inequalities,
    theil_decompositions,
    weighted_means,
)

PUPILS = [45, 37, 89, 76, 55]
BOOKS = [279, 137, 935, 160, 402]
ONE = group_rows([0, 0, 0, 0, 0])


def panel(seed=1, schools=300, counties=17, missing=0.1):
    """Make rows in random order: ties, zeros and missing values, counties of any size, indicators of three scales."""
    rng = np.random.default_rng(seed)
    county = rng.integers(0, counties, schools)
    values = np.column_stack([rng.integers(0, 6, schools), rng.gamma(2, 1000, schools), rng.random(schools)])
    values[rng.random(values.shape) < missing] = np.nan
    return values, rng.integers(1, 900, schools), county, rng.integers(0, 3, schools)


def each_group(county, values):
    """Yield the place of each group and indicator, and the rows that have a value."""
    for place, code in enumerate(np.unique(county)):
        for column in range(values.shape[1]):
            yield (place, column), np.flatnonzero((county == code) & ~np.isnan(values[:, column]))


@st.composite
def counties(draw):
    """Draw a county-coded table with ties, zeros and missing values."""
    rows = draw(st.integers(1, 12))
    numbers = st.one_of(st.just(math.nan), st.integers(0, 4).map(float), st.floats(0.01, 1e4))
    table = draw(st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=rows, max_size=rows))
    column = {"min_size": rows, "max_size": rows}
    return (
        np.array(table),
        np.array(draw(st.lists(st.integers(1, 2000), **column))),
        np.array(draw(st.lists(st.integers(0, 3), **column))),
        np.array(draw(st.lists(st.integers(0, 2), **column))),
    )


# Groups


def test_groups_are_sorted_by_their_keys_and_rows_keep_their_order():
    groups = group_rows(["乙", "甲", "乙", "甲", "乙"], [1, 2, 1, 1, 0])
    assert groups.order.tolist() == [4, 0, 2, 3, 1]
    assert groups.starts.tolist() == [0, 1, 3, 4]
    assert groups.codes.tolist() == [1, 3, 1, 2, 0]
    assert groups.sizes.tolist() == [1, 2, 1, 1]
    assert groups.count == 4
    assert [list(key) for key in groups.keys] == [["乙", "乙", "甲", "甲"], [0, 1, 1, 2]]
    assert [groups.rows(group).tolist() for group in range(4)] == [[4], [0, 2], [3], [1]]


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(np.array([30, -10, 30, 20]), id="small integers"),
        pytest.param(np.array([2**62, -(2**62), 2**62, 0]), id="integers far apart"),
        pytest.param(np.array([2023, 2021, 2023, 2022]), id="years"),
        pytest.param(np.array([0.5, -1.5, 0.5, 0.0]), id="floats"),
        pytest.param(np.array([True, False, True, False]) * 1 + np.array([1, 0, 1, 1]), id="counts"),
        pytest.param(np.array(["c", "a", "c", "b"]), id="numpy text"),
        pytest.param(np.array(["c", "a", "c", "b"], dtype=object), id="objects"),
        pytest.param(np.array(["2023", "2021", "2023", "2022"], dtype="datetime64[Y]"), id="dates"),
    ],
)
def test_keys_of_every_kind_give_the_same_groups(key):
    groups = group_rows(key)
    assert groups.codes.tolist() == [2, 0, 2, 1]
    assert groups.keys[0].tolist() == sorted(set(key.tolist()))


@pytest.mark.parametrize("span", [1, 2**20, 2**40], ids=["packed", "compressed", "many keys"])
def test_grouping_agrees_with_tuples_however_wide_the_keys(span):
    rng = np.random.default_rng(3)
    keys = [rng.integers(0, 3, 60) * span + offset for offset in (-7, 2020, 0, 5)]
    tuples = list(zip(*(key.tolist() for key in keys), strict=True))
    groups = group_rows(*keys)
    distinct = sorted(set(tuples))
    assert groups.codes.tolist() == [distinct.index(key) for key in tuples]
    assert groups.order.tolist() == sorted(range(60), key=lambda row: (tuples[row], row))


@pytest.mark.parametrize("rows", [65_536, 65_537], ids=["32 bits", "one row more"])
def test_keys_that_fill_their_bits_are_grouped_like_any(rows):
    key = np.random.default_rng(5).permutation(rows)
    groups = group_rows(key)
    assert groups.count == rows
    assert groups.order.tolist() == np.argsort(key).tolist()


def test_more_combinations_than_a_key_can_hold_are_grouped_all_the_same():
    rng = np.random.default_rng(4)
    keys = [rng.permutation(2_000) for _ in range(7)]
    groups = group_rows(*keys)
    assert groups.count == 2_000
    assert groups.order.tolist() == np.argsort(keys[0]).tolist()


# Closed form


def test_the_official_example_in_all_conventions():
    per_pupil = np.divide(BOOKS, PUPILS)
    expected = {"weighted_population": 0.5153, "unweighted_population": 0.4888, "unweighted_sample": 0.5465}
    found = {name: difference_coefficients(per_pupil, PUPILS, ONE, name).cv[0, 0] for name in CONVENTIONS}
    assert {name: round(value, 4) for name, value in found.items()} == expected


def test_the_mean_is_the_resource_of_all_over_the_pupils_of_all():
    found = difference_coefficients(np.divide(BOOKS, PUPILS), PUPILS, ONE)
    npt.assert_allclose(found.mean[0, 0], sum(BOOKS) / sum(PUPILS), rtol=1e-15)
    npt.assert_allclose(weighted_means(np.divide(BOOKS, PUPILS), PUPILS, ONE)[0, 0], 1913 / 302, rtol=1e-15)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 4.2, 1e-50, 1e50])
def test_equal_schools_show_exactly_no_spread_by_any_measure(value):
    found = inequalities(np.full(5, value), PUPILS, ONE, inner=[0, 1, 0, 1, 0])
    assert found.coefficients.mean[0, 0] == value
    assert found.coefficients.sd[0, 0] == 0
    assert found.coefficients.cv[0, 0] == 0
    assert found.gini[0, 0] == 0
    assert found.theil.within[0, 0] == 0
    npt.assert_allclose(found.theil.between[0, 0], 0, atol=1e-30)


def test_one_school_has_no_spread_and_no_sample_deviation():
    one = group_rows([1])
    assert difference_coefficients([3.0], [10], one).cv[0, 0] == 0
    assert ginis([3.0], [10], one)[0, 0] == 0
    sample = difference_coefficients([3.0], [10], one, "unweighted_sample")
    assert (sample.mean[0, 0], sample.n[0, 0]) == (3.0, 1)
    npt.assert_equal(sample.sd[0, 0], np.nan)
    npt.assert_equal(sample.cv[0, 0], np.nan)


@pytest.mark.parametrize(
    ("values", "limit"),
    [([1.0, 3.0], 0.5), ([3.0, 9.0], 0.5), ([11.0, 29.0], 0.45), ([7.0, 13.0], 0.30), ([17.0, 23.0], 0.15)],
)
def test_a_coefficient_that_is_the_limit_does_not_exceed_it(values, limit):
    assert difference_coefficients(values, [250, 250], group_rows([1, 1])).cv[0, 0] <= limit


def test_a_gini_by_hand():
    # Mean difference of 1, 2, 3 with equal weights: 8 / 9; half of it over the mean of 2.
    npt.assert_allclose(ginis([3.0, 1.0, 2.0], [7, 7, 7], group_rows([1, 1, 1]))[0, 0], 2 / 9, rtol=1e-15)


def test_a_theil_by_hand():
    # One half has nothing: ln 2, all of it between two inner groups, or all inside one.
    groups = group_rows([1, 1])
    apart = theil_decompositions([0.0, 4.0], [10, 10], groups, [0, 1])
    together = theil_decompositions([0.0, 4.0], [10, 10], groups, [0, 0])
    npt.assert_allclose([apart.total[0, 0], apart.between[0, 0], apart.within[0, 0]], [math.log(2), math.log(2), 0])
    npt.assert_allclose(
        [together.total[0, 0], together.between[0, 0], together.within[0, 0]], [math.log(2), 0, math.log(2)]
    )


@pytest.mark.parametrize("column", [0, 2])
def test_many_small_groups_keep_their_order(column):
    # Two schools each: half the difference of the two, weighted by both shares, over the mean.
    rng = np.random.default_rng(8)
    low, high, first, second = rng.random(4_000), 1 + rng.random(4_000), *rng.integers(1, 90, (2, 4_000))
    values = np.zeros((8_000, 3))
    values[:, column] = np.concatenate([high, low])
    found = ginis(values, np.concatenate([second, first]), group_rows(np.tile(np.arange(4_000), 2)))[:, column]
    expected = first * second * (high - low) / ((first + second) * (first * low + second * high))
    npt.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param([100, 200, 257, 2] + [37] * 60, id="few above half a piece"),
        pytest.param([128, 129] + [37] * 60, id="across two cuts"),
        pytest.param([128] * 21, id="as large as half a piece"),
        pytest.param([100] + [128] * 20, id="across every cut"),
        pytest.param([700, 300, 40], id="mostly large"),
        pytest.param([5] * 51, id="less than a piece in all"),
        pytest.param([1_500], id="one"),
    ],
)
def test_groups_of_any_size_are_put_in_order(sizes):
    rng = np.random.default_rng(10)
    county = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    values, pupils = rng.gamma(2.0, 1.0, (county.size, 2)), rng.integers(1, 900, county.size).astype(float)
    groups = group_rows(county)
    found = ginis(values, pupils, groups)
    for group in range(len(sizes)):
        rows = county == group
        for column in range(2):
            expected = lorenz.gini(values[rows, column], pupils[rows])
            assert found[group, column] == pytest.approx(expected, rel=1e-12, abs=1e-15)
    # What the packed keys leave out of order is sorted again, slowly: they must not leave anything here.
    block = _blocks.prepare(values.T, pupils, groups, groups, slice(0, groups.count))
    rising = [np.lexsort((above, block.numbers)) + place * county.size for place, above in enumerate(block.above)]
    assert _kernels._packed_order(block).tolist() == np.array(rising).tolist()


def test_schools_that_differ_by_rounding_alone_show_no_theil():
    # Added up plainly, rounding alone makes 1e-17 of either sign out of these.
    rng = np.random.default_rng(9)
    values = 0.3 * (1 + rng.integers(0, 4, 4_000) * np.finfo(float).eps)
    county = np.repeat(np.arange(500), 8)
    found = theil_decompositions(values, rng.integers(1, 2000, 4_000), group_rows(county), np.tile([0, 1], 2_000))
    for part in (found.total, found.between, found.within):
        assert part.min() >= 0
        assert part.max() < 1e-30


# What is not defined


def test_a_resource_that_no_school_has_has_no_coefficient():
    found = inequalities([0.0, 0.0], [10, 20], group_rows([1, 1]), inner=[0, 1])
    assert found.coefficients.mean[0, 0] == 0
    assert found.coefficients.n[0, 0] == 2
    for undefined in (found.coefficients.cv, found.gini, found.theil.total, found.theil.between, found.theil.within):
        npt.assert_equal(undefined, [[np.nan]])


def test_a_group_without_values_is_all_nan_and_leaves_its_neighbours_alone():
    values = [[np.nan, 1.0], [np.nan, 1.0], [4.0, np.nan], [6.0, 1.0]]
    found = inequalities(values, [300, 300, 300, 300], group_rows([1, 1, 2, 2]), inner=[0, 0, 0, 0])
    npt.assert_allclose(found.coefficients.cv, [[np.nan, 0], [0.2, 0]])
    npt.assert_allclose(found.coefficients.mean, [[np.nan, 1], [5, 1]])
    npt.assert_allclose(found.gini, [[np.nan, 0], [0.1, 0]])
    npt.assert_array_equal(found.coefficients.n, [[0, 2], [2, 1]])
    npt.assert_array_equal(found.coefficients.n_missing, [[2, 0], [0, 1]])


def test_a_negative_value_leaves_no_coefficient_but_a_mean_and_a_deviation():
    found = inequalities([-1.0, 3.0, 4.0], [1, 1, 1], group_rows([1, 1, 2]), inner=[0, 0, 0])
    npt.assert_allclose(found.coefficients.mean, [[1], [4]])
    npt.assert_allclose(found.coefficients.sd, [[2], [0]])
    for undefined in (found.coefficients.cv, found.gini, found.theil.total):
        npt.assert_allclose(undefined, [[np.nan], [0]])


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_school_without_pupils_counts_nothing(convention):
    with_it = difference_coefficients([4, 6, 99], [10, 30, 0], group_rows([1, 1, 1]), convention)
    without = difference_coefficients([4.0, 6.0], [10, 30], group_rows([1, 1]), convention)
    npt.assert_array_equal([with_it.mean, with_it.sd, with_it.cv], [without.mean, without.sd, without.cv])
    assert (with_it.n[0, 0], with_it.n_missing[0, 0]) == (2, 1)


def test_an_inner_group_without_values_adds_nothing():
    groups = group_rows([1, 1, 1])
    found = theil_decompositions([0.0, 4.0, np.nan], [10, 10, 10], groups, [0, 1, 2])
    npt.assert_allclose(found.total[0, 0], math.log(2))


def test_an_inner_group_that_has_nothing_adds_to_the_inequality_between():
    found = theil_decompositions([0.0, 0.0, 4.0, 4.0], [5, 5, 10, 0], group_rows([1, 1, 1, 1]), [0, 0, 1, 1])
    npt.assert_allclose([found.between[0, 0], found.within[0, 0]], [math.log(2), 0], atol=1e-16)


# Against the scalar measures


@pytest.mark.parametrize("convention", CONVENTIONS)
@given(table=counties())
def test_coefficients_agree_with_the_scalar_ones_group_by_group(convention, table):
    values, pupils, county, _ = table
    found = difference_coefficients(values, pupils, group_rows(county), convention)
    npt.assert_array_equal(found.n + found.n_missing, np.unique(county, return_counts=True)[1][:, None] * [1, 1])
    for place, rows in each_group(county, values):
        assert found.n[place] == rows.size
        try:
            expected = dispersion.describe(values[rows, place[1]], pupils[rows], convention=convention)
        except MeasureError:
            assert np.isnan(found.cv[place])
        else:
            actual = (found.mean[place], found.sd[place], found.cv[place])
            npt.assert_allclose(actual, (expected.mean, expected.sd, expected.cv), rtol=1e-9, atol=1e-12)


@given(table=counties())
def test_ginis_agree_with_the_scalar_ones_group_by_group(table):
    values, pupils, county, _ = table
    found = ginis(values, pupils, group_rows(county))
    for place, rows in each_group(county, values):
        try:
            expected = lorenz.gini(values[rows, place[1]], pupils[rows])
        except MeasureError:
            expected = np.nan
        npt.assert_allclose(found[place], expected, rtol=1e-9, atol=1e-12)


@given(table=counties())
def test_theil_decompositions_agree_with_the_scalar_ones_group_by_group(table):
    values, pupils, county, area = table
    found = theil_decompositions(values, pupils, group_rows(county), area)
    for place, rows in each_group(county, values):
        actual = (found.total[place], found.between[place], found.within[place])
        try:
            parts = decompose(values[rows, place[1]], area[rows], pupils[rows])
        except MeasureError:
            npt.assert_equal(actual, (np.nan, np.nan, np.nan))
        else:
            npt.assert_allclose(actual, (parts.total, parts.between, parts.within), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("convention", CONVENTIONS)
@given(table=counties())
def test_one_pass_gives_the_numbers_of_the_separate_functions(convention, table):
    values, pupils, county, area = table
    groups = group_rows(county)
    together = inequalities(values, pupils, groups, area, convention)
    apart = difference_coefficients(values, pupils, groups, convention)
    npt.assert_allclose(together.coefficients.cv, apart.cv, rtol=1e-12)
    npt.assert_array_equal(together.coefficients.n, apart.n)
    npt.assert_allclose(together.gini, ginis(values, pupils, groups), rtol=1e-12, atol=1e-14)
    theil = theil_decompositions(values, pupils, groups, area)
    npt.assert_array_equal([together.theil.between, together.theil.within], [theil.between, theil.within])
    assert together.coefficients.convention == apart.convention == convention
    assert together.coefficients.n.dtype.kind == apart.n_missing.dtype.kind == "i"


# Invariances


def every_number(values, pupils, county, area, convention="weighted_population"):
    """Stack all measures of a table."""
    found = inequalities(values, pupils, group_rows(county), area, convention)
    theil = found.theil
    return np.stack([found.coefficients.cv, found.gini, theil.total, theil.between, theil.within])


def test_the_order_of_rows_does_not_matter():
    values, pupils, county, area = panel()
    shuffled = np.random.default_rng(2).permutation(len(pupils))
    npt.assert_allclose(
        every_number(values[shuffled], pupils[shuffled], county[shuffled], area[shuffled]),
        every_number(values, pupils, county, area),
        rtol=1e-11,
        atol=1e-14,
    )


def test_renaming_the_groups_only_renames_the_results():
    values, pupils, county, area = panel()
    npt.assert_allclose(
        every_number(values, pupils, -county, area), every_number(values, pupils, county, area)[:, ::-1], rtol=1e-12
    )


@pytest.mark.parametrize("times", [3, 0.37, 2.0**60], ids=["whole", "fractional", "too large for integers"])
def test_units_do_not_matter(times):
    values, pupils, county, area = panel()
    npt.assert_allclose(
        every_number(values * 0.01, pupils * times, county, area),
        every_number(values, pupils, county, area),
        rtol=1e-11,
        atol=1e-14,
    )


def test_twice_every_school_changes_nothing_in_population_measures():
    values, pupils, county, area = panel()
    twice = [np.repeat(column, 2, axis=0) for column in (values, pupils, county, area)]
    npt.assert_allclose(every_number(*twice), every_number(values, pupils, county, area), rtol=1e-11, atol=1e-14)


def test_a_school_split_in_two_changes_nothing_in_weighted_measures():
    values, pupils, county, area = panel()
    halves = [np.repeat(values, 2, axis=0), np.repeat(pupils / 2, 2), np.repeat(county, 2), np.repeat(area, 2)]
    npt.assert_allclose(every_number(*halves), every_number(values, pupils, county, area), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("rows_at_once", [1, 7, 64])
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_county_has_the_same_numbers_alone_and_among_others(monkeypatch, rows_at_once, convention):
    values, pupils, county, area = panel()
    whole = every_number(values, pupils, county, area, convention)
    monkeypatch.setattr(_blocks, "ROWS_AT_ONCE", rows_at_once)
    npt.assert_allclose(every_number(values, pupils, county, area, convention), whole, rtol=1e-12, atol=1e-15)


def test_a_neighbour_with_a_misplaced_unit_does_not_disturb_a_county():
    values, pupils, county, area = panel(missing=0)
    spoilt = np.where((county == 5)[:, None], values * 1e18, values)
    clean = every_number(values, pupils, county, area)
    assert np.isfinite(clean).all()
    npt.assert_allclose(every_number(spoilt, pupils, county, area), clean, rtol=1e-10, atol=1e-14)


def test_a_neighbour_of_enormous_schools_does_not_disturb_a_county():
    values, large = [1.0, 2.0, 3.0, 1.0, 2.0, 3.0], 2.0**45
    found = ginis(values, [large, large, large, 10, 20, 30], group_rows([1, 1, 1, 2, 2, 2]))
    npt.assert_allclose(found[:, 0], [2 / 9, lorenz.gini([1, 2, 3], [10, 20, 30])], rtol=1e-12)


def test_values_closer_than_the_packed_keys_can_tell_are_still_in_order():
    close = 1 + np.array([3, 1, 2, 5, 4]) * np.finfo(float).eps
    far = np.array([1e6, 0.0])
    values, county = np.concatenate([close, far]), [1, 1, 1, 1, 1, 2, 2]
    excess = np.array([3, 1, 2, 5, 4])
    # In units of the smallest step the mean is 1 plus steps that vanish beside it.
    expected = np.abs(np.subtract.outer(excess, excess)).mean() / 2 * np.finfo(float).eps
    for column in range(3):
        table = np.ones((7, 3))
        table[:, column] = values
        found = ginis(table, np.ones(7), group_rows(county))
        npt.assert_allclose(found[:, column], [expected, 0.5], rtol=1e-6)


def test_the_smallest_numbers_are_put_in_order_too():
    values = np.array([3e-50, 1e-50, 2e-50])
    npt.assert_allclose(ginis(values, [1, 1, 1], group_rows([1, 1, 1]))[0, 0], 2 / 9, rtol=1e-6)


def test_results_do_not_depend_on_the_memory_layout_and_inputs_stay_as_they_are():
    values, pupils, county, area = panel()
    kept = values.copy()
    npt.assert_array_equal(
        every_number(np.asfortranarray(values), pupils, county, area), every_number(values, pupils, county, area)
    )
    npt.assert_array_equal(values, kept)


# Refusals


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        pytest.param([], "At least one key", id="no key"),
        pytest.param([[]], "at least one row", id="no row"),
        pytest.param([[[1, 2]]], r"shape \(1, 2\)", id="a table"),
        pytest.param([[1, 2], [1]], "All keys and the first key must have the same length; got 1 and 2", id="lengths"),
        pytest.param([[1.0, np.nan]], "got missing values. Hint: Give these rows a key", id="a missing number"),
        pytest.param([np.array(["2023", "NaT"], dtype="datetime64[Y]")], "A key must not be missing", id="no date"),
        pytest.param([["a", None]], "A key must label every school", id="a missing label"),
        pytest.param([np.array(["a", 1], dtype=object)], "Values .* one kind .*Hint: Turn", id="labels of two kinds"),
    ],
)
def test_keys_that_cannot_be_grouped_are_refused(keys, message):
    with pytest.raises(MeasureError, match=message):
        group_rows(*keys)


@pytest.mark.parametrize(
    ("values", "pupils", "message"),
    [
        pytest.param(["1 m²", "2"], [1, 1], "values must be numbers; .* Hint: Convert the columns", id="text"),
        pytest.param([1.0, 2.0, 3.0], [1, 1], "values and pupils must have the same length", id="values longer"),
        pytest.param([1.0, 2.0, 3.0], [1, 1, 1], "values and groups", id="groups shorter"),
        pytest.param([[[1.0]], [[2.0]]], [1, 1], "a table of rows and columns", id="three dimensions"),
        pytest.param(
            [[1.0, 2.0], [3.0, np.inf]], [1, 1], "got inf in row 1, column 1. Hint: A value per pupil", id="infinite"
        ),
        pytest.param([1.0, 2.0], [1, np.nan], "pupils must be finite", id="pupils missing"),
        pytest.param([1.0, 2.0], [1, -1], "pupils must not be negative", id="pupils negative"),
    ],
)
def test_tables_that_cannot_be_measured_are_refused(values, pupils, message):
    with pytest.raises(MeasureError, match=message):
        difference_coefficients(values, pupils, group_rows([1, 1]))


@pytest.mark.parametrize(
    "measure", [difference_coefficients, lambda *table: inequalities(*table[:3], [0, 0], table[3])]
)
def test_an_unknown_convention_is_refused(measure):
    with pytest.raises(MeasureError, match=r"got 'weighted'\. Hint: The national"):
        measure([1.0, 2.0], [1, 1], group_rows([1, 1]), "weighted")


def test_inner_groups_of_another_length_are_refused():
    with pytest.raises(MeasureError, match="same length"):
        theil_decompositions([1.0, 2.0], [1, 1], group_rows([1, 1]), [0])
