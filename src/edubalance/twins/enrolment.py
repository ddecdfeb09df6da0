"""The pupils of a twin and the classes they sit in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from edubalance.standards import Standard
from edubalance.twins import draw
from edubalance.twins.calibrate import share_of_whole, whole_with_total
from edubalance.twins.draw import BoolArray, IntArray
from edubalance.twins.parts import LEVELS
from edubalance.twins.published import Margins
from edubalance.twins.spec import Spec

REACH = 60

Totals = dict[tuple[int, str, str], int]


@dataclass(frozen=True)
class Enrolment:
    """
    Pupils of all years, and the totals of teachers that go with published ratios.

    Attributes
    ----------
    sections : DataFrame
        One row a section and year that is open: year, school_id, level, pupils, `row` of its school, `place` in `base`.
    base : DataFrame
        One row a section that ever exists: pupils in the calibrated year, counted on where it is closed by then.
    totals : dict
        Teachers, and those with a bachelor's degree or more, by year and level; years without a published ratio keep
        the ratio of the year that has one.
    """

    sections: pd.DataFrame
    base: pd.DataFrame
    totals: Totals

    def rows(self, year: int) -> pd.DataFrame:
        """Return the sections of one year, numbered from zero."""
        return self.sections[self.sections["year"] == year].reset_index(drop=True)


def enrol(spec: Spec, schools: pd.DataFrame, standard: Standard, margins: Margins) -> Enrolment:
    """
    Draw the pupils of every section and year.

    Parameters
    ----------
    spec : Spec
        The specification.
    schools : DataFrame
        As `layout.schools` makes it.
    standard : Standard
        Says which sections count for a published total.
    margins : dict
        Published figures to be met.

    Returns
    -------
    Enrolment
        Pupils and totals.
    """
    base = _base(spec, schools, standard, margins)
    totals: Totals = {}
    years = []
    for year in spec.years:
        pupils = _moved(spec, schools, base, year, standard)
        rows = base.assign(year=year, pupils=pupils, place=np.arange(len(base)))[is_open(schools, year)[base["row"]]]
        years.append(_with_ratio(rows, year, margins, totals))
    sections = pd.concat(years, ignore_index=True)
    return Enrolment(sections[["year", "school_id", "level", "pupils", "row", "place"]], base, totals)


def is_open(schools: pd.DataFrame, year: int) -> BoolArray:
    """Tell for each school whether it is open in a year."""
    opened, closed = schools["opened"].to_numpy(), schools["closed"].to_numpy()
    return np.asarray((opened <= year) & ((closed == 0) | (closed >= year)), dtype=np.bool_)


def in_scope(sections: pd.DataFrame, schools: pd.DataFrame, standard: Standard) -> BoolArray:
    """Tell for each section whether the standard judges it."""
    of = schools.iloc[sections["row"]]
    least = standard.scope.teaching_point_min_pupils or 0
    small = (of["type"].to_numpy() == "teaching_point") & (sections["pupils"].to_numpy() < least)
    known = of["type"].isin(standard.scope.types) & of["founder"].isin(standard.scope.founders)
    return np.asarray(known.to_numpy() & ~small, dtype=np.bool_)


def _base(spec: Spec, schools: pd.DataFrame, standard: Standard, margins: Margins) -> pd.DataFrame:
    """Round the pupils of the calibrated year, with the published total where there is one."""
    parts = []
    for level in LEVELS:
        taught = np.flatnonzero(schools[level].to_numpy() > 0)
        drawn = schools[level].to_numpy()[taught]
        frame = pd.DataFrame({"school_id": schools["school_id"].to_numpy()[taught], "level": level, "row": taught})
        frame["pupils"] = np.maximum(np.round(drawn), 1).astype(np.int64)
        figure = margins.get((spec.year, level, "pupils", "total"))
        if figure is not None:
            counted = in_scope(frame, schools, standard) & is_open(schools, spec.year)[taught]
            points = (schools["type"].to_numpy() == "teaching_point")[taught]
            free = counted & ~points
            rest = round(figure.value) - int(frame["pupils"].to_numpy()[counted & points].sum())
            cap = spec.pupils.cap.get(level, round(figure.value))
            frame.loc[free, "pupils"] = whole_with_total(drawn[free], rest, low=60, high=np.full(free.sum(), cap))
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def _moved(spec: Spec, schools: pd.DataFrame, base: pd.DataFrame, year: int, standard: Standard) -> IntArray:
    """Move the pupils of the calibrated year to another year by growth and noise."""
    pupils = base["pupils"].to_numpy()
    if year == spec.year:
        return pupils
    of = schools.iloc[base["row"]]
    growth = of["area"].map(lambda area: spec.pupils.growth.get(area, 0.0)).to_numpy(dtype=float)
    private = (of["founder"] == "private").to_numpy()
    growth = np.where(private, spec.pupils.growth.get("private", 0.0), growth)
    noise = draw.factors(draw.stream(spec.seed, "pupils", year), pupils.astype(float), spec.pupils.noise)
    moved = np.round(pupils * (1 + growth) ** (year - spec.year) * noise).astype(np.int64)
    points = (of["type"] == "teaching_point").to_numpy()
    return np.maximum(_same_side(moved, pupils, points, standard.scope.teaching_point_min_pupils or 0), 1)


def _same_side(moved: IntArray, pupils: IntArray, points: BoolArray, least: int) -> IntArray:
    """Keep teaching points on their side of the limit of the scope; they would come and go in it otherwise."""
    kept = np.where(pupils >= least, np.maximum(moved, least), np.minimum(moved, least - 1))
    return np.where(points, kept, moved)


def _with_ratio(rows: pd.DataFrame, year: int, margins: Margins, totals: Totals) -> pd.DataFrame:
    """Fix the teachers that a published ratio and shares need together, and bend the pupils to the ratio."""
    for level in LEVELS:
        ratios = [figure for key, figure in margins.items() if key[1:] == (level, "pupil_teacher_ratio", "ratio")]
        if not ratios:
            continue
        own = (rows["level"] == level).to_numpy()
        pupils = rows["pupils"].to_numpy()[own]
        teachers = round(pupils.sum() / ratios[0].value)
        bachelor = margins.get((year, level, "teachers_bachelor_or_above", "share"))
        if bachelor is not None:
            part, teachers = share_of_whole(bachelor.value, bachelor.decimals, teachers, reach=REACH)
            totals[year, level, "bachelor_or_above"] = part
        totals[year, level, "teachers"] = teachers
        ratio = margins.get((year, level, "pupil_teacher_ratio", "ratio"))
        if ratio is not None:
            total = int(np.clip(pupils.sum(), np.ceil(ratio.low * teachers), np.floor(ratio.high * teachers)))
            rows.loc[own, "pupils"] = whole_with_total(pupils.astype(float), total, low=1)
    return rows
