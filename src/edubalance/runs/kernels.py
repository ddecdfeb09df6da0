"""Kernel managers: kernels of this very environment, forked from a warm server or started as usual."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import Any, cast

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

from edubalance.runs import forked, server

_LAUNCHER = "ipykernel_launcher"
_LOOK_SECONDS = 0.01

# What goes wrong with a kernel is reported once, by the runner, and not with every step of the machinery's retreat.
silent = logging.getLogger("edubalance.runs.kernels")
silent.addHandler(logging.NullHandler())
silent.propagate = False


class CurrentEnvironment(KernelSpecManager):
    """
    Kernel specifications that always mean the Python that is running.

    A kernel of the same name installed for the user may belong to another Python.
    """

    def find_kernel_specs(self) -> dict[str, str]:
        """Name the one kernel that there is."""
        return {"python3": RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the specification of a kernel of this environment, whatever the name."""
        del kernel_name
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


class OrdinaryKernelManager(AsyncKernelManager):
    """
    A manager of one kernel started as Jupyter starts it.

    Where the system has them, sockets are files in a folder of the kernel's own: two kernels that start at the same
    moment cannot be given the same port.

    Parameters
    ----------
    **options : Any
        Passed on to `jupyter_client.AsyncKernelManager`.

    Attributes
    ----------
    bytes : int
        Most memory that a forked kernel may ask for; 0 for as much as there is.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.log = silent
        self.bytes = 0
        self.folder = Path(tempfile.mkdtemp(prefix="eb-"))
        self.connection_file = str(self.folder / "k.json")
        if server.available():
            self.transport = "ipc"
            self.ip = str(self.folder / "k")

    @default("kernel_spec_manager")
    def _current_environment(self) -> CurrentEnvironment:
        """Answer for this environment only."""
        return CurrentEnvironment()

    def pid(self) -> int | None:
        """Return the number of the kernel's process, or None while there is none."""
        process = getattr(self.provisioner, "process", None)
        return process.pid if process is not None else None

    def kill_now(self) -> None:
        """Kill the kernel at once, from any thread; its client finds it dead within a second."""
        process = getattr(self.provisioner, "process", None)
        if process is not None:
            process.kill()

    def cleanup_connection_file(self) -> None:
        """Remove the folder with the sockets and the connection file."""
        super().cleanup_connection_file()
        shutil.rmtree(self.folder, ignore_errors=True)


class ForkProvisioner(LocalProvisioner):
    """Launches kernels by asking the fork server; everything else is as for a local process."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel with the arguments that the command would have given it."""
        arguments = cmd[cmd.index(_LAUNCHER) + 1 :]
        folder = kwargs.get("cwd") or str(Path.cwd())
        manager = cast("ForkedKernelManager", self.parent)
        log = kwargs["stderr"].name if kwargs.get("stderr") else ""
        what = forked.Launch(
            tuple(arguments), dict(kwargs["env"]), str(folder), log, str(manager.folder), manager.bytes
        )
        kernel = server.launch(what)
        self.process = cast("Any", kernel)
        self.pid = self.pgid = kernel.pid
        self.cwd = folder
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel's end; look more often than for a process whose end costs a system call."""
        while self.process is not None and self.process.poll() is None:
            await asyncio.sleep(_LOOK_SECONDS)
        ended, self.process = self.process, None
        return ended.poll() if ended is not None else 0

    async def send_signal(self, signum: int) -> None:
        """Send a signal through the server, which knows whether the kernel is still there."""
        if self.process is not None:
            self.process.send_signal(signum)


class ForkedKernelManager(OrdinaryKernelManager):
    """
    A manager of one kernel forked from the warm server.

    Parameters
    ----------
    **options : Any
        Passed on to `jupyter_client.AsyncKernelManager`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kernel_id = str(uuid.uuid4())
        self.provisioner = ForkProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)


def manager(*, forked: bool) -> type[OrdinaryKernelManager]:
    """Return the manager for forked or for ordinary kernels."""
    return ForkedKernelManager if forked else OrdinaryKernelManager


def environment(project: Path, figures: Path, scratch: Path) -> dict[str, str]:
    """
    Make the environment of a kernel: the caller's, with what decides results fixed.

    Parameters
    ----------
    project : Path
        The project that the notebook belongs to.
    figures : Path
        Where the notebook's figures go.
    scratch : Path
        A folder for IPython's profile: start-up files of the user must not change a result.

    Returns
    -------
    dict of str to str
        The whole environment.
    """
    return {
        **os.environ,
        **server.ENVIRONMENT,
        "EDUBALANCE_PROJECT": str(project),
        "EDUBALANCE_FIGURES": str(figures),
        "IPYTHONDIR": str(scratch / "ipython"),
    }
