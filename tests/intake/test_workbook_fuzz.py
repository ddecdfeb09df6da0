"""Whatever is done to workbooks, reading them ends in tables or in messages, never in a wrong number silently."""

from __future__ import annotations

import io
import re
import tempfile
import unicodedata
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.workbook import books
from intake.workbook.odd import TEXTS, VALUES, check

from edubalance.intake import workbook
from edubalance.intake.workbook.messy import sketch
from edubalance.intake.workbook.messy.sketch import Sketch

KINDS = st.sampled_from(["xlsx", "ods", "csv"])
UNITS = {
    "": 1,
    "册": 1,
    "本": 1,
    "万": 10**4,
    "万册": 10**4,
    "千册": 10**3,
    "百册": 100,
    "人": 1,
    "名": 1,
    "个": 1,
    "位": 1,
}


@st.composite
def pages(draw) -> list[Sketch]:
    """Change cells, rows, columns and merged cells of the small county."""
    sheets = {name: [list(row) for row in rows] for name, rows in books.county().items()}
    merged: dict[str, list] = {name: [] for name in sheets}
    for _ in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(sorted(sheets)))
        rows = sheets[name]
        row, column = draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, 9))
        change = draw(
            st.sampled_from(["cell", "cell", "cell", "repeat", "drop", "line", "column", "merge", "swap", "total"])
        )
        if change == "cell" and column < len(rows[row]):
            rows[row][column] = draw(VALUES)
        elif change == "repeat":
            rows.insert(row, list(rows[row]))
        elif change == "drop" and len(rows) > 1:
            del rows[row]
        elif change == "line":
            rows.insert(row, [draw(TEXTS)])
        elif change == "column":
            for each in rows:
                each.insert(min(column, len(each)), draw(VALUES))
        elif change == "merge":
            merged[name].append(((row, column), (row + draw(st.integers(0, 3)), column + draw(st.integers(0, 3)))))
        elif change == "swap":
            rows[0], rows[row] = rows[row], rows[0]
        elif change == "total":
            rows.append([draw(st.sampled_from(["合计", "小计", "平均"])), *[draw(VALUES) for _ in range(7)]])
    return [Sketch(name, rows, _apart(merged[name])) for name, rows in sheets.items()]


def _apart(merged: list) -> list:
    """Keep merged cells that do not overlap: no program writes others."""
    kept: list = []
    for first, last in merged:
        if first != last and all(
            last[0] < a[0] or b[0] < first[0] or last[1] < a[1] or b[1] < first[1] for a, b in kept
        ):
            kept.append((first, last))
    return kept


def written(sheets: list[Sketch], kind: str, folder: Path) -> list[Path]:
    """Write sheets as files of a kind; what the kind cannot hold is left out."""
    for sheet in sheets:
        sheet.rows = [[_writable(value) for value in row] for row in sheet.rows]
    if kind == "csv":
        for sheet in sheets:
            (folder / f"{sheet.name}.csv").write_bytes(sketch.text(sheet, "utf-8"))
        return [folder / f"{sheet.name}.csv" for sheet in sheets]
    (folder / f"a.{kind}").write_bytes(sketch.xlsx(sheets) if kind == "xlsx" else sketch.ods(sheets))
    return [folder / f"a.{kind}"]


def _writable(value):
    """Drop what XML cannot hold."""
    if isinstance(value, str):
        return "".join(c for c in value if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    return value


def changed_sheets(sheets: list[Sketch], kind: str) -> None:
    """Read changed sheets."""
    with tempfile.TemporaryDirectory() as folder:
        check(workbook.read(written(sheets, kind, Path(folder))))
        check(workbook.read(written(sheets, kind, Path(folder)), workbook.Settings(accept=True)))


def changed_bytes(kind: str, position: float, given_bytes: bytes, cut: bool, inside: bool) -> None:
    """Read a file with changed bytes: of the file, or of a part inside its package."""
    with tempfile.TemporaryDirectory() as folder:
        path = written([Sketch(name, rows) for name, rows in books.county().items()], kind, Path(folder))[0]
        raw = path.read_bytes()
        path.write_bytes(
            _inside(raw, position, given_bytes, cut)
            if inside and kind != "csv"
            else _cut(raw, position, given_bytes, cut)
        )
        check(workbook.read([path]))


def _cut(raw: bytes, position: float, given_bytes: bytes, cut: bool) -> bytes:
    """Put bytes into others, or in the place of their end."""
    place = int(position * len(raw))
    return raw[:place] + given_bytes + (b"" if cut else raw[place + len(given_bytes) :])


def _inside(raw: bytes, position: float, given_bytes: bytes, cut: bool) -> bytes:
    """Change the bytes of one part of a package."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        names = [entry.filename for entry in old.infolist()]
        chosen = names[int(position * 997) % len(names)]
        for name in names:
            content = old.read(name)
            new.writestr(name, _cut(content, position, given_bytes, cut) if name == chosen else content)
    return out.getvalue()


def one_number(kind: str, text: str) -> None:
    """Read one cell of text in a column of numbers: the very number, nothing, or a fault at the cell."""
    with tempfile.TemporaryDirectory() as folder:
        sheets = [Sketch(name, rows) for name, rows in books.county(schools_I3=text).items()]
        reading = workbook.read(written(sheets, kind, Path(folder)))
    at_cell = [fault for fault in reading.faults if fault.place.address == "I3"]
    if reading.tables is None:
        assert at_cell, reading.faults
        return
    read = reading.assembled["schools"].frame["books"].iloc[1]
    plain = re.sub(r"[,\s\u200b-\u200d\ufeff\u00ad\u2060]", "", unicodedata.normalize("NFKC", _writable(text)))
    found = re.fullmatch(r"([+-−–]?[0-9]*\.?[0-9]*)(\D*)", plain)
    if read:
        assert found
        assert Decimal(read) == Decimal(found.group(1).replace("−", "-").replace("–", "-")) * UNITS[found.group(2)]
    else:
        assert not re.search(r"[0-9]", plain)


BYTES = (KINDS, st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6), st.booleans(), st.booleans())
NORMAL, MANY = 50, 10_000


@settings(max_examples=NORMAL)
@given(pages(), KINDS)
def test_changed_sheets_end_in_tables_or_messages(sheets, kind):
    changed_sheets(sheets, kind)


@settings(max_examples=NORMAL)
@given(*BYTES)
def test_changed_bytes_end_in_tables_or_messages(kind, position, given_bytes, cut, inside):
    changed_bytes(kind, position, given_bytes, cut, inside)


@settings(max_examples=NORMAL)
@given(KINDS, TEXTS)
def test_one_number_is_read_as_it_stands_or_not_at_all(kind, text):
    one_number(kind, text)


@pytest.mark.fuzz
@settings(max_examples=MANY)
@given(pages(), KINDS)
def test_many_changed_sheets_end_in_tables_or_messages(sheets, kind):
    changed_sheets(sheets, kind)


@pytest.mark.fuzz
@settings(max_examples=MANY)
@given(*BYTES)
def test_many_changed_bytes_end_in_tables_or_messages(kind, position, given_bytes, cut, inside):
    changed_bytes(kind, position, given_bytes, cut, inside)


@pytest.mark.fuzz
@settings(max_examples=MANY)
@given(KINDS, TEXTS)
def test_many_numbers_are_read_as_they_stand_or_not_at_all(kind, text):
    one_number(kind, text)
