"""Trials that look at where seats and children are; a case that does not list places cannot decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from edubalance.evidence import layout, shuffles
from edubalance.evidence.finding import Finding, by_shuffles
from edubalance.evidence.material import Material
from edubalance.measures import access, seating


def badly_placed(material: Material, *, reach: Mapping[str, float] = layout.REACH) -> Finding:
    r"""
    Find whether room stands where few children can reach it, more than if it were dealt out among the schools.

    Parameters
    ----------
    material : Material
        The case.
    reach : mapping of str to float
        How far children travel in km, by level: an assumption of the analysis.

    Returns
    -------
    Finding
        Percent of the children, over all levels, whom the seats within their reach would not cover if there were just
        as many seats as children; p from dealing the schools' seats per pupil out anew among those that teach the same
        levels. Undecided where no school has seats and pupils, or all have the same.

    Notes
    -----
    The schools stay where they are, and so do children and pupils. What is dealt out is how roomy each school is:
    its seats for each of its pupils, :math:`u_j = S_j / P_j`. A deal gives school j the seats
    :math:`P_j u_{\pi(j)}`, scaled so that a level has as many seats as children, whatever the deal. Two-step floating
    catchments share them among the children within reach, and `seating.uncovered_share` counts those left over. How
    many children no deal could reach is the same in all deals, and so does not speak for the claim; `layout.summary`
    tells it. Schools of which seats or pupils are not known, or are none, are left out.
    """
    schools, people = _used(material), layout.homes(material)
    people = people[people["children"] > 0]
    if schools.empty or people.empty:
        return Finding(found=None, unit="percent")
    codes = shuffles.school_codes(schools)
    dealt = shuffles.of_schools(schools, codes, material)
    pupils, seats = (schools[name].to_numpy(dtype=np.float64) for name in ("pupils", "seats"))
    left = np.zeros(len(dealt))
    for level, lived in people.groupby("level", sort=False):
        rows = np.flatnonzero(schools["level"] == level)
        # Schools change places among those that teach the same levels, so that each has a row at this one.
        row_of = np.zeros(codes.max() + 1, dtype=np.int64)
        row_of[codes[rows]] = rows
        supply = pupils[rows] * (seats / pupils)[row_of[dealt[:, rows]]]
        left += _uncovered(supply, lived, schools.iloc[rows], reach[str(level)])
    return by_shuffles(100 * left / people["children"].sum(), "greater", "percent")


def seats_unused(material: Material, *, areas: Sequence[str]) -> Finding:
    """
    Find whether the schools of some areas fill fewer of their seats than the others.

    Parameters
    ----------
    material : Material
        The case.
    areas : sequence of str
        Areas that the claim is about.

    Returns
    -------
    Finding
        Share of the seats filled there less that elsewhere, in percentage points; p from shuffling areas among the
        schools that teach the same levels. Schools of which the seats are not known, or are none, are left out.
    """
    schools = _used(material)
    inside = schools["area"].isin(list(areas)).to_numpy().astype(np.int64)
    if schools.empty:
        return Finding(found=None, unit="percentage_points")
    load, seats = (schools[name].to_numpy(dtype=np.float64) for name in ("load", "seats"))
    gap = shuffles.school_gaps(schools, inside, load, seats, material)
    return by_shuffles(gap.statistics, "less", "percentage_points", value=100 * gap.value)


def _used(material: Material) -> pd.DataFrame:
    """Take the schools that have seats and pupils; the others have no use to speak of."""
    schools = layout.seats(material)
    return schools[(schools["seats"] > 0) & (schools["pupils"] > 0)].reset_index(drop=True)


def _uncovered(supply: shuffles.Floats, lived: pd.DataFrame, schools: pd.DataFrame, reach: float) -> shuffles.Floats:
    """Count the children of one level left over in every deal, were there as many seats as children."""
    children = lived["children"].to_numpy(dtype=np.float64)
    if not len(schools):
        return np.full(len(supply), children.sum())
    cost = access.distances(lived[layout.POSITION], schools[layout.POSITION])
    # Access is a sum over schools: what one seat of each gives is enough to know all deals.
    each = np.eye(len(schools))
    of_a_seat = np.column_stack([access.two_step_floating_catchment(one, children, cost, reach=reach) for one in each])
    scaled = supply * (children.sum() / supply.sum(axis=1, keepdims=True))
    return np.asarray(children.sum() * seating.uncovered_share(of_a_seat @ scaled.T, children))
