"""Where a table stands in a sheet: lines above it, a header of one to three rows, the body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from edubalance import codebook
from edubalance.intake.workbook import headers, words
from edubalance.intake.workbook.grid import Grid, Value, shown

# A header begins in the first rows and has up to three of its own.
SEARCHED_ROWS, HEADER_ROWS = 40, 3
# Fewer columns that are surely known are no header.
FEWEST_COLUMNS = 3
# The template's names stand in its third row; the column before them holds running numbers.
TEMPLATE_ROWS, UNNUMBERED = 5, "序号"

Path = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """
    Where the table of a sheet stands; rows are counted from 0.

    Attributes
    ----------
    view : str
        Which tables the sheet is about: one of `headers.VIEWS`.
    first, last : int
        First and last row of the header.
    paths : tuple of Path
        The header of each column from top to bottom, its cells without repetition.
    above : tuple of str
        Text above the header.
    """

    view: str
    first: int
    last: int
    paths: tuple[Path, ...]
    above: tuple[str, ...]


def find(grid: Grid) -> Layout | None:
    """
    Find the table of a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.

    Returns
    -------
    Layout or None
        The header with the most columns that are known, the shortest and highest of them; None where there is none.

    Examples
    --------
    >>> rows = [["2021年小学"], ["学校代码", "学生", ""], ["", "在校生数", "班级数"], ["P-01", 400.0, 10.0]]
    >>> found = find(Grid("a.xlsx", "小学", rows))
    >>> found.first, found.last, found.paths
    (1, 2, (('学校代码',), ('学生', '在校生数'), ('学生', '班级数')))
    """
    filled = _Filled(grid)
    own = {column.name for table in codebook.tables() for column in table.columns}
    best: tuple[float, Layout] | None = None
    for first in range(min(SEARCHED_ROWS, len(grid.rows))):
        if best and first > best[1].last + HEADER_ROWS:
            break
        if sum(1 for value in grid.rows[first] if value != "") == 0:
            continue
        # A row of nothing but the columns' own names is the whole header: `county` below it is a founder.
        depth = 1 if own.issuperset(str(value) for value in grid.rows[first]) else HEADER_ROWS
        for last in range(first, min(first + depth, len(grid.rows))):
            paths = filled.paths(first, last)
            view, count = _view(paths, grid.sheet)
            score = count - 0.1 * (last - first)
            if count >= FEWEST_COLUMNS and (best is None or score > best[0]):
                best = (score, Layout(view, first, last, paths, _above(grid, first)))
    return best[1] if best else None


def of_template(grid: Grid) -> Layout | None:
    """
    Find the table of a sheet of the project's own template: one of its first rows holds the names of a table's columns.

    Parameters
    ----------
    grid : Grid
        The sheet.

    Returns
    -------
    Layout or None
        The row with the names is the whole header: nothing is left to be guessed. None for any other sheet.

    Examples
    --------
    >>> rows = [["出生人口表"], ["序号", "县", "年份"], ["", "county", "year", "township", "births"]]
    >>> of_template(Grid("a.xlsx", "出生", rows)).view
    'births'
    """
    tables = {table.names: table.name for table in codebook.tables()}
    for number, row in enumerate(grid.rows[:TEMPLATE_ROWS]):
        name = tables.get(tuple(str(value) for value in row if value != ""))
        if name is not None:
            view = next(view for view, members in headers.VIEWS.items() if name in members)
            paths = tuple((str(value) or UNNUMBERED,) for value in row)
            return Layout(view, number, number, paths, ())
    return None


def _above(grid: Grid, first: int) -> tuple[str, ...]:
    """Return the text above a header."""
    return tuple(value for row in grid.rows[:first] for value in row if isinstance(value, str) and value.strip())


def _view(paths: tuple[Path, ...], sheet: str) -> tuple[str, float]:
    """Return the view of which most columns are surely known, and how many; the sheet's name parts equals."""
    named = subject(sheet)
    counts: dict[str, float] = {}
    for view in headers.VIEWS:
        matches = [match for path in paths if path and (match := headers.sure(path, view)) and match.column]
        # A title that is merged over many columns is one name, not many.
        names = {(match.column, match.context.level, match.context.year) for match in matches}
        own = any(name not in headers.VIEWS_KEYS[view] for name, _, _ in names)
        # Years alone are values of the county only beside the names of its variables.
        own = own and (view != "county" or any(name == "variable" for name, _, _ in names))
        counts[view] = len(names) if own else 0
    best = max(counts, key=lambda view: (counts[view], view == named))
    return best, counts[best]


def subject(sheet: str) -> str:
    """
    Return the view that a sheet's name stands for, empty where it says nothing.

    Parameters
    ----------
    sheet : str
        Name of the sheet.

    Returns
    -------
    str
        One of `headers.VIEWS`, or empty.

    Examples
    --------
    >>> subject("2021年经费表"), subject("Sheet1")
    ('finance', '')
    """
    name = words.normal(sheet)
    for view, marks in words.load()["subject_of_sheet"].items():
        if any(words.normal(mark) in name for mark in marks):
            return str(view)
    return ""


class _Filled:
    """The first rows of a sheet with merged cells filled, as text for headers."""

    def __init__(self, grid: Grid) -> None:
        self.width = grid.width
        end = min(SEARCHED_ROWS + HEADER_ROWS, len(grid.rows))
        self.text = [[_text(grid.at(row, column)) for column in range(self.width)] for row in range(end)]
        self.joined: set[tuple[int, int]] = set()
        for (top, left), (bottom, right) in grid.merged:
            for row, column in _cells(top, left, min(bottom, end - 1), min(right, self.width - 1)):
                self.joined.add((row, column))
                self.text[row][column] = self.text[top][left]

    def paths(self, first: int, last: int) -> tuple[Path, ...]:
        """Return the header of each column, were these rows the header."""
        rows = [list(row) for row in self.text[first : last + 1]]
        for number in range(len(rows) - 1):
            self._carry(rows, number, first)
        return tuple(
            tuple(part for number, part in enumerate(column) if part and (number == 0 or part != column[number - 1]))
            for column in zip(*rows, strict=True)
        )

    def _carry(self, rows: list[list[str]], number: int, first: int) -> None:
        """Carry the name of a group to the right over blank cells that have names below them."""
        group = ""
        for column in range(self.width):
            below = any(row[column] for row in rows[number + 1 :])
            if rows[number][column]:
                group = rows[number][column] if below else ""
            elif group and below and (first + number, column) not in self.joined:
                rows[number][column] = group
            else:
                group = ""


def _cells(top: int, left: int, bottom: int, right: int) -> Iterator[tuple[int, int]]:
    """Count the cells of a range."""
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column


def _text(value: Value) -> str:
    """Return a header cell as text."""
    return value.strip() if isinstance(value, str) else shown(value)
