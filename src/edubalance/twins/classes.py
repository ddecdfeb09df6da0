"""Classes of each section: their number, the largest, and how many are large."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd

from edubalance.errors import CaseError
from edubalance.twins import draw
from edubalance.twins.calibrate import share_of_whole, whole_with_total
from edubalance.twins.draw import IntArray
from edubalance.twins.parts import LEVELS
from edubalance.twins.published import Margins
from edubalance.twins.spec import Spec

GRADES = {"primary": 6, "junior": 3}
# The statistics count classes by bands whose ends stand in the names of the columns.
LARGE_BAND = "classes_56_to_65"
BANDS = {
    name: tuple(int(number) for number in re.findall(r"\d+", name))
    for name in ("classes_46_to_55", LARGE_BAND, "classes_66_or_more")
}
LARGE = BANDS[LARGE_BAND][0]
REACH = 80


def of_year(spec: Spec, sections: pd.DataFrame, areas: list[str], margins: Margins) -> list[IntArray]:
    """
    Divide the pupils of each section of one year into classes.

    Parameters
    ----------
    spec : Spec
        The specification.
    sections : DataFrame
        Rows of `enrolment.Enrolment.rows`.
    areas : list of str
        Area of each school, by its row.
    margins : dict
        Published figures; the share of classes of 56 to 65 pupils is met where there is one.

    Returns
    -------
    list of ndarray of int
        Pupils of every class, largest first, one array a row of `sections`.
    """
    year = int(sections["year"].iloc[0])
    rows = sections["row"].tolist()
    keys = zip(sections["school_id"], sections["level"], sections["pupils"], rows, strict=True)
    sizes = [_divided(spec, year, school, level, pupils, areas[row]) for school, level, pupils, row in keys]
    for level in LEVELS:
        own = np.flatnonzero(sections["level"] == level).tolist()
        figure = margins.get((year, level, LARGE_BAND, "share"))
        part = spec.pupils.large.get(level, {}).get(year, 0)
        if figure is not None:
            natural = sum(sizes[place].size for place in own)
            part, whole = share_of_whole(figure.value, figure.decimals, natural, reach=REACH)
            _with_number(sizes, own, whole)
        chance = draw.stream(spec.seed, "large", level).random(len(areas))
        crowding = [-spec.pupils.crowded.get(areas[row], 0.0) for row in rows]
        _enlarge(sizes, sorted(own, key=lambda place: (crowding[place], chance[rows[place]])), part)
    return sizes


def columns(sizes: list[IntArray], levels: pd.Series) -> pd.DataFrame:
    """
    Count classes as the codebook's columns do.

    Examples
    --------
    >>> columns([np.array([57, 50, 40])], pd.Series(["primary"])).iloc[0].to_dict()
    {'grades': 3, 'classes': 3, 'largest_class_pupils': 57, 'classes_46_to_55': 1, 'classes_56_to_65': 1, \
'classes_66_or_more': 0}
    """
    counted = {
        "grades": [min(GRADES[level], size.size) for size, level in zip(sizes, levels, strict=True)],
        "classes": [size.size for size in sizes],
        "largest_class_pupils": [int(size.max()) for size in sizes],
    }
    bands = {name: [_between(size, *ends) for size in sizes] for name, ends in BANDS.items()}
    return pd.DataFrame({**counted, **bands})


def table(sections: pd.DataFrame, sizes: list[IntArray]) -> pd.DataFrame:
    """
    List the classes one by one; grades are dealt out in turn, from the largest class on.

    Parameters
    ----------
    sections : DataFrame
        Rows with year, school_id and level.
    sizes : list of ndarray of int
        Pupils of every class, largest first, one array a row of `sections`.

    Returns
    -------
    DataFrame
        Columns of the codebook's table ``classes``.

    Examples
    --------
    >>> rows = pd.DataFrame({"year": [2023], "school_id": ["A-J-01"], "level": ["junior"]})
    >>> table(rows, [np.array([50, 48, 47, 45])])[["class_id", "grade", "pupils"]].to_numpy().tolist()
    [['1-1', 1, 50], ['1-2', 1, 45], ['2-1', 2, 48], ['3-1', 3, 47]]
    """
    listed = []
    for year, school, level, size in zip(
        sections["year"], sections["school_id"], sections["level"], sizes, strict=True
    ):
        grades = min(GRADES[level], size.size)
        for grade in range(grades):
            for number, pupils in enumerate(size[grade::grades].tolist(), start=1):
                listed.append((year, school, level, f"{grade + 1}-{number}", grade + 1, pupils))
    return pd.DataFrame(listed, columns=["year", "school_id", "level", "class_id", "grade", "pupils"])


def _between(size: IntArray, low: int, high: float = math.inf) -> int:
    """Count the classes of a band."""
    return int(((size >= low) & (size <= high)).sum())


def _divided(spec: Spec, year: int, school: str, level: str, pupils: int, area: str) -> IntArray:
    """Divide a section's pupils by grade, and each grade into classes of nearly equal size."""
    rng = draw.stream(spec.seed, "classes", school, level)
    is_crowded = float(rng.random()) < spec.pupils.crowded.get(area, 0.0)
    limit = min(
        spec.pupils.class_limit[level] + is_crowded * (2 + int(rng.random() * spec.pupils.crowded_by)), LARGE - 1
    )
    tilt = draw.uniforms(draw.stream(spec.seed, "grades", school, level, year), GRADES[level], 0.94, 1.06)
    grades = whole_with_total(tilt, pupils)
    parts = [_equal(int(grade), math.ceil(grade / limit)) for grade in grades if grade > 0]
    return np.sort(np.concatenate(parts))[::-1]


