"""Scratch folders below ``build/``: each is locked by the process that works in it, and goes with it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from edubalance import paths
from edubalance.errors import StorageError
from edubalance.storage.locks import PATIENCE_SECONDS, file_lock
from edubalance.storage.parts import LOCK, beside, new_token, remove


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """
    Give a new, empty folder below ``build/`` and remove it at the end, however the end comes.

    Yields
    ------
    Path
        The folder. What killed processes left beside it is removed first; a folder that is in use stays, however old.
    """
    parent = paths.build() / "scratch"
    parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(parent)
    new = parent / new_token()
    # The lock comes first: a folder whose lock is free has nobody in it.
    with file_lock(beside(new, LOCK), new, PATIENCE_SECONDS):
        new.mkdir()
        try:
            yield new
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _remove_abandoned(parent: Path) -> None:
    """Remove the folders and locks of processes that are gone; another process may be doing the same."""
    names = {path.name.removeprefix(".").removesuffix(f".{LOCK}") for path in parent.iterdir()}
    for left in sorted(parent / name for name in names):
        # In use, removed by another process first, or not ours to remove: no reason not to begin.
        with contextlib.suppress(StorageError, OSError), file_lock(beside(left, LOCK), left, 0.0):
            remove(left)
