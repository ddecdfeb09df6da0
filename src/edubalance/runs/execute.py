"""Execute notebooks: each once, several at a time, in a scratch folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Literal, TypeVar

from edubalance.runs import engine, server
from edubalance.runs.limits import CELL_SECONDS, Limits
from edubalance.runs.one import Watch, execute_one
from edubalance.runs.request import Outcome, Request

Kernels = Literal["forked", "ordinary"]
Task = TypeVar("Task")
Found = TypeVar("Found")


def workers() -> int:
    """Return how many notebooks to run at a time: as many as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(
    requests: Sequence[Request],
    *,
    kind: Kernels | None = None,
    timeout: int = CELL_SECONDS,
    watch: Watch | None = None,
    project: Path | None = None,
) -> Generator[Outcome, None, None]:
    """
    Execute notebooks side by side; one that fails does not stop the others.

    Parameters
    ----------
    requests : sequence of Request
        What to execute.
    kind : {"forked", "ordinary"}, optional
        Which kernels; by default forked ones where the system can fork.
    timeout : int
        Seconds that one cell may take.
    watch : callable, optional
        Called with name, cells begun and cells in all whenever a code cell begins; from several threads.
    project : Path, optional
        The project that the notebooks belong to; the one of this process unless given.

    Yields
    ------
    Outcome
        One a request, in the order in which they end.

    Notes
    -----
    When the iteration is broken off, by Ctrl-C or by the caller, every kernel is killed before control returns.
    """
    forked = is_forked(kind)
    if forked:
        server.start()

    def one(request: Request, running: engine.Running) -> Outcome:
        return execute_one(request, running, watch, forked=forked, allowed=Limits(timeout), project=project)

    yield from side_by_side(one, requests)


def is_forked(kind: Kernels | None) -> bool:
    """Tell whether kernels are forked: as asked for, or where the system can."""
    return kind == "forked" or (kind is None and server.available())


def side_by_side(
    work: Callable[[Task, engine.Running], Found], tasks: Sequence[Task], at_a_time: int | None = None
) -> Generator[Found, None, None]:
    """
    Do tasks in threads.

    Parameters
    ----------
    work : callable
        Does one task; its kernels go into what it is given, so that they can be ended.
    tasks : sequence
        What to do.
    at_a_time : int, optional
        How many threads; as many as processors unless given.

    Yields
    ------
    object
        What `work` returns, in the order in which tasks end.
    """
    running = engine.Running()
    pool = ThreadPoolExecutor(max_workers=max(1, min(at_a_time or workers(), len(tasks))))
    futures = [pool.submit(work, task, running) for task in tasks]
    try:
        yield from _as_they_end(futures)
    finally:
        _end(futures, running)
        pool.shutdown()


def _as_they_end(futures: Sequence[Future[Found]]) -> Iterator[Found]:
    """Yield results; wait in short spells, so that Ctrl-C is heard on every system."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _end(futures: Sequence[Future[Found]], running: engine.Running) -> None:
    """Stop what still runs; a kernel that is just starting is met at the next round."""
    waiting = {future for future in futures if not (future.cancel() or future.done())}
    while waiting:
        running.stop()
        _, waiting = wait(waiting, timeout=0.2)
