"""Trials that look at classes and teachers one by one; a case that does not list them cannot decide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.errors import EdubalanceError
from edubalance.evidence import classes, shuffles, teachers
from edubalance.evidence.finding import Finding, by_shuffles
from edubalance.evidence.material import REPLICATES, Material

SECTION = ["school_id", "level"]
CAREER = (21, 60)


def more_classes_needed(material: Material) -> Finding:
    """Find whether classes within the limit of size would have to be more than there are; the value counts them."""
    found = classes.needed(material)
    if found.empty:
        return Finding(found=None, unit="classes", rests_on="count")
    more = float(found["more_classes"].sum())
    return Finding(found=more > 0, value=more, unit="classes", opposite=more == 0, rests_on="count")


def shorter_stay(material: Material, *, leaving: Sequence[str]) -> Finding:
    r"""
    Find whether the teachers of some areas leave their school sooner than the others.

    Parameters
    ----------
    material : Material
        The case.
    leaving : sequence of str
        Areas that the claim is about.

    Returns
    -------
    Finding
        How many more of 100 teachers leave within a year there than elsewhere, at equal service; p from shuffling
        areas among the sections of a level.

    Notes
    -----
    As in the log-rank test, leavers are compared with those expected: of the :math:`n_t` teachers of a level who
    have served :math:`t` years, :math:`d_t` leave, so that each is expected to leave with :math:`d_t / n_t`. The
    statistic is the mean of observed less expected in these areas, less that in the others. Whole sections are
    shuffled, because teachers of one school have a head, a road and a village in common: shuffled one by one, they
    would look like more evidence than they are.
    """
    people = teachers.spells(material).dropna(subset="area")
    rate = people.groupby(["level", "years_at_school"], observed=True)["left"].transform("mean")
    sections = _by_section(people.assign(excess=people["left"] - rate))
    inside = sections["area"].isin(list(leaving)).to_numpy().astype(np.int64)
    drawn = shuffles.within_strata(inside, _strata(sections), material.rng, REPLICATES)
    gap = shuffles.gap_of(drawn, *_columns(sections))
    return by_shuffles(gap.statistics, "greater", "percentage_points", value=100 * gap.value)


def age_clustered(material: Material, *, career: Sequence[int] = CAREER) -> Finding:
    r"""
    Find whether teachers cluster at the young and the old end of a career.

    Parameters
    ----------
    material : Material
        The case.
    career : sequence of int
        First and last age of a career, in completed years.

    Returns
    -------
    Finding
        Share of teachers in the first and the last quarter of the career, less a half, in percentage points; p from
        flipping the signs of sections.

    Raises
    ------
    EdubalanceError
        If the career has no four equal quarters of whole years.

    Notes
    -----
    Were all ages of a career equally frequent, half of the teachers would stand in its two end quarters. Then a
    section is as likely to have so many more than half there as so many fewer, and the sign of
    :math:`e_i - n_i / 2`, of the :math:`n_i` teachers of a section the :math:`e_i` at the ends, means nothing: p is
    the share of random signs that show at least as much. Teachers of one section may resemble each other. Who
    retires before the last age is missing at the old end, so that an even county shows less than a half rather
    than more.
    """
    first, last = career
    quarter, rest = divmod(last + 1 - first, 4)
    if quarter < 1 or rest:
        raise EdubalanceError(
            f"A career must have four equal quarters of whole years; {first} to {last} has {last + 1 - first} ages.",
            hint="21 to 60 are forty ages.",
        )
    people = teachers.of_year(material).dropna(subset="age")
    at_end = (people["age"] < first + quarter) | (people["age"] > last - quarter)
    means, weights = _columns(_by_section(people.assign(excess=at_end - 0.5)))
    if not weights.size:
        return Finding(found=None, unit="percentage_points", rests_on="shuffles")
    signs = shuffles.random_signs(weights.size, material)
    return by_shuffles(100 * (signs @ (means * weights)) / weights.sum(), "greater", "percentage_points")


def _by_section(people: pd.DataFrame) -> pd.DataFrame:
    """Average the excess of teachers over each section."""
    grouped = people.groupby(SECTION, observed=True, sort=False)
    return grouped.agg(area=("area", "first"), excess=("excess", "mean"), many=("excess", "size")).reset_index()


def _columns(sections: pd.DataFrame) -> tuple[shuffles.Floats, shuffles.Floats]:
    """Return mean and number of teachers of every section."""
    return sections["excess"].to_numpy(dtype=np.float64), sections["many"].to_numpy(dtype=np.float64)


def _strata(sections: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the level of every section as a code."""
    return pd.factorize(sections["level"])[0].astype(np.int64)
