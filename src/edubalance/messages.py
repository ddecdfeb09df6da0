"""Every message has a key, a place and facts; ``messages.yml`` holds its words in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import yaml

from edubalance import rounding
from edubalance.characters import visible

LANGUAGES = ("en", "zh")


class Row(int):
    """A fact of a message that is another row of the same table; in a workbook it is shown as a cell."""


Fact: TypeAlias = str | int | float | tuple[str, str]
Facts: TypeAlias = Mapping[str, Fact]


@cache
def _worded() -> Mapping[str, Mapping[str, Any]]:
    """Read the messages once."""
    text = files("edubalance").joinpath("messages.yml").read_text(encoding="utf-8")
    worded: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)
    return worded


def keys(kind: str) -> tuple[str, ...]:
    """Return the keys of all ``faults``, ``notices`` or ``errors``."""
    return tuple(_worded()[kind])


def notice(key: str, facts: Facts, lang: str) -> str:
    """Word a notice in English (``en``) or Chinese (``zh``)."""
    return filled(_worded()["notices"][key][lang], facts, lang)


def pair(kind: str, key: str, facts: Facts, lang: str) -> tuple[str, str]:
    """
    Word a fault or an error: what is expected or wrong, and what to do about it.

    Parameters
    ----------
    kind : {"faults", "errors"}
        Section of ``messages.yml``.
    key : str
        Which message.
    facts : mapping of str to Fact
        What the message says beside; a pair is English and Chinese.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    tuple of str
        Rule and remedy of a fault; statement and hint of an error.

    Examples
    --------
    >>> pair("faults", "year_twice", {"years": "2022, 2023"}, "en")[0]
    'the sheet should be of one year; its name and title say 2022, 2023'
    """
    first, second = _worded()[kind][key][lang]
    return filled(first, facts, lang), filled(second, facts, lang)


def filled(text: str, facts: Facts, lang: str) -> str:
    """Fill facts into a template."""
    return text.format_map({name: _fact(fact, lang) for name, fact in facts.items()})


def _fact(fact: Fact, lang: str) -> str:
    """Return a fact as text of a language."""
    if isinstance(fact, tuple):
        return visible(fact[lang == "zh"])
    if isinstance(fact, Row):
        return f"第{int(fact)}行" if lang == "zh" else f"row {int(fact)}"
    return (
        rounding.text(fact, "g") if isinstance(fact, float) else f"{fact:,}" if isinstance(fact, int) else visible(fact)
    )


def more(count: int, lang: str) -> str:
    """Say how many others of the same kind there are; empty for none."""
    if not count:
        return ""
    return f"（同类还有{count:,}处）" if lang == "zh" else f" (and {count:,} more of the same kind)"
