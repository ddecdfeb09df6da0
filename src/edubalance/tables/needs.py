"""How far a county stands from the standard, and what it would take to lift every section to it."""

from __future__ import annotations

import pandas as pd

from edubalance import rounding, wording
from edubalance.codebook import table
from edubalance.standards import Standard
from edubalance.tables.printed import NOTHING, Columns, Printed, beside, names, number, printed, words


def shortfalls(
    frame: pd.DataFrame, standard: Standard, *, kind: str, lang: str = "en", scenario: str = "described"
) -> Printed:
    """
    Print the distance to the standard, indicator by indicator.

    Parameters
    ----------
    frame : DataFrame
        As from `assessment.inequality.shortfalls`, whatever the groups are.
    standard : Standard
        Names the indicators and what they count.
    kind : str
        What the data are.
    lang : str
        ``"en"`` or ``"zh"``.
    scenario : str
        Scenario of a twin.

    Returns
    -------
    Printed
        One row as in the frame: the pooled mean, the standard, how many sections lie below it with what share of the
        pupils, and the teachers, square metres, rooms or money missing to lift all of them. That sum is the least
        it takes: a section that lacks half a teacher needs a whole one.
    """
    called, digits = names(standard, lang), standard.precision
    counts = zip(frame["n_below"], frame["n_sections"], strict=True)
    missing = zip(frame["missing"], frame["indicator"], frame["level"], strict=True)
    columns: Columns = {
        "year": frame["year"].astype(str),
        "level": words("level", frame["level"], lang),
        "indicator": [called[indicator] for indicator in frame["indicator"]],
        "mean": beside(frame["mean"], frame["threshold"], digits["mean"]),
        "threshold": [number(value, digits["value"]) for value in frame["threshold"]],
        "sections_below": [f"{rounding.text(below, '.0f')} / {rounding.text(count, '.0f')}" for below, count in counts],
        "pupils_below": [number(100 * share, digits["ratio"]) for share in frame["pupil_share"]],
        "missing_resource": [
            _amount(value, counted_unit(standard, name, level, lang)) for value, name, level in missing
        ],
    }
    return printed("shortfalls", columns, wording.kind(kind, lang, scenario), lang, standard.document)


def counted_unit(standard: Standard, indicator: str, level: str, lang: str) -> str:
    """
    Return the unit of what an indicator counts: teachers, square metres, rooms.

    Parameters
    ----------
    standard : Standard
        Its standard.
    indicator, level : str
        Which indicator; what it counts may differ by level.
    lang : str
        ``"en"`` or ``"zh"``.

    Returns
    -------
    str
        The unit of the first column that it counts.

    Examples
    --------
    >>> from edubalance import standards
    >>> counted_unit(standards.load("cn-2017-quality"), "backbone_teachers_per_100", "primary", "en")
    'teachers'
    """
    column, _ = standard.indicator(indicator).numerator(level)[0]
    return table("sections" if column in table("sections").names else "schools").column(column).unit(lang)


def _amount(value: float, unit: str) -> str:
    """Write an amount with its unit, rounded up; a unit that is a number itself is multiplied with."""
    times = " × " if unit[:1].isdigit() else " "
    return NOTHING if pd.isna(value) else f"{int(rounding.up(value)):,}{times}{unit}".strip()
