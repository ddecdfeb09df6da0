"""Sections beside their schools, and what is added up over the sections of a school."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SCHOOL = ["year", "school_id"]


def joined(tables: Tables) -> pd.DataFrame:
    """
    Put beside each section what is known of its school.

    Parameters
    ----------
    tables : Tables
        Validated tables.

    Returns
    -------
    DataFrame
        One row a section, in the order of ``tables.sections``: its columns, those of its school (resources of the
        **whole** school), and ``school_row`` (position of the school in ``tables.schools``), ``school_sections``
        (sections of the school), ``school_pupils`` (pupils of all of them, senior pupils left out) and
        ``school_largest_class``, the last two missing where a section of it is.

    Raises
    ------
    EdubalanceError
        If two schools have one key, or a section has no school.
    """
    keys = pd.MultiIndex.from_frame(tables.schools[SCHOOL])
    if not keys.is_unique:
        raise EdubalanceError("A school should stand once in a year.", hint="Read the tables through intake.")
    school = keys.get_indexer(pd.MultiIndex.from_frame(tables.sections[SCHOOL]))
    if (school < 0).any():
        lost = ", ".join(map(str, tables.sections.loc[school < 0, "school_id"].unique()[:3]))
        raise EdubalanceError(f"Sections without a school: {lost}.", hint="Read the tables through intake.")
    whole = tables.schools.drop(columns=SCHOOL).take(school).reset_index(drop=True)
    frame = pd.concat([tables.sections.reset_index(drop=True), whole], axis=1)
    return frame.assign(**of_the_school(tables.sections, pd.Series(school)))


def of_the_school(sections: pd.DataFrame, school: pd.Series[int]) -> dict[str, Numbers | pd.Series[int]]:
    """
    Count, add up and find the largest over the sections of each school.

    Parameters
    ----------
    sections : DataFrame
        With ``pupils`` and ``largest_class_pupils``.
    school : Series of int
        Number of the school of each section.

    Returns
    -------
    dict of str to array
        ``school_row``, ``school_sections``, ``school_pupils`` and ``school_largest_class``, one value a section.
    """
    rows = school.to_numpy()
    largest = np.zeros(rows.max(initial=-1) + 1)
    np.maximum.at(largest, rows, sections["largest_class_pupils"].fillna(np.inf).to_numpy())
    largest[np.isinf(largest)] = np.nan
    return {
        "school_row": school,
        "school_sections": over_the_school(school, np.ones(len(school))),
        "school_pupils": over_the_school(school, sections["pupils"].to_numpy()),
        "school_largest_class": largest[rows],
    }


def over_the_school(school: pd.Series[int], values: Numbers) -> Numbers:
    """Add up values over the sections of each school; missing where one is."""
    rows = school.to_numpy()
    sums: Numbers = np.bincount(rows, values).astype("float64", copy=False)[rows]
    return sums


def holds(column: pd.Series[str], codes: Iterable[str]) -> Mask:
    """Tell where a column holds one of the codes; a missing one holds none."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        wanted = set(codes)
        return np.array([*(each in wanted for each in column.cat.categories), False])[column.cat.codes.to_numpy()]
    return column.isin(list(codes)).to_numpy(dtype=bool)
