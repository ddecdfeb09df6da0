"""A fork server and its kernels, as the process that started it sees them."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

_OVER = "the process that forks kernels has ended"
# Until the first kernel: the server imports the libraries before it answers.
_PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Launch:
    """
    What a kernel is started with.

    Attributes
    ----------
    arguments : tuple of str
        What an ordinary kernel gets on its command line, the connection file among it.
    environment : dict of str to str
        The kernel's whole environment.
    folder : str
        Its working folder.
    log : str
        File for what it writes to the terminal; empty for the terminal.
    sockets : str
        Folder of its sockets, removed if it outlives the runner; empty where there is none.
    bytes : int
        Most memory that it may ask for; 0 for as much as there is.
    """

    arguments: tuple[str, ...]
    environment: dict[str, str]
    folder: str
    log: str = ""
    sockets: str = ""
    bytes: int = 0


class ForkedKernel:
    """
    A forked kernel with the face of a `subprocess.Popen`, which is what jupyter_client manages.

    Parameters
    ----------
    pid : int
        Number of the process.
    server : Server
        Who forked it.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, server: Server) -> None:
        self.pid = pid
        self._server = server
        self._ended: Future[int] = Future()

    def end(self, code: int) -> None:
        """Take note that the kernel has ended."""
        self._ended.set_result(code)

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._ended.result() if self._ended.done() else None

    def wait(self) -> int | None:
        """Wait for the end and return the exit code."""
        return self._ended.result()

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and to what it has started."""
        self._server.send({"signal": self.pid, "number": int(signum)})

    def kill(self) -> None:
        """Kill the kernel and what it has started."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


@dataclass
class Server:
    """
    A running server.

    Attributes
    ----------
    process : Popen
        Its process, in a session of its own: Ctrl-C in a terminal is for the runner to answer.
    channel : socket
        Where requests go and answers come from.
    lifeline : int
        End of a pipe that is open as long as this process lives.
    source : str
        What the package was made of when the server imported it; empty where nobody asks.
    """

    process: subprocess.Popen[bytes]
    channel: socket.socket
    lifeline: int
    source: str = ""
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _asked: dict[int, Future[ForkedKernel]] = field(default_factory=dict)
    _kernels: dict[int, ForkedKernel] = field(default_factory=dict)
    _sending: threading.Lock = field(default_factory=threading.Lock)
    _changing: threading.Lock = field(default_factory=threading.Lock)
    _over: bool = False
    _listener: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Begin to listen."""
        self._listener = threading.Thread(target=self._listen, name="fork server", daemon=True)
        self._listener.start()

    def launch(self, what: Launch) -> ForkedKernel:
        """
        Fork a kernel.

        Parameters
        ----------
        what : Launch
            What it is started with.

        Returns
        -------
        ForkedKernel
            The running process.

        Raises
        ------
        RuntimeError
            If the server has ended, for example for lack of memory, or does not answer.
        """
        number, kernel = next(self._numbers), Future[ForkedKernel]()
        with self._changing:
            if self._over:
                raise RuntimeError(_OVER)
            self._asked[number] = kernel
        self.send({"launch": number, **vars(what)})
        try:
            return kernel.result(_PATIENCE_SECONDS)
        except TimeoutError:
            # It hangs: what else it was asked for fails as well, and another server takes over.
            self.process.kill()
            raise RuntimeError(f"the process that forks kernels said nothing in {_PATIENCE_SECONDS} seconds") from None

    def send(self, request: dict[str, Any]) -> None:
        """Send a request; a server that has ended has no kernels left to ask for."""
        with self._sending, contextlib.suppress(OSError):
            self.channel.sendall(json.dumps(request).encode() + b"\n")

    def _listen(self) -> None:
        """Take the answers, until the server ends."""
        with contextlib.suppress(OSError), self.channel.makefile("rb") as answers:
            for line in answers:
                self._take(json.loads(line))
        self._give_up()

    def _take(self, answer: dict[str, int]) -> None:
        """Take one answer."""
        with self._changing:
            if "launched" in answer:
                kernel = self._kernels[answer["pid"]] = ForkedKernel(answer["pid"], self)
                self._asked.pop(answer["launched"]).set_result(kernel)
            else:
                self._kernels.pop(answer["ended"]).end(answer["code"])

    def _give_up(self) -> None:
        """End what the server leaves: kernels that it forked, requests that it did not meet."""
        with self._changing:
            self._over = True
            for pid, kernel in self._kernels.items():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                kernel.end(-signal.SIGKILL)
            for request in self._asked.values():
                request.set_exception(RuntimeError(_OVER))
            self._kernels.clear()
            self._asked.clear()

    @property
    def idle(self) -> bool:
        """Tell whether it has no kernel, and was asked for none."""
        with self._changing:
            return not self._kernels and not self._asked

    def stop(self) -> None:
        """End the server and every kernel of it."""
        if self.idle:  # it may still be importing, and deaf
            self.process.kill()
        with contextlib.suppress(OSError):
            self.channel.shutdown(socket.SHUT_RDWR)
        self.process.wait()
        self._listener.join()
        self.channel.close()
        os.close(self.lifeline)
