"""The difference coefficient, its conventions, Hoover's share and the composite."""

import dataclasses

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures import dispersion
from edubalance.measures.dispersion import (
    CONVENTIONS,
    composite,
    describe,
    difference_coefficient,
    hoover,
    standard_deviation,
    weighted_mean,
)

PUPILS = [45, 37, 89, 76, 55]
BOOKS = [279, 137, 935, 160, 402]
PER_PUPIL = np.divide(BOOKS, PUPILS)

positive_values = st.lists(st.floats(0.5, 50), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("values", "pupils", "expected"),
    [
        pytest.param([5, 5, 5], [10, 200, 3000], 0.0, id="equal schools"),
        pytest.param([7.3], [10], 0.0, id="one school"),
        pytest.param([4, 6], [300, 300], 0.2, id="two schools: |a-b|/(a+b)"),
        pytest.param([0, 8], [300, 100], 3**0.5, id="share q holds all: sqrt((1-q)/q)"),
        pytest.param([4, 6, 1e9], [300, 300, 0], 0.2, id="a school without pupils counts nothing"),
    ],
)
def test_the_national_coefficient_by_hand(values, pupils, expected):
    npt.assert_allclose(difference_coefficient(values, pupils), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("convention", "mean", "sd"),
    [
        pytest.param("weighted_population", 5.5, 0.75**0.5, id="weighted: mean (4+3*6)/4, variance 1.5²/4 + 3*0.5²/4"),
        pytest.param("unweighted_population", 5.0, 1.0, id="unweighted population"),
        pytest.param("unweighted_sample", 5.0, 2**0.5, id="unweighted sample: divisor one"),
    ],
)
def test_each_convention_by_hand(convention, mean, sd):
    county = describe([4, 6], [100, 300], convention=convention)
    npt.assert_allclose([county.mean, county.sd, county.cv], [mean, sd, sd / mean])
    assert (county.convention, county.n) == (convention, 2)
    npt.assert_allclose(standard_deviation([4, 6], [100, 300], convention=convention), sd)


@pytest.mark.parametrize(
    ("convention", "expected"),
    list(zip(CONVENTIONS, (0.5152566, 0.4887707, 0.5464622), strict=True)),
)
def test_the_official_five_schools_under_each_convention(convention, expected):
    npt.assert_allclose(difference_coefficient(PER_PUPIL, PUPILS, convention=convention), expected, atol=1e-7)


def test_the_default_convention_is_the_national_one():
    assert CONVENTIONS == ("weighted_population", "unweighted_population", "unweighted_sample")
    assert describe(PER_PUPIL, PUPILS).convention == "weighted_population"
    assert difference_coefficient(PER_PUPIL, PUPILS) == describe(PER_PUPIL, PUPILS, convention=CONVENTIONS[0]).cv
    assert standard_deviation(PER_PUPIL, PUPILS) == describe(PER_PUPIL, PUPILS).sd


def test_the_weighted_mean_is_all_resource_over_all_pupils():
    npt.assert_allclose(weighted_mean(PER_PUPIL, PUPILS), sum(BOOKS) / sum(PUPILS), rtol=1e-15)
    assert weighted_mean([1, 2, 6]) == 3.0


def test_deviations_may_be_taken_of_negative_numbers_but_not_their_coefficient():
    assert weighted_mean([-1, 1, 3]) == 1.0
    assert standard_deviation([-1, 1], [1, 1]) == 1.0
    with pytest.raises(MeasureError, match=r"values must not be negative; got 1 negative at positions \[0\]"):
        difference_coefficient([-1, 3], [1, 1])


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_schools_without_pupils_count_nothing_under_every_convention(convention):
    with_empty = describe([4, 9, 6], [100, 0, 300], convention=convention)
    assert with_empty == describe([4, 6], [100, 300], convention=convention)


def test_the_largest_amount_is_still_computed():
    assert difference_coefficient([1e50, 1e50], [1, 1]) == 0


