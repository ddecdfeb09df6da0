"""Seats within reach: by hand, against a linear program, and under changes that must not matter."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from edubalance.errors import MeasureError
from edubalance.measures.access import two_step_floating_catchment
from edubalance.measures.seating import seated, uncovered_share


@st.composite
def counties(draw):
    """Seats, children and distances of up to four schools and five settlements."""
    schools, homes = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    whole = st.integers(0, 60)
    seats = draw(st.lists(whole, min_size=schools, max_size=schools))
    children = draw(st.lists(whole, min_size=homes, max_size=homes))
    rows = st.lists(st.sampled_from([1.0, 2.0, 9.0, np.inf]), min_size=schools, max_size=schools)
    return seats, children, np.array(draw(st.lists(rows, min_size=homes, max_size=homes)))


# By hand


@pytest.mark.parametrize(
    ("seats", "children", "cost", "expected"),
    [
        pytest.param([30], [20], [[1]], [20], id="room for all"),
        pytest.param([15], [20], [[1]], [15], id="too few seats"),
        pytest.param([30], [20], [[5]], [0], id="too far"),
        pytest.param([10, 10], [20], [[1, 3]], [10, 10], id="two schools, one just within reach"),
        pytest.param([25, 10], [20, 20], [[1, 9], [2, 1]], [25, 10], id="one village has a second school"),
        pytest.param([0, 5], [0, 5], [[1, 1], [1, 1]], [0, 5], id="none and nobody"),
    ],
)
def test_seats_are_filled_as_by_hand(seats, children, cost, expected):
    assert seated(seats, children, cost, reach=3).tolist() == expected


@pytest.mark.parametrize(
    ("access", "children", "expected"),
    [
        pytest.param([1, 3], [10, 30], 0.0, id="a seat for everyone"),
        pytest.param([0, 0], [10, 30], 1.0, id="none for anyone"),
        pytest.param([2, 0.5], [10, 30], 15 / 40, id="to spare here does not help there"),
    ],
)
def test_uncovered_shares_by_hand(access, children, expected):
    assert uncovered_share(access, children) == pytest.approx(expected)


def test_several_layouts_are_measured_side_by_side():
    npt.assert_allclose(uncovered_share([[2, 1, 0], [0.5, 1, 0]], [10, 30]), [15 / 40, 0, 1])


# Invariances


@given(counties())
def test_as_many_are_seated_as_a_linear_program_seats(county):
    seats, children, cost = county
    near = cost <= 3
    ways = np.argwhere(near)
    taken = seated(seats, children, cost, reach=3)
    if not len(ways):
        assert taken.sum() == 0
        return
    from_home = (ways[:, 0] == np.arange(len(children))[:, None]).astype(float)
    to_school = (ways[:, 1] == np.arange(len(seats))[:, None]).astype(float)
    best = linprog(-np.ones(len(ways)), A_ub=np.vstack([from_home, to_school]), b_ub=[*children, *seats])
    assert taken.sum() == pytest.approx(-best.fun)
    assert (taken <= seats).all()


@given(counties())
def test_sharing_with_everyone_leaves_at_least_as_many_uncovered_as_the_best_seating(county):
    """Two steps send children everywhere alike; nobody could seat fewer by giving out seats as well as can be."""
    seats, children, cost = county
    lived = np.array(children) > 0
    if not lived.any():
        return
    people = np.array(children)[lived]
    access = two_step_floating_catchment(seats, people, cost[lived], reach=3)
    best = seated(seats, people, cost[lived], reach=3).sum() / people.sum()
    assert 1 - best <= uncovered_share(access, people) + 1e-12


@given(counties(), st.integers(2, 5))
def test_k_times_as_many_seats_and_children_seat_k_times_as_many(county, k):
    seats, children, cost = county
    once = seated(seats, children, cost, reach=3).sum()
    assert seated(np.multiply(seats, k), np.multiply(children, k), cost, reach=3).sum() == k * once


# Refusals


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(MeasureError, match=r"seats must be whole numbers; got 1 fraction\(s\) at positions \[0\]"):
        seated([1.5], [2], [[1]], reach=3)
    with pytest.raises(MeasureError, match="children must be at most 2147483647; got 1 larger"):
        seated([1], [1e10], [[1]], reach=3)
    with pytest.raises(MeasureError, match="a row for each of the 2 settlements"):
        seated([1], [2, 3], [[1]], reach=3)
    with pytest.raises(MeasureError, match="reach must be positive"):
        seated([1], [2], [[1]], reach=0)


def test_access_without_children_is_refused():
    with pytest.raises(MeasureError, match="At least one of population must be positive"):
        uncovered_share([1.0], [0])
    with pytest.raises(MeasureError, match="access must be finite numbers"):
        uncovered_share([np.nan], [1])
    with pytest.raises(MeasureError, match="values and population must have the same length; got 2 and 1"):
        uncovered_share([1.0, 2.0], [1])
