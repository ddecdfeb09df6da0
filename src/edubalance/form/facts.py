"""Every number and text that the form can ask for, by name, each with where it comes from."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from edubalance.assessment import Assessment
from edubalance.codebook import Tables

LEVELS = ("primary", "junior")
BAND = re.compile(r"classes_(\d+)_(?:to_\d+|or_more)")


@dataclass(frozen=True)
class Fact:
    """
    One number or text of the form.

    Attributes
    ----------
    value : float or str or None
        None where it is not known.
    source : str
        Table and column or the rule behind it.
    lacks : str
        Where it is not known: what would make it known.
    """

    value: float | str | None
    source: str
    lacks: str = ""


def gather(tables: Tables, judged: Assessment, year: int, shares: Mapping[str, tuple[str, str]]) -> dict[str, Fact]:
    """
    Gather all facts of one county and year.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    judged : Assessment
        Its assessment of that year.
    year : int
        The year.
    shares : mapping of str to tuple of str
        Shares of two variables of the county's table, in percent, that no item of the standard computes.

    Returns
    -------
    dict of str to Fact
        ``county.<variable>``, ``evidence.<condition>``, ``value.<condition>``, ``failed.<condition>``,
        ``limit.<condition>``, ``verdict.<item>``, ``share.<name>``, ``schools.<type>``, ``pupils.<level>``,
        ``classes.<level>``, ``teachers.<level>``, ``met.<level>.<indicator>``, ``mean.<level>.<indicator>``,
        ``cv.<level>.<indicator>``, ``composite.<level>``,
        ``section.<school>.<level>.<column or indicator>`` … A sum of which one part is missing is not known.
    """
    facts = _reported(tables.county.loc[tables.county["year"] == year])
    for name, (part, whole) in shares.items():
        facts[f"share.{name}"] = _share(facts, part, whole)
    facts.update(_conditions(judged.items))
    facts.update(_counts(tables, judged, year))
    facts.update(_single_sections(tables, judged, year))
    for level in LEVELS:
        facts.update(_section_counts(judged, level))
        facts.update(_balance(judged, level))
    return facts


def _reported(county: pd.DataFrame) -> dict[str, Fact]:
    """Take every variable that the county reports, and every document that it names."""
    facts: dict[str, Fact] = {}
    for row in _records(county):
        source = f"county.csv: {row['variable']}"
        facts[f"county.{row['variable']}"] = _fact(row["value"], source, source)
        text = "" if pd.isna(row["evidence"]) else str(row["evidence"])
        facts[f"evidence.{row['variable']}"] = Fact(text or None, source, f"{source} (evidence)")
    return facts


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, each by column."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _fact(value: float, source: str, lacks: str) -> Fact:
    """Return a number as a fact; NaN is not known."""
    number = float(value)
    return Fact(None, source, lacks) if math.isnan(number) else Fact(number, source)


def _share(facts: Mapping[str, Fact], part: str, whole: str) -> Fact:
    """Return one variable in percent of another; a share of nobody is not a share."""
    source = f"county.csv: 100 × {part} / {whole}"
    top, bottom = (facts.get(f"county.{name}", Fact(None, "")).value for name in (part, whole))
    if not isinstance(top, float) or not isinstance(bottom, float) or bottom <= 0:
        return Fact(None, source, f"county.csv: {part}, {whole}")
    return Fact(100 * top / bottom, source)


def _conditions(items: pd.DataFrame) -> dict[str, Fact]:
    """Take what the assessment found of every condition, and the verdict of every item."""
    facts: dict[str, Fact] = {}
    for row in _records(items):
        name, missing = row["condition"], row["n_missing"]
        source, lacks = f"assessment: {name}", f"what {name} is computed from"
        facts[f"value.{name}"] = _fact(row["value"], source, lacks)
        facts[f"limit.{name}"] = _fact(row["threshold"], f"standard: {name}", lacks)
        unsure = f"{missing:g} schools or sections have no value" if missing > 0 else ""
        failed = float("nan") if unsure else row["n_failed"]
        facts[f"failed.{name}"] = _fact(failed, source, unsure or lacks)
    for item, verdicts in items.groupby("item", sort=False)["verdict"]:
        open_ = "undetermined" in set(verdicts) and "not_met" not in set(verdicts)
        value = None if open_ else "否" if "not_met" in set(verdicts) else "是"
        undetermined = items.loc[(items["item"] == item) & (items["verdict"] == "undetermined"), "condition"]
        facts[f"verdict.{item}"] = Fact(value, f"assessment: {item}", f"undetermined: {', '.join(undetermined)}")
    return facts


def _counts(tables: Tables, judged: Assessment, year: int) -> dict[str, Fact]:
    """Count schools, and add up the sections of each level."""
    schools = tables.schools.loc[tables.schools["year"] == year]
    sections = tables.sections.loc[tables.sections["year"] == year]
    facts = {
        f"schools.{kind}": Fact(float((schools["type"] == kind).sum()), "schools.csv: type")
        for kind in (
            "primary",
            "nine_year",
            "junior",
            "complete_secondary",
            "twelve_year",
            "special",
            "teaching_point",
        )
    }
    points = judged.section_verdicts["type"] == "teaching_point"
    facts["teaching_points.in_scope"] = Fact(float(points.sum()), "assessment: teaching points in scope")
    oversize = dict(_oversize(tables, judged, year))
    for level in LEVELS:
        rows = sections.loc[sections["level"] == level]
        for column in ("pupils", "classes", "teachers"):
            source = f"sections.csv: {column}, {level}"
            facts[f"{column}.{level}"] = _fact(rows[column].sum(skipna=False), source, source)
        facts[f"oversize_classes.{level}"] = oversize[level]
    return facts


def _oversize(tables: Tables, judged: Assessment, year: int) -> Iterator[tuple[str, Fact]]:
    """Count the classes above the limit: from single classes where they are listed, else from bands that fit it."""
    classes = tables.classes.loc[tables.classes["year"] == year]
    sections = tables.sections.loc[tables.sections["year"] == year]
    for level in LEVELS:
        limit = judged.items.loc[judged.items["condition"] == f"class_size_{level}", "threshold"].max()
        bands = {str(name): int(found[1]) for name in sections if (found := BAND.fullmatch(str(name)))}
        if len(classes):
            many = float((classes.loc[classes["level"] == level, "pupils"] > limit).sum())
            yield level, _fact(many if limit == limit else limit, f"classes.csv: classes above {limit:g}", "standard")
        elif limit + 1 in bands.values():
            above = [name for name, low in bands.items() if low > limit]
            many = sections.loc[sections["level"] == level, above].sum(skipna=False).sum(skipna=False)
            yield level, _fact(many, f"sections.csv: {', '.join(above)}", f"sections.csv: {', '.join(above)}")
        else:
            yield level, Fact(None, "classes.csv: pupils", "classes.csv: pupils of every class")


def _single_sections(tables: Tables, judged: Assessment, year: int) -> dict[str, Fact]:
    """Take the counts, the values and the verdict of every section in scope."""
    rows = _records(tables.sections.loc[tables.sections["year"] == year])
    counted = {(row["school_id"], row["level"]): row for row in rows}
    facts: dict[str, Fact] = {}
    for row in _records(judged.section_verdicts):
        school, level = row["school_id"], row["level"]
        for column in ("pupils", "grades", "classes"):
            source = f"sections.csv: {column} of {school}, {level}"
            facts[f"section.{school}.{level}.{column}"] = _fact(counted[school, level][column], source, source)
        said = {"met": "是", "not_met": "否"}.get(row["verdict"])
        lacks = f"{row['undetermined_count']} indicators of {school}, {level} have no value"
        facts[f"section.{school}.{level}.verdict"] = Fact(said, "assessment: verdict of the section", lacks)
    for row in _records(judged.sections):
        school, level, indicator = row["school_id"], row["level"], row["indicator"]
        lacks = f"inputs of {indicator} of {school}, {level}"
        value = _fact(row["value"], f"assessment: {indicator}", lacks)
        facts[f"section.{school}.{level}.{indicator}"] = value
    return facts


def _section_counts(judged: Assessment, level: str) -> dict[str, Fact]:
    """Count the sections that meet each indicator, and all of them together."""
    values = judged.sections.loc[judged.sections["level"] == level]
    facts: dict[str, Fact] = {}
    for indicator, rows in values.groupby("indicator", sort=False):
        facts |= _met(f"{level}.{indicator}", rows["met"], f"assessment: sections that meet {indicator}")
    verdicts = judged.section_verdicts.loc[judged.section_verdicts["level"] == level]
    whole = verdicts["verdict"].map({"met": True, "not_met": False}).astype("boolean")
    return facts | _met(f"{level}.overall", whole, "assessment: verdict of sections")


def _met(name: str, met: pd.Series, source: str) -> dict[str, Fact]:
    """Count what is met, and its share; one that is undetermined leaves both open."""
    open_ = int(met.isna().sum())
    count = int(met.fillna(value=False).sum())
    if open_ or met.empty:
        lacks = f"{open_} sections are undetermined; {count} meet it"
        return {f"met.{name}": Fact(None, source, lacks), f"met_share.{name}": Fact(None, source, lacks)}
    return {f"met.{name}": Fact(float(count), source), f"met_share.{name}": Fact(100 * count / len(met), source)}


def _balance(judged: Assessment, level: str) -> dict[str, Fact]:
    """Take means and coefficients; one over a county with a missing value is left open."""
    facts = {}
    rows = judged.counties.loc[judged.counties["level"] == level]
    for row in _records(rows):
        missing = row["n_missing"]
        lacks = f"{missing:g} of {row['n_sections'] + missing:g} sections have no value" if missing else "sections"
        for quantity in ("mean", "cv"):
            value = float("nan") if missing else row[quantity]
            source = f"assessment: {quantity} ({row['convention']})"
            facts[f"{quantity}.{level}.{row['indicator']}"] = _fact(value, source, lacks)
    composites = judged.composites.loc[judged.composites["level"] == level, "composite"]
    complete = bool(len(rows)) and not rows["n_missing"].any() and len(composites) == 1
    value = float(composites.iloc[0]) if complete else float("nan")
    facts[f"composite.{level}"] = _fact(value, "assessment: mean of the coefficients", "a coefficient is open")
    return facts
