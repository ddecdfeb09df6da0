"""What a number that a county reports can be, and what it cannot be above."""

from __future__ import annotations

from dataclasses import dataclass

from edubalance.standards.model import Terms
from edubalance.standards.naming import Text


@dataclass(frozen=True)
class Amount:
    """
    Bounds of sense of a number, from ``amounts.yml``; none of them judges anything.

    Attributes
    ----------
    whole : bool
        Whether it is a whole number.
    least, most : float or None
        The smallest and the largest that it can be; None where there is no end.
    reason : Text
        Why.
    """

    whole: bool
    least: float | None
    most: float | None
    reason: Text


@dataclass(frozen=True)
class Unit(Text):
    """
    A unit, and what the numbers are that a county reports in it.

    Attributes
    ----------
    amount : Amount or None
        None for a unit that no county reports in.
    """

    amount: Amount | None = None


@dataclass(frozen=True)
class Relation:
    """
    What a county reports of a part, against what it reports of the whole.

    Attributes
    ----------
    part, whole : tuple of (str, int)
        Variables that are added, each with its sign.
    times : float or None
        How many times the whole the part may be; None where it may be anything unless the whole is nought.
    reason : Text
        Why.
    """

    part: Terms
    whole: Terms
    times: float | None
    reason: Text

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the names of the variables, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.part + self.whole))
