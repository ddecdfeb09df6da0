"""From a file to grids: what kind it is, whether it is safe to open, and its sheets as raw values."""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from edubalance import inputs
from edubalance.errors import InputError
from edubalance.intake.workbook import headers, layout, ods, xls, xlsx
from edubalance.intake.workbook.grid import Grid, Place, Value
from edubalance.intake.workbook.messages import Notice, SheetFault, of_a_reader
from edubalance.intake.workbook.packages import Refused, contents

ZIPPED, COMPOUND = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What the readers raise at a file whose bytes are damaged.
BROKEN = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    LookupError,
    OSError,
    EOFError,
    RuntimeError,
)
SEPARATORS = (",", "\t", ";", "，")
# What other kinds of files begin with, that are often named xls or csv.
WEB_PAGE = ("a web page", "网页（HTML）")
XML = ("an XML file", "XML 文件")
FOREIGN = {
    b"mime-version:": ("a web page of one file (MHTML)", "单个文件网页（MHTML）"),
    b"%pdf": ("a PDF file", "PDF 文件"),
    b"{\\rtf": ("a text with formats (RTF)", "RTF 文档"),
    b"id;p": ("a SYLK file", "SYLK 文件"),
    b"par1": ("a Parquet file", "Parquet 文件"),
    b"\x09\x08\x10": ("a workbook of a very old Excel", "很旧版本的 Excel 工作簿"),
    b"\x09\x04\x06": ("a workbook of a very old Excel", "很旧版本的 Excel 工作簿"),
    b"\x09\x02\x06": ("a workbook of a very old Excel", "很旧版本的 Excel 工作簿"),
}
BLANK = b"\xef\xbb\xbf \r\n"
WEB = re.compile(r"<(?:!doctype html|html|head|body|table|div|meta|style|script)\b", re.IGNORECASE)
# Bytes; a county's tables of several years need a tenth of it.
LARGEST = 50_000_000
MOST_CELLS = 5_000_000
# A school may have a sheet of its own, in a county of many schools.
MOST_SHEETS = 500


