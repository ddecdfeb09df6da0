"""What a user has confirmed: which column a header means, in which unit, and which code a label stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from edubalance import codebook, documents
from edubalance.errors import EdubalanceError
from edubalance.intake.workbook import units, words
from edubalance.intake.workbook.headers import VIEWS

LEFT_OUT = "ignore"
HEAD = "# Confirmed on reading workbooks; `edubalance intake --mapping` uses it again. `ignore` leaves a column out.\n"
PARTS = ("headers", "units", "values")


@dataclass
class Mapping:
    """
    What a user has confirmed.

    Attributes
    ----------
    headers : dict of str to str
        From headers in the form of `key` to ``table.column``, or to ``ignore``.
    units : dict of str to str
        From headers in that form to the unit of their numbers.
    values : dict of str to dict
        By ``table.column``: from labels to codes.
    """

    headers: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def column(self, path: tuple[str, ...], view: str) -> str:
        """Return the confirmed column of a header in a view, ``ignore``, or empty."""
        stated = self.headers.get(key(path), "")
        table, _, column = stated.partition(".")
        return column if table in VIEWS[view] else stated if stated == LEFT_OUT else ""

    def as_text(self) -> str:
        """Return the mapping as it stands in its file."""
        stated = {part: getattr(self, part) for part in PARTS if getattr(self, part)}
        return HEAD + yaml.safe_dump(stated, allow_unicode=True, sort_keys=True)


def key(path: tuple[str, ...]) -> str:
    """
    Return a header in the form in which a mapping remembers it.

    Parameters
    ----------
    path : tuple of str
        Its rows from top to bottom.

    Returns
    -------
    str
        The parts, parted by `` / ``.

    Examples
    --------
    >>> key(("教师 情况", "其中：女"))
    '教师情况 / 女'
    """
    return " / ".join(part for raw in path if (part := words.normal(raw)))


def load(file: Path) -> Mapping:
    """
    Read a mapping file.

    Parameters
    ----------
    file : Path
        YAML with ``headers``, ``units`` and ``values``; a file that does not exist is an empty mapping.

    Returns
    -------
    Mapping
        What it says.

    Raises
    ------
    EdubalanceError
        If it cannot be read, or names a column, unit or code that does not exist.
    """
    if not file.exists():
        return Mapping()
    stated = documents.read(file, file.name)
    return parse({} if stated is None else stated, file.name)


def parse(stated: Any, name: str = "mapping") -> Mapping:
    """
    Check what a mapping file says.

    Parameters
    ----------
    stated : object
        As YAML gives it.
    name : str
        Name of the file, for messages.

    Returns
    -------
    Mapping
        The same, checked.

    Raises
    ------
    EdubalanceError
        If a part, column, unit or code does not exist.

    Examples
    --------
    >>> parse({"headers": {"藏书": "schools.books"}}).headers
    {'藏书': 'schools.books'}
    >>> parse({"headers": {"藏书": "schools.book"}})
    Traceback (most recent call last):
    edubalance.errors.EdubalanceError: mapping: 藏书: the table schools has no column 'book'. Hint: ...
    """
    if not isinstance(stated, dict) or not set(stated) <= set(PARTS):
        raise EdubalanceError(f"{name}: expected the parts {', '.join(PARTS)}.", hint="Correct the file.")
    for part in PARTS:
        if not isinstance(stated.get(part, {}), dict):
            raise EdubalanceError(f"{name}: {part} should be a list of 'name: meaning'.", hint="Correct the file.")
    for column, labels in stated.get("values", {}).items():
        if not isinstance(labels, dict):
            raise EdubalanceError(f"{name}: {column} should have 'label: code' below it.", hint="Correct the file.")
    found = Mapping(
        {
            key((str(header),)) if "/" not in str(header) else str(header): str(target)
            for header, target in stated.get("headers", {}).items()
        },
        {str(header): str(unit) for header, unit in stated.get("units", {}).items()},
        {
            str(column): {words.normal(str(label)): str(code) for label, code in labels.items()}
            for column, labels in stated.get("values", {}).items()
        },
    )
    _check(found, name)
    return found


def _check(found: Mapping, name: str) -> None:
    """Refuse what does not exist."""
    for header, target in found.headers.items():
        if target != LEFT_OUT:
            _column(target, f"{name}: {header}")
    for header, unit in found.units.items():
        if units.named(unit) is None:
            raise EdubalanceError(f"{name}: {header} has the unknown unit {unit!r}.", hint="For example 元 or 万元.")
    for target, labels in found.values.items():
        column = _column(target, name)
        for label, code in labels.items():
            if code not in column.codes:
                codes = ", ".join(column.codes) or "none"
                raise EdubalanceError(f"{name}: {target} has no code {code!r} for {label}.", hint=f"Codes: {codes}.")


def _column(target: str, place: str) -> codebook.Column:
    """Return the column that ``table.column`` names."""
    table, _, column = target.partition(".")
    known = codebook.load().tables
    if table not in known or column not in known[table].names:
        close = ", ".join(known[table].names) if table in known else ", ".join(known)
        what = f"the table {table} has no column {column!r}" if table in known else f"there is no table {table!r}"
        raise EdubalanceError(f"{place}: {what}.", hint=f"Write table.column, or ignore; there are {close}.")
    return known[table].column(column)
