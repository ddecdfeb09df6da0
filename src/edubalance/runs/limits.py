"""Limits of a run: how long a cell and a notebook may take, and how much memory the kernel may hold."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

import psutil

CELL_SECONDS = 600
_EVERY_SECONDS = 0.1
_CHILDREN_EVERY = 10
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """
    Limits of one notebook.

    Attributes
    ----------
    cell_seconds : int
        What one cell may take.
    seconds : float or None
        What the whole notebook may take, from the beginning of its first cell; None for as long as it needs.
    megabytes : int or None
        Resident memory of the kernel with what it starts, the libraries included (about 300 MB); None for as much as
        there is.
    """

    cell_seconds: int = CELL_SECONDS
    seconds: float | None = None
    megabytes: int | None = None

    @property
    def bytes(self) -> int:
        """Return the memory limit in bytes; 0 where there is none."""
        return (self.megabytes or 0) * _MEGABYTE


@dataclass(frozen=True)
class Excess:
    """
    Which limit was passed.

    Attributes
    ----------
    error : str
        Name of the error.
    message : str
        What was allowed.
    """

    error: str
    message: str


def too_slow(limits: Limits) -> Excess:
    """Say that a notebook took too long."""
    return Excess("TimeLimit", f"the notebook took more than {limits.seconds:g} seconds")


def too_large(limits: Limits) -> Excess:
    """Say that a kernel asked for too much memory."""
    return Excess("MemoryLimit", f"the kernel asked for more than {limits.megabytes} MB")


class Watch:
    """
    Watches one kernel from a thread and kills it when it passes a limit.

    Memory is watched from outside because a limit set inside (`forking` sets one too) counts what is asked for and not
    what is used, and does not know the processes that a notebook starts.

    Parameters
    ----------
    limits : Limits
        What is allowed.
    began : callable
        Returns when the first cell began, by the monotonic clock; None while none has.
    pid : callable
        Returns the number of the kernel's process, None while there is none.
    kill : callable
        Kills the kernel.
    """

    def __init__(
        self,
        limits: Limits,
        began: Callable[[], float | None],
        pid: Callable[[], int | None],
        kill: Callable[[], None],
    ) -> None:
        self.excess: Excess | None = None
        self._limits, self._began, self._pid, self._kill = limits, began, pid, kill
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="limits", daemon=True)

    def __enter__(self) -> Watch:
        """Begin to watch, where there is a limit."""
        if self._limits.seconds is not None or self._limits.megabytes is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End watching."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _watch(self) -> None:
        """Look every tenth of a second; go on killing until the run is over, should the kernel be just starting."""
        turn = 0
        while not self._over.wait(_EVERY_SECONDS):
            self.excess = self.excess or self._found(children=turn % _CHILDREN_EVERY == 0)
            turn += 1
            if self.excess is not None:
                self._kill()

    def _found(self, *, children: bool) -> Excess | None:
        """Return the limit that is passed, if one is."""
        limits = self._limits
        began = self._began()
        if limits.seconds is not None and began is not None and time.monotonic() - began > limits.seconds:
            return too_slow(limits)
        if limits.megabytes is not None and _held(self._pid(), children=children) > limits.bytes:
            return too_large(limits)
        return None


def _held(pid: int | None, *, children: bool) -> int:
    """Return the resident memory of a process, and of those that it started; 0 where it has ended."""
    if pid is None:
        return 0
    try:
        process = psutil.Process(pid)
        return sum(_resident(each) for each in [process, *(process.children(recursive=True) if children else [])])
    except psutil.NoSuchProcess:
        return 0


def _resident(process: psutil.Process) -> int:
    """Return the resident memory of one process; 0 where it has ended meanwhile."""
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
