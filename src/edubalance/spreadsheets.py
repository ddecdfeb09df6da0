"""Text that a spreadsheet program would run as a formula, and CSV in which it cannot."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MARK = "'"


def neutral(value: Any) -> Any:
    """
    Put a mark before a text that a spreadsheet would run; numbers stay numbers.

    Parameters
    ----------
    value : object
        Of one cell.

    Returns
    -------
    object
        The same, or the text behind an apostrophe.

    Examples
    --------
    >>> neutral("=1+1"), neutral("A-1"), neutral(-1.5)
    ("'=1+1", 'A-1', -1.5)
    """
    return _MARK + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def as_meant(text: str) -> str:
    """
    Take the mark of `neutral` away again.

    Parameters
    ----------
    text : str
        As read from a file.

    Returns
    -------
    str
        As it was before.

    Examples
    --------
    >>> as_meant("'=1+1"), as_meant("'quoted'")
    ('=1+1', "'quoted'")
    """
    return text[1:] if text.startswith(_MARK) and text[1:].startswith(FORMULA_STARTS) else text


def as_csv(rows: Iterable[Sequence[Any]]) -> str:
    r"""
    Write rows as CSV, as they are: `neutral` comes before, where a cell may hold text from elsewhere.

    Parameters
    ----------
    rows : iterable of sequence
        The header first.

    Returns
    -------
    str
        Lines that end with a line feed.

    Examples
    --------
    >>> as_csv([["name", "value"], ["a,b", -1]])
    'name,value\n"a,b",-1\n'
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def frame_as_csv(frame: pd.DataFrame) -> str:
    """
    Write a frame as CSV that no spreadsheet runs; numbers with all their digits.

    Parameters
    ----------
    frame : DataFrame
        Its index is not written.

    Returns
    -------
    str
        Lines that end with a line feed.
    """
    texts = {str(name): column.map(neutral) for name, column in frame.items() if column.dtype.kind not in "biufc"}
    return str(frame.assign(**texts).to_csv(index=False, lineterminator="\n"))
