"""What groups of schools have beside each other, how their pupils moved, and what changed the resources per pupil."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance.assessment.composition import public_funds
from edubalance.assessment.inequality import BALANCE, means
from edubalance.assessment.judgement import Assessment
from edubalance.codebook import Tables, codes
from edubalance.schools import joined

LEVELS = ["county", "year", "level"]
SECTION = ["county", "school_id", "level"]
CODE_LISTS = ("area", "level", "type", "founder")


def relative_means(assessments: Sequence[Assessment], by: str = "area") -> pd.DataFrame:
    """
    Divide the pooled mean of every group by that of all groups together.

    Parameters
    ----------
    assessments : sequence of Assessment
        The same tables by one or more standards; an indicator that two of them share is taken from the first.
    by : str
        Column that tells groups apart.

    Returns
    -------
    DataFrame
        One row a county, year, level, indicator and ``group``: ``value`` (pooled mean, in the indicator's unit),
        ``overall`` (of all groups), ``relative`` (value over overall; 1 is the mean), ``pupils``.
    """
    frames = [means(assessment, by) for assessment in assessments]
    together = pd.concat(frames, ignore_index=True).drop_duplicates([*BALANCE, "group"])
    amounts = together.assign(amount=together["value"] * together["pupils"])
    sums = amounts.groupby(BALANCE, observed=True)[["amount", "pupils"]].transform("sum")
    overall = sums["amount"] / sums["pupils"]
    found = together.assign(overall=overall, relative=together["value"] / overall.where(overall > 0))
    return found[[*BALANCE, "group", "value", "overall", "relative", "pupils"]].reset_index(drop=True)


def change_parts(assessment: Assessment, by: str = "area") -> pd.DataFrame:
    r"""
    Split the change of a resource per pupil into more of the resource and fewer pupils.

    A school whose pupils leave looks richer by every indicator without having been given anything.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and at least two years; the first and the last are compared. Sections that opened, closed or
        went out of scope in between belong to the change; one whose value is missing in either year is left out of
        both.
    by : str
        Column that tells groups apart; ``county`` for all together.

    Returns
    -------
    DataFrame
        One row a county, level, indicator, ``group`` and ``component`` (``resource``, ``fewer_pupils``): ``change``
        (in log points, about percent; fewer pupils count as a gain per pupil) and ``total`` (of both components).

    Notes
    -----
    With resource :math:`R` and pupils :math:`P`, in the first year and the last,

    .. math:: \ln\frac{R_1 / P_1}{R_0 / P_0} = \ln\frac{R_1}{R_0} + \ln\frac{P_0}{P_1} .
    """
    keys, held = ["county", "level", "indicator", "group"], assessment.sections
    missing = held["value"].isna().groupby([held[key] for key in (*SECTION, "indicator")], observed=True)
    held = held.loc[~missing.transform("any").to_numpy(dtype=bool)]
    held = held.assign(group=held[by], amount=held["value"] * held["pupils"])
    sums = held.groupby(["year", *keys], observed=True, sort=False)[["amount", "pupils"]].sum()
    first, last = sums.xs(held["year"].min()), sums.xs(held["year"].max())
    grown = pd.DataFrame(last / first).reindex(first.index.intersection(last.index, sort=False))
    logs = 100 * np.log(grown.where((grown > 0) & (grown < np.inf)))
    parts = pd.DataFrame({"resource": logs["amount"], "fewer_pupils": -logs["pupils"]})
    total = parts.sum(axis=1, skipna=False).rename("total")
    long = parts.melt(var_name="component", value_name="change", ignore_index=False)
    return long.join(total).reset_index()


def enrolment(tables: Tables, by: str = "area") -> pd.DataFrame:
    """
    Count pupils and sections by year, schools out of every standard's scope too.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    by : str
        Column that tells groups apart, such as ``area``, ``township`` or ``level``.

    Returns
    -------
    DataFrame
        One row a county, year, level and ``group``: ``pupils``, ``sections``, and ``value``, the pupils for each
        100 of the first year in which the group has any.
    """
    frame = joined(tables).astype({"year": "int64"})
    frame = frame.assign(group=frame[by])
    grouped = frame.groupby([*LEVELS, "group"], observed=True, sort=True)["pupils"]
    counts = grouped.agg(pupils="sum", sections="size").reset_index()
    base = counts.where(counts["pupils"] > 0).groupby([counts["county"], counts["level"], counts["group"]])["pupils"]
    return _in_order(counts.assign(value=100 * counts["pupils"] / base.transform("first")), by)


def _in_order(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Let groups that the codebook lists stand in its order."""
    if by not in CODE_LISTS:
        return frame
    places = {code: place for place, code in enumerate(codes(by))}
    return frame.sort_values("group", key=lambda group: group.map(places), kind="stable", ignore_index=True)


def pupil_change(tables: Tables) -> pd.DataFrame:
    """
    Compare each section's pupils in the last year with the first.

    Parameters
    ----------
    tables : Tables
        Validated tables of at least two years; a section that is not there in both has no row.

    Returns
    -------
    DataFrame
        One row a section: county, school_id, level, area, township, ``x_km``, ``y_km`` (of the last year),
        ``before``, ``pupils`` (of the last year), ``change`` (percent; NaN where there were none before).
    """
    frame = joined(tables).astype({"year": "int64"})
    ends = [frame.loc[frame["year"] == year].set_index(SECTION) for year in (frame["year"].min(), frame["year"].max())]
    before = ends[0]["pupils"].rename("before")
    place = ends[1][["area", "township", "x_km", "y_km", "pupils"]].join(before, how="inner")
    change = 100 * (place["pupils"] / place["before"].where(place["before"] > 0) - 1)
    found: pd.DataFrame = place.assign(change=change).reset_index()
    return found


def public_funds_by(tables: Tables, by: str = "area") -> pd.DataFrame:
    """
    Pool the public funds per pupil of the schools of each group.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    by : str
        Column of `composition.public_funds` that tells groups apart; ``county`` for all together.

    Returns
    -------
    DataFrame
        One row a county, year and ``group``: ``value`` (yuan per pupil), ``pupils``, ``n_missing`` (schools without
        a budget or without pupils, left out).
    """
    schools = public_funds(tables)
    known = schools["per_pupil"].notna()
    schools = schools.assign(
        group=schools[by],
        amount=schools["per_pupil"] * schools["pupils"],
        pupils=schools["pupils"].where(known),
        n_missing=~known,
    )
    grouped = schools.groupby(["county", "year", "group"], observed=True, sort=True)
    sums = grouped[["amount", "pupils", "n_missing"]].sum().reset_index()
    found = sums.assign(value=sums["amount"] / sums["pupils"].where(sums["pupils"] > 0)).drop(columns="amount")
    return _in_order(found, by)


def mean_shares(decomposed: pd.DataFrame) -> pd.DataFrame:
    """
    Average the shares of a decomposition over levels and indicators.

    Parameters
    ----------
    decomposed : DataFrame
        As from `inequality.decomposition`.

    Returns
    -------
    DataFrame
        One row a county, year and ``component``: ``share`` (0 to 1). Indicators in which all sections are equal have
        no shares and do not count.

    Examples
    --------
    >>> one = {"county": "D", "year": 2023, "component": "between_areas"}
    >>> mean_shares(pd.DataFrame([one | {"share": 0.2}, one | {"share": 0.6}]))["share"].tolist()
    [0.4]
    """
    keys = ["county", "year", "component"]
    return decomposed.groupby(keys, observed=True, sort=False)["share"].mean().reset_index()
