"""Reliability of a scale made of survey items: alpha, omega, and what each item adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import fdtri

from edubalance.measures._alpha import alpha_of
from edubalance.measures._arrays import FloatArray
from edubalance.measures._axes import check_count, correlations, principal_axes
from edubalance.measures._intervals import METHODS, check_options
from edubalance.measures._survey import answers
from edubalance.measures.factors import Loadings, factor_loadings, varimax
from edubalance.measures.items import ItemValues, alpha_if_deleted, item_rest_correlations, on_scale, reverse
from edubalance.measures.suitability import SamplingAdequacy, Sphericity, bartlett_sphericity, kmo
from edubalance.measures.uncertainty import Interval

__all__ = [
    "Alpha",
    "ItemValues",
    "Loadings",
    "Omega",
    "SamplingAdequacy",
    "Sphericity",
    "alpha_if_deleted",
    "bartlett_sphericity",
    "cronbach_alpha",
    "factor_loadings",
    "item_rest_correlations",
    "kmo",
    "omega_total",
    "on_scale",
    "reverse",
    "varimax",
]


@dataclass(frozen=True, kw_only=True)
class Alpha(Interval):
    """
    Cronbach's alpha with its interval.

    Attributes
    ----------
    standardized : float
        Alpha of the items scaled to equal variance; NaN where an item does not vary.
    items : int
        Number of items.
    used, dropped : int
        Rows that counted, and rows left out because they had gaps.
    """

    standardized: float
    items: int
    used: int
    dropped: int


@dataclass(frozen=True)
class Omega:
    """
    McDonald's omega total.

    Attributes
    ----------
    estimate : float
        Reliability of the sum of the items as answered.
    standardized : float
        Reliability of the sum of the items scaled to equal variance.
    loadings : ndarray of float, shape (k,)
        Standardised loadings on the one factor. A negative one marks an item that may have to be reversed.
    used, dropped : int
        Rows that counted, and rows left out because they had gaps.
    """

    estimate: float
    standardized: float
    loadings: FloatArray
    used: int
    dropped: int


def cronbach_alpha(items: npt.ArrayLike, *, missing: str = "refuse", level: float = 0.95) -> Alpha:
    r"""
    Compute Cronbach's alpha with Feldt's interval.

    Alpha is the reliability of the sum only where all items measure one thing equally well; otherwise it is usually a
    lower bound. It rises with the number of items, and does not show that there is one dimension.

    Parameters
    ----------
    items : array_like, shape (n, k)
        Answers, one row a person, one column an item, all worded the same way round.
    missing : {"refuse", "listwise"}
        Rows with gaps are refused, or left out and counted.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Alpha
        The coefficient, its bounds, and the standardised coefficient.

    Raises
    ------
    MeasureError
        If there are fewer than two items or complete rows, or the sums of the items do not vary.

    See Also
    --------
    omega_total : Without the assumption that all items measure equally well.
    reverse : For items worded the other way round.

    Notes
    -----
    With the variances of the k items and of their sum,

    .. math:: \alpha = \frac{k}{k - 1} \left(1 - \frac{\sum_i s_i^2}{s_{sum}^2}\right);

    the standardised one puts correlations in place of covariances. Under a two-way model with normal errors
    :math:`(1 - \alpha) / (1 - \hat\alpha)` follows F with n - 1 and (n - 1)(k - 1) degrees of freedom, so that the
    bounds are :math:`1 - (1 - \hat\alpha) F_{1 \mp a / 2}`.

    References
    ----------
    .. [1] Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika 16, 297-334.
    .. [2] Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability coefficient
       twenty. Psychometrika 30, 357-370.

    Examples
    --------
    Items of variance 1 and 1, their sum of variance 3: 2 (1 - 2/3).

    >>> found = cronbach_alpha([[1, 1], [2, 3], [3, 2]])
    >>> round(found.estimate, 4), found.items, found.used
    (0.6667, 2, 3)
    """
    check_options(level, METHODS[0], 2)
    table, dropped = answers(items, missing)
    rows, columns = table.shape
    estimate = alpha_of(np.cov(table, rowvar=False))
    varies = bool((np.ptp(table, axis=0) > 0).all())
    standardized = alpha_of(correlations(table)) if varies else float("nan")
    beyond = [float(fdtri(rows - 1, (rows - 1) * (columns - 1), tail)) for tail in ((1 + level) / 2, (1 - level) / 2)]
    low, high = (1 - (1 - estimate) * quantile for quantile in beyond)
    return Alpha(
        estimate, low, high, level, "feldt", standardized=standardized, items=columns, used=rows, dropped=dropped
    )


def omega_total(items: npt.ArrayLike, *, missing: str = "refuse") -> Omega:
    r"""
    Compute McDonald's omega of a scale with one factor.

    Parameters
    ----------
    items : array_like, shape (n, k)
        Answers, one row a person, one column an item; at least three items.
    missing : {"refuse", "listwise"}
        Rows with gaps are refused, or left out and counted.

    Returns
    -------
    Omega
        The coefficient for the items as answered and for scaled ones, and the loadings.

    Raises
    ------
    MeasureError
        If there are fewer than three items, an item does not vary, or the factor model has no proper solution.

    See Also
    --------
    factor_loadings : Whether one factor is enough, and how the factor is extracted.
    edubalance.measures.uncertainty.bootstrap : An interval, by drawing the positions of rows.

    Notes
    -----
    With loadings :math:`\lambda_i` and standard deviations :math:`s_i`,

    .. math:: \omega = \frac{(\sum_i \lambda_i s_i)^2}
              {(\sum_i \lambda_i s_i)^2 + \sum_i (1 - \lambda_i^2) s_i^2}.

    The factor is extracted from the correlations by principal axis factoring. Omega equals standardised alpha where
    all loadings are equal, and exceeds it otherwise.

    References
    ----------
    .. [1] McDonald, R. P. (1999). Test Theory: A Unified Treatment, chapter 6. Lawrence Erlbaum.

    Examples
    --------
    Three items that correlate by 1/2 load by √(1/2): 9/2 over 9/2 + 3/2.

    >>> from itertools import product
    >>> signs = np.array(list(product((-1, 1), repeat=4)))
    >>> found = omega_total(signs[:, :1] + signs[:, 1:])
    >>> round(found.estimate, 4), found.loadings.round(4).tolist()
    (0.75, [0.7071, 0.7071, 0.7071])
    """
    table, dropped = answers(items, missing, columns=3)
    check_count(table.shape[1], 1)
    loadings = principal_axes(correlations(table), 1)[0][:, 0]
    deviations = table.std(axis=0, ddof=1)
    return Omega(_omega(loadings, deviations), _omega(loadings, np.ones_like(loadings)), loadings, len(table), dropped)


def _omega(loadings: FloatArray, deviations: FloatArray) -> float:
    """Divide the common variance of the sum by all of it."""
    common = float(loadings @ deviations) ** 2
    return common / (common + float((np.maximum(1 - loadings**2, 0.0) * deviations**2).sum()))
