"""What was judged, as Arrow tables: sections, coefficients, decompositions, counties, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from edubalance import codebook
from edubalance.assessment.verdict import FAILS, MET, NOT_MET, PASSES, UNDETERMINED, UNKNOWN, Codes
from edubalance.measures.grouped import Groups
from edubalance.national.computation import Judged
from edubalance.national.faults import Failure
from edubalance.national.index import Partition
from edubalance.schools import REASONS
from edubalance.standards import Standard

VERDICTS = (NOT_MET, UNDETERMINED, MET)
Columns = dict[str, Any]


def lay_out(
    judged: Judged, standard: Standard, bounds: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
) -> dict[str, pa.Table]:
    """
    Lay out what was judged of a partition.

    Parameters
    ----------
    judged : Judged
        The partition.
    standard : Standard
        The standard it was judged by.
    bounds : tuple of ndarray of float, each of shape (g,)
        Lower and upper bounds of the composites; NaN where there are none.

    Returns
    -------
    dict of str to Table
        ``sections`` (one row a section in scope), ``out_of_scope`` (the others), ``coefficients`` and
        ``decompositions`` (one row a county, year, level and indicator), ``levels`` (one row a county, year and level).
    """
    return {
        "sections": _sections(judged, standard),
        "out_of_scope": _out_of_scope(judged),
        "coefficients": _coefficients(judged, standard),
        "decompositions": _decompositions(judged, standard),
        "levels": _levels(judged, standard, bounds),
    }


def lay_out_failures(partition: Partition, failures: Sequence[Failure]) -> pa.Table:
    """
    Lay out why counties failed.

    Parameters
    ----------
    partition : Partition
        The partition.
    failures : sequence of Failure
        What is wrong.

    Returns
    -------
    Table
        One row a county, year and kind of fault.
    """
    rows = np.array([failure.key for failure in failures], dtype=np.int64)
    fields = ("table", "column", "school_id", "value", "rule", "remedy")
    texts = {name: pa.array([getattr(failure, name) for failure in failures], pa.string()) for name in fields}
    counts = pa.array([failure.rows for failure in failures], pa.int64())
    return pa.table({**_place(partition, rows), **texts, "rows": counts})


def coded(places: npt.NDArray[np.integer], words: Sequence[str]) -> pa.DictionaryArray:
    """Give places in a list as words; Parquet and pandas keep them as codes. A negative place is missing."""
    missing = places < 0
    held = pa.array(places.astype(np.int32), mask=missing if missing.any() else None)
    return pa.DictionaryArray.from_arrays(held, pa.array(words, pa.string()))


def yes_or_no(codes: Codes) -> pa.BooleanArray:
    """Turn verdicts into booleans; undetermined is missing."""
    return pa.array(codes == PASSES, mask=codes == UNKNOWN)


def _place(partition: Partition, rows: npt.NDArray[np.integer]) -> Columns:
    """Say where and when each row belongs."""
    taken = pa.array(rows)
    return {name: column.take(taken) for name, column in partition.places.items()}


def _described(judged: Judged, rows: npt.NDArray[np.int64]) -> Columns:
    """Say which sections these are."""
    held = judged.held
    school = judged.school[rows]
    columns = _place(held.partition, held.sections.key[rows])
    columns["school_id"] = held.school_ids.take(pa.array(held.sections.school[rows]))
    columns["level"] = coded(held.sections.codes["level"][rows], list(codebook.codes("level")))
    for name in ("type", "founder", "area"):
        columns[name] = coded(held.schools.codes[name][school], list(codebook.codes(name)))
    columns["pupils"] = pa.array(held.sections.numbers["pupils"][rows].astype(np.int64))
    return columns


def _sections(judged: Judged, standard: Standard) -> pa.Table:
    """Lay out the sections in scope: values, how many are met, verdict."""
    names = [indicator.id for indicator in standard.indicators]
    rule, width = judged.rule, len(names)
    below = rule.floor_count + rule.unknown_count < width
    floor_ok = np.where(below, FAILS, np.where(rule.unknown_count > 0, UNKNOWN, PASSES))
    if not standard.has_rule("school_min_met"):
        floor_ok = np.full_like(floor_ok, UNKNOWN)
    return pa.table(
        {
            **_described(judged, np.flatnonzero(judged.reason == 0)),
            **{name: number(judged.values[:, place]) for place, name in enumerate(names)},
            "met_count": pa.array(rule.met_count),
            "undetermined_count": pa.array(rule.unknown_count),
            "floor_ok": yes_or_no(floor_ok),
            "verdict": coded(rule.verdict + 1, VERDICTS),
        }
    )


def number(values: npt.NDArray[np.float64]) -> pa.DoubleArray:
    """Give numbers; NaN is missing."""
    return pa.array(values, from_pandas=True)


def _out_of_scope(judged: Judged) -> pa.Table:
    """Lay out the sections out of scope, with the reason."""
    rows = np.flatnonzero(judged.reason != 0)
    return pa.table({**_described(judged, rows), "reason": coded(judged.reason[rows] - 1, REASONS)})


def _by_indicator(judged: Judged, standard: Standard) -> Columns:
    """Say which county, year, level and indicator each coefficient is of."""
    names = [indicator.id for indicator in standard.indicators]
    groups = judged.groups
    columns = _of_groups(judged, np.repeat(np.arange(groups.count), len(names)))
    return {**columns, "indicator": coded(np.tile(np.arange(len(names)), groups.count), names)}


def _of_groups(judged: Judged, rows: npt.NDArray[np.int64]) -> Columns:
    """Say which county, year and level a group is."""
    key, level = judged.groups.keys
    place = _place(judged.held.partition, key[rows])
    return {**place, "level": coded(level[rows], list(codebook.codes("level")))}


def _coefficients(judged: Judged, standard: Standard) -> pa.Table:
    """Lay out the coefficients with their limits."""
    found = judged.found.coefficients
    width = len(standard.indicators)
    return pa.table(
        {
            **_by_indicator(judged, standard),
            "pupils": pa.array(judged.pupils.ravel().astype(np.int64)),
            "mean": number(found.mean.ravel()),
            "sd": number(found.sd.ravel()),
            "cv": number(found.cv.ravel()),
            "limit": number(np.repeat(judged.limits, width)),
            "met": yes_or_no(judged.met.ravel()),
            "gini": number(judged.found.gini.ravel()),
            "n_sections": pa.array(found.n.ravel().astype(np.int32)),
            "n_missing": pa.array(found.n_missing.ravel().astype(np.int32)),
            "n_met": pa.array(judged.n_met.ravel().astype(np.int32)),
            "n_floor": pa.array(judged.n_floor.ravel().astype(np.int32)),
        }
    )


def _decompositions(judged: Judged, standard: Standard) -> pa.Table:
    """Lay out Theil's T of each county about the mean over its pupils: between its areas, and between sections."""
    theil = judged.found.theil
    return pa.table(
        {
            **_by_indicator(judged, standard),
            "pupil_mean": number(judged.pupil_mean.ravel()),
            "theil_t": number(theil.total.ravel()),
            "between_areas": number(theil.between.ravel()),
            "between_sections": number(theil.within.ravel()),
        }
    )


