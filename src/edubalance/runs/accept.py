"""Accept a run as the new reference: notebook and figures change together, or not at all."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from edubalance import locks, paths
from edubalance.errors import EdubalanceError

_STAGING, _READY, _OLD = ".staging", ".ready", ".old"
_NOTEBOOK, _FIGURES = "notebook.ipynb", "figures"


def accept(name: str, executed: Path, figures: Path) -> None:
    """
    Put a run's notebook and figures in the place of the committed ones.

    Parameters
    ----------
    name : str
        The notebook.
    executed : Path
        The executed notebook, in its normal form.
    figures : Path
        The folder of its figures; it may not exist.

    Raises
    ------
    EdubalanceError
        If another accept is under way in the project.
    OSError
        If the disk is full; nothing has changed then.

    Notes
    -----
    All is first copied beside, then marked as ready by one renaming. Before that moment the old reference stands,
    after it the new one does: `recover` finishes what a kill in between left unfinished.
    """
    with _locked() as granted:
        if not granted:
            raise EdubalanceError("Another accept is under way in this project.", hint="Wait for it to end.")
        _finish_all()
        staging = _folder() / f"{name}{_STAGING}"
        try:
            _stage(staging, executed, figures)
        except OSError:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        _finish(staging.replace(_folder() / f"{name}{_READY}"))


def recover() -> None:
    """Finish what a killed accept left: complete the new reference if it was ready, else forget it."""
    if _folder().is_dir():
        with _locked() as granted:
            if granted:
                _finish_all()


def _folder() -> Path:
    """Return where new references wait."""
    return paths.build() / "accept"


def _stage(staging: Path, executed: Path, figures: Path) -> None:
    """Copy notebook and figures to a folder of their own."""
    staging.mkdir(parents=True)
    shutil.copyfile(executed, staging / _NOTEBOOK)
    if figures.is_dir():
        shutil.copytree(figures, staging / _FIGURES)
    else:
        (staging / _FIGURES).mkdir()


def _finish_all() -> None:
    """Complete what is ready and remove what is not."""
    for staging in _folder().glob(f"*{_STAGING}"):
        shutil.rmtree(staging)
    for ready in _folder().glob(f"*{_READY}"):
        _finish(ready)


def _finish(ready: Path) -> None:
    """Move what is ready into place; each step may have been done already."""
    name = ready.name.removesuffix(_READY)
    reference = paths.reference_figures(name)
    old = ready.with_name(f"{name}{_OLD}")
    if (ready / _FIGURES).exists():
        if reference.exists():
            shutil.rmtree(old, ignore_errors=True)
            reference.replace(old)
        reference.parent.mkdir(exist_ok=True)
        (ready / _FIGURES).replace(reference)
    if reference.is_dir() and not any(reference.iterdir()):
        reference.rmdir()
    if (ready / _NOTEBOOK).exists():
        (ready / _NOTEBOOK).replace(paths.notebook(name))
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(ready)


def _locked() -> contextlib.AbstractContextManager[bool]:
    """Hold the project's lock, or say that another holds it."""
    return locks.locked(_folder() / "lock")
