"""Codes and names: one way of writing each, nothing in them that a reader does not see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.small_county import SCHOOLS, SECTIONS, write

from edubalance import intake, messages
from edubalance.characters import apart, folds, hidden, visible
from edubalance.errors import Fault, TableError

TWINS = {
    "full width": "".join(chr(ord(each) + 0xFEE0) for each in "P1"),
    "case": "p1",
    "Cyrillic": "\u04201",
    "Greek": "\u03a11",
    "combining mark": "P1\u0301",
}
HIDDEN = ["\u200b", "\ufeff", "\u00ad", "\u00a0", "\u202e", "\x07", "\u2060", "\u3164", "\ufe0f", "\ufffd"]


def _with(rows: list[list[str]], column: str, old: str, new: str, row: int | None = None) -> list[list[str]]:
    place = rows[0].index(column)
    changed = [list(each) for each in rows]
    for number, each in enumerate(changed[1:], start=2):
        if each[place] == old and row in (None, number):
            each[place] = new
    return changed


def _faults(tmp_path, **tables) -> list[Fault]:
    with pytest.raises(TableError) as caught:
        intake.read_tables(*write(tmp_path, **tables))
    return list(caught.value.faults)


def _first(column: str) -> str:
    return SCHOOLS[1][SCHOOLS[0].index(column)]


@pytest.mark.parametrize("sign", HIDDEN)
@pytest.mark.parametrize("column", ["school_id", "county", "township"])
def test_a_sign_that_nobody_sees_is_refused_and_named(tmp_path, sign, column):
    value = _first(column)
    faults = _faults(tmp_path, schools=_with(SCHOOLS, column, value, f"{value[:1]}{sign}{value[1:]}x", row=2))
    (fault,) = [each for each in faults if each.key == "hidden_character"]
    assert (fault.row, fault.column) == (2, column)
    assert f"U+{ord(sign):04X}" in fault.rule
    assert fault.remedy.endswith(f"{value}x.")
    assert "不可见字符" in fault.line("zh")


@pytest.mark.parametrize("kind", TWINS)
def test_a_code_that_looks_like_another_is_one_fault_that_shows_both(tmp_path, kind):
    schools, sections = (_with(rows, "school_id", _first("school_id"), "P1") for rows in (SCHOOLS, SECTIONS))
    faults = _faults(tmp_path, schools=schools, sections=_with(sections, "school_id", "P1", TWINS[kind]))
    (fault,) = [each for each in faults if each.key == "keys_alike"]
    assert (fault.file, fault.column) == ("sections.csv", "school_id")
    assert f"{apart(TWINS[kind], 'P1')} and P1 look alike" in fault.rule
    assert "schools.csv, row 2 has the second" in fault.rule
    assert "学校表第2行" in fault.line("zh")


def test_counties_that_differ_by_a_hyphen_are_refused_within_a_table(tmp_path):
    county = _first("county")
    schools = _with(_with(SCHOOLS, "county", county, "D-1"), "county", "D-1", "D\u20111", row=4)
    keys = [(each.row, each.column, each.key) for each in _faults(tmp_path, schools=schools)]
    assert (4, "county", "keys_alike") in keys


def test_codes_that_a_reader_tells_apart_are_no_fault(tmp_path):
    schools, sections = (_with(rows, "school_id", _first("school_id"), "34:02:01") for rows in (SCHOOLS, SECTIONS))
    assert "34:02:01" in set(
        intake.read_tables(*write(tmp_path, schools=schools, sections=sections)).schools["school_id"]
    )


@given(st.text(max_size=8))
def test_folding_is_done_once_and_forgets_what_nobody_sees(text):
    capitals, small = folds(text)
    assert folds(capitals)[0] == capitals
    assert folds(f"\u200b{text}\u00ad") == (capitals, small)
    assert not hidden(visible(text))
    assert (visible(text) == text) == (not hidden(text))


@pytest.mark.parametrize(
    ("column", "faulty"),
    [("classes", "10"), ("teachers", "24")],
)
def test_nobody_to_teach_in_classes_with_teachers_is_a_fault(tmp_path, column, faulty):
    place = SECTIONS[0].index("pupils")
    sections = [list(row) for row in SECTIONS]
    sections[1][place] = "0"
    faults = _faults(tmp_path, sections=sections)
    assert (2, column, faulty) in [
        (each.row, each.column, each.value) for each in faults if each.key == "nothing_without"
    ]


@pytest.mark.parametrize("number", ["1e308", "5000001", "-1"])
def test_a_number_beyond_sense_is_refused_with_a_reason(tmp_path, number):
    head, first, *others = SCHOOLS
    schools = [[*head, "sports_ground_area_m2"], [*first, number], *([*row, ""] for row in others)]
    (fault,) = _faults(tmp_path, schools=schools)
    assert fault.key == "beyond_sense"
    assert "from 0 to 5,000,000 (m²); no school has 5 km²" in fault.rule
    assert "0 到 5,000,000 之间的数（平方米）" in fault.line("zh")


def test_a_cell_of_nothing_but_a_hidden_sign_is_to_be_emptied_or_written(tmp_path):
    faults = _faults(tmp_path, schools=_with(SCHOOLS, "county", _first("county"), "\u200b", row=2))
    (fault,) = [each for each in faults if each.row == 2 and each.column == "county"]
    assert (fault.key, fault.remedy) == ("hidden_only", "Write what is meant, or empty the cell.")
    assert "现仅含 U+200B" in fault.line("zh")


def test_a_notice_and_a_broken_case_are_worded_among_the_notices():
    for key in ("encoding", "broken_case"):
        assert key in messages.keys("notices")
        assert key not in messages.keys("errors")
