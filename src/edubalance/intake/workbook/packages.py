"""The parts of a zipped workbook, unpacked within limits: no bomb, no foreign XML declarations, no password."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from edubalance.messages import Fact

# Bytes that all parts may unpack to, and how many times a part of some size may grow.
LARGEST_UNPACKED = 400_000_000
LARGEST_GROWTH = 200
SMALL = 20_000_000
KEPT = (".xml", ".rels")
# What XML in UTF-16 begins with, with a byte order mark or without.
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


class Refused(Exception):  # noqa: N818 - it is caught in this package and becomes a fault with its place
    """
    A file that is not to be opened.

    Parameters
    ----------
    key : str
        Which message says why.
    facts : mapping of str to Fact, optional
        What it says beside.
    """

    def __init__(self, key: str, facts: Mapping[str, Fact] | None = None) -> None:
        self.key = key
        self.facts: Mapping[str, Fact] = facts or {}
        super().__init__(key)


def contents(raw: bytes) -> dict[str, bytes]:
    """
    Unpack a zipped workbook in memory.

    Parameters
    ----------
    raw : bytes
        The file.

    Returns
    -------
    dict of str to bytes
        Parts in XML by name; of the others only the name.

    Raises
    ------
    Refused
        If it would unpack to too much, is protected by a password, or its XML has declarations of its own.
    """
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        _check_sizes(package.infolist())
        left = LARGEST_UNPACKED
        for entry in package.infolist():
            if entry.flag_bits & 1:
                raise Refused("encrypted")
            # Reading to the end proves that the size in the directory is the true one: the checksum fails otherwise.
            content = package.read(entry)
            left -= len(content)
            if left < 0:
                raise Refused("bomb", {"limit": _mb(LARGEST_UNPACKED), "size": f"> {_mb(LARGEST_UNPACKED)}"})
            parts[entry.filename.replace("\\", "/").lstrip("/")] = content if entry.filename.endswith(KEPT) else b""
    _check_xml(parts)
    return parts


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what unpacks to too much."""
    total = sum(entry.file_size for entry in entries)
    grown = any(
        entry.file_size > SMALL and entry.file_size > LARGEST_GROWTH * max(entry.compress_size, 1) for entry in entries
    )
    if total > LARGEST_UNPACKED or grown:
        raise Refused("bomb", {"limit": _mb(LARGEST_UNPACKED), "size": _mb(total)})


def _check_xml(parts: Mapping[str, bytes]) -> None:
    """Refuse entities, which can grow without end, and encrypted parts of an ods file."""
    if any(map(_declares, parts.values())):
        raise Refused("entities")
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Refused("encrypted")


def _declares(content: bytes) -> bool:
    """Tell whether XML has declarations of its own, in one byte a character or in two."""
    plain = content.replace(b"\x00", b"") if content.startswith(WIDE) else content
    return b"<!DOCTYPE" in plain[:4096] or b"<!ENTITY" in plain


def _mb(size: int) -> str:
    """Say a size."""
    return f"{size / 1e6:,.0f} MB"
