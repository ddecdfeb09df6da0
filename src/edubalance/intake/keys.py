"""Codes and names by which rows are told apart and joined: one way of writing each, over all tables and years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

import pandas as pd

from edubalance import codebook
from edubalance.characters import apart, folds
from edubalance.errors import Fault
from edubalance.intake.faults import counted, of_a_kind
from edubalance.intake.validate import Checked
from edubalance.messages import Fact, Row

SCHOOL = "school_id"
# Columns whose codes are those of other columns, by what the row is of.
_UNITS = {"school": SCHOOL, "township": "township", "county": "county"}
_PLACES = {"school": SCHOOL, "settlement": "place_id"}


@dataclass(frozen=True)
class _Spelling:
    """One way of writing a code in one column: its first row, and how many there are."""

    table: str
    column: str
    text: str
    row: int
    rows: int


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Refuse codes and names that a reader takes for one another.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked.

    Returns
    -------
    dict of str to list of Fault
        By table: each other spelling of a code, once a table, with the spelling met first; tables come in their order.
        Codes that are told apart within one school only, such as those of classes, are compared there.

    Notes
    -----
    `edubalance.characters.folds` says which differences a reader does not see.
    """
    met: dict[tuple[str, str], list[_Spelling]] = defaultdict(list)
    for name, each in checked.items():
        for column in each.source.table.columns:
            if column.is_key and column.name in each.frame:
                for domain, spelling in _spellings(name, each, column.name):
                    # Two of them may be alike as capitals, as small letters, or both.
                    for form in dict.fromkeys(folds(spelling.text)):
                        met[domain, form].append(spelling)
    found: dict[str, dict[tuple[str, str], tuple[_Spelling, _Spelling]]] = defaultdict(dict)
    for spellings in met.values():
        for spelling in spellings:
            if spelling.text != spellings[0].text:
                found[spelling.table].setdefault((spelling.column, spelling.text), (spellings[0], spelling))
    return {name: _worded(checked, list(pairs.values())) for name, pairs in found.items()}


def once(faults: Iterable[Fault]) -> list[Fault]:
    """
    Drop what else is said of a cell whose code is another spelling: its partner is missing because of it.

    Parameters
    ----------
    faults : iterable of Fault
        Of one table.

    Returns
    -------
    list of Fault
        In their order.
    """
    held = list(faults)
    told = {(fault.row, fault.column) for fault in held if fault.key == "keys_alike"}
    return [fault for fault in held if fault.key == "keys_alike" or (fault.row, fault.column) not in told]


def _spellings(name: str, checked: Checked, column: str) -> Iterator[tuple[str, _Spelling]]:
    """Walk over the spellings in a column, each with the domain that its codes are of."""
    rows = checked.frame[column].dropna()
    domains = _domains(checked, column).loc[rows.index]
    firsts = pd.DataFrame({"text": rows, "domain": domains, "row": rows.index}).dropna()
    grouped = firsts.groupby(["domain", "text"], sort=False)["row"].agg(["first", "size"])
    for (domain, text), first, size in zip(grouped.index, grouped["first"], grouped["size"], strict=True):
        yield str(domain), _Spelling(name, column, str(text), int(first), int(size))


def _domains(checked: Checked, column: str) -> pd.Series:
    """Say of each row what its code in a column is a code of."""
    frame, key = checked.frame, checked.source.table.key
    if column == "unit_id" and "unit" in frame:
        return frame["unit"].map(_UNITS)
    if column == "place_id" and "place" in frame:
        return frame["place"].map(_PLACES)
    if SCHOOL in key and column in key and column != SCHOOL and set(key) <= set(frame):
        others = [frame[name].astype("string").fillna("") for name in key if name != column]
        # Not `agg`, which makes a frame out of a table without rows.
        return reduce(lambda left, right: left.str.cat(right, sep="\x1f"), others)
    return pd.Series(column, index=frame.index)


def _worded(checked: Mapping[str, Checked], pairs: list[tuple[_Spelling, _Spelling]]) -> list[Fault]:
    """Word the spellings of one table, each with the one met first."""
    by_row = {(spelling.column, spelling.row): (first, spelling) for first, spelling in pairs}
    found: list[Fault] = []
    for column in dict.fromkeys(spelling.column for _, spelling in pairs):
        rows = sorted(row for name, row in by_row if name == column)

        def word(row: int, column: str = column) -> Fault:
            return _alike(checked, *by_row[column, row])

        found += of_a_kind(rows, word)
    return found


def _alike(checked: Mapping[str, Checked], first: _Spelling, other: _Spelling) -> Fault:
    """Word one pair."""
    where: Fact = Row(first.row)
    if first.table != other.table:
        file, table = checked[first.table].source.file, codebook.table(first.table)
        where = (f"{file}, row {first.row}", f"{table.zh}第{first.row}行")
    fault = Fault.of(
        "keys_alike",
        checked[other.table].source.file,
        other.row,
        other.column,
        other.text,
        first=apart(other.text, first.text),
        second=apart(first.text, other.text),
        other=where,
    )
    return counted(fault, other.rows - 1)
