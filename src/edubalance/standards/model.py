"""What a standard compares: indicators and conditions."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from edubalance.errors import StandardError
from edubalance.standards.dated import ALL
from edubalance.standards.naming import Named, Text, nearest

Content = TypeVar("Content")
Terms = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Table(Mapping[str, Content]):
    """
    A mapping that cannot be changed; loaded standards are shared.

    Attributes
    ----------
    pairs : tuple of (str, content)
        In the order of the file.

    Examples
    --------
    >>> weights = Table((("primary", 1.0), ("junior", 1.1)))
    >>> weights["junior"], list(weights)
    (1.1, ['primary', 'junior'])
    """

    pairs: tuple[tuple[str, Content], ...]

    def __getitem__(self, key: str) -> Content:
        """Return the content of a key."""
        for known, content in self.pairs:
            if known == key:
                return content
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys."""
        return (key for key, _ in self.pairs)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self.pairs)


@dataclass(frozen=True)
class Source(Named):
    """
    Where a rule was read.

    Attributes
    ----------
    url : str
        Address; empty where none is known.
    note : str
        What kind of source it is, and what of it could be read.
    """

    url: str
    note: str


@dataclass(frozen=True)
class Known:
    """
    How well something is known.

    Attributes
    ----------
    confidence : str
        ``verified_twice``, ``once``, ``inferred`` or ``conflicting``.
    sources : tuple of str
        Ids of the sources.
    notes : tuple of str
        What a reader should know: conflicts, readings chosen, limits.
    """

    confidence: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Indicator(Named):
    """
    One quantity a section is judged by.

    Attributes
    ----------
    units : Text
        Unit; `unit` returns it in one language.
    number : int
        Place in the document's list.
    direction : str
        ``>=``.
    numerators : Table of tuples of (column, sign)
        By level, or under ``all``; empty where the value is given and not computed.
    multiplier : float
        What the sum over pupils is multiplied with.
    split : bool
        Whether an integrated school shares the resource between its levels.
    has_threshold : bool
        Whether the standard sets a value that each section must reach.
    known : Known
        Confidence, sources, notes.
    """

    units: Text
    number: int
    direction: str
    numerators: Table[Terms]
    multiplier: float
    split: bool
    has_threshold: bool
    known: Known

    def unit(self, lang: str) -> str:
        """Return the unit in ``en`` or ``zh``."""
        return self.units.of(lang)

    def numerator(self, level: str) -> Terms:
        """
        Return the columns that are added, each with its sign.

        Parameters
        ----------
        level : str
            ``primary`` or ``junior``.

        Returns
        -------
        tuple of (str, int)
            Column of `sections` or `schools`, and 1 or -1.

        Raises
        ------
        StandardError
            If the level is unknown.
        """
        if ALL in self.numerators:
            return self.numerators[ALL]
        if level not in self.numerators:
            raise StandardError(f"{self.id} has no level {level!r}.", hint=nearest(level, self.numerators))
        return self.numerators[level]

    @property
    def confidence(self) -> str:
        """Return the confidence mark."""
        return self.known.confidence

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the ids of the sources."""
        return self.known.sources


@dataclass(frozen=True)
class Formula:
    """
    A ratio of sums over variables of ``county.csv``.

    Attributes
    ----------
    numerator, denominator : tuple of (str, int)
        Variable and sign; an empty denominator stands for 1.
    multiplier : float
        100 for percent.
    """

    numerator: Terms
    denominator: Terms
    multiplier: float

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the names of the variables, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.numerator + self.denominator))


@dataclass(frozen=True)
class Check:
    """
    What is measured on every school or section, from a closed vocabulary.

    Attributes
    ----------
    kind : str
        ``largest_class``: the column, on every section of the condition's level.
        ``school_size``: the pupils of a school, all its sections together.
        ``classes_per_room``: classes of a school over the sum of the columns (infinite without a room).
        ``smallest_room``: the column, on every school that has such a room.
        ``school_share``: the column over the column in `per`, times the multiplier, on every school.
    columns : tuple of str
        Columns of `schools` or `sections` that are added.
    per : tuple of str
        Columns of the divisor; empty where there is none.
    types : tuple of str
        School types that are checked; empty for all in scope.
    multiplier : float
        100 for percent.
    """

    kind: str
    columns: tuple[str, ...]
    per: tuple[str, ...]
    types: tuple[str, ...]
    multiplier: float


@dataclass(frozen=True)
class Condition(Named):
    """
    One comparison within an item.

    Attributes
    ----------
    level : str or None
        ``primary`` or ``junior``; None where level does not matter.
    units : Text
        Unit of the quantity and its threshold.
    direction : str
        ``>=``, ``<=`` or ``<``; empty where a document decides.
    kind : str
        ``formula``, ``check``, ``document`` or, for a veto, ``flag``.
    formula : Formula or None
        For ``formula``.
    check : Check or None
        For ``check``.
    nobody_if_zero : str
        Variable that, where it is 0, leaves nobody the condition could apply to: it is then met. Empty for none.
    since, until : datetime.date or None
        Window in which the condition is asked: from its first value or its profile on, and before the profile's end.
    known : Known
        Confidence, sources, notes.
    """

    level: str | None
    units: Text
    direction: str
    kind: str
    formula: Formula | None
    check: Check | None
    nobody_if_zero: str
    since: datetime.date | None
    until: datetime.date | None
    known: Known

    def holds_on(self, date: datetime.date) -> bool:
        """Tell whether the condition is asked on a day."""
        return (self.since is None or self.since <= date) and (self.until is None or date < self.until)

    def unit(self, lang: str) -> str:
        """Return the unit in ``en`` or ``zh``."""
        return self.units.of(lang)
