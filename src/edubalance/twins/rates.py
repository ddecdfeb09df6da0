"""How amounts per pupil differ between the schools of a twin, before they are rounded to people and things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from edubalance.standards import Standard
from edubalance.twins import draw
from edubalance.twins.draw import FloatArray
from edubalance.twins.measure import split_weight
from edubalance.twins.parts import Column
from edubalance.twins.spec import Spec

# Excess over the floor is exp(SHAPE * z): its mean and standard deviation for a standard normal z.
SHAPE = 0.9
EXCESS_MEAN = float(np.exp(SHAPE**2 / 2))
EXCESS_SD = EXCESS_MEAN * float(np.sqrt(np.exp(SHAPE**2) - 1))
SMALL_SCHOOL = 100

INDICATOR = {
    "teachers_above": "teachers_above_required_qualification_per_100",
    "backbone_teachers": "backbone_teachers_per_100",
    "pe_arts": "pe_and_arts_teachers_per_100",
    "teaching_area": "teaching_and_auxiliary_area_per_pupil",
    "sports_area": "sports_area_per_pupil",
    "equipment": "equipment_value_per_pupil",
    "multimedia": "multimedia_classrooms_per_100",
}


@dataclass(frozen=True)
class Pattern:
    """
    What shapes the rates of a twin.

    Attributes
    ----------
    spec : Spec
        The specification.
    schools : DataFrame
        As `layout.schools` makes it.
    base : DataFrame
        As `enrolment.Enrolment.base`.
    standard : Standard
        Gives the thresholds that columns with `at_least` lie above.
    stretch : mapping
        By column and level, what the distances between schools are multiplied with to meet a margin.
    drawn : dict
        Deviations drawn already, by stream.
    """

    spec: Spec
    schools: pd.DataFrame
    base: pd.DataFrame
    standard: Standard
    stretch: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    drawn: dict[str, FloatArray] = field(default_factory=dict, repr=False)

    def staff(self, name: str) -> FloatArray:
        """
        Return a staff column's rate for every section of `base`.

        Parameters
        ----------
        name : str
            A column of the specification's `staff`.

        Returns
        -------
        ndarray, shape (n_sections,)
            Per 100 pupils, or a share.
        """
        column, stretch = self.spec.staff[name], self.stretch.get(name, {})
        rates = np.zeros(len(self.base))
        for level in ("primary", "junior"):
            own = (self.base["level"] == level).to_numpy()
            rows = self.base["row"].to_numpy()[own]
            typical = np.full(rows.size, getattr(column, level))
            floor = np.full(rows.size, self.threshold(name, level) * column.at_least)
            deviation = self._deviation(name + "/" + level, column)[rows]
            rates[own] = self._rate(column, typical, floor, deviation, stretch.get(level, 1.0))
        return draw.cut(rates)

    def stock(self, name: str) -> FloatArray:
        """
        Return a resource's rate for every school: per weighted pupil, as the splitting weighs them.

        Parameters
        ----------
        name : str
            A column of the specification's `stock`. It is stretched as ``junior`` in schools without primary pupils,
            as ``primary`` in all others.

        Returns
        -------
        ndarray, shape (n_schools,)
            Per weighted pupil (per 100 for rooms and computers), or a share.
        """
        column = self.spec.stock[name]
        primary, junior = self.schools["primary"].to_numpy() > 0, self.schools["junior"].to_numpy() > 0
        lift = self.standard.split.weights["nine_year"]["junior"]
        low, high = (self.threshold(name, level) * column.at_least for level in ("primary", "junior"))
        both = primary & junior
        typical = np.where(
            both, (column.primary + column.junior / lift) / 2, np.where(primary, column.primary, column.junior)
        )
        floor = np.where(both, max(low, high / lift), np.where(primary, low, high))
        stretch = self.stretch.get(name, {})
        stretched = np.where(primary, stretch.get("primary", 1.0), stretch.get("junior", 1.0))
        return draw.cut(self._rate(column, typical, floor, self._deviation(name, column), stretched))

    def threshold(self, name: str, level: str) -> float:
        """Return the threshold of a column in the calibrated year; 0 where it has none."""
        if name not in INDICATOR:
            return 0.0
        return self.standard.value_on(INDICATOR[name], f"{self.spec.year}-09-01", level)

    def weighted_pupils(self, pupils: pd.DataFrame) -> FloatArray:
        """
        Return each school's pupils as the splitting weighs them.

        Parameters
        ----------
        pupils : DataFrame
            Sections with columns row, level, pupils.

        Returns
        -------
        ndarray, shape (n_schools,)
            Weighted pupils; single-level schools count each pupil once.
        """
        weight = self.weights(pupils)
        total = np.bincount(pupils["row"], weights=weight * pupils["pupils"], minlength=len(self.schools))
        senior = self.schools["senior"].to_numpy().round()
        heavy = [split_weight(self.standard, kind, "senior", otherwise=0.0) for kind in self.schools["type"]]
        return np.asarray(total + senior * np.array(heavy))

    def weights(self, sections: pd.DataFrame) -> FloatArray:
        """Return the splitting weight of each section; 1 in schools that are not split."""
        kinds = self.schools["type"].to_numpy()[sections["row"]]
        return np.array([split_weight(self.standard, *pair) for pair in zip(kinds, sections["level"], strict=True)])

    def _rate(
        self, column: Column, typical: FloatArray, floor: FloatArray, deviation: FloatArray, stretch: float | FloatArray
    ) -> FloatArray:
        """Turn standardised deviations into rates: around the typical amount, or above the floor."""
        standard, effect = deviation[:, 0], deviation[:, 1]
        if column.at_least > 0 and floor.min() > 0:
            scale = column.spread / (EXCESS_SD - EXCESS_MEAN * column.spread)
            return np.asarray(floor * (1 + stretch * scale * np.exp(SHAPE * standard + effect)))
        logarithm = column.spread * standard + effect - column.spread**2 / 2
        return np.asarray(np.maximum(typical * (1 + stretch * (np.exp(logarithm) - 1)), typical * 0.05))

    def _deviation(self, name: str, column: Column) -> FloatArray:
        """Return each school's standardised deviation and its effect of area, founder and size."""
        if name in self.drawn:
            return self.drawn[name]
        size = len(self.schools)
        common = draw.normals(draw.stream(self.spec.seed, "common"), size)
        own = draw.normals(draw.stream(self.spec.seed, "rate", name), size)
        standard = np.sqrt(self.spec.common) * common + np.sqrt(1 - self.spec.common) * own
        area, small = self.schools["area"], self.schools[["primary", "junior"]].sum(axis=1) < SMALL_SCHOOL
        effect = column.town * (area == "town") + column.rural * (area == "rural") + column.small * small
        effect = effect + column.private * (self.schools["founder"] == "private")
        both = np.column_stack([standard, effect.to_numpy(dtype=float)])
        inside = self.spec.groups.inside.get(self.spec.year, 1.0)
        self.drawn[name] = draw_together(both, self.schools["education_group"], inside)
        return self.drawn[name]


def draw_together(values: FloatArray, groups: pd.Series, inside: float) -> FloatArray:
    """
    Bring the members of each group nearer to its mean.

    Parameters
    ----------
    values : ndarray, shape (n_schools, n_columns) or (n_schools,)
        Values.
    groups : Series
        Code of the group; missing where a school is in none.
    inside : float
        1 leaves members where they are, 0 makes them equal.

    Returns
    -------
    ndarray
        Values of the same shape.

    Examples
    --------
    >>> draw_together(np.array([1.0, 3.0, 9.0]), pd.Series(["A", "A", None]), 0.5).tolist()
    [1.5, 2.5, 9.0]
    """
    drawn = values.copy()
    for group in sorted(groups.dropna().unique()):
        members = groups.isin([group]).to_numpy()
        centre = values[members].mean(axis=0)
        drawn[members] = centre + inside * (values[members] - centre)
    return drawn
