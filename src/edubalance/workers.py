"""Reach the workers of a Dask scheduler, or start some on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from edubalance.errors import EdubalanceError

LOCAL = "local"
PATIENCE = "10s"  # until a scheduler answers


@contextmanager
def client(scheduler: str, processes: int | None = None) -> Iterator[Any]:
    """
    Connect to a scheduler for as long as the context lasts.

    Parameters
    ----------
    scheduler : str
        Its address, or ``local`` for a cluster on this machine that lives as long as the context.
    processes : int, optional
        Workers of a local cluster, each with one thread; as many as processors unless given.

    Yields
    ------
    distributed.Client
        Connected; it is not made the default of this process.

    Raises
    ------
    EdubalanceError
        If no scheduler answers.
    """
    from distributed import Client, LocalCluster, Security

    connect: Any = Client
    begin: Any = LocalCluster
    with ExitStack() as stack:
        address: Any = scheduler
        if scheduler == LOCAL:
            options = {"processes": True, "threads_per_worker": 1, "dashboard_address": None, "n_workers": processes}
            address = stack.enter_context(begin(host="127.0.0.1", security=_certificates(Security), **options))
        try:
            connected = stack.enter_context(connect(address, timeout=PATIENCE, set_as_default=False))
        except (OSError, ValueError) as error:
            raise EdubalanceError.of("no_scheduler", address=scheduler, reason=str(error)) from error
        yield connected


def _certificates(security: Any) -> Any:
    """
    Make the certificate of a local cluster, which lives in memory and as long as the cluster.

    A scheduler runs whatever reaches it, as its user: on loopback everyone on the machine could reach it.
    """
    return security.temporary()
