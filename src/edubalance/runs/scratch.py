"""Scratch folders, and putting a complete run in the place of an old one."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from edubalance import paths

DAY_SECONDS = 86_400


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """
    Give a new, empty folder below ``build/`` and remove it at the end, however the end comes.

    Yields
    ------
    Path
        The folder.
    """
    parent = paths.build() / "scratch"
    parent.mkdir(parents=True, exist_ok=True)
    _forget_old(parent)
    new = Path(tempfile.mkdtemp(dir=parent))
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _forget_old(parent: Path) -> None:
    """Remove what a killed run left; a folder of the last day may belong to one that is under way."""
    for left in parent.iterdir():
        if time.time() - left.stat().st_mtime > DAY_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def replace_folder(new: Path, target: Path) -> None:
    """
    Put a complete folder in the place of another on the same disk.

    Parameters
    ----------
    new : Path
        The complete folder; it is moved.
    target : Path
        Where it goes; what is there is kept until the new one is in place.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    old = Path(tempfile.mkdtemp(dir=new.parent)) / "old"
    if target.exists():
        target.replace(old)
    new.replace(target)
    shutil.rmtree(old.parent, ignore_errors=True)
