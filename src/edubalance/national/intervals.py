"""Intervals of composites: each county, year and level draws from a stream of its own, wherever it is worked on."""

from __future__ import annotations

import numpy as np

from edubalance.measures.ranking import composite_intervals
from edubalance.national.computation import Judged
from edubalance.national.reading import FloatArray
from edubalance.twins.draw import stream


def intervals(judged: Judged, convention: str, replicates: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """
    Put intervals around the composites of a partition.

    Parameters
    ----------
    judged : Judged
        The partition.
    convention : str
        Convention of the difference coefficients.
    replicates : int
        Number of draws; 0 for no intervals.
    seed : int
        Seed.

    Returns
    -------
    low : ndarray of float, shape (g,)
        Lower bounds of the 95 % intervals; NaN where there is none.
    high : ndarray of float, shape (g,)
        Upper bounds.

    Notes
    -----
    The schools of a county are one draw from the process that resources them; whole sections are drawn.
    """
    groups = judged.groups
    if not replicates:
        return np.full(groups.count, np.nan), np.full(groups.count, np.nan)

    def own(group: int) -> np.random.Generator:
        key, level = (int(part[group]) for part in groups.keys)
        return stream(seed, *judged.held.partition.keys[key], level)

    pupils = judged.held.sections.numbers["pupils"][judged.reason == 0]
    found = composite_intervals(judged.values, pupils, groups, stream=own, replicates=replicates, convention=convention)
    return found.low, found.high
