"""Commands that judge tables by a standard: assess, explain."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edubalance import whole
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

if TYPE_CHECKING:
    from edubalance.codebook import Tables
    from edubalance.standards import Standard


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
    schools: Annotated[Path, typer.Option(help="schools.csv: one row a school and year.")],
    sections: Annotated[Path, typer.Option(help="sections.csv: one row a section and year.")],
    standard: Annotated[str, typer.Option(help="Id of the standard to judge by.")],
    county: CountyOption = None,
    profile: ProfilesOption = None,
    convention: Annotated[str | None, typer.Option(help="How the difference coefficient is computed.")] = None,
    lang: LanguageOption = Language.en,
    form: Annotated[Format, typer.Option("--format", help="Form of the output.")] = Format.table,
    output: Annotated[Path | None, typer.Option(help="File to write instead of the terminal.")] = None,
) -> None:
    """Judge the schools of one county or many: verdicts, coefficients, limits."""
    from edubalance import assessment, intake, standards
    from edubalance.assessment import waiting
    from edubalance.cli import printing

    rules = standards.load(standard, profiles=tuple(profile or ()))
    tables = intake.read_tables(schools, sections, county)
    judged = assessment.assess(tables, rules, convention=convention)
    data, width = "; ".join(printing.origin(schools, lang.value)), None if output else printing.terminal_width()
    waits = waiting.waits_for(tables, rules, judged.items)
    text = printing.assessment(judged, form.value, lang.value, data=data, waits=waits, width=width)
    for note in printing.notes(tables, judged, lang.value):
        typer.echo(note, err=True)
    if output is None:
        sys.stdout.write(text)
    else:
        whole.write(output, text)


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
    from edubalance import assessment, cases
    from edubalance.cli import printing

    *case, school_id = names
    if len(case) == 1 and schools is None and sections is None:
        tables, rules = _of_case(case[0], scenario, standard, profile or [])
    elif not case and schools and sections and standard:
        tables, rules = _of_files(schools, sections, standard, profile or [])
    else:
        raise EdubalanceError(
            "A school is found in a case, or in tables with a standard.",
            hint="explain CASE SCHOOL_ID, or explain --schools FILE --sections FILE --standard ID SCHOOL_ID.",
        )
    chosen = level.value if level else None
    for note in printing.origin(cases.load(case[0]).table("schools") if case else schools, lang.value, scenario):
        typer.echo(note)
    typer.echo(assessment.explain(tables, rules, school_id, year=year, level=chosen, lang=lang.value))


def _of_case(case_id: str, scenario: str | None, standard: str | None, profiles: list[str]) -> tuple[Tables, Standard]:
    """Read a case's tables and load its standard, or another."""
    from edubalance import cases, intake, standards

    case = cases.load(case_id)
    if not case.table("schools").is_file():
        raise EdubalanceError(f"The case {case_id} has no tables in its folder.", hint="Its notebook reads its data.")
    tables = intake.read_case(case, scenario or case.scenarios[0])
    return tables, standards.load(standard or case.standard, profiles=tuple(profiles))


def _of_files(schools: Path, sections: Path, standard: str, profiles: list[str]) -> tuple[Tables, Standard]:
    """Read the user's tables and load a standard."""
    from edubalance import intake, standards

    return intake.read_tables(schools, sections), standards.load(standard, profiles=tuple(profiles))
