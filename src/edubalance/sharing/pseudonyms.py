"""New codes for schools, townships and groups, dealt out at random: the old ones cannot be read off them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from edubalance.codebook import Tables

# Of every kind of code: its letter, and where it stands.
SCHOOLS = ("schools", "sections", "classes", "pupils_flow")
KINDS = {"S": "school_id", "T": "township", "G": "education_group"}


def deal(tables: Tables, rng: np.random.Generator) -> dict[str, str]:
    """
    Deal new codes out among the schools, townships and education groups of a county.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    rng : numpy.random.Generator
        Decides which gets which; whoever knows its seed and the old codes knows all.

    Returns
    -------
    dict of str to str
        New codes by old ones.

    Examples
    --------
    >>> schools = pd.DataFrame({"school_id": ["B", "A"], "township": ["x", "x"], "education_group": [None, None]})
    >>> sorted(deal(Tables(schools, schools), np.random.default_rng(1)).items())
    [('A', 'S001'), ('B', 'S002'), ('x', 'T001')]
    """
    found: dict[str, str] = {}
    for letter, column in KINDS.items():
        old = sorted({str(code) for code in tables.schools[column].dropna()})
        places = rng.permutation(len(old))
        found |= {code: f"{letter}{place + 1:03d}" for code, place in zip(old, places, strict=True)}
    for name in ("finance", "births"):
        column = "unit_id" if name == "finance" else "township"
        frame = getattr(tables, name)
        known = frame.loc[frame["unit"] == "township", column] if name == "finance" else frame[column]
        for code in sorted({str(code) for code in known.dropna()} - set(found)):
            found[code] = f"T{len([new for new in found.values() if new.startswith('T')]) + 1:03d}"
    return found


def applied(tables: Tables, codes: Mapping[str, str]) -> Tables:
    """
    Put new codes in the place of the old ones, everywhere.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    codes : mapping of str to str
        New codes by old ones.

    Returns
    -------
    Tables
        With the rows of each table in the order of the new codes, so that the old order betrays nothing.
    """
    new: dict[str, pd.DataFrame] = {}
    for name in SCHOOLS:
        frame = getattr(tables, name)
        columns = {column: _coded(frame[column], codes) for column in KINDS.values() if column in frame}
        keys = [key for key in ("year", "school_id", "level") if key in frame]
        new[name] = frame.assign(**columns).sort_values(keys, kind="stable").reset_index(drop=True)
    finance = tables.finance.assign(unit_id=_coded(tables.finance["unit_id"], codes))
    new["finance"] = finance.sort_values(["year", "unit", "unit_id", "level"], kind="stable").reset_index(drop=True)
    births = tables.births.assign(township=_coded(tables.births["township"], codes))
    new["births"] = births.sort_values(["year", "township"], kind="stable").reset_index(drop=True)
    return replace(tables, **new)


def _coded(column: pd.Series, codes: Mapping[str, str]) -> pd.Series:
    """Look the new codes up; a code that none was dealt to, such as the county's own, stays."""
    return column.map(lambda code: code if pd.isna(code) else codes.get(str(code), code)).astype("string")
