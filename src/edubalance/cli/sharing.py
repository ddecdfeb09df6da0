"""The command that makes a copy of a case that is fit to publish."""

from __future__ import annotations

import secrets
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edubalance.spreadsheets import neutral

if TYPE_CHECKING:
    import pandas as pd

    from edubalance.sharing import Copy


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
    without: Annotated[list[str] | None, typer.Option(metavar="TABLE", help="Leave a table out; may be repeated.")] = None,
    only_year: Annotated[bool, typer.Option("--only-year", help="Leave out all years but the case's own.")] = False,
    coarsen: Annotated[int | None, typer.Option(metavar="N", help="Round pupils to multiples of N.")] = None,
    key: Annotated[Path | None, typer.Option(help="Write old and new codes to this new file; keep it.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the new codes; a secret one by default.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of the case.")] = None,
) -> None:
    """Make a copy fit to publish: new codes, small counts hidden, no persons, no places; and say what risk remains."""
    import numpy as np

    from edubalance import cases, intake, sharing, wording

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
    sharing.deliver(_contents(copy) | {"REPORT.md": report}, output, key, copy.codes)
    typer.echo(report, nl=False)


def _contents(copy: Copy) -> dict[str, str]:
    """Return the text of each table, by its path in the copy."""
    from edubalance.export import csv_text

    tables = {f"data/{name}.csv": _text(frame) for name, frame in vars(copy.tables).items() if len(frame)}
    return tables | {f"records/{name}.csv": csv_text(frame) for name, frame in copy.records.items()}


def _text(frame: pd.DataFrame) -> str:
    """Write a table as the intake reads it: every digit of a number, missing cells empty, no column without values."""
    table = frame.dropna(axis="columns", how="all")
    written = {str(name): table[name].map(_cell, na_action="ignore") for name in table}
    return table.assign(**written).to_csv(index=False, lineterminator="\n")


def _cell(value: object) -> object:
    """Write one cell: a whole number without a point, a text that a spreadsheet would run behind a mark."""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return neutral(value)
