"""Hide small counts, and as many others as it takes that no hidden one can be computed from what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from edubalance.errors import EdubalanceError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def hidden(counts: Floats, least: int, groups: Sequence[Sequence[int]] = ()) -> Flags:
    """
    Choose the cells of a table of counts that are hidden.

    Parameters
    ----------
    counts : ndarray of float, shape (rows, columns)
        Counts of persons; NaN where a count is not known.
    least : int
        Counts from 1 to ``least - 1`` are hidden.
    groups : sequence of sequences of int
        Columns that add up to a number that stays in sight.

    Returns
    -------
    ndarray of bool, shape (rows, columns)
        True for a cell that is hidden: the small ones, and in every column and in every group of a row that has exactly
        one of them, or of which all hidden ones are 1, the smallest other count above nought as well, again and again
        until none stands alone.

    Raises
    ------
    EdubalanceError
        If ``least`` is below 2: nothing would be hidden.

    Notes
    -----
    A column's total may be known from elsewhere, so that a single hidden cell could be had by subtraction; therefore no
    hidden cell is left alone in its column. Nought is a value and stays in sight, for it counts nobody; who sees the
    noughts knows that hidden cells are not, so that two of them with a sum of 2 are 1 and 1. Where a column or group
    has no other count above nought, a nought is hidden with it. Whether two hidden cells of two sums still
    betray each other is for `bounds` to say.

    Examples
    --------
    The second school's single doctor is hidden, and with it the fewest other ones of that column.

    >>> hidden(np.array([[9.0, 5.0], [7.0, 1.0], [8.0, 3.0]]), least=3).astype(int).tolist()
    [[0, 0], [0, 1], [0, 1]]
    """
    if least < 2:
        raise EdubalanceError(f"The least count in sight must be 2 or more; got {least}.", hint="For example 3 or 5.")
    flags = (counts > 0) & (counts < least)
    changed = True
    while changed:
        changed = False
        for line in _lines(counts.shape, groups):
            partner = _partner(counts, flags, line)
            if partner is not None:
                flags[partner] = changed = True
    return np.asarray(flags)


def _lines(shape: tuple[int, ...], groups: Sequence[Sequence[int]]) -> Iterator[list[tuple[int, int]]]:
    """Walk through everything whose sum may be known: each column, and each group of each row."""
    for column in range(shape[1]):
        yield [(row, column) for row in range(shape[0])]
    for row in range(shape[0]):
        for group in groups:
            if len(group) > 1:
                yield [(row, column) for column in group]


def _partner(counts: Floats, flags: Flags, line: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Find what to hide beside cells that are known by their sum: the smallest other count, nought if there is none."""
    unseen = [counts[cell] for cell in line if flags[cell]]
    if not unseen or (len(unseen) > 1 and any(count != 1 for count in unseen)):
        return None
    others = [cell for cell in line if not flags[cell] and not np.isnan(counts[cell])]
    return min(others, key=lambda cell: (counts[cell] == 0, counts[cell]), default=None)


def bounds(counts: Floats, flags: Flags, groups: Sequence[tuple[Sequence[int], Floats]]) -> Floats:
    """
    Compute how narrowly each hidden cell is still bounded by what is left in sight.

    Parameters
    ----------
    counts : ndarray of float, shape (rows, columns)
        The true counts; none missing.
    flags : ndarray of bool, shape (rows, columns)
        The hidden ones.
    groups : sequence of (columns, whole)
        Columns that add up to at most the whole of each row, shape (rows,).

    Returns
    -------
    ndarray of float, shape (hidden, 2)
        Smallest and largest count that a hidden cell could be, for one who knows every column's total and how cells
        are hidden: a cell of which both are equal is disclosed.

    Notes
    -----
    Two linear programmes a cell. By `hidden`, a nought is hidden only where all that is left in sight of its column, or
    of its group of the row, is nought; everywhere else a hidden cell is known to be 1 or more.

    Examples
    --------
    Two hidden cells of one column, together 4, and a count in sight above nought: each may be 1, 2 or 3.

    >>> counts = np.array([[5.0], [1.0], [3.0]])
    >>> bounds(counts, np.array([[False], [True], [True]]), []).tolist()
    [[1.0, 3.0], [1.0, 3.0]]
    """
    cells = np.argwhere(flags)
    if not len(cells):
        return np.empty((0, 2))
    place = {(int(row), int(column)): number for number, (row, column) in enumerate(cells)}
    equal, totals = _columns(counts, flags, place)
    above, limits = _rows(counts, flags, place, groups)
    least = _least(counts, flags, cells, groups)
    found = np.empty((len(cells), 2))
    for number in range(len(cells)):
        for side, sign in enumerate((1.0, -1.0)):
            aim = np.zeros(len(cells))
            aim[number] = sign
            solved = linprog(aim, A_ub=above, b_ub=limits, A_eq=equal, b_eq=totals, bounds=least, method="highs")
            found[number, side] = sign * solved.fun if solved.success else np.nan
    return found


def _least(
    counts: Floats,
    flags: Flags,
    cells: npt.NDArray[np.int64],
    groups: Sequence[tuple[Sequence[int], Floats]],
) -> list[tuple[float, None]]:
    """Return the least that each hidden cell is known to be: 1, but 0 where a nought would have been hidden too."""
    nothing_seen = flags | ~(counts > 0)
    found: list[tuple[float, None]] = []
    for row, column in cells:
        lines = [nothing_seen[:, column]]
        lines += [nothing_seen[row, list(members)] for members, _ in groups if column in members and len(members) > 1]
        found.append((0.0 if any(bool(line.all()) for line in lines) else 1.0, None))
    return found


def _columns(counts: Floats, flags: Flags, place: dict[tuple[int, int], int]) -> tuple[Floats, Floats]:
    """Lay down that the hidden cells of a column add up to what its total leaves."""
    columns = np.flatnonzero(flags.any(axis=0))
    matrix = np.zeros((len(columns), len(place)))
    for line, column in enumerate(columns):
        for row in np.flatnonzero(flags[:, column]):
            matrix[line, place[int(row), int(column)]] = 1.0
    return matrix, np.array([counts[flags[:, column], column].sum() for column in columns])


def _rows(
    counts: Floats, flags: Flags, place: dict[tuple[int, int], int], groups: Sequence[tuple[Sequence[int], Floats]]
) -> tuple[Floats | None, Floats | None]:
    """Lay down that the hidden cells of a row's group do not exceed what its whole leaves."""
    lines, limits = [], []
    for columns, whole in groups:
        members = list(columns)
        for row in np.flatnonzero(flags[:, members].any(axis=1)):
            line = np.zeros(len(place))
            unseen = [column for column in members if flags[row, column]]
            for column in unseen:
                line[place[int(row), column]] = 1.0
            seen = sum(counts[row, column] for column in members if column not in unseen)
            lines.append(line)
            limits.append(float(whole[row]) - seen)
    return (np.array(lines), np.array(limits)) if lines else (None, None)
