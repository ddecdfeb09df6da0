"""A copy of a county's tables that is fit to publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import yaml

from edubalance import codebook
from edubalance.codebook import Tables
from edubalance.sharing import pseudonyms, records, suppression

QUASI_IDENTIFIERS = ["type", "founder", "area"]


@dataclass(frozen=True)
class Copy:
    """
    What is published, and what was done to it.

    Attributes
    ----------
    tables : Tables
        Coded anew, small counts hidden, tables of persons and places without rows.
    records : mapping of str to DataFrame
        What is published of the tables of persons: aggregates, or tables whose columns were dealt anew.
    codes : mapping of str to mapping of str to str
        Of each kind of code, new ones by old ones: whoever has it can undo the coding, so it is not published.
    removed : DataFrame
        One row a table and column: ``table``, ``column``, ``what`` (``hidden``, ``dropped``, ``table``), ``small``
        (counts hidden because they were small), ``beside`` (hidden to protect them), ``of`` (counts in all).
    bounds : DataFrame
        One row a hidden count: ``table``, ``column``, ``value``, ``low``, ``high``: what it could still be, for one who
        knows every total.
    risks : mapping of str to float
        ``schools``: how many; ``alone``: how many have a number of pupils that no other school of their type, founder
        and area has; ``kinds``: how many are the only one of their type, founder and area.
    """

    tables: Tables
    records: Mapping[str, pd.DataFrame]
    codes: pseudonyms.Codes
    removed: pd.DataFrame
    bounds: pd.DataFrame
    risks: Mapping[str, float]


@lru_cache(maxsize=1)
def policy() -> Mapping[str, Any]:
    """Return what is kept, hidden and dropped, read once from ``policy.yml``."""
    return dict(yaml.safe_load(files("edubalance.sharing").joinpath("policy.yml").read_text(encoding="utf-8")))


def make(
    tables: Tables, rng: np.random.Generator, *, least: int | None = None, form: str = "aggregates", year: int
) -> Copy:
    """
    Make a copy fit to publish.

    Parameters
    ----------
    tables : Tables
        One county's tables.
    rng : numpy.random.Generator
        Deals new codes, and columns of persons where these are asked for.
    least : int, optional
        Smallest count of persons in sight; the policy's own unless given.
    form : {"aggregates", "dealt"}
        What is published of persons: counts, or a table whose columns were dealt anew within each level, so that every
        column keeps its margins and no row is a person.
    year : int
        Year of the persons' records and of the risks.

    Returns
    -------
    Copy
        What is published, and what was done to it.

    Raises
    ------
    EdubalanceError
        If ``least`` is below 2, or the form is unknown.
    """
    stated, smallest = policy(), least if least is not None else int(policy()["least"])
    codes = pseudonyms.deal(tables, rng)
    shared = pseudonyms.applied(tables, codes)
    removed, bounds = [], []
    for name, plan in stated["counts"].items():
        frame, said, narrow = _suppressed(getattr(shared, name), plan, smallest, name)
        shared = replace(shared, **{name: frame})
        removed += said
        bounds.append(narrow)
    shared, county = _county(shared, stated["variables"], smallest)
    shared, dropped = _dropped(shared, stated)
    people = records.publish(tables, stated["persons"], smallest, form, year, rng)
    return Copy(
        tables=shared,
        records=people,
        codes=codes,
        removed=pd.DataFrame([*removed, *county, *dropped]),
        bounds=pd.concat(bounds, ignore_index=True),
        risks=_risks(shared, year),
    )


def _suppressed(
    frame: pd.DataFrame, plan: Mapping[str, Any], least: int, name: str
) -> tuple[pd.DataFrame, list[dict[str, object]], pd.DataFrame]:
    """Hide the small counts of one table, year by year and level by level, and what would betray them."""
    columns = [column for column in plan["columns"] if frame[column].notna().any()]
    place = {column: number for number, column in enumerate(columns)}
    groups = [[place[part] for part in group["parts"] if part in place] for group in plan["groups"]]
    fresh, narrow = frame.copy(), []
    said = {column: {"small": 0, "beside": 0} for column in columns}
    for _, rows in frame.groupby(["year", "level"], sort=False):
        counts = rows[columns].to_numpy(dtype=np.float64)
        flags = suppression.hidden(counts, least, groups)
        small = (counts > 0) & (counts < least)
        for column, number in place.items():
            said[column]["small"] += int(small[:, number].sum())
            said[column]["beside"] += int((flags & ~small)[:, number].sum())
        fresh.loc[rows.index, columns] = np.where(flags, np.nan, counts)
        narrow.append(_bounds(rows, counts, flags, plan["groups"], place, name))
    rows_said: list[dict[str, object]] = [
        {"table": name, "column": column, "what": "hidden", **said[column], "of": int(frame[column].notna().sum())}
        for column in columns
    ]
    return fresh, rows_said, pd.concat(narrow, ignore_index=True) if narrow else pd.DataFrame()


def _bounds(
    rows: pd.DataFrame,
    counts: suppression.Floats,
    flags: suppression.Flags,
    groups: list[Mapping[str, Any]],
    place: Mapping[str, int],
    name: str,
) -> pd.DataFrame:
    """Compute what each hidden count could still be."""
    complete = ~np.isnan(counts).any(axis=1)
    wholes = [
        ([place[part] for part in group["parts"] if part in place], rows[group["whole"]].to_numpy(dtype=np.float64))
        for group in groups
    ]
    within = [(members, whole[complete]) for members, whole in wholes]
    seen = suppression.bounds(counts[complete], flags[complete], within)
    cells = np.argwhere(flags[complete])
    names = list(place)
    return pd.DataFrame(
        {
            "table": name,
            "column": [names[column] for _, column in cells],
            "value": [counts[complete][row, column] for row, column in cells],
            "low": seen[:, 0],
            "high": seen[:, 1],
        }
    )


def _county(tables: Tables, variables: list[str], least: int) -> tuple[Tables, list[dict[str, object]]]:
    """Take small counts of persons out of the county's own table; a row without a value has nothing to say."""
    county = tables.county
    persons = county["variable"].isin(variables)
    small = (persons & (county["value"] > 0) & (county["value"] < least)).to_numpy(dtype=bool)
    said: list[dict[str, object]] = [
        {
            "table": "county",
            "column": str(name),
            "what": "hidden",
            "small": len(rows),
            "beside": 0,
            "of": int((county["variable"] == name).sum()),
        }
        for name, rows in county.loc[small].groupby("variable", sort=False)
    ]
    return replace(tables, county=county.loc[~small].reset_index(drop=True)), said


