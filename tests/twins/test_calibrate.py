"""Totals, shares and spreads that print as published."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import CaseError
from edubalance.twins.calibrate import affine, interval, share_of_whole, whole_between, whole_with_total

amounts = st.lists(st.floats(0.1, 500), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("values", "total", "bounds", "expected"),
    [
        pytest.param([1.0, 2.0, 3.0], 6, {}, [1, 2, 3], id="whole already"),
        pytest.param([1.6, 1.4], 3, {}, [2, 1], id="the larger remainder gets the rest"),
        pytest.param([1.0, 1.0], 10, {}, [5, 5], id="proportions are kept"),
        pytest.param([5.0, 1.0], 6, {"high": [2, 9]}, [2, 4], id="a full school passes the rest on"),
        pytest.param([0.0, 9.0], 9, {"low": 1}, [1, 8], id="a lower bound holds"),
        pytest.param([0.0, 0.0], 2, {}, [1, 1], id="nothing to go by"),
    ],
)
def test_rounding_to_a_total_by_hand(values, total, bounds, expected):
    assert whole_with_total(np.array(values), total, **bounds).tolist() == expected


@given(amounts, st.integers(0, 5000))
def test_rounding_keeps_the_total_and_stays_within_one_of_the_proportion(values, total):
    array = np.array(values)
    whole = whole_with_total(array, total)
    assert whole.sum() == total
    assert np.abs(whole - array * total / array.sum()).max() < 1 + 1e-6


@given(amounts, st.integers(0, 400), st.integers(1, 60))
def test_rounding_respects_its_bounds(values, total, cap):
    array = np.array(values)
    if total > cap * array.size:
        with pytest.raises(CaseError, match=f"A total of {total} is not possible"):
            whole_with_total(array, total, high=np.full(array.size, cap))
    else:
        whole = whole_with_total(array, total, high=np.full(array.size, cap))
        assert whole.sum() == total
        assert whole.max() <= cap


def test_affine_of_two_equal_schools_is_mean_plus_and_minus_sd():
    npt.assert_allclose(affine(np.array([2.0, 7.0]), np.array([50.0, 50.0]), mean=10.0, sd=3.0), [7.0, 13.0])


@given(
    st.lists(st.tuples(st.floats(1, 9), st.integers(20, 900)), min_size=3, max_size=25),
    st.floats(5, 50),
    st.floats(0.01, 1),
)
def test_affine_meets_mean_and_spread_and_keeps_the_order(schools, mean, spread):
    values, pupils = (np.array(column, dtype=float) for column in zip(*schools, strict=True))
    if np.ptp(values) < 0.1:
        return
    fitted = affine(values, pupils, mean, spread)
    npt.assert_allclose(np.average(fitted, weights=pupils), mean, rtol=1e-9)
    npt.assert_allclose(np.sqrt(np.average((fitted - mean) ** 2, weights=pupils)), spread, rtol=1e-6)
    npt.assert_array_equal(np.argsort(fitted, kind="stable"), np.argsort(values, kind="stable"))


def test_an_interval_holds_what_prints_as_the_figure():
    low, high = interval(0.335, 3)
    assert f"{low:.3f}" == f"{high:.3f}" == "0.335"
    assert f"{low - 1e-6:.3f}" == "0.334"
    assert f"{high + 1e-6:.3f}" == "0.336"


@given(st.integers(300, 3000))
def test_a_share_of_a_whole_prints_as_published(near):
    part, whole = share_of_whole(74.53, 2, near, reach=60)
    assert f"{100 * part / whole:.2f}" == "74.53"
    assert abs(whole - near) <= 60


def test_the_nearest_whole_is_taken():
    assert share_of_whole(50.0, 1, near=10, reach=5) == (5, 10)
    assert share_of_whole(33.3, 1, near=10, reach=5) == (3, 9)


def test_teachers_behind_a_published_mean():
    # 5.515273 per 100 of 47,994 pupils, printed to six decimals, allow one whole number of teachers.
    low, high = (number * 47994 / 100 for number in interval(5.515273, 6))
    assert whole_between(low, high, "teachers") == 2647


def test_a_figure_that_no_whole_number_gives_is_refused():
    with pytest.raises(CaseError, match=r"No whole number of teachers lies between .* cannot be met"):
        whole_between(12.2, 12.4, "teachers")


def test_a_share_too_small_for_any_county_is_refused():
    # Henan prints 0.04 % classes of 66 and more: one class of some 1,300 is 0.08 % already.
    with pytest.raises(CaseError, match=r"No part of any whole from 1220 to 1380 prints as 0\.04 %"):
        share_of_whole(0.04, 2, near=1300, reach=80)


def test_the_published_satisfaction_needs_fewer_valid_questionnaires_than_were_sent():
    with pytest.raises(CaseError, match=r"prints as 99\.09 %"):
        share_of_whole(99.09, 2, near=2251, reach=0)
    assert share_of_whole(99.09, 2, near=2198, reach=0) == (2178, 2198)


def test_equal_values_cannot_be_spread():
    with pytest.raises(CaseError, match="all equal cannot be given a spread"):
        affine(np.array([2.0, 2.0]), np.array([10.0, 10.0]), mean=3.0, sd=1.0)


def test_a_spread_that_needs_negative_amounts_is_refused():
    with pytest.raises(CaseError, match="would need a negative amount"):
        affine(np.array([1.0, 2.0]), np.array([10.0, 10.0]), mean=1.0, sd=2.0)
