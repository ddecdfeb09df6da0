"""Levelling: counts by hand, against an integer program, and what no relabelling may change."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from edubalance.errors import MeasureError
from edubalance.measures.dispersion import difference_coefficient
from edubalance.measures.levelling import fewest_moves, level_out

counties = st.lists(st.tuples(st.integers(0, 9), st.integers(50, 900)), min_size=2, max_size=6).filter(
    lambda rows: sum(people for people, _ in rows) > 0
)
limits = st.sampled_from([0.2, 0.35, 0.5, 0.8])


def by_integer_program(people, pupils, limit):
    """Fewest moves, with the square over whole numbers as the upper hull of its chords."""
    people, pupils = np.asarray(people, dtype=float), np.asarray(pupils, dtype=float)
    n, whole = people.size, int(people.sum())
    # Variables: joining and leaving each section, and a square for each.
    chords = [(i, v) for i in range(n) for v in range(whole)]
    rows = np.zeros((len(chords), 3 * n))
    low = np.zeros(len(chords))
    for row, (i, v) in enumerate(chords):
        slope = 2 * v + 1
        rows[row, i], rows[row, n + i], rows[row, 2 * n + i] = -slope, slope, 1
        low[row] = v**2 + slope * (people[i] - v)
    kept = np.r_[np.ones(n), -np.ones(n), np.zeros(n)]
    squares = np.r_[np.zeros(2 * n), 1 / pupils]
    bound = (1 + limit**2) * whole**2 / pupils.sum()
    found = milp(
        np.r_[np.zeros(n), np.ones(n), np.zeros(n)],
        constraints=[
            LinearConstraint(rows, low),
            LinearConstraint(kept, 0, 0),
            LinearConstraint(squares, -np.inf, bound + 1e-7),
        ],
        integrality=np.r_[np.ones(2 * n), np.zeros(n)],
        bounds=Bounds(0, np.r_[np.full(n, whole), people, np.full(n, np.inf)]),
    )
    return float(round(found.fun)) if found.success else math.inf


# By hand


@pytest.mark.parametrize(
    ("people", "pupils", "limit", "moves"),
    [
        pytest.param([2, 2], [100, 100], 0, 0, id="equal already"),
        pytest.param([4, 0], [100, 100], 0.5, 1, id="3 and 1 of 2 each: half of it apart"),
        pytest.param([4, 0], [100, 100], 0.49, 2, id="just below: one more"),
        pytest.param([3, 0], [200, 100], 0, 1, id="2 for 200 and 1 for 100"),
        pytest.param([1, 0], [100, 100], 0.5, math.inf, id="one teacher cannot be halved"),
        pytest.param([0, 0], [100, 100], 0.5, math.inf, id="nobody to move"),
    ],
)
def test_the_fewest_moves_by_hand(people, pupils, limit, moves):
    assert fewest_moves(people, pupils, limit) == moves


def test_sections_that_may_not_give_or_take_are_left_alone():
    assert fewest_moves([4, 0, 0], [100, 100, 100], 0.8, movable=[0, 0, 0]) == math.inf
    assert fewest_moves([6, 0, 0], [100, 100, 100], 0.1) == 4
    assert fewest_moves([6, 0, 0], [100, 100, 100], 0.1, receiving=[True, True, False]) == math.inf


def test_a_teacher_who_counts_twice_mends_two_coefficients_in_one_move():
    people = [[3, 3], [1, 1]]
    together = level_out(people, [100, 100], [0.1, 0.1], movable=[[3], [1]], marks=[[True, True]])
    assert (together.kinds.size, together.least, together.complete) == (1, 1, True)
    apart = level_out(people, [100, 100], [0.1, 0.1], movable=[[3, 3], [1, 1]], marks=[[True, False], [False, True]])
    assert (apart.kinds.size, apart.least, apart.complete) == (2, 1, True)
    assert apart.after.tolist() == together.after.tolist() == [0, 0]


def test_a_move_that_would_push_another_coefficient_outside_is_passed_over():
    """The backbone teachers of the first section are its only graduates: moving them would break what is even."""
    plan = level_out([[4, 2], [0, 2]], [100, 100], [0.1, 0.1], movable=[[2], [0]], marks=[[True, True]])
    assert (plan.kinds.size, plan.complete) == (0, False)
    assert plan.before.tolist() == plan.after.tolist() == [1, 0]


def test_nobody_moves_where_nobody_may():
    plan = level_out([[4], [0]], [100, 100], [0.1], movable=[[0], [0]], marks=[[True]])
    assert (plan.kinds.size, plan.least, plan.complete) == (0, math.inf, False)


def test_without_anyone_there_is_no_coefficient_and_no_plan():
    plan = level_out([[0], [0]], [100, 100], [0.1], movable=[[0], [0]], marks=[[True]])
    assert np.isnan(plan.before).all()
    assert (plan.least, plan.complete) == (math.inf, False)


# Invariances


@given(counties, limits)
def test_the_moves_listed_bring_the_coefficient_inside_and_one_fewer_does_not(rows, limit):
    people, pupils = np.array(rows, dtype=float).T
    plan = level_out(people[:, None], pupils, [limit], movable=people[:, None].astype(int), marks=[[True]])
    assert plan.complete == math.isfinite(plan.least)
    if plan.complete:
        assert plan.kinds.size == plan.least == fewest_moves(people, pupils, limit)
        moved = people.copy()
        np.add.at(moved, plan.givers, -1)
        np.add.at(moved, plan.takers, 1)
        assert moved.sum() == people.sum()
        assert (moved >= 0).all()
        assert plan.after[0] == pytest.approx(difference_coefficient(moved / pupils, pupils))
        assert plan.after[0] <= limit + 1e-9
        assert not set(plan.givers.tolist()) & set(plan.takers.tolist())


@given(counties, limits, st.sampled_from([2, 5, 100]))
def test_more_pupils_everywhere_change_no_count(rows, limit, times):
    people, pupils = np.array(rows).T
    assert fewest_moves(people, times * pupils, limit) == fewest_moves(people, pupils, limit)


@given(counties, limits)
def test_the_order_of_the_sections_changes_no_count(rows, limit):
    people, pupils = np.array(rows).T
    assert fewest_moves(people[::-1], pupils[::-1], limit) == fewest_moves(people, pupils, limit)


@given(counties, limits)
def test_a_wider_limit_never_takes_more_moves(rows, limit):
    people, pupils = np.array(rows).T
    assert fewest_moves(people, pupils, limit + 0.1) <= fewest_moves(people, pupils, limit)


# Against an independent implementation


@given(counties, limits)
@settings(max_examples=25)
def test_an_integer_program_finds_the_same_count(rows, limit):
    people, pupils = np.array(rows).T
    assert fewest_moves(people, pupils, limit) == by_integer_program(people, pupils, limit)


# Refusals


def test_what_cannot_be_moved_is_refused():
    with pytest.raises(MeasureError, match="No more teachers may move than there are"):
        fewest_moves([1, 2], [10, 10], 0.5, movable=[2, 0])
    with pytest.raises(MeasureError, match="pupils must be positive"):
        fewest_moves([1, 2], [10, 0], 0.5)
    with pytest.raises(MeasureError, match="Limits must be 0 or more"):
        fewest_moves([1, 2], [10, 10], -0.5)
    with pytest.raises(MeasureError, match="sections × indicators"):
        level_out([[1], [2]], [10, 10], [0.5], movable=[[1, 1], [1, 1]], marks=[[True]])
