"""Batch: one notebook, thousands of counties; what is complete is not done again."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from edubalance import paths, storage
from edubalance.errors import EdubalanceError, StorageError
from edubalance.runs import listing, parameters, record, server, summary
from edubalance.runs.execute import is_forked, side_by_side
from edubalance.runs.key import Keys
from edubalance.runs.limits import Limits
from edubalance.runs.naming import nearest, notebooks
from edubalance.runs.request import Outcome
from edubalance.runs.task import Task, perform

TEMPLATE = "template"
RETRIES = 2
_STAGING = ".scratch"


@dataclass(frozen=True)
class Plan:
    """
    What a batch has to do.

    Attributes
    ----------
    tasks : tuple of Task
        All runs, in the order of the list.
    reasons : dict of str to str
        By run, why it is not complete; empty where it is.
    out : Path
        Folder of the results.
    """

    tasks: tuple[Task, ...]
    reasons: dict[str, str]
    out: Path

    @property
    def waiting(self) -> tuple[Task, ...]:
        """Return the runs that are not complete."""
        return tuple(task for task in self.tasks if self.reasons[task.name])


def notebook_of(name: str) -> Path:
    """
    Find the notebook of a batch.

    Parameters
    ----------
    name : str
        ``template``, the name of a notebook in ``notebooks/``, or a file.

    Returns
    -------
    Path
        The notebook.

    Raises
    ------
    EdubalanceError
        If there is none.
    """
    if name == TEMPLATE:
        return paths.notebooks() / TEMPLATE / "county.ipynb"
    if name.endswith(".ipynb"):
        if not Path(name).is_file():
            raise EdubalanceError(f"There is no file {name}.", hint=nearest(name, [TEMPLATE, *notebooks()]))
        return Path(name).resolve()
    (known,) = notebooks([name])
    return paths.notebook(known)


def plan(
    counties: Path,
    notebook: Path,
    out: Path,
    *,
    limits: Limits | None = None,
    retries: int = RETRIES,
) -> Plan:
    """
    Read the list, and find out what of it is complete.

    Parameters
    ----------
    counties : Path
        The list: a row a run.
    notebook : Path
        The notebook.
    out : Path
        Folder of the results.
    limits : Limits, optional
        Time and memory of a notebook.
    retries : int
        How often to try again when a kernel or a worker was lost.

    Returns
    -------
    Plan
        Nothing has been executed or written.

    Raises
    ------
    EdubalanceError
        If the list has faults, or folders of its runs hold something else; they are told together.
    """
    rows = listing.read(counties, notebook)
    defaults = parameters.defaults(notebook)
    keys, project, folder = Keys(paths.project(), notebook), paths.project(), out.resolve()
    tasks = tuple(
        Task(
            name=row.id,
            notebook=notebook,
            project=project,
            target=folder / row.id,
            staging=folder / _STAGING,
            parameters=row.parameters,
            defaults=defaults,
            key=keys.of(row.parameters, defaults),
            limits=limits or Limits(),
            retries=retries,
            forked=is_forked(None),
        )
        for row in rows
    )
    for task in tasks:
        storage.settle(task.target)
    _refuse_strange(tasks)
    return Plan(tasks, {task.name: record.reason(task.target, task.key, task.parameters) for task in tasks}, folder)


def _refuse_strange(tasks: Sequence[Task]) -> None:
    """Refuse to replace what no batch has made: a result came into its place with a record."""
    there = (task.target for task in tasks if task.target.exists() and not (task.target / record.FILE).is_file())
    strange = [target.name for target in there if target.is_file() or any(target.iterdir())]
    if strange:
        raise StorageError.of("strange_results", file=tasks[0].target.parent.name, others=", ".join(strange[:5]))


def run(
    planned: Plan,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    ended: Callable[[Outcome], None] | None = None,
) -> list[summary.Line]:
    """
    Do what a plan has to do, and write the summary of all.

    Parameters
    ----------
    planned : Plan
        From `plan`.
    scheduler : str, optional
        Address of a Dask scheduler, or ``local``; threads of this process with warm kernels unless given, which is
        faster on one machine.
    workers : int, optional
        How many at a time here or in the local cluster; as many as processors unless given.
    ended : callable, optional
        Told of every run that has ended.

    Returns
    -------
    list of Line
        All runs of the list, those that were complete before among them.

    Raises
    ------
    EdubalanceError
        If another batch is at work in the folder, or the scheduler cannot be reached.
    """
    with _alone(planned.out):
        with contextlib.closing(_outcomes(planned.waiting, scheduler, workers, planned)) as outcomes:
            lost = {}
            for outcome in outcomes:
                if outcome.failure is not None:
                    lost[outcome.request.name] = outcome.failure
                if ended is not None:
                    ended(outcome)
        lines = [summary.line(task, lost.get(task.name)) for task in planned.tasks]
        summary.write(lines, planned.out)
    return lines


def _outcomes(
    tasks: Sequence[Task], scheduler: str | None, workers: int | None, planned: Plan
) -> Generator[Outcome, None, None]:
    """Choose where the work is done: for notebooks on one machine threads are faster than a cluster."""
    if not tasks:
        return
    if scheduler is not None:
        from edubalance.runs import cluster

        yield from cluster.each(tasks, scheduler, workers, lives=tasks[0].retries + 1)
        return
    if tasks[0].forked:
        server.start(planned.tasks[0].key["src"])
    yield from side_by_side(perform, tasks, workers)


@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Work in a folder that no other batch works in, and leave nothing half-made there."""
    with storage.locked(out):
        out.mkdir(exist_ok=True)
        shutil.rmtree(out / _STAGING, ignore_errors=True)
        try:
            yield
        finally:
            shutil.rmtree(out / _STAGING, ignore_errors=True)
