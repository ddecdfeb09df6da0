"""Saturation: curves by hand, their mean over all orders, and what no order may change."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.saturation import saturation

tables = st.tuples(st.integers(1, 5), st.integers(1, 4)).flatmap(
    lambda shape: st.lists(
        st.lists(st.booleans(), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


@pytest.mark.parametrize(
    ("rows", "themes", "expected", "once", "twice"),
    [
        pytest.param([[1, 1], [1, 0]], [2, 2], [1.5, 2], 1, 1, id="two interviews"),
        pytest.param([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [1, 2, 3], [1, 2, 3], 3, 0, id="each brings its own"),
        pytest.param([[1, 1], [1, 1], [1, 1]], [2, 2, 2], [2, 2, 2], 0, 0, id="nothing new after the first"),
        pytest.param([[0], [0]], [0, 0], [0, 0], 0, 0, id="nobody says anything"),
    ],
)
def test_curves_by_hand(rows, themes, expected, once, twice):
    found = saturation(np.array(rows, dtype=bool))
    assert found.themes.tolist() == themes
    assert found.expected.tolist() == pytest.approx(expected)
    assert (found.once, found.twice) == (once, twice)
    assert np.isnan(found.low).all()


@given(tables)
def test_the_expected_curve_is_the_mean_over_every_order(rows):
    table = np.array(rows, dtype=bool)
    orders = [saturation(table[list(order)]).themes for order in permutations(range(len(table)))]
    np.testing.assert_allclose(saturation(table).expected, np.mean(orders, axis=0), atol=1e-9)


@given(tables)
def test_a_curve_never_falls_and_ends_at_all_themes_that_came_up(rows):
    table = np.array(rows, dtype=bool)
    found = saturation(table, rng=np.random.default_rng(1), replicates=50)
    for curve in (found.themes, found.expected, found.low, found.high):
        assert (np.diff(curve) >= -1e-9).all()
        assert curve[-1] == pytest.approx(table.any(axis=0).sum())
    assert (found.low <= found.high).all()


def test_rarefied_counts_follow_the_formula():
    """Of 4 interviews a theme of n mentions is missed by 2 with C(4 - n, 2) / 6: 3/6, 1/6, 0 for n = 1, 2, 3."""
    table = np.array([[1, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0]], dtype=bool)
    assert saturation(table).expected[1] == pytest.approx(3 - 3 / 6 - 1 / 6)


def test_what_is_no_table_of_true_and_false_is_refused():
    for wrong in ([[0, 1]], [True, False], np.zeros((0, 3), dtype=bool)):
        with pytest.raises(MeasureError, match="a table of true and false, interviews × themes"):
            saturation(wrong)
    with pytest.raises(MeasureError, match="coverage must lie between 0 and 1; got 95"):
        saturation(np.array([[True]]), coverage=95)
