"""The rows of a partition as arrays: numbers, codes, and schools numbered alike in both tables."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from edubalance import codebook
from edubalance.national.index import Partition, Piece
from edubalance.national.stored_types import CODED, as_numbers, as_text

IntArray = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
FloatArray = npt.NDArray[np.float64]
_BYTES_AT_ONCE = 1 << 22
_MISSING, _UNKNOWN = -1, -2


@dataclass(frozen=True)
class Rows:
    """
    Rows of one table.

    Attributes
    ----------
    key : ndarray of int, shape (n,)
        Which county and year of the partition a row is of.
    school : ndarray of int, shape (n,)
        Number of the school code among all of the partition, in the order of the codes; -1 where it is missing.
    codes : dict of str to ndarray of int8
        Columns of codes: places in the codebook's list; -1 where missing, -2 where there is no such code.
    numbers : dict of str to ndarray of float
        Columns of numbers; NaN where missing.
    words : dict of str to Array
        Columns of codes as they stand in the file, for messages.
    """

    key: IntArray
    school: IntArray
    codes: dict[str, Codes]
    numbers: dict[str, FloatArray]
    words: dict[str, pa.Array]

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Rows:
        """Return some of the rows, by number or mask."""
        chosen = pa.array(rows)
        pick = pc.filter if rows.dtype == np.bool_ else pc.take
        return Rows(
            self.key[rows],
            self.school[rows],
            {name: column[rows] for name, column in self.codes.items()},
            {name: column[rows] for name, column in self.numbers.items()},
            {name: pick(column, chosen) for name, column in self.words.items()},
        )


@dataclass(frozen=True)
class Held:
    """
    A partition in memory.

    Attributes
    ----------
    partition : Partition
        What it is.
    schools, sections : Rows
        Ascending by county and year, school, level.
    school_ids : Array
        Codes of schools, ascending; `Rows.school` numbers them.
    """

    partition: Partition
    schools: Rows
    sections: Rows
    school_ids: pa.Array


def content(partition: Partition) -> bytes:
    """
    Hash what the files hold of a partition, without reading it as tables.

    Parameters
    ----------
    partition : Partition
        Its pieces say which row groups.

    Returns
    -------
    bytes
        Of the bytes of these row groups, and of which rows of them are meant.
    """
    found = hashlib.sha256(repr((partition.keys, sorted(partition.unsure))).encode("utf-8"))
    for table, pieces in partition.pieces.items():
        for piece in pieces:
            said = (table, piece.file.place, piece.start, piece.keys, piece.lengths)
            found.update(repr(said).encode("utf-8"))
            _add_bytes(found, piece)
    return found.digest()


def _add_bytes(found: hashlib._Hash, piece: Piece) -> None:
    """Add the bytes of the row groups of a piece, and the names and types of the columns that they are of."""
    metadata = pq.read_metadata(piece.file.path)
    found.update(str(metadata.schema.to_arrow_schema().remove_metadata()).encode("utf-8"))
    chunks = [
        metadata.row_group(group).column(column) for group in piece.row_groups for column in range(metadata.num_columns)
    ]
    start = min(min(chunk.dictionary_page_offset or chunk.data_page_offset, chunk.data_page_offset) for chunk in chunks)
    left = sum(chunk.total_compressed_size for chunk in chunks)
    with open(piece.file.path, "rb") as handle:  # noqa: PTH123
        handle.seek(start)
        while left > 0 and (block := handle.read(min(left, _BYTES_AT_ONCE))):
            found.update(block)
            left -= len(block)


def read(partition: Partition, columns: dict[str, tuple[str, ...]]) -> Held:
    """
    Read a partition.

    Parameters
    ----------
    partition : Partition
        Where its rows are.
    columns : dict of str to tuple of str
        Which columns to read, by table; one that a file lacks is missing in all its rows.

    Returns
    -------
    Held
        Its rows, in an order that does not depend on how they are stored.
    """
    tables = {table: _table(pieces, table, columns[table]) for table, pieces in partition.pieces.items()}
    keys = {table: _keys(pieces) for table, pieces in partition.pieces.items()}
    ids = [chunk for table in tables.values() for chunk in table.column("school_id").chunks]
    coded = pa.chunked_array(ids, pa.string()).combine_chunks().dictionary_encode()
    names, number = _ascending(coded)
    if len(names) and not names[0].as_py():
        # Empty text comes first in order, and names no school.
        number = np.where(number == 0, -1, number)
    school = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    numbers = np.append(number, -1)[school]
    schools = _rows("schools", tables["schools"], keys["schools"], numbers[: keys["schools"].size])
    sections = _rows("sections", tables["sections"], keys["sections"], numbers[keys["schools"].size :])
    return Held(partition, _in_order(schools), _in_order(sections), names)


def _table(pieces: tuple[Piece, ...], table: str, columns: tuple[str, ...]) -> pa.Table:
    """Read the pieces of one table, one below the other."""
    kinds = {name: codebook.table(table).column(name).kind for name in columns}
    texts = {name: CODED if kind == "code" else pa.string() for name, kind in kinds.items() if kind in ("code", "text")}
    coded = [name for name, kind in texts.items() if kind == CODED]
    parts = []
    for piece in pieces:
        with pq.ParquetFile(piece.file.path, read_dictionary=coded, page_checksum_verification=True) as parquet:
            held = parquet.read_row_groups(list(piece.row_groups), columns=list(columns), use_threads=False)
        parts.append(_alike(held.slice(piece.start, sum(piece.lengths)), texts))
    if parts:
        return pa.concat_tables(parts, promote_options="permissive")
    types = [(name, pa.float64() if codebook.table(table).column(name).is_number else pa.string()) for name in columns]
    return pa.schema(types).empty_table()


def _alike(held: pa.Table, texts: dict[str, pa.DataType]) -> pa.Table:
    """Give every column the type that is computed with, however the file stores it."""
    columns = {
        name: as_text(held.column(name), texts[name]) if name in texts else as_numbers(held.column(name))
        for name in held.column_names
    }
    return pa.table(columns)


def _keys(pieces: tuple[Piece, ...]) -> IntArray:
    """Say of each row which county and year it is of."""
    keys = [key for piece in pieces for key in piece.keys]
    return np.repeat(np.array(keys, dtype=np.int64), [length for piece in pieces for length in piece.lengths])


def _ascending(coded: pa.DictionaryArray) -> tuple[pa.Array, IntArray]:
    """Put the distinct codes in ascending order; return them, and the place of each."""
    names = coded.dictionary
    if len(names) < 2 or pc.all(pc.less(names[:-1], names[1:])).as_py():
        return names, np.arange(len(names))
    order = pc.sort_indices(names)
    place = np.empty(len(names), dtype=np.int64)
    place[order.to_numpy()] = np.arange(len(names))
    return names.take(order), place


def _rows(name: str, table: pa.Table, key: IntArray, school: IntArray) -> Rows:
    """Turn the columns of a table into arrays."""
    codes: dict[str, Codes] = {}
    numbers: dict[str, FloatArray] = {}
    words: dict[str, pa.Array] = {}
    for column in codebook.table(name).columns:
        if column.name not in table.column_names or column.name == "school_id":
            continue
        stored = table.column(column.name)
        if column.is_number:
            numbers[column.name] = _floats(stored)
        else:
            words[column.name] = stored
            codes[column.name] = _places(stored, column.codes)
    return Rows(key, school, codes, numbers, words)


def _floats(stored: pa.ChunkedArray) -> FloatArray:
    """Turn a column of numbers into floats; adding zero turns -0 into 0."""
    values = stored.to_numpy().astype(np.float64, copy=False)
    return np.asarray(values + 0.0)


def _places(stored: pa.ChunkedArray, known: tuple[str, ...]) -> Codes:
    """Number a column of codes by the codebook's list; empty text is missing."""
    place: dict[str | None, int] = {"": _MISSING, None: _MISSING}
    place |= {code: number for number, code in enumerate(known)}
    parts = []
    for chunk in stored.chunks:
        coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        table = np.array([*(place.get(word, _UNKNOWN) for word in coded.dictionary.to_pylist()), -1], dtype=np.int8)
        parts.append(table[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)])
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int8)


def _in_order(rows: Rows) -> Rows:
    """Put rows in ascending order of county and year, school and level, unless they are."""
    level = rows.codes.get("level", np.zeros(rows.key.size, dtype=np.int8))
    place = (rows.key * (rows.school.max(initial=0) + 2) + rows.school) * 8 + level
    if (place[1:] >= place[:-1]).all():
        return rows
    return rows.take(np.argsort(place, kind="stable"))
