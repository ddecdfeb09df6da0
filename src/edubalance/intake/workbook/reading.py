"""Workbooks read as one county: files to sheets, sheets to parts, parts to tables, tables through the strict stage."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError
from edubalance.intake.validate import Checked
from edubalance.intake.workbook import arithmetic, assembly, files, strict
from edubalance.intake.workbook.assembly import Assembled
from edubalance.intake.workbook.columns import Question, Settings
from edubalance.intake.workbook.grid import Grid, Place
from edubalance.intake.workbook.messages import Notice, SheetFault
from edubalance.intake.workbook.sheets import read_sheet

# Faults that leave whole columns or sheets unread: what tables say of each other means nothing then.
OF_A_FILE = (
    *("unreadable", "other_format", "many_errors", "encrypted", "bomb", "entities", "too_wide"),
    *("encoding", "encoding_broken", "quotation"),
    *("file_absent", "file_not_regular", "file_too_large", "too_many_cells", "too_many_sheets"),
)
OF_A_SHEET = (
    *("no_table", "header_merged", "no_tables", "no_rows"),
    *("year_unknown", "year_twice", "level_unknown", "column_required"),
)
OF_A_HEADER = ("header_unsure", "header_unknown", "header_missing", "header_twice")
INCOMPLETE = frozenset((*OF_A_FILE, *OF_A_SHEET, *OF_A_HEADER))


@dataclass(frozen=True, eq=False)
class Reading:
    """
    What came of reading workbooks.

    Attributes
    ----------
    tables : Tables or None
        The tables; None where there is a fault.
    assembled : mapping of str to Assembled
        Each table as clean text, with the cell of each value.
    faults : tuple of SheetFault
        All together, in the order of files, sheets, rows and columns.
    notices : tuple of Notice
        What a user should know of what was read.
    questions : tuple of Question
        What a person can confirm; each stands behind a fault.
    grids : tuple of Grid
        The sheets as they were read, for the annotated copy.
    """

    tables: Tables | None
    assembled: AnyMapping[str, Assembled]
    faults: tuple[SheetFault, ...]
    notices: tuple[Notice, ...]
    questions: tuple[Question, ...]
    grids: tuple[Grid, ...]

    def texts(self) -> dict[str, str]:
        """
        Return the tables as CSV texts, by name.

        Returns
        -------
        dict of str to str
            UTF-8 text with the codebook's columns, lines ended by a line feed.

        Raises
        ------
        EdubalanceError
            If there are faults.
        """
        if self.tables is None:
            raise EdubalanceError(f"The workbooks have {len(self.faults)} faults.", hint="Mend them and read again.")
        return {name: _as_csv(each) for name, each in self.assembled.items()}


def _as_csv(each: Assembled) -> str:
    """Write one table as CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(each.frame.columns)
    writer.writerows(each.frame.to_numpy(dtype=object).tolist())
    return out.getvalue()


def read(paths: Sequence[str | Path], settings: Settings | None = None) -> Reading:
    """
    Read the workbooks of a county.

    Parameters
    ----------
    paths : sequence of str or Path
        Files (xlsx, xlsm, xls, ods, CSV) that together hold the tables.
    settings : Settings, optional
        What was confirmed before, whether proposals are taken, and the county or year that no sheet says.

    Returns
    -------
    Reading
        Tables, or every fault of every file; nothing is raised for a bad file.

    Notes
    -----
    No macro is run, no formula computed, no link followed: formulas give the value that was saved with them. What is
    not surely a number, a code or a column is a fault or a question, never a guess.
    """
    settings = settings or Settings()
    opened = [files.open_file(Path(path)) for path in paths]
    grids = tuple(grid for each in opened for grid in each.grids)
    sheets = [read_sheet(grid, settings) for grid in grids]
    faults = [fault for file in opened for fault in file.faults] + [fault for each in sheets for fault in each.faults]
    notices = [notice for file in opened for notice in file.notices]
    notices += [notice for each in sheets for notice in each.notices]
    assembled = assembly.assemble([part for sheet in sheets for part in sheet.parts])
    faults += [fault for each in assembled.values() for fault in each.faults]
    notices += [notice for each in assembled.values() for notice in each.notices]
    faults += assembly.of_one_level(assembled["schools"]) if "schools" in assembled else []
    unread = {(fault.place.file, fault.place.sheet) for fault in faults if fault.key in INCOMPLETE}
    whole = Place(", ".join(Path(path).name for path in paths))
    faults += assembly.absent(assembled, whole, unread)
    tables = strict.checked(assembled)
    later = _later(assembled, tables, faults)
    faults += strict.without_echoes(later, faults)
    questions = tuple(question for sheet in sheets for question in sheet.questions)
    ordered = _ordered(faults, grids)
    done = strict.typed(tables) if not ordered else None
    return Reading(done, assembled, ordered, tuple(notices), questions, grids)


def _later(
    assembled: AnyMapping[str, Assembled], tables: AnyMapping[str, Checked], before: Sequence[SheetFault]
) -> list[SheetFault]:
    """Ask the strict stage and arithmetic; between tables only where every sheet is read."""
    unread = any(fault.key in INCOMPLETE for fault in before)
    found = strict.faults(assembled, tables, between=not unread)
    if "sections" in tables:
        found += arithmetic.faults(tables["sections"], assembled["sections"])
    return found


def _ordered(faults: Sequence[SheetFault], grids: Sequence[Grid]) -> tuple[SheetFault, ...]:
    """Put faults in the order of files, sheets, rows and columns; equal ones once."""
    order = {(grid.file, grid.sheet): number for number, grid in enumerate(grids)}
    once = {(fault.place, fault.key, fault.value, fault.rule("en")): fault for fault in faults}

    def rank(fault: SheetFault) -> tuple[int, int, int]:
        return order.get((fault.place.file, fault.place.sheet), -1), fault.place.row, fault.place.column

    return tuple(sorted(once.values(), key=rank))
