"""Where a table stands in a sheet: lines above it, a header of one to four rows, the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from edubalance import codebook
from edubalance.intake.workbook import headers, units, words
from edubalance.intake.workbook.grid import Grid, Range, Value, shown

# A header begins in the first rows and has up to four of its own, blank ones not counted.
SEARCHED_ROWS, HEADER_ROWS = 40, 4
# Blank rows inside a header; more of them part two things.
MOST_BLANK = 3
NUMBER_OR_CODE = re.compile(r"[A-Za-z]{0,8}[-+]?[0-9][0-9,.-]*[%％]?")
# What follows a level in the heading of a block of rows.
LEVEL_HEADING = re.compile(r"(部分|学校)$")
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

    Notes
    -----
    No header begins or ends inside a merged cell. The header that was found grows upwards over every row with a cell
    that is no line about the whole table, and downwards over rows of text without a key: no word above a column is
    dropped.

    Examples
    --------
    >>> rows = [["2021年小学"], ["学校代码", "学生", ""], ["", "在校生数", "班级数"], ["P-01", 400.0, 10.0]]
    >>> found = find(Grid("a.xlsx", "小学", rows))
    >>> found.first, found.last, found.paths
    (1, 2, (('学校代码',), ('学生', '在校生数'), ('学生', '班级数')))
    """
    filled = _Filled(grid)
    best = _best(grid, filled)
    return _grown(grid, filled, best) if best else None


def _best(grid: Grid, filled: _Filled, *, through_merged: bool = False) -> Layout | None:
    """Return the header with the most columns that are known, not yet grown."""
    own = {column.name for table in codebook.tables() for column in table.columns}
    best: tuple[float, Layout] | None = None
    for first in range(min(SEARCHED_ROWS, len(grid.rows))):
        if best and first > best[1].last + HEADER_ROWS:
            break
        if not filled.names(first) or (first in filled.cut and not through_merged):
            continue
        # A row of nothing but the columns' own names is the whole header: `county` below it is a founder.
        alone = own.issuperset(str(value) for value in grid.rows[first])
        for last in filled.ends(first, 1 if alone else HEADER_ROWS):
            if last + 1 in filled.cut and not through_merged:
                continue
            paths = filled.paths(first, last)
            view, count = _view(paths, grid.sheet)
            score = count - 0.1 * (last - first)
            if count >= FEWEST_COLUMNS and (best is None or score > best[0]):
                best = (score, Layout(view, first, last, paths, ()))
    return best[1] if best else None


def in_the_way(grid: Grid) -> Range | None:
    """
    Return the merged cells that every header of a sheet would cut through.

    Parameters
    ----------
    grid : Grid
        A sheet in which `find` finds nothing.

    Returns
    -------
    Range or None
        The first of them; None where there would be no header either.
    """
    found = _best(grid, _Filled(grid), through_merged=True)
    rows = (found.first, found.last + 1) if found else ()
    return next((each for each in grid.merged for row in rows if each[0][0] < row <= each[1][0]), None)


def _grown(grid: Grid, filled: _Filled, found: Layout) -> Layout:
    """Let a header grow over the groups above it and the names below it."""
    first, last = found.first, found.last
    while (row := filled.before(first)) is not None and (first in filled.cut or filled.groups(row, first, last)):
        first = row
    while (row := filled.after(last)) is not None and (last + 1 in filled.cut or _names_more(grid, found, row)):
        last = row
    return Layout(found.view, first, last, filled.paths(first, last), _above(grid, first))


def _names_more(grid: Grid, found: Layout, row: int) -> bool:
    """Tell whether a row below a header goes on with it: text only, none of it below a key and some below a name."""
    cells = {column: value for column, value in enumerate(grid.rows[row]) if value != ""}
    if not all(isinstance(value, str) and not _is_value(value) for value in cells.values()):
        return False
    if len(cells) == 1 and any(headers.level_in(LEVEL_HEADING.sub("", str(value))) for value in cells.values()):
        return False
    paths = [found.paths[column] for column in cells]
    keys = headers.VIEWS_KEYS[found.view]
    matches = [headers.sure(path, found.view) if path else None for path in paths]
    return any(paths) and not any(match and (match.column in keys or match.how == "ignored") for match in matches)


def _is_value(text: str) -> bool:
    """Tell whether a text is what stands in rows of data: a number, a code, a unit or a mark of a missing value."""
    mark = words.mark(text) in words.among("missing")
    return mark or NUMBER_OR_CODE.fullmatch(words.narrow(text)) is not None or units.named(text) is not None


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


