"""One notebook for many counties: batch."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edubalance.cli.options import (
    ClusterKind,
    SchedulerOption,
    TimeoutOption,
    interruptible,
    scheduler_of,
    tell_unknown,
)
from edubalance.notices import say

if TYPE_CHECKING:
    from edubalance.runs.batch import Plan
    from edubalance.runs.request import Outcome
    from edubalance.runs.summary import Line

SECONDS = 600
_LISTED = 20


def add_to(app: typer.Typer) -> None:
    """
    Add the command.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(batch)


def batch(
    counties: Annotated[Path, typer.Argument(metavar="COUNTIES.csv", help="A row a run: id, and parameters.")],
    notebook: Annotated[str, typer.Option(help="template, a notebook of the project, or a file.")] = "template",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder of the results.")] = None,
    scheduler: SchedulerOption = None,
    cluster: Annotated[ClusterKind | None, typer.Option(help="Start a Dask cluster on this machine.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="How many at a time, on this machine.")] = None,
    retries: Annotated[int, typer.Option(min=0, help="Tries more when a kernel or worker was lost.")] = 2,
    timeout: TimeoutOption = SECONDS,
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds a notebook may take, from its first cell.")
    ] = None,
    memory_limit: Annotated[int | None, typer.Option(min=1, help="Megabytes that one kernel may hold.")] = None,
    *,
    why: Annotated[bool, typer.Option("--why", help="Say of each run why it is done, or that it is complete.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Execute nothing.")] = False,
) -> None:
    """Execute one notebook for every row of a list; what is complete is not done again."""
    where = scheduler_of(scheduler, cluster)
    from edubalance import paths
    from edubalance.runs import batch as batches
    from edubalance.runs.limits import Limits

    limits = Limits(timeout, time_limit, memory_limit)
    folder = output or paths.build() / "batch" / counties.stem
    file = batches.notebook_of(notebook)
    planned = batches.plan(counties, file, folder, limits=limits, retries=retries)
    if why:
        _say_why(planned)
    complete = len(planned.tasks) - len(planned.waiting)
    typer.echo(f"{len(planned.tasks)} runs: {complete} complete, {len(planned.waiting)} to do.")
    if dry_run:
        return
    tell_unknown(file)
    with interruptible(), _bar(len(planned.waiting)) as ended:
        lines = batches.run(planned, scheduler=where, workers=workers, ended=ended)
    _tell(lines, folder)


def _say_why(planned: Plan) -> None:
    """Say of each run why it is done; runs that are complete in one line."""
    for task in planned.waiting:
        typer.echo(f"{task.name}: {planned.reasons[task.name]}")
    reasons = Counter(reason.split(" (")[0].split(":")[0] for reason in planned.reasons.values())
    for reason, count in sorted(reasons.items()):
        typer.echo(f"  {count} × {reason or 'complete'}")


@contextlib.contextmanager
def _bar(total: int) -> Iterator[Callable[[Outcome], None]]:
    """Show how far the batch is; failures as they come."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from edubalance import terminal

    console = terminal.console(stderr=True)
    columns = (TextColumn("notebooks"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        shown = bar.add_task("notebooks", total=total)

        def ended(outcome: Outcome) -> None:
            bar.advance(shown)
            if outcome.failure is not None and console.is_terminal:
                console.print(terminal.styled((outcome.request.name, "red"), f" {outcome.failure}"))

        yield ended


def _tell(lines: list[Line], folder: Path) -> None:
    """Say what failed, and where the results are."""
    failed = [line for line in lines if line.failure is not None]
    for line in failed[:_LISTED]:
        say(f"{line.id} failed in {line.failure}", err=True)
    if len(failed) > _LISTED:
        typer.echo(f"… {len(failed) - _LISTED} more in summary.csv", err=True)
    typer.echo(f"{len(lines) - len(failed)} done, {len(failed)} failed. All runs: {folder / 'summary.csv'}")
    if failed:
        raise typer.Exit(1)
