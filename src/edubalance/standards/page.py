"""Reading one YAML file of a standard; whatever is wrong is refused with the file's name."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from edubalance import documents
from edubalance.errors import CaseError, StandardError
from edubalance.standards.amounts import Amount, Relation, Unit
from edubalance.standards.dated import ALL, Entry, Rule
from edubalance.standards.items import Variable
from edubalance.standards.model import Known, Source, Terms
from edubalance.standards.naming import Text, nearest

CONFIDENCES = ("verified_twice", "once", "inferred", "conflicting")
DIRECTIONS = (">=", "<=", "<", "")
LEVELS = (ALL, "primary", "junior")
VARIABLE_KINDS = ("number", "document", "flag", "date")
SIGNS = {"+": 1, "-": -1}


def folder() -> Traversable:
    """Return the folder of the package that holds the standards."""
    return resources.files("edubalance.standards")


def name_of(resource: Traversable) -> str:
    """Name a file for a message: its folder and its own name, no machine path."""
    parts = str(resource).replace("\\", "/").split("/")
    return "/".join(parts[parts.index("standards") + 1 :]) if "standards" in parts else resource.name


def read(resource: Traversable) -> object:
    """Read a YAML file as plain data."""
    name = name_of(resource)
    try:
        return documents.parse(documents.text(resource.read_bytes(), name), name)
    except CaseError as error:
        raise StandardError(error.what, hint=error.hint, key=error.key, facts=error.facts) from None


@dataclass(frozen=True)
class Page:
    """
    One file being read, and what it may refer to.

    Attributes
    ----------
    file : str
        Name of the file, for messages.
    origin : str
        Id of the standard or profile that the file belongs to.
    layer : int
        0 for a standard, 1 and more for profiles.
    units : mapping of str to Unit
        Known units.
    amounts : mapping of str to Amount
        What the numbers of a county can be.
    sources : mapping of str to Source
        Known sources.
    since : datetime.date, optional
        First day of a profile: none of its entries may be earlier.
    until : datetime.date, optional
        First day after a profile's window.
    """

    file: str
    origin: str
    layer: int
    units: Mapping[str, Unit]
    amounts: Mapping[str, Amount]
    sources: Mapping[str, Source]
    since: datetime.date | None = None
    until: datetime.date | None = None

    def refuse(self, what: str, *, hint: str = "") -> StandardError:
        """Build the refusal of something in this file."""
        return StandardError(f"{self.file}: {what}", hint=hint)

    def fields(self, content: object, required: str, optional: str = "") -> dict[str, Any]:
        """Return a mapping whose keys are all known and of which none that is required is missing."""
        if not isinstance(content, dict):
            raise self.refuse(f"expected a mapping with {required}; got {content!r}.")
        known = required.split() + optional.split()
        for key in content:
            if key not in known:
                raise self.refuse(f"unknown key {key!r}.", hint=nearest(str(key), known))
        missing = [key for key in required.split() if key not in content]
        if missing:
            raise self.refuse(f"{', '.join(missing)} missing in {content.get('id', 'an entry')!r}.")
        return content

    def listing(self, content: object) -> list[tuple[str, Any]]:
        """Return the pairs of a mapping whose keys are ids."""
        if not isinstance(content, dict):
            raise self.refuse(f"expected a mapping of ids; got {content!r}.")
        return list(content.items())

    def one_of(self, word: object, known: Mapping[str, Any] | tuple[str, ...], what: str) -> str:
        """Return a word of a closed vocabulary."""
        if not isinstance(word, str) or word not in known:
            raise self.refuse(f"unknown {what} {word!r}.", hint=nearest(str(word), known))
        return word

    def text(self, content: object) -> Text:
        """Read a name in both languages."""
        names = self.fields(content, "en zh")
        for lang, name in names.items():
            if not isinstance(name, str) or not name.strip():
                raise self.refuse(f"the {lang} name must be text; got {name!r}.")
        return Text(names["en"], names["zh"])

    def unit(self, word: object) -> Unit:
        """Read a unit by its id."""
        return self.units[self.one_of(word, self.units, "unit")]

    def number(self, content: object) -> float:
        """Read a number."""
        if isinstance(content, bool) or not isinstance(content, (int, float)):
            raise self.refuse(f"expected a number; got {content!r}.")
        return float(content)

    def day(self, content: object) -> datetime.date:
        """Read a day; YAML dates without quotation marks are refused, so that files stay uniform."""
        try:
            return datetime.date.fromisoformat(content)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise self.refuse(
                f"expected a quoted day such as '2017-04-30'; got {content!r}.", hint="Quote the date."
            ) from None

    def known(self, node: Mapping[str, Any], default: Known | None = None) -> Known:
        """Read confidence, sources and notes; a part of an item may inherit the item's."""
        confidence = node.get("confidence", default.confidence if default else None)
        cited = node.get("sources", default.sources if default else ())
        return Known(
            self.one_of(confidence, CONFIDENCES, "confidence"),
            tuple(self.one_of(source, self.sources, "source") for source in cited),
            tuple(node.get("notes", ())),
        )

    def terms(self, content: object) -> Terms:
        """Read a sum such as ``graduates - transferred_in_3y``."""
        words = content.split() if isinstance(content, str) else []
        if not words:
            raise self.refuse(f"expected a sum of names; got {content!r}.")
        words = words if words[0] in SIGNS else ["+", *words]
        signs, names = words[0::2], words[1::2]
        if len(signs) != len(names) or not set(signs) <= set(SIGNS) or set(names) & set(SIGNS):
            raise self.refuse(f"expected names joined by + and -; got {content!r}.")
        return tuple((name, SIGNS[sign]) for name, sign in zip(names, signs, strict=True))

    def rule(self, rule_id: str, node: Mapping[str, Any], names: Text, known: Known) -> Rule:
        """Read the dated values of a rule, with its unit and direction."""
        direction = self.one_of(node.get("direction", ""), DIRECTIONS, "direction")
        return Rule(rule_id, names, self.unit(node["unit"]), direction, self.entries(node["values"], known))

    def entries(self, content: object, known: Known) -> tuple[Entry, ...]:
        """Read dated values by level, in the order of their dates."""
        if not isinstance(content, dict) or not content:
            raise self.refuse(f"expected values by level and date; got {content!r}.")
        found = [
            self._entry(self.one_of(level, LEVELS, "level"), self.day(since), value, known)
            for level, dated in content.items()
            for since, value in dated.items()
        ]
        return tuple(sorted(found, key=lambda entry: (LEVELS.index(entry.level), entry.since)))

    def _entry(self, level: str, since: datetime.date, content: object, known: Known) -> Entry:
        node = self.fields(content, "value source", "until confidence")
        if self.since is not None and since < self.since:
            raise self.refuse(f"a value of {since} is earlier than the profile ({self.since}).")
        return Entry(
            level=level,
            since=since,
            until=self.day(node["until"]) if "until" in node else self.until,
            value=None if node["value"] is None else self.number(node["value"]),
            source=self.one_of(node["source"], self.sources, "source"),
            confidence=self.one_of(node.get("confidence", known.confidence), CONFIDENCES, "confidence"),
            layer=self.layer,
            origin=self.origin,
        )

    def variables(self, content: object, item: str) -> tuple[Variable, ...]:
        """Read the variables that an item asks of ``county.csv``."""
        if not isinstance(content, dict):
            raise self.refuse(f"expected variables by name; got {content!r}.")
        return tuple(self._variable(name, node, item) for name, node in content.items())

    def _variable(self, name: str, content: object, item: str) -> Variable:
        node = self.fields(content, "name unit meaning", "kind amount")
        kind = self.one_of(node.get("kind", "number"), VARIABLE_KINDS, "kind of variable")
        unit = self.unit(node["unit"])
        amount = self.amounts[self.one_of(node["amount"], self.amounts, "amount")] if "amount" in node else unit.amount
        if amount is None and kind != "date":
            raise self.refuse(f"{name} needs an amount; its unit {node['unit']!r} has none.")
        return Variable(name, self.text(node["name"]), item, kind, unit, self.text(node["meaning"]), amount)

    def relations(self, content: Iterable[object]) -> tuple[Relation, ...]:
        """Read what variables cannot be above."""
        return tuple(self._relation(node) for node in content)

    def _relation(self, content: object) -> Relation:
        node = self.fields(content, "part reason", "within times none_without")
        if ("within" in node) == ("none_without" in node) or ("times" in node and "within" not in node):
            raise self.refuse(f"{node['part']} needs either `within` or `none_without`.")
        whole = self.terms(node["within"] if "within" in node else node["none_without"])
        times = self.number(node.get("times", 1)) if "within" in node else None
        return Relation(self.terms(node["part"]), whole, times, self.text(node["reason"]))


