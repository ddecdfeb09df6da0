from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from edubalance.runs import server
from edubalance.runs.execute import execute
from edubalance.runs.request import Outcome, Request

needs_fork = pytest.mark.skipif(not server.available(), reason="this system cannot fork")


def run(project: Path, *names: str, kind=None, timeout=60, **parameters) -> dict[str, Outcome]:
    folder = project / "build" / (kind or "default")
    requests = [Request(name, project / "notebooks" / f"{name}.ipynb", folder / name, parameters) for name in names]
    return {outcome.request.name: outcome for outcome in execute(requests, kind=kind, timeout=timeout)}


def printed(outcome: Outcome) -> str:
    cells = nbformat.read(outcome.request.executed, as_version=4).cells
    return "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", []))


@needs_fork
def test_a_forked_kernel_makes_byte_for_byte_what_an_ordinary_kernel_makes(project, lines):
    forked = run(project, "lines", kind="forked")["lines"].request
    ordinary = run(project, "lines", kind="ordinary")["lines"].request
    assert forked.executed.read_bytes() == ordinary.executed.read_bytes()
    assert "image/png" in forked.executed.read_text(encoding="utf-8")
    names = sorted(path.name for path in (forked.figures / "lines").iterdir())
    assert names == ["01_bars.csv", "01_bars.png", "results.csv"]
    for name in names:
        assert (forked.figures / "lines" / name).read_bytes() == (ordinary.figures / "lines" / name).read_bytes()


@needs_fork
def test_the_server_starts_no_thread_and_leaves_the_inline_backend_to_the_kernels():
    code = (
        "import os, sys, threading\n"
        "from edubalance.runs import server\n"
        "os.environ.update(server.ENVIRONMENT)\n"
        "for name in server.PRELOAD: __import__(name)\n"
        "print(threading.active_count(), 'matplotlib_inline.backend_inline' in sys.modules)\n"
        "print(len(os.listdir('/proc/self/task')) if os.path.isdir('/proc/self/task') else 1)\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["1", "False", "1"]


def test_a_failing_notebook_is_named_with_its_cell_and_the_others_finish(project, write):
    write("broken", "before = 1", "# a comment\nbefore / 0")
    write("dying", "import os\nos._exit(3)")
    write("slow", "import time\ntime.sleep(60)")
    write("sound", "print('sound')")
    outcomes = run(project, "broken", "dying", "slow", "sound", timeout=3)
    assert str(outcomes["broken"].failure) == "code cell 3 (before / 0): ZeroDivisionError: division by zero"
    assert "Traceback" in outcomes["broken"].failure.traceback
    assert outcomes["dying"].failure.error == "KernelDied"
    assert str(outcomes["slow"].failure) == "code cell 2 (import time): Timeout: the cell took more than 3 seconds"
    assert outcomes["sound"].failure is None
    assert printed(outcomes["sound"]) == "sound\n"


def test_parameters_and_folders_reach_the_kernel_and_random_states_differ(project, write):
    write(
        "one",
        "import os, random\nimport numpy as np\nprint(year, os.path.basename(os.getcwd()))",
        "print(os.environ['EDUBALANCE_FIGURES'].endswith('/one/figures'), 'inline' in os.environ['MPLBACKEND'])",
        "print(random.random(), np.random.random())",
    )
    first = printed(run(project, "one", year=1999)["one"]).splitlines()
    second = printed(run(project, "one", year=1999)["one"]).splitlines()
    assert first[:2] == ["1999 notebooks", "True True"]
    assert first[2] != second[2]


def test_breaking_off_kills_the_kernels_that_still_run(project, write):
    write("quick", "print(1)")
    write("endless", "import os, pathlib, time\npathlib.Path('../pid').write_text(str(os.getpid()))\ntime.sleep(600)")
    folder = project / "build"
    requests = [Request(name, project / "notebooks" / f"{name}.ipynb", folder / name) for name in ("quick", "endless")]
    outcomes = execute(requests, timeout=600)
    assert next(outcomes).request.name == "quick"
    while not (project / "pid").exists() or not (project / "pid").read_text():
        pass
    outcomes.close()
    pid = (project / "pid").read_text()
    assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3]
