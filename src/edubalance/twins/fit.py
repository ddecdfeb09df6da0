"""Meet the published figures of the calibrated year: exact means and spreads first, stretched columns then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from edubalance.errors import CaseError
from edubalance.measures import dispersion
from edubalance.twins import people, things
from edubalance.twins.calibrate import affine, whole_between, whole_with_total
from edubalance.twins.draw import BoolArray, FloatArray, IntArray
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
    """
    Stretch some columns at one level and round them anew; everything else stays as it is.

    Parameters
    ----------
    fitted : Fitted
        Start.
    names : list of str
        Columns of the specification.
    level : str
        Sections of this level; of the resources, ``junior`` means schools without primary pupils.
    factor : float
        What the distances between schools are multiplied with.

    Returns
    -------
    Fitted
        With those columns stretched.
    """
    before = fitted.pattern.stretch
    stretch = {**before, **{name: {**before.get(name, {}), level: factor} for name in names}}
    pattern = replace(fitted.pattern, stretch=stretch)
    sections = (pattern.base["level"] == level).to_numpy()
    schools = (pattern.schools["primary"] > 0).to_numpy() == (level == "primary")
    staff, stock = dict(fitted.staff), dict(fitted.stock)
    for name in names:
        if name in staff:
            staff[name] = np.where(sections, people.counts(pattern, name), staff[name])
        if name in stock:
            stock[name] = np.where(schools, things.stocks(pattern, name), stock[name])
    return Fitted(pattern, staff, stock)


def exactly(fitted: Fitted, counted: BoolArray, margins: Margins) -> Fitted:
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
        started = Amounts(fitted.staff[name][own], 1.0, np.ones(own.size), pupils, np.zeros(own.size, np.int64))
        met = _meet(started, pattern.staff(name)[own] / 100, mean, sd, cv, multiplier)
        whole = fitted.staff[name].copy()
        whole[own] = met.units
        return replace(fitted, staff={**fitted.staff, name: whole})
    rows = pattern.base["row"].to_numpy()[own]
    weight = pattern.weights(pattern.base)[own]
    share = np.round(weight * pupils / pattern.weighted_pupils(pattern.base)[rows], 15)
    unit = things.UNIT[name]
    multiplier = 1.0 if name == "equipment" else multiplier
    started = Amounts(fitted.stock[name][rows], unit, share, pupils, np.ones(own.size, np.int64))
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


def coefficient(fitted: Fitted, name: str, level: str, counted: BoolArray) -> float:
    """
    Compute the difference coefficient of one column of the 2017 indicators in the calibrated year.

    Parameters
    ----------
    fitted : Fitted
        People and things.
    name : str
        A key of `INDICATOR`.
    level : str
        ``primary`` or ``junior``.
    counted : ndarray of bool, shape (n_sections,)
        Sections of ``base`` that count.

    Returns
    -------
    float
        The pupil-weighted coefficient.
    """
    pattern = fitted.pattern
    own = np.flatnonzero(counted & (pattern.base["level"] == level).to_numpy())
    pupils = pattern.base["pupils"].to_numpy()[own].astype(float)
    if name in people.COUNTS:
        return dispersion.difference_coefficient(fitted.staff[name][own] / pupils, pupils)
    rows = pattern.base["row"].to_numpy()[own]
    weighted = fitted.stock[name][rows] * pattern.weights(pattern.base)[own]
    return dispersion.difference_coefficient(weighted / pattern.weighted_pupils(pattern.base)[rows], pupils)


def tune(
    fitted: Fitted,
    names: list[str],
    level: str,
    figure: Figure,
    measured: Callable[[Fitted], float],
    counted: BoolArray,
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
    counted : ndarray of bool, shape (n_sections,)
        Sections of ``base`` that count.

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
    tried = _last_people(tried, names[0], level, figure, counted)
    if figure.printed_by(found := measured(tried)):
        return tried
    raise CaseError(
        f"Stretching {', '.join(names)} ({level}) gives {found:.4f}, not {figure.value}.",
        hint="Give the columns another spread, or the specification another seed.",
    )


def _last_people(fitted: Fitted, name: str, level: str, figure: Figure, counted: BoolArray) -> Fitted:
    """Exchange single people where whole people are too coarse for a stretch; none falls below the threshold."""
    if name not in people.COUNTS:
        return fitted
    pattern = fitted.pattern
    own = np.flatnonzero(counted & (pattern.base["level"] == level).to_numpy())
    pupils, units = pattern.base["pupils"].to_numpy()[own].astype(float), fitted.staff[name][own]
    least = np.ceil(pattern.threshold(name, level) * pupils / 100).astype(np.int64)
    amounts = Amounts(units, 1.0, np.ones(own.size), pupils, np.minimum(units, least))
    mean, total = amounts.total / pupils.sum(), float(pupils.sum())
    bounds = [square_for(mean, coefficient * mean, total) for coefficient in (figure.low, figure.high)]
    whole = fitted.staff[name].copy()
    whole[own] = spread_by_exchange(amounts, bounds[0], bounds[1]).units
    return replace(fitted, staff={**fitted.staff, name: whole})
