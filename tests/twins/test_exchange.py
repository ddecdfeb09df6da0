"""Whole amounts with an exact spread, by exchange."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import CaseError
from edubalance.twins.exchange import Amounts, settle_shared, spread_by_exchange, square_for

schools = st.lists(st.tuples(st.integers(3, 60), st.integers(60, 2000)), min_size=6, max_size=40)


def amounts(units, pupils, *, share=1.0, unit=1.0, low=0):
    units = np.array(units, dtype=np.int64)
    return Amounts(
        units,
        unit,
        np.broadcast_to(np.asarray(share, dtype=float), units.shape),
        np.array(pupils, dtype=float),
        np.broadcast_to(np.asarray(low, dtype=np.int64), units.shape),
    )


def test_the_sum_of_squares_of_two_schools_by_hand():
    # 4 and 6 a pupil: mean 5, standard deviation 1.
    assert square_for(5.0, 1.0, 200.0) == 400**2 / 100 + 600**2 / 100
    assert amounts([400, 600], [100, 100]).square == 5200.0


def test_one_exchange_is_found():
    # 12²/100 + 8²/100 = 2.08 from 10²/100 + 10²/100 = 2 takes two exchanges of one unit.
    met = spread_by_exchange(amounts([10, 10], [100, 100]), 2.0799, 2.0801)
    assert sorted(met.units.tolist()) == [8, 12]


def test_units_may_be_hundredths():
    met = spread_by_exchange(amounts([1000, 1000], [1, 1], unit=0.01), 202.0, 202.0001)
    npt.assert_allclose(sorted(met.units), [900, 1100])


@given(schools, st.integers(0, 10**6))
def test_exchanges_keep_the_total_and_find_a_spread_that_there_is(rows, seed):
    # The spread asked for is that of the same schools after a few exchanges, so that it can be met.
    start = amounts(*zip(*rows, strict=True))
    rng = np.random.default_rng(seed)
    units = start.units.copy()
    gives, takes = rng.permutation(len(rows))[:2]
    units[gives], units[takes] = units[gives] - 1, units[takes] + 1
    wanted = start.with_units(units).square
    met = spread_by_exchange(start, wanted * (1 - 1e-9), wanted * (1 + 1e-9))
    assert met.units.sum() == start.units.sum()
    npt.assert_allclose(met.square, wanted, rtol=1e-8)
    assert met.units.min() >= 0


def test_sixty_schools_offer_a_spread_to_six_digits():
    rng = np.random.default_rng(5)
    pupils = rng.integers(80, 1900, 60)
    start = amounts(rng.poisson(0.009 * pupils), pupils)
    mean = start.total / pupils.sum()
    low, high = (square_for(mean, sd, pupils.sum()) for sd in (0.0044538, 0.00445382))
    met = spread_by_exchange(start, low, high)
    variance = met.square / pupils.sum() - mean**2
    assert 0.0044538 <= np.sqrt(variance) <= 0.00445382
    assert met.total == start.total


def test_integrated_schools_and_lower_bounds_stay_untouched():
    start = amounts([10, 10, 10, 10], [100] * 4, share=[0.5, 1, 1, 1], low=[0, 10, 0, 0])
    met = spread_by_exchange(start, 3.2699, 3.2701)
    assert met.units[0] == 10
    assert met.units[1] >= 10
    assert met.units.sum() == 40


def test_integrated_schools_settle_a_broken_total():
    start = amounts([40, 61, 300], [400, 500, 900], share=[0.4, 0.6, 1.0])
    settled = settle_shared(start, 300.0, 1e-9)
    left = 300.0 - (settled.share[:2] * settled.units[:2]).sum()
    npt.assert_allclose(left, round(left), atol=1e-9)
    assert settled.units[2] == 300
    assert np.abs(settled.units - start.units).max() <= 2


def test_a_spread_beyond_all_exchanges_is_refused():
    with pytest.raises(CaseError, match="The spread cannot be met"):
        spread_by_exchange(amounts([1, 1, 1, 1], [100] * 4), 50.0, 50.1)


def test_a_total_that_no_integrated_school_can_settle_is_refused():
    with pytest.raises(CaseError, match="leave a whole rest"):
        settle_shared(amounts([4, 6], [50, 50], share=[0.5, 1.0]), 10.3, 0.001)
