"""Names as a figure prints them: looked up, counted, broken into lines."""

from __future__ import annotations

import math
import re
import textwrap
import unicodedata
from collections.abc import Mapping

import pandas as pd

from edubalance import wording

# Where a code's word is looked up, in this order.
GROUPS = ("area", "level", "scenario", "component", "convention", "dimension", "type", "founder", "part", "asked")
# In a Chinese name, what no line breaks: a number or a short word, with the bracket before it.
UNBROKEN = re.compile(r"[（《“]?(?:[!-~\u00a0]{1,12}|.)", re.DOTALL)


def label(code: str, lang: str, names: Mapping[str, str] | None = None) -> str:
    """
    Return the name to print for a code: the caller's own, else the package's word, else the code.

    Parameters
    ----------
    code : str
        Of an indicator, level, area, group, place or anything else.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        The caller's names by code.

    Returns
    -------
    str
        A name in the language asked for.

    Examples
    --------
    >>> label("rural", "en"), label("x", "en", {"x": "Xanadu"}), label("WHJ-P-01", "zh")
    ('rural', 'Xanadu', 'WHJ-P-01')
    """
    wording.check_language(lang)
    if names and code in names:
        return names[code]
    for group in GROUPS:
        if wording.known(f"{group}.{code}"):
            return wording.word(f"{group}.{code}", lang)
    return code


def counted(name: str, values: pd.Series, lang: str) -> str:
    r"""
    Add to a name how many values are missing, if any.

    Parameters
    ----------
    name : str
        What the values are.
    values : Series
        The values that are drawn.
    lang : str
        ``"en"`` or ``"zh"``.

    Returns
    -------
    str
        The name; a missing value is never dropped silently.

    Examples
    --------
    >>> counted("books", pd.Series([1.0, None]), "en")
    'books (1\xa0missing)'
    """
    missing = int(values.isna().sum())
    return wording.with_unit(name, f"{missing}\u00a0{wording.word('term.missing', lang)}" if missing else "", lang)


def groups(codes: pd.Series, lang: str) -> pd.Series:
    """
    Give those that are in no group a group of their own, so that none is dropped silently.

    Parameters
    ----------
    codes : Series
        Code of each one's group, or missing.
    lang : str
        ``"en"`` or ``"zh"``.

    Returns
    -------
    Series
        Codes, and words where there is none.

    Examples
    --------
    >>> list(groups(pd.Series(["G1", None]), "en"))
    ['G1', 'in no group']
    """
    return codes.astype("object").fillna(wording.word("term.no_group", lang))


def wrap(text: str, columns: int = 20) -> str:
    """
    Break a long name into lines; a Chinese character is two columns wide and may end a line.

    Parameters
    ----------
    text : str
        Name in English or Chinese.
    columns : int
        Width of a line, in Latin letters.

    Returns
    -------
    str
        The name with line breaks.

    Examples
    --------
    >>> wrap("floor area per pupil", 12).splitlines()
    ['floor area', 'per pupil']
    >>> wrap("每百名学生拥有骨干教师数", 12).splitlines()
    ['每百名学生拥', '有骨干教师数']
    >>> wrap("全部问卷（n=1164）", 14).splitlines()
    ['全部问卷', '（n=1164）']
    """
    width = sum(1 + _is_wide(letter) for letter in text)
    if not any(_is_wide(letter) for letter in text):
        return _wrap_words(text, columns)
    columns = math.ceil(width / math.ceil(width / columns))  # lines of about the same length
    lines, used = [""], 0
    for piece in UNBROKEN.findall(text):
        takes = sum(1 + _is_wide(letter) for letter in piece)
        used += takes
        if used > columns + 1 and lines[-1] and unicodedata.category(piece[0]) not in ("Pe", "Pf", "Po"):
            lines.append("")
            used = takes
        lines[-1] += piece
    return "\n".join(lines)


def _wrap_words(text: str, columns: int) -> str:
    """Break between words, into lines of about the same length."""
    count = len(textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False))
    fewer = [
        width for width in range(6, columns + 1) if len(textwrap.wrap(text, width, break_long_words=False)) <= count
    ]
    return textwrap.fill(text, min(fewer, default=columns), break_long_words=False)


def _is_wide(letter: str) -> bool:
    """Tell whether a character takes two columns."""
    return unicodedata.east_asian_width(letter) in "WF"
