"""Put a copy and its key where they belong: both or neither, and the key for the eyes of its owner only."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

from edubalance import storage
from edubalance.errors import StorageError
from edubalance.sharing.pseudonyms import Codes
from edubalance.spreadsheets import neutral


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
    StorageError
        If the folder or the key is there already, or the key would stand in the copy.
    """
    if os.path.lexists(folder):
        raise StorageError.of("output_exists", file=str(folder))
    if key is None:
        return
    if key.resolve() == folder.resolve() or folder.resolve() in key.resolve().parents:
        raise StorageError.of("key_inside_copy")
    if os.path.lexists(key):
        raise StorageError.of("output_exists", file=str(key))


def deliver(contents: Mapping[str, str], folder: Path, key: Path | None, codes: Codes) -> None:
    """
    Write a copy and its key, both or neither; nobody but the owner may read the key.

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
    StorageError
        As `check` says.
    OSError
        If the copy or the key cannot be written; then there is neither.
    """
    check(folder, key)
    with storage.folder() as scratch, storage.change(folder) as changed:
        check(folder, key)  # another may have been faster
        made = scratch / "copy"
        for name, text in contents.items():
            storage.write_alone(made / name, text)
        if key is not None:
            changed.write(key, key_text(codes), private=True)
        changed.place(made, folder)
