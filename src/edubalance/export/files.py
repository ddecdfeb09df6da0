"""Frames as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([_cell(str(column)) for column in data.columns])
    writer.writerows([_cell(value) for value in row] for row in data.itertuples(index=False, name=None))
    return buffer.getvalue()


def _cell(value: Any) -> str:
    """Write one cell."""
    if pd.isna(value):
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return f"{value:.10g}" if isinstance(value, float) else str(value)
