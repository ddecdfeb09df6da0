"""The teachers of a twin one by one, in the calibrated year: they add up to what sections and county state."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.twins import draw
from edubalance.twins.calibrate import whole_with_total
from edubalance.twins.draw import BoolArray, FloatArray, IntArray
from edubalance.twins.parts import AREAS
from edubalance.twins.people import SUBJECTS
from edubalance.twins.spec import Spec

DEGREES = ("teachers_doctor", "teachers_master", "teachers_bachelor", "teachers_junior_college")
# Subjects that the sections do not count, in the proportions of an ordinary timetable.
OTHERS = {
    "primary": {"chinese": 0.36, "mathematics": 0.28, "english": 0.14, "science": 0.1, "other": 0.12},
    "junior": {"chinese": 0.2, "mathematics": 0.2, "english": 0.2, "science": 0.24, "other": 0.16},
}
# A career of forty years, so that its quarters are whole.
FIRST, LAST = 21, 60
QUARTER = (LAST + 1 - FIRST) // 4
WITH_HOURS = "teachers_with_360_hours"
HOURS = int("".join(re.findall(r"\d+", WITH_HOURS)))
# How loosely degrees and titles follow age: years of noise to either side.
LOOSE = 25.0
SENIOR_SHARE = 0.3
# Teachers in their first years leave more often than the others; the mean over a career is about 1.
EARLY, EARLY_TIMES, LATER_TIMES = 5, 1.5, 0.8


def table(spec: Spec, schools: pd.DataFrame, sections: pd.DataFrame, county: pd.DataFrame) -> pd.DataFrame:
    """
    List the teachers of the calibrated year.

    Parameters
    ----------
    spec : Spec
        The specification; its `roster` says what teachers are like by area.
    schools, sections : DataFrame
        The twin's tables without missing cells.
    county : DataFrame
        Its county table: as many teachers have trained, are certified and have rotated as it reports.

    Returns
    -------
    DataFrame
        Columns of the codebook's table ``teachers``, one row a teacher.
    """
    here = sections[sections["year"] == spec.year].merge(schools.drop(columns="year")[schools["year"] == spec.year])
    rows = here.loc[here.index.repeat(here["teachers"])].reset_index(drop=True)
    stated = county[county["year"] == spec.year].dropna(subset="value")
    reported = {str(name): float(value) for name, value in zip(stated["variable"], stated["value"], strict=True)}
    frame = rows[["year", "school_id", "level"]].copy()
    frame["teacher_id"] = [f"{spec.prefix}-{number:05d}" for number in range(1, len(rows) + 1)]
    frame["age"] = _ages(spec, rows)
    for name, codes in (("subject", _subjects), ("qualification", _qualifications), ("title", _titles)):
        frame[name] = _by_section(spec, name, rows, frame["age"], codes)
    frame["backbone"] = _backbone(spec, rows)
    _add_reported(spec, frame, rows, reported)
    _add_service(spec, frame, rows)
    return frame[[column.name for column in codebook.table("teachers").columns]]


def _draws(spec: Spec, name: str, size: int) -> FloatArray:
    """Draw a number from 0 to 1 for every teacher, from a stream of its own."""
    return draw.uniforms(draw.stream(spec.seed, "roster", name), size)


def _by_area(shares: Mapping[str, float], rows: pd.DataFrame, otherwise: float = 0.0) -> FloatArray:
    """Look a share up by the area of each teacher's school."""
    by_area = {area: shares.get(area, otherwise) for area in AREAS}
    return np.array([by_area[area] for area in rows["area"]], dtype=np.float64)


def _ages(spec: Spec, rows: pd.DataFrame) -> IntArray:
    """Draw ages evenly over a career, and move some to its ends."""
    even, moves, side = (_draws(spec, name, len(rows)) for name in ("age", "age moves", "age side"))
    to_end = moves < _by_area(spec.roster.ends, rows)
    old = side < _by_area(spec.roster.old, rows, otherwise=0.5)
    length = np.where(to_end, QUARTER, 4 * QUARTER)
    start = np.where(to_end & old, LAST + 1 - QUARTER, FIRST)
    return np.asarray(np.minimum(start + np.floor(even * length), LAST), dtype=np.int64)


