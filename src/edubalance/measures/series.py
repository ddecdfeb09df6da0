"""Series of yearly amounts: in constant prices, how steadily they grow, and how far they fall."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, nonnegative, numbers, refuse_where, same_length


def deflate(amounts: npt.ArrayLike, indices: npt.ArrayLike, *, base: int = -1) -> FloatArray:
    r"""
    Express yearly amounts in the prices of one year.

    Parameters
    ----------
    amounts : array_like, shape (n_years,)
        Amounts in the prices of their own year, without a gap between the years; none negative.
    indices : array_like, shape (n_years,)
        Price index of each year, the year before = 100. That of the first year is not used, but must be a number.
    base : int
        Position of the year whose prices are used: the last year unless told otherwise.

    Returns
    -------
    ndarray of float, shape (n_years,)
        The amount of the base year stays as it is.

    Raises
    ------
    MeasureError
        If a number is missing, an amount is negative, an index is not positive, or there is no such position.

    Notes
    -----
    The chain of indices :math:`I_s` gives the price level :math:`L_t = \prod_{s \le t} I_s / 100`, and

    .. math:: \text{real}_t = \text{nominal}_t \cdot L_b / L_t

    for the base year :math:`b`: amounts before it are raised by what prices rose since.

    References
    ----------
    .. [1] International Labour Organization et al. (2004). Consumer price index manual: theory and practice. Geneva.
       Chapter 9, on chained indices.

    Examples
    --------
    Prices rose by a tenth in the second year: 100 of the first buy what 110 buy then.

    >>> deflate([100.0, 110.0], [100.0, 110.0]).round(9).tolist()
    [110.0, 110.0]
    """
    money, index = nonnegative(amounts, "amounts"), numbers(indices, "indices")
    same_length(money.size, index.size, "amounts", "indices")
    refuse_where(index <= 0, "indices must be positive", "that are not", "Write 102.5 where prices rose by 2.5 %.")
    if not -money.size <= base < money.size:
        raise MeasureError(f"The base must be one of the {money.size} years; got position {base}.")
    steps = index / 100
    level = np.concatenate(([1.0], np.cumprod(steps[1:])))
    real: FloatArray = money * (level[base] / level)
    return real


def growth_rates(values: npt.ArrayLike) -> FloatArray:
    r"""
    Compute how much each year's value lies above that of the year before.

    Parameters
    ----------
    values : array_like, shape (n_years,)
        Positive numbers, two at least, without a gap between the years.

    Returns
    -------
    ndarray of float, shape (n_years - 1,)
        Shares, not percentages: 0.1 is 10 % more, −0.1 is 10 % less.

    Raises
    ------
    MeasureError
        If a value is missing or not positive, or there is only one.

    Notes
    -----
    :math:`g_t = (x_t - x_{t-1}) / x_{t-1}`.

    Examples
    --------
    >>> growth_rates([100.0, 125.0, 100.0]).tolist()
    [0.25, -0.2]
    """
    array = numbers(values, "values")
    refuse_where(array <= 0, "values must be positive", "that are not", "Growth from nothing has no rate.")
    if array.size < 2:
        raise MeasureError("Growth needs two years at least; got one.")
    rates: FloatArray = np.diff(array) / array[:-1]
    return rates


def volatility(values: npt.ArrayLike) -> float:
    r"""
    Measure how unsteadily a series grows: the standard deviation of its yearly growth rates.

    Parameters
    ----------
    values : array_like, shape (n_years,)
        Positive numbers, three at least, without a gap between the years.

    Returns
    -------
    float
        Zero where every year grows at the same rate, however fast. A share, not a percentage.

    Raises
    ------
    MeasureError
        If a value is missing or not positive, or there are fewer than three.

    Notes
    -----
    The sample form, with divisor :math:`m - 1` for :math:`m` rates, as in the study of volatile aid and budgets: the
    few years seen stand for the process that made them.

    References
    ----------
    .. [1] Ramey, G. and Ramey, V. A. (1995). Cross-country evidence on the link between volatility and growth.
       American Economic Review 85(5), 1138-1151.

    Examples
    --------
    Growth of 25 % and then a fall of 20 %: the two rates lie 0.45 apart, and 0.45 / √2 from each other as deviation.

    >>> round(volatility([100.0, 125.0, 100.0]), 6), round(0.45 / 2**0.5, 6)
    (0.318198, 0.318198)
    >>> round(volatility([100.0, 110.0, 121.0]), 12)
    0.0
    """
    rates = growth_rates(values)
    if rates.size < 2:
        raise MeasureError("The volatility of a series needs three years at least; got two.")
    return float(np.std(rates, ddof=1))


def worst_fall(values: npt.ArrayLike) -> float:
    """
    Find the largest fall from one year to the next.

    Parameters
    ----------
    values : array_like, shape (n_years,)
        Positive numbers, two at least, without a gap between the years.

    Returns
    -------
    float
        Share of the year before that was lost, from 0 (it never fell) to below 1.

    Raises
    ------
    MeasureError
        If a value is missing or not positive, or there is only one.

    See Also
    --------
    volatility : Counts rises and falls of the rate alike.

    Examples
    --------
    >>> worst_fall([100.0, 125.0, 100.0, 99.0])
    0.2
    >>> worst_fall([100.0, 100.0, 101.0])
    0.0
    """
    # Adding zero turns −0 into 0.
    return float(max(-growth_rates(values).min(), 0.0)) + 0.0