@dataclass
class FileReading:
    """
    What came of opening a file.

    Attributes
    ----------
    grids : list of Grid
        Its sheets that are not hidden.
    faults, notices : list
        What is to be said.
    """

    grids: list[Grid] = field(default_factory=list)
    faults: list[SheetFault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def open_file(path: Path) -> FileReading:
    """
    Read the sheets of a file.

    Parameters
    ----------
    path : Path
        Of xlsx, xlsm, xls, ods or CSV; told by its content, not by its name.

    Returns
    -------
    FileReading
        Grids, or the fault that stands in the way. No macro is run and no link followed.
    """
    place = Place(path.name)
    try:
        raw = inputs.content(path, LARGEST)
    except InputError as error:
        return FileReading(faults=[SheetFault(place, error.fault.key, "", error.fault.facts)])
    try:
        return _read(raw, path.name)
    except Refused as refused:
        return FileReading(faults=[SheetFault(place, refused.key, "", refused.facts)])
    except PasswordError:
        return FileReading(faults=[SheetFault(place, "encrypted")])
    except BROKEN as error:
        return FileReading(faults=[_unreadable(place, error)])
    except BaseException as error:
        # A reader in Rust that gives up raises what is no `Exception` and has no name that can be imported.
        if type(error).__name__ != "PanicException":
            raise
        return FileReading(faults=[_unreadable(place, error)])


def _unreadable(place: Place, error: BaseException) -> SheetFault:
    """Say why a file cannot be read, in its reader's words."""
    return SheetFault(place, "unreadable", "", {"why": of_a_reader(str(error) or type(error).__name__)})


def _mb(size: int) -> str:
    """Say a size."""
    return f"{size / 1e6:,.0f} MB"


def _read(raw: bytes, name: str) -> FileReading:
    """Read a file by what its first bytes say."""
    if raw.startswith(ZIPPED):
        return _zipped(raw, name)
    if raw.startswith(COMPOUND):
        grids, notices = xls.read(raw, name)
        return FileReading(grids, [], notices)
    return _csv(raw, name)


def _zipped(raw: bytes, name: str) -> FileReading:
    """Read an xlsx or ods file, after looking into it."""
    parts = contents(raw)
    if "content.xml" in parts:
        return FileReading(*ods.read(parts, name, MOST_CELLS))
    if "xl/workbook.xml" not in parts:
        raise Refused(
            "unreadable",
            {"why": ("it is a zip archive without an xlsx or ods workbook", "它是压缩包，其中没有 xlsx 或 ods 工作簿")},
        )
    return _with_calamine(raw, name, parts)


def _with_calamine(raw: bytes, name: str, parts: dict[str, bytes]) -> FileReading:
    """Read an xlsx file; the marks that calamine does not tell come from its parts."""
    sheets = sum(1 for part in parts if part.startswith("xl/worksheets/") and part.endswith(".xml"))
    if sheets > MOST_SHEETS:
        raise Refused("too_many_sheets", {"limit": MOST_SHEETS, "count": sheets})
    found = FileReading()
    marks, raised = xlsx.marks(parts, MOST_CELLS), xlsx.raised(parts)
    if any(part.endswith("vbaProject.bin") for part in parts):
        found.notices.append(Notice(Place(name), "macros"))
    with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            if meta.visible != SheetVisibleEnum.Visible:
                found.notices.append(Notice(Place(name, meta.name), "hidden"))
                continue
            sheet = book.get_sheet_by_name(meta.name)
            rows: list[list[Value]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
            if raised:
                rows = [
                    [raised.get(value, value) if isinstance(value, str) else value for value in row] for row in rows
                ]
            merged = tuple(sheet.merged_cell_ranges or ())
            own = marks.get(meta.name, xlsx.Marks())
            found.grids.append(own.applied(Grid(name, meta.name, rows, merged, package=raw)))
    return found


def _csv(raw: bytes, name: str) -> FileReading:
    """Read text with separators, in UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030."""
    for begin, kind in FOREIGN.items():
        if raw.lstrip(BLANK)[:200].lower().startswith(begin):
            raise Refused("other_format", {"kind": kind})
    found = FileReading()
    rows: list[list[Value]] = []
    try:
        text, encoding = inputs.decoded(raw, name)
        if "\x00" in text:
            raise Refused("unreadable", {"why": ("it is neither a workbook nor text", "它既不是工作簿，也不是文本")})
        if text.lstrip("\ufeff \r\n\t").startswith("<"):
            raise Refused("other_format", {"kind": WEB_PAGE if WEB.search(text[:20_000]) else XML})
        separator = _separator(text[:20_000])
        rows.extend(list(row) for row in inputs.rows(text, name, separator))
    except InputError as error:
        place = Place(name, "", error.fault.row)
        return FileReading(faults=[SheetFault(place, error.fault.key, "", error.fault.facts)])
    if encoding != inputs.UTF8:
        found.notices.append(Notice(Place(name), "encoding", {"file": name, "encoding": encoding}))
    width = max(map(len, rows), default=0)
    if width * len(rows) > MOST_CELLS:
        raise Refused("too_wide", {"limit": MOST_CELLS, "where": f"{len(rows)} × {width}"})
    rows = [row + [""] * (width - len(row)) for row in rows]
    found.grids.append(Grid(name, "", rows, decimal_commas=separator == ";"))
    return found


def _separator(sample: str) -> str:
    """Return the separator that gives most cells that name a column, then most lines with equally many of them."""
    return max(SEPARATORS, key=lambda separator: _parts_well(sample, separator))


def _parts_well(sample: str, separator: str) -> tuple[int, float, int]:
    """Return known columns, the share of lines that it parts alike, and how many cells it gives them."""
    try:
        lines = [line for line in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if any(line)]
    except csv.Error:
        return 0, 0.0, 0
    known = {cell for line in lines[: layout.SEARCHED_ROWS] for cell in line if _names_a_column(cell)}
    usual, lines_of_it = Counter(map(len, lines)).most_common(1)[0] if lines else (1, 0)
    share = lines_of_it / len(lines) if usual > 1 else 0.0
    return len(known), share, usual


def _names_a_column(cell: str) -> bool:
    """Tell whether a cell is the name of a column."""
    return any(headers.sure((cell,), view) is not None for view in headers.VIEWS) if cell.strip() else False
