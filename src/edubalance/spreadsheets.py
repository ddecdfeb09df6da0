"""Text that a spreadsheet program would run as a formula, and CSV in which it cannot, for a person or a program."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# What begins a formula, also in full width, behind blanks, line ends and characters that show nothing: some programs
# drop these on import. Marks that stand before it already belong to the text.
_FORMULA = re.compile(
    "'*(?:[\t\r\n\v\f\x85\u2028\u2029]|[\\s\x00-\x20\x7f\xa0\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
    "[=+\\-@＝＋－＠﹢﹣﹦﹫])"
)
_MARK = "'"
# Excel takes a CSV file without it for one in the system's own encoding, and garbles Chinese.
BYTE_ORDER_MARK = "\ufeff"


def is_formula(text: str) -> bool:
    r"""
    Tell whether a spreadsheet program may take a text for a formula.

    Parameters
    ----------
    text : str
        Of one cell.

    Returns
    -------
    bool
        Whether it begins with ``=``, ``+``, ``-`` or ``@``, in any width and behind blanks, or with a line end or tab.

    Examples
    --------
    >>> [is_formula(text) for text in ("=1", "＝1", "\n=1", " @x", "A-1", "'quoted'")]
    [True, True, True, True, False, False]
    """
    return _FORMULA.match(text) is not None


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
        The same, or the text behind an apostrophe; `as_meant` takes it away again, from any text.

    Examples
    --------
    >>> neutral("=1+1"), neutral("A-1"), neutral(-1.5), neutral("'=1+1")
    ("'=1+1", 'A-1', -1.5, "''=1+1")
    """
    return _MARK + value if isinstance(value, str) and is_formula(value) else value


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
    >>> as_meant("'=1+1"), as_meant("'quoted'"), as_meant("''=1+1")
    ('=1+1', "'quoted'", "'=1+1")
    """
    return text[1:] if text.startswith(_MARK) and is_formula(text[1:]) else text


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


def for_a_person(text: str) -> str:
    r"""
    Begin CSV with a byte order mark, by which a spreadsheet program knows its encoding.

    Parameters
    ----------
    text : str
        CSV that is written to a file which somebody opens; tables that programs read stay without the mark, and every
        reader of ours takes both.

    Returns
    -------
    str
        The same behind the mark.

    Examples
    --------
    >>> for_a_person("县\n")
    '\ufeff县\n'
    """
    return BYTE_ORDER_MARK + text.removeprefix(BYTE_ORDER_MARK)
