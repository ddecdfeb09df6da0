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
from edubalance.measures import clusters


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
    names = _known(frame, indicators)
    relative = frame[names] / frame.groupby("level", observed=True)[names].transform("mean")
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
    gap = shuffles.school_gaps(frame, inside, frame["score"].to_numpy(), frame["pupils"].to_numpy(), material)
    side = "less" if direction == "lower" else "greater"
    return by_shuffles(gap.statistics, side, "percent_of_mean", value=100 * gap.value)


def pupil_shift(material: Material, *, losing: Sequence[str]) -> Finding:
    """
    Find whether the schools of some areas lose pupils: fewer in the last year than in the first, and not everywhere.

    Parameters
    ----------
    material : Material
        The case.
    losing : sequence of str
        Areas that the claim is about.

    Returns
    -------
    Finding
        The change of their pupils in percent of the first year; p is the larger one of two tests, because the claim
        needs both. The pupils fall: against swapping the first and the last year of each of these schools. They fall
        by more than elsewhere: the sections grow less than the others, against shuffling areas among the schools that
        teach the same levels. The opposite is found where the pupils of these schools rise.

    Notes
    -----
    Pupils are those of all schools of the areas, with those that opened or closed in between and those out of the
    measure's scope; the comparison with the others is of sections in scope that are there in both years. It takes
    five schools of these areas at least: four fall together by chance in one county of sixteen.
    """
    pupils = _pupils_of(material, losing)
    if pupils[0].sum() == 0:
        return Finding(found=None, unit="percent_of_first_year", rests_on="shuffles")
    changes = shuffles.random_signs(pupils[0].size, material) @ (pupils[1] - pupils[0])
    fallen = by_shuffles(100 * changes / pupils[0].sum(), "less", "percent_of_first_year")
    behind = _growing_less(material, losing)
    if behind.found is None:
        return replace(fallen, found=None, p=np.nan, opposite=False)
    return replace(fallen, found=fallen.found and behind.found, p=max(fallen.p, behind.p))


def _pupils_of(material: Material, areas: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the pupils of each school of some areas in the first year and in the last, 0 where it is not there."""
    places = material.tables.schools.drop_duplicates("school_id").set_index("school_id")["area"]
    sections = material.tables.sections
    ours = sections.loc[sections["school_id"].map(places).isin(list(areas))]
    pupils = ours.pivot_table(index="school_id", columns="year", values="pupils", aggfunc="sum", fill_value=0)
    years = material.tables.sections["year"]
    first, last = (pupils.get(year, 0 * pupils.sum(axis=1)) for year in (years.min(), years.max()))
    return first.to_numpy(dtype=np.float64), last.to_numpy(dtype=np.float64)


def _growing_less(material: Material, losing: Sequence[str]) -> Finding:
    """Find whether the sections of some areas grew less than the others from the first year to the last."""
    first, last = _two_ends(material.indicators)
    grown = (last["pupils"] / first["pupils"] - 1).to_numpy(dtype=np.float64)
    frame = first.reset_index()
    inside = frame["area"].isin(list(losing)).to_numpy().astype(np.int64)
    gap = shuffles.school_gaps(frame, inside, grown, frame["pupils"].to_numpy(), material)
    return by_shuffles(gap.statistics, "less", "percentage_points", value=100 * gap.value)


def growth(material: Material, *, indicators: Sequence[str]) -> Finding:
    """
    Find whether the schools of a county were given more of some resources, by more than chance would have it.

    Amounts are looked at, not amounts per pupil: where pupils leave, what each of the others has rises unaided.

    Parameters
    ----------
    material : Material
        The case.
    indicators : sequence of str
        Indicators of the resources; the value times the pupils is the amount.

    Returns
    -------
    Finding
        The change of the amounts in percent of the first year's, mean over the indicators; p from swapping the first
        and the last year of each school. A school that opened or closed in between had or has nothing; a section
        whose value is missing in either year is left out of both.
    """
    changes = [_change_of_amounts(material.indicators, name) for name in _known(material.indicators, indicators)]
    mean = sum(changes[1:], start=changes[0]).to_numpy(dtype=np.float64) / len(changes)
    if not np.isfinite(mean).all():
        return Finding(found=None, unit="percent_of_first_year", rests_on="shuffles")
    return by_shuffles(100 * (shuffles.random_signs(mean.size, material) @ mean), "greater", "percent_of_first_year")


def _change_of_amounts(frame: pd.DataFrame, indicator: str) -> pd.Series:
    """Return how much of a resource each school gained from the first year to the last, over the first year's sum."""
    ends = frame.loc[frame["year"].isin([frame["year"].min(), frame["year"].max()])]
    amounts = (ends[indicator] * ends["pupils"]).astype(float)
    missing = amounts.isna().groupby([ends["school_id"], ends["level"]], observed=True).transform("any")
    sums = amounts.mask(missing).groupby([ends["school_id"], ends["year"]]).sum().unstack(fill_value=0)
    first = sums.iloc[:, 0]
    if first.sum() == 0:
        return first * np.nan
    # The amount is worked back from a value per pupil: what differs in its last bits only is the same amount.
    return ((sums.iloc[:, -1] - first) / first.sum()).round(12)


def _known(frame: pd.DataFrame, indicators: Sequence[str]) -> list[str]:
    """Return the indicators, unless the standard has not computed one of them."""
    absent = [name for name in indicators if name not in frame]
    if absent:
        raise EdubalanceError(
            f"The trial looks at {', '.join(absent)}, which the standard chosen does not have.",
            hint="Put the claims on trial by the standard that the case is judged by.",
        )
    return list(indicators)


def narrowing(material: Material, *, indicators: Sequence[str]) -> Finding:
    """Find whether difference coefficients fell from the first year to the last: the years are swapped at random."""
    first, last = _two_ends(material.indicators)
    names = _known(first, indicators)
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
    Find whether a level's mean lies below the threshold with its whole interval (CR2, sections as draws).

    A level with one section has no interval, and one without a value no mean: such a level leaves the claim open,
    unless another one is short of its threshold.
    """
    worst: Finding = Finding(found=False)
    levels = material.now.groupby("level", observed=True)
    coverage = 1 - ALPHA / (levels.ngroups * len(indicators))
    too_few = levels[list(indicators)].count().lt(2).to_numpy(dtype=bool)
    for level, frame in levels:
        for name in indicators:
            held = frame.dropna(subset=name)
            if len(held) < 2:
                continue
            limit = material.standard.value_on(name, rule_date(material.year), str(level))
            interval = clusters.clustered_mean(held[name], held["school_id"].tolist(), held["pupils"], level=coverage)
            if np.isnan(worst.value) or interval.estimate / limit < worst.value:
                worst = Finding(
                    found=interval.high < limit,
                    value=interval.estimate / limit,
                    unit="of_threshold",
                    low=interval.low / limit,
                    high=interval.high / limit,
                    opposite=interval.low >= limit,
                    level=coverage,
                    rests_on="cr2",
                )
    return replace(worst, found=None, opposite=False) if too_few.any() and not worst.found else worst


def _two_ends(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sections that are there in both the first and the last year, in the same order."""
    years = sorted(frame["year"].unique())
    key = ["school_id", "level"]
    first, last = (frame.loc[frame["year"] == year].set_index(key) for year in (years[0], years[-1]))
    both = first.index.intersection(last.index)
    return first.loc[both], last.loc[both]
