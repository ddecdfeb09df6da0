"""Days and years since a county was recognised as basically balanced."""

from __future__ import annotations

import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.assessment.items import Reported
from edubalance.assessment.parts import COUNTY
from edubalance.errors import EdubalanceError
from edubalance.standards import Item, Standard
from edubalance.standards.dated import span


def full_years(stated: npt.NDArray[np.float64], on: datetime.date) -> tuple[npt.NDArray[np.float64], ...]:
    """
    Count full years from days that are written as numbers.

    Parameters
    ----------
    stated : ndarray of float
        Days as eight digits, 20151231; as six or four where only the month or the year is known; NaN where missing.
    on : datetime.date
        Day to which years are counted.

    Returns
    -------
    fewest : ndarray of float
        Full years, counted from the last day that it can be. A day to come gives negative years.
    most : ndarray of float
        Full years from the first; they differ where the day is not wholly known.

    Raises
    ------
    EdubalanceError
        If a number is no day, month or year.

    Examples
    --------
    Three years are full on their last day, and not on the day before:

    >>> [full_years(np.array([20200901.0]), datetime.date(2023, *day))[0].item() for day in ((8, 31), (9, 1))]
    [2.0, 3.0]

    Of a year alone, the day may be its first or its last:

    >>> [float(years[0]) for years in full_years(np.array([2020.0]), datetime.date(2023, 9, 1))]
    [2.0, 3.0]
    """
    spans = [(None, None) if np.isnan(number) else span(float(number)) for number in stated]
    fewest = [np.nan if last is None else _between(last, on) for _, last in spans]
    most = [np.nan if first is None else _between(first, on) for first, _ in spans]
    return np.array(fewest, dtype=np.float64), np.array(most, dtype=np.float64)


def refuse_implausible(line: Item, places: pd.DataFrame, reported: Reported, basic: Standard) -> None:
    """
    Refuse a number of years that is longer than there has been basic balance to be recognised for.

    Parameters
    ----------
    line : Item
        The check on recognition.
    places : DataFrame
        ``county`` and ``year``.
    reported : Reported
        What the counties report.
    basic : Standard
        The standard of basic balance.

    Raises
    ------
    EdubalanceError
        If a number of years, or a day, reaches back before that standard. A calendar year among the years is the
        usual slip, and would pass every limit.
    """
    for variable in line.variables:
        values = reported.value(variable.id)
        for value, (county, year) in zip(values, places[COUNTY].itertuples(index=False), strict=True):
            day = span(float(value))[1] if variable.kind == "date" and not np.isnan(value) else basic.in_force_from
            if day < basic.in_force_from or (variable.kind == "number" and value > year + 1 - basic.in_force_from.year):
                raise EdubalanceError(
                    f"{variable.id} of {county} {year} reaches back before {basic.in_force_from}, when {basic.id} came "
                    f"into force; got {value:g}.",
                    hint="Give full years in years_since_… and the calendar date in …_date.",
                )


def _between(day: datetime.date, on: datetime.date) -> int:
    """Count the full years between two days."""
    return on.year - day.year - ((on.month, on.day) < (day.month, day.day))
