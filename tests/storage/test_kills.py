"""
Killed at any file event and started again, every command leaves the old or the new state, whole, and nothing else.

By default a sample of the moments; ``pytest -m kills`` takes all of them. There a command that has one thread runs
once, and what a kill would leave on the disk at each moment is a copy of the disk at that moment.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from runs.conftest import notebook
from storage.commands import COMMANDS, by_unit, everything, leftovers, make_project, state

from edubalance import paths, storage
from edubalance.runs import server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

PROJECT = Path(__file__).parents[2]
SAMPLE = 2
# These take seconds each: what is tried on every command by default is tried on them with all moments only.
COSTLY = ("form", "share", "new")
QUICK = [pytest.param(name, marks=[pytest.mark.kills] if name in COSTLY else []) for name in COMMANDS]


class Killer:
    """The process that forks commands, and the project that they work on."""

    def __init__(self, process: subprocess.Popen[str], untouched: Path, place: Path) -> None:
        self.process, self.untouched, self.folder = process, untouched, place / "project"
        self.mark, self.log = uuid.uuid4().hex, place / "log"

    def restore(self, saved: Path | None = None) -> None:
        """Put the project back as it was before any command, or at a moment."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(saved or self.untouched, self.folder, symlinks=True)

    def ask(self, arguments=(), **options: Any) -> tuple[int, int]:
        """Have a child do something; return its exit code and how many file events it came to."""
        (found,) = self.ask_many(1, arguments, **options)
        return found

    def ask_many(
        self,
        times: int,
        arguments,
        *,
        moment: int = 0,
        fails: str = "",
        settle=(),
        lang: str = "en",
        snapshots: Path | None = None,
    ) -> list[tuple[int, int]]:
        """Have several children do the same at once."""
        request = {
            "times": times,
            "arguments": list(arguments),
            "settle": [str(self.folder / target) for target in settle],
            "moment": moment,
            "fails": fails,
            "snapshots": str(snapshots or ""),
            "root": str(self.folder),
            "folder": str(self.folder),
            "log": str(self.log),
            "environment": self.environment(lang),
        }
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return [(code, count) for code, count in json.loads(self.process.stdout.readline())]

    def environment(self, lang: str) -> dict[str, str]:
        """Return what a command finds in its environment, a mark of its own among it."""
        return {
            paths.PROJECT_VARIABLE: str(self.folder),
            "EDUBALANCE_LANG": lang,
            "EDUBALANCE_KILLED": self.mark,
            server.WARM_VARIABLE: "ipykernel.kernelapp,ipykernel.ipkernel,edubalance.paths",
        }

    @property
    def said(self) -> str:
        """Return what the last child wrote to the terminal."""
        return self.said_by(0)

    def said_by(self, number: int) -> str:
        """Return what one of several children wrote."""
        return Path(f"{self.log}{number}").read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("kills") / "untouched", PROJECT / "notebooks" / "template")


@pytest.fixture(scope="module")
def process():
    program = [sys.executable, str(Path(__file__).with_name("kill_server.py"))]
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **threads}
    ) as started:
        assert started.stdout.readline() == "ready\n"
        yield started
        started.stdin.close()


@pytest.fixture
def killer(process, untouched, tmp_path):
    found = Killer(process, untouched, tmp_path)
    found.restore()
    return found


def moments(name: str, total: int, *, everyone: bool) -> list[int]:
    """Choose moments: all, or the same few each time."""
    every = range(1, total + 1)
    return list(every) if everyone else sorted(random.Random(name).sample(every, min(SAMPLE, total)))  # noqa: S311


def check_kills(killer: Killer, name: str, *, everyone: bool) -> int:
    """Kill a command at moments, let a reader come, type it again; return how many moments there were."""
    command, before, old = COMMANDS[name], everything(killer.folder), state(killer.folder)
    code, total = killer.ask(command.arguments)
    assert code == 0, killer.said
    assert leftovers(killer.folder) == []
    after, new = everything(killer.folder), state(killer.folder)
    assert new != old
    either = [by_unit(command, old), by_unit(command, new)]
    snapshots = killer.folder.parent / "snapshots" if everyone and not command.threads else None
    if snapshots:
        killer.restore()
        assert killer.ask(command.arguments, snapshots=snapshots) == (0, total)
        assert state(killer.folder) == new
    for moment in moments(name, total, everyone=everyone):
        killer.restore(snapshots and snapshots / str(moment))
        if not snapshots:
            code, _ = killer.ask(command.arguments, moment=moment)
            assert code == -signal.SIGKILL, (moment, killer.said)
        assert killer.ask(settle=command.targets, moment=-1)[0] == 0, (moment, killer.said)
        read = by_unit(command, state(killer.folder))
        for unit, files in read.items():
            assert files in [each.get(unit, {}) for each in either], (moment, unit, files.keys())
        # Where all is as it was before, to the last hidden file, or as after it, the command has been tried already.
        if everyone and everything(killer.folder) in (before, after):
            continue
        code, _ = killer.ask(command.arguments)
        assert code == (command.again if read == either[1] else 0), (moment, killer.said)
        assert state(killer.folder) == new, moment
        assert leftovers(killer.folder) == [], moment
    return total


