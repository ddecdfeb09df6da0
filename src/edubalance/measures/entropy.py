"""Entropy measures of inequality and Atkinson's index; their decomposition by groups is found here too."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from edubalance.errors import MeasureError
from edubalance.measures._arrays import counted, mean_of, positive, shares_and_ratios
from edubalance.measures._divergence import checked, divergence
from edubalance.measures.decomposition import Decomposition, GroupPart, decompose

__all__ = ["Decomposition", "GroupPart", "atkinson", "decompose", "generalized_entropy", "theil_l", "theil_t"]


def theil_t(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    r"""
    Compute Theil's T, which weighs groups by their share of the resource.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school. Zero is a value and counts (0 ln 0 = 0); negative numbers are refused.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    float
        Zero when all schools are equal; at most the logarithm of the number of pupils (of schools, unweighted).

    Raises
    ------
    MeasureError
        If a value is missing or negative, weights are negative or all zero, or the mean is zero.

    Notes
    -----
    With weight shares :math:`p_i` and ratios to the mean :math:`r_i`, :math:`T = \sum_i p_i \, r_i \ln r_i`.

    Examples
    --------
    Half of the schools have nothing: ln 2.

    >>> round(theil_t([0, 0, 10, 10]), 6)
    0.693147
    """
    return generalized_entropy(values, 1, weights)


def theil_l(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    r"""
    Compute Theil's L, the mean logarithmic deviation, which weighs groups by their share of pupils.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school, all positive.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    float
        Zero when all schools are equal; no upper bound.

    Raises
    ------
    MeasureError
        If a value is missing, negative or zero (the logarithm of zero is infinite), or weights are negative or all
        zero.

    See Also
    --------
    theil_t : Defined with zeros.

    Notes
    -----
    With weight shares :math:`p_i` and ratios to the mean :math:`r_i`, :math:`L = -\sum_i p_i \ln r_i`.

    Examples
    --------
    Means 5; −(ln 0.4 + ln 1.6) / 2 = −ln 0.8.

    >>> round(theil_l([2, 8]), 6)
    0.223144
    """
    return generalized_entropy(values, 0, weights)


def generalized_entropy(values: npt.ArrayLike, alpha: float, weights: npt.ArrayLike | None = None) -> float:
    r"""
    Compute the generalized entropy index GE(α).

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school. Zeros are allowed for positive `alpha` only.
    alpha : float
        Any finite number; the smaller, the more the poor end counts. 0 is Theil's L, 1 Theil's T, 2 half the squared
        coefficient of variation.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    float
        Zero when all schools are equal, else positive.

    Raises
    ------
    MeasureError
        If a value is missing or negative, or zero where `alpha` is not positive; if weights are negative or all zero,
        the mean is zero, or `alpha` is not finite.

    Notes
    -----
    With weight shares :math:`p_i` and ratios to the mean :math:`r_i`, in the limit for α of 0 and 1,

    .. math:: GE(\alpha) = \frac{1}{\alpha (\alpha - 1)} \Big( \sum_i p_i \, r_i^\alpha - 1 \Big) .

    Examples
    --------
    Schools with 4 and 6: a coefficient of variation of 0.2, half its square is 0.02.

    >>> round(generalized_entropy([4, 6], alpha=2), 12)
    0.02
    """
    if not np.isfinite(alpha):
        raise MeasureError(f"alpha must be a finite number; got {alpha:g}.", hint="Usual: 0, 1 and 2.")
    weight, array = counted(*checked(values, weights, alpha))
    ratio = array / positive(mean_of(array, weight))
    return float(weight @ divergence(ratio, alpha) / weight.sum())


def atkinson(values: npt.ArrayLike, epsilon: float, weights: npt.ArrayLike | None = None) -> float:
    r"""
    Compute Atkinson's index: the share of the resource that equal shares could do without.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zero is a value, negative numbers are refused.
    epsilon : float
        Aversion to inequality, finite and not negative. At 0 inequality does not matter.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    float
        From 0 (all schools are equal, or `epsilon` is 0) to 1. It is 1 where `epsilon` is at least 1 and a school with
        pupils has nothing: no amount elsewhere makes up for that.

    Raises
    ------
    MeasureError
        If a value is missing or negative, weights are negative or all zero, the mean is zero, or `epsilon` is
        negative or not finite.

    Notes
    -----
    With weight shares :math:`p_i` and ratios to the mean :math:`r_i`,

    .. math:: A = 1 - \Big( \sum_i p_i \, r_i^{1-\varepsilon} \Big)^{1/(1-\varepsilon)} ,

    and for ε = 1 one minus the ratio of the geometric to the arithmetic mean.

    Examples
    --------
    Geometric mean 4, mean 5.

    >>> round(atkinson([2, 8], epsilon=1), 12)
    0.2
    """
    if not 0 <= epsilon < np.inf:
        raise MeasureError(f"epsilon must be finite and not negative; got {epsilon:g}.", hint="Usual: 0.5, 1 and 2.")
    share, ratio = shares_and_ratios(values, weights)
    if epsilon >= 1 and ratio.min() == 0:
        return 1.0
    # Powers of multiples of the largest or smallest value cannot overflow; the index itself does not depend on it.
    unit = float(ratio.max() if epsilon < 1 else ratio.min())
    transformed = share @ special.boxcox(ratio / unit, 1 - epsilon)
    return max(0.0, 1 - unit * float(special.inv_boxcox(transformed, 1 - epsilon)))
