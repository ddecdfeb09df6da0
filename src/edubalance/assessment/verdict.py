"""Verdicts: met, not met, undetermined; and how parts make a whole."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

MET = "met"
NOT_MET = "not_met"
UNDETERMINED = "undetermined"

# Codes in arrays: comparisons of 200,000 sections stay one byte each.
FAILS, UNKNOWN, PASSES = np.int8(-1), np.int8(0), np.int8(1)
WORDS = np.array([NOT_MET, UNDETERMINED, MET], dtype=object)

Codes = npt.NDArray[np.int8]

# Values that differ by less are equal but for rounding; a table that shows nine digits shows no such difference.
ROUNDING = 1e-12


def combine(parts: Iterable[str]) -> str:
    """
    Combine the verdicts of parts that must all be met.

    Parameters
    ----------
    parts : iterable of str
        Verdicts; none at all is undetermined, since nothing was shown.

    Returns
    -------
    str
        Not met if any part is not met; else undetermined if any part is; else met.

    Examples
    --------
    >>> combine(["met", "undetermined"]), combine(["undetermined", "not_met"]), combine([])
    ('undetermined', 'not_met', 'undetermined')
    """
    found = set(parts)
    if NOT_MET in found:
        return NOT_MET
    return MET if found == {MET} else UNDETERMINED


def reachable(limits: npt.NDArray[np.float64], direction: str) -> npt.NDArray[np.float64]:
    """
    Move limits by the rounding of the last binary digits, so that a value that stands exactly on its limit is on it.

    The share that a section takes of its school is a quotient: 833.85 m² shared by 20 primary and 180 junior pupils
    give a primary pupil exactly 3.825 m², and in binary figures a few parts in ten million billion less.

    Parameters
    ----------
    limits : ndarray of float
        Limits as the rule has them.
    direction : {">=", "<=", ">", "<"}
        How a value must stand to its limit.

    Returns
    -------
    ndarray of float
        Limits to compare with: for ``>=`` and ``<`` lower by `ROUNDING` of themselves, for ``<=`` and ``>`` higher.

    Examples
    --------
    >>> area_per_pupil = 833.85 * 20 / (20 + 1.1 * 180) / 20
    >>> area_per_pupil < 3.825, bool(area_per_pupil >= reachable(np.array([3.825]), ">=")[0])
    (True, True)
    """
    sign = {">=": -1.0, "<=": 1.0, ">": 1.0, "<": -1.0}[direction]
    return np.asarray(limits + sign * ROUNDING * np.abs(limits))


def compare(values: npt.NDArray[np.float64], limits: npt.NDArray[np.float64], direction: str) -> Codes:
    """
    Compare values with limits, as strictly as the text of the rule.

    Parameters
    ----------
    values, limits : ndarray of float
        Same shape; NaN where missing or where there is no limit.
    direction : {">=", "<=", ">", "<"}
        How the value must stand to the limit.

    Returns
    -------
    ndarray of int8
        1 met, -1 not met, 0 undetermined: a missing value is never a pass.

    Examples
    --------
    >>> compare(np.array([4.2, 4.1, np.nan]), np.array([4.2, 4.2, 4.2]), ">=").tolist()
    [1, -1, 0]
    """
    operation = {">=": np.greater_equal, "<=": np.less_equal, ">": np.greater, "<": np.less}[direction]
    met = np.where(operation(values, reachable(limits, direction)), PASSES, FAILS)
    return np.where(np.isnan(values) | np.isnan(limits), UNKNOWN, met).astype(np.int8)


def words(codes: Codes) -> npt.NDArray[np.object_]:
    """Turn codes into the words ``met``, ``not_met``, ``undetermined``."""
    return np.asarray(WORDS[codes + 1])


def nullable(codes: Codes) -> pd.arrays.BooleanArray:
    """Turn codes into pandas' nullable booleans; undetermined is ``<NA>``."""
    return pd.arrays.BooleanArray(codes == PASSES, codes == UNKNOWN)


def from_boolean(met: pd.Series) -> pd.Series:
    """Turn nullable booleans into the words of a verdict."""
    return met.map({True: MET, False: NOT_MET}).astype("object").where(met.notna(), UNDETERMINED)
