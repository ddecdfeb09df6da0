"""Profiles: local, transitional and disputed rules on top of a standard, off unless named."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import Any

from edubalance.errors import StandardError
from edubalance.standards.assembly import build_vetoes, checked
from edubalance.standards.building import build_conditions, document_variables
from edubalance.standards.dated import Entry, Rule
from edubalance.standards.items import Criterion, Item, Relief, Variable
from edubalance.standards.model import Known
from edubalance.standards.naming import Named, Text, nearest
from edubalance.standards.page import Page, folder, name_of, read, shared
from edubalance.standards.standard import Application, Standard

PROFILE = "id standards name in_force confidence sources notes"
PARTS = "values conditions variables relations reliefs reliefs_of vetoes"
KNOWN_TO = ("day", "month", "year")
OPERATORS = ("in", ">=", "<=", ">", "<")


@dataclass(frozen=True)
class Profile(Named):
    """
    What a profile is, before it is applied.

    Attributes
    ----------
    standards : tuple of str
        Ids of the standards that it fits.
    since : datetime.date
        First day on which it changes anything.
    until : datetime.date or None
        First day on which it no longer does; None where the sources name no end.
    known_to : str
        ``day``, ``month`` or ``year``: how exactly the sources date its start.
    known : Known
        Confidence, sources, notes.
    """

    standards: tuple[str, ...]
    since: datetime.date
    until: datetime.date | None
    known_to: str
    known: Known


def available_profiles(standard_id: str | None = None) -> tuple[str, ...]:
    """
    List the profiles in the package.

    Parameters
    ----------
    standard_id : str, optional
        Only those that fit this standard.

    Returns
    -------
    tuple of str
        Ids, in alphabetical order.

    Examples
    --------
    >>> "relief-2019" in available_profiles("cn-2017-quality")
    True
    >>> available_profiles("mi-1994-proposal-a")
    ()
    """
    names = tuple(sorted(_files()))
    return names if standard_id is None else tuple(name for name in names if standard_id in profile(name).standards)


def profile(profile_id: str) -> Profile:
    """
    Describe a profile.

    Parameters
    ----------
    profile_id : str
        Id, such as ``relief-2019``.

    Returns
    -------
    Profile
        Its name, window, standards, confidence and notes.

    Raises
    ------
    StandardError
        If it is unknown.

    Examples
    --------
    >>> profile("relief-2019").known.confidence
    'once'
    """
    return _describe(*_open(profile_id, layer=1))


def apply(standard: Standard, profile_id: str, *, layer: int) -> Standard:
    """
    Put a profile on top of a standard.

    Parameters
    ----------
    standard : Standard
        With the profiles named before.
    profile_id : str
        The profile.
    layer : int
        1 for the first profile, 2 for the next.

    Returns
    -------
    Standard
        A new one; values of the profile hold within its window only.

    Raises
    ------
    StandardError
        If the profile is unknown, named twice, made for another standard, or refers to a rule that does not exist.
    """
    page, node = _open(profile_id, layer)
    told = _describe(page, node)
    if standard.id not in told.standards:
        raise StandardError(
            f"The profile {profile_id!r} is made for {', '.join(told.standards)}; got {standard.id}.",
            hint=f"Profiles for {standard.id}: {', '.join(available_profiles(standard.id)) or 'none'}.",
        )
    if profile_id in standard.profiles:
        raise StandardError(f"The profile {profile_id!r} is named twice.")
    page = replace(page, since=told.since, until=told.until)
    changed = _with_conditions(standard, page, node)
    changed = _with_reliefs(changed, page, _relief_nodes(page, node), told)
    changed = _with_values(changed, page, node.get("values", {}), told.known)
    vetoes = changed.application.vetoes + build_vetoes(page, node.get("vetoes", ()))
    added = tuple(flag for veto in vetoes[len(changed.application.vetoes) :] for flag in veto.variables)
    changed = replace(
        changed,
        application=Application(changed.application.checks, vetoes),
        variables=changed.variables + added,
        profiles=(*standard.profiles, profile_id),
    )
    return checked(changed, page)


@lru_cache(maxsize=1)
def _files() -> dict[str, Traversable]:
    home = folder() / "profiles"
    return {file.name.removesuffix(".yml"): file for file in home.iterdir() if file.name.endswith(".yml")}


def _open(profile_id: str, layer: int) -> tuple[Page, dict[str, Any]]:
    files = _files()
    if profile_id not in files:
        raise StandardError(f"There is no profile {profile_id!r}.", hint=nearest(profile_id, sorted(files)))
    page = replace(shared(), file=name_of(files[profile_id]), origin=profile_id, layer=layer)
    node = page.fields(read(files[profile_id]), PROFILE, PARTS)
    if node["id"] != profile_id:
        raise page.refuse(f"the id must be {profile_id!r}, as the file is named; got {node['id']!r}.")
    return page, node


def _describe(page: Page, node: Mapping[str, Any]) -> Profile:
    window = page.fields(node["in_force"], "from known_to", "until")
    return Profile(
        id=node["id"],
        names=page.text(node["name"]),
        standards=page.words(node["standards"]),
        since=page.day(window["from"]),
        until=page.day(window["until"]) if "until" in window else None,
        known_to=page.one_of(window["known_to"], KNOWN_TO, "precision of the date"),
        known=page.known(node),
    )


def _with_values(standard: Standard, page: Page, content: object, known: Known) -> Standard:
    added: dict[str, tuple[Entry, ...]] = {}
    for rule_id, dated in page.listing(content):
        if not standard.has_rule(rule_id):
            raise page.refuse(f"unknown rule {rule_id!r}.", hint=nearest(rule_id, [rule.id for rule in standard.rules]))
        added[rule_id] = page.entries(dated, known)
        if {entry.level for entry in added[rule_id]} - set(standard.rule(rule_id).levels):
            raise page.refuse(f"{rule_id} has other levels: {', '.join(standard.rule(rule_id).levels)}.")
    rules = [replace(rule, entries=rule.entries + added.get(rule.id, ())) for rule in standard.rules]
    return replace(standard, rules=tuple(rules))


def _with_conditions(standard: Standard, page: Page, node: Mapping[str, Any]) -> Standard:
    for content in page.several(node.get("conditions", ())):
        change = page.fields(content, "item add", "replaces")
        item = standard.item(change["item"])
        replaced = page.words(change.get("replaces", ()))
        added, rules = build_conditions(page, change["add"], page.known(node))
        _refuse_replacing(standard, page, item, replaced)
        kept = tuple(condition for condition in item.conditions if condition.id not in replaced)
        standard = _with_item(standard, replace(item, conditions=kept + added))
        documents = document_variables(page, added, item.id)
        left = tuple(rule for rule in standard.rules if rule.id not in replaced)
        standard = replace(standard, rules=left + rules, variables=_still_asked(standard, item) + documents)
    named = tuple(
        variable
        for item, listed in page.listing(node.get("variables", {}))
        for variable in page.variables(listed, item)
    )
    related = page.relations(node.get("relations", ()))
    return replace(standard, variables=standard.variables + named, relations=standard.relations + related)


def _refuse_replacing(standard: Standard, page: Page, item: Item, replaced: tuple[str, ...]) -> None:
    """A replacement has no end to return from: it must be another reading of the same text."""
    unknown = sorted(set(replaced) - {condition.id for condition in item.conditions})
    if unknown:
        raise page.refuse(f"{item.id} has no condition {', '.join(unknown)}.")
    if replaced and (page.until is not None or (page.since or standard.in_force_from) > standard.in_force_from):
        raise page.refuse("conditions are replaced only for as long as the standard is in force.")


def _still_asked(standard: Standard, before: Item) -> tuple[Variable, ...]:
    """Leave out the variables that only the replaced conditions asked for."""
    asked = {name for condition in standard.conditions if condition.formula for name in condition.formula.variables}
    dropped = {name for condition in before.conditions if condition.formula for name in condition.formula.variables}
    return tuple(variable for variable in standard.variables if variable.id not in dropped - asked)


def _with_item(standard: Standard, changed: Item) -> Standard:
    items = tuple(changed if item.id == changed.id else item for item in standard.items)
    return replace(standard, items=items)


def _relief_nodes(page: Page, node: Mapping[str, Any]) -> list[Any]:
    """A profile may take over the reliefs of another one, for its own window."""
    other = _open(node["reliefs_of"], layer=1)[1].get("reliefs", []) if "reliefs_of" in node else []
    return [*other, *page.several(node.get("reliefs", []))]


def _with_reliefs(standard: Standard, page: Page, nodes: list[Any], told: Profile) -> Standard:
    for content in nodes:
        node = page.fields(content, "id rule name when", "add values notes")
        eased = standard.rule(node["rule"])
        names = page.text(node["name"])
        known = replace(told.known, notes=page.words(node.get("notes", ())))
        entries = _relief_entries(page, node, known) if "values" in node else ()
        rules = {rule.id: rule for rule in standard.rules}
        if node["id"] in rules:
            entries = rules[node["id"]].entries + entries
        if entries:
            rules[node["id"]] = Rule(node["id"], names, eased.units, eased.direction, entries)
        reliefs = (*standard.reliefs, _relief(page, node, names, told, known))
        standard = replace(standard, reliefs=reliefs, rules=tuple(rules.values()))
    return standard


def _relief_entries(page: Page, node: Mapping[str, Any], known: Known) -> tuple[Entry, ...]:
    """Thresholds taken over from another profile start with this one's window."""
    entries = replace(page, since=None).entries(node["values"], known)
    return tuple(replace(entry, since=max(entry.since, page.since or entry.since)) for entry in entries)


def _relief(page: Page, node: Mapping[str, Any], names: Text, told: Profile, known: Known) -> Relief:
    return Relief(
        id=node["id"],
        names=names,
        rule=node["rule"],
        criteria=tuple(_criterion(page, content) for content in page.several(node["when"])),
        added=page.terms(node["add"]) if "add" in node else (),
        has_threshold="values" in node,
        since=told.since,
        until=told.until,
        known=known,
    )


def _criterion(page: Page, content: object) -> Criterion:
    node = page.fields(content, "column is")
    compared = page.listing(node["is"])
    if len(compared) != 1:
        raise page.refuse(f"expected one comparison; got {node['is']!r}.")
    operator, bound = compared[0]
    operator = page.one_of(operator, OPERATORS, "comparison")
    return Criterion(node["column"], operator, tuple(page.several(bound)) if operator == "in" else page.number(bound))
