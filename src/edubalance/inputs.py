"""The one place that opens a file of the user's: a regular file, of bounded size, in a known encoding."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from edubalance.errors import Fault, InputError

# Bytes. A county's tables of several years need a tenth of it; a YAML file that a person wrote, a hundredth.
LARGEST = 50_000_000
LARGEST_TEXT = 2_000_000
MOST_CELLS = 5_000_000
UTF8, UTF16, GB18030 = "UTF-8", "UTF-16", "GB18030"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
# A device or pipe that is opened must not be waited for, nor become the terminal of the process.
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))


def content(path: Path, limit: int = LARGEST, name: str = "") -> bytes:
    """
    Read a file of the user's.

    Parameters
    ----------
    path : Path
        A regular file, or a link to one.
    limit : int
        Bytes that it may have; no more than one byte above is read.
    name : str
        What messages call it; its own name by default.

    Returns
    -------
    bytes
        All of it.

    Raises
    ------
    InputError
        If it is not there or not readable, no regular file (a folder, a pipe, a device), or too large.
    """
    name = name or path.name
    folder = (f"the folder {path.parent.name or '.'}", f"文件夹 {path.parent.name or '.'}")
    try:
        _refuse_special(path.stat().st_mode, name)  # not even opened: a device may act on that
        descriptor = os.open(path, _FLAGS)
        try:
            _refuse_special(os.fstat(descriptor).st_mode, name)
            with os.fdopen(descriptor, "rb", closefd=False) as handle:
                raw = handle.read(limit + 1)
                size = max(os.fstat(descriptor).st_size, len(raw))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise InputError(Fault.of("file_absent", name, folder=folder, why=_reason(error))) from error
    except ValueError as error:  # a name with a zero byte in it
        raise InputError(Fault.of("file_absent", name, folder=folder, why=(str(error), "名称含空字符"))) from error
    if size > limit:
        raise InputError(Fault.of("file_too_large", name, limit=_megabytes(limit), size=_megabytes(size)))
    return raw


def _refuse_special(mode: int, name: str) -> None:
    """Refuse what is no regular file."""
    if not stat.S_ISREG(mode):
        raise InputError(Fault.of("file_not_regular", name, kind=_kind(mode)))


def _kind(mode: int) -> tuple[str, str]:
    """Say what a thing that is no regular file is."""
    kinds: tuple[tuple[Callable[[int], bool], str, str], ...] = (
        (stat.S_ISDIR, "a folder", "文件夹"),
        (stat.S_ISFIFO, "a pipe", "管道"),
        (stat.S_ISSOCK, "a socket", "套接字"),
    )
    return next(((en, zh) for test, en, zh in kinds if test(mode)), ("a device", "设备"))


def _reason(error: OSError) -> tuple[str, str]:
    """Say why the system gives no file."""
    known = {
        FileNotFoundError: "文件不存在",
        PermissionError: "没有读取权限",
        NotADirectoryError: "路径中有一级不是文件夹",
    }
    return error.strerror or str(error), known.get(type(error), error.strerror or "无法读取")


def _megabytes(size: int) -> str:
    """Say a size."""
    return f"{size / 1e6:,.1f} MB"


def decoded(raw: bytes, name: str) -> tuple[str, str]:
    r"""
    Turn bytes into text.

    Parameters
    ----------
    raw : bytes
        UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030 (GBK).
    name : str
        What messages call the file.

    Returns
    -------
    text : str
        Without the byte order mark.
    encoding : str
        ``UTF-8``, ``UTF-16`` or ``GB18030``.

    Raises
    ------
    InputError
        If it is none of them, or UTF-8 with a few broken bytes: as GB18030 all its Chinese would be read as other
        characters.

    Examples
    --------
    >>> decoded("县".encode("gbk"), "a.csv"), decoded("县".encode("utf-8-sig"), "a.csv")
    (('县', 'GB18030'), ('县', 'UTF-8'))
    """
    if raw.startswith(_WIDE):
        return _as(raw, "utf-16", name), UTF16
    try:
        return raw.decode("utf-8-sig"), UTF8
    except UnicodeDecodeError as error:
        if raw.startswith(b"\xef\xbb\xbf") or _mostly_utf8(raw):
            row = raw.count(b"\n", 0, error.start) + 1
            raise InputError(Fault.of("encoding_broken", name, row)) from error
    return _as(raw, "gb18030", name), GB18030


def _as(raw: bytes, encoding: str, name: str) -> str:
    """Decode by one encoding, or refuse."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise InputError(Fault.of("encoding", name, row)) from error


def _mostly_utf8(raw: bytes) -> bool:
    """Tell whether more characters beyond ASCII are sound UTF-8 than are broken."""
    text = raw.decode("utf-8", errors="replace")
    beyond = sum(1 for character in text if not character.isascii())
    return beyond > 2 * text.count("\ufffd")


def rows(text: str, name: str, separator: str = ",") -> Iterator[list[str]]:
    """
    Split text into rows of cells.

    Parameters
    ----------
    text : str
        CSV.
    name : str
        What messages call the file.
    separator : str
        Between cells.

    Yields
    ------
    list of str
        Row by row, those before a broken one too.

    Raises
    ------
    InputError
        At a broken quotation, or beyond `MOST_CELLS`.
    """
    count = cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            count, cells = count + 1, cells + len(row)
            if cells > MOST_CELLS:
                raise InputError(Fault.of("too_many_cells", name, count, limit=MOST_CELLS))
            yield row
    except csv.Error as error:
        why = (str(error), "引号不成对，或一行未正常结束")
        raise InputError(Fault.of("quotation", name, count + 1, why=why)) from error