def check_full(killer: Killer, name: str, *, everyone: bool) -> int:
    """Let the disk be full from a moment on: the words of the user's language, exit code 2, old or new, no more."""
    command, old = COMMANDS[name], state(killer.folder)
    code, total = killer.ask(command.arguments)
    assert code == 0, killer.said
    either = [by_unit(command, each) for each in (old, state(killer.folder))]
    for moment in moments(name, total, everyone=everyone):
        killer.restore()
        code, _ = killer.ask(command.arguments, moment=moment, fails="ENOSPC", lang="zh")
        said = killer.said
        assert code in (0, 2), (moment, said)
        assert "Traceback" not in said, (moment, said)
        assert "Errno" not in said, (moment, said)
        assert code == 0 or "磁盘空间不足" in said, (moment, said)
        assert killer.ask(settle=command.targets, moment=-1)[0] == 0, (moment, killer.said)
        read = by_unit(command, state(killer.folder))
        for unit, files in read.items():
            assert files in [each.get(unit, {}) for each in either], (moment, unit, files.keys())
        assert code == 2 or read == either[1], (moment, said)
        assert [name for name in leftovers(killer.folder) if not name.endswith(".edubalance")] == [], moment
    return total


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_some_moments_and_started_again(killer, name):
    check_kills(killer, name, everyone=False)


@pytest.mark.kills
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_every_moment_and_started_again(killer, name, record_property):
    total = check_kills(killer, name, everyone=True)
    record_property("moments", total)
    sys.stderr.write(f"\n{name}: {total} moments\n")


@pytest.mark.parametrize("name", QUICK)
def test_on_a_disk_that_is_full_from_some_moment_on(killer, name):
    check_full(killer, name, everyone=False)


@pytest.mark.kills
@pytest.mark.parametrize("name", COMMANDS)
def test_on_a_disk_that_is_full_from_every_moment_on(killer, name):
    check_full(killer, name, everyone=True)


# Two at once


@pytest.mark.parametrize("name", QUICK)
def test_of_two_at_once_the_second_waits_or_is_told_who_is_at_work(killer, name):
    command = COMMANDS[name]
    killer.ask(command.arguments)
    once = by_unit(command, state(killer.folder))
    killer.ask(command.arguments)
    twice = by_unit(command, state(killer.folder))  # what a second one does that has waited for the first
    killer.restore()
    answers = killer.ask_many(2, command.arguments)
    for number, (code, _) in enumerate(answers):
        said = killer.said_by(number)
        assert "Traceback" not in said
        told = "is at work on" in said and "process " in said
        assert code == 0 or (code == 2 and (told or command.again == 2)), said
    assert 0 in [code for code, _ in answers]
    assert by_unit(command, state(killer.folder)) in (once, twice)
    assert leftovers(killer.folder) == []


# With kernels


def processes(mark: str) -> list[str]:
    """Return the processes, of any parent, that a child has started and that still live."""
    found = []
    for each in psutil.process_iter():
        try:
            if each.environ().get("EDUBALANCE_KILLED") == mark and each.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(each.cmdline()))
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def test_kernels_die_with_a_command_that_is_killed_and_the_next_run_removes_what_it_left(killer, monkeypatch):
    sockets = killer.folder.parent / "sockets"
    sockets.mkdir()
    endless = "import os, pathlib, time\npathlib.Path('../pid').write_text(str(os.getpid()))\ntime.sleep(600)"
    nbformat.write(notebook(endless), killer.folder / "notebooks" / "lines.ipynb")
    environment = {**os.environ, **killer.environment("en"), "TMPDIR": str(sockets)}
    command = [sys.executable, "-m", "edubalance", "run", "lines"]
    with subprocess.Popen(command, env=environment, cwd=killer.folder) as running:
        wait_until(lambda: (killer.folder / "pid").exists() and (killer.folder / "pid").read_text())
        assert len(processes(killer.mark)) >= 2
        running.kill()
    wait_until(lambda: not processes(killer.mark))
    wait_until(lambda: not list(sockets.iterdir()))
    assert leftovers(killer.folder) != []
    with monkeypatch.context() as patch:
        patch.setenv(paths.PROJECT_VARIABLE, str(killer.folder))
        with storage.folder():
            pass
    assert leftovers(killer.folder) == []


def wait_until(met) -> None:
    """Wait for something that comes by itself, for a minute at the most."""
    deadline = time.monotonic() + 60
    while not met() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert met()
