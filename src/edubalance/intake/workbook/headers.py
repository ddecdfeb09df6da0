"""Which column a header surely means, by name, alias or group, and the level, year and unit that it says beside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from edubalance import codebook
from edubalance.intake.workbook import units, words
from edubalance.intake.workbook.units import Unit

# Tables that may share a sheet; their columns have different names but for the keys.
VIEWS: Mapping[str, tuple[str, ...]] = {
    "schools": ("schools", "sections"),
    **{table.name: (table.name,) for table in codebook.tables() if table.name not in codebook.REQUIRED},
}
VIEWS_KEYS: Mapping[str, tuple[str, ...]] = {
    view: tuple(name for table in tables for name in codebook.table(table).key) for view, tables in VIEWS.items()
}
# Keys that are called alike in every table.
EVERYWHERE = ("county", "year", "school_id")

YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:[-/](?:(?:19|20)?[0-9]{2}))?(?:年|学年|学年度|年度|年秋季?)?")


@dataclass(frozen=True)
class Context:
    """What a header says beside its column: the level, the year, the unit; empty or None where it says nothing."""

    level: str = ""
    year: str = ""
    unit: Unit | None = None


NO_CONTEXT = Context()


@dataclass(frozen=True)
class Match:
    """
    What a header means.

    Attributes
    ----------
    column : str
        Name of the column; empty where none is meant or proposed.
    how : {"sure", "proposed", "ignored", "unknown", "empty"}
        Whether that is certain.
    score : float
        Of a proposal: likeness in percent.
    context : Context
        What the header says beside it.
    """

    column: str
    how: str
    score: float = 100.0
    context: Context = NO_CONTEXT


@lru_cache(maxsize=32)
def index(view: str) -> Mapping[str, str]:
    """
    Return the columns of a view by every name that is surely theirs.

    Parameters
    ----------
    view : str
        One of `VIEWS`.

    Returns
    -------
    mapping of str to str
        From names in the form of `words.normal` to columns; parents and leaf are parted by a stroke.

    Examples
    --------
    >>> index("schools")["藏书量"], index("schools")["专任教师/本科"]
    ('books', 'teachers_bachelor')
    """
    stated = words.load()
    known: dict[str, str] = {}
    for table in VIEWS[view]:
        for column in codebook.table(table).columns:
            own = stated["headers"].get(table, {}).get(column.name, [])
            more = own or (stated["headers"]["schools"][column.name] if column.name in EVERYWHERE else [])
            for name in (column.name, column.zh, *column.aliases, *more):
                known.setdefault(words.normal(str(name)), column.name)
        for group in stated["groups"]:
            if group["table"] == table:
                known |= _of_group(group)
    return known


def _of_group(group: Mapping[str, list[str] | dict[str, list[str]]]) -> dict[str, str]:
    """Return the names of one group: each parent with each leaf."""
    parents, leaves = group["parents"], group["leaves"]
    return {
        f"{words.normal(str(parent))}/{words.normal(str(leaf))}": column
        for column, names in (leaves.items() if isinstance(leaves, dict) else ())
        for leaf in names
        for parent in parents
    }


@lru_cache(maxsize=1)
def _levels() -> Mapping[str, str]:
    """Return the levels by every name that is surely theirs."""
    return {
        words.normal(name): level
        for level, names in words.load()["codes"]["level"].items()
        for name in (level, codebook.code_label("level", level, "zh"), *names)
    }


def level_in(text: str) -> str:
    """Return the level that a text names and nothing else; empty where it does not."""
    return _levels().get(words.normal(text), "")


def year_in(text: str) -> str:
    """
    Return the year in which the school year began that a text names and nothing else.

    Parameters
    ----------
    text : str
        For example a part of a header.

    Returns
    -------
    str
        Four digits; empty where the text is no year.

    Examples
    --------
    >>> year_in("2021—2022学年"), year_in("２０２３年"), year_in("2022年春季")
    ('2021', '2023', '')
    """
    found = YEAR.fullmatch(words.normal(text))
    return found.group(1) if found else ""


@lru_cache(maxsize=1)
def _headed() -> frozenset[str]:
    """Return all names of columns: ``pupils`` is one, though it is a unit too."""
    return frozenset(name for view in VIEWS for name in index(view))


@lru_cache(maxsize=8192)
def parted(path: tuple[str, ...]) -> tuple[tuple[str, ...], Context]:
    """
    Part a header into its words, and the level, year and unit that it names beside them.

    Parameters
    ----------
    path : tuple of str
        Its rows from top to bottom.

    Returns
    -------
    tuple of tuple of str and Context
        Words in the form of `words.normal`, each once in a row.

    Examples
    --------
    >>> parts, context = parted(("2023年", "初中", "在校生数（百人）"))
    >>> parts, context.level, context.year, context.unit.name
    (('在校生数',), 'junior', '2023', '百人')
    """
    parts: list[str] = []
    level, year, unit = "", "", None
    for raw in path:
        part, own = units.split(words.normal(raw))
        unit = own or unit
        named = units.named(part) if parts and part not in _headed() else None
        if named:
            unit = named
        elif found := level_in(part):
            level = found
        elif found := year_in(part):
            year = found
        elif part and (not parts or parts[-1] != part):
            parts.append(part)
    return tuple(parts), Context(level, year, unit)


@lru_cache(maxsize=8192)
def sure(path: tuple[str, ...], view: str) -> Match | None:
    """
    Return what a header surely means, or None.

    Parameters
    ----------
    path : tuple of str
        Its rows from top to bottom.
    view : str
        One of `VIEWS`.

    Returns
    -------
    Match or None
        The column, or that it is left out.

    Examples
    --------
    >>> sure(("专任教师", "其中：本科"), "schools").column
    'teachers_bachelor'
    >>> found = sure(("小学", "在校生数（百人）"), "schools")
    >>> found.column, found.context.level, found.context.unit.name
    ('pupils', 'primary', '百人')
    >>> sure(("2022年",), "county").column, sure(("2022年",), "schools")
    ('value', None)
    >>> sure(("寄宿生", "学生数"), "schools") is None, sure(("专任教师数(含代课)",), "schools") is None
    (True, True)
    """
    known = index(view)
    whole = tuple(words.normal(part) for part in path if words.normal(part))
    if len(set(whole)) == 1 and whole[0] in known:
        return Match(known[whole[0]], "sure")
    parts, context = parted(path)
    if not parts:
        # A year and nothing else heads the values of a list of variables.
        return Match("value", "sure", context=context) if context.year and view == "county" else None
    name = _column(parts, known)
    if name:
        return Match(name, "sure", context=context)
    level, rest = _level_before(parts[-1])
    if level and (name := _column((*parts[:-1], rest), known)):
        return Match(name, "sure", context=Context(level, context.year, context.unit))
    return Match("", "ignored") if {parts[-1], words.normal(path[-1])} & words.among("ignored") else None


def _column(parts: tuple[str, ...], known: Mapping[str, str]) -> str:
    """Return the column of parents and a leaf, if parents do not change what the leaf means."""
    *parents, leaf = parts
    neutral = words.among("neutral")
    for start in range(len(parents)):
        group = f"{parents[start]}/{leaf}"
        others = [parent for number, parent in enumerate(parents) if number != start]
        if group in known and all(parent in neutral or f"{parent}/{leaf}" in known for parent in others):
            return known[group]
    joined = "".join(parts)
    if parents and joined in known:
        return known[joined]
    if leaf in known and all(parent in neutral or known.get(parent) == known[leaf] for parent in parents):
        return known[leaf]
    return ""


def _level_before(leaf: str) -> tuple[str, str]:
    """Part a level from the front of a leaf, or from parentheses at its end."""
    for name, level in _levels().items():
        if leaf.startswith(name) and len(leaf) > len(name):
            return level, leaf[len(name) :]
        if leaf.endswith(f"({name})"):
            return level, leaf[: -len(name) - 2]
    return "", leaf
