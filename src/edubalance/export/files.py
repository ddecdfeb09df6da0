"""Frames as CSV that no spreadsheet runs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from edubalance.spreadsheets import as_csv, neutral


def csv_text(data: pd.DataFrame) -> str:
    r"""
    Write a frame as CSV: ten significant digits, empty for a missing value, no text that a spreadsheet would run.

    Parameters
    ----------
    data : DataFrame
        Any frame; its index is not written.

    Returns
    -------
    str
        Lines that end with a line feed.

    Examples
    --------
    >>> print(csv_text(pd.DataFrame({"name": ["a", "=1+1"], "value": [1 / 3, float("nan")]})), end="")
    name,value
    a,0.3333333333
    '=1+1,
    """
    rows = ([_cell(value) for value in row] for row in data.itertuples(index=False, name=None))
    return as_csv([[neutral(str(column)) for column in data.columns], *rows])


def _cell(value: Any) -> Any:
    """Round a number, or mark a text."""
    if pd.isna(value):
        return ""
    return f"{value:.10g}" if isinstance(value, float) else neutral(value)
