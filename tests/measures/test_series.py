"""Yearly amounts: deflation, growth, volatility, falls, by hand and by what must not change them."""

import statistics

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.series import deflate, growth_rates, volatility, worst_fall

amounts = st.lists(st.floats(1, 1e6), min_size=3, max_size=12)


def test_amounts_of_earlier_years_are_raised_by_what_prices_rose_since():
    """110 in the first year, a tenth and then a quarter dearer: 110 · 1.1 · 1.25."""
    npt.assert_allclose(deflate([110, 110, 110], [300, 110, 125]), [151.25, 137.5, 110])


def test_prices_of_another_year_can_be_used():
    npt.assert_allclose(deflate([110, 121], [100, 110], base=0), [110, 110])
    npt.assert_allclose(deflate([110, 121, 0], [100, 110, 80], base=1), [121, 121, 0])


def test_a_series_that_only_follows_prices_is_steady():
    index = np.array([100, 103, 98, 105.5])
    nominal = 500 * np.cumprod([1, *index[1:] / 100])
    npt.assert_allclose(deflate(nominal, index), nominal[-1])


@pytest.mark.parametrize(
    ("values", "rates", "spread", "fall"),
    [
        pytest.param([100, 110, 121], [0.1, 0.1], 0, 0, id="the same growth every year"),
        pytest.param([100, 125, 100], [0.25, -0.2], 0.45 / 2**0.5, 0.2, id="up and down"),
        pytest.param([4, 3, 3], [-0.25, 0], 0.25 / 2**0.5, 0.25, id="a fall and a stand"),
    ],
)
def test_growth_volatility_and_the_worst_fall_by_hand(values, rates, spread, fall):
    npt.assert_allclose(growth_rates(values), rates, atol=1e-12)
    npt.assert_allclose(volatility(values), spread, atol=1e-12)
    npt.assert_allclose(worst_fall(values), fall, atol=1e-12)


def test_volatility_is_the_sample_form():
    """The standard library's `statistics.stdev` is the reference: divisor one less than the number of rates."""
    values = [812.0, 790.5, 903.2, 880.1, 951.7]
    npt.assert_allclose(volatility(values), statistics.stdev(growth_rates(values).tolist()), rtol=1e-12)


@given(amounts, st.floats(0.01, 1000))
def test_the_unit_of_the_amounts_does_not_matter(values, factor):
    scaled = [value * factor for value in values]
    npt.assert_allclose(growth_rates(scaled), growth_rates(values), rtol=1e-6, atol=1e-9)
    npt.assert_allclose(worst_fall(scaled), worst_fall(values), rtol=1e-6, atol=1e-9)


@given(amounts)
def test_the_worst_fall_is_a_share_and_nothing_where_nothing_falls(values):
    assert 0 <= worst_fall(values) < 1
    assert worst_fall(sorted(values)) == 0


@given(amounts)
def test_prices_that_stand_still_change_nothing(values):
    npt.assert_allclose(deflate(values, [100] * len(values)), values)


@given(amounts, st.data())
def test_the_base_year_changes_the_scale_and_not_the_growth(values, data):
    index = data.draw(st.lists(st.floats(80, 120), min_size=len(values), max_size=len(values)))
    npt.assert_allclose(
        growth_rates(deflate(values, index, base=0)), growth_rates(deflate(values, index)), rtol=1e-9, atol=1e-9
    )


def test_series_that_cannot_be_measured_are_refused():
    with pytest.raises(MeasureError, match="amounts must not be negative; got 1"):
        deflate([-1, 2], [100, 100])
    with pytest.raises(MeasureError, match=r"indices must be positive; got 1 that are not at positions \[1\]"):
        deflate([1, 2], [100, 0])
    with pytest.raises(MeasureError, match="one of the 2 years; got position 2"):
        deflate([1, 2], [100, 100], base=2)
    with pytest.raises(MeasureError, match="amounts must be finite numbers; got 1 missing"):
        deflate([1, np.nan], [100, 100])
    with pytest.raises(MeasureError, match=r"values must be positive; got 1 that are not at positions \[0\]"):
        growth_rates([0, 1])
    with pytest.raises(MeasureError, match="two years at least; got one"):
        worst_fall([1])
    with pytest.raises(MeasureError, match="three years at least; got two"):
        volatility([1, 2])
