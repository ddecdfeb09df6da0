"""Files that are not what they should be end in a message: never in a traceback, never in a wrong number."""

from __future__ import annotations

import io
import zipfile

import pytest
from intake.workbook import books

from edubalance.intake import workbook
from edubalance.intake.workbook import files, packages
from edubalance.intake.workbook.messy import sketch


def repacked(raw: bytes, **parts: bytes | None) -> bytes:
    """Replace or add parts of a package; names have strokes for double underscores and a dot for a single one."""
    changed = {name.replace("__", "/").replace("_", "."): content for name, content in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in changed:
                new.writestr(entry.filename, old.read(entry))
        for name, content in changed.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def part(raw: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return package.read(name)


@pytest.fixture
def raw(tmp_path):
    return books.save(tmp_path, books.county()).read_bytes()


def keys(tmp_path, content: bytes, name: str = "a.xlsx") -> list[str]:
    (tmp_path / name).write_bytes(content)
    return [fault.key for fault in workbook.read([tmp_path / name]).faults]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        pytest.param(b"", "no_tables", id="empty"),
        pytest.param(b"PK\x03\x04" + b"x" * 50, "unreadable", id="broken zip"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "encoding", id="a picture"),
        pytest.param(b"\x00" * 200, "unreadable", id="noughts"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 2000, "unreadable", id="broken compound file"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + b"\x00" * 500
            + "EncryptedPackage".encode("utf-16-le")
            + b"\x00" * 500,
            "encrypted",
            id="password",
        ),
        pytest.param(b'a,"b\n1,2', "quotation", id="open quotation"),
    ],
)
def test_what_cannot_be_read_is_one_message(tmp_path, content, key):
    assert key in keys(tmp_path, content)


def test_a_file_that_is_not_there_is_one_message(tmp_path):
    assert [fault.key for fault in workbook.read([tmp_path / "no.xlsx"]).faults] == ["file_absent"]
    assert [fault.key for fault in workbook.read([tmp_path]).faults] == ["file_not_regular"]


def test_a_file_of_100_mb_is_refused_unread(tmp_path):
    with (tmp_path / "a.xlsx").open("wb") as handle:
        handle.truncate(100_000_000)
    reading = workbook.read([tmp_path / "a.xlsx"])
    assert [fault.key for fault in reading.faults] == ["file_too_large"]
    assert "50 MB; it has 100 MB" in reading.faults[0].rule("en")


def test_a_zip_bomb_is_refused_unpacked(tmp_path, raw):
    assert keys(tmp_path, repacked(raw, xl__media__a_bin=b"\0" * 60_000_000)) == ["bomb"]


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path, raw, monkeypatch):
    bomb = bytearray(repacked(raw, xl__media__a_bin=b"\0" * 30_000_000))
    size = (30_000_000).to_bytes(4, "little")
    assert bomb.count(size) == 2
    assert keys(tmp_path, bytes(bomb.replace(size, (1000).to_bytes(4, "little")))) == ["unreadable"]
    monkeypatch.setattr(packages, "LARGEST_UNPACKED", 1000)
    assert keys(tmp_path, raw) == ["bomb"]


def test_xml_declarations_are_refused(tmp_path, raw):
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    assert keys(tmp_path, repacked(raw, xl__sharedStrings_xml=laughs)) == ["entities"]
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        wide = laughs.decode().replace("?>", ' encoding="UTF-16"?>').encode(encoding)
        assert keys(tmp_path, repacked(raw, xl__styles_xml=wide)) == ["entities"]


def test_an_encrypted_ods_file_is_refused(tmp_path):
    ods = sketch.ods([sketch.Sketch("a", [["x"]])])
    manifest = part(ods, "META-INF/manifest.xml").replace(
        b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"
    )
    changed = {"META-INF/manifest.xml": manifest}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ods)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, changed.get(entry.filename, old.read(entry)))
    assert keys(tmp_path, out.getvalue(), "a.ods") == ["encrypted"]


def test_macros_are_not_run_and_said(tmp_path, raw):
    (tmp_path / "a.xlsm").write_bytes(repacked(raw, xl__vbaProject_bin=b"\xd0\xcf\x11\xe0 macro"))
    reading = workbook.read([tmp_path / "a.xlsm"])
    assert reading.faults == ()
    assert next(notice.key for notice in reading.notices) == "macros"


