"""Trials: each puts one kind of claim to the test and says what the data show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from edubalance.assessment import rule_date
from edubalance.errors import EdubalanceError
from edubalance.evidence import shuffles
from edubalance.evidence.finding import ALPHA, Finding, by_shuffles
from edubalance.evidence.material import REPLICATES, Material
from edubalance.evidence.shuffles import Floats
from edubalance.measures import uncertainty


def scores(frame: pd.DataFrame, indicators: Sequence[str]) -> Floats:
    """
    Put several indicators on one scale.

    Parameters
    ----------
    frame : DataFrame
        One row a section, with ``level`` and the indicators.
    indicators : sequence of str
        Columns.

    Returns
    -------
    ndarray of float
        Mean over the indicators of the value over its level's mean; 1 is as much as the level has on average.
        NaN where every indicator is missing.

    Raises
    ------
    EdubalanceError
        If the standard has no such indicator.
    """
    absent = [name for name in indicators if name not in frame]
    if absent:
        raise EdubalanceError(
            f"The trial looks at {', '.join(absent)}, which the standard chosen does not have.",
            hint="Put the claims on trial by the standard that the case is judged by.",
        )
    relative = frame[list(indicators)] / frame.groupby("level", observed=True)[list(indicators)].transform("mean")
    return np.asarray(relative.mean(axis=1).to_numpy(dtype=np.float64))


def area_gap(
    material: Material, *, disadvantaged: Sequence[str], direction: str, indicators: Sequence[str] = ()
) -> Finding:
    """
    Find whether some areas have less (or more) per pupil than the others.

    Parameters
    ----------
    material : Material
        The case.
    disadvantaged : sequence of str
        Areas that the claim is about.
    direction : {"lower", "higher"}
        What it says of them.
    indicators : sequence of str
        Indicators, averaged on one scale; all of the standard unless named.

    Returns
    -------
    Finding
        The gap in percent of the level's mean; p from shuffling areas among the schools that teach the same levels.
    """
    frame = material.now
    names = list(indicators) or [indicator.id for indicator in material.standard.indicators]
    frame = frame.assign(score=scores(frame, names)).dropna(subset="score")
    inside = frame["area"].isin(list(disadvantaged)).to_numpy().astype(np.int64)
    gaps = shuffles.school_gaps(frame, inside, frame["score"].to_numpy(), frame["pupils"].to_numpy(), material)
    return by_shuffles(100 * gaps, "less" if direction == "lower" else "greater", "percent_of_mean")


def pupil_shift(material: Material, *, losing: Sequence[str]) -> Finding:
    """Find whether the sections of some areas grew less than the others from the first year to the last."""
    first, last = _two_ends(material.indicators)
    grown = (last["pupils"] / first["pupils"] - 1).to_numpy(dtype=np.float64)
    frame = first.reset_index()
    inside = frame["area"].isin(list(losing)).to_numpy().astype(np.int64)
    gaps = shuffles.school_gaps(frame, inside, grown, frame["pupils"].to_numpy(), material)
    return by_shuffles(100 * gaps, "less", "percentage_points")


def growth(material: Material, *, indicators: Sequence[str]) -> Finding:
    """
    Find whether resources per pupil rose on average by more than chance would have it.

    The mean change over sections is compared with what it would be if each school's years were swapped at random.
    """
    first, last = _two_ends(material.indicators)
    names = list(indicators)
    moved = ((last[names] - first[names]) / first[names].mean()).mean(axis=1).dropna()
    schools, change = shuffles.school_codes(moved.reset_index()), moved.to_numpy(dtype=np.float64)
    signs = material.rng.choice([-1.0, 1.0], size=(REPLICATES + 1, schools.max() + 1))[:, schools]
    signs[0] = 1.0
    return by_shuffles(100 * (signs @ change) / change.size, "greater", "percent_of_first_year")


def narrowing(material: Material, *, indicators: Sequence[str]) -> Finding:
    """Find whether difference coefficients fell from the first year to the last: the years are swapped at random."""
    first, last = _two_ends(material.indicators)
    names = list(indicators)
    change = np.zeros(REPLICATES + 1)
    levels = first.index.get_level_values("level")
    for level in levels.unique():
        before, after = first.loc[levels == level], last.loc[levels == level]
        complete = (before[names].notna() & after[names].notna()).all(axis=1).to_numpy()
        change += _swapped_change(before.loc[complete], after.loc[complete], names, material.rng)
    return by_shuffles(change / levels.nunique(), "less", "ratio")


def _swapped_change(before: pd.DataFrame, after: pd.DataFrame, names: list[str], rng: np.random.Generator) -> Floats:
    """Mean change of the coefficients, observed first, then with each section's years swapped at random."""
    schools = shuffles.school_codes(before.reset_index())
    swap = rng.integers(0, 2, size=(REPLICATES + 1, schools.max() + 1)).astype(bool)[:, schools]
    swap[0] = False
    early_pupils = np.where(swap, after["pupils"], before["pupils"]).astype(np.float64)
    late_pupils = np.where(swap, before["pupils"], after["pupils"]).astype(np.float64)
    changes = [
        shuffles.coefficients(np.where(swap, before[name], after[name]), late_pupils)
        - shuffles.coefficients(np.where(swap, after[name], before[name]), early_pupils)
        for name in names
    ]
    return np.asarray(np.mean(changes, axis=0))


