"""Indicators: which sections are judged, and what they have per pupil."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.codebook import Tables, table
from edubalance.errors import EdubalanceError
from edubalance.schools.joining import Mask, Numbers, holds, joined
from edubalance.schools.splitting import with_shared_amounts
from edubalance.standards import Criterion, Indicator, Relief, Standard

DESCRIPTION = [
    "county",
    "year",
    "level",
    "school_id",
    "type",
    "founder",
    "area",
    "township",
    "education_group",
    "pupils",
]
REASONS = ("level", "type", "founder", "small_teaching_point", "no_pupils")
COMPARE: dict[str, Callable[[Numbers, float], Mask]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def indicators(tables: Tables, standard: Standard) -> pd.DataFrame:
    """
    Compute the indicators of a standard for every section.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    standard : Standard
        Its indicators, scope, split and, through its profiles, reliefs.

    Returns
    -------
    DataFrame
        One row a section, in the order of ``tables.sections``: county, year, level, school_id, type, founder,
        area, township, education_group, pupils; ``in_scope``; ``reason`` (why it is not: ``level``, ``type``,
        ``founder``, ``small_teaching_point``, ``no_pupils``; empty where it is); then one column for each
        indicator, in its unit.

    Raises
    ------
    EdubalanceError
        If an indicator is not computed from these tables, or counts a column of the school that is not split.

    Notes
    -----
    An indicator is the sum of its columns, times its multiplier, over the pupils of the section. It is missing
    where one of these columns is, and where the section has no pupils; zero is a value. Sections out of scope
    have values too, but enter no verdict.

    Under a relief, columns count in addition for the sections of schools that fit its criteria on 1 September of
    the year. A county may count them and need not: where such a column is missing, the value stays what it is
    without the relief.
    """
    frame = joined(tables)
    reason, values = measured(frame, standard)
    words = pd.array(np.array(["", *REASONS], dtype=object)[reason], dtype="string")
    return frame[DESCRIPTION].assign(in_scope=reason == 0, reason=words, **values)


def measured(frame: pd.DataFrame, standard: Standard) -> tuple[npt.NDArray[np.int8], dict[str, Numbers]]:
    """
    Compute what `indicators` lays out, as arrays: it spares large tables the words.

    Parameters
    ----------
    frame : DataFrame
        As `joined` returns it, or at least its columns that the standard asks for; text may be categorical.
    standard : Standard
        Its indicators, scope, split and, through its profiles, reliefs.

    Returns
    -------
    reason : ndarray of int8, shape (n,)
        0 where the section is in scope; otherwise the place of the reason in `REASONS`, counted from 1.
    values : dict of str to ndarray of float
        Each indicator of every section.

    Raises
    ------
    EdubalanceError
        As `indicators` does.
    """
    shared = with_shared_amounts(frame, standard)
    return _reason(frame, standard), {each.id: _values(shared, standard, each) for each in standard.indicators}


def _reason(frame: pd.DataFrame, standard: Standard) -> npt.NDArray[np.int8]:
    """Say why each section is out of scope, by place in `REASONS` from 1; 0 where it is in."""
    scope, pupils = standard.scope, frame["pupils"].to_numpy()
    fewest = scope.teaching_point_min_pupils
    small = holds(frame["type"], ["teaching_point"]) & (pupils < (0 if fewest is None else fewest))
    reasons = {
        "level": ~holds(frame["level"], standard.levels),
        "type": ~holds(frame["type"], scope.types),
        "founder": ~holds(frame["founder"], scope.founders),
        "small_teaching_point": small,
        "no_pupils": pupils == 0,
    }
    places = [np.int8(REASONS.index(reason) + 1) for reason in reasons]
    return np.select(list(reasons.values()), places, default=np.int8(0))


def _values(frame: pd.DataFrame, standard: Standard, indicator: Indicator) -> Numbers:
    """Compute one indicator for every section."""
    if not any(indicator.numerators.values()):
        raise EdubalanceError(
            f"{indicator.id} of {standard.id} is given and not computed from schools and sections.",
            hint="Choose a standard whose indicators are sums of columns.",
        )
    total = np.full(len(frame), np.nan)
    # Levels that count the same columns are counted together.
    for numerator in {indicator.numerator(level): None for level in standard.levels}:
        alike = [level for level in standard.levels if indicator.numerator(level) == numerator]
        total = np.where(holds(frame["level"], alike), _sum(frame, standard, numerator), total)
    for relief, rows in _reliefs(frame, standard, indicator):
        added = total + _sum(frame, standard, relief.added)
        total = np.where(rows & ~np.isnan(added), added, total)
    pupils = frame["pupils"].to_numpy()
    return total * indicator.multiplier / np.where(pupils > 0, pupils, np.nan)


def _sum(frame: pd.DataFrame, standard: Standard, terms: Iterable[tuple[str, int]]) -> Numbers:
    """Add up columns with their signs; missing where one of them is."""
    total = np.zeros(len(frame))
    for column, sign in terms:
        if column not in standard.split.columns and column not in table("sections").names:
            raise EdubalanceError(
                f"{standard.id} counts {column}, which is of the whole school, and does not split it.",
                hint="Add the column to the split of the standard.",
            )
        total += sign * frame[column].to_numpy()
    return total


def _reliefs(frame: pd.DataFrame, standard: Standard, indicator: Indicator) -> list[tuple[Relief, Mask]]:
    """Return the reliefs that add columns to an indicator, each with the sections that it is for."""
    if not any(relief.rule == indicator.id and relief.added for relief in standard.reliefs):
        return []
    years = frame["year"].to_numpy()
    return [
        (relief, (years == year) & fits(frame, relief.criteria))
        for year in np.unique(years)
        for relief in standard.reliefs_on(indicator.id, f"{year:.0f}-09-01")
        if relief.added
    ]


def fits(frame: pd.DataFrame, criteria: Iterable[Criterion]) -> Mask:
    """
    Tell which sections a relief is for.

    Parameters
    ----------
    frame : DataFrame
        From `joined`.
    criteria : iterable of Criterion
        All must hold.

    Returns
    -------
    ndarray of bool
        One for each row. A missing value fits nothing.
    """
    fit = np.ones(len(frame), dtype=bool)
    for criterion in criteria:
        if isinstance(criterion.values, tuple):
            fit &= holds(frame[criterion.column], criterion.values)
        else:
            fit &= COMPARE[criterion.operator](frame[criterion.column].to_numpy(), criterion.values)
    return fit
