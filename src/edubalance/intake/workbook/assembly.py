"""The parts of all sheets put together into tables, each value with its cell; contradictions are faults."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.intake.workbook.grid import Place
from edubalance.intake.workbook.messages import Notice, SheetFault, at_cell, of_column
from edubalance.intake.workbook.parts import Part
from edubalance.messages import Fact

# A table as a spreadsheet counts: the header is row 1.
FIRST_ROW = 2


@dataclass
class Assembled:
    """
    One table put together.

    Attributes
    ----------
    table : Table
        Of the codebook.
    frame : DataFrame
        Clean text, in the order of the codebook's columns; the index counts rows as a CSV file does.
    sources : list of list of tuple
        Of each row: the parts that it comes from, each with the number of the record there.
    faults, notices : list
        Contradictions, and what is to be said.
    """

    table: codebook.Table
    frame: pd.DataFrame
    sources: list[list[tuple[Part, int]]]
    faults: list[SheetFault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def place(self, row: int, column: str) -> Place:
        """Return where a value stands; the row's first source where the column was said for a whole sheet."""
        sources = self.sources[row - FIRST_ROW]
        for part, record in sources:
            if column in part.positions and part.texts[column][record]:
                return part.place(record, column)
        for part, record in sources:
            if column in part.positions:
                return part.place(record, column)
        part, record = sources[0]
        return part.place(record, column)


def assemble(parts: Sequence[Part]) -> dict[str, Assembled]:
    """
    Put the parts of all sheets together.

    Parameters
    ----------
    parts : sequence of Part
        In the order of files and sheets.

    Returns
    -------
    dict of str to Assembled
        By table, in the order of the codebook; tables without a part are not there.
    """
    tables = [table for table in codebook.tables() if any(part.table == table.name for part in parts)]
    return {table.name: _assembled(table, [part for part in parts if part.table == table.name]) for table in tables}


def _assembled(table: codebook.Table, parts: list[Part]) -> Assembled:
    """Put one table together, row by row of its key; quickly where no key stands twice."""
    names = [name for name in table.names if any(name in part.texts for part in parts)]
    made = Assembled(table, pd.DataFrame(), [])
    keys = [key for part in parts for key in _keys(table, part)]
    if len(set(keys)) == len(keys):
        made.sources = [[(part, record)] for part in parts for record in range(len(part.rows))]
        texts = {
            name: [text for part in parts for text in part.texts.get(name, [""] * len(part.rows))] for name in names
        }
    else:
        rows = _by_key(made, parts)
        texts = {name: [row.get(name, "") for row in rows] for name in names}
    index = pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(made.sources))
    made.frame = pd.DataFrame(texts, index=pd.Index(index, dtype="int64", name="row"), dtype="string")
    return made


def _keys(table: codebook.Table, part: Part) -> Iterable[tuple[str, ...]]:
    """Return the key of each record of a part."""
    return zip(*(part.texts.get(name, [""] * len(part.rows)) for name in table.key), strict=True)


def _by_key(made: Assembled, parts: list[Part]) -> list[dict[str, str]]:
    """Put the records of one key together; a record whose key is not whole stands alone."""
    rows: list[dict[str, str]] = []
    known: dict[tuple[str, ...], int] = {}
    for part in parts:
        own: set[tuple[str, ...]] = set()
        records = zip(*part.texts.values(), strict=True)
        for record, (key, values) in enumerate(zip(_keys(made.table, part), records, strict=True)):
            row = dict(zip(part.texts, values, strict=True))
            before = known.get(key) if all(key) else None
            if before is None or (key in own and not part.shared):
                if before is not None:
                    _refuse_twice(made, before, part, record, key)
                known.setdefault(key, len(rows))
                rows.append(row)
                made.sources.append([(part, record)])
            else:
                _merge(made, rows[before], before, row, part, record)
            own.add(key)
    return rows


