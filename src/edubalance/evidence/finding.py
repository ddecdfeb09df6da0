"""What a trial found."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.measures.permutation import p_value

Floats = npt.NDArray[np.float64]

# A claim is found when chance alone would show as much in at most one of twenty counties.
ALPHA = 0.05


@dataclass(frozen=True)
class Finding:
    """
    Outcome of one trial.

    Attributes
    ----------
    found : bool or None
        Whether the data show what the claim says; None where they cannot decide.
    value : float
        The quantity that the trial looked at.
    unit : str
        Code of its unit, one of ``finding`` in ``wording.yml``; a published figure's unit is printed as published.
    low, high : float
        Its interval; NaN where the quantity is a plain count or a limit is compared.
    p : float
        Share of shuffles that show at least as much; NaN where nothing was shuffled.
    opposite : bool
        Whether the data show the opposite as clearly.
    rests_on : str
        What stands behind the finding, one of ``rests_on`` in ``wording.yml``: ``shuffles`` of labels, years or signs,
        the interval of a mean (``cr2``) or of a share (``wilson``), schools left out in turn (``jackknife``), the
        ``verdict`` of the standard, a plain ``count``. In ``verdict_jackknife``, ``verdict_wilson``,
        ``shuffles_jackknife`` and ``shuffles_leave_one_out`` the first decides, and the
        interval says how firmly it stands.
    lacks : tuple of str
        What would have to be reported for the trial to be held; empty where it was held.
    level : float
        Coverage of the interval; above 0.95 where the quantity was chosen among several (Bonferroni).
    """

    found: bool | None
    value: float = math.nan
    unit: str = ""
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    opposite: bool = False
    rests_on: str = ""
    lacks: tuple[str, ...] = ()
    level: float = 1 - ALPHA


def by_shuffles(statistics: Floats, alternative: str, unit: str, *, value: float | None = None) -> Finding:
    """
    Judge an observed statistic by its shuffles.

    Parameters
    ----------
    statistics : ndarray of float, shape (replicates + 1,)
        The observed one first.
    alternative : {"greater", "less"}
        The side that the claim is on.
    unit : str
        Code of the unit, as in `Finding`.
    value : float, optional
        The quantity, where the statistic is another one, such as a gap over its standard error.

    Returns
    -------
    Finding
        Undecided where the statistic is not defined: a county without both kinds of section cannot decide.
    """
    quantity = float(statistics[0]) if value is None else value
    if not math.isfinite(quantity):
        return Finding(found=None, unit=unit, rests_on="shuffles")
    other = "less" if alternative == "greater" else "greater"
    p = p_value(statistics, alternative)
    return Finding(
        found=bool(p <= rounding.reachable(ALPHA, "<=")),
        value=quantity,
        unit=unit,
        p=p,
        opposite=bool(p_value(statistics, other) <= rounding.reachable(ALPHA, "<=")),
        rests_on="shuffles",
    )
