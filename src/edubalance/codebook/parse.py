"""From YAML to a codebook; a malformed one is refused, with the place of the mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from edubalance.codebook.columns import KINDS, Bound, Code, Codebook, Column, Nothing, Sum, Table
from edubalance.codebook.source import Source

FILE = Source("codebook", "codebook.yml")
LEVELS = ("primary", "junior", "senior")
HAN = re.compile(r"[\u4e00-\u9fff]")


def parse(text: str) -> Codebook:
    """
    Read a codebook.

    Parameters
    ----------
    text : str
        YAML, in the form of the package's ``codebook.yml``.

    Returns
    -------
    Codebook
        Its tables and code lists.

    Raises
    ------
    EdubalanceError
        If the text is no YAML, or a key is unknown, missing or contradicts another.

    Examples
    --------
    >>> parse("{codes: {}, tables: {a: {}}}")
    Traceback (most recent call last):
    edubalance.errors.EdubalanceError: The codebook is malformed at tables.a: the key 'meaning' is missing. ...
    """
    book = FILE.mapping(FILE.read(text), "the top", ("codes", "tables"), ("bounds",))
    bounds = {name: _bound(name, entry) for name, entry in FILE.mapping(book.get("bounds", {}), "bounds").items()}
    lists = FILE.mapping(book["codes"], "codes")
    codes = {name: _codes(entries, f"codes.{name}") for name, entries in lists.items()}
    entries = FILE.mapping(book["tables"], "tables")
    return Codebook({name: _table(name, entry, codes, bounds) for name, entry in entries.items()}, codes)


def _codes(stated: Any, place: str) -> dict[str, Code]:
    """Read one code list."""
    codes = {}
    for value, entry in FILE.mapping(stated, place).items():
        known = FILE.mapping(entry, f"{place}.{value}", ("en", "zh"), ("levels",))
        levels = tuple(known.get("levels", ()))
        FILE.only(levels, LEVELS, f"{place}.{value}.levels")
        codes[value] = Code(value, known["en"], known["zh"], levels)
    return codes


def _bound(name: str, stated: Any) -> Bound:
    """Read one range of sense."""
    entry = FILE.mapping(stated, f"bounds.{name}", ("min", "max", "en", "zh"))
    return Bound(entry["min"], entry["max"], entry["en"], _chinese(entry["zh"], f"bounds.{name}.zh"))


def _table(name: str, stated: Any, codes: Mapping[str, Mapping[str, Code]], bounds: Mapping[str, Bound]) -> Table:
    """Read one table and check that what it says of its columns fits them."""
    place = f"tables.{name}"
    entry = FILE.mapping(stated, place, ("meaning", "meaning_zh", "zh", "key", "columns"), ("sums", "nothing"))
    described = FILE.mapping(entry["columns"], f"{place}.columns")
    columns = tuple(_column(key, value, f"{place}.columns.{key}", codes, bounds) for key, value in described.items())
    sums = tuple(_sum(value, f"{place}.sums") for value in entry.get("sums", ()))
    nothing = tuple(_nothing(value, f"{place}.nothing") for value in entry.get("nothing", ()))
    meaning_zh = _chinese(entry["meaning_zh"], f"{place}.meaning_zh")
    table = Table(name, entry["zh"], entry["meaning"], meaning_zh, tuple(entry["key"]), columns, sums, nothing)
    _check(table, place)
    return table


def _column(
    name: str, stated: Any, place: str, codes: Mapping[str, Mapping[str, Code]], bounds: Mapping[str, Bound]
) -> Column:
    """Read one column."""
    optional = ("required", "values", "min", "max", "bound", "free", "unit", "aliases", "not_above")
    entry = FILE.mapping(stated, place, ("kind", "zh", "meaning", "meaning_zh"), optional)
    FILE.only((entry["kind"],), KINDS, f"{place}.kind")
    if (entry["kind"] == "code") != ("values" in entry):
        FILE.refuse(place, "a column of codes, and no other, names its code list in 'values'")
    if "values" in entry:
        FILE.only((entry["values"],), codes, f"{place}.values")
    if entry["kind"] in ("text", "code") and {"min", "max", "bound", "unit", "not_above"} & set(entry):
        FILE.refuse(place, "only a number has a range or a unit")
    if "free" in entry and entry["kind"] != "text":
        FILE.refuse(place, "only a text is free")
    if "bound" in entry:
        FILE.only((entry["bound"],), bounds, f"{place}.bound")
    bound = bounds[entry["bound"]] if "bound" in entry else Bound(None, None, "", "")
    unit = FILE.mapping(entry["unit"], f"{place}.unit", ("en", "zh")) if "unit" in entry else {"en": "", "zh": ""}
    return Column(
        name=name,
        kind=entry["kind"],
        required=entry.get("required", False),
        codes=tuple(codes[entry["values"]]) if "values" in entry else (),
        code_list=entry.get("values", ""),
        minimum=entry.get("min", bound.minimum),
        maximum=entry.get("max", bound.maximum),
        unit_en=unit["en"],
        unit_zh=unit["zh"],
        zh=entry["zh"],
        aliases=tuple(entry.get("aliases", ())),
        meaning=entry["meaning"],
        meaning_zh=_chinese(entry["meaning_zh"], f"{place}.meaning_zh"),
        not_above=entry.get("not_above", ""),
        why=(bound.en, bound.zh),
        free=entry.get("free", False),
    )


def _sum(stated: Any, place: str) -> Sum:
    """Read one limit on a sum of columns."""
    entry = FILE.mapping(stated, place, ("parts", "whole", "meaning", "meaning_zh"))
    meaning_zh = _chinese(entry["meaning_zh"], f"{place}.meaning_zh")
    return Sum(tuple(entry["parts"]), entry["whole"], entry["meaning"], meaning_zh)


def _nothing(stated: Any, place: str) -> Nothing:
    """Read which numbers are 0 where another one is."""
    entry = FILE.mapping(stated, place, ("without", "columns", "meaning", "meaning_zh"))
    meaning_zh = _chinese(entry["meaning_zh"], f"{place}.meaning_zh")
    return Nothing(entry["without"], tuple(entry["columns"]), entry["meaning"], meaning_zh)


def _check(table: Table, place: str) -> None:
    """Refuse a key, a limit or a header that does not fit the columns."""
    required = [column.name for column in table.columns if column.required]
    FILE.only(table.key, required, f"{place}.key (a required column)")
    numbers = [column.name for column in table.columns if column.is_number]
    limits = [column.not_above for column in table.columns if column.not_above]
    for total in table.sums:
        limits += [*total.parts, total.whole]
    for each in table.nothing:
        limits += [*each.columns, each.without]
    FILE.only(limits, numbers, f"{place}, not_above, sums and nothing (a column of numbers)")
    for column in table.columns:
        if column.minimum is not None and column.maximum is not None and column.minimum > column.maximum:
            FILE.refuse(f"{place}.columns.{column.name}", "'min' is above 'max'")
    headers = [header for column in table.columns for header in (column.name, column.zh, *column.aliases)]
    twice = sorted({header for header in headers if headers.count(header) > 1})
    if twice:
        FILE.refuse(place, f"the header {twice[0]!r} stands for two columns")


def _chinese(stated: Any, place: str) -> str:
    """Return a meaning in Chinese; refuse one that is empty or was left in English."""
    if not isinstance(stated, str) or not HAN.search(stated):
        FILE.refuse(place, f"expected a sentence in Chinese, got {stated!r}")
    return stated
