"""Each section against the thresholds: how many of the seven, and whether the rest is above the floor."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.assessment.school_rule import judge_values
from edubalance.assessment.verdict import PASSES, Codes, compare, nullable, words
from edubalance.errors import EdubalanceError
from edubalance.measures.grouped import group_rows
from edubalance.standards import Standard

Floats = npt.NDArray[np.float64]

IDENTITY = ("county", "year", "school_id", "level", "type", "founder", "area", "township", "education_group", "pupils")


@dataclass(frozen=True)
class SectionJudgement:
    """
    Sections in scope against the thresholds of a standard, as arrays.

    Attributes
    ----------
    frame : DataFrame, n rows
        Who the sections are (`IDENTITY`).
    indicators : tuple of str, length k
        Ids of the indicators, the columns of the arrays.
    values, thresholds, floors : ndarray of float, shape (n, k)
        In the indicator's unit; NaN where missing, or where the standard sets no threshold.
    met, floor_met : ndarray of int8, shape (n, k)
        1 met, -1 not met, 0 undetermined.
    met_count, undetermined_count : ndarray of int, shape (n,)
        How many of the indicators are met, how many undetermined.
    floor_ok, verdict : ndarray of int8, shape (n,)
        Whether no value lies below the floor; whether the section meets the rule of the standard.
    """

    frame: pd.DataFrame
    indicators: tuple[str, ...]
    values: Floats
    thresholds: Floats
    floors: Floats
    met: Codes
    floor_met: Codes
    met_count: npt.NDArray[np.int64]
    undetermined_count: npt.NDArray[np.int64]
    floor_ok: Codes
    verdict: Codes


def rule_date(year: int) -> str:
    """Return the day whose rules judge the data of a year: the beginning of its school year."""
    return f"{int(year)}-09-01"


def judge_sections(indicators: pd.DataFrame, standard: Standard) -> SectionJudgement:
    """
    Judge every section in scope, of any number of counties, years and levels, in one pass.

    Parameters
    ----------
    indicators : DataFrame
        As `schools.indicators` returns it: one row a section, one column an indicator.
    standard : Standard
        Its thresholds of the data's own year apply.

    Returns
    -------
    SectionJudgement
        Arrays, one row a section in scope.

    Raises
    ------
    StandardError
        If the data are older than the standard.
    EdubalanceError
        If no section is in scope.

    Notes
    -----
    A section meets the school rule when at least `school_min_met` indicators reach their threshold
    and no other lies below `school_floor_share` of it. One missing value leaves the section
    undetermined, unless what is known already breaks the rule.
    """
    frame = indicators.loc[indicators["in_scope"].to_numpy(dtype=bool)].reset_index(drop=True)
    if frame.empty:
        raise EdubalanceError(
            f"No section is in the scope of {standard.id}.", hint="Check the types and founders of the schools."
        )
    names = tuple(indicator.id for indicator in standard.indicators)
    values = np.asfortranarray(frame[list(names)].to_numpy(dtype=np.float64))
    kinds, limits = _limits(frame, standard)
    thresholds, floors = limits.thresholds[kinds], limits.floors[kinds]
    ruled = judge_values(values, kinds, limits.thresholds, limits.floors, limits.min_met)
    met = np.column_stack(
        [compare(values[:, j], thresholds[:, j], standard.indicators[j].direction) for j in range(len(names))]
    )
    floor_met = np.column_stack(
        [compare(values[:, j], floors[:, j], standard.indicators[j].direction) for j in range(len(names))]
    )
    return SectionJudgement(
        frame=frame[list(IDENTITY)],
        indicators=names,
        values=values,
        thresholds=thresholds,
        floors=floors,
        met=met,
        floor_met=floor_met,
        met_count=ruled.met_count.astype(np.int64),
        undetermined_count=ruled.unknown_count.astype(np.int64),
        floor_ok=floor_met.min(axis=1, initial=PASSES),
        verdict=ruled.verdict,
    )


@dataclass(frozen=True)
class _Limits:
    """Thresholds and floors, one row a year and level, and how many must be met."""

    thresholds: Floats
    floors: Floats
    min_met: Floats


def _limits(frame: pd.DataFrame, standard: Standard) -> tuple[npt.NDArray[np.intp], _Limits]:
    """Look the limits up once a year and level, and say which of them holds for each section."""
    place = {level: number for number, level in enumerate(standard.levels)}
    groups = group_rows(frame["year"].to_numpy(), frame["level"].map(place).to_numpy(dtype=np.int64))
    years, levels = groups.keys
    rows = [
        limits_of(standard, rule_date(year), standard.levels[level])
        for year, level in zip(years.tolist(), levels.tolist(), strict=True)
    ]
    return groups.codes, _Limits(*(np.array(part, dtype=np.float64) for part in zip(*rows, strict=True)))


def limits_of(standard: Standard, date: str, level: str) -> tuple[list[float], list[float], float]:
    """
    Look up one level's thresholds, floors and count on a day; NaN where the standard sets none.

    Parameters
    ----------
    standard : Standard
        The standard.
    date : str
        Day of the data; `rule_date` of their year.
    level : str
        Level.

    Returns
    -------
    thresholds, floors : list of float
        One an indicator, in the standard's order.
    min_met : float
        How many indicators a section must meet.

    Raises
    ------
    StandardError
        If the standard was not in force.
    """
    thresholds = [
        standard.value_on(indicator.id, date, level) if indicator.has_threshold else math.nan
        for indicator in standard.indicators
    ]
    if not standard.has_rule("school_min_met"):
        return thresholds, [math.nan] * len(thresholds), math.nan
    floors = [standard.floor_on(indicator.id, date, level) for indicator in standard.indicators]
    return thresholds, floors, standard.value_on("school_min_met", date, level)


def long_frame(judgement: SectionJudgement) -> pd.DataFrame:
    """
    Lay a judgement out as a tidy frame: one row a section and indicator.

    Returns
    -------
    DataFrame
        `IDENTITY` and ``indicator``, ``value``, ``threshold``, ``floor``, ``met``, ``floor_met``.
    """
    k = len(judgement.indicators)
    tidy = judgement.frame.loc[judgement.frame.index.repeat(k)].reset_index(drop=True)
    return tidy.assign(
        indicator=pd.array(np.tile(np.array(judgement.indicators, dtype=object), len(judgement.frame)), dtype="string"),
        value=judgement.values.ravel(),
        threshold=judgement.thresholds.ravel(),
        floor=judgement.floors.ravel(),
        met=nullable(judgement.met.ravel()),
        floor_met=nullable(judgement.floor_met.ravel()),
    )


def verdict_frame(judgement: SectionJudgement) -> pd.DataFrame:
    """
    Lay the verdicts out: one row a section.

    Returns
    -------
    DataFrame
        `IDENTITY` and ``met_count``, ``undetermined_count``, ``floor_ok``, ``verdict``.
    """
    return judgement.frame.assign(
        met_count=judgement.met_count,
        undetermined_count=judgement.undetermined_count,
        floor_ok=nullable(judgement.floor_ok),
        verdict=words(judgement.verdict),
    )
