"""Cells that show something else than they hold: another number, another unit, or nothing."""

from __future__ import annotations

from decimal import Decimal

from edubalance.intake.workbook import cells, formats, words
from edubalance.intake.workbook.columns import Assigned
from edubalance.intake.workbook.grid import Cell, Grid, Value, shown
from edubalance.intake.workbook.messages import SheetFault, at_cell


def fault(grid: Grid, cell: Cell, each: Assigned) -> SheetFault | None:
    """
    Return the fault of a cell that shows something else than it holds.

    Parameters
    ----------
    grid : Grid
        The sheet.
    cell : Cell
        Counted from 0.
    each : Assigned
        Its column.

    Returns
    -------
    SheetFault or None
        It says what is shown and what is held; None where the two are the same, rounded at most.
    """
    text, value = grid.shown.get(cell), grid.at(*cell)
    if text is None or value == "" or _is_same(text, value, each, percent=cell in grid.percent):
        return None
    key = "format_differs" if text.strip() else "format_hides"
    return at_cell(grid.place(*cell), key, value, each.column, shown=text.strip(), held=shown(value))


def _is_same(text: str, value: Value, each: Assigned, *, percent: bool) -> bool:
    """Tell whether what is shown is what is held, in the unit of the column."""
    if isinstance(value, str):
        return words.half_width(text) == words.half_width(value)
    if isinstance(value, bool) or not isinstance(value, float | int | Decimal):
        return True
    if not each.column.is_number:
        return text.strip().replace(",", "") == shown(value)
    found = formats.seen(text, value, percent)
    return found.same and (not found.unit or cells.ratio(found.unit, each.column) == each.factor)


def says_percent(grid: Grid, cell: Cell) -> bool:
    """Tell whether a number is shown with a sign of percent that does not change it."""
    return cell not in grid.percent and grid.shown.get(cell, "").strip().endswith(("%", "％"))
