"""Inequality between schools, measured on an assessment: tidy frames for tables and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from edubalance.assessment.judgement import Assessment, assess
from edubalance.codebook import Tables
from edubalance.measures import adequacy, dispersion, entropy, grouped, jackknife, lorenz
from edubalance.measures import influence as influences
from edubalance.standards import Standard

CONVENTIONS = ("weighted_population", "unweighted_population", "unweighted_sample")
BALANCE = ["county", "year", "level", "indicator"]
Key = tuple[Any, ...]


def _parts(assessment: Assessment, *more: str) -> Iterator[tuple[Key, pd.DataFrame]]:
    """Go through county, year, level and indicator with the sections that have a value."""
    held = assessment.sections.dropna(subset="value")
    held = held.loc[held["pupils"] > 0]
    for key, part in held.groupby([*BALANCE, *more], observed=True, sort=False):
        if (part["value"] > 0).any():
            yield key, part


def inequality(assessment: Assessment) -> pd.DataFrame:
    """
    Measure the inequality between sections in several ways, side by side.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.

    Returns
    -------
    DataFrame
        One row a county, year, level and indicator: ``cv``, ``gini``, ``theil_t``, ``hoover``, each weighted by
        pupils; sections without a value are left out, ``n_missing`` of `Assessment.counties` counts them.
    """
    rows = []
    for key, part in _parts(assessment):
        values, pupils = part["value"].to_numpy(dtype=float), part["pupils"].to_numpy(dtype=float)
        rows.append(
            {
                **dict(zip(BALANCE, key, strict=True)),
                "cv": dispersion.difference_coefficient(values, pupils),
                "gini": lorenz.gini(values, pupils),
                "theil_t": entropy.theil_t(values, pupils),
                "hoover": dispersion.hoover(values, pupils),
            }
        )
    return pd.DataFrame(rows)


def decomposition(assessment: Assessment, layers: Sequence[str] = ("area",)) -> pd.DataFrame:
    """
    Decompose Theil's T exactly: between areas, between townships inside areas, between schools inside those.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.
    layers : sequence of str
        Columns of the sections, outermost first; each is nested in those before it.

    Returns
    -------
    DataFrame
        One row a county, year, level, indicator and component: ``component`` (``between_areas``,
        ``between_townships``, ``between_schools`` …), ``theil_t`` and its ``share`` of the total; the shares of
        an indicator add up to 1.
    """
    plural = {"area": "areas", "township": "townships", "education_group": "groups", "county": "counties"}
    rows = []
    for key, part in _parts(assessment):
        nested = [_nested(part, layers[: depth + 1]) for depth in range(len(layers))]
        found = entropy.decompose(part["value"].to_numpy(dtype=float), nested, part["pupils"].to_numpy(dtype=float))
        names = [f"between_{plural[layer]}" for layer in layers] + ["between_schools"]
        amounts = list(found.layers)
        rows += [
            {
                **dict(zip(BALANCE, key, strict=True)),
                "component": name,
                "theil_t": amount,
                "share": amount / found.total if found.total > 0 else np.nan,
            }
            for name, amount in zip(names, amounts, strict=True)
        ]
    return pd.DataFrame(rows)


def _nested(part: pd.DataFrame, layers: Sequence[str]) -> list[str]:
    """Label every section by its layers together: a township that lies in two areas is two groups."""
    return [" / ".join(labels) for labels in part[list(layers)].astype(str).itertuples(index=False, name=None)]


def lorenz_curves(assessment: Assessment, indicator: str, *, by: str = "level") -> pd.DataFrame:
    """
    Trace Lorenz curves of one indicator.

    Parameters
    ----------
    assessment : Assessment
        Of one county and year.
    indicator : str
        Indicator.
    by : str
        Column that tells the curves apart: ``level``, ``area`` or ``year``.

    Returns
    -------
    DataFrame
        ``group`` (a code of `by`), ``pupil_share``, ``resource_share`` and the curve's ``gini``.
    """
    held = assessment.sections.loc[assessment.sections["indicator"] == indicator].dropna(subset="value")
    curves = []
    for name, part in held.groupby(by, observed=True, sort=False):
        values, pupils = part["value"].to_numpy(dtype=float), part["pupils"].to_numpy(dtype=float)
        curve = lorenz.lorenz_curve(values, pupils)
        curves.append(
            pd.DataFrame(
                {
                    "group": str(name),
                    "pupil_share": curve.population_share,
                    "resource_share": curve.resource_share,
                    "gini": lorenz.gini(values, pupils),
                }
            )
        )
    return pd.concat(curves, ignore_index=True)


def intervals(assessment: Assessment, *, level: float = 0.95) -> pd.DataFrame:
    """
    Put a jackknife interval around every difference coefficient.

    The schools of a county are all observed: the interval says how much the coefficient would move if the process
    that resources schools were run again, not how far a sample may be from its county.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    DataFrame
        `Assessment.counties` with ``low`` and ``high``, as `edubalance.measures.jackknife.coefficient_intervals`
        gives them.
    """
    names = [indicator.id for indicator in assessment.standard.indicators]
    held = assessment.sections
    who = held.iloc[:: len(names)]
    keys = [who[column].to_numpy() for column in ("county", "year", "level")]
    found = jackknife.coefficient_intervals(
        held["value"].to_numpy(dtype=float).reshape(-1, len(names)),
        who["pupils"].to_numpy(dtype=float),
        groups := grouped.group_rows(*keys),
        level=level,
        convention=assessment.convention,
    )
    first = groups.order[groups.starts]
    bounds = who.iloc[np.repeat(first, len(names))][["county", "year", "level"]].assign(
        indicator=pd.array(names * groups.count, dtype="string"), low=found.low.ravel(), high=found.high.ravel()
    )
    return assessment.counties.merge(bounds, on=BALANCE, how="left", validate="one_to_one")


def conventions(tables: Tables, standard: Standard) -> pd.DataFrame:
    """
    Compute every coefficient by all three conventions, and say where the choice flips the verdict.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    standard : Standard
        The standard.

    Returns
    -------
    DataFrame
        The rows of `Assessment.counties` for each convention, with ``flips``: whether the conventions disagree on
        ``met``.
    """
    frames = [assess(tables, standard, convention=convention).counties for convention in CONVENTIONS]
    together = pd.concat(frames, ignore_index=True)
    verdicts = together.groupby(BALANCE, observed=True)["met"].transform("nunique")
    return together.assign(flips=verdicts > 1)


def influence(assessment: Assessment, indicator: str, level: str) -> pd.DataFrame:
    """
    List the sections that move a difference coefficient most.

    Parameters
    ----------
    assessment : Assessment
        Of one county and year.
    indicator, level : str
        Which coefficient.

    Returns
    -------
    DataFrame
        The sections, the most influential first: identity, ``value``, ``without`` (the coefficient without the
        section) and ``change`` (that less the coefficient of all).
    """
    chosen = (assessment.sections["indicator"] == indicator) & (assessment.sections["level"] == level)
    part = assessment.sections.loc[chosen].dropna(subset="value")
    values, pupils = part["value"].to_numpy(dtype=float), part["pupils"].to_numpy(dtype=float)
    found = influences.influence(values, pupils, convention=assessment.convention)
    moved = part.assign(without=found.without, change=found.without - found.estimate)
    return moved.iloc[found.order].reset_index(drop=True)


def shortfalls(assessment: Assessment, by: str = "area") -> pd.DataFrame:
    """
    Measure how much is lacking below the thresholds.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.
    by : str
        Column that tells groups apart, such as ``area``, ``township`` or ``founder``.

    Returns
    -------
    DataFrame
        One row a county, year, level, indicator and group: ``mean`` (pooled), ``threshold``, ``n_sections``,
        ``n_below``, ``school_share`` and ``pupil_share`` below the threshold (0 to 1), ``depth`` (mean relative
        shortfall over all pupils, 0 to 1) and ``missing`` (units of the resource that lift all to the threshold).
    """
    multipliers = {indicator.id: indicator.multiplier for indicator in assessment.standard.indicators}
    rows = []
    for (*key, group), part in _parts(assessment, by):
        threshold = float(part["threshold"].iloc[0])
        values, pupils = part["value"].to_numpy(dtype=float), part["pupils"].to_numpy(dtype=float)
        found = adequacy.describe(values, threshold, pupils, per=multipliers[key[3]])
        rows.append(
            {
                **dict(zip(BALANCE, key, strict=True)),
                by: group,
                "mean": dispersion.weighted_mean(values, pupils),
                "threshold": threshold,
                "n_sections": found.n,
                "n_below": found.n_below,
                "school_share": found.school_share,
                "pupil_share": found.pupil_share,
                "depth": found.depth,
                "missing": found.missing,
            }
        )
    return pd.DataFrame(rows)


def means(assessment: Assessment, by: str = "area") -> pd.DataFrame:
    """
    Pool the mean of every indicator by year and group.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.
    by : str
        Column that tells groups apart.

    Returns
    -------
    DataFrame
        One row a county, year, level, indicator and ``group``: ``value`` (pooled mean in the indicator's unit),
        ``threshold``, ``pupils``.
    """
    held = assessment.sections.dropna(subset="value")
    amounts = held.assign(amount=held["value"] * held["pupils"])
    pooled = amounts.groupby([*BALANCE, by], observed=True, sort=False).agg(
        amount=("amount", "sum"), pupils=("pupils", "sum"), threshold=("threshold", "first")
    )
    pooled = pooled.assign(value=pooled["amount"] / pooled["pupils"]).drop(columns="amount").reset_index()
    return pooled.rename(columns={by: "group"})
