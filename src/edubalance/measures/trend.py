"""Trend over the years: does a quantity rise or fall, and by how much a year."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, IntArray, numbers, same_length

ALTERNATIVES = ("two-sided", "greater", "less")

# Beyond this many values the normal approximation takes over.
_EXACT_UP_TO = 60


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
        Its interval; NaN where so few values allow none of this level (fewer than five at 95 %).
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
    :math:`S = \sum_{i<j} \operatorname{sign}(x_j - x_i)` over pairs in the order of time. The p-value is the share of
    all orders of the values that show at least as much. It is counted exactly for up to 60 values, equal ones or not:
    the number of orders with k falling pairs is the coefficient of :math:`q^k` in

    .. math:: \frac{[n]_q!}{\prod_v [t_v]_q!}, \qquad [n]_q! = \prod_{k=1}^{n} \frac{1 - q^k}{1 - q},

    for values that occur :math:`t_v` times each [3]_. Longer series have the normal approximation with the variance
    :math:`(n (n-1) (2n+5) - \sum_v t_v (t_v-1) (2t_v+5)) / 18` and a continuity correction of 1. The interval of the
    slope lies between the order statistics of all slopes that the same distribution, without ties, cuts off [2]_ [4]_:
    it holds the slope at least as often as its level says, and of very few values there is none.

    Years that depend on each other (a good year follows a good one) are no random order: then p is too small.

    References
    ----------
    .. [1] Mann, H. B. (1945). Nonparametric tests against trend. Econometrica 13, 245–259.
    .. [2] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. Journal of the American
       Statistical Association 63, 1379–1389.
    .. [3] Stanley, R. P. (2011). Enumerative Combinatorics, volume 1, 2nd edition, proposition 1.7.1. Cambridge
       University Press: inversions of a multiset.
    .. [4] Hollander, M., Wolfe, D. A. and Chicken, E. (2014). Nonparametric Statistical Methods, 3rd edition,
       section 9.3. Wiley.

    Examples
    --------
    Four rising values are one order of 24:

    >>> trend = mann_kendall([3, 5, 6, 9], alternative="greater")
    >>> trend.tau, round(24 * trend.p, 9), round(trend.slope, 3)
    (1.0, 1.0, 2.0)

    Of the 30 orders of 1, 1, 2, 2, 3 one never falls and one never rises:

    >>> round(30 * mann_kendall([1, 1, 2, 2, 3]).p, 9)
    2.0
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
    ordered = x[np.argsort(t)]
    score = int(np.sign(np.subtract.outer(ordered, ordered))[np.tril_indices(x.size, -1)].sum())
    sen = stats.theilslopes(x, t)
    low, high = _slope_bounds(x, t, level)
    tau = float(stats.kendalltau(t, x).statistic)
    return Trend(tau, _p_value(score, x, alternative), float(sen.slope), low, high, float(sen.intercept))


def _p_value(score: int, values: FloatArray, alternative: str) -> float:
    """Return the share of orders of the values whose score is as extreme as this one."""
    ties = np.unique(values, return_counts=True)[1]
    if alternative == "two-sided":
        return min(1.0, 2 * _upper_tail(abs(score), ties))
    return _upper_tail(score if alternative == "greater" else -score, ties)


def _upper_tail(score: int, ties: IntArray) -> float:
    """Return the probability of at least this score, given how often each value occurs."""
    n = int(ties.sum())
    if n <= _EXACT_UP_TO:
        orders = falling_pairs(ties)
        most = (len(orders) - 1 - score) // 2
        return sum(orders[: most + 1]) / sum(orders) if most >= 0 else 0.0
    variance = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    return float(stats.norm.sf((score - 1) / math.sqrt(variance)))


def falling_pairs(ties: npt.ArrayLike) -> list[int]:
    """
    Count the orders of some values by how many pairs fall.

    Parameters
    ----------
    ties : array_like of int
        How often each value occurs.

    Returns
    -------
    list of int
        Number of orders with 0, 1, 2 … falling pairs; pairs of equal values never fall.

    Examples
    --------
    1, 1, 2 rises throughout; 1, 2, 1 falls once; 2, 1, 1 twice.

    >>> falling_pairs([2, 1])
    [1, 1, 1]
    """
    counts = np.asarray(ties, dtype=np.int64)
    n = int(counts.sum())
    pairs = (n * (n - 1) - int((counts * (counts - 1)).sum())) // 2
    # Whole numbers of any size: 60! has 82 digits. All powers beyond the last pair are cut off.
    orders = np.zeros(pairs + 1, dtype=object)
    orders[0] = 1
    for k in range(2, n + 1):
        orders[k:] = orders[k:] - orders[: max(pairs + 1 - k, 0)]
    for k in (k for count in counts for k in range(2, int(count) + 1)):
        for start in range(min(k, pairs + 1)):
            orders[start::k] = np.cumsum(orders[start::k])
    # The factors (1 - q) of [n]! and of every [t]! are left: n - 1 above, t - 1 below.
    for _ in range(n - 1 - int((counts - 1).sum())):
        orders = np.cumsum(orders)
    return [int(count) for count in orders]


def _slope_bounds(values: FloatArray, times: FloatArray, level: float) -> tuple[float, float]:
    """Return the slopes between pairs of times that the distribution of the score cuts off on either side."""
    first, second = np.triu_indices(values.size, 1)
    slopes = np.sort((values[second] - values[first]) / (times[second] - times[first]))
    cut = _cut_off(values.size, (1 - level) / 2)
    return (math.nan, math.nan) if cut < 0 else (float(slopes[cut]), float(slopes[-1 - cut]))


def _cut_off(n: int, tail: float) -> int:
    """Count the outermost slopes on one side that lie beyond the bound; -1 where not even the last may."""
    if n > _EXACT_UP_TO:
        pairs, spread = n * (n - 1) / 2, math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
        return math.floor((pairs - float(stats.norm.isf(tail)) * spread) / 2)
    orders = falling_pairs(np.ones(n, dtype=np.int64))
    chances = np.cumsum([count / math.factorial(n) for count in orders])
    return int(np.searchsorted(chances, tail * (1 + 1e-12), side="right")) - 1
