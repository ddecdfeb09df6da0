"""Receipts: which parts a partition has, and what is in them; what is damaged or gone is not taken over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from edubalance import storage
from edubalance.errors import StorageError

FOLDER = "receipts"


def part(folder: Path, table: str, name: str) -> Path:
    """Name the file of a part."""
    return folder / table / f"{name}.parquet"


def write_part(content: bytes, file: Path) -> str:
    """Write a part whole or not at all, whoever else writes the same; return its hash."""
    storage.write_alone(file, content)
    return hashlib.sha256(content).hexdigest()


def write(folder: Path, name: str, parts: dict[str, str]) -> dict[str, Any]:
    """
    Write a receipt, after the parts.

    Parameters
    ----------
    folder : Path
        Holds the parts.
    name : str
        Name of the parts.
    parts : dict of str to str
        The hash of each, by table.

    Returns
    -------
    dict
        The receipt.
    """
    said = {"name": name, "parts": parts}
    storage.write_alone(folder / FOLDER / f"{name}.json", json.dumps(said))
    return said


def kept(folder: Path, name: str) -> dict[str, Any] | None:
    """
    Read the receipt of parts that are there as they were written.

    Parameters
    ----------
    folder : Path
        Holds the parts.
    name : str
        Name of the parts.

    Returns
    -------
    dict or None
        None where there is no receipt, or a part is not as it was written.
    """
    try:
        said: dict[str, Any] = json.loads((folder / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        found = {table: storage.digest(part(folder, table, name)) for table in said["parts"]}
    except (OSError, ValueError, KeyError):
        return None
    return said if said["parts"] == found else None


def refuse_lost(folder: Path, receipts: Iterable[dict[str, Any]]) -> None:
    """
    Refuse to close a run some of whose parts are gone: tables of the country would lack counties in silence.

    Parameters
    ----------
    folder : Path
        Holds the parts.
    receipts : iterable of dict
        Of all partitions.

    Raises
    ------
    StorageError
        If a part that was written is not there.
    """
    files = (part(folder, table, receipt["name"]) for receipt in receipts for table in receipt["parts"])
    gone = [file for file in files if not file.is_file()]
    if gone:
        raise StorageError.of("parts_gone", count=len(gone), file=f"{gone[0].parent.name}/{gone[0].name}")
