"""Panels for the tests: the five synthetic counties of the cases, and small synthetic countries."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from edubalance import cases, intake, standards
from edubalance.codebook import Tables

TWINS = ("liangyuan", "shanghai_q", "weishan", "wuhu_j", "ziliujing")
QUALITY = standards.load("cn-2017-quality")


def twins() -> Tables:
    """Put the tables of the five synthetic counties together."""
    held = [intake.read_case(cases.load(case)) for case in TWINS]
    return Tables(
        *(pd.concat([getattr(each, name) for each in held], ignore_index=True) for name in ("schools", "sections"))
    )


def with_place(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the province, and to sections the county."""
    schools = tables.schools.assign(province="P" + tables.schools["county"].str[:1])
    place = schools[["year", "school_id", "province", "county"]]
    return schools, tables.sections.merge(place, on=["year", "school_id"], how="left", validate="many_to_one")


def write(folder: Path, schools: pd.DataFrame, sections: pd.DataFrame, **options: object) -> Path:
    """Write a panel with one file a table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in (("schools", schools), ("sections", sections)):
        by = ["province", "county", "year"]
        table = pa.Table.from_pandas(frame.sort_values(by, kind="stable"), preserve_index=False)
        pq.write_table(table, folder / f"{name}.parquet", **options)
    return folder
