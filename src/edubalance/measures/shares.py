"""Shares of the satisfied where respondents have weights, come in schools, or did not come back."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from edubalance.errors import MeasureError
from edubalance.measures._arrays import numbers, refuse_where, weights_of
from edubalance.measures._intervals import METHODS, check_options
from edubalance.measures.clusters import clustered_mean, effective_size
from edubalance.measures.uncertainty import Interval


@dataclass(frozen=True, kw_only=True)
class Share(Interval):
    """
    A weighted share with its interval.

    Attributes
    ----------
    n : int
        Those who answered.
    effective : float
        How many independent respondents of equal weight would tell as much.
    """

    n: int
    effective: float


@dataclass(frozen=True)
class NonresponseBounds:
    """
    Where a share would lie, had all who were asked answered.

    Attributes
    ----------
    low, high : float
        Were none, and were all, of those who did not answer among the successes.
    answered : float
        Share of those asked who answered, by weight.
    """

    low: float
    high: float
    answered: float


def weighted_share(
    successes: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    clusters: Sequence[Hashable] | npt.NDArray[np.generic] | None = None,
    *,
    level: float = 0.95,
) -> Share:
    r"""
    Put Wilson's interval around a weighted share, by the effective number of respondents.

    Parameters
    ----------
    successes : array_like, shape (n,)
        1 (or true) for those who said yes, 0 for the others; none missing.
    weights : array_like, shape (n,), optional
        Sampling weights; all count alike unless given.
    clusters : sequence of labels, shape (n,), optional
        School of each respondent: schoolmates, who answer alike, then tell less than as many strangers would.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    Share
        The share and its bounds, from 0 to 1, and the effective number that they rest on.

    Raises
    ------
    MeasureError
        If answers are missing or neither 0 nor 1, or all come from one school.

    See Also
    --------
    edubalance.measures.uncertainty.wilson : Of counts, where all respondents count alike.

    Notes
    -----
    Without schools the effective number is Kish's. With schools it is :math:`p (1 - p) / V`, where V is the variance
    of `clustered_mean`, and Student's t with its degrees of freedom takes the place of the normal quantile; the number
    is at most Kish's; where all or none said yes, which leaves V at zero, it is Kish's.

    References
    ----------
    .. [1] Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
       positive counts estimated from survey data. Survey Methodology 24, 193-201.
    .. [2] Dean, N. and Pagano, M. (2015). Evaluating confidence interval methods for binomial proportions in clustered
       surveys. Journal of Survey Statistics and Methodology 3, 484-503.

    Examples
    --------
    Four pairs of schoolmates who agree tell as much as four strangers less one degree of freedom.

    >>> found = weighted_share([1, 1, 1, 1, 0, 0, 0, 0], clusters=list("AABBCCDD"))
    >>> found.estimate, round(found.effective, 6), found.n
    (0.5, 3.0, 8)
    """
    check_options(level, METHODS[0], 2)
    marks = numbers(successes, "successes")
    refuse_where(~np.isin(marks, (0.0, 1.0)), "Answers must be 0 or 1", "others", "Mark the satisfied with 1.")
    weight = weights_of(weights, marks.size)
    share, effective = float(marks @ weight / weight.sum()), effective_size(weight)
    quantile = float(ndtri((1 + level) / 2))
    if clusters is not None and np.ptp(marks[weight > 0]) > 0:
        found = clustered_mean(marks, clusters, weight)
        if found.standard_error > 0:
            effective = min(effective, share * (1 - share) / found.standard_error**2)
            quantile = float(stdtrit(found.freedom, (1 + level) / 2))
    low, high = _wilson(share, effective, quantile)
    return Share(share, low, high, level, "wilson", n=marks.size, effective=effective)


def nonresponse_bounds(
    successes: npt.ArrayLike, answered: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> NonresponseBounds:
    r"""
    Bound a share without any assumption on those who did not answer.

    The bounds are no interval of chance: nothing is known of those who kept silent, and a survey that loses one of ten
    leaves ten percentage points open.

    Parameters
    ----------
    successes : array_like of bool, shape (n,)
        True for those who answered and said yes; one row a person asked.
    answered : array_like of bool, shape (n,)
        True for those who answered.
    weights : array_like, shape (n,), optional
        Sampling weights; all count alike unless given.

    Returns
    -------
    NonresponseBounds
        Lowest and highest share that the answers allow.

    Raises
    ------
    MeasureError
        If somebody said yes without having answered.

    Notes
    -----
    With weights W of all asked, A of those who answered and S of those who said yes, :math:`S / W` and
    :math:`(S + W - A) / W`.

    References
    ----------
    .. [1] Horowitz, J. L. and Manski, C. F. (1998). Censoring of outcomes and regressors due to survey nonresponse.
       Journal of Econometrics 84, 37-58.

    Examples
    --------
    Of four asked three answered, of whom two said yes.

    >>> nonresponse_bounds([True, True, False, False], [True, True, True, False])
    NonresponseBounds(low=0.5, high=0.75, answered=0.75)
    """
    yes, came = (numbers(marks, name) for marks, name in ((successes, "successes"), (answered, "answered")))
    if yes.size != came.size or (yes > came).any():
        raise MeasureError(
            "Only those who answered can have said yes.", hint="Pass one row a person asked, in the same order."
        )
    weight = weights_of(weights, yes.size)
    said, back = float(yes @ weight / weight.sum()), float(came @ weight / weight.sum())
    return NonresponseBounds(said, said + 1 - back, back)


def _wilson(share: float, n: float, quantile: float) -> tuple[float, float]:
    """Return Wilson's bounds for a number of respondents that need not be whole."""
    z2 = quantile**2
    centre = share + z2 / (2 * n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2)))
    low = 0.0 if share <= 0 else (centre - half) / (1 + z2 / n)
    return low, 1.0 if share >= 1 else (centre + half) / (1 + z2 / n)
