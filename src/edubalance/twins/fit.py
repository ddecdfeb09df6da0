"""Meet the published figures of the calibrated year: exact means and spreads first, stretched columns then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from edubalance.errors import CaseError
from edubalance.twins import people, things
from edubalance.twins.calibrate import affine, whole_between, whole_with_total
from edubalance.twins.draw import FloatArray, IntArray
from edubalance.twins.exchange import Amounts, settle_shared, spread_by_exchange, square_for
from edubalance.twins.published import Figure, Margins
from edubalance.twins.rates import INDICATOR, Pattern

STEPS = 40
WIDEST = 4.0


@dataclass(frozen=True)
class Fitted:
    """
    People and things of the calibrated year.

    Attributes
    ----------
    pattern : Pattern
        What shapes the rates, stretched.
    staff : dict of str to ndarray of int
        People by column, one a row of ``base``.
    stock : dict of str to ndarray of int
        Whole units by column, one a school.
    """

    pattern: Pattern
    staff: dict[str, IntArray]
    stock: dict[str, IntArray]


def start(pattern: Pattern) -> Fitted:
    """Round the pattern to people and things."""
    staff = {name: people.counts(pattern, name) for name in people.COUNTS}
    stock = {name: things.stocks(pattern, name) for name in things.UNIT}
    return Fitted(pattern, staff, stock)


def with_stretch(fitted: Fitted, names: list[str], level: str, factor: float) -> Fitted:
    """Stretch some columns at one level and round them anew; the others stay as they are."""
    before = fitted.pattern.stretch
    stretch = {**before, **{name: {**before.get(name, {}), level: factor} for name in names}}
    pattern = replace(fitted.pattern, stretch=stretch)
    staff = {**fitted.staff, **{name: people.counts(pattern, name) for name in names if name in people.COUNTS}}
    stock = {**fitted.stock, **{name: things.stocks(pattern, name) for name in names if name in things.UNIT}}
    return Fitted(pattern, staff, stock)


def exactly(fitted: Fitted, counted: np.ndarray, margins: Margins) -> Fitted:
    """
    Give every column that has a published mean and standard deviation exactly these.

    Parameters
    ----------
    fitted : Fitted
        Start.
    counted : ndarray of bool, shape (n_sections,)
        Sections of ``base`` that the published figures count.
    margins : dict
        Published figures of the calibrated year.

    Returns
    -------
    Fitted
        With those columns replaced.

    Raises
    ------
    CaseError
        If a figure cannot be met.
    """
    year = fitted.pattern.spec.year
    for name, indicator in INDICATOR.items():
        for level in ("primary", "junior"):
            figures = [margins.get((year, level, indicator, what)) for what in ("mean", "sd", "cv")]
            if figures[0] is None or figures[1] is None:
                continue
            own = np.flatnonzero(counted & (fitted.pattern.base["level"] == level).to_numpy())
            fitted = _column(fitted, name, own, figures[0], figures[1], figures[2])
    return fitted


def _column(fitted: Fitted, name: str, own: IntArray, mean: Figure, sd: Figure, cv: Figure | None) -> Fitted:
    """Meet mean and spread in one column of one level."""
    pattern = fitted.pattern
    pupils = pattern.base["pupils"].to_numpy()[own].astype(float)
    multiplier = pattern.standard.indicator(INDICATOR[name]).multiplier
    if name in people.COUNTS:
        started = Amounts(fitted.staff[name][own], 1.0, np.ones(own.size), pupils)
        met = _meet(started, pattern.staff(name)[own] / 100, mean, sd, cv, multiplier)
        whole = fitted.staff[name].copy()
        whole[own] = met.units
        return replace(fitted, staff={**fitted.staff, name: whole})
    rows = pattern.base["row"].to_numpy()[own]
    weight = pattern.weights(pattern.base)[own]
    share = np.round(weight * pupils / pattern.weighted_pupils(pattern.base)[rows], 15)
    unit = things.UNIT[name]
    multiplier = 1.0 if name == "equipment" else multiplier
    started = Amounts(fitted.stock[name][rows], unit, share, pupils)
    met = _meet(started, fitted.stock[name][rows] * unit * share / pupils, mean, sd, cv, multiplier)
    whole = fitted.stock[name].copy()
    whole[rows] = met.units
    return replace(fitted, stock={**fitted.stock, name: whole})


def _meet(
    amounts: Amounts, rates: FloatArray, mean: Figure, sd: Figure, cv: Figure | None, multiplier: float
) -> Amounts:
    """Meet a mean and a standard deviation, both per pupil times a multiplier."""
    pupils = float(amounts.pupils.sum())
    wanted = affine(rates, amounts.pupils, mean.value / multiplier, sd.value / multiplier)
    units = wanted * amounts.pupils / amounts.share / amounts.unit
    low, high = mean.low / multiplier * pupils / amounts.unit, mean.high / multiplier * pupils / amounts.unit
    single = amounts.share == 1
    if single.all():
        total = whole_between(low, high, "units")
        met = amounts.with_units(whole_with_total(units, total))
    else:
        rounded = amounts.with_units(np.maximum(np.round(units), 1).astype(np.int64))
        met = settle_shared(rounded, (low + high) / 2, (high - low) / 2)
        rest = (low + high) / 2 - float((met.share * met.units)[~single].sum())
        filled = met.units.copy()
        filled[single] = whole_with_total(units[single], round(rest))
        met = met.with_units(filled)
    average = met.total / pupils
    lowest, highest = sd.low / multiplier, sd.high / multiplier
    if cv is not None:
        lowest, highest = max(lowest, cv.low * average), min(highest, cv.high * average)
    return spread_by_exchange(met, square_for(average, lowest, pupils), square_for(average, highest, pupils))


def tune(
    fitted: Fitted, names: list[str], level: str, figure: Figure, measured: Callable[[Fitted], float]
) -> Fitted:
    """
    Stretch columns until a measured figure prints as published.

    Parameters
    ----------
    fitted : Fitted
        Start.
    names : list of str
        Columns to be stretched.
    level : str
        Level at which they are stretched.
    figure : Figure
        What is to be printed; it must grow with the stretch.
    measured : callable
        Measures the figure.

    Returns
    -------
    Fitted
        With the columns stretched.

    Raises
    ------
    CaseError
        If no stretch between nothing and four times prints the figure.
    """
    low, high = 0.0, WIDEST
    for _ in range(STEPS):
        middle = (low + high) / 2
        tried = with_stretch(fitted, names, level, middle)
        found = measured(tried)
        if figure.printed_by(found):
            return tried
        low, high = (middle, high) if found < figure.value else (low, middle)
    raise CaseError(
        f"Stretching {', '.join(names)} ({level}) gives {found:.4f}, not {figure.value}.",
        hint="Give the columns another spread in the specification.",
    )
