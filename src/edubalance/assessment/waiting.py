"""What a condition that is undetermined waits for: variables, documents, columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from edubalance import codebook
from edubalance.codebook import Tables
from edubalance.standards import Check, Condition, Formula, Standard

# What a check reads besides the columns that it names.
BESIDES = {"school_size": ("pupils",), "classes_per_room": ("classes",)}


def waits_for(tables: Tables, standard: Standard, items: pd.DataFrame) -> list[str]:
    """
    Name what would decide each condition that is undetermined.

    Parameters
    ----------
    tables : Tables
        What the assessment was made of.
    standard : Standard
        The same standard.
    items : DataFrame
        Rows of `Assessment.items`.

    Returns
    -------
    list of str
        One text a row, empty where nothing is missing: variables or documents of the county's table, or columns of
        schools and sections with how many of those that are checked have no value.

    Notes
    -----
    A formula whose variables are all there and that still has no value divides by nobody: its divisor is named.
    """
    conditions = {condition.id: condition for item in standard.items for condition in item.conditions}
    by_place = tables.county.dropna(subset="value").groupby(["county", "year"])["variable"]
    reported = {place: set(names) for place, names in by_place}
    return [
        "; ".join(_missing(conditions[row["condition"]], row, reported.get((row["county"], row["year"]), set())))
        for row in items.to_dict("records")
    ]


def _missing(condition: Condition, row: Mapping[Any, Any], reported: set[str]) -> Iterator[str]:
    """Name what one condition lacks."""
    if condition.check is not None:
        yield from _of_a_check(condition.check, row)
    elif row["verdict"] == "undetermined" and condition.formula is not None:
        yield _of_a_formula(condition.formula, reported)
    elif row["verdict"] == "undetermined":
        yield f"county.csv: {condition.id} (evidence)"


def _of_a_formula(formula: Formula, reported: set[str]) -> str:
    """Name the variables that the county does not report, or the divisor that is nobody."""
    missing = [name for name in formula.variables if name not in reported]
    if missing:
        return f"county.csv: {', '.join(missing)}"
    return f"county.csv: {' + '.join(name for name, _ in formula.denominator)} > 0"


def _of_a_check(check: Check, row: Mapping[Any, Any]) -> Iterator[str]:
    """Name the columns behind a check, and how many of the schools or sections have no value."""
    if row["n_missing"] > 0:
        columns = dict.fromkeys((*check.columns, *check.per, *BESIDES.get(check.kind, ())))
        by_table: dict[str, list[str]] = {}
        for column in columns:
            table = "schools" if column in codebook.table("schools").names else "sections"
            by_table.setdefault(table, []).append(column)
        for table, names in by_table.items():
            yield f"{table}.csv: {', '.join(names)} ({row['n_missing']:g}/{row['n_checked']:g})"
    elif row["verdict"] == "undetermined":
        yield "schools.csv, sections.csv (0)"
