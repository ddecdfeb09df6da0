"""The files of a copy, as text."""

from __future__ import annotations

import pandas as pd

from edubalance.export import csv_text
from edubalance.sharing.copy import Copy
from edubalance.spreadsheets import neutral


def contents(copy: Copy) -> dict[str, str]:
    """
    Return the text of each file of a copy, but for its report.

    Parameters
    ----------
    copy : Copy
        The copy.

    Returns
    -------
    dict of str to str
        CSV by path in the copy: ``data/schools.csv`` …, ``records/teachers_counts.csv`` …. The tables in ``data`` are
        read by `edubalance.intake.read_tables`.
    """
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
