"""Balance between schools: every difference coefficient of every county against its limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.assessment.sections import SectionJudgement, rule_date
from edubalance.assessment.verdict import FAILS, Codes, compare, nullable
from edubalance.measures import grouped
from edubalance.standards import Standard

KEY = ("county", "year", "level")


@dataclass(frozen=True)
class BalanceJudgement:
    """
    Difference coefficients of all counties against the limits of a standard, as arrays.

    Attributes
    ----------
    keys : DataFrame, g rows
        ``county``, ``year``, ``level``, ascending; levels in the order of the standard.
    indicators : tuple of str, length k
        The columns of the arrays.
    coefficients : grouped.DifferenceCoefficients
        Means, standard deviations, coefficients and counts, shape (g, k).
    limits : ndarray of float, shape (g,)
        Limit for each single coefficient; NaN where the standard judges the composite.
    met : ndarray of int8, shape (g, k)
        1 met, -1 not met, 0 undetermined.
    convention : str
        Convention of the coefficients.
    """

    keys: pd.DataFrame
    indicators: tuple[str, ...]
    coefficients: grouped.DifferenceCoefficients
    limits: npt.NDArray[np.float64]
    met: Codes
    convention: str


def judge_balance(judgement: SectionJudgement, standard: Standard, convention: str) -> BalanceJudgement:
    """
    Judge the balance of every county, year and level in one pass.

    Parameters
    ----------
    judgement : SectionJudgement
        The sections in scope.
    standard : Standard
        Its limits of the data's own year apply.
    convention : str
        One of `measures.dispersion.CONVENTIONS`.

    Returns
    -------
    BalanceJudgement
        One row a county, year and level.

    Notes
    -----
    A coefficient over sections of which some have no value is computed over the others, says how
    many are missing, and stays undetermined: the missing school may be the one that breaks the limit.
    A resource that is zero everywhere has no coefficient and is not met.
    """
    place = {level: number for number, level in enumerate(standard.levels)}
    levels = judgement.frame["level"].map(place).to_numpy(dtype=np.int64)
    groups = grouped.group_rows(judgement.frame["county"].to_numpy(), judgement.frame["year"].to_numpy(), levels)
    found = grouped.difference_coefficients(
        judgement.values, judgement.frame["pupils"].to_numpy(dtype=np.float64), groups, convention=convention
    )
    keys = judgement.frame[list(KEY)].iloc[groups.order[groups.starts]].reset_index(drop=True)
    limits = np.array([limit_of(standard, "cv_limit", year, level) for _, year, level in keys.itertuples(index=False)])
    met = judge_coefficients(found, limits)
    return BalanceJudgement(keys, judgement.indicators, found, limits, met, convention)


def judge_coefficients(found: grouped.DifferenceCoefficients, limits: npt.NDArray[np.float64]) -> Codes:
    """
    Judge coefficients by their limits.

    Parameters
    ----------
    found : grouped.DifferenceCoefficients
        Of g groups and k indicators.
    limits : ndarray of float, shape (g,)
        Limits; NaN where there is none.

    Returns
    -------
    ndarray of int8, shape (g, k)
        1 met, -1 not met, 0 undetermined: a value is missing, or there is no limit.
    """
    known = np.where(found.n_missing > 0, np.nan, found.cv)
    met = compare(known, np.broadcast_to(limits[:, None], known.shape), "<=")
    met[zero_everywhere(found) & ~np.isnan(limits)[:, None]] = FAILS
    return met


def judge_composites(
    found: grouped.DifferenceCoefficients, limits: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], Codes]:
    """
    Form the composites, the arithmetic mean of a level's coefficients, and judge them.

    Parameters
    ----------
    found : grouped.DifferenceCoefficients
        Of g groups and k indicators.
    limits : ndarray of float, shape (g,)
        Limits; NaN where there is none.

    Returns
    -------
    composite : ndarray of float, shape (g,)
        NaN where a coefficient is not defined.
    met : ndarray of int8, shape (g,)
        1 met, -1 not met, 0 undetermined.
    """
    composite = found.cv.mean(axis=1)
    known = np.where((found.n_missing > 0).any(axis=1), np.nan, composite)
    met = compare(known, limits, "<=")
    met[zero_everywhere(found).any(axis=1) & ~np.isnan(limits)] = FAILS
    return composite, met


def limit_of(standard: Standard, rule: str, year: int, level: str) -> float:
    """Look a limit up on the day that judges a year; NaN where the standard has no such rule."""
    return standard.value_on(rule, rule_date(year), level) if standard.has_rule(rule) else float("nan")


def coefficient_frame(balance: BalanceJudgement) -> pd.DataFrame:
    """
    Lay the coefficients out as a tidy frame.

    Returns
    -------
    DataFrame
        One row a county, year, level and indicator: ``mean``, ``sd``, ``cv``, ``convention``,
        ``limit``, ``met``, ``n_sections`` (with a value), ``n_missing``.
    """
    k = len(balance.indicators)
    found = balance.coefficients
    return (
        balance.keys.loc[balance.keys.index.repeat(k)]
        .reset_index(drop=True)
        .assign(
            indicator=pd.array(np.tile(np.array(balance.indicators, dtype=object), len(balance.keys)), dtype="string"),
            mean=found.mean.ravel(),
            sd=found.sd.ravel(),
            cv=found.cv.ravel(),
            convention=balance.convention,
            limit=np.repeat(balance.limits, k),
            met=nullable(balance.met.ravel()),
            n_sections=found.n.ravel().astype(np.int64),
            n_missing=found.n_missing.ravel().astype(np.int64),
        )
    )


def composite_frame(balance: BalanceJudgement, standard: Standard) -> pd.DataFrame:
    """
    Form the composite: the arithmetic mean of a level's coefficients.

    The 2012 measure judges it; the 2017 measure only reports it.

    Returns
    -------
    DataFrame
        One row a county, year and level: ``composite``, ``limit``, ``judged``, ``met``.
    """
    limits = np.array(
        [limit_of(standard, "composite_limit", year, level) for _, year, level in balance.keys.itertuples(index=False)]
    )
    composite, met = judge_composites(balance.coefficients, limits)
    return balance.keys.assign(
        composite=composite, limit=limits, judged=standard.has_rule("composite_limit"), met=nullable(met)
    )


def zero_everywhere(found: grouped.DifferenceCoefficients) -> npt.NDArray[np.bool_]:
    """Tell which resources no school of a county has: that is a failure, not an equality."""
    return np.asarray((found.mean == 0) & (found.n_missing == 0))
