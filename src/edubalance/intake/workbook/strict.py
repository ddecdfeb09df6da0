"""The strict stage behind: the codebook's checks on the clean text, their faults carried back to sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

import pandas as pd
import yaml

from edubalance import codebook, intake
from edubalance.codebook import Tables
from edubalance.errors import Fault
from edubalance.intake import keys, variables
from edubalance.intake.faults import in_order
from edubalance.intake.read import TextTable
from edubalance.intake.relations import within
from edubalance.intake.validate import Checked, check_cells
from edubalance.intake.workbook.assembly import Assembled
from edubalance.intake.workbook.grid import Place
from edubalance.intake.workbook.messages import SheetFault
from edubalance.messages import Fact, Row

MORE = re.compile(r" \(and ([0-9,]+) more of the same kind\)$")
FILL_IT = "Fill it: "
OTHER_ROW = re.compile(r"\brow ([0-9]+)\b")


def checked(assembled: Mapping[str, Assembled]) -> dict[str, Checked]:
    """
    Check the cells of every table.

    Parameters
    ----------
    assembled : mapping of str to Assembled
        Tables as clean text.

    Returns
    -------
    dict of str to Checked
        As the strict stage has them.
    """
    return {name: check_cells(TextTable(each.table, f"{name}.csv", each.frame, ())) for name, each in assembled.items()}


def faults(
    assembled: Mapping[str, Assembled], tables: Mapping[str, Checked], *, between: bool = True
) -> list[SheetFault]:
    """
    Return the faults that the strict stage finds, at the cells that they come from.

    Parameters
    ----------
    assembled : mapping of str to Assembled
        Tables with the cell of each value.
    tables : mapping of str to Checked
        Their cells checked.
    between : bool
        Whether tables are held against each other; pointless while a sheet is not read.

    Returns
    -------
    list of SheetFault
        Table by table, in order of rows and columns.
    """
    found = {name: [*each.faults, *within(each)] for name, each in tables.items()}
    if between and set(codebook.REQUIRED) <= set(tables):
        for check in intake.BETWEEN:
            for name, more in check(tables).items():
                found.setdefault(name, []).extend(more)
    ordered = [
        (name, fault) for name in found for fault in in_order(keys.once(found[name]), codebook.table(name).names)
    ]
    return [_placed(assembled[name], fault) for name, fault in ordered]


def _placed(table: Assembled, fault: Fault) -> SheetFault:
    """Carry a fault back to its cell, and say it in both languages."""
    place = Place("", table.table.zh)
    if fault.row is not None:
        column = fault.column or table.table.key[-1]
        place = table.place(fault.row, column)
    if fault.key:
        told = {name: _cell(table, fact) if isinstance(fact, Row) else fact for name, fact in fault.facts.items()}
        return SheetFault(place, fault.key, fault.value, told, fault.more)
    rule = OTHER_ROW.sub(lambda found: _other(table, found), fault.rule)
    rule_zh, remedy_zh = in_chinese(rule), in_chinese(fault.remedy)
    facts: dict[str, Fact] = {"rule": rule, "remedy": fault.remedy, "rule_zh": rule_zh, "remedy_zh": remedy_zh}
    return SheetFault(place, "strict", fault.value, facts)


def _other(table: Assembled, found: re.Match[str]) -> str:
    """Name the cell of another row that a message speaks of."""
    return _cell(table, int(found.group(1)))


def _cell(table: Assembled, row: int) -> str:
    """Name the cell of a row that holds the last part of its key."""
    return str(table.place(row, table.table.key[-1]))


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Read the phrases of the strict stage and their Chinese."""
    text = files("edubalance.intake.workbook").joinpath("strict_zh.yml").read_text(encoding="utf-8")
    return tuple((re.compile(f"^{pattern}$", re.DOTALL), chinese) for pattern, chinese in yaml.safe_load(text).items())


