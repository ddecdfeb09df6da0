"""Layout: how far children live from schools, and whether the schools that they reach have room for them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance import rounding
from edubalance.evidence.material import Material
from edubalance.measures import access, gaps, seating

Floats = npt.NDArray[np.float64]

# How far children travel, as the crow flies, in km: an assumption of the analysis, not a rule of any standard.
REACH: Mapping[str, float] = {"primary": 3.0, "junior": 5.0}
LEVELS = ("primary", "junior")
BEYOND = ("no_school", "no_room")
POSITION = ["x_km", "y_km"]
PLACE = ["year", "place_id", "area", "township", *POSITION]


def homes(material: Material, year: int | None = None) -> pd.DataFrame:
    """
    List the children of every settlement, level by level.

    Parameters
    ----------
    material : Material
        The case.
    year : int, optional
        The year; the one that the notebook tells of unless given.

    Returns
    -------
    DataFrame
        One row a settlement and level: year, place_id, area, township, x_km, y_km, ``level``, ``children`` (NaN where
        it is not known). No rows where the case does not list places in that year.
    """
    return _long(material, year, "settlement", "children")


def seats(material: Material, year: int | None = None) -> pd.DataFrame:
    """
    Set the seats of every school beside its pupils, level by level.

    Parameters
    ----------
    material : Material
        The case.
    year : int, optional
        The year; the one that the notebook tells of unless given.

    Returns
    -------
    DataFrame
        One row a school and level that it teaches, schools out of scope included: year, school_id, level, type,
        founder, area, township, x_km, y_km, ``seats`` (NaN where not known), ``pupils``, ``load`` (pupils a seat: above
        1 the school is overfull, infinite where pupils have no seat), ``spare`` (seats less pupils). No rows where the
        case does not list places.
    """
    tables = material.tables
    found = _long(material, year, "school", "seats").rename(columns={"place_id": "school_id"})
    key = ["year", "school_id"]
    found = found.drop(columns=["area", "township"]).merge(
        tables.schools[[*key, "type", "founder", "area", "township"]], on=key, validate="many_to_one"
    )
    found = found.merge(tables.sections[[*key, "level", "pupils"]], on=[*key, "level"], validate="one_to_one")
    load = found["pupils"] / found["seats"]
    names = [*key, "level", "type", "founder", "area", "township", *POSITION, "seats", "pupils"]
    return found[names].assign(load=load, spare=found["seats"] - found["pupils"])


def reached(
    material: Material, *, reach: Mapping[str, float] = REACH, year: int | None = None, level: str | None = None
) -> pd.DataFrame:
    """
    Find for every settlement how far the nearest school is, and how many seats its children reach.

    Parameters
    ----------
    material : Material
        The case.
    reach : mapping of str to float
        How far children travel in km, by level; straight lines, as `access.distances` draws them.
    year : int, optional
        The year; the one that the notebook tells of unless given.
    level : str, optional
        One level only.

    Returns
    -------
    DataFrame
        One row a settlement and level: as `homes`, and ``distance_km`` to the nearest school of the level,
        ``room_km`` to the nearest with a seat to spare (infinity where there is none), ``schools_in_reach``,
        ``seats_per_child`` (two-step floating catchment), ``no_school`` and ``no_room`` (none within reach: True).
        Where the children are not known, or nobody lives, ``seats_per_child`` is NaN.

    Notes
    -----
    Pupils sit in the seats that count here; a seat to spare is one that is free. A school of which the seats are not
    known counts for the distance; its seats and its room count as none, which `coverage` tells.
    """
    people, schools = homes(material, year), seats(material, year)
    parts = [
        _reached_of_level(part, schools[schools["level"] == name], reach[str(name)])
        for name, part in people.groupby("level", sort=False)
        if level in (None, name) and (schools["level"] == name).any()
    ]
    return pd.concat(parts, ignore_index=True) if parts else _reached_of_level(people.iloc[:0], schools.iloc[:0], 1.0)


def _reached_of_level(people: pd.DataFrame, schools: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Find what the settlements reach among the schools of one level."""
    none = np.full(len(people), np.nan)
    found = people.assign(distance_km=none, room_km=none, schools_in_reach=none, seats_per_child=none)
    if len(people):
        cost = access.distances(people[POSITION], schools[POSITION])
        room = np.where((schools["spare"] > 0).to_numpy(dtype=bool), cost, np.inf)
        found["distance_km"], found["room_km"] = access.nearest_distance(cost), access.nearest_distance(room)
        found["schools_in_reach"] = (cost <= rounding.reachable(reach, "<=")).sum(axis=1)
        lived = (people["children"] > 0).to_numpy(dtype=bool)
        supply = schools["seats"].fillna(0).to_numpy(dtype=np.float64)
        if lived.any():
            children = people["children"].to_numpy(dtype=np.float64)[lived]
            shared = access.two_step_floating_catchment(supply, children, cost[lived], reach=reach)
            found.loc[lived, "seats_per_child"] = shared
    far = rounding.reachable(reach, ">")
    return found.assign(no_school=found["distance_km"] > far, no_room=found["room_km"] > far)


