"""Files that are written whole or not at all: beside their place first, then moved into it."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

SUFFIX = ".part"


def beside(file: Path) -> Path:
    """
    Name the file that is written first, another for each process and thread.

    Parameters
    ----------
    file : Path
        The file that is meant.

    Returns
    -------
    Path
        In the same folder, so that it can be moved by one renaming; hidden, and ending in `SUFFIX`.
    """
    return file.with_name(f".{file.name}.{os.getpid():x}-{threading.get_ident():x}{SUFFIX}")


def write(file: Path, content: str | bytes) -> None:
    """
    Write a file whole or not at all.

    Parameters
    ----------
    file : Path
        Where; its folder is made if need be.
    content : str or bytes
        What; text goes out in UTF-8 as it is.

    Raises
    ------
    OSError
        If the disk is full or the place is not ours; what stood there stands there still.
    """
    write_all({file: content})


def write_all(contents: Mapping[Path, str | bytes]) -> None:
    """
    Write several files; none is put in its place before all are whole.

    Parameters
    ----------
    contents : mapping of Path to str or bytes
        What goes where, as for `write`.

    Raises
    ------
    OSError
        As for `write`.
    """
    staged = {file: beside(file) for file in contents}
    try:
        for file, content in contents.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            staged[file].write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        for file, part in staged.items():
            part.replace(file)
    finally:
        for part in staged.values():
            part.unlink(missing_ok=True)
