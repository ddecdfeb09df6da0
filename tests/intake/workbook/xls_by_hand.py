"""
A small xls file written record by record.

No library that we use writes the format. This follows the published descriptions of it: BIFF8 records (MS-XLS) in a
compound file (MS-CFB) of sectors of 512 bytes; python-calamine, which knows nothing of it, reads it.
"""

from __future__ import annotations

import struct

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, length: str) -> bytes:
    return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def _cells(rows: list[list[object]]) -> bytes:
    out = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                out += _record(0x0204, place + _text(value, "<H"))
            elif value is not None:
                out += _record(0x0203, place + struct.pack("<d", float(value)))
    return out


def stream(sheets: dict[str, list[list[object]]]) -> bytes:
    """Return the workbook stream: globals with the names of the sheets, then the sheets."""
    begin, end = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1996, 0, 6)), _record(0x000A, b"")
    bodies = []
    for rows in sheets.values():
        size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
        head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1996, 0, 6)) + _record(0x0200, size)
        bodies.append(head + _cells(rows) + end)
    names = [_text(name, "<B") for name in sheets]
    offset = len(begin) + sum(4 + 6 + len(name) for name in names) + len(end)
    listed = b""
    for name, body in zip(names, bodies, strict=True):
        listed += _record(0x0085, struct.pack("<IBB", offset, 0, 0) + name)
        offset += len(body)
    return begin + listed + end + b"".join(bodies)


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    """Return the compound file: header, allocation table, directory, workbook stream."""
    content = stream(sheets)
    content += b"\0" * (max(4096, -(-len(content) // SECTOR) * SECTOR) - len(content))
    count = len(content) // SECTOR
    table = [FAT, END, *range(3, 2 + count), END]
    assert len(table) <= SECTOR // 4, "one sector of the allocation table is enough for a test"
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<I", 0) + b"\xff" * 4 * 108
    table_sector = struct.pack(f"<{len(table)}I", *table).ljust(SECTOR, b"\xff")
    directory = _entry("Root Entry", 5, 1, END, 0) + _entry("Workbook", 2, FREE, 2, len(content))
    return header + table_sector + directory.ljust(SECTOR, b"\0") + content


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    out = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + struct.pack("<III", FREE, FREE, child)
    return out + b"\0" * 36 + struct.pack("<IQ", start, size)
