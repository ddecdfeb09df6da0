"""The old xls format is read for its values; what it hides is said."""

from __future__ import annotations

from intake.workbook import books, xls_by_hand

from edubalance.intake import workbook


def test_an_xls_file_gives_the_same_texts_as_xlsx(tmp_path):
    (tmp_path / "a.xls").write_bytes(xls_by_hand.workbook(books.county()))
    reading = workbook.read([tmp_path / "a.xls"])
    assert reading.faults == ()
    assert reading.texts() == books.read(tmp_path, books.county()).texts()
    assert [notice.key for notice in reading.notices].count("old_format") == 1


def test_a_fault_in_an_xls_file_stands_at_its_cell(tmp_path):
    (tmp_path / "a.xls").write_bytes(xls_by_hand.workbook(books.county(schools_I2="约4000")))
    assert books.said(workbook.read([tmp_path / "a.xls"])) == [("schools", "I2", "number")]


def test_a_cut_xls_file_is_one_message(tmp_path):
    raw = xls_by_hand.workbook(books.county())
    for end in range(100, len(raw), 997):
        (tmp_path / "a.xls").write_bytes(raw[:end])
        reading = workbook.read([tmp_path / "a.xls"])
        assert reading.tables is None or reading.texts() == books.read(tmp_path, books.county()).texts()


def test_a_file_that_leads_its_reader_in_a_circle_is_one_message(tmp_path):
    raw = bytearray(xls_by_hand.workbook(books.county()))
    raw[512 + 4 * 3 : 512 + 4 * 4] = (2).to_bytes(4, "little")
    (tmp_path / "a.xls").write_bytes(raw)
    assert [fault.key for fault in workbook.read([tmp_path / "a.xls"]).faults] == ["unreadable"]
