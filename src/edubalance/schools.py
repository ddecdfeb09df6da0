"""Sections (学段): which are judged, what they share of their school's resources, and their indicators."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.codebook import Tables, table
from edubalance.errors import EdubalanceError
from edubalance.standards import Criterion, Indicator, Relief, Standard

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SCHOOL = ["year", "school_id"]
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
COMPARE: dict[str, Callable[[Numbers, float], Mask]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def joined(tables: Tables) -> pd.DataFrame:
    """
    Put beside each section what is known of its school.

    Parameters
    ----------
    tables : Tables
        Validated tables.

    Returns
    -------
    DataFrame
        One row a section, in the order of ``tables.sections``: its columns, those of its school (resources of the
        **whole** school), and ``school_row`` (position of the school in ``tables.schools``), ``school_sections``
        (sections of the school), ``school_pupils`` (pupils of all of them, senior pupils left out) and
        ``school_largest_class``, the last two missing where a section of it is.

    Raises
    ------
    EdubalanceError
        If two schools have one key, or a section has no school.
    """
    keys = pd.MultiIndex.from_frame(tables.schools[SCHOOL])
    if not keys.is_unique:
        raise EdubalanceError("A school should stand once in a year.", hint="Read the tables through intake.")
    school = keys.get_indexer(pd.MultiIndex.from_frame(tables.sections[SCHOOL]))
    if (school < 0).any():
        lost = ", ".join(map(str, tables.sections.loc[school < 0, "school_id"].unique()[:3]))
        raise EdubalanceError(f"Sections without a school: {lost}.", hint="Read the tables through intake.")
    whole = tables.schools.drop(columns=SCHOOL).take(school).reset_index(drop=True)
    frame = pd.concat([tables.sections.reset_index(drop=True), whole], axis=1)
    return frame.assign(**_of_the_school(tables.sections, pd.Series(school)))


def _of_the_school(sections: pd.DataFrame, school: pd.Series[int]) -> dict[str, Numbers | pd.Series[int]]:
    """Count, add up and find the largest over the sections of each school."""
    rows = school.to_numpy()
    largest = np.zeros(rows.max(initial=-1) + 1)
    np.maximum.at(largest, rows, sections["largest_class_pupils"].fillna(np.inf).to_numpy())
    largest[np.isinf(largest)] = np.nan
    return {
        "school_row": school,
        "school_sections": _over_the_school(school, np.ones(len(school))),
        "school_pupils": _over_the_school(school, sections["pupils"].to_numpy()),
        "school_largest_class": largest[rows],
    }


def shared_amounts(tables: Tables, standard: Standard) -> pd.DataFrame:
    r"""
    Split the resources that the levels of an integrated school share.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    standard : Standard
        Says which columns are split and how a pupil of each level weighs.

    Returns
    -------
    DataFrame
        One row a section, in the order of ``tables.sections``: county, year, level, school_id, type, pupils,
        ``share`` (0 to 1), and each column that is split with the amount of the section. Amounts are fractional:
        rooms and books too.

    See Also
    --------
    indicators : The amounts per pupil.

    Notes
    -----
    With the weight :math:`w_k` and the pupils :math:`P_k` of each level :math:`k` of a school, senior pupils
    included, a level's share is

    .. math:: s_l = \frac{w_l P_l}{\sum_k w_k P_k}.

    A section that has its school to itself has the share 1. The share is missing, and with it the amounts,
    where the pupils of a level are: not knowing the senior pupils of a complete secondary school is not the
    same as there being none. It is missing, too, where nobody attends an integrated school, and where a school
    has two sections and the standard has no weights for its type.

    Examples
    --------
    A nine-year school of 166 primary and 210 junior pupils has 23,226 books; a junior pupil weighs 1.1, so that
    the books are shared by 166 + 1.1 × 210 = 397.

    >>> from edubalance import codebook, standards
    >>> schools = pd.DataFrame({"year": [2014], "school_id": ["N"], "type": ["nine_year"], "books": [23226]})
    >>> sections = pd.DataFrame({"year": 2014, "school_id": "N", "level": ["primary", "junior"], "pupils": [166, 210]})
    >>> county = pd.DataFrame({"county": [], "year": [], "variable": []})
    >>> parts = zip(("schools", "sections", "county"), (schools, sections, county), strict=True)
    >>> tables = Tables(*(codebook.table(name).conform(frame) for name, frame in parts))
    >>> shared_amounts(tables, standards.load("cn-2012-basic"))["books"].round(3).tolist()
    [9711.627, 13514.373]
    """
    frame = _shared(joined(tables), standard)
    return frame[["county", "year", "level", "school_id", "type", "pupils", "share", *standard.split.columns]]


def _shared(frame: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Replace the whole school's amounts by the section's, and add the share."""
    part, whole = _parts(frame, standard)
    amounts = {column: frame[column].to_numpy() * part / whole for column in standard.split.columns}
    return frame.assign(share=part / whole, **amounts)


