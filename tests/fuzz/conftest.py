"""Each mutant has half a minute and two gigabytes: a hang or a flood ends the run with the mutant's seed."""

from __future__ import annotations

import contextlib
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

SECONDS, BYTES = 30, 2 * 1024**3


def _held() -> int:
    """Return the most memory that this process has held, in bytes (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@contextlib.contextmanager
def _limits(seed: int) -> Iterator[None]:
    def stop(signum: int, frame: object) -> None:
        pytest.fail(f"seed {seed}: not done after {SECONDS} s")

    before, old = _held(), signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)
    if _held() > max(before, BYTES):
        pytest.fail(f"seed {seed}: more than {BYTES} bytes")


@pytest.fixture
def limits() -> Callable[[int], AbstractContextManager[None]]:
    """Return what holds one mutant, named by its seed, to its limits."""
    return _limits
