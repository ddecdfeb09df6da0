"""Write a synthetic country as Parquet: schools and sections of every county and year, province by province."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from edubalance import codebook, standards, storage
from edubalance.errors import EdubalanceError, StorageError
from edubalance.national.country import LEVELS, PROVINCES, Country
from edubalance.national.drawing import draw_province
from edubalance.national.margins import COUNTIES, margin

LAYOUTS = ("province", "file")
STANDARD = "cn-2017-quality"
METADATA = b"edubalance"
# Rows of a row group: whole counties, few enough that one fits a processor's memory many times over.
ROWS_IN_A_GROUP = 32_768
_PLACE = ("province", "county")


def make_panel(
    out: str | Path,
    *,
    counties: int = COUNTIES,
    years: Sequence[int] = (2023,),
    seed: int = 1,
    layout: str = "province",
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """
    Make a synthetic panel of the whole country, or of a smaller one with the same ratios.

    Schools, pupils, teachers and the degrees of primary teachers add up exactly to the published totals of the
    country, times the number of counties over that of the country; everything else is made up. Nothing can be
    concluded from it about any place.

    Parameters
    ----------
    out : str or Path
        Folder to make; it must not exist.
    counties : int
        Number of counties.
    years : sequence of int
        Years, ascending.
    seed : int
        Seed: the same gives the same panel.
    layout : {"province", "file"}
        One Parquet file a province (``schools/province=P01/``), or one file for each table.
    progress : callable, optional
        Told after each province how many are done, and of how many.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    EdubalanceError
        If the folder exists or an option is not possible.
    """
    target = Path(out)
    storage.settle(target)
    if target.exists():
        raise StorageError.of("output_exists", file=str(target))
    if layout not in LAYOUTS:
        raise EdubalanceError(f"The layout must be one of {', '.join(LAYOUTS)}; got {layout!r}.")
    country = Country(counties, tuple(int(year) for year in years), seed, standards.load(STANDARD))
    metadata = {METADATA: json.dumps(_says(country), ensure_ascii=False).encode("utf-8")}
    with storage.locked(target):
        beside = storage.staging(target.absolute())
        shutil.rmtree(beside, ignore_errors=True)
        try:
            _write(country, beside, layout, metadata, progress)
            with storage.change(target, held=True) as changed:
                changed.place(beside, target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return target


def _says(country: Country) -> dict[str, Any]:
    """Say what the panel is, and where each total comes from."""
    quantities = ("schools", "pupils", "teachers")
    totals = {
        f"{year} {level} {quantity}": margin(year, level, quantity).how
        for year in country.years
        for level in LEVELS
        for quantity in quantities
    }
    return {
        "kind": "twin",
        "says": "synthetic twin / 合成数据",
        "seed": country.seed,
        "counties": country.counties,
        "years": list(country.years),
        "totals": totals,
    }


def _write(
    country: Country,
    folder: Path,
    layout: str,
    metadata: dict[bytes, bytes],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Draw province after province and write what was drawn; one province is in memory at a time."""
    count = min(PROVINCES, country.counties)
    with ExitStack() as open_files:
        writers: dict[str, pq.ParquetWriter] = {}
        for province in range(count):
            code = f"P{province + 1:02d}"
            for table, frame in zip(("schools", "sections"), draw_province(country, province), strict=True):
                name = f"{table}/province={code}/data.parquet" if layout == "province" else f"{table}.parquet"
                held = _arrow(table, frame.assign(province=code), layout).replace_schema_metadata(metadata)
                if name not in writers:
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    writers[name] = open_files.enter_context(pq.ParquetWriter(folder / name, held.schema))
                for start, stop in _groups(frame["county"]):
                    writers[name].write_table(held.slice(start, stop - start), row_group_size=stop - start)
            if progress is not None:
                progress(province + 1, count)


def _arrow(table: str, frame: pd.DataFrame, layout: str) -> pa.Table:
    """Lay a table out with the codebook's columns, after the place; the province may stand in the folder's name."""
    place = [name for name in _PLACE if name == "county" or layout == "file"]
    known = [column for column in codebook.table(table).columns if column.name in frame and column.name not in _PLACE]
    types = {column.name: _type(column) for column in known}
    schema = pa.schema([(name, pa.string()) for name in place] + list(types.items()))
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False)


def _type(column: codebook.Column) -> pa.DataType:
    """Store whole numbers as such, in half the room."""
    if not column.is_number:
        return pa.string()
    return pa.int32() if column.kind == "integer" else pa.float64()


def _groups(county: pd.Series) -> Iterator[tuple[int, int]]:
    """Cut rows that stand county by county into groups of whole counties."""
    ends = [*(county.ne(county.shift()).to_numpy().nonzero()[0].tolist()[1:]), len(county)]
    start = 0
    for end, after in zip(ends, [*ends[1:], None], strict=True):
        if after is None or after - start > ROWS_IN_A_GROUP:
            yield start, end
            start = end
