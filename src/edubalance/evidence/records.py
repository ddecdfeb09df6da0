"""Trials that need no chance: counts, verdicts and limits read off the assessment."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from edubalance.assessment import rule_date
from edubalance.assessment.verdict import MET, NOT_MET, UNDETERMINED, combine, from_boolean
from edubalance.evidence.finding import Finding
from edubalance.evidence.material import Material
from edubalance.measures import uncertainty

# What a verdict says of a claim that something falls short; undetermined says nothing.
_FAILED = {NOT_MET: True, MET: False, UNDETERMINED: None}


def spread(material: Material, *, indicators: Sequence[str]) -> Finding:
    """Find whether a difference coefficient exceeds its limit; the value is the largest, over its limit."""
    counties = material.assessment.of(material.year).counties
    ours = counties.loc[counties["indicator"].isin(list(indicators))]
    ratio = (ours["cv"] / ours["limit"]).max()
    verdict = combine(from_boolean(ours["met"]))
    return Finding(found=_FAILED[verdict], value=float(ratio), unit="of_limit")


def layout_change(material: Material) -> Finding:
    """Find whether schools were opened or closed between the first and the last year; the value counts them."""
    schools = material.tables.schools
    years = sorted(schools["year"].unique())
    first, last = (set(schools.loc[schools["year"] == year, "school_id"]) for year in (years[0], years[-1]))
    changed = len(first ^ last)
    return Finding(found=changed > 0, value=float(changed), unit="schools")


def enrolment_growth(material: Material, *, level: str) -> Finding:
    """Find whether the pupils of a level grew from the first year to the last; the value is the growth in percent."""
    sections = material.tables.sections
    pupils = sections.loc[sections["level"] == level].groupby("year", observed=True)["pupils"].sum().sort_index()
    grown = 100 * (float(pupils.iloc[-1]) / float(pupils.iloc[0]) - 1)
    return Finding(found=grown > 0, value=grown, unit="percent", opposite=grown < 0)


def item_failed(material: Material, *, condition: str) -> Finding:
    """Find whether a condition on the county is not met; the value is the county's own."""
    row = _items(material, condition).iloc[0]
    found = _FAILED[row["verdict"]]
    return Finding(found=found, value=float(row["value"]), unit="of_condition", opposite=found is False)


def share_below_bar(material: Material, *, condition: str, part: str, whole: str) -> Finding:
    """Find whether a surveyed share lies below its threshold with its whole Wilson interval; in percent."""
    county = material.tables.county
    values = county.loc[county["year"] == material.year].set_index("variable")["value"]
    if not {part, whole} <= set(values.dropna().index):
        return Finding(found=None, unit="percent")
    interval = uncertainty.wilson(int(values[part]), int(values[whole]))
    limit = material.standard.value_on(condition, rule_date(material.year))
    return Finding(
        found=100 * interval.high < limit,
        value=100 * interval.estimate,
        unit="percent",
        low=100 * interval.low,
        high=100 * interval.high,
        opposite=100 * interval.low >= limit,
    )


def dimension_failed(material: Material, *, dimension: str, besides: Sequence[str] = ()) -> Finding:
    """Find whether an item of a dimension, besides some that are named, is not met; the value counts its conditions."""
    items = material.assessment.of(material.year).items
    ours = items.loc[(items["dimension"] == dimension) & ~items["item"].isin(list(besides))]
    count = float((ours["verdict"] == NOT_MET).sum())
    return Finding(found=_FAILED[combine(ours["verdict"])], value=count, unit="conditions_not_met")


def oversize(material: Material) -> Finding:
    """Find whether there are both classes and schools above their limits; the value counts the sections and schools."""
    items = material.assessment.of(material.year).items
    failed = items.loc[items["item"].isin(["class_size", "school_size"])].groupby("item")["n_failed"].sum()
    return Finding(found=bool((failed > 0).all()), value=float(failed.sum()), unit="sections_and_schools")


def basic_not_quality(material: Material, *, basic: str = "cn-2012-basic") -> Finding:
    """Find whether the county meets the composite limits of the earlier measure and fails the later one."""
    earlier = material.assessed_by(basic).of(material.year).composites
    later = material.assessment.of(material.year).verdict
    passed = all(met is not pd.NA and met for met in earlier["met"])
    return Finding(found=passed and later == NOT_MET, value=float(earlier["composite"].max()), unit="ratio")


def _items(material: Material, condition: str) -> pd.DataFrame:
    """Return the rows of one condition in the year that the notebook tells of."""
    items = material.assessment.of(material.year).items
    return items.loc[items["condition"] == condition]
