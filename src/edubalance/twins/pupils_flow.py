"""The pupils who come and go in a twin: moves that add up over the county, entrants and graduates that fit between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.twins import draw, moves
from edubalance.twins.calibrate import whole_with_total
from edubalance.twins.classes import GRADES
from edubalance.twins.draw import FloatArray, IntArray
from edubalance.twins.parts import LEVELS
from edubalance.twins.spec import Spec, domain

KEY = ["school_id", "level"]
# How far the grades of a section lie from equal size.
TILT = (0.94, 1.06)


def table(spec: Spec, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    Draw who came and who went, section by section and year by year.

    Parameters
    ----------
    spec : Spec
        The specification; ``_pupils_flow.yml`` says how pupils move.
    tables : mapping of str to DataFrame
        The twin's schools, sections, classes and county.

    Returns
    -------
    DataFrame
        Columns of the codebook's table ``pupils_flow``. For a section that is there in two years, pupils and flows of
        the first and entrants of the second give the pupils of the second. Junior graduates, and the junior entrants
        of the first year, are as many as the county reports in the last; so are, over all years and grades, as many
        moves over its border and deaths a grade.
    """
    told = domain("pupils_flow", spec)
    labels = tables["schools"][["year", "school_id", "area", "founder"]]
    sections = tables["sections"][["year", *KEY, "pupils"]].merge(labels, on=["year", "school_id"])
    reported = _reported(tables["county"])
    parts = []
    for level in LEVELS:
        rows = sections[sections["level"] == level].reset_index(drop=True)
        plan = _planned(spec, told, tables["classes"], reported, rows, level)
        rows = pd.concat([moves.drawn(spec, told, rows[rows["year"] == year], plan) for year in spec.years])
        parts.append(_with_cohorts(spec, rows.reset_index(drop=True), plan, GRADES[level]))
    order = pd.MultiIndex.from_frame(sections[["year", *KEY]])
    frame = pd.concat(parts).set_index(["year", *KEY]).loc[order].reset_index()
    return frame[[column.name for column in codebook.table("pupils_flow").columns]]


def _reported(county: pd.DataFrame) -> dict[tuple[int, str], int]:
    """Return what the county reports, by year and variable."""
    known = county.dropna(subset="value")
    keys = zip(known["year"], known["variable"], known["value"], strict=True)
    return {(int(year), str(name)): round(value) for year, name, value in keys}


def _planned(
    spec: Spec,
    told: Mapping[str, Any],
    classes: pd.DataFrame,
    reported: Mapping[tuple[int, str], int],
    rows: pd.DataFrame,
    level: str,
) -> dict[str, Any]:
    """Plan the totals of a level, each by year: moves over the border, dropouts, deaths, entrants and graduates."""
    if level == "junior":
        return {"level": level, **_junior(spec, reported)}
    pupils = rows.groupby("year")["pupils"].sum()
    grades = classes[classes["level"] == level].groupby("grade")["pupils"].sum()
    back = (1 + told["outside"]["out"] - told["outside"]["in"]) ** np.arange(len(spec.years))[::-1]
    entered = [grades[len(spec.years) - place] for place in range(len(spec.years))]
    rates = {"in": told["outside"]["in"], "out": told["outside"]["out"], "dropouts": told["dropouts"]}
    totals: dict[str, Any] = {
        name: {year: round(rate * pupils[year]) for year in spec.years} for name, rate in rates.items()
    }
    totals["deaths"] = dict.fromkeys(spec.years, told["deaths"])
    totals["entrants"] = {
        year: round(draw.cut(each).item()) for year, each in zip(spec.years, entered * back, strict=True)
    }
    return {"level": level, "graduates": {max(spec.years): int(grades.iloc[-1])}, **totals}


def _junior(spec: Spec, reported: Mapping[tuple[int, str], int]) -> dict[str, dict[int, int]]:
    """Spread what the county reports of the cohort that graduates in the last year over the years and grades."""
    last = max(spec.years)
    entered = reported[last, "grade7_enrolment_3y_before"]
    cohort = {"in": reported[last, "transferred_in_3y"], "out": reported[last, "transferred_out_3y"]}
    cohort["deaths"] = reported[last, "deaths_3y"]
    stayed = reported[last, "graduates"] - cohort["in"] + cohort["out"]
    cohort["dropouts"] = max(entered - cohort["deaths"] - stayed, 0)
    even = np.ones(len(spec.years))
    totals = {
        name: dict(zip(spec.years, whole_with_total(even, GRADES["junior"] * many).tolist(), strict=True))
        for name, many in cohort.items()
    }
    totals["graduates"] = {year: reported[year, "graduates"] for year in spec.years}
    totals["entrants"] = {min(spec.years): entered}
    return totals


def _with_cohorts(spec: Spec, rows: pd.DataFrame, plan: Mapping[str, Any], grades: int) -> pd.DataFrame:
    """Let as many graduate and enter as takes the pupils of one year to those of the next."""
    rows["entrants"] = rows["graduates"] = 0
    stock = rows["pupils"] + rows["transferred_in"] - rows["transferred_out"] - rows["dropouts"] - rows["deaths"]
    for year in spec.years:
        now = np.flatnonzero(rows["year"] == year)
        natural = rows["pupils"].to_numpy()[now] / grades
        tilt = draw.uniforms(draw.stream(spec.seed, "graduates", plan["level"], year), now.size, *TILT)
        after = _there_after(rows, year, now)
        stays = after >= 0
        change = np.where(stays, rows["pupils"].to_numpy()[after] - stock.to_numpy()[now], 0)
        if year == min(spec.years):
            fresh = _bounded(natural * tilt, plan["entrants"][year], np.zeros_like(now), rows["pupils"].to_numpy()[now])
            rows.loc[now, "entrants"] = fresh
        opened = _open(rows, year + 1, after[stays], grades)
        wanted = _graduates(plan, year, opened, int(change.sum()))
        least, most = np.maximum(-change, 0), np.maximum(stock.to_numpy()[now], 0)
        graduates = _bounded(np.maximum(natural * tilt - change / 2, 0), wanted, least, most)
        rows.loc[now, "graduates"] = graduates
        rows.loc[after[stays], "entrants"] = (graduates + change)[stays]
    return rows


def _there_after(rows: pd.DataFrame, year: int, now: IntArray) -> IntArray:
    """Find the row of the next year for each section of a year; −1 where there is none."""
    following = rows.index[rows["year"] == year + 1]
    places = pd.Series(following, index=rows.loc[following, "school_id"])
    found = places.reindex(rows["school_id"].to_numpy()[now], fill_value=-1)
    return np.asarray(found.to_numpy(dtype=np.int64))


def _graduates(plan: Mapping[str, Any], year: int, opened: int, change: int) -> int:
    """Say how many graduate in a year: as planned, or as many as make room for the entrants of the next year."""
    if year in plan["graduates"]:
        return int(plan["graduates"][year])
    return int(plan["entrants"][year + 1]) - opened - change


def _open(rows: pd.DataFrame, year: int, known: IntArray, grades: int) -> int:
    """Let a section that opens have an even first grade, and count them: the others came by order, not one by one."""
    opened = np.setdiff1d(np.flatnonzero(rows["year"] == year), known)
    entrants = rows["pupils"].to_numpy()[opened] // grades
    rows.loc[opened, "entrants"] = entrants
    return int(entrants.sum())


def _bounded(values: FloatArray, total: int, low: IntArray, high: IntArray) -> IntArray:
    """Round to a total as far as the bounds allow it."""
    high = np.maximum(high, low)
    return whole_with_total(values, int(np.clip(total, low.sum(), high.sum())), low, high)
