"""Values that the law gives, each with the day from which it holds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from edubalance.errors import EdubalanceError, StandardError
from edubalance.standards.naming import Named, Text, nearest

ALL = "all"
# Digits of a day, a month and a year; what is not known of a day lies between the first and the last that it can be.
DIGITS = {8: "%Y%m%d", 6: "%Y%m", 4: "%Y"}


def as_date(date: str | datetime.date) -> datetime.date:
    """
    Read a day.

    Parameters
    ----------
    date : str or datetime.date
        A day; as text in the ISO form, such as ``2024-09-01``.

    Returns
    -------
    datetime.date
        The day, without a clock time.

    Raises
    ------
    StandardError
        If the text is not a day. There is no default: a year alone is not a day.

    Examples
    --------
    >>> as_date("2024-09-01")
    datetime.date(2024, 9, 1)
    """
    if isinstance(date, datetime.datetime):
        return date.date()
    if isinstance(date, datetime.date):
        return date
    try:
        return datetime.date.fromisoformat(date)
    except (TypeError, ValueError):
        raise StandardError(
            f"A date must be a day such as '2024-09-01'; got {date!r}.",
            hint="Data of a year are judged by the rules in force on 1 September of that year.",
        ) from None


def span(number: float) -> tuple[datetime.date, datetime.date]:
    """
    Return the first and the last day that a number can mean.

    Parameters
    ----------
    number : float
        A day as eight digits, 20151231; as six or four where only the month or the year is known.

    Returns
    -------
    tuple of datetime.date
        The same day twice where it is wholly known.

    Raises
    ------
    EdubalanceError
        If the number is no day, month or year.

    Examples
    --------
    >>> [day.isoformat() for day in span(201512)]
    ['2015-12-01', '2015-12-31']
    """
    text = f"{number:.15g}"
    try:
        first = datetime.datetime.strptime(text, DIGITS[len(text)]).date()  # noqa: DTZ007 - a day, no clock
    except (KeyError, ValueError):
        raise EdubalanceError(
            f"A day is written with eight digits, such as 20151231; got {text}.",
            hint="Correct it in county.csv; where no more is known, the month (201512) or the year (2015) will do.",
        ) from None
    if len(text) == 8:
        return first, first
    following = (first.year + (first.month == 12), first.month % 12 + 1) if len(text) == 6 else (first.year + 1, 1)
    return first, datetime.date(*following, 1) - datetime.timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """
    One dated value of one rule.

    Attributes
    ----------
    level : str
        ``primary``, ``junior`` or ``all``.
    since : datetime.date
        First day on which the value holds.
    until : datetime.date or None
        First day on which it no longer holds, where the sources bound it.
    value : float or None
        The value; None where the rule was repealed on that day.
    source : str
        Id of the source that gives it.
    confidence : str
        How well it is known.
    layer : int
        0 for the standard, 1 and more for the profiles in the order named.
    origin : str
        Id of the standard or profile that sets it.
    """

    level: str
    since: datetime.date
    until: datetime.date | None
    value: float | None
    source: str
    confidence: str
    layer: int
    origin: str

    def holds_on(self, date: datetime.date) -> bool:
        """Tell whether the entry is in force on a day."""
        return self.since <= date and (self.until is None or date < self.until)


@dataclass(frozen=True)
class Rule(Named):
    """
    A value that the law sets, over time and by level.

    Attributes
    ----------
    units : Text
        Unit of the value.
    direction : str
        ``>=``, ``<=`` or ``<``: how a quantity is compared with the value; empty for a parameter.
    entries : tuple of Entry
        The dated values, of the standard and of the profiles named.
    """

    units: Text
    direction: str
    entries: tuple[Entry, ...]

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the levels that have values of their own; ``("all",)`` where level does not matter."""
        return tuple(dict.fromkeys(entry.level for entry in self.entries))

    def unit(self, lang: str) -> str:
        """Return the unit in ``en`` or ``zh``."""
        return self.units.of(lang)

    def entry_on(self, date: datetime.date, level: str | None = None) -> Entry:
        """
        Find the entry in force on a day.

        Parameters
        ----------
        date : datetime.date
            The day.
        level : str, optional
            ``primary`` or ``junior``; needed where the two levels have values of their own.

        Returns
        -------
        Entry
            The latest entry of the last profile that speaks, otherwise of the standard.

        Raises
        ------
        StandardError
            If the level is needed or unknown, or no entry is in force on that day.
        """
        ours = [entry for entry in self.entries if entry.level == self._level(level)]
        holding = [entry for entry in ours if entry.holds_on(date)]
        if not holding:
            raise StandardError(self._out_of_force(ours, date))
        entry = max(holding, key=lambda found: (found.layer, found.since))
        if entry.value is None:
            raise StandardError(f"{self.id} was repealed on {entry.since}; it is not in force on {date}.")
        return entry

    def _level(self, level: str | None) -> str:
        if self.levels == (ALL,) or (level is None and len(self.levels) == 1):
            return self.levels[0]
        if level is None:
            raise StandardError(f"{self.id} has values by level.", hint=f"Name the level: {' or '.join(self.levels)}.")
        if level not in self.levels:
            raise StandardError(f"{self.id} has no level {level!r}.", hint=nearest(level, self.levels))
        return level

    def _out_of_force(self, entries: list[Entry], date: datetime.date) -> str:
        first = min(entry.since for entry in entries)
        if date < first:
            return f"{self.id} was not in force on {date} (in force from {first})."
        last = max(entry.until for entry in entries if entry.until is not None)
        return f"No value of {self.id} is known for {date} (known from {first}, before {last})."
