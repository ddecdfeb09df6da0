"""The fork server: one warm process that imports the libraries once and forks a kernel per notebook."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess  # Windows has none

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
    "edubalance.cli",
)

# Libraries read these when they are first imported, so the server must have them from its first moment.
# One thread per kernel: threads do not survive a fork, and the kernels already fill the processors.
ENVIRONMENT = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no debugger is attached: its advice would be noise
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}

_launching = threading.Lock()


def available() -> bool:
    """Tell whether this system can fork kernels; Windows cannot."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def start() -> None:
    """
    Start the server without waiting for it: it warms up while the caller prepares.

    Notes
    -----
    Ctrl-C in a terminal reaches every process of the group. It is for the runner to answer; the server is started with
    that signal blocked, and each kernel opens it again in a session of its own.
    """
    from multiprocessing import forkserver

    multiprocessing.set_forkserver_preload(list(PRELOAD))
    with _set_in_environment(ENVIRONMENT), _blocked(signal.SIGINT):
        forkserver.ensure_running()


def launch(arguments: Sequence[str], environment: dict[str, str], folder: str, log: str) -> ForkedKernel:
    """
    Fork a kernel.

    Parameters
    ----------
    arguments : sequence of str
        What an ordinary kernel gets on its command line, the connection file among it.
    environment : dict of str to str
        The kernel's whole environment.
    folder : str
        The kernel's working folder.
    log : str
        File for what the kernel writes to the terminal.

    Returns
    -------
    ForkedKernel
        The running process.
    """
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=_serve, args=(list(arguments), environment, folder, log))
    with _launching, _blocked(signal.SIGINT):
        process.start()
    return ForkedKernel(process)


class ForkedKernel:
    """
    A forked kernel with the face of a `subprocess.Popen`, which is what jupyter_client manages.

    Parameters
    ----------
    process : ForkServerProcess
        The started process.
    """

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = process.pid or 0

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        with _launching:
            return self._process.exitcode

    def wait(self) -> int | None:
        """Wait for the end and return the exit code."""
        self._process.join()
        return self.poll()

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel, unless it has ended: its number may belong to another process by then."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """Kill the kernel."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


def _serve(arguments: list[str], environment: dict[str, str], folder: str, log: str) -> None:
    """Become an ordinary kernel; runs in the forked process."""
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _write_to(log)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    _reseed()
    threading.Thread(target=_end_with_the_runner, daemon=True).start()

    from ipykernel.kernelapp import IPKernelApp

    # A kernel with a parent says nothing on the terminal; which parent is watched for above.
    IPKernelApp.launch_instance(argv=[*arguments, "--IPKernelApp.parent_handle=1"])


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


def _end_with_the_runner() -> None:
    """End this kernel when the process that asked for it is gone, even if it was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextlib.contextmanager
def _set_in_environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for a process started in between, then restore them."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _blocked(signum: signal.Signals) -> Iterator[None]:
    """Block a signal for a process started in between; processes inherit what is blocked."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signum})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
