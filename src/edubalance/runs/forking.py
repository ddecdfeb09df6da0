"""
The process of the fork server: it imports the libraries once and forks a kernel whenever it is asked to.

It runs no code of any notebook and has one thread only, so that every kernel starts from the same state. It does not
stand on `multiprocessing`, which refuses children to the workers of Dask and imports the program that asks into every
child.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

_CHUNK = 65_536


def main(channel: int, lifeline: int, preload: Sequence[str]) -> None:
    """
    Serve until the process that started the server is gone.

    Parameters
    ----------
    channel : int
        File descriptor of a socket: requests come in and answers go out, one JSON object a line.
    lifeline : int
        File descriptor of a pipe that nobody writes to; it ends with the process that started the server.
    preload : sequence of str
        Modules to import before the first kernel is forked.

    Notes
    -----
    ``{"launch": number, "arguments": …, "environment": …, "folder": …, "log": …, "bytes": …}`` is answered with
    ``{"launched": number, "pid": …}``, and when the kernel has ended with ``{"ended": pid, "code": …}``;
    ``{"signal": pid, "number": …}`` reaches a kernel and what it has started, and never another process: the number
    of a process is free for others only after this server has taken note of its end.
    """
    for name in preload:
        with contextlib.suppress(ImportError):
            import_module(name)
    # What is imported stays. A kernel's collector need not visit it: each visit would copy a page of memory.
    gc.freeze()
    with socket.socket(fileno=channel) as asked:
        _serve(asked, lifeline)


def _serve(asked: socket.socket, lifeline: int) -> None:
    """Answer requests and tell of kernels that have ended."""
    ended, wake = os.pipe()
    for end in (ended, wake):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    kernels: dict[int, str] = {}
    unread = b""
    while True:
        ready, _, _ = select.select([asked.fileno(), ended], [], [])
        if ended in ready:
            os.read(ended, _CHUNK)
            _tell_ends(asked, kernels)
        if asked.fileno() in ready:
            received = asked.recv(_CHUNK)
            if not received:
                break
            *lines, unread = (unread + received).split(b"\n")
            for line in lines:
                _answer(asked, json.loads(line), kernels, lifeline)
    _signal_all(kernels)


def _answer(asked: socket.socket, request: dict[str, Any], kernels: dict[int, str], lifeline: int) -> None:
    """Do what one request says."""
    if "launch" in request:
        pid = os.fork()
        if pid == 0:
            _live(asked, request, lifeline)
        kernels[pid] = request["sockets"]
        _say(asked, {"launched": request["launch"], "pid": pid})
    elif request["signal"] in kernels:
        _signal(request["signal"], request["number"])


def _tell_ends(asked: socket.socket, kernels: dict[int, str]) -> None:
    """Take note of every kernel that has ended."""
    for pid in list(kernels):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            del kernels[pid]
            _say(asked, {"ended": pid, "code": os.waitstatus_to_exitcode(status)})


def _say(asked: socket.socket, answer: dict[str, Any]) -> None:
    """Send an answer; the runner may be gone by now."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        asked.sendall(json.dumps(answer).encode() + b"\n")


def _signal(pid: int, number: int) -> None:
    """Send a signal to a kernel with what it has started; it leads a group of its own from its first step on."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _signal_all(kernels: dict[int, str]) -> None:
    """Kill every kernel, since nobody waits for it any more, and remove what only the runner would have removed."""
    for pid, sockets in kernels.items():
        _signal(pid, signal.SIGKILL)
        _remove(sockets)


def _remove(sockets: str) -> None:
    """Remove a folder of sockets, if there is one."""
    if sockets:
        shutil.rmtree(sockets, ignore_errors=True)


def _live(asked: socket.socket, request: dict[str, Any], lifeline: int) -> None:
    """Live as a kernel, in the forked process, and never come back."""
    code = 1
    try:
        os.setsid()
        asked.close()
        if request["log"]:
            _write_to(request["log"])
        _own_signals()
        _become(request, lifeline)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
        with _whatever_happens(code):
            atexit._run_exitfuncs()  # noqa: SLF001  (an ordinary kernel runs what the notebook left for its end)
            sys.stdout.flush()
            sys.stderr.flush()


@contextlib.contextmanager
def _whatever_happens(code: int) -> Iterator[None]:
    """End the process; the server's own clean-up is not for its children."""
    try:
        yield
    finally:
        os._exit(code)


def _become(request: dict[str, Any], lifeline: int) -> None:
    """Become an ordinary kernel."""
    atexit._clear()  # noqa: SLF001  (what the server would do at its own end)
    # Code that reads the command line finds there what an ordinary kernel was started with.
    sys.argv = [str(import_module("ipykernel_launcher").__file__), *request["arguments"]]
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    _reseed()
    if request["bytes"]:
        _limit(request["bytes"])
    threading.Thread(target=_end_with_the_runner, args=(lifeline, request["sockets"]), daemon=True).start()

    from ipykernel.kernelapp import IPKernelApp

    # A kernel with a parent says nothing on the terminal; which parent is watched for above.
    IPKernelApp.launch_instance(argv=[*request["arguments"], "--IPKernelApp.parent_handle=1"])


def _own_signals() -> None:
    """Answer signals as a process of its own does."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def _write_to(log: str) -> None:
    """Send what the process writes to the terminal to a file."""
    with Path(log).open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


def _reseed() -> None:
    """Give the kernel random states of its own: it inherited the server's, as all its siblings did."""
    import numpy as np

    random.seed()
    np.random.seed()  # noqa: NPY002  (the global state that old code draws from)


def _limit(size: int) -> None:
    """Refuse memory beyond a limit, so that Python raises MemoryError in the very line that asks for it."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, hard))


def _end_with_the_runner(lifeline: int, sockets: str) -> None:
    """End this kernel when the process that asked for it is gone, even if the server was killed with it."""
    os.read(lifeline, 1)
    _remove(sockets)
    os._exit(1)
