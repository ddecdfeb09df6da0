"""Units of headers and cells: what they measure, and the exact factor to the codebook's unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from edubalance import codebook
from edubalance.intake.workbook import words

IN_PARENTHESES = re.compile(r"^(.*?)[(\[【〔](?:单位[:]?|unit[:]?)?([^()\[\]【】〔〕]+)[)\]】〕]$", re.IGNORECASE)
AFTER_A_STROKE = re.compile(r"^(.+?)[/,](?:单位[:]?)?([^/,]+)$")
# A line of units ends at a full stop, a colon or a parenthesis; 单位 may be an office too, which names no unit.
SAID_ABOVE = re.compile(r"单位[:]?[(]?((?:(?!单位)[^。:()])+)|\bunits?:\s*([^;.:()]+)", re.IGNORECASE)
# 套 in 台（套） is another name of the same.
IN_OTHER_WORDS = re.compile(r"(?<!单位)\((?:(?!单位|unit)[^()])*\)", re.IGNORECASE)
CHINESE_PIECES, CHINESE_COMMAS = re.compile(r"[;\s]+"), re.compile(r"[、,和及]")
ENGLISH_COMMAS = re.compile(r",|\band\b")
MULTIPLES = "十百千万"


@dataclass(frozen=True)
class Unit:
    """
    A unit as someone wrote it.

    Attributes
    ----------
    name : str
        In the form in which units are compared.
    dimension : str
        ``money``, ``area``, ``length``, ``share``, ``count``, ``time`` or ``index``.
    factor : Decimal
        How many of the base unit it is; nought where there is no exact ratio.
    """

    name: str
    dimension: str
    factor: Decimal


@lru_cache(maxsize=1)
def _known() -> dict[str, Unit]:
    """Return all units by name."""
    stated = words.load()
    known = {}
    for dimension, ratios in stated["units"].items():
        for name, factor in ratios.items():
            known[words.normal(name)] = Unit(words.normal(name), dimension, Decimal(factor))
    for dimension, names in stated["inexact"].items():
        for name in names:
            known[words.normal(name)] = Unit(words.normal(name), dimension, Decimal(0))
    return known


def named(text: str) -> Unit | None:
    """
    Return the unit that a text is, or None.

    Parameters
    ----------
    text : str
        A whole cell, or what stands in parentheses in a header.

    Returns
    -------
    Unit or None
        The unit.

    Examples
    --------
    >>> named("万元").factor, named("㎡").dimension, named("人数")
    (Decimal('10000'), 'area', None)
    """
    return _known().get(words.normal(text))


def split(header: str) -> tuple[str, Unit | None]:
    """
    Part a header from the unit at its end.

    Parameters
    ----------
    header : str
        One row of a header, in the form of `words.normal`.

    Returns
    -------
    tuple of str and Unit or None
        The header without the unit; all of it where what stands at the end is no unit.

    Examples
    --------
    >>> split("设备总值(万元)")[0], split("设备总值/元")[0], split("专任教师数(含代课)")
    ('设备总值', '设备总值', ('专任教师数(含代课)', None))
    """
    for pattern in (IN_PARENTHESES, AFTER_A_STROKE):
        found = pattern.match(header)
        unit = named(found.group(2)) if found else None
        if found and unit:
            return found.group(1), unit
    return header, None


def said_above(text: str) -> tuple[list[Unit], list[str]]:
    """
    Return the units that a line above a table names for all of it.

    Parameters
    ----------
    text : str
        For example ``单位：人、平方米、万元``.

    Returns
    -------
    tuple of list of Unit and list of str
        Units in the order of the line, and what stands among them and is no unit that is known.

    Examples
    --------
    >>> units, unknown = said_above("2021年  单位：人、万元、斗")
    >>> [unit.name for unit in units], unknown
    (['人', '万元'], ['斗'])
    >>> said_above("单位：县教育局"), said_above("单位负责人：张某  单位：百人")[0][0].name
    (([], []), '百人')
    """
    units: list[Unit] = []
    unknown: list[str] = []
    for found in SAID_ABOVE.finditer(IN_OTHER_WORDS.sub("", words.half_width(text))):
        for names in _listed(found.group(1), found.group(2)):
            # Without any unit it is the name of an office, a year or the like.
            if any(map(_is_like_a_unit, names)):
                known = {name: named(name) for name in names}
                units += [unit for unit in known.values() if unit]
                unknown += [name for name, unit in known.items() if unit is None]
    return units, unknown


def _is_like_a_unit(name: str) -> bool:
    """Tell whether a name is a unit, a multiple of one, a mere multiple, or one unit by another (册/人)."""
    bare = name.lstrip(MULTIPLES)
    return bare == "" or any(named(part) for part in (name, bare, *name.split("/")))


def _listed(chinese: str | None, english: str | None) -> list[list[str]]:
    """Part what a line says of units into lists of names."""
    pieces = re.sub(r"\s*([、,])\s*", r"\1", chinese or "").strip()
    lists = [CHINESE_COMMAS.split(piece.removesuffix("等")) for piece in CHINESE_PIECES.split(pieces)]
    lists.append(ENGLISH_COMMAS.split(english or ""))
    named_lists = ([name.strip() for name in names if name.strip()] for names in lists)
    return [names for names in named_lists if names]


def for_column(above: Iterable[Unit], column: codebook.Column) -> tuple[Unit, ...]:
    """
    Return which of the units above a table are those of a column.

    Parameters
    ----------
    above : iterable of Unit
        As `said_above` returns them.
    column : Column
        Of the codebook.

    Returns
    -------
    tuple of Unit
        Each of another size once: more than one leave open which is meant. Of what is counted, only the same thing:
        百人 is not said of books.

    Examples
    --------
    >>> units, _ = said_above("单位：百人、万元、册")
    >>> schools, sections = codebook.table("schools"), codebook.table("sections")
    >>> [unit.name for unit in for_column(units, sections.column("pupils"))]
    ['百人']
    >>> [unit.name for unit in for_column(units, schools.column("books"))]
    ['册']
    >>> for_column(units, sections.column("classes"))
    ()
    """
    own = of_column(column)
    if own is None:
        return ()
    fitting = [unit for unit in above if unit.dimension == own.dimension]
    if own.dimension == "count":
        fitting = [unit for unit in fitting if unit.name.lstrip(MULTIPLES) == own.name]
    return tuple({unit.factor: unit for unit in fitting}.values())


@lru_cache(maxsize=512)
def of_column(column: codebook.Column) -> Unit | None:
    """
    Return the unit that the codebook keeps a column in; None for text and bare numbers.

    Parameters
    ----------
    column : Column
        Of the codebook.

    Returns
    -------
    Unit or None
        Its unit.

    Examples
    --------
    >>> of_column(codebook.table("schools").column("equipment_value_10k_yuan")).name
    '万元'
    """
    return named(column.unit_zh) or named(column.unit_en) if column.unit_zh else None


def factor(given: Unit, column: codebook.Column) -> Decimal | None:
    """
    Return by what a number in the given unit is to be multiplied.

    Parameters
    ----------
    given : Unit
        As it was written.
    column : Column
        Where the number goes.

    Returns
    -------
    Decimal or None
        Exact; None where the two measure different things or have no exact ratio.

    Examples
    --------
    >>> column = codebook.table("schools").column("equipment_value_10k_yuan")
    >>> factor(named("元"), column), factor(named("册"), column)
    (Decimal('0.0001'), None)
    """
    own = of_column(column)
    if own is None or given.dimension != own.dimension or not given.factor:
        return None
    return given.factor / own.factor
