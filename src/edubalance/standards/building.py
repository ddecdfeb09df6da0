"""Building indicators, items and their rules from the pages of a standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from edubalance.standards.dated import ALL, Rule
from edubalance.standards.items import Item, Variable
from edubalance.standards.model import Check, Condition, Formula, Indicator, Known, Table, Terms
from edubalance.standards.page import Page

DIMENSIONS = ("resource_allocation", "government_guarantee", "education_quality", "social_recognition", "application")
KINDS = ("indicator", "school", "county", "document", "reference")
CHECKS = ("largest_class", "school_size", "classes_per_room", "smallest_room", "school_share")
CONDITION = "unit direction level formula check document values values_of nobody_if_zero confidence sources notes"


@dataclass(frozen=True)
class Built:
    """
    What one file of an item yields.

    Attributes
    ----------
    item : Item
        The item.
    indicator : Indicator or None
        Its indicator, for an item of that kind.
    rules : tuple of Rule
        The thresholds it sets.
    """

    item: Item
    indicator: Indicator | None
    rules: tuple[Rule, ...]


def build_item(page: Page, content: object) -> Built:
    """Build one item: an indicator, or conditions on schools, the county or documents."""
    kind = content.get("kind") if isinstance(content, dict) else None
    if kind == "indicator":
        return _indicator_item(page, content)
    node = page.fields(
        content, "id dimension number kind name confidence sources", "conditions variables relations refers_to notes"
    )
    known, names = page.known(node), page.text(node["name"])
    conditions, rules = build_conditions(page, node.get("conditions", ()), known)
    variables = page.variables(node.get("variables", {}), node["id"])
    if node["kind"] == "document" and not conditions:
        conditions = (_document(page, node["id"], {"name": node["name"]}, known),)
    item = Item(
        id=node["id"],
        names=names,
        number=int(page.number(node["number"])),
        dimension=page.one_of(node["dimension"], DIMENSIONS, "dimension"),
        kind=page.one_of(kind, KINDS, "kind of item"),
        refers_to=node.get("refers_to", ""),
        conditions=conditions,
        variables=variables + document_variables(page, conditions, node["id"]),
        known=known,
        relations=page.relations(node.get("relations", ())),
    )
    return Built(item, None, rules)


def _indicator_item(page: Page, content: object) -> Built:
    node = page.fields(
        content,
        "id dimension number kind name unit direction multiplier split confidence sources",
        "numerator values notes",
    )
    known, names = page.known(node), page.text(node["name"])
    indicator = Indicator(
        id=node["id"],
        names=names,
        units=page.unit(node["unit"]),
        number=int(page.number(node["number"])),
        direction=node["direction"],
        numerators=_numerators(page, node.get("numerator")),
        multiplier=page.number(node["multiplier"]),
        split=node["split"] is True,
        has_threshold="values" in node,
        known=known,
    )
    dimension = page.one_of(node["dimension"], DIMENSIONS, "dimension")
    item = Item(indicator.id, names, indicator.number, dimension, "indicator", "", (), (), known)
    rules = (page.rule(indicator.id, node, names, known),) if indicator.has_threshold else ()
    return Built(item, indicator, rules)


def _numerators(page: Page, content: object) -> Table[Terms]:
    if content is None:
        return Table(((ALL, ()),))
    if isinstance(content, str):
        return Table(((ALL, page.terms(content)),))
    node = page.fields(content, "primary junior")
    return Table(tuple((level, page.terms(terms)) for level, terms in node.items()))


def build_conditions(page: Page, nodes: Any, known: Known) -> tuple[tuple[Condition, ...], tuple[Rule, ...]]:
    """Build conditions in order, each with the rule that holds its threshold."""
    conditions: list[Condition] = []
    rules: dict[str, Rule] = {}
    for content in nodes:
        node = page.fields(content, "id name", CONDITION)
        condition = _condition(page, node, known)
        if condition.kind != "document":
            rules[condition.id] = _threshold(page, node, condition, rules)
            first = min(entry.since for entry in rules[condition.id].entries)
            condition = replace(condition, since=first)
        conditions.append(condition)
    return tuple(conditions), tuple(rules.values())


def _threshold(page: Page, node: Mapping[str, Any], condition: Condition, known: Mapping[str, Rule]) -> Rule:
    if "values" in node:
        return page.rule(condition.id, node, condition.names, condition.known)
    model = known[page.one_of(node["values_of"], known, "condition")]
    return replace(model, id=condition.id, names=condition.names)


def _condition(page: Page, node: Mapping[str, Any], item: Known) -> Condition:
    known = page.known(node, item)
    if node.get("document") is True:
        return _document(page, node["id"], node, known)
    if ("formula" in node) == ("check" in node) or ("values" in node) == ("values_of" in node):
        raise page.refuse(f"{node['id']} needs a formula or a check, and values of its own or of another condition.")
    return Condition(
        id=node["id"],
        names=page.text(node["name"]),
        level=page.one_of(node["level"], ("primary", "junior"), "level") if "level" in node else None,
        units=page.unit(node.get("unit")),
        direction=page.one_of(node.get("direction"), (">=", "<=", "<"), "direction"),
        kind="formula" if "formula" in node else "check",
        formula=_formula(page, node["formula"]) if "formula" in node else None,
        check=_check(page, node["check"]) if "check" in node else None,
        nobody_if_zero=node.get("nobody_if_zero", ""),
        since=page.since,
        until=page.until,
        known=known,
    )


def _document(page: Page, condition_id: str, node: Mapping[str, Any], known: Known) -> Condition:
    names = page.text(node["name"])
    unit = page.unit("document")
    return Condition(condition_id, names, None, unit, "", "document", None, None, "", page.since, page.until, known)


def _formula(page: Page, content: object) -> Formula:
    node = page.fields(content, "numerator", "denominator multiplier")
    denominator = page.terms(node["denominator"]) if "denominator" in node else ()
    return Formula(page.terms(node["numerator"]), denominator, page.number(node.get("multiplier", 1)))


def _check(page: Page, content: object) -> Check:
    node = page.fields(content, "kind columns", "per types multiplier")
    return Check(
        kind=page.one_of(node["kind"], CHECKS, "check"),
        columns=tuple(node["columns"]),
        per=tuple(node.get("per", ())),
        types=tuple(node.get("types", ())),
        multiplier=page.number(node.get("multiplier", 1)),
    )


def document_variables(page: Page, conditions: tuple[Condition, ...], item: str) -> tuple[Variable, ...]:
    """List the conditions that a document decides: in ``county.csv`` their ids stand as variables."""
    unit = page.unit("document")
    return tuple(
        Variable(condition.id, condition.names, item, "document", unit, condition.names, unit.amount)
        for condition in conditions
        if condition.kind == "document"
    )
