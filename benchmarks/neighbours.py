"""Rows for the benchmarks that print figures of their own: workbooks, and one notebook for many counties."""

from __future__ import annotations

import contextlib
import io
import json
from types import ModuleType
from typing import Any

import sheet

# As large as a page needs; `python benchmarks/batch.py` runs two hundred counties, and kills workers.
BATCH = {"notebooks": 24, "rounds": 3, "alone": 6, "kills": 0}
ROUNDS = 3


def measure(module: ModuleType) -> dict[str, Any]:
    """Run a benchmark that has no rows of its own, and make them from what it says."""
    return {"workbooks": workbooks, "batch": batch}[module.name](module)


def _said(module: ModuleType, **options: Any) -> tuple[dict[str, Any], int]:
    """Run a benchmark and read what it printed; return its exit code, too."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = int(module.main(json=True, **options) or 0)
    return json.loads(printed.getvalue()), code


def workbooks(module: ModuleType) -> dict[str, Any]:
    """Lay out how long a workbook takes to read."""
    said, codes = zip(*(_said(module) for _ in range(ROUNDS)), strict=True)
    times = {part: [each["seconds"][part] for each in said] for part in ("with_pandas", "tables", "checked")}
    beside = f"`pandas.read_excel` with its fastest engine: {sheet.best(times['with_pandas'])}"
    works = {
        "tables": ("clean tables from a workbook", "headers found, units converted, each value with its cell."),
        "checked": ("the same with every check", "and every fault of cells, rows and tables looked for."),
    }
    rows = [
        sheet.row(
            what,
            sheet.best(times[part]),
            beside,
            [each["ratios"][part] for each in said],
            ("<=", module.TARGET),
            means=f"time over that of merely reading the sheet: {more}",
        )
        for part, (what, more) in works.items()
    ]
    about = f"One sheet of {module.SCHOOLS:,} schools with every column; processor time."
    return {"name": module.name, "about": about, "rows": rows, "agree": not any(codes)}


def batch(module: ModuleType) -> dict[str, Any]:
    """Lay out how long a notebook takes for many counties."""
    said, code = _said(module, **BATCH)
    own = f"{said['warm']['median']:.2f} s"
    rows = [
        _row(
            ("a notebook a county, beside papermill", own),
            f"papermill, one after another: {said['one_by_one']['median']:.2f} s",
            said["warm_times_papermill"],
            (">=", module.TIMES_PAPERMILL),
            "how many counties are done while papermill does one.",
        ),
        _row(
            ("a notebook a county, beside its code alone", own),
            f"plain scripts, forked from one warm process: {said['floor']['median']:.2f} s",
            said["warm_over_floor"],
            ("<=", module.TIMES_THE_FLOOR),
            "time for a county over that of the notebook's code without kernel, messages and records.",
        ),
    ]
    times, over = said["warm_times_papermill_processor"]["median"], said["warm_over_floor_processor"]["median"]
    about = f"`edubalance batch`, {BATCH['notebooks']} counties on {said['processors']} processors; seconds for one."
    notes = [
        f"By processor time the two ratios are {times:.2f} and {over:.2f}. Each way starts cold, papermill for "
        f"{BATCH['alone']} counties. `python benchmarks/batch.py` runs two hundred, and kills workers.",
    ]
    return {"name": module.name, "about": about, "rows": rows, "notes": notes, "agree": code == 0}


def _row(
    ours: tuple[str, str], beside: str, ratio: dict[str, float], target: tuple[str, float], means: str
) -> dict[str, Any]:
    """Make a row of a spread that has been summed up before."""
    held = [ratio["min"], ratio["median"], ratio["max"]]
    return sheet.row(*ours, beside, held[: BATCH["rounds"]], target, means=means)
