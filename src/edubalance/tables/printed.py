"""What a printed table is: text in every cell, and a caption that says what kind of data it shows."""

from __future__ import annotations

import html
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from edubalance import rounding, wording
from edubalance.standards import Standard

NOTHING = "–"
Columns = dict[str, Iterable[str]]


@dataclass(frozen=True, eq=False)
class Printed:
    """
    A table as a reader sees it: text in every cell, and above it what it is and what kind of data it shows.

    Attributes
    ----------
    frame : DataFrame
        Cells as text, headers in the reader's language.
    caption : str
        Title and kind of data.

    Examples
    --------
    >>> Printed(pd.DataFrame({"level": ["primary"], "CV": ["0.515"]}), "Coefficients · synthetic twin / 合成数据")
    Coefficients · synthetic twin / 合成数据
    level    CV
    primary  0.515
    """

    frame: pd.DataFrame
    caption: str

    def __repr__(self) -> str:
        """Lay the table out in columns; a Chinese character is two columns wide."""
        rows = [list(self.frame.columns), *self.frame.itertuples(index=False, name=None)]
        widths = [max(_width(str(row[i])) for row in rows) for i in range(len(self.frame.columns))]
        lines = ["  ".join(_padded(str(cell), width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        return "\n".join([self.caption, *(line.rstrip() for line in lines)])

    def _repr_html_(self) -> str:
        """Lay the table out for a notebook."""
        head = "".join(f"<th>{html.escape(str(name))}</th>" for name in self.frame.columns)
        body = "".join(f"<tr>{_cells(row)}</tr>\n" for row in self.frame.itertuples(index=False, name=None))
        caption = f"<caption>{html.escape(self.caption)}</caption>"
        return f"<table>{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"

    def to_markdown(self) -> str:
        """Lay the table out for a Markdown document."""
        rows = [list(self.frame.columns), ["---"] * self.frame.shape[1], *self.frame.itertuples(index=False, name=None)]
        lines = ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
        return "\n".join([self.caption, "", *lines])


def _width(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    """Fill a text up with blanks."""
    return text + " " * (width - _width(text))


def _cells(row: Iterable[object]) -> str:
    """Lay out the cells of one row, aligned left as text is read."""
    return "".join(f'<td style="text-align: left">{html.escape(str(cell))}</td>' for cell in row)


def names(standard: Standard, lang: str) -> dict[str, str]:
    """
    Name everything of a standard by its id, for tables and figures.

    Parameters
    ----------
    standard : Standard
        Whose indicators, items and conditions are meant.
    lang : str
        ``"en"`` or ``"zh"``.

    Returns
    -------
    dict of str to str
        Name by id; where an item and its condition share an id, the item's name.

    Examples
    --------
    >>> from edubalance import standards
    >>> names(standards.load("cn-2017-quality"), "en")["sports_area_per_pupil"]
    'Sports ground and indoor sports area per pupil'
    """
    wording.check_language(lang)
    conditions = [condition for item in standard.items for condition in item.conditions]
    return {thing.id: thing.name(lang) for thing in (*conditions, *standard.items, *standard.indicators)}


def number(value: float, digits: int, *, beside: float = math.nan) -> str:
    """
    Round a number for print, but never onto a limit that it does not reach.

    Parameters
    ----------
    value : float
        A number; a missing one is printed as a dash.
    digits : int
        Decimals.
    beside : float
        The standard or limit that the reader will compare it with.

    Returns
    -------
    str
        With more decimals where rounding would hide the difference.

    Examples
    --------
    >>> number(0.51526, 3), number(4.1999, 2, beside=4.2), number(float("nan"), 2)
    ('0.515', '4.1999', '–')
    """
    if pd.isna(value):
        return NOTHING
    shown, limit = rounding.significant([value, beside]).tolist()
    while shown != limit and rounding.half_up(shown, digits) == limit and digits < 9:
        digits += 1
    return rounding.text(shown, f".{digits}f")


def plain(value: float, beside: float) -> str:
    """
    Write a number of any unit as short as it can be read: whole where it is whole, else with three digits.

    Parameters
    ----------
    value : float
        A number; a missing one is printed as a dash.
    beside : float
        The limit that the reader will compare it with; the number never seems to reach it if it does not.

    Returns
    -------
    str
        The number.

    Examples
    --------
    >>> plain(1998.0, 2000.0), plain(0.1466, 0.15), plain(0.1, 0.15), plain(99.96, 100.0), plain(float("inf"), 12.0)
    ('1998', '0.147', '0.1', '99.96', '∞')
    """
    if pd.isna(value) or math.isinf(value):
        return NOTHING if pd.isna(value) else "∞"
    shown = float(rounding.significant(value))
    if shown.is_integer():
        return rounding.text(shown, ".0f")
    digits = max(2 - math.floor(math.log10(abs(shown))), 1)
    return number(shown, digits, beside=beside).rstrip("0").rstrip(".")


def printed(title: str, columns: Columns, face: str, lang: str, remark: str = "") -> Printed:
    """
    Name the columns and set the caption.

    Parameters
    ----------
    title : str
        Code of the title.
    columns : dict of str to iterable of str
        Cells by the code of the column's header.
    face : str
        What kind of data it shows, in words.
    lang : str
        ``"en"`` or ``"zh"``.
    remark : str
        What the caption says besides.

    Returns
    -------
    Printed
        The table.
    """
    frame = pd.DataFrame({wording.word(f"term.{term}", lang): list(cells) for term, cells in columns.items()})
    parts = [wording.word(f"title.{title}", lang), remark, face]
    return Printed(frame, " · ".join(part for part in parts if part))


def words(group: str, codes: Iterable[str], lang: str) -> list[str]:
    """
    Translate codes of one group; an absent code is printed as a dash.

    Parameters
    ----------
    group : str
        Group of words.
    codes : iterable of str
        Codes, some of them perhaps missing.
    lang : str
        ``"en"`` or ``"zh"``.

    Returns
    -------
    list of str
        Words.
    """
    return [NOTHING if pd.isna(code) or not code else wording.word(f"{group}.{code}", lang) for code in codes]


def beside(values: Iterable[float], limits: Iterable[float], digits: int) -> list[str]:
    """
    Round values so that none seems to reach a limit that it does not.

    Parameters
    ----------
    values, limits : iterable of float
        Pairs that the reader will compare.
    digits : int
        Decimals.

    Returns
    -------
    list of str
        The values as text.
    """
    return [number(value, digits, beside=limit) for value, limit in zip(values, limits, strict=True)]
