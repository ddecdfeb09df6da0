"""What a condition that is undetermined waits for: variables, documents, columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from edubalance import codebook
from edubalance.assessment.checks import measured
from edubalance.codebook import Tables
from edubalance.schools import indicators, joined
from edubalance.standards import Check, Condition, Formula, Standard

# What a check reads besides the columns that it names.
BESIDES = {"classes_per_room": ("classes",)}
# What is added up over the sections of a school before it is checked, and how it is then called.
OVER_THE_SCHOOL = {("school_size", "pupils"): "school_pupils", ("classes_per_room", "classes"): "school_classes"}


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
    unknown = _unknown(tables, standard, items, conditions)
    by_place = tables.county.dropna(subset="value").groupby(["county", "year"])["variable"]
    reported = {place: set(names) for place, names in by_place}
    return [
        "; ".join(
            _missing(conditions[row["condition"]], row, reported.get((row["county"], row["year"]), set()), unknown)
        )
        for row in items.to_dict("records")
    ]


def _unknown(
    tables: Tables, standard: Standard, items: pd.DataFrame, conditions: Mapping[str, Condition]
) -> dict[Any, pd.DataFrame]:
    """Return, by condition, county and year, the schools or sections in scope that a check has no value for."""
    asked = items.loc[items["n_missing"] > 0, "condition"].unique()
    if not len(asked):
        return {}
    in_scope = indicators(tables, standard)["in_scope"].to_numpy(dtype=bool)
    sections = joined(tables).loc[in_scope]
    found: dict[Any, pd.DataFrame] = {}
    for name in asked:
        condition = conditions[name]
        if condition.check is not None:
            units = measured(condition, condition.check, sections)
            rows = units.loc[units["measured"].isna()]
            parts: dict[Any, pd.DataFrame] = dict(tuple(rows.groupby(["county", "year"])))
            found |= {(str(name), *place): part for place, part in parts.items()}
    return found


def _missing(
    condition: Condition,
    row: Mapping[Any, Any],
    reported: set[str],
    unknown: Mapping[Any, pd.DataFrame],
) -> Iterator[str]:
    """Name what one condition lacks."""
    if condition.check is not None:
        yield from _of_a_check(condition.check, row, unknown.get((condition.id, row["county"], row["year"])))
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


def _of_a_check(check: Check, row: Mapping[Any, Any], unknown: pd.DataFrame | None) -> Iterator[str]:
    """Name the columns behind a check that are empty, and at how many of the schools or sections that it covers."""
    if row["n_missing"] > 0 and unknown is not None:
        columns = dict.fromkeys((*check.columns, *check.per, *BESIDES.get(check.kind, ())))
        empty = {
            column: int(unknown[OVER_THE_SCHOOL.get((check.kind, column), column)].isna().sum()) for column in columns
        }
        # Where nothing is empty, it is a share of nothing: the divisor is named.
        found = {column: count for column, count in empty.items() if count} or dict.fromkeys(check.per, len(unknown))
        by_table: dict[tuple[str, int], list[str]] = {}
        for column, count in found.items():
            table = "schools" if column in codebook.table("schools").names else "sections"
            by_table.setdefault((table, count), []).append(column)
        for (table, count), names in by_table.items():
            yield f"{table}.csv: {', '.join(names)} ({count}/{row['n_checked']:g})"
    elif row["verdict"] == "undetermined":
        yield "schools.csv, sections.csv (0)"
