"""Guards for positions and for the cost of travel, and how travel is weighed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import BoolArray, FloatArray, nonnegative, numbers

Decay = Callable[[FloatArray], npt.ArrayLike]


def positions_of(points: npt.ArrayLike, name: str) -> tuple[FloatArray, FloatArray]:
    """Split a table of positions into its two columns."""
    table = _plain(points)
    if table.ndim != 2 or table.shape[1] != 2:
        raise MeasureError(
            f"{name} must be two columns, east and north in km; got shape {table.shape}.",
            hint="Pass one row a place.",
        )
    return numbers(table[:, 0], name), numbers(table[:, 1], name)


def ways(lengths: npt.ArrayLike, name: str) -> FloatArray:
    """Turn a column of distances or travel times into floats; infinity stays, for it says that there is no way."""
    column = _plain(lengths)
    none = np.isposinf(column) if column.dtype.kind == "f" else np.zeros(column.shape, dtype=np.bool_)
    known = column.copy()
    known[none] = 0
    found: FloatArray = np.where(none, np.inf, nonnegative(known, name))
    return found


def costs_of(cost: npt.ArrayLike) -> FloatArray:
    """Turn a matrix of distances or travel times into floats, as `ways` does a column."""
    table = _plain(cost)
    if table.ndim != 2 or table.size == 0:
        raise MeasureError(
            f"cost must be a matrix of settlements (rows) by schools (columns); got shape {table.shape}.",
            hint="Use access.distances, or pivot the table of travel times.",
        )
    return ways(table.ravel(), "cost, counted row by row,").reshape(table.shape)


def fitting_costs(cost: npt.ArrayLike, origins: int, destinations: int) -> FloatArray:
    """Turn a matrix of costs into floats, and refuse one that does not fit demand and supply."""
    matrix = costs_of(cost)
    if matrix.shape != (origins, destinations):
        raise MeasureError(
            f"cost must have a row for each of the {origins} settlements and a column for each of the {destinations}"
            f" schools; got shape {matrix.shape}.",
            hint="Rows are where children live, columns are schools; transpose the matrix if it is the other way.",
        )
    return matrix


def within(cost: FloatArray, reach: float) -> BoolArray:
    """Mark what lies within reach; where there is no way, nothing does."""
    if not reach > 0:
        raise MeasureError(f"reach must be positive; got {reach:g}.", hint="Give it in the unit of the distances.")
    inside: BoolArray = np.isfinite(cost) & (cost <= rounding.reachable(reach, "<="))
    return inside


def decayed(cost: FloatArray, reach: float, decay: Decay | None) -> FloatArray:
    """Weigh costs: 0 beyond reach; within it what `decay` says, or 1."""
    inside = within(cost, reach)
    weight = inside.astype(np.float64)
    if decay is None or not inside.any():
        return weight
    with np.errstate(all="ignore"):
        given = np.asarray(decay(cost[inside]), dtype=np.float64)
    if given.shape != (int(inside.sum()),) or not np.isfinite(given).all() or (given < 0).any():
        raise MeasureError(
            "decay must return one finite weight of at least 0 for each cost within reach.",
            hint="1 / cost is not defined at 0: give distances within a settlement a small positive value.",
        )
    weight[inside] = given
    return weight


def _plain(values: npt.ArrayLike) -> npt.NDArray[Any]:
    """Turn masked entries into missing ones; leave all else as it is."""
    if isinstance(values, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(values), np.nan, np.ma.getdata(values))
    return np.asarray(values)