def _equal(pupils: int, number: int) -> IntArray:
    """Divide pupils into so many classes of nearly equal size."""
    return np.array([(pupils + place) // number for place in range(number)], dtype=np.int64)


def _with_number(sizes: list[IntArray], own: list[int], whole: int) -> None:
    """Open classes where they are fullest, or merge them where they stay smallest, one a section in turn."""
    while (left := whole - sum(sizes[place].size for place in own)) != 0:
        step = 1 if left > 0 else -1
        after = {place: sizes[place].sum() / (sizes[place].size + step) for place in own if sizes[place].size >= 4}
        able = [
            place
            for place in sorted(after, key=lambda place: (-step * after[place], place))
            if after[place] < LARGE - 1
        ]
        if not able:
            raise CaseError(
                f"The twin's sections cannot have {whole} classes without large ones.",
                hint="Change the class limit or the number of pupils in the specification.",
            )
        for place in able[: abs(left)]:
            sizes[place] = np.sort(_equal(int(sizes[place].sum()), sizes[place].size + step))[::-1]


def _enlarge(sizes: list[IntArray], crowded: list[int], part: int) -> None:
    """Make so many classes large, at most two a section, with pupils from the section's other classes."""
    for step in range(2 * len(crowded)):
        if part == 0:
            return
        place = crowded[step % len(crowded)]
        size = sizes[place].copy()
        largest = int(np.argmax(np.where(size < LARGE, size, 0)))
        wanted = LARGE + (place * 7 + step) % 6 - size[largest]
        others = np.delete(np.arange(size.size), largest)
        others = others[size[others] < LARGE]
        if others.size < 3 or size[others].sum() < wanted + 20 * others.size:
            continue
        taken = whole_with_total(size[others].astype(float), int(wanted), high=size[others])
        size[others] -= taken
        size[largest] += wanted
        sizes[place] = np.sort(size)[::-1]
        part -= 1
    if part:
        raise CaseError(
            f"{part} large classes more are published than the twin's sections can hold.",
            hint="Give the twin more or larger sections.",
        )
