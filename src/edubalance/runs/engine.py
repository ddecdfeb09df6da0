"""
The papermill engine: a warm kernel of its own for each notebook, and it knows which cell is running.

It is registered by entry point, so that ``papermill --engine edubalance-warm in.ipynb out.ipynb`` and
``papermill.execute_notebook(…, engine_name="edubalance-warm", memory_limit=2000)`` work without this package's runner.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines

from edubalance.errors import EdubalanceError
from edubalance.runs import kernels, server
from edubalance.runs.limits import Limits, Watch
from edubalance.runs.normalise import INJECTED_TAG
from edubalance.runs.request import Failure

NAME = "edubalance-warm"


class Stopped(BaseException):
    """Raised between two cells of a notebook whose run is broken off."""


class KernelLostError(RuntimeError):
    """
    A kernel that died or that was ended for passing a limit.

    Parameters
    ----------
    failure : Failure
        In which cell, and why.
    notebook : NotebookNode
        As far as it came.
    """

    def __init__(self, failure: Failure, notebook: Any) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.notebook = notebook


class Running:
    """The kernels at work, so that an interruption can end them all."""

    def __init__(self) -> None:
        self._managers: set[kernels.OrdinaryKernelManager] = set()
        self.stopped = False

    def add(self, manager: kernels.OrdinaryKernelManager) -> None:
        """
        Remember the manager of a kernel that is about to start.

        Parameters
        ----------
        manager : OrdinaryKernelManager
            The manager.
        """
        self._managers.add(manager)

    def discard(self, manager: kernels.OrdinaryKernelManager) -> None:
        """
        Forget the manager of a kernel that has ended.

        Parameters
        ----------
        manager : OrdinaryKernelManager
            The manager.
        """
        self._managers.discard(manager)

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
        self.began: float | None = None
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
        self.began = self.began or time.monotonic()
        if self.running.stopped:
            raise Stopped
        if _counts(cell):
            self.cell += 1
            self._source = cell.source
            if self._watch is not None:
                self._watch(self._name, self.cell, self.total)

    def failure(self, error: str, message: str, traceback: str = "") -> Failure:
        """
        Name the cell that is running as the one where something went wrong.

        Parameters
        ----------
        error, message, traceback : str
            What went wrong.

        Returns
        -------
        Failure
            With the cell.
        """
        lines = (line.strip() for line in self._source.splitlines())
        first = next((line for line in lines if line and not line.startswith("#")), "")
        return Failure(self.cell, first, error, message, traceback)


def _counts(cell: Any) -> bool:
    """Tell whether a cell is counted: cells of code, as the notebook has them before papermill adds its own."""
    return bool(cell.cell_type == "code" and INJECTED_TAG not in cell.metadata.get("tags", []))


class WarmEngine(Engine):  # type: ignore[misc]
    """Executes the notebook that papermill prepared, in a kernel forked from a warm process where the system can."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        time_limit: float | None = None,
        memory_limit: int | None = None,
        progress: Progress | None = None,
        forked: bool | None = None,
        launch: Mapping[str, Any] | None = None,
        **others: Any,
    ) -> None:
        """
        Execute the cells, one after another; papermill calls this.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            The notebook.
        kernel_name : str
            Of any name: the kernel is one of the Python that is running.
        start_timeout, execution_timeout : int
            Seconds for the kernel's start and for one cell.
        time_limit : float, optional
            Seconds for the notebook, from the beginning of its first cell.
        memory_limit : int, optional
            Megabytes that the kernel may hold.
        progress : Progress, optional
            Told of every cell.
        forked : bool, optional
            Whether to fork the kernel; where the system can unless given.
        launch : mapping, optional
            Folder, environment and log of the kernel; the caller's own unless given.
        **others : Any
            What papermill has for its own engine; ``log_output``, ``stdout_file`` and ``stderr_file`` are used.

        Raises
        ------
        KernelLostError
            If the kernel died or passed a limit; it says in which cell.
        EdubalanceError
            If the notebook is in another language than Python.
        """
        language = nb_man.nb.metadata.get("kernelspec", {}).get("language", "python")
        if language != "python":
            raise EdubalanceError(f"The engine {NAME} runs Python; this notebook is in {language}.")
        progress = progress or Progress("", Running(), None)
        progress.total = sum(map(_counts, nb_man.nb.cells))
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            kernel_manager_class=kernels.manager(forked=server.available() if forked is None else forked),
            on_cell_start=progress.begin,
            record_timing=False,
            **{name: others[name] for name in ("log_output", "stdout_file", "stderr_file") if name in others},
        )
        client.log = kernels.silent
        limits = Limits(seconds=time_limit, megabytes=memory_limit)
        _execute(client, progress, limits, execution_timeout, dict(launch or {}))


def _execute(client: Any, progress: Progress, limits: Limits, cell_seconds: int | None, launch: dict[str, Any]) -> None:
    """Execute under watch, and say what became of a kernel that is lost."""
    manager = client.create_kernel_manager()
    manager.bytes = limits.bytes
    progress.running.add(manager)
    watch = Watch(limits, lambda: progress.began, manager.pid, manager.kill_now)
    try:
        with watch:
            client.execute(**launch)
    except CellTimeoutError:
        late = progress.failure("Timeout", f"the cell took more than {cell_seconds} seconds")
        raise KernelLostError(late, client.nb) from None
    except RuntimeError as error:  # so nbclient reports a kernel that did not start, or that ended
        name = "KernelDied" if progress.cell else "KernelDidNotStart"
        said = (watch.excess.error, watch.excess.message) if watch.excess else (name, str(error))
        raise KernelLostError(progress.failure(*said), client.nb) from None
    finally:
        progress.running.discard(manager)


def close_event_loop() -> None:
    """Close this thread's event loop, which nbclient opens and leaves open, with the tasks of a run broken off."""
    loop = ensure_event_loop()
    for task in (tasks := asyncio.all_tasks(loop)):
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()


# An entry point says the same to papermill wherever the package is installed; this is for where it only lies about.
papermill_engines.register(NAME, WarmEngine)
