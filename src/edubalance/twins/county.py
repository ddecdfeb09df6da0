"""The county table of a twin: what a county reports beyond its schools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from edubalance import standards
from edubalance.measures import dispersion
from edubalance.twins.measure import coefficients
from edubalance.twins.parts import LEVELS
from edubalance.twins.rates import SMALL_SCHOOL
from edubalance.twins.spec import Spec

BASIC = "cn-2012-basic"
COLUMNS = ("county", "year", "variable", "value", "evidence")


def table(spec: Spec, schools: pd.DataFrame, sections: pd.DataFrame) -> pd.DataFrame:
    """
    Make the county table.

    Parameters
    ----------
    spec : Spec
        Its `county` names each variable with a value, a share of another variable, a total of the tables, or a text.
    schools, sections : DataFrame
        Tables of the twin.

    Returns
    -------
    DataFrame
        One row a year and variable.
    """
    rows = []
    for year in spec.years:
        known = _totals(schools, sections, year)
        if year == max(spec.years):
            known |= _history(spec, schools, sections)
        for variable, stated in spec.county.items():
            value = _value(stated, year, known)
            if value is not None:
                known[variable] = value
            text = stated.get("evidence") if isinstance(stated, Mapping) else None
            if value is not None or text is not None:
                rows.append((spec.case, year, variable, value, text))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _totals(schools: pd.DataFrame, sections: pd.DataFrame, year: int) -> dict[str, float]:
    """Count what the tables of a year already hold."""
    then = schools[schools["year"] == year]
    rows = sections[sections["year"] == year].merge(then.drop(columns="year"), on="school_id")
    level, public = rows["level"], rows["founder"] != "private"
    small = then.set_index("school_id")[["public_funds_budget_yuan"]].join(rows.groupby("school_id")["pupils"].sum())
    small = small[small["pupils"] < SMALL_SCHOOL]
    zoned = public & rows["area"].isin(["urban", "town"])
    counted = {
        "TEACHERS": rows["teachers"].sum(),
        "PUBLIC_TEACHERS": rows["teachers"][public].sum(),
        "PRIMARY_TEACHERS": rows["teachers"][level == "primary"].sum(),
        "JUNIOR_TEACHERS": rows["teachers"][level == "junior"].sum(),
        "ZONED_PRIMARY": rows["pupils"][zoned & (level == "primary")].sum(),
        "ZONED_JUNIOR": rows["pupils"][zoned & (level == "junior")].sum(),
        "GRADE_9": round(rows["pupils"][level == "junior"].sum() / 3),
        "MIGRANTS": round((rows["pupils"] * rows["migrant_share_pct"].fillna(0) / 100).sum()),
        "SMALL_SCHOOLS": len(small),
        "SMALL_PUPILS": small["pupils"].sum(),
        "SMALL_FUNDS": small["public_funds_budget_yuan"].sum(),
    }
    return {name: float(number) for name, number in counted.items()}


def _history(spec: Spec, schools: pd.DataFrame, sections: pd.DataFrame) -> dict[str, float]:
    """Compute the highest composite of 2012 over all years of the tables, by level; none where a value is missing."""
    basic = standards.load(BASIC)
    found = {}
    for level in LEVELS:
        yearly = []
        for year in spec.years:
            now = [table[table["year"] == year] for table in (schools, sections)]
            yearly.append(list(coefficients(now[0], now[1], basic, level).values()))
        if np.isfinite(yearly).all():
            found[f"BASIC_{level.upper()}"] = max(dispersion.composite(each) for each in yearly)
    return found


def _value(stated: Any, year: int, known: Mapping[str, float]) -> float | None:
    """Work out one value: a number, a number by year, or a share of another variable, rounded to a whole."""
    if not isinstance(stated, Mapping):
        return None if stated is None else float(stated)
    if "of" in stated:
        share = _value(stated.get("share", 1.0), year, known)
        if share is None or stated["of"] not in known:
            return None
        number = known[stated["of"]] * share
        return round(number, 3) if number < 1 else float(round(number))
    if year in stated:
        return _value(stated[year], year, known)
    return _value(stated.get("value"), year, known)
