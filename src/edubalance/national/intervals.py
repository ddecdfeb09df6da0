"""Intervals of composites, the same wherever a county is worked on: nothing is drawn."""

from __future__ import annotations

from edubalance.measures.jackknife import composite_intervals
from edubalance.national.computation import Judged
from edubalance.national.reading import FloatArray


def intervals(judged: Judged, convention: str) -> tuple[FloatArray, FloatArray]:
    """
    Put intervals around the composites of a partition.

    Parameters
    ----------
    judged : Judged
        The partition.
    convention : str
        Convention of the difference coefficients.

    Returns
    -------
    low : ndarray of float, shape (g,)
        Lower bounds of the 95 % intervals; NaN where there is none.
    high : ndarray of float, shape (g,)
        Upper bounds.

    Notes
    -----
    The schools of a county are one draw from the process that resources them; whole sections are left out in turn.
    """
    pupils = judged.held.sections.numbers["pupils"][judged.reason == 0]
    found = composite_intervals(judged.values, pupils, judged.groups, convention=convention)
    return found.low, found.high
