"""Teachers who move between the schools of a county: how many, and from where to where, to be inside the limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance import codebook, rounding
from edubalance.assessment import rule_date
from edubalance.errors import EdubalanceError
from edubalance.evidence import teachers
from edubalance.evidence.material import Material
from edubalance.measures import levelling
from edubalance.standards import Indicator

# 县管校聘 moves those whom the county employs.
COUNTY = "county"
CONVENTION = "weighted_population"
ROTATION = "teacher_rotation"
PLACE = ["school_id", "area", "township"]


@dataclass(frozen=True, eq=False)
class Levelled:
    """
    One level with the moves that even it out.

    Attributes
    ----------
    level : str
        The level.
    sections : DataFrame
        Its sections in scope, in the order that the moves count them.
    indicators : tuple of str
        The indicators that count teachers.
    limits : ndarray of float
        Their limits.
    kinds : tuple of tuple of str
        For which of them the teachers of each kind count.
    moves : levelling.Levelling
        The moves.
    """

    level: str
    sections: pd.DataFrame
    indicators: tuple[str, ...]
    limits: npt.NDArray[np.float64]
    kinds: tuple[tuple[str, ...], ...]
    moves: levelling.Levelling


def of_teachers(material: Material) -> tuple[Indicator, ...]:
    """Return the indicators of the standard that count teachers, and so can be moved with them."""
    known = set(_attributes())
    return tuple(
        indicator
        for indicator in material.standard.indicators
        if indicator.numerators and all({name for name, _ in terms} <= known for terms in indicator.numerators.values())
    )


def levelled(material: Material) -> tuple[Levelled, ...]:
    """
    Move teachers of each level until the coefficients that count them are inside their limits.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    tuple of Levelled
        One a level. Levels of which a section lacks a value are left out: the missing school may be the one that
        has to give or take. None where the case does not list its teachers, or the standard limits no coefficient.

    Raises
    ------
    EdubalanceError
        If the coefficients are not pupil-weighted: what a move does to others is not worked out here.

    Notes
    -----
    Only teachers of schools that the county runs move, and only to such schools of the same level; the other
    schools stay as they are and count for the coefficients. Those who move keep their degree, subject and
    recognition. Where they live, and whether they would go, is not asked.
    """
    if material.assessment.convention != CONVENTION:
        raise EdubalanceError(
            f"Moves are worked out for pupil-weighted coefficients; these are {material.assessment.convention}.",
            hint="Assess by the convention of the standard.",
        )
    people = teachers.of_year(material)
    wanted = of_teachers(material)
    if people.empty or not wanted or not material.standard.has_rule("cv_limit"):
        return ()
    names = [indicator.id for indicator in wanted]
    complete = material.now.groupby("level", observed=True)[names].transform(lambda values: values.notna().all())
    now = material.now.loc[complete.all(axis=1).to_numpy(dtype=bool)]
    return tuple(
        _of_level(str(level), part, people, wanted, material)
        for level, part in now.groupby("level", observed=True, sort=False)
    )


def _of_level(
    level: str, sections: pd.DataFrame, people: pd.DataFrame, wanted: tuple[Indicator, ...], material: Material
) -> Levelled:
    """Work the moves of one level out."""
    pupils = sections["pupils"].to_numpy(dtype=np.float64)
    counted = np.column_stack(
        [
            rounding.significant(sections[each.id].to_numpy(dtype=np.float64) * pupils / each.multiplier)
            for each in wanted
        ]
    )
    marks = pd.DataFrame({each.id: _marked(people, each.numerator(level)) for each in wanted})
    here = (people["level"] == level) & (people["founder"] == COUNTY)
    kinds = sorted({tuple(row) for row in marks.loc[here].to_numpy(dtype=bool).tolist() if any(row)}, key=sum)
    codes = marks.loc[here].apply(lambda row: kinds.index(key) if any(key := tuple(row)) else -1, axis=1)
    schools = pd.Series(range(len(sections)), index=sections["school_id"])
    rows = people.loc[here, "school_id"].map(schools)
    movable = np.zeros((len(sections), len(kinds)), dtype=np.int64)
    moving = (codes >= 0) & rows.notna()
    np.add.at(movable, (rows[moving].to_numpy(dtype=np.int64), codes[moving].to_numpy(dtype=np.int64)), 1)
    limit = material.standard.value_on("cv_limit", rule_date(material.year), level)
    limits = np.full(len(wanted), limit)
    moves = levelling.level_out(
        counted,
        pupils,
        limits,
        movable=movable,
        marks=np.array(kinds, dtype=bool).reshape(-1, len(wanted)),
        receiving=(sections["founder"] == COUNTY).to_numpy(dtype=bool),
    )
    names = tuple(each.id for each in wanted)
    told = tuple(tuple(name for name, has in zip(names, kind, strict=True) if has) for kind in kinds)
    return Levelled(level, sections.reset_index(drop=True), names, limits, told, moves)


def _attributes() -> dict[str, tuple[str, str]]:
    """Say which attribute of a teacher, and which code of it, each counted column of the sections stands for."""
    degrees = {f"teachers_{code}": ("qualification", code) for code in codebook.codes("qualification")}
    subjects = {f"{code}_teachers": ("subject", code) for code in codebook.codes("subject")}
    return degrees | subjects | {"backbone_teachers": ("backbone", "")}


def _marked(people: pd.DataFrame, terms: Sequence[tuple[str, int]]) -> npt.NDArray[np.bool_]:
    """Tell which teachers an indicator counts."""
    marked = np.zeros(len(people), dtype=bool)
    for attribute, code in (_attributes()[name] for name, _ in terms):
        held = people[attribute] == (code or 1)
        marked |= held.fillna(value=False).to_numpy(dtype=bool)
    return marked


def coefficients(material: Material) -> pd.DataFrame:
    """
    Lay the coefficients before and after the moves beside their limits.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a level and indicator: ``cv``, ``moved`` (the coefficient after the moves), ``limit``.
    """
    frames = [
        pd.DataFrame(
            {"level": each.level, "indicator": each.indicators, "cv": each.moves.before, "moved": each.moves.after}
        ).assign(limit=each.limits)
        for each in levelled(material)
    ]
    return pd.concat(frames, ignore_index=True) if frames else _no_rows("level", "indicator", "cv", "moved", "limit")


def moves(material: Material) -> pd.DataFrame:
    """
    List who moves from where to where, and for which indicators they count.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a giving and a taking section and kind of teacher: ``level``; ``school_id``, ``area``, ``township``
        with ``_from`` and ``_to``; ``counts_for`` (ids of indicators, parted by blanks); ``teachers``. Who of a kind
        goes to which of the schools that take is open: any pairing gives the same coefficients.
    """
    names = [f"{column}_{side}" for side in ("from", "to") for column in PLACE]
    frames = []
    for each in levelled(material):
        sides = [
            each.sections[PLACE].iloc[rows].add_suffix(f"_{side}").reset_index(drop=True)
            for side, rows in (("from", each.moves.givers), ("to", each.moves.takers))
        ]
        told = [" ".join(each.kinds[kind]) for kind in each.moves.kinds]
        frames.append(pd.concat(sides, axis=1).assign(level=each.level, counts_for=told))
    if not frames:
        return _no_rows("level", *names, "counts_for", "teachers")
    together = pd.concat(frames, ignore_index=True)
    keys = ["level", *names, "counts_for"]
    return together.groupby(keys, observed=True, sort=False).size().rename("teachers").reset_index()


def effort(material: Material, *, condition: str = ROTATION) -> pd.DataFrame:
    """
    Count the moves of each level, against those that the standard asks for in a year.

    Parameters
    ----------
    material : Material
        The case.
    condition : str
        The condition on rotation; its threshold is a share of the teachers that it calls eligible.

    Returns
    -------
    DataFrame
        One row a level, none for the county as a whole (moves add up over the levels): ``outside`` (coefficients
        outside their limits), ``moves``, ``least`` (no plan has fewer; infinity where none suffices), ``complete``
        (whether all are inside afterwards). ``eligible`` and ``asked`` (moves that the standard asks for; NaN where the
        county does not report) are those of the county, repeated in every row: they do not add up.
    """
    eligible, share = asked(material, condition)
    rows = [
        (
            each.level,
            int((~(each.moves.before <= each.limits)).sum()),
            each.moves.kinds.size,
            each.moves.least,
            each.moves.complete,
        )
        for each in levelled(material)
    ]
    found = pd.DataFrame(rows, columns=["level", "outside", "moves", "least", "complete"])
    return found.assign(eligible=eligible, asked=eligible * share)


def asked(material: Material, condition: str = ROTATION) -> tuple[float, float]:
    """
    Look up how many teachers are eligible, and which share of them the standard asks to rotate.

    Parameters
    ----------
    material : Material
        The case.
    condition : str
        The condition on rotation.

    Returns
    -------
    tuple of float and float
        Teachers, as the county reports them, and share, 0 to 1; NaN where there is no report or no such rule.
    """
    rule = next((each for each in material.standard.conditions if each.id == condition), None)
    if rule is None or rule.formula is None:
        return float("nan"), float("nan")
    county = material.tables.county
    reported = county.loc[county["year"] == material.year].set_index("variable")["value"]
    eligible = sum(sign * float(reported.get(name, np.nan)) for name, sign in rule.formula.denominator)
    share = material.standard.value_on(condition, rule_date(material.year)) / rule.formula.multiplier
    return float(eligible), share


def _no_rows(*columns: str) -> pd.DataFrame:
    """Return a frame without rows."""
    return pd.DataFrame(columns=list(columns))
