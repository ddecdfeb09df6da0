"""Commands on cases: list them, the variables of their counties, make the synthetic ones again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from edubalance.cli.options import Language, LanguageOption

if TYPE_CHECKING:
    from edubalance.standards import Variable

WHOLE_NUMBER = {"en": "whole", "zh": "整数"}
ONLY_WITH = {"en": "0 where {} is 0", "zh": "{}为0时填0"}
COMMA = {"en": ", ", "zh": "，"}


def add_to(app: typer.Typer) -> None:
    """
    Add the commands.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command("list")(list_cases)
    app.command()(variables)
    app.command()(twins)


def list_cases(lang: LanguageOption = Language.en) -> None:
    """List the cases: years, standard, kind of data, scenarios; one that cannot be read does not hide the others."""
    from rich import box
    from rich.table import Table

    from edubalance import cases, messages, notices, terminal
    from edubalance.errors import CaseError, InputError

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("case", "name", "data", "years", "standard", "scenarios"):
        table.add_column(heading, no_wrap=heading in ("case", "years", "standard"))
    broken = []
    for case_id in cases.available():
        try:
            case = cases.load(case_id)
        except (CaseError, InputError) as error:
            broken += [messages.notice("broken_case", {"case": case_id}, lang.value), error.said(lang.value)]
            continue
        years = f"{case.years[0]}–{case.years[-1]}"
        scenarios = ", ".join(case.scenarios)
        table.add_row(case.id, case.name(lang.value), case.kind, years, case.standard, scenarios)
    terminal.console().print(table)
    for line in broken:
        notices.say(line, err=True)
    if broken:
        raise typer.Exit(2)


def variables(
    words: Annotated[
        list[str] | None, typer.Argument(help="Only those whose id, name or meaning has these words.")
    ] = None,
    lang: LanguageOption = Language.en,
) -> None:
    """List the variables that county.csv may hold: what each means, what it can be, and what it cannot be above."""
    from rich import box
    from rich.table import Table

    from edubalance import terminal
    from edubalance.intake.variables import known

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in {"en": ("variable", "meaning", "unit"), "zh": ("变量", "含义", "单位")}[lang.value]:
        table.add_column(heading, overflow="fold", no_wrap=heading in ("variable", "变量"))
    for each in known().values():
        texts = (each.id, each.meaning.of(lang.value), each.unit(lang.value))
        sought = " ".join((*texts, each.item, each.name("en"), each.name("zh"))).lower()
        if all(word.lower() in sought for word in words or ()):
            # Below its meaning, so that the names in it stay whole at the width of a terminal.
            meaning = "\n".join(filter(None, (texts[1], _bounds(each, lang.value))))
            table.add_row(texts[0], meaning, texts[2])
    terminal.console().print(table)


def _bounds(variable: Variable, lang: str) -> str:
    """Say what a variable can be, and what it cannot be above."""
    from edubalance.intake.variables import relations

    amount, said = variable.amount, []
    # The unit of a flag, a document or a day says what is written.
    if amount is not None and variable.kind == "number":
        said += [WHOLE_NUMBER[lang]] if amount.whole else []
        ends = (("≥", amount.least), ("≤", amount.most))
        said += [f"{sign} {end:.12g}" for sign, end in ends if end is not None]
    for relation in relations():
        if relation.part == ((variable.id, 1),):
            said.append(ONLY_WITH[lang].format(relation.limit) if relation.times is None else f"≤ {relation.limit}")
    return COMMA[lang].join(said)


def twins(
    case: Annotated[list[str] | None, typer.Argument(help="Which cases; all twins by default.")] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Compare only; write nothing.")] = False,
) -> None:
    """Make the synthetic twins again; the same seed gives the same bytes."""
    from edubalance.runs import remake

    changed = False
    for case_id in remake.names(case or ()):
        differing = remake.differing(case_id) if check else remake.write(case_id)
        changed = changed or bool(differing)
        state = "as made" if not differing else ", ".join(differing)
        verb = "differs: " if check and differing else "written: " if differing else ""
        typer.echo(f"{case_id}: {verb}{state}")
    if check and changed:
        raise typer.Exit(1)