def _by_section(
    spec: Spec, name: str, rows: pd.DataFrame, ages: pd.Series, codes: Callable[[pd.Series], list[str]]
) -> list[str]:
    """Deal the codes of each section out among its teachers, youngest first but for the noise."""
    noise = LOOSE * (2 * _draws(spec, name, len(rows)) - 1)
    by_age = np.zeros(len(rows)) if name == "subject" else ages.to_numpy(dtype=np.float64)
    dealt = np.empty(len(rows), dtype=object)
    for places in rows.groupby(["school_id", "level"], sort=False).indices.values():
        order = places[np.argsort((by_age + noise)[places], kind="stable")]
        dealt[order] = codes(rows.iloc[places[0]])
    return [str(code) for code in dealt]


def _subjects(section: pd.Series) -> list[str]:
    """Return the subjects of a section's teachers."""
    counted = {name.removesuffix("_teachers"): int(section[name]) for name in SUBJECTS}
    shares = OTHERS[section["level"]]
    rest = whole_with_total(np.array(list(shares.values())), int(section["teachers"]) - sum(counted.values()))
    return _listed(counted | {name: int(many) for name, many in zip(shares, rest, strict=True)})


def _qualifications(section: pd.Series) -> list[str]:
    """Return the highest degrees of a section's teachers, the highest first: the young hold them more often."""
    counted = {name.removeprefix("teachers_"): int(section[name]) for name in DEGREES}
    return _listed(counted | {"below_junior_college": int(section["teachers"]) - sum(counted.values())})


def _titles(section: pd.Series) -> list[str]:
    """Return the titles of a section's teachers, the lowest first: the old hold high ones more often."""
    high = int(section["teachers_mid_or_higher_title"])
    low = int(section["teachers"]) - high
    senior = int(SENIOR_SHARE * high)
    return _listed({"none": low // 5, "junior": low - low // 5, "middle": high - senior, "senior": senior})


def _listed(counted: Mapping[str, int]) -> list[str]:
    """Write each code as often as it is counted."""
    return [code for code, many in counted.items() for _ in range(many)]


def _backbone(spec: Spec, rows: pd.DataFrame) -> IntArray:
    """Mark as many backbone teachers of each section as it counts."""
    chance = pd.Series(_draws(spec, "backbone", len(rows)))
    rank = chance.groupby([rows["school_id"], rows["level"]]).rank(method="first")
    return np.asarray(rank.to_numpy() <= rows["backbone_teachers"].to_numpy(), dtype=np.int64)


def _add_reported(spec: Spec, frame: pd.DataFrame, rows: pd.DataFrame, reported: Mapping[str, float]) -> None:
    """Mark as many certified, trained and rotated teachers as the county reports."""
    everyone = np.ones(len(rows), dtype=np.bool_)
    public, backbone = (rows["founder"] != "private").to_numpy(), frame["backbone"].to_numpy() == 1
    certified = _chosen(spec, "certificate", everyone, reported["certified_fulltime_teachers"])
    trained = _chosen(spec, "training", everyone, reported[WITH_HOURS])
    hours = _draws(spec, "hours", len(rows))
    leading = reported["rotated_backbone_teachers"]
    rotated = _chosen(spec, "rotated backbone", public & backbone, leading)
    rotated |= _chosen(spec, "rotated", public & ~backbone, reported["rotated_teachers"] - leading)
    frame["certificate"] = certified.astype(np.int64)
    frame["training_hours_5y"] = np.where(trained, HOURS + np.floor(120 * hours), HOURS - 1 - np.floor(160 * hours))
    frame["rotated_in"] = rotated.astype(np.int64)


def _chosen(spec: Spec, name: str, among: BoolArray, number: float) -> BoolArray:
    """Choose so many teachers at random among some."""
    order = np.argsort(np.where(among, _draws(spec, name, among.size), 2.0), kind="stable")
    chosen = np.zeros(among.size, dtype=np.bool_)
    chosen[order[: min(int(number), int(among.sum()))]] = True
    return chosen


def _add_service(spec: Spec, frame: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Draw how long each teacher has served at the school, and who leaves it within the year."""
    leaving = _by_area(spec.roster.leaving, rows)
    served = np.floor(draw.cut(-np.log(1 - _draws(spec, "service", len(rows)) * 0.999999) / leaving))
    served = np.where(frame["rotated_in"] == 1, 0, np.minimum(served, frame["age"] - FIRST))
    times = np.where(served < EARLY, EARLY_TIMES, LATER_TIMES)
    frame["years_at_school"] = served.astype(np.int64)
    frame["left"] = (_draws(spec, "left", len(rows)) < leaving * times).astype(np.int64)
