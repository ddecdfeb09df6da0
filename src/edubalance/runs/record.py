"""The record of a run: written last, it says what the run was made of and that the result beside it is whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from edubalance import storage
from edubalance.runs import key
from edubalance.runs.request import Failure

FILE = "record.json"
FORMAT = 1

Status = Literal["done", "failed"]


@dataclass(frozen=True)
class Record:
    """
    What a run was made of and what came of it; no times, so that two runs of the same have the same record.

    Attributes
    ----------
    id : str
        The run.
    status : {"done", "failed"}
        Whether the notebook came to its end.
    key : mapping of str to str
        What it was made of, part by part.
    parameters : mapping of str to object
        Values that it was given.
    failure : Failure or None
        Why it did not come to its end.
    files : mapping of str to str
        The files of the result, with their hashes.
    """

    id: str
    status: Status
    key: Mapping[str, str]
    parameters: Mapping[str, Any]
    failure: Failure | None = None
    files: Mapping[str, str] = field(default_factory=dict)


def write(record: Record, folder: Path) -> None:
    """
    Write a record beside its result.

    Parameters
    ----------
    record : Record
        Its `files` are not looked at: those of the folder are taken.
    folder : Path
        The result, complete.
    """
    stated = {"format": FORMAT, **asdict(record), "files": _hashes(folder)}
    if record.failure is not None:
        stated["failure"] = {name: value for name, value in stated["failure"].items() if name != "traceback"}
    text = json.dumps(stated, ensure_ascii=False, indent=1, default=str) + "\n"
    storage.write_alone(folder / FILE, text)


def read(folder: Path) -> Record | None:
    """
    Read the record of a result.

    Parameters
    ----------
    folder : Path
        The result.

    Returns
    -------
    Record or None
        None where there is none, or none that can be read.
    """
    try:
        stated = json.loads((folder / FILE).read_text(encoding="utf-8"))
        failure = Failure(**stated["failure"]) if stated["failure"] else None
        if stated.pop("format") != FORMAT:
            return None
        return Record(**{**stated, "failure": failure})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def is_complete(folder: Path, made_of: Mapping[str, str]) -> bool:
    """Tell whether a folder holds the whole result of a run of this key."""
    record = read(folder)
    return record is not None and record.status == "done" and record.key == made_of and not _damage(folder, record)


def reason(folder: Path, made_of: Mapping[str, str], parameters: Mapping[str, Any]) -> str:
    """
    Say why a run is not complete.

    Parameters
    ----------
    folder : Path
        Its result, if there is one.
    made_of : mapping of str to str
        The key that it would have now.
    parameters : mapping of str to object
        Values that it would be given now.

    Returns
    -------
    str
        Empty where the run is complete and its files are as they were written.
    """
    if not folder.exists():
        return "new"
    before = read(folder)
    if before is None:
        return "no record"
    parts = key.changed(before.key, made_of)
    if parts:
        return ", ".join(_told(part, before.parameters, parameters) for part in parts)
    if before.status != "done":
        return f"failed before: {before.failure}"
    return _damage(folder, before)


def _told(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Name a part that changed; of parameters, which ones and how."""
    if part != "parameters":
        return part
    moved = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    told = (f"{name} {before.get(name, 'default')} → {after.get(name, 'default')}" for name in moved)
    return f"parameters ({', '.join(told)})"


def _damage(folder: Path, record: Record) -> str:
    """Name a file of the result that is not as it was written."""
    now = _hashes(folder)
    for name in sorted({*now, *record.files}):
        if now.get(name) != record.files.get(name):
            return f"result: {name} is not as it was written"
    return ""


def _hashes(folder: Path) -> dict[str, str]:
    """Hash the files of a result."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {name: key.of_file(file) for file in files if (name := file.relative_to(folder).as_posix()) != FILE}
