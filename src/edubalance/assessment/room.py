"""Room: how full schools are, how far they can grow, and how many pupils are on their way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance import rounding
from edubalance.assessment.inequality import BALANCE
from edubalance.assessment.judgement import Assessment
from edubalance.assessment.sections import rule_date
from edubalance.codebook import Tables
from edubalance.schools import joined
from edubalance.standards import Standard

LEVELS = ["county", "year", "level"]
UNIT = [*LEVELS, "school_id", "type", "area", "township"]
LARGEST_CLASS = "largest_class"


def places_filled(tables: Tables, standard: Standard) -> pd.DataFrame:
    """
    Compare the pupils of each section with the places that its classes have.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    standard : Standard
        Its condition on the largest class says how many places a class has; without one a class has none to count.

    Returns
    -------
    DataFrame
        One row a section, whatever its type: identity, ``pupils``, ``classes``, ``per_class`` (pupils a class),
        ``places`` (classes times the places of a class), ``filled`` (percent of the places), ``empty`` (places less
        pupils; negative where classes are too large). Missing where the section has no number of classes.

    Notes
    -----
    A class that few pupils have left stays a class: where `filled` is low, rooms and teachers serve few.
    """
    frame = joined(tables).astype({"year": "int64"})
    size = _class_size(frame[["year", "level"]], standard)
    classes = frame["classes"].where(frame["classes"] > 0)
    places = classes * size
    found = frame[[*UNIT, "pupils", "classes"]].assign(per_class=frame["pupils"] / classes, places=places)
    return found.assign(filled=100 * found["pupils"] / places, empty=places - found["pupils"])


def _class_size(sections: pd.DataFrame, standard: Standard) -> pd.Series:
    """Return the largest class that the standard allows each section; missing where it says nothing."""
    asked = {c.level: c.id for c in standard.conditions if c.check is not None and c.check.kind == LARGEST_CLASS}
    sizes = {
        (year, level): standard.value_on(asked[level], rule_date(year), level)
        for year, level in sections.drop_duplicates().itertuples(index=False, name=None)
        if level in asked
    }
    keys = sections.itertuples(index=False, name=None)
    return pd.Series([sizes.get(key, np.nan) for key in keys], index=sections.index, dtype="float64")


def under_growth(assessment: Assessment, rates: Sequence[float]) -> pd.DataFrame:
    r"""
    Count the sections that would still reach each threshold if pupils grew and resources did not.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.
    rates : sequence of float
        Growth of every section's pupils, in percent; 0 is the present.

    Returns
    -------
    DataFrame
        One row a county, year, level, indicator and ``rate``: ``n_sections`` (with a value), ``n_met``, ``share``
        (percent of the sections), ``pupil_share`` (percent of the pupils). Indicators without a threshold have none.

    Notes
    -----
    A value per pupil :math:`x` becomes :math:`x / (1 + g)`. That all sections grow alike is an assumption: where
    growth falls on those that are full already, fewer are left above the threshold.
    """
    held = assessment.sections.dropna(subset=["value", "threshold"])
    rows = []
    for rate in rates:
        met = held["value"] * 100 >= rounding.reachable(held["threshold"] * (100 + rate), ">=")
        counted = held.assign(met=met, at=held["pupils"].where(met, 0.0)).groupby(BALANCE, observed=True, sort=False)
        sums = counted.agg(n_sections=("met", "size"), n_met=("met", "sum"), at=("at", "sum"), pupils=("pupils", "sum"))
        rows.append(sums.reset_index().assign(rate=float(rate)))
    frame = pd.concat(rows, ignore_index=True)
    frame = frame.assign(
        share=100 * frame["n_met"] / frame["n_sections"], pupil_share=100 * frame["at"] / frame["pupils"]
    )
    return frame[[*BALANCE, "rate", "n_sections", "n_met", "share", "pupil_share"]]


def year_groups(tables: Tables) -> pd.DataFrame:
    """
    Compute the size of an average year group at each level, and what is to come.

    The primary year groups of today are the junior ones of tomorrow: where they are larger, the junior level will
    have to grow, births or no births.

    Parameters
    ----------
    tables : Tables
        Validated tables.

    Returns
    -------
    DataFrame
        One row a county, year and ``group`` (the level): ``value`` (pupils a year group; sections without a number
        of grades are left out and counted in ``n_missing``), and ``to_come``, on the rows of the junior level: how
        much larger the average primary year group is, in percent.

    Notes
    -----
    Pupils who move away between the levels, or come, are not foreseen.
    """
    frame = joined(tables).astype({"year": "int64"})
    known = (frame["grades"] > 0).fillna(value=False)
    frame = frame.assign(group=frame["level"], value=frame["pupils"] / frame["grades"].where(known), n_missing=~known)
    keys = ["county", "year", "group"]
    sizes = frame.groupby(keys, observed=True, sort=False)[["value", "n_missing"]].sum().reset_index()
    primary = sizes.loc[sizes["group"] == "primary"].set_index(["county", "year"])["value"]
    before = primary.reindex(pd.MultiIndex.from_frame(sizes[["county", "year"]])).to_numpy(dtype=np.float64)
    coming = 100 * (before / sizes["value"] - 1)
    return sizes.assign(to_come=coming.where(sizes["group"] == "junior"))
