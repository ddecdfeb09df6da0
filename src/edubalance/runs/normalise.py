"""The normal form of an executed notebook: what was computed, and nothing of when, where or with which version."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import nbformat
from nbval.plugin import coalesce_streams

from edubalance import storage
from edubalance.errors import EdubalanceError

INJECTED_TAG = "injected-parameters"
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_LANGUAGE = {"name": "python"}
_RUN_KEYS = ("papermill", "execution")


def notebook(executed: Any) -> Any:
    """
    Return the normal form of a notebook.

    Cells are named by their place, the cell that papermill injects by its task; times, paths, versions of the kernel
    and marks of the run are dropped; text written in several pieces is joined, as nbval joins it before comparing.

    Parameters
    ----------
    executed : NotebookNode
        An executed notebook; it is not changed.

    Returns
    -------
    NotebookNode
        Two runs that computed the same have the same normal form.
    """
    normal: Any = copy.deepcopy(executed)
    normal.metadata = type(normal)(kernelspec=_KERNEL, language_info=_LANGUAGE)
    normal.nbformat, normal.nbformat_minor = 4, 5
    place = 0
    for cell in normal.cells:
        _drop_run_metadata(cell)
        injected = INJECTED_TAG in cell.metadata.get("tags", [])
        place += not injected
        cell.id = INJECTED_TAG if injected else f"cell-{place:02d}"
        if cell.cell_type == "code":
            cell.outputs = coalesce_streams(cell.outputs)
    return normal


def _drop_run_metadata(cell: Any) -> None:
    """Remove from a cell what only tells of the run."""
    for key in _RUN_KEYS:
        cell.metadata.pop(key, None)
    if not cell.metadata.get("tags", True):
        del cell.metadata["tags"]


def text(normal: Any) -> str:
    """Return the notebook as the text of a file."""
    written: str = nbformat.writes(normal)  # type: ignore[no-untyped-call]
    return written if written.endswith("\n") else written + "\n"


def file(source: Path, target: Path) -> None:
    """
    Write the normal form of one notebook file to another; they may be the same.

    Parameters
    ----------
    source, target : Path
        The target is replaced only when its new text is complete.
    """
    storage.write_alone(target, text(notebook(read(source))))


def read(source: Path) -> Any:
    """
    Read a notebook as format 4.

    Parameters
    ----------
    source : Path
        The file.

    Returns
    -------
    NotebookNode
        The notebook.

    Raises
    ------
    EdubalanceError
        If the file is no notebook.
    """
    try:
        return nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, AttributeError, nbformat.ValidationError) as error:
        said = str(error).splitlines()[0].rstrip(".")
        raise EdubalanceError(
            f"{source.name} should be a Jupyter notebook: {said}.", hint="Name another file."
        ) from error
