"""The files of a panel: found by their content, and named where they are left out or cannot be used."""

from __future__ import annotations

import hashlib
import math
import os
import stat
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from edubalance import codebook
from edubalance.errors import EdubalanceError, Fault
from edubalance.messages import Fact

PLACE = ("province", "county", "year")
TABLES = ("schools", "sections")
# What programs that write partitioned folders put in the place of a missing value.
NO_TEXT = "__HIVE_DEFAULT_PARTITION__"
_MAGIC = b"PAR1"
_ENDINGS = {"parquet", "parq", "pq"}
# Spark, Hive and Arrow take what begins so for notes of their own: _SUCCESS, _metadata, _temporary, .part-0.crc.
_HIDDEN = ("_", ".")
_PAPERS = ("readme", "license", "licence", "thumbs.db", "desktop.ini")
_BYTES_AT_ONCE = 1 << 20
_YEAR = codebook.table("schools").column("year")
_NAMED = 3


@dataclass(frozen=True)
class File:
    """
    One Parquet file.

    Attributes
    ----------
    path : str
        Where it is.
    name : str
        What messages call it: the path below the panel.
    place : tuple of (str, str)
        What the names of its folders say of all its rows: ``province=P01``.
    """

    path: str
    name: str
    place: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LeftOut:
    """
    What of a panel is not read, for a reason that is no fault.

    Attributes
    ----------
    key : str
        Which notice of ``messages.yml``.
    facts : dict of str to Fact
        What fills it.
    """

    key: str
    facts: dict[str, Fact]


@dataclass
class Discovery:
    """
    What was found below the folder of a panel.

    Attributes
    ----------
    files : dict of str to list of File
        Parquet files, by table, in the order of their names.
    faults : list of Fault
        Files and folders that are neither a part of the panel nor surely none.
    hidden, papers, keys : list of str
        Names that are left out: by convention no data; texts about the data; keys of folders that are not read.
    """

    files: dict[str, list[File]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Say what is left out, one notice a reason."""
        reasons = (("panel_hidden", self.hidden), ("panel_papers", self.papers), ("panel_keys", self.keys))
        return tuple(
            LeftOut(key, {"count": len(names), "names": ", ".join(names[:_NAMED])}) for key, names in reasons if names
        )


def discover(panel: Path) -> Discovery:
    """
    Find the files of a panel by what they hold, whatever they are called.

    Parameters
    ----------
    panel : Path
        Folder with ``schools`` and ``sections``: each one Parquet file of that name with any ending or none, or a
        folder of Parquet files at any depth.

    Returns
    -------
    Discovery
        Files, and everything beside them that is left out or is a fault.

    Raises
    ------
    EdubalanceError
        If a table is not there, or there twice.
    """
    found = Discovery()
    tables = _tables(panel, found)
    for table in TABLES:
        there = tables[table]
        if not there:
            raise EdubalanceError.of("panel_without_table", table=table, panel=str(panel))
        if len(there) > 1:
            names = ", ".join(path.name for path in there)
            raise EdubalanceError.of("panel_table_twice", table=table, panel=str(panel), names=names)
        _add(found, table, panel, there[0])
    found.faults += _copies([file for files in found.files.values() for file in files])
    return found


def _tables(panel: Path, found: Discovery) -> dict[str, list[Path]]:
    """Find the two tables among what stands in the folder itself; other Parquet there is a fault, not left out."""
    tables: dict[str, list[Path]] = {table: [] for table in TABLES}
    others = {table.name for table in codebook.tables()} - set(TABLES)
    for path in sorted(panel.iterdir()) if panel.is_dir() else ():
        name = path.name.split(".")[0].casefold()
        if path.name.startswith(_HIDDEN):
            found.hidden.append(_shown(path.name))
        elif name in tables and (path.is_dir() or _is_parquet(path)):
            tables[name].append(path)
        elif _is_paper(path):
            found.papers.append(_shown(path.name))
        elif _may_be_meant(path) and name not in others:
            found.faults.append(Fault.of("panel_other_name", _shown(path.name)))
    return tables


def _may_be_meant(path: Path) -> bool:
    """Tell whether a file or folder beside the tables may be a part of them: by its name, or as Parquet."""
    named = path.name.casefold().startswith(TABLES) or (path.is_dir() and "=" in path.name)
    return named or (path.is_file() and _is_parquet(path))


def _add(found: Discovery, table: str, panel: Path, where: Path) -> None:
    """Add the files of a table; a folder without any is refused."""
    paths = _below(found, panel, where) if where.is_dir() else [where]
    files = [_file(found, panel, path) for path in paths]
    if not files and not found.faults:
        raise EdubalanceError.of("panel_folder_empty", folder=str(where))
    found.files[table] = files


def _below(found: Discovery, panel: Path, where: Path) -> list[Path]:
    """List the Parquet files below a folder, and note what else is there."""
    paths = []
    for path in _walk(found, panel, where):
        name = _shown(path.relative_to(panel).as_posix())
        what = _odd(path)
        if what is not None:
            found.faults.append(Fault.of("panel_no_file", name, what=what))
        elif _is_parquet(path):
            paths.append(path)
        elif _is_paper(path):
            found.papers.append(name)
        else:
            found.faults.append(Fault.of("panel_no_parquet", name))
    return paths


def _walk(found: Discovery, panel: Path, where: Path) -> Iterator[Path]:
    """Go through a folder in the order of names, without what begins with _ or a dot."""
    if where.is_symlink():
        found.faults.append(Fault.of("panel_no_file", _shown(where.name), what=_KINDS["link"]))
        return
    for path in sorted(where.iterdir()):
        if path.name.startswith(_HIDDEN):
            found.hidden.append(_shown(path.relative_to(panel).as_posix()))
        elif path.is_dir() and not path.is_symlink():
            yield from _walk(found, panel, path)
        else:
            yield path


_KINDS: dict[str, Fact] = {
    "link": ("a link to a folder", "指向文件夹的链接"),
    "lost": ("a link to nothing", "无效链接"),
    "device": ("a device, a pipe or a socket", "设备、管道或套接字"),
}


def _odd(path: Path) -> Fact | None:
    """Say what a path is that is no regular file; a link to one is read as the file."""
    if not path.exists():
        return _KINDS["lost"]
    if path.is_dir():
        return _KINDS["link"]
    return None if stat.S_ISREG(path.stat().st_mode) else _KINDS["device"]


def _is_parquet(path: Path) -> bool:
    """Tell by content, or by an ending, that a file is or should be Parquet: a cut one is a fault, not left out."""
    if _ENDINGS.intersection(path.name.casefold().split(".")[1:]):
        return True
    if _odd(path) is not None:
        return False
    with path.open("rb") as handle:
        start = handle.read(len(_MAGIC))
        size = handle.seek(0, os.SEEK_END)
        handle.seek(max(size - len(_MAGIC), 0))
        return _MAGIC in (start, handle.read())


def _is_paper(path: Path) -> bool:
    """Tell by its name that a file is a text about the data."""
    name = path.name.casefold()
    return not path.is_dir() and (name.startswith(_PAPERS) or name.endswith((".md", ".crc")))


def _file(found: Discovery, panel: Path, path: Path) -> File:
    """Read off the names of its folders what all rows of a file have in common."""
    below = path.relative_to(panel)
    name, said = _shown(below.as_posix()), dict[str, str]()
    for part in below.parts[:-1]:
        key, equals, value = part.partition("=")
        key, value = _decoded(found, name, key), _decoded(found, name, value)
        if equals and key in said:
            found.faults.append(Fault.of("panel_key_twice", name, None, key))
        elif equals:
            said[key] = value
    found.keys += [key for key in said if key not in _read_keys() and key not in found.keys]
    return File(str(path.resolve()), name, tuple((key, said[key]) for key in _read_keys() if key in said))


def _read_keys() -> tuple[str, ...]:
    """List the keys of folders that are read, or held against the columns of their files."""
    known = (column for table in TABLES for column in codebook.table(table).names)
    return tuple(dict.fromkeys((*PLACE, *known)))


def _decoded(found: Discovery, name: str, text: str) -> str:
    """Decode a percent-encoded name of a folder; what is no UTF-8 names no place."""
    try:
        plain = unquote(text, errors="strict")
        plain.encode("utf-8")
    except UnicodeError:
        found.faults.append(Fault.of("panel_name_encoding", name, None, "", _shown(text)))
        return ""
    return plain


def _shown(name: str) -> str:
    """Return a name that can be printed: bytes that are no UTF-8 as escapes."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")


