"""Trials that look at the answers to the survey; a case without a survey cannot decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.errors import EdubalanceError, MeasureError
from edubalance.evidence import shuffles, survey
from edubalance.evidence.finding import Finding, by_shuffles
from edubalance.evidence.material import REPLICATES, Material
from edubalance.evidence.survey_scales import LEAST, score
from edubalance.measures import clusters
from edubalance.measures.uncertainty import Interval

UNIT = "points_of_scale"
RESTS_ON = "shuffles_schools"


def rated_below_midpoint(
    material: Material, *, groups: Sequence[str], constructs: Sequence[str], least: float = LEAST
) -> Finding:
    r"""
    Find whether groups of respondents rate constructs below the middle of the scale.

    Parameters
    ----------
    material : Material
        The case.
    groups : sequence of str
        Groups of respondents; each counts alike, however many were asked.
    constructs : sequence of str
        Constructs; every group must be asked for one of them at least.
    least : float
        Share of a construct's items that must be answered for a score.

    Returns
    -------
    Finding
        Mean score less the middle of the scale, in points, with its interval; p from flipping the signs of schools.
        Undecided where one of the groups has no answers.

    Raises
    ------
    EdubalanceError
        If a group is not asked for any of the constructs.

    Notes
    -----
    A respondent's score is the mean over the constructs asked for, less the midpoint. With weights :math:`w_i` and
    :math:`W_g = \sum_{i \in g} w_i`, school c contributes :math:`t_c = \sum_g \sum_{i \in g, c} w_i x_i / (G W_g)`, and
    the statistic is :math:`\sum_c t_c`. Were scores as likely to lie above the middle as below, the sign of each
    school's :math:`t_c` would mean nothing: p is the share of random signs that show at least as little. Whole schools
    are flipped, managers and teachers together, since they share what they rate.
    """
    parts = {group: _aside(material, group, constructs, least) for group in groups}
    silent = [group for group, part in parts.items() if part.empty]
    if silent:
        return _undecided(*silent)
    frame = pd.concat([part.assign(part=part["weight"] / part["weight"].sum() / len(parts)) for part in parts.values()])
    totals = (frame["aside"] * frame["part"]).groupby(frame["school_id"]).sum().to_numpy(dtype=np.float64)
    signs = shuffles.random_signs(totals.size, material)
    return _with_interval(by_shuffles(signs @ totals, "less", UNIT), clusters.clustered_mean, frame, frame["part"])


def reported_less(
    material: Material, *, group: str, construct: str, areas: Sequence[str], least: float = LEAST
) -> Finding:
    """
    Find whether respondents of some areas report less of a construct than the others.

    Parameters
    ----------
    material : Material
        The case.
    group : str
        Group of respondents.
    construct : str
        What they report.
    areas : sequence of str
        Areas that the claim is about.
    least : float
        Share of the construct's items that must be answered for a score.

    Returns
    -------
    Finding
        Mean score there less that of the others, in points, with its interval; p from shuffling areas among the
        schools that teach the same levels. Undecided where all respondents are of one kind of area.
    """
    frame = _aside(material, group, (construct,), least)
    if frame.empty:
        return _undecided(group)
    grouped = frame.assign(product=frame["aside"] * frame["weight"]).groupby("school_id", sort=False)
    schools = grouped.agg(area=("area", "first"), product=("product", "sum"), weight=("weight", "sum"))
    inside = schools["area"].isin(list(areas)).to_numpy().astype(np.int64)
    if inside.all() or not inside.any():
        return Finding(found=None, unit=UNIT, rests_on=RESTS_ON)
    drawn = shuffles.within_strata(inside, _levels(material, schools.index), material.rng, REPLICATES)
    values = (schools["product"] / schools["weight"]).to_numpy(dtype=np.float64)
    gap = shuffles.gap_of(drawn, values, schools["weight"].to_numpy(dtype=np.float64))
    found = by_shuffles(gap.statistics, "less", UNIT, value=gap.value)
    compare = partial(clusters.clustered_difference, inside=frame["area"].isin(list(areas)).to_numpy(dtype=bool))
    return _with_interval(found, compare, frame, frame["weight"])


def _undecided(*groups: str) -> Finding:
    """Say which answers there are none of."""
    tables = tuple(f"{survey.questionnaire().group(group).table}.csv" for group in groups)
    return Finding(found=None, unit=UNIT, rests_on=RESTS_ON, lacks=tables)


def _with_interval(
    found: Finding, estimate: Callable[..., Interval], frame: pd.DataFrame, weight: pd.Series
) -> Finding:
    """Add the interval that knows that schoolmates answer alike; none where there are too few schools."""
    try:
        interval = estimate(frame["aside"], clusters=frame["school_id"].tolist(), weights=weight)
    except MeasureError:
        return replace(found, rests_on=RESTS_ON)
    return replace(found, low=interval.low, high=interval.high, rests_on=RESTS_ON)


def _aside(material: Material, group: str, constructs: Sequence[str], least: float) -> pd.DataFrame:
    """Return how far every respondent who has a score stands from the middle of the scale."""
    asked = survey.questionnaire().group(group)
    named = [asked.asked_for(construct) for construct in constructs if asked.asked_for(construct)]
    if not named:
        raise EdubalanceError(
            f"The {asked.en} are asked for none of {', '.join(constructs)}.",
            hint=f"They are asked for {', '.join(asked.constructs)}.",
        )
    frame = survey.returned(material, group)
    scored = [score(frame, items, least=least) - items[0].scale.midpoint for items in named]
    aside = pd.DataFrame(np.column_stack(scored), index=frame.index).mean(axis=1)
    return frame[["school_id", "area", "weight"]].assign(aside=aside).dropna(subset="aside")


def _levels(material: Material, schools: pd.Index) -> npt.NDArray[np.int64]:
    """Number what the schools teach: those of one stratum have the same levels."""
    sections = material.tables.sections
    here = sections.loc[sections["year"] == material.year].groupby("school_id")["level"]
    taught = here.agg(lambda levels: " ".join(sorted(levels))).reindex(schools)
    return np.asarray(pd.factorize(taught)[0], dtype=np.int64)
