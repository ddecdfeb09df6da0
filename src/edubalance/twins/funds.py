"""What a twin's county spends per pupil, level by level and year by year, and the budget that it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from edubalance.twins import draw, published
from edubalance.twins.parts import LEVELS
from edubalance.twins.spec import Spec

__all__ = ["LEVELS", "Amounts", "budget", "per_pupil", "price_level", "pupils", "years"]

QUANTITY, STATISTIC = "budget_spending_per_pupil", "mean"
# The county's transfers from above, as a share of its spending on schools.
FROM_ABOVE = 0.38
Yearly = dict[int, float]
Amounts = dict[str, Yearly]


def years(spec: Spec, told: Mapping[str, Any]) -> range:
    """Return the years of the funds, which begin before those of the schools."""
    return range(told["first"], max(spec.years) + 1)


def per_pupil(spec: Spec, told: Mapping[str, Any]) -> Amounts:
    """
    Return the county's spending per pupil of each level and year.

    Parameters
    ----------
    spec : Spec
        The specification.
    told : mapping
        What it is told of funds: published or given amounts of some years, and real growth and prices for the others.

    Returns
    -------
    dict of str to dict of int to float
        Yuan, to the cent; ``special`` among the levels.
    """
    known: Amounts = {level: {} for level in LEVELS}
    for (year, level, _, _), figure in published.margins(spec.case, told["margins"]).items():
        known[level][year] = figure.value
    for year, amounts in told["per_pupil"].items():
        for level, amount in amounts.items():
            known[level][year] = float(amount)
    known["special"] = {min(spec.years): float(told["special_per_pupil"])}
    return {level: _chained(spec, told, level, amounts) for level, amounts in known.items()}


def _chained(spec: Spec, told: Mapping[str, Any], level: str, known: Yearly) -> Yearly:
    """Follow real growth and prices from the years that are known, forwards and backwards."""
    found = dict(known)
    span = years(spec, told)
    for year in (*range(max(known) + 1, span.stop), *range(min(known) - 1, span.start - 1, -1)):
        if year > max(known):
            found[year] = round(found[year - 1] * _rise(spec, told, level, year), 2)
        else:
            found[year] = round(found[year + 1] / _rise(spec, told, level, year + 1), 2)
    return {year: found[year] for year in span}


def _rise(spec: Spec, told: Mapping[str, Any], level: str, year: int) -> float:
    """Return by what spending per pupil is multiplied from one year to the next, in current prices."""
    real = told["real_growth"][year]
    if isinstance(real, Sequence):
        real = float(draw.uniforms(draw.stream(spec.seed, "finance", "growth", level, year), 1, *real)[0])
    return float((1 + real) * told["price_index"][year] / 100)


def price_level(told: Mapping[str, Any], year: int, base: int) -> float:
    """Return the prices of an earlier year as a share of those of the base year."""
    return float(1 / np.prod([told["price_index"][later] / 100 for later in range(year + 1, base + 1)]))


def pupils(spec: Spec, told: Mapping[str, Any], listed: pd.Series) -> dict[str, dict[int, int]]:
    """
    Return the pupils of each level and year: those of the schools, and before they are listed as they grew.

    Parameters
    ----------
    spec : Spec
        The specification.
    told : mapping
        Its `earlier_pupils` says how they grew.
    listed : Series
        Pupils of the schools by year and level.

    Returns
    -------
    dict of str to dict of int to int
        By level and year.
    """
    found: dict[str, dict[int, int]] = {}
    for level in LEVELS:
        counted = {year: int(listed[(year, level)]) for year in spec.years}
        for year in range(min(spec.years) - 1, told["first"] - 1, -1):
            counted[year] = round(counted[year + 1] / (1 + told["earlier_pupils"][level]))
        found[level] = counted
    return found


def budget(told: Mapping[str, Any], year: int, spending: int) -> dict[str, Any]:
    """State the county's transfers, revenue, whole spending, residents and prices of a year."""
    known, residents = next(iter(told["residents"].items()))
    people = round(residents * (1 + told["residents_growth"]) ** (year - known))
    revenue = told["revenue_per_resident"] * (1 + told["revenue_growth"]) ** (year - known)
    return {
        "transfers_yuan": round(FROM_ABOVE * spending),
        "fiscal_revenue_yuan": round(people * revenue),
        "fiscal_spending_yuan": round(spending / told["education_share"]),
        "residents": people,
        "price_index": float(told["price_index"][year]),
    }
