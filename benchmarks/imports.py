"""How long `import edubalance` takes, and what judging a county needs, beside what any notebook imports anyway."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import sheet

name = "imports"
ROWS = True

REPEATS, TARGET = 7, 1.5
BESIDE = "import pandas, matplotlib.pyplot"
PACKAGE = "import edubalance"
JUDGING = "from edubalance import assessment, cases, intake, standards"
DRAWING = f"{JUDGING}, export, figures, tables"


def seconds(statement: str) -> float:
    """Time a statement in a Python of its own, in seconds of the processor, the start of Python left out."""
    code = f"from time import process_time as t; a = t()\n{statement}\nprint(t() - a)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure() -> dict[str, Any]:
    """Time all in turn."""
    times: dict[str, list[float]] = {statement: [] for statement in (BESIDE, PACKAGE, JUDGING, DRAWING)}
    for statement in times:
        seconds(statement)
    for _ in range(REPEATS):
        for statement, found in times.items():
            found.append(seconds(statement))
    beside = f"`{BESIDE}`: {sheet.best(times[BESIDE])}"

    def row(what: str, statement: str, target: tuple[str, float] | None, means: str) -> dict[str, Any]:
        ratios = sheet.over(times[statement], times[BESIDE])
        return sheet.row(what, sheet.best(times[statement]), beside, ratios, target, means=means)

    return {
        "name": name,
        "about": "Each statement in a Python of its own; processor time, the start of Python left out.",
        "rows": [
            row(
                "`import edubalance`",
                PACKAGE,
                ("<=", TARGET),
                "time over that of importing pandas and matplotlib; next to nothing, since a module is imported when "
                "it is first used. The rows below say what that puts off.",
            ),
            row("what judging a county imports", JUDGING, None, "the same, for reading, rules and verdicts."),
            row("what a notebook imports", DRAWING, None, "the same, with figures, tables and pages."),
        ],
    }


def main(*, json: bool = False) -> int:
    """Measure and print."""
    return sheet.tell(measure(), json=json)


if __name__ == "__main__":
    sys.exit(main(json="--json" in sys.argv[1:]))
