"""A system of linear constraints over counts: what everybody knows of cells that may be hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class System:
    """
    Counts, and every sum and limit that holds between them.

    Attributes
    ----------
    cells : DataFrame
        One row per count: ``table``, ``row`` (label of the table's index), ``column``, ``value``, ``small`` (hidden
        whatever else is), ``hideable`` and ``cost`` (information lost when it is hidden beside others).
    matrix : csr_array, shape (constraints, cells)
        Coefficients.
    low, high : ndarray of float
        Bounds of ``matrix @ cells``; the true counts lie within.
    """

    cells: pd.DataFrame
    matrix: sparse.csr_array
    low: Floats
    high: Floats

    @property
    def values(self) -> Floats:
        """The true counts."""
        return self.cells["value"].to_numpy(dtype=np.float64)

    def room(self) -> tuple[Floats, Floats]:
        """Return how far each sum may fall and rise from where the true counts put it."""
        at = self.matrix @ self.values
        return self.low - at, self.high - at

    def components(self, free: Flags) -> list[Ints]:
        """Split the cells that are free to change into sets that no constraint links."""
        columns = np.flatnonzero(free)
        part = (self.matrix[:, columns] != 0).astype(np.int64)
        count, label = sparse.csgraph.connected_components(part.T @ part, directed=False)
        order = np.argsort(label, kind="stable")
        return np.split(columns[order], np.cumsum(np.bincount(label, minlength=count))[:-1]) if count else []

    def part(self, columns: Ints) -> tuple[sparse.csr_array, Floats, Floats]:
        """Return the constraints on some cells while all others keep their counts: matrix, and room of each sum."""
        matrix = self.matrix[:, columns]
        rows = np.flatnonzero(np.diff(matrix.indptr))
        fall, rise = self.room()
        return matrix[rows], fall[rows], rise[rows]


class Builder:
    """Collects counts and constraints; those on counts that are not known are left out, and those that do not hold."""

    def __init__(self) -> None:
        self._cells: list[pd.DataFrame] = []
        self._values: list[Floats] = []
        self._size = 0
        self._terms: list[tuple[Ints, Floats, float, float]] = []

    def add(self, table: str, rows: Sequence[object], column: str, values: Floats) -> Ints:
        """Add the counts of a column; return their places."""
        places = np.arange(self._size, self._size + len(values))
        self._cells.append(pd.DataFrame({"table": table, "row": list(rows), "column": column, "value": values}))
        self._values.append(values)
        self._size += len(values)
        return places

    def values(self) -> Floats:
        """Return the counts collected so far."""
        return np.concatenate(self._values) if self._values else np.empty(0)

    def equal(self, places: Ints, signs: Floats) -> None:
        """State that a sum is 0."""
        self._terms.append((places, signs, 0.0, 0.0))

    def limit(self, places: Ints, signs: Floats) -> None:
        """State that a sum is at most 0."""
        self._terms.append((places, signs, -np.inf, 0.0))

    def total(self, places: Ints, total: float) -> None:
        """State the total of some counts."""
        self._terms.append((places, np.ones(len(places)), total, total))

    def build(self) -> System:
        """Return the system."""
        cells = pd.concat(self._cells, ignore_index=True)
        values = cells["value"].to_numpy(dtype=np.float64)
        held = [term for term in self._terms if self._holds(values, term)]
        lengths = [len(places) for places, *_ in held]
        places = np.concatenate([term[0] for term in held]) if held else np.empty(0, dtype=np.int64)
        signs = np.concatenate([term[1] for term in held]) if held else np.empty(0)
        rows = np.repeat(np.arange(len(held)), lengths)
        matrix = sparse.csr_array((signs, (rows, places)), shape=(len(held), len(cells)))
        bounds = np.array([(low, high) for _, _, low, high in held]).reshape(-1, 2)
        return System(cells, matrix, bounds[:, 0], bounds[:, 1])

    def _holds(self, values: Floats, term: tuple[Ints, Floats, float, float]) -> bool:
        """Return whether all counts of a constraint are known and fulfil it."""
        places, signs, low, high = term
        total = float(values[places] @ signs)
        return bool(len(places)) and low <= total <= high
