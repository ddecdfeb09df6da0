"""Leave out tables and years, or round the pupils, so that fewer schools can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError

# Tables that count the pupils of a school or class one by one.
EXACT = ("classes", "pupils_flow")
YEARLY = ("schools", "sections", "county", *EXACT, "finance")
LARGEST = "largest_class_pupils"


def said(table: str, column: str, of: int) -> dict[str, object]:
    """Return what is reported of a table or column that is left out."""
    what = "dropped" if column else "table"
    return {"table": table, "column": column, "what": what, "small": 0, "beside": 0, "of": of}


def reduced(
    tables: Tables, year: int, *, without: Sequence[str], only_year: bool, coarsen: int | None
) -> tuple[Tables, list[dict[str, object]]]:
    """
    Leave out what is asked for.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    year : int
        The year that stays.
    without : sequence of str
        Tables to leave out.
    only_year : bool
        Leave out the other years.
    coarsen : int or None
        Round pupils to multiples of it.

    Returns
    -------
    tuple of Tables and list of dict
        The tables, and what is to be reported.

    Raises
    ------
    EdubalanceError
        If ``coarsen`` is below 2.
    """
    if coarsen is not None and coarsen < 2:
        raise EdubalanceError.of("coarsen_too_small", coarsen=coarsen)
    gone = [field.name for field in fields(Tables) if field.name in {*without, *(EXACT if coarsen else ())}]
    report = [said(name, "", len(getattr(tables, name))) for name in gone if len(getattr(tables, name))]
    tables = replace(tables, **{name: codebook.table(name).without_rows() for name in gone})
    if only_year:
        kept = {name: getattr(tables, name) for name in YEARLY}
        tables = replace(
            tables, **{name: each[each["year"] == year].reset_index(drop=True) for name, each in kept.items()}
        )
    return (_rounded(tables, coarsen), report) if coarsen else (tables, report)


def nearest(numbers: pd.Series, unit: int) -> pd.Series:
    """
    Round to multiples of a unit, halves up; what is not 0 does not become 0.

    Examples
    --------
    >>> nearest(pd.Series([0.0, 3.0, 14.0, 15.0, None]), 10).tolist()
    [0.0, 10.0, 10.0, 20.0, nan]
    """
    multiples = np.floor((2 * numbers + unit) / (2 * unit)) * unit
    rounded: pd.Series = multiples.mask((numbers > 0) & (multiples == 0), float(unit))
    return rounded


def _rounded(tables: Tables, unit: int) -> Tables:
    """Round the pupils of schools and sections, and empty what tells them exactly."""
    schools, sections, finance = (getattr(tables, name).copy() for name in ("schools", "sections", "finance"))
    schools["senior_pupils"] = nearest(schools["senior_pupils"], unit)
    sections["pupils"] = nearest(sections["pupils"], unit)
    # The largest of one or two classes tells the pupils, and a largest class above the rounded pupils cannot be.
    apart = (sections["classes"] > 2) & (sections[LARGEST] <= sections["pupils"])
    sections[LARGEST] = sections[LARGEST].where(apart.to_numpy(dtype=bool))
    finance["pupils"] = finance["pupils"].mask((finance["unit"] != "county").to_numpy(dtype=bool))
    return replace(tables, schools=schools, sections=sections, finance=finance)
