"""Trials that look at funds; a case without a table of finance cannot decide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance.evidence import finance, school_funds, shuffles, township_funds
from edubalance.evidence.finding import Finding, by_shuffles
from edubalance.evidence.material import REPLICATES, Material
from edubalance.measures import dispersion
from edubalance.measures.association import shuffled_rank_correlations

LEVELS = ("primary", "junior")
SPENDING = school_funds.SPENDING


def funds_fall(material: Material, *, levels: Sequence[str] = LEVELS) -> Finding:
    """
    Find whether spending per pupil, at constant prices, falls from one year to the next at some level.

    Parameters
    ----------
    material : Material
        The case.
    levels : sequence of str
        Levels looked at.

    Returns
    -------
    Finding
        The smallest yearly change in percent. Nothing is left to chance: budgets are counted, not sampled. Undecided
        where no fall is known of and a year, or a level asked for, is missing: a fall may hide there.
    """
    frame = finance.per_pupil(material)
    ours = frame[frame["level"].isin(list(levels))]
    change = ours["change"].dropna()
    if change.empty:
        return Finding(found=None, unit="percent", rests_on="count")
    worst = float(change.min())
    complete = set(levels) <= set(ours["level"]) and ours["deflated"].notna().all()
    found = True if worst < -finance.ROUNDING else (False if complete else None)
    return Finding(found=found, value=worst, unit="percent", opposite=found is False, rests_on="count")


def funds_lag(material: Material, *, levels: Sequence[str] = LEVELS) -> Finding:
    """
    Find whether spending grew less than pupils and prices together, from the first year to the last, at some level.

    Parameters
    ----------
    material : Material
        The case.
    levels : sequence of str
        Levels looked at.

    Returns
    -------
    Finding
        Growth of spending less that of need, of the level where it is smallest, in percentage points. Undecided where
        no level is known to lag and one is not known.
    """
    lags = finance.need(material, levels).set_index("level")["lag"].reindex(list(levels))
    if lags.isna().all():
        return Finding(found=None, unit="percentage_points", rests_on="count")
    worst = float(lags.min())
    found = True if worst < -finance.ROUNDING else (None if lags.isna().any() else False)
    return Finding(found=found, value=worst, unit="percentage_points", opposite=found is False, rests_on="count")


def funds_gap(material: Material, *, disadvantaged: Sequence[str], quantity: str = SPENDING) -> Finding:
    """
    Find whether the public schools of some areas have lower funds per pupil than the others.

    Parameters
    ----------
    material : Material
        The case.
    disadvantaged : sequence of str
        Areas that the claim is about.
    quantity : str
        Column of the table of finance.

    Returns
    -------
    Finding
        The gap in percent of the level's mean, each section counted by its pupils; p from shuffling areas among the
        schools that teach the same levels. Sections without a number are left out.
    """
    rows = school_funds.of_schools(material)
    rows = rows[(rows["pupils"] > 0) & rows[quantity].notna() & rows["area"].notna()]
    if rows.empty:
        return Finding(found=None, unit="percent_of_mean", rests_on="shuffles")
    sums = rows.groupby("level", observed=True)[[quantity, "pupils"]].transform("sum")
    relative = (rows[quantity] / rows["pupils"]) / (sums[quantity] / sums["pupils"])
    inside = rows["area"].isin(list(disadvantaged)).to_numpy().astype(np.int64)
    pupils = rows["pupils"].to_numpy(dtype=np.float64)
    gap = shuffles.school_gaps(rows, inside, relative.to_numpy(dtype=np.float64), pupils, material)
    return by_shuffles(gap.statistics, "less", "percent_of_mean", value=100 * gap.value)


def funds_following(material: Material, *, quantity: str = SPENDING) -> Finding:
    r"""
    Find whether funds that followed the pupils would take away a difference between areas that is more than chance.

    Parameters
    ----------
    material : Material
        The case.
    quantity : str
        Column of the table of finance.

    Returns
    -------
    Finding
        By how much the spread between areas would fall, in percent of the mean, averaged over levels; p from
        shuffling areas among the schools that teach the same levels.

    Notes
    -----
    If funds followed the pupils (small schools as the standard funds them), funds per funded pupil would be the same
    everywhere: some spread would fall in any county, which proves nothing. The statistic is therefore what would fall
    of the spread *between areas*, :math:`\sqrt{\sum_a h_a (m_a - m)^2 / \sum_a h_a} / m` with the areas' funded pupils
    :math:`h_a` and their mean funds :math:`m_a`, and it is compared with that of shuffled areas.
    """
    rows = school_funds.with_heads(school_funds.of_schools(material), school_funds.least_heads(material))
    rows = rows[(rows["heads"] > 0) & rows[quantity].notna() & rows["area"].notna()].reset_index(drop=True)
    if rows.empty or rows["area"].nunique() < 2:
        return Finding(found=None, unit="percent_of_mean", rests_on="shuffles")
    drawn = shuffles.of_schools(rows, pd.factorize(rows["area"])[0].astype(np.int64), material)
    falls = []
    for places in rows.groupby("level", observed=True, sort=False).indices.values():
        heads = rows["heads"].to_numpy(dtype=np.float64)[places]
        each = rows[quantity].to_numpy(dtype=np.float64)[places] / heads
        inside = shuffles.within_variance_shares(drawn[:, places], each, heads)
        falls.append(dispersion.difference_coefficient(each, heads) * np.sqrt(np.clip(1 - inside, 0, None)))
    return by_shuffles(100 * np.mean(falls, axis=0), "greater", "percent_of_mean")


def transfers_to_richer(material: Material) -> Finding:
    """
    Find whether transfers per pupil rise with the townships' own revenue, so that they do not reach the poorer ones.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    Finding
        Rank correlation of transfers per pupil and revenue per resident; p from shuffling revenue among townships,
        one-sided. Transfers that have nothing to do with revenue, or that make up for it, are not found; the latter
        are the opposite. Townships without a number are left out.
    """
    return _moving_together(material, "transfers_per_pupil")


def spending_follows_revenue(material: Material) -> Finding:
    """
    Find whether the townships' revenue per resident and their schools' spending per pupil rise together.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    Finding
        Rank correlation; p from shuffling revenue among townships, one-sided. It is an association: it does not say
        that poor revenue makes for low spending. Townships without a number are left out.
    """
    return _moving_together(material, "spending_per_pupil")


def _moving_together(material: Material, quantity: str) -> Finding:
    """Correlate the ranks of a quantity with those of revenue per resident, over townships."""
    held = township_funds.of_townships(material)[["revenue_per_head", quantity]].dropna()
    # Fewer than three places, or places that are all alike, have no order.
    if len(held) < 3 or (held.nunique() < 2).any():
        return Finding(found=None, unit="rank_correlation", rests_on="shuffles")
    revenue, amounts = (held[name].to_numpy(dtype=np.float64) for name in ("revenue_per_head", quantity))
    found = shuffled_rank_correlations(amounts, revenue, rng=material.rng, replicates=REPLICATES)
    return by_shuffles(found, "greater", "rank_correlation")
