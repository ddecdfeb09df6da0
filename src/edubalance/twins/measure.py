"""The published kinds of figure, computed from a twin's tables by the standard's own rules."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.measures import dispersion
from edubalance.standards import Standard
from edubalance.twins.draw import FloatArray


def values(
    schools: pd.DataFrame, sections: pd.DataFrame, standard: Standard, indicator: str, level: str
) -> tuple[FloatArray, FloatArray]:
    """
    Compute one indicator for the sections of a level that the standard judges.

    Parameters
    ----------
    schools, sections : DataFrame
        Tables of one year.
    standard : Standard
        Scope, splitting and the indicator's formula.
    indicator : str
        Id of the indicator.
    level : str
        ``primary`` or ``junior``.

    Returns
    -------
    tuple of ndarray
        Values, and pupils, of the sections in scope, in the order of the table.
    """
    rows = joined(schools, sections, standard)
    rows = rows[(rows["level"] == level) & rows["counts"]]
    rule = standard.indicator(indicator)
    share = rows["share"].to_numpy()
    amount = np.zeros(len(rows))
    for column, sign in rule.numerator(level):
        own = share if column in standard.split.columns else 1.0
        amount += sign * rows[column].to_numpy(dtype=float) * own
    pupils = rows["pupils"].to_numpy(dtype=float)
    return amount * rule.multiplier / pupils, pupils


def coefficients(schools: pd.DataFrame, sections: pd.DataFrame, standard: Standard, level: str) -> dict[str, float]:
    """
    Compute the difference coefficient of every indicator of a standard at one level.

    Parameters
    ----------
    schools, sections : DataFrame
        Tables of one year.
    standard : Standard
        Scope, splitting, indicators.
    level : str
        ``primary`` or ``junior``.

    Returns
    -------
    dict of str to float
        By indicator; NaN where a section's value is missing.
    """
    found = {}
    for indicator in standard.indicators:
        value, pupils = values(schools, sections, standard, indicator.id, level)
        complete = bool(np.isfinite(value).all())
        found[indicator.id] = dispersion.difference_coefficient(value, pupils) if complete else float("nan")
    return found


def joined(schools: pd.DataFrame, sections: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """
    Join sections to their schools, with `counts` (in scope) and `share` (of what the school shares out).

    Parameters
    ----------
    schools, sections : DataFrame
        Tables of one year.
    standard : Standard
        Scope and splitting.

    Returns
    -------
    DataFrame
        One row a section.
    """
    rows = sections.merge(schools.drop(columns="year"), on="school_id", how="left")
    scope = standard.scope
    weight = [split_weight(standard, kind, level) for kind, level in zip(rows["type"], rows["level"], strict=True)]
    heavy = [split_weight(standard, kind, "senior", otherwise=0.0) for kind in rows["type"]]
    own = np.array(weight) * rows["pupils"].to_numpy(dtype=float)
    senior = np.array(heavy) * rows["senior_pupils"].fillna(0).to_numpy(dtype=float)
    rows["share"] = own / (pd.Series(own).groupby(rows["school_id"].to_numpy()).transform("sum").to_numpy() + senior)
    least = scope.teaching_point_min_pupils or 0
    small = (rows["type"] == "teaching_point") & (rows["pupils"] < least)
    rows["counts"] = rows["type"].isin(scope.types) & rows["founder"].isin(scope.founders) & ~small
    return rows


def split_weight(standard: Standard, kind: str, level: str, *, otherwise: float = 1.0) -> float:
    """
    Return what a pupil of a level weighs where a school of a type shares its resources out.

    Examples
    --------
    >>> from edubalance import standards
    >>> quality = standards.load("cn-2017-quality")
    >>> split_weight(quality, "nine_year", "junior"), split_weight(quality, "primary", "primary")
    (1.1, 1.0)
    """
    table = standard.split.weights
    return table[kind].get(level, otherwise) if kind in table else otherwise
