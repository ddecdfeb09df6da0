"""How long `import edubalance` takes, beside what it stands on."""

from __future__ import annotations

import json as json_
import statistics
import subprocess
import sys
from typing import Any

name = "imports"

REPEATS, TARGET = 7, 1.5
OURS, FLOOR = "import edubalance", "import pandas, matplotlib"


def seconds(statement: str) -> float:
    """Time a statement in a Python of its own, in seconds of the processor, the start of Python left out."""
    code = f"from time import process_time as t; a = t()\n{statement}\nprint(t() - a)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure() -> dict[str, Any]:
    """Time both in turn."""
    times: dict[str, list[float]] = {OURS: [], FLOOR: []}
    for statement in times:
        seconds(statement)
    for _ in range(REPEATS):
        for statement, found in times.items():
            found.append(seconds(statement))
    ratios = [own / least for own, least in zip(times[OURS], times[FLOOR], strict=True)]
    return {
        "name": name,
        "ours": statistics.median(times[OURS]),
        "floor": statistics.median(times[FLOOR]),
        "ratio": statistics.median(ratios),
        "spread": [min(ratios), max(ratios)],
        "met": statistics.median(ratios) <= TARGET,
    }


def main(*, json: bool = False) -> int:
    """Measure and print."""
    found = measure()
    low, high = found["spread"]
    text = (
        f"{OURS}: {found['ours']:.3f} s; {FLOOR}: {found['floor']:.3f} s\n"
        f"  ratio {found['ratio']:.2f} ({low:.2f} to {high:.2f}; target <= {TARGET}: "
        f"{'met' if found['met'] else 'missed'}); modules are imported when they are first used"
    )
    sys.stdout.write((json_.dumps(found) if json else text) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
