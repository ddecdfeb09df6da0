"""Intervals of efficiency scores: the smoothed bootstrap of Simar and Wilson."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, numbers
from edubalance.measures._frontier import TOLERANCE, check_model, distances_to, units_of
from edubalance.measures._intervals import METHODS, check_options

__all__ = ["EfficiencyIntervals", "bootstrap_dea", "reflected_bandwidth"]


@dataclass(frozen=True)
class EfficiencyIntervals:
    """
    Efficiency scores of n units with their intervals.

    Attributes
    ----------
    scores : ndarray of float, shape (n,)
        As `dea` gives them: against the frontier of the units at hand, and therefore too high.
    corrected : ndarray of float, shape (n,)
        Scores less their bias.
    low, high : ndarray of float, shape (n,)
        Bounds of the interval; it lies below the score.
    level : float
        Coverage that the intervals aim at, between 0 and 1.
    replicates : int
        Pseudo-samples drawn.
    bandwidth : float
        By how much distances were smoothed.
    """

    scores: FloatArray
    corrected: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    replicates: int
    bandwidth: float


def bootstrap_dea(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    returns: str = "constant",
    orientation: str = "input",
    replicates: int = 1_000,
    level: float = 0.95,
    bandwidth: float | None = None,
) -> EfficiencyIntervals:
    r"""
    Correct efficiency scores for their bias and put an interval around each.

    The frontier of the units at hand lies inside the true one, so all scores are too high, most so where few units
    are similar. The model: units are a sample from a process in which inefficiency is distributed alike for all
    sizes and mixes. Where the schools of a county are all there are, the interval is about that process.

    Parameters
    ----------
    inputs : array_like, shape (n, m) or (n,)
        What each unit uses.
    outputs : array_like, shape (n, s) or (n,)
        What each unit produces.
    rng : numpy.random.Generator
        Source of randomness.
    returns : {"constant", "variable", "nonincreasing"}
        As in `dea`.
    orientation : {"input", "output"}
        As in `dea`.
    replicates : int
        Number of pseudo-samples; each solves the programs of all units again.
    level : float
        Coverage, between 0 and 1.
    bandwidth : float, optional
        By how much distances are smoothed; without it that of `reflected_bandwidth`.

    Returns
    -------
    EfficiencyIntervals
        Scores, corrected scores, bounds.

    Raises
    ------
    MeasureError
        As `dea`; and if an option is out of range, or all units are on the frontier.

    See Also
    --------
    edubalance.measures.efficiency.dea : Scores, mixtures and slacks.

    Notes
    -----
    All is done with distances :math:`\delta = 1 / \text{score} \ge 1`, so that corrected scores and bounds cannot
    leave the range from 0 to 1. Values :math:`\beta` are drawn with replacement from the distances and their mirror
    images :math:`2 - \delta`, smoothed with normal noise :math:`\epsilon` and bandwidth :math:`h`, their variance is
    put right, and what lies below 1 is reflected there:

    .. math:: \tilde\delta = \bar\beta + \frac{\beta + h \epsilon - \bar\beta}{\sqrt{1 + h^2 / s^2}}, \qquad
       \delta^* = 1 + |\tilde\delta - 1|,

    with the variance :math:`s^2` of distances and images together. The paper of 1998 puts the variance right around
    the mean of unreflected draws; that moves draws away from the frontier, and where the true frontier was known it
    corrected too much.

    Each unit is moved from its distance to the drawn one, along its own ray, and the true units are measured against
    the frontier of the moved ones, which gives :math:`\hat\delta^*`. The corrected distance is
    :math:`2 \hat\delta - \overline{\hat\delta^*}`; the bounds are :math:`2 \hat\delta` less the quantiles of
    :math:`\hat\delta^*`. With few units and several columns intervals are too short: they hold the true score less
    often than their level says.

    References
    ----------
    .. [1] Simar, L. and Wilson, P. W. (1998). Sensitivity analysis of efficiency scores: how to bootstrap in
       nonparametric frontier models. Management Science 44, 49-61.
    .. [2] Daraio, C. and Simar, L. (2007). Advanced Robust and Nonparametric Methods in Efficiency Analysis. New York:
       Springer, chapter 3: reflected draws.
    .. [3] Simar, L. and Wilson, P. W. (2000). A general methodology for bootstrapping in non-parametric frontier
       models. Journal of Applied Statistics 27, 779-802: the bounds.

    Examples
    --------
    With one input and one output the frontier is one ratio: all scores are corrected by the same factor.

    >>> found = bootstrap_dea([10, 10, 25], [200, 100, 400], rng=np.random.default_rng(1), replicates=50)
    >>> np.unique((found.corrected / found.scores).round(9)).size, bool((found.corrected < found.scores).all())
    (1, True)
    """
    check_model(returns, orientation)
    check_options(level, METHODS[0], replicates)
    if bandwidth is not None and not 0 < bandwidth < math.inf:
        raise MeasureError(f"The bandwidth must be positive; got {bandwidth:g}.")
    units = units_of(inputs, outputs)
    distances = np.maximum(distances_to(units, units, returns, orientation), 1)
    _off_frontier(distances)
    width = reflected_bandwidth(distances) if bandwidth is None else bandwidth
    found = np.empty((replicates, len(units)))
    for replicate in range(replicates):
        moved = units.scaled(_drawn(distances, width, rng) / distances, orientation)
        found[replicate] = distances_to(moved, units, returns, orientation)
    # A moved unit never lies beyond the frontier: what is measured above the distance itself is rounding.
    found = np.minimum(found, distances)
    near, far = np.quantile(found, [(1 + level) / 2, (1 - level) / 2], axis=0)
    corrected, high, low = (1 / (2 * distances - against) for against in (found.mean(axis=0), near, far))
    return EfficiencyIntervals(1 / distances, corrected, low, high, level, replicates, width)


def reflected_bandwidth(distances: npt.ArrayLike) -> float:
    r"""
    Choose by how much distances are smoothed, by the normal reference rule for data reflected at their bound.

    Parameters
    ----------
    distances : array_like, shape (n,)
        Inverse scores, at least 1.

    Returns
    -------
    float
        The bandwidth.

    Raises
    ------
    MeasureError
        If no distance is above 1.

    Notes
    -----
    The m distances above 1 are taken together with their mirror images. With standard deviation :math:`s_{2m}` and
    interquartile range :math:`r_{2m}` of these, and the standard deviation :math:`s_n` of all n distances,

    .. math:: h = 0.9 \min(s_{2m}, r_{2m} / 1.349) (2m)^{-1/5} \cdot (2m / n)^{1/5} \, s_n / s_{2m}.

    References
    ----------
    .. [1] Daraio, C. and Simar, L. (2007). Advanced Robust and Nonparametric Methods in Efficiency Analysis. New York:
       Springer, chapter 3.
    .. [2] Silverman, B. W. (1986). Density Estimation for Statistics and Data Analysis. London: Chapman and Hall: the
       factor 0.9.

    Examples
    --------
    One distance of 3 and its image -1: s² = 8, r = 2, and s² = 2 of the distances 1 and 3.

    >>> round(reflected_bandwidth([1, 3]), 9) == round(0.9 * 2 / 1.349 * 2**-0.2 * (2 / 8) ** 0.5, 9)
    True
    """
    given = numbers(distances, "distances")
    off = _off_frontier(given)
    both = np.concatenate([off, 2 - off])
    spread, (lower, upper) = both.std(ddof=1), np.quantile(both, [0.25, 0.75])
    reference = 0.9 * min(spread, (upper - lower) / 1.349) * both.size**-0.2
    return float(reference * (both.size / given.size) ** 0.2 * given.std(ddof=1) / spread)


def _off_frontier(distances: FloatArray) -> FloatArray:
    """Take the distances above 1, and refuse if there are none: nothing is known then of how they are distributed."""
    off: FloatArray = distances[distances > 1 + TOLERANCE]
    if off.size == 0:
        raise MeasureError(
            "At least one unit must lie off the frontier to draw distances from; all are on it.",
            hint="There are too many columns for so few units: use fewer.",
        )
    return off


def _drawn(distances: FloatArray, width: float, rng: np.random.Generator) -> FloatArray:
    """Draw as many distances as there are, smoothed, with their variance put right, and reflected at 1."""
    both = np.concatenate([distances, 2 - distances])
    drawn = rng.choice(both, distances.size)
    smoothed = drawn + width * rng.standard_normal(distances.size)
    centre = drawn.mean()
    narrowed = centre + (smoothed - centre) / math.sqrt(1 + width**2 / float(both.var()))
    reflected: FloatArray = 1 + np.abs(narrowed - 1)
    return reflected
