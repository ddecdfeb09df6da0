"""
From two thousand sections to two million: time for a section, and memory of a whole run.

The engine takes arrays of 2,000 to 2,000,000 sections. `edubalance national` takes a synthetic country (合成数据) of
one year, then of ten, Parquet to Parquet, each run in a process of its own, whose largest memory the system tells.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import panel as made_up
import sheet

from edubalance.national.panel import make_panel

name = "growth"
ROWS = True

SIZES = (2_000, 20_000, 200_000, 2_000_000)
ROUNDS, RUNS, LEAST_ROWS = 5, 3, 200_000
YEARS = {"one year": (2023,), "ten years": tuple(range(2017, 2027))}
TIMES_ONE_YEAR, MEGABYTES = 11.0, 600.0

# What a process has inherited of its parent's memory counts for `ru_maxrss`, but not for Linux's own high-water mark.
RUN = """
import pathlib, resource, sys
from time import process_time
from edubalance import standards
from edubalance.national.running import run
began = process_time()
run(sys.argv[1], sys.argv[2], standards.load("cn-2017-quality"))
used, status = process_time() - began, pathlib.Path("/proc/self/status")
if status.is_file():
    largest = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 2**10
else:
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(used, largest)
"""


def part(panel: made_up.Panel, sections: int) -> made_up.Panel:
    """Make a panel of so many sections: the first counties, or the whole several times, each time other counties."""
    times = -(-sections // panel.county.size)
    county = np.concatenate([panel.county + copy * made_up.COUNTIES for copy in range(times)])[:sections]
    columns = (np.tile(each, times)[:sections] for each in (panel.level, panel.area, panel.pupils))
    values = np.asfortranarray(np.tile(panel.values, (times, 1))[:sections])
    return made_up.Panel(county, *columns, values)


def engine_rounds() -> list[dict[int, float]]:
    """Time the engine at each size in turn; seconds for a section."""
    rules = made_up.make_rules()
    whole = made_up.make_panel(rules)
    panels = {size: part(whole, size) for size in SIZES}

    def one(size: int) -> float:
        calls = max(1, LEAST_ROWS // size)
        return sheet.seconds(lambda: [made_up.engine(panels[size], rules) for _ in range(calls)]) / calls / size

    for size in SIZES:
        one(size)
    return [{size: one(size) for size in SIZES} for _ in range(ROUNDS)]


def runs(folder: Path) -> dict[str, list[tuple[float, float]]]:
    """Judge the country of one year and of ten in turn; seconds of the processor, and megabytes."""
    for label, years in YEARS.items():
        make_panel(folder / label, years=years)
    found: dict[str, list[tuple[float, float]]] = {label: [] for label in YEARS}
    for _ in range(RUNS):
        for label, measured in found.items():
            command = [sys.executable, "-c", RUN, str(folder / label), str(folder / "out")]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            used, largest = map(float, done.stdout.split())
            measured.append((used, largest))
    return found


def measure() -> dict[str, Any]:
    """Measure growth of the engine and of whole runs."""
    rounds = engine_rounds()
    with tempfile.TemporaryDirectory() as folder:
        found = runs(Path(folder))
    return {
        "name": name,
        "about": "Time for a section must not grow with the number of sections, nor memory with the years; processor "
        "time, `edubalance national` in one process with its intervals.",
        "rows": [*of_the_engine(rounds), *of_the_command(found)],
    }


def of_the_engine(rounds: list[dict[int, float]]) -> list[dict[str, Any]]:
    """Lay out time for a section at each size, and the exponent of growth."""
    first, last = SIZES[0], SIZES[-1]
    exponents = [1 + np.polyfit(np.log(SIZES), np.log(list(each.values())), 1)[0] for each in rounds]
    words = {size: f"{1e9 * float(np.median([each[size] for each in rounds])):.0f} ns" for size in SIZES}
    told = ", ".join(f"{size:,}: {words[size]}" for size in SIZES)
    return [
        sheet.row(
            f"engine, {last:,} sections beside {first:,}",
            f"{words[last]} a section",
            f"{words[first]} a section",
            [each[last] / each[first] for each in rounds],
            ("<=", 1.1),
            means=f"time for one section of very many over that of one of few. By number of sections: {told}.",
        ),
        sheet.row(
            "engine, exponent of growth",
            "time ~ sections to this power",
            "1 is proportional",
            exponents,
            means=f"slope of log time on log sections from {first:,} to {last:,}; below 1 since a call has a price of "
            "its own.",
        ),
    ]


def of_the_command(found: dict[str, list[tuple[float, float]]]) -> list[dict[str, Any]]:
    """Lay out time and memory of ten years beside one."""
    (one, one_memory), (ten, ten_memory) = (zip(*found[label], strict=True) for label in YEARS)
    return [
        sheet.row(
            "national, ten years beside one",
            sheet.best(ten),
            f"one year: {sheet.best(one)}",
            sheet.over(ten, one),
            ("<=", TIMES_ONE_YEAR),
            means="time for 2,000,000 sections over that for 200,000, from Parquet to the last table; imports left "
            "out. Ten years have transitions and convergence in addition.",
        ),
        sheet.row(
            "national, memory of ten years",
            f"{max(ten_memory):.0f} MB",
            f"one year: {max(one_memory):.0f} MB",
            ten_memory,
            ("<", MEGABYTES),
            means="most megabytes that the process ever held, Python and its libraries included.",
        ),
    ]


def main(*, json: bool = False) -> int:
    """Measure and print."""
    return sheet.tell(measure(), json=json)


if __name__ == "__main__":
    sys.exit(main(json="--json" in sys.argv[1:]))
