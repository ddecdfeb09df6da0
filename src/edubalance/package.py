"""The package itself: what it is made of."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_DECIDING = (".py", ".yml", ".csv")


@cache
def state() -> str:
    """
    Hash the code, rules and tables of the package, as this process first found them.

    Returns
    -------
    str
        Two processes with the same state of the package compute the same.
    """
    files = sorted(file for file in _FOLDER.rglob("*") if file.suffix in _DECIDING)
    stated = [[file.relative_to(_FOLDER).as_posix(), hashlib.sha256(file.read_bytes()).hexdigest()] for file in files]
    return hashlib.sha256(json.dumps(stated).encode("utf-8")).hexdigest()
