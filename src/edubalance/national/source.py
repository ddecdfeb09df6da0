"""The tables of a panel: which files they are, which columns are asked for, and whether the files have them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from edubalance import codebook
from edubalance.errors import EdubalanceError, Fault, TableError
from edubalance.standards import Standard

PLACE = ("province", "county", "year")
METADATA = b"edubalance"
TABLES = ("schools", "sections")
# What is always asked for, beyond the place.
_ALWAYS = {
    "schools": ("school_id", "type", "founder", "area"),
    "sections": ("school_id", "level", "pupils", "teachers"),
}
# Criteria of a relief that are made from the sections of a school.
_OF_THE_SCHOOL = {"school_pupils": "pupils", "school_largest_class": "largest_class_pupils"}


@dataclass(frozen=True)
class File:
    """
    One Parquet file.

    Attributes
    ----------
    path : str
        Where it is.
    name : str
        What messages call it: the path below the panel.
    place : tuple of (str, str)
        What the names of its folders say of all its rows: ``province=P01``.
    """

    path: str
    name: str
    place: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Source:
    """
    A panel whose files have been looked at, but not read.

    Attributes
    ----------
    files : dict of str to tuple of File
        By table.
    columns : dict of str to tuple of str
        Columns that the standard asks for and the files have, by table.
    absent : dict of str to dict of str to str
        By table, columns that the standard asks for and no file has, each with the nearest name there is; empty where
        none is near.
    kind : str
        What the files say of themselves: ``twin`` for synthetic ones; ``observed`` where they say nothing.
    """

    files: dict[str, tuple[File, ...]]
    columns: dict[str, tuple[str, ...]]
    absent: dict[str, dict[str, str]]
    kind: str


def open_panel(panel: str | Path, standard: Standard) -> Source:
    """
    Look at the files of a panel.

    Parameters
    ----------
    panel : str or Path
        Folder with ``schools`` and ``sections``: each one Parquet file (``schools.parquet``), or a folder of them,
        partitioned or not (``schools/province=P01/…``).
    standard : Standard
        Says which columns are needed.

    Returns
    -------
    Source
        Files and columns.

    Raises
    ------
    EdubalanceError
        If a table is not there, or there twice.
    TableError
        If a file is no Parquet, lacks a column, or holds it in a type that it cannot be.
    """
    folder = Path(panel)
    files = {table: _files(folder, table) for table in TABLES}
    faults: list[Fault] = []
    columns, absent, kinds = {}, {}, set()
    for table, members in files.items():
        schemas, unreadable = _schemas(members)
        faults += unreadable
        there = {name for schema in schemas.values() for name in schema.names}
        columns[table] = tuple(name for name in asked_columns(table, standard) if name in there)
        absent[table] = {name: _nearest(name, there) for name in asked_columns(table, standard) if name not in there}
        for file, schema in schemas.items():
            faults += _faults(table, file, schema, columns[table])
            kinds.add(_kind(schema))
    if faults:
        raise TableError(faults)
    return Source(files, columns, absent, "twin" if "twin" in kinds else "observed")


def asked_columns(table: str, standard: Standard) -> tuple[str, ...]:
    """
    List the columns that a standard needs of a table, beyond province, county and year.

    Parameters
    ----------
    table : {"schools", "sections"}
        Table.
    standard : Standard
        Its indicators, split and reliefs.

    Returns
    -------
    tuple of str
        In the codebook's order.

    Examples
    --------
    >>> from edubalance import standards
    >>> asked_columns("schools", standards.load("cn-2017-quality"))[:5]
    ('school_id', 'type', 'founder', 'area', 'senior_pupils')
    """
    wanted = {*_ALWAYS[table], "senior_pupils", *_counted(standard)}
    for relief in standard.reliefs:
        if relief.added:
            wanted |= {column for column, _ in relief.added}
            wanted |= {_OF_THE_SCHOOL.get(each.column, each.column) for each in relief.criteria}
    return tuple(name for name in codebook.table(table).names if name in wanted)


def _counted(standard: Standard) -> Iterable[str]:
    """List the columns that the indicators are sums of."""
    terms = [numerator for indicator in standard.indicators for _, numerator in indicator.numerators.pairs]
    return {column for numerator in terms for column, _ in numerator}


def _files(folder: Path, table: str) -> tuple[File, ...]:
    """Find the files of a table, in the order of their names."""
    single, several = folder / f"{table}.parquet", folder / table
    if not single.is_file() and not several.is_dir():
        raise EdubalanceError(
            f"A panel should have {table}.parquet or a folder {table}/; {folder} has neither.",
            hint="Write schools and sections as Parquet, with the codebook's columns, province and county.",
        )
    if single.is_file() and several.is_dir():
        raise EdubalanceError(
            f"A panel should have {table}.parquet or a folder {table}/; {folder} has both.",
            hint="Move one of them elsewhere: nothing says which is meant.",
        )
    paths = [single] if single.is_file() else sorted(several.rglob("*.parquet"))
    found = [_file(folder, path) for path in paths if not path.name.startswith((".", "_"))]
    if not found:
        raise EdubalanceError(f"{several} holds no Parquet file.", hint="Write one at least.")
    return tuple(found)


def _file(folder: Path, path: Path) -> File:
    """Read off the names of its folders what all rows of a file have in common."""
    below = path.relative_to(folder)
    said = dict(part.split("=", 1) for part in below.parts[:-1] if "=" in part)
    place = tuple((name, unquote(said[name])) for name in PLACE if name in said)
    return File(str(path.resolve()), below.as_posix(), place)


def _schemas(files: Iterable[File]) -> tuple[dict[File, pa.Schema], list[Fault]]:
    """Read what columns each file has; without that nobody knows of which counties it is."""
    schemas, faults = {}, []
    for file in files:
        try:
            schemas[file] = pq.read_schema(file.path)
        except (OSError, pa.ArrowException) as error:
            rule = f"the file should be Parquet, whole: {str(error).rstrip('.')}"
            faults.append(Fault(file.name, None, "", "", rule, "Write the file again."))
    return schemas, faults


def _nearest(name: str, there: set[str]) -> str:
    """Find a column that may be meant: one of nearly the same name that the codebook does not know."""
    known = {column for table in TABLES for column in codebook.table(table).names}
    return next(iter(get_close_matches(name, sorted(there - known), n=1)), "")


def _faults(table: str, file: File, schema: pa.Schema, columns: tuple[str, ...]) -> list[Fault]:
    """Find columns that are absent, or cannot hold what they should."""
    needed = [*PLACE, *(name for name in columns if name not in PLACE)]
    needed += [name for name in _ALWAYS[table] if name not in needed]
    faults = []
    for name in needed:
        if name in dict(file.place):
            continue
        if name not in schema.names:
            remedy = "Write every file of the panel with the same columns."
            faults.append(Fault(file.name, None, name, "", f"the file should have the column {name}", remedy))
        elif not _fits(table, name, schema.field(name).type):
            held, rule = str(schema.field(name).type), f"{name} should be stored as {_kind_of(table, name)}"
            faults.append(Fault(file.name, None, name, held, rule, "Convert the column when you write the file."))
    return faults


def _kind_of(table: str, name: str) -> str:
    """Say whether a column holds text or numbers; the province is not in the codebook."""
    if name in ("province", "county"):
        return "text"
    return "numbers" if codebook.table(table).column(name).is_number else "text"


def _fits(table: str, name: str, stored: pa.DataType) -> bool:
    """Tell whether a type can hold a column."""
    inner = stored.value_type if pa.types.is_dictionary(stored) else stored
    if _kind_of(table, name) == "text":
        return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))
    return bool(pa.types.is_integer(stored) or pa.types.is_floating(stored))


def _kind(schema: pa.Schema) -> str:
    """Read what a file says of itself."""
    said: dict[str, Any] = json.loads((schema.metadata or {}).get(METADATA, b"{}"))
    return str(said.get("kind", "observed"))
