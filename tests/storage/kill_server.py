"""
A process that imports the package once, and forks a child for each command that is to be killed.

It is started as a program, reads one request a line (JSON) and answers each with the exit code of the child and the
number of file events that it came to.
"""

from __future__ import annotations

import builtins
import errno
import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "os.chmod")


class Events:
    """Counts what a process does to files below a folder, and ends it, or lets it fail, at one of these moments."""

    def __init__(self, root: str, moment: int, fails: int) -> None:
        self.root, self.moment, self.fails, self.count = root, moment, fails, 0
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
        return isinstance(text, str) and (text.startswith(self.root) or not os.path.isabs(text))

    def happen(self, before: Callable[[], object] | None = None, *, may_fail: bool = True) -> None:
        """Count an event; at the moment chosen do what was half done by then, and end."""
        if os.getpid() != self._process:
            return
        with self._lock:
            self.count += 1
            if self.moment and self.count == self.moment and not self.fails:
                if before is not None:
                    before()
                os.kill(os.getpid(), signal.SIGKILL)
            if self.moment and self.count >= self.moment and self.fails and may_fail:
                raise OSError(self.fails, os.strerror(self.fails))


class Written:
    """A file opened for writing, each write of which is an event that may happen by half."""

    def __init__(self, file: Any, events: Events) -> None:
        self._file, self._events = file, events

    def write(self, content: Any) -> Any:
        """Write, or be killed when half of it is written."""

        def half() -> None:
            self._file.write(content[: len(content) // 2])
            self._file.flush()

        self._events.happen(half)
        return self._file.write(content)

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
    """Read targets, as far as it concerns their journals."""
    from edubalance import storage

    for target in targets:
        storage.settle(Path(target))
    return 0


def live(request: dict[str, Any], answer: int) -> None:
    """Do what a request says, in the child."""
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    with Path(request["log"]).open("wb") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    from edubalance import cli

    events = Events(request["root"], request["moment"], getattr(errno, request["fails"] or "", 0))
    if not request["kernels"]:
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
    import edubalance.cli
    import edubalance.form
    import edubalance.intake.workbook
    import edubalance.national.running
    import edubalance.runs.verify
    import edubalance.scaffold
    import edubalance.sharing  # noqa: F401

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        request = json.loads(line)
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            try:
                live(request, write)
            finally:
                os._exit(99)
        os.close(write)
        with os.fdopen(read, "rb") as answer:
            count = int(answer.read() or 0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps([os.waitstatus_to_exitcode(status), count]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
