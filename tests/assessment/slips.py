"""Slips planted in clean tables, and whether they are found and rightly named."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from edubalance import cases, intake
from edubalance.assessment import plausibility
from edubalance.codebook import Tables

TWINS = ("liangyuan", "shanghai_q", "weishan", "wuhu_j", "ziliujing")
SCENARIOS = ("described", "balanced")


@dataclass(frozen=True)
class Slip:
    """
    One kind of slip.

    `factor` multiplies the column; `other` is the column that it changes places with, or whose number it repeats.
    """

    name: str
    table: str
    column: str
    reason: str
    factor: float = 1.0
    other: str = ""
    copied: bool = False


MU = 1 / 666.67
SLIPS = (
    Slip("equipment in 万元 read as 元", "schools", "equipment_value_10k_yuan", "unit", 1e-4),
    Slip("equipment in 元 read as 万元", "schools", "equipment_value_10k_yuan", "unit", 1e4),
    Slip("equipment in 千元 read as 元", "schools", "equipment_value_10k_yuan", "unit", 1e-3),
    Slip("grounds in 亩 read as m²", "schools", "sports_ground_area_m2", "unit", MU),
    Slip("grounds × 100", "schools", "sports_ground_area_m2", "digits", 100),
    Slip("grounds ÷ 100", "schools", "sports_ground_area_m2", "digits", 0.01),
    Slip("grounds × 10", "schools", "sports_ground_area_m2", "digits", 10),
    Slip("books × 100", "schools", "books", "digits", 100),
    Slip("books × 10", "schools", "books", "digits", 10),
    Slip("computers × 10", "schools", "computers", "digits", 10),
    Slip("books and computers swapped", "schools", "books", "swapped", other="computers"),
    Slip("computers repeat books", "schools", "computers", "same", other="books", copied=True),
    Slip("pupils × 10", "sections", "pupils", "pupils", 10),
    Slip("pupils ÷ 10", "sections", "pupils", "pupils", 0.1),
    Slip("teachers of the whole school", "sections", "teachers", "whole_school"),
)
# Of a whole column; what is stated in all years alike can only be held against a threshold.
WHOLE = (*SLIPS[:7], *SLIPS[7:10], SLIPS[10])


def clean(case: str, scenario: str) -> Tables:
    """Read a twin."""
    return intake.read_case(cases.load(case), scenario)


def one_year(tables: Tables) -> Tables:
    """Keep the last year only, as most counties would bring it."""
    year = tables.schools["year"].max()
    frames = {name: getattr(tables, name) for name in ("schools", "sections")}
    return replace(
        tables, **{name: frame[frame["year"] == year].reset_index(drop=True) for name, frame in frames.items()}
    )


def planted(tables: Tables, slip: Slip, rows: np.ndarray) -> Tables:
    """Change the rows of one table as the slip does."""
    frame = getattr(tables, slip.table).copy()
    values = frame[slip.column].astype("float64").to_numpy().copy()
    if slip.reason == "whole_school":
        sums = frame.groupby(["year", "school_id"])[slip.column].transform("sum")
        values[rows] = sums.to_numpy(dtype="float64")[rows]
    elif slip.other:
        other = frame[slip.other].astype("float64").to_numpy().copy()
        values[rows], theirs = other[rows], values[rows].copy()
        if not slip.copied:
            other[rows] = theirs
            frame[slip.other] = other
    else:
        values[rows] = values[rows] * slip.factor
        if frame[slip.column].dtype.kind in "iu" or str(frame[slip.column].dtype).startswith("Int"):
            values = np.rint(values)
    frame[slip.column] = values
    return replace(tables, **{slip.table: frame})


def candidates(tables: Tables, slip: Slip) -> np.ndarray:
    """Return rows in which the slip would change something that enters the indicators."""
    frame = getattr(tables, slip.table)
    types = dict(tables.schools[["school_id", "type"]].astype(str).itertuples(index=False))
    kinds = frame["school_id"].astype(str).map(types)
    last = (frame["year"] == frame["year"].max()).to_numpy()
    fit = (
        last
        & ~kinds.isin(["special", "vocational"]).to_numpy()
        & (frame[slip.column].fillna(0) > 0).to_numpy(dtype=bool)
    )
    if slip.reason == "whole_school":
        levels = frame.groupby(["year", "school_id"])["level"].transform("size")
        fit &= (levels > 1).to_numpy(dtype=bool)
    return np.flatnonzero(fit)


def found(tables: Tables, slip: Slip, school: str) -> tuple[bool, bool]:
    """Tell whether the cell (or its column, where no school is named) is marked, and with the right reason."""
    year = int(tables.schools["year"].max())
    marks = [
        mark
        for mark in plausibility.examine(tables).marks
        if mark.column == slip.column and mark.school_id == school and mark.year == year
    ]
    return bool(marks), any(mark.reason == slip.reason for mark in marks)


def single(tables: Tables, slip: Slip, rng: np.random.Generator, times: int) -> pd.DataFrame:
    """Plant a slip in one school after another."""
    rows = candidates(tables, slip)
    records = []
    for row in rng.choice(rows, min(times, len(rows)), replace=False).tolist():
        frame = getattr(tables, slip.table)
        school = str(frame["school_id"].iloc[row])
        chosen = np.array([row])
        if slip.reason == "whole_school":
            alike = (frame["school_id"] == school) & (frame["year"] == frame["year"].iloc[row])
            chosen = np.flatnonzero(alike.to_numpy())
        seen, named = found(planted(tables, slip, chosen), slip, school)
        records.append((slip.name, seen, named))
    return pd.DataFrame(records, columns=["slip", "found", "named"])


def whole(tables: Tables, slip: Slip, *, all_years: bool) -> tuple[str, bool, bool]:
    """Plant a slip in a whole column, of the last year or of all."""
    frame = getattr(tables, slip.table)
    rows = np.arange(len(frame)) if all_years else np.flatnonzero((frame["year"] == frame["year"].max()).to_numpy())
    return (slip.name, *found(planted(tables, slip, rows), slip, ""))