def summary(material: Material, *, reach: Mapping[str, float] = REACH, year: int | None = None) -> pd.DataFrame:
    """
    Sum up how well the children of each level are served.

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
        One row a level and area, and one of ``all`` areas: ``settlements``, ``children``, ``missing`` (settlements of
        which the children are not known: left out), ``median_km``, ``p90_km`` and ``farthest_km`` to the nearest
        school (each child counts once), and in percent of the children ``no_school`` (none within reach), ``no_room``
        (no school with a seat to spare within reach) and ``uncovered`` (beyond the seats that they share with others).

    Notes
    -----
    ``no_room`` looks at what is free beside the pupils who are there; ``uncovered`` looks at all seats and all
    children, as if everyone chose anew among the schools within reach.
    """
    found = reached(material, reach=reach, year=year)
    known = found[found["children"] > 0]
    rows = []
    for level in found["level"].unique():
        of_level = found[found["level"] == level]
        for area in [*of_level["area"].dropna().unique(), "all"]:
            inside = of_level if area == "all" else of_level[of_level["area"] == area]
            served = known.loc[known.index.intersection(inside.index)]
            rows.append((level, area, len(inside), int(inside["children"].isna().sum()), *_served(served)))
    names = ["level", "area", "settlements", "missing", "children", "median_km", "p90_km", "farthest_km"]
    return pd.DataFrame(rows, columns=[*names, "no_school", "no_room", "uncovered"])


def _served(served: pd.DataFrame) -> tuple[float, ...]:
    """Sum up some settlements of one level."""
    if served.empty:
        return (0.0, *[np.nan] * 6)
    away, children = (served[name].to_numpy(dtype=np.float64) for name in ("distance_km", "children"))
    beyond = [100 * float(served[name].to_numpy(dtype=np.float64) @ children / children.sum()) for name in BEYOND]
    uncovered = 100 * float(seating.uncovered_share(served["seats_per_child"], children))
    middle, far = (gaps.quantile(away, share, children) for share in (0.5, 0.9))
    return float(children.sum()), middle, far, float(away.max()), *beyond, uncovered


def curve(material: Material, *, by: str = "level", year: int | None = None, level: str | None = None) -> pd.DataFrame:
    """
    Cumulate the children by the distance to their nearest school.

    Parameters
    ----------
    material : Material
        The case.
    by : {"level", "area", "year"}
        What tells the curves apart; ``year`` draws every year that the places have.
    year : int, optional
        The year; the one that the notebook tells of unless given.
    level : str, optional
        One level only.

    Returns
    -------
    DataFrame
        One row a distance at which children live: `by`, ``distance_km`` and ``share`` (percent of the group's children
        who live no farther from a school of their level). Settlements of which the children are not known are left
        out; `coverage` counts them. The one ``level`` asked for stands beside each.
    """
    years = sorted(material.tables.places["year"].unique()) if by == "year" else [year]
    parts = [reached(material, year=each, level=level) for each in years]
    found = pd.concat(parts, ignore_index=True) if parts else reached(material, level=level)
    found = found[found["children"] > 0]
    found = found.assign(distance_km=rounding.tied(found["distance_km"]))
    summed = found.groupby([by, "distance_km"], observed=True, sort=True)["children"].sum().reset_index()
    grouped = summed.groupby(by, observed=True)["children"]
    share = 100 * grouped.cumsum() / grouped.transform("sum")
    one = {} if level is None or by == "level" else {"level": level}
    return summed.assign(share=share, **one)[[by, *one, "distance_km", "share"]]


def coverage(material: Material, year: int | None = None) -> pd.DataFrame:
    """
    Count what the table of places does not say.

    Parameters
    ----------
    material : Material
        The case.
    year : int, optional
        The year; the one that the notebook tells of unless given.

    Returns
    -------
    DataFrame
        One row a level: ``settlements``, ``children_missing`` (settlements of which the children are not known),
        ``schools`` (that teach the level) and ``seats_missing`` (of which the seats are not known).
    """
    people, schools = (
        homes(material, year).groupby("level")["children"],
        seats(material, year).groupby("level")["seats"],
    )
    counted = {"settlements": people.size(), "children_missing": people.size() - people.count()}
    counted |= {"schools": schools.size(), "seats_missing": schools.size() - schools.count()}
    found = pd.DataFrame(counted).reindex([level for level in LEVELS if level in people.groups]).fillna(0)
    return found.astype("int64").rename_axis("level").reset_index()


def _long(material: Material, year: int | None, place: str, quantity: str) -> pd.DataFrame:
    """Lay out one quantity of one kind of place, one row a place and level."""
    places = material.tables.places
    here = places[(places["year"] == (material.year if year is None else year)) & (places["place"] == place)]
    parts = [
        here[PLACE]
        .assign(level=level, amount=here[f"{quantity}_{level}"].astype("float64"))
        .rename(columns={"amount": quantity})
        for level in LEVELS
    ]
    return pd.concat(parts, ignore_index=True)
