"""Commands that execute notebooks: run, reproduce, accept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edubalance.cli.options import (
    KernelKind,
    KernelOption,
    Language,
    SchedulerOption,
    TimeoutOption,
    VerboseOption,
    interruptible,
    tell_unknown,
)
from edubalance.errors import EdubalanceError

if TYPE_CHECKING:
    from rich.console import Console

    from edubalance.runs.verify import Report

SECONDS = 600


def add_to(app: typer.Typer) -> None:
    """
    Add the commands.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(run)
    app.command()(reproduce)
    app.command()(accept)


def run(
    case: Annotated[str, typer.Argument(help="Which notebook.")],
    parameter: Annotated[list[str] | None, typer.Option("-p", "--parameter", help="name=value; repeatable.")] = None,
    lang: Annotated[Language | None, typer.Option(help="Language of sentences and figures.")] = None,
    scenario: Annotated[str | None, typer.Option(help="described or balanced.")] = None,
    standard: Annotated[str | None, typer.Option(help="Id of the standard to judge by.")] = None,
    year: Annotated[int | None, typer.Option(help="Year of the data.")] = None,
    timeout: TimeoutOption = SECONDS,
    *,
    verbose: VerboseOption = False,
) -> None:
    """Execute one notebook with parameters of your own, into build/runs."""
    named = {"lang": lang and lang.value, "scenario": scenario, "standard": standard, "year": year}
    given = {name: str(value) for name, value in named.items() if value is not None}
    (name,) = _warm_up([case])
    from edubalance import paths
    from edubalance.runs import single

    tell_unknown(paths.notebook(name))

    with interruptible():
        outcome = single.run(name, {**given, **_parsed(parameter or [])}, timeout=timeout)
    if outcome.failure is not None:
        typer.echo(f"{case} failed in {outcome.failure}", err=True)
        if verbose:
            typer.echo(outcome.failure.traceback, err=True)
        raise typer.Exit(1)
    typer.echo(f"Executed notebook: {outcome.request.executed}")
    typer.echo(f"Its figures:       {outcome.request.figures / case}")


def reproduce(
    case: Annotated[list[str] | None, typer.Argument(help="Which notebooks; all by default.")] = None,
    kernels: KernelOption = None,
    scheduler: SchedulerOption = None,
    timeout: TimeoutOption = SECONDS,
    *,
    verbose: VerboseOption = False,
) -> None:
    """Execute every notebook once and check all that it makes against what is committed."""
    names = _warm_up(case or (), KernelKind.ordinary if scheduler else kernels)
    from edubalance import paths
    from edubalance.runs import execute, progress, verify

    tell_unknown(*map(paths.notebook, names))
    console, began = _console(), time.perf_counter()
    reports = _reports(console, names, kernels, timeout, scheduler)
    progress.show(console, reports, verbose=verbose)
    if scheduler is None:
        console.print(progress.total(reports, time.perf_counter() - began, execute.workers()), highlight=False)
    file = verify.write(reports)
    console.print(f"Details: {file.parent.name}/{file.name}", highlight=False)
    if any(report.status != "equal" for report in reports):
        raise typer.Exit(1)


def accept(
    case: Annotated[list[str], typer.Argument(help="Which notebooks.")],
    timeout: TimeoutOption = SECONDS,
    *,
    verbose: VerboseOption = False,
) -> None:
    """Execute notebooks, show what differs, and make the run the new reference."""
    names = _warm_up(case)
    from edubalance import paths
    from edubalance.runs import accept as acceptance
    from edubalance.runs import known, progress, verify

    tell_unknown(*map(paths.notebook, names))
    console = _console()
    reports = _reports(console, names, None, timeout)
    progress.show(console, reports, verbose=verbose)
    for report in reports:
        if report.status == "drifted":
            run_folder = verify.kept(report.name)
            executed, figures = run_folder / f"{report.name}.ipynb", run_folder / "figures" / report.name
            acceptance.accept(report.name, executed, figures)
            console.print(f"{report.name}: the new reference is in place.", highlight=False)
        elif report.status == "equal":
            known.remember(report.name)  # whoever accepts a run has agreed to its code
            console.print(f"{report.name}: equal already; nothing changed.", highlight=False)
    if any(report.status == "failed" for report in reports):
        raise typer.Exit(1)


def _warm_up(chosen: Sequence[str], kernels: KernelKind | None = None) -> tuple[str, ...]:
    """
    Check the names, then start the fork server before anything heavy is imported: the two warm up side by side.

    Returns the names of the notebooks.
    """
    from edubalance.runs import naming, server

    names = naming.notebooks(chosen)
    if not names:
        raise EdubalanceError("There is no notebook in notebooks/.", hint="Add one, or change into the project.")
    if server.available() and kernels is not KernelKind.ordinary:
        server.start()
    return names


def _console() -> Console:
    """Return where progress and reports go."""
    from edubalance import terminal

    return terminal.console()


def _reports(
    console: Console, names: tuple[str, ...], kernels: KernelKind | None, timeout: int, scheduler: str | None = None
) -> list[Report]:
    """Execute and compare while showing how far it is."""
    from edubalance.runs import progress, verify

    kind: Any = kernels.value if kernels else None
    with interruptible(), progress.Display(console, len(names)) as display:
        watched: Any = {"watch": display.cell, "ended": display.ended}
        return verify.reproduce(names, kind=kind, timeout=timeout, scheduler=scheduler, **watched)


def _parsed(pairs: list[str]) -> dict[str, str]:
    """Take name=value apart."""
    parsed = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise EdubalanceError(f"A parameter should be name=value; got {pair!r}.", hint="For example -p year=2022.")
        parsed[name.strip()] = value
    return parsed
