"""The formulas of the panel benchmark as a textbook of pandas would write them: one group after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def naive(
    frame: pd.DataFrame,
    indicators: tuple[str, ...],
    thresholds: npt.NDArray[np.float64],
    floors: npt.NDArray[np.float64],
    min_met: npt.NDArray[np.float64],
) -> pd.DataFrame:
    """Measure and judge county by county and level by level."""
    names = list(indicators)

    def coefficient(held: pd.DataFrame, column: str) -> float:
        mean = (held[column] * held["pupils"]).sum() / held["pupils"].sum()
        variance = ((held[column] - mean) ** 2 * held["pupils"]).sum() / held["pupils"].sum()
        return np.sqrt(variance) / mean

    def gini(held: pd.DataFrame, column: str) -> float:
        ordered = held.sort_values(column)
        share = ordered["pupils"] / ordered["pupils"].sum()
        mean = (ordered[column] * share).sum()
        return (share * ordered[column] * (2 * share.cumsum() - share)).sum() / mean - 1

    def theil(held: pd.DataFrame, column: str) -> pd.Series:
        mean = (held[column] * held["pupils"]).sum() / held["pupils"].sum()
        ratio = held[column] / mean
        terms = (ratio * np.log(ratio.where(ratio > 0, 1.0)) * held["pupils"]).sum() / held["pupils"].sum()
        inner = held.groupby("area").apply(lambda part: (part[column] * part["pupils"]).sum() / part["pupils"].sum())
        share = held.groupby("area")["pupils"].sum() / held["pupils"].sum()
        relative = inner / mean
        between = (share * relative * np.log(relative.where(relative > 0, 1.0))).sum()
        return pd.Series({"total": terms, "between": between, "within": terms - between})

    def county(group: pd.DataFrame) -> pd.Series:
        found: dict[str, Any] = {}
        for column in names:
            held = group.dropna(subset=column)
            found[f"cv.{column}"] = coefficient(held, column)
            found[f"gini.{column}"] = gini(held, column)
            for part, value in theil(held, column).items():
                found[f"{part}.{column}"] = value
        level = int(group["level"].iloc[0])
        met = (group[names] >= thresholds[level]).sum(axis=1)
        missing = group[names].isna().sum(axis=1)
        broken = (group[names] < floors[level]).any(axis=1) | (met + missing < min_met[level])
        found["met"] = met.sum()
        found["passed"] = (~broken & (missing == 0)).sum()
        found["failed"] = broken.sum()
        return pd.Series(found)

    return frame.groupby(["county", "level"])[frame.columns.tolist()].apply(county)
