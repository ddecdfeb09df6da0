"""The papermill engine: gives each kernel its own folder and environment, and knows which cell is running."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from jupyter_core.utils import ensure_event_loop
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines

from edubalance.runs import kernels

NAME = "edubalance"


class Stopped(BaseException):
    """Raised between two cells of a notebook whose run is broken off."""


class Running:
    """The kernels at work, so that an interruption can end them all."""

    def __init__(self) -> None:
        self._managers: list[kernels.OrdinaryKernelManager] = []
        self.stopped = False

    def add(self, manager: kernels.OrdinaryKernelManager) -> None:
        """
        Remember the manager of a kernel that is about to start.

        Parameters
        ----------
        manager : OrdinaryKernelManager
            The manager.
        """
        self._managers.append(manager)

    def stop(self) -> None:
        """Kill every kernel, now."""
        self.stopped = True
        for manager in list(self._managers):
            manager.kill_now()


class Progress:
    """
    Where one notebook stands.

    Parameters
    ----------
    name : str
        The notebook.
    running : Running
        The kernels at work.
    watch : callable, optional
        Told name, cell and number of cells.
    """

    def __init__(self, name: str, running: Running, watch: Callable[[str, int, int], None] | None) -> None:
        self.running = running
        self.cell = 0
        self.total = 0
        self._name = name
        self._watch = watch
        self._source = ""

    def begin(self, cell: Any, cell_index: int) -> None:
        """
        Take note that a cell begins; nbclient calls this.

        Parameters
        ----------
        cell : NotebookNode
            The cell.
        cell_index : int
            Its place among all cells.
        """
        del cell_index
        if self.running.stopped:
            raise Stopped
        if cell.cell_type == "code":
            self.cell += 1
            self._source = cell.source
            if self._watch is not None:
                self._watch(self._name, self.cell, self.total)

    @property
    def first_line(self) -> str:
        """Return the first line of code of the cell that is running."""
        lines = (line.strip() for line in self._source.splitlines())
        return next((line for line in lines if line and not line.startswith("#")), "")


class _Engine(Engine):  # type: ignore[misc]
    """Executes the notebook that papermill prepared."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Execute the cells, one after another."""
        progress: Progress = options["progress"]
        progress.total = sum(cell.cell_type == "code" for cell in nb_man.nb.cells)
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            timeout=options["execution_timeout"],
            startup_timeout=options["start_timeout"],
            kernel_manager_class=options["kernel_manager_class"],
            on_cell_start=progress.begin,
            record_timing=False,
        )
        client.log = kernels.silent
        progress.running.add(client.create_kernel_manager())
        client.execute(**options["launch"])


def close_event_loop() -> None:
    """Close this thread's event loop, which nbclient opens and leaves open, with the tasks of a run broken off."""
    loop = ensure_event_loop()
    for task in (tasks := asyncio.all_tasks(loop)):
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()


papermill_engines.register(NAME, _Engine)
