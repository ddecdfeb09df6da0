"""Trials that read counts and verdicts; an interval, where a model allows one, says how firmly they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from edubalance import rounding
from edubalance.assessment import Assessment, rule_date
from edubalance.assessment.verdict import MET, NOT_MET, UNDETERMINED, combine, from_boolean
from edubalance.evidence import shuffles
from edubalance.evidence.finding import ALPHA, Finding, Floats, by_shuffles
from edubalance.evidence.material import Material
from edubalance.measures import jackknife, uncertainty

# What a verdict says of a claim that something falls short; undetermined says nothing.
_FAILED = {NOT_MET: True, MET: False, UNDETERMINED: None}


def spread(material: Material, *, indicators: Sequence[str] = ()) -> Finding:
    """
    Find whether a difference coefficient exceeds its limit.

    Parameters
    ----------
    material : Material
        The case.
    indicators : sequence of str
        Indicators whose coefficients are looked at, at both levels; all of the standard unless named.

    Returns
    -------
    Finding
        The coefficient that stands highest against its limit, over that limit. The verdict of the standard decides,
        on the side of the claim and on the opposite one: the schools of the county are all observed. The interval
        says how far the same coefficient would move were the process run again that resources schools; its level is
        that of all coefficients together (Bonferroni), because the highest of them was chosen.
    """
    names = list(indicators) or [indicator.id for indicator in material.standard.indicators]
    counties = material.assessment.of(material.year).counties
    ours = counties.loc[counties["indicator"].isin(names)].reset_index(drop=True)
    verdict = combine(from_boolean(ours["met"]))
    ratio = ours["cv"] / ours["limit"]
    if ratio.isna().all():
        return Finding(found=_FAILED[verdict], unit="of_limit", rests_on="verdict")
    level = 1 - ALPHA / len(ours)
    interval = _coefficient_interval(material, ours.iloc[int(pd.Series(rounding.tied(ratio)).argmax())], level)
    return Finding(
        found=_FAILED[verdict],
        value=float(ratio.max()),
        unit="of_limit",
        low=interval[0],
        high=interval[1],
        level=level,
        opposite=verdict == MET,
        rests_on="verdict_jackknife",
    )


def _coefficient_interval(material: Material, row: pd.Series, level: float) -> tuple[float, float]:
    """Put a jackknife interval around one difference coefficient, over its limit."""
    held = material.assessment.of(material.year).sections
    held = held.loc[(held["level"] == row["level"]) & (held["indicator"] == row["indicator"])]
    found = jackknife.coefficient_intervals(
        held["value"].to_numpy(dtype=float),
        held["pupils"].to_numpy(dtype=float),
        level=level,
        convention=material.assessment.convention,
    )
    return float(found.low[0, 0]) / float(row["limit"]), float(found.high[0, 0]) / float(row["limit"])


def layout_change(material: Material) -> Finding:
    """Find whether schools were opened or closed between the first and the last year; the value counts them."""
    schools = material.tables.schools
    years = sorted(schools["year"].unique())
    first, last = (set(schools.loc[schools["year"] == year, "school_id"]) for year in (years[0], years[-1]))
    changed = len(first ^ last)
    return Finding(found=changed > 0, value=float(changed), unit="schools", rests_on="count")


def enrolment_growth(material: Material, *, level: str) -> Finding:
    """
    Find whether the pupils of a level grew from the first year to the last by more than chance would have it.

    Parameters
    ----------
    material : Material
        The case.
    level : str
        ``primary`` or ``junior``.

    Returns
    -------
    Finding
        The growth in percent; p from swapping each school's first and last year at random, because the pupils of a
        county always are a few more or a few less. The interval leaves out school after school.
    """
    sections = material.tables.sections
    ours = sections.loc[sections["level"] == level]
    pupils = ours.pivot_table(index="school_id", columns="year", values="pupils", aggfunc="sum", fill_value=0)
    first, last = (pupils[year].to_numpy(dtype=float) for year in (min(pupils.columns), max(pupils.columns)))
    found = by_shuffles(shuffles.random_signs(first.size, material) @ (last - first), "greater", "percent")
    if first.size < 2 or first.sum() == 0:
        return replace(found, value=_growth(first, last))
    ratio = uncertainty.jackknife(_ratio, first, last, scale="log")
    bounds = [100 * (bound - 1) for bound in (ratio.low, ratio.high)]
    rests_on = f"shuffles_{ratio.method.replace('-', '_')}"
    return replace(found, value=_growth(first, last), low=bounds[0], high=bounds[1], rests_on=rests_on)


def _growth(first: Floats, last: Floats) -> float:
    """Growth of a sum in percent; NaN from nothing."""
    return 100 * (_ratio(first, last) - 1)


def _ratio(first: Floats, last: Floats) -> float:
    """Divide the last sum by the first; NaN from nothing."""
    return float(last.sum()) / float(first.sum()) if first.sum() > 0 else np.nan


def item_failed(material: Material, *, condition: str) -> Finding:
    """
    Find whether a condition on the county is not met.

    Parameters
    ----------
    material : Material
        The case.
    condition : str
        Id of the condition.

    Returns
    -------
    Finding
        The county's own value; the verdict of the standard decides. Where the value is the share of some among all
        that the county counts, such as teachers with enough hours, Wilson's interval says how far the share would
        move for as many others of the same kind.
    """
    row = _items(material, condition).iloc[0]
    found = _FAILED[row["verdict"]]
    low, high = _share_interval(material, condition)
    return Finding(
        found=found,
        value=float(row["value"]),
        unit="of_condition",
        low=low,
        high=high,
        opposite=found is False,
        rests_on="verdict" if np.isnan(low) else "verdict_wilson",
    )


def _share_interval(material: Material, condition: str) -> tuple[float, float]:
    """Put Wilson's interval around a condition that is a percentage of counted people; NaN where it is none."""
    asked = next(each for item in material.standard.items for each in item.conditions if each.id == condition)
    formula, reported = asked.formula, _reported(material)
    if formula is None or len(formula.numerator) != 1 or len(formula.denominator) != 1:
        return np.nan, np.nan
    part, whole = (reported.get(terms[0][0], np.nan) for terms in (formula.numerator, formula.denominator))
    if not (0 <= part <= whole and whole > 0 and float(part).is_integer() and float(whole).is_integer()):
        return np.nan, np.nan
    interval = uncertainty.wilson(int(part), int(whole))
    return formula.multiplier * interval.low, formula.multiplier * interval.high


