"""Codes as people write them: 小学, 九年一贯制, 城区, 民办, and their usual variants."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process

from edubalance import codebook
from edubalance.intake.workbook import likeness, words


@lru_cache(maxsize=32)
def labels(code_list: str) -> Mapping[str, str]:
    """
    Return the codes of a list by every label that is surely theirs.

    Parameters
    ----------
    code_list : str
        ``type``, ``founder``, ``area`` or another of the codebook's code lists.

    Returns
    -------
    mapping of str to str
        From labels in the form of `words.normal` to codes.

    Examples
    --------
    >>> labels("type")["九年一贯制"], labels("area")["镇中心区"], "公办" in labels("founder")
    ('nine_year', 'town', False)
    """
    variants = words.load()["codes"].get(code_list, {})
    known: dict[str, str] = {}
    for code in codebook.codes(code_list).values():
        for label in (code.value, code.zh, code.en, *variants.get(code.value, [])):
            known.setdefault(words.normal(str(label)), code.value)
    return known


def code(label: str, column: codebook.Column) -> str:
    """
    Return the code of a label, empty where it is not sure.

    Parameters
    ----------
    label : str
        As it stands in the sheet.
    column : Column
        A column of codes.

    Returns
    -------
    str
        The code.

    Examples
    --------
    >>> founder = codebook.table("schools").column("founder")
    >>> code("民 办", founder), code("公办", founder)
    ('private', '')
    """
    if label in column.codes:
        return label
    found = labels(column.code_list).get(words.normal(label), "")
    return found if found in column.codes else ""


def nearest(label: str, column: codebook.Column) -> tuple[str, float]:
    """
    Return the code whose label is most like another one, and how like it is in percent; empty where none is.

    Parameters
    ----------
    label : str
        As it stands in the sheet.
    column : Column
        A column of codes.

    Returns
    -------
    tuple of str and float
        A proposal, never taken by itself.

    Examples
    --------
    >>> nearest("九年一惯制学校", codebook.table("schools").column("type"))
    ('nine_year', 85.7)
    """
    known = {name: value for name, value in labels(column.code_list).items() if value in column.codes}
    query = words.normal(label)
    best = process.extractOne(query, known.keys(), scorer=fuzz.ratio, score_cutoff=60)
    return (known[best[0]], likeness.capped(best[1], query, best[0])) if best else ("", 0.0)
