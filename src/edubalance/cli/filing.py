"""The command that fills the national application form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edubalance.cli.options import Language, LanguageOption, ProfilesOption
from edubalance.errors import EdubalanceError
from edubalance.notices import say

SAID = {
    "en": "{file}: Tables I to VI of {name} {year}; {filled} places filled, {open} open (listed on the sheet 待补).",
    "zh": "{file}：{name}{year}年表Ⅰ至表Ⅵ；已填{filled}处，待补{open}处（见“待补”页）。",
}


MORE = {"en": "  … and {count} more, on the sheet 待补", "zh": "  ……另有{count}项，见“待补”页"}
# Of what is needed, as much as fits a screen.
SHOWN = 12


def add_to(app: typer.Typer) -> None:
    """
    Add the command.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(form)


def form(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the case.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Workbook to write (.xlsx).")],
    year: Annotated[int | None, typer.Option(help="Year of the data; the case's own by default.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of the case.")] = None,
    profile: ProfilesOption = None,
    self_check: Annotated[Path | None, typer.Option(help="Also write the schools' self-check sheets here.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also print the form as PDF, by LibreOffice.")] = False,  # noqa: FBT002 - a flag
    lang: LanguageOption = Language.zh,
) -> None:
    """Fill the national application form (申报表), Tables I to VI; what is not known is left blank and listed."""
    from edubalance import cases, intake, standards, storage, wording
    from edubalance import form as forms

    for file in (output, self_check):
        if file is not None and file.suffix != ".xlsx":
            raise EdubalanceError(f"The form is a workbook; got {file.name}.", hint="End the name in .xlsx.")
    case = cases.load(case_id)
    chosen, asked = scenario or case.scenarios[0], year or case.year
    rules = standards.load(forms.STANDARD, profiles=tuple(profile or ()))
    filled = forms.fill(intake.read_case(case, chosen), rules, asked)
    face = wording.kind(case.kind, "zh", chosen)
    title = f"{case.name_zh} {asked}" + "".join(f"　{name}" for name in rules.profiles)
    with storage.change(output) as changed:
        forms.write(filled, output, title=title, face=face, changed=changed)
        if self_check is not None:
            forms.write_self_checks(filled, self_check, title=title, face=face, changed=changed)
    many = {"filled": len(filled.trace()), "open": len(filled.open_places())}
    say(SAID[lang.value].format(file=output.name, name=case.name(lang.value), year=asked, **many))
    needs = list(dict.fromkeys(lacks for *_, lacks in filled.open_places()))
    for need in needs[:SHOWN]:
        say(f"  {need}")
    if len(needs) > SHOWN:
        say(MORE[lang.value].format(count=len(needs) - SHOWN))
    if self_check is not None:
        say(self_check.name)
    if pdf:
        say(forms.to_pdf(output).name)
