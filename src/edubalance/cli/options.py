"""Options that several commands share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from edubalance.errors import EdubalanceError
from edubalance.notices import say


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """
    End with exit code 130 on Ctrl-C, as shells expect; older releases of typer would say 1.

    Yields
    ------
    None
        While the long work is done.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


class Language(StrEnum):
    """Languages of what is printed."""

    en = "en"
    zh = "zh"


class Level(StrEnum):
    """Levels of compulsory education."""

    primary = "primary"
    junior = "junior"


class KernelKind(StrEnum):
    """How kernels come to life."""

    forked = "forked"
    ordinary = "ordinary"


class ClusterKind(StrEnum):
    """Clusters that a command starts by itself."""

    local = "local"


def scheduler_of(address: str | None, cluster: ClusterKind | None) -> str | None:
    """
    Return the scheduler to use, from two options of which one may be given.

    Parameters
    ----------
    address : str, optional
        Of a scheduler that runs.
    cluster : ClusterKind, optional
        One to start.

    Returns
    -------
    str or None
        None where neither is given.

    Raises
    ------
    EdubalanceError
        If both are given.
    """
    if address and cluster:
        raise EdubalanceError("Either --scheduler or --cluster.", hint="--cluster local starts a scheduler of its own.")
    return address or (cluster.value if cluster else None)


def tell_unknown(*notebooks: Path) -> None:
    """
    Say on the terminal which notebooks hold code that is not known here, before it is run.

    Parameters
    ----------
    *notebooks : Path
        The notebooks.
    """
    from edubalance.runs import known

    for notebook in notebooks:
        if notice := known.notice(notebook):
            say(notice, err=True)


LanguageOption = Annotated[Language, typer.Option("--lang", help="Language of the output.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Show every difference, and where an error was raised.")]
KernelOption = Annotated[
    KernelKind | None,
    typer.Option("--kernels", help="Forked from a warm server (where the system can) or started one by one."),
]
SchedulerOption = Annotated[
    str | None, typer.Option("--scheduler", help="Address of a Dask scheduler: tcp://host:8786.")
]
TimeoutOption = Annotated[int, typer.Option("--timeout", min=1, help="Seconds that one cell may take.")]
SchoolsOption = Annotated[Path | None, typer.Option("--schools", help="schools.csv: one row a school and year.")]
SectionsOption = Annotated[Path | None, typer.Option("--sections", help="sections.csv: one row a section and year.")]
CountyOption = Annotated[Path | None, typer.Option("--county", help="county.csv: what the county reports.")]
ProfilesOption = Annotated[list[str] | None, typer.Option("--profile", help="A profile on top; may be repeated.")]
StandardOption = Annotated[str | None, typer.Option("--standard", help="Id of the standard to judge by.")]
