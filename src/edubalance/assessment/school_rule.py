"""The school rule on arrays: enough indicators met, and no other below the floor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.assessment.verdict import FAILS, PASSES, UNKNOWN, Codes

Floats = npt.NDArray[np.float64]

# Rows that are worked on together: seven columns of them stay in a processor's cache.
_ROWS_AT_ONCE = 16384


@dataclass(frozen=True)
class RuleVerdicts:
    """
    What the school rule says of n sections.

    Attributes
    ----------
    met_count, unknown_count : ndarray of int8, shape (n,)
        Indicators that reach their threshold; indicators without a value.
    floor_count : ndarray of int8, shape (n,)
        Indicators that reach their floor.
    verdict : ndarray of int8, shape (n,)
        1 met, -1 not met, 0 undetermined.
    """

    met_count: npt.NDArray[np.int8]
    unknown_count: npt.NDArray[np.int8]
    floor_count: npt.NDArray[np.int8]
    verdict: Codes


def judge_values(
    values: Floats, kinds: npt.NDArray[np.integer], thresholds: Floats, floors: Floats, min_met: Floats
) -> RuleVerdicts:
    """
    Apply the school rule to any number of sections.

    Parameters
    ----------
    values : ndarray of float, shape (n, k)
        Indicators, of which more is better; NaN is missing. Fastest where columns are contiguous.
    kinds : ndarray of int, shape (n,)
        Which thresholds hold for a section: a row of the next three.
    thresholds, floors : ndarray of float, shape (m, k)
        For each kind of section, such as a level in a year; in the unit of the values.
    min_met : ndarray of float, shape (m,)
        How many indicators must be met; NaN where there is no such rule.

    Returns
    -------
    RuleVerdicts
        One element a section.

    Notes
    -----
    A missing value may turn out to be met or not. The rule is broken when even then too few can be met, or when a
    value that is known lies below its floor; it is met when all values are known and it is not broken.

    Examples
    --------
    Two of three must be met, thresholds are 10, floors 8.

    >>> values = np.array([[10.0, 12.0, 8.0], [10.0, 12.0, 7.9], [10.0, np.nan, 9.0]])
    >>> limits = np.full((1, 3), 10.0), np.full((1, 3), 8.0), np.array([2.0])
    >>> judge_values(values, np.zeros(3, dtype=int), *limits).verdict.tolist()
    [1, -1, 0]
    """
    thresholds, floors = rounding.reachable(thresholds, ">="), rounding.reachable(floors, ">=")
    met_count = np.empty(len(kinds), dtype=np.int8)
    unknown_count, floor_count, verdict = (np.empty_like(met_count) for _ in range(3))
    for kind in range(len(min_met)):
        held = np.flatnonzero(kinds == kind)
        for rows in np.array_split(held, held.size // _ROWS_AT_ONCE + 1):
            columns = np.take(values.T, rows, axis=1, mode="clip")
            met, unknown = _count(columns >= thresholds[kind][:, None]), _count(np.isnan(columns))
            at_floor = _count(columns >= floors[kind][:, None])
            broken = (at_floor + unknown < len(columns)) | (met + unknown < min_met[kind])
            passed = ~broken & (unknown == 0)
            decided = PASSES * passed.view(np.int8) + FAILS * broken.view(np.int8)
            met_count[rows], unknown_count[rows], floor_count[rows] = met, unknown, at_floor
            verdict[rows] = UNKNOWN if np.isnan(min_met[kind]) else decided
    return RuleVerdicts(met_count, unknown_count, floor_count, verdict)


def _count(true: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """Count down the columns; as bytes, which is what they are."""
    return np.asarray(np.add.reduce(true.view(np.int8), axis=0, dtype=np.int8))
