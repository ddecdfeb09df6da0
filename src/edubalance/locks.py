"""Locks: one process works in a place at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def locked(file: Path) -> Iterator[bool]:
    """
    Hold a lock, or say that another holds it; the system lets go when a process ends.

    Parameters
    ----------
    file : Path
        The lock; it is made if need be, and stays.

    Yields
    ------
    bool
        Whether the lock is held.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as handle:
        yield _lock(handle)


def _lock(handle: IO[str]) -> bool:
    """Try to lock a file; where the system has no such locks, trust that there is one user."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
