"""Where each county and year stands in the files, and partitions of whole ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from edubalance.errors import EdubalanceError
from edubalance.national.discovery import PLACE, TABLES, File, text_of, year_of
from edubalance.national.source import Source, why
from edubalance.national.stored_types import CODED, as_numbers, as_text

# A partition has about so many sections: a processor's work for a tenth of a second, and few megabytes.
ROWS_AT_ONCE = 131_072
# Rows of one county and year may lie in a few places, such as a file for each level; not all over a file.
_MOST_RUNS = 4


class Key(NamedTuple):
    """A county in one year; a part is None where rows do not say it, and a year that is none stays as it is written."""

    province: str | None
    county: str | None
    year: int | str | None

    @property
    def number(self) -> int:
        """Return the year as a number; 0 where there is none."""
        return self.year if isinstance(self.year, int) else 0

    @property
    def known(self) -> Key:
        """Return the key with a year that is none taken as not said."""
        return self if self.number or self.year is None else self._replace(year=None)

    @property
    def vague(self) -> bool:
        """Tell whether rows do not say where or when they belong."""
        return None in self or not self.number


class Run(NamedTuple):
    """Rows of one county and year that stand together in a file, counted from its first row."""

    file: int
    start: int
    stop: int


@dataclass(frozen=True)
class Piece:
    """
    Rows that stand together in a file.

    Attributes
    ----------
    file : File
        The file.
    row_groups : tuple of int
        Its row groups that hold the rows.
    start : int
        How many rows of these row groups come before.
    keys, lengths : tuple of int
        Which of the partition's counties and years the rows are of, run by run, and how many rows.
    """

    file: File
    row_groups: tuple[int, ...]
    start: int
    keys: tuple[int, ...]
    lengths: tuple[int, ...]


@dataclass(frozen=True)
class Partition:
    """
    Whole counties and years that are worked on together.

    Attributes
    ----------
    keys : tuple of Key
        Ascending.
    pieces : dict of str to tuple of Piece
        Where their rows are, by table.
    unsure : frozenset of int
        Places among the keys of counties and years that rows elsewhere may belong to, which do not say all of
        province, county and year.
    """

    keys: tuple[Key, ...]
    pieces: dict[str, tuple[Piece, ...]]
    unsure: frozenset[int] = frozenset()

    @cached_property
    def places(self) -> dict[str, pa.Array]:
        """Province, county and year of each key, in columns; null where they are not said."""
        text = {name: pa.array([getattr(key, name) for key in self.keys], pa.string()) for name in PLACE[:2]}
        years = pa.array([key.number or None for key in self.keys], pa.int32())
        return {**{name: column.dictionary_encode() for name, column in text.items()}, "year": years}

    @cached_property
    def years(self) -> npt.NDArray[np.int64]:
        """Year of each key; 0 where it is not said."""
        return np.array([key.number for key in self.keys], dtype=np.int64)


def partitions(source: Source, rows_at_once: int = ROWS_AT_ONCE) -> list[Partition]:
    """
    Cut a panel into partitions of whole counties and years, in the order of its sections.

    Parameters
    ----------
    source : Source
        The panel.
    rows_at_once : int
        About how many sections a partition may have; one county and year is never cut.

    Returns
    -------
    list of Partition
        Every county and year stands in exactly one.

    Raises
    ------
    EdubalanceError
        If the rows of a county and year are scattered over a file.
    """
    ends = {table: [_group_ends(file) for file in source.files[table]] for table in TABLES}
    runs = {table: _runs(source, table) for table in TABLES}
    order = sorted(runs["sections"], key=lambda key: runs["sections"][key][0])
    order += sorted(runs["schools"].keys() - runs["sections"].keys(), key=lambda key: runs["schools"][key][0])
    vague = {key.known for key in order if key.vague}
    found = []
    for keys in _batches(order, runs["sections"], ends["sections"], rows_at_once):
        numbers = {key: number for number, key in enumerate(sorted(keys, key=_sortable))}
        pieces = {table: _pieces(source.files[table], ends[table], numbers, runs[table]) for table in TABLES}
        found.append(
            Partition(tuple(numbers), pieces, frozenset(n for key, n in numbers.items() if _may_have(key, vague)))
        )
    return found


def _may_have(key: Key, vague: set[Key]) -> bool:
    """Tell whether rows that do not say all of their place may belong to a county and year."""
    choices = ((part, None) for part in key)
    return bool(vague) and any(parts in vague for parts in product(*choices))


def _sortable(key: Key) -> tuple[str, str, int, str]:
    """Put counties and years in order, those that are not said first."""
    return key.province or "", key.county or "", key.number, str(key.year)


def _group_ends(file: File) -> npt.NDArray[np.int64]:
    """Count the rows of a file up to the end of each row group."""
    metadata = pq.read_metadata(file.path)
    return np.cumsum([metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)], dtype=np.int64)


def _runs(source: Source, table: str) -> dict[Key, list[Run]]:
    """Find the runs of every county and year in the files of a table."""
    found: dict[Key, list[Run]] = defaultdict(list)
    for number, file in enumerate(source.files[table]):
        here: set[Key] = set()
        count = 0
        try:
            runs = _runs_of(file)
        except (OSError, pa.ArrowException) as error:
            raise EdubalanceError.of("panel_unreadable", file=file.name, why=why(error)) from error
        for key, start, stop in runs:
            found[key].append(Run(number, start, stop))
            here.add(key)
            count += 1
        if count > _MOST_RUNS * len(here):
            raise EdubalanceError.of("panel_scattered", file=file.name, counties=len(here), places=count)
    return found


def _runs_of(file: File) -> list[tuple[Key, int, int]]:
    """Read province, county and year of a file and find where they change."""
    said = dict(file.place)
    stored = [name for name in PLACE if name not in said]
    with pq.ParquetFile(file.path, read_dictionary=[name for name in stored if name != "year"]) as parquet:
        rows = parquet.metadata.num_rows
        held = parquet.read(columns=stored, use_threads=False) if stored else None
    columns: list[tuple[npt.NDArray[Any], Sequence[Any]]] = []
    for name in PLACE:
        column = None if held is None or name in said else held.column(name)
        columns.append(_codes(column, rows, said.get(name), number=name == "year"))
    if rows == 0:
        return []
    changes = np.zeros(rows, dtype=bool)
    changes[0] = True
    for codes, _ in columns:
        changes[1:] |= codes[1:] != codes[:-1]
    starts = np.flatnonzero(changes)
    stops = np.append(starts[1:], rows)
    parts = [[values[code] for code in codes[starts].tolist()] for codes, values in columns]
    return [
        (Key(*key), start, stop)
        for key, start, stop in zip(zip(*parts, strict=True), starts.tolist(), stops.tolist(), strict=True)
    ]


def _codes(
    column: pa.ChunkedArray | None, rows: int, said: str | None, *, number: bool
) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """Number the values of a column; the last value, None, stands for a missing one."""
    read = year_of if number else text_of
    if column is None:
        return np.zeros(rows, dtype=np.int64), [read(said), None]
    alike = as_numbers(column).dictionary_encode() if number else as_text(column, CODED)
    coded = alike.unify_dictionaries().combine_chunks()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, [*map(read, coded.dictionary.to_pylist()), None]


def _batches(
    order: list[Key], runs: dict[Key, list[Run]], ends: list[npt.NDArray[np.int64]], rows_at_once: int
) -> list[list[Key]]:
    """Gather counties and years; break early rather than inside a row group that would be read twice."""
    found: list[list[Key]] = []
    batch: list[Key] = []
    rows = 0
    for key in order:
        size = sum(run.stop - run.start for run in runs.get(key, ()))
        if batch and rows + size > rows_at_once:
            found.append(batch)
            batch, rows = [], 0
        batch.append(key)
        rows += size
        last = runs[key][-1] if key in runs else None
        if last is not None and rows * 2 > rows_at_once and last.stop in ends[last.file]:
            found.append(batch)
            batch, rows = [], 0
    return [*found, batch] if batch else found


def _pieces(
    files: tuple[File, ...], ends: list[npt.NDArray[np.int64]], numbers: dict[Key, int], runs: dict[Key, list[Run]]
) -> tuple[Piece, ...]:
    """Join the runs that follow each other in a file."""
    held = sorted((*run, number) for key, number in numbers.items() for run in runs.get(key, ()))
    joined: list[list[tuple[int, int, int, int]]] = []
    for each in held:
        if joined and joined[-1][-1][0] == each[0] and joined[-1][-1][2] == each[1]:
            joined[-1].append(each)
        else:
            joined.append([each])
    return tuple(_piece(files, ends, together) for together in joined)


def _piece(
    files: tuple[File, ...], ends: list[npt.NDArray[np.int64]], together: list[tuple[int, int, int, int]]
) -> Piece:
    """Find the row groups of rows that stand together."""
    file, start, stop = together[0][0], together[0][1], together[-1][2]
    first, last = np.searchsorted(ends[file], [start, stop - 1], side="right").tolist()
    before = int(ends[file][first - 1]) if first else 0
    lengths = tuple(each[2] - each[1] for each in together)
    return Piece(
        files[file], tuple(range(first, last + 1)), start - before, tuple(each[3] for each in together), lengths
    )
