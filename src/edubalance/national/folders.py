"""Folders that are written beside and then replaced: a kill loses nothing."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from edubalance.errors import EdubalanceError

MANIFEST = "manifest.json"
RECEIPTS = "receipts"


def staging(target: Path, *, resume: bool) -> Path:
    """
    Prepare the folder that a run writes to, beside its target.

    Parameters
    ----------
    target : Path
        Where the results go in the end; a folder there must be an earlier result.
    resume : bool
        Whether to keep what an interrupted run left, and to take over the parts of an earlier result.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    EdubalanceError
        If something else stands in the target's place.
    """
    if target.exists() and not (target / MANIFEST).is_file() and (target.is_file() or any(target.iterdir())):
        raise EdubalanceError(
            f"{target} exists and is not a result of this command; it would be replaced.", hint="Name another folder."
        )
    beside = target.with_name(f"{target.name}.part")
    if not resume:
        shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True, exist_ok=True)
    if resume and (target / MANIFEST).is_file():
        _take_over(target, beside)
    return beside


def _take_over(target: Path, beside: Path) -> None:
    """Link the parts of an earlier result; receipts last, since a receipt says that the parts are there."""
    parts = json.loads((target / MANIFEST).read_text(encoding="utf-8"))["parts"]
    for table, suffix in [*((table, ".parquet") for table in tables_of(target)), (RECEIPTS, ".json")]:
        (beside / table).mkdir(exist_ok=True)
        for name in parts:
            old, new = target / table / f"{name}{suffix}", beside / table / f"{name}{suffix}"
            if old.is_file() and not new.exists():
                _link(old, new)


def _link(old: Path, new: Path) -> None:
    """Give a file a second name, or copy it where the system cannot."""
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)


def tables_of(folder: Path) -> list[str]:
    """List the tables that a result has in parts."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != RECEIPTS)


def forget_others(folder: Path, names: set[str]) -> None:
    """Remove parts that belong to no partition any more, and what was half written."""
    for path in folder.glob("*/*"):
        if path.is_file() and (path.name.startswith(".") or path.stem not in names):
            path.unlink()


def put_in_place(beside: Path, target: Path, manifest: dict[str, Any]) -> None:
    """
    Complete a result and put it in the place of an earlier one.

    Parameters
    ----------
    beside : Path
        The complete folder; it is moved.
    target : Path
        Where it goes; what is there is kept until the new one is in place.
    manifest : dict
        What the result was made of.
    """
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (beside / MANIFEST).write_text(text + "\n", encoding="utf-8")
    holder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    if target.exists():
        target.replace(holder / "old")
    beside.replace(target)
    shutil.rmtree(holder, ignore_errors=True)
