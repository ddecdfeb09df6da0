"""Blocks of whole groups, prepared once for every kernel and few enough to stay in the processor's cache."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import BoolArray, FloatArray, IntArray, amounts, nonnegative, same_length
from edubalance.measures.dispersion import CONVENTIONS
from edubalance.measures.grouping import Groups, group_rows

# Seven columns of so many rows stay in the processor's cache, and calls weigh little (benchmarks/panel.py).
ROWS_AT_ONCE = 16384

_LARGEST_WHOLE = 2.0**31


@dataclass(frozen=True)
class Block:
    """
    Whole groups; columns come first, so that the rows of a column lie side by side.

    Attributes
    ----------
    rows : ndarray of int, shape (m,)
        Which rows these are, in the order of the block.
    starts, inner_starts : ndarray of int, shapes (g,) and (h,)
        Where each group, and each inner group, begins in the block.
    above : ndarray of float, shape (k, m)
        Values less the least value of their group; 0 where the value is missing.
    least : ndarray of float, shape (k, g)
        The least value of each group; NaN where all are missing.
    absent : ndarray of int, shape (a,)
        Flat places in `above` where a value, or the school's pupils, are missing.
    pupils : ndarray of float, shape (m,)
        Pupils, whether or not a value is missing.
    whole : bool
        Whether all pupils are whole numbers, small enough to be added up as integers.
    """

    rows: IntArray
    starts: IntArray
    inner_starts: IntArray
    above: FloatArray
    least: FloatArray
    absent: IntArray
    pupils: FloatArray
    whole: bool

    def add(self, rows: FloatArray) -> FloatArray:
        """Add up (k, m) numbers by group, to (k, g)."""
        total: FloatArray = np.add.reduceat(rows, self.starts, axis=1)
        return total

    def spread(self, groups: FloatArray) -> FloatArray:
        """Give each row its group's number: from (k, g) to (k, m)."""
        return np.repeat(groups, self.sizes, axis=1)

    @cached_property
    def sizes(self) -> IntArray:
        """Count the rows of each group."""
        return np.diff(self.starts, append=self.above.shape[1])

    @cached_property
    def numbers(self) -> IntArray:
        """Number each row by its group in the block."""
        return np.repeat(np.arange(self.starts.size), self.sizes)

    @cached_property
    def missing(self) -> BoolArray:
        """Tell where a value, or the school's pupils, are missing: shape (k, m)."""
        missing = np.zeros(self.above.shape, dtype=np.bool_)
        missing.ravel()[self.absent] = True
        return missing

    @cached_property
    def weights(self) -> FloatArray:
        """Repeat the pupils for each column; 0 where the value is missing, so that the school counts nothing there."""
        weights = np.empty_like(self.above)
        weights[:] = self.pupils
        weights.ravel()[self.absent] = 0.0
        return weights

    @cached_property
    def present(self) -> IntArray:
        """Count the values present, by column and group."""
        columns, groups = self.least.shape
        column, row = np.divmod(self.absent, self.pupils.size)
        missing = np.bincount(column * groups + self.numbers[row], minlength=columns * groups)
        present: IntArray = self.sizes - missing.reshape(columns, groups)
        return present

    @cached_property
    def outer(self) -> IntArray:
        """Find where each group begins among the inner groups."""
        return np.searchsorted(self.inner_starts, self.starts)

    @cached_property
    def inner_weight(self) -> FloatArray:
        """Add up pupils by column and inner group."""
        total: FloatArray = np.add.reduceat(self.weights, self.inner_starts, axis=1)
        return total

    @cached_property
    def inner_above(self) -> FloatArray:
        """Add up pupils times values above the least, by column and inner group."""
        total: FloatArray = np.add.reduceat(self.above * self.pupils, self.inner_starts, axis=1)
        return total

    @cached_property
    def weight(self) -> FloatArray:
        """Add up pupils by column and group."""
        total: FloatArray = np.add.reduceat(self.inner_weight, self.outer, axis=1)
        return total

    @cached_property
    def mean_above(self) -> FloatArray:
        """Take the least value off the weighted mean; NaN where no value counts."""
        return divide(np.add.reduceat(self.inner_above, self.outer, axis=1), self.weight)

    @cached_property
    def mean(self) -> FloatArray:
        """Average over pupils; NaN where no value counts."""
        return self.least + self.mean_above

    @cached_property
    def mean_beside(self) -> FloatArray:
        """Put the weighted mean, less the least value, beside each row of its group, whatever their order inside it."""
        return self.spread(self.mean_above)

    @cached_property
    def deviations(self) -> FloatArray:
        """Take the weighted mean of their group off the values; 0 where the value is missing."""
        deviations = self.above - self.mean_beside
        deviations.ravel()[self.absent] = 0.0
        return deviations


