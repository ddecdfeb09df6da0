"""Agreement of raters who put the same units into categories: Cohen's and Fleiss' kappa, and the other coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from edubalance.errors import MeasureError
from edubalance.measures._arrays import BoolArray, FloatArray
from edubalance.measures._intervals import METHODS, check_options
from edubalance.measures._survey import ABSENT, complete_rows, rating_table, side_by_side, tally
from edubalance.measures.intraclass import FORMS, IntraclassCorrelation, icc
from edubalance.measures.krippendorff import LEVELS, CodingReliability, krippendorff_alpha
from edubalance.measures.uncertainty import Interval

__all__ = [
    "FORMS",
    "LEVELS",
    "WEIGHTS",
    "CodingReliability",
    "IntraclassCorrelation",
    "Kappa",
    "cohen_kappa",
    "fleiss_kappa",
    "icc",
    "krippendorff_alpha",
]

WEIGHTS = ("linear", "quadratic")


@dataclass(frozen=True, kw_only=True)
class Kappa(Interval):
    """
    Agreement beyond chance with its interval.

    Attributes
    ----------
    standard_error : float
        Large-sample standard error.
    observed, expected : float
        Share of agreement found, and expected by chance; with weights, near agreement counts in part.
    used, dropped : int
        Units that counted, and units left out because a rating was missing.
    """

    standard_error: float
    observed: float
    expected: float
    used: int
    dropped: int


def cohen_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    weights: str | None = None,
    missing: str = "refuse",
    level: float = 0.95,
) -> Kappa:
    r"""
    Compute Cohen's kappa of two raters.

    Parameters
    ----------
    first, second : array_like, each of shape (n,)
        What each rater said of the same units: labels, or with weights numbers.
    weights : {None, "linear", "quadratic"}
        None counts any disagreement alike; otherwise it counts by the distance of the two numbers, or its square.
    missing : {"refuse", "listwise"}
        Units that a rater left out are refused, or left out and counted.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Kappa
        The coefficient, its standard error and bounds, cut at 1. Where the raters agree on every unit the standard
        error is 0, which says more about the formula than about the raters.

    Raises
    ------
    MeasureError
        If the columns differ in length, fewer than two units are complete, weights are asked for labels that are not
        numbers, or both raters use one and the same category throughout.

    See Also
    --------
    krippendorff_alpha : For more raters, gaps, and any level of measurement.

    Notes
    -----
    With shares :math:`p_{ij}` of units that the first put into i and the second into j, their sums :math:`p_{i.}` and
    :math:`p_{.j}`, and weights :math:`w_{ij}` of agreement from 0 to 1,

    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}, \quad p_o = \sum w_{ij} p_{ij},
              \quad p_e = \sum w_{ij} p_{i.} p_{.j}.

    With :math:`\bar w_{i.} = \sum_j w_{ij} p_{.j}` and :math:`\bar w_{.j} = \sum_i w_{ij} p_{i.}` its variance is

    .. math:: \frac{\sum p_{ij} [w_{ij} (1 - p_e) - (\bar w_{i.} + \bar w_{.j}) (1 - p_o)]^2
              - (p_o p_e - 2 p_e + p_o)^2}{n (1 - p_e)^4}.

    Distances are those of the numbers: a grade in between that nobody gave keeps its place.

    References
    ----------
    .. [1] Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement
       20, 37-46.
    .. [2] Cohen, J. (1968). Weighted kappa. Psychological Bulletin 70, 213-220.
    .. [3] Fleiss, J. L., Cohen, J. and Everitt, B. S. (1969). Large sample standard errors of kappa and weighted
       kappa. Psychological Bulletin 72, 323-327.

    Examples
    --------
    Three of four units agree; by chance half would: (3/4 - 1/2) / (1 - 1/2).

    >>> found = cohen_kappa(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"])
    >>> found.estimate, found.observed, found.expected
    (0.5, 0.75, 0.5)
    """
    check_options(level, METHODS[0], 2)
    if weights is not None and weights not in WEIGHTS:
        raise MeasureError(f"weights must be None or one of {', '.join(WEIGHTS)}; got {weights!r}.")
    codes, values = rating_table(side_by_side(first, second), numeric=weights is not None)
    kept = complete_rows(codes == ABSENT, "ratings", missing)
    counts = np.zeros((values.size, values.size))
    np.add.at(counts, tuple(codes[kept].T), 1.0)
    shares = counts / counts.sum()
    agreement = _agreement(values, weights)
    observed = float((agreement * shares).sum())
    by_second, by_first = agreement @ shares.sum(axis=0), shares.sum(axis=1) @ agreement
    expected = float(shares.sum(axis=1) @ by_second)
    _refuse_certain(expected)
    terms = agreement * (1 - expected) - (by_second[:, np.newaxis] + by_first) * (1 - observed)
    variance = float((shares * terms**2).sum()) - (observed * expected - 2 * expected + observed) ** 2
    error = math.sqrt(max(variance, 0.0) / kept.sum()) / (1 - expected) ** 2
    return _kappa(observed, expected, error, level, "normal", kept)


def fleiss_kappa(ratings: npt.ArrayLike, *, missing: str = "refuse", level: float = 0.95) -> Kappa:
    r"""
    Compute Fleiss' kappa of any number of raters.

    Parameters
    ----------
    ratings : array_like, shape (n, m)
        One row a unit, one column a rater, at least two: labels or numbers. The raters need not be the same persons
        from unit to unit, as long as there are as many.
    missing : {"refuse", "listwise"}
        Units that lack a rating are refused, or left out and counted.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Kappa
        The coefficient, its standard error and bounds, cut at 1. Where the raters agree on every unit the standard
        error is 0, which says more about the formula than about the raters.

    Raises
    ------
    MeasureError
        If there are fewer than two raters or complete units, or all raters use one and the same category throughout.

    See Also
    --------
    krippendorff_alpha : With gaps, and any level of measurement.

    Notes
    -----
    With :math:`n_{ij}` of m raters who put unit i into category j, and the shares :math:`p_j` of all ratings,

    .. math:: \kappa = \frac{\bar P - P_e}{1 - P_e}, \quad
              P_i = \frac{\sum_j n_{ij}^2 - m}{m (m - 1)}, \quad P_e = \sum_j p_j^2.

    Units are taken as a sample and raters as given. The standard error is that of the mean of the units'
    contributions :math:`[P_i - \bar P - 2 (1 - \kappa)(\sum_j p_j n_{ij} / m - P_e)] / (1 - P_e)`; the interval uses
    Student's t with n - 1 degrees of freedom.

    References
    ----------
    .. [1] Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin 76,
       378-382.
    .. [2] Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th edition, chapter 5. Advanced Analytics.

    Examples
    --------
    Of the pairs of raters a third agrees on the first unit, all on the second; by chance 1/9 + 4/9 would:
    (2/3 - 5/9) / (4/9).

    >>> found = fleiss_kappa([["a", "a", "b"], ["b", "b", "b"]])
    >>> round(found.estimate, 4)
    0.25
    """
    check_options(level, METHODS[0], 2)
    codes, values = rating_table(ratings, numeric=False)
    kept = complete_rows(codes == ABSENT, "ratings", missing)
    raters = codes.shape[1]
    if raters < 2:
        raise MeasureError(f"At least two raters are needed; got {raters}.")
    counts = tally(codes[kept], values.size)
    shares = counts.mean(axis=0) / raters
    pairs = ((counts**2).sum(axis=1) - raters) / (raters * (raters - 1))
    observed, expected = float(pairs.mean()), float(shares @ shares)
    _refuse_certain(expected)
    beyond = (observed - expected) / (1 - expected)
    parts = (pairs - observed - 2 * (1 - beyond) * (counts @ shares / raters - expected)) / (1 - expected)
    error = math.sqrt(float(parts @ parts) / (parts.size * (parts.size - 1)))
    return _kappa(observed, expected, error, level, "t", kept)


def _agreement(values: FloatArray, weights: str | None) -> FloatArray:
    """Weigh how far two values agree: 1 for the same, 0 for those farthest apart, or for any two that differ."""
    if weights is None or values.size == 1:
        return np.eye(values.size)
    distances = np.abs(values[:, np.newaxis] - values) ** (2 if weights == "quadratic" else 1)
    weighed: FloatArray = 1 - distances / distances.max()
    return weighed


def _refuse_certain(expected: float) -> None:
    """Refuse raters who used one category only: chance alone would make them agree."""
    if expected > 1 - 1e-12:
        raise MeasureError(
            "The raters must use at least two categories; all used one and the same.",
            hint="Report the share of agreement: nothing shows that they could tell units apart.",
        )


def _kappa(observed: float, expected: float, error: float, level: float, method: str, kept: BoolArray) -> Kappa:
    """Put kappa and its interval together, with quantiles of the normal or of Student's distribution."""
    estimate, used, tail = (observed - expected) / (1 - expected), int(kept.sum()), (1 + level) / 2
    half = error * float(ndtri(tail) if method == "normal" else stdtrit(used - 1, tail))
    return Kappa(
        estimate,
        estimate - half,
        min(estimate + half, 1.0),
        level,
        method,
        standard_error=error,
        observed=observed,
        expected=expected,
        used=used,
        dropped=kept.size - used,
    )
