"""The command that runs every check of the project: test."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from edubalance.cli.options import interruptible


class Group(StrEnum):
    """Groups of steps."""

    lint = "lint"
    types = "types"
    unit = "unit"
    notebooks = "notebooks"
    figures = "figures"


def add_to(app: typer.Typer) -> None:
    """
    Add the command.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command("test")(run_checks)


def run_checks(only: Annotated[list[Group] | None, typer.Option(help="Only these steps; repeatable.")] = None) -> None:
    """Run all tests: lint, types, unit tests and doctests, nbval over the notebooks, figures."""
    from edubalance.runs import checks

    with interruptible():
        well = checks.run([group.value for group in only or Group])
    if not well:
        raise typer.Exit(1)
