"""Association: whether two facts about places move together, whatever their units."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, numbers, same_length


def rank_correlation(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    r"""
    Compute Spearman's rank correlation of two facts about the same places.

    Parameters
    ----------
    first, second : array_like, shape (n_places,)
        One number a place, in the same order, none missing; three places at least.

    Returns
    -------
    float
        1 where both order the places alike, −1 where one reverses the other. It says that they move together, not
        that the one moves the other.

    Raises
    ------
    MeasureError
        If a number is missing, the lengths differ, there are fewer than three places, or one of the two is the same
        everywhere: then it has no order.

    See Also
    --------
    shuffled_rank_correlations : What chance alone would show.

    Notes
    -----
    The correlation of the ranks :math:`r_i` and :math:`s_i`; equal values share their mean rank. Without equal values
    it is :math:`1 - 6 \sum_i (r_i - s_i)^2 / (n (n^2 - 1))`.

    References
    ----------
    .. [1] Spearman, C. (1904). The proof and measurement of association between two things. American Journal of
       Psychology 15(1), 72-101.

    Examples
    --------
    Only the two last places change their order: 1 − 6 · 2 / (4 · 15).

    >>> round(rank_correlation([1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 40.0, 30.0]), 12)
    0.8
    """
    x, y = _centred_ranks(first, second)
    return float(x @ y)


def shuffled_rank_correlations(
    first: npt.ArrayLike, second: npt.ArrayLike, *, rng: np.random.Generator, replicates: int = 1_999
) -> FloatArray:
    """
    Compute the rank correlation as observed, and after shuffling one of the two among the places.

    Parameters
    ----------
    first, second : array_like, shape (n_places,)
        As for `rank_correlation`.
    rng : numpy.random.Generator
        Source of randomness.
    replicates : int
        Number of shuffles.

    Returns
    -------
    ndarray of float, shape (replicates + 1,)
        The observed one first. The share that is at least as large as the observed one is the p-value of a test
        whose null is that the two have nothing to do with each other.

    Raises
    ------
    MeasureError
        As `rank_correlation` does, and if no shuffle is asked for.

    Examples
    --------
    >>> found = shuffled_rank_correlations([1, 2, 3], [1, 2, 3], rng=np.random.default_rng(1), replicates=5)
    >>> found.size, round(float(found[0]), 12), bool((found <= found[0] + 1e-12).all())
    (6, 1.0, True)
    """
    if replicates < 1:
        raise MeasureError(f"At least one shuffle is needed; got {replicates}.")
    x, y = _centred_ranks(first, second)
    drawn = np.tile(y, (replicates + 1, 1))
    drawn[1:] = rng.permuted(drawn[1:], axis=1)
    found: FloatArray = drawn @ x
    return found


def _centred_ranks(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Rank both columns, centred and of length one."""
    columns = numbers(first, "first"), numbers(second, "second")
    same_length(columns[0].size, columns[1].size, "first", "second")
    if columns[0].size < 3:
        raise MeasureError(f"A rank correlation needs three places at least; got {columns[0].size}.")
    scaled = []
    for name, column in zip(("first", "second"), columns, strict=True):
        ranks = rankdata(rounding.tied(column))
        centred = ranks - ranks.mean()
        length = float(np.sqrt(centred @ centred))
        if length == 0:
            raise MeasureError(f"{name} is the same everywhere and orders nothing.", hint="Look at another fact.")
        scaled.append(centred / length)
    return scaled[0], scaled[1]
