"""Batches of tiny notebooks, whose kernels need no library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nbformat

from edubalance.runs import batch
from edubalance.runs.limits import Limits


def write_list(project: Path, rows: Sequence[str]) -> Path:
    file = project / "counties.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


def plan(project: Path, name: str, rows: Sequence[str], **options) -> batch.Plan:
    limits = Limits(60, options.pop("seconds", None), options.pop("megabytes", None))
    notebook = project / "notebooks" / f"{name}.ipynb"
    return batch.plan(write_list(project, rows), notebook, project / "out", limits=limits, **options)


def run(project: Path, name: str, rows: Sequence[str], **options):
    """Plan and run; returns the lines of the summary by id."""
    where = {key: options.pop(key) for key in ("scheduler", "workers") if key in options}
    return {line.id: line for line in batch.run(plan(project, name, rows, **options), **where)}


def printed(project: Path, name: str) -> str:
    cells = nbformat.read(project / "out" / name / f"{name}.ipynb", as_version=4).cells
    return "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", []))
