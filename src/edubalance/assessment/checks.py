"""Conditions on every school or section: class size, school size, rooms, training money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.assessment.sections import rule_date
from edubalance.assessment.verdict import FAILS, PASSES, UNKNOWN, compare
from edubalance.schools import fits
from edubalance.standards import Check, Condition, Standard

Floats = npt.NDArray[np.float64]


def judge_check(
    condition: Condition, check: Check, standard: Standard, sections: pd.DataFrame, places: pd.DataFrame
) -> dict[str, Any]:
    """
    Measure a condition on every school or section it covers and count the failures of each county.

    Parameters
    ----------
    condition : Condition
        The condition, for its level, direction and thresholds.
    check : Check
        What is measured.
    standard : Standard
        Its thresholds and reliefs of the data's own year apply.
    sections : DataFrame
        Sections in scope, as `schools.joined` lays them out.
    places : DataFrame
        Counties and years in the order wanted.

    Returns
    -------
    dict
        ``values`` (the worst), ``thresholds`` (unrelieved), ``codes``, ``n_checked``, ``n_failed``,
        ``n_missing``; arrays, one element a county and year.
    """
    units = measured(condition, check, sections)
    codes = compare(units["measured"].to_numpy(), limits(condition, standard, units), condition.direction)
    worst = "min" if condition.direction in {">=", ">"} else "max"
    by_county = (
        units.assign(failed=codes == FAILS, unknown=codes == UNKNOWN)
        .groupby(["county", "year"], observed=True)
        .agg(
            values=("measured", worst),
            n_checked=("failed", "size"),
            n_failed=("failed", "sum"),
            n_missing=("unknown", "sum"),
        )
        .reindex(pd.MultiIndex.from_frame(places))
    )
    counts = by_county[["n_checked", "n_failed", "n_missing"]].fillna(0).astype("float64")
    return {
        "values": by_county["values"].to_numpy(dtype=np.float64),
        "thresholds": _general_limits(condition, standard, places["year"].to_numpy()),
        "codes": _codes(counts, needed=condition.level is not None),
        **{str(name): counts[name].to_numpy() for name in counts},
    }


def _codes(counts: pd.DataFrame, *, needed: bool) -> npt.NDArray[np.int8]:
    """
    Judge a county by its units: one failure fails it, one missing value leaves it undetermined.

    A county may have no school of a type, but not no section of a level: that is undetermined.
    """
    absent = (counts["n_checked"] == 0) & needed
    known = np.where((counts["n_missing"] == 0) & ~absent, PASSES, UNKNOWN)
    return np.where(counts["n_failed"] > 0, FAILS, known).astype(np.int8)


def measured(condition: Condition, check: Check, sections: pd.DataFrame) -> pd.DataFrame:
    """
    Measure one check on every school or section it covers.

    Parameters
    ----------
    condition : Condition
        Its level, where it has one, says which sections are covered.
    check : Check
        What is measured, and on which types of school.
    sections : DataFrame
        Sections in scope, as `schools.joined` lays them out.

    Returns
    -------
    DataFrame
        The rows of the units covered, with ``measured``; NaN where an input is missing, infinite where
        there are classes and no room.
    """
    units = sections.loc[sections["level"] == condition.level] if condition.level else sections
    if check.types:
        units = units.loc[units["type"].isin(list(check.types))]
    if check.kind != "largest_class":
        units = _schools_of(units)
    if check.kind == "smallest_room":
        # A school that is known to have no such room cannot have too small a one; the count of rooms judges it.
        units = units.loc[~(units[list(check.per)] == 0).all(axis=1)]
    return units.assign(measured=_MEASURES[check.kind](units, check)).reset_index(drop=True)


def _schools_of(sections: pd.DataFrame) -> pd.DataFrame:
    """Return the schools that these sections belong to, each once, with the classes of its sections."""
    by_school = sections.groupby("school_row", observed=True)["classes"]
    classes = by_school.sum().where(by_school.count() == by_school.size())
    schools = sections.drop_duplicates("school_row")
    return schools.assign(school_classes=schools["school_row"].map(classes))


def _sum(units: pd.DataFrame, columns: tuple[str, ...]) -> Floats:
    """Add columns; a missing part leaves the sum missing."""
    return np.asarray(units[list(columns)].sum(axis=1, skipna=False).to_numpy(dtype=np.float64))


def _classes_per_room(units: pd.DataFrame, check: Check) -> Floats:
    """Divide the classes of a school by its rooms; infinite where there are classes and no room."""
    rooms = _sum(units, check.columns)
    classes = units["school_classes"].to_numpy(dtype=np.float64)
    ratio = np.divide(classes, rooms, out=np.full(len(units), np.inf), where=rooms > 0)
    return np.asarray(np.where(np.isnan(rooms) | np.isnan(classes), np.nan, ratio))


def _share(units: pd.DataFrame, check: Check) -> Floats:
    """Divide one sum of columns by another; NaN where there is nothing to take a share of."""
    whole = _sum(units, check.per)
    part = _sum(units, check.columns) * check.multiplier
    return np.asarray(np.divide(part, whole, out=np.full(len(units), np.nan), where=whole > 0))


def _school_pupils(units: pd.DataFrame, _check: Check) -> Floats:
    """Return the pupils of the compulsory levels of each school."""
    return units["school_pupils"].to_numpy(dtype=np.float64)


_MEASURES: dict[str, Callable[[pd.DataFrame, Check], Floats]] = {
    "largest_class": lambda units, check: _sum(units, check.columns),
    "school_size": _school_pupils,
    "classes_per_room": _classes_per_room,
    "smallest_room": lambda units, check: _sum(units, check.columns),
    "school_share": _share,
}


def limits(condition: Condition, standard: Standard, units: pd.DataFrame) -> Floats:
    """
    Look the limit of every unit up, eased where a relief in force fits the school.

    Parameters
    ----------
    condition : Condition
        The condition.
    standard : Standard
        Its values and reliefs of each unit's own year apply.
    units : DataFrame
        Units as `measured` returns them.

    Returns
    -------
    ndarray of float
        One limit a unit.
    """
    found = np.full(len(units), np.nan)
    # Where several reliefs fit, the school may use the one that asks least.
    easier = np.minimum if condition.direction in {">=", ">"} else np.maximum
    for year in units["year"].unique():
        date = rule_date(year)
        here = units["year"].to_numpy() == year
        found[here] = standard.value_on(condition.id, date, condition.level)
        for relief in standard.reliefs_on(condition.id, date):
            if relief.has_threshold:
                eased = easier(found, standard.value_on(relief.id, date, condition.level))
                found = np.where(here & fits(units, relief.criteria), eased, found)
    return found


def _general_limits(condition: Condition, standard: Standard, years: npt.NDArray[np.int64]) -> Floats:
    """Look the unrelieved limit of each year up."""
    return np.array([standard.value_on(condition.id, rule_date(year), condition.level) for year in years], dtype=float)
