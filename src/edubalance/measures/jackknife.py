"""Jackknife intervals of difference coefficients and composites, of all groups at once and without a draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from edubalance.measures._arrays import BoolArray, FloatArray, IntArray
from edubalance.measures._blocks import check_convention, clean
from edubalance.measures._intervals import check_level
from edubalance.measures.grouped import difference_coefficients
from edubalance.measures.grouping import Groups, group_rows
from edubalance.measures.influence import leave_one_out_coefficients

# Of two schools one is left, and one school has no spread.
_LEAST_SCHOOLS = 3


@dataclass(frozen=True)
class Intervals:
    """
    Coefficients with their intervals: of g groups and k indicators, or composites of g groups.

    Attributes
    ----------
    estimate, low, high : ndarray of float, shape (g, k) or (g,)
        The plain coefficient, which the standard judges, and the bounds; NaN where they are not defined.
    n : ndarray of int, shape (g, k) or (g,)
        Schools counted.
    level : float
        Coverage that the intervals aim at.
    """

    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray
    level: float


def coefficient_intervals(
    values: npt.ArrayLike,
    pupils: npt.ArrayLike,
    groups: Groups | None = None,
    *,
    level: float = 0.95,
    convention: str = "weighted_population",
) -> Intervals:
    r"""
    Put a jackknife interval around the difference coefficient of every group and indicator.

    The model: the schools of a county, all of which are observed, are one draw from the process that resources them.
    The interval says where the coefficient of that process lies, and so how much the county's own might have differed.

    Parameters
    ----------
    values : array_like, shape (n, k) or (n,)
        Resource per pupil; NaN is a missing value. A school that misses a value, or has no pupils, does not count for
        that indicator.
    pupils : array_like, shape (n,)
        Pupils of each school.
    groups : Groups, optional
        What `edubalance.measures.grouping.group_rows` made of the rows' keys; one group unless given.
    level : float
        Coverage, between 0 and 1.
    convention : str
        One of `edubalance.measures.dispersion.CONVENTIONS`.

    Returns
    -------
    Intervals
        To the last digit what each group has alone. Bounds are 0 where all schools are equal. They are NaN where fewer
        than three schools count, where the coefficient is not defined, and where it is not defined or zero without
        one of the schools though not with it: there all of it rests on that school, and nothing is known of others.

    Raises
    ------
    MeasureError
        If the level is not between 0 and 1, the convention is unknown, shapes differ, values are infinite, or pupils
        are missing, infinite or negative.

    See Also
    --------
    edubalance.measures.resampling.bootstrap_difference_coefficients : Far too narrow for counties of few schools.

    Notes
    -----
    With the coefficient :math:`\theta` of n schools and :math:`\theta_{(i)}` without school i, on the logarithm, where
    a coefficient is more nearly symmetric and its bounds stay positive,

    .. math::

        c = \log\theta + (n - 1) \left(\log\theta - \frac{1}{n} \sum_i \log\theta_{(i)}\right), \qquad
        s^2 = \frac{n - 1}{n} \sum_i \left(\log\theta_{(i)} - \frac{1}{n} \sum_j \log\theta_{(j)}\right)^2,

    and the bounds are :math:`\exp(c \pm t_{n-1} s)` with Student's quantile of n − 1 degrees of freedom [2]_ [3]_.

    The coefficient of few schools is too small on average; c is corrected for that. The interval therefore need not
    be symmetric about the plain coefficient, nor, once in a few hundred counties, hold it. It is too short where
    schools have one of two values only, and reaches far up where one school stands apart from few others. How often
    such intervals hold the coefficient of the process is simulated in ``benchmarks/interval_coverage.py``.

    References
    ----------
    .. [1] Tukey, J. W. (1958). Bias and confidence in not-quite large samples (abstract). Annals of Mathematical
       Statistics 29(2), 614.
    .. [2] Miller, R. G. (1974). The jackknife - a review. Biometrika 61(1), 1–15.
    .. [3] Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap, chapter 11. Chapman and Hall.

    Examples
    --------
    Three equally large schools with 1, 2 and 3: 0.408 with all, 0.2, 0.5 and 0.333 without the first, second, third.

    >>> found = coefficient_intervals([1.0, 2.0, 3.0], [10, 10, 10])
    >>> found.estimate.round(4), found.n
    (array([[0.4082]]), array([[3]]))
    >>> logs = np.log([1 / 5, 1 / 2, 1 / 3])
    >>> centre = 3 * np.log(found.estimate[0, 0]) - 2 * logs.mean()
    >>> bool(np.isclose(found.low * found.high, np.exp(2 * centre))[0, 0])
    True
    """
    columns, weights, groups = _prepared(values, pupils, groups, level, convention)
    found = difference_coefficients(columns.T, weights, groups, convention)
    without = leave_one_out_coefficients(columns.T, weights, groups, convention).T
    counted = ~np.isnan(columns) & (weights > 0)
    low, high = _bounds(found.cv.T, without, counted, found.n.T, groups, level)
    return Intervals(found.cv, low.T, high.T, found.n, level)


def composite_intervals(
    values: npt.ArrayLike,
    pupils: npt.ArrayLike,
    groups: Groups | None = None,
    *,
    level: float = 0.95,
    convention: str = "weighted_population",
) -> Intervals:
    """
    Put a jackknife interval around the composite of every group: the mean of its difference coefficients.

    Whole schools are left out, with all their indicators: the interval knows that a school that is rich in one
    resource is often rich in another. The model and the formula are those of `coefficient_intervals`.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Resources per pupil; NaN is a missing value. Without a school, an indicator that it misses stays what it is.
    pupils : array_like, shape (n,)
        Pupils of each school.
    groups : Groups, optional
        What `edubalance.measures.grouping.group_rows` made of the rows' keys; one group unless given.
    level : float
        Coverage, between 0 and 1.
    convention : str
        One of `edubalance.measures.dispersion.CONVENTIONS`.

    Returns
    -------
    Intervals
        ``n`` counts the schools that have pupils and a value. Bounds are NaN where one of the coefficients is not
        defined, with all schools or without one, rests on fewer than three, or where all are zero without one school.

    Raises
    ------
    MeasureError
        As `coefficient_intervals`.

    Examples
    --------
    Two equal indicators have the interval of one.

    >>> pupils = [10, 20, 30, 40]
    >>> one = coefficient_intervals([4.0, 5.0, 6.0, 9.0], pupils)
    >>> both = composite_intervals([[4.0, 8.0], [5.0, 10.0], [6.0, 12.0], [9.0, 18.0]], pupils)
    >>> np.allclose([both.low[0], both.high[0]], [one.low[0, 0], one.high[0, 0]])
    True
    """
    columns, weights, groups = _prepared(values, pupils, groups, level, convention)
    found = difference_coefficients(columns.T, weights, groups, convention)
    without = leave_one_out_coefficients(columns.T, weights, groups, convention).T
    counted = np.logical_or.reduce(~np.isnan(columns) & (weights > 0), axis=0)[np.newaxis]
    n = np.add.reduceat(counted[:, groups.order].astype(np.intp), groups.starts, axis=1)
    enough = np.where((found.n >= _LEAST_SCHOOLS).all(axis=1), n, 0)
    # Added column by column, a sum does not depend on how many rows there are.
    estimate, others = (np.asarray(sum(table) / len(columns)) for table in (found.cv.T, without))
    low, high = _bounds(estimate[np.newaxis], others[np.newaxis], counted, enough, groups, level)
    return Intervals(estimate, low[0], high[0], n[0], level)


def _prepared(
    values: npt.ArrayLike, pupils: npt.ArrayLike, groups: Groups | None, level: float, convention: str
) -> tuple[FloatArray, FloatArray, Groups]:
    """Check what is given; columns (k, n), pupils (n,) and groups."""
    check_level(level)
    check_convention(convention)
    groups = group_rows(np.zeros(np.shape(values)[0], dtype=np.int64)) if groups is None else groups
    return *clean(values, pupils, groups), groups


def _bounds(
    estimate: FloatArray, without: FloatArray, counted: BoolArray, n: IntArray, groups: Groups, level: float
) -> tuple[FloatArray, FloatArray]:
    """Compute bounds of (k, g) estimates from (k, n) statistics without each row."""
    order, starts = groups.order, groups.starts
    enough = n >= _LEAST_SCHOOLS
    schools = np.where(enough, n, np.nan)
    kept = counted[:, order]
    # What is zero or undefined without a school becomes infinite or NaN here, and NaN in the bounds.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logs = np.log(estimate)
        changes = np.where(kept, np.log(without[:, order]) - np.repeat(logs, groups.sizes, axis=1), 0.0)
        mean = np.add.reduceat(changes, starts, axis=1) / schools
        deviations = np.where(kept, changes - np.repeat(mean, groups.sizes, axis=1), 0.0)
        variance = (schools - 1) / schools * np.add.reduceat(deviations**2, starts, axis=1)
        centre, reach = logs - (schools - 1) * mean, _quantiles(n, level) * np.sqrt(variance)
        low, high = np.exp(centre - reach), np.exp(centre + reach)
    low[~np.isfinite(high)] = high[~np.isfinite(high)] = np.nan
    equal = enough & (estimate == 0)
    return np.where(equal, 0.0, low), np.where(equal, 0.0, high)


def _quantiles(n: IntArray, level: float) -> FloatArray:
    """Look up Student's quantile of n - 1 degrees of freedom, once for each number of schools."""
    distinct, place = np.unique(n, return_inverse=True)
    quantiles: FloatArray = stdtrit(np.maximum(distinct - 1, 1), (1 + level) / 2)
    return quantiles[place].reshape(n.shape)
