"""What a command is to judge: a case, or the user's own tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edubalance.errors import EdubalanceError

if TYPE_CHECKING:
    from edubalance.cases import Case
    from edubalance.codebook import Tables


@dataclass(frozen=True)
class Given:
    """
    Tables, and where they come from.

    Attributes
    ----------
    tables : Tables
        Validated.
    schools : Path
        The table of schools: its place tells whether the data are a case's, and of which scenario.
    case : Case or None
        The case; None for tables named one by one.
    """

    tables: Tables
    schools: Path
    case: Case | None

    def standard(self, named: str | None) -> str:
        """Return the standard that was named, else the case's own."""
        chosen = named or (self.case.standard if self.case else None)
        if chosen is None:
            raise EdubalanceError("Tables are judged by a standard.", hint="Name it: --standard cn-2017-quality.")
        return chosen


def given(
    case_id: str | None,
    scenario: str | None = None,
    schools: Path | None = None,
    sections: Path | None = None,
    county: Path | None = None,
) -> Given:
    """
    Read the tables of a case, or those that are named one by one.

    Parameters
    ----------
    case_id : str, optional
        The case.
    scenario : str, optional
        Scenario of the case; its first unless given.
    schools, sections, county : Path, optional
        Tables of the user's own, instead of a case.

    Returns
    -------
    Given
        The tables.

    Raises
    ------
    EdubalanceError
        If neither or both are named, or a table is faulty.
    """
    from edubalance import cases, intake

    if case_id is None and schools is not None and sections is not None:
        return Given(intake.read_tables(schools, sections, county), schools, None)
    if case_id is None or schools or sections or county:
        raise EdubalanceError(
            "The tables are those of a case, or files.", hint="Name a CASE, or --schools FILE --sections FILE."
        )
    case = cases.load(case_id)
    chosen = scenario or case.scenarios[0]
    if not case.table("schools", chosen).is_file():
        raise EdubalanceError(f"The case {case_id} has no tables in its folder.", hint="Its notebook reads its data.")
    return Given(intake.read_case(case, chosen), case.table("schools", chosen), case)
