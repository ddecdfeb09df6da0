"""The tables of a panel: which files they are, which columns are asked for, and whether the files have them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from edubalance import codebook
from edubalance.errors import Fault, TableError
from edubalance.national import stored_types
from edubalance.national.discovery import PLACE, TABLES, File, LeftOut, discover, value_of
from edubalance.standards import Standard

METADATA = b"edubalance"
# What is always asked for, beyond the place.
_ALWAYS = {
    "schools": ("school_id", "type", "founder", "area"),
    "sections": ("school_id", "level", "pupils", "teachers"),
}
# Criteria of a relief that are made from the sections of a school.
_OF_THE_SCHOOL = {"school_pupils": "pupils", "school_largest_class": "largest_class_pupils"}


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
    left_out : tuple of LeftOut
        What of the folder is not read, and is no fault.
    """

    files: dict[str, tuple[File, ...]]
    columns: dict[str, tuple[str, ...]]
    absent: dict[str, dict[str, str]]
    kind: str
    left_out: tuple[LeftOut, ...] = ()


def open_panel(panel: str | Path, standard: Standard) -> Source:
    """
    Look at the files of a panel.

    Parameters
    ----------
    panel : str or Path
        Folder with ``schools`` and ``sections``: each one Parquet file (``schools.parquet``), or a folder of them,
        partitioned or not (``schools/province=P01/…``). Files are told by their content, not by their endings.
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
        If a file may be a part of the panel and is no whole Parquet, lacks a column, holds it in a type that it cannot
        be, contradicts the name of its folder, or is the copy of another.
    """
    found = discover(Path(panel))
    files = {table: tuple(members) for table, members in found.files.items()}
    faults = list(found.faults)
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
        raise TableError(_few_of_a_kind(faults))
    return Source(files, columns, absent, "twin" if "twin" in kinds else "observed", found.left_out)


def _few_of_a_kind(faults: Sequence[Fault]) -> list[Fault]:
    """Return the first faults of each kind; the last of them counts the others."""
    from edubalance.intake.faults import of_a_kind

    kinds: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        kinds[fault.key, fault.column].append(fault)
    return [shown for alike in kinds.values() for shown in of_a_kind(range(len(alike)), alike.__getitem__)]


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


def _schemas(files: Iterable[File]) -> tuple[dict[File, pa.Schema], list[Fault]]:
    """Read what columns each file has; without that nobody knows of which counties it is."""
    schemas, faults = {}, []
    for file in files:
        try:
            with pq.ParquetFile(file.path) as parquet:
                schemas[file], rows = parquet.schema_arrow, parquet.metadata.num_rows
        except (OSError, pa.ArrowException) as error:
            faults.append(Fault.of("parquet_unreadable", file.name, why=why(error)))
            continue
        if not rows:
            faults.append(Fault.of("parquet_without_rows", file.name))
    return schemas, faults


def why(error: Exception) -> tuple[str, str]:
    """Say what the reader of Parquet says of a damaged file; it speaks English only."""
    return str(error).partition("\n")[0].rstrip("."), "文件已损坏或不完整"


def _nearest(name: str, there: set[str]) -> str:
    """Find a column that may be meant: one of nearly the same name that the codebook does not know."""
    known = {column for table in TABLES for column in codebook.table(table).names}
    return next(iter(get_close_matches(name, sorted(there - known), n=1)), "")


def _faults(table: str, file: File, schema: pa.Schema, columns: tuple[str, ...]) -> list[Fault]:
    """Find columns that are absent, there twice, of another type, or against the names of the folders."""
    needed = dict.fromkeys((*PLACE, *columns, *_ALWAYS[table]))
    times, said = Counter(schema.names), dict(file.place)
    faults = []
    for name in needed:
        if times[name] > 1:
            faults.append(Fault.of("panel_column_twice", file.name, None, name))
        elif not times[name]:
            if name in said and name not in PLACE:
                faults.append(Fault.of("panel_key_alone", file.name, None, name, said[name]))
            elif name not in said:
                faults.append(Fault.of("panel_column_absent", file.name, None, name))
        elif name in said:
            faults += _against_folder(file, name, said[name], number=_is_number(table, name))
        elif not stored_types.fits(_column(table, name), schema.field(name).type):
            held, kind = str(schema.field(name).type), stored_types.wanted(_column(table, name))
            faults.append(Fault.of("panel_column_type", file.name, None, name, held, kind=kind))
    return faults


def _against_folder(file: File, name: str, said: str, *, number: bool) -> list[Fault]:
    """Hold a column against the name of the folder that says it too; a missing value says nothing."""
    try:
        with pq.ParquetFile(file.path) as parquet:
            held = parquet.read(columns=[name], use_threads=False).column(name).unique().to_pylist()
    except (OSError, pa.ArrowException) as error:
        return [Fault.of("parquet_unreadable", file.name, why=why(error))]
    expected = value_of(said, name, number=number)
    found = {value_of(value, name, number=number): value for value in held}
    wrong = [value for meaning, value in found.items() if meaning is not None and meaning != expected]
    return [Fault.of("panel_key_against_column", file.name, None, name, str(wrong[0]), said=said)] if wrong else []


def _column(table: str, name: str) -> codebook.Column | None:
    """Look a column up; the province, and the county of sections, are not in the codebook, and are text."""
    return None if name in ("province", "county") else codebook.table(table).column(name)


def _is_number(table: str, name: str) -> bool:
    """Tell whether a column holds numbers."""
    column = _column(table, name)
    return column is not None and column.is_number


def _kind(schema: pa.Schema) -> str:
    """Read what a file says of itself; what cannot be read is not ours."""
    try:
        said = json.loads((schema.metadata or {}).get(METADATA, b"{}"))
    except ValueError:
        return "observed"
    return str(said.get("kind", "observed")) if isinstance(said, dict) else "observed"
