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
    sum_by,
    weights_of,
)
from edubalance.measures._intervals import METHODS, check_options
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
    """

    standard_error: float
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
    """

    standard_error: float
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
    With the weighted mean :math:`\bar x` and the school totals
    :math:`u_c = \sum_{i \in c} w_i (x_i - \bar x) / \sum w`, the variance is
    :math:`\frac{m}{m - 1} \sum_c u_c^2` over m schools (linearisation, schools as drawn with replacement), and the
    bounds take Student's t with m - 1 degrees of freedom. Where every respondent is a school and weights are equal,
    this is the textbook's interval of a mean.

    References
    ----------
    .. [1] Cochran, W. G. (1977). Sampling Techniques, 3rd edition, section 11.7. Wiley.

    Examples
    --------
    Two schools of two who agree: the school means are 1 and 3, so that the variance is that of two numbers.

    >>> found = clustered_mean([1, 1, 3, 3], ["A", "A", "B", "B"])
    >>> found.estimate, found.standard_error, found.clusters
    (2.0, 1.0, 2)
    """
    check_options(level, METHODS[0], 2)
    x, code, w = _respondents(values, clusters, weights)
    share = w / w.sum()
    mean = float(share @ x)
    error, freedom = _spread(share * (x - mean), code)
    deviation = float(share @ (x - mean) ** 2) * x.size / max(x.size - 1, 1)
    effective = deviation / error**2 if error > 0 else float(x.size)
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    return ClusteredMean(
        mean, mean - half, mean + half, level, "t", standard_error=error, n=x.size, clusters=freedom + 1,
        effective=effective,
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
        If values or labels are missing, a group is empty, or there are fewer than three schools.

    See Also
    --------
    edubalance.measures.cluster_effects.clustered_effects : The same in standard deviations, and in pairs.

    Notes
    -----
    As in `clustered_mean`, with :math:`u_c` the school's total of :math:`w_i (x_i - \bar x_1) / W_1` over its
    respondents of the first group less :math:`w_i (x_i - \bar x_2) / W_2` over those of the second; Student's t has
    m - 2 degrees of freedom.

    Examples
    --------
    >>> found = clustered_difference([4, 2, 3, 1], [True, True, False, False], ["A", "B", "C", "D"])
    >>> found.estimate, round(found.standard_error, 4)
    (1.0, 1.1547)
    """
    check_options(level, METHODS[0], 2)
    x, code, w = _respondents(values, clusters, weights)
    first = _halves(inside, x.size)
    shares = [np.where(part, w, 0.0) / w[part].sum() for part in (first, ~first)]
    means = [float(share @ x) for share in shares]
    error, freedom = _spread(shares[0] * (x - means[0]) - shares[1] * (x - means[1]), code)
    if freedom < 2:
        raise MeasureError(f"Two groups must come from three schools at least; got {freedom + 1}.")
    estimate = means[0] - means[1]
    half = float(stdtrit(freedom - 1, (1 + level) / 2)) * error
    p = 2 * float(stdtr(freedom - 1, -abs(estimate) / error)) if error > 0 else math.nan
    return ClusteredDifference(
        estimate, estimate - half, estimate + half, level, "t", standard_error=error, p=p,
        first=int(first.sum()), second=int((~first).sum()), clusters=freedom + 1,
    )  # fmt: skip


def _respondents(
    values: npt.ArrayLike, clusters: Clusters, weights: npt.ArrayLike | None
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Turn what was given into numbers, school numbers and weights."""
    x = numbers(values, "values")
    _, code = codes_of(labels_of(clusters, x.size, "clusters"))
    return x, code, weights_of(weights, x.size)


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


def _spread(parts: FloatArray, code: IntArray) -> tuple[float, int]:
    """Return the standard error of a sum of parts over schools, and its degrees of freedom."""
    totals = sum_by(code, parts)
    if totals.size < 2:
        raise MeasureError(
            "Respondents must come from two schools at least; all are of one.",
            hint="One school does not show how schools differ.",
        )
    return math.sqrt(totals.size / (totals.size - 1) * float(totals @ totals)), totals.size - 1
