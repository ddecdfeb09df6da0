"""A small county of five schools whose tables have no fault, and how to write it to files."""

from __future__ import annotations

import csv
from pathlib import Path

SCHOOLS = list(
    csv.reader(
        [
            "county,year,school_id,type,founder,area,township,senior_pupils,books,migrant_share_pct",
            "D,2023,P-01,primary,county,urban,T1,,4000,12.5",
            "D,2023,P-02,teaching_point,county,rural,T2,,300,0",
            "D,2023,N-01,nine_year,county,town,T1,,23226,",
            "D,2023,C-01,complete_secondary,private,urban,T1,600,52000,100",
            "D,2023,S-01,special,county,urban,T1,,,",
        ]
    )
)
SECTIONS = list(
    csv.reader(
        [
            "year,school_id,level,pupils,classes,teachers,teachers_bachelor,teachers_master,pe_teachers",
            "2023,P-01,primary,400,10,24,15,3,2",
            "2023,P-02,primary,34,2,3,1,0,0",
            "2023,N-01,primary,166,6,12,8,,1",
            "2023,N-01,junior,210,6,20,16,2,2",
            "2023,C-01,junior,500,12,45,40,5,4",
        ]
    )
)
COUNTY = list(
    csv.reader(
        [
            "county,year,variable,value,evidence",
            "D,2023,graduates,950,",
            "D,2023,layout_planning,,Plan 3/2022",
        ]
    )
)
TABLES = {"schools": SCHOOLS, "sections": SECTIONS, "county": COUNTY}


def with_cell(table: str, row: int, column: str, value: str) -> list[list[str]]:
    """Return a table with one cell changed; rows count as in a spreadsheet, the header being row 1."""
    rows = [list(cells) for cells in TABLES[table]]
    rows[row - 1][rows[0].index(column)] = value
    return rows


def write(folder: Path, *, encoding: str = "utf-8", **tables: list[list[str]]) -> tuple[Path, Path, Path]:
    """Write the county to three CSV files, with the tables given in place of its own."""
    schools, sections, county = (folder / f"{name}.csv" for name in TABLES)
    for path in (schools, sections, county):
        with path.open("w", encoding=encoding, newline="") as handle:
            csv.writer(handle).writerows(tables.get(path.stem, TABLES[path.stem]))
    return schools, sections, county
