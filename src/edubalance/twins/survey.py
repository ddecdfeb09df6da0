"""The questionnaires of a twin one by one, in the calibrated year: they add up to what the county table counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.codebook.survey import Group, Item
from edubalance.twins import draw
from edubalance.twins.calibrate import whole_with_total
from edubalance.twins.draw import BoolArray, FloatArray, IntArray
from edubalance.twins.spec import Spec, domain

PARENTS = "parents"
COUNTS = ("questionnaires", "valid_questionnaires", "satisfied_questionnaires")
PARENT_COUNTS = ("parent_questionnaires", "valid_parent_questionnaires", "satisfied_parent_questionnaires")
Told = Mapping[str, Any]


def table(spec: Spec, tables: Mapping[str, pd.DataFrame], *, group: str) -> pd.DataFrame:
    """
    List the questionnaires sent to one group of respondents in the calibrated year.

    Parameters
    ----------
    spec : Spec
        The specification; ``specs/_survey.yml`` says what respondents are like.
    tables : mapping of str to DataFrame
        The twin's ``schools``, ``sections`` and ``county``, without missing cells.
    group : str
        ``parents``, ``teachers``, ``pupils`` or ``managers``.

    Returns
    -------
    DataFrame
        Columns of the codebook's table of the group, one row a questionnaire: as many were sent, came back and are
        satisfied as the county table counts.

    Notes
    -----
    Answers are rounded from a sum of a mood, a construct and an item's own chance, each normal and partly shared by
    the respondents of a school. The items of a construct lie evenly to both sides of its mean, so that a construct
    whose mean is the middle of the scale is as likely to turn out above it as below.
    """
    asked = codebook.survey.load().group(group)
    told = domain("survey", spec)
    sent, returned, satisfied = counts(told, tables["county"], spec.year)[group]
    frame = _sent(spec, told, tables, asked, sent)
    mood, school = _moods(spec, told, tables, frame, group)
    back = _ranked(_chance(spec, group, "returned", sent)) < returned
    frame["returned"] = back.astype(np.int64)
    for construct in asked.constructs:
        held = _construct(spec, told, asked, construct, mood, school)
        _add_answers(spec, told, frame, asked, construct, held)
    opinion = mood + _normals(spec, group, "overall", sent) + _area_part(told, asked.id, asked.overall.id, frame)
    frame[asked.overall.id] = _overall(told, opinion, back, satisfied)
    frame.loc[~back, list(asked.item_ids)] = np.nan
    frame["comment"] = _comments(spec, told, group, back)
    return frame[list(codebook.table(asked.table).names)]


def counts(told: Told, county: pd.DataFrame, year: int) -> dict[str, tuple[int, int, int]]:
    """
    Split what the county table counts among the groups of respondents.

    Parameters
    ----------
    told : mapping
        ``others``: shares of the groups besides parents.
    county : DataFrame
        The county table.
    year : int
        The calibrated year.

    Returns
    -------
    dict of str to tuple of int
        By group: sent, returned and satisfied. Together they are the county's numbers, and so are those of parents.

    Examples
    --------
    >>> rows = dict(zip((*COUNTS, *PARENT_COUNTS), (100, 90, 80, 60, 54, 50), strict=True))
    >>> county = pd.DataFrame({"year": 2023, "variable": list(rows), "value": list(rows.values())})
    >>> counts({"others": {"teachers": 0.75, "pupils": 0.25}}, county, 2023)
    {'parents': (60, 54, 50), 'teachers': (30, 27, 23), 'pupils': (10, 9, 7)}
    """
    stated = county[county["year"] == year].set_index("variable")["value"]
    all_, parents = ([int(stated[name]) for name in names] for names in (COUNTS, PARENT_COUNTS))
    shares = np.array(list(told["others"].values()), dtype=np.float64)
    found: list[IntArray] = []
    for whole, part in zip(all_, parents, strict=True):
        found.append(whole_with_total(shares, whole - part))
        shares = found[-1].astype(np.float64)
    others = {name: tuple(int(column[place]) for column in found) for place, name in enumerate(told["others"])}
    return {PARENTS: (parents[0], parents[1], parents[2])} | {name: (a, b, c) for name, (a, b, c) in others.items()}


def _sent(spec: Spec, told: Told, tables: Mapping[str, pd.DataFrame], asked: Group, sent: int) -> pd.DataFrame:
    """Draw the sections that questionnaires go to, by the root of their size, and weigh each by what it stands for."""
    schools, sections = (tables[name][tables[name]["year"] == spec.year] for name in ("schools", "sections"))
    frame = sections.merge(schools[["school_id", "area"]], on="school_id", how="left", validate="many_to_one")
    column = told["sizes"][asked.id]
    size = np.ones(len(frame)) if column == "none" else frame[column].to_numpy(dtype=np.float64)
    share = draw.cut(np.sqrt(size) / np.sqrt(size).sum())
    order = np.argsort(_chance(spec, asked.id, "order", len(frame)), kind="stable")
    start = float(_chance(spec, asked.id, "start", 1)[0])
    passed = np.floor(draw.cut(share[order].cumsum() / share.sum() * sent + start))
    many = np.empty(len(frame), dtype=np.int64)
    many[order] = np.diff(np.minimum(passed, sent), prepend=0).astype(np.int64)
    many[order[-1]] += sent - many.sum()
    rows = np.repeat(np.arange(len(frame)), many)
    weight = np.sqrt(size)[rows]
    found = frame.loc[rows, ["year", "school_id", "level", "area"]].reset_index(drop=True)
    letter = told["letters"][asked.id]
    found["respondent_id"] = [f"{spec.prefix}-{letter}{number:04d}" for number in range(1, sent + 1)]
    found["weight"] = np.round(weight / weight.mean(), 3)
    return found


def _moods(
    spec: Spec, told: Told, tables: Mapping[str, pd.DataFrame], frame: pd.DataFrame, group: str
) -> tuple[FloatArray, IntArray]:
    """Draw everyone's general mood, and number their schools; the part of a school is the same for all groups."""
    schools = tables["schools"].loc[tables["schools"]["year"] == spec.year, "school_id"].tolist()
    number = {school: place for place, school in enumerate(schools)}
    school = np.array([number[name] for name in frame["school_id"]], dtype=np.int64)
    common = draw.normals(draw.stream(spec.seed, "survey", "schools"), len(schools))[school]
    return _mixed(told["school"], common, _normals(spec, group, "mood", len(frame))), school


