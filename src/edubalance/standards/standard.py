"""A standard as loaded: its rules on a day, its indicators, its items."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from edubalance.errors import StandardError
from edubalance.standards.amounts import Relation
from edubalance.standards.dated import Entry, Rule, as_date
from edubalance.standards.items import Item, Relief, Variable
from edubalance.standards.model import Condition, Indicator, Known, Source, Table
from edubalance.standards.naming import Named, nearest

Thing = TypeVar("Thing", bound=Named)


@dataclass(frozen=True)
class Scope:
    """
    Which schools are judged.

    Attributes
    ----------
    types : tuple of str
        School types included.
    founders : tuple of str
        Founders included.
    teaching_point_min_pupils : int or None
        Teaching points with fewer pupils stand outside; None where the type alone decides.
    known : Known
        Confidence, sources, notes.
    """

    types: tuple[str, ...]
    founders: tuple[str, ...]
    teaching_point_min_pupils: int | None
    known: Known


@dataclass(frozen=True)
class Split:
    """
    How an integrated school shares its resources between levels.

    Attributes
    ----------
    weights : Table of Table of float
        By school type, then level (``primary``, ``junior``, ``senior``).
    columns : tuple of str
        Columns of `schools` that are shared out; teachers never are.
    known : Known
        Confidence, sources, notes.
    """

    weights: Table[Table[float]]
    columns: tuple[str, ...]
    known: Known


@dataclass(frozen=True)
class Application:
    """
    What decides whether a county may apply, and what fails it outright.

    Attributes
    ----------
    checks : tuple of Item
        All are required.
    vetoes : tuple of Item
        Each fails the county by itself; its variable is 1 where it happened, 0 where it did not.
    """

    checks: tuple[Item, ...] = ()
    vetoes: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Standard(Named):
    """
    A standard with the profiles named, unchangeable.

    Attributes
    ----------
    document : str
        Number of the document.
    in_force_from : datetime.date
        First day on which it is taken to be in force.
    in_force_known_to : str
        ``day``, ``month`` or ``year``: how exactly the sources date it. A standard known to the month
        counts from the month's last day, so that no look-up claims it was in force too early.
    in_force_known : Known
        Confidence, sources and notes of that date.
    convention : str
        Convention of the difference coefficient: ``weighted_population`` or another that `measures` names.
    levels : tuple of str
        Levels that are judged.
    indicators : tuple of Indicator
        In the document's order.
    items : tuple of Item
        In the document's order.
    application : Application
        Checks before applying, and vetoes.
    scope : Scope
        Which schools are judged.
    split : Split
        How integrated schools are split.
    precision : Table of int
        Decimals for printing: ``value``, ``mean``, ``cv``, ``ratio``.
    rules : tuple of Rule
        Every dated value; `value_on` looks them up.
    reliefs : tuple of Relief
        Easier rules that the profiles bring.
    variables : tuple of Variable
        What ``county.csv`` may hold for this standard, in the order of items.
    relations : tuple of Relation
        What these variables cannot be above.
    profiles : tuple of str
        Ids of the profiles, in the order named.
    sources : tuple of Source
        Everything cited.
    known : Known
        Confidence, sources, notes of the document as a whole.
    """

    document: str
    in_force_from: datetime.date
    in_force_known_to: str
    in_force_known: Known
    convention: str
    levels: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    items: tuple[Item, ...]
    application: Application
    scope: Scope
    split: Split
    precision: Table[int]
    rules: tuple[Rule, ...]
    reliefs: tuple[Relief, ...]
    variables: tuple[Variable, ...]
    relations: tuple[Relation, ...]
    profiles: tuple[str, ...]
    sources: tuple[Source, ...]
    known: Known

    def indicator(self, indicator_id: str) -> Indicator:
        """Return one indicator; unknown ids are refused with the nearest known one."""
        return find(self.indicators, indicator_id, f"The standard {self.id} has no indicator")

    def item(self, item_id: str) -> Item:
        """Return one item; unknown ids are refused with the nearest known one."""
        return find(self.items, item_id, f"The standard {self.id} has no item")

    def source(self, source_id: str) -> Source:
        """Return one source; unknown ids are refused with the nearest known one."""
        return find(self.sources, source_id, f"The standard {self.id} cites no source")

    def rule(self, rule_id: str) -> Rule:
        """Return one rule; unknown ids are refused with the nearest known one."""
        return find(self.rules, rule_id, f"The standard {self.id} sets no value for")

    def has_rule(self, rule_id: str) -> bool:
        """Tell whether the standard sets a value under this id."""
        return any(rule.id == rule_id for rule in self.rules)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return the conditions of all items, in order."""
        return tuple(condition for item in self.items for condition in item.conditions)

    def entry_on(self, rule: str, date: str | datetime.date, level: str | None = None) -> Entry:
        """
        Find the dated entry in force on a day: the value with its source and confidence.

        Parameters
        ----------
        rule : str
            Id of an indicator, a condition, a relief or a rule of the whole standard.
        date : str or datetime.date
            Day of the data; there is no default.
        level : str, optional
            ``primary`` or ``junior``; needed where the levels differ.

        Returns
        -------
        Entry
            Value, source, confidence, and the standard or profile that set it.

        Raises
        ------
        StandardError
            If the rule or level is unknown, or the standard or the rule was not in force.
        """
        day = as_date(date)
        found = self.rule(rule)
        if day < self.in_force_from:
            raise StandardError(
                f"{self.id} was not in force on {day} (in force from {self.in_force_from}).",
                hint="Judge a later year alone (--year), or name a standard of that time.",
            )
        return found.entry_on(day, level)

    def value_on(self, rule: str, date: str | datetime.date, level: str | None = None) -> float:
        """
        Return the value of a rule on a day.

        Parameters
        ----------
        rule : str
            Id of an indicator (its threshold), a condition, a relief, ``cv_limit``, ``composite_limit``,
            ``school_min_met``, ``school_floor_share`` or another.
        date : str or datetime.date
            Day of the data; there is no default.
        level : str, optional
            ``primary`` or ``junior``; needed where the levels differ.

        Returns
        -------
        float
            The value, in the unit of the rule.

        Raises
        ------
        StandardError
            If the rule or level is unknown, or the standard or the rule was not in force.

        Examples
        --------
        >>> from edubalance import standards
        >>> quality = standards.load("cn-2017-quality")
        >>> quality.value_on("teachers_above_required_qualification_per_100", "2023-09-01", level="junior")
        5.3
        >>> quality.value_on("cv_limit", "2016-09-01", level="junior")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        edubalance.errors.StandardError: cn-2017-quality was not in force on 2016-09-01 (in force from 2017-04-30). ...
        """
        value = self.entry_on(rule, date, level).value
        return float("nan") if value is None else value

    def floor_on(self, indicator: str, date: str | datetime.date, level: str | None = None) -> float:
        """
        Return the floor of an indicator: the share of its threshold that every section must reach.

        The product is taken in decimal figures and never rounded.

        Parameters
        ----------
        indicator : str
            Id of the indicator.
        date : str or datetime.date
            Day of the data.
        level : str, optional
            ``primary`` or ``junior``.

        Returns
        -------
        float
            Threshold times ``school_floor_share``.

        Raises
        ------
        StandardError
            As for `value_on`.

        Examples
        --------
        >>> from edubalance import standards
        >>> quality = standards.load("cn-2017-quality")
        >>> quality.floor_on("teachers_above_required_qualification_per_100", "2023-09-01", "junior")
        4.505
        """
        threshold = self.value_on(indicator, date, level)
        share = self.value_on("school_floor_share", date, level)
        return float(Decimal(str(threshold)) * Decimal(str(share)))

    def reliefs_on(self, rule: str, date: str | datetime.date) -> tuple[Relief, ...]:
        """Return the reliefs of an indicator or condition that are in force on a day."""
        day = as_date(date)
        return tuple(relief for relief in self.reliefs if relief.rule == rule and relief.active_on(day))


def find(things: Sequence[Thing], wanted: str, refusal: str) -> Thing:
    """Return the thing of this id, or refuse and name the nearest known one."""
    for thing in things:
        if thing.id == wanted:
            return thing
    raise StandardError(f"{refusal} {wanted!r}.", hint=nearest(wanted, [thing.id for thing in things]))
