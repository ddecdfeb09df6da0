"""Rows of totals held against the rows that they total, digit by digit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from edubalance.intake.workbook import appearance, cells, codes, headers, words
from edubalance.intake.workbook.columns import Assigned
from edubalance.intake.workbook.grid import Grid, shown
from edubalance.intake.workbook.messages import Notice, SheetFault, at_cell
from edubalance.intake.workbook.rows import Body, TotalRow
from edubalance.messages import Fact

# Sums that a spreadsheet made of binary fractions differ in the last of fifteen digits.
RELATIVE = Decimal("1e-12")
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Held:
    """What came of the totals of a sheet: faults, notices, and how many numbers agree."""

    faults: tuple[SheetFault, ...]
    notices: tuple[Notice, ...]
    agreeing: int


def reconcile(grid: Grid, body: Body, assigned: Mapping[int, Assigned], texts: Mapping[int, Sequence[str]]) -> Held:
    """
    Hold the totals of a sheet against its rows.

    Parameters
    ----------
    grid : Grid
        The sheet.
    body : Body
        Its rows.
    assigned : mapping of int to Assigned
        Its columns.
    texts : mapping of int to sequence of str
        Clean text of each column, in the order of ``body.data``.

    Returns
    -------
    Held
        A fault for each total that is not the sum. Means, and totals of a part that cannot be told, are noticed.

    Notes
    -----
    小计 totals the rows since the last total or heading; a total that names an area, a founder, a level, a type or a
    year totals the rows of it; any other totals all rows of the sheet. 小学 is a level where the sheet has a column of
    levels, a type of school elsewhere. What is counted for a whole school and stands in the row of each of its levels
    is summed once. A total that is written with fewer decimals than its sum may differ by half a unit of its last
    decimal.
    """
    faults: list[SheetFault] = []
    notices: list[Notice] = []
    agreeing = 0
    schools = _schools(assigned, texts)
    for total in body.totals:
        rows = None if total.average else _rows(total, body, assigned, texts)
        if rows is None:
            notices.append(Notice(grid.place(total.row), "unheld", {"label": total.label}))
            continue
        for position, each in assigned.items():
            if _summed(each):
                summed = _once(rows, schools, texts[position]) if each.tables == ("schools",) else rows
                outcome = _hold(grid, total.row, each, [(body.data[row], texts[position][row]) for row in summed])
                faults += outcome or []
                agreeing += outcome is not None and not outcome
    return Held(tuple(faults), tuple(notices), agreeing)


def _summed(each: Assigned) -> bool:
    """Tell whether totals of a column are sums."""
    return each.column.is_number and each.column.name not in words.load()["not_summed"]


def _rows(
    total: TotalRow, body: Body, assigned: Mapping[int, Assigned], texts: Mapping[int, Sequence[str]]
) -> list[int] | None:
    """Return which rows a total is of, as numbers into ``body.data``; None where that cannot be told."""
    number = {row: place for place, row in enumerate(body.data)}
    label = re.sub(r"[(:].*$", "", words.normal(total.label))
    rest = re.sub(r"(合计|总计|小计|共计)$", "", label)
    year = headers.year_in(rest)
    if year:
        return _of_value(year, "year", assigned, texts)
    for position, each in sorted(assigned.items(), key=lambda item: item[1].column.name != "level"):
        if each.column.kind == "code" and rest and (code := codes.code(rest, each.column)):
            return [place for place, text in enumerate(texts[position]) if text == code]
    if label.startswith(("小计", "本页", "subtotal", "sub-total")) or (rest and label.endswith("小计")):
        return [number[row] for row in total.rows] if total.rows else None
    return list(number.values())


def _schools(assigned: Mapping[int, Assigned], texts: Mapping[int, Sequence[str]]) -> list[tuple[str, ...]]:
    """Return year and code of the school of each row; nothing where the sheet has no codes of schools."""
    known = {each.column.name: texts[position] for position, each in assigned.items()}
    if "school_id" not in known:
        return []
    return list(zip(*(known[name] for name in ("school_id", "year") if name in known), strict=True))


def _once(rows: list[int], schools: Sequence[tuple[str, ...]], texts: Sequence[str]) -> list[int]:
    """Leave out the rows that repeat what a row above says of the same school."""
    if not schools:
        return rows
    first = {(schools[row], texts[row]) if schools[row][0] else row: row for row in reversed(rows)}
    return sorted(first.values())


def _of_value(
    value: str, name: str, assigned: Mapping[int, Assigned], texts: Mapping[int, Sequence[str]]
) -> list[int] | None:
    """Return the rows with a value in a column."""
    for position, each in assigned.items():
        if each.column.name == name:
            return [place for place, text in enumerate(texts[position]) if text == value]
    return None


def _hold(grid: Grid, row: int, each: Assigned, parts: list[tuple[int, str]]) -> list[SheetFault] | None:
    """Hold one total against its rows, each with its clean text; None where it is not stated."""
    cell = (row, each.position)
    raw = grid.rows[row][each.position]
    if cell in grid.broken:
        return [at_cell(grid.place(*cell), "error_value", grid.broken[cell], each.column, found=grid.broken[cell])]
    if unlike := appearance.fault(grid, cell, each):
        return [unlike]
    read = cells.number(raw, each.column, each.factor, percent=cell in grid.percent)
    if read.fault:
        return [at_cell(grid.place(*cell), read.fault, raw, each.column)]
    if not read.text:
        return None
    known = [Decimal(text) for _, text in parts if text]
    found, stated = sum(known, NOTHING), Decimal(read.text)
    if abs(found - stated) <= _tolerance(stated, found):
        return []
    absent = len(parts) - len(known)
    missing = (f" ({absent} of them without a value)", f"（其中 {absent} 行无值）") if absent else ("", "")
    facts: dict[str, Fact] = {"sum": cells.plain(found / each.factor), "missing": missing, "rows": _span(parts)}
    return [at_cell(grid.place(*cell), "total", shown(raw), each.column, **facts)]


def _tolerance(stated: Decimal, found: Decimal) -> Decimal:
    """Return by how much a total may differ: half its last decimal if the sum has more, or a float's last bits."""
    decimals, more = -int(stated.as_tuple().exponent), -int(found.as_tuple().exponent)
    half = Decimal(5).scaleb(-decimals - 1) if decimals < more else NOTHING
    return max(half, abs(found) * RELATIVE)


def _span(parts: list[tuple[int, str]]) -> str:
    """Say which rows a total is of."""
    return f"{parts[0][0] + 1}–{parts[-1][0] + 1} ({len(parts)})" if parts else "–"
