"""Respondents in schools: means, differences and effect sizes whose intervals know that schoolmates answer alike."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from edubalance.errors import MeasureError
from edubalance.measures._arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    codes_of,
    labels_of,
    numbers,
    refuse_where,
    same_length,
    weights_of,
)
from edubalance.measures._intervals import check_level
from edubalance.measures._sandwich import clustered_error
from edubalance.measures.uncertainty import Interval

Clusters = Sequence[Hashable] | npt.NDArray[np.generic]


@dataclass(frozen=True, kw_only=True)
class ClusteredMean(Interval):
    """
    A weighted mean of respondents who come in schools.

    Attributes
    ----------
    standard_error : float
        Standard error of the mean.
    n, clusters : int
        Respondents and schools.
    effective : float
        How many independent respondents of equal weight would tell as much; `n` where nobody differs.
    freedom : float
        Satterthwaite's degrees of freedom; below 4 the interval is not to be relied on.
    """

    standard_error: float
    freedom: float
    n: int
    clusters: int
    effective: float


@dataclass(frozen=True, kw_only=True)
class ClusteredDifference(Interval):
    """
    The difference of two groups' weighted means, where respondents come in schools.

    Attributes
    ----------
    standard_error : float
        Standard error of the difference.
    p : float
        Two-sided p-value of no difference; NaN where nobody differs from the mean of the group.
    first, second : int
        Respondents of both groups.
    clusters : int
        Schools, of both groups together.
    freedom : float
        Satterthwaite's degrees of freedom; below 4 the interval and p are not to be relied on.
    """

    standard_error: float
    freedom: float
    p: float
    first: int
    second: int
    clusters: int


def effective_size(weights: npt.ArrayLike) -> float:
    r"""
    Count how many respondents of equal weight would tell as much as these: Kish's effective size.

    Parameters
    ----------
    weights : array_like, shape (n,)
        Sampling weights, none negative, not all zero.

    Returns
    -------
    float
        At most n, which is reached where all weights are equal.

    Raises
    ------
    MeasureError
        If weights are missing or negative, or all are zero.

    Notes
    -----
    :math:`n_{eff} = (\sum w_i)^2 / \sum w_i^2`. It counts what unequal weights cost, not that schoolmates are alike.

    References
    ----------
    .. [1] Kish, L. (1965). Survey Sampling, section 11.7. Wiley.

    Examples
    --------
    (1 + 1 + 2)² / (1 + 1 + 4) = 16 / 6.

    >>> round(effective_size([1, 1, 2]), 4)
    2.6667
    """
    weight = weights_of(weights, np.size(np.asarray(weights)))
    return float(weight.sum() ** 2 / (weight**2).sum())


def clustered_mean(
    values: npt.ArrayLike, clusters: Clusters, weights: npt.ArrayLike | None = None, *, level: float = 0.95
) -> ClusteredMean:
    r"""
    Put an interval around a mean of respondents whose schoolmates answer alike.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a respondent, none missing.
    clusters : sequence of labels, shape (n,)
        School of each respondent; two schools at least.
    weights : array_like, shape (n,), optional
        Sampling weights; all count alike unless given.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    ClusteredMean
        The mean and its bounds. Were respondents taken one by one, the interval would be too narrow.

    Raises
    ------
    MeasureError
        If values or labels are missing, or there is only one school.

    See Also
    --------
    clustered_difference : Of two groups.

    Notes
    -----
    With the shares :math:`p_i = w_i / \sum w` and the residuals :math:`e_i = x_i - \bar x` of school c, the variance is
    :math:`\sum_c (p_c' A_c e_c)^2`, where :math:`A_c` makes it unbiased for independent respondents (CR2), and the
    bounds take Student's t with Satterthwaite's degrees of freedom: m - 1 for m equal schools, fewer where a few
    have most of the weight. Where every respondent is a school and weights are equal, this is the textbook's interval
    of a mean. Respondents of zero weight are left out.

    References
    ----------
    .. [1] Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with
       multi-stage samples. Survey Methodology 28(2), 169-181.
    .. [2] Pustejovsky, J. E. and Tipton, E. (2018). Small-sample methods for cluster-robust variance estimation and
       hypothesis testing in fixed effects models. Journal of Business & Economic Statistics 36(4), 672-683.

    Examples
    --------
    Two schools of two who agree: the school means are 1 and 3, so that the variance is that of two numbers.

    >>> found = clustered_mean([1, 1, 3, 3], ["A", "A", "B", "B"])
    >>> found.estimate, round(found.standard_error, 9), found.clusters
    (2.0, 1.0, 2)
    """
    check_level(level)
    x, code, w = respondents(values, clusters, weights)
    if int(code.max()) < 1:
        raise MeasureError(
            "Respondents must come from two schools at least; all are of one.",
            hint="One school does not show how schools differ.",
        )
    share = w / w.sum()
    mean = float(share @ x)
    error, freedom = clustered_error(x, w, code, (np.ones(x.size, dtype=np.bool_),))
    deviation = float(share @ (x - mean) ** 2) * x.size / (x.size - 1)
    effective = deviation / error**2 if error > 0 else float(x.size)
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    return ClusteredMean(
        mean, mean - half, mean + half, level, "t", standard_error=error, freedom=freedom, n=x.size,
        clusters=int(code.max()) + 1, effective=effective,
    )  # fmt: skip


def clustered_difference(
    values: npt.ArrayLike,
    inside: npt.ArrayLike,
    clusters: Clusters,
    weights: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> ClusteredDifference:
    r"""
    Compare the means of two groups of respondents whose schoolmates answer alike.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a respondent, none missing.
    inside : array_like of bool, shape (n,)
        True for the first group, false for the second. A school may have respondents of both.
    clusters : sequence of labels, shape (n,)
        School of each respondent; three schools at least.
    weights : array_like, shape (n,), optional
        Sampling weights; all count alike unless given.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    ClusteredDifference
        First mean less second, with bounds and two-sided p.

    Raises
    ------
    MeasureError
        If values or labels are missing, a group comes from fewer than two schools, or both together from fewer than
        three.

    See Also
    --------
    edubalance.measures.cluster_effects.clustered_effects : The same in standard deviations, and in pairs.

    Notes
    -----
    CR2 as in `clustered_mean`; a school with respondents of both groups adds its difference of the two. Where every
    respondent is a school and weights are equal, the standard error is that of Welch's test, and with :math:`m_1` and
    :math:`m_2` schools the degrees of freedom are
    :math:`(1/m_1 + 1/m_2)^2 / (1 / (m_1^2 (m_1 - 1)) + 1 / (m_2^2 (m_2 - 1)))`: 2.5 for 3 against 27 [2]_.

    References
    ----------
    .. [1] Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with
       multi-stage samples. Survey Methodology 28(2), 169-181.
    .. [2] Imbens, G. W. and Kolesár, M. (2016). Robust standard errors in small samples: some practical advice. Review
       of Economics and Statistics 98(4), 701-712.

    Examples
    --------
    >>> found = clustered_difference([4, 2, 3, 1], [True, True, False, False], ["A", "B", "C", "D"])
    >>> found.estimate, round(found.standard_error, 4)
    (1.0, 1.4142)
    """
    check_level(level)
    x, code, w, first = two_groups(values, inside, clusters, weights)
    means = [float(w[part] @ x[part] / w[part].sum()) for part in (first, ~first)]
    error, freedom = clustered_error(x, w, code, (first, ~first))
    estimate = means[0] - means[1]
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    p = 2 * float(stdtr(freedom, -abs(estimate) / error)) if error > 0 else math.nan
    return ClusteredDifference(
        estimate, estimate - half, estimate + half, level, "t", standard_error=error, freedom=freedom, p=p,
        first=int(first.sum()), second=int((~first).sum()), clusters=int(code.max()) + 1,
    )  # fmt: skip


def respondents(
    values: npt.ArrayLike, clusters: Clusters, weights: npt.ArrayLike | None
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Turn what was given into numbers, school numbers and weights, without respondents of zero weight."""
    x = numbers(values, "values")
    labels, weight = labels_of(clusters, x.size, "clusters"), weights_of(weights, x.size)
    kept = weight > 0
    _, code = codes_of([label for label, one in zip(labels, kept, strict=True) if one])
    return x[kept], code, weight[kept]


