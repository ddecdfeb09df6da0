"""Effect sizes: how far two groups of respondents stand apart, in standard deviations or in pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, numbers
from edubalance.measures._intervals import METHODS, check_options
from edubalance.measures.uncertainty import Interval

Amount = TypeVar("Amount", float, FloatArray)


@dataclass(frozen=True, kw_only=True)
class Effect(Interval):
    """
    An effect size with its interval.

    Attributes
    ----------
    standard_error : float
        Standard error of the estimate.
    first, second : int
        Numbers of both groups.
    """

    standard_error: float
    first: int
    second: int


def cohens_d(first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = 0.95) -> Effect:
    r"""
    Compute Cohen's d: the difference of two means in pooled standard deviations.

    Parameters
    ----------
    first, second : array_like
        One number a respondent; none missing, two at least in each group.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Effect
        Positive where the first group has more. The interval takes respondents as independent of each other: where
        those of one school resemble each other, use `edubalance.measures.cluster_effects.clustered_effects`.

    Raises
    ------
    MeasureError
        If values are missing, a group has fewer than two, or nobody differs.

    See Also
    --------
    hedges_g : Without the bias of small samples.
    cliffs_delta : For answers of which only the order counts.
    edubalance.measures.cluster_effects.clustered_effects : Where respondents come in schools.

    Notes
    -----
    .. math:: d = \frac{\bar x_1 - \bar x_2}{s}, \quad s^2 = \frac{(n_1 - 1) s_1^2 + (n_2 - 1) s_2^2}{n_1 + n_2 - 2},
              \quad V_d = \frac{n_1 + n_2}{n_1 n_2} + \frac{d^2}{2 (n_1 + n_2)},

    and the bounds are :math:`d \pm z \sqrt{V_d}`.

    References
    ----------
    .. [1] Borenstein, M., Hedges, L. V., Higgins, J. P. T. and Rothstein, H. R. (2009). Introduction to Meta-Analysis,
       chapter 4. Wiley.

    Examples
    --------
    Means 3 and 2, both variances 1.

    >>> found = cohens_d([2, 3, 4], [1, 2, 3])
    >>> found.estimate, round(found.standard_error**2, 4)
    (1.0, 0.75)
    """
    check_options(level, METHODS[0], 2)
    x, y = _group(first, "first"), _group(second, "second")
    return _effect(*_standardised(x, y), (x.size, y.size), level)


def hedges_g(first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = 0.95) -> Effect:
    r"""
    Compute Hedges' g: Cohen's d corrected for the bias of small samples.

    Parameters
    ----------
    first, second : array_like
        One number a respondent; none missing, two at least in each group.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Effect
        Positive where the first group has more. Respondents are taken as independent of each other.

    Raises
    ------
    MeasureError
        If values are missing, a group has fewer than two, or nobody differs.

    See Also
    --------
    cohens_d : Before the correction.

    Notes
    -----
    :math:`g = J d` and :math:`V_g = J^2 V_d`, with :math:`J = 1 - 3 / (4 (n_1 + n_2 - 2) - 1)`.

    References
    ----------
    .. [1] Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and related estimators.
       Journal of Educational Statistics 6, 107-128.

    Examples
    --------
    d is 1 and J is 1 - 3/15.

    >>> round(hedges_g([2, 3, 4], [1, 2, 3]).estimate, 4)
    0.8
    """
    check_options(level, METHODS[0], 2)
    x, y = _group(first, "first"), _group(second, "second")
    estimate, error = _standardised(x, y)
    shrink = correction(x.size + y.size - 2)
    return _effect(shrink * estimate, shrink * error, (x.size, y.size), level)


def correction(freedom: Amount) -> Amount:
    """
    Return the factor by which Hedges corrects Cohen's d.

    Parameters
    ----------
    freedom : float or ndarray of float
        Degrees of freedom: the numbers of both groups less 2.

    Returns
    -------
    float or ndarray of float
        Below 1, the nearer to it the more respondents there are.

    Examples
    --------
    >>> correction(4)
    0.8
    """
    return 1 - 3 / (4 * freedom - 1)


def cliffs_delta(first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = 0.95) -> Effect:
    r"""
    Compute Cliff's delta: how much more often one of the first group exceeds one of the second than the reverse.

    Only the order of answers counts, not the distance between them.

    Parameters
    ----------
    first, second : array_like
        One number a respondent; none missing, two at least in each group.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Effect
        From -1 to 1; 0 where neither group dominates. Respondents are taken as independent of each other.
        `Effect.standard_error` is 0 where delta is -1 or 1, though its interval is none of width 0.

    Raises
    ------
    MeasureError
        If values are missing, or a group has fewer than two.

    See Also
    --------
    hedges_g : For means.

    Notes
    -----
    With :math:`d_{ij} = sign(x_i - y_j)` and its means :math:`d_{i.}`, :math:`d_{.j}` and :math:`\delta`, the variance
    is the unbiased one, but at least :math:`(1 - \delta^2) / (n_1 n_2 - 1)`,

    .. math:: s^2 = \frac{n_2^2 \sum_i (d_{i.} - \delta)^2 + n_1^2 \sum_j (d_{.j} - \delta)^2
              - \sum_{ij} (d_{ij} - \delta)^2}{n_1 n_2 (n_1 - 1) (n_2 - 1)},

    and with Student's t of :math:`n_1 + n_2 - 2` degrees of freedom the bounds, which stay between -1 and 1, are

    .. math:: \frac{\delta - \delta^3 \pm t s \sqrt{(1 - \delta^2)^2 + t^2 s^2}}{1 - \delta^2 + t^2 s^2}.

    Where one group lies wholly above the other, nothing varies; the bound on the inner side is then that of the next
    value that delta can have, :math:`1 - 2 / (n_1 n_2)`, with the least variance, and the outer bound is 1.

    References
    ----------
    .. [1] Cliff, N. (1996). Ordinal Methods for Behavioral Data Analysis, chapter 5. Lawrence Erlbaum.

    Examples
    --------
    Of four pairs three are won, one is a draw.

    >>> cliffs_delta([2, 3], [1, 2]).estimate
    0.75
    """
    check_options(level, METHODS[0], 2)
    x, y = _group(first, "first"), _group(second, "second")
    signs = np.sign(np.subtract.outer(*np.split(rounding.tied(np.concatenate([x, y])), [x.size])))
    delta = float(signs.mean())
    error = math.sqrt(_dominance_variance(signs, delta))
    low, high = _delta_bounds(delta, error, signs.size, float(stdtrit(x.size + y.size - 2, (1 + level) / 2)))
    return Effect(delta, low, high, level, "t", standard_error=error, first=x.size, second=y.size)


def _delta_bounds(delta: float, error: float, pairs: int, quantile: float) -> tuple[float, float]:
    """Compute bounds of Cliff's delta; of -1 or 1, the inner bound is that of the next value that there is."""
    if abs(delta) == 1:
        near = delta * (1 - 2 / pairs)
        inner = _delta_bounds(near, math.sqrt((1 - near**2) / (pairs - 1)), pairs, quantile)
        return (inner[0], 1.0) if delta > 0 else (-1.0, inner[1])
    reach = quantile * error
    spread, half = 1 - delta**2 + reach**2, reach * math.sqrt((1 - delta**2) ** 2 + reach**2)
    return (delta - delta**3 - half) / spread, (delta - delta**3 + half) / spread


