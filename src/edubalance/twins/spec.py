"""What a twin is told to be: one YAML file a case, with what differs between the scenarios under their names."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from importlib import resources
from typing import Any, TypeVar

import yaml

from edubalance.errors import CaseError

SCENARIOS = ("described", "balanced")
AREAS = ("urban", "town", "rural")
LEVELS = ("primary", "junior")

Part = TypeVar("Part")


@dataclass(frozen=True)
class Stratum:
    """
    Schools of one kind.

    Attributes
    ----------
    type, area, founder : str
        Codes of the codebook.
    count : int
        Number of schools.
    primary, junior, senior : float
        Mean number of pupils at each level; 0 where the level is not taught.
    spread : float
        Standard deviation of the logarithm of pupils.
    opened, closed : int
        First year, and last year; 0 where there always was and still is a school.
    """

    type: str
    area: str
    count: int
    founder: str = "county"
    primary: float = 0.0
    junior: float = 0.0
    senior: float = 0.0
    spread: float = 0.3
    opened: int = 0
    closed: int = 0


@dataclass(frozen=True)
class Column:
    """
    How one resource is spread over schools or sections in the calibrated year, and how it moves before it.

    Attributes
    ----------
    primary, junior : float
        Typical amount per pupil (per 100 pupils for staff and rooms), or typical share.
    spread : float
        Standard deviation of the logarithm between schools of one area.
    town, rural, private, small : float
        What is added to the logarithm for these schools (`small`: fewer than 100 pupils).
    at_least : float
        Where not 0: every value is at least this multiple of the threshold in force, and the spread lies above it.
    growth, rural_growth : float
        Yearly growth up to the calibrated year, and what rural schools grow more.
    noise : float
        Standard deviation of the logarithm from year to year, school by school.
    widen : mapping of int to float
        By year: how much wider the schools lay apart than in the calibrated year.
    """

    primary: float = 0.0
    junior: float = 0.0
    spread: float = 0.0
    town: float = 0.0
    rural: float = 0.0
    private: float = 0.0
    small: float = 0.0
    at_least: float = 0.0
    growth: float = 0.0
    rural_growth: float = 0.0
    noise: float = 0.0
    widen: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Pupils:
    """
    How pupils move and sit in classes.

    Attributes
    ----------
    growth : mapping of str to float
        Yearly growth by area up to the calibrated year; ``private`` stands for all private schools.
    noise : float
        Standard deviation of the logarithm from year to year, school by school.
    cap : mapping of str to int
        Largest number of pupils of a section by level, and of an integrated school (``school``).
    class_limit : mapping of str to int
        Largest class by level where classes are not crowded.
    crowded : mapping of str to float
        By area, share of sections whose classes hold up to `crowded_by` pupils more.
    crowded_by : int
        See `crowded`.
    large : mapping of str to mapping of int to int
        By level and year, classes of 56 pupils and more where no published share says how many.
    """

    growth: Mapping[str, float] = field(default_factory=dict)
    noise: float = 0.0
    cap: Mapping[str, int] = field(default_factory=dict)
    class_limit: Mapping[str, int] = field(default_factory=dict)
    crowded: Mapping[str, float] = field(default_factory=dict)
    crowded_by: int = 0
    large: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Groups:
    """
    Education groups.

    Attributes
    ----------
    number, members : int
        Groups, and schools in each.
    inside : mapping of int to float
        By year: how far members lie from the mean of their group, as a share of what it would be without groups.
    """

    number: int = 0
    members: int = 0
    inside: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Land:
    """
    Where schools lie.

    Attributes
    ----------
    townships : mapping of str to int
        Townships and sub-districts by area.
    radius_km : mapping of str to list of float
        Nearest and farthest distance of their centres from the county seat, by area.
    scatter_km : mapping of str to float
        How far schools lie from the centre of their township, by area.
    even : bool
        Whether schools lie evenly spaced over the county instead.
    """

    townships: Mapping[str, int] = field(default_factory=dict)
    radius_km: Mapping[str, list[float]] = field(default_factory=dict)
    scatter_km: Mapping[str, float] = field(default_factory=dict)
    even: bool = False


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
    years : tuple of int
        Years of the tables.
    year : int
        The calibrated year.
    common : float
        Correlation between the resources of a school: 0 none, 1 a school is good or poor in everything.
    null : bool
        Whether the twin is the null: schools of a type are drawn alike, none opens or closes, and places and groups
        are dealt out at random in the end.
    strata, pupils, groups, land, staff, stock
        Parts of the same names.
    exceptions : mapping of str to int
        By staff column, sections that lie between the floor and the threshold.
    funded_least : int
        Schools with fewer pupils get the public funds of so many.
    margins : tuple of mapping
        Published figures that are met, as rows of ``published.csv``: quantity, statistic, year, level.
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
    common: float = 0.0
    null: bool = False
    exceptions: Mapping[str, int] = field(default_factory=dict)
    funded_least: int = 0
    margins: tuple[Mapping[str, Any], ...] = ()
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
    layers = _read("_common"), _read(case_id)
    laid: dict[str, Any] = {"scenario": scenario}
    for layer in layers:
        laid = overlay(laid, {key: content for key, content in layer.items() if key not in SCENARIOS})
    for layer in layers:
        laid = overlay(laid, layer.get(scenario, {}))
    return parse(laid)


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
        merged[key] = overlay(below, content) if isinstance(below, Mapping) and isinstance(content, Mapping) else content
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
    for name, kind in (("pupils", Pupils), ("groups", Groups), ("land", Land)):
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