def _copies(files: Sequence[File]) -> list[Fault]:
    """Find files that are another one byte for byte: their rows would count twice, or stand in two places."""
    sizes: dict[int, list[File]] = defaultdict(list)
    for file in files:
        sizes[Path(file.path).stat().st_size].append(file)
    faults = []
    for size, alike in sizes.items():
        first: dict[bytes, File] = {}
        for file in alike if size and len(alike) > 1 else ():
            other = first.setdefault(_digest(file.path), file)
            if other is not file:
                faults.append(Fault.of("panel_copy", file.name, other=other.name))
    return faults


def _digest(path: str) -> bytes:
    """Hash a file."""
    found = hashlib.sha256()
    with Path(path).open("rb") as handle:
        while block := handle.read(_BYTES_AT_ONCE):
            found.update(block)
    return found.digest()


def value_of(value: Any, name: str, *, number: bool) -> Any:
    """
    Return what a value means, so that a column and the name of a folder can be compared.

    Parameters
    ----------
    value : object
        From a column, or text from the name of a folder.
    name : str
        Column.
    number : bool
        Whether it holds numbers.

    Returns
    -------
    object
        Equal for what means the same; None where nothing is said.

    Examples
    --------
    >>> value_of("2023", "year", number=True) == value_of(2023.0, "year", number=True)
    True
    """
    if name == "year":
        return year_of(value)
    plain = text_of(value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value)
    if not number or plain is None:
        return plain if plain is None else str(plain)
    try:
        return float(plain)
    except ValueError:
        return str(plain)


def text_of(value: Any) -> Any:
    """Return a value; none where it is empty, or where a name of a folder says that there is none."""
    return None if value in ("", NO_TEXT) else value


def year_of(value: Any) -> int | str | None:
    """Return a year that the codebook allows, as a number; another value as text; none where there is none."""
    if text_of(value) is None or value != value:
        return None
    try:
        year = float(value)
    except (TypeError, ValueError):
        return str(value)
    low, high = _YEAR.minimum or -math.inf, _YEAR.maximum or math.inf
    return int(year) if year.is_integer() and low <= year <= high else f"{value}"
