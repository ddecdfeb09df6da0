"""Commands that judge tables by a standard: assess, explain."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from edubalance import storage
from edubalance.cli.given import given
from edubalance.cli.options import (
    CountyOption,
    Language,
    LanguageOption,
    Level,
    ProfilesOption,
    SchoolsOption,
    SectionsOption,
    StandardOption,
)
from edubalance.errors import EdubalanceError
from edubalance.notices import say
from edubalance.spreadsheets import for_a_person


class Format(StrEnum):
    """Forms of an assessment."""

    table = "table"
    json = "json"
    csv = "csv"


def add_to(app: typer.Typer) -> None:
    """
    Add the commands.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(assess)
    app.command()(explain)


def assess(
    case_id: Annotated[str | None, typer.Argument(metavar="[CASE]", help="Id of the case, or tables below.")] = None,
    schools: SchoolsOption = None,
    sections: SectionsOption = None,
    county: CountyOption = None,
    standard: StandardOption = None,
    profile: ProfilesOption = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of the case.")] = None,
    year: Annotated[int | None, typer.Option(help="One year of the data; all by default.")] = None,
    convention: Annotated[str | None, typer.Option(help="How the difference coefficient is computed.")] = None,
    lang: LanguageOption = Language.en,
    form: Annotated[Format, typer.Option("--format", help="Form of the output.")] = Format.table,
    output: Annotated[Path | None, typer.Option(help="File to write instead of the terminal.")] = None,
) -> None:
    """Judge the schools of one county or many: verdicts, coefficients, limits."""
    from edubalance import assessment, standards
    from edubalance.assessment import waiting
    from edubalance.cli import printing

    asked = given(case_id, scenario, schools, sections, county)
    rules = standards.load(asked.standard(standard), profiles=tuple(profile or ()))
    tables = asked.tables if year is None else assessment.of_year(asked.tables, year)
    judged = assessment.assess(tables, rules, convention=convention)
    data, width = "; ".join(printing.origin(asked.schools, lang.value)), None if output else printing.terminal_width()
    waits = waiting.waits_for(tables, rules, judged.items)
    text = printing.assessment(judged, form.value, lang.value, data=data, waits=waits, width=width)
    for note in printing.notes(tables, judged, lang.value):
        say(note, err=True)
    if output is None:
        sys.stdout.write(text)
    else:
        storage.write(output, for_a_person(text) if form is Format.csv else text)


def explain(
    names: Annotated[list[str], typer.Argument(metavar="[CASE] SCHOOL_ID", help="The school, after its case if any.")],
    schools: SchoolsOption = None,
    sections: SectionsOption = None,
    standard: StandardOption = None,
    profile: ProfilesOption = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of the case.")] = None,
    level: Annotated[Level | None, typer.Option(help="One level; all by default.")] = None,
    year: Annotated[int | None, typer.Option(help="Year of the data; the last by default.")] = None,
    lang: LanguageOption = Language.en,
) -> None:
    """Explain the verdict on one school: inputs, rule, exception, verdict."""
    from edubalance import assessment, standards
    from edubalance.cli import printing

    *case, school_id = names
    if len(case) > 1 or not (case or schools):
        raise EdubalanceError(
            "A school is found in a case, or in tables with a standard.",
            hint="explain CASE SCHOOL_ID, or explain --schools FILE --sections FILE --standard ID SCHOOL_ID.",
        )
    asked = given(case[0] if case else None, scenario, schools, sections)
    rules = standards.load(asked.standard(standard), profiles=tuple(profile or ()))
    for note in printing.origin(asked.schools, lang.value):
        say(note)
    chosen = level.value if level else None
    say(assessment.explain(asked.tables, rules, school_id, year=year, level=chosen, lang=lang.value))
