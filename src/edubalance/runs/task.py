"""One notebook from request to recorded result: the same function in a thread here and in a worker elsewhere."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from edubalance import storage
from edubalance.runs import engine, key, record, server
from edubalance.runs.limits import Limits
from edubalance.runs.one import LOG, execute_one
from edubalance.runs.request import Failure, Outcome, Request

# What chance may have caused; an error in a cell, or a limit that is passed, comes again.
_BY_CHANCE = ("KernelDied", "KernelDidNotStart")

# Read while a notebook runs. The package is not among them where kernels are forked: they have it already.
_READ = ("notebook", "data", "standards")


@dataclass(frozen=True)
class Task:
    """
    One notebook to execute, wherever the same files are found under the same names.

    Attributes
    ----------
    name : str
        The run.
    notebook : Path
        The notebook.
    project : Path
        The project that it belongs to.
    target : Path
        Where the result goes, in one step.
    staging : Path
        Folder on the same disk for results that are not complete.
    parameters : mapping of str to object
        Values for the notebook, checked already.
    defaults : mapping of str to object
        Values that the notebook has itself.
    key : mapping of str to str
        What the run is made of; empty where nothing is recorded.
    limits : Limits
        Time and memory.
    retries : int
        How often to try again when the kernel was lost.
    forked : bool
        Whether kernels are forked from a warm process.
    """

    name: str
    notebook: Path
    project: Path
    target: Path
    staging: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    key: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    retries: int = 0
    forked: bool = True

    @property
    def request(self) -> Request:
        """Return the request whose folder is the result."""
        return Request(self.name, self.notebook, self.target, self.parameters)


def perform(task: Task, running: engine.Running | None = None) -> Outcome:
    """
    Execute a notebook and put its result in place, unless it is there already.

    Parameters
    ----------
    task : Task
        What to do.
    running : Running, optional
        Gets the kernel, so that it can be ended from another thread.

    Returns
    -------
    Outcome
        Its request tells where the result is.

    Notes
    -----
    The result is made in a folder of its own, gets its record as its last file, and is then moved into place by one
    renaming: what is in place is whole, whenever a worker is killed. Of two workers that did the same, the first wins.
    """
    running = running or engine.Running()
    if task.key and record.is_complete(task.target, task.key):
        return Outcome(task.request, 0.0)
    failure = _unfit(task)
    if failure is not None:
        return Outcome(task.request, 0.0, failure)
    for attempt in range(task.retries + 1):
        with _staged(task) as folder:
            outcome = _tried(task, folder, running)
            again = outcome.failure is not None and outcome.failure.error in _BY_CHANCE and attempt < task.retries
            if not again:
                _record(task, folder, outcome.failure)
                _put_in_place(task, folder)
                break
    return replace(outcome, request=task.request)


def _unfit(task: Task) -> Failure | None:
    """Refuse to compute with another package than the key tells of; get a warm process of the right one."""
    wanted = task.key.get("src", "")
    if task.forked and server.has(wanted):
        return None
    if wanted and key.source() != wanted:
        return Failure(
            0, "", "OtherPackage", "the package here is not, or no longer, the one that the batch began with"
        )
    if task.forked:
        server.start(wanted)
    return None


def _tried(task: Task, folder: Path, running: engine.Running) -> Outcome:
    """Execute once; a notebook whose inputs changed meanwhile has a result of nothing in particular."""
    request = Request(task.name, task.notebook, folder, task.parameters)
    outcome = execute_one(request, running, forked=task.forked, allowed=task.limits, project=task.project)
    if running.stopped:
        raise engine.Stopped
    if task.key and outcome.failure is None:
        now = key.Keys(task.project, task.notebook).of(task.parameters, task.defaults)
        moved = [part for part in key.changed(task.key, now) if part in _READ]
        if moved:
            failure = Failure(0, "", "InputsChanged", f"{', '.join(moved)} changed while the notebook ran")
            return replace(outcome, failure=failure)
    return outcome


@contextlib.contextmanager
def _staged(task: Task) -> Iterator[Path]:
    """Give a folder for a result that is not complete; what is not moved away is removed."""
    task.staging.mkdir(parents=True, exist_ok=True)
    around = Path(tempfile.mkdtemp(dir=task.staging))
    folder = around / task.name
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(around, ignore_errors=True)


def _record(task: Task, folder: Path, failure: Failure | None) -> None:
    """Tidy a result up and write its record, where there is to be one."""
    shutil.rmtree(folder / "ipython", ignore_errors=True)
    if not task.key:
        return
    log = folder / LOG
    if failure is None or not log.stat().st_size:
        log.unlink()
    results = list(folder.glob("figures/*/results.csv"))
    if len(results) == 1:
        results[0].replace(folder / "results.csv")
    for empty in sorted((file for file in folder.rglob("*") if file.is_dir()), reverse=True):
        with contextlib.suppress(OSError):  # not empty
            empty.rmdir()
    status: record.Status = "done" if failure is None else "failed"
    record.write(record.Record(task.name, status, task.key, task.parameters, failure), folder)


def _put_in_place(task: Task, folder: Path) -> None:
    """Move a result to its place, unless another worker was first with the same."""
    with storage.change(task.target) as changed:
        if not (task.key and record.is_complete(task.target, task.key)):
            changed.place(folder, task.target)
