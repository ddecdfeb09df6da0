"""How amounts per pupil lay in the years before (or after) the calibrated one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.twins import draw
from edubalance.twins.draw import FloatArray
from edubalance.twins.parts import Column
from edubalance.twins.rates import draw_together
from edubalance.twins.spec import Spec


def moved(
    spec: Spec, name: str, column: Column, year: int, rates: FloatArray, weights: FloatArray, schools: pd.DataFrame
) -> FloatArray:
    """
    Move the rates of the calibrated year to another year.

    Parameters
    ----------
    spec : Spec
        The specification.
    name : str
        Names the stream of the yearly noise.
    column : Column
        Growth, noise and widening.
    year : int
        The year wanted.
    rates : ndarray, shape (n,)
        Amounts per pupil in the calibrated year.
    weights : ndarray, shape (n,)
        Pupils that the mean and the noise are weighted with.
    schools : DataFrame, n rows
        Area and education group of each row; members of a group lay as far apart as the year's `inside` says.

    Returns
    -------
    ndarray, shape (n,)
        Amounts per pupil in that year; the same array in the calibrated year.

    Notes
    -----
    Widening stretches the distances from the pooled mean, noise has a pooled mean of one, and growth counts from the
    calibrated year: without growth and widening the pooled mean stays.
    """
    if year == spec.year:
        return rates
    centre = float((rates * weights).sum() / weights.sum())
    wide = centre + column.widen.get(year, 1.0) * (rates - centre)
    inside = spec.groups.inside.get(year, 1.0) / spec.groups.inside.get(spec.year, 1.0)
    wide = draw_together(wide, schools["education_group"].reset_index(drop=True), inside)
    noise = draw.factors(draw.stream(spec.seed, "year", name, year), wide * weights, column.noise)
    growth = 1.0 + column.growth + column.rural_growth * (schools["area"] == "rural").to_numpy()
    return draw.cut(np.maximum(wide, 0.1 * rates) * noise * growth ** (year - spec.year))