def group_likeness(material: Material) -> Finding:
    """
    Find whether schools of one education group are more alike than groups drawn at random.

    The value is the share of the spread among grouped schools that lies inside groups; groups are shuffled among
    the grouped schools that teach the same levels.
    """
    names = [indicator.id for indicator in material.standard.indicators]
    frame = material.now.assign(score=scores(material.now, names)).dropna(subset=["score", "education_group"])
    codes = pd.factorize(frame["education_group"])[0].astype(np.int64)
    drawn = shuffles.of_schools(frame, codes, material)
    score, pupils = frame["score"].to_numpy(dtype=np.float64), frame["pupils"].to_numpy(dtype=np.float64)
    return by_shuffles(shuffles.within_variance_shares(drawn, score, pupils), "less", "share_within_groups")


def between_share(material: Material) -> Finding:
    """
    Find whether more of the inequality lies between areas than shuffled areas would show.

    The value is the mean, over levels and indicators, of the share of Theil's T between areas.
    """
    shares = []
    drawn_areas = shuffles.of_schools(material.now, pd.factorize(material.now["area"])[0].astype(np.int64), material)
    for level in material.now["level"].unique():
        for indicator in material.standard.indicators:
            rows = ((material.now["level"] == level) & material.now[indicator.id].notna()).to_numpy(dtype=bool)
            held, drawn = material.now.loc[rows], drawn_areas[:, rows]
            pupils = held["pupils"].to_numpy(dtype=np.float64)
            shares.append(
                shuffles.between_shares(drawn, held[indicator.id].to_numpy(dtype=np.float64) * pupils, pupils)
            )
    return by_shuffles(np.mean(shares, axis=0), "greater", "share_of_theil_t")


def shortage(material: Material, *, indicators: Sequence[str]) -> Finding:
    """
    Find whether a level's mean lies below the threshold with its whole bootstrap interval.

    A level with one section has no interval, and one without a value no mean: such a level leaves the claim open,
    unless another one is short of its threshold.
    """
    worst: Finding = Finding(found=False)
    levels = material.now.groupby("level", observed=True)
    too_few = levels[list(indicators)].count().lt(2).to_numpy(dtype=bool)
    for level, frame in levels:
        for name in indicators:
            held = frame.dropna(subset=name)
            if len(held) < 2:
                continue
            limit = material.standard.value_on(name, rule_date(material.year), str(level))
            interval = uncertainty.bootstrap(
                _pooled_mean,
                held[name].to_numpy(dtype=np.float64),
                held["pupils"].to_numpy(dtype=np.float64),
                replicates=REPLICATES,
                rng=material.rng,
                level=1 - ALPHA / (levels.ngroups * len(indicators)),
            )
            if np.isnan(worst.value) or interval.estimate / limit < worst.value:
                worst = Finding(
                    found=interval.high < limit,
                    value=interval.estimate / limit,
                    unit="of_threshold",
                    low=interval.low / limit,
                    high=interval.high / limit,
                    opposite=interval.low >= limit,
                )
    return replace(worst, found=None, opposite=False) if too_few.any() and not worst.found else worst


def _pooled_mean(values: Floats, pupils: Floats) -> float:
    """Mean with each section counted by its pupils."""
    return float(values @ pupils / pupils.sum())


def _two_ends(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sections that are there in both the first and the last year, in the same order."""
    years = sorted(frame["year"].unique())
    key = ["school_id", "level"]
    first, last = (frame.loc[frame["year"] == year].set_index(key) for year in (years[0], years[-1]))
    both = first.index.intersection(last.index)
    return first.loc[both], last.loc[both]
