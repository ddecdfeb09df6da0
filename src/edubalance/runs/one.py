"""Execute one notebook in a folder."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import papermill
from papermill.exceptions import PapermillExecutionError

from edubalance import paths, storage
from edubalance.runs import engine, kernels, limits, normalise
from edubalance.runs.request import Failure, Outcome, Request

Watch = Callable[[str, int, int], None]
LOG = "kernel.log"


def execute_one(
    request: Request,
    running: engine.Running,
    watch: Watch | None = None,
    *,
    forked: bool,
    allowed: limits.Limits,
    project: Path | None = None,
) -> Outcome:
    """
    Execute one notebook and write its normal form.

    Parameters
    ----------
    request : Request
        What to execute, and where.
    running : Running
        Gets the kernel, so that it can be ended from another thread.
    watch : callable, optional
        Called with name, cells begun and cells in all whenever a code cell begins.
    forked : bool
        Whether to fork the kernel from the warm server.
    allowed : Limits
        Time and memory.
    project : Path, optional
        The project that the notebook belongs to; the one of this process unless given.

    Returns
    -------
    Outcome
        With the failure and its cell if the notebook did not come to its end; it is kept as far as it came.
    """
    began = time.perf_counter()
    request.figures.mkdir(parents=True, exist_ok=True)
    progress = engine.Progress(request.name, running, watch)
    try:
        failure = _failure(request, progress, project or paths.project(), forked=forked, allowed=allowed)
    finally:
        engine.close_event_loop()
    if request.executed.exists():
        normalise.file(request.executed, request.executed)
    return Outcome(request, time.perf_counter() - began, failure)


def _failure(
    request: Request, progress: engine.Progress, project: Path, *, forked: bool, allowed: limits.Limits
) -> Failure | None:
    """Run papermill; return what went wrong in the notebook, or None."""
    try:
        _papermill(request, progress, project, forked=forked, allowed=allowed)
    except PapermillExecutionError as error:
        if error.ename == "OSError" and error.evalue.startswith(f"[Errno {errno.ENOSPC}]"):
            # The disk is full for all notebooks: no fault of this one.
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        if allowed.megabytes is not None and error.ename.endswith("MemoryError"):
            excess = limits.too_large(allowed)
            return progress.failure(excess.error, excess.message, "\n".join(error.traceback))
        return progress.failure(error.ename, error.evalue, "\n".join(error.traceback))
    except engine.KernelLostError as error:
        # papermill writes what errors of cells leave, but not what a lost kernel leaves.
        storage.write_alone(request.executed, normalise.text(error.notebook))
        lost = error.failure
        if lost.error.startswith("Kernel") and (request.folder / LOG).stat().st_size:
            return progress.failure(lost.error, f"{lost.message} (see {request.folder.name}/{LOG})")
        return lost
    return None


def _papermill(
    request: Request, progress: engine.Progress, project: Path, *, forked: bool, allowed: limits.Limits
) -> None:
    """Hand a notebook to papermill; all folders are absolute, since papermill's own are process-wide."""
    folder = request.folder.resolve()
    with (folder / LOG).open("w", encoding="utf-8") as log:
        papermill.execute_notebook(
            _escaped(request.notebook),
            _escaped(request.executed),
            parameters=dict(request.parameters),
            engine_name=engine.NAME,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=allowed.cell_seconds,
            time_limit=allowed.seconds,
            memory_limit=allowed.megabytes,
            progress=progress,
            forked=forked,
            launch={
                "cwd": str(request.notebook.resolve().parent),
                "env": kernels.environment(project, request.figures.resolve(), folder),
                "stderr": log,
            },
        )


def _escaped(path: Path) -> str:
    """Return a path for papermill, which fills in what stands in braces."""
    return str(path.resolve()).replace("{", "{{").replace("}", "}}")
