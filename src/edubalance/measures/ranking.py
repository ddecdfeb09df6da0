"""Ranking: how sure the place of a county among others is, when each stands on an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, IntArray, same_length


@dataclass(frozen=True)
class Ranks:
    """
    Places in a ranking.

    Attributes
    ----------
    rank : ndarray of float, shape (n,)
        1 is the lowest value; equal values share the better place. NaN where there is no value.
    best, worst : ndarray of float, shape (n,)
        The places that the intervals leave open.
    """

    rank: FloatArray
    best: FloatArray
    worst: FloatArray


def ranks(values: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> Ranks:
    """
    Rank values, and say which places their intervals leave open.

    Parameters
    ----------
    values : array_like, shape (n,)
        What is ranked, the lowest first; NaN is not ranked.
    low, high : array_like, shape (n,)
        Bounds of each; a value without bounds may stand anywhere. Bounds that do not hold their value, as those
        corrected for bias need not, are taken to reach as far as the value.

    Returns
    -------
    Ranks
        Places from 1.

    Raises
    ------
    MeasureError
        If lengths differ or a lower bound is above its upper bound.

    Notes
    -----
    A county stands behind another for sure where its interval begins above the end of the other's. The best place is
    one more than the counties before it for sure; the worst is the number ranked less those behind it for sure.

    Two intervals that do not touch tell two counties apart. Two that touch say nothing: the counties may differ all
    the same, and a test of the difference would often find it. Read this way, intervals are cautious, one comparison
    at a time; that all of a country's comparisons hold at once is not claimed.

    References
    ----------
    .. [1] Goldstein, H. and Spiegelhalter, D. J. (1996). League tables and their limitations. Journal of the Royal
       Statistical Society A 159(3), 385–443.

    Examples
    --------
    The first two overlap; the third lies apart.

    >>> found = ranks([0.2, 0.3, 0.6], [0.1, 0.2, 0.5], [0.3, 0.4, 0.7])
    >>> found.rank, found.best, found.worst
    (array([1., 2., 3.]), array([1., 1., 3.]), array([2., 2., 3.]))
    """
    value, below, above = (np.asarray(each, dtype=np.float64) for each in (values, low, high))
    same_length(value.size, below.size, "values", "low")
    same_length(value.size, above.size, "values", "high")
    if (below > above).any():
        raise MeasureError("A lower bound should not be above its upper bound.", hint="Exchange low and high.")
    ranked = ~np.isnan(value)
    rank, best, worst = (np.full(value.shape, np.nan) for _ in range(3))
    kept = value[ranked]
    lower = np.where(np.isnan(below[ranked]), -np.inf, np.minimum(below[ranked], kept))
    upper = np.where(np.isnan(above[ranked]), np.inf, np.maximum(above[ranked], kept))
    # Bounds are compared with each other: what is equal among all three columns is tied together.
    kept, lower, upper = np.split(rounding.tied(np.concatenate([kept, lower, upper])), 3)
    rank[ranked] = 1 + _fewer(np.sort(kept), kept)
    best[ranked] = 1 + _fewer(np.sort(upper), lower)
    worst[ranked] = np.searchsorted(np.sort(lower), upper, side="right")
    return Ranks(rank, best, worst)


def _fewer(ascending: FloatArray, values: FloatArray) -> IntArray:
    """Count how many of ascending numbers lie below each value."""
    return np.searchsorted(ascending, values, side="left")
