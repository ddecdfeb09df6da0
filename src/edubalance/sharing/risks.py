"""How many schools and townships stand out by what is left in a copy."""

from __future__ import annotations

import pandas as pd

from edubalance.codebook import Tables

QUASI_IDENTIFIERS = ["type", "founder", "area"]


def count(tables: Tables, year: int) -> dict[str, float]:
    """
    Count the schools and townships that one who knows their numbers from elsewhere can tell apart.

    Parameters
    ----------
    tables : Tables
        The copy.
    year : int
        The case's own year.

    Returns
    -------
    dict of str to float
        ``schools`` and ``townships``: how many there are. ``kinds``: schools that are the only one of their type,
        founder and area; ``alone``: that have a number of pupils that no other of their kind has; ``sizes``: whose
        pupils of all levels and years no other school has; ``births``: townships whose births of all years no other
        has.
    """
    schools = tables.schools.loc[tables.schools["year"] == year]
    pupils = tables.sections.loc[tables.sections["year"] == year].groupby("school_id")["pupils"].sum()
    frame = schools.assign(pupils=schools["school_id"].map(pupils))
    sizes = tables.sections.assign(number=tables.sections["pupils"])
    births = tables.births.assign(number=tables.births["births"], level="")
    return {
        "schools": len(frame),
        "kinds": _single(frame, QUASI_IDENTIFIERS),
        "alone": _single(frame, [*QUASI_IDENTIFIERS, "pupils"]),
        "sizes": _unlike(sizes[sizes["school_id"].isin(schools["school_id"])], "school_id"),
        "townships": schools["township"].nunique(),
        "births": _unlike(births, "township"),
    }


def _single(frame: pd.DataFrame, columns: list[str]) -> int:
    """Count the rows that share their values with no other."""
    return int((frame.groupby(columns, dropna=False)["school_id"].transform("size") == 1).sum())


def _unlike(frame: pd.DataFrame, unit: str) -> int:
    """Count the units whose numbers over years and levels no other unit has."""
    if frame.empty:
        return 0
    wide = frame.pivot_table("number", unit, ["year", "level"], aggfunc="sum").fillna(-1)
    return int((~wide.duplicated(keep=False)).sum())
