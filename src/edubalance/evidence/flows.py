"""Pupils who come and go: how many, where from and where to, by kind of school."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance.evidence.material import Material

SECTION = ["year", "school_id", "level"]
PLACE = ["year", "school_id", "county", "area", "township", "founder", "type"]
OUTSIDE = {"in": "transferred_in_from_outside", "out": "transferred_out_of_county"}
# Where pupils come from and go to, by what is told apart; the rest of the county is what remains.
WAYS: dict[str, dict[str, tuple[str, ...]]] = {
    "area": {"in": ("transferred_in_from_rural",), "out": ("transferred_out_to_urban",)},
    "sector": {
        "in": ("transferred_in_from_public", "transferred_in_from_private"),
        "out": ("transferred_out_to_public", "transferred_out_to_private"),
    },
}
# What the parts of the moves are called: the rest of the county comes last.
PARTS = {
    "transferred_in_from_rural": "rural_schools",
    "transferred_out_to_urban": "urban_schools",
    "transferred_in_from_public": "public_schools",
    "transferred_out_to_public": "public_schools",
    "transferred_in_from_private": "private_schools",
    "transferred_out_to_private": "private_schools",
    OUTSIDE["in"]: "outside",
    OUTSIDE["out"]: "outside",
}
REST = "other_schools"
SECTORS = ("public", "private")


def of_years(material: Material) -> pd.DataFrame:
    """
    Return the flows of all years with the pupils of their section and the labels of their school.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a section and year, schools out of scope included; ``sector`` is ``public`` or ``private``. No rows
        where the case has no flows; a section of a year that has some, but none of its own, stands there with NaN.
    """
    tables = material.tables
    years = tables.pupils_flow["year"].unique()
    stock = tables.sections.loc[tables.sections["year"].isin(years), [*SECTION, "pupils"]]
    rows = stock.merge(tables.pupils_flow, on=SECTION, how="left", validate="one_to_one")
    rows = rows.merge(tables.schools[PLACE], on=["year", "school_id"], how="left", validate="many_to_one")
    private = (rows["founder"] == "private").to_numpy(dtype=bool)
    return rows.assign(sector=np.where(private, *reversed(SECTORS)))


def moves(material: Material, by: str = "area", level: str | None = None) -> pd.DataFrame:
    """
    Count how many pupils came and went, year by year and group by group.

    Parameters
    ----------
    material : Material
        The case.
    by : str
        What tells groups apart: ``area``, ``sector``, ``township`` or another label.
    level : str, optional
        One level alone.

    Returns
    -------
    DataFrame
        One row a year and group: ``sections``, ``missing`` (sections of which one of the two is not known, left out),
        ``pupils``, ``transferred_in``, ``transferred_out``, ``net``, and the three as percent of the pupils:
        ``in_rate``, ``out_rate``, ``net_rate``. Moves inside a group count at both ends and leave its net alone.
    """
    rows = of_years(material)
    rows = rows if level is None else rows[rows["level"] == level]
    both = ["transferred_in", "transferred_out"]
    known = rows[[*both, "pupils"]].notna().all(axis=1)
    keys = ["year", by]
    counted = rows[known].groupby(keys, observed=True)[["pupils", *both]].sum()
    found = counted.assign(
        sections=rows.groupby(keys, observed=True).size(),
        missing=(~known).groupby([rows[key] for key in keys], observed=True).sum(),
    )
    found["net"] = found["transferred_in"] - found["transferred_out"]
    for name, column in (("in_rate", both[0]), ("out_rate", both[1]), ("net_rate", "net")):
        found[name] = 100 * found[column] / found["pupils"]
    names = ["sections", "missing", "pupils", *both, "net", "in_rate", "out_rate", "net_rate"]
    return found[names].reset_index()


def ways(material: Material, by: str = "area", years: Sequence[int] = ()) -> pd.DataFrame:
    """
    Part those who came by where from, and those who went by where to.

    Parameters
    ----------
    material : Material
        The case.
    by : {"area", "sector"}
        What tells groups apart.
    years : sequence of int
        Which years together; all that the table has unless given.

    Returns
    -------
    DataFrame
        One row a group, ``direction`` (``in`` or ``out``) and ``part`` (``rural_schools``, ``outside`` …, and
        ``other_schools`` for what remains): ``pupils`` and ``rate``, in percent of the group's pupils of the same
        years. Sections of which one of the columns is not known are left out of both; ``missing`` counts them.
    """
    rows = of_years(material)
    rows = rows[rows["year"].isin(list(years))] if years else rows
    columns = [name for way in ("in", "out") for name in (*WAYS[by][way], OUTSIDE[way], f"transferred_{way}")]
    known = rows[[*columns, "pupils"]].notna().all(axis=1)
    found = []
    for group, part in rows[known].groupby(by, observed=True):
        sums = part[columns].sum()
        for way in ("in", "out"):
            named = {PARTS[name]: float(sums[name]) for name in (*WAYS[by][way], OUTSIDE[way])}
            named[REST] = float(sums[f"transferred_{way}"]) - sum(named.values())
            missing = int((~known & (rows[by] == group)).sum())
            pupils = float(part["pupils"].sum())
            found += [(group, way, name, many, 100 * many / pupils, missing) for name, many in named.items()]
    return pd.DataFrame(found, columns=[by, "direction", "part", "pupils", "rate", "missing"])


def matrix(material: Material, years: Sequence[int] = ()) -> pd.DataFrame:
    """
    Count the moves between public schools, private schools and the world outside the county.

    Parameters
    ----------
    material : Material
        The case.
    years : sequence of int
        Which years together; all that the table has unless given.

    Returns
    -------
    DataFrame
        One row an ``origin`` and ``destination`` (``public``, ``private``, ``outside``): ``pupils`` as the schools
        that they left count them, or as those that they came to do where they came from outside. Nobody counts who
        neither came from the county nor stays in it: that pair has no row. ``missing`` sections do not say.
    """
    rows = of_years(material)
    rows = rows[rows["year"].isin(list(years))] if years else rows
    found = []
    for origin in SECTORS if len(rows) else ():
        own = rows[rows["sector"] == origin]
        for target in (*SECTORS, "outside"):
            column = OUTSIDE["out"] if target == "outside" else f"transferred_out_to_{target}"
            found.append((origin, target, float(own[column].sum()), int(own[column].isna().sum())))
        fresh = own[OUTSIDE["in"]]
        found.append(("outside", origin, float(fresh.sum()), int(fresh.isna().sum())))
    return pd.DataFrame(found, columns=["origin", "destination", "pupils", "missing"])
