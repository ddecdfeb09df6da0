"""Guards of answers and ratings: rows by columns, and what becomes of rows that are not complete."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import BoolArray, FloatArray, IntArray, amounts, codes_of, refuse_where, same_length

ObjectArray = npt.NDArray[np.object_]

POLICIES = ("refuse", "listwise")
ABSENT = -1


def number_table(values: npt.ArrayLike, name: str) -> FloatArray:
    """
    Turn rows by columns into floats; NaN stands where an entry is missing.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Numbers. None, NaN, a masked entry and pandas' NA are missing ones.
    name : str
        What messages call the table.

    Returns
    -------
    ndarray of float, shape (n, k)
        The same numbers.

    Raises
    ------
    MeasureError
        If `values` is not a table, or holds text or infinite values.
    """
    table = numbers_or_missing(values, name)
    if table.ndim != 2 or table.size == 0:
        raise MeasureError(
            f"{name} must be a table, one row a person or unit; got shape {table.shape}.",
            hint="Pass rows by columns.",
        )
    return table


def numbers_or_missing(values: npt.ArrayLike, name: str) -> FloatArray:
    """Turn numbers of any shape into floats, missing ones into NaN; refuse text, dates and infinite values."""
    try:
        array = _floats(values)
    except (TypeError, ValueError) as error:
        reason = str(error).rstrip(".")
        raise MeasureError(
            f"{name} must be numbers: {reason}.", hint="Convert the answers to numbers first."
        ) from error
    if np.isinf(array).any():
        raise MeasureError(f"{name} must be finite numbers; got {int(np.isinf(array).sum())} infinite.")
    amounts(array.ravel(), f"{name}, counted row by row,")
    return array


def answers(values: npt.ArrayLike, missing: str, *, columns: int = 2) -> tuple[FloatArray, int]:
    """
    Turn the answers to items into a table without gaps.

    Parameters
    ----------
    values : array_like, shape (n, k)
        One row a person, one column an item.
    missing : {"refuse", "listwise"}
        What to do with rows that are not complete.
    columns : int
        The fewest items that the measure is defined for.

    Returns
    -------
    tuple of ndarray and int
        The complete rows, and how many were left out.

    Raises
    ------
    MeasureError
        If there are too few items or complete rows, or rows with gaps are to be refused.
    """
    table = number_table(values, "items")
    if table.shape[1] < columns:
        raise MeasureError(f"At least {columns} items are needed; got {table.shape[1]}.")
    kept = complete_rows(np.isnan(table), "items", missing)
    return table[kept], int(kept.size - kept.sum())


def complete_rows(absent: BoolArray, name: str, missing: str) -> BoolArray:
    """Mark the rows without gaps; refuse gaps, or fewer than two complete rows."""
    if missing not in POLICIES:
        raise MeasureError(f"missing must be one of {', '.join(POLICIES)}; got {missing!r}.")
    gaps = np.asarray(absent.any(axis=1), dtype=np.bool_)
    if missing == "refuse":
        refuse_where(
            gaps,
            f"Every row of {name} must be complete",
            "incomplete",
            'Complete the data, or pass missing="listwise": these rows are then left out and counted.',
        )
    if gaps.size - gaps.sum() < 2:
        raise MeasureError(f"{name} must have at least two complete rows; got {int(gaps.size - gaps.sum())}.")
    return ~gaps


def refuse_constant(table: FloatArray, name: str = "items") -> None:
    """Refuse columns in which all rows agree: nothing correlates with them."""
    refuse_where(
        np.ptp(table, axis=0) == 0,
        f"{name} must vary",
        "that all answered alike",
        "Leave these columns out and say so: nobody can be told apart by them.",
    )


def rating_table(ratings: npt.ArrayLike, *, numeric: bool) -> tuple[IntArray, FloatArray]:
    """
    Number what raters said.

    Parameters
    ----------
    ratings : array_like, shape (n, m)
        One row a unit, one column a rater: numbers or labels. None, NaN, a masked entry and pandas' NA are missing.
    numeric : bool
        Whether distances between ratings are asked for, so that they must be numbers.

    Returns
    -------
    tuple of ndarray
        The place of each rating among the values, -1 where it is missing, shape (n, m); and the values in ascending
        order, shape (v,). Labels that need not be numbers get the values 0, 1, 2 … as they appear.

    Raises
    ------
    MeasureError
        If `ratings` is no table, numbers are asked for and not given, text and numbers are mixed, or all is missing.
    """
    if numeric:
        table = number_table(ratings, "ratings")
        values, places = np.unique(table[~np.isnan(table)], return_inverse=True)
        return _placed(np.isnan(table), places.ravel()), values
    array = objects(ratings)
    if array.ndim != 2 or array.size == 0:
        raise MeasureError(
            f"ratings must be a table, one row a unit and one column a rater; got shape {array.shape}.",
            hint="Pass rows by columns.",
        )
    absent = _absent(array)
    labels = array[~absent].tolist()
    text = sum(isinstance(label, str) for label in labels)
    if 0 < text < len(labels):
        raise MeasureError(
            f"ratings must be either text or numbers; got {text} as text and {len(labels) - text} not.",
            hint='Give all raters the same codes: "1" and 1 would count as different.',
        )
    distinct, codes = codes_of(labels)
    return _placed(absent, codes), np.arange(len(distinct), dtype=np.float64)


def tally(codes: IntArray, count: int) -> FloatArray:
    """Count for each unit how many raters gave each value, shape (n, count); missing ratings count nowhere."""
    places = np.arange(count)
    table: FloatArray = (codes[:, :, np.newaxis] == places).sum(axis=1).astype(np.float64)
    return table


def side_by_side(first: npt.ArrayLike, second: npt.ArrayLike) -> ObjectArray:
    """Put two columns of ratings into one table."""
    columns = [objects(column) for column in (first, second)]
    for column, name in zip(columns, ("first", "second"), strict=True):
        if column.ndim != 1:
            raise MeasureError(f"{name} must be one column of ratings; got shape {column.shape}.")
    same_length(columns[0].size, columns[1].size, "first", "second")
    return np.stack(columns, axis=1)


def objects(values: Any) -> ObjectArray:
    """Turn anything array-like into an array of objects; a masked entry becomes None."""
    array = np.array(values, dtype=object)
    if isinstance(values, np.ma.MaskedArray):
        array[np.ma.getmaskarray(values)] = None
    return array


def _placed(absent: BoolArray, codes: IntArray) -> IntArray:
    """Put the codes of what is there back into the table."""
    if codes.size == 0:
        raise MeasureError("ratings must hold at least one rating; all are missing.")
    placed = np.full(absent.shape, ABSENT, dtype=np.intp)
    placed[~absent] = codes
    return placed


def _absent(array: ObjectArray) -> BoolArray:
    """Mark None and what is not plainly equal to itself: NaN, NaT and pandas' NA."""
    marks = [entry is None or not isinstance(entry == entry, bool | np.bool_) or entry != entry for entry in array.flat]
    return np.array(marks, dtype=np.bool_).reshape(array.shape)


def _floats(values: Any) -> FloatArray:
    """Convert to floats, missing markers to NaN, but neither digits given as text nor dates."""
    raw = np.asarray(values)
    if isinstance(values, np.ma.MaskedArray) or raw.dtype.kind == "O":
        raw = objects(values)
        raw = np.where(_absent(raw), np.nan, raw)
        if any(isinstance(entry, str) for entry in raw.flat):
            raise TypeError("some are text")
    elif raw.dtype.kind not in "biuf":
        raise TypeError(f"some are {'text' if raw.dtype.kind == 'U' else raw.dtype}")
    return raw.astype(np.float64)
