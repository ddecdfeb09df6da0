"""A copy of a county's tables that is fit to publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import yaml

from edubalance import codebook
from edubalance.codebook import REQUIRED, Tables
from edubalance.errors import EdubalanceError
from edubalance.sharing import identities, pseudonyms, records, reduction, risks
from edubalance.sharing.suppression import Protection, protect
from edubalance.sharing.system import System


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
        One row a hidden count: ``table``, ``column``, ``value``, ``low`` and ``high`` (possible for one who has the
        copy and every total; all that is possible where it is found), and ``found``: that is one count only, or fewer
        than from 1 to the least count in sight.
    risks : mapping of str to float
        Schools and townships that can be told apart, as from `edubalance.sharing.risks.count`.
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
    tables: Tables,
    rng: np.random.Generator,
    *,
    year: int,
    least: int | None = None,
    form: str = "aggregates",
    without: Sequence[str] = (),
    only_year: bool = False,
    coarsen: int | None = None,
) -> Copy:
    """
    Make a copy fit to publish.

    Parameters
    ----------
    tables : Tables
        One county's tables.
    rng : numpy.random.Generator
        Deals new codes, and columns of persons where these are asked for.
    year : int
        Year of the persons' records and of the risks.
    least : int, optional
        Smallest count of persons in sight; the policy's own unless given.
    form : {"aggregates", "dealt"}
        What is published of persons: counts, or a table whose columns were dealt anew within each level, so that every
        column keeps its margins and no row is a person.
    without : sequence of str
        Tables that are left out, such as ``births``; of persons, their counts too.
    only_year : bool
        Leave out the other years of schools, sections, classes, flows, funds and the county's numbers.
    coarsen : int, optional
        Round the pupils of schools and sections to multiples of it, and leave out what gives them back.

    Returns
    -------
    Copy
        What is published, and what was done to it.

    Raises
    ------
    EdubalanceError
        If ``least`` or ``coarsen`` is below 2, the form is unknown, or a table is unknown or cannot be left out.
    """
    stated, smallest = policy(), least if least is not None else int(policy()["least"])
    _check(without)
    kept, left_out = reduction.reduced(tables, year, without=without, only_year=only_year, coarsen=coarsen)
    codes = pseudonyms.deal(kept, rng)
    coded = pseudonyms.applied(kept, codes)
    counts = records.counted(coded, stated["persons"], year)
    system = identities.system(coded, counts, stated, smallest, year)
    protection = protect(system, smallest)
    shared, people = _hide(coded, counts, system, protection)
    shared, dropped = _dropped(shared, stated)
    return Copy(
        tables=shared,
        records=records.published(coded, stated["persons"], people, form, year, rng),
        codes=codes,
        removed=pd.DataFrame([*_said(coded, system, protection), *left_out, *dropped]),
        bounds=_bounds(system, protection),
        risks=risks.count(shared, year),
    )


def _check(without: Sequence[str]) -> None:
    """Refuse to leave out a table that is unknown or needed."""
    optional = [table.name for table in codebook.tables() if table.name not in REQUIRED]
    for name in without:
        if name not in optional:
            raise EdubalanceError.of("share_without", table=name, tables=", ".join(optional))


def _hide(
    tables: Tables, counts: Mapping[str, pd.DataFrame], system: System, protection: Protection
) -> tuple[Tables, dict[str, pd.DataFrame]]:
    """Empty the hidden cells; a row of the county's table without a value has nothing to say."""
    fresh = {name: getattr(tables, name).copy() for name in ("sections", "pupils_flow", "county", "finance")}
    people = {name: frame.copy() for name, frame in counts.items()}
    for (table, column), cells in system.cells[protection.hidden].groupby(["table", "column"], sort=False):
        frame = people[table] if table in people else fresh[str(table)]
        if table == "county":
            fresh["county"] = frame.drop(index=list(cells["row"])).reset_index(drop=True)
        else:
            frame.loc[list(cells["row"]), column] = np.nan
    return replace(tables, **fresh), people


def _said(tables: Tables, system: System, protection: Protection) -> list[dict[str, object]]:
    """Count the hidden cells by table and column, those of the county by variable."""
    cells = system.cells.assign(hidden=protection.hidden)
    cells = cells[cells["hideable"]]
    county = cells["table"] == "county"
    variables = tables.county["variable"].reindex(cells.loc[county, "row"]).to_numpy()
    cells.loc[county, "column"] = variables
    grouped = cells.groupby(["table", "column"], sort=False)
    frame = grouped.agg(small=("small", "sum"), hidden=("hidden", "sum"), of=("value", "size")).reset_index()
    frame = frame.assign(what="hidden", beside=frame["hidden"] - frame["small"]).drop(columns="hidden")
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _bounds(system: System, protection: Protection) -> pd.DataFrame:
    """List what each hidden count could still be."""
    rows = protection.hidden
    return pd.DataFrame(
        {
            **{name: system.cells.loc[rows, name].to_numpy() for name in ("table", "column", "value")},
            "low": protection.low[rows],
            "high": protection.high[rows],
            "found": protection.found[rows],
        }
    )


def _dropped(tables: Tables, stated: Mapping[str, Any]) -> tuple[Tables, list[dict[str, object]]]:
    """Empty columns that tell where or which a school is, and take out tables of persons and places."""
    said: list[dict[str, object]] = []
    changed: dict[str, pd.DataFrame] = {}
    for name, columns in stated["dropped"].items():
        frame = getattr(tables, name)
        changed[name] = codebook.table(name).conform(frame.drop(columns=columns))
        said += [reduction.said(name, column, int(frame[column].notna().sum())) for column in columns]
    for name in (*stated["persons"], *stated["places"]):
        rows = len(getattr(tables, name))
        changed[name] = codebook.table(name).without_rows()
        if rows:
            said.append(reduction.said(name, "", rows))
    return replace(tables, **changed), said
