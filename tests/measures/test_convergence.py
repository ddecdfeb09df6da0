"""Sigma and beta convergence."""

from __future__ import annotations

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.convergence import beta_convergence, sigma, sigmas

positive = st.lists(st.floats(0.1, 100), min_size=4, max_size=20)


def test_sigma_of_two_counties_is_half_the_distance_of_their_logarithms():
    npt.assert_allclose(sigma([2.0, 8.0]), np.log(4) / 2)


def test_sigmas_gives_each_group_its_own():
    npt.assert_allclose(sigmas([2.0, 3.0, 8.0, 3.0], [0, 1, 0, 1]), [np.log(4) / 2, 0.0], atol=1e-15)


def test_a_gap_that_closes_at_a_rate_is_found_at_that_rate():
    first, beta, years = np.array([0.5, 0.8, 1.0, 1.7, 3.0]), 0.03, 7
    last = first ** np.exp(-beta * years)
    found = beta_convergence(first, last, years)
    npt.assert_allclose(found.speed, beta)
    npt.assert_allclose(found.half_life, np.log(2) / beta)
    npt.assert_allclose([found.low, found.high], found.slope, atol=1e-12)


def test_bounds_are_those_of_the_hc1_formula_written_out():
    rng = np.random.default_rng(4)
    first = rng.lognormal(0, 0.4, 30)
    last = first**0.8 * rng.lognormal(0, 0.1, 30)
    found = beta_convergence(first, last, 5)
    x = np.column_stack((np.ones(30), np.log(first)))
    y = np.log(last / first) / 5
    bread = np.linalg.inv(x.T @ x)
    coefficients = bread @ x.T @ y
    meat = (x * ((y - x @ coefficients) ** 2)[:, None]).T @ x
    error = np.sqrt((bread @ meat @ bread)[1, 1] * 30 / 28)
    npt.assert_allclose(found.slope, coefficients[1])
    npt.assert_allclose(found.high - found.slope, 2.0484071417952445 * error)  # t of 28 degrees, 97.5 %


def test_gaps_that_widen_have_no_half_life_and_a_negative_speed():
    found = beta_convergence([0.5, 1.0, 2.0], [0.25, 1.0, 4.0], 5)
    assert found.speed < 0
    assert found.half_life == np.inf


@given(positive, st.floats(0.01, 1000))
def test_sigma_does_not_depend_on_the_unit_nor_on_the_order(values, factor):
    array = np.array(values)
    npt.assert_allclose(sigma(array * factor), sigma(array[::-1]), rtol=1e-9, atol=1e-9)


@given(positive, st.floats(0.5, 2))
def test_beta_does_not_depend_on_the_unit(values, factor):
    first = np.array(values) + np.arange(len(values))
    last = np.sqrt(first)
    one, other = (beta_convergence(first * f, last * f, 4) for f in (1.0, factor))
    npt.assert_allclose(one.slope, other.slope, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("first", "last", "years", "message"),
    [
        pytest.param([1.0, 0.0, 2.0], [1.0, 1.0, 1.0], 3, "first must be positive", id="zero"),
        pytest.param([1.0, 2.0], [1.0, 2.0], 3, "needs three counties", id="two counties"),
        pytest.param([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 0, "years between", id="no years"),
        pytest.param([2.0, 2.0, 2.0], [1.0, 2.0, 3.0], 1, "all equal", id="all equal"),
        pytest.param([1.0, 2.0, 3.0], [1.0, 2.0], 1, "same length", id="lengths"),
    ],
)
def test_refusals(first, last, years, message):
    with pytest.raises(MeasureError, match=message):
        beta_convergence(first, last, years)
