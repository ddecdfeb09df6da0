"""The list of a batch: one row a run, an ``id`` and one column a parameter of the notebook."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edubalance import cases, inputs, notices
from edubalance.errors import EdubalanceError, Fault, TableError
from edubalance.runs import parameters
from edubalance.runs.naming import nearest
from edubalance.spreadsheets import as_meant

ID = "id"

# A folder of this name is made, on any system: no dots, no slashes.
_ID = re.compile(r"\w[\w-]*")
_LONGEST = 80


@dataclass(frozen=True)
class Row:
    """
    One run of a batch.

    Attributes
    ----------
    id : str
        Name of the run and of its folder.
    parameters : mapping of str to object
        Values for the notebook; an empty cell leaves the notebook its own.
    """

    id: str
    parameters: Mapping[str, Any]


def read(file: Path, notebook: Path) -> tuple[Row, ...]:
    """
    Read the list of a batch; all faults are told together.

    Parameters
    ----------
    file : Path
        CSV in UTF-8, UTF-16 or GB18030 with a header: ``id``, and parameters of the notebook.
    notebook : Path
        The notebook that is to run with them.

    Returns
    -------
    tuple of Row
        In the order of the file.

    Raises
    ------
    TableError
        If a column is unknown, an id cannot be a folder or stands twice, or a value is not one that the notebook takes.
    EdubalanceError
        If the file is no table.
    """
    header, lines = _lines(file)
    known = parameters.defaults(notebook)
    faults = _faults_of_header(file.name, header, known)
    if faults:
        raise TableError(faults)
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, cells in lines:
        row, found = _row(_Line(file.name, number, dict(zip(header, cells, strict=False))), len(cells), known, notebook)
        faults += found
        if len(cells) <= len(header):
            faults += _double(file.name, number, row.id, seen)
        rows.append(row)
    if faults:
        raise TableError(faults)
    if not rows:
        raise EdubalanceError(f"{file.name} has no rows below its header.", hint="Write one row a run.")
    return tuple(rows)


@dataclass(frozen=True)
class _Line:
    """One line of the file."""

    file: str
    number: int
    cells: Mapping[str, str]

    def fault(self, column: str, rule: str, remedy: str) -> Fault:
        """Return a fault of a cell."""
        return Fault(self.file, self.number, column, self.cells.get(column, ""), rule, remedy)


def _lines(file: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the lines that are not empty, numbered as a spreadsheet does."""
    text, encoding = inputs.decoded(inputs.content(file), file.name)
    if encoding != inputs.UTF8:
        notices.log("encoding", file=file.name, encoding=encoding)
    lines = [[as_meant(cell.strip()) for cell in line] for line in inputs.rows(text, file.name)]
    if not lines:
        raise EdubalanceError(f"{file.name} is empty.", hint=f"It needs a header with {ID} and one row a run.")
    return lines[0], [(number, line) for number, line in enumerate(lines[1:], start=2) if any(line)]


def _faults_of_header(file: str, header: list[str], known: Mapping[str, Any]) -> list[Fault]:
    """Find what is wrong with the columns."""
    faults = []
    if ID not in header:
        faults.append(Fault(file, 1, ID, "", f"there should be a column {ID}", "Add it: each run needs a name."))
    for place, name in enumerate(header):
        if name in header[:place]:
            faults.append(Fault(file, 1, name, name, "a column should stand once", "Delete one of the two."))
        elif name != ID and name not in known:
            rule = f"columns should be {ID} and parameters of the notebook"
            faults.append(Fault(file, 1, name, name, rule, nearest(name, [ID, *known])))
    return faults


def _row(line: _Line, width: int, known: Mapping[str, Any], notebook: Path) -> tuple[Row, list[Fault]]:
    """Turn a line into a run, with its faults."""
    faults = []
    name = line.cells.get(ID, "")
    if width > len(line.cells):
        rule = f"a row should have {len(line.cells)} cells, as the header has; it has {width}"
        faults.append(line.fault("", rule, "Put quotes about a value with a comma in it."))
    if not _ID.fullmatch(name) or len(name.encode()) > _LONGEST:
        rule = "an id should be letters, digits, _ and -, since a folder gets its name"
        faults.append(line.fault(ID, rule, "Choose a short name that is unique, such as the county's code."))
    values: dict[str, Any] = {}
    given = {column: typed for column, typed in line.cells.items() if column != ID and typed}
    case_id = str({**known, **given}.get(parameters.CASE, notebook.stem))
    if parameters.CASE in given and not cases.exists(case_id):
        faults.append(line.fault(parameters.CASE, "there should be such a case", nearest(case_id, cases.available())))
    for column, typed in given.items():
        try:
            values[column] = parameters.value(column, typed, known[column], case_id)
        except EdubalanceError as error:
            faults.append(line.fault(column, error.what.rstrip("."), error.hint))
    return Row(name, values), faults


def _double(file: str, number: int, name: str, seen: dict[str, int]) -> list[Fault]:
    """Refuse an id that stands twice; some systems do not tell capital letters from small ones in names of folders."""
    same = unicodedata.normalize("NFC", name).casefold()
    if not name or same not in seen:
        seen[same] = number
        return []
    return [Fault(file, number, ID, name, f"an id should stand once; it stands in row {seen[same]}", "Rename one.")]
