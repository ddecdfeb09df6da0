"""Ranking: how sure the place of a county among others is, when each stands on an interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, IntArray, same_length
from edubalance.measures._blocks import check_convention, clean
from edubalance.measures._intervals import check_options, quantiles, too_many
from edubalance.measures.grouped import difference_coefficients
from edubalance.measures.grouping import Groups, group_rows
from edubalance.measures.resampling import composites, replicate_coefficients


@dataclass(frozen=True)
class CompositeInterval:
    """
    A composite and its interval.

    Attributes
    ----------
    estimate, low, high : float
        Mean of the difference coefficients and its bounds; NaN where one of them is not defined.
    undefined : int
        Replicates in which the composite was not defined.
    """

    estimate: float
    low: float
    high: float
    undefined: int


@dataclass(frozen=True)
class CompositeIntervals:
    """
    Composites of many groups and their intervals.

    Attributes
    ----------
    estimate, low, high : ndarray of float, shape (g,)
        Mean of the difference coefficients of each group and its bounds; NaN where one of them is not defined.
    undefined : ndarray of int, shape (g,)
        Replicates in which the composite was not defined.
    """

    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    undefined: IntArray


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


def composite_interval(
    values: npt.ArrayLike,
    pupils: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    replicates: int,
    level: float = 0.95,
    convention: str = "weighted_population",
) -> CompositeInterval:
    """
    Put a bootstrap interval around the composite of one county: the mean of its difference coefficients.

    The model: the schools of a county, all of which are observed, are one draw from the process that resources them.
    The interval says how much the composite would move if that process were run again.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Indicators of the schools; NaN is a missing value.
    pupils : array_like, shape (n,)
        Pupils of each school.
    rng : numpy.random.Generator
        Source of randomness.
    replicates : int
        Number of draws.
    level : float
        Coverage, between 0 and 1.
    convention : str
        One of `edubalance.measures.dispersion.CONVENTIONS`.

    Returns
    -------
    CompositeInterval
        Percentile bounds; NaN where the composite is not defined, rests on one school, or is undefined in more
        replicates than lie beyond one bound.

    Raises
    ------
    MeasureError
        If an option is unknown, shapes differ, values are infinite, or pupils are missing, infinite or negative.

    See Also
    --------
    edubalance.measures.resampling.bootstrap_difference_coefficients : Intervals of the single coefficients.

    Notes
    -----
    Whole schools are drawn, with all their indicators: the interval knows that a school that is rich in one resource
    is often rich in another.

    Examples
    --------
    Equal schools stay equal, whichever are drawn.

    >>> composite_interval([[4.0, 9.0]] * 5, [10] * 5, rng=np.random.default_rng(1), replicates=50)
    CompositeInterval(estimate=0.0, low=0.0, high=0.0, undefined=0)
    """
    groups = group_rows(np.zeros(np.shape(values)[0], dtype=np.int64))
    found = composite_intervals(
        values, pupils, groups, stream=lambda _: rng, replicates=replicates, level=level, convention=convention
    )
    estimate, low, high = (float(bound[0]) for bound in (found.estimate, found.low, found.high))
    return CompositeInterval(estimate, low, high, int(found.undefined[0]))


def composite_intervals(
    values: npt.ArrayLike,
    pupils: npt.ArrayLike,
    groups: Groups,
    *,
    stream: Callable[[int], np.random.Generator],
    replicates: int,
    level: float = 0.95,
    convention: str = "weighted_population",
) -> CompositeIntervals:
    """
    Put a bootstrap interval around the composite of every county, as `composite_interval` does for one.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Indicators of the schools; NaN is a missing value.
    pupils : array_like, shape (n,)
        Pupils of each school.
    groups : Groups
        What `edubalance.measures.grouping.group_rows` made of the rows' keys: counties.
    stream : callable
        Gives the source of randomness of a group, by its number; called in ascending order, for groups that have an
        interval.
    replicates : int
        Number of draws.
    level : float
        Coverage, between 0 and 1.
    convention : str
        One of `edubalance.measures.dispersion.CONVENTIONS`.

    Returns
    -------
    CompositeIntervals
        To the last bit what `composite_interval` finds of each group alone.

    Raises
    ------
    MeasureError
        As `composite_interval`.

    Examples
    --------
    Two counties of equal schools.

    >>> found = composite_intervals(
    ...     [[4.0, 9.0]] * 4, [10] * 4, group_rows([0, 0, 1, 1]), stream=np.random.default_rng, replicates=50
    ... )
    >>> found.low, found.high
    (array([0., 0.]), array([0., 0.]))
    """
    check_options(level, "percentile", replicates)
    check_convention(convention)
    columns, weights = clean(values, pupils, groups)
    table = columns.T
    found = difference_coefficients(table, weights, groups, convention)
    estimate = np.ascontiguousarray(found.cv).mean(axis=1)
    undefined = np.full(groups.count, replicates, dtype=np.intp)
    low, high = np.full(groups.count, np.nan), np.full(groups.count, np.nan)
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    for group in np.flatnonzero(~np.isnan(estimate) & (found.n > 1).all(axis=1)).tolist():
        rows = groups.rows(group)
        rows = rows[weights[rows] > 0]
        drawn = composites(
            replicate_coefficients(table[rows], weights[rows], found.mean[group], stream(group), replicates, convention)
        )
        kept = drawn[~np.isnan(drawn)]
        undefined[group] = replicates - kept.size
        if undefined[group] <= too_many(replicates, level):
            low[group], high[group] = quantiles(kept, tails)
    return CompositeIntervals(estimate, low, high, undefined)


def ranks(values: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> Ranks:
    """
    Rank values, and say which places their intervals leave open.

    Parameters
    ----------
    values : array_like, shape (n,)
        What is ranked, the lowest first; NaN is not ranked.
    low, high : array_like, shape (n,)
        Bounds of each; a value without bounds may stand anywhere.

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
    one more than the counties before it for sure; the worst is the number ranked less those behind it for sure. Two
    intervals that do not touch differ at more than the level of each, so that every single comparison is cautious;
    that all of a country's comparisons hold at once is not claimed.

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
    lower = np.where(np.isnan(below[ranked]), -np.inf, below[ranked])
    upper = np.where(np.isnan(above[ranked]), np.inf, above[ranked])
    rank[ranked] = 1 + _fewer(np.sort(kept), kept)
    best[ranked] = 1 + _fewer(np.sort(upper), lower)
    worst[ranked] = np.searchsorted(np.sort(lower), upper, side="right")
    return Ranks(rank, best, worst)


def _fewer(ascending: FloatArray, values: FloatArray) -> IntArray:
    """Count how many of ascending numbers lie below each value."""
    return np.searchsorted(ascending, values, side="left")
