"""
The sheets of an old xls file, read by a child process with limits of its own.

A damaged file of this format can make its reader run in a circle until the memory is full, which nothing inside the
process could end.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from edubalance.intake.workbook.grid import Grid, Place, Value
from edubalance.intake.workbook.messages import Notice, of_a_reader
from edubalance.intake.workbook.packages import Refused

CHILD = Path(__file__).with_name("child.py")
# Bytes and seconds; the largest sheet that the format can hold needs less.
MEMORY, SECONDS = 2_000_000_000, 60
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")


def read(raw: bytes, name: str) -> tuple[list[Grid], list[Notice]]:
    """
    Read the sheets of an xls file.

    Parameters
    ----------
    raw : bytes
        The file.
    name : str
        Its name.

    Returns
    -------
    tuple of list of Grid and list of Notice
        Sheets that are not hidden, and what is to be said.

    Raises
    ------
    Refused
        If it is protected by a password or cannot be read within the limits.
    """
    if ENCRYPTED in raw:
        raise Refused("encrypted")
    said = _from_child(raw)
    if "refused" in said:
        raise Refused(said["refused"], {"why": of_a_reader(str(said.get("why", "")))})
    notices = [Notice(Place(name), "macros")] if MACROS in raw else []
    notices.append(Notice(Place(name), "old_format"))
    grids = []
    for sheet in said["sheets"]:
        if sheet["hidden"]:
            notices.append(Notice(Place(name, sheet["name"]), "hidden"))
            continue
        rows = [[_value(value) for value in row] for row in sheet["rows"]]
        merged = tuple((tuple(first), tuple(last)) for first, last in sheet["merged"])
        grids.append(Grid(name, sheet["name"], rows, merged, formats_known=False))
    return grids, notices


def _from_child(raw: bytes) -> dict[str, Any]:
    """Let the child read; that it fails says that the file is damaged."""
    command = [sys.executable, "-I", str(CHILD), str(MEMORY)]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise Refused("unreadable", {"why": of_a_reader("")}) from None
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _value(value: Any) -> Value:
    """Return a value of a cell; a date or time comes as a list of one text."""
    if not isinstance(value, list):
        return "" if value is None else value
    try:
        return datetime.date.fromisoformat(value[0][:10])
    except ValueError:
        return datetime.timedelta()
