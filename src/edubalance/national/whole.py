"""The nation and its provinces: counts, pooled means, which indicator fails most, layers of inequality."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.errors import MeasureError
from edubalance.measures.convergence import sigma
from edubalance.measures.nesting import nested_theil

NATION, PROVINCE = "nation", "province"
LAYERS = ("between_provinces", "between_counties", "between_areas", "between_sections")
_INSIDE = ["between_areas", "between_sections"]
_VERDICTS = ("met", "not_met", "undetermined")


def summary(counties: pd.DataFrame, failures: pd.DataFrame) -> pd.DataFrame:
    """
    Count verdicts, for the nation and every province.

    Parameters
    ----------
    counties : DataFrame
        As `places.counties` returns it.
    failures : DataFrame
        Counties and years that could not be judged.

    Returns
    -------
    DataFrame
        One row a scope (``nation`` or ``province``), province, year and level; ``level`` ``all`` is the county as a
        whole. ``counties_met``, ``counties_not_met``, ``counties_undetermined``, ``counties_failed``;
        ``n_sections``, ``pupils`` and the sections by verdict; ``composite``, the median of the counties.
    """
    whole = counties.drop_duplicates(["year", "province", "county"]).assign(level="all")
    sums = [name for name in counties if name in ("n_sections", "pupils") or _counts_sections(str(name))]
    added = counties.groupby(["year", "province", "county"], sort=False)[sums].sum().reset_index()
    whole = whole.drop(columns=sums).merge(added, on=["year", "province", "county"], validate="one_to_one")
    whole = whole.assign(verdict=whole["county_verdict"], composite=np.nan)
    every = pd.concat([counties, whole], ignore_index=True)
    every = every.assign(**{f"counties_{word}": every["verdict"] == word for word in _VERDICTS})
    failed = failures[["year", "province", "county"]].drop_duplicates()
    rows = []
    for scope, keys in ((NATION, ["year", "level"]), (PROVINCE, ["year", "level", "province"])):
        held = every.groupby(keys, sort=True)
        found = held[[f"counties_{word}" for word in _VERDICTS] + sums].sum()
        found = found.assign(composite=held["composite"].median()).reset_index()
        shared = [key for key in keys if key != "level"]
        lost = failed.groupby(shared).size().rename("counties_failed").reset_index().astype({"year": "int64"})
        found = found.astype({"year": "int64"}).merge(lost, on=shared, how="outer")
        rows.append(found.assign(scope=scope, counties_failed=found["counties_failed"].fillna(0).astype("int64")))
    together = pd.concat(rows, ignore_index=True)
    first = ["scope", "province", "year", "level"]
    return together[first + [name for name in together if name not in first]]


def _counts_sections(name: str) -> bool:
    """Tell whether a column counts sections by their verdict."""
    return name in {f"sections_{word}" for word in _VERDICTS}


def indicators(measured: pd.DataFrame, *, pooled: bool) -> pd.DataFrame:
    """
    Say of every indicator how often it fails, and where.

    Parameters
    ----------
    measured : DataFrame
        One row a county, year, level and indicator, sorted by year, province and county.
    pooled : bool
        Whether standard deviations weigh by pupils, so that those of counties add up to that of the whole.

    Returns
    -------
    DataFrame
        One row a scope, province, year, level and indicator: ``n_sections`` (with a value), ``n_missing``,
        ``n_below`` the threshold and ``n_below_floor``, ``share_below``, ``failure_rank`` (1 fails most often),
        ``counties_met`` and the like (coefficients against their limit), ``pupils``, ``mean``, ``cv`` (of all
        sections of the scope together), and ``sigma`` (spread of the counties' means, in logarithms).
    """
    rows = [
        {**place, **_counts(part), **_pooled(part, pooled=pooled)}
        for place, part in _scopes(measured, ["year", "level", "indicator"])
    ]
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    by = [frame[name].fillna("") for name in ("scope", "province", "year", "level")]
    return frame.assign(failure_rank=frame["share_below"].groupby(by).rank(method="min", ascending=False))


def _scopes(measured: pd.DataFrame, keys: list[str]) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Go through the nation, then through its provinces."""
    for scope, more in ((NATION, []), (PROVINCE, ["province"])):
        for key, part in measured.groupby([*more, *keys], observed=True, sort=True):
            place = dict(zip([*more, *keys], key, strict=True))
            yield {"scope": scope, "province": place.pop("province", None), **place}, part


def _counts(part: pd.DataFrame) -> dict[str, Any]:
    """Add counts up."""
    n, met = int(part["n_sections"].sum()), int(part["n_met"].sum())
    judged = part["met"].astype("boolean")
    return {
        "n_sections": n,
        "n_missing": int(part["n_missing"].sum()),
        "n_below": n - met,
        "n_below_floor": n - int(part["n_floor"].sum()),
        "share_below": (n - met) / n if n else np.nan,
        "counties_met": int(judged.sum()),
        "counties_not_met": int((~judged).sum()),
        "counties_undetermined": int(judged.isna().sum()),
    }


def _pooled(part: pd.DataFrame, *, pooled: bool) -> dict[str, float]:
    """Put means and variances of counties together."""
    held = part.loc[(part["pupils"] > 0) & part["mean"].notna()]
    weight, mean, sd = (held[name].to_numpy(dtype=np.float64) for name in ("pupils", "mean", "sd"))
    if not weight.size:
        return {"pupils": 0.0, "mean": np.nan, "cv": np.nan, "sigma": np.nan}
    overall = float((weight * mean).sum() / weight.sum())
    variance = float((weight * (sd**2 + (mean - overall) ** 2)).sum() / weight.sum())
    cv = np.sqrt(variance) / overall if pooled and overall > 0 else np.nan
    positive = mean[mean > 0]
    return {
        "pupils": float(weight.sum()),
        "mean": overall,
        "cv": float(cv),
        "sigma": sigma(positive) if positive.size else np.nan,
    }


def layers(measured: pd.DataFrame) -> pd.DataFrame:
    """
    Decompose inequality exactly: between provinces, counties inside them, areas inside those, sections inside those.

    Parameters
    ----------
    measured : DataFrame
        One row a county, year, level and indicator, sorted by year, province and county.

    Returns
    -------
    DataFrame
        One row a scope, province, year, level, indicator and ``component``: ``theil_t``, its ``share`` of the total,
        and ``n_missing``, the sections without a value that are left out. A province has no part between provinces.
    """
    rows = []
    for place, part in _scopes(measured, ["year", "level", "indicator"]):
        amounts = _layers(part)
        missing = int(part["n_missing"].sum())
        if place["scope"] == PROVINCE:
            amounts = amounts[1:]
        total = float(amounts.sum())
        for component, amount in zip(LAYERS[-amounts.size :], amounts.tolist(), strict=True):
            share = amount / total if total > 0 else np.nan
            rows.append({**place, "component": component, "theil_t": amount, "share": share, "n_missing": missing})
    return pd.DataFrame(rows)


def _layers(part: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Put the layers together; not defined where a value of some county is negative."""
    held = part.loc[(part["pupils"] > 0) & part["mean"].notna()]
    province = held["province"].cat.codes.to_numpy()
    weight, mean = (held[name].to_numpy(dtype=np.float64) for name in ("pupils", "mean"))
    try:
        return nested_theil(weight, mean, province, held[_INSIDE].to_numpy(dtype=np.float64))
    except MeasureError:
        return np.full(len(LAYERS), np.nan)
