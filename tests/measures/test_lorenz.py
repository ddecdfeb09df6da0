"""Lorenz and concentration curves, Gini and the concentration index."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures.lorenz import (
    concentration_curve,
    concentration_index,
    gini,
    gini_from_shares,
    lorenz_curve,
)

# Amounts: nought, or no smaller than measures take.
amounts = st.just(0.0) | st.floats(1e-50, 50)
resources = st.lists(amounts, min_size=1, max_size=30).filter(lambda values: max(values) > 0.01)


def _area_above(curve):
    """Twice the area between the diagonal and a curve."""
    return 1 - 2 * np.trapezoid(curve.resource_share, curve.population_share)


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [
        pytest.param([5, 5, 5], [10, 200, 3000], 0.0, id="equal schools"),
        pytest.param([7.3], None, 0.0, id="one school"),
        pytest.param([1, 3], None, 0.25, id="two schools: (b-a)/2(a+b)"),
        pytest.param([0, 0, 0, 10], None, 0.75, id="one of n has all: 1-1/n"),
        pytest.param([0, 8], [300, 100], 0.75, id="share q holds all: 1-q"),
        pytest.param([3, 1, 2, 4, 5], None, 4 / 15, id="1..n in any order: (n-1)/3n"),
        pytest.param([1, 3, 99], [1, 1, 0], 0.25, id="a school without pupils counts nothing"),
    ],
)
def test_gini_by_hand(values, weights, expected):
    npt.assert_allclose(gini(values, weights), expected, atol=1e-15)


def test_the_formula_of_published_chinese_studies_by_hand():
    npt.assert_allclose(gini_from_shares([0.5, 0.5], [0.75, 0.25]), 0.25, atol=1e-15)
    npt.assert_allclose(gini_from_shares([50, 50], [30, 10]), 0.25, atol=1e-15, err_msg="amounts do as well")
    npt.assert_allclose(gini_from_shares([0.2, 0.3, 0.5], [0.2, 0.3, 0.5]), 0.0, atol=1e-15)
    npt.assert_allclose(gini_from_shares([0.8, 0.2], [0, 1]), 0.8, atol=1e-15)


def test_the_lorenz_curve_by_hand():
    curve = lorenz_curve([4, 0, 4, 1], [10, 20, 30, 40])
    npt.assert_allclose(curve.population_share, [0, 0.2, 0.6, 1])
    npt.assert_allclose(curve.resource_share, [0, 0, 0.2, 1])


def test_the_concentration_curve_orders_by_rank_and_merges_ties():
    curve = concentration_curve([4, 1, 2, 3], [2, 1, 1, 5])
    npt.assert_allclose(curve.population_share, [0, 0.5, 0.75, 1])
    npt.assert_allclose(curve.resource_share, [0, 0.3, 0.7, 1])


@pytest.mark.parametrize(
    ("values", "rank", "weights", "expected"),
    [
        pytest.param([1, 3], [1, 2], None, 0.25, id="goes to the high"),
        pytest.param([3, 1], [1, 2], None, -0.25, id="goes to the low"),
        pytest.param([3, 1], [7, 7], None, 0.0, id="all tied"),
        pytest.param([2, 2, 2], [1, 5, 9], [1, 2, 3], 0.0, id="equal schools"),
        pytest.param([8], [1], [3], 0.0, id="one school"),
        pytest.param(
            [1, 2, 6], [1, 2, 2], None, 2 / 9, id="tie shares the average: 2/9·((1-3)(1/6-1/2)+(8-6)(2/3-1/2))"
        ),
        pytest.param([0, 8], [-1, 0.5], [300, 100], 0.75, id="the top quarter holds all"),
    ],
)
def test_the_concentration_index_by_hand(values, rank, weights, expected):
    npt.assert_allclose(concentration_index(values, rank, weights), expected, atol=1e-15)


@given(resources)
def test_gini_is_twice_the_area_and_equal_to_the_formula_of_shares(values):
    pupils = np.arange(1.0, len(values) + 1)
    expected = gini(values, pupils)
    npt.assert_allclose(_area_above(lorenz_curve(values, pupils)), expected, atol=1e-9)
    npt.assert_allclose(gini_from_shares(pupils, values * pupils), expected, atol=1e-9)
    npt.assert_allclose(concentration_index(values, values, pupils), expected, atol=1e-9)
    assert 0 <= expected < 1


@given(resources)
def test_a_school_of_k_pupils_equals_k_schools_of_one(values):
    pupils = np.arange(1, len(values) + 1)
    npt.assert_allclose(gini(values, pupils), gini(np.repeat(values, pupils)), atol=1e-9)


@given(resources)
def test_the_unit_and_the_order_do_not_matter(values):
    pupils = np.arange(1, len(values) + 1)
    turned = gini(np.multiply(values[::-1], 1000), pupils[::-1] / 7)
    npt.assert_allclose(turned, gini(values, pupils), atol=1e-9)


@given(resources, st.randoms())
def test_turning_the_ranks_round_turns_the_sign(values, random):
    rank = np.array([random.randint(0, 5) for _ in values])
    forward = concentration_index(values, rank)
    npt.assert_allclose(concentration_index(values, -rank), -forward, atol=1e-9)
    npt.assert_allclose(_area_above(concentration_curve(values, rank)), forward, atol=1e-9)
    assert abs(forward) <= gini(values) + 1e-9


@given(resources)
def test_the_curve_runs_from_zero_to_one_and_bends_upwards(values):
    curve = lorenz_curve(values)
    assert (curve.population_share[0], curve.resource_share[0]) == (0, 0)
    assert (curve.population_share[-1], curve.resource_share[-1]) == (1, 1)
    slopes = np.diff(curve.resource_share) / np.diff(curve.population_share)
    assert (np.diff(slopes) > -1e-9).all()
    # Values that differ in their last digits only are one.
    assert curve.population_share.size == len(set(rounding.tied(values).tolist())) + 1


@given(st.floats(0.001, 1e6), st.lists(st.integers(1, 3000), min_size=1, max_size=30))
def test_equal_schools_show_exactly_no_inequality(value, pupils):
    assert gini(np.full(len(pupils), value), pupils) == 0.0


def test_a_transfer_from_rich_to_poor_lowers_gini():
    assert gini([2, 5, 9]) < gini([1, 5, 10])


@pytest.mark.parametrize("measure", [gini, lorenz_curve])
def test_what_gini_and_the_curve_refuse(measure):
    with pytest.raises(
        MeasureError, match=r"values must be finite numbers; got 1 missing or infinite at positions \[1\]"
    ):
        measure([1, np.nan])
    with pytest.raises(MeasureError, match=r"values must not be negative; got 1 negative at positions \[0\]"):
        measure([-1, 5])
    with pytest.raises(MeasureError, match=r"mean must be positive to divide by it; got 0"):
        measure([0, 0])
    with pytest.raises(MeasureError, match=r"At least one of weights must be positive; all 2 are zero"):
        measure([1, 2], [0, 0])
    with pytest.raises(MeasureError, match=r"values and weights must have the same length; got 2 and 1"):
        measure([1, 2], [1])


@pytest.mark.parametrize("measure", [concentration_index, concentration_curve])
def test_what_the_concentration_measures_refuse(measure):
    with pytest.raises(
        MeasureError, match=r"rank must be finite numbers; got 1 missing or infinite at positions \[1\]"
    ):
        measure([1, 2], [1, np.nan])
    with pytest.raises(MeasureError, match=r"values and rank must have the same length; got 2 and 3"):
        measure([1, 2], [1, 2, 3])
    with pytest.raises(MeasureError, match=r"values must not be negative"):
        measure([1, -2], [1, 2])


def test_what_the_formula_of_shares_refuses():
    with pytest.raises(
        MeasureError, match=r"population_share must be positive; got 1 zero at positions \[1\].*Leave units"
    ):
        gini_from_shares([1, 0], [0.5, 0.5])
    with pytest.raises(MeasureError, match="At least one of resource_share must be positive"):
        gini_from_shares([0.5, 0.5], [0, 0])
    with pytest.raises(MeasureError, match="population_share must not be negative"):
        gini_from_shares([0.5, -0.5], [1, 1])
