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

from edubalance import package
from edubalance.errors import EdubalanceError, StandardError
from edubalance.national import faults, receipts
from edubalance.national.computation import Judged, judge
from edubalance.national.discovery import TABLES
from edubalance.national.faults import Failure
from edubalance.national.index import Partition
from edubalance.national.intervals import intervals
from edubalance.national.laying_out import lay_out, lay_out_failures
from edubalance.national.reading import Held, content, read
from edubalance.national.source import METADATA
from edubalance.standards import Standard

# Tables that are written part by part.
PARTS = ("sections", "out_of_scope", "coefficients", "decompositions", "levels", "faults")


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
    package : str
        State of the package that is to do it.
    """

    folder: str
    columns: dict[str, tuple[str, ...]]
    standard: Standard = field(repr=False)
    convention: str
    kind: str
    package: str = field(default_factory=package.state, repr=False)

    @cached_property
    def identity(self) -> str:
        """Say all that results depend on beside the rows."""
        return repr((self.package, self.standard, self.columns, self.convention, self.kind))

    @property
    def metadata(self) -> dict[bytes, bytes]:
        """Say in every file what the data are."""
        words = {"twin": "synthetic twin / 合成数据"}
        said = {"kind": self.kind, "says": words.get(self.kind, self.kind), "standard": self.standard.id}
        return {METADATA: json.dumps({**said, "convention": self.convention}, ensure_ascii=False).encode("utf-8")}


def name_of(partition: Partition, task: Task) -> str:
    """
    Name a part by all that it depends on: rows, rules, options, package.

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
        ``name`` of the parts, ``parts`` (the hash of each by its table; one without rows is not written),
        ``done_before``.

    Raises
    ------
    EdubalanceError
        If the package here is not the one that the run began with.
    """
    if package.state() != task.package:
        raise EdubalanceError(
            "The workers should have the same package as this process; theirs is another.",
            hint="Install the same state everywhere, and start the workers again.",
        )
    folder = Path(task.folder)
    name = name_of(partition, task)
    before = receipts.kept(folder, name)
    if before is not None:
        return {**before, "done_before": True}
    # Where the worker was lost before, this says so.
    receipts.part(folder, "faults", name).unlink(missing_ok=True)
    tables = {table: held for table, held in compute(partition, task).items() if held.num_rows}
    written = {table: write(held, receipts.part(folder, table, name), task) for table, held in tables.items()}
    return {**receipts.write(folder, name, written), "done_before": False}


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
    table = lay_out_failures(partition, failures)
    written = write(table, receipts.part(Path(task.folder), "faults", name), task)
    return {"name": name, "parts": {"faults": written}, "done_before": False}


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
    except (OSError, pa.ArrowException) as error:
        reason = f"the file should be readable: {error}"
        failures = [Failure(key, "", "", "", "", reason, "Write the file again.", 0) for key in range(len(keys))]
        return {"faults": lay_out_failures(partition, failures)}
    failures = faults.find(held)
    held = _without(held, {failure.key for failure in failures})
    tables: list[dict[str, pa.Table]] = []
    for part, refusal in _judged(held, task):
        if refusal is None:
            tables.append(part)
        else:
            failures.append(refusal)
    found = {"faults": lay_out_failures(partition, sorted(failures, key=lambda failure: failure.key))}
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
    yield _laid_out(judged, task), None


def _laid_out(judged: Judged, task: Task) -> dict[str, pa.Table]:
    """Lay out what was judged, with intervals."""
    nothing = np.empty(0), np.empty(0)
    return lay_out(judged, task.standard, intervals(judged, task.convention) if judged.groups.count else nothing)


def without_rows(task: Task) -> dict[str, pa.Table]:
    """
    Make the tables of a partition that has no rows: they say which columns there are.

    Parameters
    ----------
    task : Task
        Says by which standard.

    Returns
    -------
    dict of str to Table
        By name, those of `PARTS` but for ``faults``.
    """
    held = read(Partition((), dict.fromkeys(TABLES, ())), task.columns)
    return _laid_out(judge(held, task.standard, task.convention), task)


def write(table: pa.Table, file: Path, task: Task) -> str:
    """
    Write a part.

    Parameters
    ----------
    table : Table
        Its rows.
    file : Path
        Where.
    task : Task
        Says what the data are.

    Returns
    -------
    str
        The hash of the file.
    """
    table = table.replace_schema_metadata(task.metadata)
    sink = pa.BufferOutputStream()
    # Packing digits that never repeat costs more time than it saves room.
    packed = {each.name: "none" if pa.types.is_floating(each.type) else "lz4" for each in table.schema}
    repeated = [each.name for each in table.schema if pa.types.is_dictionary(each.type)]
    pq.write_table(table, sink, compression=packed, write_statistics=["year"], use_dictionary=repeated)
    return receipts.write_part(sink.getvalue().to_pybytes(), file)
