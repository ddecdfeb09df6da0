"""Children who will come: births of earlier years, how many of them enter school, and the seats that they need."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.evidence.material import Material
from edubalance.measures import cohorts
from edubalance.measures.cohorts import EntryRatio

# Children enter school in the calendar year in which they are six.
ENTRY_AGE = 6
PRIMARY_GRADES = 6


def births(material: Material) -> pd.DataFrame:
    """
    Add the births of the townships up, year by year.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a calendar year: ``births`` and ``missing``, townships of other years that this one does not have; a
        year without all of them has NaN, since it would look like a fall.
    """
    table = material.tables.births
    names = table[["county", "township"]].drop_duplicates()
    found = table.groupby("year")["births"].agg(births="sum", townships="size").reset_index()
    missing = len(names) - found["townships"]
    return found.assign(births=found["births"].where(missing == 0), missing=missing)[["year", "births", "missing"]]


def entry(material: Material, *, entry_age: int = ENTRY_AGE) -> pd.DataFrame:
    """
    Set those who entered primary school beside the births so many years before.

    Parameters
    ----------
    material : Material
        The case.
    entry_age : int
        Years from birth to school.

    Returns
    -------
    DataFrame
        One row a year of the flows: ``entrants``, ``births``, ``ratio``, and ``missing``, primary sections that do
        not say; NaN where one of them does not, or a township's births are not known.
    """
    tables = material.tables
    years = tables.pupils_flow["year"].unique()
    rows = tables.sections[(tables.sections["level"] == "primary") & tables.sections["year"].isin(years)]
    key = ["year", "school_id", "level"]
    told = rows[key].merge(tables.pupils_flow[[*key, "entrants"]], on=key, how="left")
    missing = told["entrants"].isna().groupby(told["year"]).sum()
    found = pd.DataFrame({"entrants": told.groupby("year")["entrants"].sum(), "missing": missing})
    found["entrants"] = found["entrants"].where(found["missing"] == 0)
    born = births(material).set_index("year")["births"]
    found["births"] = born.reindex(found.index - entry_age).to_numpy(dtype=np.float64)
    found["ratio"] = found["entrants"] / found["births"]
    return found[["entrants", "births", "ratio", "missing"]].reset_index()


def ratio(material: Material, *, entry_age: int = ENTRY_AGE) -> EntryRatio | None:
    """
    Estimate how many enter school of each who was born, from all years of which both are known.

    Parameters
    ----------
    material : Material
        The case.
    entry_age : int
        Years from birth to school.

    Returns
    -------
    EntryRatio or None
        None where no year is known.
    """
    known = entry(material, entry_age=entry_age).dropna(subset="ratio")
    known = known[(known["entrants"] > 0) & (known["births"] > 0)]
    return cohorts.entry_ratio(known["entrants"], known["births"]) if len(known) else None


def to_come(material: Material, *, entry_age: int = ENTRY_AGE) -> pd.DataFrame:
    """
    Project those who will enter primary school from those who are born already.

    Parameters
    ----------
    material : Material
        The case.
    entry_age : int
        Years from birth to school.

    Returns
    -------
    DataFrame
        One row a year of entry: ``births`` so many years before, ``entrants`` where they are known already, and
        ``expected`` with ``low`` and ``high`` for the years after the last that is; up to the children born in the
        last year of the table. NaN where births are missing or no year tells the ratio.

    Notes
    -----
    Births times the ratio of the past (`edubalance.measures.cohorts.entry_ratio`). Nothing here knows of houses to be
    built, or of a change in who comes and goes before school.
    """
    past = entry(material, entry_age=entry_age).set_index("year")["entrants"]
    found = births(material).assign(year=lambda frame: frame["year"] + entry_age)[["year", "births"]]
    found = found.assign(entrants=past.reindex(found["year"]).to_numpy(dtype=np.float64))
    known = ratio(material, entry_age=entry_age)
    ahead = (found["year"] > (past.index.max() if len(past) else material.year)).to_numpy(dtype=bool)
    for name, factor in zip(("expected", "low", "high"), _factors(known), strict=True):
        found[name] = (found["births"] * factor).where(ahead)
    return found


def seats(material: Material, *, entry_age: int = ENTRY_AGE, grades: int = PRIMARY_GRADES) -> pd.DataFrame:
    """
    Set the primary pupils to come against the seats that there are.

    Parameters
    ----------
    material : Material
        The case.
    entry_age : int
        Years from birth to school.
    grades : int
        Years of primary school.

    Returns
    -------
    DataFrame
        One row a year from the one that the notebook tells of on: ``expected`` pupils with ``low`` and ``high``,
        ``pupils`` where they are known, ``seats`` of the primary schools in the year that the notebook tells of, and
        ``spare`` seats (negative where they do not suffice). NaN where a year of births or the seats are not known.

    Notes
    -----
    Pupils of a year are its own entrants and those of the years before, one a grade; each is expected from births
    and the one ratio of the past, so that all are too many or too few together: the interval is that of the ratio.
    """
    born = births(material).set_index("year")["births"]
    years = np.arange(material.year, born.index.max() + entry_age + 1) if len(born) else np.array([], dtype=int)
    cohort = years[:, None] - entry_age - np.arange(grades)
    children = born.reindex(cohort.ravel()).to_numpy(dtype=np.float64).reshape(cohort.shape).sum(axis=1)
    found = pd.DataFrame({"year": years})
    for name, factor in zip(("expected", "low", "high"), _factors(ratio(material, entry_age=entry_age)), strict=True):
        found[name] = children * factor
    sections = material.tables.sections
    stock = sections[sections["level"] == "primary"].groupby("year")["pupils"].sum(min_count=1)
    found["pupils"] = stock.reindex(years).to_numpy(dtype=np.float64)
    found["seats"] = _seats_now(material)
    return found.assign(spare=found["seats"] - found["expected"])


def _factors(known: EntryRatio | None) -> tuple[float, float, float]:
    """Return estimate, low and high of the ratio."""
    return (np.nan, np.nan, np.nan) if known is None else (known.estimate, known.low, known.high)


def _seats_now(material: Material) -> float:
    """Count the primary seats of the year that the notebook tells of; NaN where a primary school does not say."""
    places, tables = material.tables.places, material.tables
    here = places[(places["year"] == material.year) & (places["place"] == "school")].set_index("place_id")
    taught = (tables.sections["year"] == material.year) & (tables.sections["level"] == "primary")
    known = here["seats_primary"].reindex(tables.sections.loc[taught, "school_id"])
    return float(known.sum(skipna=False)) if len(known) else np.nan
