"""Survival: how long teachers stay, when many of them are still there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, IntArray, codes_of, labels_of
from edubalance.measures._left_out import LEAST, left_out_interval
from edubalance.measures._logrank import LogRank, logrank
from edubalance.measures._spells import at_risk_at, entries_of, spells_of
from edubalance.measures.clusters import Clusters
from edubalance.measures.influence import value_or_nan
from edubalance.measures.uncertainty import Interval

__all__ = [
    "LogRank",
    "SurvivalCurve",
    "clustered_survival_at",
    "kaplan_meier",
    "logrank",
    "median_survival",
    "survival_at",
]

_METHOD = "log-log"
_HALF = 0.5 + 1e-9  # A product of fractions that is a half may come out a trace above it.


@dataclass(frozen=True)
class SurvivalCurve:
    """
    Share of people still there, as a curve that steps down when some leave.

    Attributes
    ----------
    times : ndarray of float, shape (k,)
        Durations after which somebody left, in ascending order.
    at_risk : ndarray of int, shape (k,)
        People who were there until just before.
    events : ndarray of int, shape (k,)
        People who left.
    survival : ndarray of float, shape (k,)
        Share still there from this time on.
    variance : ndarray of float, shape (k,)
        Greenwood's variance of the share.
    low, high : ndarray of float, shape (k,)
        Bounds of the share. Once nobody is left, the lower is 0 and the upper is not defined: NaN.
    level : float
        Coverage of the bounds, between 0 and 1.
    people : int
        All people, those still there included.
    followed : float
        Longest duration seen; nothing is known beyond it, unless nobody is left.
    """

    times: FloatArray
    at_risk: IntArray
    events: IntArray
    survival: FloatArray
    variance: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    people: int
    followed: float


def kaplan_meier(
    durations: npt.ArrayLike, observed: npt.ArrayLike, *, entries: npt.ArrayLike | None = None, level: float = 0.95
) -> SurvivalCurve:
    r"""
    Estimate the share of people still there after any time, by Kaplan and Meier's product limit.

    Those who are still there when records end say that they stayed at least so long. Leaving them out, or counting
    them as leavers, makes service look shorter than it is.

    Parameters
    ----------
    durations : array_like, shape (n,)
        How long each person was seen, from their own beginning.
    observed : array_like, shape (n,)
        True or 1 where the person left then, false or 0 where they were still there.
    entries : array_like, shape (n,), optional
        How long each person had been there already when first seen; without it, everybody was seen from their
        beginning.
    level : float
        Coverage of the bounds, between 0 and 1.

    Returns
    -------
    SurvivalCurve
        One step for each time at which somebody left; none where nobody did.

    Raises
    ------
    MeasureError
        If lengths differ, durations are missing or negative, `observed` holds other than 0 and 1, somebody was first
        seen when they had left already, or the level is out of range.

    Notes
    -----
    With :math:`n_i` people at risk and :math:`d_i` leaving at time :math:`t_i`,

    .. math:: S(t) = \prod_{t_i \le t} \left(1 - \frac{d_i}{n_i}\right), \qquad
       \mathrm{Var}\, S(t) = S(t)^2 \sum_{t_i \le t} \frac{d_i}{n_i (n_i - d_i)}.

    Who is last seen at :math:`t_i` counts as at risk then. The bounds are :math:`S^{\exp(\pm z s)}` with
    :math:`s = \sqrt{\mathrm{Var}\, S} / (S \, |\ln S|)`: they stay between 0 and 1.

    Of teachers who had already served when records begin, those who left early are missing: counted as if they had
    been followed from their beginning, they make service look longer than it is. With `entries` a person is at risk
    only from when they were first seen; the curve is then that of somebody who meets, year after year, the rates of
    leaving of the years on record. Where few were seen early, it is uncertain from there on.

    References
    ----------
    .. [1] Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations. Journal of the
       American Statistical Association 53, 457-481.
    .. [2] Kalbfleisch, J. D. and Prentice, R. L. (1980). The Statistical Analysis of Failure Time Data. New York:
       Wiley: the bounds.

    Examples
    --------
    Four teachers: one left after 1 year, one after 3; one was still there after 2, one after 5.

    >>> curve = kaplan_meier([1, 2, 3, 5], [True, False, True, False])
    >>> curve.times.tolist(), curve.at_risk.tolist(), curve.survival.tolist()
    ([1.0, 3.0], [4, 2], [0.75, 0.375])

    Had the last been on record only from 2 years of service on, three would have been at risk after 1.

    >>> kaplan_meier([1, 2, 3, 5], [True, False, True, False], entries=[0, 0, 0, 2]).at_risk.tolist()
    [3, 2]
    """
    if not 0 < level < 1:
        raise MeasureError(f"The level must lie between 0 and 1; got {level:g}.", hint="Use 0.95 for 95 percent.")
    lengths, left = spells_of(durations, observed)
    times, events = np.unique(lengths[left], return_counts=True)
    at_risk = at_risk_at(entries_of(entries, lengths), lengths, times)
    survival = np.cumprod(1 - events / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore"):
        terms = np.cumsum(events / (at_risk * (at_risk - events)), dtype=np.float64)
    variance = survival**2 * np.where(survival > 0, terms, 0)
    low, high = _bounds(survival, terms, level)
    return SurvivalCurve(
        times, at_risk, events, survival, variance, low, high, level, lengths.size, float(lengths.max())
    )


def survival_at(curve: SurvivalCurve, time: float) -> Interval:
    """
    Read off a curve the share still there after some time.

    Parameters
    ----------
    curve : SurvivalCurve
        From `kaplan_meier`.
    time : float
        Time since the beginning, in the unit of the durations.

    Returns
    -------
    Interval
        The share and its bounds. Before anybody left, the share and the upper bound are 1 and the lower is NaN.

    Raises
    ------
    MeasureError
        If `time` is negative, or beyond what was followed while some were still there.

    Examples
    --------
    >>> survival_at(kaplan_meier([1, 2, 3, 5], [1, 0, 1, 0]), 4).estimate
    0.375
    """
    gone = curve.survival.size > 0 and curve.survival[-1] == 0
    if not (time >= 0 and (time <= curve.followed or gone)):
        raise MeasureError(
            f"The time must lie within what was followed, 0 to {curve.followed:g}; got {time:g}.",
            hint="Ask for an earlier time: nothing is known of later ones.",
        )
    steps = int(np.searchsorted(curve.times, time, side="right"))
    if steps == 0:
        return Interval(1.0, math.nan, 1.0, curve.level, _METHOD)
    share, low, high = (float(column[steps - 1]) for column in (curve.survival, curve.low, curve.high))
    return Interval(share, low, high, curve.level, _METHOD)


def clustered_survival_at(
    durations: npt.ArrayLike,
    observed: npt.ArrayLike,
    clusters: Clusters,
    time: float,
    *,
    entries: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Interval:
    """
    Estimate the share still there after some time, where the teachers of one school leave alike.

    Parameters
    ----------
    durations, observed : array_like, shape (n,)
        As in `kaplan_meier`.
    clusters : sequence of labels, shape (n,)
        School of each person.
    time : float
        Time since the beginning.
    entries : array_like, shape (n,), optional
        As in `kaplan_meier`.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    Interval
        The share of `survival_at`; bounds from leaving out school after school, with Student's t on the scale of the
        logarithm of minus the logarithm. Of fewer than five schools the range without any one school.

    Raises
    ------
    MeasureError
        As `kaplan_meier` and `survival_at`.

    See Also
    --------
    survival_at : Bounds that take people as independent of each other.

    References
    ----------
    .. [1] Miller, R. G. (1974). The jackknife - a review. Biometrika 61(1), 1-15.

    Examples
    --------
    >>> stays, left, schools = [1, 2, 3, 4, 5] * 6, [1, 0, 1, 0, 1] * 6, [n // 5 for n in range(30)]
    >>> found = clustered_survival_at(stays, left, schools, 3)
    >>> round(found.estimate, 4), round(found.high - found.low, 9), found.method
    (0.5333, 0.0, 'jackknife')
    """
    share = survival_at(kaplan_meier(durations, observed, entries=entries, level=level), time)
    columns = [np.asarray(column, dtype=np.float64) for column in (durations, observed)]
    begun = np.zeros_like(columns[0]) if entries is None else np.asarray(entries, dtype=np.float64)
    _, school = codes_of(labels_of(clusters, columns[0].size, "clusters"))

    def without(one: npt.NDArray[np.generic]) -> float:
        kept = school != one
        return survival_at(kaplan_meier(columns[0][kept], columns[1][kept], entries=begun[kept]), time).estimate

    found = np.array([value_or_nan(without, one) for one in np.arange(int(school.max()) + 1)[:, np.newaxis]])
    alike = np.zeros(found.size, dtype=np.intp)
    low, high, method = left_out_interval(share.estimate, found, alike, level, "log-log", LEAST)
    return Interval(share.estimate, low, high, level, method)


def median_survival(curve: SurvivalCurve) -> Interval:
    """
    Read off a curve the time after which at most half are still there.

    Parameters
    ----------
    curve : SurvivalCurve
        From `kaplan_meier`.

    Returns
    -------
    Interval
        The first time at which the share is a half or less, and the first times at which its bounds are. Infinity
        where that was not reached: the median is beyond what was followed.

    References
    ----------
    .. [1] Brookmeyer, R. and Crowley, J. (1982). A confidence interval for the median survival time. Biometrics 38,
       29-41.

    Examples
    --------
    >>> median_survival(kaplan_meier([1, 2, 3, 5], [1, 0, 1, 0])).estimate
    3.0
    """
    median, low, high = (_first_half(curve.times, column) for column in (curve.survival, curve.low, curve.high))
    return Interval(median, low, high, curve.level, _METHOD)


def _bounds(survival: FloatArray, terms: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Compute bounds of a share on the scale of the logarithm of minus its logarithm."""
    low, high = np.zeros_like(survival), np.full_like(survival, np.nan)
    some = survival > 0
    exponent = float(ndtri((1 + level) / 2)) * np.sqrt(terms[some]) / np.abs(np.log(survival[some]))
    low[some], high[some] = survival[some] ** np.exp(exponent), survival[some] ** np.exp(-exponent)
    return low, high


def _first_half(times: FloatArray, share: FloatArray) -> float:
    """Find the first time at which a share is a half or less; infinity where there is none."""
    reached = np.flatnonzero(share <= _HALF)
    return float(times[reached[0]]) if reached.size else math.inf
