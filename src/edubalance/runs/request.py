"""What is asked for, and what became of it: one notebook, its folder, its failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Request:
    """
    One notebook to execute.

    Attributes
    ----------
    name : str
        What to call it in reports: the stem of the notebook's name.
    notebook : Path
        The notebook; it is only read.
    folder : Path
        The scratch folder, empty: gets ``<name>.ipynb`` and ``figures/``.
    parameters : mapping of str to object
        Values for the cell tagged ``parameters``, checked already.
    """

    name: str
    notebook: Path
    folder: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def executed(self) -> Path:
        """Return where the executed notebook goes."""
        return self.folder / f"{self.name}.ipynb"

    @property
    def figures(self) -> Path:
        """Return the parent folder of the figures: a notebook writes to a folder of its case's name in it."""
        return self.folder / "figures"


@dataclass(frozen=True)
class Failure:
    """
    Why a notebook did not come to its end.

    Attributes
    ----------
    cell : int
        Which code cell, counted from 1; 0 where none had begun.
    first_line : str
        The cell's first line of code.
    error : str
        Name of the exception.
    message : str
        Its message.
    traceback : str
        Where it was raised, for those who ask.
    """

    cell: int
    first_line: str
    error: str
    message: str
    traceback: str = ""

    def __str__(self) -> str:
        """Say which cell and what in one line."""
        where = f"code cell {self.cell} ({self.first_line})" if self.cell else "before the first cell"
        return f"{where}: {self.error}: {self.message}"


@dataclass(frozen=True)
class Outcome:
    """
    What became of a request.

    Attributes
    ----------
    request : Request
        What was asked for.
    seconds : float
        How long it took.
    failure : Failure or None
        None when every cell ran.
    """

    request: Request
    seconds: float
    failure: Failure | None = None
