"""Every number and text that the form can ask for, by name, each with where it comes from."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from edubalance import rounding
from edubalance.assessment import Assessment
from edubalance.assessment.waiting import waits_for
from edubalance.codebook import Tables
from edubalance.form.lacking import of_indicator

LEVELS = ("primary", "junior")
TEN_THOUSAND = 10_000
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
    for name, fact in _of_finance(tables.finance, year):
        if name not in facts or facts[name].value is None:
            facts[name] = fact
    for name, (part, whole) in shares.items():
        facts[f"share.{name}"] = _share(facts, part, whole)
    facts.update(_conditions(judged.items, waits_for(tables, judged.standard, judged.items)))
    facts.update(_counts(tables, judged, year))
    facts.update(_single_sections(tables, judged, year))
    for level in LEVELS:
        lacks = _Lacks(tables, judged, level, year)
        facts.update(_section_counts(judged, level, lacks))
        facts.update(_balance(judged, level, lacks))
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


def _of_finance(finance: pd.DataFrame, year: int) -> Iterator[tuple[str, Fact]]:
    """Take from the county's budget what Table I asks and the county's table may leave out."""
    rows = finance.loc[(finance["year"] == year) & (finance["unit"] == "county") & (finance["level"] == "all")]
    residents, revenue = (
        float(rows[column].iloc[0]) if len(rows) == 1 else math.nan for column in ("residents", "fiscal_revenue_yuan")
    )
    where = "finance.csv (unit county, level all)"
    each = revenue / residents if residents > 0 else math.nan
    for name, value, source in (
        ("resident_population_10k", residents / TEN_THOUSAND, "residents / 10,000"),
        ("local_revenue_per_person_yuan", each, "fiscal_revenue_yuan / residents"),
    ):
        lacks = f"county.csv: {name}; or {where}: {source}"
        yield f"county.{name}", _fact(value, f"{where}: {source}", lacks)


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


def _conditions(items: pd.DataFrame, waits: list[str]) -> dict[str, Fact]:
    """Take what the assessment found of every condition, and the verdict of every item."""
    facts: dict[str, Fact] = {}
    items = items.assign(waits=waits)
    for row in _records(items):
        name, missing = row["condition"], row["n_missing"]
        source, lacks = f"assessment: {name}", row["waits"] or f"what {name} is computed from"
        facts[f"value.{name}"] = _fact(row["value"], source, lacks)
        facts[f"limit.{name}"] = _fact(row["threshold"], f"standard: {name}", lacks)
        failed = float("nan") if missing > 0 else row["n_failed"]
        facts[f"failed.{name}"] = _fact(failed, source, lacks)
    for item, verdicts in items.groupby("item", sort=False)["verdict"]:
        open_ = "undetermined" in set(verdicts) and "not_met" not in set(verdicts)
        value = None if open_ else "否" if "not_met" in set(verdicts) else "是"
        undetermined = items.loc[(items["item"] == item) & (items["verdict"] == "undetermined"), "waits"]
        facts[f"verdict.{item}"] = Fact(value, f"assessment: {item}", "; ".join(dict.fromkeys(undetermined)))
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
    """Count the classes in scope above the limit: single ones where they are listed, else bands that fit it."""
    judged_here = pd.MultiIndex.from_frame(judged.section_verdicts[["school_id", "level"]])
    classes, sections = (
        frame.loc[(frame["year"] == year) & pd.MultiIndex.from_frame(frame[["school_id", "level"]]).isin(judged_here)]
        for frame in (tables.classes, tables.sections)
    )
    for level in LEVELS:
        limit = judged.items.loc[judged.items["condition"] == f"class_size_{level}", "threshold"].max()
        bands = {str(name): int(found[1]) for name in sections if (found := BAND.fullmatch(str(name)))}
        if len(classes):
            many = float((classes.loc[classes["level"] == level, "pupils"] > limit).sum())
            yield (
                level,
                _fact(
                    many if limit == limit else limit,
                    f"classes.csv: classes above {rounding.text(limit, 'g')}",
                    "standard",
                ),
            )
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
        lacks = _Lacks(tables, judged, level, year).of_school(school) if said is None else ""
        facts[f"section.{school}.{level}.verdict"] = Fact(said, "assessment: verdict of the section", lacks)
    for row in _records(judged.sections):
        school, level, indicator = row["school_id"], row["level"], row["indicator"]
        lacks = "" if row["value"] == row["value"] else _Lacks(tables, judged, level, year).of(indicator, [school])
        value = _fact(row["value"], f"assessment: {indicator}", lacks)
        facts[f"section.{school}.{level}.{indicator}"] = value
    return facts


@dataclass(frozen=True, eq=False)
class _Lacks:
    """What the indicators of a level wait for."""

    tables: Tables
    judged: Assessment
    level: str
    year: int

    def of(self, indicator: str, schools: list[str]) -> str:
        """Say what would give an indicator its value at these schools."""
        return of_indicator(self.tables, self.judged.standard, indicator, self.level, self.year, schools)

    def of_level(self, indicator: str) -> str:
        """Say what would give an indicator its value at every school of the level."""
        return self._of_rows(self.judged.sections["indicator"] == indicator)

    def of_school(self, school: str) -> str:
        """Say what would give every indicator of a school its value."""
        return self._of_rows(self.judged.sections["school_id"] == school)

    def of_all(self) -> str:
        """Say what would give every indicator of every school of the level its value."""
        return self._of_rows(self.judged.sections["value"].isna())

    def _of_rows(self, chosen: pd.Series) -> str:
        """Say what the sections among these rows that have no value wait for."""
        rows = self.judged.sections
        rows = rows.loc[chosen & (rows["level"] == self.level) & rows["value"].isna()]
        return "; ".join(self.of(str(name), list(part["school_id"])) for name, part in rows.groupby("indicator"))


def _section_counts(judged: Assessment, level: str, lacks: _Lacks) -> dict[str, Fact]:
    """Count the sections that meet each indicator, and all of them together."""
    values = judged.sections.loc[judged.sections["level"] == level]
    facts: dict[str, Fact] = {}
    for indicator, rows in values.groupby("indicator", sort=False):
        source = f"assessment: sections that meet {indicator}"
        facts |= _met(f"{level}.{indicator}", rows["met"], source, lacks.of_level(str(indicator)))
    verdicts = judged.section_verdicts.loc[judged.section_verdicts["level"] == level]
    whole = verdicts["verdict"].map({"met": True, "not_met": False}).astype("boolean")
    return facts | _met(f"{level}.overall", whole, "assessment: verdict of sections", lacks.of_all())


def _met(name: str, met: pd.Series, source: str, lacks: str) -> dict[str, Fact]:
    """Count what is met, and its share; one that is undetermined leaves both open."""
    open_ = int(met.isna().sum())
    count = int(met.fillna(value=False).sum())
    if open_ or met.empty:
        lacks = lacks or "sections.csv: a section of the level"
        return {f"met.{name}": Fact(None, source, lacks), f"met_share.{name}": Fact(None, source, lacks)}
    return {f"met.{name}": Fact(float(count), source), f"met_share.{name}": Fact(100 * count / len(met), source)}


def _balance(judged: Assessment, level: str, waiting: _Lacks) -> dict[str, Fact]:
    """Take means and coefficients; one over a county with a missing value is left open."""
    facts = {}
    rows = judged.counties.loc[judged.counties["level"] == level]
    for row in _records(rows):
        missing = row["n_missing"]
        lacks = waiting.of_level(row["indicator"]) if missing else "sections.csv: a section of the level"
        for quantity in ("mean", "cv"):
            value = float("nan") if missing else row[quantity]
            source = f"assessment: {quantity} ({row['convention']})"
            facts[f"{quantity}.{level}.{row['indicator']}"] = _fact(value, source, lacks)
    composites = judged.composites.loc[judged.composites["level"] == level, "composite"]
    complete = bool(len(rows)) and not rows["n_missing"].any() and len(composites) == 1
    value = float(composites.iloc[0]) if complete else float("nan")
    facts[f"composite.{level}"] = _fact(value, "assessment: mean of the coefficients", waiting.of_all())
    return facts
