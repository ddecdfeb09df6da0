"""Put a copy and its key where they belong: both or neither, and the key for the eyes of its owner only."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from edubalance import whole
from edubalance.errors import EdubalanceError
from edubalance.sharing.pseudonyms import Codes
from edubalance.spreadsheets import neutral

OWNER_ONLY = 0o600


def key_text(codes: Codes) -> str:
    """
    Write the key as CSV: every cell quoted, none that a spreadsheet would run.

    Parameters
    ----------
    codes : mapping of str to mapping of str to str
        Of each kind of code, new ones by old ones.

    Returns
    -------
    str
        With the columns ``kind``, ``old`` and ``new``. An old code that begins as a formula does has an apostrophe
        before it, which `edubalance.spreadsheets.as_meant` takes away.

    Examples
    --------
    >>> print(key_text({"school_id": {"A,1": "S001", "=A2": "S002"}}), end="")
    "kind","old","new"
    "school_id","A,1","S001"
    "school_id","'=A2","S002"
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["kind", "old", "new"])
    writer.writerows([kind, neutral(old), new] for kind, pairs in codes.items() for old, new in pairs.items())
    return text.getvalue()


def check(folder: Path, key: Path | None) -> None:
    """
    Refuse places that would lose or publish something.

    Parameters
    ----------
    folder : Path
        Where the copy goes.
    key : Path or None
        Where the key goes.

    Raises
    ------
    EdubalanceError
        If the folder or the key is there already, or the key would stand in the copy.
    """
    if os.path.lexists(folder):
        raise EdubalanceError.of("share_taken", folder=folder.name)
    if key is None:
        return
    if key.resolve() == folder.resolve() or folder.resolve() in key.resolve().parents:
        raise EdubalanceError.of("key_in_copy")
    if os.path.lexists(key):
        raise EdubalanceError.of("key_taken", file=key.name)


def deliver(contents: Mapping[str, str], folder: Path, key: Path | None, codes: Codes) -> None:
    """
    Write a copy and its key; the copy appears only when the key is safe.

    Parameters
    ----------
    contents : mapping of str to str
        Text of each file, by its path in the copy.
    folder : Path
        New folder of the copy.
    key : Path or None
        New file of the key; none is written without.
    codes : mapping of str to mapping of str to str
        What the key holds.

    Raises
    ------
    EdubalanceError
        As `check` says, or if the key cannot be written; then there is no copy either.
    OSError
        If the copy cannot be written; then there is no key either.
    """
    check(folder, key)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=whole.SUFFIX, dir=folder.parent))
    try:
        whole.write_all({staged / name: text for name, text in contents.items()})
        staged.chmod(0o777 & ~_umask())
        if key is not None:
            _write_key(key, key_text(codes))
        _move(staged, folder, key)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _umask() -> int:
    """Return which rights new folders are not given."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _move(staged: Path, folder: Path, key: Path | None) -> None:
    """Put the copy in its place; where that fails, take the key away again."""
    try:
        staged.rename(folder)
    except OSError:
        if key is not None:
            key.unlink(missing_ok=True)
        raise


def _write_key(key: Path, text: str) -> None:
    """Write a new file that only its owner may read, and see that it is on the disk."""
    try:
        key.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        _fill(handle, key, text)
    except OSError as error:
        raise EdubalanceError.of("key_unwritable", file=str(key), why=error.strerror or str(error)) from error


def _fill(handle: int, key: Path, text: str) -> None:
    """Write a file that was just made; where that fails, take it away again."""
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
    except OSError:
        key.unlink(missing_ok=True)
        raise
