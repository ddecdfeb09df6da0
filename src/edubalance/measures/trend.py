"""Trend over the years: does a quantity rise or fall, and by how much a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import numbers, same_length

ALTERNATIVES = ("two-sided", "greater", "less")


@dataclass(frozen=True)
class Trend:
    """
    Whether values rise or fall with time, and how fast.

    Attributes
    ----------
    tau : float
        Kendall's tau of values and times, from −1 (every later value is lower) to 1.
    p : float
        Share of the orders of the values that show at least as much, on the side asked for.
    slope : float
        Median of the slopes between all pairs of times (Theil–Sen), in the values' unit a unit of time.
    low, high : float
        Its interval.
    intercept : float
        Median of what is left of the values at time 0, for drawing the line.
    """

    tau: float
    p: float
    slope: float
    low: float
    high: float
    intercept: float


def mann_kendall(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    alternative: str = "two-sided",
    level: float = 0.95,
) -> Trend:
    r"""
    Test for a trend by Mann and Kendall, and measure it by Theil and Sen.

    Only the order of the values counts in the test, so that one extraordinary year cannot make a trend.

    Parameters
    ----------
    values : array_like, shape (n,)
        One value a time, three at least, not all equal.
    times : array_like, shape (n,), optional
        When; years may be missing, but none may stand twice. 0, 1, 2 … unless given.
    alternative : {"two-sided", "greater", "less"}
        Which trend the p-value speaks for: any, rising, or falling.
    level : float
        Coverage of the interval of the slope.

    Returns
    -------
    Trend
        Tau, p-value, slope with its interval, intercept.

    Raises
    ------
    MeasureError
        If there are fewer than three values, all are equal, a time stands twice, or an option is unknown.

    Notes
    -----
    :math:`S = \sum_{i<j} \operatorname{sign}(x_j - x_i)` over pairs in the order of time. Without ties the p-value is
    exact: every order of the values is as likely as any other. With ties it is that of the normal approximation. Years
    that depend on each other (a good year follows a good one) are no random order: then p is too small.

    References
    ----------
    .. [1] Mann, H. B. (1945). Nonparametric tests against trend. Econometrica 13, 245–259.
    .. [2] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. Journal of the American
       Statistical Association 63, 1379–1389.

    Examples
    --------
    Four rising values are one order of 24:

    >>> trend = mann_kendall([3, 5, 6, 9], alternative="greater")
    >>> trend.tau, round(24 * trend.p, 9), round(trend.slope, 3)
    (1.0, 1.0, 2.0)
    """
    if alternative not in ALTERNATIVES:
        raise MeasureError(f"The alternative must be one of {', '.join(ALTERNATIVES)}; got {alternative!r}.")
    if not 0 < level < 1:
        raise MeasureError(f"The level must lie between 0 and 1; got {level:g}.", hint="Use 0.95 for 95 percent.")
    x = rounding.tied(numbers(values, "values"))
    t = np.arange(x.size, dtype=np.float64) if times is None else numbers(times, "times")
    same_length(x.size, t.size, "values", "times")
    if x.size < 3 or np.ptp(x) == 0 or np.unique(t).size < t.size:
        raise MeasureError(
            "A trend needs three values at least, not all equal, each at a time of its own; "
            f"got {x.size} values, {np.unique(x).size} different, at {np.unique(t).size} times.",
            hint="Add years, or add up what stands twice.",
        )
    kendall = stats.kendalltau(t, x, alternative=alternative)
    sen = stats.theilslopes(x, t, alpha=level)
    slope, low, high = float(sen.slope), float(sen.low_slope), float(sen.high_slope)
    return Trend(float(kendall.statistic), float(kendall.pvalue), slope, low, high, float(sen.intercept))
