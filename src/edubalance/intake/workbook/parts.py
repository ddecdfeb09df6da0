"""Parts of tables: what one sheet gives to one table, as clean text with the cell of each value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from edubalance import codebook
from edubalance.intake.workbook import appearance, cells, codes, likeness, mapping, words
from edubalance.intake.workbook.cells import ONE, Read
from edubalance.intake.workbook.columns import Assigned, Question, Settings
from edubalance.intake.workbook.grid import Cell, Grid, Place, Value, shown
from edubalance.intake.workbook.messages import Notice, SheetFault, at_cell
from edubalance.messages import Fact

# A share of at most one in five rows or more may be a fraction.
FEWEST_SHARES = 5
# Shares above one that are all so many times those below it are of another scale.
SCALES_APART = 20


@dataclass
class Part:
    """
    What one sheet gives to one table.

    Attributes
    ----------
    table : str
        Name of the table.
    grid : Grid
        The sheet.
    rows : list of int
        Row of the sheet of each record, counted from 0.
    texts : dict of str to list of str
        Clean text of each column, one a record.
    positions : dict of str to int
        Column of the sheet of each column; those said once for the whole sheet are not there.
    shared : bool
        Whether a record may stand in several rows, as a school does in a sheet that lists its sections.
    of_level : dict of str to str
        Numbers of whole schools whose header names one level, and that level.
    """

    table: str
    grid: Grid
    rows: list[int]
    texts: dict[str, list[str]]
    positions: dict[str, int] = field(default_factory=dict)
    shared: bool = False
    of_level: dict[str, str] = field(default_factory=dict)

    def place(self, record: int, column: str) -> Place:
        """Return where the value of a record stands; its row where the column is said for the whole sheet."""
        return self.grid.place(self.rows[record], self.positions.get(column))


@dataclass
class Outcome:
    """What came of reading columns: clean text by position, faults, notices, questions, marks of missing values."""

    texts: dict[int, list[str]] = field(default_factory=dict)
    faults: list[SheetFault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    missing: int = 0


@dataclass
class SheetReading:
    """
    What came of one sheet.

    Attributes
    ----------
    parts : list of Part
        What it gives to tables.
    faults, notices, questions : list
        What is to be said and asked.
    """

    parts: list[Part] = field(default_factory=list)
    faults: list[SheetFault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def read_columns(grid: Grid, rows: Sequence[int], assigned: Mapping[int, Assigned], settings: Settings) -> Outcome:
    """
    Read the cells of all settled columns.

    Parameters
    ----------
    grid : Grid
        The sheet.
    rows : sequence of int
        Its rows of data.
    assigned : mapping of int to Assigned
        Its columns.
    settings : Settings
        What was confirmed of codes.

    Returns
    -------
    Outcome
        One text a row for each column.
    """
    outcome = Outcome()
    broken = {cell for cell in grid.broken if cell[1] in assigned}
    by_position = list(zip(*(grid.rows[row] for row in rows), strict=True))
    for position, each in assigned.items():
        values = by_position[position]
        if each.column.is_number:
            texts = _numbers(grid, rows, values, each, outcome)
        else:
            texts = _texts(grid, rows, values, each, settings, outcome)
        outcome.texts[position] = texts
        _check_shown(grid, rows, each, outcome)
    wanted = set(rows)
    for row, position in sorted(broken):
        if row in wanted:
            _say_broken(grid, (row, position), assigned[position].column, outcome)
    return outcome


def _check_shown(grid: Grid, rows: Sequence[int], each: Assigned, outcome: Outcome) -> None:
    """Refuse cells that show something else than they hold."""
    for row in rows if grid.shown else ():
        fault = appearance.fault(grid, (row, each.position), each)
        outcome.faults += [fault] if fault else []


def _say_broken(grid: Grid, cell: Cell, column: codebook.Column, outcome: Outcome) -> None:
    """Report an error value or a formula that was never computed."""
    found = grid.broken[cell]
    key = "formula" if found == "formula" else "error_value"
    outcome.faults.append(at_cell(grid.place(*cell), key, "" if key == "formula" else found, column, found=found))


def _numbers(grid: Grid, rows: Sequence[int], values: Sequence[Value], each: Assigned, outcome: Outcome) -> list[str]:
    """Read a column of numbers."""
    position = each.position
    shares = {row for row in rows if (row, position) in grid.percent} if grid.percent else set()
    texts = _quick(values) if each.factor == ONE and not shares else None
    if texts is None:
        texts = []
        for row, value in zip(rows, values, strict=True):
            read = cells.number(value, each.column, each.factor, percent=row in shares)
            if grid.decimal_commas and isinstance(value, str) and read.text and "," in words.narrow(value):
                read = Read("", "decimal_comma")
            texts.append(read.text)
            if read.fault or read.how:
                _count(grid.place(row, position), value, each, read, outcome)
    if each.column.unit_zh == "%":
        _check_shares(grid, rows, values, texts, shares, each, outcome)
    return texts


def _quick(values: Sequence[Value]) -> list[str] | None:
    """Write a column of ordinary floats; None where a cell needs a closer look."""
    empty = values.count("")
    known = [value for value in values if value != ""] if empty else values
    if set(map(type, known)) - {float}:
        return None
    distinct = list(set(known))
    numbers = np.array(distinct, dtype="float64")
    if not np.isfinite(numbers).all() or (np.abs(numbers) >= cells.EXACT_BELOW).any():
        return None
    if (numbers % 1 == 0).all():
        texts = list(map(str, numbers.astype("int64").tolist()))
    else:
        texts = [text[:-2] if text.endswith(".0") else text for text in map(repr, distinct)]
        if any("e" in text or text == "-0" for text in texts):
            return None
    written: dict[Value, str] = dict(zip(distinct, texts, strict=True)) | {"": ""}
    return [written[value] for value in values]


def _count(place: Place, value: Value, each: Assigned, read: Read, outcome: Outcome) -> None:
    """Report a faulty cell; count a mark of a missing value."""
    if read.fault:
        outcome.faults.append(at_cell(place, read.fault, value, each.column))
    outcome.missing += read.how == "missing"


def _check_shares(
    grid: Grid,
    rows: Sequence[int],
    values: Sequence[Value],
    texts: Sequence[str],
    shares: set[int],
    each: Assigned,
    outcome: Outcome,
) -> None:
    """Refuse shares of which it is not clear whether they are in percent or fractions."""
    bare = {row: float(text) for row, value, text in zip(rows, values, texts, strict=True) if _bare(value) and text}
    bare = {row: number / float(each.factor) for row, number in bare.items() if row not in shares}
    small = {row for row, number in bare.items() if 0 < number <= 1}
    literal = {row for row in rows if appearance.says_percent(grid, (row, each.position))} if grid.shown else set()
    bare, small = {row: number for row, number in bare.items() if row not in literal}, small - literal
    signed = bool(shares | literal) or any(isinstance(value, str) and cells.says_share(value) for value in values)
    if signed:
        by_row = dict(zip(rows, values, strict=True))
        for row in sorted(small):
            place = grid.place(row, each.position)
            outcome.faults.append(at_cell(place, "share_mixed", by_row[row], each.column))
    doubtful = not each.confirmed and (len(bare) >= FEWEST_SHARES or not each.unit_said)
    fractions = small and len(small) == sum(1 for number in bare.values() if number != 0)
    if not each.confirmed and not signed:
        outcome.faults += _of_two_scales(grid, bare, each)
    if fractions and doubtful and not signed:
        key, place = mapping.key(each.path), grid.place(None, each.position)
        outcome.faults.append(at_cell(place, "share_unsure", each.path[-1], each.column, key=key))
        outcome.questions.append(Question("unit", place, key, f"{each.tables[0]}.{each.column.name}", "%"))


def _of_two_scales(grid: Grid, shares: Mapping[int, float], each: Assigned) -> list[SheetFault]:
    """Refuse the fewer of shares that fall into two groups, far apart on both sides of one."""
    below = {row: share for row, share in shares.items() if 0 < share <= 1}
    above = {row: share for row, share in shares.items() if share > 1}
    if not below or not above or min(above.values()) < SCALES_APART * max(below.values()):
        return []
    key, fewer = mapping.key(each.path), below if len(below) <= len(above) else above
    return [
        at_cell(grid.place(row, each.position), "share_scales", share, each.column, key=key)
        for row, share in fewer.items()
    ]


def _bare(value: Value) -> bool:
    """Tell whether a value is a number without a sign of percent."""
    return not isinstance(value, bool) and not (isinstance(value, str) and cells.says_share(value))


def _texts(
    grid: Grid, rows: Sequence[int], values: Sequence[Value], each: Assigned, settings: Settings, outcome: Outcome
) -> list[str]:
    """Read a column of text or codes; equal values are read once."""
    kinds = list(zip(map(type, values), values, strict=True))
    first = dict(zip(reversed(kinds), reversed(rows), strict=True))
    known = {
        kind: _text_or_code(kind[1], each, settings, outcome, grid.place(first[kind], each.position))
        for kind in dict.fromkeys(kinds)
    }
    told = {kind for kind, read in known.items() if read.fault or read.how}
    asked: set[str] = set()
    for row, kind in zip(rows, kinds, strict=True) if told else ():
        if kind in told and known[kind].fault == "code":
            _ask_code(grid.place(row, each.position), kind[1], each, outcome, asked)
        elif kind in told:
            _count(grid.place(row, each.position), kind[1], each, known[kind], outcome)
    return [known[kind].text for kind in kinds]


def _text_or_code(value: Value, each: Assigned, settings: Settings, outcome: Outcome, place: Place) -> Read:
    """Read one cell of text or a code."""
    read = cells.text(value, each.column)
    if each.column.kind != "code" or not read.text:
        return read
    if cells.parted(read.text):
        return Read("", "code")
    target = f"{each.tables[0]}.{each.column.name}"
    label = words.normal(read.text)
    found = codes.code(read.text, each.column) or settings.mapping.values.get(target, {}).get(label, "")
    if not found and settings.accept:
        near, score = codes.nearest(read.text, each.column)
        if score >= likeness.TAKEN_FROM:
            facts: dict[str, Fact] = {"label": read.text, "code": near, "score": score}
            outcome.notices.append(Notice(place, "code_taken", facts))
            found = near
    return Read(found, "" if found else "code", read.how)


def _ask_code(place: Place, value: Value, each: Assigned, outcome: Outcome, asked: set[str]) -> None:
    """Ask what a label stands for: a fault at each cell, a question once."""
    label, target = words.normal(shown(value)), f"{each.tables[0]}.{each.column.name}"
    near, score = codes.nearest(label, each.column)
    listed = [codebook.codes(each.column.code_list)[code] for code in each.column.codes]
    facts: dict[str, Fact] = {
        "codes": (", ".join(code.value for code in listed), "、".join(code.zh for code in listed)),
        "near": (f", perhaps {near}", f"（可能是 {near}）") if near else ("", ""),
        "target": target,
        "label": label,
    }
    outcome.faults.append(at_cell(place, "code", value, each.column, **facts))
    if label not in asked:
        outcome.questions.append(Question("value", place, label, target, near, score))
        asked.add(label)
