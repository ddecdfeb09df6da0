"""What must hold between the codings of one excerpt, and between interviews and schools."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from edubalance import codebook
from edubalance.errors import Fault
from edubalance.intake.faults import of_a_kind
from edubalance.intake.validate import Checked

NAME = "interviews"
EXCERPT = ["year", "excerpt_id"]
# What belongs to the excerpt, and so is the same for all its coders.
SHARED = ("interview_id", "role", "school_id", "excerpt")
CODERS = 2


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Check that codings of one excerpt belong together, and that their schools and themes are known.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked.

    Returns
    -------
    dict of str to list of Fault
        Faults of the interviews: an excerpt that differs between its coders or has only one, a theme that is not in
        the codebook or stands twice, a school that the schools do not have in that year.
    """
    coded = checked.get(NAME)
    if coded is None or not set(EXCERPT) <= set(coded.frame):
        return {}
    faults = [fault for column in SHARED if column in coded.frame for fault in _differing(coded, column)]
    faults += _alone(coded) + _unknown_schools(coded, checked["schools"])
    return {NAME: faults + (_themes(coded) if "themes" in coded.frame else [])}


def _differing(coded: Checked, column: str) -> list[Fault]:
    """Refuse a coding that gives its excerpt another text, interview, role or school than the first does."""
    rows = coded.frame[coded.frame[EXCERPT].notna().all(axis=1)]
    keys = [rows[name] for name in EXCERPT]
    first = rows.index.to_series().groupby(keys).transform("first")
    cells = pd.Series([coded.source.cell(row, column) for row in rows.index], index=rows.index, dtype="object")
    differs = cells != cells.loc[first.to_numpy()].to_numpy()

    def word(row: int) -> Fault:
        rule = f"{column} should be the same for all coders of an excerpt; row {first[row]} has another"
        remedy = "Correct one of the two, or give the excerpt a code of its own."
        return Fault(coded.source.file, row, column, cells[row], rule, remedy)

    return of_a_kind(rows.index[differs.to_numpy(dtype=bool)].tolist(), word)


def _alone(coded: Checked) -> list[Fault]:
    """Refuse an excerpt that one coder alone has coded: nothing can be said of how surely it is coded."""
    rows = coded.frame[coded.frame[EXCERPT].notna().all(axis=1)]
    coders = rows.groupby([rows[name] for name in EXCERPT])["excerpt_id"].transform("size")

    def word(row: int) -> Fault:
        rule = f"an excerpt should have {CODERS} coders at the least; it has {coders[row]:g}"
        remedy = "Let another coder code it, or leave the excerpt out."
        return Fault(coded.source.file, row, "excerpt_id", coded.source.cell(row, "excerpt_id"), rule, remedy)

    return of_a_kind(rows.index[(coders < CODERS).to_numpy(dtype=bool)].tolist(), word)


def _themes(coded: Checked) -> list[Fault]:
    """Refuse themes that the codebook does not know, that stand twice, or that are not parted by single blanks."""
    known = list(codebook.codes("theme"))
    cells = coded.frame["themes"].dropna()
    found = {int(str(row)): _fault_in(str(cell), known) for row, cell in cells.items()}
    wrong = {row: fault for row, fault in found.items() if fault is not None}

    def word(row: int) -> Fault:
        return Fault(coded.source.file, row, "themes", str(cells[row]), *wrong[row])

    return of_a_kind(list(wrong), word)


def _fault_in(cell: str, known: list[str]) -> tuple[str, str] | None:
    """Say what is wrong with a cell of themes, and what to do; nothing where it is right."""
    themes = cell.split(" ")
    strange = [theme for theme in themes if theme not in known]
    if strange:
        return (
            f"themes should be codes of themes, parted by one blank; {strange[0]!r} is none",
            f"Use some of {', '.join(known)}.",
        )
    if len(set(themes)) < len(themes):
        twice = next(theme for theme in themes if themes.count(theme) > 1)
        return f"themes should name each theme once; {twice} stands twice", f"Write {twice} once."
    return None


def _unknown_schools(coded: Checked, schools: Checked) -> list[Fault]:
    """Refuse a school that the schools do not have in the year of the interview."""
    key = ["year", "school_id"]
    if not set(key) <= set(coded.frame) or not set(key) <= set(schools.frame):
        return []
    rows = coded.frame[coded.frame[key].notna().all(axis=1)]
    there = pd.MultiIndex.from_frame(schools.frame[key])
    unknown = ~pd.MultiIndex.from_frame(rows[key]).isin(there)

    def word(row: int) -> Fault:
        school, year = coded.source.cell(row, "school_id"), coded.source.cell(row, "year")
        rule = f"{schools.source.file} should have the school in {year}"
        remedy = "Correct the code or the year, or empty the cell where no school is meant."
        return Fault(coded.source.file, row, "school_id", school, rule, remedy)

    return of_a_kind(rows.index[unknown].tolist(), word)
