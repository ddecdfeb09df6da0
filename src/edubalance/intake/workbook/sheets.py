"""One sheet read: a table or a form becomes parts of tables, with everything that is to be said of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from edubalance import codebook
from edubalance.intake.workbook import columns, emission, forms, headers, layout, mapping, rows, totals, words
from edubalance.intake.workbook.columns import Assigned, Settings
from edubalance.intake.workbook.grid import Grid, Range, Value, letters, shown
from edubalance.intake.workbook.layout import Layout
from edubalance.intake.workbook.messages import Notice, SheetFault
from edubalance.intake.workbook.parts import SheetReading, read_columns
from edubalance.messages import Fact

YEAR_SAID = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})(?:\s*[-—–~～至/]\s*(?:(?:19|20)?[0-9]{2}))?"
    r"\s*(?:年(?!.{0,2}春|\s*(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})\s*月)|学年|年度)"
)
# When a sheet was filled in says nothing of the year of its data.
WHEN_FILLED = re.compile(
    r"(?:填报|填表|制表|编制|报出|上报|报送|打印|reported on|prepared on|date)(?:日期|时间)?\s*:?\s*(?:19|20)[0-9]{2}",
    re.IGNORECASE,
)

# Labels of a form stand in many rows: a header that knows half as many columns is no table.
FORM_FACTOR = 2


def read_sheet(grid: Grid, settings: Settings) -> SheetReading:
    """
    Read one sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    settings : Settings
        What was confirmed.

    Returns
    -------
    SheetReading
        Parts of tables, and everything that is to be said.
    """
    found = SheetReading()
    if not any(value != "" for row in grid.rows for value in row):
        return found
    if words.normal(grid.sheet) in words.among("template_sheets"):
        found.notices.append(Notice(grid.place(), "skipped_sheet", {"why": shown(grid.sheet)}))
        return found
    own = layout.of_template(grid)
    if own:
        if any(value != "" for row in grid.rows[own.last + 2 :] for value in row[1:]):
            _read_table(grid, own, settings, found)
        else:  # The template has a sheet for every table; a county need not have them all.
            found.notices.append(Notice(grid.place(), "skipped_sheet", {"why": shown(grid.sheet)}))
        return found
    table = layout.find(grid)
    form = None if table and _in_own_names(table) else forms.as_table(grid)
    if form and (table is None or _known(form[1]) >= FORM_FACTOR * _known(table)):
        _read_table(*form, settings, found)
    elif table:
        _read_table(grid, table, settings, found)
    else:
        _say_no_table(grid, found)
    _say_formulas(grid, found)
    _say_hidden(grid, found)
    return found


def _in_own_names(table: Layout) -> bool:
    """Tell whether a header is nothing but names of the codebook's columns: codes below it are no labels of a form."""
    own = {column.name for each in codebook.tables() for column in each.columns}
    return all(len(path) == 1 and path[0] in own for path in table.paths)


def _known(table: Layout) -> int:
    """Count the columns of a table that are surely known."""
    return sum(1 for path in table.paths if path and headers.sure(path, table.view))


def _say_no_table(grid: Grid, found: SheetReading) -> None:
    """Leave a sheet of text out; refuse one with numbers, for they may be a table whose headers are not known."""
    name = words.normal(grid.sheet)
    numbers = sum(1 for row in grid.rows for value in row if isinstance(value, int | float))
    cover = any(words.normal(mark) in name for mark in words.load()["cover_sheets"]) if name else False
    if cover or (not numbers and grid.sheet and len(grid.rows) < layout.SEARCHED_ROWS):
        found.notices.append(Notice(grid.place(), "skipped_sheet", {"why": shown(grid.sheet)}))
    elif merged := layout.in_the_way(grid):
        (top, left), (bottom, right) = merged
        span = f"{grid.place(top, left).address}:{grid.place(bottom, right).address}"
        text = shown(grid.at(top, left))
        found.faults.append(SheetFault(grid.place(top, left), "header_merged", text, {"range": span}))
    else:
        found.faults.append(SheetFault(grid.place(), "no_table"))


def _say_formulas(grid: Grid, found: SheetReading) -> None:
    """Say how many values come from formulas, and from other workbooks."""
    for count, key in ((grid.formulas, "formulas"), (grid.linked, "linked")):
        if count and found.parts:
            found.notices.append(Notice(grid.place(), key, {"count": count}))


