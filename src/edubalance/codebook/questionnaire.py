"""The parts that a questionnaire is made of: scales, constructs, items, and the groups that are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edubalance.errors import EdubalanceError

OVERALL = "overall"
PREFIX = "survey_"


@dataclass(frozen=True)
class Scale:
    """
    What an answer may be.

    Attributes
    ----------
    id : str
        ``satisfaction``, ``agreement`` …
    en, zh : str
        Its name.
    minimum, maximum : int
        Ends of the scale; answers are whole numbers.
    satisfied_from : int or None
        The lowest answer that counts as satisfied; None where the scale asks for no satisfaction.
    labels : mapping of int to mapping of str to str
        Words of each answer by language.
    """

    id: str
    en: str
    zh: str
    minimum: int
    maximum: int
    satisfied_from: int | None
    labels: Mapping[int, Mapping[str, str]]

    @property
    def midpoint(self) -> float:
        """The middle of the scale: on it neither side has the upper hand."""
        return (self.minimum + self.maximum) / 2

    def name(self, lang: str) -> str:
        """Return the name in English (``en``) or Chinese (``zh``)."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Construct:
    """
    What several items ask for together.

    Attributes
    ----------
    id : str
        ``evaluation``, ``family_support`` …
    en, zh : str
        Its name.
    """

    id: str
    en: str
    zh: str

    def name(self, lang: str) -> str:
        """Return the name in English (``en``) or Chinese (``zh``)."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Item:
    """
    One item of the questionnaire.

    Attributes
    ----------
    id : str
        Its column.
    construct : str
        Id of the construct that it asks for.
    scale : Scale
        What an answer may be.
    reversed : bool
        Whether a high answer speaks against the construct.
    weight : float
        How much it counts in the mean of its construct.
    en, zh : str
        Its wording.
    """

    id: str
    construct: str
    scale: Scale
    reversed: bool
    weight: float
    en: str
    zh: str

    def wording(self, lang: str) -> str:
        """Return the wording in English (``en``) or Chinese (``zh``)."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Group:
    """
    A group of respondents and what it is asked.

    Attributes
    ----------
    id : str
        ``parents``, ``teachers`` …
    en, zh : str
        Its name.
    items : tuple of Item
        In the order of the questionnaire.
    """

    id: str
    en: str
    zh: str
    items: tuple[Item, ...]

    def name(self, lang: str) -> str:
        """Return the name in English (``en``) or Chinese (``zh``)."""
        return self.zh if lang == "zh" else self.en

    @property
    def table(self) -> str:
        """The table of its answers."""
        return f"{PREFIX}{self.id}"

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The columns of the items, in order."""
        return tuple(item.id for item in self.items)

    @property
    def overall(self) -> Item:
        """The one item that satisfaction is read from."""
        return next(item for item in self.items if item.construct == OVERALL)

    @property
    def constructs(self) -> tuple[str, ...]:
        """The constructs of the items, in order, without the overall item's."""
        return tuple(dict.fromkeys(item.construct for item in self.items if item.construct != OVERALL))

    def asked_for(self, construct: str) -> tuple[Item, ...]:
        """Return the items of one construct; none if the group is not asked for it."""
        return tuple(item for item in self.items if item.construct == construct)


@dataclass(frozen=True)
class Questionnaire:
    """
    The whole questionnaire.

    Attributes
    ----------
    scales : mapping of str to Scale
        By id.
    constructs : mapping of str to Construct
        By id.
    groups : mapping of str to Group
        By id, in the order of the file.
    """

    scales: Mapping[str, Scale]
    constructs: Mapping[str, Construct]
    groups: Mapping[str, Group]

    def group(self, name: str) -> Group:
        """Return one group; unknown names are refused."""
        if name not in self.groups:
            raise EdubalanceError(
                f"The questionnaire has no group {name!r}.", hint=f"Groups: {', '.join(self.groups)}."
            )
        return self.groups[name]
