"""
A process that imports the package once, and forks a child for each command that is to be killed.

It is started as a program, reads one request a line (JSON) and answers each with the exit code of the child and the
number of file events that it came to.
"""

from __future__ import annotations

import builtins
import errno
import importlib
import io
import json
import os
import pkgutil
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "os.chmod")


class Events:
    """
    Counts what a process does to files below a folder, and ends it, or lets it fail, at one of these moments.

    Where a folder for snapshots is given, what a kill would leave at each moment is copied there, and it goes on.
    """

    def __init__(self, root: str, moment: int, fails: int, snapshots: str) -> None:
        self.root, self.moment, self.fails, self.snapshots, self.count = root, moment, fails, snapshots, 0
        self._lock, self._process = threading.Lock(), os.getpid()

    def watch(self) -> None:
        """Begin to count."""
        sys.addaudithook(self._audit)
        fsync, opened = os.fsync, io.open

        def counted_fsync(handle: int) -> None:
            self.happen()
            fsync(handle)

        def counted_open(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            found = opened(file, mode, *args, **options)
            ours = isinstance(file, int) or self._is_ours(file)
            return Written(found, self) if ours and set(mode) & set("wxa+") else found

        os.fsync = counted_fsync
        io.open = builtins.open = counted_open  # type: ignore[assignment]

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        """Count what changes a folder."""
        if event == "open":
            path, _, flags = args
            if isinstance(flags, int) and flags & WRITES and self._is_ours(path):
                self.happen()
        elif event in CHANGES and any(map(self._is_ours, args)):
            self.happen(may_fail=event in ("os.rename", "os.mkdir", "os.link"))

    def _is_ours(self, path: Any) -> bool:
        """Tell a path below the folder; one relative to an open folder is taken for one."""
        if not isinstance(path, (str, os.PathLike)):
            return False
        text = os.fspath(path)
        return isinstance(text, str) and (text.startswith(self.root) or not Path(text).is_absolute())

    def happen(self, before: Callable[[], object] | None = None, *, may_fail: bool = True) -> bool:
        """Count an event; at the moment chosen do what was half done by then, and end. Tell whether half is done."""
        if os.getpid() != self._process:
            return False
        with self._lock:
            self.count += 1
            if self.snapshots:
                if before is not None:
                    before()
                shutil.copytree(self.root, Path(self.snapshots) / str(self.count), symlinks=True)
                return before is not None
            if self.moment and self.count == self.moment and not self.fails:
                if before is not None:
                    before()
                os.kill(os.getpid(), signal.SIGKILL)
            if self.moment and self.count >= self.moment and self.fails and may_fail:
                raise OSError(self.fails, os.strerror(self.fails))
        return False


class Written:
    """A file opened for writing, each write of which is an event that may happen by half."""

    def __init__(self, file: Any, events: Events) -> None:
        self._file, self._events = file, events

    def write(self, content: Any) -> Any:
        """Write, or be killed when half of it is written."""

        def half() -> None:
            self._file.write(content[: len(content) // 2])
            self._file.flush()

        done = len(content) // 2 if self._events.happen(half) else 0
        return done + self._file.write(content[done:])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> Written:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __iter__(self) -> Any:
        return iter(self._file)


def without_kernels() -> None:
    """Have a function write what a kernel would have made of a notebook."""
    from edubalance.runs import engine, execute, normalise, server, task
    from edubalance.runs.request import Outcome, Request

    def made(request: Request, running: engine.Running, *_args: Any, **_options: Any) -> Outcome:
        figures = request.figures / request.notebook.stem
        figures.mkdir(parents=True)
        (figures / "01_drawn.csv").write_text("value\n1\n")
        (figures / "02_drawn.csv").write_text("value\n2\n")
        (request.folder / "kernel.log").touch()
        notebook = normalise.read(request.notebook)
        notebook.cells[0].source += "\nRun."
        normalise.storage.write_alone(request.executed, normalise.text(normalise.notebook(notebook)))
        return Outcome(request, 1.0)

    execute.execute_one = task.execute_one = made
    server.start = lambda *_: None  # type: ignore[assignment]


def settle(targets: list[str]) -> int:
    """Do what every command begins with: look for journals, and remove scratch folders that nobody is in."""
    from edubalance import storage

    for target in targets:
        storage.settle(Path(target))
    with storage.folder():
        return 0


def live(request: dict[str, Any], answer: int) -> None:
    """Do what a request says, in the child."""
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    with Path(request["log"]).open("wb") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    from edubalance import cli

    events = Events(request["root"], request["moment"], getattr(errno, request["fails"] or "", 0), request["snapshots"])
    without_kernels()
    if request["moment"] >= 0:
        events.watch()
    code = settle(request["settle"]) if request["settle"] else cli.main(request["arguments"])
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(answer, str(events.count).encode())
    os._exit(code)


def serve() -> None:
    """Answer requests until there are no more."""
    import edubalance

    for module in pkgutil.walk_packages(edubalance.__path__, "edubalance."):
        if not module.name.endswith(("__main__", "warm", "forking")):
            importlib.import_module(module.name)
    # Read once, and not by every child.
    from edubalance import codebook, standards
    from edubalance.intake import variables
    from edubalance.twins import spec

    standards.load("cn-2017-quality")
    codebook.load()
    variables.known()
    spec.example("county", "C")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        request = json.loads(line)
        children = [begin(request, number) for number in range(request["times"])]
        sys.stdout.write(json.dumps([end(*child) for child in children]) + "\n")
        sys.stdout.flush()


def begin(request: dict[str, Any], number: int) -> tuple[int, int]:
    """Fork a child; several may work at once."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            live({**request, "log": f"{request['log']}{number}"}, write)
        finally:
            os._exit(99)
    os.close(write)
    return child, read


def end(child: int, read: int) -> tuple[int, int]:
    """Wait for a child; return its exit code and the number of its events."""
    with os.fdopen(read, "rb") as answer:
        count = int(answer.read() or 0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), count


if __name__ == "__main__":
    serve()