def _levels(
    judged: Judged, standard: Standard, bounds: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
) -> pa.Table:
    """Lay out what decides about each county, year and level."""
    groups, rule = judged.groups, judged.rule
    balance = np.min(judged.met, axis=1)
    sections = np.minimum.reduceat(rule.verdict[groups.order], groups.starts)
    parts = {
        "school_min_met": sections,
        "cv_limit": balance,
        "composite_limit": judged.composite_met,
    }
    asked = [codes for name, codes in parts.items() if standard.has_rule(name)]
    verdict = np.min(asked, axis=0) if asked else np.full(groups.count, UNKNOWN)
    count = {word: _tally(rule.verdict == code, groups) for word, code in zip(VERDICTS, (-1, 0, 1), strict=True)}
    return pa.table(
        {
            **_of_groups(judged, np.arange(groups.count)),
            "n_sections": pa.array(groups.sizes.astype(np.int32)),
            "n_least": pa.array(judged.found.coefficients.n.min(axis=1).astype(np.int32)),
            "pupils": pa.array(_tally(judged.held.sections.numbers["pupils"][judged.reason == 0], groups)),
            **{f"sections_{word}": pa.array(count[word].astype(np.int32)) for word in VERDICTS},
            **{
                f"coefficients_{word}": pa.array((judged.met == code).sum(axis=1).astype(np.int32))
                for word, code in zip(VERDICTS, (-1, 0, 1), strict=True)
            },
            "composite": number(judged.composite),
            "composite_low": number(bounds[0]),
            "composite_high": number(bounds[1]),
            "composite_limit": number(judged.composite_limits),
            "sections_verdict": coded(sections + 1, VERDICTS),
            "balance_verdict": coded(balance + 1, VERDICTS),
            "composite_verdict": coded(judged.composite_met + 1, VERDICTS),
            "verdict": coded(verdict + 1, VERDICTS),
        }
    )


def _tally(rows: npt.NDArray[Any], groups: Groups) -> npt.NDArray[np.int64]:
    """Add up by group."""
    return np.add.reduceat(rows[groups.order].astype(np.int64), groups.starts)