def _say_hidden(grid: Grid, found: SheetReading) -> None:
    """Say which rows and columns with values are hidden, and that noughts are."""
    if not found.parts:
        return
    rows_hidden = [
        row for row in sorted(grid.hidden[0]) if row < len(grid.rows) and any(v != "" for v in grid.rows[row])
    ]
    hidden = [
        column for column in sorted(grid.hidden[1]) if any(grid.at(row, column) != "" for row in range(len(grid.rows)))
    ]
    if rows_hidden or hidden:
        spans = ", ".join(spans_of(rows_hidden, lambda row: str(row + 1)))
        letters_of = ", ".join(spans_of(hidden, lambda column: letters(column + 1)))
        facts: dict[str, Fact] = {"rows": spans or "–", "columns": letters_of or "–"}
        found.notices.append(Notice(grid.place(), "hidden_cells", facts))
    noughts = sum(1 for row in grid.rows for value in row if value == 0 and not isinstance(value, bool))
    if noughts and not grid.noughts:
        found.notices.append(Notice(grid.place(), "hidden_noughts", {"count": noughts}))


def spans_of(numbers: Sequence[int], named: Callable[[int], str]) -> list[str]:
    """
    Write rising numbers as spans.

    Parameters
    ----------
    numbers : sequence of int
        Each greater than the one before.
    named : callable
        Gives the name of a number.

    Returns
    -------
    list of str
        One name a span, or two parted by a dash.

    Examples
    --------
    >>> spans_of([2, 3, 4, 8], str)
    ['2–4', '8']
    """
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return [named(span[0]) if len(span) == 1 else f"{named(span[0])}–{named(span[-1])}" for span in spans]


def said_once(grid: Grid, above: Iterable[str], settings: Settings) -> dict[str, str]:
    """
    Return what the name and the title of a sheet say of all its rows.

    Parameters
    ----------
    grid : Grid
        The sheet.
    above : iterable of str
        Text above its table.
    settings : Settings
        What the user said for all sheets.

    Returns
    -------
    dict of str to str
        ``county``, ``year`` and ``level``, where they are said; years that contradict each other parted by a stroke.

    Notes
    -----
    A date names no year of data: a school year is not the year in which a date falls. What the user said for all
    sheets holds only where a sheet says nothing.
    """
    above = list(above)
    said = dict(settings.constants)
    for text in (grid.sheet, "\n".join(above), grid.file):
        years = _years(text)
        if years:
            said["year"] = "/".join(years)
            break
    # The sheet and the title of a form bear the name of a school, which says nothing sure of its levels.
    level = "" if grid.origin else _level(grid.sheet) or _level(" ".join(above))
    if level:
        said["level"] = level
    return said


def _years(text: str) -> list[str]:
    """Return the years of data that lines of text name."""
    plain = WHEN_FILLED.sub("", words.half_width(text))
    alone = {year for line in plain.split("\n") if (year := headers.year_in(line))}
    return sorted({match.group(1) for match in YEAR_SAID.finditer(plain)} | alone)


def _level(text: str) -> str:
    """Return the one level that a name or title speaks of."""
    named = {"primary": ("小学", "primary"), "junior": ("初中", "初级中学", "junior")}
    plain = words.normal(text)
    spoken = [level for level, names in named.items() if any(name in plain for name in names)]
    return spoken[0] if len(spoken) == 1 else ""


def _read_table(grid: Grid, table: Layout, settings: Settings, found: SheetReading) -> None:
    """Read a sheet that holds a table."""
    resolution = columns.resolve(grid, table, settings)
    found.faults += resolution.faults
    found.notices += resolution.notices
    found.questions += resolution.questions
    found.faults += _of_the_title(grid, table, resolution.assigned, settings)
    grid, refused = _unmerged(grid, table, resolution.assigned)
    found.faults += refused
    body = rows.classify(grid, table, resolution.assigned)
    for row in body.odd:
        found.faults.append(SheetFault(grid.place(row), "odd_row", _first(grid.rows[row])))
    if not body.data:
        found.faults.append(SheetFault(grid.place(table.last), "no_rows"))
        return
    outcome = read_columns(grid, body.data, resolution.assigned, settings)
    held = totals.reconcile(grid, body, resolution.assigned, outcome.texts)
    found.faults += [*outcome.faults, *held.faults]
    found.questions += outcome.questions
    found.notices += [*outcome.notices, *held.notices]
    counts = {"missing": outcome.missing, "totals": held.agreeing, "notes": len(body.notes)}
    found.notices += [Notice(grid.place(), key, {"count": count}) for key, count in counts.items() if count]
    said = said_once(grid, table.above, settings)
    if not any(each.column.name == "year" or each.context.year for each in resolution.assigned.values()):
        _say_year(grid, said.get("year", ""), settings.constants.get("year", ""), found)
    emission.emit(grid, table.view, resolution.assigned, body, outcome.texts, said, found)


