"""Differences between groups of respondents: how large, how sure, and how many were looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from edubalance import codebook
from edubalance.codebook.survey import OVERALL
from edubalance.errors import EdubalanceError, MeasureError
from edubalance.evidence import survey
from edubalance.evidence.material import Material
from edubalance.evidence.survey_scales import LEAST, scores
from edubalance.measures import cluster_effects, clusters, multiplicity

ROLE = "role"
BY = ("area", "level", "founder", ROLE)
NAMES = [
    "by", "group", "construct", "first", "second", "n_first", "n_second", "missing", "schools", "difference", "low",
    "high", "p", "freedom", "holm", "benjamini_hochberg", "g", "g_low", "g_high", "delta", "delta_low", "delta_high",
    "method", "reason",
]  # fmt: skip


class _Pair(NamedTuple):
    """One comparison: who is compared on what, and the scores of both."""

    group: str
    construct: str
    first: str
    second: str
    frame: pd.DataFrame
    label: str


def differences(
    material: Material,
    by: str = "area",
    *,
    groups: Sequence[str] = (),
    constructs: Sequence[str] = (),
    least: float = LEAST,
) -> pd.DataFrame:
    """
    Compare the scores of every two parts of each group of respondents, on every construct.

    Parameters
    ----------
    material : Material
        The case.
    by : {"area", "level", "founder", "role"}
        What tells the parts apart; ``role`` compares the groups of respondents with each other on constructs that
        both are asked for.
    groups, constructs : sequence of str
        Which groups of respondents and constructs are looked at; all unless named. Choose them before looking at the
        outcome: the adjusted p-values count the comparisons of this frame alone.
    least : float
        Share of the items that must be answered for a score.

    Returns
    -------
    DataFrame
        One row a group, construct and pair: ``n_first``, ``n_second`` (scored), ``missing`` (returned and not scored),
        ``schools``; ``difference`` of the weighted means (points of the scale) with ``low``, ``high`` and ``p``, which
        know that schoolmates answer alike (CR2), and their ``freedom`` (degrees; below 4 they are not to be relied
        on); ``holm`` and ``benjamini_hochberg`` (p adjusted for all comparisons of the
        frame); Hedges' ``g`` and Cliff's ``delta`` with bounds, and their ``method`` (``jackknife``, or
        ``leave-one-out``: of few schools no interval but the range without any one school);
        ``reason`` where nothing could be computed.

    Raises
    ------
    EdubalanceError
        If `by` is not one of these.
    """
    if by not in BY:
        raise EdubalanceError(f"Respondents are told apart by one of {', '.join(BY)}; got {by!r}.")
    asked = list(groups) or list(survey.questionnaire().groups)
    scored = {group: scores(material, group, least=least) for group in asked}
    frames = {group: frame for group, frame in scored.items() if len(frame)}
    found = _across(frames) if by == ROLE else _within(frames, by, material)
    pairs = [pair for pair in found if not constructs or pair.construct in constructs]
    rows = [{"by": by, **_compared(pair)} for pair in pairs]
    frame = pd.DataFrame(rows, columns=NAMES)
    tested = frame["p"].notna()
    for name, adjust in (("holm", multiplicity.holm), ("benjamini_hochberg", multiplicity.benjamini_hochberg)):
        if tested.any():
            frame.loc[tested, name] = adjust(frame.loc[tested, "p"])
    return frame


def _within(frames: dict[str, pd.DataFrame], by: str, material: Material) -> Iterator[_Pair]:
    """Pair the parts of each group of respondents, in the codebook's order."""
    for group, frame in frames.items():
        told = frame.merge(_places(material), on="school_id") if by not in frame else frame
        parts = [code for code in _order(by) if (told[by] == code).any()]
        for construct in (OVERALL, *survey.questionnaire().group(group).constructs):
            for first, second in combinations(parts, 2):
                yield _Pair(group, construct, first, second, told[told[by].isin([first, second])], by)


def _across(frames: dict[str, pd.DataFrame]) -> Iterator[_Pair]:
    """Pair the groups of respondents on what both are asked for."""
    for first, second in combinations(frames, 2):
        both = [str(name) for name in frames[first] if name in frames[second]]
        shared = survey.questionnaire().constructs
        for construct in (name for name in both if name in shared):
            columns = ["group", "school_id", "weight", construct]
            frame = pd.concat([frames[first][columns], frames[second][columns]], ignore_index=True)
            yield _Pair("", construct, first, second, frame, "group")


def _places(material: Material) -> pd.DataFrame:
    """Return what is known of every school of the year besides its area."""
    schools = material.tables.schools
    return schools.loc[schools["year"] == material.year, ["school_id", "founder"]]


def _order(by: str) -> list[str]:
    """Return the codes of a column in the codebook's order."""
    return list(codebook.codes(by))


def _compared(pair: _Pair) -> dict[str, object]:
    """Compare the two parts of a pair; say why where that is not possible."""
    known = pair.frame.dropna(subset=pair.construct)
    inside = (known[pair.label] == pair.first).to_numpy(dtype=bool)
    found: dict[str, object] = {
        "group": pair.group, "construct": pair.construct, "first": pair.first, "second": pair.second,
        "n_first": int(inside.sum()), "n_second": int((~inside).sum()), "missing": len(pair.frame) - len(known),
        "schools": len(known["school_id"].unique()), "reason": "",
    }  # fmt: skip
    if known.empty:
        return found | {"reason": "nobody answered"}
    columns = known[pair.construct], inside, known["school_id"].tolist(), known["weight"]
    try:
        gap = clusters.clustered_difference(*columns)
        effects = cluster_effects.clustered_effects(*columns)
    except MeasureError as error:
        return found | {"reason": error.what}
    found |= {"difference": gap.estimate, "low": gap.low, "high": gap.high, "p": gap.p, "freedom": gap.freedom}
    found |= {"method": effects.g.method}
    for name, effect in (("g", effects.g), ("delta", effects.delta)):
        found |= {name: effect.estimate, f"{name}_low": effect.low, f"{name}_high": effect.high}
    return found
