"""What closes a run: the tables of the whole country, made from the parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from edubalance import storage
from edubalance.national import over_time, parts, places, whole
from edubalance.national.index import Key
from edubalance.national.partition_work import PARTS, Task, without_rows, write

# One file each: byte for byte the same however the run was parted.
CLOSING = ("counties", "summary", "indicators", "layers", "convergence", "transitions", "failures")


def close(folder: Path, keys: Sequence[Key], task: Task) -> int:
    """
    Make the tables of the whole country.

    Parameters
    ----------
    folder : Path
        Holds the parts, and gets the tables.
    keys : sequence of Key
        Counties and years that the panel has.
    task : Task
        What was done with them.

    Returns
    -------
    int
        Counties and years that failed.
    """
    _add_headers(folder, task)
    failures = parts.failures(folder)
    counties = places.counties(parts.levels(folder), keys, failures, task.standard)
    measured = parts.measured(folder)
    tables = {
        "counties": counties,
        "failures": failures,
        "summary": whole.summary(counties, failures, task.standard.levels),
        "indicators": _each_year(measured, partial(whole.indicators, pooled=task.convention == "weighted_population")),
        "layers": _each_year(measured, whole.layers),
        "convergence": over_time.convergence(measured),
        "transitions": over_time.transitions(counties, folder),
    }
    for name, frame in tables.items():
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(task.metadata)
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
    return len(failures[["province", "county", "year"]].drop_duplicates())


def _add_headers(folder: Path, task: Task) -> None:
    """Write a part without rows of each table that has no part: a reader finds its columns, and that it is empty."""
    absent = [table for table in PARTS if table != "faults" and not any((folder / table).glob("*.parquet"))]
    if absent:
        headers = without_rows(task)
        for table in absent:
            write(headers[table], folder / table / "none.parquet", task)


def _each_year(measured: pd.DataFrame, make: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """Make a table year by year."""
    return pd.concat([make(year) for year in parts.by_year(measured)] or [pd.DataFrame()], ignore_index=True)


def read(folder: str | Path, table: str) -> pd.DataFrame:
    """
    Read a table of a result, whole.

    Parameters
    ----------
    folder : str or Path
        The result.
    table : str
        ``counties``, ``summary``, ``indicators``, ``layers``, ``convergence``, ``transitions``, ``failures``, or one
        that stands in parts: ``sections``, ``out_of_scope``, ``coefficients``, ``decompositions``.

    Returns
    -------
    DataFrame
        Text is categorical in tables that stand in parts, whose rows are sorted by province, county and year.

    Raises
    ------
    EdubalanceError
        If the result has no such table.
    """
    storage.settle(Path(folder))
    single = Path(folder) / f"{table}.parquet"
    return pq.read_table(single).to_pandas() if single.is_file() else parts.sorted_parts(Path(folder), table)
