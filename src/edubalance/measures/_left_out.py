"""Intervals from leaving out one cluster after the other, on a scale that suits the statistic."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import expit, logit, stdtrit

from edubalance.measures._arrays import FloatArray, IntArray

JACKKNIFE, LEFT_OUT = "jackknife", "leave-one-out"

_Map = Callable[[FloatArray], FloatArray]
SCALES: dict[str, tuple[_Map, _Map]] = {
    "identity": (np.asarray, np.asarray),
    "log": (np.log, np.exp),
    "logit": (logit, expit),
    "atanh": (np.arctanh, np.tanh),
}


def left_out_interval(
    estimate: float, without: FloatArray, kinds: IntArray, level: float, scale: str, least: int
) -> tuple[float, float, str]:
    r"""
    Put an interval around a statistic by what it is without each cluster.

    Parameters
    ----------
    estimate : float
        The statistic of all clusters.
    without : ndarray of float, shape (m,)
        The statistic without each.
    kinds : ndarray of int, shape (m,)
        Which clusters are of one kind, such as those of the first group alone; they vary among each other.
    level : float
        Coverage.
    scale : str
        One of `SCALES`.
    least : int
        Fewer clusters than these give no interval.

    Returns
    -------
    tuple of float, float and str
        Bounds and method: ``jackknife``; ``leave-one-out``, the least and the largest value without any one cluster,
        where there are too few clusters, or the statistic or one of these values lies at the end of its range;
        ``none`` with NaN where it is not defined without one of them.

    Notes
    -----
    On the scale :math:`f`, with :math:`v_k = (m_k - 1) / m_k \sum_{c \in k} (f_{(c)} - \bar f_k)^2` of the :math:`m_k`
    clusters of kind k, the bounds are :math:`f^{-1}(f(\theta) \pm t_\nu \sqrt{\sum_k v_k})` with Satterthwaite's
    :math:`\nu = (\sum_k v_k)^2 / \sum_k v_k^2 / (m_k - 1)`. A kind of one cluster is counted with the others.

    Examples
    --------
    Means of 1, 2, 6 without each: the jackknife of a mean is its textbook interval.

    >>> alike = np.zeros(3, dtype=int)
    >>> low, high, method = left_out_interval(3.0, np.array([4.0, 3.5, 1.5]), alike, 0.95, "identity", 3)
    >>> round((high - low) / 2 / 4.302653 * 3**0.5, 4), method
    (2.6458, 'jackknife')
    """
    if not (math.isfinite(estimate) and np.isfinite(without).all()):
        return math.nan, math.nan, "none"
    there, back = SCALES[scale]
    with np.errstate(divide="ignore", invalid="ignore"):
        moved, middle = there(without), float(there(np.asarray(estimate)))
    if without.size < least or not (math.isfinite(middle) and np.isfinite(moved).all()):
        ends = np.append(without, estimate)
        return float(ends.min()), float(ends.max()), LEFT_OUT
    variance, freedom = _spread(moved, kinds)
    reach = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(variance)
    low, high = back(np.array([middle - reach, middle + reach])).tolist()
    return low, high, JACKKNIFE


def _spread(moved: FloatArray, kinds: IntArray) -> tuple[float, float]:
    """Add up the variances of all kinds of clusters; Satterthwaite's degrees of freedom."""
    many = np.bincount(kinds)
    if (many == 1).any():
        kinds, many = np.zeros_like(kinds), np.array([kinds.size])
    kinds = np.unique(kinds, return_inverse=True)[1]
    many = np.bincount(kinds)
    means = np.bincount(kinds, moved) / many
    parts = (many - 1) / many * np.bincount(kinds, (moved - means[kinds]) ** 2)
    whole = float(parts.sum())
    squares = float((parts**2 / (many - 1)).sum())
    return whole, whole**2 / squares if squares > 0 else float(kinds.size - 1)
