"""Verdicts: met, not met, undetermined; and how parts make a whole."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance import rounding

MET = "met"
NOT_MET = "not_met"
UNDETERMINED = "undetermined"

# Codes in arrays: comparisons of 200,000 sections stay one byte each.
FAILS, UNKNOWN, PASSES = np.int8(-1), np.int8(0), np.int8(1)
WORDS = np.array([NOT_MET, UNDETERMINED, MET], dtype=object)

Codes = npt.NDArray[np.int8]


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
    met = np.where(operation(values, rounding.reachable(limits, direction)), PASSES, FAILS)
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
