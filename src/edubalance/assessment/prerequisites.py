"""The checks before applying (申报条件), one by one: what the county reports, and what its assessment shows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from edubalance import rounding
from edubalance.assessment import lacking
from edubalance.assessment.items import Reported, evaluate, judge_document
from edubalance.assessment.judgement import Assessment
from edubalance.assessment.parts import (
    COUNTY,
    DECLARED,
    DISAGREE,
    REPORTED,
    TABLES,
    laid_out,
    named_where,
    weakest,
)
from edubalance.assessment.recognition import full_years
from edubalance.assessment.sections import rule_date
from edubalance.assessment.verdict import UNKNOWN, compare, from_boolean, words
from edubalance.assessment.waiting import waits_for
from edubalance.codebook import Tables
from edubalance.standards import Condition, Formula, Indicator, Item, Standard, Variable
from edubalance.standards.dated import as_date


def reported_parts(
    line: Item, standard: Standard, places: pd.DataFrame, reported: Reported, on: datetime.date | None
) -> Iterator[pd.DataFrame]:
    """
    Judge the conditions of a check that the county's own reports decide.

    Parameters
    ----------
    line : Item
        The check.
    standard : Standard
        Its limits of the data's own year apply.
    places : DataFrame
        ``county`` and ``year``, all of one year.
    reported : Reported
        What the counties report.
    on : datetime.date or None
        Day of applying; the day whose rules judge the year unless given.

    Yields
    ------
    DataFrame
        One part each, as `parts.laid_out` makes it.
    """
    year = int(places["year"].iloc[0])
    date = next((variable for variable in line.variables if variable.kind == "date"), None)
    for condition in line.conditions_on(as_date(rule_date(year))):
        if condition.formula is None:
            yield _shown(line, condition, places, reported)
        else:
            yield _counted(line, condition, condition.formula, standard, places, reported, date, on)


def _shown(line: Item, condition: Condition, places: pd.DataFrame, reported: Reported) -> pd.DataFrame:
    """Judge what a document of the county shows: declared, not verified."""
    codes, evidence = judge_document(condition, reported)
    return laid_out(
        places,
        "check",
        line,
        condition.id,
        verdict=words(codes),
        basis=DECLARED,
        missing=named_where(codes == UNKNOWN, f"county.csv: {condition.id} (evidence)"),
        evidence=evidence,
        confidence=weakest((line.confidence, condition.known.confidence)),
    )


def _counted(
    line: Item,
    condition: Condition,
    formula: Formula,
    standard: Standard,
    places: pd.DataFrame,
    reported: Reported,
    date: Variable | None,
    on: datetime.date | None,
) -> pd.DataFrame:
    """Judge a number that the county reports, or that a day which it reports gives."""
    year = int(places["year"].iloc[0])
    limit = standard.value_on(condition.id, rule_date(year), condition.level)
    stated = evaluate(formula, reported.value)
    first, last = full_years(reported.value(date.id), on or as_date(rule_date(year))) if date else (stated, stated)
    # A number of years belongs to the data's year; on another day only the date can tell.
    stated = np.where(np.isnan(first) | (on is None), stated, np.nan)
    agree = (first <= rounding.reachable(stated, "<=")) & (stated <= rounding.reachable(last, "<="))
    low = np.where(agree, stated, np.fmin(first, stated))
    high = np.where(agree, stated, np.fmin(last, stated))
    limits = np.full(len(places), limit)
    surely, perhaps = (compare(value, limits, condition.direction) for value in (low, high))
    codes = np.where(surely == perhaps, surely, UNKNOWN).astype(np.int8)
    asked = ", ".join((*formula.variables, *((date.id,) if date else ())))
    return laid_out(
        places,
        "check",
        line,
        condition.id,
        level=condition.level or "",
        value=low,
        direction=condition.direction,
        limit=limit,
        verdict=words(codes),
        basis=REPORTED,
        missing=named_where(codes == UNKNOWN, f"county.csv: {asked}"),
        remark=named_where(~agree & ~np.isnan(first) & ~np.isnan(stated), DISAGREE),
        confidence=weakest((line.confidence, condition.known.confidence)),
    )


def item_parts(
    line: Item, item: Item, places: pd.DataFrame, judged: Assessment, tables: Tables
) -> Iterator[pd.DataFrame]:
    """
    Take over what the assessment found of an item that a check refers to.

    Parameters
    ----------
    line : Item
        The check.
    item : Item
        The item that it refers to.
    places : DataFrame
        ``county`` and ``year``, all of one year.
    judged : Assessment
        Of these places.
    tables : Tables
        What it was made of.

    Yields
    ------
    DataFrame
        One part a condition of the item.
    """
    rows = judged.items.loc[judged.items["item"] == item.id]
    rows = rows.assign(missing=waits_for(tables, judged.standard, rows))
    for condition in item.conditions_on(as_date(rule_date(int(places["year"].iloc[0])))):
        found = places[COUNTY].merge(rows.loc[rows["condition"] == condition.id], on=COUNTY, how="left")
        yield laid_out(
            places,
            "check",
            line,
            condition.id,
            level=condition.level or "",
            value=found["value"].to_numpy(dtype=np.float64),
            direction=condition.direction,
            limit=found["threshold"].to_numpy(dtype=np.float64),
            verdict=found["verdict"].to_numpy(),
            basis=REPORTED,
            missing=found["missing"].to_numpy(),
            evidence=found["evidence"].to_numpy(),
            confidence=weakest((line.confidence, condition.known.confidence)),
        )


def coefficient_parts(line: Item, places: pd.DataFrame, judged: Assessment, tables: Tables) -> Iterator[pd.DataFrame]:
    """
    Take over the difference coefficients of the assessment, each against its limit.

    Parameters
    ----------
    line : Item
        The check; it refers to the rule that holds the limit.
    places : DataFrame
        ``county`` and ``year``, all of one year.
    judged : Assessment
        Of these places.
    tables : Tables
        What it was made of.

    Yields
    ------
    DataFrame
        One part a level and indicator; a level without sections has its parts too, undetermined.
    """
    rule, date = judged.standard.rule(line.refers_to), rule_date(int(places["year"].iloc[0]))
    for level in judged.standard.levels:
        entry = judged.standard.entry_on(rule.id, date, level)
        for indicator in judged.standard.indicators:
            rows = judged.counties.loc[
                (judged.counties["level"] == level) & (judged.counties["indicator"] == indicator.id)
            ]
            found = places[COUNTY].merge(rows, on=COUNTY, how="left")
            yield laid_out(
                places,
                "check",
                line,
                indicator.id,
                level=level,
                value=found["cv"].to_numpy(dtype=np.float64),
                direction=rule.direction,
                limit=entry.value,
                verdict=from_boolean(found["met"].astype("boolean")).to_numpy(),
                basis=TABLES,
                missing=[_lacking(indicator, level, row, judged, tables) for row in found.to_dict("records")],
                confidence=weakest((line.confidence, entry.confidence, indicator.confidence)),
            )


def _lacking(indicator: Indicator, level: str, row: Mapping[Any, Any], judged: Assessment, tables: Tables) -> str:
    """Name the columns that a coefficient lacks, or the sections."""
    if np.isnan(row["n_missing"]):
        return f"schools.csv, sections.csv: {level}"
    if not row["n_missing"]:
        return ""
    rows, place = judged.sections, [row[name] for name in COUNTY]
    here = (rows[COUNTY] == place).all(axis=1) & (rows["level"] == level) & (rows["indicator"] == indicator.id)
    return lacking.counted(tables, judged.standard, indicator.id, level, int(row["year"]), rows.loc[here])
