"""Single items of a scale: the ends of the scale, reversed wording, and what each item adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._alpha import ROUNDING, alpha_of
from edubalance.measures._arrays import FloatArray
from edubalance.measures._survey import answers, numbers_or_missing, refuse_constant


@dataclass(frozen=True)
class ItemValues:
    """
    One number an item.

    Attributes
    ----------
    values : ndarray of float, shape (k,)
        In the order of the items.
    used, dropped : int
        Rows that counted, and rows left out because they had gaps.
    """

    values: FloatArray
    used: int
    dropped: int


def on_scale(scores: npt.ArrayLike, low: float, high: float) -> FloatArray:
    """
    Hand answers back as floats, and refuse those that the scale does not have.

    Parameters
    ----------
    scores : array_like
        Answers, of any shape; missing ones stay missing (NaN).
    low, high : float
        Ends of the scale.

    Returns
    -------
    ndarray of float
        The same answers.

    Raises
    ------
    MeasureError
        If an answer lies outside the scale, such as 99 for "not answered", or the ends are the wrong way round.

    Examples
    --------
    >>> on_scale([1, 5, None], 1, 5).tolist()
    [1.0, 5.0, nan]
    """
    if not low < high:
        raise MeasureError(f"A scale runs from low to high; got {low:g} to {high:g}.")
    array = numbers_or_missing(scores, "scores")
    outside = (array < low) | (array > high)
    if outside.any():
        found = ", ".join(f"{value:g}" for value in np.unique(array[outside])[:5])
        raise MeasureError(
            f"scores must lie on the scale from {low:g} to {high:g}; got {int(outside.sum())} outside it ({found}).",
            hint="Turn codes for no answer, such as 9 or 99, into missing values.",
        )
    return array


def reverse(scores: npt.ArrayLike, low: float, high: float) -> FloatArray:
    """
    Reverse items that are worded the other way round.

    Parameters
    ----------
    scores : array_like
        Answers to one item or to several, of any shape; missing ones stay missing (NaN).
    low, high : float
        Ends of the scale, not the lowest and highest answers that were given.

    Returns
    -------
    ndarray of float
        ``low + high - scores``.

    Raises
    ------
    MeasureError
        If an answer lies outside the scale, or the ends are the wrong way round.

    Examples
    --------
    >>> reverse([1, 2, 5], low=1, high=5).tolist()
    [5.0, 4.0, 1.0]
    """
    return low + high - on_scale(scores, low, high)


def item_rest_correlations(items: npt.ArrayLike, *, missing: str = "refuse") -> ItemValues:
    """
    Correlate each item with the sum of all others.

    Parameters
    ----------
    items : array_like, shape (n, k)
        Answers, one row a person, one column an item.
    missing : {"refuse", "listwise"}
        Rows with gaps are refused, or left out and counted.

    Returns
    -------
    ItemValues
        One correlation an item. A negative one marks an item that was not reversed or does not belong.

    Raises
    ------
    MeasureError
        If there are fewer than two items or complete rows, or an item or the sum of the others does not vary.

    Examples
    --------
    Of two items each is the rest of the other.

    >>> item_rest_correlations([[1, 1], [2, 3], [3, 2]]).values.round(4).tolist()
    [0.5, 0.5]
    """
    table, dropped = answers(items, missing)
    refuse_constant(table)
    deviations = table - table.mean(axis=0)
    rest = deviations.sum(axis=1, keepdims=True) - deviations
    own, other = (deviations**2).sum(axis=0), (rest**2).sum(axis=0)
    if (other <= ROUNDING * own.sum()).any():
        raise MeasureError(
            "The sum of the other items must vary for every item; for one it does not.",
            hint="Reverse items that are worded the other way round.",
        )
    return ItemValues((deviations * rest).sum(axis=0) / np.sqrt(own * other), len(table), dropped)


def alpha_if_deleted(items: npt.ArrayLike, *, missing: str = "refuse") -> ItemValues:
    """
    Compute Cronbach's alpha without each item in turn.

    Parameters
    ----------
    items : array_like, shape (n, k)
        Answers, one row a person, one column an item; at least three items.
    missing : {"refuse", "listwise"}
        Rows with gaps, in any item, are refused, or left out and counted.

    Returns
    -------
    ItemValues
        Alpha without the item. One above the alpha of all says that the item weakens the scale in these answers;
        whether it belongs is a question of what it asks.

    Raises
    ------
    MeasureError
        If there are fewer than three items or two complete rows, or the sum of the items left does not vary.

    Examples
    --------
    Without the third item the two others are left, with alpha 2 (1 - 2/3).

    >>> alpha_if_deleted([[1, 1, 3], [2, 3, 1], [3, 2, 1]]).values[2].round(4).item()
    0.6667
    """
    table, dropped = answers(items, missing, columns=3)
    covariances = np.cov(table, rowvar=False)
    left = [np.delete(np.delete(covariances, item, axis=0), item, axis=1) for item in range(table.shape[1])]
    return ItemValues(np.array([alpha_of(matrix) for matrix in left]), len(table), dropped)
