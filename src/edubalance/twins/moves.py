"""The moves of a twin's pupils, one by one: each leaves one school of the county, or its border, and joins another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from edubalance.twins import draw
from edubalance.twins.draw import BoolArray, FloatArray, IntArray
from edubalance.twins.spec import Spec

# A school sees no more than one of so many pupils come or go by moves within a year.
AT_MOST = 4


def drawn(spec: Spec, told: Mapping[str, Any], rows: pd.DataFrame, plan: Mapping[str, Any]) -> pd.DataFrame:
    """
    Draw the moves of one level and year, pupil by pupil, and count them by section.

    Parameters
    ----------
    spec : Spec
        The specification.
    told : mapping
        What ``_pupils_flow.yml`` says of the twin.
    rows : DataFrame
        The sections of the level and year: year, pupils, area, founder.
    plan : mapping
        By name and year, how many come from outside and leave the county, leave school and die.

    Returns
    -------
    DataFrame
        `rows` with the columns of moves, dropouts and deaths.

    Notes
    -----
    Without differences between kinds of school a move and the same move backwards are equally likely.
    """
    rows, level, year = rows.reset_index(drop=True), plan["level"], int(rows["year"].iloc[0])
    pupils = rows["pupils"].to_numpy(dtype=np.float64)
    leave, join = (pupils * _times(told[name], rows) for name in ("leave", "join"))
    many = round(told["within"][level] * pupils.sum())
    origin, target = (
        _picked(spec, (name, level, year), weights, many) for name, weights in (("from", leave), ("to", join))
    )
    kept = _kept(origin, target, rows["pupils"].to_numpy())
    counts = _within(rows, origin[kept], target[kept])
    abroad = pupils * _times(told["abroad"], rows)
    for name, column, weights in (
        ("in", "transferred_in_from_outside", join),
        ("out", "transferred_out_of_county", abroad),
        ("dropouts", "dropouts", abroad),
        ("deaths", "deaths", pupils),
    ):
        picked = _picked(spec, (name, level, year), weights, plan[name][year])
        counts[column] = np.bincount(picked, minlength=len(rows))
    counts["transferred_in"] += counts["transferred_in_from_outside"]
    counts["transferred_out"] += counts["transferred_out_of_county"]
    return rows.assign(**counts)


def _times(told: Mapping[str, float], rows: pd.DataFrame) -> FloatArray:
    """Look up how much likelier than others the pupils of each section move."""
    private = (rows["founder"] == "private").to_numpy()
    by_area = rows["area"].map(dict(told)).to_numpy(dtype=np.float64)
    return np.asarray(by_area * np.where(private, told.get("private", 1), told.get("public", 1)), dtype=np.float64)


def _picked(spec: Spec, purpose: tuple[object, ...], weights: FloatArray, many: int) -> IntArray:
    """Pick a section for each of so many pupils, by weight."""
    edges = np.cumsum(weights) / weights.sum()
    chance = draw.uniforms(draw.stream(spec.seed, "moves", *purpose), many)
    return np.asarray(np.minimum(np.searchsorted(edges, chance, side="right"), weights.size - 1), dtype=np.int64)


def _kept(origin: IntArray, target: IntArray, pupils: IntArray) -> BoolArray:
    """Keep the moves that lead to another school, as far as small schools can bear them; both ends alike."""
    kept = np.not_equal(origin, target)
    ends = pd.Series(np.concatenate([origin, target]))[np.tile(kept, 2)]
    turn = ends.groupby(ends).cumcount()
    over = ends.index[turn.to_numpy() >= (pupils // AT_MOST)[ends.to_numpy()]]
    kept[np.asarray(over) % origin.size] = False
    return np.asarray(kept, dtype=np.bool_)


def _within(rows: pd.DataFrame, origin: IntArray, target: IntArray) -> dict[str, IntArray]:
    """Count the moves between the schools of the county, by section and by where from and where to."""
    private = (rows["founder"] == "private").to_numpy()
    area = rows["area"].to_numpy()

    def count(ends: IntArray, among: BoolArray) -> IntArray:
        return np.bincount(ends[among], minlength=len(rows))

    return {
        "transferred_in": count(target, np.ones(target.size, dtype=np.bool_)),
        "transferred_in_from_public": count(target, ~private[origin]),
        "transferred_in_from_private": count(target, private[origin]),
        "transferred_in_from_rural": count(target, area[origin] == "rural"),
        "transferred_out": count(origin, np.ones(origin.size, dtype=np.bool_)),
        "transferred_out_to_public": count(origin, ~private[target]),
        "transferred_out_to_private": count(origin, private[target]),
        "transferred_out_to_urban": count(origin, area[target] == "urban"),
    }
