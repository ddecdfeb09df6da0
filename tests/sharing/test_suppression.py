"""Small counts are hidden, with as few others as it takes that none can be computed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from edubalance.errors import EdubalanceError
from edubalance.sharing.suppression import possible, protect
from edubalance.sharing.system import Builder, System

COUNTS = arrays.arrays(
    np.float64, st.tuples(st.integers(3, 7), st.integers(2, 4)), elements=st.integers(0, 9).map(float)
)


def table(counts: np.ndarray, least: int = 3, *, columns: bool = True, rows: bool = False) -> System:
    """Return a system of counts of which the totals of columns or rows are known."""
    builder = Builder()
    places = np.array(
        [builder.add("t", range(len(counts)), f"c{name}", column) for name, column in enumerate(counts.T)]
    )
    for line in [*(places if columns else ()), *(places.T if rows else ())]:
        builder.total(line, float(counts.T.ravel()[line].sum()))
    if not columns and not rows:
        builder.limit(places.ravel(), np.zeros(counts.size))
    system = builder.build()
    values = system.values
    known = ~np.isnan(values)
    system.cells["small"] = known & (values > 0) & (values < least)
    system.cells["hideable"], system.cells["cost"] = known, 1.0 + np.nan_to_num(values) / 100
    return system


def column(*counts: float) -> System:
    """Return one column of which the total is known."""
    return table(np.array(counts, dtype=np.float64)[:, None])


def test_a_small_count_is_hidden_with_one_other_and_noughts_stay_in_sight():
    protection = protect(column(9, 1, 7, 0, 0), 3)
    assert protection.hidden.tolist() == [False, True, True, False, False]
    assert not protection.found.any()


def test_two_small_counts_protect_each_other():
    protection = protect(column(9, 1, 2), 3)
    assert protection.hidden.tolist() == [False, True, True]
    assert (protection.low[1:].tolist(), protection.high[1:].tolist()) == ([1, 1], [2, 2])


def test_counts_of_one_do_not_protect_each_other():
    """Three ones and a known total of 8: who takes a hidden count for 1 or more would have 1, 1 and 1."""
    protection = protect(column(5, 1, 1, 1), 3)
    assert protection.hidden.all()


def test_where_all_others_are_noughts_one_of_them_is_hidden():
    protection = protect(column(2, 0, 0, 0), 3)
    assert protection.hidden.sum() == 2
    assert not protection.found.any()


def test_noughts_alone_are_in_sight():
    assert not protect(column(0, 9, 8), 3).hidden.any()


def test_a_missing_count_is_not_hidden_and_its_column_has_no_known_total():
    protection = protect(column(np.nan, 9, 1), 3)
    assert protection.hidden.tolist() == [False, False, True]
    assert not protection.found.any()


def test_a_count_that_nothing_can_protect_is_called_found():
    system = column(1)
    protection = protect(system, 3)
    assert protection.found.tolist() == [True]
    assert possible(system, protection.hidden, 0) == (1.0, 1.0)


def test_what_is_possible_by_hand():
    """5 in sight; three hidden with the sum 6, two of them at most 2 together."""
    builder = Builder()
    places = builder.add("t", range(4), "c", np.array([5.0, 1.0, 1.0, 4.0]))
    builder.total(places, 11.0)
    whole = builder.add("t", [0], "whole", np.array([2.0]))
    builder.limit(np.append(places[1:3], whole), np.array([1.0, 1.0, -1.0]))
    system = builder.build()
    hidden = np.array([False, True, True, True, False])
    assert possible(system, hidden, 1) == (0.0, 2.0)
    assert possible(system, hidden, 3) == (4.0, 6.0)


def test_a_range_without_end_is_infinite():
    system = table(np.array([[1.0], [2.0]]), columns=False)
    assert possible(system, np.array([True, True]), 0) == (0.0, np.inf)


def test_what_is_dear_stays_in_sight():
    system = column(1, 5, 9, 4)
    system.cells["cost"] = [1.0, 20.0, 1.0, 20.0]
    assert protect(system, 3).hidden.tolist() == [True, False, True, False]


@settings(max_examples=25)
@given(COUNTS, st.integers(2, 5))
def test_every_small_count_is_hidden_and_what_is_called_safe_is(counts, least):
    system = table(counts, least, rows=True)
    protection = protect(system, least)
    assert protection.hidden[system.cells["small"]].all()
    values = system.values
    assert (protection.low <= values).all()
    assert (values <= protection.high).all()
    for cell in np.flatnonzero(protection.hidden):
        low, high = possible(system, protection.hidden, int(cell))
        narrow = high - low < max(1, least - 2)
        assert narrow == protection.found[cell]
        assert low <= protection.low[cell]
        assert protection.high[cell] <= high
        if narrow:
            low, high = possible(system, np.ones(len(values), dtype=bool), int(cell))
            assert high - low < max(1, least - 2), "hiding more would have protected it"


@settings(max_examples=25)
@given(COUNTS)
def test_nothing_is_hidden_where_nothing_is_small(counts):
    assert not protect(table(counts + 3), 3).hidden.any()


@pytest.mark.parametrize("least", [1, 0, -3])
def test_a_bar_that_hides_nothing_is_refused(least):
    with pytest.raises(EdubalanceError) as caught:
        protect(column(1, 2), least)
    assert (caught.value.key, caught.value.facts) == ("least_too_small", {"least": least})