def sheet_with(raw: bytes, old: bytes, new: bytes, part_name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Change a sheet of a workbook."""
    content = part(raw, part_name)
    assert old in content
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new_package:
        for entry in package.infolist():
            body = content.replace(old, new, 1) if entry.filename == part_name else package.read(entry)
            new_package.writestr(entry.filename, body)
    return out.getvalue()


BOOKS = b'<c r="I2" t="n"><v>4000</v></c>'


@pytest.mark.parametrize(
    ("cell", "key", "value"),
    [
        pytest.param(b'<c r="I2"><f>1+3999</f></c>', "formula", "", id="never computed"),
        pytest.param(b'<c r="I2"><f>1+3999</f><v/></c>', "formula", "", id="computed to nothing"),
        pytest.param(b'<c r="I2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "error_value", "#DIV/0!", id="error"),
        pytest.param(b'<c r="I2" t="e"><v>#N/A</v></c>', "error_value", "#N/A", id="typed error"),
    ],
)
def test_errors_and_formulas_without_a_value_are_no_empty_cells(tmp_path, raw, cell, key, value):
    (tmp_path / "a.xlsx").write_bytes(sheet_with(raw, BOOKS, cell))
    reading = workbook.read([tmp_path / "a.xlsx"])
    assert [(fault.place.address, fault.key, fault.value) for fault in reading.faults] == [("I2", key, value)]


def test_formulas_and_links_give_what_was_saved_and_say_so(tmp_path, raw):
    linked = b'<c r="I2"><f>[1]Sheet1!A1</f><v>4000</v></c>'
    (tmp_path / "a.xlsx").write_bytes(sheet_with(raw, BOOKS, linked))
    reading = workbook.read([tmp_path / "a.xlsx"])
    assert reading.tables.schools["books"].iloc[0] == 4000
    said = {notice.key: notice.facts["count"] for notice in reading.notices if notice.key in ("formulas", "linked")}
    assert said == {"formulas": 1, "linked": 1}


@pytest.mark.parametrize(
    ("far", "key"),
    [
        pytest.param(b'<c r="I1048576"><v>1</v></c>', "too_wide", id="low"),
        pytest.param(b'<c r="XFD2"><v>1</v></c>', "header_missing", id="right"),
        pytest.param(b"<c r='XFD1048576' t='n'><v>1</v></c>", "too_wide", id="both, other quotes"),
        pytest.param(b'</row><row r="1048576"><c><v>1</v></c>', "too_wide", id="by its row"),
        pytest.param(b'<c s="0" r="&#88;FD1048576"><v>1</v></c>', "too_wide", id="disguised"),
        pytest.param(b'<c r="XFD1048576" s="0"/>', "", id="empty"),
    ],
)
def test_a_value_far_away_does_not_fill_the_memory(tmp_path, raw, far, key):
    assert keys(tmp_path, sheet_with(raw, BOOKS, BOOKS + far)) == ([key] if key else [])


def test_an_ods_row_repeated_a_million_times_does_not_fill_the_memory(tmp_path):
    ods = sketch.ods([sketch.Sketch("a", [["学校代码", "x"], ["P-01", 1]])])
    many = part(ods, "content.xml").replace(
        b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1000000000">'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ods)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, many if entry.filename == "content.xml" else old.read(entry))
    assert keys(tmp_path, out.getvalue(), "a.ods") == ["too_wide"]


def test_a_hidden_sheet_is_left_out_and_said(tmp_path):
    import openpyxl

    path = books.save(tmp_path, {**books.county(), "lists": [["学校代码", "在校生数", "专任教师数"], ["P-01", 1, 2]]})
    book = openpyxl.load_workbook(path)
    book["lists"].sheet_state = "hidden"
    book.save(path)
    reading = workbook.read([path])
    assert reading.faults == ()
    assert next((notice.place.sheet, notice.key) for notice in reading.notices) == ("lists", "hidden")


def test_the_limits_say_themselves(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_CELLS", 10)
    assert keys(tmp_path, b"a,b\n" * 10, "a.csv") == ["too_wide"]