def two_groups(
    values: npt.ArrayLike, inside: npt.ArrayLike, clusters: Clusters, weights: npt.ArrayLike | None
) -> tuple[FloatArray, IntArray, FloatArray, BoolArray]:
    """Turn what was given into numbers, school numbers, weights and the mark of the first group."""
    x = numbers(values, "values")
    first = _halves(inside, x.size)[weights_of(weights, x.size) > 0]
    x, code, weight = respondents(x, clusters, weights)
    schools = [np.unique(code[part]).size for part in (first, ~first)]
    if min(schools) < 2 or int(code.max()) < 2:
        raise MeasureError.of("too_few_clusters", first=schools[0], second=schools[1], both=int(code.max()) + 1)
    return x, code, weight, first


def _halves(inside: npt.ArrayLike, count: int) -> BoolArray:
    """Turn the mark of the first group into true and false; refuse a group that is empty."""
    array = np.asarray(inside)
    if array.dtype != np.bool_ or array.ndim != 1:
        raise MeasureError("inside must be one column of true and false.", hint="Compare the label: area == 'rural'.")
    same_length(array.size, count, "inside", "values")
    refuse_where(
        np.array([array.sum() == side for side in (0, count)]),
        "Both groups must have respondents",
        "group without",
        "Compare groups that there are.",
    )
    return array