def _dominance_variance(signs: FloatArray, delta: float) -> float:
    """Estimate the variance of Cliff's delta without bias, but not below what it is at the least."""
    first, second = signs.shape
    rows = second**2 * float(((signs.mean(axis=1) - delta) ** 2).sum())
    columns = first**2 * float(((signs.mean(axis=0) - delta) ** 2).sum())
    cells = float(((signs - delta) ** 2).sum())
    unbiased = (rows + columns - cells) / (signs.size * (first - 1) * (second - 1))
    return float(max(unbiased, (1 - delta**2) / (signs.size - 1)))


def _group(values: npt.ArrayLike, name: str) -> FloatArray:
    """Turn one group into floats; one respondent alone has no spread."""
    array = numbers(values, name)
    if array.size < 2:
        raise MeasureError(f"Each group must have two respondents at least; {name} has {array.size}.")
    return array


def _standardised(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Compute d and its standard error."""
    squares = (x.size - 1) * float(x.var(ddof=1)) + (y.size - 1) * float(y.var(ddof=1))
    if squares <= 0:
        raise MeasureError(
            "Respondents must differ inside a group; all of each group answered alike.",
            hint="Report the two means themselves.",
        )
    d = float(x.mean() - y.mean()) / math.sqrt(squares / (x.size + y.size - 2))
    return d, math.sqrt((x.size + y.size) / (x.size * y.size) + d**2 / (2 * (x.size + y.size)))


def _effect(estimate: float, error: float, sizes: tuple[int, int], level: float) -> Effect:
    """Put a normal interval around an effect."""
    half = float(ndtri((1 + level) / 2)) * error
    low, high = estimate - half, estimate + half
    return Effect(estimate, low, high, level, "normal", standard_error=error, first=sizes[0], second=sizes[1])
