"""From tables and a standard to verdicts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from edubalance.assessment import balance, items, sections
from edubalance.assessment.verdict import FAILS, UNKNOWN, combine, from_boolean, words
from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError
from edubalance.schools import indicators, joined
from edubalance.standards import Standard

COUNTY = ["county", "year"]


@dataclass(frozen=True)
class Assessment:
    """
    What a standard says of one county or of thousands; every frame is tidy.

    Attributes
    ----------
    standard : Standard
        The standard, with the profiles named.
    convention : str
        Convention of the difference coefficients.
    sections : DataFrame
        One row a section in scope and indicator: identity, ``indicator``, ``value``, ``threshold``, ``floor``,
        ``met``, ``floor_met``.
    section_verdicts : DataFrame
        One row a section in scope: identity, ``met_count``, ``undetermined_count``, ``floor_ok``, ``verdict``.
    counties : DataFrame
        One row a county, year, level and indicator: ``mean``, ``sd``, ``cv``, ``convention``, ``limit``, ``met``,
        ``n_sections``, ``n_missing``.
    composites : DataFrame
        One row a county, year and level: ``composite``, ``limit``, ``judged``, ``met``.
    items : DataFrame
        One row a county, year and condition of the other items; see `items.judge_items`.
    dimensions : DataFrame
        One row a county, year and dimension: ``verdict``.
    verdicts : DataFrame
        One row a county and year: ``verdict``.
    out_of_scope : DataFrame
        Sections that the standard leaves out: identity and ``reason``.
    """

    standard: Standard
    convention: str
    sections: pd.DataFrame
    section_verdicts: pd.DataFrame
    counties: pd.DataFrame
    composites: pd.DataFrame
    items: pd.DataFrame
    dimensions: pd.DataFrame
    verdicts: pd.DataFrame
    out_of_scope: pd.DataFrame

    @property
    def verdict(self) -> str:
        """Return the verdict of all counties and years together."""
        return combine(self.verdicts["verdict"])

    def of(self, year: int) -> Assessment:
        """Return the part of the assessment that one year's data make; refuse a year that has none."""
        years = sorted(map(int, self.verdicts["year"].unique()))
        if year not in years:
            raise EdubalanceError(f"There are no data of {year}.", hint=f"Years: {', '.join(map(str, years))}.")
        frames = {
            name: frame.loc[frame["year"] == year].reset_index(drop=True)
            for name, frame in vars(self).items()
            if isinstance(frame, pd.DataFrame)
        }
        return Assessment(standard=self.standard, convention=self.convention, **frames)


def assess(tables: Tables, standard: Standard, *, convention: str | None = None) -> Assessment:
    """
    Judge every county, year, level and section of the tables by a standard.

    Parameters
    ----------
    tables : Tables
        Validated tables, of any number of counties and years.
    standard : Standard
        The standard, with the profiles named; the rules in force on 1 September of each data year apply.
    convention : str, optional
        Convention of the difference coefficients; the standard's own unless another is named.

    Returns
    -------
    Assessment
        Verdicts, coefficients, values and their limits.

    Raises
    ------
    StandardError
        If the data are older than the standard.
    MeasureError
        If the convention is unknown.
    """
    wide = indicators(tables, standard)
    judged = sections.judge_sections(wide, standard)
    balanced = balance.judge_balance(judged, standard, convention or standard.convention)
    composites = balance.composite_frame(balanced, standard)
    in_scope = wide["in_scope"].to_numpy(dtype=bool)
    places = wide[COUNTY].drop_duplicates().sort_values(COUNTY).reset_index(drop=True)
    other = items.judge_items(tables.county, standard, joined(tables).loc[in_scope], places)
    dimensions = _dimensions(judged, balanced, composites, other, standard, places)
    return Assessment(
        standard=standard,
        convention=balanced.convention,
        sections=sections.long_frame(judged),
        section_verdicts=sections.verdict_frame(judged),
        counties=balance.coefficient_frame(balanced),
        composites=composites,
        items=other,
        dimensions=dimensions,
        verdicts=_together(dimensions, COUNTY),
        out_of_scope=wide.loc[~in_scope, [*sections.IDENTITY, "reason"]].reset_index(drop=True),
    )


