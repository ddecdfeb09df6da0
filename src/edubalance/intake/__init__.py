"""Reading and checking tables: every fault of every file at once, nothing repaired."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from edubalance import codebook, storage
from edubalance.cases import DEFAULT_SCENARIO, Case
from edubalance.codebook import REQUIRED, Tables
from edubalance.errors import CaseError, TableError
from edubalance.intake import (
    births,
    counts,
    finance,
    interviews,
    keys,
    places,
    pupils_flow,
    relations,
    reported,
    survey,
    variables,
)
from edubalance.intake.faults import in_order
from edubalance.intake.read import read_text
from edubalance.intake.relations import within
from edubalance.intake.validate import Checked, check_cells

__all__ = ["read_case", "read_tables"]

# What must hold between tables; each check looks at those that there are and returns faults by table.
BETWEEN = (
    keys.between,
    relations.between,
    counts.between,
    places.between,
    finance.between,
    survey.between,
    pupils_flow.between,
    births.between,
    interviews.between,
    variables.between,
    reported.between,
)


def read_tables(
    schools: str | Path, sections: str | Path, county: str | Path | None = None, **others: str | Path | None
) -> Tables:
    """
    Read the tables of one or more counties and check them together.

    Parameters
    ----------
    schools, sections : str or Path
        CSV files in UTF-8, UTF-16 or GB18030, with the columns that the codebook names.
    county : str or Path, optional
        CSV file of what the county reports beyond its schools.
    **others : str or Path, optional
        CSV files of the other tables of the codebook, by name, such as ``classes`` or ``finance``.

    Returns
    -------
    Tables
        All columns of the codebook, in its order and with its types; a column that a file lacks is all missing.
        Rows stand in the order of the file. A table that is not given has no rows.

    Raises
    ------
    TableError
        With every fault of every file, in the order of files, rows and columns. Of one kind, the first twenty
        are worded and the others counted.
    EdubalanceError
        If the codebook has no table of a name.

    Notes
    -----
    Only an empty cell is missing. Nothing is repaired: blanks around a value, a Chinese header, ``2023年`` or
    ``NA`` are faults, each with its remedy. A number such as ``12.0`` is a whole number. The variables of the
    county's table are those that some standard, profile or the national form asks for. What is counted of classes
    and teachers must be what their section states, for every year that those tables have.
    """
    given = {"schools": schools, "sections": sections, "county": county, **others}
    for folder in {Path(path).parent for path in given.values() if path is not None}:
        storage.settle(folder)
    checked = {name: _checked(path, name) for name, path in given.items() if path is not None}
    found = {name: [*each.faults, *within(each)] for name, each in checked.items()}
    for check in BETWEEN:
        for name, faults in check(checked).items():
            found[name].extend(faults)
    faults = [fault for name in found for fault in in_order(found[name], codebook.table(name).names)]
    if faults:
        raise TableError(faults)
    return Tables(**{name: _typed(each) for name, each in checked.items()})


def read_case(case: Case, scenario: str = DEFAULT_SCENARIO) -> Tables:
    """
    Read the tables of a case.

    Parameters
    ----------
    case : Case
        The case; its folder holds the files.
    scenario : str
        Which of its scenarios.

    Returns
    -------
    Tables
        As `read_tables` returns them; a table that the case does not have has no rows.

    Raises
    ------
    CaseError
        If the case has no such scenario, or calls the tables of its synthetic twin observed.
    TableError
        With every fault of every file.
    """
    files = {table.name: case.table(table.name, scenario) for table in codebook.tables()}
    if case.kind == "observed":
        _refuse_twins(case, list(files.values()))
    return read_tables(**{name: file for name, file in files.items() if name in REQUIRED or file.exists()})


def _refuse_twins(case: Case, files: list[Path]) -> None:
    """Refuse to call a table observed that ``sources.csv`` knows as a synthetic one, by its hash."""
    listed = case.folder / "data" / "sources.csv"
    if not listed.is_file():
        return
    sources = pd.read_csv(listed, dtype=str, keep_default_na=False)
    synthetic = set(sources.loc[sources["title"].str.contains("synthetic twin"), "sha256"])
    for file in files:
        if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() in synthetic:
            raise CaseError(
                f"{case.id} is called observed, but {file.parent.name}/{file.name} is a table of its synthetic twin.",
                hint="Replace it by your own, delete it if you have none, or leave the case's kind at twin.",
            )


def _checked(path: str | Path, table: str) -> Checked:
    """Read one file and check its cells."""
    return check_cells(read_text(Path(path), codebook.table(table)))


def _typed(checked: Checked) -> pd.DataFrame:
    """Give a table without faults all its columns and their types."""
    return checked.source.table.conform(checked.frame)
