"""Who gets the resource: pupils in the order of another fact about their school."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance.assessment.inequality import BALANCE
from edubalance.assessment.judgement import Assessment
from edubalance.codebook import Tables, table
from edubalance.errors import EdubalanceError
from edubalance.measures import lorenz

REMOTENESS = "remoteness"
CURVE = [*BALANCE, "group", "pupil_share", "resource_share", "index", "n_missing"]


def concentration_curves(
    assessment: Assessment,
    tables: Tables,
    by: str,
    *,
    level: str,
    indicators: Sequence[str],
    highest_first: bool = True,
) -> pd.DataFrame:
    """
    Trace concentration curves: pupils stand by a fact about their school, not by the resource itself.

    Parameters
    ----------
    assessment : Assessment
        Of one county and year.
    tables : Tables
        The tables it was made from.
    by : str
        ``remoteness`` (distance from the county seat) or a number in the table of schools, such as
        ``migrant_share_pct``.
    level : str
        Level whose sections are ranked.
    indicators : sequence of str
        Indicators, one curve each.
    highest_first : bool
        Whether those with the highest `by` count as the least advantaged, and stand first.

    Returns
    -------
    DataFrame
        ``group`` (the indicator), ``pupil_share``, ``resource_share``, beside county, year, level and indicator;
        ``index`` (concentration index: negative where the resource goes to the least advantaged), ``n_missing``
        (sections that have no value or no rank and are left out).

    Raises
    ------
    EdubalanceError
        If `by` is no number of the table of schools.
    """
    ranked = assessment.sections.loc[assessment.sections["level"] == level].merge(
        _ranks(tables, by), on=["year", "school_id"], how="left", validate="many_to_one"
    )
    curves = [_curve(ranked.loc[ranked["indicator"] == name], -1.0 if highest_first else 1.0) for name in indicators]
    return pd.concat(curves, ignore_index=True)


def _ranks(tables: Tables, by: str) -> pd.DataFrame:
    """Return what the schools are ranked by."""
    schools = tables.schools
    numbers = [column.name for column in table("schools").columns if column.kind == "number"]
    if by != REMOTENESS and by not in numbers:
        raise EdubalanceError(
            f"Schools are ranked by a number; got {by!r}.", hint=f"Use {REMOTENESS} or {', '.join(numbers)}."
        )
    rank = np.hypot(schools["x_km"], schools["y_km"]) if by == REMOTENESS else schools[by]
    return schools[["year", "school_id"]].astype({"year": "int64"}).assign(rank=rank)


def _curve(part: pd.DataFrame, sign: float) -> pd.DataFrame:
    """Trace the curve of one indicator."""
    held = part.dropna(subset=["value", "rank"])
    values, pupils = held["value"].to_numpy(dtype=float), held["pupils"].to_numpy(dtype=float)
    rank = sign * held["rank"].to_numpy(dtype=float)
    curve = lorenz.concentration_curve(values, rank, pupils)
    frame = pd.DataFrame({"pupil_share": curve.population_share, "resource_share": curve.resource_share})
    return frame.assign(
        **{name: part[name].iloc[0] for name in BALANCE},
        group=part["indicator"].iloc[0],
        index=lorenz.concentration_index(values, rank, pupils),
        n_missing=len(part) - len(held),
    )[CURVE]
