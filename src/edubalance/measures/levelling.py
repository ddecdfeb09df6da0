"""Levelling: the fewest teachers who would have to move for difference coefficients to come inside their limits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import BoolArray, FloatArray, IntArray, numbers, same_length

# A coefficient that is equal to its limit but for rounding is inside.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Levelling:
    """
    Moves between sections that bring coefficients inside their limits.

    Attributes
    ----------
    givers, takers, kinds : ndarray of int, shape (m,)
        Section that each moving teacher leaves and joins, and the kind of teacher, in the order of the moves.
    before, after : ndarray of float, shape (c,)
        Difference coefficient of each indicator; NaN where nobody has the mark.
    least : float
        No plan has fewer moves; infinity where no moves suffice for one of the indicators alone.
    complete : bool
        Whether every coefficient is inside its limit after the moves.
    """

    givers: IntArray
    takers: IntArray
    kinds: IntArray
    before: FloatArray
    after: FloatArray
    least: float
    complete: bool


def fewest_moves(
    people: npt.ArrayLike,
    pupils: npt.ArrayLike,
    limit: float,
    *,
    movable: npt.ArrayLike | None = None,
    receiving: npt.ArrayLike | None = None,
) -> float:
    r"""
    Count the fewest moves that bring the difference coefficient of one indicator inside its limit.

    Parameters
    ----------
    people : array_like, shape (n,)
        Teachers who count for the indicator, by section.
    pupils : array_like, shape (n,)
        Pupils of each section; positive.
    limit : float
        Largest coefficient that is inside; 0 or more.
    movable : array_like of int, shape (n,), optional
        How many of them may leave each section; all of them unless given.
    receiving : array_like of bool, shape (n,), optional
        Which sections may take teachers; all of them unless given.

    Returns
    -------
    float
        0 where it is inside already; infinity where no number of moves suffices.

    Raises
    ------
    MeasureError
        If lengths differ, numbers are missing or negative, pupils are not positive, or more may move than there are.

    Notes
    -----
    Moves change neither the number of teachers :math:`X` nor of pupils :math:`P`, and the pupil-weighted coefficient
    is inside its limit :math:`L` where

    .. math:: \sum_i \frac{x_i^2}{P_i} \le (1 + L^2) \frac{X^2}{P}.

    The s-th teacher who leaves section i lowers the sum by :math:`(2 x_i - 2 s + 1) / P_i`, the s-th who joins section
    j raises it by :math:`(2 x_j + 2 s - 1) / P_j`. The first falls with s and the second rises, so that of all ways to
    make m moves the one that takes the m largest falls and the m smallest rises lowers the sum most: the count is
    exact. A section that gave and took at once would raise the sum, and so is in no shortest plan. This is the
    one-dimensional case of the reallocation problem in [1]_.

    References
    ----------
    .. [1] Shioura, A. (2018). M-convex function minimization under L1-distance constraint. arXiv:1809.03126.

    Examples
    --------
    Of two sections of 100 pupils one has 4 teachers, the other none: the coefficient is 1. After one move, 3 and 1,
    it is 0.5; after two it is 0.

    >>> [fewest_moves([4, 0], [100, 100], limit) for limit in (1, 0.5, 0.1)]
    [0.0, 1.0, 2.0]
    """
    there, weights = _sections(people, pupils)
    _check_limits(np.array([limit]))
    leaving = there if movable is None else numbers(movable, "movable")
    same_length(there.size, leaving.size, "people", "movable")
    if (leaving < 0).any() or (leaving > there).any():
        raise MeasureError("No more teachers may move than there are; check `movable` against `people`.")
    taking = _receiving(receiving, there.size)
    return _fewest(there, weights, limit, leaving.astype(np.int64), taking)


def _fewest(there: FloatArray, pupils: FloatArray, limit: float, leaving: IntArray, taking: BoolArray) -> float:
    """Count the moves of one indicator from sorted falls and rises."""
    above = _square_sum(there, pupils) - _bound(there, pupils, limit)
    if not above > 0:
        return 0.0 if there.sum() > 0 else math.inf
    most = int(leaving.sum())
    step = np.arange(int(leaving.max(initial=0)))
    falls = ((2 * there[:, None] - 1 - 2 * step) / pupils[:, None])[step < leaving[:, None]]
    rises = ((2 * there[taking, None] + 1 + 2 * np.arange(most)) / pupils[taking, None]).ravel()
    pairs = min(falls.size, rises.size)
    lowered = np.cumsum(np.sort(falls)[::-1][:pairs] - np.sort(rises)[:pairs])
    enough = np.flatnonzero(lowered >= above)
    return float(enough[0] + 1) if enough.size else math.inf


def level_out(
    people: npt.ArrayLike,
    pupils: npt.ArrayLike,
    limits: npt.ArrayLike,
    *,
    movable: npt.ArrayLike,
    marks: npt.ArrayLike,
    receiving: npt.ArrayLike | None = None,
) -> Levelling:
    r"""
    Move teachers, one at a time, until the difference coefficients of all indicators are inside their limits.

    Parameters
    ----------
    people : array_like, shape (n, c)
        Teachers who count for each indicator, by section.
    pupils : array_like, shape (n,)
        Pupils of each section; positive.
    limits : array_like, shape (c,)
        Largest coefficient of each indicator that is inside.
    movable : array_like of int, shape (n, k)
        Teachers of each kind who may leave each section. Nobody moves twice.
    marks : array_like of bool, shape (k, c)
        For which indicators a teacher of each kind counts.
    receiving : array_like of bool, shape (n,), optional
        Which sections may take teachers; all of them unless given.

    Returns
    -------
    Levelling
        The moves, the coefficients before and after, and a bound that no plan can undercut.

    Raises
    ------
    MeasureError
        If shapes differ, numbers are missing or negative, or pupils are not positive.

    See Also
    --------
    fewest_moves : One indicator alone, exactly.

    Notes
    -----
    Each move is the one that lowers the sums of `fewest_moves`, of the indicators still outside and each over its
    bound, most; one that would push another indicator outside is passed over. Where one indicator is outside this
    takes the largest falls and the smallest rises in turn: it is shortest. Where several are, a teacher may count for
    more than one of them and the plan may be longer than the shortest. It is shortest, too, wherever its length is
    `least`, the largest of the counts that the single indicators need: a move changes each of them once.

    Examples
    --------
    One section of 100 pupils has 4 backbone teachers, the other none; two move.

    >>> plan = level_out([[4], [0]], [100, 100], [0.1], movable=[[4], [0]], marks=[[True]])
    >>> plan.givers.tolist(), plan.takers.tolist(), plan.after.tolist(), plan.least
    ([0, 0], [1, 1], [0.0], 2.0)
    """
    there = np.array(people, dtype=np.float64)
    free, kinds = np.array(movable, dtype=np.int64), np.asarray(marks, dtype=np.float64)
    bars, taking = np.asarray(limits, dtype=np.float64), _receiving(receiving, len(there))
    _check_shapes(there, free, kinds, bars)
    weights = _sections(there[:, 0], pupils)[1]
    for column in there.T[1:]:
        _sections(column, weights)
    _check_limits(bars)
    bounds = np.array([_bound(column, weights, bar) for column, bar in zip(there.T, bars, strict=True)])
    can = rounding.down(np.minimum(free @ kinds, there)).astype(np.int64)
    least = max(_fewest(there[:, c], weights, bars[c], can[:, c], taking) for c in range(bars.size))
    before, moves = _coefficients(there, weights), []
    while (step := _next_move(there, weights, bounds, free, kinds, taking)) is not None:
        giver, taker, kind = step
        there[giver] -= kinds[kind]
        there[taker] += kinds[kind]
        free[giver, kind] -= 1
        moves.append(step)
    after, listed = _coefficients(there, weights), np.array(moves, dtype=np.int64).reshape(-1, 3).T
    complete = bool((there.sum(axis=0) > 0).all() and not _outside(there, weights, bounds).any())
    return Levelling(listed[0], listed[1], listed[2], before, after, least, complete)


def _next_move(
    there: FloatArray, pupils: FloatArray, bounds: FloatArray, free: IntArray, kinds: FloatArray, taking: BoolArray
) -> tuple[int, int, int] | None:
    """Choose the move that lowers the indicators outside their limits most; None where there is none that does."""
    outside = _outside(there, pupils, bounds)
    weights = np.where(outside, 1 / np.where(bounds > 0, bounds, 1.0), 0.0)
    size = pupils[:, None]
    falls = ((2 * there - 1) / size * weights) @ kinds.T
    rises = ((2 * there + 1) / size * weights) @ kinds.T
    falls = np.where(free > 0, falls, -np.inf)
    rises = np.where(taking[:, None], rises, np.inf)
    givers, takers = rounding.first_largest(falls, 0), rounding.first_largest(-rises, 0)
    every = np.arange(len(kinds))
    lowered = falls[givers, every] - rises[takers, every]
    for kind in np.argsort(-rounding.tied(lowered), kind="stable"):
        if not lowered[kind] > _ROUNDING:
            return None
        giver, taker = int(givers[kind]), int(takers[kind])
        moved = there.copy()
        moved[giver] -= kinds[kind]
        moved[taker] += kinds[kind]
        if not (_outside(moved, pupils, bounds) & ~outside).any() and (moved[giver] >= 0).all():
            return giver, taker, int(kind)
    return None


def _outside(there: FloatArray, pupils: FloatArray, bounds: FloatArray) -> BoolArray:
    """Tell which indicators are outside their limits."""
    return np.asarray((there**2 / pupils[:, None]).sum(axis=0) > bounds)


def _square_sum(there: FloatArray, pupils: FloatArray) -> float:
    """Sum the squares of teachers over pupils."""
    return float((there**2 / pupils).sum())


def _bound(there: FloatArray, pupils: FloatArray, limit: float) -> float:
    """Compute the largest sum of squares whose coefficient is inside the limit."""
    return float((1 + limit**2) * there.sum() ** 2 / pupils.sum()) * (1 + _ROUNDING)


def _coefficients(there: FloatArray, pupils: FloatArray) -> FloatArray:
    """Compute the pupil-weighted difference coefficient of every indicator."""
    share = pupils / pupils.sum()
    with np.errstate(invalid="ignore"):
        relative = there / pupils[:, None] / (share @ (there / pupils[:, None]))
    return np.asarray(np.sqrt(share @ (relative - 1) ** 2))


def _sections(people: npt.ArrayLike, pupils: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Check teachers and pupils of the sections."""
    there, weights = numbers(people, "people"), numbers(pupils, "pupils")
    same_length(there.size, weights.size, "people", "pupils")
    if (there < 0).any() or (weights <= 0).any():
        raise MeasureError(
            "Teachers must not be negative and pupils must be positive.",
            hint="Leave out sections without pupils before levelling.",
        )
    return there, weights


def _receiving(receiving: npt.ArrayLike | None, count: int) -> BoolArray:
    """Turn what says which sections take teachers into an array."""
    taking = np.ones(count, dtype=np.bool_) if receiving is None else np.asarray(receiving, dtype=np.bool_)
    same_length(count, taking.size, "people", "receiving")
    return taking


def _check_limits(limits: FloatArray) -> None:
    """Refuse limits that are no limits."""
    if not (limits >= 0).all():
        raise MeasureError(f"Limits must be 0 or more; got {limits.tolist()}.")


def _check_shapes(there: FloatArray, free: IntArray, kinds: FloatArray, limits: FloatArray) -> None:
    """Refuse arrays that do not fit together."""
    wanted = (len(there), len(kinds)), (len(kinds), limits.size), (len(there), limits.size)
    if (free.shape, kinds.shape, there.shape) != wanted or (free < 0).any():
        raise MeasureError(
            f"People, movable and marks must be sections × indicators, sections × kinds and kinds × indicators; "
            f"got {there.shape}, {free.shape} and {kinds.shape}, with {limits.size} limits."
        )
