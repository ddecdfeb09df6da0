"""Trials that look at who comes and goes, and at births; a case that does not list them cannot decide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edubalance.evidence import enrolment, flows, shuffles
from edubalance.evidence.finding import ALPHA, Finding, by_shuffles
from edubalance.evidence.material import Material
from edubalance.measures import trend

SHARE = "percent_of_pupils"
GROWTH = "percent_a_year"
FEWEST_YEARS = 3


def moves_to_private(material: Material) -> Finding:
    r"""
    Find whether more pupils move from public schools to private ones than back.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    Finding
        What public schools lose to private ones, less what comes back, in percent of their pupils a year; p from
        flipping the signs of public schools.

    Notes
    -----
    If a move and the same move backwards were equally likely, each public school would be as likely to lose
    :math:`d_i` pupils, all its levels and years together, as to gain them. A school whose books do not tell both ways
    in a year is left out of that year.
    """
    both = ["transferred_out_to_private", "transferred_in_from_private"]
    rows = flows.of_years(material)
    rows = rows[rows["sector"] == "public"].dropna(subset=[*both, "pupils"])
    lost = (rows[both[0]] - rows[both[1]]).groupby(rows["school_id"]).sum().to_numpy(dtype=np.float64)
    if not rows[both].to_numpy().any():
        return Finding(found=None, unit=SHARE, rests_on="shuffles")
    signs = shuffles.random_signs(lost.size, material)
    return by_shuffles(100 * (signs @ lost) / float(rows["pupils"].sum()), "greater", SHARE)


def net_loss(material: Material, *, losing: Sequence[str]) -> Finding:
    """
    Find whether the schools of some areas lose more pupils by moves than the others.

    Parameters
    ----------
    material : Material
        The case.
    losing : sequence of str
        Areas that the claim is about.

    Returns
    -------
    Finding
        Pupils who came less pupils who went, in percent of the pupils of all years together, less the same elsewhere;
        p from shuffling areas among the schools that teach the same levels.
    """
    both = ["transferred_in", "transferred_out"]
    rows = flows.of_years(material).dropna(subset=[*both, "pupils", "area"])
    if rows.empty:
        return Finding(found=None, unit=SHARE, rests_on="shuffles")
    keys = ["school_id", "level", "area"]
    sums = rows.groupby(keys, observed=True)[[*both, "pupils"]].sum().reset_index()
    sums = sums[sums["pupils"] > 0].drop_duplicates(["school_id", "level"])
    rate = ((sums[both[0]] - sums[both[1]]) / sums["pupils"]).to_numpy(dtype=np.float64)
    inside = sums["area"].isin(list(losing)).to_numpy().astype(np.int64)
    gap = shuffles.school_gaps(sums, inside, rate, sums["pupils"].to_numpy(dtype=np.float64), material)
    return by_shuffles(gap.statistics, "less", SHARE, value=100 * gap.value)


def births_rise(material: Material, *, entry_age: int = enrolment.ENTRY_AGE) -> Finding:
    """
    Find whether births rise, so that more children will enter school than do now.

    Parameters
    ----------
    material : Material
        The case.
    entry_age : int
        Years from birth to school.

    Returns
    -------
    Finding
        Median growth of the births (Theil–Sen) in percent a year of their median, with its interval; p of Mann and
        Kendall. The years are those whose children have just entered school, and those after it.

    Notes
    -----
    The test asks whether the order of the years could be chance. Births of neighbouring years resemble each other, so
    that a short wave can look like a trend; and children who are born here may go to school elsewhere.
    """
    born = enrolment.births(material)
    born = born[born["year"] >= material.year - entry_age].dropna(subset="births")
    if len(born) < FEWEST_YEARS or born["births"].nunique() == 1:
        return Finding(found=None, unit=GROWTH, rests_on="shuffles")
    rising, falling = (
        trend.mann_kendall(born["births"], born["year"], alternative=side, level=1 - ALPHA)
        for side in ("greater", "less")
    )
    scale = 100 / float(born["births"].median())
    return Finding(
        found=rising.p <= ALPHA,
        value=scale * rising.slope,
        unit=GROWTH,
        low=scale * rising.low,
        high=scale * rising.high,
        p=rising.p,
        opposite=falling.p <= ALPHA,
        rests_on="shuffles",
    )
