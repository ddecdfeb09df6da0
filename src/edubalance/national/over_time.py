"""From year to year: whether counties draw together, and how verdicts change."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.measures.convergence import beta_convergence, sigma
from edubalance.national.parts import sorted_parts

FEWEST = 3
_PLACE = ["province", "county"]


def convergence(measured: pd.DataFrame) -> pd.DataFrame:
    """
    Ask of every indicator whether counties drew together from the first year to the last.

    Parameters
    ----------
    measured : DataFrame
        One row a county, year, level and indicator.

    Returns
    -------
    DataFrame
        One row a level and indicator: ``from_year``, ``to_year``, ``n_counties`` (with a positive mean in both years),
        ``n_left_out``, ``sigma_from``, ``sigma_to``, and the ``slope`` of growth on the first value with its bounds,
        ``speed`` and ``half_life``. No rows where there is one year only.
    """
    years = sorted(measured["year"].unique().tolist()) if len(measured) else []
    if len(years) < 2:
        return pd.DataFrame()
    rows = []
    for key, part in measured.groupby(["level", "indicator"], observed=True, sort=True):
        first, last = (part.loc[part["year"] == year].set_index(_PLACE)["mean"] for year in (years[0], years[-1]))
        both = pd.concat([first, last], axis=1, keys=["first", "last"]).sort_index()
        kept = both.loc[(both > 0).all(axis=1)]
        place = dict(zip(("level", "indicator"), key, strict=True))
        rows.append(
            {
                **place,
                "from_year": years[0],
                "to_year": years[-1],
                **_growth(kept, years[-1] - years[0]),
                "n_left_out": len(both) - len(kept),
            }
        )
    return pd.DataFrame(rows)


def _growth(kept: pd.DataFrame, years: int) -> dict[str, Any]:
    """Measure sigma in both years, and beta between them."""
    first, last = (kept[name].to_numpy(dtype=np.float64) for name in ("first", "last"))
    names = ("slope", "low", "high", "speed", "half_life")
    found: dict[str, Any] = {"n_counties": len(kept), **dict.fromkeys(("sigma_from", "sigma_to", *names), np.nan)}
    if len(kept) < FEWEST or np.ptp(first) == 0:
        return found
    beta = beta_convergence(first, last, years)
    return {
        **found,
        "sigma_from": sigma(first),
        "sigma_to": sigma(last),
        **{name: getattr(beta, name) for name in names},
    }


def transitions(counties: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """
    Count how verdicts change from each year to the next.

    Parameters
    ----------
    counties : DataFrame
        As `places.counties` returns it.
    folder : Path
        The result, whose sections are read province by province.

    Returns
    -------
    DataFrame
        One row ``unit`` (``county`` or ``section``), ``level`` (``all`` for counties), ``from_year``, ``to_year``,
        ``before`` and ``after`` (verdicts; ``absent`` where the unit was not there or not judged), ``n``, and
        ``share`` of those that were ``before``. No rows where there is one year only.
    """
    years = sorted(counties["year"].unique().tolist())
    if len(years) < 2:
        return pd.DataFrame()
    whole = counties.drop_duplicates(["year", *_PLACE])
    units = whole.set_index(_PLACE)["county_verdict"]
    found = [_changes(units, whole["year"].to_numpy(), years).assign(unit="county", level="all")]
    sections = sorted_parts(folder, "sections", ["year", *_PLACE, "school_id", "level", "verdict"])
    for level, part in sections.groupby("level", observed=True, sort=True):
        verdicts = part.set_index([*_PLACE, "school_id"])["verdict"]
        found.append(_changes(verdicts, part["year"].to_numpy(), years).assign(unit="section", level=str(level)))
    return pd.concat(found, ignore_index=True)


def _changes(verdicts: pd.Series, year: npt.NDArray[Any], years: list[int]) -> pd.DataFrame:
    """Count pairs of verdicts in years that follow each other."""
    rows = []
    for before, after in pairwise(years):
        both = pd.concat(
            [verdicts[year == before].astype("string"), verdicts[year == after].astype("string")],
            axis=1,
            keys=["before", "after"],
        ).fillna("absent")
        counts = both.groupby(["before", "after"]).size().rename("n").reset_index()
        shares = counts["n"] / counts.groupby("before")["n"].transform("sum")
        rows.append(counts.assign(share=shares, from_year=before, to_year=after))
    return pd.concat(rows, ignore_index=True)
