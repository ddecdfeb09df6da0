"""The null: places and groups dealt out so that nothing depends on them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.standards import Standard
from edubalance.twins import draw
from edubalance.twins.draw import FloatArray, IntArray
from edubalance.twins.layout import LABELS
from edubalance.twins.measure import joined, values
from edubalance.twins.parts import LEVELS
from edubalance.twins.spec import Spec

DEALS = 200
SWAPS = 2000
EXTRA = ("computers", "books", "public_funds_budget_yuan", "pupils", "teachers", "teachers_mid_or_higher_title")


def dealt(spec: Spec, schools: pd.DataFrame, sections: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """
    Deal places and groups out among the schools, and swap them until areas and groups hardly differ.

    Parameters
    ----------
    spec : Spec
        The specification.
    schools, sections : DataFrame
        Tables of all years.
    standard : Standard
        Its indicators are compared.

    Returns
    -------
    DataFrame
        `schools` with other labels; a school keeps its labels through the years.

    Notes
    -----
    One deal at random is a fair null, and still one in twenty comparisons would come out as significant at 5 %. So
    places are swapped until no gap is left that a method could find: what it finds all the same is its own error.
    """
    of_year = (schools["year"] == spec.year).to_numpy()
    base = schools[of_year].reset_index(drop=True)
    features = _features(base, sections, spec, standard)
    rng = draw.stream(spec.seed, "deal")
    place = _best(rng, base["area"], features)
    group = _best(rng, base["education_group"], features)
    labels = base[list(LABELS)].iloc[place].reset_index(drop=True)
    labels["education_group"] = base["education_group"].iloc[group].to_numpy()
    labels.index = pd.Index(base["school_id"])
    fresh = schools.copy()
    for column in labels.columns:
        fresh[column] = labels[column].reindex(schools["school_id"]).to_numpy()
    return fresh


def _features(
    base: pd.DataFrame, sections: pd.DataFrame, spec: Spec, standard: Standard
) -> list[tuple[FloatArray, FloatArray]]:
    """Collect what must not differ between areas: values and their weights a school, missing where it has none."""
    now = sections[sections["year"] == spec.year]
    features = []
    rows = joined(base, now, standard)
    position = pd.Series(np.arange(len(base)), index=base["school_id"])
    for level in LEVELS:
        judged = rows[(rows["level"] == level) & rows["counts"]]
        at = position[judged["school_id"]].to_numpy()
        pupils = judged["pupils"].to_numpy(dtype=float)
        found = [values(base, now, standard, indicator.id, level)[0] for indicator in standard.indicators]
        found += [judged[name].to_numpy(dtype=float) / pupils for name in EXTRA if name != "pupils"]
        features += [_spread_out(value, pupils, at, len(base)) for value in found]
        features.append(_spread_out(pupils, np.ones(pupils.size), at, len(base)))
    for year in spec.years[:-1]:
        before = sections[sections["year"] == year].groupby("school_id")["pupils"].sum()
        after = now.groupby("school_id")["pupils"].sum()
        change = (after / before.reindex(after.index)).dropna()
        weight = before.reindex(change.index).to_numpy(dtype=float)
        features.append(_spread_out(change.to_numpy(), weight, position[change.index].to_numpy(), len(base)))
    return features


def _spread_out(value: FloatArray, weight: FloatArray, at: IntArray, size: int) -> tuple[FloatArray, FloatArray]:
    """Put values and weights at the places of their schools; elsewhere the weight is zero."""
    known = np.isfinite(value)
    full, heavy = np.zeros(size), np.zeros(size)
    full[at[known]], heavy[at[known]] = value[known], weight[known]
    return full, heavy


def _best(rng: np.random.Generator, labels: pd.Series, features: list[tuple[FloatArray, FloatArray]]) -> IntArray:
    """Deal labels out so that their largest gap, in units of the usual gap of a deal, becomes small by swapping."""
    kinds = sorted(labels.dropna().unique())
    deals = [rng.random(len(labels)).argsort(kind="stable") for _ in range(DEALS)]
    if len(kinds) < 2:
        return deals[0]
    belongs = np.array([labels.isin([kind]).to_numpy(dtype=float) for kind in kinds])
    weight = np.column_stack([heavy for _, heavy in features])
    product = np.column_stack([value * heavy for value, heavy in features])
    centre = product.sum(axis=0) / weight.sum(axis=0)
    usual = np.mean([_gaps(belongs[:, deal], product, weight, centre) for deal in deals], axis=0)
    best, least = deals[0], np.inf
    for first, second in [(0, 0), *(rng.random((SWAPS, 2)) * len(labels)).astype(np.int64).tolist()]:
        tried = best.copy()
        tried[[first, second]] = tried[[second, first]]
        gaps = _gaps(belongs[:, tried], product, weight, centre) / np.maximum(usual, 1e-12)
        worst = round(float(gaps.max() + gaps.mean()), 9)
        if worst < least:
            best, least = tried, worst
    return best


def _gaps(belongs: FloatArray, product: FloatArray, weight: FloatArray, centre: FloatArray) -> FloatArray:
    """Return, feature by feature, the weighted spread of the means of the labels around the mean of all."""
    heavy = belongs @ weight
    mean = np.where(heavy > 0, (belongs @ product) / np.where(heavy > 0, heavy, 1.0), centre)
    return np.asarray((heavy * (mean - centre) ** 2).sum(axis=0))
