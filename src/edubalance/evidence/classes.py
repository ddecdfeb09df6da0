"""Classes one by one: how large they are, and how many more there would have to be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from edubalance import rounding
from edubalance.assessment import requirements, rule_date
from edubalance.errors import EdubalanceError
from edubalance.evidence.material import Material
from edubalance.standards import Standard, context

SECTION = ["school_id", "level"]
# Checks on how large something may be.
SIZES = ("largest_class", "school_size")


def of_year(material: Material) -> pd.DataFrame:
    """Return the classes of the year that the notebook tells of; no rows where the case does not list them."""
    classes = material.tables.classes
    return classes.loc[classes["year"] == material.year].reset_index(drop=True)


def limits(standard: Standard, year: int) -> dict[str, float]:
    """
    Look up how large a class may be at each level.

    Parameters
    ----------
    standard : Standard
        Its conditions on the largest class say so.
    year : int
        Year of the data.

    Returns
    -------
    dict of str to float
        Pupils by level; levels of which the standard says nothing are absent.

    Examples
    --------
    >>> from edubalance import standards
    >>> limits(standards.load("cn-2017-quality"), 2023)
    {'primary': 45.0, 'junior': 50.0}
    """
    return {
        condition.level: standard.value_on(condition.id, rule_date(year), condition.level)
        for condition in standard.conditions
        if condition.level is not None and condition.check is not None and condition.check.kind == "largest_class"
    }


def distribution(material: Material) -> pd.DataFrame:
    """
    Count classes and their pupils in the bands of the statistics.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a level and band: ``minimum``, ``maximum`` (NaN where the band is open), ``classes``, ``share``
        (percent of the level's classes), ``pupils``, ``pupil_share`` (percent of the level's pupils). The first
        band holds what lies below those of the statistics.
    """
    bands = context().class_size_bands
    starts = np.array([1, *(band.minimum for band in bands)])
    ends = [float(bands[0].minimum - 1), *(np.nan if band.maximum is None else band.maximum for band in bands)]
    rows = []
    for level, classes in of_year(material).groupby("level", observed=True, sort=False):
        pupils = classes["pupils"].to_numpy(dtype=np.float64)
        band = np.searchsorted(starts, pupils, side="right") - 1
        for place, (low, high) in enumerate(zip(starts.tolist(), ends, strict=True)):
            inside = pupils[band == place]
            share, pupil_share = 100 * inside.size / pupils.size, 100 * float(inside.sum() / pupils.sum())
            rows.append((str(level), low, high, inside.size, share, float(inside.sum()), pupil_share))
    names = ["level", "minimum", "maximum", "classes", "share", "pupils", "pupil_share"]
    return pd.DataFrame(rows, columns=names)


def needed(material: Material, sizes: Mapping[str, float] | None = None) -> pd.DataFrame:
    r"""
    Count the classes and teachers that classes of no more than some size would need.

    Parameters
    ----------
    material : Material
        The case.
    sizes : mapping of str to float, optional
        Largest class by level; the limit of the standard unless given.

    Returns
    -------
    DataFrame
        One row a level: ``limit``, ``classes``, ``above_limit`` (classes above it), ``needed`` (classes that there
        would be), ``more_classes``, ``teachers_per_class`` (now), ``more_teachers``. A level without a limit has no
        row.

    Raises
    ------
    EdubalanceError
        If a size is below 1.

    Notes
    -----
    Pupils stay in their school and grade: a grade of a section with :math:`p` pupils in :math:`k` classes needs
    :math:`\max(k, \lceil p / s \rceil)` classes of at most :math:`s`. Classes that are there stay, however small.
    Each further class takes a classroom, and as many teachers as a class of the level has now. Classes of which the
    grade is not known are taken as one grade of their section, which may need fewer than its grades would.
    """
    asked = limits(material.standard, material.year) if sizes is None else dict(sizes)
    small = [level for level, size in asked.items() if size < 1]
    if small:
        raise EdubalanceError(f"A class must hold one pupil at least; {small[0]} is given {asked[small[0]]:g}.")
    classes = of_year(material)
    sections = material.tables.sections
    sections = sections.loc[sections["year"] == material.year]
    rows = [
        (level, *_of_level(classes[classes["level"] == level], sections[sections["level"] == level], size))
        for level, size in asked.items()
        if (classes["level"] == level).any()
    ]
    names = ["level", "limit", "classes", "above_limit", "needed", "more_classes", "teachers_per_class"]
    found = pd.DataFrame(rows, columns=names)
    return found.assign(more_teachers=found["more_classes"] * found["teachers_per_class"])


def _of_level(classes: pd.DataFrame, sections: pd.DataFrame, size: float) -> tuple[float, int, int, int, int, float]:
    """Count the classes of one level, now and at most of a size."""
    grades = classes.groupby([*SECTION, "grade"], observed=True, dropna=False)["pupils"].agg(["sum", "size"])
    there = len(classes)
    wanted = int(np.maximum(grades["size"], rounding.up(grades["sum"] / size)).sum())
    above = int((classes["pupils"] > size).sum())
    return size, there, above, wanted, wanted - there, float(sections["teachers"].sum() / there)


def sizes(material: Material) -> pd.DataFrame:
    """
    Count the classes of every size.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a level and number of pupils that occurs: ``level``, ``pupils``, ``classes``, ``limit`` (NaN where the
        standard has none) and ``above`` (whether such a class is above it).
    """
    counted = of_year(material).groupby(["level", "pupils"], observed=True).size().rename("classes").reset_index()
    limit = counted["level"].map(limits(material.standard, material.year)).astype("float64")
    return counted.assign(limit=limit, above=counted["pupils"] > limit)


def bands(material: Material) -> pd.DataFrame:
    """
    Share the classes of each level out among the bands of the statistics; those that no limit forbids are one band.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a level and band, as `edubalance.figures.composition` takes it: ``group`` (the level), ``part`` (a
        code of ``part`` in ``wording.yml``), ``value`` (percent of the level's classes), ``classes``.
    """
    found = distribution(material)
    within = found["maximum"] <= min(limits(material.standard, material.year).values(), default=np.nan)
    least = found["maximum"].where(within).max()
    closed = (
        "from_" + found["minimum"].astype("Int64").astype(str) + "_to_" + found["maximum"].astype("Int64").astype(str)
    )
    open_ended = "from_" + found["minimum"].astype("Int64").astype(str)
    part = closed.where(found["maximum"].notna(), open_ended).where(~within, f"up_to_{rounding.text(least, 'g')}")
    named = found.assign(part=part).rename(columns={"level": "group", "share": "value"})
    return named.groupby(["group", "part"], sort=False)[["value", "classes"]].sum().reset_index()


def against_limits(material: Material) -> pd.DataFrame:
    """
    Set the largest class of every section and the pupils of every school beside what the standard allows.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        The rows of `edubalance.assessment.requirements.by_school` on the sizes of classes and schools in the year, as
        `edubalance.figures.against_limits` takes them.
    """
    kinds = {condition.id: condition.check.kind for condition in material.standard.conditions if condition.check}
    found = requirements.by_school(material.tables, material.standard)
    ours = found["condition"].map(kinds).isin(SIZES) & (found["year"] == material.year)
    return found.loc[ours].reset_index(drop=True)
