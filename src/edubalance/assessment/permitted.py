"""What a limit permits: a coefficient inside it is not equality."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.assessment.inequality import BALANCE
from edubalance.assessment.judgement import Assessment
from edubalance.measures import lorenz

FIFTH = 0.2


def fifths(assessment: Assessment) -> pd.DataFrame:
    r"""
    Compare what the worst and the best resourced fifth of the pupils have, as it is and as the limit would permit.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.

    Returns
    -------
    DataFrame
        The rows of `Assessment.counties` that have a coefficient, with ``used`` (coefficient over limit, in
        percent), ``low`` and ``high`` (mean of the lowest and the highest fifth of the pupils, over the mean of
        all), ``ratio`` (high over low), and the same three at the limit: ``low_permitted``, ``high_permitted``,
        ``ratio_permitted``. Without a limit these are missing; so is a ratio whose lowest fifth has nothing.

    Notes
    -----
    Pupils stand by the value of their school; a school on the edge of a fifth is divided. At the limit :math:`L` the
    same schools are pulled apart about their mean until the coefficient :math:`c` equals it:
    :math:`1 + (x - 1) L / c`; a fifth that would be left with less than nothing is given nothing.
    """
    held = assessment.sections.dropna(subset="value")
    held = held.loc[(held["pupils"] > 0).to_numpy(dtype=bool)]
    rows = []
    for key, part in held.groupby(BALANCE, observed=True, sort=False):
        if not (part["value"] > 0).any():
            continue
        curve = lorenz.lorenz_curve(part["value"].to_numpy(dtype=float), part["pupils"].to_numpy(dtype=float))
        low, high = np.interp([FIFTH, 1 - FIFTH], curve.population_share, curve.resource_share)
        rows.append((*key, low / FIFTH, (1 - high) / FIFTH))
    ends = pd.DataFrame(rows, columns=[*BALANCE, "low", "high"])
    frame = assessment.counties.merge(ends, on=BALANCE, how="inner", validate="one_to_one")
    stretch = frame["limit"] / frame["cv"].where(frame["cv"] > 0)
    frame = frame.assign(
        used=100 * frame["cv"] / frame["limit"],
        low_permitted=(1 + (frame["low"] - 1) * stretch).clip(lower=0),
        high_permitted=1 + (frame["high"] - 1) * stretch,
    )
    return frame.assign(
        ratio=frame["high"] / frame["low"].where(frame["low"] > 0),
        ratio_permitted=frame["high_permitted"] / frame["low_permitted"].where(frame["low_permitted"] > 0),
    )
