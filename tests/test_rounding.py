"""Twelve significant digits decide: what is compared, ranked, grouped and printed, and never the last bits."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance import rounding
from edubalance.errors import EdubalanceError
from edubalance.results import Results
from edubalance.sentences import filled

DECIMALS = st.decimals(min_value=-100_000, max_value=100_000, places=4)
UNITS = st.integers(-3, 3)
SPECS = st.sampled_from([".0f", ".1f", ".2f", "+.2f", ",.0f", ".1%", ".3g", "g"])


def moved(value: float, units: int) -> float:
    return float(value + units * np.spacing(abs(value)))


@given(DECIMALS, UNITS, SPECS)
def test_a_number_three_units_in_the_last_place_away_prints_alike(decimal, units, spec):
    value = float(decimal)
    assert rounding.text(moved(value, units), spec) == rounding.text(value, spec)


@given(DECIMALS, UNITS, st.integers(0, 3))
def test_a_half_goes_away_from_zero_as_in_decimal_figures(decimal, units, places):
    expected = decimal.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert rounding.half_up(moved(float(decimal), units), places) == float(expected)


@pytest.mark.parametrize(
    ("value", "spec", "expected"),
    [
        (0.125, ".2f", "0.13"),
        (-0.125, ".2f", "-0.13"),
        (1.005, ".2f", "1.01"),
        (62.5, ".0f", "63"),
        (0.285, ".0%", "29%"),
        (12345.5, ",.0f", "12,346"),
        (0.12345, ".4g", "0.1235"),
        (999.95, ".4g", "1000"),
        (1e-17, "+.1f", "0.0"),
        (-0.04, ".1f", "0.0"),
        (0.04, "+.1f", "0.0"),
        (0.06, "+.1f", "+0.1"),
        (5, ".2f", "5.00"),
        (math.inf, ".1f", "inf"),
    ],
)
def test_numbers_are_printed_as_by_hand(value, spec, expected):
    assert rounding.text(value, spec) == expected


@pytest.mark.parametrize("spec", ["", "d", "z", "0>8.2f", "10.2f"])
def test_another_format_is_refused(spec):
    with pytest.raises(ValueError, match="format"):
        rounding.text(1.5, spec)


def test_a_sentence_refuses_a_format_that_prints_no_number():
    results = Results()
    results.add("cv", 0.5, unit="ratio")
    with pytest.raises(EdubalanceError, match=r"cannot print 0\.5 as '03d'"):
        filled("CV {cv:03d}", "en", results, {})


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200))
def test_significant_is_within_half_a_unit_of_the_twelfth_digit_and_stays(value):
    found = rounding.significant(value)
    assert abs(found - value) <= 5.0001e-12 * abs(value)
    assert rounding.significant(found) == found


def test_significant_keeps_what_is_no_number_and_the_shape():
    table = np.array([[np.nan, np.inf], [-np.inf, 0.0]])
    np.testing.assert_array_equal(rounding.significant(table), table)


@given(st.lists(DECIMALS.map(float), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_ties_survive_the_last_digits(values, random):
    shaken = [moved(value, random.randint(-3, 3)) for value in values]
    np.testing.assert_array_equal(np.unique(rounding.tied(shaken), return_inverse=True)[1],
                                  np.unique(values, return_inverse=True)[1])  # fmt: skip
    assert rounding.first_largest(shaken) == np.argmax(values)


def test_ties_leave_missing_and_infinite_numbers_alone():
    found = rounding.tied([np.inf, 0.3, np.nan, 0.1 + 0.2, -np.inf, np.inf])
    np.testing.assert_array_equal(found, [np.inf, 0.3, np.nan, 0.3, -np.inf, np.inf])
    assert rounding.tied([]).size == 0


def test_the_first_largest_passes_over_missing_numbers():
    assert rounding.first_largest([np.nan, 1.0, 2.0]) == 2
    assert rounding.first_largest([[-np.inf, 1.0], [-np.inf, 1.0]], 0).tolist() == [0, 0]


LIMITS = st.sampled_from(["4.2", "5.3", "4.505", "0.9", "0.765", "4.5", "7.5", "10.2", "2000", "2125", "2.3", "1.955"])
WEIGHTS = st.sampled_from([(Fraction(1), Fraction(11, 10)), (Fraction(11, 10), Fraction(1))])


@given(LIMITS, st.integers(1, 6000), st.integers(0, 6000), WEIGHTS, st.integers(-3, 3))
def test_a_share_of_an_integrated_school_reaches_a_limit_where_the_exact_products_do(limit, own, other, weights, off):
    """Resource · multiplier · weight ≥ limit · weighted pupils, in fractions; the resource has two decimals."""
    whole = weights[0] * own + weights[1] * other
    least = math.ceil(Fraction(limit) * whole / weights[0] * 100)  # hundredths of a unit of the resource
    hundredths = max(least + off, 0)
    exact = Fraction(hundredths, 100) * weights[0] >= Fraction(limit) * whole
    part, total = float(weights[0]) * own, float(weights[0]) * own + float(weights[1]) * other
    value = hundredths / 100 * part / total / own
    assert bool(value >= rounding.reachable(float(limit), ">=")) == exact


@given(LIMITS, st.integers(1, 20_000), st.integers(-2, 2))
def test_people_per_hundred_reach_a_limit_where_the_exact_products_do(limit, pupils, off):
    people = max(math.ceil(Fraction(limit) * pupils / 100) + off, 0)
    assert bool(people * 100 / pupils >= rounding.reachable(float(limit), ">=")) == (
        people * 100 >= Fraction(limit) * pupils
    )


@pytest.mark.parametrize(
    ("direction", "met"), [(">=", [False, True, True]), ("<=", [True, True, False]), (">", [False, False, True]),
                           ("<", [True, False, False])],
)  # fmt: skip
@pytest.mark.parametrize("units", range(-3, 4))
def test_the_last_digits_change_no_comparison(direction, met, units):
    values = np.array([moved(each, units) for each in (0.14999999999, 0.15, 0.15000000001)])
    limit = rounding.reachable(0.15, direction)
    compared = {">=": values >= limit, "<=": values <= limit, ">": values > limit, "<": values < limit}
    assert compared[direction].tolist() == met


@pytest.mark.parametrize("units", range(-3, 4))
def test_whole_numbers_but_for_the_last_digits_are_whole(units):
    assert rounding.up(moved(55.00000000000001, units)) == rounding.down(moved(54.99999999999999, units)) == 55
    assert rounding.up(55.000001) == 56
    assert rounding.down(54.999999) == 54
