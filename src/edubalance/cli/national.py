"""Commands on many counties: make a synthetic country, judge a panel."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edubalance import messages
from edubalance.cli.options import Language, LanguageOption, ProfilesOption, interruptible
from edubalance.errors import EdubalanceError

if TYPE_CHECKING:
    from edubalance.national.running import Report


_SHOWN = 5


class Layout(StrEnum):
    """How a panel is laid out in files."""

    province = "province"
    file = "file"


class Cluster(StrEnum):
    """Clusters that the command starts by itself."""

    local = "local"


def add_to(app: typer.Typer) -> None:
    """
    Add the commands.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(panel)
    app.command()(national)


def panel(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to make.")],
    counties: Annotated[int, typer.Option(min=1, help="Number of counties.")] = 2895,
    years: Annotated[str, typer.Option(help="A year, or a first and a last one: 2017-2023.")] = "2023",
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same panel.")] = 1,
    layout: Annotated[Layout, typer.Option(help="A file for each province, or one for each table.")] = Layout.province,
) -> None:
    """Make a synthetic country as Parquet (合成数据): its totals are those published, all else is made up."""
    from edubalance.national.panel import make_panel

    chosen = _years(years)
    with interruptible(), _bar("provinces") as progress:
        folder = make_panel(output, counties=counties, years=chosen, seed=seed, layout=layout.value, progress=progress)
    typer.echo(f"{folder}: synthetic twin / 合成数据, {counties:,} counties, {years}, seed {seed}")


def national(
    panel_folder: Annotated[Path, typer.Argument(metavar="PANEL", help="Folder with schools and sections in Parquet.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the results.")],
    standard: Annotated[str, typer.Option(help="Id of the standard to judge by.")] = "cn-2017-quality",
    profile: ProfilesOption = None,
    convention: Annotated[str | None, typer.Option(help="How the difference coefficient is computed.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler: tcp://host:8786.")] = None,
    cluster: Annotated[Cluster | None, typer.Option(help="Start a Dask cluster on this machine.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes of the local cluster.")] = None,
    *,
    resume: Annotated[bool, typer.Option("--resume", help="Do only what is missing or has changed.")] = False,
    lang: LanguageOption = Language.en,
) -> None:
    """Judge many counties at once: Parquet in, Parquet out."""
    from edubalance import standards
    from edubalance.national.running import run

    if scheduler and cluster:
        raise EdubalanceError("Either --scheduler or --cluster.", hint="--cluster local starts a scheduler of its own.")
    rules = standards.load(standard, profiles=tuple(profile or ()))
    with interruptible(), _bar("partitions") as progress:
        report = run(
            panel_folder,
            output,
            rules,
            convention=convention,
            scheduler=scheduler or (cluster.value if cluster else None),
            workers=workers,
            resume=resume,
            progress=progress,
        )
    _tell_of_files(report, lang.value)
    _tell(report)
    if report.failed:
        raise typer.Exit(1)


def _years(text: str) -> list[int]:
    """Read a year, or the first and the last of several."""
    first, dash, last = text.partition("-")
    if not first.isdigit() or (dash and not last.isdigit()) or int(last or first) < int(first):
        raise EdubalanceError(f"Years should be like 2023 or 2017-2023; got {text!r}.")
    return list(range(int(first), int(last or first) + 1))


@contextlib.contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show on the terminal how far the work is; nothing where there is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from edubalance import terminal

    console = terminal.console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell_of_files(report: Report, lang: str) -> None:
    """Say what of the panel was not read, and which columns no file has."""
    for each in report.left_out:
        typer.echo(messages.notice(each.key, each.facts, lang), err=True)
    for table, columns in report.absent.items():
        for name, near in columns.items():
            facts = {"table": table, "column": name, "near": near}
            typer.echo(messages.notice("panel_near_column" if near else "panel_without_column", facts, lang), err=True)


def _tell(report: Report) -> None:
    """Say what was done, and what failed first."""
    from edubalance import notices, wording
    from edubalance.national.closing import read

    kind = f"{wording.word(f'kind.{report.kind}', 'en')} / {wording.word(f'kind.{report.kind}', 'zh')}"
    typer.echo(f"{report.folder}: {kind}")
    before = f", {report.done_before} of them done before" if report.done_before else ""
    typer.echo(f"{report.counties - report.failed:,} counties and years judged; {report.partitions} partitions{before}")
    if not report.failed:
        return
    typer.echo(f"{report.failed:,} failed; all reasons stand in {report.folder / 'failures.parquet'}", err=True)
    for row in read(report.folder, "failures").head(_SHOWN).astype("object").to_dict("records"):
        said = {name: "" if value is None or value != value else value for name, value in row.items()}
        where = ", ".join(
            str(said[name]) for name in ("province", "county", "year", "table", "school_id") if said[name]
        )
        found = f"; found {said['value']!r}" if said["value"] else ""
        notices.say(f"  {where}: {said['rule']}{found}", err=True)
