"""Reliability of coding: Krippendorff's alpha, for any number of coders, gaps and levels of measurement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray
from edubalance.measures._intervals import METHODS, bounds, check_options, too_many
from edubalance.measures._survey import rating_table, tally
from edubalance.measures.uncertainty import Interval

LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True, kw_only=True)
class CodingReliability(Interval):
    """
    Krippendorff's alpha with its interval; `level` is the interval's coverage.

    Attributes
    ----------
    measurement : str
        Level of measurement: ``nominal``, ``ordinal``, ``interval`` or ``ratio``.
    used : int
        Units with two ratings or more.
    dropped : int
        Units with one rating or none, which say nothing of agreement.
    ratings : int
        Ratings of the units that counted.
    """

    measurement: str
    used: int
    dropped: int
    ratings: int


def krippendorff_alpha(
    ratings: npt.ArrayLike,
    *,
    level: str = "nominal",
    rng: np.random.Generator | None = None,
    replicates: int = 2_000,
    coverage: float = 0.95,
) -> CodingReliability:
    r"""
    Compute Krippendorff's alpha of any number of coders, who need not have coded every unit.

    Parameters
    ----------
    ratings : array_like, shape (n, m)
        One row a unit, one column a coder; None or NaN where a coder left a unit out. Labels will do at the nominal
        level, numbers are needed at the others.
    level : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement: which disagreements count how much.
    rng : numpy.random.Generator, optional
        Source of randomness for the interval. Without it the bounds are NaN.
    replicates : int
        Number of draws of units.
    coverage : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    CodingReliability
        The coefficient, a percentile interval, and how many units and ratings it rests on.

    Raises
    ------
    MeasureError
        If fewer than two units have two ratings, all ratings are the same, the level does not fit the ratings, or
        the coefficient is undefined in more replicates than lie beyond one bound.

    See Also
    --------
    edubalance.measures.agreement.fleiss_kappa : Nominal, without gaps; close to alpha where units are many.

    Notes
    -----
    Each unit with :math:`m_u` ratings adds its ordered pairs, each weighing :math:`1 / (m_u - 1)`, to the
    coincidences :math:`o_{ck}`. With :math:`n_c = \sum_k o_{ck}` and the number n of ratings that have a partner,

    .. math:: \alpha = 1 - (n - 1) \frac{\sum o_{ck} \delta_{ck}^2}{\sum n_c n_k \delta_{ck}^2}.

    The difference :math:`\delta^2` of two values is 1 where they differ (nominal); the square of the ratings that lie
    between them, :math:`n_c / 2 + n_{c+1} + \dots + n_k / 2` (ordinal); :math:`(c - k)^2` (interval); or
    :math:`[(c - k) / (c + k)]^2` (ratio). The interval draws units with replacement: it takes them as a sample, and
    the coders as given.

    References
    ----------
    .. [1] Krippendorff, K. (2004). Content Analysis: An Introduction to Its Methodology, 2nd edition, chapter 11.
       Sage.
    .. [2] Hayes, A. F. and Krippendorff, K. (2007). Answering the call for a standard reliability measure for coding
       data. Communication Methods and Measures 1, 77-89.

    Examples
    --------
    Four units, eight ratings, five 0 and three 1; one unit is disputed: 1 - 7 (2 / 30).

    >>> found = krippendorff_alpha([[0, 0], [0, 0], [1, 1], [0, 1], [None, 1]])
    >>> round(found.estimate, 4), found.used, found.dropped
    (0.5333, 4, 1)
    """
    check_options(coverage, METHODS[0], replicates)
    tallies, values, dropped = _pairable(ratings, level)
    estimate = _alpha(tallies, values, level)
    if np.isnan(estimate):
        raise MeasureError(
            "The coders must use at least two values; all ratings are the same.",
            hint="Report the share of agreement: nothing shows that they could tell units apart.",
        )
    found = np.array([]) if rng is None else _replicates(tallies, values, level, rng, replicates)
    low, high = _bounds(found, estimate, coverage)
    return CodingReliability(
        estimate,
        low,
        high,
        coverage,
        "percentile" if found.size else "none",
        found.size,
        int(np.isnan(found).sum()),
        measurement=level,
        used=len(tallies),
        dropped=dropped,
        ratings=int(tallies.sum()),
    )


def _pairable(ratings: npt.ArrayLike, level: str) -> tuple[FloatArray, FloatArray, int]:
    """Count values in the units with two ratings or more; return them, the values, and how many units had fewer."""
    if level not in LEVELS:
        raise MeasureError(
            f"The level of measurement must be one of {', '.join(LEVELS)}; got {level!r}.",
            hint="The coverage of the interval is `coverage`.",
        )
    codes, values = rating_table(ratings, numeric=level != "nominal")
    if level == "ratio" and (values < 0).any():
        raise MeasureError(f"Ratings on a ratio scale must not be negative; got {values.min():g}.")
    tallies = tally(codes, values.size)
    kept = tallies.sum(axis=1) >= 2
    if kept.sum() < 2:
        raise MeasureError(f"At least two units must have two ratings; got {int(kept.sum())}.")
    return tallies[kept], values, int(kept.size - kept.sum())


def _alpha(tallies: FloatArray, values: FloatArray, level: str) -> float:
    """Compute alpha from counts of values in units; NaN where all ratings are the same."""
    totals, sizes = tallies.sum(axis=0), tallies.sum(axis=1)
    differences = _differences(values, totals, level)
    expected = float(totals @ differences @ totals)
    if expected == 0:
        return float("nan")
    observed = float((((tallies @ differences) * tallies).sum(axis=1) / (sizes - 1)).sum())
    return 1 - (float(sizes.sum()) - 1) * observed / expected


def _differences(values: FloatArray, totals: FloatArray, level: str) -> FloatArray:
    """Square the difference of each pair of values as the level of measurement sees it, shape (v, v)."""
    if level == "nominal":
        return 1 - np.eye(values.size)
    if level == "ordinal":
        # From middle to middle of the ratings of two values lie half of each and all in between.
        values = np.cumsum(totals) - totals / 2
    apart: FloatArray = values[:, np.newaxis] - values
    if level == "ratio":
        both = values[:, np.newaxis] + values
        apart = np.divide(apart, both, out=np.zeros_like(apart), where=both != 0)
    return apart**2


def _replicates(
    tallies: FloatArray, values: FloatArray, level: str, rng: np.random.Generator, replicates: int
) -> FloatArray:
    """Draw units with replacement, and compute alpha of each draw."""
    draws = rng.integers(0, len(tallies), size=(replicates, len(tallies)))
    return np.array([_alpha(tallies[draw], values, level) for draw in draws])


def _bounds(found: FloatArray, estimate: float, coverage: float) -> tuple[float, float]:
    """Read the bounds off the replicates; refuse to where too many are undefined."""
    if found.size == 0:
        return float("nan"), float("nan")
    undefined = int(np.isnan(found).sum())
    if undefined > too_many(found.size, coverage):
        raise MeasureError(
            f"Alpha must be defined in most replicates; it was not in {undefined} of {found.size}.",
            hint="Too few units were coded differently from the others: code more units.",
        )
    return bounds(found[~np.isnan(found)], estimate, coverage, METHODS[0])
