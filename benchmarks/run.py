"""Run the benchmarks: every module of this folder that has a `name` and a `main(json=...)`."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
RIVALS = ("polars", "duckdb", "inequality")


HEAD = """# Performance

Written by `python benchmarks/run.py --output docs/performance.md`, everything in one run on one machine: ratios say
something, seconds hardly do. A target that is missed stands here as missed."""


def benchmarks() -> dict[str, ModuleType]:
    """Find the benchmarks by name."""
    sys.path.insert(0, str(HERE))
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


def main() -> int:
    """Run what is asked for; 1 if a benchmark finds that results disagree."""
    found = benchmarks()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME", choices=sorted(found), help=f"one of {', '.join(sorted(found))}")
    parser.add_argument("--json", action="store_true", help="one JSON object a benchmark, each on a line of its own")
    parser.add_argument("--output", metavar="FILE", type=Path, help="write all of them as a page (docs/performance.md)")
    options = parser.parse_args()
    if options.only is None and options.output:
        return write(found, options.output)
    chosen = [options.only] if options.only else sorted(found)
    return max(int(found[name].main(json=options.json) or 0) for name in chosen)


def write(found: dict[str, ModuleType], file: Path) -> int:
    """Run every benchmark and write what each printed, and what it is, as a page."""
    parts, codes = [HEAD], []
    for name, module in sorted(found.items()):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            codes.append(int(module.main(json=False) or 0))
        sys.stderr.write(f"{name}: done\n")
        parts.append(f"## `{name}`\n\n{(module.__doc__ or '').strip()}\n\n```\n{said.getvalue().strip()}\n```")
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
