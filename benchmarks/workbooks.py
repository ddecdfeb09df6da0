"""Reading 3,000 schools from an xlsx file, against what pandas takes to read the same sheet with its fastest engine."""

from __future__ import annotations

import io
import json as encode
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd

from edubalance.intake import workbook
from edubalance.intake.workbook import assembly, files, sheets
from edubalance.intake.workbook.messy import drawing, sketch

name = "workbooks"
SCHOOLS = 3_000
REPEATS = 9
TARGET = 3.0
CODES = {"type": "小学", "founder": "县级教育部门", "area": "城区"}


def big_sheet() -> bytes:
    """Make one sheet of primary schools with every column of schools and sections."""
    names = ["school_id", *drawing.resources(), *drawing.counts()]
    page = sketch.Sketch("小学")
    page.add_line("2023年小学办学条件（合成数据）")
    page.rows.append(["县（市、区）", *(_head(each) for each in names)])
    for number in range(SCHOOLS):
        page.rows.append(["C", *(_cell(each, number) for each in names)])
    return sketch.xlsx([page])


def _head(name: str) -> str:
    column = drawing.column(name) if name != "school_id" else None
    return "学校代码" if column is None else f"{column.zh}（{column.unit_zh}）" if "元" in column.unit_zh else column.zh


def _cell(name: str, number: int) -> sketch.Drawn:
    if name == "school_id":
        return f"P-{number:04d}"
    column = drawing.column(name)
    if not column.is_number:
        return CODES.get(name, f"T{number % 17}")
    if name in ("senior_pupils", "migrant_share_pct"):
        return Decimal(0) if name == "senior_pupils" else Decimal(number % 300) / 10
    if name == "built_year":
        return Decimal(1960 + number % 60)
    steady = {"pupils": 400 + number % 90, "classes": 12, "largest_class_pupils": 45, "teachers": 30, "grades": 6}
    whole = column.kind == "integer"
    large = name in ("teaching_auxiliary_area_m2", "public_funds_budget_yuan")
    small = Decimal(0) if name.startswith(("classes_", "teachers_", "visiting")) else Decimal(2)
    return Decimal(steady.get(name, small if whole else 9_000 if large else Decimal(number % 997) + Decimal("0.25")))


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main(*, json: bool = False) -> int:
    """Time both in turns and print the ratios; 1 if they do not read the same numbers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "schools.xlsx"
        path.write_bytes(big_sheet())
        raw = path.read_bytes()

        def with_pandas() -> pd.DataFrame:
            return pd.read_excel(io.BytesIO(raw), engine="calamine", header=1)

        def tables() -> object:
            grids = files.open_file(path).grids
            return assembly.assemble(
                [part for grid in grids for part in sheets.read_sheet(grid, workbook.Settings()).parts]
            )

        def checked() -> workbook.Reading:
            return workbook.read([path])

        reading, frame = checked(), with_pandas()
        same = reading.tables is not None and bool(
            (reading.tables.sections["pupils"].to_numpy() == frame["在校生数"].to_numpy()).all()
        )
        times = {each.__name__: [] for each in (with_pandas, tables, checked)}
        for _ in range(REPEATS):
            for each in (with_pandas, tables, checked):
                times[each.__name__].append(_seconds(each))
    best = {each: min(found) for each, found in times.items()}
    middle = {each: statistics.median(found) for each, found in times.items()}
    ratios = {each: best[each] / best["with_pandas"] for each in ("tables", "checked")}
    said = {
        "benchmark": name,
        "schools": SCHOOLS,
        "seconds": best,
        "median": middle,
        "ratios": ratios,
        "target": TARGET,
    }
    if json:
        print(encode.dumps(said | {"agree": same}))
    else:
        print(f"pandas.read_excel (calamine): {best['with_pandas']:.3f} s")
        print(f"clean tables: {best['tables']:.3f} s, {ratios['tables']:.2f} times")
        print(f"with every check: {best['checked']:.3f} s, {ratios['checked']:.2f} times (target: at most {TARGET:g})")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
