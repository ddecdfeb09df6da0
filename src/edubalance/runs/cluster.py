"""Notebooks over the workers of a Dask scheduler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from edubalance.errors import EdubalanceError
from edubalance.runs.request import Failure, Outcome
from edubalance.runs.task import Task, perform
from edubalance.workers import client

_ONCE_MORE = 2  # for what may go wrong on the way to a worker's files


def each(tasks: Sequence[Task], scheduler: str, workers: int | None = None, *, lives: int = 3) -> Iterator[Outcome]:
    """
    Perform tasks on the workers of a scheduler.

    Parameters
    ----------
    tasks : sequence of Task
        What to do; the workers see the same files under the same names.
    scheduler : str
        Its address, or ``local`` for a cluster on this machine that lives as long as this.
    workers : int, optional
        Processes of a local cluster; as many as processors unless given.
    lives : int
        How often a task may be given out again after the scheduler gave it up, since its workers were killed.

    Yields
    ------
    Outcome
        One a task, in the order in which they end.

    Raises
    ------
    EdubalanceError
        If the scheduler cannot be reached, or its workers cannot work for this package.

    Notes
    -----
    A task whose worker was killed is given to another. If its result was in place by then it is not made again: it is
    the record on the disk that says what is done, and not the memory of a worker.
    """
    with client(scheduler, workers) as connected:
        yield from _on_workers(connected, tasks, lives)


def _on_workers(connected: Any, tasks: Sequence[Task], lives: int) -> Iterator[Outcome]:
    """Give out the tasks and collect what comes back, in the order in which it comes."""
    from distributed import KilledWorker, as_completed

    done: Any = as_completed

    def submit(task: Task) -> Any:
        return connected.submit(perform, task, pure=False, retries=_ONCE_MORE)

    given = {submit(task): (task, lives) for task in tasks}
    ended = done(given, loop=connected.loop)
    for future in ended:
        task, left = given.pop(future)
        try:
            yield future.result()
        except KilledWorker:
            if left:
                again = submit(task)
                given[again] = (task, left - 1)
                ended.add(again)
            else:
                yield Outcome(task.request, 0.0, Failure(0, "", "WorkerKilled", "every worker that had it was killed"))
        except ImportError as error:
            raise EdubalanceError(
                f"The workers at {connected.scheduler.address} cannot import what they need: {error}.",
                hint="Start them in an environment with this package.",
            ) from error
