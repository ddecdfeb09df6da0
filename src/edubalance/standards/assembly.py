"""Putting a standard together from the files of its folder."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources.abc import Traversable
from typing import Any

from edubalance.errors import StandardError
from edubalance.standards.amounts import Relation
from edubalance.standards.building import Built, build_item
from edubalance.standards.dated import Rule
from edubalance.standards.items import Item, Variable
from edubalance.standards.model import Condition, Known, Table
from edubalance.standards.page import Page, name_of, read
from edubalance.standards.standard import Application, Scope, Split, Standard

STANDARD = "id name document in_force convention levels scope split precision rules confidence sources notes"
KNOWN_TO = ("day", "month", "year")
CONVENTIONS = ("weighted_population", "unweighted_population", "unweighted_sample")


def assemble(page: Page, home: Traversable) -> Standard:
    """
    Read every file of a standard's folder.

    Parameters
    ----------
    page : Page
        Knows units, sources and the id of the standard.
    home : Traversable
        The folder: ``standard.yml``, ``items/``, and where they exist ``application.yml`` and ``county_facts.yml``.

    Returns
    -------
    Standard
        Without profiles.

    Raises
    ------
    StandardError
        If a file has an unknown key, or lacks one, or refers to something that does not exist.
    """
    page = replace(page, file=name_of(home / "standard.yml"))
    node = page.fields(read(home / "standard.yml"), STANDARD)
    if node["id"] != page.origin:
        raise page.refuse(f"the id must be {page.origin!r}, as the folder says; got {node['id']!r}.")
    built = [_built(page, file) for file in _files(home / "items")]
    application, application_rules = _application(page, home / "application.yml")
    items = tuple(part.item for part in built)
    rules = _rules(page, node["rules"]) + tuple(rule for part in built for rule in part.rules) + application_rules
    asked = items + application.checks + application.vetoes
    facts, related = _county_facts(page, home / "county_facts.yml")
    indicators = tuple(part.indicator for part in built if part.indicator is not None)
    standard = Standard(
        names=page.text(node["name"]),
        **_head(page, node),
        indicators=indicators,
        items=items,
        application=application,
        rules=rules,
        variables=facts + tuple(variable for item in asked for variable in item.variables),
        relations=related + tuple(relation for item in asked for relation in item.relations),
        reliefs=(),
        profiles=(),
        sources=(),
    )
    return checked(standard, page)


def _head(page: Page, node: dict[str, Any]) -> dict[str, Any]:
    in_force = page.fields(node["in_force"], "from known_to confidence sources", "notes")
    precision = page.fields(node["precision"], "value mean cv ratio")
    return {
        "id": node["id"],
        "document": node["document"],
        "in_force_from": page.day(in_force["from"]),
        "in_force_known_to": page.one_of(in_force["known_to"], KNOWN_TO, "precision of the date"),
        "in_force_known": page.known(in_force),
        "convention": page.one_of(node["convention"], CONVENTIONS, "convention"),
        "levels": tuple(node["levels"]),
        "scope": _scope(page, node["scope"]),
        "split": _split(page, node["split"]),
        "precision": Table(tuple((key, int(page.number(count))) for key, count in precision.items())),
        "known": page.known(node),
    }


def _scope(page: Page, content: object) -> Scope:
    node = page.fields(content, "types founders teaching_point_min_pupils confidence sources", "notes")
    least = node["teaching_point_min_pupils"]
    return Scope(
        types=tuple(node["types"]),
        founders=tuple(node["founders"]),
        teaching_point_min_pupils=None if least is None else int(page.number(least)),
        known=page.known(node),
    )


def _split(page: Page, content: object) -> Split:
    node = page.fields(content, "weights columns confidence sources", "notes")
    weights = tuple(
        (kind, Table(tuple((level, page.number(weight)) for level, weight in page.listing(levels))))
        for kind, levels in page.listing(node["weights"])
    )
    return Split(Table(weights), tuple(node["columns"]), page.known(node))


def _rules(page: Page, content: object) -> tuple[Rule, ...]:
    found = []
    for rule_id, listed in page.listing(content):
        node = page.fields(listed, "name unit values confidence sources", "direction notes")
        found.append(page.rule(rule_id, node, page.text(node["name"]), page.known(node)))
    return tuple(found)


def _files(folder: Traversable) -> list[Traversable]:
    return sorted((file for file in folder.iterdir() if file.name.endswith(".yml")), key=lambda file: file.name)


def _built(page: Page, file: Traversable) -> Built:
    page = replace(page, file=name_of(file))
    built = build_item(page, read(file))
    if file.name.removesuffix(".yml").partition("_")[2] != built.item.id:
        raise page.refuse(f"the file is to be named after its id, {built.item.id!r}.")
    return built


def _application(page: Page, file: Traversable) -> tuple[Application, tuple[Rule, ...]]:
    if not file.is_file():
        return Application(), ()
    page = replace(page, file=name_of(file))
    node = page.fields(read(file), "checks vetoes")
    checks = [build_item(page, content) for content in node["checks"]]
    vetoes = build_vetoes(page, node["vetoes"])
    rules = tuple(rule for check in checks for rule in check.rules)
    return Application(tuple(check.item for check in checks), vetoes), rules


def build_vetoes(page: Page, nodes: Any) -> tuple[Item, ...]:
    """Build vetoes: items that fail a county by themselves, each with a flag as its variable."""
    found = []
    for number, content in enumerate(page.several(nodes), start=1):
        node = page.fields(content, "id name confidence sources", "refers_to notes")
        names, unit, known = page.text(node["name"]), page.unit("flag"), page.known(node)
        flag = Variable(node["id"], names, node["id"], "flag", unit, names, unit.amount)
        asked = Condition(node["id"], names, None, unit, "", "flag", None, None, "", page.since, page.until, known)
        refers_to = node.get("refers_to", "")
        found.append(Item(node["id"], names, number, "application", "veto", refers_to, (asked,), (flag,), known))
    return tuple(found)


def _county_facts(page: Page, file: Traversable) -> tuple[tuple[Variable, ...], tuple[Relation, ...]]:
    if not file.is_file():
        return (), ()
    page = replace(page, file=name_of(file))
    node = page.fields(read(file), "variables confidence sources", "relations notes")
    page.known(node)
    return page.variables(node["variables"], "county_facts"), page.relations(node.get("relations", ()))


def checked(standard: Standard, page: Page) -> Standard:
    """
    Check that ids are unique and that formulas use known variables; list the sources cited.

    Parameters
    ----------
    standard : Standard
        As put together.
    page : Page
        Knows all sources.

    Returns
    -------
    Standard
        With its sources.

    Raises
    ------
    StandardError
        If an id occurs twice, or a formula names a variable that no item explains.
    """
    for what, things in (
        ("rule", standard.rules),
        ("item", standard.items),
        ("variable", standard.variables),
        ("condition", standard.conditions),
    ):
        ids = [thing.id for thing in things]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise StandardError(
                f"{standard.id}: {what} {', '.join(twice)} stands twice.",
                hint="Two profiles bring the same; name one of them." if standard.profiles else "",
            )
    _refuse_unexplained(standard)
    cited = _cited(standard)
    return replace(standard, sources=tuple(source for key, source in page.sources.items() if key in cited))


def _refuse_unexplained(standard: Standard) -> None:
    explained = {variable.id for variable in standard.variables}
    checks = tuple(condition for check in standard.application.checks for condition in check.conditions)
    for condition in standard.conditions + checks:
        used = condition.formula.variables if condition.formula else ()
        unknown = [name for name in (*used, condition.nobody_if_zero) if name and name not in explained]
        if unknown:
            raise StandardError(f"{standard.id}: {condition.id} uses {', '.join(unknown)}, which no item explains.")
    unknown = sorted({name for relation in standard.relations for name in relation.variables} - explained)
    if unknown:
        raise StandardError(f"{standard.id}: a relation uses {', '.join(unknown)}, which no item explains.")


def _cited(standard: Standard) -> set[str]:
    parts: list[Known] = [standard.known, standard.in_force_known, standard.scope.known, standard.split.known]
    parts += [item.known for item in (*standard.items, *standard.application.checks, *standard.application.vetoes)]
    parts += [condition.known for condition in standard.conditions] + [relief.known for relief in standard.reliefs]
    entries = {entry.source for rule in standard.rules for entry in rule.entries}
    return entries | {source for part in parts for source in part.sources}
