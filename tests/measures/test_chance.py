"""What a random deal would show: by hand, over every deal, and where it is not defined."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.chance import chance_coefficient
from edubalance.measures.dispersion import difference_coefficient


@pytest.mark.parametrize(
    ("share", "people", "units", "expected"),
    [
        pytest.param(0.5, 2, 2, 1, id="all or nothing"),
        pytest.param(1, 50, 7, 0, id="everybody has it"),
        pytest.param(0.3, 50, 1, 0, id="one school holds all"),
        pytest.param(0.2, 101, 26, 1, id="4 times 25 over 100"),
    ],
)
def test_coefficients_by_hand(share, people, units, expected):
    assert chance_coefficient(share, people, units) == pytest.approx(expected)


@given(st.lists(st.booleans(), min_size=4, max_size=6).filter(any), st.integers(1, 2))
def test_it_is_the_mean_square_over_every_deal(young, first):
    """Schools of two sizes; the sizes drop out."""
    sizes = np.array([first, 1, len(young) - first - 1])
    squares = [
        difference_coefficient(
            [part.mean() for part in np.split(np.array(deal, dtype=float), np.cumsum(sizes)[:-1])], sizes
        )
        ** 2
        for deal in permutations(young)
    ]
    assert chance_coefficient(np.mean(young), len(young), 3) ** 2 == pytest.approx(np.mean(squares), abs=1e-12)


@given(st.floats(0.05, 0.9), st.integers(10, 900), st.integers(2, 9))
def test_more_people_differ_less_and_more_schools_more(share, people, units):
    here = chance_coefficient(share, people, units)
    assert chance_coefficient(share, 2 * people, units) < here < chance_coefficient(share, people, units + 1)


def test_what_is_not_defined_is_refused():
    with pytest.raises(MeasureError, match="share must lie above 0 and not above 1; got 50"):
        chance_coefficient(50, 100, 3)
    with pytest.raises(MeasureError, match="share must lie above 0"):
        chance_coefficient(0, 100, 3)
    with pytest.raises(MeasureError, match="more than one person and at least one school; got 1 and 3"):
        chance_coefficient(0.5, 1, 3)
