"""The command that tells whether a county may apply: checks before applying, vetoes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edubalance import whole
from edubalance.cli.judging import Format
from edubalance.cli.options import (
    CountyOption,
    Language,
    LanguageOption,
    ProfilesOption,
    SchoolsOption,
    SectionsOption,
)
from edubalance.errors import EdubalanceError
from edubalance.spreadsheets import frame_as_csv

if TYPE_CHECKING:
    from edubalance.codebook import Tables

HINT = "eligibility CASE, or eligibility --schools FILE --sections FILE --county FILE."


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
    tables, told = _tables(case_id, scenario, schools, sections, county)
    asked = int(tables.schools["year"].max()) if year is None else year
    found = assessment.eligibility(tables, rules, year=asked, on=on, convention=convention)
    data = "; ".join(printing.origin(told, lang.value, scenario))
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
        whole.write(output, text)


def _tables(
    case_id: str | None, scenario: str | None, schools: Path | None, sections: Path | None, county: Path | None
) -> tuple[Tables, Path]:
    """Read a case's tables or the user's own; return with them the path that tells what they are."""
    from edubalance import cases, intake

    if case_id is None and schools is not None and sections is not None:
        return intake.read_tables(schools, sections, county), schools
    if case_id is None or schools or sections or county:
        raise EdubalanceError("The tables are those of a case, or files.", hint=HINT)
    case = cases.load(case_id)
    if not case.table("schools").is_file():
        raise EdubalanceError(f"The case {case_id} has no tables in its folder.", hint="Its notebook reads its data.")
    return intake.read_case(case, scenario or case.scenarios[0]), case.table("schools")
