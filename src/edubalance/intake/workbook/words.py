"""The words of county offices' workbooks, from ``words.yml``, and the form in which words are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
# Full-width letters, digits and signs, and the full-width blank; nothing else becomes a digit by being made narrow.
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−~〜"), "-")
LEADING = re.compile(r"^(?:\d{1,2}[.、)]|[(]?[一二三四五六七八九十]{1,3}[)、.]|其中[:,、]?|其中|[*#])+(?=\D)")


@lru_cache(maxsize=1)
def load() -> dict[str, Any]:
    """Return the words of the package, read once."""
    text = files("edubalance.intake.workbook").joinpath("words.yml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words


@lru_cache(maxsize=64)
def among(group: str) -> frozenset[str]:
    """
    Return a list of words in the form in which they are compared.

    Parameters
    ----------
    group : str
        A list of ``words.yml``: ``missing``, ``totals``, ``ignored`` or another.

    Returns
    -------
    frozenset of str
        Each as `mark` leaves it for ``missing``, as `normal` leaves it otherwise.

    Examples
    --------
    >>> "-" in among("missing"), "合计" in among("totals")
    (True, True)
    """
    form = mark if group == "missing" else normal
    return frozenset(form(str(word)) for word in load()[group])


def half_width(text: str) -> str:
    """
    Make full-width letters, digits and signs half-width, and drop what cannot be seen.

    Parameters
    ----------
    text : str
        As it stands in a cell.

    Returns
    -------
    str
        The same words, without blanks around them.

    Examples
    --------
    >>> half_width("ＷＳ－０１　")
    'WS-01'
    """
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE).strip()


def narrow(text: str) -> str:
    """
    Make full-width letters, digits and signs half-width, and leave every other character as it is.

    Parameters
    ----------
    text : str
        As it stands in a cell.

    Returns
    -------
    str
        Without blanks around it; a mark of a footnote is no digit, as it would be after `half_width`.

    Examples
    --------
    >>> narrow("２５００①　"), half_width("２５００①　")
    ('2500①', '25001')
    """
    return text.translate(FULL_WIDTH).translate(INVISIBLE).strip()


def has_footnote(text: str) -> bool:
    """
    Tell whether a text has a superscript, circled or other digit that is no digit of a number: the mark of a footnote.

    Parameters
    ----------
    text : str
        As it stands in a cell.

    Returns
    -------
    bool
        True for a mark.

    Examples
    --------
    >>> has_footnote("2500①"), has_footnote("３０００¹"), has_footnote("３０００")
    (True, True, False)
    """
    return not text.isascii() and any(unicodedata.category(character) == "No" for character in text)


def mark(text: str) -> str:
    """Return text in the form in which marks of missing values are compared."""
    return "".join(half_width(text).translate(DASHES).lower().split())


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """
    Return a header or label in the form in which it is compared.

    Parameters
    ----------
    text : str
        As it stands in a cell.

    Returns
    -------
    str
        Half-width, small, without blanks, leading numbers, ``其中`` and closing marks.

    Examples
    --------
    >>> normal("２．在 校 生 数　："), normal("其中：本科"), normal("46—55人 班数")
    ('在校生数', '本科', '46-55人班数')
    """
    plain = "".join(half_width(text).translate(DASHES).lower().split())
    plain = LEADING.sub("", plain)
    return plain.rstrip(":*;,。.").replace("_", "")
