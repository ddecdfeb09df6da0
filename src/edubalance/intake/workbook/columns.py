"""What each column of a sheet is: its column of the codebook, unit and context, and what a person must confirm."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from decimal import Decimal

from edubalance import codebook
from edubalance.intake.workbook import headers, likeness, mapping, units, words
from edubalance.intake.workbook.cells import ONE
from edubalance.intake.workbook.grid import Grid, Place, letters
from edubalance.intake.workbook.headers import NO_CONTEXT, VIEWS, Context, Match
from edubalance.intake.workbook.layout import Layout, Path
from edubalance.intake.workbook.mapping import LEFT_OUT, Mapping
from edubalance.intake.workbook.messages import Notice, SheetFault, of_column
from edubalance.intake.workbook.units import Unit
from edubalance.messages import Fact


@dataclass(frozen=True)
class Assigned:
    """
    A column of a sheet whose meaning is settled.

    Attributes
    ----------
    position : int
        Counted from 0.
    path : Path
        Its header.
    column : Column
        Of the codebook.
    tables : tuple of str
        Which tables of the view have it; more than one for a key.
    context : Context
        Level, year and unit that the header names.
    factor : Decimal
        From its unit to the codebook's.
    unit_said : bool
        Whether the unit was said by the header, above the table or by the user.
    confirmed : bool
        Whether the user said it.
    """

    position: int
    path: Path
    column: codebook.Column
    tables: tuple[str, ...]
    context: Context = NO_CONTEXT
    factor: Decimal = ONE
    unit_said: bool = False
    confirmed: bool = False


@dataclass(frozen=True)
class Question:
    """
    What a person must confirm.

    Attributes
    ----------
    kind : {"header", "unit", "value"}
        What is asked.
    place : Place
        Where it stands.
    key : str
        Under which it is remembered.
    target : str
        The column as ``table.column``; for a value the column that it stands in.
    proposal : str
        Column, unit or code that is proposed; empty where nothing is.
    score : float
        Likeness in percent.
    """

    kind: str
    place: Place
    key: str
    target: str
    proposal: str = ""
    score: float = 0.0


@dataclass
class Resolution:
    """The columns of a sheet that are settled, and what is to be said of the others."""

    assigned: dict[int, Assigned] = field(default_factory=dict)
    faults: list[SheetFault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Settings:
    """
    How unsure things are settled.

    Attributes
    ----------
    mapping : Mapping
        What was confirmed.
    accept : bool
        Whether proposals from `likeness.TAKEN_FROM` on are taken, and said.
    constants : mapping of str to str
        ``county`` and ``year`` where no column states them.
    """

    mapping: Mapping = field(default_factory=Mapping)
    accept: bool = False
    constants: AnyMapping[str, str] = field(default_factory=dict)


def resolve(grid: Grid, layout: Layout, settings: Settings) -> Resolution:
    """
    Settle what each column of a table is.

    Parameters
    ----------
    grid : Grid
        The sheet.
    layout : Layout
        Where its table stands.
    settings : Settings
        What was confirmed.

    Returns
    -------
    Resolution
        Columns, faults, notices and questions; a column is settled or the subject of a fault or notice.
    """
    found = Resolution()
    unknown = [name for line in layout.above for name in units.said_above(line)[1]]
    if unknown:
        found.faults.append(SheetFault(grid.place(), "units_unknown", "", {"found": ", ".join(unknown)}))
    for position, path in enumerate(layout.paths):
        if any(row[position] != "" for row in grid.rows[layout.last + 1 :]):
            _settle(grid, layout, position, path, settings, found)
    ignored = [name for name in found.left_out if name]
    if ignored:
        found.notices.append(Notice(grid.place(), "ignored", {"columns": ", ".join(ignored)}))
    _refuse_twice(grid, layout, found)
    return found


def _settle(grid: Grid, layout: Layout, position: int, path: Path, settings: Settings, found: Resolution) -> None:
    """Settle one column that has values."""
    place = grid.place(layout.last, position)
    if not path:
        found.faults.append(SheetFault(grid.place(None, position), "header_missing"))
        return
    match = _match(path, layout.view, settings.mapping)
    if match.how == "ignored":
        found.left_out.append(path[-1])
    elif match.how == "sure":
        _assign(grid, layout, position, path, match, settings, found)
    elif settings.accept and match.score >= likeness.TAKEN_FROM:
        facts: dict[str, Fact] = {
            "header": path[-1],
            "target": _target(match.column, layout.view),
            "score": match.score,
        }
        found.notices.append(Notice(place, "taken", facts))
        _assign(grid, layout, position, path, match, settings, found)
    elif settings.accept and match.how == "unknown":
        found.notices.append(Notice(place, "left_out", {"columns": path[-1]}))
    else:
        _ask(place, layout.view, path, match, found)


def _match(path: Path, view: str, known: Mapping) -> Match:
    """Return what was confirmed of a header, what is sure, or what is proposed, in this order."""
    confirmed = known.column(path, view)
    if confirmed == LEFT_OUT:
        return Match("", "ignored")
    if confirmed:
        return Match(confirmed, "sure", context=likeness.propose(path, view).context)
    return headers.sure(path, view) or likeness.propose(path, view)


def _target(column: str, view: str) -> str:
    """Return ``table.column`` of a column of a view."""
    return next(f"{table}.{column}" for table in VIEWS[view] if column in codebook.table(table).names)


def _ask(place: Place, view: str, path: Path, match: Match, found: Resolution) -> None:
    """Ask what a header means."""
    key = mapping.key(path)
    if not match.column:
        found.faults.append(SheetFault(place, "header_unknown", path[-1], {"key": key}))
        found.questions.append(Question("header", place, key, ""))
        return
    target = _target(match.column, view)
    column = codebook.table(target.partition(".")[0]).column(match.column)
    facts = of_column(column) | {"score": match.score, "key": key, "target": target, "label": (column.name, column.zh)}
    found.faults.append(SheetFault(place, "header_unsure", path[-1], facts))
    found.questions.append(Question("header", place, key, target, target, match.score))


def _assign(
    grid: Grid, layout: Layout, position: int, path: Path, match: Match, settings: Settings, found: Resolution
) -> None:
    """Settle a column that is known, and its unit."""
    tables = tuple(table for table in VIEWS[layout.view] if match.column in codebook.table(table).names)
    column = codebook.table(tables[0]).column(match.column)
    place = grid.place(layout.last, position)
    given, said = _unit(path, column, match.context, settings)
    if not said:
        given, said = _unit_above(place, path, column, layout, found)
    ratio = units.factor(given, column) if given else ONE
    if given and ratio is None:
        facts = of_column(column) | {"unit": (column.unit_en or "none", column.unit_zh or "无"), "found": given.name}
        found.faults.append(SheetFault(place, "unit_wrong", path[-1], facts))
        ratio = ONE
    own = units.of_column(column)
    confirmed = mapping.key(path) in settings.mapping.units
    if own and own.dimension == "money" and not said and not _own_units(grid, layout, position):
        _ask_unit(place, path, column, settings, found, tables[0])
    if given and own and ratio != ONE and own.dimension != "share":
        facts = {"header": path[-1], "found": given.name, "unit": (column.unit_en, column.unit_zh)}
        found.notices.append(Notice(place, "converted", facts))
    found.assigned[position] = Assigned(position, path, column, tables, match.context, ratio or ONE, said, confirmed)


def _unit(path: Path, column: codebook.Column, context: Context, settings: Settings) -> tuple[Unit | None, bool]:
    """Return the unit of a column and whether it was said: by the user, the header, or the codebook's name."""
    confirmed = settings.mapping.units.get(mapping.key(path), "")
    if confirmed:
        return units.named(confirmed), True
    if context.unit:
        return context.unit, True
    own = units.of_column(column)
    return None, not own or words.normal(path[-1]) == words.normal(column.name)


