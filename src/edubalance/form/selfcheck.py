"""The self-check sheet of every school (学校自评表): what it has, what a pupil has of it, whether it suffices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from edubalance import codebook
from edubalance.assessment import Assessment
from edubalance.codebook import Tables
from edubalance.form.facts import Fact
from edubalance.form.sheets import LEVELS, Sheet
from edubalance.form.writing import Cell, head, number

ROOMS = ("music_rooms", "music_room_area_m2", "art_rooms", "art_room_area_m2")
SIZES = ("classes", "largest_class_pupils", "classes_46_to_55", "classes_56_to_65", "classes_66_or_more")
MET = {True: "是", False: "否"}
Row = tuple[Cell, ...]


def sheets(tables: Tables, judged: Assessment, year: int, facts: Mapping[str, Fact]) -> Iterator[Sheet]:
    """
    Make the self-check sheet of every school that has a section in scope.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    judged : Assessment
        Its assessment of the year.
    year : int
        The year.
    facts : mapping of str to Fact
        As `facts.gather` returns them.

    Yields
    ------
    Sheet
        One a school, in the order of their codes; columns are the whole school, its primary and its junior part.
    """
    schools = tables.schools.loc[tables.schools["year"] == year].set_index("school_id", drop=False)
    parts = tables.sections.loc[tables.sections["year"] == year].set_index(["school_id", "level"])
    before = tables.sections.loc[tables.sections["year"] == year - 1].groupby("school_id")["pupils"]
    last_year = before.agg(lambda pupils: pupils.sum(skipna=False))
    for school_id in sorted(judged.section_verdicts["school_id"].unique()):
        school = schools.loc[school_id]
        own = {level: parts.loc[(school_id, level)] for level in LEVELS if (school_id, level) in parts.index}
        rows = [
            *_identity(school),
            *_pupils(own, last_year.get(school_id)),
            *_indicators(school, own, judged, facts),
            *_guarantee(school, own),
        ]
        yield Sheet(school_id, f"学校自评表　{school_id}", "Self-check of a school", tuple(rows), first_width=46)


def _identity(school: pd.Series) -> Iterator[Row]:
    """Say which school it is."""
    yield tuple(head(text) for text in ("项目", "全校", "小学段", "初中段"))
    for title, text in (
        ("学校类型", codebook.code_label("type", school["type"], "zh")),
        ("举办者", codebook.code_label("founder", school["founder"], "zh")),
        ("城乡类型", codebook.code_label("area", school["area"], "zh")),
    ):
        yield head(title), Cell(text), Cell(None), Cell(None)
    yield head("建校年份"), _plain(school["built_year"], 0), Cell(None), Cell(None)


def _plain(value: Any, decimals: int) -> Cell:
    """Return a number as it stands in a table, or a blank."""
    return number({"value": Fact(None if pd.isna(value) else float(value), "")}, f"value:{decimals}")


def _pupils(own: Mapping[str, pd.Series], last_year: float | None) -> Iterator[Row]:
    """Say how many pupils there are, and were."""
    pupils = [own[level]["pupils"] if level in own else float("nan") for level in LEVELS]
    whole = sum(value for level, value in zip(LEVELS, pupils, strict=True) if level in own)
    yield head("在校学生数（人）"), _plain(whole, 0), *(_plain(value, 0) for value in pupils)
    earlier = float("nan") if last_year is None else last_year
    yield head("上年在校学生数（人）"), _plain(earlier, 0), Cell(None), Cell(None)


def _indicators(
    school: pd.Series, own: Mapping[str, pd.Series], judged: Assessment, facts: Mapping[str, Fact]
) -> Iterator[Row]:
    """Lay out the raw amounts of every indicator, its values, the standard and whether it is met."""
    mine = judged.sections.loc[judged.sections["school_id"] == school["school_id"]]
    for indicator in judged.standard.indicators:
        yield head(f"{indicator.number}. {indicator.name('zh')}"), head(""), head(""), head("")
        terms = {level: dict(indicator.numerator(level)) for level in LEVELS if level in own}
        for column, decimals in _columns(terms):
            amounts = [own[level].get(column) if column in terms.get(level, {}) else None for level in LEVELS]
            shared = school.get(column)
            yield head(_label(column)), *(_maybe(value, decimals) for value in (shared, *amounts))
        values = mine.loc[mine["indicator"] == indicator.id].set_index("level")
        names = [f"section.{school['school_id']}.{level}.{indicator.id}" for level in LEVELS]
        yield head(f"指标值（{indicator.unit('zh')}）"), Cell(None), *(number(facts, f"{name}:2") for name in names)
        yield head("标准"), Cell(None), *(_of(values, level, "threshold") for level in LEVELS)
        yield head("是否达标"), Cell(None), *(_met(values, level) for level in LEVELS)


def _columns(terms: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, int]]:
    """Return the columns that an indicator adds up at any level, each with the decimals that its kind has."""
    for column in dict.fromkeys(column for added in terms.values() for column in added):
        table = "schools" if column in codebook.table("schools").names else "sections"
        yield column, 0 if codebook.table(table).column(column).kind == "integer" else 2


def _label(column: str) -> str:
    """Return the Chinese header of a column, with its unit."""
    table = "schools" if column in codebook.table("schools").names else "sections"
    known = codebook.table(table).column(column)
    return f"{known.zh}（{known.unit('zh')}）" if known.unit("zh") else known.zh


def _maybe(value: Any, decimals: int) -> Cell:
    """Return a number, or a blank where the school or level has no such column."""
    return Cell(None) if value is None else _plain(value, decimals)


def _of(values: pd.DataFrame, level: str, column: str) -> Cell:
    """Return a number of one level, or a blank where the school does not have the level."""
    return _plain(values.loc[level, column], 2) if level in values.index else Cell(None)


def _met(values: pd.DataFrame, level: str) -> Cell:
    """Say whether a level meets an indicator; blank where it is undetermined."""
    met = values["met"].get(level)
    return Cell(None if met is None or pd.isna(met) else MET[bool(met)])


def _guarantee(school: pd.Series, own: Mapping[str, pd.Series]) -> Iterator[Row]:
    """Say what the items of the government's guarantee ask of a school: rooms, sizes, funds."""
    yield head("政府保障程度"), head(""), head(""), head("")
    for column in ROOMS:
        yield head(_label(column)), _plain(school[column], 1 if column.endswith("m2") else 0), Cell(None), Cell(None)
    for column in SIZES:
        counts = [own[level][column] if level in own else None for level in LEVELS]
        yield head(_label(column)), Cell(None), *(_maybe(value, 0) for value in counts)
    pupils = sum(part["pupils"] for part in own.values())
    per_pupil = school["public_funds_budget_yuan"] / pupils if pupils > 0 else float("nan")
    yield head("公用经费预算（元）"), _plain(school["public_funds_budget_yuan"], 0), Cell(None), Cell(None)
    yield head("生均公用经费（元）"), _plain(per_pupil, 2), Cell(None), Cell(None)
    yield head("教师培训经费（元）"), _plain(school["training_budget_yuan"], 0), Cell(None), Cell(None)