def _construct(spec: Spec, told: Told, asked: Group, construct: str, mood: FloatArray, school: IntArray) -> FloatArray:
    """Draw what every respondent thinks of a construct, in standard deviations."""
    purpose = f"{asked.id} {construct}"
    common = draw.normals(draw.stream(spec.seed, "survey", purpose, "schools"), int(school.max()) + 1)[school]
    own = _mixed(told["school"], common, _normals(spec, asked.id, construct, mood.size))
    return _mixed(told["mood"], mood, own)


def _add_answers(spec: Spec, told: Told, frame: pd.DataFrame, asked: Group, construct: str, held: FloatArray) -> None:
    """Turn what respondents think of a construct into answers to its items."""
    items = asked.asked_for(construct)
    aside = np.linspace(-told["apart"], told["apart"], len(items)) if len(items) > 1 else np.zeros(1)
    mean = told["means"].get(asked.id, {}).get(construct, 0.0) + _area_part(told, asked.id, construct, frame)
    for item, offset in zip(items, aside, strict=True):
        own = _normals(spec, asked.id, item.id, held.size)
        answer = _rounded(item, mean + offset + told["spread"] * _mixed(told["construct"], held, own))
        left_out = _chance(spec, asked.id, f"{item.id} left out", held.size) < told["unanswered"]
        frame[item.id] = np.where(left_out, np.nan, answer)


def _rounded(item: Item, above: FloatArray) -> FloatArray:
    """Round to an answer of the item's scale, as it is worded."""
    scale = item.scale
    answer = np.clip(np.rint(draw.cut(scale.midpoint + above)), scale.minimum, scale.maximum)
    return scale.minimum + scale.maximum - answer if item.reversed else answer


def _overall(told: Told, opinion: FloatArray, back: BoolArray, satisfied: int) -> FloatArray:
    """Answer the overall item: so many are satisfied, those who think best of it."""
    answers = np.full(opinion.size, np.nan)
    order = np.flatnonzero(back)[np.argsort(-draw.cut(opinion)[back], kind="stable")]
    for name, places in (("satisfied", order[:satisfied]), ("unsatisfied", order[satisfied:])):
        shares = told[name]
        many = whole_with_total(np.array(list(shares.values()), dtype=np.float64), places.size)
        answers[places] = np.repeat(np.array(list(shares), dtype=np.float64), many)
    return answers


def _comments(spec: Spec, told: Told, group: str, back: BoolArray) -> list[str | None]:
    """Give each comment to one of those who came back."""
    order = np.argsort(np.where(back, _chance(spec, group, "comments", back.size), 2.0), kind="stable")
    texts = dict(zip(order.tolist(), told["comments"][group], strict=False))
    return [texts.get(place) if came else None for place, came in enumerate(back)]


def _area_part(told: Told, group: str, name: str, frame: pd.DataFrame) -> FloatArray:
    """Look up what the area of each respondent's school adds."""
    by_area = told["areas"].get(group, {}).get(name, {})
    return np.array([by_area.get(area, 0.0) for area in frame["area"]], dtype=np.float64)


def _mixed(share: float, common: FloatArray, own: FloatArray) -> FloatArray:
    """Mix two normal deviates into one of variance 1, of which the first explains a share."""
    return np.asarray(np.sqrt(share) * common + np.sqrt(1 - share) * own, dtype=np.float64)


def _normals(spec: Spec, group: str, name: str, size: int) -> FloatArray:
    """Draw a normal deviate for every respondent, from a stream of its own."""
    return draw.normals(draw.stream(spec.seed, "survey", group, name), size)


def _chance(spec: Spec, group: str, name: str, size: int) -> FloatArray:
    """Draw a number from 0 to 1 for every respondent, from a stream of its own."""
    return draw.uniforms(draw.stream(spec.seed, "survey", group, "chance", name), size)


def _ranked(chance: FloatArray) -> IntArray:
    """Rank numbers from 0 upwards."""
    return np.asarray(chance.argsort(kind="stable").argsort(kind="stable"), dtype=np.int64)


# One function a table, as `making.RECORDS` holds them.
TABLES: dict[str, Callable[[Spec, Mapping[str, pd.DataFrame]], pd.DataFrame]] = {
    group.table: partial(table, group=group.id) for group in codebook.survey.load().groups.values()
}