# What says that a text is about a table as a whole: a line of labels, a number, a title.
LINE = re.compile(
    r"[:：]|^(?:附?表|附件)\s*[0-9一二三四五六七八九十]|(?:表|名册|情况|统计|汇总|一览|名单|数据)(?:[(（].*[)）])?$"
)


class _Filled:
    """The first rows of a sheet with merged cells filled, as text for headers."""

    def __init__(self, grid: Grid) -> None:
        self.width = grid.width
        end = min(SEARCHED_ROWS + 3 * HEADER_ROWS, len(grid.rows))
        self.text = [[_text(grid.at(row, column)) for column in range(self.width)] for row in range(end)]
        self.own = [[column for column, text in enumerate(row) if text] for row in self.text]
        self.joined: dict[tuple[int, int], tuple[int, int]] = {}
        # Rows above which a merged cell would be cut.
        self.cut: set[int] = set()
        for (top, left), (bottom, right) in grid.merged:
            bottom, right = min(bottom, end - 1), min(right, self.width - 1)
            if top < end and left < self.width and self.text[top][left]:
                self.cut.update(range(top + 1, bottom + 1))
            for row, column in _cells(top, left, bottom, right):
                self.joined[row, column] = (top, left)
                self.text[row][column] = self.text[top][left]

    def names(self, row: int) -> bool:
        """Tell whether a row has cells of its own."""
        return bool(self.own[row])

    def ends(self, first: int, depth: int) -> Iterator[int]:
        """Give the rows at which a header may end: so many rows, blank ones between them not counted."""
        named = blank = 0
        for row in range(first, len(self.text)):
            named, blank = named + self.names(row), 0 if self.names(row) else blank + 1
            if named > depth or blank > MOST_BLANK:
                return
            yield row

    def before(self, row: int) -> int | None:
        """Return the next row above with cells of its own."""
        return next((each for each in range(row - 1, max(row - 2 - MOST_BLANK, -1), -1) if self.names(each)), None)

    def after(self, row: int) -> int | None:
        """Return the next row below with cells of its own, or into which a merged cell reaches."""
        below = range(row + 1, min(row + 2 + MOST_BLANK, len(self.text)))
        return next((each for each in below if self.names(each) or each in self.cut), None)

    def groups(self, row: int, first: int, last: int) -> bool:
        """Tell whether a row above a header has a cell that is no line about the whole table."""
        header = self.text[first : last + 1]
        named = [column for column in range(self.width) if any(line[column] for line in header)]
        own = self.own[row]
        covered = {column for column in named if self.text[row][column]}
        if len(own) == 1 and (covered >= set(named) or (own[0] <= named[0] and covered <= {named[0]})):
            return False
        return any(not _is_line(self.text[row][column]) for column in own)

    def paths(self, first: int, last: int) -> tuple[Path, ...]:
        """Return the header of each column, were these rows the header."""
        rows = [list(row) for row in self.text[first : last + 1]]
        for number in range(len(rows) - 1):
            self._carry(rows, number, first)
        return tuple(_path(column) for column in zip(*rows, strict=True))

    def _carry(self, rows: list[list[str]], number: int, first: int) -> None:
        """Carry the name of a group that is not merged to the right, over blank cells with names below them."""
        group, start = "", 0
        for column in range(self.width):
            below = any(row[column] for row in rows[number + 1 :])
            inside = all(row[column] == row[start] for row in rows[:number])
            if rows[number][column]:
                merged = (first + number, column) in self.joined
                group, start = (rows[number][column] if below and not merged else ""), column
            elif group and below and inside and (first + number, column) not in self.joined:
                rows[number][column] = group
            else:
                group = ""


def _path(column: tuple[str, ...]) -> Path:
    """Return the cells of a header from top to bottom, blank ones left out and equal ones below each other once."""
    named = [part for part in column if part]
    return tuple(part for number, part in enumerate(named) if number == 0 or part != named[number - 1])


def _is_line(text: str) -> bool:
    """Tell whether a text says something of a table as a whole, and not of single columns."""
    plain = words.half_width(text)
    return bool(LINE.search(plain)) or plain.replace(".", "").isdigit() or headers.year_in(plain) != ""


def _cells(top: int, left: int, bottom: int, right: int) -> Iterator[tuple[int, int]]:
    """Count the cells of a range."""
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column


def _text(value: Value) -> str:
    """Return a header cell as text."""
    return value.strip() if isinstance(value, str) else shown(value)
