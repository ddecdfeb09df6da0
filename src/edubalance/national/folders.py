"""The folder of a result: it is filled beside its place and then replaced, and nothing of anyone else is touched."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edubalance import storage
from edubalance.errors import StorageError
from edubalance.national.receipts import FOLDER as RECEIPTS

MANIFEST = "manifest.json"
# What makes a manifest one of ours.
_STATED = {"version", "kind", "standard", "convention", "parts"}


@contextmanager
def staging(target: Path, written: set[str], *, resume: bool) -> Iterator[Path]:
    """
    Give the folder that a run writes to, a hidden one beside its target; no other run works for this target then.

    Parameters
    ----------
    target : Path
        Where the results go in the end; a folder there must be an earlier result.
    written : set of str
        What a result may hold.
    resume : bool
        Whether to keep what an interrupted run left, and to take over the parts of an earlier result.

    Yields
    ------
    Path
        The folder. What is in it after an error stays there for `resume`.

    Raises
    ------
    StorageError
        If another run is at work for the same target, or something else stands in its place.
    """
    storage.settle(target)
    _refuse_strange(target, written)
    with storage.locked(target):
        new = storage.staging(target)
        if not resume:
            shutil.rmtree(new, ignore_errors=True)
        new.mkdir(exist_ok=True)
        if resume and target.exists():
            _take_over(target, new)
        yield new


def _refuse_strange(target: Path, written: set[str]) -> None:
    """Refuse a place where something stands that a new result would wipe out."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if _stated(target) is None:
        raise StorageError.of("not_a_result", file=str(target))
    # A file that a system hides, such as .DS_Store, is no work of anyone.
    strange = (path for path in target.iterdir() if path.name not in written)
    others = sorted(path.name for path in strange if path.is_dir() or path.name[0] != ".")
    if others:
        raise StorageError.of("more_than_a_result", file=str(target), others=", ".join(others[:5]))


def _stated(folder: Path) -> dict[str, Any] | None:
    """Read the manifest of a result; None where there is none, or it is none of ours."""
    try:
        stated = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(stated, dict) and stated.keys() >= _STATED and isinstance(stated["parts"], list)
    return stated if ours else None


def _take_over(target: Path, new: Path) -> None:
    """Link the parts of an earlier result; receipts last, since a receipt says that the parts are there."""
    parts = (_stated(target) or {"parts": []})["parts"]
    for table, suffix in [*((table, ".parquet") for table in tables_of(target)), (RECEIPTS, ".json")]:
        (new / table).mkdir(exist_ok=True)
        for name in parts:
            source, link = target / table / f"{name}{suffix}", new / table / f"{name}{suffix}"
            if source.is_file() and not link.exists():
                _link(source, link)


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


def put_in_place(new: Path, target: Path, manifest: dict[str, Any]) -> None:
    """
    Complete a result and put it in the place of an earlier one.

    Parameters
    ----------
    new : Path
        The complete folder, from `staging`; it is moved.
    target : Path
        Where it goes; what is there is kept until the new one is in place.
    manifest : dict
        What the result was made of.
    """
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    storage.write_alone(new / MANIFEST, text + "\n")
    with storage.change(target, held=True) as changed:
        changed.place(new, target)