@lru_cache(maxsize=1)
def shared() -> Page:
    """Start a page that knows all units, amounts and sources; `open_page` names the file."""
    bare = Page(file="amounts.yml", origin="", layer=0, units={}, amounts={}, sources={})
    amounts = {word: _amount(bare, node) for word, node in bare.listing(read(folder() / "amounts.yml"))}
    bare = replace(bare, file="units.yml", amounts=amounts)
    units = {word: _unit(bare, node) for word, node in bare.listing(read(folder() / "units.yml"))}
    listed = replace(bare, file="sources.yml", units=units)
    sources = {key: _source(listed, key, node) for key, node in listed.listing(read(folder() / "sources.yml"))}
    return replace(listed, sources=sources)


def _amount(page: Page, content: object) -> Amount:
    node = page.fields(content, "reason", "whole least most")
    least, most = (page.number(node[end]) if end in node else None for end in ("least", "most"))
    return Amount(node.get("whole") is True, least, most, page.text(node["reason"]))


def _unit(page: Page, content: object) -> Unit:
    node = page.fields(content, "en zh", "amount")
    names = page.text({"en": node["en"], "zh": node["zh"]})
    amount = page.amounts[page.one_of(node["amount"], page.amounts, "amount")] if "amount" in node else None
    return Unit(names.en, names.zh, amount)


def _source(page: Page, key: str, content: object) -> Source:
    node = page.fields(content, "title url", "note")
    return Source(key, page.text(node["title"]), node["url"] or "", node.get("note", ""))
