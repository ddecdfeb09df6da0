"""The lines of an assessment, what they ask of the county, and what eases them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from edubalance.standards.amounts import Amount, Relation, Unit
from edubalance.standards.model import Condition, Known, Terms
from edubalance.standards.naming import Named, Text


@dataclass(frozen=True)
class Variable(Named):
    """
    One variable of ``county.csv``.

    Attributes
    ----------
    item : str
        Id of the item that uses it.
    kind : str
        ``number``, ``document`` (the evidence decides), ``flag`` (1 happened, 0 did not) or ``date``
        (eight digits, or six or four where only month or year is known).
    units : Unit
        Unit of the value.
    meaning : Text
        What is counted.
    amount : Amount or None
        What the number can be; None for a day.
    """

    item: str
    kind: str
    units: Unit
    meaning: Text
    amount: Amount | None

    def unit(self, lang: str) -> str:
        """Return the unit in ``en`` or ``zh``."""
        return self.units.of(lang)


@dataclass(frozen=True)
class Item(Named):
    """
    One line of the assessment.

    Attributes
    ----------
    number : int
        Place within its dimension.
    dimension : str
        ``resource_allocation``, ``government_guarantee``, ``education_quality``, ``social_recognition``;
        ``application`` for a check before applying.
    kind : str
        ``indicator``, ``school``, ``county``, ``document``; ``reference`` where another rule decides.
    refers_to : str
        Id of the rule, item or standard that decides a ``reference``, or that bears on the line besides what the
        county reports; empty otherwise.
    conditions : tuple of Condition
        All must be met; empty for an indicator.
    variables : tuple of Variable
        What the item asks of ``county.csv``.
    known : Known
        Confidence, sources, notes.
    relations : tuple of Relation
        What these variables cannot be above.
    """

    number: int
    dimension: str
    kind: str
    refers_to: str
    conditions: tuple[Condition, ...]
    variables: tuple[Variable, ...]
    known: Known
    relations: tuple[Relation, ...] = ()

    def conditions_on(self, date: datetime.date) -> tuple[Condition, ...]:
        """Return the conditions asked on a day, those of profiles within their window."""
        return tuple(condition for condition in self.conditions if condition.holds_on(date))

    @property
    def confidence(self) -> str:
        """Return the confidence mark."""
        return self.known.confidence

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the ids of the sources."""
        return self.known.sources


@dataclass(frozen=True)
class Criterion:
    """
    One test of whether a relief fits a school.

    Attributes
    ----------
    column : str
        Column of `schools`, or ``school_pupils`` (all its sections) or ``school_largest_class``.
    operator : str
        ``in``, ``>=``, ``<=``, ``>`` or ``<``.
    values : tuple of str, or one float
        Codes for ``in``, otherwise the bound.
    """

    column: str
    operator: str
    values: tuple[str, ...] | float


@dataclass(frozen=True)
class Relief(Named):
    """
    An easier rule for schools that fit all criteria, while a profile is in force.

    Attributes
    ----------
    rule : str
        Id of the indicator or condition that is eased.
    criteria : tuple of Criterion
        All must hold.
    added : tuple of (str, int)
        Columns that count in addition; empty for none.
    has_threshold : bool
        Whether another threshold holds; it is looked up under the relief's own id.
    since : datetime.date
        First day of the window.
    until : datetime.date or None
        First day after the window; None where it is open.
    known : Known
        Confidence, sources, notes.
    """

    rule: str
    criteria: tuple[Criterion, ...]
    added: Terms
    has_threshold: bool
    since: datetime.date
    until: datetime.date | None
    known: Known

    def active_on(self, date: datetime.date) -> bool:
        """Tell whether the relief is in force on a day."""
        return self.since <= date and (self.until is None or date < self.until)
