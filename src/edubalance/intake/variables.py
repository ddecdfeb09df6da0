"""The variables of ``county.csv``: those that a standard, a profile or the national form asks for, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process

from edubalance import standards
from edubalance.errors import Fault
from edubalance.intake.faults import of_a_kind
from edubalance.intake.validate import Checked
from edubalance.standards import Relation, Standard, Variable

WHERE = "`edubalance variables` lists the known ones."
# How alike two names must be, in percent, for one to be proposed for the other.
ALIKE = 70
# What stands behind a name in an office's files.
UNIT = re.compile(r"[（(].*$")


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Check that every variable of the county's table is known.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked.

    Returns
    -------
    dict of str to list of Fault
        Of ``county``; a name that nothing reads would be left out in silence.
    """
    county = checked.get("county")
    if county is None or "variable" not in county.frame:
        return {}
    names = county.frame["variable"]
    unknown = names.notna() & ~names.isin(list(known()))

    def word(row: int) -> Fault:
        name = county.source.cell(row, "variable")
        rule = "variable should be one that a standard or the form asks for"
        return Fault(county.source.file, row, "variable", name, rule, remedy(name))

    return {"county": of_a_kind(names.index[unknown].tolist(), word)}


@lru_cache(maxsize=1)
def known() -> Mapping[str, Variable]:
    """
    Return every variable that the county's table may hold.

    Returns
    -------
    mapping of str to Variable
        By id, in the order of the standards and their profiles; these are the only place that knows variables, with
        names, units and meanings in both languages. What Table I of the national form asks besides stands there too.

    Examples
    --------
    >>> known()["townships"].name("zh"), known()["graduates"].item
    ('乡镇数', 'junior_retention')
    """
    found: dict[str, Variable] = {}
    for loaded in _loaded():
        for variable in loaded.variables:
            found.setdefault(variable.id, variable)
    return found


@lru_cache(maxsize=1)
def relations() -> tuple[Relation, ...]:
    """
    Return what variables of the county's table cannot be above.

    Returns
    -------
    tuple of Relation
        Of every standard and its profiles, each once.

    Examples
    --------
    >>> [each.reason.en for each in relations() if "certified_fulltime_teachers" in each.variables]
    ['They are counted among the full-time teachers.']
    """
    return tuple(dict.fromkeys(relation for loaded in _loaded() for relation in loaded.relations))


def _loaded() -> Iterator[Standard]:
    """Load every standard alone, and then with each profile that is made for it; the latest first."""
    for standard in sorted(standards.available(), reverse=True):
        yield standards.load(standard)
        for profile in standards.available_profiles(standard):
            yield standards.load(standard, profiles=(profile,))


def remedy(name: str) -> str:
    """
    Say which variable was probably meant, and where all of them are listed.

    Parameters
    ----------
    name : str
        A name that is not known: an id, or words in English or Chinese.

    Returns
    -------
    str
        A sentence or two.

    Examples
    --------
    >>> remedy("resident_populaton_10k")
    'Did you mean resident_population_10k? `edubalance variables` lists the known ones.'
    >>> remedy("乡镇数（个）")
    'Did you mean townships? `edubalance variables` lists the known ones.'
    >>> remedy("weather")
    'Delete the row, or write the name of a variable: `edubalance variables` lists the known ones.'
    """
    called = {label: each.id for each in known().values() for label in (each.id, each.name("en"), each.name("zh"))}
    best = process.extractOne(UNIT.sub("", name).strip(), called.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
    if best is None:
        return f"Delete the row, or write the name of a variable: {WHERE}"
    return f"Did you mean {called[best[0]]}? {WHERE}"
