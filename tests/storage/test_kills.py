"""
Killed at any file event and started again, every command leaves the old or the new state, whole, and nothing else.

By default a sample of the moments; ``pytest -m kills`` takes all of them.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from storage.commands import COMMANDS, by_unit, leftovers, make_project, state

from edubalance import paths
from edubalance.runs import server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

PROJECT = Path(__file__).parents[2]
SAMPLE = 3


class Killer:
    """The process that forks commands, and the project that they work on."""

    def __init__(self, process: subprocess.Popen[str], untouched: Path, place: Path) -> None:
        self.process, self.untouched, self.folder = process, untouched, place / "project"
        self.mark, self.log = uuid.uuid4().hex, place / "log"

    def restore(self) -> None:
        """Put the project back as it was before any command."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.untouched, self.folder)

    def ask(
        self, arguments=(), *, moment: int = 0, fails: str = "", settle=(), kernels: bool = False, lang: str = "en"
    ) -> tuple[int, int]:
        """Have a child do something; return its exit code and how many file events it came to."""
        request = {
            "arguments": list(arguments),
            "settle": [str(self.folder / target) for target in settle],
            "moment": moment,
            "fails": fails,
            "kernels": kernels,
            "root": str(self.folder),
            "folder": str(self.folder),
            "log": str(self.log),
            "environment": {
                paths.PROJECT_VARIABLE: str(self.folder),
                "EDUBALANCE_LANG": lang,
                "EDUBALANCE_KILLED": self.mark,
                server.WARM_VARIABLE: "ipykernel.kernelapp,ipykernel.ipkernel,edubalance.paths",
            },
        }
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        code, count = json.loads(self.process.stdout.readline())
        return code, count

    @property
    def said(self) -> str:
        """Return what the last child wrote to the terminal."""
        return self.log.read_text(encoding="utf-8", errors="replace")


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
    command, old = COMMANDS[name], state(killer.folder)
    code, total = killer.ask(command.arguments)
    assert code == 0, killer.said
    assert leftovers(killer.folder) == []
    new = state(killer.folder)
    assert new != old
    either = [by_unit(command, old), by_unit(command, new)]
    for moment in moments(name, total, everyone=everyone):
        killer.restore()
        code, _ = killer.ask(command.arguments, moment=moment)
        assert code == -signal.SIGKILL, (moment, killer.said)
        assert killer.ask(settle=command.targets, moment=-1)[0] == 0, (moment, killer.said)
        read = state(killer.folder)
        for unit, files in by_unit(command, read).items():
            assert files in [each.get(unit, {}) for each in either], (moment, unit, files.keys())
        code, _ = killer.ask(command.arguments)
        done = by_unit(command, read) == either[1]
        assert code == (command.again if done else 0), (moment, killer.said)
        assert state(killer.folder) == new, moment
        assert leftovers(killer.folder) == [], moment
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