def _parts(frame: pd.DataFrame, standard: Standard) -> tuple[Numbers, Numbers]:
    """Return the weighted pupils of each section and of its school; 1 and 1 where it has the school to itself."""
    weighs = np.zeros(len(frame), dtype=bool)
    part = np.full(len(frame), np.nan)
    senior = np.zeros(len(frame))
    pupils, senior_pupils = frame["pupils"].to_numpy(), frame["senior_pupils"].to_numpy()
    for school_type, weights in standard.split.weights.items():
        of_type = _is(frame["type"], [school_type])
        weighs |= of_type
        senior[of_type] = weights["senior"] * senior_pupils[of_type] if "senior" in weights else 0.0
        for level in set(weights) - {"senior"}:
            rows = of_type & _is(frame["level"], [level])
            part[rows] = weights[level] * pupils[rows]
    whole = np.where(weighs, _over_the_school(frame["school_row"], part) + senior, np.nan)
    whole[whole == 0] = np.nan
    alone = (part == whole) | (~weighs & (frame["school_sections"].to_numpy() == 1))
    return np.where(alone, 1.0, part), np.where(alone, 1.0, whole)


def _over_the_school(school: pd.Series[int], values: Numbers) -> Numbers:
    """Add up values over the sections of each school; missing where one is."""
    rows = school.to_numpy()
    sums: Numbers = np.bincount(rows, values).astype("float64", copy=False)[rows]
    return sums


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
    frame = _shared(joined(tables), standard)
    reason = _reason(frame, standard)
    described = frame[DESCRIPTION].assign(in_scope=reason == "", reason=pd.array(reason, dtype="string"))
    values = {indicator.id: _values(frame, standard, indicator) for indicator in standard.indicators}
    return described.assign(**values)


def _reason(frame: pd.DataFrame, standard: Standard) -> npt.NDArray[np.str_]:
    """Say why each section is out of scope; empty where it is in."""
    scope, pupils = standard.scope, frame["pupils"].to_numpy()
    fewest = scope.teaching_point_min_pupils
    small = _is(frame["type"], ["teaching_point"]) & (pupils < (0 if fewest is None else fewest))
    reasons = {
        "level": ~_is(frame["level"], standard.levels),
        "type": ~_is(frame["type"], scope.types),
        "founder": ~_is(frame["founder"], scope.founders),
        "small_teaching_point": small,
        "no_pupils": pupils == 0,
    }
    return np.select(list(reasons.values()), list(reasons), default="")


def _values(frame: pd.DataFrame, standard: Standard, indicator: Indicator) -> Numbers:
    """Compute one indicator for every section."""
    if not any(indicator.numerators.values()):
        raise EdubalanceError(
            f"{indicator.id} of {standard.id} is given and not computed from schools and sections.",
            hint="Choose a standard whose indicators are sums of columns.",
        )
    total = np.full(len(frame), np.nan)
    for level in standard.levels:
        rows = _is(frame["level"], [level])
        total = np.where(rows, _sum(frame, standard, indicator.numerator(level)), total)
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
            fit &= _is(frame[criterion.column], criterion.values)
        else:
            fit &= COMPARE[criterion.operator](frame[criterion.column].to_numpy(), criterion.values)
    return fit


def _is(column: pd.Series[str], codes: Iterable[str]) -> Mask:
    """Tell where a column holds one of the codes; a missing one holds none."""
    return column.isin(list(codes)).to_numpy(dtype=bool)
