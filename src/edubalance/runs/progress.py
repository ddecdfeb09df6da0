"""Show a run on the terminal: what is running, how far it is, what drifted."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from edubalance.runs.verify import Report
from edubalance.terminal import styled

_SIGNS = {"equal": "green", "drifted": "red", "failed": "red"}
_LISTED = 12


class Display:
    """
    A bar for all notebooks and one for each that is running; plain lines where there is no terminal.

    Parameters
    ----------
    console : Console
        Where to write.
    total : int
        How many notebooks there are.
    """

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._all = self._bars.add_task("notebooks", total=total)
        self._tasks: dict[str, TaskID] = {}
        self._done = 0
        self._total = total

    def __enter__(self) -> Display:
        """Begin to show."""
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""
        self._bars.stop()

    def cell(self, name: str, cell: int, total: int) -> None:
        """
        Show that a cell begins.

        Parameters
        ----------
        name : str
            The notebook.
        cell, total : int
            Which of how many code cells.
        """
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(f"  {name}", total=total)
        self._bars.update(self._tasks[name], completed=cell - 1)

    def ended(self, report: Report) -> None:
        """
        Show that a notebook has been compared.

        Parameters
        ----------
        report : Report
            What became of it.
        """
        self._done += 1
        if report.name in self._tasks:
            self._bars.remove_task(self._tasks.pop(report.name))
        self._bars.update(self._all, completed=self._done)
        count = f", {len(report.drifts)} drifts" if report.drifts else ""
        self._console.print(
            styled(
                f"[{self._done}/{self._total}] {report.name}: ",
                (report.status, _SIGNS[report.status]),
                f"{count} (executing {report.seconds:.1f} s, comparing {report.comparing:.1f} s)",
            )
        )


def show(console: Console, reports: Sequence[Report], *, verbose: bool = False) -> None:
    """
    Print what moved, notebook by notebook, and a table of all.

    Parameters
    ----------
    console : Console
        Where to write.
    reports : sequence of Report
        What became of the notebooks.
    verbose : bool
        Print every drift, and where an error was raised.
    """
    for report in reports:
        if report.failure is not None:
            console.print(styled((report.name, "red"), f" {report.failure}"), soft_wrap=True)
            if verbose:
                console.print(report.failure.traceback, soft_wrap=True)
        listed = report.drifts if verbose else report.drifts[:_LISTED]
        for drift in listed:
            console.print(styled((report.name, "red"), f" {drift}"), soft_wrap=True)
        if len(report.drifts) > len(listed):
            console.print(f"{report.name} … {len(report.drifts) - len(listed)} more; --verbose lists them.")
    console.print(_table(reports))


def _table(reports: Sequence[Report]) -> Table:
    """Put the reports in a table."""
    table = Table("notebook", "result", "drifts", "executing, s", "comparing, s")
    for report in reports:
        table.add_row(
            report.name,
            styled((report.status, _SIGNS[report.status])),
            str(len(report.drifts)),
            f"{report.seconds:.1f}",
            f"{report.comparing:.1f}",
        )
    return table


def total(reports: Sequence[Report], clock: float, at_a_time: int) -> str:
    """
    Say where the time of a run went.

    Parameters
    ----------
    reports : sequence of Report
        What became of the notebooks.
    clock : float
        Seconds from beginning to end.
    at_a_time : int
        How many notebooks run side by side.

    Returns
    -------
    str
        One line.
    """
    executing, comparing = (sum(getattr(report, part) for report in reports) for part in ("seconds", "comparing"))
    return (
        f"{len(reports)} notebooks in {clock:.1f} s, at most {at_a_time} at a time: "
        f"executing {executing:.1f} s, comparing {comparing:.1f} s."
    )