def divide(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide; NaN where the divisor is not positive."""
    quotient: FloatArray = above / np.where(below > 0, below, np.nan)
    return quotient


def clean(values: npt.ArrayLike, pupils: npt.ArrayLike, groups: Groups) -> tuple[FloatArray, FloatArray]:
    """
    Turn values into float columns (k, n) whose NaN are missing values, and pupils into one column without any.

    Raises
    ------
    MeasureError
        If values are not numbers or infinite, shapes differ, or pupils are missing, infinite or negative.
    """
    try:
        table = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise MeasureError(f"values must be numbers; {error}.", hint="Convert the columns to numbers first.") from error
    table = table[:, np.newaxis] if table.ndim == 1 else table
    weights = nonnegative(pupils, "pupils")
    if table.ndim != 2:
        raise MeasureError(f"values must be a table of rows and columns; got shape {table.shape}.")
    same_length(table.shape[0], weights.size, "values", "pupils")
    same_length(table.shape[0], groups.order.size, "values", "groups")
    infinite: BoolArray = np.isinf(table)
    if infinite.any():
        row, column = (int(place[0]) for place in np.nonzero(infinite))
        raise MeasureError(
            f"values must be finite or missing; got {table[row, column]} in row {row}, column {column}.",
            hint="A value per pupil of a school without pupils is missing: use NaN.",
        )
    amounts(table.ravel(), "values, counted row by row,")
    return np.ascontiguousarray(table.T), weights


def check_convention(convention: str) -> None:
    """Refuse an unknown convention of the difference coefficient."""
    if convention not in CONVENTIONS:
        raise MeasureError(
            f"The convention must be one of {', '.join(CONVENTIONS)}; got {convention!r}.",
            hint="The national difference coefficient is weighted_population.",
        )


def nest(groups: Groups, inner: npt.ArrayLike | None) -> Groups:
    """Sort rows by group and inner group; without inner groups each group is its own."""
    return groups if inner is None else group_rows(groups.codes, inner)


def spans(groups: Groups) -> list[slice]:
    """Cut the groups into spans of about `ROWS_AT_ONCE` rows; a larger group stays whole."""
    edges = np.append(groups.starts, groups.order.size)
    found, first = [], 0
    while first < groups.count:
        last = max(int(np.searchsorted(edges, edges[first] + ROWS_AT_ONCE, side="right")) - 1, first + 1)
        found.append(slice(first, last))
        first = last
    return found


def prepare(columns: FloatArray, pupils: FloatArray, groups: Groups, nested: Groups, span: slice) -> Block:
    """Prepare the block of one span of groups from clean columns."""
    starts = groups.starts[span]
    end = groups.starts[span.stop] if span.stop < groups.count else groups.order.size
    inner = slice(*np.searchsorted(nested.starts, [starts[0], end]).tolist())
    rows = nested.order[starts[0] : end]
    # The rows are known to exist; "clip" spares numpy's own look, and with it two thirds of the time.
    pupils = pupils[rows]
    values = np.take(columns, rows, axis=1, mode="clip")
    above, least, absent = _above_least(values, pupils, starts - starts[0])
    return Block(
        rows=rows,
        starts=starts - starts[0],
        inner_starts=nested.starts[inner] - starts[0],
        above=above,
        least=least,
        absent=absent,
        pupils=pupils,
        whole=bool((pupils == np.minimum(np.rint(pupils), _LARGEST_WHOLE)).all()),
    )


def _above_least(above: FloatArray, pupils: FloatArray, starts: IntArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Take the least value of each group off, in place; find what is missing, such as rows of no pupils."""
    without_pupils = pupils == 0
    if without_pupils.any():
        above[:, without_pupils] = np.nan
    absent = np.flatnonzero(np.isnan(above))
    above.ravel()[absent] = np.inf
    least = np.minimum.reduceat(above, starts, axis=1)
    least[np.isinf(least)] = np.nan
    above -= np.repeat(least, np.diff(starts, append=pupils.size), axis=1)
    above.ravel()[absent] = 0.0
    return above, least, absent
