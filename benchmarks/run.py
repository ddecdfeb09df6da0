"""Run the benchmarks: every module of this folder that has a `name` and a `main(json=...)`."""

from __future__ import annotations

import argparse
import importlib
import json as json_
import os
import platform
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import neighbours
import sheet

HERE = Path(__file__).resolve().parent
RIVALS = ("polars", "duckdb", "inequality")
LIBRARIES = (*("numpy", "scipy", "pandas", "matplotlib", "pyarrow", "papermill", "nbval"), *RIVALS)

HEAD = """# Performance

Written by `python benchmarks/run.py --output docs/performance.md`, everything in one run on one machine. **Ratios are
the result**: two programs are timed in turn, the ratio is taken within each round, and its least, middle and greatest
value stand in the table. The middle one is held to the target; a target that is missed stands here as missed. Seconds
say how large the work was, and nothing about another machine. [benchmarks](../benchmarks/README.md) says how each is
measured."""


def benchmarks() -> dict[str, ModuleType]:
    """Find the benchmarks by name."""
    stems = sorted(file.stem for file in HERE.glob("*.py") if file.stem != Path(__file__).stem)
    modules = [module for module in map(_imported, stems) if module]
    return {module.name: module for module in modules if hasattr(module, "name") and hasattr(module, "main")}


def _imported(stem: str) -> ModuleType | None:
    """Import a benchmark; one whose rivals are not installed is left out and named."""
    try:
        return importlib.import_module(stem)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in RIVALS:
            raise
        sys.stderr.write(f"{stem} is left out: {error.name} is not installed (make bench installs it).\n")
        return None


def measured(module: ModuleType) -> dict[str, Any]:
    """Run a benchmark and return its rows."""
    found: dict[str, Any] = module.measure() if hasattr(module, "ROWS") else neighbours.measure(module)
    return found


def main() -> int:
    """Run what is asked for; 1 if a benchmark finds that results disagree."""
    found = benchmarks()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", metavar="NAME", choices=sorted(found), action="append", help=f"one of {', '.join(sorted(found))}"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a benchmark, each on a line of its own")
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help="write what was run as a page (docs/performance.md)"
    )
    options = parser.parse_args()
    results = []
    for name in sorted(options.only or found):
        results.append(measured(found[name]))
        said = json_.dumps(results[-1], ensure_ascii=False) if options.json else sheet.text(results[-1])
        sys.stdout.write(said + "\n")
        sys.stdout.flush()
        if options.output:  # after each, so that an interrupted run leaves what it has found
            options.output.write_text(page(results, found), encoding="utf-8")
    return int(not all(each.get("agree", True) for each in results))


def page(results: list[dict[str, Any]], known: Iterable[str]) -> str:
    """Lay all results out as one page, and name the benchmarks that were not run."""
    rows = [(each, found["name"]) for found in results for each in found["rows"] if each["target"]]
    missed = [f"{each['what']} (`{name}`)" for each, name in rows if not each["reached"]]
    told = f"Of {len(rows)} targets {len(rows) - len(missed)} are reached in this run"
    told += f"; missed: {'; '.join(missed)}." if missed else "."
    absent = sorted(set(known) - {found["name"] for found in results})
    told += f" Not in this run: {', '.join(f'`{name}`' for name in absent)}." if absent else ""
    parts = [HEAD, told, machine(), *(f"## `{found['name']}`\n\n{sheet.markdown(found)}" for found in results)]
    return "\n\n".join(parts) + "\n"


def machine() -> str:
    """Say what the numbers were measured on, as far as others can compare it."""
    kinds = {name: metadata.version(name) for name in LIBRARIES if _installed(name)}
    told = ", ".join(f"{name} {version}" for name, version in kinds.items())
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{usable} processors, {platform.machine()}, {platform.system()}; Python {platform.python_version()}; {told}."
    )


def _installed(name: str) -> bool:
    """Tell whether a package is there."""
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
