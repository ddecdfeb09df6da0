"""The command that makes a copy of a case that is fit to publish."""

from __future__ import annotations

import secrets
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edubalance import storage
from edubalance.errors import StorageError
from edubalance.spreadsheets import neutral

if TYPE_CHECKING:
    import pandas as pd


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
    key: Annotated[Path | None, typer.Option(help="Write old and new codes here; keep it to yourself.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the new codes; a secret one by default.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of the case.")] = None,
) -> None:
    """Make a copy fit to publish: new codes, small counts hidden, no persons, no places; and say what risk remains."""
    import numpy as np

    from edubalance import cases, intake, sharing, wording
    from edubalance.export import csv_text

    if key is not None and output.resolve() in key.resolve().parents:
        raise StorageError.of("key_inside_copy")
    storage.settle(output)
    if output.exists():
        raise StorageError.of("output_exists", file=str(output))
    case = cases.load(case_id)
    chosen = scenario or case.scenarios[0]
    rng = np.random.default_rng(secrets.randbits(128) if seed is None else seed)
    smallest = int(sharing.policy()["least"]) if least is None else least
    tables = intake.read_case(case, chosen)
    copy = sharing.make(tables, rng, least=smallest, form=records.value, year=case.year)
    report = sharing.markdown(
        copy, name=f"{case.name_en} · {case.name_zh}", least=smallest, kind=wording.kind(case.kind, "en", chosen)
    )
    # The copy and its key: both or neither.
    with storage.folder() as folder, storage.change(output) as changed:
        if output.exists():
            raise StorageError.of("output_exists", file=str(output))
        made = folder / "copy"
        for name, frame in vars(copy.tables).items():
            if len(frame):
                storage.write_alone(made / "data" / f"{name}.csv", _text(frame))
        for name, frame in copy.records.items():
            storage.write_alone(made / "records" / f"{name}.csv", csv_text(frame))
        storage.write_alone(made / "REPORT.md", report)
        changed.place(made, output)
        if key is not None:
            lines = [f"{kind},{old},{new}" for kind, codes in copy.codes.items() for old, new in codes.items()]
            changed.write(key, "\n".join(["kind,old,new", *lines]) + "\n", private=True)
    typer.echo(report, nl=False)


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
