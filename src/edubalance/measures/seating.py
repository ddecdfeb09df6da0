"""Seating: for how many children the seats within reach suffice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from edubalance.measures._arrays import FloatArray, nonnegative, refuse_where, weights_of
from edubalance.measures._travel import fitting_costs, within

__all__ = ["seated", "uncovered_share"]

_MANY = 2**31 - 1  # The solver counts in whole numbers of 32 bits.


def seated(seats: npt.ArrayLike, children: npt.ArrayLike, cost: npt.ArrayLike, *, reach: float) -> FloatArray:
    r"""
    Count the children who find a seat within reach if seats are given out as well as can be.

    Nobody could seat more by drawing the zones of the schools anew: what is missing then is missing because the seats
    are too few, or stand where too few children can reach them.

    Parameters
    ----------
    seats : array_like of int, shape (m,)
        Seats of each school.
    children : array_like of int, shape (n,)
        Children of each settlement.
    cost : array_like, shape (n, m)
        From settlement (row) to school (column), in km or minutes; infinity where there is no way.
    reach : float
        The farthest that children travel, in the unit of `cost`, itself included.

    Returns
    -------
    ndarray of float, shape (m,)
        Seats of each school that are taken. Their sum is the largest number of children who can be seated; how it is
        spread over the schools need not be unique.

    Raises
    ------
    MeasureError
        If lengths differ, values are missing, negative or not whole, or `reach` is not positive.

    See Also
    --------
    edubalance.measures.access.two_step_floating_catchment : Seats per child where everyone shares with everyone.

    Notes
    -----
    The maximum flow from the settlements to the schools:

    .. math:: \max_{f \ge 0} \sum_{ij} f_{ij} \quad \text{with} \quad \sum_j f_{ij} \le D_i, \quad
       \sum_i f_{ij} \le S_j, \quad f_{ij} = 0 \text{ where } c_{ij} > r.

    References
    ----------
    .. [1] Ford, L. R. and Fulkerson, D. R. (1956). Maximal flow through a network. Canadian Journal of Mathematics 8,
       399-404.

    Examples
    --------
    Both villages of 20 children reach the first school, which has 25 seats; only the second reaches the other school.
    The first village fills 20 seats of the first school, the second village 5 and the 10 of the other: 35 of 40.

    >>> float(seated([25, 10], [20, 20], [[1, 9], [2, 1]], reach=3).sum())
    35.0
    """
    places, people = _whole(seats, "seats"), _whole(children, "children")
    near = within(fitting_costs(cost, people.size, places.size), reach)
    sources, schools = near.nonzero()
    start, first = 0, 1 + people.size
    end = first + places.size
    ways = [
        (np.zeros(people.size, dtype=np.int64), np.arange(1, first), people),
        (1 + sources, first + schools, np.minimum(people[sources], places[schools])),
        (first + np.arange(places.size), np.full(places.size, end), places),
    ]
    origin, goal, room = (np.concatenate(column) for column in zip(*ways, strict=True))
    graph = csr_array((room.astype(np.int32), (origin, goal)), shape=(end + 1, end + 1))
    flow = maximum_flow(graph, start, end).flow
    return np.asarray(flow[:, [end]].toarray()[first:end, 0], dtype=np.float64)


def uncovered_share(access: npt.ArrayLike, population: npt.ArrayLike) -> float | FloatArray:
    r"""
    Compute the share of the children whom the seats within their reach, shared with all others, do not cover.

    Parameters
    ----------
    access : array_like, shape (n,) or (n, r)
        Seats per child of each settlement, as from `two_step_floating_catchment`; of r layouts side by side, or of one.
    population : array_like, shape (n,)
        Children of each settlement.

    Returns
    -------
    float or ndarray of float, shape (r,)
        From 0, where every settlement has a seat for each child, to 1, where none has any.

    Raises
    ------
    MeasureError
        If lengths differ, values are missing or negative, or nobody lives anywhere.

    See Also
    --------
    seated : How many could be seated if seats were given out as well as can be.

    Notes
    -----
    :math:`\sum_i D_i \max(0, 1 - A_i) / \sum_i D_i`. Seats to spare in one settlement do not make up for seats that
    another lacks. A settlement without a school within reach counts whole.

    Examples
    --------
    10 children have 2 seats each, 30 have half a seat each: 15 of 40 are not covered.

    >>> uncovered_share([2.0, 0.5], [10, 30])
    0.375
    """
    table = np.asarray(access, dtype=np.float64)
    per_child = nonnegative(table.ravel(), "access").reshape(table.shape)
    people = weights_of(population, len(table), "population")
    share = people @ np.maximum(1 - per_child, 0) / people.sum()
    return float(share) if table.ndim == 1 else np.asarray(share, dtype=np.float64)


def _whole(values: npt.ArrayLike, name: str) -> npt.NDArray[np.int64]:
    """Turn a column into whole numbers, and refuse one that has others."""
    given = nonnegative(values, name)
    refuse_where(given % 1 != 0, f"{name} must be whole numbers", "fraction(s)", "Count; do not average.")
    refuse_where(given > _MANY, f"{name} must be at most {_MANY}", "larger", "Look for a slip in the data.")
    return given.astype(np.int64)
