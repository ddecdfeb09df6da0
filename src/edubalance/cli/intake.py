"""The command that reads a county's workbooks: ``edubalance intake``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edubalance import messages, storage
from edubalance.cli.options import Language, LanguageOption
from edubalance.errors import EdubalanceError, StorageError

if TYPE_CHECKING:
    from rich.console import Console

    from edubalance.assessment.plausibility import Plausibility
    from edubalance.intake.workbook import Question, Reading, Settings, SheetFault
    from edubalance.scaffold import Standing, Statement

MAPPING = "mapping.yml"
WORDS = {
    "en": {
        "faults": "Faults: {count}. No table was written.",
        "more": "… and {count} more of the same kinds, marked in the copy",
        "copy": "Marked in a copy: {file}",
        "written": "Written: {files}",
        "read": "{schools} schools, {sections} sections, {pupils} pupils in {year}",
        "removed": "Removed, since they were still the example's: {tables}",
        "kept": "Left as they were, since these files have none of them: {tables}",
        "years_set": "{case}: years is now {years} and year {year}; the example's stood there.",
        "years_differ": "{case} states other years than the tables hold. Write: years: [{years}] and year: {year}",
        "kind": "{case} says kind: twin, so every page calls the data synthetic. For a county's real tables write "
        "kind: observed",
        "next": "Next: edubalance doctor {id}",
        "mapping": "Remembered in {file}",
        "header": "{place}: what is the column {key!r}?",
        "unit": "{place}: in which unit is {key!r}?",
        "value": "{place}: which code of {target} is {key!r}?",
    },
    "zh": {
        "faults": "共 {count} 处问题；未写出任何表。",
        "more": "……同类还有 {count} 处，均已在副本中标出",
        "copy": "已在副本中标出：{file}",
        "written": "已写出：{files}",
        "read": "{year} 年：学校 {schools} 所，学段 {sections} 个，学生 {pupils} 人",
        "removed": "以下各表仍是示例，已移除：{tables}",
        "kept": "以下各表不在本次文件中，保持原样：{tables}",
        "years_set": "{case}：原为示例的年份，现改为 years {years}，year {year}。",
        "years_differ": "{case} 所写年份与数据表不符，请改为 years: [{years}]、year: {year}",
        "kind": "{case} 中 kind 为 twin，各页都标明是合成数据；若为本县真实数据，请改为 kind: observed",
        "next": "下一步：edubalance doctor {id}",
        "mapping": "已记入 {file}",
        "header": "{place}：“{key}”是哪一列？",
        "unit": "{place}：“{key}”的单位是什么？",
        "value": "{place}：“{key}”对应 {target} 的哪个代码？",
    },
}

HEADS = {"en": ("place", "found", "expected", "what to do"), "zh": ("位置", "现值", "要求", "办法")}
# Of one kind in one column, as many as a reader can use; the annotated copy marks all.
SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """
    Add the command.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(intake)


