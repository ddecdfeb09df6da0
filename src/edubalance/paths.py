"""The only module that knows a folder."""

from __future__ import annotations

import os
from pathlib import Path

from edubalance.errors import EdubalanceError

PROJECT_VARIABLE = "EDUBALANCE_PROJECT"
FIGURES_VARIABLE = "EDUBALANCE_FIGURES"


def project() -> Path:
    """
    Find the project: the folder that holds ``cases/`` and ``notebooks/``.

    The environment variable ``EDUBALANCE_PROJECT`` names it; otherwise it is the working folder
    or the nearest folder above it that holds both.

    Returns
    -------
    Path
        Absolute path of the project.

    Raises
    ------
    EdubalanceError
        If there is no such folder.
    """
    named = os.environ.get(PROJECT_VARIABLE)
    here = Path(named).resolve() if named else Path.cwd().resolve()
    for folder in [here] if named else [here, *here.parents]:
        if (folder / "cases").is_dir() and (folder / "notebooks").is_dir():
            return folder
    raise EdubalanceError(
        f"No folder with cases/ and notebooks/ at or above {here.name or here}.",
        hint=f"Change into the project, or name it in the variable {PROJECT_VARIABLE}.",
    )


def cases() -> Path:
    """Return the folder that holds one folder a case."""
    return project() / "cases"


def case(case_id: str) -> Path:
    """Return the folder of one case."""
    return cases() / case_id


def notebooks() -> Path:
    """Return the folder of the committed, executed notebooks."""
    return project() / "notebooks"


def notebook(case_id: str) -> Path:
    """Return the notebook of one case."""
    return notebooks() / f"{case_id}.ipynb"


def reference_figures(case_id: str) -> Path:
    """Return the folder of the committed figures of one case; only ``accept`` writes there."""
    return project() / "figures" / case_id


def figures(case_id: str) -> Path:
    """
    Return the folder that a running notebook writes its figures to.

    ``EDUBALANCE_FIGURES`` names the parent folder (the runner sets it to its scratch folder);
    otherwise it is ``build/figures``, so that opening a notebook never touches what is committed.
    """
    named = os.environ.get(FIGURES_VARIABLE)
    return (Path(named) if named else build() / "figures") / case_id


def build() -> Path:
    """Return the folder for everything that can be made again."""
    return project() / "build"
