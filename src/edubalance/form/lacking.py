"""What would fill a blank cell of the form: the columns that are empty, and at which schools."""

from __future__ import annotations

from collections.abc import Collection

from edubalance.assessment.lacking import empty_columns
from edubalance.codebook import Tables
from edubalance.standards import Standard

# Schools that are named; of more, how many there are is said.
NAMED = 3


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
    found = [
        f"{table}.csv: {column} ({named(empty)})"
        for table, column, empty in empty_columns(tables, standard, indicator, level, year, schools)
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
