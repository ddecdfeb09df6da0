"""Which columns an indicator has no value for want of, and at which schools."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd

from edubalance import codebook
from edubalance.codebook import Tables
from edubalance.standards import Standard


def empty_columns(
    tables: Tables, standard: Standard, indicator: str, level: str, year: int, schools: Collection[str]
) -> Iterator[tuple[str, str, list[str]]]:
    """
    Find the columns of an indicator that some of these schools do not have.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    standard : Standard
        It defines the indicator, and how the levels of a school share what they share.
    indicator, level : str
        Which indicator of which level.
    year : int
        Year of the data.
    schools : collection of str
        Schools without a value.

    Yields
    ------
    tuple of str, str and list of str
        Table, column, and the schools where it is empty: what is added up, then the pupils whom it is for. Where a
        school shares the resource between its levels, the pupils of all its levels are asked for, senior ones too.
    """
    terms = [column for column, _ in standard.indicator(indicator).numerator(level)]
    whole, parts = (
        frame.loc[(frame["year"] == year) & frame["school_id"].isin(list(schools))]
        for frame in (tables.schools, tables.sections)
    )
    own = parts.loc[parts["level"] == level]
    for column in terms:
        of_school = column in codebook.table("schools").names
        yield from _empty("schools" if of_school else "sections", column, whole if of_school else own)
    sharing = _sharing(standard, whole) if set(terms) & set(standard.split.columns) else {}
    asked = (parts["level"] == level) | parts["school_id"].isin(list(sharing))
    yield from _empty("sections", "pupils", parts.loc[asked])
    with_senior = [school for school, levels in sharing.items() if "senior" in levels]
    yield from _empty("schools", "senior_pupils", whole.loc[whole["school_id"].isin(with_senior)])


def _sharing(standard: Standard, schools: pd.DataFrame) -> dict[str, Collection[str]]:
    """Return the levels that share, by school, of the schools whose type shares."""
    return {
        str(row["school_id"]): standard.split.weights[row["type"]]
        for row in schools.to_dict("records")
        if row["type"] in standard.split.weights
    }


def _empty(table: str, column: str, rows: pd.DataFrame) -> Iterator[tuple[str, str, list[str]]]:
    """Name a column with the schools where it is empty, if there are any."""
    empty = list(dict.fromkeys(str(school) for school in rows.loc[rows[column].isna(), "school_id"]))
    if empty:
        yield table, column, empty


def counted(
    tables: Tables,
    standard: Standard,
    indicator: str,
    level: str,
    year: int,
    sections: pd.DataFrame,
    *,
    dated: bool = False,
) -> str:
    """
    Name the columns that an indicator lacks, each with how many sections of the level lack it.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    standard : Standard
        It defines the indicator.
    indicator, level : str
        Which indicator of which level.
    year : int
        Year of the data.
    sections : DataFrame
        ``school_id`` and ``value`` of the sections of one county that are judged by it.
    dated : bool
        Whether the year is named.

    Returns
    -------
    str
        Each table with its columns that are empty; its pupils where none is, for then nobody attends.
    """
    without = sections.loc[sections["value"].isna(), "school_id"]
    when = f"{level} {year}" if dated else level
    found: dict[tuple[str, int], list[str]] = {}
    for table, column, empty in empty_columns(tables, standard, indicator, level, year, list(without)):
        found.setdefault((table, len(empty)), []).append(column)
    found = found or {("sections", len(without)): ["pupils"]}
    return "; ".join(
        f"{table}.csv: {', '.join(names)} ({when} {count}/{len(sections)})" for (table, count), names in found.items()
    )