def _dimensions(
    judged: sections.SectionJudgement,
    balanced: balance.BalanceJudgement,
    composites: pd.DataFrame,
    other: pd.DataFrame,
    standard: Standard,
    places: pd.DataFrame,
) -> pd.DataFrame:
    """Combine single verdicts into one a dimension: of resources, sections and balance; of the others, items."""
    absent = _absent(balanced.keys, places, standard)
    parts = [other[[*COUNTY, "dimension", "verdict"]], _resources(absent, "undetermined")]
    if standard.has_rule("school_min_met"):
        parts.append(_resources(judged.frame, words(judged.verdict)))
    if standard.has_rule("cv_limit"):
        worst = np.min(balanced.met, axis=1, initial=1)
        parts.append(_resources(balanced.keys, words(worst)))
    if standard.has_rule("composite_limit"):
        parts.append(_resources(composites, from_boolean(composites["met"]).to_numpy()))
    together = _together(pd.concat(parts, ignore_index=True), [*COUNTY, "dimension"])
    place = {name: number for number, name in enumerate(dict.fromkeys(item.dimension for item in standard.items))}
    return together.sort_values(
        [*COUNTY, "dimension"], key=lambda column: column.map(place) if column.name == "dimension" else column
    ).reset_index(drop=True)


def _absent(keys: pd.DataFrame, places: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Return the levels of which a county has no section in scope: nothing is shown of them."""
    expected = places.merge(pd.DataFrame({"level": pd.array(standard.levels, dtype="string")}), how="cross")
    found = expected.merge(keys, on=[*COUNTY, "level"], how="left", indicator=True)
    return found.loc[found["_merge"] == "left_only"]


def _resources(frame: pd.DataFrame, verdicts: Any) -> pd.DataFrame:
    """Label verdicts as parts of the first dimension."""
    return frame[COUNTY].assign(dimension="resource_allocation", verdict=verdicts)


def _together(parts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Combine verdicts by key: the worst decides, and undetermined is worse than met."""
    codes = parts["verdict"].map({"not_met": FAILS, "undetermined": UNKNOWN, "met": 1}).astype("int8")
    worst = parts[keys].assign(code=codes).groupby(keys, sort=False, observed=True)["code"].min()
    return worst.map({-1: "not_met", 0: "undetermined", 1: "met"}).rename("verdict").reset_index()


def to_dict(assessment: Assessment) -> dict[str, Any]:
    """
    Lay an assessment out for JSON.

    Parameters
    ----------
    assessment : Assessment
        Of any number of counties and years.

    Returns
    -------
    dict
        ``verdict``, ``standard``, ``convention``, ``counties``, ``sections`` (each with its ``indicators``),
        ``dimensions``, ``items``; NaN is None, and an undetermined comparison's ``met`` is None.
    """
    inner = ["indicator", "value", "threshold", "floor", "met"]
    keys = ["county", "year", "school_id", "level"]
    values = records(assessment.sections[inner])
    width = len(assessment.standard.indicators)
    verdicts = assessment.section_verdicts[[*keys, "met_count", "undetermined_count", "floor_ok", "verdict"]]
    return {
        "verdict": assessment.verdict,
        "standard": assessment.standard.id,
        "profiles": list(assessment.standard.profiles),
        "convention": assessment.convention,
        "dimensions": records(assessment.dimensions),
        "counties": records(assessment.counties),
        "composites": records(assessment.composites),
        "sections": [
            {**section, "indicators": values[i * width : (i + 1) * width]}
            for i, section in enumerate(records(verdicts))
        ],
        "items": records(assessment.items),
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a frame into plain records: NaN and <NA> become None, NumPy scalars plain numbers."""
    columns = {str(name): [_plain(value) for value in frame[name].tolist()] for name in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    """Return what JSON can carry."""
    if value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value
