from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from papermill.exceptions import PapermillExecutionError
from runs.batches import run

from edubalance.errors import EdubalanceError
from edubalance.runs import engine, forked, server

pytestmark = [
    pytest.mark.usefixtures("quick"),
    pytest.mark.skipif(not server.available(), reason="this system cannot fork"),
]

RUNNER = """
import sys
import papermill
papermill.execute_notebook(sys.argv[1], "out.ipynb", engine_name="edubalance-warm", progress_bar=False)
"""


def until(holds, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return bool(found)


def test_the_engine_serves_papermill_without_the_runner(project, write):
    file = write("one", "import os\nprint(year, os.path.exists('one.ipynb'))")
    out = project / "out.ipynb"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project / "notebooks")
        papermill.execute_notebook(file, out, {"year": 7}, engine_name=engine.NAME, progress_bar=False)
    assert nbformat.read(out, as_version=4).cells[-1].outputs[0].text == "7 True\n"


def test_a_notebook_in_another_language_is_refused(project, write):
    file = write("one", "print(1)")
    notebook = nbformat.read(file, as_version=4)
    notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    nbformat.write(notebook, file)
    with pytest.raises(EdubalanceError, match="runs Python; this notebook is in R"):
        papermill.execute_notebook(file, None, engine_name=engine.NAME, progress_bar=False)


def test_papermill_finds_the_engine_by_entry_point():
    points = {point.name: point for point in metadata.entry_points(group="papermill.engine")}
    assert points[engine.NAME].load().execute_managed_notebook == engine.WarmEngine.execute_managed_notebook


@pytest.mark.parametrize(
    ("code", "options", "error", "said"),
    [
        ("import os\nos._exit(3)", {}, engine.KernelLostError, r"code cell 2 \(import os\): KernelDied: Kernel died"),
        ("import time\ntime.sleep(60)", {"time_limit": 1}, engine.KernelLostError, "code cell 2 .*: TimeLimit"),
        ("import time\ntime.sleep(60)", {"execution_timeout": 1}, engine.KernelLostError, "code cell 2 .*: Timeout"),
        ("bytearray(10**9)", {"memory_limit": 500}, PapermillExecutionError, "MemoryError"),
    ],
)
def test_the_engine_names_the_cell_that_a_kernel_was_lost_in(project, write, code, options, error, said):
    file = write("one", code)
    with pytest.raises(error, match=said):
        papermill.execute_notebook(file, None, engine_name=engine.NAME, progress_bar=False, **options)


def test_a_runner_that_is_killed_takes_its_kernels_and_their_sockets_along(project, write):
    code = "import os, pathlib, time\npathlib.Path('pid').write_text(f'{os.getpid()} {os.getppid()}')\ntime.sleep(600)"
    file = write("endless", code)
    # A folder of its own, with a short name: names of sockets are limited.
    with tempfile.TemporaryDirectory(prefix="t") as temporary:
        runner = subprocess.Popen(
            [sys.executable, "-c", RUNNER, str(file)], cwd=project, env={**os.environ, "TMPDIR": temporary}
        )
        _end_of(runner, project / "pid")
        assert until(lambda: not list(Path(temporary).glob("eb-*")))


def _end_of(runner: subprocess.Popen[bytes], pids: Path) -> None:
    assert until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    family = [psutil.Process(int(pid)) for pid in pids.read_text().split()]
    runner.kill()
    runner.wait()
    gone, alive = psutil.wait_procs(family, timeout=10)
    assert len(gone) == 2
    assert not alive


def test_a_server_that_is_killed_is_told_as_kernels_that_died_and_another_takes_over(project, write):
    code = "import os, signal\nif not os.path.exists('../killed'):\n    open('../killed', 'w').close()\n"
    write("county", f"{code}    os.kill(os.getppid(), signal.SIGKILL)\n    signal.pause()")
    failure = run(project, "county", ("id", "a"), retries=0)["a"].failure
    assert (failure.error, failure.cell) == ("KernelDied", 2)
    assert run(project, "county", ("id", "a"), retries=0)["a"].status == "done"


def test_a_server_that_imported_another_state_of_the_package_is_replaced():
    first = server.start("one")
    assert server.start() is first
    assert server.start("one") is first
    assert not server.has("two")
    assert server.start("two") is not first
    assert first.process.poll() is not None
    server.stop()
    assert not server.has("")


def test_a_kernel_gets_signals_and_tells_its_end(tmp_path):
    environment = dict(os.environ)
    asleep = ("-c", "unused")
    kernel = server.start().launch(forked.Launch(asleep, environment, str(tmp_path), str(tmp_path / "log")))
    kernel.send_signal(signal.SIGKILL)
    assert kernel.wait() == kernel.poll() == -signal.SIGKILL
    kernel.kill()  # of a kernel that has ended: no other process is met
