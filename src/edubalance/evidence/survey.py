"""The survey: who was asked and came back, what was left out, what was answered, and who is satisfied."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.assessment import rule_date
from edubalance.codebook.survey import OVERALL, Group, Questionnaire
from edubalance.evidence.material import Material
from edubalance.measures import shares, uncertainty

ALL = "all"
# What the county reports of a survey, beside what its questionnaires add up to.
REPORTED = {
    ALL: ("questionnaires", "valid_questionnaires", "satisfied_questionnaires"),
    "parents": ("parent_questionnaires", "valid_parent_questionnaires", "satisfied_parent_questionnaires"),
}
CONDITION = "social_recognition"


def questionnaire() -> Questionnaire:
    """Return the questionnaire that the tables of answers follow."""
    return codebook.survey.load()


def sent(material: Material, group: str) -> pd.DataFrame:
    """
    Return the questionnaires of one group in the year that the notebook tells of, with what is known of the school.

    Parameters
    ----------
    material : Material
        The case.
    group : str
        ``parents``, ``teachers``, ``pupils`` or ``managers``.

    Returns
    -------
    DataFrame
        One row a questionnaire, returned or not: the columns of the table, ``area``, ``founder`` and ``type`` of the
        school, and ``weight``, which is 1 where the table has no weights. No rows where there is no survey.
    """
    answers: pd.DataFrame = getattr(material.tables, questionnaire().group(group).table)
    answers = answers.loc[answers["year"] == material.year]
    places = material.tables.schools[["year", "school_id", "county", "area", "founder", "type"]]
    frame = answers.merge(places, on=["year", "school_id"], how="left", validate="many_to_one")
    weight = pd.Series(1.0, index=frame.index) if frame["weight"].isna().all() else frame["weight"]
    return frame.assign(weight=weight, group=pd.Series(group, index=frame.index, dtype="string"))


def returned(material: Material, group: str) -> pd.DataFrame:
    """Return the questionnaires of one group that came back, as `sent` lays them out."""
    frame = sent(material, group)
    return frame.loc[frame["returned"] == 1].reset_index(drop=True)


def returns(material: Material, by: Sequence[str] = ()) -> pd.DataFrame:
    """
    Count the questionnaires that were sent and that came back.

    Parameters
    ----------
    material : Material
        The case.
    by : sequence of str
        Columns that tell parts of each group apart, such as ``area`` or ``level``.

    Returns
    -------
    DataFrame
        One row a group of respondents (and ``all`` of them, unless parts are told apart): ``sent``, ``returned``,
        ``share`` (percent) with ``low`` and ``high`` (Wilson), ``reported_sent`` and ``reported_returned``, which the
        county reports; NaN where it does not.
    """
    frames = [sent(material, group) for group in questionnaire().groups]
    everyone = pd.concat([frame[["group", "returned", *by]] for frame in frames], ignore_index=True)
    if not by:
        everyone = pd.concat([everyone, everyone.assign(group=ALL)], ignore_index=True)
    names = ["group", *by, "sent", "returned", "share", "low", "high"]
    counted = everyone.groupby(["group", *by], observed=True, sort=False)["returned"].agg(["size", "sum"])
    rows = [(*_key(key), *_rate(int(row["size"]), int(row["sum"]))) for key, row in counted.iterrows()]
    found = pd.DataFrame(rows, columns=names)
    stated = [_reported(material, str(group)) if not by else {} for group in found["group"]]
    for place, name in enumerate(("reported_sent", "reported_returned")):
        found[name] = [numbers.get(place, np.nan) for numbers in stated]
    return found


def _key(key: object) -> tuple[object, ...]:
    """Return a group's key as a tuple."""
    return key if isinstance(key, tuple) else (key,)


def _rate(asked: int, back: int) -> tuple[int, int, float, float, float]:
    """Return counts, rate and interval in percent."""
    interval = uncertainty.wilson(back, asked)
    return asked, back, 100 * interval.estimate, 100 * interval.low, 100 * interval.high


def _reported(material: Material, group: str) -> dict[int, float]:
    """Return what the county reports of a group: sent, returned, satisfied."""
    county = material.tables.county
    stated = county.loc[county["year"] == material.year].groupby("variable")["value"].sum(min_count=1)
    return {place: float(stated.get(name, np.nan)) for place, name in enumerate(REPORTED.get(group, ()))}


def left_out(material: Material) -> pd.DataFrame:
    """
    Count the answers left out of questionnaires that came back, item by item.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a group and item: ``construct``, ``returned``, ``answered``, ``missing``, ``share`` (percent missing).
    """
    rows = []
    for group in questionnaire().groups.values():
        frame = returned(material, group.id)
        for item in group.items if len(frame) else ():
            gaps = int(frame[item.id].isna().sum())
            rows.append(
                (group.id, item.id, item.construct, len(frame), len(frame) - gaps, gaps, 100 * gaps / len(frame))
            )
    names = ["group", "item", "construct", "returned", "answered", "missing", "share"]
    return pd.DataFrame(rows, columns=names)