def _dropped(tables: Tables, stated: Mapping[str, Any]) -> tuple[Tables, list[dict[str, object]]]:
    """Empty columns that tell where or which a school is, and take out tables of persons and places."""
    said: list[dict[str, object]] = []
    changed: dict[str, pd.DataFrame] = {}
    for name, columns in stated["dropped"].items():
        frame = getattr(tables, name)
        kept = frame.drop(columns=columns)
        changed[name] = codebook.table(name).conform(kept)
        said += [
            {
                "table": name,
                "column": column,
                "what": "dropped",
                "small": 0,
                "beside": 0,
                "of": int(frame[column].notna().sum()),
            }
            for column in columns
        ]
    for name in (*stated["persons"], *stated["places"]):
        rows = len(getattr(tables, name))
        changed[name] = codebook.table(name).without_rows()
        if rows:
            said.append({"table": name, "column": "", "what": "table", "small": 0, "beside": 0, "of": rows})
    return replace(tables, **changed), said


def _risks(tables: Tables, year: int) -> dict[str, float]:
    """Count the schools that stand out by what is left, for one who knows their numbers from elsewhere."""
    schools = tables.schools.loc[tables.schools["year"] == year]
    pupils = tables.sections.loc[tables.sections["year"] == year].groupby("school_id")["pupils"].sum()
    frame = schools.assign(pupils=schools["school_id"].map(pupils))
    kinds = frame.groupby(QUASI_IDENTIFIERS, dropna=False)["school_id"].transform("size")
    alike = frame.groupby([*QUASI_IDENTIFIERS, "pupils"], dropna=False)["school_id"].transform("size")
    return {"schools": len(frame), "alone": int((alike == 1).sum()), "kinds": int((kinds == 1).sum())}
