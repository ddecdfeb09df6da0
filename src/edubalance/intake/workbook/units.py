"""Units of headers and cells: what they measure, and the exact factor to the codebook's unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from edubalance import codebook
from edubalance.intake.workbook import words

IN_PARENTHESES = re.compile(r"^(.*?)[(\[【〔](?:单位[:]?|unit[:]?)?([^()\[\]【】〔〕]+)[)\]】〕]$", re.IGNORECASE)
AFTER_A_STROKE = re.compile(r"^(.+?)[/,](?:单位[:]?)?([^/,]+)$")
SAID_ABOVE = re.compile(r"(?:计量)?单位[:]?([^;。:)]+)|units?:\s*([^;.:)]+)")


@dataclass(frozen=True)
class Unit:
    """
    A unit as someone wrote it.

    Attributes
    ----------
    name : str
        In the form in which units are compared.
    dimension : str
        ``money``, ``area``, ``length``, ``share``, ``count``, ``time``, ``index``; ``inexact`` where there is no
        exact ratio.
    factor : Decimal
        How many of the base unit it is.
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
    for name in stated["inexact"]:
        known[words.normal(name)] = Unit(words.normal(name), "inexact", Decimal(0))
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


def said_above(text: str) -> list[Unit]:
    """
    Return the units that a line above a table names for all of it.

    Parameters
    ----------
    text : str
        For example ``单位：人、平方米、万元``.

    Returns
    -------
    list of Unit
        In the order of the line; none where the line names none.

    Examples
    --------
    >>> [unit.name for unit in said_above("2021年  单位：人、万元")]
    ['人', '万元']
    """
    found = SAID_ABOVE.search(words.half_width(text))
    if not found:
        return []
    parts = re.split(r"[、,/\s]+", found.group(1) or found.group(2) or "")
    return [unit for part in parts if part and (unit := named(part))]


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
    if own is None or given.dimension != own.dimension or given.dimension == "inexact":
        return None
    return given.factor / own.factor
