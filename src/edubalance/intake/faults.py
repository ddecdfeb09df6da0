"""Words for faults: what a cell should hold, what to do about what it holds, and how many more there are."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from edubalance import codebook, messages
from edubalance.codebook.description import amount
from edubalance.errors import Fault

LIMIT = 20
UNKNOWN = {"na", "n/a", "nan", "null", "none", "inf", "-inf", "+inf", "infinity", "-", "--", "—", "/", "无", "缺", "?"}
DIGITS = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def of_a_kind(rows: Sequence[int], word: Callable[[int], Fault]) -> list[Fault]:
    """
    Word the faults of one kind, but no more than a reader can use.

    Parameters
    ----------
    rows : sequence of int
        Rows with the fault, ascending.
    word : callable
        From a row to its fault.

    Returns
    -------
    list of Fault
        The first `LIMIT`; the last of them counts the rest.

    Examples
    --------
    >>> def word(row: int) -> Fault:
    ...     return Fault("a.csv", row, "b", "x", "b should be a number", "Correct it.")
    >>> faults = of_a_kind(range(2, 102), word)
    >>> len(faults), faults[-1].rule
    (20, 'b should be a number (and 80 more of the same kind)')
    """
    shown = [word(int(row)) for row in rows[:LIMIT]]
    if len(rows) > len(shown):
        shown[-1] = counted(shown[-1], len(rows) - len(shown))
    return shown


def counted(fault: Fault, more: int) -> Fault:
    """Add to a fault how many others of its kind there are."""
    if not more:
        return fault
    said = messages.more(fault.more, "en")
    more += fault.more
    return replace(fault, rule=f"{fault.rule.removesuffix(said)}{messages.more(more, 'en')}", more=more)


def in_order(faults: Iterable[Fault], columns: Sequence[str]) -> list[Fault]:
    """
    Sort the faults of one file by row and column; what concerns the whole file comes first.

    Parameters
    ----------
    faults : iterable of Fault
        Of one file.
    columns : sequence of str
        Columns in their order; others come first.

    Returns
    -------
    list of Fault
        Sorted; faults of one cell keep their order.
    """
    place = {name: number for number, name in enumerate(columns)}
    return sorted(faults, key=lambda fault: (fault.row or 0, place.get(fault.column, -1)))


def expected(column: codebook.Column) -> str:
    """
    Say what a cell of a column should hold.

    Parameters
    ----------
    column : Column
        As the codebook has it.

    Returns
    -------
    str
        A clause without a full stop.

    Examples
    --------
    >>> expected(codebook.table("schools").column("area"))
    'area should be one of urban, town, rural'
    >>> expected(codebook.table("schools").column("migrant_share_pct"))
    'migrant_share_pct should be a number from 0 to 100 (%)'
    >>> expected(codebook.table("sections").column("pupils"))
    'pupils should be a whole number from 0 to 100,000 (pupils)'
    """
    if column.kind == "code":
        return f"{column.name} should be one of {', '.join(column.codes)}"
    if column.kind == "text":
        return f"{column.name} should be text"
    return number_wanted(column.name, column.kind == "integer", column.minimum, column.maximum, column.unit("en") or "")


def number_wanted(name: str, whole: bool, low: float | None, high: float | None, unit: str) -> str:  # noqa: FBT001 - a fact
    """
    Say what number a column or a variable should be.

    Parameters
    ----------
    name : str
        The column or variable.
    whole : bool
        Whether it is a whole number.
    low, high : float or None
        Its range; None where it has no end.
    unit : str
        Its unit; empty for none.

    Returns
    -------
    str
        A clause without a full stop.

    Examples
    --------
    >>> number_wanted("deaths_3y", True, 0, None, "pupils")
    'deaths_3y should be a whole number, 0 or more (pupils)'
    """
    noun = "a whole number" if whole else "a number"
    shown = f" ({unit})" if unit else ""
    return f"{name} should be {noun}{_range(low, high)}{shown}"


def beyond(column: codebook.Column, file: str, row: int, value: str) -> Fault:
    """
    Word a number that is out of the range of its column.

    Parameters
    ----------
    column : Column
        With both ends of its range.
    file, row, value
        Where, and what stands there.

    Returns
    -------
    Fault
        With the reason of the range.

    Examples
    --------
    >>> area = codebook.table("schools").column("sports_ground_area_m2")
    >>> print(beyond(area, "schools.csv", 2, "1e308").rule)
    sports_ground_area_m2 should be a number from 0 to 5,000,000 (m²); no school has 5 km² of it; the number may be of \
another unit
    """
    whole = column.kind == "integer"
    low, high = (amount(end) for end in (column.minimum, column.maximum) if end is not None)
    span = (
        f"{'a whole number' if whole else 'a number'} from {low} to {high}",
        f" {low} 到 {high} 之间的{'整数' if whole else '数'}",
    )
    unit = (f" ({column.unit_en})", f"（{column.unit_zh}）") if column.unit_en else ("", "")
    names = (column.name, column.zh)
    return Fault.of(
        "beyond_sense", file, row, column.name, value, column=names, range=span, unit=unit, reason=column.why
    )


def _range(low: float | None, high: float | None) -> str:
    """Say the range of a number."""
    if low is not None and high is not None:
        return f" from {amount(low)} to {amount(high)}"
    if low is not None:
        return f", {amount(low)} or more"
    return f", {amount(high)} or less" if high is not None else ""


def remedy_for_number(value: str) -> str:
    """
    Say what to do about text where a number belongs.

    Parameters
    ----------
    value : str
        The text as found.

    Returns
    -------
    str
        The number to write, where the text holds exactly one; otherwise general advice.

    Examples
    --------
    >>> remedy_for_number("2023年")
    'Write 2023 alone, without unit, blank or separator.'
    >>> remedy_for_number("NA")
    'Leave the cell empty where the value is not known.'
    """
    if value.strip().lower() in UNKNOWN:
        return "Leave the cell empty where the value is not known."
    plain = unicodedata.normalize("NFKC", value).replace(",", "")
    # The mark of a footnote, such as ①, would be one more digit of the number.
    marked = any(unicodedata.category(character) == "No" for character in value)
    found = [] if marked else DIGITS.findall(plain)
    if len(found) == 1 and "e" not in plain.lower():
        return f"Write {found[0]} alone, without unit, blank or separator."
    return "Write one number in the digits 0 to 9; leave the cell empty where the value is not known."


def remedy_for_code(column: codebook.Column, value: str) -> str:
    """
    Say which code was probably meant.

    Parameters
    ----------
    column : Column
        A column of codes.
    value : str
        The text as found.

    Returns
    -------
    str
        The code that the text, a label or something close to either stands for; otherwise the whole list.

    Examples
    --------
    >>> area = codebook.table("schools").column("area")
    >>> remedy_for_code(area, "城区"), remedy_for_code(area, "Urban")
    ('Write urban for 城区.', 'Did you mean urban?')
    """
    words: dict[str, str] = {}
    for code in codebook.codes(column.code_list).values():
        words |= {code.value: code.value, code.en: code.value, code.zh: code.value}
    if value in words:
        return f"Write {words[value]} for {value}."
    # Two Chinese words that share one character of two may be opposites, as 公办 and 民办 are.
    cutoff = 0.5 if value.isascii() else 0.75
    close = difflib.get_close_matches(value.strip().lower(), words, n=1, cutoff=cutoff)
    if close:
        return f"Did you mean {words[close[0]]}?"
    labels = ", ".join(f"{code.value} ({code.zh})" for code in codebook.codes(column.code_list).values())
    return f"Use one of {labels}."
