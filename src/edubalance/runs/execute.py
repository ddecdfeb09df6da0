"""Execute notebooks: each once, several at a time, in a scratch folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import papermill
from nbclient.exceptions import CellTimeoutError
from papermill.exceptions import PapermillExecutionError

from edubalance import paths
from edubalance.runs import engine, kernels, normalise, server

CELL_TIMEOUT = 600

Kernels = Literal["forked", "ordinary"]
Watch = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Request:
    """
    One notebook to execute.

    Attributes
    ----------
    name : str
        What to call it in reports: the stem of the notebook's name.
    notebook : Path
        The notebook; it is only read.
    folder : Path
        The scratch folder, empty: gets ``<name>.ipynb`` and ``figures/``.
    parameters : mapping of str to object
        Values for the cell tagged ``parameters``, checked already.
    """

    name: str
    notebook: Path
    folder: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def executed(self) -> Path:
        """Return where the executed notebook goes."""
        return self.folder / f"{self.name}.ipynb"

    @property
    def figures(self) -> Path:
        """Return the parent folder of the figures: a notebook writes to a folder of its case's name in it."""
        return self.folder / "figures"


@dataclass(frozen=True)
class Failure:
    """
    Why a notebook did not come to its end.

    Attributes
    ----------
    cell : int
        Which code cell, counted from 1; 0 where none had begun.
    first_line : str
        The cell's first line of code.
    error : str
        Name of the exception.
    message : str
        Its message.
    traceback : str
        Where it was raised, for those who ask.
    """

    cell: int
    first_line: str
    error: str
    message: str
    traceback: str = ""

    def __str__(self) -> str:
        """Say which cell and what in one line."""
        where = f"code cell {self.cell} ({self.first_line})" if self.cell else "before the first cell"
        return f"{where}: {self.error}: {self.message}"


@dataclass(frozen=True)
class Outcome:
    """
    What became of a request.

    Attributes
    ----------
    request : Request
        What was asked for.
    seconds : float
        How long it took.
    failure : Failure or None
        None when every cell ran.
    """

    request: Request
    seconds: float
    failure: Failure | None = None


def workers() -> int:
    """Return how many notebooks to run at a time: as many as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(
    requests: Sequence[Request],
    *,
    kind: Kernels | None = None,
    timeout: int = CELL_TIMEOUT,
    watch: Watch | None = None,
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

    Yields
    ------
    Outcome
        One a request, in the order in which they end.

    Notes
    -----
    When the iteration is broken off, by Ctrl-C or by the caller, every kernel is killed before control returns.
    """
    forked = kind == "forked" or (kind is None and server.available())
    if forked:
        server.start()
    running = engine.Running()
    pool = ThreadPoolExecutor(max_workers=max(1, min(workers(), len(requests))))
    futures = [
        pool.submit(_execute_one, request, running, watch, forked=forked, timeout=timeout) for request in requests
    ]
    try:
        yield from _as_they_end(futures)
    finally:
        _end(futures, running)
        pool.shutdown()


def _as_they_end(futures: Sequence[Future[Outcome]]) -> Iterator[Outcome]:
    """Yield outcomes; wait in short spells, so that Ctrl-C is heard on every system."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _end(futures: Sequence[Future[Outcome]], running: engine.Running) -> None:
    """Stop what still runs; a kernel that is just starting is met at the next round."""
    waiting = {future for future in futures if not (future.cancel() or future.done())}
    while waiting:
        running.stop()
        _, waiting = wait(waiting, timeout=0.2)


def _execute_one(
    request: Request,
    running: engine.Running,
    watch: Watch | None,
    *,
    forked: bool,
    timeout: int,
) -> Outcome:
    """Execute one notebook and write its normal form."""
    began = time.perf_counter()
    request.figures.mkdir(parents=True, exist_ok=True)
    progress = engine.Progress(request.name, running, watch)
    try:
        failure = _failure(request, progress, forked=forked, timeout=timeout)
    finally:
        engine.close_event_loop()
    if failure is None:
        normalise.file(request.executed, request.executed)
    return Outcome(request, time.perf_counter() - began, failure)


def _failure(request: Request, progress: engine.Progress, *, forked: bool, timeout: int) -> Failure | None:
    """Run papermill; return what went wrong in the notebook, or None."""
    try:
        _papermill(request, progress, forked=forked, timeout=timeout)
    except PapermillExecutionError as error:
        return _in_cell(progress, error.ename, error.evalue, "\n".join(error.traceback))
    except CellTimeoutError:
        return _in_cell(progress, "Timeout", f"the cell took more than {timeout} seconds")
    except RuntimeError as error:  # so nbclient reports a kernel that did not start, or that ended
        name = "KernelDied" if progress.cell else "KernelDidNotStart"
        return _in_cell(progress, name, f"{error} (see {request.folder.name}/kernel.log)")
    return None


def _in_cell(progress: engine.Progress, error: str, message: str, traceback: str = "") -> Failure:
    """Name the cell that was running."""
    return Failure(progress.cell, progress.first_line, error, message, traceback)


def _papermill(request: Request, progress: engine.Progress, *, forked: bool, timeout: int) -> None:
    """Hand a notebook to papermill; all folders are absolute, since papermill's own are process-wide."""
    folder = request.folder.resolve()
    with (folder / "kernel.log").open("w", encoding="utf-8") as log:
        papermill.execute_notebook(
            _escaped(request.notebook),
            _escaped(request.executed),
            parameters=dict(request.parameters),
            engine_name=engine.NAME,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=timeout,
            progress=progress,
            kernel_manager_class=kernels.manager(forked=forked),
            launch={
                "cwd": str(request.notebook.resolve().parent),
                "env": kernels.environment(paths.project(), request.figures.resolve(), folder),
                "stderr": log,
            },
        )


def _escaped(path: Path) -> str:
    """Return a path for papermill, which fills in what stands in braces."""
    return str(path.resolve()).replace("{", "{{").replace("}", "}}")
