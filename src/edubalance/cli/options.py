"""Options that several commands share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


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


LanguageOption = Annotated[Language, typer.Option("--lang", help="Language of the output.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Show every difference, and where an error was raised.")]
KernelOption = Annotated[
    KernelKind | None,
    typer.Option("--kernels", help="Forked from a warm server (where the system can) or started one by one."),
]
TimeoutOption = Annotated[int, typer.Option("--timeout", min=1, help="Seconds that one cell may take.")]
SchoolsOption = Annotated[Path | None, typer.Option("--schools", help="schools.csv: one row a school and year.")]
SectionsOption = Annotated[Path | None, typer.Option("--sections", help="sections.csv: one row a section and year.")]
CountyOption = Annotated[Path | None, typer.Option("--county", help="county.csv: what the county reports.")]
ProfilesOption = Annotated[list[str] | None, typer.Option("--profile", help="A profile on top; may be repeated.")]
StandardOption = Annotated[str | None, typer.Option("--standard", help="Id of the standard to judge by.")]
