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

    @property
    def limit(self) -> str:
        """Return the whole as text, with how many times it counts."""
        whole = as_text(self.whole)
        if self.times in (None, 1.0):
            return whole
        return f"{self.times:g} × {whole}" if len(self.whole) == 1 else f"{self.times:g} × ({whole})"


def as_text(terms: Terms) -> str:
    """
    Write a sum as it stands in a standard.

    Parameters
    ----------
    terms : tuple of (str, int)
        Names, each with its sign.

    Returns
    -------
    str
        Names joined by signs.

    Examples
    --------
    >>> as_text((("grade7_enrolment_3y_before", 1), ("deaths_3y", -1)))
    'grade7_enrolment_3y_before - deaths_3y'
    """
    return "".join(f" {'+' if sign > 0 else '-'} {name}" for name, sign in terms).removeprefix(" + ")
