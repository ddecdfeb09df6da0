"""The work on one partition: read, check, judge, write. The same function in one process and on any worker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from edubalance import __version__, whole
from edubalance.errors import EdubalanceError, StandardError
from edubalance.national import faults
from edubalance.national.computation import judge
from edubalance.national.faults import Failure
from edubalance.national.index import Partition
from edubalance.national.intervals import intervals
from edubalance.national.laying_out import lay_out, lay_out_failures
from edubalance.national.reading import Held, content, read
from edubalance.national.source import METADATA
from edubalance.standards import Standard

# Tables that are written part by part.
PARTS = ("sections", "out_of_scope", "coefficients", "decompositions", "levels", "faults")
FORMAT = 1  # Raised when the same input gives other output.


@dataclass(frozen=True)
class Task:
    """
    What is done with every partition.

    Attributes
    ----------
    folder : str
        Where the parts go.
    columns : dict of str to tuple of str
        Columns to read, by table.
    standard : Standard
        The standard.
    convention : str
        Convention of the difference coefficients.
    kind : str
        Kind of the data; stands in every file.
    replicates : int
        Draws of the bootstrap for the interval of a composite; 0 for none.
    seed : int
        Seed of the draws; each county, year and level has a stream of its own.
    """

    folder: str
    columns: dict[str, tuple[str, ...]]
    standard: Standard = field(repr=False)
    convention: str
    kind: str
    replicates: int
    seed: int

    @cached_property
    def identity(self) -> str:
        """Say all that results depend on beside the rows."""
        options = (self.columns, self.convention, self.kind, self.replicates, self.seed if self.replicates else None)
        return repr((FORMAT, __version__, self.standard, options))

    @property
    def metadata(self) -> dict[bytes, bytes]:
        """Say in every file what the data are."""
        words = {"twin": "synthetic twin / 合成数据"}
        said = {"kind": self.kind, "says": words.get(self.kind, self.kind), "standard": self.standard.id}
        return {METADATA: json.dumps({**said, "convention": self.convention}, ensure_ascii=False).encode("utf-8")}


def name_of(partition: Partition, task: Task) -> str:
    """
    Name a part by all that it depends on: rows, rules, options, version.

    Parameters
    ----------
    partition : Partition
        The partition.
    task : Task
        What is done with it.

    Returns
    -------
    str
        Twenty hexadecimal digits.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    found = hashlib.sha256(task.identity.encode("utf-8"))
    found.update(content(partition))
    return found.hexdigest()[:20]


def work(partition: Partition, task: Task) -> dict[str, Any]:
    """
    Judge a partition and write its parts; if a part of this name is there already, nothing is done.

    Parameters
    ----------
    partition : Partition
        What to read.
    task : Task
        What to do with it.

    Returns
    -------
    dict
        ``name`` of the parts, ``rows`` of each table, ``done_before``.
    """
    folder = Path(task.folder)
    name = name_of(partition, task)
    receipt = folder / "receipts" / f"{name}.json"
    if receipt.is_file():
        return {**json.loads(receipt.read_text(encoding="utf-8")), "done_before": True}
    (folder / "faults" / f"{name}.parquet").unlink(missing_ok=True)
    rows = {}
    for table, held in compute(partition, task).items():
        rows[table] = held.num_rows
        if held.num_rows:
            _write(held.replace_schema_metadata(task.metadata), folder / table / f"{name}.parquet")
    said = {"name": name, "rows": rows}
    whole.write(receipt, json.dumps(said).encode("utf-8"))
    return {**said, "done_before": False}


def lost(partition: Partition, task: Task) -> dict[str, Any]:
    """
    Report the counties of a partition whose worker did not survive it; there is no receipt, so that it is tried again.

    Parameters
    ----------
    partition : Partition
        The partition.
    task : Task
        What should have been done with it.

    Returns
    -------
    dict
        As `work` returns it.
    """
    name = name_of(partition, task)
    rule, remedy = "the worker should live to the end; it was killed each time", "Give it more memory, then --resume."
    failures = [Failure(key, "", "", "", "", rule, remedy, 0) for key in range(len(partition.keys))]
    table = lay_out_failures(partition.keys, failures).replace_schema_metadata(task.metadata)
    _write(table, Path(task.folder) / "faults" / f"{name}.parquet")
    return {"name": name, "rows": {"faults": table.num_rows}, "done_before": False}


def compute(partition: Partition, task: Task) -> dict[str, pa.Table]:
    """
    Judge a partition; what is faulty fails, the others are judged.

    Parameters
    ----------
    partition : Partition
        What to read.
    task : Task
        What to do with it.

    Returns
    -------
    dict of str to Table
        By name, those of `PARTS` that have rows, and ``faults``.
    """
    keys = partition.keys
    try:
        held = read(partition, task.columns)
    except (OSError, pa.ArrowInvalid) as error:
        reason = f"the file should be readable: {error}"
        failures = [Failure(key, "", "", "", "", reason, "Write the file again.", 0) for key in range(len(keys))]
        return {"faults": lay_out_failures(keys, failures)}
    failures = faults.find(held)
    held = _without(held, {failure.key for failure in failures})
    tables: list[dict[str, pa.Table]] = []
    for part, refusal in _judged(held, task):
        if refusal is None:
            tables.append(part)
        else:
            failures.append(refusal)
    found = {"faults": lay_out_failures(keys, sorted(failures, key=lambda failure: failure.key))}
    for table in tables[0] if tables else ():
        found[table] = pa.concat_tables([each[table] for each in tables], promote_options="permissive")
    return found


def _without(held: Held, keys: set[int]) -> Held:
    """Leave out the rows of some counties and years."""
    if not keys:
        return held
    bad = np.array([key in keys for key in range(len(held.partition.keys))])
    return Held(
        held.partition,
        held.schools.take(~bad[held.schools.key]),
        held.sections.take(~bad[held.sections.key]),
        held.school_ids,
    )


def _judged(held: Held, task: Task) -> Iterator[tuple[dict[str, pa.Table], Failure | None]]:
    """Judge all together; if something is refused, year by year and then one after another, to find which it is."""
    if not held.sections.key.size:
        return
    try:
        judged = judge(held, task.standard, task.convention)
    except EdubalanceError as error:
        keys = np.unique(held.sections.key).tolist()
        years = {held.partition.keys[key].year for key in keys}
        # Rules are of a year: where they are refused, they are for all its counties.
        if len(keys) == 1 or (len(years) == 1 and isinstance(error, StandardError)):
            yield from (({}, Failure(key, "", "", "", "", error.what, error.hint, 0)) for key in keys)
            return
        of = (lambda key: held.partition.keys[key].year) if len(years) > 1 else (lambda key: key)
        for one in sorted(set(map(of, keys))):
            others = {key for key in range(len(held.partition.keys)) if of(key) != one}
            yield from _judged(_without(held, others), task)
        return
    if judged is not None:
        yield lay_out(judged, task.standard, intervals(judged, task.convention, task.replicates, task.seed)), None


def _write(table: pa.Table, file: Path) -> None:
    """Write a file whole or not at all, whoever else writes the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    sink = pa.BufferOutputStream()
    # Packing digits that never repeat costs more time than it saves room.
    packed = {each.name: "none" if pa.types.is_floating(each.type) else "lz4" for each in table.schema}
    repeated = [each.name for each in table.schema if pa.types.is_dictionary(each.type)]
    pq.write_table(table, sink, compression=packed, write_statistics=["year"], use_dictionary=repeated)
    whole.write(file, sink.getvalue().to_pybytes())
