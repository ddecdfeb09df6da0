"""Effect sizes of respondents in schools: intervals from leaving out whole schools."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import BoolArray, FloatArray, IntArray
from edubalance.measures._intervals import check_level
from edubalance.measures._left_out import LEAST, left_out_interval
from edubalance.measures.clusters import Clusters, _two_groups
from edubalance.measures.effect import correction
from edubalance.measures.uncertainty import Interval

_ROUNDING = 1e-12


@dataclass(frozen=True)
class ClusteredEffects:
    """
    Two effect sizes of one comparison.

    Attributes
    ----------
    g : Interval
        Hedges' g: the difference of means in pooled standard deviations.
    delta : Interval
        Cliff's delta: how much more often one of the first group exceeds one of the second than the reverse.
    first, second : int
        Respondents of both groups.
    clusters : int
        Schools, of both groups together.
    """

    g: Interval
    delta: Interval
    first: int
    second: int
    clusters: int


@dataclass(frozen=True)
class _Tallies:
    """Weights of one group by school and value, and its respondents by school."""

    table: FloatArray
    counts: FloatArray


def clustered_effects(
    values: npt.ArrayLike,
    inside: npt.ArrayLike,
    clusters: Clusters,
    weights: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> ClusteredEffects:
    r"""
    Compute Hedges' g and Cliff's delta of two groups whose respondents come in schools.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a respondent, none missing.
    inside : array_like of bool, shape (n,)
        True for the first group, false for the second. A school may have respondents of both.
    clusters : sequence of labels, shape (n,)
        School of each respondent.
    weights : array_like, shape (n,), optional
        Sampling weights; all count alike unless given.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    ClusteredEffects
        Both effects with jackknife intervals. Of fewer than five schools, and of a delta of -1 or 1, there is none: the
        bounds are then the least and the largest effect without any one school, and `Interval.method` says
        ``leave-one-out``.

    Raises
    ------
    MeasureError
        If values or labels are missing, `inside` is not true or false, a group comes from fewer than two schools, or
        nobody differs inside a group.

    See Also
    --------
    edubalance.measures.clusters.clustered_difference : In the unit of the answers, with a p-value.
    edubalance.measures.effect.hedges_g : The same estimate, its interval for independent respondents.

    Notes
    -----
    With weights the means and the variances, each times n / (n - 1), are weighted ones, and pairs count by the product
    of their weights. Whole schools are left out, one after the other: g as it is, delta on the scale of atanh, where
    its bounds stay between -1 and 1; the variances of schools with respondents of the first group alone, of the
    second alone, and of both add up, with Student's t and Satterthwaite's degrees of freedom.

    References
    ----------
    .. [1] Miller, R. G. (1974). The jackknife - a review. Biometrika 61(1), 1-15.
    .. [2] Arvesen, J. N. (1969). Jackknifing U-statistics. Annals of Mathematical Statistics 40(6), 2076-2100.

    Examples
    --------
    >>> inside = [True] * 4 + [False] * 4
    >>> found = clustered_effects([1, 2, 2, 3, 2, 3, 3, 4], inside, list("AABBCCDD"))
    >>> round(found.g.estimate, 4), found.delta.estimate, found.clusters, found.g.method
    (-1.065, -0.625, 4, 'leave-one-out')
    """
    check_level(level)
    x, school, weight, first = _two_groups(values, inside, clusters, weights)
    # Effects do not depend on the mean; without it, squares of large values lose no digits.
    distinct, place = np.unique(rounding.tied(x) - x.mean(), return_inverse=True)
    groups = [_tallies(place, school, weight, part, distinct.size) for part in (first, ~first)]
    schools = int(school.max()) + 1
    g, delta = _effects(distinct, groups, np.vstack([np.ones(schools), 1 - np.eye(schools)]))
    if not np.isfinite(g[0]):
        raise MeasureError("Respondents must differ inside a group; all of each group answered alike.")
    kinds = (groups[0].counts > 0) + 2 * (groups[1].counts > 0)
    intervals = [
        Interval(float(found[0]), low, high, level, method)
        for found, scale in ((g, "identity"), (delta, "atanh"))
        for low, high, method in [left_out_interval(float(found[0]), found[1:], kinds, level, scale, LEAST)]
    ]
    return ClusteredEffects(intervals[0], intervals[1], int(first.sum()), int((~first).sum()), schools)


def _tallies(place: IntArray, school: IntArray, weight: FloatArray, part: BoolArray, values: int) -> _Tallies:
    """Sum the weights of one group by school and value, and count its respondents by school."""
    schools = int(school.max()) + 1
    cells = np.bincount(school[part] * values + place[part], weights=weight[part], minlength=schools * values)
    counts = np.bincount(school[part], minlength=schools).astype(np.float64)
    return _Tallies(cells.reshape(schools, values).astype(np.float64), counts)


def _effects(distinct: FloatArray, groups: list[_Tallies], kept: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Compute both effects of every choice of schools, one a row; g is NaN where nobody differs inside a group."""
    tables = [kept @ group.table for group in groups]
    freedoms = [kept @ group.counts - 1 for group in groups]
    shares = [table / table.sum(axis=1, keepdims=True) for table in tables]
    means = [share @ distinct for share in shares]
    pooled = np.zeros(len(kept))
    for share, mean, freedom in zip(shares, means, freedoms, strict=True):
        # (n - 1) times the variance with its factor n / (n - 1).
        pooled += (freedom + 1) * (share * (distinct - mean[:, np.newaxis]) ** 2).sum(axis=1)
    freedom = freedoms[0] + freedoms[1]
    differing = pooled > _ROUNDING * float(np.ptp(distinct)) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(np.where(differing, pooled / freedom, np.nan))
        g = correction(freedom) * (means[0] - means[1]) / spread
    below = np.cumsum(shares[1], axis=1)
    delta = (shares[0] * (2 * below - shares[1] - 1)).sum(axis=1)
    # Shares add up to 1 but for rounding: all that exceed all are exactly 1.
    return g, np.where(np.abs(delta) > 1 - _ROUNDING, np.sign(delta), delta)
