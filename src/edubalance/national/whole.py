"""The nation and its provinces: counts, pooled means, which indicator fails most, layers of inequality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.measures.convergence import sigmas
from edubalance.measures.grouping import group_rows
from edubalance.measures.nesting import nested_theil, pooled_coefficients

NATION, PROVINCE = "nation", "province"
LAYERS = ("between_provinces", "between_counties", "between_areas", "between_sections")
_PLACE = ("scope", "province", "year", "level", "indicator")
IntArray = npt.NDArray[np.intp]
_VERDICTS = ("met", "not_met", "undetermined")
_FAILED = "failed"


def summary(counties: pd.DataFrame, failures: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """
    Count verdicts, for the nation and every province.

    Parameters
    ----------
    counties : DataFrame
        As `places.counties` returns it.
    failures : DataFrame
        Counties and years that could not be judged.
    levels : sequence of str
        Those of the standard.

    Returns
    -------
    DataFrame
        One row a scope (``nation`` or ``province``), province, year and level; ``level`` ``all`` is the county as a
        whole. ``counties_met``, ``counties_not_met``, ``counties_undetermined``, ``counties_failed`` (at every level);
        ``n_sections``, ``pupils`` and the sections by verdict; ``composite``, the median of the counties.
    """
    whole = counties.drop_duplicates(["year", "province", "county"]).assign(level="all")
    sums = [name for name in map(str, counties) if name in ("n_sections", "pupils") or _counts_sections(name)]
    added = counties.groupby(["year", "province", "county"], sort=False)[sums].sum().reset_index()
    whole = whole.drop(columns=sums).merge(added, on=["year", "province", "county"], validate="one_to_one")
    whole = whole.assign(verdict=whole["county_verdict"], composite=np.nan)
    failed = failures[["year", "province", "county"]].dropna(subset="year").drop_duplicates()
    failed = failed.merge(pd.DataFrame({"level": [*levels, "all"]}), how="cross")
    failed = failed.assign(verdict=_FAILED, composite=np.nan, **dict.fromkeys(sums, 0))
    kinds = {"year": "int64", "province": "string", "level": "string", "composite": "float64"}
    every = pd.concat([frame.astype(kinds) for frame in (counties, whole, failed)], ignore_index=True)
    counts = {f"counties_{word}": every["verdict"] == word for word in (*_VERDICTS, _FAILED)}
    every = every.assign(**counts)
    rows = []
    for scope, keys in ((NATION, ["year", "level"]), (PROVINCE, ["year", "province", "level"])):
        held = every.groupby(keys, sort=True)
        found = held[[*counts, *sums]].sum()
        rows.append(found.assign(composite=held["composite"].median()).reset_index().assign(scope=scope))
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
    if measured.empty:
        return pd.DataFrame()
    frame = pd.concat(
        [
            place.assign(**_counts(measured, code), **_pooled(measured, code, pooled))
            for place, code in _scopes(measured)
        ],
        ignore_index=True,
    )
    by = [frame[name].fillna("") if name == "province" else frame[name] for name in _PLACE[:-1]]
    return frame.assign(failure_rank=frame["share_below"].groupby(by, observed=True).rank("min", ascending=False))


def _scopes(measured: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, IntArray]]:
    """Give what the nation, then its provinces, are made of: a row for each group, and the group of each county."""
    labels = {name: measured[name].astype("category") for name in _PLACE[1:]}
    codes = {name: column.cat.codes.to_numpy(dtype=np.int64) for name, column in labels.items()}
    for scope, names in ((NATION, _PLACE[2:]), (PROVINCE, _PLACE[1:])):
        groups = group_rows(*(codes[name] for name in names))
        keys = dict(zip(names, groups.keys, strict=True))
        columns = {name: labels[name].cat.categories.take(keys[name]) for name in names}
        place = pd.DataFrame({"scope": scope, "province": None, **columns}, columns=list(_PLACE))
        yield place.astype({name: "string" for name in _PLACE if name != "year"}), groups.codes


def _counts(measured: pd.DataFrame, code: IntArray) -> dict[str, npt.NDArray[Any]]:
    """Add counts up by group."""
    n, missing, met, floor = (
        _add(measured[name].to_numpy(), code) for name in ("n_sections", "n_missing", "n_met", "n_floor")
    )
    judged = measured["met"].astype("boolean")
    return {
        "n_sections": n,
        "n_missing": missing,
        "n_below": n - met,
        "n_below_floor": n - floor,
        "share_below": (n - met) / np.where(n > 0, n, np.nan),
        "counties_met": _add(judged.fillna(value=False).to_numpy(dtype=bool), code),
        "counties_not_met": _add((~judged).fillna(value=False).to_numpy(dtype=bool), code),
        "counties_undetermined": _add(judged.isna().to_numpy(), code),
    }


def _add(values: npt.NDArray[Any], code: IntArray) -> IntArray:
    """Add whole numbers up by group."""
    return np.bincount(code, values).astype(np.int64)


def _pooled(measured: pd.DataFrame, code: IntArray, pooled: bool) -> dict[str, npt.NDArray[np.float64]]:  # noqa: FBT001
    """Put means and deviations of counties together."""
    weight, mean, sd = _weighed(measured, "sd")
    found = pooled_coefficients(weight, mean, sd, code)
    spread = np.full(found.mean.size, np.nan)
    positive = (weight > 0) & (mean > 0)
    if positive.any():
        each = sigmas(mean[positive], code[positive])
        spread[: each.size] = each
    cv = found.cv if pooled else np.full_like(found.cv, np.nan)
    return {"pupils": found.weight, "mean": found.mean, "cv": cv, "sigma": spread}


def _weighed(measured: pd.DataFrame, *others: str) -> tuple[npt.NDArray[np.float64], ...]:
    """Return pupils, means and more of each county; one without a value weighs nothing."""
    names = ("pupils", "mean", *others)
    weight, mean, *more = (measured[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in names)
    return np.where(mean >= 0, weight, 0.0), mean, *more


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
    if measured.empty:
        return pd.DataFrame()
    rows = []
    for place, code in _scopes(measured):
        weight, mean, *inside = _weighed(measured, "between_areas", "between_sections")
        outer = measured["province"].cat.codes.to_numpy(dtype=np.int64)
        amounts = nested_theil(weight, mean, outer, np.column_stack(inside), code)
        kept = list(LAYERS) if place["scope"].iloc[0] == NATION else list(LAYERS[1:])
        amounts = amounts[:, -len(kept) :]
        total = amounts.sum(axis=1)
        shares = amounts / np.where(total > 0, total, np.nan)[:, np.newaxis]
        tidy = place.loc[place.index.repeat(len(kept))].assign(
            component=pd.array(kept * len(place), dtype="string"),
            theil_t=amounts.ravel(),
            share=shares.ravel(),
            n_missing=np.repeat(_add(measured["n_missing"].to_numpy(), code), len(kept)),
        )
        rows.append(tidy)
    return pd.concat(rows, ignore_index=True)
