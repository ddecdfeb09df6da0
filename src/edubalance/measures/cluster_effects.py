"""Effect sizes of respondents in schools: intervals from drawing whole schools again."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import BoolArray, FloatArray, IntArray, codes_of, labels_of, numbers, weights_of
from edubalance.measures._intervals import METHODS, bounds, check_options, too_many
from edubalance.measures.effect import correction
from edubalance.measures.uncertainty import Interval


@dataclass(frozen=True)
class ClusteredEffects:
    """
    Two effect sizes of one comparison.

    Attributes
    ----------
    g : Interval
        Hedges' g: the difference of means in pooled standard deviations.
    delta : Interval
        Cliff's delta: how much more often one of the first group exceeds one of the second than the reverse.
    first, second : int
        Respondents of both groups.
    clusters : int
        Schools, of both groups together.
    """

    g: Interval
    delta: Interval
    first: int
    second: int
    clusters: int


@dataclass(frozen=True)
class _Tallies:
    """Weighted tables of one group: schools by the values that occur, and the factor that corrects its variance."""

    table: FloatArray
    factor: float
    count: int


def clustered_effects(
    values: npt.ArrayLike,
    inside: npt.ArrayLike,
    clusters: Sequence[Hashable] | npt.NDArray[np.generic],
    weights: npt.ArrayLike | None = None,
    *,
    rng: np.random.Generator,
    replicates: int = 1_999,
    level: float = 0.95,
) -> ClusteredEffects:
    r"""
    Compute Hedges' g and Cliff's delta of two groups whose respondents come in schools.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a respondent, none missing.
    inside : array_like of bool, shape (n,)
        True for the first group, false for the second. A school may have respondents of both.
    clusters : sequence of labels, shape (n,)
        School of each respondent.
    weights : array_like, shape (n,), optional
        Sampling weights; all count alike unless given.
    rng : numpy.random.Generator
        Source of randomness.
    replicates : int
        How often schools are drawn.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    ClusteredEffects
        Both effects with percentile intervals.

    Raises
    ------
    MeasureError
        If values or labels are missing, a group has fewer than two respondents or comes from one school, or nobody
        differs inside a group.

    See Also
    --------
    edubalance.measures.clusters.clustered_difference : In the unit of the answers, with a p-value.
    edubalance.measures.effect.hedges_g : The same estimate, its interval for independent respondents.

    Notes
    -----
    Whole schools are drawn with replacement, separately among those with respondents of the first group alone, of the
    second alone, and of both, so that no group is ever empty. With weights the means and the variances, each times
    n / (n - 1), are weighted ones, and pairs count by the product of their weights.

    References
    ----------
    .. [1] Davison, A. C. and Hinkley, D. V. (1997). Bootstrap Methods and their Application, section 3.8. Cambridge
       University Press.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> inside = [True] * 4 + [False] * 4
    >>> found = clustered_effects([1, 2, 2, 3, 2, 3, 3, 4], inside, list("AABBCCDD"), rng=rng)
    >>> round(found.g.estimate, 4), found.delta.estimate, found.clusters
    (-1.065, -0.625, 4)
    """
    check_options(level, METHODS[0], replicates)
    x = numbers(values, "values")
    first = np.asarray(inside, dtype=np.bool_)
    _, school = codes_of(labels_of(clusters, x.size, "clusters"))
    weight = weights_of(weights, x.size)
    distinct, place = np.unique(rounding.tied(x), return_inverse=True)
    groups = [_tallies(place, school, weight, part, distinct.size) for part in (first, ~first)]
    drawn = _draws(groups, rng, replicates)
    g, delta = _effects(distinct, groups, drawn)
    return ClusteredEffects(
        _interval(g, level), _interval(delta, level), groups[0].count, groups[1].count, int(school.max()) + 1
    )


def _tallies(place: IntArray, school: IntArray, weight: FloatArray, part: BoolArray, values: int) -> _Tallies:
    """Sum the weights of one group by school and value."""
    schools, count = int(school.max()) + 1, int(part.sum())
    if part.size != place.size or count < 2 or np.unique(school[part]).size < 2:
        raise MeasureError(
            f"Each group must have respondents of two schools at least; one has {count} of "
            f"{np.unique(school[part]).size if part.size == school.size else 0}.",
            hint="Compare larger groups.",
        )
    cells = np.bincount(school[part] * values + place[part], weights=weight[part], minlength=schools * values)
    return _Tallies(cells.reshape(schools, values).astype(np.float64), count / (count - 1), count)


def _draws(groups: list[_Tallies], rng: np.random.Generator, replicates: int) -> FloatArray:
    """Count how often each school is drawn, once as it is and then at random among its like."""
    has = [group.table.sum(axis=1) > 0 for group in groups]
    kind = has[0] + 2 * has[1]
    drawn = np.ones((replicates + 1, kind.size))
    for code in np.unique(kind):
        like = np.flatnonzero(kind == code)
        drawn[1:, like] = rng.multinomial(like.size, np.full(like.size, 1 / like.size), size=replicates)
    return drawn


def _effects(distinct: FloatArray, groups: list[_Tallies], drawn: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Compute both effects of every draw, the observed one first."""
    tables = [drawn @ group.table for group in groups]
    shares = [table / table.sum(axis=1, keepdims=True) for table in tables]
    means = [share @ distinct for share in shares]
    squares = [
        group.factor * ((share @ distinct**2) - mean**2)
        for group, share, mean in zip(groups, shares, means, strict=True)
    ]
    freedom = [group.count - 1 for group in groups]
    pooled = (freedom[0] * squares[0] + freedom[1] * squares[1]) / sum(freedom)
    if pooled[0] <= 1e-12 * max(float(np.abs(distinct).max()) ** 2, 1.0):
        raise MeasureError("Respondents must differ inside a group; all of each group answered alike.")
    with np.errstate(invalid="ignore", divide="ignore"):
        g = correction(sum(freedom)) * (means[0] - means[1]) / np.sqrt(np.maximum(pooled, 0.0))
    below = np.cumsum(shares[1], axis=1)
    delta = (shares[0] * (2 * below - shares[1] - 1)).sum(axis=1)
    return g, delta


def _interval(found: FloatArray, level: float) -> Interval:
    """Read estimate and percentile bounds off the draws; draws in which nobody differs are counted and left out."""
    replicates = found[1:]
    defined = replicates[np.isfinite(replicates)]
    undefined = replicates.size - defined.size
    if undefined > too_many(replicates.size, level):
        return Interval(float(found[0]), float("nan"), float("nan"), level, "percentile", replicates.size, undefined)
    low, high = bounds(defined, float(found[0]), level, "percentile")
    return Interval(float(found[0]), low, high, level, "percentile", replicates.size, undefined)
