"""Make values meet a printed total, share or spread exactly, or refuse."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from edubalance.errors import CaseError
from edubalance.twins.draw import FloatArray, IntArray

EDGE = 1e-9


def interval(value: float, decimals: int) -> tuple[float, float]:
    """
    Return the numbers that print as a value: half a unit of the last decimal to each side.

    Examples
    --------
    >>> low, high = interval(0.335, 3)
    >>> round(low, 4), round(high, 4)
    (0.3345, 0.3355)
    """
    half = 0.5 * 10.0**-decimals
    return value - half * (1 - EDGE), value + half * (1 - EDGE)


def whole_between(low: float, high: float, what: str) -> int:
    """
    Return the whole number nearest to the middle of an interval, refusing an interval that holds none.

    Examples
    --------
    >>> whole_between(2646.99, 2647.01, "teachers")
    2647
    """
    nearest = round((low + high) / 2)
    if not low <= nearest <= high:
        raise CaseError(
            f"No whole number of {what} lies between {low:.6f} and {high:.6f}: the published figure cannot be met.",
            hint="Check the figure, its decimals and the number of pupils.",
        )
    return nearest


def share_of_whole(share: float, decimals: int, near: int, *, reach: int) -> tuple[int, int]:
    """
    Find a part and a whole near a given whole whose share in percent prints as published.

    Parameters
    ----------
    share : float
        Published share in percent.
    decimals : int
        Decimals printed.
    near : int
        The whole that would be natural.
    reach : int
        How far from it the whole may lie.

    Returns
    -------
    tuple of int
        Part and whole, the whole nearest to the natural one (the smaller of two equally near).

    Raises
    ------
    CaseError
        If no whole within reach allows the share.

    Examples
    --------
    >>> share_of_whole(1.23, 2, near=1310, reach=20)
    (16, 1306)
    """
    low, high = interval(share, decimals)
    for step in range(reach + 1):
        for whole in (near - step, near + step):
            part = round(whole * share / 100)
            if whole > 0 and low <= 100 * part / whole <= high:
                return part, whole
    raise CaseError(
        f"No part of any whole from {near - reach} to {near + reach} prints as {share:.{decimals}f} %.",
        hint="Choose a county of another size, or do not claim this figure.",
    )


def whole_with_total(
    values: FloatArray, total: int, low: npt.ArrayLike = 0, high: npt.ArrayLike | None = None
) -> IntArray:
    """
    Round values to whole numbers with a given total: what is left goes to the largest remainders.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Numbers to be rounded; only their proportions count where their sum is another.
    total : int
        Total to be met.
    low, high : array_like, optional
        Bounds of each whole number.

    Returns
    -------
    ndarray of int, shape (n,)
        Whole numbers within the bounds, with the total.

    Raises
    ------
    CaseError
        If the bounds do not allow the total.

    Examples
    --------
    >>> whole_with_total(np.array([1.5, 2.5, 2.0]), 6).tolist()
    [2, 2, 2]
    >>> whole_with_total(np.array([1.0, 1.0]), 5, high=[1, 9]).tolist()
    [1, 4]
    """
    lower = np.broadcast_to(np.asarray(low, dtype=np.int64), values.shape)
    upper = np.full(values.shape, total, np.int64) if high is None else np.broadcast_to(np.asarray(high), values.shape)
    if not lower.sum() <= total <= upper.sum():
        raise CaseError(
            f"A total of {total} is not possible: the parts allow {lower.sum()} to {upper.sum()}.",
            hint="Change the specification or the published figure.",
        )
    scale = total / values.sum() if values.sum() > 0 else 1.0
    whole = np.clip(np.floor(values * scale + EDGE).astype(np.int64), lower, upper)
    while (left := total - int(whole.sum())) != 0:
        step = 1 if left > 0 else -1
        room = whole < upper if left > 0 else whole > lower
        want = np.where(room, step * (values * scale - whole), -np.inf)
        order = np.argsort(-want, kind="stable")[: min(abs(left), int(room.sum()))]
        whole[order] += step
    return whole


def affine(values: FloatArray, weights: FloatArray, mean: float, sd: float) -> FloatArray:
    """
    Shift and stretch values so that their weighted mean and standard deviation are as given.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Values a pupil.
    weights : ndarray, shape (n,)
        Pupils.
    mean, sd : float
        Mean and population standard deviation to be met.

    Returns
    -------
    ndarray, shape (n,)
        Values of the same pattern with that mean and spread.

    Raises
    ------
    CaseError
        If all values are equal, or if a value would become negative.

    Examples
    --------
    >>> affine(np.array([1.0, 3.0]), np.array([10.0, 10.0]), mean=5.0, sd=0.5).tolist()
    [4.5, 5.5]
    """
    total = math.fsum(weights)
    centre = math.fsum(weights * values) / total
    spread = math.sqrt(math.fsum(weights * (values - centre) ** 2) / total)
    if spread == 0:
        raise CaseError("Values that are all equal cannot be given a spread.", hint="Give the column a spread.")
    fitted = mean + (values - centre) * (sd / spread)
    if fitted.min() < 0:
        raise CaseError(
            f"A mean of {mean:g} with a standard deviation of {sd:g} would need a negative amount ({fitted.min():g}).",
            hint="Choose a pattern with a shorter lower tail, or another seed.",
        )
    return fitted
