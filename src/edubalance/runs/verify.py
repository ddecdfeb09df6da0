"""Verify: execute every notebook once and compare all that it makes with what is committed."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from edubalance import paths, storage
from edubalance.runs import files, normalise, outputs
from edubalance.runs.drift import Drift
from edubalance.runs.execute import Kernels, execute, is_forked
from edubalance.runs.limits import CELL_SECONDS, Limits
from edubalance.runs.naming import notebooks
from edubalance.runs.one import Watch
from edubalance.runs.request import Failure, Outcome, Request

REPORT = "reproduction.json"
FORMAT = 1

Status = Literal["equal", "drifted", "failed"]


@dataclass(frozen=True)
class Report:
    """
    What became of one notebook.

    Attributes
    ----------
    name : str
        The notebook.
    status : {"equal", "drifted", "failed"}
        Equal only when nothing differs beyond its tolerance.
    seconds : float
        How long it ran.
    comparing : float
        How many seconds it took to compare what it made.
    drifts : tuple of Drift
        What moved.
    failure : Failure or None
        Why it did not come to its end.
    """

    name: str
    status: Status
    seconds: float
    drifts: tuple[Drift, ...] = ()
    failure: Failure | None = None
    comparing: float = field(default=0.0, compare=False)


def reproduce(
    chosen: Sequence[str] = (),
    *,
    kind: Kernels | None = None,
    timeout: int = CELL_SECONDS,
    scheduler: str | None = None,
    watch: Watch | None = None,
    ended: Callable[[Report], None] | None = None,
) -> list[Report]:
    """
    Execute notebooks once and compare their text, named results, numbers drawn and pictures with the reference.

    Nothing outside ``build/`` is written. The executed notebooks stay in ``build/runs/<name>/reproduction``.

    Parameters
    ----------
    chosen : sequence of str
        Which notebooks; none means all.
    kind : {"forked", "ordinary"}, optional
        Which kernels; by default forked ones where the system can.
    timeout : int
        Seconds that one cell may take.
    scheduler : str, optional
        Address of a Dask scheduler whose workers execute the notebooks, the project's folder being theirs too;
        threads of this process unless given.
    watch : callable, optional
        Told whenever a code cell begins here.
    ended : callable, optional
        Told when a notebook has been compared.

    Returns
    -------
    list of Report
        In alphabetical order.
    """
    reports = []
    with storage.folder() as folder:
        requests = [Request(name, paths.notebook(name), folder / name) for name in notebooks(chosen)]
        executed = (
            execute(requests, kind=kind, timeout=timeout, watch=watch)
            if scheduler is None
            else _on_workers(requests, kind, timeout, scheduler)
        )
        with contextlib.closing(executed) as outcomes:
            for outcome in outcomes:
                report = judge(outcome)
                with storage.change(kept(report.name), durable=False) as changed:
                    changed.place(outcome.request.folder, kept(report.name))
                reports.append(report)
                if ended is not None:
                    ended(report)
    return sorted(reports, key=lambda report: report.name)


def _on_workers(
    requests: Sequence[Request], kind: Kernels | None, timeout: int, scheduler: str
) -> Generator[Outcome, None, None]:
    """Execute notebooks on the workers of a scheduler."""
    from edubalance.runs import cluster, task

    limits, project = Limits(timeout), paths.project()
    yield from cluster.each(
        [
            task.Task(
                name=request.name,
                notebook=request.notebook,
                project=project,
                target=request.folder,
                staging=request.folder.parent,
                limits=limits,
                forked=is_forked(kind),
            )
            for request in requests
        ],
        scheduler,
    )


def kept(name: str) -> Path:
    """Return the folder that keeps a notebook's last run by ``reproduce``."""
    return paths.build() / "runs" / name / "reproduction"


def judge(outcome: Outcome) -> Report:
    """
    Compare the outcome of a request with what is committed.

    Parameters
    ----------
    outcome : Outcome
        From `execute`, its folder still in place.

    Returns
    -------
    Report
        What moved.
    """
    request = outcome.request
    if outcome.failure is not None:
        return Report(request.name, "failed", outcome.seconds, failure=outcome.failure)
    began = time.perf_counter()
    committed = normalise.read(request.notebook)
    drifts = [
        *_by_hand(request, committed),
        *outputs.compare(committed, normalise.read(request.executed)),
        *files.compare(paths.reference_figures(request.name), request.figures / request.name),
    ]
    status: Status = "drifted" if drifts else "equal"
    return Report(request.name, status, outcome.seconds, tuple(drifts), comparing=time.perf_counter() - began)


def _by_hand(request: Request, committed: Any) -> list[Drift]:
    """Say that a reference was run, edited or cleared in an editor, which leaves times, versions, ids and counts."""
    run = [cell.execution_count for cell in committed.cells if cell.cell_type == "code" and cell.source.strip()]
    if not any(run) and not paths.reference_figures(request.name).is_dir():
        return []  # a new notebook, which nobody has accepted yet
    normal = request.notebook.read_text(encoding="utf-8") == normalise.text(normalise.notebook(committed))
    if normal and run == list(range(1, len(run) + 1)):
        return []
    file = request.notebook.relative_to(paths.project()).as_posix()
    restore = (
        f"git restore {file} brings the reference back, edubalance accept {request.name} makes a new one; "
        f"edubalance lab {request.name} opens a copy to work on."
    )
    return [Drift("notebook", request.notebook.name, "run or edited by hand", "as accept writes it", restore)]


def write(reports: Sequence[Report]) -> Path:
    """
    Write the reports to ``build/reproduction.json``.

    Parameters
    ----------
    reports : sequence of Report
        From `reproduce`.

    Returns
    -------
    Path
        The file.
    """
    stated = {
        "format": FORMAT,
        "equal": all(report.status == "equal" for report in reports),
        "notebooks": [asdict(report) for report in reports],
    }
    file = paths.build() / REPORT
    storage.write(file, json.dumps(stated, ensure_ascii=False, indent=1) + "\n")
    return file
