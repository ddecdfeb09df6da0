"""Where resources lie: from the far end of a county to its seat."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.assessment.judgement import Assessment
from edubalance.codebook import Tables

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
