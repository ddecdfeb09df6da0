"""The filled form of one county and year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from openpyxl.utils import get_column_letter

from edubalance.assessment import assess, eligibility, of_year
from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError
from edubalance.form import conditions, selfcheck, sheets
from edubalance.form.facts import Fact, gather
from edubalance.form.sheets import Sheet
from edubalance.form.writing import Cell
from edubalance.standards import Standard

STANDARD = "cn-2017-quality"
# Above every table stand its title and the line that says what the data are.
LINES_ABOVE = 2


@dataclass(frozen=True)
class Application:
    """
    The national application form, filled as far as the data go.

    Attributes
    ----------
    sheets : tuple of Sheet
        Tables I, II-1, II-2, III, IV, V, VI; after them the checks before applying and the vetoes.
    self_checks : tuple of Sheet
        The self-check sheet of every school.
    facts : mapping of str to Fact
        Everything that a cell can rest on, by name.
    """

    sheets: tuple[Sheet, ...]
    self_checks: tuple[Sheet, ...]
    facts: Mapping[str, Fact]

    def cells(self) -> Iterator[tuple[str, str, Cell]]:
        """
        Walk through all cells.

        Yields
        ------
        tuple of str, str and Cell
            Name of the sheet, address of the cell in it, and the cell.
        """
        for sheet in self.sheets:
            for line, row in enumerate(sheet.rows, start=LINES_ABOVE + 1):
                for place, cell in enumerate(row, start=1):
                    yield sheet.name, f"{get_column_letter(place)}{line}", cell

    def open_places(self) -> list[tuple[str, str, str, str]]:
        """
        List what could not be filled.

        Returns
        -------
        list of tuple of str
            Sheet, address, name of the fact, and what would make it known.
        """
        found = []
        for sheet, address, cell in self.cells():
            for name in cell.facts:
                fact = self.facts.get(name, Fact(None, "", _where(name)))
                if fact.value is None:
                    found.append((sheet, address, name, fact.lacks))
        return found

    def trace(self) -> list[tuple[str, str, float | str | None, str, float | str | None, str]]:
        """
        Trace every filled place to what is behind it.

        Returns
        -------
        list of tuple
            Sheet, address, what is printed, name of the fact, its exact value, its source.
        """
        return [
            (sheet, address, cell.value, name, self.facts[name].value, self.facts[name].source)
            for sheet, address, cell in self.cells()
            for name in cell.facts
            if name in self.facts and self.facts[name].value is not None
        ]


def _where(name: str) -> str:
    """Say where a fact that nobody reports would stand."""
    kind, _, rest = name.partition(".")
    tables = {"county": f"county.csv: {rest}", "evidence": f"county.csv: {rest} (evidence)"}
    return tables.get(kind, rest)


@lru_cache(maxsize=1)
def layout() -> Mapping[str, Any]:
    """Return the layout of the form, read once from ``layout.yml``."""
    text = files("edubalance.form").joinpath("layout.yml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def fill(tables: Tables, standard: Standard, year: int) -> Application:
    """
    Fill the national application form.

    Parameters
    ----------
    tables : Tables
        Validated tables of one county.
    standard : Standard
        The measure of 2017, with the profiles that apply to the county.
    year : int
        Year of the data.

    Returns
    -------
    Application
        Tables I to VI; what is undetermined is blank and listed.

    Raises
    ------
    EdubalanceError
        If the standard is another one, the tables hold several counties, or nothing of the year.
    """
    if standard.id != STANDARD:
        raise EdubalanceError(f"The form belongs to {STANDARD}; got {standard.id}.", hint=f"Use --standard {STANDARD}.")
    counties = sorted(tables.schools["county"].dropna().unique())
    if len(counties) != 1:
        raise EdubalanceError(
            f"The form is one county's; the tables hold {len(counties)}: {', '.join(counties[:5])}.",
            hint="Give the tables of one county.",
        )
    drawn = layout()
    judged = assess(of_year(tables, year), standard)
    facts = gather(tables, judged, year, drawn["shares"])
    applying = eligibility(tables, standard, year=year)
    facts |= conditions.gather(applying)
    pages = (
        sheets.basics(drawn, facts),
        sheets.resources(standard, facts),
        sheets.single_schools(drawn, judged, year, facts),
        sheets.balance(standard, facts),
        sheets.items(drawn["guarantee"], "表Ⅳ", "government_guarantee", standard, facts),
        sheets.items(drawn["quality"], "表Ⅴ", "education_quality", standard, facts),
        sheets.recognition(drawn, facts),
        conditions.sheet(applying, facts),
    )
    return Application(pages, tuple(selfcheck.sheets(tables, judged, year, facts)), facts)
