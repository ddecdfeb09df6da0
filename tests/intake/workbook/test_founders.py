"""Founders are read by the codes and names of the national form."""

from __future__ import annotations

import pytest
from intake.workbook import books


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("7", "county"),
        (7, "county"),
        ("县级其他部门", "county_other"),
        ("地级教育部门", "city"),
        ("3", "province"),
        ("999", "private"),
        ("891", "enterprise"),
        ("10", "private"),
    ],
)
def test_codes_and_names_of_the_form(tmp_path, written, code):
    reading = books.read(tmp_path, books.county(schools_E2=written))
    assert books.said(reading) == []
    assert reading.tables.schools["founder"].iloc[0] == code


@pytest.mark.parametrize("written", ["831", "892", "其他部门"])
def test_what_stands_for_no_one_founder_is_asked(tmp_path, written):
    reading = books.read(tmp_path, books.county(schools_E2=written))
    assert [fault.key for fault in reading.faults] == ["code"]
