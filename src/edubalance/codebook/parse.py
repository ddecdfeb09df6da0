"""From YAML to a codebook; a malformed one is refused, with the place of the mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import yaml

from edubalance.codebook.columns import KINDS, Code, Codebook, Column, Sum, Table
from edubalance.errors import EdubalanceError

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
    try:
        stated = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise EdubalanceError(f"The codebook is no YAML: {error}.", hint="Correct codebook.yml.") from error
    book = _mapping(stated, "the top", ("codes", "tables"))
    lists = _mapping(book["codes"], "codes")
    codes = {name: _codes(entries, f"codes.{name}") for name, entries in lists.items()}
    entries = _mapping(book["tables"], "tables")
    return Codebook({name: _table(name, entry, codes) for name, entry in entries.items()}, codes)


def _codes(stated: Any, place: str) -> dict[str, Code]:
    """Read one code list."""
    codes = {}
    for value, entry in _mapping(stated, place).items():
        known = _mapping(entry, f"{place}.{value}", ("en", "zh"), ("levels",))
        levels = tuple(known.get("levels", ()))
        _only(levels, LEVELS, f"{place}.{value}.levels")
        codes[value] = Code(value, known["en"], known["zh"], levels)
    return codes


def _table(name: str, stated: Any, codes: Mapping[str, Mapping[str, Code]]) -> Table:
    """Read one table and check that what it says of its columns fits them."""
    place = f"tables.{name}"
    entry = _mapping(stated, place, ("meaning", "meaning_zh", "zh", "key", "columns"), ("sums",))
    described = _mapping(entry["columns"], f"{place}.columns")
    columns = tuple(_column(key, value, f"{place}.columns.{key}", codes) for key, value in described.items())
    sums = tuple(_sum(value, f"{place}.sums") for value in entry.get("sums", ()))
    meaning_zh = _chinese(entry["meaning_zh"], f"{place}.meaning_zh")
    table = Table(name, entry["zh"], entry["meaning"], meaning_zh, tuple(entry["key"]), columns, sums)
    _check(table, place)
    return table


def _column(name: str, stated: Any, place: str, codes: Mapping[str, Mapping[str, Code]]) -> Column:
    """Read one column."""
    optional = ("required", "values", "min", "max", "unit", "aliases", "not_above")
    entry = _mapping(stated, place, ("kind", "zh", "meaning", "meaning_zh"), optional)
    _only((entry["kind"],), KINDS, f"{place}.kind")
    if (entry["kind"] == "code") != ("values" in entry):
        _refuse(place, "a column of codes, and no other, names its code list in 'values'")
    if "values" in entry:
        _only((entry["values"],), codes, f"{place}.values")
    if entry["kind"] in ("text", "code") and {"min", "max", "unit", "not_above"} & set(entry):
        _refuse(place, "only a number has a range or a unit")
    unit = _mapping(entry["unit"], f"{place}.unit", ("en", "zh")) if "unit" in entry else {"en": "", "zh": ""}
    return Column(
        name=name,
        kind=entry["kind"],
        required=entry.get("required", False),
        codes=tuple(codes[entry["values"]]) if "values" in entry else (),
        code_list=entry.get("values", ""),
        minimum=entry.get("min"),
        maximum=entry.get("max"),
        unit_en=unit["en"],
        unit_zh=unit["zh"],
        zh=entry["zh"],
        aliases=tuple(entry.get("aliases", ())),
        meaning=entry["meaning"],
        meaning_zh=_chinese(entry["meaning_zh"], f"{place}.meaning_zh"),
        not_above=entry.get("not_above", ""),
    )


def _sum(stated: Any, place: str) -> Sum:
    """Read one limit on a sum of columns."""
    entry = _mapping(stated, place, ("parts", "whole", "meaning", "meaning_zh"))
    meaning_zh = _chinese(entry["meaning_zh"], f"{place}.meaning_zh")
    return Sum(tuple(entry["parts"]), entry["whole"], entry["meaning"], meaning_zh)


def _check(table: Table, place: str) -> None:
    """Refuse a key, a limit or a header that does not fit the columns."""
    required = [column.name for column in table.columns if column.required]
    _only(table.key, required, f"{place}.key (a required column)")
    numbers = [column.name for column in table.columns if column.is_number]
    limits = [column.not_above for column in table.columns if column.not_above]
    for total in table.sums:
        limits += [*total.parts, total.whole]
    _only(limits, numbers, f"{place}, not_above and sums (a column of numbers)")
    for column in table.columns:
        if column.minimum is not None and column.maximum is not None and column.minimum > column.maximum:
            _refuse(f"{place}.columns.{column.name}", "'min' is above 'max'")
    headers = [header for column in table.columns for header in (column.name, column.zh, *column.aliases)]
    twice = sorted({header for header in headers if headers.count(header) > 1})
    if twice:
        _refuse(place, f"the header {twice[0]!r} stands for two columns")


def _mapping(
    stated: Any, place: str, required: tuple[str, ...] | None = None, optional: tuple[str, ...] = ()
) -> Mapping[str, Any]:
    """Return a mapping; where its keys are laid down, refuse unknown and missing ones."""
    if not isinstance(stated, Mapping):
        _refuse(place, f"expected keys with values, got {type(stated).__name__}")
    if required is not None:
        missing = [key for key in required if key not in stated]
        if missing:
            _refuse(place, f"the key {missing[0]!r} is missing")
        _only(stated, (*required, *optional), place)
    return stated


def _chinese(stated: Any, place: str) -> str:
    """Return a meaning in Chinese; refuse one that is empty or was left in English."""
    if not isinstance(stated, str) or not HAN.search(stated):
        _refuse(place, f"expected a sentence in Chinese, got {stated!r}")
    return stated


def _only(given: Iterable[str], known: Iterable[str], place: str) -> None:
    """Refuse what is not known."""
    names = list(known)
    for name in given:
        if name not in names:
            _refuse(place, f"{name!r} is not among {', '.join(names) or 'nothing'}")


def _refuse(place: str, problem: str) -> NoReturn:
    """Say where the codebook is wrong."""
    raise EdubalanceError(f"The codebook is malformed at {place}: {problem}.", hint="Correct codebook.yml.")
