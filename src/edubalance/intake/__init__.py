"""Reading and checking tables: every fault of every file at once, nothing repaired."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from edubalance import codebook
from edubalance.cases import DEFAULT_SCENARIO, Case
from edubalance.codebook import Tables
from edubalance.errors import CaseError, TableError
from edubalance.intake.faults import in_order
from edubalance.intake.read import read_text
from edubalance.intake.relations import between, within
from edubalance.intake.validate import Checked, check_cells

__all__ = ["read_case", "read_tables"]


def read_tables(schools: str | Path, sections: str | Path, county: str | Path | None = None) -> Tables:
    """
    Read the tables of one or more counties and check them together.

    Parameters
    ----------
    schools, sections : str or Path
        CSV files in UTF-8, with the columns that the codebook names.
    county : str or Path, optional
        CSV file of what the county reports beyond its schools.

    Returns
    -------
    Tables
        All columns of the codebook, in its order and with its types; a column that a file lacks is all missing.
        Rows stand in the order of the file. Without `county`, that table has no rows.

    Raises
    ------
    TableError
        With every fault of every file, in the order of files, rows and columns. Of one kind, the first twenty
        are worded and the others counted.

    Notes
    -----
    Only an empty cell is missing. Nothing is repaired: blanks around a value, a Chinese header, ``2023年`` or
    ``NA`` are faults, each with its remedy. A number such as ``12.0`` is a whole number. Whether the variables of
    the county's table are known is asked later, by the standard.
    """
    ours = _checked(schools, "schools")
    theirs = _checked(sections, "sections")
    whole = _checked(county, "county") if county is not None else None
    apart = (
        [*ours.faults, *within(ours)],
        [*theirs.faults, *within(theirs)],
        [*whole.faults, *within(whole)] if whole else [],
    )
    faults = []
    for table, alone, together in zip(codebook.tables(), apart, between(ours, theirs, whole), strict=True):
        faults += in_order([*alone, *together], table.names)
    if faults:
        raise TableError(faults)
    return Tables(_typed(ours), _typed(theirs), _typed(whole) if whole else _no_county())


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
        As `read_tables` returns them; a case without ``county.csv`` has no rows there.

    Raises
    ------
    CaseError
        If the case has no such scenario, or calls the tables of its synthetic twin observed.
    TableError
        With every fault of every file.
    """
    county = case.table("county", scenario)
    if case.kind == "observed":
        _refuse_twins(case, [case.table(name, scenario) for name in ("schools", "sections", "county")])
    return read_tables(
        case.table("schools", scenario), case.table("sections", scenario), county if county.exists() else None
    )


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


def _no_county() -> pd.DataFrame:
    """Return a county's table without rows."""
    return codebook.table("county").conform(pd.DataFrame({"county": [], "year": [], "variable": []}))
