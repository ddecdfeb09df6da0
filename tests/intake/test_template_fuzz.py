"""The Excel template of a new case, whatever is typed into it, ends in tables or in messages."""

from __future__ import annotations

import functools
import io
import re
import tempfile
import unicodedata
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.workbook import books
from intake.workbook.odd import TEXTS, VALUES, check

from edubalance import codebook
from edubalance.codebook import Tables
from edubalance.intake import workbook
from edubalance.intake.workbook import xlsx
from edubalance.intake.workbook.grid import letters
from edubalance.intake.workbook.packages import contents
from edubalance.scaffold import template

NORMAL, MANY = 12, 5_000
TOWNSHIPS = {"births": [["D", 2023, "T1", 30], ["D", 2023, "T2", 12]], "county": [["D", 2023, "townships", 2]]}
# By table: rows, each a list of cells from the column behind the number of the row.
Typed = dict[str, list[list[object]]]


@functools.lru_cache(maxsize=1)
def parts() -> dict[str, bytes]:
    """Make the template once, and take it apart."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tables.xlsx"
        empty = Tables(codebook.table("schools").without_rows(), codebook.table("sections").without_rows())
        template.write(file, example=empty)
        with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as package:
            return {name: package.read(name) for name in package.namelist()}


@functools.lru_cache(maxsize=1)
def sheets() -> dict[str, str]:
    """Return the part of each table's sheet."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as package:
        for name, content in parts().items():
            package.writestr(name, content)
    named = xlsx.sheet_parts(contents(raw.getvalue()))
    return {table.name: named[template.sheet_name(table)] for table in codebook.tables()}


def typed() -> Typed:
    """Return the small county as it would be typed into the template."""
    found: Typed = {name: [list(row) for row in rows] for name, rows in TOWNSHIPS.items()}
    for name, rows in {"schools": books.SCHOOLS, "sections": books.SECTIONS}.items():
        heads = [str(head).partition("（%")[0] for head in rows[0]]
        known = {each: column.name for column in codebook.table(name).columns for each in (column.zh, *column.aliases)}
        places = [codebook.table(name).names.index(known[head]) for head in heads]
        width = len(codebook.table(name).names)
        found[name] = [[None] * width for _ in rows[1:]]
        for line, row in zip(found[name], rows[1:], strict=True):
            for place, value in zip(places, row, strict=True):
                line[place] = value
    return found


def cell(address: str, value: object) -> str:
    """Write one cell; what XML cannot hold is left out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{address}" t="b"><v>{int(value)}</v></c>'
    if not isinstance(value, str):
        return f'<c r="{address}"><v>{value}</v></c>'
    text = "".join(c for c in value if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def row(line: int, values: list[object]) -> str:
    """Write one row, its first cell in the second column."""
    written = (cell(f"{letters(place)}{line}", value) for place, value in enumerate(values, start=2))
    return f'<row r="{line}">{"".join(written)}</row>'


def read(folder: Path, rows: Typed) -> workbook.Reading:
    """Type rows into the template below its example, and read it."""
    file = folder / "tables.xlsx"
    with zipfile.ZipFile(file, "w") as package:
        for name, content in parts().items():
            table = next((table for table, part in sheets().items() if part == name), "")
            lines = "".join(row(line, each) for line, each in enumerate(rows.get(table, []), template.FIRST))
            package.writestr(name, content.replace(b"</sheetData>", lines.encode() + b"</sheetData>"))
    return workbook.read([file])


@st.composite
def changed(draw: st.DrawFn) -> Typed:
    """Change cells and rows of the small county, or type into a table that it does not have."""
    rows = typed()
    for _ in range(draw(st.integers(1, 6))):
        table = draw(st.sampled_from(codebook.tables()))
        own = rows.setdefault(table.name, [])
        kind = draw(st.sampled_from(["cell", "cell", "cell", "codes", "row", "repeat", "blank", "note", "drop"]))
        line = draw(st.integers(0, max(len(own) - 1, 0)))
        if kind == "row" or not own:
            own.append([draw(VALUES | st.booleans()) for _ in table.columns])
        elif kind in ("cell", "codes"):
            place = draw(st.integers(0, len(table.names)))
            own[line] += [None] * (place + 1 - len(own[line]))
            own[line][place] = draw(VALUES | st.booleans()) if kind == "cell" else draw(labels())
        elif kind == "repeat":
            own.insert(line, list(own[line]))
        elif kind == "blank":
            own.insert(line, [])
        elif kind == "note":
            own.append([draw(TEXTS)])
        else:
            del own[line]
    return rows


def labels() -> st.SearchStrategy[str]:
    """Return a label or a code of any list of the codebook."""
    known = [
        text for each in codebook.load().codes.values() for code in each.values() for text in (code.value, code.zh)
    ]
    return st.sampled_from(known)


def odd_rows(rows: Typed) -> None:
    """Read a changed template."""
    with tempfile.TemporaryDirectory() as folder:
        check(read(Path(folder), rows))


def one_number(text: str) -> None:
    """Type one text into a column of numbers: the very number is read, nothing, or the cell has a fault."""
    rows = typed()
    place = codebook.table("schools").names.index("books")
    rows["schools"][1][place] = text
    with tempfile.TemporaryDirectory() as folder:
        reading = read(Path(folder), rows)
    address = f"{letters(place + 2)}{template.FIRST + 1}"
    if reading.tables is None:
        assert [fault for fault in reading.faults if fault.place.address == address], reading.faults
        return
    found = reading.assembled["schools"].frame["books"].iloc[1]
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))
    assert bool(found) == bool(digits)
    assert not found or Decimal(found).normalize().as_tuple().digits == Decimal(digits).normalize().as_tuple().digits


def test_the_small_county_typed_into_the_template_is_read_as_it_is(tmp_path):
    reading = read(tmp_path, typed())
    assert reading.faults == ()
    assert reading.tables is not None
    assert reading.tables.schools["school_id"].tolist() == [row[2] for row in books.SCHOOLS[1:]]
    assert reading.tables.sections["pupils"].tolist() == [row[3] for row in books.SECTIONS[1:]]
    assert reading.tables.births["births"].tolist() == [30, 12]


@settings(max_examples=NORMAL)
@given(changed())
def test_odd_rows_in_the_template_end_in_tables_or_messages(rows):
    odd_rows(rows)


@settings(max_examples=NORMAL)
@given(TEXTS)
def test_one_number_in_the_template_is_read_as_it_stands_or_not_at_all(text):
    one_number(text)


@pytest.mark.fuzz
@settings(max_examples=MANY)
@given(changed())
def test_many_odd_rows_in_the_template_end_in_tables_or_messages(rows):
    odd_rows(rows)


@pytest.mark.fuzz
@settings(max_examples=MANY)
@given(TEXTS)
def test_many_numbers_in_the_template_are_read_as_they_stand_or_not_at_all(text):
    one_number(text)