def _of_the_title(grid: Grid, table: Layout, assigned: Mapping[int, Assigned], settings: Settings) -> list[SheetFault]:
    """Refuse a title with a word that changes what numbers mean, unless the user said what the columns are."""
    texts = (grid.sheet or PurePath(grid.file).stem, *table.above)
    told = {word: text for text in texts for word in words.among("qualifies_all") if word in words.normal(text)}
    numbers = [each for each in assigned.values() if rows.is_number(each)]
    plain = [each.path[-1] for each in numbers if mapping.key(each.path) not in settings.mapping.headers]
    if not plain:
        return []
    facts: dict[str, Fact] = {"columns": ", ".join(plain[:3]) + (" …" if len(plain) > 3 else "")}
    return [SheetFault(grid.place(), "title_qualifies", text, facts | {"word": word}) for word, text in told.items()]


def _say_year(grid: Grid, said: str, given: str, found: SheetReading) -> None:
    """Refuse a sheet that says two years; tell where it says another than the user gave for all."""
    if "/" in said:
        found.faults.append(SheetFault(grid.place(), "year_twice", "", {"years": said}))
    elif given not in ("", said):
        found.notices.append(Notice(grid.place(), "other_year", {"year": said, "given": given}))


def _first(row: Sequence[Value]) -> str:
    """Return the first cell of a row that is not empty."""
    return next((shown(value) for value in row if value != ""), "")


def _unmerged(grid: Grid, table: Layout, assigned: Mapping[int, Assigned]) -> tuple[Grid, list[SheetFault]]:
    """Fill merged cells of text downwards, and numbers of a whole school over its rows; refuse other merged numbers."""
    faults: list[SheetFault] = []
    below = [each for each in grid.merged if table.last < each[0][0] < len(grid.rows) and grid.at(*each[0]) != ""]
    if not below:
        return grid, faults
    filled = replace(grid, rows=[list(row) for row in grid.rows])
    percent = set(grid.percent)
    # Text first: whether numbers are merged over one school is seen by its code.
    for each in sorted(below, key=lambda each: rows.is_number(assigned.get(each[0][1]))):
        (top, left), (bottom, right) = each
        column = assigned.get(left)
        number = rows.is_number(column)
        one_school = number and left == right and _of_one_school(filled, range(top, bottom + 1), left, assigned)
        if column and (one_school or not number) and bottom > top:
            for row in range(top + 1, min(bottom + 1, len(filled.rows))):
                filled.rows[row][left] = grid.at(top, left)
                percent |= {(row, left)} if (top, left) in percent else set()
        elif number or (right > left and _covers_numbers(left, right, assigned) and not _labels(grid, each)):
            span = f"{grid.place(top, left).address}:{grid.place(bottom, right).address}"
            faults.append(
                SheetFault(grid.place(top, left), "merged_number", shown(grid.at(top, left)), {"range": span})
            )
    return replace(filled, percent=frozenset(percent)), faults


def _of_one_school(grid: Grid, merged: Iterable[int], position: int, assigned: Mapping[int, Assigned]) -> bool:
    """Tell whether a column is counted for whole schools, and merged rows are of one of them."""
    keys = [place for place, each in assigned.items() if each.column.name in ("school_id", "year")]
    schools = {tuple(shown(grid.at(row, place)) for place in keys) for row in merged}
    named = any(assigned[place].column.name == "school_id" for place in keys) and all(all(key) for key in schools)
    return assigned[position].tables == ("schools",) and named and len(schools) == 1


def _covers_numbers(left: int, right: int, assigned: Mapping[int, Assigned]) -> bool:
    """Tell whether merged cells cover a column of numbers."""
    return any(assigned[position].column.is_number for position in range(left, right + 1) if position in assigned)


def _labels(grid: Grid, merged: Range) -> bool:
    """Tell whether merged cells are a line of text: a note, a heading, the label of a total."""
    (top, left), _ = merged
    return isinstance(grid.at(top, left), str)
