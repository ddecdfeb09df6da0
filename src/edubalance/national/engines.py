"""Where partitions are worked on: in this process, or on the workers of a Dask scheduler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from edubalance.national.index import Partition
from edubalance.national.partition_work import Task, lost, work
from edubalance.workers import client

RETRIES = 3


def each(
    partitions: Sequence[Partition], task: Task, scheduler: str | None = None, workers: int | None = None
) -> Iterator[dict[str, Any]]:
    """
    Work on all partitions.

    Parameters
    ----------
    partitions : sequence of Partition
        What to work on.
    task : Task
        What to do with each.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers see the same files under the same names; ``local`` starts one for
        this run, with `workers` processes. Without it, the work is done here.
    workers : int, optional
        Processes of a local cluster; as many as there are processors unless given.

    Yields
    ------
    dict
        What `partition_work.work` returns, as partitions are done.

    Raises
    ------
    EdubalanceError
        If the scheduler cannot be reached.

    Notes
    -----
    It is the same function everywhere. A partition whose worker was killed is given to another one; one that kills
    every worker fails, with all its counties, and the others finish.
    """
    if scheduler is None:
        for partition in partitions:
            yield work(partition, task)
        return
    with client(scheduler, workers) as connected:
        yield from _on_workers(connected, partitions, task)


def _on_workers(connected: Any, partitions: Sequence[Partition], task: Task) -> Iterator[dict[str, Any]]:
    """Give out the partitions and collect what comes back, in the order in which it comes."""
    from distributed import KilledWorker, as_completed

    done: Any = as_completed
    # The task goes with every partition: what is scattered beforehand is lost with the worker that holds it.
    futures = {connected.submit(work, each, task, pure=False, retries=RETRIES): each for each in partitions}
    for future in done(futures, loop=connected.loop):
        try:
            yield future.result()
        except KilledWorker:
            yield lost(futures[future], task)
