"""Run the benchmarks: every module of this folder that has a `name` and a `main(json=...)`."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent


def benchmarks() -> dict[str, ModuleType]:
    """Find the benchmarks by name."""
    sys.path.insert(0, str(HERE))
    stems = sorted(file.stem for file in HERE.glob("*.py") if file.stem != Path(__file__).stem)
    modules = [importlib.import_module(stem) for stem in stems]
    return {module.name: module for module in modules if hasattr(module, "name") and hasattr(module, "main")}


def main() -> int:
    """Run what is asked for; 1 if a benchmark finds that results disagree."""
    found = benchmarks()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME", choices=sorted(found), help=f"one of {', '.join(sorted(found))}")
    parser.add_argument("--json", action="store_true", help="one JSON object a benchmark, each on a line of its own")
    options = parser.parse_args()
    chosen = [options.only] if options.only else sorted(found)
    return max(int(found[name].main(json=options.json) or 0) for name in chosen)


if __name__ == "__main__":
    sys.exit(main())