def test_hoover_by_hand():
    assert hoover([5, 5, 5]) == 0
    npt.assert_allclose(hoover([0, 0, 0, 10]), 0.75)
    npt.assert_allclose(hoover([0, 8], [300, 100]), 0.75, err_msg="a quarter of the pupils holds all")


def test_the_composite_is_the_plain_mean():
    assert composite([0.2, 0.4, 0.9]) == pytest.approx(0.5)
    assert composite([0.3]) == 0.3


@given(positive_values, st.sampled_from(CONVENTIONS[:2]))
def test_the_coefficient_does_not_depend_on_the_unit_or_the_order(values, convention):
    pupils = np.arange(1, len(values) + 1)
    base = difference_coefficient(values, pupils, convention=convention)
    in_feet = difference_coefficient(np.multiply(values, 10.7639), pupils * 2, convention=convention)
    turned = difference_coefficient(values[::-1], pupils[::-1], convention=convention)
    npt.assert_allclose([in_feet, turned], base, rtol=1e-9, atol=1e-12)


@given(positive_values)
def test_a_school_of_k_pupils_equals_k_schools_of_one(values):
    pupils = np.arange(1, len(values) + 1)
    alike = np.repeat(values, pupils)
    npt.assert_allclose(
        difference_coefficient(values, pupils), difference_coefficient(alike, np.ones(alike.size)), rtol=1e-9, atol=1e-9
    )
    npt.assert_allclose(hoover(values, pupils), hoover(alike), rtol=1e-9, atol=1e-9)


@given(st.floats(0.001, 1e6), st.lists(st.integers(1, 3000), min_size=1, max_size=30))
def test_equal_schools_show_exactly_no_spread(value, pupils):
    values = np.full(len(pupils), value)
    assert difference_coefficient(values, pupils) == 0.0
    assert hoover(values, pupils) == 0.0


@given(positive_values)
def test_hoover_never_exceeds_half_the_coefficient_of_variation(values):
    assert hoover(values) <= difference_coefficient(values, np.ones(len(values))) / 2 + 1e-12


@given(st.lists(st.floats(0.5, 50), min_size=2, max_size=30))
def test_the_sample_form_is_larger_by_the_root_of_n_over_n_minus_one(values):
    pupils = np.ones(len(values))
    sample = difference_coefficient(values, pupils, convention="unweighted_sample")
    population = difference_coefficient(values, pupils, convention="unweighted_population")
    npt.assert_allclose(sample, population * (len(values) / (len(values) - 1)) ** 0.5, rtol=1e-9)


MEASURES = [
    pytest.param(difference_coefficient, id="difference_coefficient"),
    pytest.param(describe, id="describe"),
    pytest.param(hoover, id="hoover"),
]


@pytest.mark.parametrize("measure", [*MEASURES, weighted_mean, standard_deviation])
@pytest.mark.parametrize(
    ("values", "pupils", "message"),
    [
        pytest.param([1, np.nan, 3, np.inf], [1] * 4, r"got 2 missing or infinite at positions \[1, 3\]", id="missing"),
        pytest.param(
            [1, 2],
            [1, np.nan],
            r"must be finite numbers; got 1 missing or infinite at positions \[1\]",
            id="missing pupils",
        ),
        pytest.param([1, 2], [1, -5], r"must not be negative; got 1 negative at positions \[1\]", id="negative pupils"),
        pytest.param([1, 2], [0, 0], "must be positive; all 2 are zero", id="no pupils at all"),
        pytest.param([1, 2], [1, 2, 3], "same length; got 2 and 3", id="lengths"),
        pytest.param([], [], r"at least one number; got shape \(0,\)", id="no school"),
        pytest.param([[1, 2]], [1, 2], r"one column with at least one number; got shape \(1, 2\)", id="a table"),
        pytest.param(["a", "b"], [1, 2], r"values must be numbers: some are text\. .*Convert the column", id="text"),
        pytest.param(["1", "2"], [1, 2], r"values must be numbers: some are text\.", id="digits as text"),
        pytest.param([1, "2", None], [1, 2, 3], r"values must be numbers: some are text\.", id="mixed"),
        pytest.param([1, {}], [1, 2], "values must be numbers: float", id="other objects"),
        pytest.param([[1], [1, 2]], [1, 2], "values must be numbers: setting an array", id="ragged"),
        pytest.param([1j, 2], [1, 2], r"values must be numbers: some are complex128\.", id="complex"),
        pytest.param([1, -1e51], [1, 2], r"values must be amounts; got 1 beyond 1e50 at positions \[1\]", id="huge"),
        pytest.param([1, None], ["x", 2], "must be", id="several faults"),
    ],
)
def test_what_is_refused(measure, values, pupils, message):
    with pytest.raises(MeasureError, match=message):
        measure(values, pupils)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_resource_that_no_school_has_is_refused_not_called_equal(measure):
    with pytest.raises(MeasureError, match=r"mean must be positive to divide by it; got 0.*failure of provision"):
        measure([0, 0, 0], [10, 20, 30])
    with pytest.raises(MeasureError, match="got 0"):
        measure([0, 0, 5], [10, 20, 0])


