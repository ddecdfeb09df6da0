"""The command that makes a copy of a case that is fit to publish."""

from __future__ import annotations

import secrets
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from edubalance import storage


class Records(StrEnum):
    """What is published of persons."""

    aggregates = "aggregates"
    dealt = "dealt"


def add_to(app: typer.Typer) -> None:
    """
    Add the command.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(share)


def share(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the case.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="New folder for the copy.")],
    least: Annotated[int | None, typer.Option(help="Smallest count of persons in sight.")] = None,
    records: Annotated[Records, typer.Option(help="Of persons: counts, or columns dealt anew.")] = Records.aggregates,
    without: Annotated[list[str] | None, typer.Option(metavar="TABLE", help="Leave out a table; repeatable.")] = None,
    coarsen: Annotated[int | None, typer.Option(metavar="N", help="Round pupils to multiples of N.")] = None,
    key: Annotated[Path | None, typer.Option(help="Write old and new codes to this new file; keep it.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the new codes; a secret one by default.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of the case.")] = None,
    *,
    only_year: Annotated[bool, typer.Option("--only-year", help="Leave out all years but the case's own.")] = False,
) -> None:
    """Make a copy fit to publish: new codes, small counts hidden, no persons, no places; and say what risk remains."""
    import numpy as np

    from edubalance import cases, intake, sharing, wording

    storage.settle(output)
    sharing.check(output, key)
    case = cases.load(case_id)
    chosen = scenario or case.scenarios[0]
    smallest = int(sharing.policy()["least"]) if least is None else least
    copy = sharing.make(
        intake.read_case(case, chosen),
        np.random.default_rng(secrets.randbits(128) if seed is None else seed),
        year=case.year,
        least=smallest,
        form=records.value,
        without=without or (),
        only_year=only_year,
        coarsen=coarsen,
    )
    name, kind = f"{case.name_en} · {case.name_zh}", wording.kind(case.kind, "en", chosen)
    report = sharing.markdown(copy, name=name, least=smallest, kind=kind)
    sharing.deliver(sharing.contents(copy) | {"REPORT.md": report}, output, key, copy.codes)
    typer.echo(report, nl=False)
