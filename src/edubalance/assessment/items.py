"""The county's other items: what schools, counts and documents show, against each condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.assessment import checks
from edubalance.assessment.sections import rule_date
from edubalance.assessment.verdict import FAILS, PASSES, UNKNOWN, Codes, compare, words
from edubalance.standards import Condition, Formula, Item, Standard
from edubalance.standards.dated import as_date

Floats = npt.NDArray[np.float64]

COUNTY = ("county", "year")
COLUMNS = (
    "dimension",
    "number",
    "item",
    "condition",
    "level",
    "value",
    "direction",
    "threshold",
    "n_checked",
    "n_failed",
    "n_missing",
    "verdict",
    "evidence",
)


def judge_items(county: pd.DataFrame, standard: Standard, sections: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """
    Judge every item that is not one of the indicators, for every county and year in one pass.

    Parameters
    ----------
    county : DataFrame
        What counties report, long; may be empty, then its items are undetermined.
    standard : Standard
        Its items and thresholds of the data's own year apply.
    sections : DataFrame
        Sections in scope, as `schools.joined` lays them out.
    places : DataFrame
        Every ``county`` and ``year`` that has sections, in scope or not.

    Returns
    -------
    DataFrame
        One row a county, year and condition: ``dimension``, ``number``, ``item``, ``condition``, ``level``,
        ``value``, ``direction``, ``threshold``, ``n_checked``, ``n_failed``, ``n_missing``, ``verdict``,
        ``evidence``. ``value`` is the county's own value, or the worst of its schools.
    """
    rows = [
        part
        for year in places["year"].unique()
        for part in _judge_year(int(year), county, standard, sections, places.loc[places["year"] == year])
    ]
    return pd.concat(rows, ignore_index=True) if rows else places.iloc[:0].reindex(columns=[*COUNTY, *COLUMNS])


def _judge_year(
    year: int, county: pd.DataFrame, standard: Standard, sections: pd.DataFrame, places: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    """Judge every condition that is asked in a year, for all counties at once."""
    reported = Reported(county, places)
    of_the_year = sections.loc[sections["year"] == year]
    date = as_date(rule_date(year))
    for item in standard.items:
        for condition in item.conditions_on(date):
            yield _frame(places, item, condition, _judge(condition, standard, of_the_year, places, reported))


class Reported:
    """
    What counties report: one row a county and year, one column a variable.

    Parameters
    ----------
    county : DataFrame
        The county's table, long; may be empty.
    places : DataFrame
        Every ``county`` and ``year`` asked for; all answers stand in this order.
    """

    def __init__(self, county: pd.DataFrame, places: pd.DataFrame) -> None:
        self._values = _wide(county, "value", places)
        self._evidence = _wide(county, "evidence", places)
        self._count = len(places)

    def value(self, variable: str) -> Floats:
        """Return a variable's values; NaN where it is not reported."""
        if variable not in self._values:
            return np.full(self._count, np.nan)
        return self._values[variable].to_numpy(dtype=np.float64, na_value=np.nan)

    def evidence(self, variable: str) -> list[str]:
        """Return the documents given for a variable; empty where there are none."""
        if variable not in self._evidence:
            return [""] * self._count
        return [str(text) for text in self._evidence[variable].fillna("")]


def _wide(county: pd.DataFrame, column: str, places: pd.DataFrame) -> pd.DataFrame:
    """Turn the long county table into one row a county and year, in the order of `places`."""
    keys = pd.MultiIndex.from_frame(places)
    if county.empty:
        return pd.DataFrame(index=keys)
    return county.pivot(index=list(COUNTY), columns="variable", values=column).reindex(keys)


def _judge(
    condition: Condition, standard: Standard, sections: pd.DataFrame, places: pd.DataFrame, reported: Reported
) -> dict[str, Any]:
    """Judge one condition for all counties and years."""
    if condition.check is not None:
        return checks.judge_check(condition, condition.check, standard, sections, places)
    if condition.formula is not None:
        return _judge_formula(condition, condition.formula, standard, places, reported)
    codes, evidence = judge_document(condition, reported)
    return {"codes": codes, "evidence": evidence, "values": reported.value(condition.id)}


def judge_document(condition: Condition, reported: Reported) -> tuple[Codes, list[str]]:
    """
    Judge what a document of the county shows.

    Parameters
    ----------
    condition : Condition
        Its id is the variable.
    reported : Reported
        What the counties report.

    Returns
    -------
    codes : ndarray of int8
        1 where evidence is named, -1 where the county reports 0 whatever it names, 0 otherwise.
    evidence : list of str
        The documents.
    """
    evidence = reported.evidence(condition.id)
    given = np.array([PASSES if text else UNKNOWN for text in evidence], dtype=np.int8)
    # A county that reports 0 says itself that the item is not met, whatever document it names.
    return np.where(reported.value(condition.id) == 0, FAILS, given).astype(np.int8), evidence


def _judge_formula(
    condition: Condition, formula: Formula, standard: Standard, places: pd.DataFrame, reported: Reported
) -> dict[str, Any]:
    """Compute a county's value from what it reports, and compare it."""
    values = evaluate(formula, reported.value)
    thresholds = np.array(
        [standard.value_on(condition.id, rule_date(year), condition.level) for year in places["year"]], dtype=np.float64
    )
    codes = compare(values, thresholds, condition.direction)
    if condition.nobody_if_zero:
        codes = np.where(reported.value(condition.nobody_if_zero) == 0, PASSES, codes).astype(np.int8)
    return {"values": values, "thresholds": thresholds, "codes": codes}


def evaluate(formula: Formula, value_of: Callable[[str], Floats]) -> Floats:
    """
    Evaluate a ratio of sums.

    Parameters
    ----------
    formula : Formula
        Signed variables above and below, and a multiplier.
    value_of : callable
        Gives the array of values of a variable.

    Returns
    -------
    ndarray of float
        ``multiplier * sum(numerator) / sum(denominator)``; NaN where a variable is missing or the
        denominator is not positive, since a share of nobody is not a share.
    """
    top = _signed_sum(formula.numerator, value_of) * formula.multiplier
    if not formula.denominator:
        return top
    bottom = _signed_sum(formula.denominator, value_of)
    return np.asarray(np.divide(top, bottom, out=np.full(bottom.shape, np.nan), where=bottom > 0))


def _signed_sum(terms: tuple[tuple[str, int], ...], value_of: Callable[[str], Floats]) -> Floats:
    """Add the terms, each with its sign."""
    return np.asarray(np.sum([sign * value_of(name) for name, sign in terms], axis=0, dtype=np.float64))


def _frame(places: pd.DataFrame, item: Item, condition: Condition, found: dict[str, Any]) -> pd.DataFrame:
    """Lay the findings of one condition out, one row a county and year."""
    missing = np.full(len(places), np.nan)
    return places.assign(
        dimension=item.dimension,
        number=item.number,
        item=item.id,
        condition=condition.id,
        level=condition.level or "",
        value=found.get("values", missing),
        direction=condition.direction,
        threshold=found.get("thresholds", missing),
        n_checked=found.get("n_checked", missing),
        n_failed=found.get("n_failed", missing),
        n_missing=found.get("n_missing", missing),
        verdict=words(np.asarray(found["codes"])),
        evidence=found.get("evidence", [""] * len(places)),
    )
