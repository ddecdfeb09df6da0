"""
Reproduce every notebook: how long against the usual way, and against the least that it can take.

The usual way is papermill, one notebook after another in one process, and then nbval, which runs them all again to
compare. The floor is the notebooks' code as plain scripts, forked from one warm process, side by side: no kernels, no
messages, no comparison. All three start cold, in turn, several times.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from time import perf_counter
from typing import Any

import nbformat
import sheet

from edubalance import paths
from edubalance.runs import server
from edubalance.runs.execute import workers

name = "reproduction"
ROWS = True

REPEATS = 2
TIMES_THE_USUAL_WAY, TIMES_THE_FLOOR = 0.40, 1.3

USUAL_WAY = """
import sys, papermill
for notebook in sys.argv[2:]:
    target = sys.argv[1] + "/" + notebook.replace("/", "_")
    papermill.execute_notebook(notebook, target, cwd="notebooks", progress_bar=False)
"""


def notebooks() -> list[str]:
    """Return the notebooks that are reproduced, as paths within the project."""
    return [f"notebooks/{file.name}" for file in sorted(paths.notebooks().glob("*.ipynb"))]


def run(*arguments: str, figures: str) -> None:
    """Run Python in the project, silently; its figures go to a folder of their own."""
    environment = {**os.environ, **server.ENVIRONMENT, paths.FIGURES_VARIABLE: figures}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=paths.project(), env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments[:3])} … ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def reproduce(figures: str) -> None:
    """Reproduce as a user does."""
    run("-m", "edubalance", "reproduce", figures=figures)


def usual_way(figures: str) -> None:
    """Execute with papermill, then compare with nbval."""
    run("-c", USUAL_WAY, figures, *notebooks(), figures=figures)
    run("-m", "pytest", "--quiet", "--nbval", "--nbval-current-env", *notebooks(), figures=figures)


def floor(figures: str) -> None:
    """Run the notebooks' code and nothing else."""
    run(__file__, "--floor", figures=figures)


def run_forked_scripts() -> int:
    """Fork one process a notebook from this one, as many at a time as there are processors; 0 if all ended well."""
    for module in server.PRELOAD:
        __import__(module)
    waiting, running, failed = notebooks(), 0, 0
    while waiting or running:
        if waiting and running < workers():
            notebook = waiting.pop(0)  # in the order in which the reproduction starts them
            running += 1
            if os.fork() == 0:
                os._exit(run_script(notebook))
        else:
            _, status = os.wait()
            running -= 1
            failed += status != 0
    return int(failed > 0)


def run_script(notebook: str) -> int:
    """Run a notebook's code as one script, its output thrown away."""
    import matplotlib

    matplotlib.use("agg")
    os.chdir(paths.notebooks())
    cells = nbformat.read(paths.project() / notebook, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, notebook, "exec"), {"__name__": "__main__", "display": print})  # noqa: S102
    return 0


def seconds(way: Callable[[str], None]) -> float:
    """Time one way from a cold start."""
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        way(folder)
        return perf_counter() - began


def measure(repeats: int = REPEATS) -> dict[str, Any]:
    """Time the three ways in turn; ratios are taken within each round, so that a slow minute slows all three."""
    ways = {"reproduce": reproduce, "usual_way": usual_way, "floor": floor}
    rounds = [{label: seconds(way) for label, way in ways.items()} for _ in range(repeats)]
    times = {label: [each[label] for each in rounds] for label in ways}
    words = {label: sheet.best(found) for label, found in times.items()}
    return {
        "name": name,
        "about": f"All {len(notebooks())} notebooks, {workers()} processors, each way from a cold start; seconds by "
        "the clock.",
        "rows": [
            sheet.row(
                "`edubalance reproduce`, beside papermill and nbval",
                words["reproduce"],
                f"papermill one after another, then nbval: {words['usual_way']}",
                sheet.over(times["reproduce"], times["usual_way"]),
                ("<=", TIMES_THE_USUAL_WAY),
                means="time over that of the usual way, which runs every notebook twice to compare less: nbval looks "
                "at the outputs of cells; `reproduce` also at named results, numbers drawn and pictures.",
            ),
            sheet.row(
                "`edubalance reproduce`, beside the code alone",
                words["reproduce"],
                f"plain scripts, forked from one warm process: {words['floor']}",
                sheet.over(times["reproduce"], times["floor"]),
                ("<=", TIMES_THE_FLOOR),
                means="time over that of the notebooks' code without kernels, messages and comparison.",
            ),
        ],
    }


def main(*, json: bool = False) -> int:
    """Print the figures; whatever cannot be run ends the program."""
    return sheet.tell(measure(), json=json)


if __name__ == "__main__":
    sys.exit(run_forked_scripts() if "--floor" in sys.argv[1:] else main(json="--json" in sys.argv[1:]))
