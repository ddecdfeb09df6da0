"""Catchments: the children around every school, how many could be seated at best, and what the map shows of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from edubalance import rounding
from edubalance.evidence import layout
from edubalance.evidence.layout import POSITION, REACH
from edubalance.evidence.material import Material
from edubalance.measures import access, seating

SCHOOL = ["school_id", "level", "type", "founder", "area", "township", "seats", "pupils", "load", "spare"]


def around(material: Material, *, reach: Mapping[str, float] = REACH, year: int | None = None) -> pd.DataFrame:
    """
    Count the children who can reach each school.

    Parameters
    ----------
    material : Material
        The case.
    reach : mapping of str to float
        How far children travel in km, by level.
    year : int, optional
        The year; the one that the notebook tells of unless given.

    Returns
    -------
    DataFrame
        One row a school and level: school_id, level, type, founder, area, township, ``seats``, ``pupils``, ``load``,
        ``spare`` as in `layout.seats`, and ``children_in_reach``. A child counts at every school that it can reach;
        settlements of which the children are not known are left out, which `layout.coverage` tells.
    """
    schools, people = layout.seats(material, year), layout.homes(material, year)
    parts = []
    for level, rows in schools.groupby("level", sort=False):
        lived = people[(people["level"] == level) & (people["children"] > 0)]
        children = np.zeros(len(rows))
        if len(lived):
            near = access.distances(lived[POSITION], rows[POSITION]) <= rounding.reachable(reach[str(level)], "<=")
            children = lived["children"].to_numpy(dtype=np.float64) @ near
        parts.append(rows[SCHOOL].assign(children_in_reach=children))
    return pd.concat(parts, ignore_index=True) if parts else schools[SCHOOL].assign(children_in_reach=0.0)


def at_best(material: Material, *, reach: Mapping[str, float] = REACH, year: int | None = None) -> pd.DataFrame:
    """
    Count the children who could have a seat within reach if zones were drawn as well as can be.

    Parameters
    ----------
    material : Material
        The case.
    reach : mapping of str to float
        How far children travel in km, by level.
    year : int, optional
        The year; the one that the notebook tells of unless given.

    Returns
    -------
    DataFrame
        One row a level: ``seats``, ``children``, ``seated`` (at best), ``unseated`` (percent of the children for whom
        no drawing of zones would find a seat within reach) and ``empty`` (seats left over then). Schools of which the
        seats are not known count as without any, settlements of which the children are not known as uninhabited.
    """
    schools, people = layout.seats(material, year), layout.homes(material, year)
    rows = []
    for level, of_level in schools.groupby("level", sort=False):
        lived = people[(people["level"] == level) & (people["children"] > 0)]
        seats, children = of_level["seats"].fillna(0).to_numpy(), lived["children"].to_numpy()
        if len(lived):
            cost = access.distances(lived[POSITION], of_level[POSITION])
            taken = float(seating.seated(seats, children, cost, reach=reach[str(level)]).sum())
            unseated = 100 * (1 - taken / float(children.sum()))
            rows.append((str(level), float(seats.sum()), float(children.sum()), taken, unseated, seats.sum() - taken))
    return pd.DataFrame(rows, columns=["level", "seats", "children", "seated", "unseated", "empty"])


def change(material: Material, *, reach: Mapping[str, float] = REACH) -> pd.DataFrame:
    """
    Sum up how well children are served in every year that the places have.

    Parameters
    ----------
    material : Material
        The case.
    reach : mapping of str to float
        How far children travel in km, by level.

    Returns
    -------
    DataFrame
        As `layout.summary`, with ``year`` before it. What changed may be the schools, their seats, or where children
        live.
    """
    years = sorted(int(year) for year in material.tables.places["year"].unique())
    parts = [layout.summary(material, reach=reach, year=year).assign(year=year) for year in years]
    found = pd.concat(parts, ignore_index=True) if parts else layout.summary(material).assign(year=0)
    return found[["year", *(name for name in found if name != "year")]]


def drawn(
    material: Material, level: str, *, reach: Mapping[str, float] = REACH, year: int | None = None
) -> pd.DataFrame:
    """
    Lay out settlements and schools of one level for the map.

    Parameters
    ----------
    material : Material
        The case.
    level : str
        The level.
    reach : mapping of str to float
        How far children travel in km, by level.
    year : int, optional
        The year; the one that the notebook tells of unless given.

    Returns
    -------
    DataFrame
        One row a place: ``place`` (``settlement`` or ``school``), ``place_id``, x_km, y_km, ``people`` (children or
        pupils), ``seats_per_child`` of settlements, ``no_school`` (none within reach), ``load`` of schools. Settlements
        without children, or of which they are not known, are left out.
    """
    homes = layout.reached(material, reach=reach, year=year, level=level)
    homes = homes[homes["children"] > 0].rename(columns={"children": "people"}).assign(place="settlement", load=np.nan)
    schools = layout.seats(material, year).rename(columns={"school_id": "place_id", "pupils": "people"})
    schools = schools[schools["level"] == level].assign(place="school", seats_per_child=np.nan, no_school=False)
    names = ["place", "place_id", *POSITION, "people", "seats_per_child", "no_school", "load"]
    return pd.DataFrame(homes[names].to_dict("records") + schools[names].to_dict("records"), columns=names)
