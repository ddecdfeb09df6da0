"""Leaving out one school after the other."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures import dispersion, lorenz
from edubalance.measures.dispersion import CONVENTIONS
from edubalance.measures.grouping import group_rows
from edubalance.measures.influence import influence, leave_one_out, leave_one_out_coefficients

numbers = st.one_of(st.integers(0, 3).map(float), st.floats(0.01, 1e6))


def brute_force(values, pupils, convention="weighted_population"):
    """Compute the coefficient without each row by the scalar function."""

    def coefficient(x, p):
        if x.size == 0:
            return np.nan
        try:
            return dispersion.difference_coefficient(x, p, convention=convention)
        except MeasureError:
            return np.nan

    rows = range(len(values))
    return np.array([coefficient(np.delete(values, row), np.delete(pupils, row)) for row in rows])


def test_what_one_rich_school_does_by_hand():
    # Mean 10, deviations -5, -5, 10: sd √50. Without the rich school none is left; without a poor one 7.5 / 12.5.
    found = influence([5.0, 5.0, 20.0], [100, 100, 100])
    npt.assert_allclose(found.estimate, 0.5**0.5)
    npt.assert_allclose(found.without, [0.6, 0.6, 0])
    npt.assert_allclose(found.change, [0.5**0.5 - 0.6, 0.5**0.5 - 0.6, 0.5**0.5])
    assert found.order.tolist() == [2, 0, 1]


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_influence_is_measured_by_the_convention_asked_for(convention):
    values, pupils = np.array([3.0, 5.0, 4.0, 9.0]), np.array([10, 900, 40, 200])
    found = influence(values, pupils, convention=convention)
    npt.assert_allclose(found.estimate, dispersion.difference_coefficient(values, pupils, convention=convention))
    npt.assert_allclose(found.without, brute_force(values, pupils, convention), rtol=1e-12)


def test_equal_schools_keep_their_order():
    found = influence(np.full(40, 4.0), np.full(40, 100))
    assert found.order.tolist() == list(range(40))


def test_the_pull_of_a_school_that_evens_out_is_negative():
    found = influence([1.0, 9.0, 5.0], [10, 10, 10])
    assert found.change[2] < 0
    assert found.order.tolist()[0] == 0


def test_a_school_that_alone_has_the_resource_comes_first():
    found = influence([0.0, 0.0, 7.0, 0.0], [10, 10, 10, 900])
    npt.assert_equal(found.without[2], np.nan)
    npt.assert_equal(found.change[2], np.nan)
    assert found.order[0] == 2
    assert np.isfinite(found.change[[0, 1, 3]]).all()


def test_any_statistic_of_values_and_pupils_can_be_asked():
    values, pupils = np.array([1.0, 2.0, 6.0]), np.array([10.0, 20.0, 30.0])
    found = influence(values, pupils, lorenz.gini)
    assert found.estimate == lorenz.gini(values, pupils)
    npt.assert_array_equal(found.without[0], lorenz.gini(values[1:], pupils[1:]))
    npt.assert_array_equal(found.change, found.estimate - found.without)


def test_a_mean_without_each_row_by_hand():
    npt.assert_array_equal(leave_one_out(np.mean, np.array([1.0, 2.0, 6.0])), [4, 3.5, 1.5])


@pytest.mark.parametrize("convention", CONVENTIONS)
@given(data=st.data(), rows=st.integers(1, 9))
def test_leaving_out_in_one_pass_equals_brute_force(convention, data, rows):
    values = np.array(data.draw(st.lists(numbers, min_size=rows, max_size=rows)))
    pupils = np.array(data.draw(st.lists(st.integers(0, 3000), min_size=rows, max_size=rows)))
    found = leave_one_out_coefficients(values, pupils, group_rows(np.zeros(rows, dtype=int)), convention)[:, 0]
    npt.assert_allclose(found, brute_force(values, pupils, convention), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("values", "pupils"),
    [
        pytest.param([1.0, 1.0, 1.0, 1e9], [10, 10, 10, 10], id="one school makes up the spread"),
        pytest.param([0.1, 0.1, 0.1, 0.7], [1, 1, 1, 1_000_000], id="one school makes up the mean"),
        pytest.param([1e-6, 2e-6, 3e-6, 1e6], [10, 10, 10, 10], id="one school has nearly all"),
        pytest.param([5.0, 5.0 + 1e-9, 5.0 - 1e-9, 5e5], [9, 8, 7, 6], id="the others are nearly equal"),
        pytest.param([2.0, 3.0], [5, 6], id="two schools"),
        pytest.param([0.0, 3.0], [5, 6], id="two schools, one with nothing"),
        pytest.param([2.0, 3.0, 4.0], [5, 0, 6], id="a school without pupils"),
    ],
)
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_no_digits_are_lost_where_one_school_decides(values, pupils, convention):
    found = leave_one_out_coefficients(values, pupils, group_rows(np.zeros(len(values), dtype=int)), convention)[:, 0]
    npt.assert_allclose(found, brute_force(np.array(values), np.array(pupils), convention), rtol=1e-8, atol=1e-13)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_each_school_is_left_out_of_its_own_group_and_column_only(convention):
    rng = np.random.default_rng(5)
    county, values, pupils = rng.integers(0, 4, 60), rng.gamma(2, 3, (60, 2)), rng.integers(1, 900, 60)
    values[rng.random(values.shape) < 0.1] = np.nan
    found = leave_one_out_coefficients(values, pupils, group_rows(county), convention)
    for code in range(4):
        for column in range(2):
            rows = np.flatnonzero((county == code) & ~np.isnan(values[:, column]))
            expected = brute_force(values[rows, column], pupils[rows], convention)
            npt.assert_allclose(found[rows, column], expected, rtol=1e-10)


def test_leaving_out_a_school_that_does_not_count_changes_nothing():
    found = leave_one_out_coefficients([[4.0], [6.0], [np.nan]], [300, 300, 300], group_rows([1, 1, 1]))
    npt.assert_allclose(found[:, 0], [0, 0, 0.2])


def test_a_group_with_a_negative_value_has_no_coefficients():
    found = leave_one_out_coefficients([-1.0, 3.0, 4.0, 1.0, 3.0, 3.0], [1] * 6, group_rows([1, 1, 1, 2, 2, 2]))
    npt.assert_allclose(found[:, 0], [np.nan, np.nan, np.nan, 0, 0.5, 0.5])


def test_the_order_of_schools_does_not_matter():
    rng = np.random.default_rng(6)
    values, pupils, shuffled = rng.gamma(2, 3, 30), rng.integers(1, 900, 30), rng.permutation(30)
    found, moved = influence(values, pupils), influence(values[shuffled], pupils[shuffled])
    npt.assert_allclose(moved.change, found.change[shuffled], rtol=1e-10)
    npt.assert_array_equal(shuffled[moved.order], found.order)


@pytest.mark.parametrize(
    ("values", "pupils", "message"),
    [
        pytest.param([1.0, np.nan], [1, 1], "values must be finite", id="a missing value"),
        pytest.param([1.0, 2.0], [1, 1, 1], "values and pupils must have the same length", id="two lengths"),
        pytest.param([0.0, 0.0], [1, 1], "mean must be positive", id="nothing anywhere"),
    ],
)
def test_columns_without_a_coefficient_are_refused(values, pupils, message):
    with pytest.raises(MeasureError, match=message):
        influence(values, pupils)


def test_an_unknown_convention_is_refused():
    with pytest.raises(MeasureError, match="convention must be one of"):
        leave_one_out_coefficients([1.0, 2.0], [1, 1], group_rows([1, 1]), "official")


def test_columns_of_two_lengths_are_refused():
    with pytest.raises(MeasureError, match="All columns and the first column must have the same length"):
        leave_one_out(np.dot, np.ones(3), np.ones(2))
