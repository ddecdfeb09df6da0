"""The parts of a result put together, in an order that does not depend on how they were parted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from edubalance import codebook

ORDER = ("year", "province", "county", "level", "indicator", "school_id")
_MEASURES = ("pupils", "mean", "sd", "met", "n_sections", "n_missing", "n_met", "n_floor")
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
        Sorted by year, province, county, level, indicator and school; text is categorical.
    """
    files = sorted((folder / table).glob("*.parquet"))
    if not files:
        return pd.DataFrame({name: [] for name in columns or ()})
    held = pa.concat_tables([pq.read_table(file, columns=columns) for file in files]).unify_dictionaries()
    return in_order(held.to_pandas())


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort rows by place and time; levels and indicators keep the order of codebook and standard."""
    for name in ("province", "county"):
        if name in frame and isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].cat.reorder_categories(sorted(frame[name].cat.categories))
    if "level" in frame and isinstance(frame["level"].dtype, pd.CategoricalDtype):
        frame["level"] = frame["level"].cat.set_categories(list(codebook.codes("level")))
    return frame.sort_values([name for name in ORDER if name in frame], ignore_index=True, kind="stable")


def failures(folder: Path) -> pd.DataFrame:
    """Read why counties failed, one row a county, year and kind of fault."""
    frame = sorted_parts(folder, "faults").reindex(columns=list(_FAILURES)).astype(_FAILURES)
    keys = ["province", "county", "year", "table", "column", "rule"]
    return frame.sort_values(keys, ignore_index=True, na_position="first")


def levels(folder: Path) -> pd.DataFrame:
    """Read what decides about every county, year and level."""
    return sorted_parts(folder, "levels")


def measured(folder: Path) -> pd.DataFrame:
    """Read means, coefficients and decompositions, one row a county, year, level and indicator."""
    keys = ["year", "province", "county", "level", "indicator"]
    frame = sorted_parts(folder, "coefficients", [*keys, *_MEASURES])
    theil = sorted_parts(folder, "decompositions", [*keys, "between_areas", "between_sections"])
    return frame.assign(between_areas=theil.get("between_areas"), between_sections=theil.get("between_sections"))
