"""Where partitions are worked on: in this process, or on the workers of a Dask scheduler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from edubalance.errors import EdubalanceError
from edubalance.national.index import Partition
from edubalance.national.partition_work import Task, lost, work

RETRIES = 3
PATIENCE = "10s"  # until a scheduler answers
LOCAL = "local"


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
    with _client(scheduler, workers) as client:
        yield from _on_workers(client, partitions, task)


@contextmanager
def _client(scheduler: str, workers: int | None) -> Iterator[Any]:
    """Connect to a scheduler, or start one with its workers on this machine."""
    from distributed import Client, LocalCluster

    connect: Any = Client
    begin: Any = LocalCluster
    with ExitStack() as stack:
        address: Any = scheduler
        if scheduler == LOCAL:
            options = {"processes": True, "threads_per_worker": 1, "dashboard_address": None, "n_workers": workers}
            address = stack.enter_context(begin(host="127.0.0.1", **options))
        try:
            client = stack.enter_context(connect(address, timeout=PATIENCE, set_as_default=False))
        except (OSError, ValueError) as error:
            raise EdubalanceError(
                f"No scheduler answers at {scheduler}: {error}.",
                hint="Start one with `dask scheduler`, or use --cluster local.",
            ) from error
        yield client


def _on_workers(client: Any, partitions: Sequence[Partition], task: Task) -> Iterator[dict[str, Any]]:
    """Give out the partitions and collect what comes back, in the order in which it comes."""
    from distributed import KilledWorker, as_completed

    done: Any = as_completed
    # The task goes with every partition: what is scattered beforehand is lost with the worker that holds it.
    futures = {client.submit(work, each, task, pure=False, retries=RETRIES): each for each in partitions}
    for future in done(futures, loop=client.loop):
        try:
            yield future.result()
        except KilledWorker:
            yield lost(futures[future], task)
