"""Hide small counts, and as few others as it takes that no hidden one can be computed from what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from edubalance.errors import EdubalanceError
from edubalance.sharing.system import Flags, Floats, Ints, System

# Below this a move of the linear programme is none.
STILL = 1e-6
# What it is worth to protect one more cell, against the cost of hiding others.
WORTH = 1e4
# A hidden nought costs this much more than another count: noughts stay in sight where another count will do.
NOUGHT = 8.0
# Components are solved together up to this number of cells.
TOGETHER = 400
# Rounds in which half of the targets are tried together, before they are tried one by one.
HALVES = 6


@dataclass(frozen=True)
class Protection:
    """
    What is hidden, and how uncertain each hidden count is.

    Attributes
    ----------
    hidden : ndarray of bool
        One flag per cell of the system.
    low, high : ndarray of float
        Counts that are certainly possible for one who sees the others; of a cell that is found, all that are possible.
    found : ndarray of bool
        Hidden cells that can be computed: one count is possible, or fewer than from 1 to ``least - 1``.
    """

    hidden: Flags
    low: Floats
    high: Floats
    found: Flags


@dataclass
class _State:
    """What is hidden and shown to be possible so far."""

    system: System
    least: int
    hidden: Flags
    fall: Floats = field(init=False)
    rise: Floats = field(init=False)
    strict: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.fall, self.rise = np.zeros(len(self.hidden)), np.zeros(len(self.hidden))
        self.strict = self.system.cells["small"].to_numpy(dtype=bool).copy()

    def see(self, columns: Ints, moves: Floats) -> None:
        """Remember that the counts may move so."""
        whole = np.round(moves)
        self.fall[columns] = np.minimum(self.fall[columns], whole)
        self.rise[columns] = np.maximum(self.rise[columns], whole)

    def targets(self, columns: Ints, sense: float = 1.0) -> tuple[Ints, Floats]:
        """Return the cells that are not uncertain enough, and how far each should move; `sense` where both ways do."""
        values = self.system.values[columns]
        fall, rise, strict = self.fall[columns], self.rise[columns], self.strict[columns]
        up = np.where(strict & (values + rise < self.least - 1), self.least - 1 - values, 0.0)
        down = np.where(strict & (values + fall > 1), 1 - values, 0.0)
        narrow = rise - fall < width(self.least)
        either = width(self.least) + fall if sense > 0 else rise - width(self.least)
        aim = np.where(up > 0, up, np.where(down < 0, down, np.where(narrow, either, 0.0)))
        open_ = self.hidden[columns] & (aim != 0)
        return columns[open_], aim[open_]


def width(least: int) -> float:
    """Return how wide the range of a hidden count must be: as from 1 to ``least - 1``, and two counts at the least."""
    return max(1.0, least - 2.0)


def protect(system: System, least: int) -> Protection:
    """
    Choose what is hidden beside the small counts, so that none can be computed.

    Parameters
    ----------
    system : System
        Counts with all that is known to hold between them.
    least : int
        Counts from 1 to ``least - 1`` are hidden.

    Returns
    -------
    Protection
        Every small count is hidden. A hidden count is 0 or more for all that is known.

    Raises
    ------
    EdubalanceError
        If ``least`` is below 2: nothing would be hidden.

    Notes
    -----
    Linear programmes move the counts away from the truth while all that is known still holds. What moves has to be
    hidden; of all moves the one that loses the least information is taken. The moves are whole numbers, so each shows
    that a cell may hold another count. A small count should be able to be all from 1 to ``least - 1``; where that
    cannot be had, as much room as that is enough, and noughts may fall away.
    """
    if least < 2:
        raise EdubalanceError.of("least_too_small", least=least)
    state = _State(system, least, system.cells["small"].to_numpy(dtype=bool).copy())
    hideable = system.cells["hideable"].to_numpy(dtype=bool)
    for columns in _portions(system.components(hideable)):
        for floor, sense in ((1.0, 1.0), (0.0, 1.0), (0.0, -1.0)):
            _widen(state, columns, floor, sense)
        state.strict[state.targets(columns)[0]] = False
        for sense in (1.0, -1.0):
            _widen(state, columns, 0.0, sense)
    return _measured(state)


def _portions(components: list[Ints]) -> Iterator[Ints]:
    """Join small components, so that one programme solves many."""
    joined: list[Ints] = []
    for columns in sorted(components, key=len):
        joined.append(columns)
        if sum(map(len, joined)) > TOGETHER:
            yield np.concatenate(joined)
            joined = []
    if joined:
        yield np.concatenate(joined)


def _widen(state: _State, columns: Ints, floor: float, sense: float) -> None:
    """Hide cells until each hidden one of a portion may be enough other counts, or no more can be done."""
    for turn in range(HALVES):
        targets, aims = state.targets(columns, sense)
        half = slice(None) if turn == 0 else (np.arange(len(targets)) * 0x9E3779B1 >> (turn + 7)) % 2 == 0
        if len(targets[half]):
            _step(state, columns, targets[half], aims[half], floor)
    given_up: set[int] = set()
    while True:
        left = [(cell, aim) for cell, aim in zip(*state.targets(columns, sense), strict=True) if cell not in given_up]
        if not left:
            return
        cell, aim = left[0]
        _step(state, columns, np.array([cell]), np.array([aim]), floor)
        if cell in state.targets(columns, sense)[0]:
            given_up.add(int(cell))


def _step(state: _State, columns: Ints, targets: Ints, aims: Floats, floor: float) -> None:
    """Hide what the cheapest move of some targets touches, and remember it."""
    moves = _cheapest(state, columns, targets, aims, floor, whole=False)
    if moves is None:
        return
    touched = np.abs(moves) > STILL
    state.hidden[columns[touched]] = True
    if np.abs(moves - np.round(moves)).max(initial=0.0) > STILL:
        columns = columns[state.hidden[columns]]
        moves = _cheapest(state, columns, targets, aims, floor, whole=True)
    if moves is not None:
        state.see(columns, moves)


def _cheapest(state: _State, columns: Ints, targets: Ints, aims: Floats, floor: float, *, whole: bool) -> Floats | None:
    """Move as many targets as possible by their aims, at the least cost of cells that are not hidden yet."""
    system = state.system
    matrix, fall, rise = system.part(columns)
    size, many = len(columns), len(targets)
    values = system.values[columns]
    cost = system.cells["cost"].to_numpy(dtype=np.float64)[columns] * np.where(values == 0, NOUGHT, 1.0)
    cost = np.where(state.hidden[columns], 1e-4, cost)
    place = np.searchsorted(np.sort(columns), targets)
    at = np.argsort(columns)[place]
    both = sparse.hstack([matrix, -matrix, sparse.csr_array((matrix.shape[0], many))], format="csr")
    most = np.maximum(values - np.where(values > 0, floor, 0.0), 0.0)
    solved = milp(
        np.concatenate([cost, cost, np.full(many, -WORTH)]),
        constraints=[LinearConstraint(both, fall, rise), LinearConstraint(_reached(at, aims, size), 0, np.inf)],
        bounds=Bounds(0.0, np.concatenate([np.full(size, np.inf), most, np.ones(many)])),
        integrality=np.concatenate([np.full(2 * size, float(whole)), np.zeros(many)]),
        options={"mip_rel_gap": 0.02, "node_limit": 500},
    )
    return None if solved.x is None else np.asarray(solved.x[:size] - solved.x[size : 2 * size])


def _reached(at: Ints, aims: Floats, size: int) -> sparse.csr_array:
    """State that a target counts as far as it moves: ``sign · move − |aim| · reached ≥ 0``."""
    many = len(at)
    rows = np.tile(np.arange(many), 3)
    columns = np.concatenate([at, size + at, 2 * size + np.arange(many)])
    signs = np.concatenate([np.sign(aims), -np.sign(aims), -np.abs(aims)])
    return sparse.csr_array((signs, (rows, columns)), shape=(many, 2 * size + many))


def _measured(state: _State) -> Protection:
    """Compute exactly what is possible of the cells that could not be protected."""
    hidden, values = state.hidden, state.system.values
    low, high = values + state.fall, values + state.rise
    found = hidden & (high - low < width(state.least))
    for cell in np.flatnonzero(found):
        low[cell], high[cell] = possible(state.system, hidden, int(cell))
    return Protection(hidden, low, high, found & (high - low < width(state.least)))


def possible(system: System, hidden: Flags, cell: int) -> tuple[float, float]:
    """
    Compute the smallest and largest count that a hidden cell may hold.

    Parameters
    ----------
    system : System
        Counts with all that is known to hold between them.
    hidden : ndarray of bool
        The hidden ones; each is a whole number, 0 or more.
    cell : int
        Which one.

    Returns
    -------
    tuple of float
        Smallest and largest; infinite where nothing limits it.
    """
    columns = next(part for part in system.components(hidden) if cell in part)
    matrix, fall, rise = system.part(columns)
    values = system.values[columns]
    ends = []
    for sign in (1.0, -1.0):
        solved: OptimizeResult = milp(
            sign * (columns == cell),
            constraints=LinearConstraint(matrix, fall, rise),
            bounds=Bounds(-values, np.inf),
            integrality=np.ones(len(columns)),
        )
        ends.append(sign * np.inf * -1 if solved.x is None else values[columns == cell].item() + sign * solved.fun)
    return float(ends[0]), float(ends[1])
