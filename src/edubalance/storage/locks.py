"""Locks: one process works on a target at a time, and another is told which."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from edubalance.errors import StorageError
from edubalance.storage.parts import LOCK, beside, make_parent, real

# For another's change, which lasts as long as a few renamings; a long run does not wait for another one.
PATIENCE_SECONDS = 10.0
_LOOK_SECONDS = 0.02


@contextlib.contextmanager
def locked(target: Path, *, patience: float = 0.0) -> Iterator[None]:
    """
    Hold the lock of a target; the system lets go when a process ends, however it ends.

    Parameters
    ----------
    target : Path
        The file or folder that this process works on; the lock is a hidden file beside it.
    patience : float
        Seconds to wait for another process.

    Yields
    ------
    None
        While the lock is held.

    Raises
    ------
    StorageError
        If another process holds the lock; it says which.
    """
    target = real(target)
    make_parent(target)
    with file_lock(beside(target, LOCK), target, patience):
        yield


@contextlib.contextmanager
def file_lock(file: Path, target: Path, patience: float) -> Iterator[None]:
    """Hold a lock by its file, which is removed while it is held: whoever waits for the old one asks again."""
    lock = FileLock(file, poll_interval=_LOOK_SECONDS)
    with _about(target):
        try:
            lock.acquire(timeout=patience)
        except Timeout:
            raise StorageError.of("held_by_another", file=str(target), holder=_holder(file)) from None
    try:
        with _about(target):
            _sign(file)
        yield
    finally:
        # Windows removes no file that is open; there an empty lock stays, which holds nobody up.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            file.unlink()
        lock.release()


@contextlib.contextmanager
def _about(target: Path) -> Iterator[None]:
    """Have an error of the system name the target: the user knows of no lock."""
    try:
        yield
    except OSError as error:
        error.filename = str(target)
        raise


def _sign(file: Path) -> None:
    """Write into a lock who holds it: number, machine and command of the process."""
    said = f"{os.getpid()} {socket.gethostname()} {' '.join([Path(sys.argv[0]).name, *sys.argv[1:2]])}"
    with contextlib.suppress(PermissionError):  # Windows lets nobody write to a locked file
        file.write_text(said, encoding="utf-8")


def _holder(file: Path) -> tuple[str, str]:
    """Say who holds a lock, in both languages."""
    try:
        number, machine, command = file.read_text(encoding="utf-8").split(" ", 2)
    except (OSError, ValueError):
        return "another process", "另一进程"
    return f"process {number} on {machine} ({command})", f"{machine}上的进程{number}（{command}）"
