"""Teachers of each section and year: numbers, degrees, titles, subjects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from edubalance.twins import draw
from edubalance.twins.calibrate import whole_with_total
from edubalance.twins.draw import FloatArray, IntArray
from edubalance.twins.enrolment import Totals
from edubalance.twins.parts import LEVELS
from edubalance.twins.published import Margins
from edubalance.twins.rates import SMALL_SCHOOL, Pattern
from edubalance.twins.years import moved

FLOOR = "school_floor_share"
# Exceptions lie between these shares of the way from the floor to the threshold.
NEAREST, FARTHEST = 0.15, 0.5
COUNTS = ("teachers_above", "backbone_teachers", "pe_arts")
SUBJECTS = {"pe_teachers": 0.44, "music_teachers": 0.27, "art_teachers": 0.25, "arts_teachers": 0.04}


def counts(pattern: Pattern, name: str) -> IntArray:
    """
    Round a staff column of the calibrated year to people.

    Parameters
    ----------
    pattern : Pattern
        What shapes the rates.
    name : str
        One of `COUNTS`.

    Returns
    -------
    ndarray of int, shape (n_sections,)
        People in every section of ``base``.
    """
    pupils = pattern.base["pupils"].to_numpy()
    people = pattern.staff(name) * pupils / 100
    if pattern.spec.staff[name].at_least == 0:
        return whole_with_total(people, round(people.sum()))
    whole: IntArray = np.ceil(people - 1e-9).astype(np.int64)
    for place, rate in _exceptions(pattern, name):
        whole[place] = int(np.ceil(rate * pupils[place] / 100))
    return whole


def _exceptions(pattern: Pattern, name: str) -> list[tuple[int, float]]:
    """Pick the sections that stay between floor and threshold in this column, with their rates."""
    number = pattern.spec.exceptions.get(name, 0)
    rng = draw.stream(pattern.spec.seed, "exceptions", name)
    base = pattern.base
    lasting = (pattern.schools["opened"] == 0).to_numpy()[base["row"]] & (base["pupils"] >= 600).to_numpy()
    free = np.flatnonzero(lasting)
    chosen = free[rng.random(free.size).argsort(kind="stable")][:number]
    floor = pattern.standard.value_on(FLOOR, f"{pattern.spec.year}-09-01")
    shares = draw.uniforms(rng, number, floor + NEAREST * (1 - floor), floor + FARTHEST * (1 - floor))
    thresholds = [pattern.threshold(name, str(level)) for level in base["level"].to_numpy()[chosen]]
    return [(int(place), float(share) * limit) for place, share, limit in zip(chosen, shares, thresholds, strict=True)]


@dataclass(frozen=True)
class Staff:
    """
    Makes the staff columns of any year from the calibrated one.

    Attributes
    ----------
    pattern : Pattern
        What shapes the rates.
    amounts : dict of str to ndarray of int
        People of the calibrated year by column of `COUNTS`, one a row of ``base``.
    totals : dict
        Totals to be kept, by year, level and column.
    margins : dict
        Published shares.
    """

    pattern: Pattern
    amounts: dict[str, IntArray]
    totals: Totals
    margins: Margins

    def table(self, rows: pd.DataFrame) -> pd.DataFrame:
        """
        Make the staff columns of one year.

        Parameters
        ----------
        rows : DataFrame
            Sections of one year: year, school_id, level, pupils, row; `place` is the row of ``base``.

        Returns
        -------
        DataFrame
            Staff columns of the codebook, with the index of `rows`.
        """
        levels = [self._level(rows[rows["level"] == level], level) for level in LEVELS]
        return pd.concat(levels).loc[rows.index]

    def _level(self, rows: pd.DataFrame, level: str) -> pd.DataFrame:
        """Make the columns of one level; some totals hold for the level as a whole."""
        above, below, bachelors = self._teachers(rows, level)
        teachers = above + below
        table = pd.DataFrame({"teachers": teachers}, index=rows.index)
        for name, people in self._degrees(above, below, bachelors, rows, level).items():
            table[name] = people
        table["teachers_mid_or_higher_title"] = self._share("titles", teachers, teachers, rows)
        table["backbone_teachers"] = np.minimum(self._people("backbone_teachers", rows), teachers)
        subject = np.minimum(self._people("pe_arts", rows), teachers)
        for name, people in _subjects(self.pattern.spec.seed, rows, subject).items():
            table[name] = people
        table["visiting_pe_arts_teachers"] = self._visiting(rows)
        return table

    def _teachers(self, rows: pd.DataFrame, level: str) -> tuple[IntArray, IntArray, int | None]:
        """Return teachers above the required degree, the others, and the published number of bachelors or more."""
        year = int(rows["year"].iloc[0])
        above = self._people("teachers_above", rows)
        ratio = self._moved_share("teachers_below", rows)
        below = whole_with_total(ratio * above, round(float((ratio * above).sum())))
        teachers = self.totals.get((year, level, "teachers"))
        if teachers is None:
            return above, below, None
        college = self.margins.get((year, level, "teachers_college_or_above", "share"))
        over = round(college.value * teachers / 100) if college else teachers - int(below.sum())
        above = whole_with_total(above.astype(float), over, low=1)
        below = whole_with_total(ratio * above + 1e-6, teachers - over)
        return above, below, self.totals.get((year, level, "bachelor_or_above"))

    def _degrees(
        self, above: IntArray, below: IntArray, bachelors: int | None, rows: pd.DataFrame, level: str
    ) -> dict[str, IntArray]:
        """Divide the teachers by highest degree; what is left over has less than junior college."""
        teachers = above + below
        if level == "primary":
            wanted = self._moved_share("bachelor", rows) * teachers
            total = round(float(wanted.sum())) if bachelors is None else bachelors
            over = whole_with_total(wanted, total, high=above)
            college = above - over
        else:
            over = above
            college = np.floor(0.9 * below + 0.5).astype(np.int64)
        master = self._share("master", teachers, over, rows)
        doctor = np.where((master >= 8) & (rows["row"].to_numpy() % 9 == 0), 1, 0)
        return {
            "teachers_junior_college": college,
            "teachers_bachelor": over - master,
            "teachers_master": master - doctor,
            "teachers_doctor": doctor,
        }

    def _people(self, name: str, rows: pd.DataFrame) -> IntArray:
        """Return the people of a counted column in the year of the rows."""
        spec, place = self.pattern.spec, rows["place"].to_numpy()
        year = int(rows["year"].iloc[0])
        amounts: IntArray = self.amounts[name][place]
        if year == spec.year:
            return amounts
        base, column = self.pattern.base["pupils"].to_numpy()[place].astype(float), spec.staff[name]
        rates = moved(spec, _stream(name, rows), column, year, amounts / base, base, self._schools(rows))
        # Posts follow pupils half-way: a school that loses pupils keeps some of its teachers for a while.
        people = rates * np.sqrt(base * rows["pupils"].to_numpy())
        if column.at_least == 0:
            return whole_with_total(people, round(people.sum()))
        return np.asarray(np.ceil(people - 0.05), dtype=np.int64)

    def _share(self, name: str, of: IntArray, most: IntArray, rows: pd.DataFrame) -> IntArray:
        """Round a share of teachers to people."""
        wanted = np.minimum(self._moved_share(name, rows) * of, most)
        return whole_with_total(wanted, round(float(wanted.sum())), high=most)

    def _moved_share(self, name: str, rows: pd.DataFrame) -> FloatArray:
        """Return a share in the year of the rows."""
        spec, place = self.pattern.spec, rows["place"].to_numpy()
        weights = self.pattern.base["pupils"].to_numpy()[place].astype(float)
        rates = self.pattern.staff(name)[place]
        year = int(rows["year"].iloc[0])
        return np.minimum(
            moved(spec, _stream(name, rows), spec.staff[name], year, rates, weights, self._schools(rows)), 0.98
        )

    def _visiting(self, rows: pd.DataFrame) -> IntArray:
        """Send one or two visiting PE and arts teachers to small schools."""
        small = rows["pupils"].to_numpy() < SMALL_SCHOOL
        return np.where(small, 1 + rows["row"].to_numpy() % 2, 0)

    def _schools(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the school of each row."""
        return self.pattern.schools.iloc[rows["row"]]


def _stream(name: str, rows: pd.DataFrame) -> str:
    """Name the stream of a column and level."""
    return f"{name}/{rows['level'].iloc[0]}"


def _subjects(seed: int, rows: pd.DataFrame, people: IntArray) -> dict[str, IntArray]:
    """Divide PE and arts teachers by subject, section by section."""
    level = str(rows["level"].iloc[0])
    rng = draw.stream(seed, "subjects", level)
    tilt = draw.uniforms(rng, 4 * (int(rows["row"].max()) + 1), 0.8, 1.2).reshape(-1, 4)[rows["row"].to_numpy()]
    shares = tilt * np.array(list(SUBJECTS.values()))
    divided = np.array([whole_with_total(share, int(many)) for share, many in zip(shares, people, strict=True)])
    return {name: divided[:, place] for place, name in enumerate(SUBJECTS)}
