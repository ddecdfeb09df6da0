"""What stands behind the verdicts on items: each school's own value, and how many requirements a dimension meets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.assessment import checks
from edubalance.assessment.judgement import Assessment
from edubalance.assessment.verdict import compare, from_boolean, nullable
from edubalance.codebook import Tables
from edubalance.schools import indicators, joined
from edubalance.standards import Condition, Standard

UNIT = ["county", "year", "school_id", "level", "type", "founder", "area", "township", "pupils"]


def by_school(tables: Tables, standard: Standard) -> pd.DataFrame:
    """
    Measure every condition on schools or sections, one row each: class size, school size, rooms, training money.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    standard : Standard
        Its items, thresholds and reliefs of the data's own year apply.

    Returns
    -------
    DataFrame
        One row a school (or, for classes, a section) and condition: identity, ``item``, ``condition``, ``value``,
        ``threshold`` (eased where a relief fits), ``met``. ``pupils`` are those of the school, or of the section where
        the condition is one on sections. A room that nobody has gives an infinite number of classes a room.
    """
    in_scope = indicators(tables, standard)["in_scope"].to_numpy(dtype=bool)
    sections = joined(tables).loc[in_scope].astype({"year": "int64"})
    parts = [
        _measured(item.id, condition, standard, sections)
        for item in standard.items
        for condition in item.conditions
        if condition.check is not None
    ]
    return pd.concat(parts, ignore_index=True) if parts else sections.iloc[:0].reindex(columns=UNIT)


def _measured(item: str, condition: Condition, standard: Standard, sections: pd.DataFrame) -> pd.DataFrame:
    """Measure one condition on its schools or sections and compare."""
    check = condition.check
    if check is None:
        return sections.iloc[:0]
    units = checks.measured(condition, check, sections)
    limits = checks.limits(condition, standard, units)
    met = nullable(compare(units["measured"].to_numpy(dtype=np.float64), limits, condition.direction))
    pupils = units["pupils"] if check.kind == "largest_class" else units["school_pupils"]
    named = units[UNIT].assign(pupils=pupils, item=item, condition=condition.id)
    return named.assign(value=units["measured"], threshold=limits, met=met)


def tally(assessment: Assessment) -> pd.DataFrame:
    """
    Count the requirements that are met, not met and undetermined, by dimension.

    The requirements of the first dimension are the difference coefficients that the standard judges: its composites,
    or each level's and indicator's own; those of the others are the conditions of their items.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.

    Returns
    -------
    DataFrame
        One row a county, year, ``group`` (the dimension) and ``verdict``: ``count``.
    """
    judged = assessment.composites if assessment.standard.has_rule("composite_limit") else assessment.counties
    coefficients = judged[["county", "year"]].assign(
        dimension="resource_allocation", verdict=from_boolean(judged["met"]).to_numpy()
    )
    conditions = assessment.items[["county", "year", "dimension", "verdict"]]
    together = pd.concat([coefficients, conditions], ignore_index=True).rename(columns={"dimension": "group"})
    return together.groupby(["county", "year", "group", "verdict"], sort=False).size().rename("count").reset_index()
