"""Lorenz and concentration curves, the Gini coefficient and the concentration index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.measures._arrays import (
    FloatArray,
    counted,
    mean_of,
    nonnegative,
    numbers,
    positive,
    refuse_where,
    same_length,
    sum_by,
    weights_of,
)


@dataclass(frozen=True)
class Curve:
    """
    Cumulative shares of pupils and of a resource, from (0, 0) to (1, 1).

    Attributes
    ----------
    population_share : ndarray of float, shape (n_points,)
        Cumulative share of the weights (pupils), ascending.
    resource_share : ndarray of float, shape (n_points,)
        Cumulative share of the resource that they hold.
    """

    population_share: FloatArray
    resource_share: FloatArray


def lorenz_curve(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Curve:
    """
    Order the schools from the poorest to the richest and cumulate pupils and resource.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zero is a value, negative numbers are refused.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    Curve
        One point for each distinct value after the point (0, 0): schools of equal value are one step, so that the
        curve does not depend on the order of the rows.

    Raises
    ------
    MeasureError
        If a value is missing or negative, weights are negative or all zero, or the mean is zero.

    Examples
    --------
    Half the pupils have 1 each, the other half 3 each: the first half holds a quarter.

    >>> curve = lorenz_curve([3.0, 1.0], weights=[50, 50])
    >>> curve.population_share.tolist(), curve.resource_share.tolist()
    ([0.0, 0.5, 1.0], [0.0, 0.25, 1.0])
    """
    return concentration_curve(values, values, weights)


def concentration_curve(values: npt.ArrayLike, rank: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Curve:
    """
    Order the schools by another variable and cumulate pupils and resource.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zero is a value, negative numbers are refused.
    rank : array_like, shape (n_schools,)
        What to order by, lowest first: income of the township, distance to the county seat. Any finite numbers.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    Curve
        One point for each distinct rank after the point (0, 0). It lies above the diagonal where the resource goes
        to those of low rank.

    Raises
    ------
    MeasureError
        If values or ranks are missing, a value is negative, weights are negative or all zero, or the mean is zero.

    Examples
    --------
    The pupils of the poorer township (rank 1) have 3 each, the others 1 each.

    >>> curve = concentration_curve([1.0, 3.0], rank=[2, 1])
    >>> curve.resource_share.tolist()
    [0.0, 0.75, 1.0]
    """
    _, weight, resource = _by_rank(values, rank, weights)
    return Curve(_cumulative_share(weight), _cumulative_share(resource))


def gini(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    r"""
    Compute the Gini coefficient of a resource between schools.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zero is a value, negative numbers are refused.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    float
        Zero when all schools are equal (one school too); always below one. There is no small-sample correction.

    Raises
    ------
    MeasureError
        If a value is missing or negative, weights are negative or all zero, or the mean is zero.

    See Also
    --------
    gini_from_shares : The same coefficient from published shares.

    Notes
    -----
    Twice the area between the Lorenz curve and the diagonal. Computed from the distribution function :math:`F` of
    pupils over values, which is never negative and exactly zero for equal schools:

    .. math:: G = \frac{1}{\bar{x}} \int F(x) \, (1 - F(x)) \, dx .

    A school of k pupils counts as k schools of one pupil each.

    Examples
    --------
    One of five schools has all: 1 − 1/5.

    >>> round(gini([0, 0, 0, 0, 10]), 12)
    0.8
    """
    array = nonnegative(values, "values")
    weight, array = counted(weights_of(weights, array.size), array)
    order = np.argsort(array, kind="stable")
    below = np.cumsum(weight[order])[:-1] / weight.sum()
    return float((below * (1 - below)) @ np.diff(array[order]) / positive(mean_of(array, weight)))


def gini_from_shares(population_share: npt.ArrayLike, resource_share: npt.ArrayLike) -> float:
    r"""
    Compute the Gini coefficient by the formula usual in Chinese studies of education finance.

    Parameters
    ----------
    population_share : array_like, shape (n_units,)
        Share of pupils of each unit: positive, in any order.
    resource_share : array_like, shape (n_units,)
        Share of the resource of each unit: not negative, not zero everywhere.

    Returns
    -------
    float
        Zero when all units have the same per pupil; below one. Equal to `gini` of resource per pupil with the
        pupils as weights.

    Raises
    ------
    MeasureError
        If shares are missing or negative, a population share is zero, or all resource shares are zero.

    Notes
    -----
    With population shares :math:`P_i`, resource shares :math:`W_i` and cumulative resource shares
    :math:`Q_i = W_1 + \dots + W_i`, units in ascending order of :math:`W_i / P_i`,

    .. math:: G = 1 - \sum_i P_i \, (2 Q_i - W_i) .

    Both columns are scaled to sum to one, so percentages and amounts may be passed as they are printed.

    Examples
    --------
    Half of the pupils hold a quarter of the money: 1 − (0.5 · 0.25 + 0.5 · 1.25).

    >>> gini_from_shares([0.5, 0.5], [0.25, 0.75])
    0.25
    """
    population = nonnegative(population_share, "population_share")
    resource = weights_of(resource_share, population.size, "resource_share")
    hint = "Leave units without pupils out."
    refuse_where(population == 0, "population_share must be positive", "zero", hint)
    order = np.argsort(rounding.tied(resource / population), kind="stable")
    share = population[order] / population.sum()
    held = resource[order] / resource.sum()
    return float(1 - share @ (2 * np.cumsum(held) - held))


def concentration_index(values: npt.ArrayLike, rank: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    r"""
    Measure whether a resource goes to the schools that stand high or low by another variable.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zero is a value, negative numbers are refused.
    rank : array_like, shape (n_schools,)
        What to order by, lowest first. Only the order counts; schools of equal rank share their average place.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    float
        Between −1 and 1: negative where the resource goes to those of low rank, zero where it does not depend on
        rank, equal to `gini` where rank and value order the schools alike.

    Raises
    ------
    MeasureError
        If values or ranks are missing, a value is negative, weights are negative or all zero, or the mean is zero.

    Notes
    -----
    With weight shares :math:`p_i` and fractional mid-ranks :math:`R_i` (the share of pupils ranked lower plus half
    the share of those ranked alike),

    .. math:: C = \frac{2}{\bar{x}} \sum_i p_i \, (x_i - \bar{x}) \, R_i .

    Examples
    --------
    >>> concentration_index([1.0, 3.0], rank=[1, 2])
    0.25
    >>> concentration_index([3.0, 1.0], rank=[1, 2])
    -0.25
    >>> concentration_index([3.0, 1.0], rank=[7, 7])
    0.0
    """
    mean, weight, resource = _by_rank(values, rank, weights)
    share = weight / weight.sum()
    place = np.cumsum(share) - share / 2
    return float(2 * share @ ((resource / weight - mean) * place) / mean)


def _by_rank(
    values: npt.ArrayLike, rank: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[float, FloatArray, FloatArray]:
    """Return the mean value, and the sums of weights and of resource at each distinct rank in ascending order."""
    array, ranks = nonnegative(values, "values"), numbers(rank, "rank")
    same_length(array.size, ranks.size, "values", "rank")
    weight, array, ranks = counted(weights_of(weights, array.size), array, ranks)
    mean = positive(mean_of(array, weight))
    step = np.unique(rounding.tied(ranks), return_inverse=True)[1]
    return mean, sum_by(step, weight), sum_by(step, weight * array)


def _cumulative_share(amounts: FloatArray) -> FloatArray:
    """Cumulate amounts to shares that begin at exactly 0 and end at exactly 1."""
    sums: FloatArray = np.concatenate(([0.0], np.cumsum(amounts)))
    shares: FloatArray = sums / sums[-1]
    return shares
