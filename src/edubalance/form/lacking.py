"""What would fill a blank cell of the form: the columns that are empty, and at which schools."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd

from edubalance import codebook
from edubalance.codebook import Tables
from edubalance.standards import Standard

# Schools that are named; of more, how many there are is said.
NAMED = 3


def empty_columns(
    tables: Tables, terms: tuple[tuple[str, int], ...], year: int, schools: Collection[str]
) -> Iterator[tuple[str, str, list[str]]]:
    """
    Find the columns of an indicator that some of these schools do not have.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    terms : tuple of (str, int)
        Columns that the indicator adds or subtracts.
    year : int
        Year of the data.
    schools : collection of str
        Schools without a value.

    Yields
    ------
    tuple of str, str and list of str
        Table, column, and the schools where it is empty.
    """
    for column, _ in terms:
        table = "schools" if column in codebook.table("schools").names else "sections"
        frame: pd.DataFrame = getattr(tables, table)
        rows = frame.loc[(frame["year"] == year) & frame["school_id"].isin(list(schools))]
        empty = list(dict.fromkeys(rows.loc[rows[column].isna(), "school_id"]))
        if empty:
            yield table, column, empty


def of_indicator(
    tables: Tables, standard: Standard, indicator: str, level: str, year: int, schools: Collection[str]
) -> str:
    """
    Say what would give an indicator its value.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    standard : Standard
        The measure that defines the indicator.
    indicator, level : str
        Which indicator of which level.
    year : int
        Year of the data.
    schools : collection of str
        Schools without a value.

    Returns
    -------
    str
        Tables and columns, each with the schools where it is empty.
    """
    terms = standard.indicator(indicator).numerator(level)
    found = [
        f"{table}.csv: {column} ({named(empty)})"
        for table, column, empty in empty_columns(tables, terms, year, schools)
    ]
    return "; ".join(found) or f"sections.csv: pupils ({named(list(schools))})"


def named(schools: list[str]) -> str:
    """
    Name a few schools and count the others.

    Parameters
    ----------
    schools : list of str
        Codes.

    Returns
    -------
    str
        At most three codes.

    Examples
    --------
    >>> named(["A", "B"]), named(["A", "B", "C", "D", "E"])
    ('A, B', 'A, B, C + 2')
    """
    more = len(schools) - NAMED
    return ", ".join(schools[:NAMED]) + (f" + {more}" if more > 0 else "")
