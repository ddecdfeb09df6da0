"""Whole things shared out by weight: totals are met exactly, and nobody gets more than there is room for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance.errors import EdubalanceError

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def share_out(totals: IntArray, weights: FloatArray, group: IntArray, room: IntArray | None = None) -> IntArray:
    """
    Share whole totals out among the members of groups, in proportion to weights, by largest remainders.

    Parameters
    ----------
    totals : ndarray of int, shape (g,)
        What each group has to share out.
    weights : ndarray of float, shape (n,)
        Positive.
    group : ndarray of int, shape (n,)
        Group of each member, from 0.
    room : ndarray of int, shape (n,), optional
        The most that each member can take.

    Returns
    -------
    ndarray of int, shape (n,)
        Adds up to the totals, group by group.

    Raises
    ------
    EdubalanceError
        If a group has less room than it has to share out.

    Examples
    --------
    Ten by 1 : 1 : 2 are 2.5, 2.5 and 5; the first takes the remainder. With room for three, the last leaves two.

    >>> one = np.zeros(3, dtype=np.int64)
    >>> share_out(np.array([10]), np.array([1.0, 1.0, 2.0]), one).tolist()
    [3, 2, 5]
    >>> share_out(np.array([10]), np.array([1.0, 1.0, 2.0]), one, np.array([9, 9, 3])).tolist()
    [4, 3, 3]
    """
    count = totals.size
    most = np.full(group.size, totals.max(initial=0)) if room is None else room
    if (np.bincount(group, most, count) < totals).any():
        raise EdubalanceError("A group has less room than it has to share out.")
    whole = np.bincount(group, weights, count)
    due = weights * (totals / np.where(whole > 0, whole, 1.0))[group]
    given: IntArray = np.minimum(np.floor(due).astype(np.int64), most)
    while (left := totals - np.bincount(group, given, count).astype(np.int64)).any():
        open_to_more = given < most
        able = np.bincount(group, open_to_more, count).astype(np.int64)
        each = left // np.maximum(able, 1)
        # First what all can take alike; then one each to those who are owed most.
        order = np.lexsort((given - due, ~open_to_more, group))
        place = np.empty_like(group)
        place[order] = np.arange(group.size) - np.searchsorted(group[order], group[order])
        more = each[group] + (place < (left - each * able)[group])
        given += np.where(open_to_more, np.minimum(more, most - given), 0)
    return given
