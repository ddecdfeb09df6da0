"""
`edubalance national` beside a script in Polars that writes the same tables of one year, from the same Parquet files.

The script (`country_in_polars.py`) joins schools and sections, splits what the levels of a school share, judges, and
writes sections, coefficients with Gini and Theil, counties with verdicts, ranks and intervals, summary, indicators and
layers. It checks nothing, and knows one standard and one year. The command checks every row, and names its parts by
hash for `--resume`. All numbers of both are compared.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import country_in_polars as rival
import numpy as np
import pandas as pd
import psutil
import sheet

from edubalance import standards
from edubalance.national.closing import read
from edubalance.national.panel import make_panel
from edubalance.national.running import run

name = "country"
ROWS = True

STANDARD, YEAR, DATE = "cn-2017-quality", 2023, "2023-09-01"
ROUNDS, COLD_ROUNDS, TARGET, AGREEMENT = 7, 3, 3.0, 1e-9
COLD = "import sys\nfrom pathlib import Path\nfrom edubalance import standards\n"
OURS_COLD = (
    COLD + "from edubalance.national.running import run\n"
    "run(sys.argv[1], sys.argv[2], standards.load('cn-2017-quality'))"
)
RIVAL_COLD = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n{COLD}import country_in_polars as rival\n"
    "rival.write(Path(sys.argv[1]), Path(sys.argv[2]), standards.load('cn-2017-quality'), '2023-09-01')"
)
PLACE = ["province", "county", "year"]
# What is compared of each table: its key, numbers, and words.
COMPARED: dict[str, tuple[list[str], list[str], list[str]]] = {
    "sections": ([*PLACE, "school_id", "level"], ["met_count", "undetermined_count"], ["verdict"]),
    "coefficients": ([*PLACE, "level", "indicator"], ["mean", "sd", "cv", "gini", "n_met", "n_floor", "n_missing"], []),
    "decompositions": ([*PLACE, "level", "indicator"], ["theil_t", "between_areas", "between_sections"], []),
    "counties": (
        [*PLACE, "level"],
        ["composite", "composite_low", "composite_high", "rank", "pupils"],
        ["verdict", "county_verdict"],
    ),
    "summary": (["province", "level"], ["counties_met", "counties_not_met", "sections_met", "composite"], []),
    "indicators": (["province", "level", "indicator"], ["mean", "cv", "sigma", "n_below", "failure_rank"], []),
    "layers": (["province", "level", "indicator", "component"], ["theil_t", "share"], []),
}


def largest_difference(ours: Path, theirs: Path) -> float:
    """Compare all tables of both; infinite where rows or words differ, or a number is missing in one of them."""
    worst = 0.0
    for table, (key, numbers, words) in COMPARED.items():
        first = read(ours, table).astype(dict.fromkeys((each for each in key if each != "year"), "string"))
        file = "coefficients" if table == "decompositions" else table
        second = pd.read_parquet(theirs / f"{file}.parquet")
        numbers = [*numbers, *rival_indicators()] if table == "sections" else numbers
        both = (each.fillna({"province": ""}).sort_values(key, ignore_index=True) for each in (first, second))
        left, right = (frame[[*key, *numbers, *words]] for frame in both)
        if len(left) != len(right) or (left[key + words].astype(str) != right[key + words].astype(str)).any(axis=None):
            return float("inf")
        mine, other = (frame[numbers].to_numpy(dtype=np.float64, na_value=np.nan) for frame in (left, right))
        if (np.isnan(mine) != np.isnan(other)).any():
            return float("inf")
        worst = max(worst, float(np.nanmax(np.abs(mine - other) / np.maximum(np.abs(mine), 1))))
    return worst


def rival_indicators() -> list[str]:
    """List the indicators of the standard."""
    return [indicator.id for indicator in standards.load(STANDARD).indicators]


def cold(code: str, panel: Path, out: Path) -> float:
    """Time a process of its own, from its start, in seconds of the processor."""
    process = psutil.Process()
    before = process.cpu_times()
    subprocess.run([sys.executable, "-c", code, str(panel), str(out)], check=True, capture_output=True)
    after = process.cpu_times()
    return (after.children_user + after.children_system) - (before.children_user + before.children_system)


def measure() -> dict[str, Any]:
    """Time both in turn and compare what they wrote."""
    standard = standards.load(STANDARD)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        panel = make_panel(folder / "panel", years=(YEAR,))
        ours, theirs = folder / "ours", folder / "theirs"
        works: dict[str, Callable[[], object]] = {
            "ours": lambda: run(panel, ours, standard),
            "polars": lambda: rival.write(panel, theirs, standard, DATE),
        }
        for work in works.values():
            work()
        times: dict[str, list[float]] = {label: [] for label in works}
        for _ in range(ROUNDS):
            for label, work in works.items():
                times[label].append(sheet.seconds(work))
        starts: dict[str, list[float]] = {"ours": [], "polars": []}
        for _ in range(COLD_ROUNDS):
            starts["ours"].append(cold(OURS_COLD, panel, folder / "cold"))
            starts["polars"].append(cold(RIVAL_COLD, panel, folder / "cold_polars"))
        sections = len(read(ours, "sections"))
        difference = largest_difference(ours, theirs)
    return laid_out(times, starts, sections, difference)


def laid_out(
    times: dict[str, list[float]], starts: dict[str, list[float]], sections: int, difference: float
) -> dict[str, Any]:
    """Lay the ratios out."""
    polars = f"Polars: {sheet.best(times['polars'])}"
    agree = difference <= AGREEMENT
    return {
        "name": name,
        "about": f"The whole of `edubalance national` on a synthetic country (合成数据) of one year, {sections:,} "
        "sections in scope, Parquet to Parquet, beside a Polars script that writes the same tables. One thread, "
        "processor time.",
        "rows": [
            sheet.row(
                "the same tables, beside Polars",
                sheet.best(times["ours"]),
                polars,
                sheet.over(times["polars"], times["ours"]),
                (">=", TARGET),
                means="how many times as long the script takes, libraries imported before; ours checks every row in "
                "addition.",
            ),
            sheet.row(
                "the same tables from a cold start",
                sheet.best(starts["ours"]),
                f"Polars: {sheet.best(starts['polars'])}",
                sheet.over(starts["polars"], starts["ours"]),
                means="the same with the start of Python and all imports; most of ours is importing pandas and SciPy.",
            ),
        ],
        "notes": [
            f"Largest relative difference of a number in any table: {difference:.1e}; all verdicts are equal."
            if agree
            else f"**Results differ** ({difference})."
        ],
        "agree": agree,
    }


def main(*, json: bool = False) -> int:
    """Measure and print; 1 if results differ."""
    return sheet.tell(measure(), json=json)


if __name__ == "__main__":
    sys.exit(main(json="--json" in sys.argv[1:]))