def _refuse_twice(made: Assembled, before: int, part: Part, record: int, key: Iterable[str]) -> None:
    """Refuse a second row with the same key in one sheet."""
    name = made.table.key[-1] if made.table.key[-1] in part.positions else "school_id"
    other = str(made.place(before + FIRST_ROW, name))
    place = part.place(record, name)
    made.faults.append(SheetFault(place, "duplicate", "", {"key": " ".join(key), "other": other}))


def _merge(made: Assembled, into: dict[str, str], before: int, row: Mapping[str, str], part: Part, record: int) -> None:
    """Add what a row of another sheet says of the same school; refuse what contradicts."""
    added = False
    for name, text in row.items():
        if not text or into.get(name) == text:
            continue
        if into.get(name):
            _refuse_conflict(made, before, name, into[name], text, part, record)
        else:
            into[name] = text
            added = True
    if added or not part.shared:
        made.sources[before].append((part, record))


def _refuse_conflict(made: Assembled, before: int, name: str, stated: str, text: str, part: Part, record: int) -> None:
    """Refuse a value that differs from what another cell says of the same."""
    column = made.table.column(name)
    key = " ".join(part.texts.get(each, [""])[record] for each in made.table.key if each in part.texts)
    facts: dict[str, Fact] = {"key": key, "other": str(made.place(before + FIRST_ROW, name)), "value": stated}
    whole = part.shared and column.is_number
    made.faults.append(
        at_cell(part.place(record, name), "conflict_of_school" if whole else "conflict", text, column, **facts)
    )


def absent(assembled: Mapping[str, Assembled], whole: Place, unread: Collection[tuple[str, str]]) -> list[SheetFault]:
    """
    Name what is required and not there: whole tables, columns, the year and the level of rows.

    Parameters
    ----------
    assembled : mapping of str to Assembled
        The tables.
    whole : Place
        Where a fault of no single sheet is reported.
    unread : collection of tuple of str
        Files and sheets of which a column is not settled: what they lack is not known yet.

    Returns
    -------
    list of SheetFault
        One for each sheet and column.
    """
    faults: list[SheetFault] = []
    if not set(codebook.REQUIRED) <= set(assembled) and not unread:
        faults.append(SheetFault(whole, "no_tables"))
    for each in assembled.values():
        for column in each.table.columns:
            if column.required:
                faults += _unsaid(each, column, unread)
    return faults


def _unsaid(each: Assembled, column: codebook.Column, unread: Collection[tuple[str, str]]) -> list[SheetFault]:
    """Refuse rows of sheets that do not have a required column, once for each sheet."""
    empty = (each.frame[column.name] == "").to_numpy() if column.name in each.frame else np.ones(len(each.sources))
    places: dict[Place, None] = {}
    for number in np.flatnonzero(empty).tolist():
        sources = each.sources[number]
        if not any(column.name in part.positions for part, _ in sources):
            part, record = sources[0]
            # A level may be wanting in some rows of a sheet only: where the type of the school says it in the others.
            places.setdefault(part.place(record, column.name) if column.name == "level" else part.grid.place())
    key = f"{column.name}_unknown" if column.name in ("year", "level") else "column_required"
    return [
        SheetFault(place, key, "", of_column(column)) for place in places if (place.file, place.sheet) not in unread
    ]


def of_one_level(schools: Assembled) -> list[SheetFault]:
    """
    Refuse a number of one level in the place of the whole school's.

    Parameters
    ----------
    schools : Assembled
        The table of schools.

    Returns
    -------
    list of SheetFault
        One for each cell below a header that names a level, unless it is the only one of its school's type.
    """
    faults: list[SheetFault] = []
    if not any(part.of_level for sources in schools.sources for part, _ in sources):
        return faults
    levels = {code.value: code.levels for code in codebook.codes("type").values()}
    types = schools.frame["type"] if "type" in schools.frame else [""] * len(schools.sources)
    for sources, kind in zip(schools.sources, types, strict=True):
        for part, record in sources:
            for name, level in part.of_level.items():
                text = part.texts[name][record]
                if text and kind and levels.get(kind) != (level,):
                    column = schools.table.column(name)
                    faults.append(at_cell(part.place(record, name), "header_whole_school", text, column))
    return faults
