"""The rows of a sheet given to its tables: which columns, for which level and year, which rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from edubalance import codebook
from edubalance.intake.workbook import headers
from edubalance.intake.workbook.columns import Assigned
from edubalance.intake.workbook.grid import Grid
from edubalance.intake.workbook.messages import Notice
from edubalance.intake.workbook.parts import Part, SheetReading
from edubalance.intake.workbook.rows import Body


def emit(
    grid: Grid,
    view: str,
    assigned: Mapping[int, Assigned],
    body: Body,
    texts: Mapping[int, list[str]],
    said: Mapping[str, str],
    found: SheetReading,
) -> None:
    """
    Give the rows of a sheet to its tables, once for each level and year that its headers name.

    Parameters
    ----------
    grid : Grid
        The sheet.
    view : str
        Which tables it is about.
    assigned : mapping of int to Assigned
        Its columns.
    body : Body
        Its rows.
    texts : mapping of int to list of str
        Clean text of each column.
    said : mapping of str to str
        What its name and title say of all rows.
    found : SheetReading
        Takes the parts.
    """
    given = []
    for table in headers.VIEWS[view]:
        key = codebook.table(table).key
        own = [each for each in assigned.values() if table in each.tables]
        if any(each.column.name not in key for each in own) or table == view != "schools":
            given.append(table)
            for level, year in _contexts(own, table):
                chosen = [each for each in own if each.context.level in ("", level) or table == "schools"]
                chosen = [each for each in chosen if each.context.year in ("", year)]
                part = _part(grid, table, chosen, body, texts, {**said, **_stated(level, year)})
                _level_by_type(part, assigned, texts)
                part = _without_sectionless(part, assigned, texts)
                headed = [each.column.name for each in chosen if each.context.year or (each.context.level and level)]
                found.parts.append(_without_absent(part, headed, level, found) if headed else part)
    for part in found.parts:
        part.shared = part.table == "schools" and "sections" in given
    _say_read(grid, body, found)


def _stated(level: str, year: str) -> dict[str, str]:
    """Return the context of a header, where it has one."""
    return {name: value for name, value in (("level", level), ("year", year)) if value}


def _contexts(own: Iterable[Assigned], table: str) -> list[tuple[str, str]]:
    """Return the levels and years that the headers of a table's columns name."""
    own = list(own)
    levels = sorted({each.context.level for each in own if each.context.level}, reverse=True)
    years = sorted({each.context.year for each in own if each.context.year})
    return [(level, year) for year in years or [""] for level in (levels if table != "schools" and levels else [""])]


def _part(
    grid: Grid, table: str, own: Sequence[Assigned], body: Body, texts: Mapping[int, list[str]], said: Mapping[str, str]
) -> Part:
    """Make the part of one table, level and year."""
    names = {each.column.name for each in own}
    part = Part(table, grid, list(body.data), {}, {each.column.name: each.position for each in own})
    for each in own:
        part.texts[each.column.name] = list(texts[each.position])
        if table == "schools" and each.context.level and each.column.is_number:
            part.of_level[each.column.name] = each.context.level
    for name in ("county", "year", "level"):
        if name in codebook.table(table).names and name not in names:
            value = said.get(name, "")
            headed = [body.levels[row] for row in body.data] if name == "level" else []
            constant = [own_level or value for own_level in headed] if headed else [value] * len(body.data)
            if any(constant) and "/" not in value:
                part.texts[name] = constant
    return part


def _level_by_type(part: Part, assigned: Mapping[int, Assigned], texts: Mapping[int, list[str]]) -> None:
    """Take the level from the type of the school where nothing else says it and the type has one level only."""
    if part.table != "sections":
        return
    types = next((texts[each.position] for each in assigned.values() if each.column.name == "type"), [])
    single = {code.value: code.levels[0] for code in codebook.codes("type").values() if len(code.levels) == 1}
    if types:
        stated = part.texts.get("level", [""] * len(types))
        part.texts["level"] = [level or single.get(kind, "") for level, kind in zip(stated, types, strict=True)]


def _without_sectionless(part: Part, assigned: Mapping[int, Assigned], texts: Mapping[int, list[str]]) -> Part:
    """Leave special and vocational schools out of the sections, where their rows have no number of one."""
    types = next((texts[each.position] for each in assigned.values() if each.column.name == "type"), [])
    if part.table != "sections" or not types:
        return part
    known = codebook.codes("type")
    counted = [part.texts[name] for name in part.positions if name not in codebook.table("sections").key]
    keep = [
        record
        for record, kind in enumerate(types)
        if not kind or known[kind].levels or any(column[record] not in ("", "0") for column in counted)
    ]
    kept = {name: [column[record] for record in keep] for name, column in part.texts.items()}
    return replace(part, rows=[part.rows[record] for record in keep], texts=kept)


def _without_absent(part: Part, headed: Sequence[str], level: str, found: SheetReading) -> Part:
    """Leave out the rows without a value for a level or year of the header: a primary school has no junior section."""
    nothing = ("", "0") if level else ("",)
    columns = [part.texts[name] for name in headed]
    keep = [record for record, values in enumerate(zip(*columns, strict=True)) if any(v not in nothing for v in values)]
    dropped = len(part.rows) - len(keep)
    if dropped:
        found.notices.append(Notice(part.grid.place(), "no_level", {"count": dropped}))
    texts = {name: [column[record] for record in keep] for name, column in part.texts.items()}
    return replace(part, rows=[part.rows[record] for record in keep], texts=texts)


def _say_read(grid: Grid, body: Body, found: SheetReading) -> None:
    """Say as what a sheet was read."""
    names = {part.table: codebook.table(part.table).zh for part in found.parts}
    count = len(body.data)
    what = (f"{', '.join(names)}: {count:,} rows", f"{'、'.join(names.values())}：{count:,} 行")
    found.notices.insert(0, Notice(grid.place(), "read", {"what": what}))
