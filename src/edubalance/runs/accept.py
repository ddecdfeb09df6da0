"""Accept a run as the new reference: notebook, figures and what is known of its code change together, or not at all."""

from __future__ import annotations

from pathlib import Path

from edubalance import paths, storage
from edubalance.runs import known


def accept(name: str, executed: Path, figures: Path) -> None:
    """
    Put a run's notebook and figures in the place of the committed ones, and take note of its code.

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
    StorageError
        If another command changes the project's notebooks.
    OSError
        If the disk is full; nothing has changed then.
    """
    with storage.change(paths.notebooks()) as changed:
        place(changed, name, executed, figures)


def place(changed: storage.Change, name: str, executed: Path, figures: Path) -> None:
    """
    Put a reference in place, as a part of a change.

    Parameters
    ----------
    changed : Change
        Of the project's notebooks.
    name : str
        The notebook.
    executed, figures : Path
        As for `accept`.
    """
    changed.write(paths.notebook(name), executed.read_bytes())
    if figures.is_dir() and any(figures.iterdir()):
        changed.place(figures, paths.reference_figures(name), keep=True)
    else:
        changed.remove(paths.reference_figures(name))
    known.record(changed, name, executed)
