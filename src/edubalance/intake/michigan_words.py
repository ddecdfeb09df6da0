"""What the Michigan data are called: quantities with their columns and units, and the words of the case's figures."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

from edubalance.wording import check_language


@cache
def quantities(table: str) -> dict[str, dict[str, Any]]:
    """
    Look up the quantities that a table holds.

    Parameters
    ----------
    table : {"schools", "districts"}
        The frame of `read_schools` or of `read_districts`.

    Returns
    -------
    dict
        Name of the quantity: ``en``, ``zh``, ``unit`` (``en``, ``zh``), ``column`` (in the data set), ``never_zero``.

    Examples
    --------
    >>> quantities("schools")["staff_per_100"]["column"]
    'staff'
    """
    held = {name: entry for name, entry in _words()["quantities"].items() if table in entry}
    return {
        name: {**entry, "column": entry[table], "never_zero": "never_zero" in entry} for name, entry in held.items()
    }


def names(lang: str) -> dict[str, str]:
    """
    Name quantities, poverty quarters and everything else that the figures of this case print.

    Parameters
    ----------
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    dict of str to str
        Name by code.

    Examples
    --------
    >>> names("en")["q4"], names("zh")["spending_per_pupil"]
    ('poorest', '生均支出')
    """
    check_language(lang)
    return {code: words[lang] for group in _words().values() for code, words in group.items()}


@cache
def _words() -> dict[str, Any]:
    """Read the words once."""
    text = resources.files("edubalance.intake").joinpath("michigan.yml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words
