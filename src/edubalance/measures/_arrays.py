"""Guards that all measures share: turn what is given into clean arrays, or say what is wrong and where."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]

_LISTED = 8
# Sums, ratios, and squares and cubes of ratios of numbers within these are still numbers, and not nought by underflow.
_LARGEST, _SMALLEST = 1e50, 1e-50


def positions(bad: BoolArray) -> str:
    """Word the places where a mask is true, counted from 0; long lists end in an ellipsis."""
    places = [str(place) for place in np.flatnonzero(bad)]
    more = ", …" if len(places) > _LISTED else ""
    return f"[{', '.join(places[:_LISTED])}{more}]"


def refuse_where(bad: BoolArray, expected: str, found: str, hint: str) -> None:
    """Raise a `MeasureError` that counts and places the values where `bad` is true, if there are any."""
    if bad.any():
        count = int(bad.sum())
        raise MeasureError(f"{expected}; got {count} {found} at positions {positions(bad)}.", hint=hint)


def numbers(values: npt.ArrayLike, name: str, *, bounded: bool = True) -> FloatArray:
    """
    Turn a column of numbers into a float array without missing or infinite values.

    Parameters
    ----------
    values : array_like, shape (n,)
        At least one number. A masked entry is a missing one.
    name : str
        What messages call the column.
    bounded : bool
        Whether they are amounts; probabilities may be smaller than any.

    Returns
    -------
    ndarray of float, shape (n,)
        The same numbers, in the same order.

    Raises
    ------
    MeasureError
        If `values` is not one-dimensional, is empty, holds text, missing or infinite values, or one beyond
        1e50 or between 0 and 1e-50.
    """
    if isinstance(values, np.ma.MaskedArray):
        values = np.where(np.ma.getmaskarray(values), np.nan, np.ma.getdata(values))
    try:
        array = _floats(np.asarray(values))
    except (TypeError, ValueError) as error:
        raise MeasureError(f"{name} must be numbers: {error}.", hint="Convert the column to numbers first.") from error
    if array.ndim != 1 or array.size == 0:
        raise MeasureError(
            f"{name} must be one column with at least one number; got shape {array.shape}.",
            hint="Pass one number a school.",
        )
    refuse_where(
        ~np.isfinite(array),
        f"{name} must be finite numbers",
        "missing or infinite",
        "Leave these schools out knowingly and report how many, or complete the data.",
    )
    return amounts(array, name) if bounded else array


def amounts(array: FloatArray, name: str) -> FloatArray:
    """Hand numbers back; refuse those that are too large or too small to be amounts of anything. NaN passes."""
    not_beyond(array, name)
    size = np.abs(array)
    tiny = (size > 0) & (size < _SMALLEST)
    refuse_where(tiny, f"{name} must be amounts", "between 0 and 1e-50", "Write 0, or use a larger unit.")
    return array


def not_beyond(array: FloatArray, name: str) -> None:
    """Refuse numbers that are too large to be squared and added. NaN passes."""
    refuse_where(np.abs(array) > _LARGEST, f"{name} must be amounts", "beyond 1e50", "Look for a slip in the data.")


def nonnegative(values: npt.ArrayLike, name: str) -> FloatArray:
    """Turn a column into a float array as `numbers` does, and refuse negative values."""
    array = numbers(values, name)
    refuse_where(
        array < 0, f"{name} must not be negative", "negative", "Correct the data: an amount cannot be negative."
    )
    return array


def same_length(count: int, other: int, name: str, other_name: str) -> None:
    """Refuse two columns of different lengths."""
    if count != other:
        raise MeasureError(
            f"{name} and {other_name} must have the same length; got {count} and {other}.",
            hint="Take both columns from the same table.",
        )


def weights_of(weights: npt.ArrayLike | None, count: int, name: str = "weights") -> FloatArray:
    """
    Turn weights into a float array of a given length; None weighs all schools alike.

    Zero is allowed: such a school counts nothing. Negative weights are refused, and so are weights of zero everywhere.
    """
    if weights is None:
        return np.ones(count)
    array = nonnegative(weights, name)
    same_length(count, array.size, "values", name)
    if not array.any():
        raise MeasureError(f"At least one of {name} must be positive; all {count} are zero.")
    return array


def counted(weights: FloatArray, *columns: FloatArray) -> tuple[FloatArray, ...]:
    """Keep the rows of positive weight, in the weights and in every other column."""
    kept = weights > 0
    return tuple(column[kept] for column in (weights, *columns))


def mean_of(values: FloatArray, weights: FloatArray) -> float:
    """
    Average clean arrays with weights.

    A mean lies between the smallest and the largest value. Holding rounding to that makes the mean of equal
    schools exactly their value, so that they show no spread at all.
    """
    average = float(values @ weights / weights.sum())
    return min(max(average, float(values.min())), float(values.max()))


def positive(mean: float) -> float:
    """Hand a mean back, and refuse a mean by which nothing can be divided."""
    if mean <= 0:
        raise MeasureError(
            f"The mean must be positive to divide by it; got {mean:g}.",
            hint="A resource that no school has is a failure of provision: report it as such, not as equality.",
        )
    return mean


def shares_and_ratios(values: npt.ArrayLike, weights: npt.ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """
    Return each school's share of the weights and its value as a multiple of the weighted mean.

    Schools of zero weight are left out. Refuses what `nonnegative` and `weights_of` refuse, and a mean of zero.
    """
    array = nonnegative(values, "values")
    weight, array = counted(weights_of(weights, array.size), array)
    return weight / weight.sum(), array / positive(mean_of(array, weight))


def sum_by(codes: IntArray, amounts: FloatArray) -> FloatArray:
    """Sum amounts by group number; every number from 0 to the highest occurs."""
    sums: FloatArray = np.bincount(codes, weights=amounts).astype(np.float64)
    return sums


def labels_of(groups: Sequence[Hashable] | npt.NDArray[Any], count: int, name: str = "groups") -> list[Hashable]:
    """Turn one label a school into a list of plain labels; missing labels are refused."""
    array = np.asarray(groups, dtype=object)
    if array.ndim != 1:
        raise MeasureError(f"{name} must be one column of labels; got shape {array.shape}.")
    same_length(count, array.size, "values", name)
    labels: list[Hashable] = array.tolist()
    missing = np.array([label is None or not _equals_itself(label) for label in labels], dtype=np.bool_)
    refuse_where(missing, f"{name} must label every school", "missing", "Name the group, or leave these schools out.")
    return labels


def codes_of(labels: Sequence[Hashable]) -> tuple[list[Hashable], IntArray]:
    """Number the distinct labels in order of first appearance; return them and each row's number."""
    number = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    return list(number), np.array([number[label] for label in labels], dtype=np.intp)


def _floats(raw: npt.NDArray[Any]) -> FloatArray:
    """Convert to floats, but neither digits given as text nor dates, which NumPy would convert silently."""
    if raw.dtype.kind not in "biufO":
        raise TypeError(f"some are {'text' if raw.dtype.kind == 'U' else raw.dtype}")
    if raw.dtype.kind == "O" and any(isinstance(entry, str) for entry in raw.ravel()):
        raise TypeError("some are text")
    return raw.astype(np.float64)


def _equals_itself(label: Hashable) -> bool:
    """Tell apart the missing markers NaN, NaT and pandas' NA: none of them is plainly equal to itself."""
    same = label == label
    return isinstance(same, bool | np.bool_) and bool(same)
