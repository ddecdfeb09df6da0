"""JupyterLab on copies of the notebooks: what is run or saved by hand changes no reference."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from edubalance import paths, storage
from edubalance.runs import kernels, naming

State = Literal["new", "equal", "renewed", "kept", "replaced"]

_RECORD = ".copied.json"
_REPLACED = "replaced"
_OWN = ".jupyter"

# The reader's configuration for other work: another kernel of the same name, an address open to others, a password.
_THEIRS = ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")


@dataclass(frozen=True)
class Copy:
    """
    The copy of one notebook.

    Attributes
    ----------
    file : Path
        The copy.
    state : {"new", "equal", "renewed", "kept", "replaced"}
        What became of it: made; already as the notebook is; made again, the notebook having changed and the copy not;
        left as the user changed it; made again although the user had changed it.
    """

    file: Path
    state: State


def folder() -> Path:
    """Return the folder that JupyterLab shows."""
    return paths.build() / "lab"


def copy(chosen: Sequence[str] = (), *, fresh: bool = False) -> list[Copy]:
    """
    Copy notebooks to ``build/lab``; a copy that was changed there is not written over unless asked for.

    Parameters
    ----------
    chosen : sequence of str
        Which notebooks; none means all.
    fresh : bool
        Replace changed copies too; they are moved to ``build/lab/replaced``.

    Returns
    -------
    list of Copy
        In alphabetical order.

    Raises
    ------
    EdubalanceError
        If there is no notebook of a name.

    Notes
    -----
    Whether a copy was changed is told by its hash when it was made, which is kept beside the copies. Running a
    notebook changes it too.
    """
    made = _recorded()
    copies = []
    for name in naming.notebooks(chosen):
        content, file = paths.notebook(name).read_bytes(), folder() / f"{name}.ipynb"
        state = _state(file, content, made.get(name, ""), fresh=fresh)
        if state == "replaced":
            (folder() / _REPLACED).mkdir(exist_ok=True)
            file.replace(folder() / _REPLACED / file.name)
        if state not in ("equal", "kept"):
            storage.write(file, content)
        if state != "kept":
            made[name] = _hash(content)
        copies.append(Copy(file, state))
    storage.write(folder() / _RECORD, json.dumps(made, indent=1, sort_keys=True) + "\n")
    return copies


def _state(file: Path, content: bytes, made: str, *, fresh: bool) -> State:
    """Say what is to become of a copy."""
    if not file.exists():
        return "new"
    held = file.read_bytes()
    if held == content:
        return "equal"
    if _hash(held) == made:
        return "renewed"
    return "replaced" if fresh else "kept"


def _hash(content: bytes) -> str:
    """Return the SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def _recorded() -> dict[str, str]:
    """Read what the copies were when they were made; a record that cannot be read makes every copy a changed one."""
    file = folder() / _RECORD
    try:
        stated = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {str(name): str(made) for name, made in stated.items()} if isinstance(stated, dict) else {}


def serve(shown: str, *, port: int, browser: bool) -> None:
    """
    Run JupyterLab on the copies until it is stopped.

    Parameters
    ----------
    shown : str
        Which notebook to open; empty for the list of all.
    port : int
        Port on 127.0.0.1; the next free one if it is taken.
    browser : bool
        Whether to open a browser.

    Notes
    -----
    The server listens on the loopback address alone and asks for a token, which JupyterLab makes anew and prints with
    the address. Kernels are of this environment and start as those of ``reproduce`` do.
    """
    own = folder() / _OWN
    scratch, figures = own, paths.build() / "figures"
    for name in _THEIRS:
        os.environ.pop(name, None)
    os.environ.update(kernels.environment(paths.project(), figures, scratch))
    os.environ.update(JUPYTER_CONFIG_DIR=str(own / "config"), JUPYTER_DATA_DIR=str(own / "data"))
    shutil.rmtree(own / "config", ignore_errors=True)
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(_arguments(shown, port=port, browser=browser))
    sys.stdout.flush()


def _arguments(shown: str, *, port: int, browser: bool) -> list[str]:
    """Return what JupyterLab is started with: nothing is fetched, and nobody else can reach it."""
    # JupyterLab refuses root elsewhere too, where anyone could reach it; in containers there is no other user.
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={folder()}",
        f"--ServerApp.kernel_spec_manager_class={kernels.CurrentEnvironment.__module__}.CurrentEnvironment",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        f"--LabApp.default_url=/lab{f'/tree/{shown}.ipynb' if shown else ''}",
        *([] if browser else ["--no-browser"]),
        *root,
    ]
