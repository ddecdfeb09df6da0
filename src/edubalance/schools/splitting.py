"""Integrated schools: what each level has of the resources that the levels share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.codebook import Tables
from edubalance.schools.joining import Numbers, holds, joined, over_the_school
from edubalance.standards import Standard


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
    frame = with_shared_amounts(joined(tables), standard)
    return frame[["county", "year", "level", "school_id", "type", "pupils", "share", *standard.split.columns]]


def with_shared_amounts(frame: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Replace the whole school's amounts, those that the frame has, by the section's, and add the share."""
    part, whole = _parts(frame, standard)
    there = [column for column in standard.split.columns if column in frame]
    amounts = {column: frame[column].to_numpy() * part / whole for column in there}
    return frame.assign(share=part / whole, **amounts)


def _parts(frame: pd.DataFrame, standard: Standard) -> tuple[Numbers, Numbers]:
    """Return the weighted pupils of each section and of its school; 1 and 1 where it has the school to itself."""
    weighs = np.zeros(len(frame), dtype=bool)
    part = np.full(len(frame), np.nan)
    senior = np.zeros(len(frame))
    pupils, senior_pupils = frame["pupils"].to_numpy(), frame["senior_pupils"].to_numpy()
    for school_type, weights in standard.split.weights.items():
        of_type = holds(frame["type"], [school_type])
        weighs |= of_type
        senior[of_type] = weights["senior"] * senior_pupils[of_type] if "senior" in weights else 0.0
        for level in set(weights) - {"senior"}:
            rows = of_type & holds(frame["level"], [level])
            part[rows] = weights[level] * pupils[rows]
    whole = np.where(weighs, over_the_school(frame["school_row"], part) + senior, np.nan)
    whole[whole == 0] = np.nan
    alone = (part == whole) | (~weighs & (frame["school_sections"].to_numpy() == 1))
    return np.where(alone, 1.0, part), np.where(alone, 1.0, whole)
