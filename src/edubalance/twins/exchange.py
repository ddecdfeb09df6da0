"""Whole amounts with an exact pupil-weighted spread, by exchanging single units between schools."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from edubalance.errors import CaseError
from edubalance.twins.draw import FloatArray, IntArray

GREEDY_STEPS = 400
NEIGHBOURS = 6
MOST_CHANGED = 3
SMALL_STEPS = (-1, 1, -2, 2)


@dataclass(frozen=True)
class Amounts:
    """
    Amounts of one resource in the sections of a level, in whole units.

    Attributes
    ----------
    units : ndarray of int
        Units of each section's school.
    unit : float
        Size of a unit, e.g. 0.01 m².
    share : ndarray
        Share of the school's amount that is the section's; below 1 where the school is integrated.
    pupils : ndarray
        Pupils of each section.
    low : ndarray of int
        Fewest units that an exchange may leave to each school.
    """

    units: IntArray
    unit: float
    share: FloatArray
    pupils: FloatArray
    low: IntArray

    @property
    def total(self) -> float:
        """Return the amount of all sections."""
        return math.fsum(self.share * self.units) * self.unit

    @property
    def square(self) -> float:
        """Return the sum of squared amounts over pupils; with the total it fixes the spread."""
        return math.fsum((self.share * self.units * self.unit) ** 2 / self.pupils)

    def with_units(self, units: IntArray) -> Amounts:
        """Return the same sections with other amounts."""
        return Amounts(units, self.unit, self.share, self.pupils, self.low)


def square_for(mean: float, sd: float, pupils: float) -> float:
    """
    Return the sum of squared amounts over pupils that belongs to a mean and a standard deviation a pupil.

    Notes
    -----
    The pupil-weighted variance is Σ a²/p over all pupils P, less the squared mean; so Σ a²/p = P (sd² + mean²).

    Examples
    --------
    Two schools of 100 pupils with 4 and 6 a pupil: 400²/100 + 600²/100.

    >>> square_for(5.0, 1.0, 200.0)
    5200.0
    """
    return pupils * (sd**2 + mean**2)


def spread_by_exchange(amounts: Amounts, low: float, high: float) -> Amounts:
    """
    Exchange single units between schools until the sum of squares lies between two bounds; the total stays.

    Parameters
    ----------
    amounts : Amounts
        Start; only schools that are not integrated give and take.
    low, high : float
        Bounds of `Amounts.square`.

    Returns
    -------
    Amounts
        Amounts with the same total and a sum of squares within the bounds.

    Raises
    ------
    CaseError
        If neither single exchanges nor a pair of them reach the bounds.

    Notes
    -----
    Giving school i a unit u and taking it from j changes the sum of squares by
    u² (2 n_i + 1) / p_i − u² (2 n_j − 1) / p_j. Exchanges between four different schools add up, so that the pairs
    are searched by sorting: some sixty schools offer millions of pairs.

    Examples
    --------
    >>> four = Amounts(np.array([4, 6, 5, 5]), 1.0, np.ones(4), np.full(4, 10.0), np.zeros(4, int))
    >>> spread_by_exchange(four, 10.79, 10.81).units.tolist()
    [3, 7, 5, 5]
    """
    middle, half = (low + high) / 2, (high - low) / 2
    amounts = _approach(amounts, middle, half)
    gap = middle - amounts.square
    if abs(gap) <= half:
        return amounts
    changes = _changes(amounts)
    gives, takes = np.nonzero(np.isfinite(changes))
    change = changes[gives, takes]
    order = np.argsort(change, kind="stable")
    found = _pair(change[order], gives[order], takes[order], gap)
    units = amounts.units.copy()
    for position in found:
        units[gives[order[position]]] += 1
        units[takes[order[position]]] -= 1
    reached = amounts.with_units(units)
    if not found or not low <= reached.square <= high:
        raise CaseError(
            f"The spread cannot be met: sum of squares {reached.square:.8g} instead of {low:.8g} to {high:.8g}.",
            hint="More schools, or schools of more different sizes, offer more exchanges.",
        )
    return reached


def _changes(amounts: Amounts) -> FloatArray:
    """Return what each single exchange (row receives, column gives) does to the sum of squares; infinite if barred."""
    more = amounts.unit**2 * (2 * amounts.units + 1) / amounts.pupils
    less = amounts.unit**2 * (2 * amounts.units - 1) / amounts.pupils
    single = amounts.share == 1
    change = more[:, None] - less[None, :]
    barred = ~single[:, None] | ~(single & (amounts.units > amounts.low))[None, :]
    np.fill_diagonal(barred, val=True)
    return np.where(barred, np.inf, change)


def _approach(amounts: Amounts, middle: float, half: float) -> Amounts:
    """Take the best single exchange again and again while it helps."""
    for _ in range(GREEDY_STEPS):
        gap = middle - amounts.square
        left = np.abs(gap - _changes(amounts))
        receives, gives = np.unravel_index(int(np.argmin(left)), left.shape)
        if abs(gap) <= half or left[receives, gives] >= abs(gap):
            break
        units = amounts.units.copy()
        units[receives] += 1
        units[gives] -= 1
        amounts = amounts.with_units(units)
    return amounts


def _pair(change: FloatArray, gives: IntArray, takes: IntArray, gap: float) -> tuple[int, ...]:
    """Find two exchanges between four schools whose changes, sorted ascending, add up nearest to a gap."""
    best: tuple[int, ...] = ()
    nearest = np.inf
    partner = np.searchsorted(change, gap - change)
    for offset in range(-NEIGHBOURS, NEIGHBOURS):
        other = np.clip(partner + offset, 0, change.size - 1)
        apart = (gives != gives[other]) & (gives != takes[other]) & (takes != gives[other]) & (takes != takes[other])
        miss = np.where(apart, np.abs(gap - change - change[other]), np.inf)
        first = int(np.argmin(miss))
        if miss[first] < nearest:
            nearest, best = float(miss[first]), (first, int(other[first]))
    return best


def settle_shared(amounts: Amounts, total: float, tolerance: float) -> Amounts:
    """
    Change integrated schools by a unit or two until what is left for the others is a whole number of units.

    Parameters
    ----------
    amounts : Amounts
        Start.
    total : float
        Units of all sections together; need not be whole.
    tolerance : float
        How far from it the units may be.

    Returns
    -------
    Amounts
        The same, with other units in up to three integrated schools.

    Raises
    ------
    CaseError
        If no change of up to three integrated schools does it.

    Examples
    --------
    Half of one school's rooms and a third of another's: 10.5 in all leave no whole rest with 4 and 6 rooms.

    >>> share, pupils = np.array([0.5, 1 / 3, 1.0]), np.array([50.0, 50.0, 100.0])
    >>> rooms = Amounts(np.array([4, 6, 6]), 1.0, share, pupils, np.zeros(3, int))
    >>> settle_shared(rooms, 10.5, 0.001).units.tolist()
    [3, 6, 6]
    """
    shared = np.flatnonzero(amounts.share < 1)
    left = total - math.fsum(amounts.share[shared] * amounts.units[shared])
    for many in range(MOST_CHANGED + 1):
        grid = np.array(list(product(SMALL_STEPS, repeat=many)), dtype=np.int64).reshape(-1 if many else 1, many)
        for chosen in combinations(shared.tolist(), many):
            places = np.array(chosen, dtype=np.int64)
            rest = left - (amounts.share[places] * grid).sum(axis=1)
            best = int(np.argmin(np.abs(rest - np.round(rest))))
            units = amounts.units.copy()
            units[places] += grid[best]
            if abs(rest[best] - round(float(rest[best]))) <= tolerance and units.min() >= 0:
                return amounts.with_units(units)
    raise CaseError(
        f"No whole amounts of {shared.size} integrated schools leave a whole rest of {total:.6f} units.",
        hint="More integrated schools offer more fractions.",
    )
