"""Influence: how far one school moves a coefficient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, IntArray, mean_of, numbers, same_length, weights_of
from edubalance.measures._blocks import Block, check_convention, clean, divide, prepare, spans
from edubalance.measures.dispersion import difference_coefficient
from edubalance.measures.grouping import Groups, group_rows

Statistic = Callable[[FloatArray, FloatArray], float]

# Where less than this share of a sum remains without a school, the sum is formed anew.
_LEAST_SHARE = 1e-4


@dataclass(frozen=True)
class Influence:
    """
    What each school does to a coefficient.

    Attributes
    ----------
    estimate : float
        The coefficient of all schools.
    without : ndarray of float, shape (n,)
        The coefficient without the school; NaN where it is not defined, as when no other school has the resource.
    change : ndarray of float, shape (n,)
        `estimate` less `without`: positive where the school adds to the spread.
    order : ndarray of int, shape (n,)
        Positions of the schools, the most influential first: those on whom it rests whether the coefficient is
        defined at all, then by the size of `change`. Equal schools keep their order.
    """

    estimate: float
    without: FloatArray
    change: FloatArray
    order: IntArray


def influence(
    values: npt.ArrayLike,
    pupils: npt.ArrayLike,
    statistic: Statistic | None = None,
    *,
    convention: str = "weighted_population",
) -> Influence:
    """
    Leave out one school after the other, and see what that does to a coefficient.

    All schools of a county are observed, so that its coefficient has no sampling error; what a reader should know is
    which school it rests on.

    Parameters
    ----------
    values : array_like, shape (n,)
        Resource per pupil of each school, none missing.
    pupils : array_like, shape (n,)
        Pupils of each school.
    statistic : callable, optional
        Takes values and pupils, returns a number; the difference coefficient unless another is given. Where it
        raises `MeasureError` without a school, the result is NaN.
    convention : str
        One of `edubalance.measures.dispersion.CONVENTIONS`, for the difference coefficient.

    Returns
    -------
    Influence
        The coefficient without each school, the change, and the order.

    Raises
    ------
    MeasureError
        If values are missing, the columns differ in length, or the coefficient of all schools is not defined.

    Examples
    --------
    Without the rich school the others are equal: all of the coefficient is its doing.

    >>> found = influence([5.0, 5.0, 20.0], [100, 100, 100])
    >>> found.order[0], found.without[2], found.change[2] == found.estimate
    (np.int64(2), np.float64(0.0), np.True_)
    """
    table = numbers(values, "values")
    weights = weights_of(pupils, table.size, "pupils")
    if statistic is None:
        estimate = difference_coefficient(table, weights, convention=convention)
        one = group_rows(np.zeros(table.size, dtype=np.int64))
        without = leave_one_out_coefficients(table, weights, one, convention)[:, 0]
    else:
        estimate = statistic(table, weights)
        without = leave_one_out(statistic, table, weights)
    change = estimate - without
    size = np.where(np.isnan(change), np.inf, np.abs(change))
    return Influence(estimate, without, change, np.argsort(-rounding.tied(size), kind="stable"))


def leave_one_out(statistic: Callable[..., float], *columns: npt.NDArray[np.generic]) -> FloatArray:
    """
    Compute a statistic without each row in turn.

    Parameters
    ----------
    statistic : callable
        Takes the columns, returns a number.
    *columns : ndarray, each of shape (n,)
        The same rows in each.

    Returns
    -------
    ndarray of float, shape (n,)
        NaN where the statistic raises `MeasureError`.

    Raises
    ------
    MeasureError
        If the columns differ in length.

    Examples
    --------
    >>> leave_one_out(np.mean, np.array([1.0, 2.0, 6.0]))
    array([4. , 3.5, 1.5])
    """
    for column in columns[1:]:
        same_length(column.size, columns[0].size, "All columns", "the first column")
    rows = range(columns[0].size)
    return np.array([value_or_nan(statistic, *(np.delete(column, row) for column in columns)) for row in rows])


def value_or_nan(statistic: Callable[..., float], *columns: npt.NDArray[np.generic]) -> float:
    """Compute a statistic; NaN where it is not defined."""
    try:
        return float(statistic(*columns))
    except MeasureError:
        return float("nan")


def leave_one_out_coefficients(
    values: npt.ArrayLike, pupils: npt.ArrayLike, groups: Groups, convention: str = "weighted_population"
) -> FloatArray:
    r"""
    Compute the difference coefficient of each school's group without that school.

    Parameters
    ----------
    values : array_like, shape (n, k) or (n,)
        Resource per pupil; NaN is a missing value.
    pupils : array_like, shape (n,)
        Pupils of each school.
    groups : Groups
        What `edubalance.measures.grouping.group_rows` made of the rows' keys.
    convention : str
        One of `edubalance.measures.dispersion.CONVENTIONS`.

    Returns
    -------
    ndarray of float, shape (n, k)
        In the order of the rows. Without a school that does not count, the group's coefficient stays what it is.
        NaN where the coefficient is not defined.

    Raises
    ------
    MeasureError
        If the convention is unknown, shapes differ, values are infinite, or pupils are missing, infinite or negative.

    Notes
    -----
    With weights :math:`w_i`, deviations :math:`e_i` from the mean and squares :math:`S = \sum_i w_i e_i^2`, what
    the others have about their own mean is

    .. math:: S_{(i)} = S - w_i e_i^2 - \frac{(w_i e_i)^2}{\sum_{j \ne i} w_j}.

    Where nearly nothing remains of a sum, which is where one school makes up nearly all of the spread, the difference
    has lost its digits; the sum is formed anew over the others.

    Examples
    --------
    >>> leave_one_out_coefficients([4.0, 6.0, 6.0], [10, 10, 10], group_rows([1, 1, 1]))
    array([[0. ],
           [0.2],
           [0.2]])
    """
    check_convention(convention)
    columns, weights = clean(values, pupils, groups)
    result = np.empty_like(columns)
    for span in spans(groups):
        block = prepare(columns, weights, groups, groups, span)
        result[:, block.rows] = _without_each(block, convention)
    return result.T


def _without_each(block: Block, convention: str) -> FloatArray:
    """Compute the coefficients without each row in turn, shape (k, m)."""
    weights = block.weights if convention == "weighted_population" else (~block.missing).astype(np.float64)
    total, above = block.add(weights), block.add(weights * block.above)
    deviations = block.above - block.spread(divide(above, total))
    squares = block.add(weights * deviations**2)
    rest = block.spread(total) - weights
    means = block.spread(block.least) + divide(block.spread(above) - weights * block.above, rest)
    others = block.spread(squares) - weights * deviations**2 - divide((weights * deviations) ** 2, rest)
    for column, row in np.argwhere(others < _LEAST_SHARE * block.spread(squares)).tolist():
        means[column, row], others[column, row] = _anew(block, weights[column], column, row)
    coefficients = divide(np.sqrt(divide(others, rest - (convention == "unweighted_sample"))), means)
    return np.where(block.spread(block.least) >= 0, coefficients, np.nan)


def _anew(block: Block, weights: FloatArray, column: int, row: int) -> tuple[float, float]:
    """Add up mean and squares of a row's group without the row."""
    others = (block.numbers == block.numbers[row]) & (weights > 0)
    others[row] = False
    weight, above = weights[others], block.above[column, others]
    mean = mean_of(above, weight)
    return mean + float(block.least[column, block.numbers[row]]), float(weight @ (above - mean) ** 2)
