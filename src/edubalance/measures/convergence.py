"""Convergence over years: whether counties draw together (sigma), and whether those behind catch up (beta)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, numbers, same_length


@dataclass(frozen=True)
class BetaConvergence:
    """
    Yearly growth against the first value.

    Attributes
    ----------
    slope : float
        Difference in yearly logarithmic growth where the first value is higher by 1 in logarithms; negative where
        those behind grow faster.
    low, high : float
        Bounds of the slope.
    speed : float
        Share of the gap to the common path that closes each year, as a continuous rate; NaN where the slope is too
        steep to be one.
    half_life : float
        Years in which half of the gap closes; infinite where it does not.
    n : int
        Counties.
    years : float
        Years between the first and the last value.
    level : float
        Coverage that the bounds aim at.
    """

    slope: float
    low: float
    high: float
    speed: float
    half_life: float
    n: int
    years: float
    level: float


def sigma(values: npt.ArrayLike) -> float:
    r"""
    Measure how far apart counties stand, by the standard deviation of the logarithms.

    Sigma convergence is that this number falls from year to year.

    Parameters
    ----------
    values : array_like, shape (n,)
        One positive value a county; counties count alike.

    Returns
    -------
    float
        0 where all are equal; about the coefficient of variation where they are near each other.

    Raises
    ------
    MeasureError
        If a value is missing or not positive.

    Notes
    -----
    .. math:: \sigma = \sqrt{\frac{1}{n} \sum_i (\ln x_i - \overline{\ln x})^2}.

    All counties are there, so that nothing is taken off :math:`n`.

    References
    ----------
    .. [1] Barro, R. J. and Sala-i-Martin, X. (1992). Convergence. Journal of Political Economy 100(2), 223–251.

    Examples
    --------
    Two counties, one with e² times what the other has: logarithms 0 and 2.

    >>> round(sigma([1.0, np.exp(2.0)]), 12)
    1.0
    """
    return float(sigmas(values, np.zeros(np.size(values), dtype=np.intp))[0])


def sigmas(values: npt.ArrayLike, groups: npt.ArrayLike) -> FloatArray:
    """
    Measure `sigma` of many groups at once: of every indicator in every year.

    Parameters
    ----------
    values : array_like, shape (n,)
        Positive values.
    groups : array_like of int, shape (n,)
        Number of the group of each, from 0.

    Returns
    -------
    ndarray of float, shape (g,)
        NaN where a number below the highest has no value.

    Raises
    ------
    MeasureError
        If a value is missing or not positive, or lengths differ.

    Examples
    --------
    >>> sigmas([1.0, 1.0, 5.0, 5.0], [0, 0, 2, 2])
    array([ 0., nan,  0.])
    """
    logarithm, code = _logarithms(values, "values"), np.asarray(groups, dtype=np.intp)
    same_length(logarithm.size, code.size, "values", "groups")
    count = np.bincount(code).astype(np.float64)
    count[count == 0] = np.nan
    away = logarithm - (np.bincount(code, logarithm) / count)[code]
    return np.asarray(np.sqrt(np.bincount(code, away**2) / count))


def beta_convergence(
    first: npt.ArrayLike, last: npt.ArrayLike, years: float, *, level: float = 0.95
) -> BetaConvergence:
    r"""
    Ask whether counties that were behind grew faster, by regressing yearly growth on the first value.

    Parameters
    ----------
    first, last : array_like, shape (n,)
        Positive values of the same counties, n at least 3.
    years : float
        Years between them.
    level : float
        Coverage of the bounds, between 0 and 1.

    Returns
    -------
    BetaConvergence
        Slope, bounds, speed.

    Raises
    ------
    MeasureError
        If a value is missing or not positive, there are fewer than three counties or no years between, or all first
        values are equal.

    See Also
    --------
    sigma : A negative slope does not imply that counties draw together.

    Notes
    -----
    .. math:: \frac{1}{T} \ln \frac{x_{iT}}{x_{i0}} = a + b \ln x_{i0} + e_i, \qquad
        b = -\frac{1 - e^{-\beta T}}{T}.

    Bounds of :math:`b` are from Student's t with the variance that allows counties to scatter unequally (HC1): the
    counties are one draw from what moved them. Chance in the first value alone makes :math:`b` negative (Galton's
    fallacy), so that it says nothing about causes.

    References
    ----------
    .. [1] Barro, R. J. and Sala-i-Martin, X. (1992). Convergence. Journal of Political Economy 100(2), 223–251.
    .. [2] Quah, D. (1993). Galton's fallacy and tests of the convergence hypothesis. Scandinavian Journal of Economics
       95(4), 427–443.
    .. [3] MacKinnon, J. G. and White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators with
       improved finite sample properties. Journal of Econometrics 29(3), 305–325.

    Examples
    --------
    Every gap to 1 halves, in logarithms, in ten years: the rate is ln 2 / 10.

    >>> found = beta_convergence([0.25, 1.0, 4.0], [0.5, 1.0, 2.0], years=10)
    >>> round(found.slope, 6), round(found.speed, 6), round(found.half_life, 6)
    (-0.05, 0.069315, 10.0)
    """
    start, end = _logarithms(first, "first"), _logarithms(last, "last")
    same_length(start.size, end.size, "first", "last")
    if start.size < 3 or not years > 0 or not 0 < level < 1:
        raise MeasureError(
            f"Convergence needs three counties, years between and a level from 0 to 1; got {start.size} counties, "
            f"{years:g} years, level {level:g}."
        )
    away = start - start.mean()
    square = float(away @ away)
    if square <= np.finfo(float).eps * start.size:
        raise MeasureError("First values are all equal: none is behind.", hint="Take an earlier year.")
    growth = (end - start) / years
    slope = float(away @ growth) / square
    residual = growth - growth.mean() - slope * away
    scale = start.size / (start.size - 2)
    error = float(np.sqrt(scale * ((away * residual) ** 2).sum())) / square
    reach = float(stdtrit(start.size - 2, (1 + level) / 2)) * error
    left = 1 + slope * years
    speed = float(-np.log(left) / years) if left > 0 else np.nan
    half_life = float(np.log(2) / speed) if speed > 0 else np.nan if np.isnan(speed) else np.inf
    return BetaConvergence(slope, slope - reach, slope + reach, speed, half_life, start.size, float(years), level)


def _logarithms(values: npt.ArrayLike, name: str) -> FloatArray:
    """Take logarithms of positive numbers."""
    array = numbers(values, name)
    if not (array > 0).all():
        raise MeasureError(
            f"{name} must be positive to take logarithms; got {array.min():g}.",
            hint="Leave these counties out knowingly and report how many.",
        )
    return np.asarray(np.log(array))
