"""The fork server of this process: one warm process beside it, which forks a kernel per notebook."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import edubalance
from edubalance.runs.forked import ForkedKernel, Launch, Server

# The libraries that notebooks use. `matplotlib_inline.backend_inline` is left out on purpose: it hooks into the IPython
# shell when it is first imported, and the server has none; figures of a kernel forked after that would never be shown.
PRELOAD = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completer",
    "pandas",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "PIL.PngImagePlugin",
    "psutil",
    "seaborn",
    "scipy.stats",
    "scipy.optimize",
    "edubalance.runs.warm",
)

# Names other modules, separated by commas, for notebooks that use other libraries.
WARM_VARIABLE = "EDUBALANCE_WARM"

# Libraries read these when they are first imported, so the server must have them from its first moment.
# One thread per kernel: threads do not survive a fork, and the kernels already fill the processors.
# What the reader has set for other work gives way: start-up files, warnings, Matplotlib's file.
ENVIRONMENT = {
    "MATPLOTLIBRC": str(Path(edubalance.__file__).parent / "figures" / "matplotlibrc"),
    "PYTHONSTARTUP": "",
    "PYTHONWARNINGS": "",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no debugger is attached: its advice would be noise
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}

# An ordinary kernel, too, imports nothing from the working folder before it is a kernel.
_COMMAND = """
import sys
if sys.path[0] == "":
    del sys.path[0]
from edubalance.runs.forking import main
main({channel}, {lifeline}, {preload!r})
"""


def available() -> bool:
    """Tell whether this system can fork kernels; Windows cannot."""
    return hasattr(os, "fork")


_choosing = threading.Lock()
_running: list[Server] = []


@atexit.register
def stop() -> None:
    """Stop the servers of this process with their kernels."""
    for server in _running:
        server.stop()
    _running.clear()


def start(source: str = "") -> Server:
    """
    Start the server of this process without waiting for it, unless it runs: it warms up while the caller prepares.

    Parameters
    ----------
    source : str
        What the package is made of now. A server that imported another state of it is replaced: its kernels would
        compute with code that is no more.

    Returns
    -------
    Server
        The server.
    """
    with _choosing:
        usable = _usable(source)
        if not usable:
            for server in [server for server in _running if server.idle]:
                server.stop()
                _running.remove(server)
            usable = [_started(source)]
            _running.extend(usable)
        return usable[-1]


def has(source: str) -> bool:
    """Tell whether this process has a server that imported this state of the package; any will do if it is empty."""
    with _choosing:
        return bool(_usable(source))


def _usable(source: str) -> list[Server]:
    """Return the servers that run and have what is wanted."""
    return [server for server in _running if server.process.poll() is None and source in ("", server.source)]


def preload() -> tuple[str, ...]:
    """Return the modules to import beforehand: those that a variable of the environment names, else our own choice."""
    named = os.environ.get(WARM_VARIABLE)
    return PRELOAD if named is None else tuple(name for name in named.split(",") if name)


def _started(source: str) -> Server:
    """Start a server."""
    ours, theirs = socket.socketpair()
    read, write = os.pipe()
    command = _COMMAND.format(channel=theirs.fileno(), lifeline=read, preload=preload())
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", command],
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        pass_fds=(theirs.fileno(), read),
        start_new_session=True,
    )
    theirs.close()
    os.close(read)
    return Server(process, ours, write, source)


def launch(what: Launch) -> ForkedKernel:
    """
    Fork a kernel from the server of this process.

    Parameters
    ----------
    what : Launch
        What it is started with.

    Returns
    -------
    ForkedKernel
        The running process.
    """
    return start().launch(what)


if available():
    # A child that this process forks without more ado is not the one whose kernels they are.
    os.register_at_fork(after_in_child=_running.clear)
