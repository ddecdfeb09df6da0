"""What each row below a header is: data, a total, a note, a heading of a block, or nothing that is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from edubalance.intake.workbook import headers, units, words
from edubalance.intake.workbook.columns import Assigned
from edubalance.intake.workbook.grid import Grid, Value, shown
from edubalance.intake.workbook.layout import LEVEL_HEADING, Layout

IDS = ("school_id", "unit_id", "place_id", "teacher_id", "class_id", "excerpt_id", "variable", "township")
STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True)
class TotalRow:
    """
    A row of totals.

    Attributes
    ----------
    row : int
        Counted from 0.
    label : str
        As it stands there.
    rows : tuple of int
        Rows of data since the last total or heading.
    average : bool
        Whether it holds means.
    """

    row: int
    label: str
    rows: tuple[int, ...]
    average: bool


@dataclass
class Body:
    """
    The rows below a header, by what they are, counted from 0.

    Attributes
    ----------
    data : list of int
        Rows of data.
    levels : dict of int to str
        The level that a heading above a row of data names.
    totals : list of TotalRow
        Rows of totals and means.
    notes, odd : list of int
        Lines of notes; rows that are nothing known.
    """

    data: list[int] = field(default_factory=list)
    levels: dict[int, str] = field(default_factory=dict)
    totals: list[TotalRow] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)


def classify(grid: Grid, layout: Layout, assigned: Mapping[int, Assigned]) -> Body:
    """
    Tell what each row below a header is.

    Parameters
    ----------
    grid : Grid
        The sheet, its merged text cells filled.
    layout : Layout
        Where its table stands.
    assigned : mapping of int to Assigned
        Its columns.

    Returns
    -------
    Body
        Each row that is not empty, once.
    """
    body, level = Body(), ""
    block: list[int] = []
    labels = [position for position in range(grid.width) if not is_number(assigned.get(position))]
    ids = [position for position, each in assigned.items() if each.column.name in IDS]
    header = _compared(grid.rows[layout.last])
    for number in range(layout.last + 1, len(grid.rows)):
        row = grid.rows[number]
        filled = len(row) - row.count("")
        if not filled or _repeats(row, header, number == layout.last + 1):
            continue
        total = _total_label(row, labels, ids)
        if total:
            average = any(word in words.normal(total) for word in words.among("averages"))
            body.totals.append(TotalRow(number, total, tuple(block), average))
            level, block = "", []
        elif is_note(row) or _is_example(row):
            body.notes.append(number)
        elif named := _heading(row, filled):
            level, block = named, []
        elif filled == 1 and len(assigned) > 1:
            body.odd.append(number)
        else:
            body.data.append(number)
            block.append(number)
            body.levels[number] = level
    _close(body)
    return body


def is_number(each: Assigned | None) -> bool:
    """
    Tell whether a column holds numbers that are no part of the key.

    Parameters
    ----------
    each : Assigned or None
        A column of a sheet; None for one whose meaning is not settled.

    Returns
    -------
    bool
        True for such a column.
    """
    return bool(each and each.column.is_number and each.column.name != "year")


def _compared(row: list[Value]) -> list[str]:
    """Return the cells of a row in the form in which headers are compared."""
    return [words.normal(shown(value)) for value in row]


def _repeats(row: list[Value], header: list[str], first: bool) -> bool:  # noqa: FBT001
    """Tell whether a row is the header again, or numbers or units of the columns right below it."""
    start = next(position for position, value in enumerate(row) if value != "")
    if isinstance(row[start], str) and words.normal(str(row[start])) == header[start] and _compared(row) == header:
        return True
    cells = [value for value in row if value != ""] if first else []
    if len(cells) < 3:
        return False
    if all(isinstance(value, str) and units.named(value) for value in cells):
        return True
    numbers = [text for value in cells if (text := words.normal(shown(value))) not in STEMS]
    begin = numbers[0] if numbers else ""
    return begin in ("0", "1", "2", "3") and numbers == [str(int(begin) + step) for step in range(len(numbers))]


def _is_example(row: list[Value]) -> bool:
    """Tell whether a row says of itself that it only shows how to fill the table."""
    first = next((value for value in row if value != ""), "")
    return isinstance(first, str) and words.normal(first) in words.among("examples")


def _total_label(row: list[Value], labels: list[int], ids: list[int]) -> str:
    """Return the label of a row of totals; empty for other rows. A row with a code of its own is no total."""
    found = ""
    for position in labels:
        value = row[position]
        if isinstance(value, str) and value and _says_total(value):
            found = found or value
    if not found:
        return ""
    others = [row[position] for position in ids if row[position] not in ("", found)]
    named = [value for value in others if not isinstance(value, str) or not _says_total(value)]
    return "" if any(words.mark(shown(value)) not in words.among("missing") for value in named) else found


@lru_cache(maxsize=65536)
def _says_total(text: str) -> bool:
    """Tell whether a cell says that its row holds totals."""
    plain = re.sub(r"[(:].*$", "", words.normal(text))
    known = words.among("totals") | words.among("averages")
    if plain in known:
        return True
    return len(plain) <= 12 and re.search(r"(合计|总计|小计|共计|平均)$", plain) is not None


@lru_cache(maxsize=1)
def _note() -> re.Pattern[str]:
    """Return what a note begins with."""
    begin = "|".join(re.escape(word) for word in words.load()["notes"])
    return re.compile(rf"(?:{begin})\s*(?:[:：]|[0-9一二三]\s*[.、:：]|$)", re.IGNORECASE)


def is_note(row: Sequence[Value]) -> bool:
    """
    Tell whether a row is a note: it begins with a word of notes, and holds text alone.

    Parameters
    ----------
    row : sequence of Value
        Its cells.

    Returns
    -------
    bool
        True for a note.

    Examples
    --------
    >>> is_note(["注：数据截至9月1日。", ""]), is_note(["P-01", 400.0])
    (True, False)
    """
    first = next((value for value in row if value != ""), "")
    if not isinstance(first, str) or not _note().match(words.half_width(first)):
        return False
    return all(isinstance(value, str) for value in row)


def _heading(row: list[Value], filled: int) -> str:
    """Return the level that a row with a single word, perhaps repeated, names."""
    first = next(value for value in row if value != "")
    if not isinstance(first, str) or row.count(first) != filled:
        return ""
    return headers.level_in(LEVEL_HEADING.sub("", words.normal(first)))


def _close(body: Body) -> None:
    """Take lines of text below the last row of data for notes."""
    last = max(body.data, default=-1)
    below = [row for row in body.odd if row > last >= 0]
    body.notes += below
    body.odd = [row for row in body.odd if row not in below]
