"""One line of the checks before applying, laid out: what is compared, on what it rests and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from edubalance.standards import Item

COUNTY = ["county", "year"]
COLUMNS = [
    *COUNTY,
    "kind",
    "number",
    "line",
    "part",
    "level",
    "value",
    "direction",
    "limit",
    "verdict",
    "basis",
    "missing",
    "remark",
    "evidence",
    "confidence",
]
# On what a verdict rests: the tables of schools; numbers that the county reports; its word alone.
TABLES, REPORTED, DECLARED = "tables", "reported", "declared"
# Two statements of one thing differ; the worse one is judged.
DISAGREE = "disagree"
# From the weakest to the strongest.
CONFIDENCES = ("conflicting", "inferred", "once", "verified_twice")


def laid_out(places: pd.DataFrame, kind: str, line: Item, part: str, **columns: Any) -> pd.DataFrame:
    """
    Lay one part of a line out, one row a county and year.

    Parameters
    ----------
    places : DataFrame
        ``county`` and ``year``.
    kind : str
        ``check`` or ``veto``.
    line : Item
        The check or veto.
    part : str
        Id of the condition, or of the indicator.
    **columns : object
        The other columns of `COLUMNS`, as arrays or single values; what is not given is empty, and undetermined.

    Returns
    -------
    DataFrame
        With the columns of `COLUMNS`.
    """
    empty: dict[str, Any] = {"level": "", "value": np.nan, "direction": "", "limit": np.nan, "verdict": "undetermined"}
    empty |= dict.fromkeys(("basis", "missing", "remark", "evidence"), "") | {"confidence": line.confidence}
    named: dict[str, Any] = {"kind": kind, "number": line.number, "line": line.id, "part": part}
    keys: dict[str, Any] = {name: places[name] for name in COUNTY}
    frame = pd.DataFrame(keys | named | empty | columns, index=places.index, columns=COLUMNS)
    return frame.astype({"value": "float64", "limit": "float64"})


def weakest(marks: Iterable[str]) -> str:
    """
    Return the weakest of several marks of confidence: a chain is as strong as its weakest link.

    Parameters
    ----------
    marks : iterable of str
        ``conflicting``, ``inferred``, ``once`` or ``verified_twice``; at least one.

    Returns
    -------
    str
        One of them.

    Examples
    --------
    >>> weakest(["verified_twice", "once"])
    'once'
    """
    return min(marks, key=CONFIDENCES.index)


def named_where(missing: Any, name: str) -> list[str]:
    """
    Name what is missing where something is.

    Parameters
    ----------
    missing : array_like of bool
        Where it is missing.
    name : str
        What would fill it: ``county.csv: key_schools_or_classes``.

    Returns
    -------
    list of str
        The name, or an empty text.

    Examples
    --------
    >>> named_where([True, False], "county.csv: graduates")
    ['county.csv: graduates', '']
    """
    return [name if lacks else "" for lacks in np.asarray(missing)]


def gathered(texts: Iterable[str]) -> str:
    """
    Gather what several parts lack: each name once, a file before its names.

    Parameters
    ----------
    texts : iterable of str
        What each part lacks, parted by ``"; "``; empty where nothing is.

    Returns
    -------
    str
        All of it, in the order of the parts.

    Examples
    --------
    >>> gathered(["county.csv: graduates", "schools.csv: books (junior 2021 2/14)", "", "county.csv: deaths_3y"])
    'county.csv: graduates, deaths_3y; schools.csv: books (junior 2021 2/14)'
    """
    found: dict[str, dict[str, None]] = {}
    for one in (one for text in texts if text for one in text.split("; ")):
        file, _, names = one.partition(": ")
        found.setdefault(file, {}).update(dict.fromkeys(names.split(", ")))
    return "; ".join(f"{file}: {', '.join(names)}" for file, names in found.items())
