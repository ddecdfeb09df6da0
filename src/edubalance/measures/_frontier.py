"""Linear programs of data envelopment analysis: how far units lie from the frontier that others span."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, nonnegative, refuse_where, same_length

RETURNS = ("constant", "variable", "nonincreasing")
ORIENTATIONS = ("input", "output")
TOLERANCE = 1e-7  # The solver keeps its constraints to this; a smaller difference is rounding.

_UNITS_A_PROGRAM = 50  # The programs of many units are solved as one sparse program: fewer calls, same optima.


@dataclass(frozen=True)
class Units:
    """
    What units use and produce.

    Attributes
    ----------
    inputs : ndarray of float, shape (n, m)
        Amounts used.
    outputs : ndarray of float, shape (n, s)
        Amounts produced.
    """

    inputs: FloatArray
    outputs: FloatArray

    def __len__(self) -> int:
        """Count the units."""
        return len(self.inputs)

    def some(self, rows: slice) -> Units:
        """Take some of the units."""
        return Units(self.inputs[rows], self.outputs[rows])

    def scaled(self, factor: FloatArray, orientation: str) -> Units:
        """Multiply the inputs of each unit by its factor, or divide its outputs by it."""
        if orientation == "input":
            return Units(self.inputs * factor[:, None], self.outputs)
        return Units(self.inputs, self.outputs / factor[:, None])


def units_of(inputs: npt.ArrayLike, outputs: npt.ArrayLike) -> Units:
    """Turn two tables of amounts into units, and refuse what cannot span or meet a frontier."""
    units = Units(_table(inputs, "inputs"), _table(outputs, "outputs"))
    same_length(len(units.inputs), len(units.outputs), "inputs", "outputs")
    return units


def check_model(returns: str, orientation: str) -> None:
    """Refuse an unknown assumption on returns to scale and an unknown orientation."""
    if returns not in RETURNS:
        raise MeasureError(f"returns must be one of {', '.join(RETURNS)}; got {returns!r}.")
    if orientation not in ORIENTATIONS:
        raise MeasureError(f"orientation must be one of {', '.join(ORIENTATIONS)}; got {orientation!r}.")


def distances_to(frontier: Units, units: Units, returns: str, orientation: str) -> FloatArray:
    """
    Measure by how much inputs could shrink, or outputs grow, in proportion: 1 on the frontier, 2 where half is wasted.

    Parameters
    ----------
    frontier : Units
        They span the frontier.
    units : Units
        They are measured; below 1 where a unit lies beyond the frontier.
    returns : str
        One of `RETURNS`.
    orientation : str
        One of `ORIENTATIONS`.

    Returns
    -------
    ndarray of float, shape (n,)
        The inverse of the factor for inputs, or the factor for outputs.

    Raises
    ------
    MeasureError
        If the frontier does not reach a unit, or the solver fails.
    """
    found = [
        _radial(frontier, units.some(slice(start, start + _UNITS_A_PROGRAM)), returns, orientation)
        for start in range(0, len(units), _UNITS_A_PROGRAM)
    ]
    return np.concatenate(found)


def mixtures(frontier: Units, targets: Units, returns: str) -> FloatArray:
    """
    Find the mixtures of frontier units that use least beyond the targets and produce most.

    Parameters
    ----------
    frontier : Units
        They are mixed.
    targets : Units
        What a mixture may use at most and must produce at least.
    returns : str
        One of `RETURNS`.

    Returns
    -------
    ndarray of float, shape (n, k)
        Weight of each of the k frontier units in the mixture of each of the n targets.
    """
    largest = np.concatenate([frontier.inputs.max(axis=0), frontier.outputs.max(axis=0)])
    spared = (np.hstack([frontier.inputs, -frontier.outputs]) / largest).sum(axis=1)
    found = []
    for start in range(0, len(targets), _UNITS_A_PROGRAM):
        part = targets.some(slice(start, start + _UNITS_A_PROGRAM))
        mixed, limits = _constraints(frontier, part)
        found.append(_optimum(mixed, limits, np.tile(spared, (len(part), 1)), np.ones(len(frontier)), returns))
    return np.concatenate(found)


def _radial(frontier: Units, units: Units, returns: str, orientation: str) -> FloatArray:
    """Solve for the common factor of all inputs, or of all outputs; it is the first variable of each program."""
    mixed, limits = _constraints(frontier, units)
    scaled = np.zeros_like(limits, dtype=np.bool_)
    count = units.inputs.shape[1]
    scaled[:, slice(None, count) if orientation == "input" else slice(count, None)] = True
    columns = np.concatenate([np.where(scaled, -limits, 0)[:, :, None], mixed], axis=2)
    cost = np.zeros((len(units), len(frontier) + 1))
    cost[:, 0] = 1 if orientation == "input" else -1
    weights = np.append(0, np.ones(len(frontier)))
    factor = _optimum(columns, np.where(scaled, 0, limits), cost, weights, returns)[:, 0]
    return 1 / factor if orientation == "input" else factor


def _constraints(frontier: Units, units: Units) -> tuple[FloatArray, FloatArray]:
    """
    Write "no more input, no less output" as mixture ≤ limit, one block for each unit.

    Each row is divided by the unit's own amount, so that the solver's tolerance is a share of it.
    """
    own = np.hstack([units.inputs, units.outputs])
    largest = np.concatenate([frontier.inputs.max(axis=0), frontier.outputs.max(axis=0)])
    scale = np.where(own > 0, own, largest)
    sign = np.repeat([1.0, -1.0], [units.inputs.shape[1], units.outputs.shape[1]])
    amounts = np.hstack([frontier.inputs, frontier.outputs]) * sign
    return amounts.T[None, :, :] / scale[:, :, None], sign * own / scale


def _optimum(blocks: FloatArray, limits: FloatArray, cost: FloatArray, weights: FloatArray, returns: str) -> FloatArray:
    """Minimise the cost of all blocks in one program; the sum of weights is 1, at most 1, or free."""
    count, _, width = blocks.shape
    total = np.broadcast_to(weights, (count, 1, width))
    if returns == "nonincreasing":
        blocks = np.concatenate([blocks, total], axis=1)
        limits = np.hstack([limits, np.ones((count, 1))])
    equal: dict[str, Any] = {"A_eq": _diagonal(total), "b_eq": np.ones(count)} if returns == "variable" else {}
    found = linprog(cost.ravel(), A_ub=_diagonal(blocks), b_ub=limits.ravel(), method="highs", **equal)
    if found.status != 0:
        raise MeasureError(
            f"The frontier must reach every unit; the solver says: {found.message}",
            hint="Look for amounts of very different size in one column, and for units beyond those of the frontier.",
        )
    optimum: FloatArray = found.x.reshape(count, width)
    return optimum


def _diagonal(blocks: FloatArray) -> csr_array:
    """Put blocks on the diagonal of a sparse matrix."""
    count, rows, width = blocks.shape
    columns = np.arange(count * width).reshape(count, 1, width)
    places = np.broadcast_to(columns, blocks.shape).ravel()
    starts = np.arange(0, blocks.size + 1, width)
    return csr_array((blocks.ravel(), places, starts), shape=(count * rows, count * width))


def _table(values: npt.ArrayLike, name: str) -> FloatArray:
    """Turn amounts into a table of units by kinds, without missing or negative values and without empty lines."""
    raw = values if isinstance(values, np.ndarray) else np.asarray(values)
    if raw.ndim == 1:
        raw = raw[:, None]
    if raw.ndim != 2 or raw.size == 0:
        raise MeasureError(f"{name} must be a table of units by kinds; got shape {raw.shape}.")
    table = np.column_stack([nonnegative(raw[:, k], f"{name}, column {k},") for k in range(raw.shape[1])])
    nothing = table <= 0
    refuse_where(
        np.asarray(nothing.all(axis=1)),
        f"Every unit must have something of its {name}",
        "without any",
        "Leave units without any out: from nothing, or for nothing, no efficiency can be told.",
    )
    refuse_where(
        np.asarray(nothing.all(axis=0)),
        f"Every kind of {name} must occur",
        "zero everywhere",
        "Leave the column out: it tells no units apart.",
    )
    return table
