"""Which notebooks' code is known here: made by this project, or accepted by whoever uses it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

from edubalance import paths, storage
from edubalance.runs import normalise
from edubalance.spreadsheets import as_csv

FILE = "known.csv"
_HEADER = ("notebook", "code")


def code(notebook: Path) -> str:
    """
    Hash the code of a notebook; text, outputs and metadata run nothing.

    Parameters
    ----------
    notebook : Path
        The notebook.

    Returns
    -------
    str
        SHA-256 of its code cells, in hexadecimal digits.
    """
    cells = [cell.source for cell in normalise.read(notebook).cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()


def is_known(notebook: Path) -> bool:
    """
    Tell whether a notebook's code was made here or accepted.

    Parameters
    ----------
    notebook : Path
        The notebook, wherever it lies.

    Returns
    -------
    bool
        False after any change of its code, until it is accepted.
    """
    return code(notebook) in _recorded().values()


def remember(name: str) -> None:
    """
    Record the code of a notebook of the project as known.

    Parameters
    ----------
    name : str
        Its name in ``notebooks/``, without the ending; ``template/county`` for the template.
    """
    with storage.change(paths.notebooks()) as changed:
        record(changed, name, paths.notebook(name))


def record(changed: storage.Change, name: str, notebook: Path) -> None:
    """
    Record the code of a notebook as known, as a part of a change.

    Parameters
    ----------
    changed : Change
        Of the project's notebooks: it holds their lock.
    name : str
        The notebook.
    notebook : Path
        Its file, wherever it lies as yet.
    """
    recorded = {each: hashed for each, hashed in _recorded().items() if paths.notebook(each).is_file()}
    text = as_csv([_HEADER, *sorted({**recorded, name: code(notebook)}.items())])
    if not _file().is_file() or _file().read_text(encoding="utf-8") != text:
        changed.write(_file(), text)


def notice(notebook: Path) -> str:
    """
    Say what one should know before running a notebook whose code is not known.

    Parameters
    ----------
    notebook : Path
        The notebook.

    Returns
    -------
    str
        One line; empty if the code is known.
    """
    if is_known(notebook):
        return ""
    return (
        f"{notebook.name} holds code that was neither made by edubalance nor accepted here. It runs with your rights: "
        "if it is not your own, read it first."
    )


def _file() -> Path:
    """Return the file of what is known."""
    return paths.notebooks() / FILE


def _recorded() -> dict[str, str]:
    """Read what is known: notebook to code."""
    if not _file().is_file():
        return {}
    rows = csv.DictReader(io.StringIO(_file().read_text(encoding="utf-8")))
    return {row["notebook"]: row["code"] for row in rows if row.get("code")}