def share_below_bar(material: Material, *, condition: str, part: str, whole: str) -> Finding:
    """Find whether a surveyed share lies below its threshold with its whole Wilson interval; in percent."""
    values = _reported(material)
    absent = [name for name in (part, whole) if name not in values.dropna().index]
    if absent:
        return Finding(found=None, unit="percent", lacks=tuple(f"county.csv: {name}" for name in absent))
    interval = uncertainty.wilson(int(values[part]), int(values[whole]))
    limit = material.standard.value_on(condition, rule_date(material.year))
    return Finding(
        found=bool(100 * interval.high < rounding.reachable(limit, "<")),
        value=100 * interval.estimate,
        unit="percent",
        low=100 * interval.low,
        high=100 * interval.high,
        opposite=bool(100 * interval.low >= rounding.reachable(limit, ">=")),
        rests_on="wilson",
    )


def dimension_failed(material: Material, *, dimension: str, besides: Sequence[str] = ()) -> Finding:
    """Find whether an item of a dimension, besides some that are named, is not met; the value counts its conditions."""
    items = material.assessment.of(material.year).items
    ours = items.loc[(items["dimension"] == dimension) & ~items["item"].isin(list(besides))]
    count, found = float((ours["verdict"] == NOT_MET).sum()), _FAILED[combine(ours["verdict"])]
    if found is None and material.tables.county.empty:
        return Finding(found=None, unit="conditions_not_met", lacks=("county.csv",))
    return Finding(found=found, value=count, unit="conditions_not_met", rests_on="verdict")


def oversize(material: Material) -> Finding:
    """
    Find whether there are both classes and schools above their limits; the value counts the sections and schools.

    A size that is not known is not within its limit: it leaves the claim open, unless the other kind keeps its own.
    """
    items = material.assessment.of(material.year).items
    sizes = items.loc[items["item"].isin(["class_size", "school_size"])]
    found = [_FAILED[combine(verdicts)] for _, verdicts in sizes.groupby("item")["verdict"]]
    both = False if False in found else None if None in found else True
    value = float(sizes["n_failed"].sum())
    return Finding(found=both, value=value, unit="sections_and_schools", rests_on="verdict")


def basic_not_quality(material: Material, *, basic: str = "cn-2012-basic") -> Finding:
    """
    Find whether the county meets the composite limits of the earlier measure and fails the later one.

    Parameters
    ----------
    material : Material
        The case.
    basic : str
        Id of the earlier standard.

    Returns
    -------
    Finding
        The larger composite of the two levels. The verdicts of both standards decide; the interval says how far that
        composite would move were the process run again that resources schools.
    """
    earlier = material.assessed_by(basic).of(material.year)
    later = material.assessment.of(material.year).verdict
    passed = all(met is not pd.NA and met for met in earlier.composites["met"])
    worst = earlier.composites.sort_values("composite", key=rounding.tied, kind="stable").iloc[-1]
    low, high = _composite_interval(earlier, str(worst["level"]))
    return Finding(
        found=passed and later == NOT_MET,
        value=float(worst["composite"]),
        unit="ratio",
        low=low,
        high=high,
        rests_on="verdict_jackknife",
    )


def _composite_interval(assessment: Assessment, level: str) -> tuple[float, float]:
    """Put a jackknife interval around the composite of a level: schools are left out with all their indicators."""
    held = assessment.sections.loc[assessment.sections["level"] == level]
    names = [indicator.id for indicator in assessment.standard.indicators]
    values = held["value"].to_numpy(dtype=float).reshape(-1, len(names))
    pupils = held["pupils"].to_numpy(dtype=float)[:: len(names)]
    found = jackknife.composite_intervals(values, pupils, convention=assessment.convention)
    return float(found.low[0]), float(found.high[0])


def _reported(material: Material) -> pd.Series:
    """Return what the county reports of the year that the notebook tells of, by variable."""
    county = material.tables.county
    return county.loc[county["year"] == material.year].set_index("variable")["value"]


def _items(material: Material, condition: str) -> pd.DataFrame:
    """Return the rows of one condition in the year that the notebook tells of."""
    items = material.assessment.of(material.year).items
    return items.loc[items["condition"] == condition]