def _unit_above(
    place: Place, path: Path, column: codebook.Column, layout: Layout, found: Resolution
) -> tuple[Unit | None, bool]:
    """Return the unit that a line above the table says of a column; refuse what it leaves open or has no ratio."""
    named = [unit for line in layout.above for unit in units.said_above(line)[0]]
    above = units.for_column(named, column)
    if not above:
        return None, False
    if len(above) > 1 or units.factor(above[0], column) is None:
        facts = of_column(column) | {
            "unit": (column.unit_en or "none", column.unit_zh or "无"),
            "found": ", ".join(unit.name for unit in above),
        }
        found.faults.append(SheetFault(place, "unit_above", path[-1], facts))
        return None, True
    return above[0], True


def _own_units(grid: Grid, layout: Layout, position: int) -> bool:
    """Tell whether every number of a column says its own unit."""
    values = [row[position] for row in grid.rows[layout.last + 1 :] if row[position] != ""]
    return all(isinstance(value, str) and words.normal(value).endswith("元") for value in values)


def _ask_unit(
    place: Place, path: Path, column: codebook.Column, settings: Settings, found: Resolution, table: str
) -> None:
    """Ask for the unit of money; `--yes` takes the codebook's, and says so."""
    if settings.accept:
        facts: dict[str, Fact] = {"header": path[-1], "unit": (column.unit_en, column.unit_zh)}
        found.notices.append(Notice(place, "unit_taken", facts))
        return
    key = mapping.key(path)
    found.faults.append(SheetFault(place, "unit_unsure", path[-1], of_column(column) | {"key": key}))
    found.questions.append(Question("unit", place, key, f"{table}.{column.name}", column.unit_zh))


def _refuse_twice(grid: Grid, layout: Layout, found: Resolution) -> None:
    """Refuse a second column of the same meaning, and a school's own number given by level."""
    seen: dict[tuple[str, str, str], int] = {}
    for position, each in found.assigned.items():
        name = (each.column.name, each.context.level, each.context.year)
        if each.tables == ("schools",) and each.context.level:
            name = (each.column.name, "", each.context.year)
        if name in seen:
            place = grid.place(layout.last, position)
            facts = of_column(each.column) | {"other": letters(seen[name] + 1)}
            whole = each.tables == ("schools",) and each.context.level
            key = "header_whole_school" if whole else "header_twice"
            found.faults.append(SheetFault(place, key, each.path[-1], facts))
        seen.setdefault(name, position)
