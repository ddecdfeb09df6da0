"""Loading standards from the package, with the profiles named."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from importlib.resources.abc import Traversable

from edubalance.errors import StandardError
from edubalance.standards.assembly import assemble
from edubalance.standards.naming import nearest
from edubalance.standards.page import folder, shared
from edubalance.standards.profiles import apply
from edubalance.standards.standard import Standard


def available() -> tuple[str, ...]:
    """
    List the standards in the package.

    Returns
    -------
    tuple of str
        Ids, in alphabetical order.

    Examples
    --------
    >>> available()
    ('cn-2012-basic', 'cn-2017-quality', 'mi-1994-proposal-a')
    """
    return tuple(sorted(_folders()))


def load(standard_id: str, profiles: Iterable[str] = ()) -> Standard:
    """
    Load a standard, and on top of it the profiles named.

    A profile is never on by itself: local, transitional and disputed readings hold only where they are named.

    Parameters
    ----------
    standard_id : str
        Id, such as ``cn-2017-quality``.
    profiles : iterable of str
        Ids of profiles; where two set the same value, the later one holds.

    Returns
    -------
    Standard
        Unchangeable, and the same object for the same question.

    Raises
    ------
    StandardError
        If the standard or a profile is unknown, or a profile is made for another standard.

    Examples
    --------
    >>> load("cn-2017-quality").document
    '教督〔2017〕6号'
    >>> load("cn-2017-qualty")
    Traceback (most recent call last):
    edubalance.errors.StandardError: There is no standard 'cn-2017-qualty'. Hint: Did you mean 'cn-2017-quality'? \
Known: cn-2012-basic, cn-2017-quality, mi-1994-proposal-a.
    """
    if isinstance(profiles, str):
        raise StandardError(f"Profiles are a list of ids; got the text {profiles!r}.", hint=f"Write [{profiles!r}].")
    if standard_id not in _folders():
        raise StandardError(f"There is no standard {standard_id!r}.", hint=nearest(standard_id, available()))
    return _load(standard_id, tuple(profiles))


def value_on(standard: Standard, rule: str, date: str | datetime.date, level: str | None = None) -> float:
    """
    Return the value of a rule of a standard on a day.

    Parameters
    ----------
    standard : Standard
        As loaded.
    rule : str
        Id of the rule.
    date : str or datetime.date
        Day of the data; there is no default.
    level : str, optional
        ``primary`` or ``junior``; needed where the levels differ.

    Returns
    -------
    float
        The value, in the unit of the rule.

    Raises
    ------
    StandardError
        As for `Standard.value_on`.

    Examples
    --------
    >>> value_on(load("cn-2012-basic"), "composite_limit", "2015-09-01", level="primary")
    0.65
    """
    return standard.value_on(rule, date, level)


@lru_cache(maxsize=64)
def _load(standard_id: str, profiles: tuple[str, ...]) -> Standard:
    if not profiles:
        return assemble(replace(shared(), origin=standard_id), _folders()[standard_id])
    return apply(_load(standard_id, profiles[:-1]), profiles[-1], layer=len(profiles))


@lru_cache(maxsize=1)
def _folders() -> dict[str, Traversable]:
    found = {}
    for entry in folder().iterdir():
        if entry.is_dir() and (entry / "standard.yml").is_file():
            found[entry.name.replace("_", "-")] = entry
    return found
