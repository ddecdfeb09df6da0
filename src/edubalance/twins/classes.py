"""Classes of each section: their number, the largest, and how many are large."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from edubalance.errors import CaseError
from edubalance.twins import draw
from edubalance.twins.calibrate import share_of_whole, whole_with_total
from edubalance.twins.draw import IntArray
from edubalance.twins.published import Margins
from edubalance.twins.spec import LEVELS, Spec

GRADES = {"primary": 6, "junior": 3}
# Ends of the bands of the statistics, as the columns of the codebook name them.
BANDS = {"classes_46_to_55": (46, 55), "classes_56_to_65": (56, 65), "classes_66_or_more": (66, math.inf)}
LARGE = 56
REACH = 80


def of_year(spec: Spec, sections: pd.DataFrame, areas: pd.Series, margins: Margins) -> list[IntArray]:
    """
    Divide the pupils of each section of one year into classes.

    Parameters
    ----------
    spec : Spec
        The specification.
    sections : DataFrame
        Rows of `enrolment.Enrolment.rows`.
    areas : Series
        Area of each school, by its row.
    margins : dict
        Published figures; the share of classes of 56 to 65 pupils is met where there is one.

    Returns
    -------
    list of ndarray of int
        Pupils of every class, largest first, one array a row of `sections`.
    """
    year = int(sections["year"].iloc[0])
    sizes = [_divided(spec, row, areas[row.row]) for row in sections.itertuples(index=False)]
    for level in LEVELS:
        own = np.flatnonzero(sections["level"] == level).tolist()
        figure = margins.get((year, level, "classes_56_to_65", "share"))
        part = spec.pupils.large.get(level, {}).get(year, 0)
        if figure is not None:
            natural = sum(sizes[place].size for place in own)
            part, whole = share_of_whole(figure.value, figure.decimals, natural, reach=REACH)
            _with_number(sizes, own, whole)
        chance = draw.stream(spec.seed, "large", level).random(len(areas))
        _enlarge(sizes, _by_crowding(spec, sections["row"].to_numpy(), areas, own, chance), part)
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
    bands = {name: [int(((size >= low) & (size <= high)).sum()) for size in sizes] for name, (low, high) in BANDS.items()}
    return pd.DataFrame({**counted, **bands})


def _divided(spec: Spec, row: tuple[object, ...], area: str) -> IntArray:
    """Divide a section's pupils by grade, and each grade into classes of nearly equal size."""
    year, school, level, pupils = row[0], row[1], str(row[2]), int(str(row[3]))
    rng = draw.stream(spec.seed, "classes", school, level)
    is_crowded = float(rng.random()) < spec.pupils.crowded.get(area, 0.0)
    limit = min(spec.pupils.class_limit[level] + is_crowded * (2 + int(rng.random() * spec.pupils.crowded_by)), LARGE - 1)
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
        able = [place for place in sorted(after, key=lambda place: (-step * after[place], place)) if after[place] < LARGE - 1]
        if not able:
            raise CaseError(
                f"The twin's sections cannot have {whole} classes without large ones.",
                hint="Change the class limit or the number of pupils in the specification.",
            )
        for place in able[: abs(left)]:
            sizes[place] = np.sort(_equal(int(sizes[place].sum()), sizes[place].size + step))[::-1]


def _by_crowding(spec: Spec, rows: np.ndarray, areas: pd.Series, own: list[int], chance: np.ndarray) -> list[int]:
    """Order sections by the crowding of their area, by chance within an area."""
    return sorted(own, key=lambda place: (-spec.pupils.crowded.get(areas[rows[place]], 0.0), chance[rows[place]]))


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
