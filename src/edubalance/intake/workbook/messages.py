"""Faults and notices with their place, worded in English and Chinese from ``messages.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from edubalance import codebook, messages
from edubalance.intake.workbook.grid import Place, Value, shown
from edubalance.messages import Fact


@dataclass(frozen=True)
class SheetFault:
    """
    One fault in a workbook.

    Attributes
    ----------
    place : Place
        File, sheet and cell.
    key : str
        Which message.
    value : str
        The value as found, empty where it is missing.
    facts : mapping of str to Fact
        What the message says beside; a pair is English and Chinese.
    more : int
        Others of the same kind that are not listed.
    """

    place: Place
    key: str
    value: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    more: int = 0

    def rule(self, lang: str) -> str:
        """Say what was expected, in English (``en``) or Chinese (``zh``)."""
        return messages.pair("faults", self.key, self.facts, lang)[0] + messages.more(self.more, lang)

    def remedy(self, lang: str) -> str:
        """Say what to do, in English (``en``) or Chinese (``zh``)."""
        return messages.pair("faults", self.key, self.facts, lang)[1]

    def line(self, lang: str) -> str:
        """Say where, what and what to do in one line."""
        found = f"; found {self.value!r}" if lang == "en" else f"；现为“{self.value}”"
        hint = ". Hint: " if lang == "en" else "。办法："
        return f"{self.place}: {self.rule(lang)}{found if self.value else ''}{hint}{self.remedy(lang)}"


@dataclass(frozen=True)
class Notice:
    """Something that a user should know of what was read; no fault. The attributes are those of `SheetFault`."""

    place: Place
    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def line(self, lang: str) -> str:
        """Say it in English (``en``) or Chinese (``zh``)."""
        return messages.notice(self.key, self.facts, lang)


def of_a_reader(words: str) -> tuple[str, str]:
    """
    Say what a reader of files says of a damaged one; it speaks English only.

    Parameters
    ----------
    words : str
        Of the reader.

    Returns
    -------
    tuple of str
        The first line of its words, and in Chinese that the file is damaged.

    Examples
    --------
    >>> of_a_reader("not well-formed")
    ('not well-formed', '读取时出错，文件可能已损坏')
    """
    first = words.splitlines()[0][:120] if words else "it is damaged"
    return first, "读取时出错，文件可能已损坏"


def of_column(column: codebook.Column) -> dict[str, Fact]:
    """
    Return what messages say of a column.

    Parameters
    ----------
    column : Column
        Of the codebook.

    Returns
    -------
    dict of str to Fact
        Its name and unit in both languages.
    """
    units = (f" ({column.unit_en})", f"（{column.unit_zh}）") if column.unit_zh else ("", "")
    return {"column": (column.name, column.zh), "unit": units, "meaning": (column.means("en"), column.means("zh"))}


def at_cell(place: Place, key: str, value: Value, column: codebook.Column, /, **facts: Fact) -> SheetFault:
    """
    Word the fault of one cell of a column.

    Parameters
    ----------
    place : Place
        The cell.
    key : str
        Which message.
    value : Value
        As it stands there.
    column : Column
        Of the codebook.
    **facts : Fact
        What the message says beside.

    Returns
    -------
    SheetFault
        The fault.

    Examples
    --------
    >>> books = codebook.table("schools").column("books")
    >>> at_cell(Place("a.xlsx", "小学", 7, 3), "number", "约300", books).rule("zh")
    '“图书册数”应为数（册）'
    """
    return SheetFault(place, key, shown(value), {**of_column(column), **facts})
