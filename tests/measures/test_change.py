"""A change of inequality in three parts: by hand, without a rest, and by Mookherjee and Shorrocks' first term."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.change import split_change
from edubalance.measures.decomposition import decompose
from edubalance.measures.entropy import theil_l

INDICES = ("theil_t", "theil_l", "half_squared_cv")
ROWS = st.lists(st.tuples(st.floats(0.1, 9), st.sampled_from("ab"), st.integers(1, 500)), min_size=2, max_size=12).map(
    lambda rows: [(5.0, "a", 10), (7.0, "b", 10), *rows]
)


def end(rows):
    """Values, groups and weights of one end."""
    return tuple([row[place] for row in rows] for place in range(3))


def parts(change):
    return [change.composition, change.between, change.within]


@pytest.mark.parametrize("index", INDICES)
def test_only_what_changed_has_a_part(index):
    start = ([10, 20, 30], ["a", "b", "b"], [100, 50, 50])
    richer = ([20, 20, 30], ["a", "b", "b"], [100, 50, 50])
    apart = ([10, 15, 35], ["a", "b", "b"], [100, 50, 50])
    moved = ([10, 20, 30], ["a", "b", "b"], [50, 75, 75])
    npt.assert_allclose(parts(split_change(start, richer, index))[::2], 0, atol=1e-15)
    npt.assert_allclose(parts(split_change(start, apart, index))[:2], 0, atol=1e-15)
    npt.assert_allclose(parts(split_change(start, moved, index))[1:], 0, atol=1e-15)


def test_of_half_the_squared_coefficient_by_hand():
    """Two groups, equal inside, one and one pupil: 4 and 6 have half of 0.2 squared, 3 and 7 half of 0.4 squared."""
    found = split_change(([4, 6], list("ab"), [1, 1]), ([3, 7], list("ab"), [1, 1]), "half_squared_cv")
    npt.assert_allclose([found.before, found.after, *parts(found)], [0.02, 0.08, 0, 0.06, 0], atol=1e-15)


@given(before=ROWS, after=ROWS, index=st.sampled_from(INDICES))
def test_nothing_is_left_over(before, after, index):
    found = split_change(end(before), end(after), index)
    totals = [decompose(*end(rows), index).total for rows in (before, after)]
    npt.assert_allclose([found.before, found.after], totals, atol=1e-9)
    npt.assert_allclose(sum(parts(found)), totals[1] - totals[0], atol=1e-9)


@given(before=ROWS, after=ROWS, index=st.sampled_from(INDICES))
def test_the_way_back_is_the_same_with_other_signs(before, after, index):
    there, back = split_change(end(before), end(after), index), split_change(end(after), end(before), index)
    npt.assert_allclose(parts(there), -np.array(parts(back)), atol=1e-9)


@given(before=ROWS, after=ROWS)
def test_of_theils_l_the_part_within_is_the_first_term_of_mookherjee_and_shorrocks(before, after):
    found = split_change(end(before), end(after), "theil_l")
    groups = [decompose(*end(rows), "theil_l").by_group for rows in (before, after)]
    term = sum(
        (groups[0][name].share + groups[1][name].share) / 2 * (groups[1][name].index - groups[0][name].index)
        for name in "ab"
    )
    npt.assert_allclose(found.within, term, atol=1e-9)


def test_a_group_that_comes_is_composition():
    """Equal inside: before one group alone, then two of the same size."""
    found = split_change(([10, 10], list("aa"), [1, 1]), ([10, 30], list("ab"), [1, 1]), "theil_l")
    npt.assert_allclose(parts(found), [theil_l([10, 30]), 0, 0], atol=1e-15)


def test_a_group_that_had_nothing_brings_no_spread_of_its_own():
    found = split_change(([0, 0, 8], list("aab"), [1, 1, 2]), ([2, 4, 8], list("aab"), [1, 1, 2]))
    npt.assert_allclose(sum(parts(found)), found.after - found.before, atol=1e-12)
    assert found.between < 0


@pytest.mark.parametrize(
    ("before", "after", "index", "message"),
    [
        pytest.param(([1, 2], "ab", [1, 1]), ([1, 2], "ab", [1, 1]), "gini", "got 'gini'", id="unknown index"),
        pytest.param(([0, 2], "ab", [1, 1]), ([1, 2], "ab", [1, 1]), "theil_l", "with a zero", id="zero for L"),
        pytest.param(([1, 2], "ab", [1, 1]), ([1, 2], ["a", None], [1, 1]), "theil_t", "label every", id="no label"),
        pytest.param(([0, 2], "ab", [1, 1]), ([0], "a", [1]), "theil_t", "mean must be positive", id="nothing at all"),
    ],
)
def test_what_has_no_index_is_refused(before, after, index, message):
    with pytest.raises(MeasureError, match=message):
        split_change(*((list(v), list(g), w) for v, g, w in (before, after)), index)
