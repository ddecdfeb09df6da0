"""Where resources lie: from the far end of a county to its seat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance.assessment.judgement import Assessment
from edubalance.codebook import Tables
from edubalance.measures import lorenz

SCHOOL = ["year", "school_id"]


def verdicts_in_place(assessment: Assessment, tables: Tables) -> pd.DataFrame:
    """
    Put the verdict on every section where its school stands.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.
    tables : Tables
        The tables it was made from.

    Returns
    -------
    DataFrame
        `Assessment.section_verdicts` with ``x_km`` and ``y_km``.
    """
    return assessment.section_verdicts.merge(_positions(tables), on=SCHOOL, how="left", validate="many_to_one")


def _positions(tables: Tables) -> pd.DataFrame:
    """Return where every school stands in every year."""
    return tables.schools[[*SCHOOL, "x_km", "y_km"]]


def values_in_place(assessment: Assessment, tables: Tables) -> pd.DataFrame:
    """
    Put every section's value where its school stands.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.
    tables : Tables
        The tables it was made from.

    Returns
    -------
    DataFrame
        `Assessment.sections` with ``x_km``, ``y_km`` and ``distance_km`` (as the crow flies, to the county seat) and
        ``multiple`` (value over threshold).
    """
    placed = assessment.sections.merge(_positions(tables), on=SCHOOL, how="left", validate="many_to_one")
    distance = np.hypot(placed["x_km"], placed["y_km"])
    return placed.assign(distance_km=distance, multiple=placed["value"] / placed["threshold"])


def concentration_by_distance(
    assessment: Assessment, tables: Tables, *, indicators: Sequence[str], level: str
) -> pd.DataFrame:
    """
    Trace concentration curves of resources, the pupils farthest from the county seat first.

    Parameters
    ----------
    assessment : Assessment
        Of one county and year.
    tables : Tables
        The tables it was made from.
    indicators : sequence of str
        Indicators, one curve each.
    level : str
        ``primary`` or ``junior``.

    Returns
    -------
    DataFrame
        ``group`` (the indicator), ``pupil_share``, ``resource_share``, and the curve's ``index``: above 0 where the
        resource lies near the seat, below 0 where it lies far out. Sections without a value or a place are left out.

    References
    ----------
    .. [1] Kakwani, N., Wagstaff, A. and van Doorslaer, E. (1997). Socioeconomic inequalities in health. Journal of
       Econometrics 77, 87-103.
    """
    placed = values_in_place(assessment, tables)
    placed = placed.loc[placed["level"] == level].dropna(subset=["value", "distance_km"])
    curves = []
    for indicator in indicators:
        part = placed.loc[placed["indicator"] == indicator]
        columns = [part["value"], -part["distance_km"], part["pupils"]]
        values, rank, pupils = (column.to_numpy(dtype=np.float64) for column in columns)
        curve = lorenz.concentration_curve(values, rank, pupils)
        points = {"pupil_share": curve.population_share, "resource_share": curve.resource_share}
        index = lorenz.concentration_index(values, rank, pupils)
        curves.append(pd.DataFrame({"group": indicator, **points, "index": index}))
    return pd.concat(curves, ignore_index=True)
