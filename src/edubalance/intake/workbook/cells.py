"""From the raw value of a cell to clean text: what is not surely a number is no number."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from edubalance import codebook
from edubalance.intake.workbook import headers, units, words
from edubalance.intake.workbook.grid import Value

ONE = Decimal(1)
HUNDRED = Decimal(100)
# Spreadsheets keep fifteen digits of a number.
EXACT_BELOW = 10**15

PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
# No group of thousands begins with nought: 0,125 has a decimal comma.
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+(?:\.[0-9]{3})*,[0-9]+")
PARTED_DIGITS = re.compile(r"[0-9]\s+[0-9]")
# A unit may itself hold a digit, as m2 does; a blank may part it from the number, but not the digits from each other.
WITH_UNIT = re.compile(r"([+-]?[0-9][0-9,]*(?:\.[0-9]*)?) ?([^0-9.,\s].*)")
SCIENTIFIC = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
NARROW_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u2007"), ",")
# Letters, then digits with dashes: nothing in it can be a mark of a missing value, a number or a formula.
PLAIN_CODE = re.compile(r"[A-Z]{1,8}(?:-?[A-Z]{1,4})*-?[0-9]{1,12}")
RUNS_AS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Read:
    """
    What was made of a cell.

    Attributes
    ----------
    text : str
        Clean text, empty where the value is missing or faulty.
    fault : str
        Key of a message; empty where there is no fault.
    how : str
        ``missing`` for a mark that says that there is no value, ``changed`` where the text was cleaned, else empty.
    """

    text: str
    fault: str = ""
    how: str = ""


EMPTY = Read("")


def number(value: Value, column: codebook.Column, factor: Decimal = ONE, *, percent: bool = False) -> Read:
    """
    Read a cell of a column of numbers.

    Parameters
    ----------
    value : Value
        As it stands in the sheet.
    column : Column
        Of the codebook.
    factor : Decimal
        From the header's unit to the codebook's.
    percent : bool
        Whether the cell is shown as percent and holds the fraction.

    Returns
    -------
    Read
        The number in plain digits, in the codebook's unit.

    Examples
    --------
    >>> books = codebook.table("schools").column("books")
    >>> number("１２，３４５", books).text, number("1.2万册", books).text, number("—", books)
    ('12345', '12000', Read(text='', fault='', how='missing'))
    >>> number("约300", books).fault, number("12,34", books).fault, number("1.2E+05", books).fault
    ('number', 'decimal_comma', 'rounded')
    >>> number("2500①", books).fault, number("3 10册", books).fault
    ('footnote', 'number')
    """
    if isinstance(value, bool):
        return Read(str(int(value)), how="changed") if _is_mark(column) else Read("", "number")
    if isinstance(value, str):
        return _from_text(value, column, factor) if value else EMPTY
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return Read("", "date")
    if percent and _dimension(column) != "share":
        return Read("", "percent")
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return Read("", "number")
    if abs(exact) >= EXACT_BELOW:
        return Read("", "digits_lost")
    return Read(plain(exact * (HUNDRED if percent else factor)))


def _dimension(column: codebook.Column) -> str:
    """Return what a column measures; empty for bare numbers."""
    unit = units.of_column(column)
    return unit.dimension if unit else ""


def _is_mark(column: codebook.Column) -> bool:
    """Tell whether a column is yes or no."""
    return column.kind == "integer" and (column.minimum, column.maximum) == (0, 1)


def plain(exact: Decimal) -> str:
    """
    Write a number in plain digits, to its last digit.

    Parameters
    ----------
    exact : Decimal
        Finite.

    Returns
    -------
    str
        Without exponent and closing noughts.

    Examples
    --------
    >>> plain(Decimal("1E+3")), plain(Decimal("311.35230")), plain(Decimal("-0.0"))
    ('1000', '311.3523', '0')
    """
    text = format(exact, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _from_text(value: str, column: codebook.Column, factor: Decimal) -> Read:
    """Read text in a column of numbers."""
    if words.mark(value) in words.among("missing") or not value.strip():
        return Read("", how="missing")
    sound = not words.has_footnote(value) and not parted(value)
    if column.name == "year" and sound and (year := headers.year_in(value)):
        return Read(year, how="changed" if year != value else "")
    text = words.narrow(value.strip().translate(NARROW_BLANKS)).replace("−", "-").replace("\u2013", "-")
    if PLAIN.fullmatch(text) or GROUPED.fullmatch(text):
        return Read(plain(Decimal(text.replace(",", "")) * factor), how="changed" if text != value else "")
    if SCIENTIFIC.fullmatch(text):
        return Read("", "rounded")
    if _is_mark(column) and words.normal(value) in words.among("affirmed") | words.among("denied"):
        return Read("1" if words.normal(value) in words.among("affirmed") else "0", how="changed")
    return _with_unit(text, column, words.narrow(value))


def _with_unit(text: str, column: codebook.Column, value: str) -> Read:
    """Read a number that has its own unit behind it."""
    found = WITH_UNIT.fullmatch(text)
    digits = found.group(1) if found else ""
    sound = found and (PLAIN.fullmatch(digits) or GROUPED.fullmatch(digits))
    factor = ratio(found.group(2), column) if found and sound else None
    if factor is None:
        comma = "decimal_comma" if "," in value and DECIMAL_COMMA.fullmatch(digits or text) else "number"
        return Read("", "footnote" if words.has_footnote(text) else comma)
    return Read(plain(Decimal(digits.replace(",", "")) * factor), how="changed")


def parted(value: str) -> bool:
    """Tell whether a blank, a tabulator or a line break stands between two digits."""
    return PARTED_DIGITS.search(words.narrow(value)) is not None


def says_share(value: str) -> bool:
    """
    Tell whether a number says itself that it is a share: by a sign of percent or per mille, or a word for it.

    Parameters
    ----------
    value : str
        As it stands in a cell.

    Returns
    -------
    bool
        True for a sign.

    Examples
    --------
    >>> says_share("12 ％"), says_share("0.12")
    (True, False)
    """
    found = WITH_UNIT.fullmatch(words.narrow(value))
    unit = units.named(found.group(2)) if found else None
    return unit is not None and unit.dimension == "share"


@lru_cache(maxsize=1024)
def ratio(suffix: str, column: codebook.Column) -> Decimal | None:
    """
    Return the factor of what stands behind a number.

    Parameters
    ----------
    suffix : str
        The column's unit, one of its kind, or ``年`` of a year.
    column : Column
        Of the codebook.

    Returns
    -------
    Decimal or None
        From that unit to the codebook's; None for anything else.

    Examples
    --------
    >>> ratio("万", codebook.table("schools").column("books")), ratio("约", codebook.table("schools").column("books"))
    (Decimal('10000'), None)
    """
    if column.name in ("year", "built_year"):
        return ONE if words.normal(suffix) in ("年", "学年", "学年度") else None
    own = units.of_column(column)
    if words.LEADING.match(words.mark(suffix)):
        return None
    if words.normal(suffix) == "万" and own and own.dimension in ("money", "count", "area"):
        suffix = "万元" if own.dimension == "money" else "万平方米" if own.dimension == "area" else "万人"
    given = units.named(suffix)
    return units.factor(given, column) if given else None


def text(value: Value, column: codebook.Column) -> Read:
    """
    Read a cell of a column of text.

    Parameters
    ----------
    value : Value
        As it stands in the sheet.
    column : Column
        Of the codebook.

    Returns
    -------
    Read
        Codes and names half-width and without blanks around them; free text as it was written.

    Examples
    --------
    >>> school = codebook.table("schools").column("school_id")
    >>> text("ＷＳ－０１ ", school).text, text(3708260001.0, school).text, text("=1+1", school).fault
    ('WS-01', '3708260001', 'formula_text')
    >>> text(datetime.date(2026, 3, 1), school).fault, text(3.7082600012345678e17, school).fault
    ('date', 'digits_lost')
    """
    if isinstance(value, str):
        return _text(value, column)
    if isinstance(value, bool):
        return Read("", "text")
    if not isinstance(value, int | float | Decimal):
        return Read("", "date")
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or exact % 1:
        return Read("", "text")
    return Read("", "digits_lost") if abs(exact) >= EXACT_BELOW else Read(str(int(exact)))


def _text(value: str, column: codebook.Column) -> Read:
    """Read text in a column of text."""
    if PLAIN_CODE.fullmatch(value):
        return Read(value)
    free = column.name in words.load()["free_text"]
    clean = value.translate(words.INVISIBLE).strip() if free else words.half_width(value)
    if not clean:
        return EMPTY
    if words.mark(value) in words.among("missing") and column.name not in words.load()["marks_kept"]:
        return Read("", how="missing")
    if not free and words.has_footnote(value):
        return Read("", "footnote")
    if clean.startswith(RUNS_AS_A_FORMULA):
        return Read("", "formula_text")
    if not free and re.fullmatch(r"[0-9]\.[0-9]+[eE][+-]?[0-9]{1,3}", clean):
        return Read("", "digits_lost")
    if any(character < " " for character in clean.replace("\n", " ")):
        return Read("", "text")
    return Read(clean, how="changed" if clean != value else "")
