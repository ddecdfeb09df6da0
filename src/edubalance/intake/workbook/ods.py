"""The sheets of an ods file: values to their last digit, percent, error values and merged cells."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from edubalance.intake.workbook import formats
from edubalance.intake.workbook.grid import Cell, Grid, Place, Range, Value
from edubalance.intake.workbook.messages import Notice, SheetFault, of_a_reader
from edubalance.intake.workbook.packages import Refused

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
BLANKS = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
MOST_BLANKS = 1000
UNSEEN = ("collapse", "filter")
# Each error is a fault of its own; more of them are one.
MOST_BROKEN = 10_000
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")


class _Sheet:
    """A sheet in the making."""

    def __init__(self) -> None:
        self.rows: list[list[Value]] = []
        self.merged: list[Range] = []
        self.percent: set[Cell] = set()
        self.broken: dict[Cell, str] = {}
        self.shown: dict[Cell, str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.formulas = 0
        self.linked = 0

    def spread(self, place: Cell, again: int) -> None:
        """Give what is odd about a cell to those to its right that repeat it."""
        self._copy(place, ((place[0], place[1] + step) for step in range(1, again)))

    def repeat(self, row: int, again: int) -> None:
        """Give what is odd about the cells of a row to the rows that repeat it."""
        odd = [cell for marks in (self.percent, self.broken, self.shown) for cell in marks if cell[0] == row]
        for cell in dict.fromkeys(odd) if again > 1 else ():
            self._copy(cell, ((row + step, cell[1]) for step in range(1, again)))

    def _copy(self, place: Cell, others: Iterator[Cell]) -> None:
        """Give what is odd about a cell to others."""
        if place in self.percent or place in self.broken or place in self.shown:
            for other in others:
                self._give(place, other)

    def _give(self, place: Cell, other: Cell) -> None:
        """Give what is odd about a cell to another."""
        if place in self.percent:
            self.percent.add(other)
        if place in self.shown:
            self.shown[other] = self.shown[place]
        if place in self.broken:
            self.broken[other] = self.broken[place]
            if len(self.broken) > MOST_BROKEN:
                raise Refused("many_errors", {"limit": MOST_BROKEN})


def read(parts: Mapping[str, bytes], name: str, most_cells: int) -> tuple[list[Grid], list[SheetFault], list[Notice]]:
    """
    Read the sheets of an ods file.

    Parameters
    ----------
    parts : mapping of str to bytes
        The parts of the package.
    name : str
        Name of the file.
    most_cells : int
        A sheet whose values reach further is refused.

    Returns
    -------
    tuple of lists of Grid, SheetFault and Notice
        Sheets that are not hidden, and what is to be said.

    Raises
    ------
    Refused
        If the content is no XML or reaches too far.
    """
    try:
        root = ElementTree.fromstring(parts["content.xml"])  # noqa: S314 - entities were refused before
    except ElementTree.ParseError as error:
        raise Refused("unreadable", {"why": of_a_reader(str(error))}) from error
    hidden = {
        style.get(f"{STYLE}name")
        for style in root.iter(f"{STYLE}style")
        if any(item.get(f"{TABLE}display") == "false" for item in style)
    }
    grids: list[Grid] = []
    notices = [Notice(Place(name), "macros")] if any(part.startswith("Basic/") for part in parts) else []
    for table in root.iter(f"{TABLE}table"):
        title = table.get(f"{TABLE}name", "")
        if table.get(f"{TABLE}style-name") in hidden:
            notices.append(Notice(Place(name, title), "hidden"))
            continue
        sheet = _sheet(table, most_cells)
        width = max(map(len, sheet.rows), default=0)
        rows = [row + [""] * (width - len(row)) for row in sheet.rows]
        grids.append(
            Grid(
                name,
                title,
                rows,
                tuple(sheet.merged),
                frozenset(sheet.percent),
                sheet.broken,
                sheet.formulas,
                sheet.linked,
                shown=sheet.shown,
                hidden=(frozenset(sheet.hidden_rows), frozenset(sheet.hidden_columns)),
            )
        )
    return grids, [], notices


def _sheet(table: ElementTree.Element, most_cells: int) -> _Sheet:
    """Read one sheet; repeated empty rows and cells are kept only between values."""
    sheet = _Sheet()
    pending, cells = 0, 0
    for row in table.iter(f"{TABLE}table-row"):
        again = _count(row, "number-rows-repeated")
        number = len(sheet.rows) + pending
        values = list(_row(row, number, sheet, most_cells))
        if not values:
            pending += again
            continue
        cells += (pending + again) * len(values)
        if cells > most_cells:
            raise Refused("too_wide", {"limit": most_cells, "where": str(number + again)})
        sheet.rows.extend([] for _ in range(pending))
        sheet.rows.extend(list(values) for _ in range(again))
        sheet.repeat(number, again)
        if row.get(f"{TABLE}visibility") in UNSEEN:
            sheet.hidden_rows.update(range(number, number + again))
        pending = 0
    width, column = max(map(len, sheet.rows), default=0), 0
    for each in table.iter(f"{TABLE}table-column"):
        again = min(_count(each, "number-columns-repeated"), max(width - column, 0))
        if each.get(f"{TABLE}visibility") in UNSEEN:
            sheet.hidden_columns.update(range(column, column + again))
        column += again
    return sheet


def _count(element: ElementTree.Element, name: str) -> int:
    """Return how often a row or cell is repeated."""
    text = element.get(f"{TABLE}{name}", "1")
    return max(int(text), 1) if text.isdecimal() else 1


def _row(row: ElementTree.Element, number: int, sheet: _Sheet, most_cells: int) -> Iterator[Value]:
    """Give the values of a row up to the last that is not empty."""
    empty, position = 0, 0
    for cell in row:
        if cell.tag not in CELLS:
            continue
        again = _count(cell, "number-columns-repeated")
        value = _value(cell, (number, position), sheet)
        if value == "" and (number, position) not in sheet.broken:
            empty += again
        else:
            if (empty + again) > most_cells:
                raise Refused("too_wide", {"limit": most_cells, "where": str(position + again)})
            yield from [""] * empty
            yield from [value] * again
            empty = 0
            sheet.spread((number, position), again)
        _merge(cell, (number, position), sheet)
        position += again


def _merge(cell: ElementTree.Element, place: Cell, sheet: _Sheet) -> None:
    """Remember merged cells."""
    down, across = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
    if down > 1 or across > 1:
        sheet.merged.append((place, (place[0] + down - 1, place[1] + across - 1)))


def _value(cell: ElementTree.Element, place: Cell, sheet: _Sheet) -> Value:
    """Return the value of a cell, and remember what is odd about it."""
    kind = cell.get(f"{OFFICE}value-type", "")
    formula = cell.get(f"{TABLE}formula", "")
    lines = [line for line in cell if line.tag == f"{TEXT}p"]
    shown = "\n".join(map(_text, lines))
    if formula:
        sheet.formulas += 1
        sheet.linked += "'file:" in formula
    if cell.get(f"{CALC}value-type") == "error" or (formula and shown.startswith(("#", "Err:"))):
        sheet.broken[place] = shown or "#ERROR"
        return ""
    if formula and not kind:
        sheet.broken[place] = "formula"
        return ""
    if kind == "percentage":
        sheet.percent.add(place)
    value = _typed(cell, kind, shown)
    if lines and isinstance(value, Decimal) and value.is_finite():
        seen = formats.seen(shown, value, kind == "percentage")
        if not seen.same or seen.unit:
            sheet.shown[place] = shown
    return value


def _text(element: ElementTree.Element) -> str:
    """Return the text of a paragraph with its blanks, tabulators and line breaks."""
    inside = BLANKS.get(element.tag, "") * _blanks(element)
    if element.tag != f"{TEXT}ruby-text":
        inside += (element.text or "") + "".join(_text(each) + (each.tail or "") for each in element)
    return inside


def _blanks(element: ElementTree.Element) -> int:
    """Return how many blanks an element stands for; a long row of them is as good as a longer one."""
    count = element.get(f"{TEXT}c", "1")
    return min(int(count), MOST_BLANKS) if count.isdecimal() and len(count) < 9 else 1


def _typed(cell: ElementTree.Element, kind: str, shown: str) -> Value:
    """Return a value by its type."""
    if kind in ("float", "percentage", "currency"):
        try:
            return Decimal(cell.get(f"{OFFICE}value", ""))
        except InvalidOperation:
            return shown
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") == "true"
    if kind == "date":
        try:
            return datetime.date.fromisoformat(cell.get(f"{OFFICE}date-value", "")[:10])
        except ValueError:
            return shown
    return shown