def intake(
    files: Annotated[list[Path], typer.Argument(help="Workbooks of one county: xlsx, xls, ods, CSV.")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the tables.")],
    mapping: Annotated[Path | None, typer.Option(help="File that remembers what was confirmed.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Take proposals of 85 % likeness or more, and list them.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Take implausible numbers as faults.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace your own tables in the folder.")] = False,
    county: Annotated[str | None, typer.Option(help="The county, where no column states it.")] = None,
    year: Annotated[int | None, typer.Option(help="The year, where nothing states it.")] = None,
    lang: LanguageOption = Language.en,
) -> None:
    """Read a county's workbooks as they are: clean tables, or every fault with its cell."""
    remembered = mapping or output / MAPPING
    _refuse_equal_names(files)
    constants = {name: str(value) for name, value in (("county", county), ("year", year)) if value is not None}
    # Held from the first look at what is there: of two at once the second does not replace what the first has written.
    with storage.locked(output):
        _intake(files, output, remembered, constants, yes=yes, strict=strict, force=force, lang=lang.value)


def _intake(
    files: list[Path],
    output: Path,
    remembered: Path,
    constants: dict[str, str],
    *,
    yes: bool,
    strict: bool,
    force: bool,
    lang: str,
) -> None:
    """Read, and change all that changes together."""
    from edubalance import scaffold, terminal
    from edubalance.intake import workbook
    from edubalance.intake.workbook import mapping as confirmed

    console = terminal.console(soft_wrap=not sys.stdout.isatty())
    with storage.change(output, held=True) as changed:
        before_it = scaffold.standing(output)
        _refuse_old_tables(output, before_it.own, force=force)
        settings = workbook.Settings(confirmed.load(remembered), accept=yes, constants=constants)
        before = settings.mapping.as_text()
        reading, settings = _confirmed(files, settings, lang)
        reading, found, marks = _examined(reading, strict=strict)
        said = []
        if settings.mapping.as_text() != before:
            changed.write(remembered, settings.mapping.as_text())
            said.append(WORDS[lang]["mapping"].format(file=remembered))
        if reading.faults:
            said += _write_copies(changed, files, reading, output, lang)
        else:
            said += _write_tables(changed, reading, output, lang)
            if found:
                said += _write_plausibility(changed, files, replace(reading, faults=marks), found, output, lang)
            said += _make_room(changed, reading, output, before_it, lang)
    _print_notices(console, reading, lang)
    if reading.faults:
        _print_faults(console, reading, lang)
    for line in said:
        console.print(line)
    if reading.faults:
        raise typer.Exit(2)


def _refuse_old_tables(output: Path, own: Sequence[str], *, force: bool) -> None:
    """Refuse to replace the user's tables unless told to; those of an example make room unasked."""
    if own and not force:
        raise StorageError.of("tables_there", file=str(output), tables=", ".join(own))


def _refuse_equal_names(files: list[Path]) -> None:
    """Refuse two files of one name: a message could not say which it means."""
    names = Counter(file.name for file in files)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise EdubalanceError(f"Two files are called {twice[0]}.", hint="Rename one of them.")


def _confirmed(files: list[Path], settings: Settings, lang: str) -> tuple[Reading, Settings]:
    """Read, and on a terminal ask until nothing is left to confirm or the user declines."""
    from edubalance.intake import workbook

    reading = workbook.read(files, settings)
    asked: set[tuple[str, str, str]] = set()
    while sys.stdin.isatty() and not settings.accept:
        open_questions = [each for each in reading.questions if (each.kind, each.key, each.target) not in asked]
        if not open_questions:
            break
        for question in open_questions:
            asked.add((question.kind, question.key, question.target))
            settings = _ask(question, settings, lang)
        reading = workbook.read(files, settings)
    return reading, settings


def _ask(question: Question, settings: Settings, lang: str) -> Settings:
    """Ask one question and remember the answer; an empty answer leaves the fault."""
    from edubalance.intake.workbook import mapping

    said = WORDS[lang][question.kind].format(place=question.place, key=question.key, target=question.target)
    answer = typer.prompt(said, default=question.proposal or "", show_default=bool(question.proposal)).strip()
    if not answer:
        return settings
    known = settings.mapping
    headers, units, values = (
        dict(known.headers),
        dict(known.units),
        {name: dict(of) for name, of in known.values.items()},
    )
    if question.kind == "value":
        values.setdefault(question.target, {})[question.key] = answer
    else:
        (headers if question.kind == "header" else units)[question.key] = answer
    stated = {"headers": headers, "units": units, "values": values}
    try:
        return replace(settings, mapping=mapping.parse(stated))
    except EdubalanceError as error:
        typer.echo(str(error), err=True)
        return settings


def _print_notices(console: Console, reading: Reading, lang: str) -> None:
    """Say what was read, sheet by sheet."""
    for notice in reading.notices:
        console.print(f"{notice.place}: {notice.line(lang)}")


def _print_faults(console: Console, reading: Reading, lang: str) -> None:
    """Print the faults as a table on a terminal, line by line elsewhere; of one kind the first, the others counted."""
    from rich import box
    from rich.table import Table

    shown, more = _few_of_a_kind(reading.faults)
    if console.is_terminal:
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for heading in HEADS[lang]:
            table.add_column(heading, overflow="fold")
        for fault in shown:
            table.add_row(str(fault.place), fault.value, fault.rule(lang), fault.remedy(lang))
        console.print(table)
    else:
        for fault in shown:
            console.print(fault.line(lang))
    if more:
        console.print(WORDS[lang]["more"].format(count=more))
    console.print(WORDS[lang]["faults"].format(count=len(reading.faults)))


def _few_of_a_kind(faults: Sequence[SheetFault]) -> tuple[list[SheetFault], int]:
    """Return the first faults of each kind and column, and how many others there are."""
    counts: Counter[tuple[str, str, str, int]] = Counter()
    shown = []
    for fault in faults:
        kind = (fault.key, fault.place.file, fault.place.sheet, fault.place.column)
        counts[kind] += 1
        if counts[kind] <= SHOWN:
            shown.append(fault)
    return shown, len(faults) - len(shown)


def _examined(reading: Reading, *, strict: bool) -> tuple[Reading, Plausibility | None, tuple[SheetFault, ...]]:
    """Look for numbers that can hardly be meant; strictly taken they are faults."""
    from edubalance.assessment import plausibility
    from edubalance.cli import plausibility as wording

    if reading.tables is None:
        return reading, None, ()
    found = plausibility.examine(reading.tables)
    marks = wording.sheet_marks(reading, found)
    return (replace(reading, faults=marks) if strict else reading), found, marks


def _write_plausibility(
    changed: storage.Change, files: list[Path], marked: Reading, found: Plausibility, output: Path, lang: str
) -> Iterator[str]:
    """Say a line an indicator and the marks; write the page, and copies with the marks."""
    from edubalance.cli import plausibility

    yield from plausibility.lines(found, lang)
    yield plausibility.summary(len(marked.faults), lang)
    yield from (mark.line(lang) for mark in marked.faults[: plausibility.SHOWN])
    if len(marked.faults) > plausibility.SHOWN:
        yield WORDS[lang]["more"].format(count=len(marked.faults) - plausibility.SHOWN)
    changed.write(output / plausibility.FILE, plausibility.page_text(found, lang))
    yield messages.notice("plausibility_page", {"file": str(output / plausibility.FILE)}, lang)
    yield from _write_copies(changed, files, marked, output, lang, plausibility.SUFFIX)


def _write_copies(
    changed: storage.Change, files: list[Path], reading: Reading, output: Path, lang: str, suffix: str = ""
) -> Iterator[str]:
    """Write an annotated copy of each file with faults, and say where."""
    from edubalance.intake.workbook import annotate

    for file in files:
        own = [fault for fault in reading.faults if fault.place.file == file.name]
        grids = [grid for grid in reading.grids if grid.file == file.name]
        if own and grids:
            target = output / f"{file.stem}{suffix or annotate.SUFFIX}"
            changed.write(target, annotate.annotated(grids, own, lang))
            yield WORDS[lang]["copy"].format(file=target)


def _write_tables(changed: storage.Change, reading: Reading, output: Path, lang: str) -> Iterator[str]:
    """Write the tables and say what was read."""
    texts = reading.texts()
    for name, text in texts.items():
        changed.write(output / f"{name}.csv", text)
    yield WORDS[lang]["written"].format(files=", ".join(f"{output / name}.csv" for name in texts))
    if reading.tables is None:
        return
    for year, rows in reading.tables.sections.groupby("year"):
        schools = int((reading.tables.schools["year"] == year).sum())
        pupils = f"{rows['pupils'].sum():,.0f}"
        yield WORDS[lang]["read"].format(schools=schools, sections=len(rows), pupils=pupils, year=year)


def _make_room(changed: storage.Change, reading: Reading, output: Path, before: Standing, lang: str) -> Iterator[str]:
    """Take away what is left of the example, and say what stayed; in a case, look at what it states."""
    from edubalance import scaffold

    written = set(reading.assembled)
    left = [name for name in before.example if name not in written]
    scaffold.clear(changed, output, left, written)
    for key, names in (("removed", left), ("kept", [name for name in before.own if name not in written])):
        if names:
            yield WORDS[lang][key].format(tables=", ".join(names))
    if scaffold.of_new(output) and reading.tables is not None:
        held = sorted({int(year) for year in reading.tables.sections["year"]})
        yield from _of_the_case(scaffold.restate(changed, output, held), output.resolve().parent.name, lang)


def _of_the_case(stated: Statement, case_id: str, lang: str) -> Iterator[str]:
    """Say what `case.yml` states now, and what is the user's to state."""
    said, case = WORDS[lang], f"cases/{case_id}/case.yml"
    years = ", ".join(map(str, stated.held))
    if stated.changed:
        yield said["years_set"].format(case=case, years=years, year=stated.year)
    elif not stated.fits:
        yield said["years_differ"].format(case=case, years=years, year=stated.held[-1])
    if stated.kind == "twin":
        yield said["kind"].format(case=case)
    yield said["next"].format(id=case_id)
