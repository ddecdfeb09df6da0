"""New codes for schools, townships and groups, dealt out at random: the old ones cannot be read off them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from edubalance.codebook import Tables

# Tables with codes of schools; of every kind of code, the column that it stands in and the letter of its new ones.
SCHOOLS = ("schools", "sections", "classes", "pupils_flow")
KINDS = {"school_id": "S", "township": "T", "education_group": "G"}
# Of a budget, the kind of code that its unit has; the county's own code stays.
FUNDED = {"school": "school_id", "township": "township"}
Codes = Mapping[str, Mapping[str, str]]


def deal(tables: Tables, rng: np.random.Generator) -> dict[str, dict[str, str]]:
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
    dict of str to dict of str to str
        Of each kind (``school_id``, ``township``, ``education_group``), new codes by old ones: a school and a township
        of one old code have each their own new one.

    Examples
    --------
    >>> schools = pd.DataFrame({"school_id": ["B", "A"], "township": ["A", "A"], "education_group": [None, None]})
    >>> dealt = deal(Tables(schools, schools), np.random.default_rng(1))
    >>> sorted(dealt["school_id"].items()), dealt["township"]
    ([('A', 'S001'), ('B', 'S002')], {'A': 'T001'})
    """
    found: dict[str, dict[str, str]] = {}
    for kind, letter in KINDS.items():
        old = sorted({str(code) for column in _columns(tables, kind) for code in column.dropna()})
        places = rng.permutation(len(old))
        found[kind] = {code: f"{letter}{place + 1:03d}" for code, place in zip(old, places, strict=True)}
    return found


def _columns(tables: Tables, kind: str) -> Iterator[pd.Series]:
    """Walk through the columns that hold codes of a kind."""
    yield tables.schools[kind]
    for unit, its_kind in FUNDED.items():
        if its_kind == kind and len(tables.finance):
            yield tables.finance.loc[tables.finance["unit"] == unit, "unit_id"]
    if kind == "township":
        yield tables.births["township"]


def applied(tables: Tables, codes: Codes) -> Tables:
    """
    Put new codes in the place of the old ones, everywhere.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    codes : mapping of str to mapping of str to str
        Of each kind, new codes by old ones.

    Returns
    -------
    Tables
        With the rows of each table in the order of the new codes, so that the old order betrays nothing.
    """
    new: dict[str, pd.DataFrame] = {}
    for name in SCHOOLS:
        frame = getattr(tables, name)
        columns = {kind: _coded(frame[kind], codes[kind]) for kind in KINDS if kind in frame}
        keys = [key for key in ("year", "school_id", "level") if key in frame]
        new[name] = frame.assign(**columns).sort_values(keys, kind="stable").reset_index(drop=True)
    finance = tables.finance.copy()
    for unit, kind in FUNDED.items():
        rows = finance["unit"] == unit
        finance.loc[rows, "unit_id"] = _coded(finance.loc[rows, "unit_id"], codes[kind])
    new["finance"] = finance.sort_values(["year", "unit", "unit_id", "level"], kind="stable").reset_index(drop=True)
    births = tables.births.assign(township=_coded(tables.births["township"], codes["township"]))
    new["births"] = births.sort_values(["year", "township"], kind="stable").reset_index(drop=True)
    return replace(tables, **new)


def _coded(column: pd.Series, codes: Mapping[str, str]) -> pd.Series:
    """Look the new codes of one kind up; every code that there is has one."""
    return column.map(lambda code: code if pd.isna(code) else codes[str(code)]).astype("string")
