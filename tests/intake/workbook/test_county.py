"""A county's workbook becomes its tables; what is not sure is a fault at its cell, never a guess."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from intake.workbook import books

from edubalance import messages as worded
from edubalance.intake import workbook
from edubalance.intake.workbook import messages, words
from edubalance.intake.workbook.messy.sketch import Sketch


def test_plain_chinese_headers_become_tables(tmp_path):
    reading = books.read(tmp_path, books.county())
    assert books.said(reading) == []
    schools, sections = reading.tables.schools, reading.tables.sections
    assert schools["type"].tolist() == ["primary", "teaching_point", "nine_year", "complete_secondary", "special"]
    assert schools["books"].tolist()[:4] == [4000, 300, 23226, 52000]
    assert sections["pupils"].sum() == 1310
    assert reading.texts()["sections"].splitlines()[1] == "2023,P-01,primary,400,10,24,15,2"


def test_ods_and_xlsx_give_the_same_texts(tmp_path):
    xlsx = workbook.read([books.save(tmp_path, books.county())])
    ods = workbook.read([books.save(tmp_path, books.county(), "county.ods")])
    assert ods.texts() == xlsx.texts()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("４０００", "4000"),
        ("4,000", "4000"),
        ("4\u00a0000", "4000"),
        ("4000册", "4000"),
        ("0.4万册", "4000"),
        (" 4000　", "4000"),
        ("—", ""),
        ("无", ""),
        ("/", ""),
        ("N/A", ""),
        (0, "0"),
        (-0.0, "0"),
    ],
)
def test_a_number_is_read_as_it_was_typed(tmp_path, value, expected):
    reading = books.read(tmp_path, books.county(schools_I2=value))
    assert books.said(reading) == []
    assert reading.assembled["schools"].frame["books"].iloc[0] == expected


@pytest.mark.parametrize(
    ("cell", "value", "address", "key"),
    [
        ("schools_I2", "约4000", "I2", "number"),
        ("schools_I2", "4000-5000", "I2", "number"),
        ("schools_I2", "40,00", "I2", "decimal_comma"),
        ("schools_I2", "4.000,5", "I2", "decimal_comma"),
        ("schools_I2", "4E+03", "I2", "rounded"),
        ("schools_I2", "4000元", "I2", "number"),
        ("schools_I2", "٤٠٠٠", "I2", "number"),
        ("schools_I2", True, "I2", "number"),
        ("schools_I2", datetime.date(2026, 3, 1), "I2", "date"),
        ("schools_I2", 4000.5, "I2", "strict"),
        ("schools_I2", -1, "I2", "beyond_sense"),
        ("schools_I2", 1e15, "I2", "digits_lost"),
        ("schools_C2", datetime.date(2026, 3, 1), "C2", "date"),
        ("schools_C2", '=HYPERLINK("http://a.b";"P-01")', "C2", "formula"),
        ("schools_G2", "@SUM(1)", "G2", "formula_text"),
        ("schools_C2", 3.2e17, "C2", "digits_lost"),
        ("schools_D2", "小学 ?", "D2", "code"),
        ("schools_E2", "公办", "E2", "code"),
        ("schools_J2", "12.5‱", "J2", "number"),
        ("schools_J2", 101, "J2", "beyond_sense"),
        ("schools_B2", "二〇二三", "B2", "number"),
        ("schools_A1", "甲乙丙", "A1", "header_unknown"),
        ("schools_I1", "图书册", "I1", "header_unsure"),
        ("schools_I1", "图书（元）", "I1", "unit_wrong"),
        ("schools_I1", "图书（亩）", "I1", "unit_wrong"),
        ("schools_I1", "生均图书册数", "I1", "header_unknown"),
        ("schools_I1", "高中学生数", "I1", "header_twice"),
        ("schools_I1", None, "I", "header_missing"),
        ("sections_D2", 20000, "D2", "strict"),
        ("sections_C2", "高中", "C2", "code"),
        ("sections_D2", None, "D2", "strict"),
    ],
)
def test_what_is_not_sure_is_a_fault_at_its_cell(tmp_path, cell, value, address, key):
    changes = {cell: value}
    if value == 20000:
        changes["sections_F1"] = "最大班额"
        changes |= {f"sections_F{row}": 50 for row in range(2, 7)}
        address, key = "D2", "classes_hold_pupils"
    reading = books.read(tmp_path, books.county(**changes))
    assert reading.tables is None
    assert (cell.split("_")[0], address, key) in books.said(reading)
    with pytest.raises(workbook.reading.EdubalanceError, match="faults"):
        reading.texts()


def test_all_faults_are_told_together_and_no_cell_twice(tmp_path):
    changes = {"schools_I2": "约4000", "schools_E4": "公办", "sections_D3": "x", "sections_G2": 99}
    reading = books.read(tmp_path, books.county(**changes))
    assert books.said(reading) == [
        ("schools", "I2", "number"),
        ("schools", "E4", "code"),
        ("sections", "G2", "strict"),
        ("sections", "D3", "number"),
    ]


TEMPLATES = Path(worded.__file__).with_name("messages.yml")


class Anything(dict):
    """Facts of every name."""

    def items(self):
        return [(name, "x") for name in sorted(set(re.findall(r"\{([a-z_]+)", TEMPLATES.read_text("utf-8"))))]


def test_every_fault_and_notice_is_worded_in_both_languages():
    for key in worded.keys("faults"):
        fault = messages.SheetFault(workbook.Place("a.xlsx", "b", 1, 1), key, "v", Anything())
        for lang in ("en", "zh"):
            assert "a.xlsx[b] A1" in fault.line(lang)
            assert "{" not in fault.line(lang)
    for key in worded.keys("notices"):
        notice = messages.Notice(workbook.Place("a.xlsx"), key, Anything())
        assert notice.line("en") != notice.line("zh")


def test_a_key_that_stands_twice_in_a_sheet_is_a_fault_with_both_cells(tmp_path):
    reading = books.read(tmp_path, books.county(sections_B3="P-01"))
    duplicate = next(fault for fault in reading.faults if fault.key == "duplicate")
    assert duplicate.place.address == "C3"
    assert "county.xlsx[sections] C2" in duplicate.rule("en")


def test_two_sheets_that_contradict_each_other_are_a_fault_with_both_cells(tmp_path):
    sheets = books.county()
    sheets["more"] = [["年份", "学校代码", "学段", "在校生数", "音乐专任教师数"], [2023, "P-01", "小学", 401, 1]]
    reading = books.read(tmp_path, sheets)
    assert books.said(reading) == [("more", "D2", "conflict")]
    assert "county.xlsx[sections] D2" in reading.faults[0].rule("en")
    sheets["more"][1][3] = 400
    joined = books.read(tmp_path, sheets)
    assert joined.tables.sections["music_teachers"].tolist()[0] == 1


def test_a_fault_between_tables_stands_at_the_cell_it_comes_from(tmp_path):
    reading = books.read(tmp_path, books.county(sections_B2="P-09"))
    assert ("sections", "B2", "strict") in books.said(reading)
    assert ("schools", "C2", "strict") in books.said(reading)


def test_money_without_a_unit_is_asked_and_taken_only_when_confirmed(tmp_path):
    sheets = books.county()
    for row, value in zip(sheets["schools"], ["仪器设备值", 40, 3, 60, 90, None], strict=True):
        row.append(value)
    assert books.said(books.read(tmp_path, sheets)) == [("schools", "K1", "unit_unsure")]
    taken = books.read(tmp_path, sheets, accept=True)
    assert taken.tables.schools["equipment_value_10k_yuan"].iloc[0] == 40
    assert any(notice.key == "unit_taken" for notice in taken.notices)
    confirmed = books.read(tmp_path, sheets, mapping=workbook.Mapping(units={"仪器设备值": "元"}))
    assert confirmed.tables.schools["equipment_value_10k_yuan"].iloc[0] == 0.004


def test_a_likely_header_is_taken_by_yes_and_listed_an_unlikely_one_is_not(tmp_path):
    likely = books.read(tmp_path, books.county(sections_G1="本科学厉教师数"), accept=True)
    assert likely.tables.sections["teachers_bachelor"].iloc[0] == 15
    assert [notice.facts["score"] for notice in likely.notices if notice.key == "taken"] == [85.7]
    unlikely = books.read(tmp_path, books.county(sections_G1="本科教师"), accept=True)
    assert books.said(unlikely) == [("sections", "G1", "header_unsure")]


def test_what_was_confirmed_is_not_asked_again(tmp_path):
    known = workbook.Mapping(
        headers={"本科教师": "sections.teachers_bachelor", "生均图书": "ignore"},
        values={"schools.founder": {"公办": "county"}},
    )
    changes = {"sections_G1": "本科教师", "schools_I1": "生均图书", "schools_E2": "公 办"}
    reading = books.read(tmp_path, books.county(**changes), mapping=known)
    assert books.said(reading) == []
    assert reading.tables.schools["founder"].iloc[0] == "county"
    assert reading.tables.schools["books"].isna().all()


def test_shares_that_may_be_fractions_are_asked(tmp_path):
    sheets = books.county()
    sheets["schools"][0][9] = "随迁子女比例"
    for row, value in zip(sheets["schools"][1:], [0.125, 0, None, 1, None], strict=True):
        row[9] = value
    assert ("schools", "J", "share_unsure") in books.said(books.read(tmp_path, sheets))
    fraction = books.read(tmp_path, sheets, mapping=workbook.Mapping(units={"随迁子女比例": "fraction"}))
    assert fraction.tables.schools["migrant_share_pct"].tolist()[:2] == [12.5, 0]
    percent = books.read(tmp_path, sheets, mapping=workbook.Mapping(units={"随迁子女比例": "%"}))
    assert percent.tables.schools["migrant_share_pct"].tolist()[:2] == [0.125, 0]


def test_cells_shown_as_percent_are_read_as_percent(tmp_path):
    sheets = books.county(schools_J2=0.125, schools_J5=1)
    path = books.save(tmp_path, {"schools": sheets["schools"]}, "a.xlsx", percent={(1, 9), (2, 9), (4, 9)})
    rest = books.save(tmp_path, {"sections": sheets["sections"]}, "b.xlsx")
    assert workbook.read([path, rest]).tables.schools["migrant_share_pct"].tolist()[:2] == [12.5, 0]
    mixed = books.save(
        tmp_path, {"schools": books.county(schools_J2=0.125, schools_J5=0.5)["schools"]}, "a.xlsx", percent={(1, 9)}
    )
    assert ("schools", "J5", "share_mixed") in books.said(workbook.read([mixed, rest]))


def test_a_merged_number_is_a_fault_a_merged_name_is_filled(tmp_path):
    names = Sketch("schools", books.county(schools_G3=None)["schools"], [((1, 6), (2, 6))])
    numbers = Sketch("schools", books.county(schools_I3=None)["schools"], [((1, 8), (2, 8))])
    rest = books.save(tmp_path, {"sections": books.SECTIONS}, "b.xlsx")
    path = tmp_path / "a.xlsx"
    path.write_bytes(books.sketch.xlsx([names]))
    assert workbook.read([path, rest]).tables.schools["township"].tolist()[:2] == ["T1", "T1"]
    path.write_bytes(books.sketch.xlsx([numbers]))
    assert books.said(workbook.read([path, rest])) == [("schools", "I2", "merged_number")]


def test_yes_and_no_are_read_where_a_column_is_one_of_both(tmp_path):
    sheets = books.county()
    head = ["年份", "学校代码", "学段", "教师代码", "骨干教师", "教师资格证"]
    answers = [("是", "√"), ("否", "×"), ("Y", 1)]
    sheets["teachers"] = [head, *([2023, "P-02", "小学", f"t{n}", *both] for n, both in enumerate(answers))]
    reading = books.read(tmp_path, sheets)
    assert {fault.key for fault in reading.faults} == {"strict"}, "teachers are counted against their sections"
    assert reading.assembled["teachers"].frame["backbone"].tolist() == ["1", "0", "1"]
    assert reading.assembled["teachers"].frame["certificate"].tolist() == ["1", "0", "1"]
    sheets["teachers"][1][4] = "也许"
    assert ("teachers", "E2", "number") in books.said(books.read(tmp_path, sheets))


def test_every_list_of_words_can_be_read():
    for group in ("affirmed", "denied", "missing", "ignored", "neutral", "totals", "averages", "notes", "qualifiers"):
        assert all(isinstance(word, str) for word in words.load()[group]), group
        assert words.among(group)
