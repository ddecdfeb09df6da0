"""From the rows of a partition to verdicts, coefficients and decompositions: the same rules as for one county."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance import codebook, rounding
from edubalance.assessment.balance import judge_coefficients, judge_composites, limit_of
from edubalance.assessment.school_rule import RuleVerdicts, judge_values
from edubalance.assessment.sections import limits_of, rule_date
from edubalance.assessment.verdict import Codes
from edubalance.measures.grouped import (
    DifferenceCoefficients,
    Groups,
    Inequalities,
    TheilDecompositions,
    group_rows,
    inequalities,
    weighted_means,
)
from edubalance.national.discovery import TABLES
from edubalance.national.faults import school_rows
from edubalance.national.reading import FloatArray, Held, IntArray
from edubalance.national.source import asked_columns
from edubalance.schools import measured, of_the_school
from edubalance.standards import Standard


@dataclass(frozen=True)
class Rules:
    """
    What holds in the years and at the levels of a partition, one row a year and level.

    Attributes
    ----------
    thresholds, floors : ndarray of float, shape (m, k)
        By indicator; NaN where there is none.
    min_met, cv_limit, composite_limit : ndarray of float, shape (m,)
        How many indicators a section must meet; limits of coefficients and of their mean; NaN where there is none.
    """

    thresholds: FloatArray
    floors: FloatArray
    min_met: FloatArray
    cv_limit: FloatArray
    composite_limit: FloatArray


@dataclass(frozen=True)
class Judged:
    """
    What a standard says of the counties and years of a partition.

    Attributes
    ----------
    held : Held
        The rows.
    school : ndarray of int, shape (n,)
        Row of the school of each section.
    reason : ndarray of int8, shape (n,)
        Why a section is out of scope, by place in `schools.REASONS` from 1; 0 where it is in.
    values : ndarray of float, shape (m, k)
        Indicators of the m sections in scope.
    rule : RuleVerdicts
        Verdicts on them.
    groups : Groups
        The m sections by county and year, and level; `Groups.keys` are places of both.
    found : Inequalities
        Measures of each group and indicator.
    pupil_mean, pupils : ndarray of float, shape (g, k)
        Mean over the pupils of the sections with a value, whatever the convention; how many they are.
    n_met, n_floor : ndarray of int, shape (g, k)
        Sections at the threshold, and at the floor.
    limits : ndarray of float, shape (g,)
        Limits of single coefficients; NaN where there is none.
    met : ndarray of int8, shape (g, k)
        Coefficients against their limit.
    composite, composite_limits : ndarray of float, shape (g,)
        Mean of the coefficients of a group, and its limit.
    composite_met : ndarray of int8, shape (g,)
        Composites against their limit.
    """

    held: Held
    school: IntArray
    reason: Codes
    values: FloatArray
    rule: RuleVerdicts
    groups: Groups
    found: Inequalities
    pupil_mean: FloatArray
    pupils: FloatArray
    n_met: IntArray
    n_floor: IntArray
    limits: FloatArray
    met: Codes
    composite: FloatArray
    composite_limits: FloatArray
    composite_met: Codes


def judge(held: Held, standard: Standard, convention: str) -> Judged:
    """
    Judge a partition without faults.

    Parameters
    ----------
    held : Held
        The rows.
    standard : Standard
        The rules in force on 1 September of each year apply.
    convention : str
        Convention of the difference coefficients.

    Returns
    -------
    Judged
        Without groups where no section is in scope.

    Raises
    ------
    StandardError
        If the data are older than the standard.

    Notes
    -----
    Values, verdicts and counts are those of `edubalance.assessment.assess` to the last bit. Coefficients agree but
    for rounding, a few units of the last of sixteen digits: one pass serves all measures, and adds areas up first.
    """
    school, _ = school_rows(held)
    reason, measures = measured(_frame(held, school, standard), standard)
    kept = np.flatnonzero(reason == 0)
    if not kept.size:
        return _nothing(held, school, reason, len(standard.indicators))
    columns = np.array([column[kept] for column in measures.values()])
    values = columns.T
    pupils = held.sections.numbers["pupils"][kept]
    groups = group_rows(held.sections.key[kept], held.sections.codes["level"][kept].astype(np.int64))
    kind, rules = _rules(groups, held, standard)
    rule = judge_values(values, kind[groups.codes], rules.thresholds, rules.floors, rules.min_met)
    found = inequalities(values, pupils, groups, held.schools.codes["area"][school[kept]], convention)
    limits, composite_limits = rules.cv_limit[kind], rules.composite_limit[kind]
    composite, composite_met = judge_composites(found.coefficients, composite_limits)
    in_groups = np.take(columns, groups.order, axis=1, mode="clip")
    weighted = convention == "weighted_population"
    return Judged(
        held=held,
        school=school,
        reason=reason,
        values=values,
        rule=rule,
        groups=groups,
        found=found,
        pupil_mean=found.coefficients.mean if weighted else weighted_means(values, pupils, groups),
        pupils=np.add.reduceat(np.where(np.isnan(in_groups), 0.0, pupils[groups.order]), groups.starts, axis=1).T,
        n_met=_count(in_groups, rules.thresholds[kind], groups),
        n_floor=_count(in_groups, rules.floors[kind], groups),
        limits=limits,
        met=judge_coefficients(found.coefficients, limits),
        composite=composite,
        composite_limits=composite_limits,
        composite_met=composite_met,
    )


def _nothing(held: Held, school: IntArray, reason: Codes, indicators: int) -> Judged:
    """Judge a partition of which no section is in scope; measures refuse to measure nothing."""
    none, codes, numbers = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int8), np.empty(0)
    table, counts = np.empty((0, indicators)), np.empty((0, indicators), dtype=np.int64)
    coefficients = DifferenceCoefficients(table, table, table, counts, counts, "")
    return Judged(
        held=held,
        school=school,
        reason=reason,
        values=table,
        rule=RuleVerdicts(codes, codes, codes, codes),
        groups=Groups(none, none, (none, none)),
        found=Inequalities(coefficients, table, TheilDecompositions(table, table, table)),
        pupil_mean=table,
        pupils=table,
        n_met=counts,
        n_floor=counts,
        limits=numbers,
        met=counts.astype(np.int8),
        composite=numbers,
        composite_limits=numbers,
        composite_met=codes,
    )


def _frame(held: Held, school: IntArray, standard: Standard) -> pd.DataFrame:
    """Put beside each section what is known of its school, as `schools.joined` does."""
    schools, sections = held.schools, held.sections
    years = held.partition.years
    columns: dict[str, npt.NDArray[np.generic] | pd.Categorical | pd.Series] = {"year": years[sections.key]}
    for name, numbers in schools.numbers.items():
        columns[name] = numbers[school]
    for table, rows, place in (("schools", schools, school), ("sections", sections, slice(None))):
        for name, codes in rows.codes.items():
            known = pd.Index(codebook.table(table).column(name).codes, dtype=object)
            columns[name] = pd.Categorical.from_codes(codes[place], categories=known, validate=False)
    empty = np.full(sections.key.size, np.nan)
    asked = (name for table in TABLES for name in asked_columns(table, standard))
    absent = dict.fromkeys(("senior_pupils", "largest_class_pupils", *asked), empty)
    frame = pd.DataFrame({**absent, **columns, **sections.numbers}, copy=False)
    return frame.assign(**of_the_school(frame, pd.Series(school)))


def _rules(groups: Groups, held: Held, standard: Standard) -> tuple[IntArray, Rules]:
    """Look the rules up once a year and level, and say which of them hold for each group."""
    years = held.partition.years
    levels = list(codebook.codes("level"))
    kinds = group_rows(years[groups.keys[0]], groups.keys[1])
    rows = []
    for year, place in zip(*(key.tolist() for key in kinds.keys), strict=True):
        limits = (limit_of(standard, name, year, levels[place]) for name in ("cv_limit", "composite_limit"))
        rows.append((*limits_of(standard, rule_date(year), levels[place]), *limits))
    return kinds.codes, Rules(*(np.array(part, dtype=np.float64) for part in zip(*rows, strict=True)))


def _count(in_groups: FloatArray, limits: FloatArray, groups: Groups) -> IntArray:
    """Count by group the values that reach the limit of their group, moved by rounding as in all comparisons."""
    reached = in_groups >= np.repeat(rounding.reachable(limits, ">=").T, groups.sizes, axis=1)
    counts = np.add.reduceat(reached.view(np.int8), groups.starts, axis=1, dtype=np.int32)
    return counts.T.astype(np.int64)