def test_an_unknown_convention_is_refused_with_the_known_ones():
    with pytest.raises(
        MeasureError, match=r"one of weighted_population, .*unweighted_sample; got 'weighted'.*national"
    ):
        difference_coefficient([1, 2], [1, 1], convention="weighted")


def test_the_sample_form_of_one_school_is_refused():
    with pytest.raises(MeasureError, match=r"at least two schools with pupils; got one.*population convention"):
        difference_coefficient([1, 2], [1, 0], convention="unweighted_sample")


def test_a_composite_with_a_missing_coefficient_is_refused():
    with pytest.raises(MeasureError, match=r"coefficients must be finite numbers; got 1 .*positions \[1\]"):
        composite([0.3, np.nan])
    with pytest.raises(MeasureError, match="coefficients must not be negative"):
        composite([0.3, -0.1])


def test_long_lists_of_positions_are_cut_and_short_ones_are_not():
    with pytest.raises(MeasureError, match=r"got 9 missing or infinite at positions \[0, 1, 2, 3, 4, 5, 6, 7, …\]"):
        weighted_mean([np.nan] * 9)
    with pytest.raises(MeasureError, match=r"got 8 missing or infinite at positions \[0, 1, 2, 3, 4, 5, 6, 7\]\."):
        weighted_mean([np.nan] * 8)


def test_masked_and_nullable_entries_are_missing_values():
    with pytest.raises(MeasureError, match=r"positions \[1\]"):
        weighted_mean(np.ma.masked_array([1, 2], mask=[False, True]))
    with pytest.raises(MeasureError, match="values must be"):
        weighted_mean(pd.Series([1, None], dtype="Int64"))
    assert weighted_mean(np.ma.masked_array([1, 2], mask=[False, False])) == 1.5
    assert weighted_mean(pd.Series([1, 2], index=[7, 8], dtype="Int64")) == 1.5


def test_messages_name_the_column_and_carry_a_remedy():
    with pytest.raises(MeasureError, match="pupils must not be negative") as refusal:
        describe([1, 2], [1, -1])
    assert refusal.value.hint == "Correct the data: an amount cannot be negative."
    with pytest.raises(MeasureError, match="pupils must not be negative"):
        standard_deviation([1, 2], [1, -1])
    with pytest.raises(MeasureError, match=r"^weights must not be negative"):
        hoover([1, 2], [1, -1])


def test_the_description_cannot_be_changed_and_inputs_are_left_alone():
    values, pupils = np.array([4.0, 6.0]), np.array([1.0, 0.0])
    county = dispersion.describe(values, pupils)
    with pytest.raises(dataclasses.FrozenInstanceError):
        county.cv = 0.0
    npt.assert_array_equal(values, [4, 6])
    npt.assert_array_equal(pupils, [1, 0])
