"""Access: how far schools are from where children live, and whether they have room for those who can reach them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance.measures._arrays import FloatArray, nonnegative, refuse_where, same_length, weights_of
from edubalance.measures._travel import Decay, costs_of, decayed, fitting_costs, positions_of, ways, within

__all__ = [
    "capacity_ratio",
    "distances",
    "gravity_accessibility",
    "nearest_distance",
    "share_within",
    "two_step_floating_catchment",
]


def distances(origins_xy: npt.ArrayLike, destinations_xy: npt.ArrayLike) -> FloatArray:
    r"""
    Measure the straight-line distance from every settlement to every school.

    Parameters
    ----------
    origins_xy : array_like, shape (n, 2)
        Settlements: position east and north on a local plane, in km; not degrees.
    destinations_xy : array_like, shape (m, 2)
        Schools, on the same plane.

    Returns
    -------
    ndarray of float, shape (n, m)
        Kilometres; rows are settlements, columns are schools.

    Raises
    ------
    MeasureError
        If the positions are not two columns of finite numbers.

    Notes
    -----
    :math:`d_{ij} = \sqrt{(x_i - x_j)^2 + (y_i - y_j)^2}`. Roads are longer, in mountains much longer: where travel
    times or road distances are known, use them in the place of this matrix.

    Examples
    --------
    From the county seat to a school 3 km east and 4 km north of it, and from there back.

    >>> distances([[0, 0], [3, 4]], [[3, 4]]).tolist()
    [[5.0], [0.0]]
    """
    east, north = positions_of(origins_xy, "origins_xy")
    school_east, school_north = positions_of(destinations_xy, "destinations_xy")
    found: FloatArray = np.hypot(east[:, None] - school_east, north[:, None] - school_north)
    return found


def nearest_distance(cost: npt.ArrayLike) -> FloatArray:
    """
    Find how far each settlement is from its nearest school.

    Parameters
    ----------
    cost : array_like, shape (n, m)
        From settlement (row) to school (column), in km or minutes; infinity where there is no way.

    Returns
    -------
    ndarray of float, shape (n,)
        In the unit of `cost`; infinity for a settlement that reaches no school.

    Raises
    ------
    MeasureError
        If `cost` is not a matrix, or holds missing or negative values.

    Examples
    --------
    >>> nearest_distance([[5.0, 2.0], [0.5, 9.0]]).tolist()
    [2.0, 0.5]
    """
    nearest: FloatArray = costs_of(cost).min(axis=1)
    return nearest


def share_within(distance: npt.ArrayLike, population: npt.ArrayLike, reach: float) -> float:
    r"""
    Compute the share of the children who have a school within reach.

    Parameters
    ----------
    distance : array_like, shape (n,)
        From each settlement to its nearest school; infinity where there is none.
    population : array_like, shape (n,)
        Children of each settlement.
    reach : float
        The farthest that counts as within reach, in the unit of `distance`. A settlement at just this distance counts.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    MeasureError
        If distances are missing or negative, nobody lives anywhere, or `reach` is not positive.

    Notes
    -----
    :math:`\sum_i p_i [d_i \le r] / \sum_i p_i`.

    Examples
    --------
    30 of 40 children live within 3 km, those at 3 km included.

    >>> share_within([1.0, 3.0, 7.5], [10, 20, 10], 3.0)
    0.75
    """
    away = ways(distance, "distance")
    children = weights_of(population, away.size, "population")
    return float(children[within(away, reach)].sum() / children.sum())


def two_step_floating_catchment(
    supply: npt.ArrayLike, demand: npt.ArrayLike, cost: npt.ArrayLike, *, reach: float, decay: Decay | None = None
) -> FloatArray:
    r"""
    Compute the places per child that each settlement can reach, shared with all others who can reach them.

    Parameters
    ----------
    supply : array_like, shape (m,)
        Places of each school.
    demand : array_like, shape (n,)
        Children of each settlement.
    cost : array_like, shape (n, m)
        From settlement (row) to school (column), as children travel in the morning; in km or minutes. Infinity where
        there is no way. Where the way back takes longer, a transposed matrix gives other results.
    reach : float
        The farthest that children travel, in the unit of `cost`, itself included.
    decay : callable, optional
        Takes the costs within reach, returns a weight of at least 0 for each. Without it all within reach count 1.

    Returns
    -------
    ndarray of float, shape (n,)
        Places per child of each settlement; 0 where no school is within reach.

    Raises
    ------
    MeasureError
        If lengths differ, values are missing or negative, `reach` is not positive, `decay` does not give weights, or
        only settlements without children reach a school that has places.

    Notes
    -----
    First each school's places are divided by the children who can reach it, then each settlement adds up the ratios
    of the schools that it can reach. With weights :math:`w_{ij}`, 0 beyond reach,

    .. math:: R_j = \frac{S_j}{\sum_i D_i w_{ij}}, \qquad A_i = \sum_j w_{ij} R_j.

    No place is lost or counted twice: :math:`\sum_i D_i A_i` is the number of places of all schools that anybody can
    reach. A school that no settlement can reach adds nothing to any.

    References
    ----------
    .. [1] Luo, W. and Wang, F. (2003). Measures of spatial accessibility to health care in a GIS environment: synthesis
       and a case study in the Chicago region. Environment and Planning B 30, 865-884.
    .. [2] Luo, W. and Qi, Y. (2009). An enhanced two-step floating catchment area (E2SFCA) method for measuring spatial
       accessibility to primary care physicians. Health & Place 15, 1100-1107.

    Examples
    --------
    Both villages reach the first school: 60 places for 40 children, 1.5 each. The first village alone also reaches the
    second school: 10 places for its 20 children, half a place each.

    >>> two_step_floating_catchment([60, 10], [20, 20], [[1, 2], [2, 9]], reach=3).tolist()
    [2.0, 1.5]
    """
    places, children = nonnegative(supply, "supply"), nonnegative(demand, "demand")
    weight = decayed(fitting_costs(cost, children.size, places.size), reach, decay)
    served = children @ weight
    refuse_where(
        (places > 0) & (served <= 0) & weight.any(axis=0),
        "Every school that can be reached must have children who reach it",
        "school(s) reached by empty settlements only",
        "Leave settlements without children out of demand and cost.",
    )
    ratio: FloatArray = np.divide(places, served, out=np.zeros_like(places), where=served > 0)
    found: FloatArray = weight @ ratio
    return found


def gravity_accessibility(
    supply: npt.ArrayLike, cost: npt.ArrayLike, *, decay: Decay, reach: float = np.inf
) -> FloatArray:
    r"""
    Compute the places that each settlement can reach, the farther the less they count.

    Who else competes for the places does not matter here; `two_step_floating_catchment` takes it into account.

    Parameters
    ----------
    supply : array_like, shape (m,)
        Places of each school.
    cost : array_like, shape (n, m)
        From settlement (row) to school (column).
    decay : callable
        Takes the costs within reach, returns a weight of at least 0 for each.
    reach : float
        The farthest that counts, in the unit of `cost`.

    Returns
    -------
    ndarray of float, shape (n,)
        Weighted places.

    Raises
    ------
    MeasureError
        If lengths differ, values are missing or negative, `reach` is not positive, or `decay` does not give weights.

    Notes
    -----
    :math:`A_i = \sum_j S_j f(c_{ij})`.

    References
    ----------
    .. [1] Hansen, W. G. (1959). How accessibility shapes land use. Journal of the American Institute of Planners 25,
       73-76.

    Examples
    --------
    60 places at 2 km count half, 100 places at 4 km a quarter.

    >>> gravity_accessibility([60, 100], [[2, 4]], decay=lambda km: 1 / km).tolist()
    [55.0]
    """
    places = nonnegative(supply, "supply")
    matrix = costs_of(cost)
    same_length(matrix.shape[1], places.size, "The columns of cost", "supply")
    found: FloatArray = decayed(matrix, reach, decay) @ places
    return found


def capacity_ratio(capacity: npt.ArrayLike, pupils: npt.ArrayLike) -> FloatArray:
    """
    Divide the places of each school by its pupils.

    Parameters
    ----------
    capacity : array_like, shape (n,)
        Places that each school was planned for.
    pupils : array_like, shape (n,)
        Pupils of each school.

    Returns
    -------
    ndarray of float, shape (n,)
        Places per pupil: below 1 a school is overfull, above 1 it has places to spare.

    Raises
    ------
    MeasureError
        If lengths differ, values are missing or negative, or a school has no pupils.

    Examples
    --------
    >>> capacity_ratio([900, 450], [1000, 300]).tolist()
    [0.9, 1.5]
    """
    places, enrolled = nonnegative(capacity, "capacity"), nonnegative(pupils, "pupils")
    same_length(places.size, enrolled.size, "capacity", "pupils")
    refuse_where(
        enrolled == 0, "pupils must be positive to divide by them", "zero", "Leave schools without pupils out."
    )
    ratio: FloatArray = places / enrolled
    return ratio
