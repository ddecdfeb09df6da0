"""The parts of a result put together, in an order that does not depend on how they were parted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from edubalance import codebook
from edubalance.errors import EdubalanceError
from edubalance.national.folders import tables_of

ORDER = ("year", "province", "county", "level", "indicator")
_MEASURES = ("pupils", "sd", "met", "n_sections", "n_missing", "n_met", "n_floor")
# Means of counties are put together by their pupils, whatever the convention of the coefficients.
_INSIDE = {"pupil_mean": "mean", "between_areas": "between_areas", "between_sections": "between_sections"}
_FAILURES = {
    "province": "string",
    "county": "string",
    "year": "Int64",
    "table": "string",
    "column": "string",
    "school_id": "string",
    "value": "string",
    "rule": "string",
    "remedy": "string",
    "rows": "int64",
}


def sorted_parts(folder: Path, table: str, columns: list[str] | None = None) -> pd.DataFrame:
    """
    Read all parts of a table.

    Parameters
    ----------
    folder : Path
        The result.
    table : str
        Name of a table that stands in parts.
    columns : list of str, optional
        Columns to read; all unless given.

    Returns
    -------
    DataFrame
        Sorted by year, province, county, level and indicator, sections of a county by school; text is categorical.

    Raises
    ------
    EdubalanceError
        If there is no such table.
    """
    files = sorted((folder / table).glob("*.parquet"))
    if not files:
        raise EdubalanceError(f"{folder} has no table {table}.", hint=f"It has {', '.join(tables_of(folder))}.")
    held = pa.concat_tables([pq.read_table(file, columns=columns) for file in files]).unify_dictionaries()
    return in_order(held.to_pandas())


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """
    Sort rows by year and place; levels keep the order of the codebook, indicators that of the standard.

    Parameters
    ----------
    frame : DataFrame
        Its province, county, level and indicator are categorical.

    Returns
    -------
    DataFrame
        In an order, and with an order of categories, that does not depend on that of the rows given.
    """
    for name, order in (("province", None), ("county", None), ("level", list(codebook.codes("level")))):
        if name in frame:
            used = frame[name].cat.categories[np.unique(frame[name].cat.codes)] if order is None else order
            frame[name] = frame[name].cat.set_categories(sorted(used) if order is None else order)
    place = np.zeros(len(frame), dtype=np.int64)
    for name in (each for each in ORDER if each in frame):
        codes = frame[name].to_numpy() if name == "year" else frame[name].cat.codes.to_numpy()
        place = place * (int(codes.max(initial=0)) + 2) + codes.astype(np.int64) + 1
    if (place[1:] >= place[:-1]).all():
        return frame
    return frame.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def failures(folder: Path) -> pd.DataFrame:
    """Read why counties failed, one row a county, year and kind of fault."""
    files = sorted((folder / "faults").glob("*.parquet"))
    held: list[pd.DataFrame] = [pq.read_table(file).to_pandas() for file in files]
    frame = pd.concat(held or [pd.DataFrame()], ignore_index=True).reindex(columns=list(_FAILURES)).astype(_FAILURES)
    keys = ["province", "county", "year", "table", "column", "rule"]
    return frame.sort_values(keys, ignore_index=True, na_position="first")


def levels(folder: Path) -> pd.DataFrame:
    """Read what decides about every county, year and level."""
    return sorted_parts(folder, "levels")


def measured(folder: Path) -> pd.DataFrame:
    """Read means, coefficients and decompositions, one row a county, year, level and indicator."""
    keys = ["year", "province", "county", "level", "indicator"]
    held = []
    for file in sorted((folder / "coefficients").glob("*.parquet")):
        table = pq.read_table(file, columns=[*keys, *_MEASURES])
        # Both tables of a part have the same rows in the same order.
        inside = pq.read_table(folder / "decompositions" / file.name, columns=list(_INSIDE))
        held.append(pa.table([*table.columns, *inside.columns], names=[*table.column_names, *_INSIDE.values()]))
    frame: pd.DataFrame = pa.concat_tables(held).unify_dictionaries().to_pandas(self_destruct=True)
    return in_order(frame)


def by_year(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Give a frame that is sorted by year in pieces: what is worked on at a time does not grow with the years."""
    edges = np.flatnonzero(np.diff(frame["year"].to_numpy(), prepend=-1, append=-1))
    for start, stop in pairwise(edges.tolist()):
        yield frame.iloc[start:stop].reset_index(drop=True)
