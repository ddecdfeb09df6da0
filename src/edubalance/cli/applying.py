"""The command that tells whether a county may apply: checks before applying, vetoes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from edubalance import storage
from edubalance.cli.given import given
from edubalance.cli.judging import Format
from edubalance.cli.options import (
    CountyOption,
    Language,
    LanguageOption,
    ProfilesOption,
    SchoolsOption,
    SectionsOption,
)
from edubalance.spreadsheets import for_a_person, frame_as_csv


def add_to(app: typer.Typer) -> None:
    """
    Add the command.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(eligibility)


def eligibility(
    case_id: Annotated[str | None, typer.Argument(metavar="[CASE]", help="Id of the case, or tables below.")] = None,
    schools: SchoolsOption = None,
    sections: SectionsOption = None,
    county: CountyOption = None,
    standard: Annotated[str, typer.Option(help="Id of the standard applied for.")] = "cn-2017-quality",
    profile: ProfilesOption = None,
    year: Annotated[int | None, typer.Option(help="Year of the data to apply with; the last by default.")] = None,
    on: Annotated[str | None, typer.Option(help="Day of applying, such as 2024-05-06; 1 September by default.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of the case.")] = None,
    convention: Annotated[str | None, typer.Option(help="How the difference coefficient is computed.")] = None,
    lang: LanguageOption = Language.en,
    form: Annotated[Format, typer.Option("--format", help="Form of the output.")] = Format.table,
    output: Annotated[Path | None, typer.Option(help="File to write instead of the terminal.")] = None,
) -> None:
    """Tell whether a county may apply: checks before applying (申报条件), vetoes (一票否决)."""
    from edubalance import assessment, standards
    from edubalance.assessment.application import to_dict
    from edubalance.cli import applying_tables, printing

    rules = standards.load(standard, profiles=tuple(profile or ()))
    asked = given(case_id, scenario, schools, sections, county)
    last = int(asked.tables.schools["year"].max()) if year is None else year
    found = assessment.eligibility(asked.tables, rules, year=last, on=on, convention=convention)
    data = "; ".join(printing.origin(asked.schools, lang.value))
    if form is Format.json:
        text = (
            json.dumps({"data": data or None, **to_dict(found)}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        )
    elif form is Format.csv:
        rows = found.parts.assign(data=data) if data else found.parts
        text = frame_as_csv(rows)
    else:
        width = printing.FILE_WIDTH if output else printing.terminal_width()
        text = applying_tables.text(found, lang.value, data=data, width=width)
    if output is None:
        sys.stdout.write(text)
    else:
        storage.write(output, for_a_person(text) if form is Format.csv else text)