def answers(material: Material, group: str, constructs: Sequence[str] = ()) -> pd.DataFrame:
    """
    Count how often each answer was given to each item.

    Parameters
    ----------
    material : Material
        The case.
    group : str
        Group of respondents.
    constructs : sequence of str
        Which constructs; all, and the overall item, unless named.

    Returns
    -------
    DataFrame
        One row an item and answer of its scale: ``group``, ``item``, ``construct``, ``scale``, ``reversed``,
        ``answer`` as given, ``count``, ``share`` (percent of those who answered the item, weighted), ``answered``,
        ``missing`` (who returned the questionnaire without it).
    """
    asked, frame = questionnaire().group(group), returned(material, group)
    rows = []
    for item in asked.items if len(frame) else ():
        if constructs and item.construct not in constructs:
            continue
        known = frame.loc[frame[item.id].notna()]
        whole = float(known["weight"].sum())
        for answer in range(item.scale.minimum, item.scale.maximum + 1):
            given = known.loc[known[item.id] == answer, "weight"]
            share = 100 * float(given.sum()) / whole if whole else np.nan
            fixed = (group, item.id, item.construct, item.scale.id, item.reversed)
            rows.append((*fixed, answer, len(given), share, len(known), len(frame) - len(known)))
    names = ["group", "item", "construct", "scale", "reversed", "answer", "count", "share", "answered", "missing"]
    return pd.DataFrame(rows, columns=names)


def satisfied(frame: pd.DataFrame, group: Group) -> pd.Series:
    """
    Mark who is satisfied by the overall item.

    Parameters
    ----------
    frame : DataFrame
        Questionnaires of the group.
    group : Group
        Its overall item says from which answer on one is satisfied.

    Returns
    -------
    Series of float
        1 or 0; NaN where the overall item was not answered.
    """
    item = group.overall
    start = np.inf if item.scale.satisfied_from is None else float(item.scale.satisfied_from)
    return (frame[item.id] >= start).astype("float64").where(frame[item.id].notna())


def satisfaction(material: Material, by: Sequence[str] = (), *, condition: str = CONDITION) -> pd.DataFrame:
    """
    Estimate the share of the satisfied, group by group, beside the bar of the standard.

    Parameters
    ----------
    material : Material
        The case.
    by : sequence of str
        Columns that tell parts of each group apart, such as ``area``.
    condition : str
        Condition of the standard that sets the bar.

    Returns
    -------
    DataFrame
        One row a group of respondents (and ``all``, unless parts are told apart). Of those who answered the overall
        item: ``n``, ``satisfied``, ``plain`` (percent, all counted alike, as the county reports), ``value`` (percent,
        weighted) with ``low`` and ``high`` (Wilson, by the ``effective`` number of respondents), ``missing`` (returned
        without the overall item), ``worst`` and ``best`` (percent, were none or all of those satisfied who were asked
        and did not say), ``reported`` (satisfied as the county reports), ``threshold``.

    Notes
    -----
    Weights are scaled to a mean of 1 within each group, so that groups count by the numbers asked of each.
    """
    groups = questionnaire().groups
    frames = [_marked(material, group) for group in groups.values()]
    everyone = pd.concat([frame[["group", "school_id", "weight", "returned", "yes", *by]] for frame in frames])
    if not by:
        everyone = pd.concat([everyone, everyone.assign(group=ALL)])
    threshold = material.standard.value_on(condition, rule_date(material.year))
    fixed = partial(dict[str, float | str])
    rows = []
    for key, part in everyone.groupby(["group", *by], observed=True, sort=False):
        known = dict(zip(["group", *by], map(str, _key(key)), strict=True))
        reported = _reported(material, known["group"]).get(2, np.nan) if not by else np.nan
        rows.append(fixed(known) | _share(part) | {"reported": reported, "threshold": threshold})
    counts = ["n", "satisfied", "plain", "value", "low", "high", "effective", "missing", "worst", "best"]
    return pd.DataFrame(rows, columns=["group", *by, *counts, "reported", "threshold"])


def _marked(material: Material, group: Group) -> pd.DataFrame:
    """Mark the satisfied of one group and scale its weights to a mean of 1."""
    frame = sent(material, group.id)
    return frame.assign(yes=satisfied(frame, group), weight=frame["weight"] / frame["weight"].mean())


def _share(part: pd.DataFrame) -> dict[str, float]:
    """Estimate the share of the satisfied in one part of the respondents, in percent."""
    known = part.loc[part["yes"].notna()]
    missing = int((part["returned"] == 1).sum()) - len(known)
    found: dict[str, float] = {"n": len(known), "missing": missing}
    if known.empty:
        return found
    schools = known["school_id"].tolist() if len(known["school_id"].unique()) > 1 else None
    share = shares.weighted_share(known["yes"], known["weight"], schools)
    bounds = shares.nonresponse_bounds(part["yes"] == 1, part["yes"].notna(), part["weight"])
    percent = {"plain": known["yes"].mean(), "value": share.estimate, "low": share.low, "high": share.high}
    percent |= {"worst": bounds.low, "best": bounds.high}
    found |= {name: 100 * float(number) for name, number in percent.items()}
    return found | {"satisfied": int(known["yes"].sum()), "effective": share.effective}


def comments(material: Material) -> pd.DataFrame:
    """Return what respondents wrote besides: ``group``, ``school_id``, ``level``, ``area``, ``comment``."""
    frames = [returned(material, group).dropna(subset="comment") for group in questionnaire().groups]
    return pd.concat(frames, ignore_index=True)[["group", "school_id", "level", "area", "comment"]]


__all__ = [
    "ALL",
    "OVERALL",
    "answers",
    "comments",
    "left_out",
    "questionnaire",
    "returned",
    "returns",
    "satisfaction",
    "satisfied",
    "sent",
]
