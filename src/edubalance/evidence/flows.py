"""Pupils who come and go: moves by kind of school, retention and its parts, cohorts on their way up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance.assessment import rule_date
from edubalance.evidence.material import Material
from edubalance.measures import cohorts as measure

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
JUNIOR_YEARS = 3
CONDITION = "junior_retention"
REPORTED = {
    "entrants": "grade7_enrolment_3y_before",
    "deaths": "deaths_3y",
    "transferred_out": "transferred_out_3y",
    "transferred_in": "transferred_in_3y",
    "graduates": "graduates",
}
# Columns of the flows that say the same of one year and all grades.
COUNTED = {"deaths": "deaths", "transferred_out": OUTSIDE["out"], "transferred_in": OUTSIDE["in"]}


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
        What tells groups apart: ``area``, ``sector``, ``township`` …
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


def retention(material: Material) -> pd.DataFrame:
    r"""
    Set the parts of the three-year retention as the flows count them beside those that the county reports.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a ``part`` (``entrants``, ``deaths``, ``transferred_out``, ``transferred_in``, ``gave_up``,
        ``graduates``, and ``retention`` in percent): ``counted``, ``reported``, and ``threshold`` of the retention.
        ``counted`` is NaN where the flows do not go back to the entrants or a junior section does not say.

    Notes
    -----
    The flows do not tell the grade of those who move or die: of each year's, one third is taken to be of the cohort.
    Moves are those over the border of the county; those inside cancel. Who gave up is what remains: entrants −
    deaths − (graduates − transferred in + transferred out).
    """
    county = material.tables.county
    stated = county.loc[county["year"] == material.year].groupby("variable")["value"].sum(min_count=1)
    reported = pd.Series({part: float(stated.get(name, np.nan)) for part, name in REPORTED.items()})
    frame = pd.DataFrame({"counted": _counted(material), "reported": reported})
    frame = pd.DataFrame({name: _completed(frame[name]) for name in frame})
    frame["threshold"] = np.nan
    conditions = {condition.id for condition in material.standard.conditions}
    if CONDITION in conditions:
        limit = material.standard.value_on(CONDITION, rule_date(material.year))
        frame.loc["retention", "threshold"] = limit
    return frame.rename_axis("part").reset_index()


def steps(frame: pd.DataFrame, source: str = "reported") -> pd.DataFrame:
    """
    Lead from those who entered to those who graduated, step by step.

    Parameters
    ----------
    frame : DataFrame
        As from `retention`.
    source : {"reported", "counted"}
        Whose numbers.

    Returns
    -------
    DataFrame
        One row a ``part``, in the order ``entrants``, ``deaths``, ``gave_up``, ``transferred_out``,
        ``transferred_in``, ``graduates``: ``pupils``, and ``start`` and ``end`` of the step in percent of those who
        entered and lived; entrants and graduates start at 0. ``end`` of ``gave_up`` is the retention. ``threshold`` is
        what it has to reach.
    """
    parts = frame.set_index("part")[source]
    signs = {"entrants": 1, "deaths": -1, "gave_up": -1, "transferred_out": -1, "transferred_in": 1}
    share = 100 / (parts["entrants"] - parts["deaths"])
    end = (parts[list(signs)] * pd.Series(signs)).cumsum() * share
    found = pd.DataFrame({"pupils": parts[list(signs)], "start": end.shift(fill_value=0.0), "end": end})
    found.loc["graduates"] = [parts["graduates"], 0.0, parts["graduates"] * share]
    return found.rename_axis("part").reset_index().assign(threshold=frame["threshold"].max())


def _counted(material: Material) -> pd.Series:
    """Count the parts of the retention in the flows of the junior sections."""
    rows = of_years(material)
    rows = rows[rows["level"] == "junior"]
    first = material.year - JUNIOR_YEARS + 1
    span = rows[rows["year"].between(first, material.year)]
    if span["year"].nunique() < JUNIOR_YEARS:
        return pd.Series(np.nan, index=list(REPORTED))
    found = {part: _sum(span[column]) / JUNIOR_YEARS for part, column in COUNTED.items()}
    found["entrants"] = _sum(span.loc[span["year"] == first, "entrants"])
    found["graduates"] = _sum(span.loc[span["year"] == material.year, "graduates"])
    return pd.Series(found).reindex(list(REPORTED))


def _sum(values: pd.Series) -> float:
    """Add up a column; NaN where one of its values is not known."""
    return float(values.sum(skipna=False))


def _completed(parts: pd.Series) -> pd.Series:
    """Add who gave up, and the retention in percent."""
    stayed = parts["graduates"] - parts["transferred_in"] + parts["transferred_out"]
    known = bool(parts.notna().all()) and parts["entrants"] > parts["deaths"]
    share = np.nan
    if known:
        moved = {name: parts[name] for name in ("transferred_in", "transferred_out", "deaths")}
        share = 100 * measure.retention(parts["entrants"], parts["graduates"], **moved)
    parts = pd.concat([parts, pd.Series({"gave_up": parts["entrants"] - parts["deaths"] - stayed, "retention": share})])
    order = ["entrants", "deaths", "transferred_out", "transferred_in", "gave_up", "graduates", "retention"]
    return parts.reindex(order)


def cohorts(material: Material) -> pd.DataFrame:
    """
    Follow those who entered in earlier years to the grade that they sit in now.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a ``level`` and ``grade`` from the second on: ``entered`` (year), ``entrants``, ``pupils`` in the
        grade in the year that the notebook tells of, ``share`` (percent), ``sections``, and ``missing`` (sections
        left out: they did not exist or do not say, or teach several grades in one class). Above 100 where more
        came than went. No rows where the case does not list its classes by grade, or has no flows so far back.
    """
    tables = material.tables
    classes = tables.classes[(tables.classes["year"] == material.year)].dropna(subset="grade")
    grades = classes.groupby(["school_id", "level", "grade"], observed=True)["pupils"].sum(min_count=1).reset_index()
    top = grades.groupby("level", observed=True)["grade"].transform("max")
    seen = grades.groupby(["school_id", "level"], observed=True)["grade"].transform("nunique")
    there = grades.assign(whole=seen == top, year=material.year + 1 - grades["grade"])
    joined = there.merge(tables.pupils_flow[[*SECTION, "entrants"]], on=SECTION, how="left")
    joined = joined[joined["year"].isin(tables.pupils_flow["year"].unique()) & (joined["grade"] > 1)]
    rows = []
    for (level, _), part in joined.groupby(["level", "grade"], observed=True, sort=False):
        kept = part[part["whole"]].dropna(subset=["entrants", "pupils"])
        entrants, pupils = float(kept["entrants"].sum()), float(kept["pupils"].sum())
        share = 100 * pupils / entrants if entrants else np.nan
        year = int(part["year"].iloc[0])
        rows.append(
            (str(level), int(part["grade"].iloc[0]), year, entrants, pupils, share, len(kept), len(part) - len(kept))
        )
    names = ["level", "grade", "entered", "entrants", "pupils", "share", "sections", "missing"]
    return pd.DataFrame(rows, columns=names)
