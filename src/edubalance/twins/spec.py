"""What a twin is told to be: one YAML file a case, with what differs between the scenarios under their names."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from importlib import resources
from typing import Any, TypeVar

import yaml

from edubalance.errors import CaseError
from edubalance.twins.parts import Column, Groups, Land, Pupils, Roster, Stratum

SCENARIOS = ("described", "balanced")

Part = TypeVar("Part")


@dataclass(frozen=True)
class Spec:
    """
    Everything a twin of one scenario is made from.

    Attributes
    ----------
    case, scenario, prefix : str
        Case, scenario, and what its school codes begin with.
    seed : int
        Seed of all draws.
    told_as : str
        Name that the files of single domains know the twin by; the case's own id unless it is given.
    years : tuple of int
        Years of the tables.
    year : int
        The calibrated year.
    common : float
        Correlation between the resources of a school: 0 none, 1 a school is good or poor in everything.
    null : bool
        Whether the twin is the null: schools of a type are drawn alike, none opens or closes, and places and groups
        are dealt out at random in the end.
    strata, pupils, groups, land, staff, stock, roster
        Parts of the same names.
    exceptions : mapping of str to int
        By staff column, sections that lie between the floor and the threshold.
    funded_least : int
        Schools with fewer pupils get the public funds of so many.
    margins : tuple of str
        Published figures that are met: year, level, quantity and statistics of rows of ``published.csv``.
    knobs : mapping of str to list of str
        By margin (one line of year, level, quantity and statistic), columns that are stretched to meet it.
    aims : mapping of str to mapping of str to float
        By column and level, difference coefficient in the calibrated year, to two decimals; ours, not published.
        None where there is no aim.
    missing : tuple of list
        Cells left empty: table, year, school, column, and level where the table is ``sections``.
    rooms : mapping of str to int
        Floor area of a regular music and art room, and classes that one of each serves.
    county : mapping
        Rows of the county table by variable.
    sources : tuple of mapping
        Rows of ``sources.csv`` for files that are not made here.
    """

    case: str
    scenario: str
    prefix: str
    seed: int
    years: tuple[int, ...]
    year: int
    strata: tuple[Stratum, ...]
    pupils: Pupils
    groups: Groups
    land: Land
    staff: Mapping[str, Column]
    stock: Mapping[str, Column]
    roster: Roster = field(default_factory=Roster)
    told_as: str = ""
    common: float = 0.0
    null: bool = False
    exceptions: Mapping[str, int] = field(default_factory=dict)
    funded_least: int = 0
    margins: tuple[str, ...] = ()
    knobs: Mapping[str, Any] = field(default_factory=dict)
    aims: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    missing: tuple[list[Any], ...] = ()
    rooms: Mapping[str, int] = field(default_factory=dict)
    county: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[Mapping[str, str], ...] = ()


def available() -> tuple[str, ...]:
    """Return the ids of the cases that have a specification."""
    folder = resources.files("edubalance.twins") / "specs"
    names = (file.name for file in folder.iterdir())
    return tuple(sorted(name[:-4] for name in names if name.endswith(".yml") and not name.startswith("_")))


def load(case_id: str, scenario: str) -> Spec:
    """
    Load the specification of a case's twin.

    Parameters
    ----------
    case_id : str
        One of `available`.
    scenario : str
        ``described`` or ``balanced``.

    Returns
    -------
    Spec
        What all twins share, the case's own part over it, and the scenario's parts over both.

    Raises
    ------
    CaseError
        If there is no such specification or scenario, or the file holds an unknown key.
    """
    if case_id not in available():
        raise CaseError(f"There is no twin of {case_id!r}.", hint=f"Twins: {', '.join(available())}.")
    if scenario not in SCENARIOS:
        raise CaseError(f"There is no scenario {scenario!r}.", hint=f"Scenarios: {', '.join(SCENARIOS)}.")
    return parse({"scenario": scenario, **_laid([_read("_common"), _read(case_id)], scenario)})


def example(case_id: str, prefix: str) -> Spec:
    """
    Return the specification of the small county that a new case begins with.

    Parameters
    ----------
    case_id : str
        Id of the new case.
    prefix : str
        What its school codes begin with.

    Returns
    -------
    Spec
        The scenario ``described``; it stands for no place and meets no published figure.
    """
    scenario = SCENARIOS[0]
    own = {"scenario": scenario, "case": case_id, "prefix": prefix, "told_as": "example"}
    return parse({**own, **_laid([_read("_common"), _read("_example")], scenario)})


def _laid(layers: list[dict[str, Any]], scenario: str) -> dict[str, Any]:
    """Lay one layer over the other, and then what each says of the scenario."""
    laid: dict[str, Any] = {}
    for layer in layers:
        laid = overlay(laid, {key: content for key, content in layer.items() if key not in SCENARIOS})
    for layer in layers:
        laid = overlay(laid, layer.get(scenario, {}))
    return laid


def domain(name: str, spec: Spec) -> dict[str, Any]:
    """
    Return what a twin is told of one domain: its finances, its survey, ….

    Parameters
    ----------
    name : str
        The file ``specs/_<name>.yml``. It holds ``all`` (every twin) and single cases by id; each of them holds keys of
        its own, and under ``described`` and ``balanced`` those that differ between the scenarios.
    spec : Spec
        The twin.

    Returns
    -------
    dict
        What all share, the case's own part over it, and the scenario's parts over both.
    """
    stated = _read(f"_{name}")
    return _laid([stated.get("all", {}), stated.get(spec.told_as or spec.case, {})], spec.scenario)


def _read(name: str) -> dict[str, Any]:
    """Read one file of the specifications."""
    file = resources.files("edubalance.twins") / "specs" / f"{name}.yml"
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))


def reseeded(spec: Spec, seed: int) -> Spec:
    """Return the same specification with another seed."""
    return replace(spec, seed=seed)


def overlay(common: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """
    Lay one mapping over another, key by key and level by level.

    Examples
    --------
    >>> overlay({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}})
    {'a': {'b': 1, 'c': 3}}
    """
    merged = dict(common)
    for key, content in over.items():
        below = merged.get(key)
        merged[key] = (
            overlay(below, content) if isinstance(below, Mapping) and isinstance(content, Mapping) else content
        )
    return merged


def parse(stated: Mapping[str, Any]) -> Spec:
    """
    Turn the mapping of a specification into a `Spec`.

    Raises
    ------
    CaseError
        If a key is unknown.
    """
    parts = dict(stated)
    for name, kind in (("pupils", Pupils), ("groups", Groups), ("land", Land), ("roster", Roster)):
        parts[name] = _part(kind, parts.get(name, {}), name)
    for name in ("staff", "stock"):
        parts[name] = {key: _part(Column, column, f"{name}.{key}") for key, column in parts[name].items()}
    parts["strata"] = tuple(_part(Stratum, row, "strata") for row in parts["strata"])
    for name in ("years", "margins", "missing", "sources"):
        parts[name] = tuple(parts.get(name, ()))
    return _part(Spec, parts, "the specification")


def _part(kind: type[Part], stated: Mapping[str, Any], where: str) -> Part:
    """Build one part, refusing unknown keys with the nearest known one."""
    known = [item.name for item in fields(kind)]  # type: ignore[arg-type]
    for key in stated:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            raise CaseError(
                f"Unknown key {key!r} in {where}.", hint=f"Did you mean {near[0]!r}?" if near else f"Known: {known}."
            )
    return kind(**stated)
