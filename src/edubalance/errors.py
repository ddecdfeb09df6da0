"""Errors that a user can act on: what is wrong, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


class EdubalanceError(Exception):
    """
    A mistake in what was given to the package; the command line turns it into exit code 2.

    Parameters
    ----------
    what : str
        What was expected and what was received.
    hint : str, optional
        What to do about it.

    Examples
    --------
    >>> str(EdubalanceError("Pupils must be positive; got -3.", hint="Correct the row."))
    'Pupils must be positive; got -3. Hint: Correct the row.'
    """

    def __init__(self, what: str, *, hint: str = "") -> None:
        self.what = what
        self.hint = hint
        super().__init__(f"{what} Hint: {hint}" if hint else what)


class StandardError(EdubalanceError):
    """A rule, standard or profile that does not exist, or was not in force on the day asked for."""


class CaseError(EdubalanceError):
    """A case that does not exist or whose files do not agree with each other."""


class MeasureError(EdubalanceError):
    """Values for which a measure is not defined."""


@dataclass(frozen=True)
class Fault:
    """
    One fault in a table.

    Attributes
    ----------
    file : str
        Name of the file (and of its sheet, where it has sheets).
    row : int or None
        Row as a spreadsheet counts it: the header is row 1. None where the whole column or file is meant.
    column : str
        Column name, empty where the whole row or file is meant.
    value : str
        The value as found, empty where it is missing.
    rule : str
        What the value should be, without a full stop: a table prints it as it is.
    remedy : str
        What to do.
    """

    file: str
    row: int | None
    column: str
    value: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        """Say where, what and what to do in one line."""
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else "",
                f"column {self.column}" if self.column else "",
            )
            if part
        )
        found = f"; found {self.value!r}" if self.value else ""
        return f"{place}: {self.rule}{found}. Hint: {self.remedy}"


class TableError(EdubalanceError):
    """
    Faults in the tables, all together.

    Parameters
    ----------
    faults : sequence of Fault
        In the order of files, rows and columns.
    """

    def __init__(self, faults: tuple[Fault, ...] | list[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"{count} fault{'s' if count != 1 else ''} in the tables:\n{lines}")
