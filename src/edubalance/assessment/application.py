"""Whether a county may apply (申报条件), and whether something fails it outright (一票否决)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from edubalance import standards
from edubalance.assessment import prerequisites, recognition, vetoes
from edubalance.assessment.basic_history import history, history_parts
from edubalance.assessment.items import Reported
from edubalance.assessment.judgement import Assessment, assess, records
from edubalance.assessment.parts import COUNTY, gathered, weakest
from edubalance.assessment.sections import rule_date
from edubalance.assessment.verdict import combine
from edubalance.assessment.years import of_year
from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError
from edubalance.standards import Item, Standard
from edubalance.standards.dated import as_date

LINE = [*COUNTY, "kind", "number", "line"]


@dataclass(frozen=True)
class Eligibility:
    """
    What stands between a county and applying; every frame is tidy.

    Attributes
    ----------
    standard : Standard
        The standard, with the profiles named.
    convention : str
        Convention of its difference coefficients.
    parts : DataFrame
        One row a county, year and thing compared: ``kind`` (``check`` or ``veto``), ``number``, ``line``, ``part``,
        ``level``, ``value``, ``direction``, ``limit``, ``verdict``, ``basis``, ``missing``, ``remark``, ``evidence``,
        ``confidence``. ``basis`` is ``tables`` (computed from schools and sections), ``reported`` (from numbers that
        the county reports) or ``declared`` (the county's word, not verified); ``remark`` is ``disagree`` where two
        statements of one thing differ and the worse one is judged. A veto is ``met`` where it did not happen.
    lines : DataFrame
        One row a county, year and check or veto: ``verdict``, ``basis`` (all of its parts', joined by ``+``),
        ``missing``, ``confidence`` (the weakest of its parts').
    verdicts : DataFrame
        One row a county and year: verdicts of the ``checks``, of the ``vetoes``, and of both: ``verdict``.
    history : DataFrame
        One row a county, year, level and ``history_year``: the composite of basic balance; see
        `basic_history.history`.
    """

    standard: Standard
    convention: str
    parts: pd.DataFrame
    lines: pd.DataFrame
    verdicts: pd.DataFrame
    history: pd.DataFrame

    @property
    def verdict(self) -> str:
        """Return the verdict of all counties and years together."""
        return combine(self.verdicts["verdict"])


def eligibility(
    tables: Tables,
    standard: Standard,
    *,
    year: int | None = None,
    on: str | datetime.date | None = None,
    convention: str | None = None,
) -> Eligibility:
    """
    Judge the checks before applying and the vetoes of every county.

    Parameters
    ----------
    tables : Tables
        Validated tables; the years before the one applied with are used where they are there.
    standard : Standard
        The standard applied for, with the profiles named; the rules in force on 1 September of each data year apply.
    year : int, optional
        Year of the data to apply with; every year of the tables unless given.
    on : str or datetime.date, optional
        Day of applying, to which the years since recognition are counted where its day is known; 1 September of the
        data's year unless given.
    convention : str, optional
        Convention of the difference coefficients of the standard applied for; its own unless another is named.

    Returns
    -------
    Eligibility
        Verdicts with value, limit, what they rest on and what is missing.

    Raises
    ------
    EdubalanceError
        If the standard has no checks before applying, the tables do not hold the year, the day of applying is given
        without a year or before the year's data, or the county reports what cannot be.
    StandardError
        If the data are older than the standard.

    Notes
    -----
    None of this enters `assess`: its verdict says whether the county is balanced, this one whether it may say so. What
    the county alone knows is its own word; nothing said is undetermined and never a pass.
    """
    day = _day_of_applying(standard, year, on)
    held = tables if year is None else of_year(tables, year)
    judged = assess(held, standard, convention=convention)
    places = judged.verdicts[COUNTY]
    basic = _basic(standard)
    past = history(tables, places, standard, basic) if basic else pd.DataFrame()
    parts = pd.concat(
        [
            part
            for one in places["year"].unique()
            for part in _of_one_year(tables, judged, places.loc[places["year"] == one], past, day)
        ],
        ignore_index=True,
    )
    parts = parts.sort_values(COUNTY, kind="stable").reset_index(drop=True)
    lines = _lines(parts)
    return Eligibility(standard, judged.convention, parts, lines, _verdicts(lines), past)


def _day_of_applying(standard: Standard, year: int | None, on: str | datetime.date | None) -> datetime.date | None:
    """Refuse what has no checks, and a day that belongs to no year's data."""
    if not standard.application.checks:
        raise EdubalanceError(f"{standard.id} holds no checks before applying.", hint="Use cn-2017-quality.")
    if on is None:
        return None
    day = as_date(on)
    if year is None:
        raise EdubalanceError("A day of applying belongs to the data of one year.", hint="Name the year too.")
    if day < as_date(rule_date(year)):
        raise EdubalanceError(
            f"Nobody applies on {day} with data of the school year that begins on {rule_date(year)}.",
            hint="Name a later day, or an earlier year.",
        )
    return day


def _basic(standard: Standard) -> Standard | None:
    """Return the standard that the check on history refers to, if there is one."""
    named = [check.refers_to for check in standard.application.checks if check.refers_to in standards.available()]
    return standards.load(named[0]) if named else None


def _of_one_year(
    tables: Tables, judged: Assessment, places: pd.DataFrame, past: pd.DataFrame, on: datetime.date | None
) -> Iterator[pd.DataFrame]:
    """Judge all lines of one year, for all counties at once."""
    standard, reported = judged.standard, Reported(tables.county, places)
    day, basic = as_date(rule_date(int(places["year"].iloc[0]))), _basic(standard)
    for check in standard.application.checks:
        if basic and any(variable.kind == "date" for variable in check.variables):
            recognition.refuse_implausible(check, places, reported, basic)
        if basic and check.refers_to == basic.id:
            yield from history_parts(check, standard, places, reported, past)
        elif item := _item(standard, check):
            yield from prerequisites.item_parts(check, item, places, judged, tables)
        elif check.refers_to:
            yield from prerequisites.coefficient_parts(check, places, judged, tables)
        else:
            yield from prerequisites.reported_parts(check, standard, places, reported, on)
    for veto in standard.application.vetoes:
        item = _item(standard, veto)
        for condition in veto.conditions_on(day):
            if item:
                yield vetoes.measured_veto(veto, item, places, reported, judged)
            else:
                yield vetoes.veto_part(veto, condition, places, reported)


def _item(standard: Standard, line: Item) -> Item | None:
    """Return the item of the standard that a line refers to, if it refers to one."""
    return next((item for item in standard.items if item.id == line.refers_to), None)


def _lines(parts: pd.DataFrame) -> pd.DataFrame:
    """Combine the parts of each check and veto."""
    combined = parts.groupby(LINE, sort=False).agg(
        verdict=("verdict", combine),
        basis=("basis", lambda bases: "+".join(dict.fromkeys(bases))),
        missing=("missing", gathered),
        confidence=("confidence", weakest),
    )
    return combined.reset_index()


def _verdicts(lines: pd.DataFrame) -> pd.DataFrame:
    """Combine checks, vetoes, and both."""
    kinds = lines.groupby([*COUNTY, "kind"], sort=False)["verdict"].agg(combine).unstack("kind")
    wide = kinds.rename(columns={"check": "checks", "veto": "vetoes"}).rename_axis(columns=None).reset_index()
    return wide.assign(verdict=[combine(pair) for pair in zip(wide["checks"], wide["vetoes"], strict=True)])


def to_dict(found: Eligibility) -> dict[str, Any]:
    """
    Lay an eligibility out for JSON.

    Parameters
    ----------
    found : Eligibility
        Of any number of counties and years.

    Returns
    -------
    dict
        ``verdict``, ``standard``, ``profiles``, ``convention``, ``verdicts``, ``lines``, ``parts``,
        ``history``; NaN is None.
    """
    return {
        "verdict": found.verdict,
        "standard": found.standard.id,
        "profiles": list(found.standard.profiles),
        "convention": found.convention,
        **{name: records(getattr(found, name)) for name in ("verdicts", "lines", "parts", "history")},
    }
