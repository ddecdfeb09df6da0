"""Bounds of bootstrap intervals, and the options that all of them share."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray

METHODS = ("percentile", "basic", "bca")


def check_options(level: float, method: str, replicates: int) -> None:
    """Refuse a coverage outside 0 to 1, an unknown method, and fewer than two replicates."""
    if not 0 < level < 1:
        raise MeasureError(f"The level must lie between 0 and 1; got {level:g}.", hint="Use 0.95 for 95 percent.")
    if method not in METHODS:
        raise MeasureError(f"The method must be one of {', '.join(METHODS)}; got {method!r}.")
    if replicates < 2:
        raise MeasureError(f"At least two replicates are needed; got {replicates}.", hint="2,000 are usual.")


def too_many(replicates: int, level: float) -> float:
    """Count the replicates beyond one bound: were more undefined, the bound could lie anywhere."""
    return replicates * (1 - level) / 2


def bounds(
    found: FloatArray, estimate: float, level: float, method: str, without: FloatArray | None = None
) -> tuple[float, float]:
    """
    Read the bounds of an interval off the replicates.

    Parameters
    ----------
    found : ndarray of float, shape (r,)
        The replicates, all defined.
    estimate : float
        The statistic of all schools.
    level : float
        Coverage.
    method : str
        One of `METHODS`.
    without : ndarray of float, shape (n,), optional
        The statistic without each school; BCa needs it.

    Returns
    -------
    tuple of float
        Lower and upper bound; NaN where BCa finds all replicates on one side of the estimate, or a statistic that is
        not defined without one of the schools.

    Examples
    --------
    >>> bounds(np.arange(101.0), 40.0, 0.5, "percentile"), bounds(np.arange(101.0), 40.0, 0.5, "basic")
    ((25.0, 75.0), (5.0, 55.0))
    """
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if method == "bca" and without is not None:
        tails = _corrected_tails(tails, found, estimate, without)
        if np.isnan(tails).any():
            return float("nan"), float("nan")
    low, high = (float(bound) for bound in np.quantile(found, tails))
    return (2 * estimate - high, 2 * estimate - low) if method == "basic" else (low, high)


def _corrected_tails(tails: FloatArray, found: FloatArray, estimate: float, without: FloatArray) -> FloatArray:
    """Shift the tails for bias (z0) and acceleration (a) as Efron's BCa does; NaN where that is not possible."""
    below = ((found < estimate).mean() + (found <= estimate).mean()) / 2
    if not 0 < below < 1 or np.isnan(without).any():
        return np.full_like(tails, np.nan)
    deviations = without.mean() - without
    squares = float(deviations @ deviations)
    acceleration = float((deviations**3).sum()) / (6 * squares**1.5) if squares > 0 else 0.0
    z0 = ndtri(below)
    shifted = z0 + ndtri(tails)
    corrected: FloatArray = ndtr(z0 + shifted / (1 - acceleration * shifted))
    return corrected