def in_chinese(phrase: str) -> str:
    """
    Say a phrase of the strict stage in Chinese.

    Parameters
    ----------
    phrase : str
        A rule or a remedy in English.

    Returns
    -------
    str
        Its Chinese, with the names of columns as the codebook has them; the phrase itself where none is known.

    Examples
    --------
    >>> in_chinese("pupils should be filled"), in_chinese("Correct one of the two.")
    ('“在校生数”应填写', '请更正其一。')
    >>> in_chinese("Fill it: Pupils enrolled at this level.")
    '请填写：本学段的在校生数。'
    """
    more = MORE.search(phrase)
    plain = phrase[: more.start()] if more else phrase
    said = _meanings().get(plain.removeprefix(FILL_IT), "") or _by_pattern(plain)
    if not said:
        return phrase
    said = f"请填写：{said}" if plain.startswith(FILL_IT) else said
    return f"{said}（同类还有 {more.group(1)} 处）" if more else said


def _by_pattern(phrase: str) -> str:
    """Say a phrase in Chinese by the first pattern that it fits; empty where there is none."""
    for pattern, chinese in _phrases():
        found = pattern.match(phrase)
        if found:
            # What a group named `id` holds is to be read or written as it is.
            given = found.groupdict().items()
            return chinese.format_map({name: _said(name, text) for name, text in given})
    return ""


def _said(name: str, text: str) -> str:
    """Say what a group holds: as it is, as a sentence of the standards in Chinese, or with names in Chinese."""
    if name.startswith("id"):
        return text
    return _meanings().get(text, text) if name == "reason" else _chinese_names(text)


def _chinese_names(text: str) -> str:
    """Put the Chinese names of columns, codes and tables in the place of their own."""
    return re.sub(r"[a-z][a-z0-9_]*(?:\.csv)?", lambda found: _names().get(found.group(0), found.group(0)), text)


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Return the Chinese names of all columns, codes and tables, and of the county's variables."""
    names = {"public": "公办"} | {each.id: each.name("zh") for each in variables.known().values()}
    for entries in codebook.load().codes.values():
        names |= {code.value: code.zh for code in entries.values()}
    for table in codebook.tables():
        names |= {column.name: column.zh for column in table.columns}
        names[f"{table.name}.csv"] = table.zh
    return names


@lru_cache(maxsize=1)
def _meanings() -> Mapping[str, str]:
    """Return what columns and sums mean, and why numbers cannot be, in Chinese by the English."""
    reasons = [each.amount.reason for each in variables.known().values() if each.amount]
    reasons += [each.reason for each in variables.relations()]
    columns = {each.meaning: each.meaning_zh for table in codebook.tables() for each in table.columns}
    sums = {each.meaning: each.meaning_zh for table in codebook.tables() for each in table.sums}
    return columns | sums | {each.en: each.zh for each in reasons}


def typed(tables: Mapping[str, Checked]) -> Tables:
    """
    Return tables without faults with their types.

    Parameters
    ----------
    tables : mapping of str to Checked
        Without a fault.

    Returns
    -------
    Tables
        As `edubalance.intake.read_tables` returns them.
    """
    frames: dict[str, pd.DataFrame] = {name: each.source.table.conform(each.frame) for name, each in tables.items()}
    return Tables(**frames)


def without_echoes(strict: Iterable[SheetFault], before: Iterable[SheetFault]) -> list[SheetFault]:
    """
    Drop faults of the strict stage at cells that have one already: an unreadable cell looks empty to it.

    Parameters
    ----------
    strict : iterable of SheetFault
        Of the strict stage.
    before : iterable of SheetFault
        Of reading.

    Returns
    -------
    list of SheetFault
        Those that say something new.
    """
    told = {fault.place for fault in before}
    return [fault for fault in strict if fault.place not in told and not _of_no_column(fault)]


def _of_no_column(fault: SheetFault) -> bool:
    """Tell whether a cell should be filled in a column that its sheet does not have: that is said of the sheet."""
    return not fault.place.column and str(fault.facts.get("rule", "")).split(" (and ")[0].endswith("should be filled")
