"""What a file or folder is before it is in its place: names of what stands beside, bytes that are on the disk."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import sys
from pathlib import Path

from edubalance.errors import StorageError, of_system

PART, OLD, LOCK, JOURNAL, STAGING = "part", "old", "lock", "journal", "edubalance"
# Of a name in UTF-8: file systems take 255 bytes, and what stands beside needs some of them.
_LONGEST = 200
_TOKEN = re.compile(r"[0-9a-f]{12}")
_CHUNK = 1 << 20
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def new_token() -> str:
    """Return a name for one change that no other change has."""
    return secrets.token_hex(6)


def is_token(text: object) -> bool:
    """Tell whether a text can be the name of a change."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def beside(target: Path, what: str) -> Path:
    """Name what belongs to a target and stands hidden beside it: its lock, its journal, its staging folder."""
    name = target.name
    if len(name.encode("utf-8")) > _LONGEST:
        name = f"{name[:40]}-{hashlib.sha256(name.encode('utf-8')).hexdigest()[:16]}"
    return target.with_name(f".{name}.{what}")


def staging(target: Path) -> Path:
    """
    Name the hidden folder beside a target that a long run fills, under the target's lock, before it takes its place.

    Parameters
    ----------
    target : Path
        Where the result goes.

    Returns
    -------
    Path
        On the same disk. What a killed run left there is for the next run to take over or to remove.

    Examples
    --------
    >>> staging(Path("results/2023")).as_posix()
    'results/.2023.edubalance'
    """
    return beside(target, STAGING)


def real(path: Path) -> Path:
    """Follow links to where a file or folder really is or will be; what is written goes through a link."""
    try:
        found = Path(os.path.realpath(path))
    except OSError as error:
        raise of_system(error) from error
    if found.is_symlink():
        raise StorageError.of("links_in_circle", file=str(path))
    return found


def check_file(file: Path) -> None:
    """Refuse to put a file where a folder stands."""
    if file.is_dir():
        raise StorageError.of("folder_in_place_of_file", file=str(file))
    if file.exists() and not file.is_file():
        raise StorageError.of("device_in_place_of_file", file=str(file))


def check_folder(folder: Path) -> None:
    """Refuse to put a folder where a file stands."""
    if folder.exists() and not folder.is_dir():
        raise StorageError.of("file_in_place_of_folder", file=str(folder))


def make_parent(path: Path) -> None:
    """Make the folder that something goes to; say so where a file stands in the way."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise StorageError.of("file_in_place_of_folder", file=str(error.filename or path.parent)) from error


def write_bytes(part: Path, content: bytes, meant: Path, *, durable: bool, private: bool = False) -> None:
    """Write a new file; an error names the file that is meant, since the user knows no other."""
    try:
        with os.fdopen(os.open(part, _NEW_FILE, 0o600 if private else 0o666), "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        error.filename = str(meant)
        raise


def append(file: Path, line: bytes, *, durable: bool) -> None:
    """Add a line to a file."""
    with file.open("ab") as opened:
        opened.write(line)
        if durable:
            opened.flush()
            os.fsync(opened.fileno())


def write_alone(file: Path, content: str | bytes) -> None:
    """
    Write one file by one renaming, in a folder whose owner removes what a kill leaves: no lock and no journal.

    Parameters
    ----------
    file : Path
        Where, in a scratch or staging folder; its folder is made if need be.
    content : str or bytes
        What; text goes out in UTF-8 as it is.

    Raises
    ------
    OSError
        If the disk is full; what stood there stands there still.
    """
    part = file.with_name(f".{new_token()}-0.{PART}")
    make_parent(file)
    try:
        write_bytes(part, as_bytes(content), file, durable=False)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def as_bytes(content: str | bytes) -> bytes:
    """Return text in UTF-8, line ends as they are."""
    return content.encode("utf-8") if isinstance(content, str) else content


def copy(source: Path, part: Path, meant: Path, *, durable: bool) -> None:
    """Copy a folder or a file; the first thing that fails ends it, with the system's own reason."""
    if source.is_dir():
        part.mkdir()
        for each in sorted(source.iterdir()):
            copy(each, part / each.name, meant / each.name, durable=durable)
    else:
        write_bytes(part, source.read_bytes(), meant, durable=durable)


def move(source: Path, part: Path, meant: Path, *, durable: bool) -> None:
    """Move a folder or a file to a name beside its place, from another disk too."""
    try:
        source.replace(part)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy(source, part, meant, durable=durable)
        remove(source)
        return
    if durable:
        for file in [source] if part.is_file() else part.rglob("*"):
            if file.is_file():
                _to_disk(file)


def _to_disk(file: Path) -> None:
    """Have the system write a file down."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def folder_to_disk(folder: Path) -> None:
    """Have the system write down which names a folder has; Windows has no call for it."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def digest(file: Path) -> str:
    """
    Return the SHA-256 of a file.

    Parameters
    ----------
    file : Path
        The file; it is read piece by piece.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    found = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_CHUNK):
            found.update(piece)
    return found.hexdigest()
