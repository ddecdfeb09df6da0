from __future__ import annotations

import os

import pytest
from runs.batches import run

from edubalance.runs import forked, limits, server

pytestmark = [
    pytest.mark.usefixtures("quick"),
    pytest.mark.skipif(not server.available(), reason="this system cannot fork"),
]

MEGABYTES = 500
TOO_LARGE = f"MemoryLimit: the kernel asked for more than {MEGABYTES} MB"


def failure_of(project, write, *cells: str, **options) -> str:
    write("county", "before = 1", *cells)
    return str(run(project, "county", ("id", "a"), **options)["a"].failure)


def test_memory_asked_for_at_once_is_refused_in_its_line(project, write):
    said = failure_of(project, write, "# large\nblock = bytearray(10**9)", megabytes=MEGABYTES)
    assert said == f"code cell 3 (block = bytearray(10**9)): {TOO_LARGE}"
    assert "block = bytearray" in (project / "out" / "a" / "a.ipynb").read_text()


def test_a_kernel_that_holds_too_much_with_what_it_starts_is_ended(project, write):
    child = "block = bytearray(6 * 10**8); import time; time.sleep(60)"
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    # A limit inside the child would be inherited; without it only a watch from outside sees the memory.
    code = f"import resource\nresource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY,) * 2)\n{code}"
    assert failure_of(project, write, code, megabytes=MEGABYTES) == f"code cell 3 (import resource): {TOO_LARGE}"


def test_a_notebook_over_its_time_is_ended_and_named_with_its_cell(project, write):
    said = failure_of(project, write, "import time\ntime.sleep(60)", seconds=1.5)
    assert said == "code cell 3 (import time): TimeLimit: the notebook took more than 1.5 seconds"


def test_the_start_of_a_kernel_does_not_count(project, write, monkeypatch):
    slow = project / "slow.py"
    slow.write_text("import time\ntime.sleep(2)")
    monkeypatch.setenv(server.WARM_VARIABLE, "ipykernel.kernelapp,ipykernel.ipkernel,slow")
    monkeypatch.setenv("PYTHONPATH", str(project), prepend=os.pathsep)
    server.stop()
    assert failure_of(project, write, "print(1)", seconds=1) == "None"
    server.stop()


def test_a_server_that_hangs_is_ended_and_told_as_a_kernel_that_did_not_start(project, write, monkeypatch):
    (project / "endless.py").write_text("import time\ntime.sleep(600)")
    monkeypatch.setenv(server.WARM_VARIABLE, "endless")
    monkeypatch.setenv("PYTHONPATH", str(project), prepend=os.pathsep)
    monkeypatch.setattr(forked, "_PATIENCE_SECONDS", 0.5)
    server.stop()
    said = failure_of(project, write, "print(1)", retries=0)
    assert said.startswith("before the first cell: KernelDidNotStart: the process that forks kernels said nothing")
    server.stop()


def test_within_its_limits_a_notebook_is_left_alone(project, write):
    assert failure_of(project, write, "print(1)", seconds=60, megabytes=2000) == "None"


def test_limits_are_told_in_bytes():
    assert limits.Limits(megabytes=3).bytes == 3_000_000
    assert limits.Limits().bytes == 0
