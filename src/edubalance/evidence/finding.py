"""What a trial found."""

from __future__ import annotations

import math
from dataclasses import dataclass


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
    """

    found: bool | None
    value: float = math.nan
    unit: str = ""
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    opposite: bool = False
