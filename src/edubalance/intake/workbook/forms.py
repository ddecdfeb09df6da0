"""A form, one a school: labels with their values to the right, laid out as a table of one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from edubalance.intake.workbook import headers, rows, units, words
from edubalance.intake.workbook.grid import Cell, Grid, Value
from edubalance.intake.workbook.layout import Layout, Path

VIEW = "schools"
# With fewer labels a sheet is no form.
FEWEST_LABELS = 5
SEARCHED_ROWS, SEARCHED_COLUMNS = 200, 30


def as_table(grid: Grid) -> tuple[Grid, Layout] | None:
    """
    Lay a form out as a table of one row.

    Parameters
    ----------
    grid : Grid
        The sheet.

    Returns
    -------
    tuple of Grid and Layout, or None
        The table, whose cells know where they stand in the sheet; None where the sheet is no form.

    Notes
    -----
    A label is a cell that surely names a column of schools or sections, or any text that stands in a column of the
    sheet with such labels. Its values are the cells to its right up to the next label. Two values are parted by the
    levels above them (小学, 初中); text behind a number is its unit.

    Examples
    --------
    >>> cells = [["学校代码", "P-01", "年份", 2023.0], ["办学类型", "小学", "在校生数", 400.0, "人"], ["图书", 4000.0]]
    >>> table, layout = as_table(Grid("a.xlsx", "P-01", [row + [""] * (5 - len(row)) for row in cells]))
    >>> layout.paths
    (('学校代码',), ('年份',), ('办学类型',), ('在校生数(人)',), ('图书',))
    >>> table.rows[2], table.place(2, 3).address
    (['P-01', 2023.0, '小学', 400.0, 4000.0], 'D2')
    """
    labels = _labels(grid)
    known = [cell for cell, sure in labels.items() if sure]
    if len(known) < FEWEST_LABELS or len({row for row, _ in known}) < FEWEST_LABELS // 2:
        return None
    levels: dict[int, str] = {}
    heading: Path = ()
    fields: list[tuple[Path, Cell]] = []
    for number in range(min(len(grid.rows), SEARCHED_ROWS)):
        columns = sorted(column for row, column in labels if row == number)
        if not columns or not any(labels[number, column] for column in columns):
            levels |= _levels(grid, number)
            heading = _qualified(grid, number, heading)
        for place, column in enumerate(columns):
            end = columns[place + 1] if place + 1 < len(columns) else grid.width
            found = _values(grid, (number, column), end, levels)
            group = heading or _group_before(grid, (number, column), labels)
            fields += [((*group, *path), cell) for path, cell in found]
    above = tuple(value for row in grid.rows[: min(known)[0]] for value in row if isinstance(value, str) and value)
    return _laid_out(grid, fields, above)


def _labels(grid: Grid) -> dict[Cell, bool]:
    """Return the cells that are labels, and whether each is surely known."""
    texts: dict[Cell, str] = {
        (row, column): value
        for row, cells in enumerate(grid.rows[:SEARCHED_ROWS])
        for column, value in enumerate(cells[:SEARCHED_COLUMNS])
        if isinstance(value, str) and value.strip()
    }
    sure = {cell for cell, text in texts.items() if headers.sure((text,), VIEW)}
    often = {column for column, count in Counter(column for _, column in sure).items() if count > 1}
    first = min((row for row, _ in sure), default=0)
    others = {cell for cell, text in texts.items() if cell[1] in often and cell[0] >= first and not _plain(grid, cell)}
    return {cell: cell in sure for cell in sorted(sure | others)}


def _plain(grid: Grid, cell: Cell) -> bool:
    """Tell whether text in a column of labels is none: a level, a unit, a note, or text without anything beside it."""
    row, column = cell
    text = str(grid.at(row, column))
    beside = [value for value in grid.rows[row][column + 1 :] if value != ""]
    note = rows.is_note([text])
    return bool(note or not beside or headers.level_in(text) or units.named(text) or words.normal(text) in HEADINGS)


HEADINGS = frozenset(("项目", "指标", "内容", "item", "items"))


def _levels(grid: Grid, row: int) -> dict[int, str]:
    """Return the levels that a row without labels names, by column."""
    return {
        column: level
        for column, value in enumerate(grid.rows[row])
        if isinstance(value, str) and (level := headers.level_in(value))
    }


def _values(grid: Grid, label: Cell, end: int, levels: dict[int, str]) -> list[tuple[Path, Cell]]:
    """Return the values of a label, each with its header."""
    row, column = label
    text = str(grid.at(row, column))
    filled = [(row, place) for place in range(column + 1, end) if grid.at(row, place) != ""]
    unit = ""
    if len(filled) > 1 and _is_unit(grid.at(*filled[-1])):
        unit = f"({grid.at(*filled.pop())})"
    if len(filled) <= 1 and (not filled or filled[0][1] not in levels):
        return [((text + unit,), cell) for cell in filled]
    return [((*((levels[cell[1]],) if cell[1] in levels else ()), text + unit), cell) for cell in filled]


def _qualified(grid: Grid, row: int, before: Path) -> Path:
    """Return the heading that changes what the labels below it mean; another heading ends it."""
    texts = [value for value in grid.rows[row] if value != ""]
    if len(texts) != 1 or not isinstance(texts[0], str):
        return before
    plain = words.normal(texts[0])
    return (texts[0],) if any(word in plain for word in words.among("qualifies_all")) else ()


def _group_before(grid: Grid, label: Cell, labels: Mapping[Cell, bool]) -> Path:
    """Return the text to the left of a label that stands beside it, merged over its row or not; it is a group."""
    row, column = label
    if column == 0 or any((row, place) in labels for place in range(column)):
        return ()
    own = [grid.at(row, place) for place in range(column)]
    over = [
        grid.at(top, left) for (top, left), (bottom, right) in grid.merged if top <= row <= bottom and right < column
    ]
    named = [value for value in (*over, *own) if isinstance(value, str) and value.strip()]
    known = words.among("neutral") | words.among("ignored")
    return tuple(value for value in dict.fromkeys(named) if words.normal(value) not in known and _says(value))


def _says(text: str) -> bool:
    """Tell whether a text to the left of a label says more than a number of its row, or a level."""
    return not any(map(str.isdigit, text)) and not headers.level_in(text)


def _is_unit(value: Value) -> bool:
    """Tell whether a cell is a unit."""
    return isinstance(value, str) and units.named(value) is not None


def _laid_out(grid: Grid, fields: list[tuple[Path, Cell]], above: tuple[str, ...]) -> tuple[Grid, Layout]:
    """Make the table: two rows of headers, one of values."""
    numbers = {cell: number for number, (_, cell) in enumerate(fields)}
    origin = {(row, number): cell for number, (_, cell) in enumerate(fields) for row in range(3)}
    tops: list[Value] = [" / ".join(path[:-1]) for path, _ in fields]
    leaves: list[Value] = [path[-1] for path, _ in fields]
    table = replace(
        grid,
        rows=[tops, leaves, [grid.at(*cell) for _, cell in fields]],
        merged=(),
        percent=frozenset((2, numbers[cell]) for cell in grid.percent if cell in numbers),
        broken={(2, numbers[cell]): found for cell, found in grid.broken.items() if cell in numbers},
        shown={(2, numbers[cell]): text for cell, text in grid.shown.items() if cell in numbers},
        hidden=(frozenset(), frozenset()),
        origin=origin,
    )
    return table, Layout(VIEW, 0, 1, tuple(path for path, _ in fields), above)
