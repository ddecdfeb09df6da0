"""Bootstrap intervals of many difference coefficients at once, by matrix products of resampling counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance.measures._arrays import FloatArray, IntArray
from edubalance.measures._blocks import check_convention, clean, divide
from edubalance.measures._intervals import bounds, check_options, many_bounds, too_many
from edubalance.measures.grouped import difference_coefficients
from edubalance.measures.grouping import Groups, group_rows
from edubalance.measures.influence import leave_one_out_coefficients

# A matrix product of no more multiplications stays on one processor core: it is then no slower where the others are
# busy, and its last bits do not depend on how many there are.
_MULTIPLICATIONS_AT_ONCE = 2**18


@dataclass(frozen=True)
class Intervals:
    """
    Intervals of g groups and k indicators.

    Attributes
    ----------
    estimate, low, high : ndarray of float, shape (g, k)
        Difference coefficients and their bounds; NaN where they are not defined.
    undefined : ndarray of int, shape (g, k)
        Replicates in which the coefficient was not defined, left out of the interval; all of them in a group that
        has no two schools to draw from.
    level : float
        Coverage that the intervals aim at.
    method : str
        How bounds were read off the replicates.
    replicates : int
        Resampled sets of schools for each group.
    """

    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    undefined: IntArray
    level: float
    method: str
    replicates: int


def bootstrap_difference_coefficients(
    values: npt.ArrayLike,
    pupils: npt.ArrayLike,
    groups: Groups | None = None,
    *,
    rng: np.random.Generator,
    replicates: int = 2_000,
    level: float = 0.95,
    method: str = "percentile",
    convention: str = "weighted_population",
) -> Intervals:
    r"""
    Put bootstrap intervals around the difference coefficients of every group and indicator.

    The model is that of `edubalance.measures.uncertainty.bootstrap`: the schools of a county, all of which are
    observed, are one draw from the process that resources them. Where counties have few schools, these intervals are
    far too narrow: those of 95 % hold the coefficient of the process in about six of ten simulated counties of eight
    schools, and in about seven of ten of sixteen (``docs/coverage.md``). The rest of the package therefore uses
    `edubalance.measures.jackknife.coefficient_intervals`.

    Parameters
    ----------
    values : array_like, shape (n, k) or (n,)
        Resource per pupil; NaN is a missing value. A school drawn twice counts twice, in all columns alike; where
        its value is missing it counts nothing.
    pupils : array_like, shape (n,)
        Pupils of each school.
    groups : Groups, optional
        What `edubalance.measures.grouping.group_rows` made of the rows' keys; one group unless given. Schools are
        drawn inside each group.
    rng : numpy.random.Generator
        Source of randomness.
    replicates : int
        Number of draws.
    level : float
        Coverage, between 0 and 1.
    method : {"percentile", "basic", "bca"}
        How bounds are read off the replicates.
    convention : str
        One of `edubalance.measures.dispersion.CONVENTIONS`.

    Returns
    -------
    Intervals
        NaN bounds where a coefficient is not defined, rests on one school, or is undefined in more replicates than
        lie beyond one bound.

    Raises
    ------
    MeasureError
        If an option is unknown, shapes differ, values are infinite, or pupils are missing, infinite or negative.

    Notes
    -----
    With counts :math:`C` (replicates by schools), weights :math:`w` and deviations :math:`e` from the mean of all
    schools, three columns of one product :math:`C \, [w, we, we^2]` give weight, mean and variance of all replicates.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> found = bootstrap_difference_coefficients([[4.0], [5.0], [6.0], [7.0]], [10, 10, 10, 10], rng=rng)
    >>> found.estimate.round(4), bool(found.low[0, 0] < found.estimate[0, 0] < found.high[0, 0])
    (array([[0.2033]]), True)
    """
    check_options(level, method, replicates)
    check_convention(convention)
    groups = group_rows(np.zeros(np.shape(values)[0], dtype=np.int64)) if groups is None else groups
    columns, weights = clean(values, pupils, groups)
    table = columns.T
    found = difference_coefficients(table, weights, groups, convention)
    without = leave_one_out_coefficients(table, weights, groups, convention) if method == "bca" else None
    low, high = np.full_like(found.cv, np.nan), np.full_like(found.cv, np.nan)
    undefined = np.full(found.cv.shape, replicates, dtype=np.intp)
    for group in np.flatnonzero((found.n > 1).any(axis=1)).tolist():
        rows = groups.rows(group)
        rows = rows[weights[rows] > 0]
        drawn = _replicates(table[rows], weights[rows], found.mean[group], rng, replicates, convention)
        undefined[group] = np.isnan(drawn).sum(axis=1)
        sure = (found.n[group] > 1) & (undefined[group] <= too_many(replicates, level))
        if method != "bca" and not undefined[group, sure].any():
            alike = many_bounds(drawn[sure], found.cv[group, sure], level, method)
            low[group, sure], high[group, sure] = alike
            continue
        for column in np.flatnonzero(sure):
            kept = drawn[column, ~np.isnan(drawn[column])]
            each = None if without is None else without[rows[~np.isnan(table[rows, column])], column]
            low[group, column], high[group, column] = bounds(kept, found.cv[group, column], level, method, each)
    return Intervals(found.cv, low, high, undefined, level, method, replicates)


def _replicates(
    table: FloatArray, pupils: FloatArray, mean: FloatArray, rng: np.random.Generator, replicates: int, convention: str
) -> FloatArray:
    """
    Draw the schools of one group again and again; coefficients (k, replicates), NaN where they are not defined.

    Values (n, k) with the pupils (n,) of each school, all positive, and the means (k,) of all schools.
    """
    present = ~np.isnan(table)
    weights = np.where(present, pupils[:, np.newaxis] if convention == "weighted_population" else 1.0, 0.0)
    deviations = np.where(present, table - mean, 0.0)
    # Where no value is missing, one column of weights serves all.
    own = weights[:, :1] if present.all() else weights
    sums = np.hstack((own, weights * deviations, weights * deviations**2))
    step = max(_MULTIPLICATIONS_AT_ONCE // sums.size, 1)
    products = np.empty((replicates, sums.shape[1]))
    for done in range(0, replicates, step):
        np.matmul(_counts(rng, min(step, replicates - done), len(table)), sums, out=products[done : done + step])
    # From here on the replicates of a column lie side by side.
    weight, first, second = np.split(np.ascontiguousarray(products.T), [-2 * mean.size, -mean.size])
    weight[weight == 0] = np.nan
    shift = first / weight
    variance = np.maximum(second / weight - shift**2, 0.0)
    if convention == "unweighted_sample":
        variance *= divide(weight, weight - 1)
    coefficients = divide(np.sqrt(variance), mean[:, np.newaxis] + shift)
    coefficients[(np.where(present, table, 0.0) < 0).any(axis=0)] = np.nan
    return coefficients


def _counts(rng: np.random.Generator, replicates: int, schools: int) -> FloatArray:
    """Draw schools with replacement; count how often each was drawn, shape (replicates, schools)."""
    # Numbers of 32 bits are the same draws, and come faster.
    drawn = rng.integers(0, schools, size=(replicates, schools), dtype=np.int32)
    cells = drawn + np.arange(0, replicates * schools, schools)[:, np.newaxis]
    counts = np.zeros(replicates * schools)
    np.add.at(counts, cells.ravel(), 1.0)
    return counts.reshape(replicates, schools)
