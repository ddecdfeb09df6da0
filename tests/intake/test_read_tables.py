"""Reading tables: what a good file becomes, and what is said of each fault."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import numpy as np
import pytest
from intake.small_county import COUNTY, SCHOOLS, SECTIONS, with_cell, write

from edubalance import codebook, intake
from edubalance.cases import Case
from edubalance.errors import CaseError, Fault, TableError
from edubalance.intake.variables import known


def faults_of(folder, **tables) -> tuple[Fault, ...]:
    """Write the small county with the tables given in place of its own, read it, return the faults."""
    with pytest.raises(TableError) as caught:
        intake.read_tables(*write(folder, **tables))
    return caught.value.faults


def only_fault_of(folder, **tables) -> Fault:
    """Return the fault, the only one."""
    faults = faults_of(folder, **tables)
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def place(fault: Fault) -> tuple[str, int | None, str, str]:
    """Return where a fault is and what was found."""
    return fault.file, fault.row, fault.column, fault.value


# What a good file becomes


def test_a_good_county_has_all_columns_with_their_types(tmp_path):
    tables = intake.read_tables(*write(tmp_path))
    for name in ("schools", "sections", "county"):
        frame = getattr(tables, name)
        assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == codebook.table(name).dtypes


def test_cells_are_read_as_written_in_the_order_of_the_file(tmp_path):
    tables = intake.read_tables(*write(tmp_path))
    assert tables.sections["pupils"].tolist() == [400, 34, 166, 210, 500]
    assert tables.schools["school_id"].tolist() == ["P-01", "P-02", "N-01", "C-01", "S-01"]
    assert tables.county["evidence"].tolist()[1] == "Plan 3/2022"


def test_an_empty_cell_is_missing_and_a_zero_is_zero(tmp_path):
    tables = intake.read_tables(*write(tmp_path))
    np.testing.assert_array_equal(tables.sections["teachers_master"], [3, 0, np.nan, 2, 5])
    assert tables.schools["education_group"].isna().all()


def test_without_a_county_file_its_table_has_no_rows(tmp_path):
    schools, sections, _ = write(tmp_path)
    county = intake.read_tables(schools, sections).county
    assert county.empty
    assert tuple(county.columns) == codebook.table("county").names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_makes_no_difference(tmp_path, encoding):
    tables = intake.read_tables(*write(tmp_path, encoding=encoding))
    assert tables.schools["county"].tolist() == ["D"] * 5


@pytest.mark.parametrize(
    ("written", "number"),
    [("400", 400.0), ("400.0", 400.0), ("+400", 400.0), ("4e2", 400.0), ("-0", 0.0), ("0400", 400.0)],
)
def test_a_whole_number_may_be_written_in_several_ways(tmp_path, written, number):
    schools = with_cell("schools", 2, "books", written)
    value = intake.read_tables(*write(tmp_path, schools=schools)).schools["books"][0]
    assert value == number
    assert not np.signbit(value)


def test_leading_zeros_of_a_code_are_kept(tmp_path):
    schools = [[cell.replace("P-01", "0017") for cell in row] for row in SCHOOLS]
    sections = [[cell.replace("P-01", "0017") for cell in row] for row in SECTIONS]
    assert intake.read_tables(*write(tmp_path, schools=schools, sections=sections)).schools["school_id"][0] == "0017"


def test_na_as_text_is_text(tmp_path):
    tables = intake.read_tables(*write(tmp_path, schools=with_cell("schools", 2, "township", "NA")))
    assert tables.schools["township"][0] == "NA"


def test_a_cell_may_hold_a_comma_a_quotation_mark_and_a_line_break(tmp_path):
    evidence = 'Plan "3",\nannex'
    tables = intake.read_tables(*write(tmp_path, county=with_cell("county", 3, "evidence", evidence)))
    assert tables.county["evidence"][1] == evidence


# Faults of a file


def test_a_missing_file_is_named_with_its_folder(tmp_path):
    schools, sections, _ = write(tmp_path)
    with pytest.raises(TableError, match=f"countyy.csv: the file should be in the folder {tmp_path.name}"):
        intake.read_tables(schools, sections, tmp_path / "countyy.csv")


def test_an_empty_file_is_a_fault(tmp_path):
    schools, sections, county = write(tmp_path)
    sections.write_text("")
    with pytest.raises(TableError, match=r"sections.csv: the file should have a header and rows; it is empty"):
        intake.read_tables(schools, sections, county)


def test_a_header_without_rows_is_a_fault_of_schools_and_none_of_the_county(tmp_path):
    assert intake.read_tables(*write(tmp_path, county=COUNTY[:1])).county.empty
    faults = faults_of(tmp_path, schools=SCHOOLS[:1], sections=SECTIONS[:1])
    assert [place(fault) for fault in faults] == [("schools.csv", None, "", ""), ("sections.csv", None, "", "")]


@pytest.mark.parametrize(("encoding", "named"), [("gb18030", "GB18030"), ("utf-16", "UTF-16")])
def test_a_file_in_a_known_encoding_is_read_and_its_encoding_is_said(tmp_path, caplog, encoding, named):
    tables = {"schools": with_cell("schools", 2, "township", "中山街道")}
    read = intake.read_tables(*write(tmp_path, encoding=encoding, **tables))
    assert read.schools["township"][0] == "中山街道"
    assert f"schools.csv was read as {named}; save it as UTF-8" in caplog.text


def test_one_broken_byte_does_not_turn_chinese_into_other_characters(tmp_path):
    schools, sections, county = write(tmp_path, schools=with_cell("schools", 2, "township", "中山街道"))
    schools.write_bytes(schools.read_bytes().replace(b"T2", b"\xb0\xa1"))
    with pytest.raises(TableError, match=r"schools.csv, row 3: .* UTF-8; most of it is, but not this line"):
        intake.read_tables(schools, sections, county)


def test_a_file_in_no_known_encoding_says_how_to_save_it(tmp_path):
    schools, sections, county = write(tmp_path)
    schools.write_bytes(schools.read_bytes().replace(b"T2", b"\xff\xfe"))
    with pytest.raises(TableError, match=r"row 3: the file should be encoded as UTF-8 or GB18030. Hint: Save it"):
        intake.read_tables(schools, sections, county)


def test_a_workbook_is_told_from_a_csv_file(tmp_path):
    schools, sections, county = write(tmp_path)
    schools.write_bytes(b"PK\x03\x04rest of a workbook")
    with pytest.raises(TableError, match=r"it is a workbook of a spreadsheet. Hint: .*CSV UTF-8"):
        intake.read_tables(schools, sections, county)


def test_fields_separated_by_semicolons_are_one_fault(tmp_path):
    schools, sections, county = write(tmp_path)
    schools.write_text(schools.read_text().replace(",", ";"))
    with pytest.raises(TableError, match=r"1 fault in the tables:\n.*fields should be separated by commas"):
        intake.read_tables(schools, sections, county)


def test_a_quotation_that_does_not_close_is_named_by_its_row(tmp_path):
    schools, sections, county = write(tmp_path)
    county.write_text(county.read_text().replace("Plan", '"Plan'))
    with pytest.raises(TableError, match=r"county.csv, row 3: the line should be readable as CSV"):
        intake.read_tables(schools, sections, county)


def test_an_empty_row_is_a_fault_even_at_the_end(tmp_path):
    fault = only_fault_of(tmp_path, county=[*COUNTY, [""] * 5])
    assert (place(fault), fault.rule) == (("county.csv", 4, "", ""), "the row should not be empty")


def test_a_row_with_too_many_or_too_few_cells_is_a_fault(tmp_path):
    faults = faults_of(tmp_path, county=[*COUNTY, ["D", "2023", "x", "1"], ["D", "2023", "y", "1", "", ""]])
    assert [(fault.row, fault.rule[-8:]) for fault in faults] == [(4, "it has 4"), (5, "it has 6")]


# Faults of a header


def test_a_missing_required_column_is_named(tmp_path):
    fault = only_fault_of(tmp_path, sections=[row[:5] + row[6:] for row in SECTIONS])
    assert place(fault) == ("sections.csv", 1, "teachers", "")


def test_an_unknown_column_is_answered_with_the_nearest_known_one(tmp_path):
    header = [name.replace("pe_teachers", "PE teachers") for name in SECTIONS[0]]
    fault = only_fault_of(tmp_path, sections=[header, *SECTIONS[1:]])
    assert (fault.row, fault.column, fault.remedy) == (
        1, "PE teachers", "Did you mean pe_teachers? Otherwise delete the column.",
    )  # fmt: skip


def test_an_unknown_column_like_no_other_is_answered_with_all_of_them(tmp_path):
    header = [name.replace("pe_teachers", "qqq") for name in SECTIONS[0]]
    assert "arts_teachers" in only_fault_of(tmp_path, sections=[header, *SECTIONS[1:]]).remedy


@pytest.mark.parametrize("header", ["在校生数", "学生数"])
def test_a_chinese_header_is_answered_with_the_name_it_stands_for(tmp_path, header):
    sections = with_cell("sections", 1, "pupils", header)
    fault = only_fault_of(tmp_path, sections=sections)
    assert (fault.column, fault.value, fault.remedy) == ("pupils", header, "Rename it to pupils.")


def test_the_cells_below_a_chinese_header_are_checked_in_the_same_report(tmp_path):
    sections = with_cell("sections", 2, "pupils", "many")
    sections[0][3] = "在校生数"
    assert [place(fault)[1:] for fault in faults_of(tmp_path, sections=sections)] == [
        (1, "pupils", "在校生数"), (2, "pupils", "many"),
    ]  # fmt: skip


def test_a_column_that_stands_twice_is_a_fault(tmp_path):
    fault = only_fault_of(tmp_path, schools=[[*row, row[2]] for row in SCHOOLS])
    assert (fault.row, fault.column, fault.rule) == (1, "school_id", "the column should stand once")


def test_a_column_without_a_name_is_named_by_its_position(tmp_path):
    fault = only_fault_of(tmp_path, county=[[*row, ""] for row in COUNTY])
    assert (fault.row, fault.rule) == (1, "every column should have a name; column 6 has none")


def test_blanks_around_a_header_are_a_fault(tmp_path):
    fault = only_fault_of(tmp_path, schools=with_cell("schools", 1, "books", "books "))
    assert (fault.value, fault.remedy) == ("books ", "Rename it to books.")


# Faults of a cell


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "rule", "remedy"),
    [
        ("sections", 2, "pupils", "four", "a whole number from 0 to 100,000 (pupils)", "Write one number in the"),
        ("sections", 2, "pupils", "4,000", "a whole number", "Write 4000 alone"),
        ("sections", 2, "pupils", "４００", "a whole number", "Write 400 alone"),
        ("sections", 2, "pupils", "400人", "a whole number", "Write 400 alone"),
        ("sections", 2, "pupils", "400①", "a whole number", "Write one number in the digits"),
        ("sections", 2, "pupils", "1_000", "a whole number", "Write one number in the digits"),
        ("sections", 2, "pupils", "nan", "a whole number", "Leave the cell empty"),
        ("sections", 2, "pupils", "inf", "a whole number", "Leave the cell empty"),
        ("sections", 2, "pupils", "1e999", "a whole number from 0 to 100,000", "Compare with the source"),
        ("sections", 2, "pupils", "400.5", "a whole number from 0 to 100,000", "Write a whole number"),
        ("sections", 2, "pupils", "-400", "a whole number from 0 to 100,000", "Compare with the source"),
        ("sections", 2, "pupils", "", "pupils should be filled", "Fill it"),
        ("sections", 2, "pupils", " ", "no blanks around it", "Empty the cell"),
        ("sections", 2, "pupils", "400 ", "no blanks around it", "Write '400' without"),
        ("sections", 2, "pupils", "400\u3000", "no blanks around it", "Write '400' without"),
        ("schools", 2, "migrant_share_pct", "100.1", "a number from 0 to 100 (%)", "Compare with the source"),
        ("schools", 2, "migrant_share_pct", "12%", "a number from 0 to 100 (%)", "Write 12 alone"),
        ("schools", 2, "year", "1899", "a whole number from 1900 to 2100", "Compare with the source"),
        ("schools", 2, "year", "2023年", "a whole number from 1900 to 2100", "Write 2023 alone"),
        ("schools", 2, "area", "城市", "one of urban, town, rural", "Use one of urban (城区), town (镇区), rural"),
        ("schools", 2, "founder", "公办", "one of county, province_or_city", "Use one of county (县级教育部门)"),
        ("schools", 2, "area", "城区", "one of urban, town, rural", "Write urban for 城区."),
        ("schools", 2, "area", "Urban", "one of urban, town, rural", "Did you mean urban?"),
        ("schools", 2, "area", "xyz", "one of urban, town, rural", "Use one of urban (城区), town (镇区)"),
        ("schools", 2, "type", "primry", "one of primary, teaching_point", "Did you mean primary?"),
        ("schools", 2, "founder", "", "founder should be filled", "Fill it"),
        ("schools", 2, "county", "D ", "no blanks around it", "Write 'D' without"),
    ],
)  # fmt: skip
def test_a_faulty_cell_is_one_fault_with_its_remedy(tmp_path, table, row, column, value, rule, remedy):
    fault = only_fault_of(tmp_path, **{table: with_cell(table, row, column, value)})
    assert place(fault) == (f"{table}.csv", row, column, value)
    assert rule in fault.rule
    assert fault.remedy.startswith(remedy)


def test_a_faulty_cell_below_a_cell_of_two_lines_is_named_by_its_row_in_the_spreadsheet(tmp_path):
    county = with_cell("county", 2, "evidence", "two\nlines")
    county[2][3] = "x"
    assert only_fault_of(tmp_path, county=county).row == 3


# Faults between cells and between rows


def test_more_teachers_with_a_degree_than_teachers_are_a_fault(tmp_path):
    fault = only_fault_of(tmp_path, sections=with_cell("sections", 2, "teachers_bachelor", "25"))
    assert place(fault) == ("sections.csv", 2, "teachers_bachelor", "25")
    assert fault.rule == "teachers_bachelor should not be above teachers, which is 24"


def test_degrees_that_together_exceed_the_teachers_are_one_fault(tmp_path):
    fault = only_fault_of(tmp_path, sections=with_cell("sections", 2, "teachers_bachelor", "22"))
    assert place(fault) == ("sections.csv", 2, "teachers", "24")
    assert fault.rule == "teachers_bachelor + teachers_master (25) should not be above teachers"


def test_as_many_teachers_with_a_degree_as_teachers_are_no_fault(tmp_path):
    sections = with_cell("sections", 2, "teachers_bachelor", "24")
    sections[1][7] = "0"
    assert intake.read_tables(*write(tmp_path, sections=sections)).sections["teachers_bachelor"][0] == 24
    sections[1][6:8] = "21", "3"
    assert intake.read_tables(*write(tmp_path, sections=sections)).sections["teachers_bachelor"][0] == 21


@pytest.mark.parametrize(
    ("largest", "banded", "column", "rule"),
    [
        (40, 2, "largest_class_pupils", "largest_class_pupils should be 46 or more, as classes_46_to_55 is 2"),
        (46, 0, "classes_46_to_55", "classes_46_to_55 should be 1 or more, as largest_class_pupils is 46"),
    ],
)
def test_the_largest_class_is_as_large_as_the_classes_by_size_say(tmp_path, largest, banded, column, rule):
    extra = [["largest_class_pupils", "classes_46_to_55"], [str(largest), str(banded)], *[["", ""]] * 4]
    sections = [[*row, *more] for row, more in zip(SECTIONS, extra, strict=True)]
    fault = only_fault_of(tmp_path, sections=sections)
    assert place(fault)[:3] == ("sections.csv", 2, column)
    assert fault.rule == rule


@pytest.mark.parametrize(("largest", "banded"), [("45", "0"), ("46", "1"), ("55", ""), ("56", "0"), ("", "3")])
def test_a_largest_class_that_fits_the_classes_by_size_is_no_fault(tmp_path, largest, banded):
    extra = [["largest_class_pupils", "classes_46_to_55"], [largest, banded], *[["", ""]] * 4]
    sections = [[*row, *more] for row, more in zip(SECTIONS, extra, strict=True)]
    assert len(intake.read_tables(*write(tmp_path, sections=sections)).sections) == 5


def test_a_second_row_with_the_same_key_names_the_first(tmp_path):
    fault = only_fault_of(tmp_path, sections=[*SECTIONS, SECTIONS[3]])
    assert place(fault) == ("sections.csv", 7, "", "2023, N-01, primary")
    assert fault.rule == "year, school_id, level should name one row; row 4 has the same"


def test_the_same_year_written_in_two_ways_is_the_same_key(tmp_path):
    fault = only_fault_of(tmp_path, county=[*COUNTY, ["D", "2023.0", "graduates", "1", ""]])
    assert (fault.row, fault.value) == (4, "D, 2023.0, graduates")


def test_a_county_row_with_neither_value_nor_evidence_is_a_fault(tmp_path):
    fault = only_fault_of(tmp_path, county=with_cell("county", 2, "value", ""))
    assert (place(fault), fault.rule) == (("county.csv", 2, "value", ""), "value or evidence should be filled")


def test_a_county_without_a_column_for_evidence_needs_values(tmp_path):
    county = [row[:4] for row in COUNTY]
    assert only_fault_of(tmp_path, county=county).row == 3


# Faults between tables


def test_a_section_without_a_school_is_a_fault(tmp_path):
    fault = only_fault_of(tmp_path, sections=[*SECTIONS, ["2023", "X-09", *SECTIONS[1][2:]]])
    assert place(fault) == ("sections.csv", 7, "school_id", "X-09")
    assert fault.rule == "the school should have a row in schools.csv in 2023"


def test_a_section_whose_school_stands_in_another_year_is_a_fault_that_says_so(tmp_path):
    fault = only_fault_of(tmp_path, sections=[*SECTIONS, ["2022", *SECTIONS[1][1:]]])
    assert fault.remedy.endswith("There it stands in 2023.")


def test_a_school_without_a_section_is_a_fault_unless_it_is_special_or_vocational(tmp_path):
    intake.read_tables(*write(tmp_path, schools=with_cell("schools", 6, "type", "vocational")))
    fault = only_fault_of(tmp_path, sections=[row for row in SECTIONS if row[1] != "P-02"])
    assert place(fault) == ("schools.csv", 3, "school_id", "P-02")


def test_a_school_with_a_faulty_year_is_not_held_against_its_sections(tmp_path):
    assert only_fault_of(tmp_path, schools=with_cell("schools", 2, "year", "2023年")).column == "year"
    assert only_fault_of(tmp_path, sections=with_cell("sections", 2, "year", "2023年")).column == "year"


def test_a_section_must_fit_the_type_of_its_school(tmp_path):
    fault = only_fault_of(tmp_path, sections=with_cell("sections", 2, "level", "junior"))
    assert place(fault) == ("sections.csv", 2, "level", "junior")
    assert fault.rule == "a school of type primary should have no junior section"


def test_senior_pupils_must_fit_the_type_of_the_school(tmp_path):
    intake.read_tables(*write(tmp_path, schools=with_cell("schools", 2, "senior_pupils", "0")))
    fault = only_fault_of(tmp_path, schools=with_cell("schools", 4, "senior_pupils", "12"))
    assert fault.rule == "a school of type nine_year should have no senior pupils"


def test_a_county_that_has_no_school_is_a_fault(tmp_path):
    fault = only_fault_of(tmp_path, county=with_cell("county", 2, "county", "d"))
    assert place(fault) == ("county.csv", 2, "county", "d")


# All of them together


def test_faults_of_all_files_come_together_in_the_order_of_files_rows_and_columns(tmp_path):
    schools = with_cell("schools", 4, "area", "x")
    schools[1][8] = "y"
    schools[1][7] = "z"
    faults = faults_of(
        tmp_path,
        schools=schools,
        sections=with_cell("sections", 3, "pupils", "-1"),
        county=with_cell("county", 2, "value", "?"),
    )
    assert [place(fault) for fault in faults] == [
        ("schools.csv", 2, "senior_pupils", "z"),
        ("schools.csv", 2, "books", "y"),
        ("schools.csv", 4, "area", "x"),
        ("sections.csv", 3, "pupils", "-1"),
        ("county.csv", 2, "value", "?"),
    ]


def test_the_message_says_file_row_column_value_and_remedy(tmp_path):
    said = re.escape(
        "schools.csv, row 2, column area: area should be one of urban, town, rural; found '城市'. "
        "Hint: Use one of urban (城区), town (镇区), rural (乡村)."
    )
    with pytest.raises(TableError, match=said):
        intake.read_tables(*write(tmp_path, schools=with_cell("schools", 2, "area", "城市")))


def test_thousands_of_faults_of_one_kind_are_counted_and_twenty_are_worded(tmp_path):
    names = list(known())[:100]
    rows = [["D", str(year), name, "much", ""] for year in range(1990, 2020) for name in names]
    faults = faults_of(tmp_path, county=[COUNTY[0], *rows])
    assert len(faults) == 20
    assert (
        faults[-1].rule
        == "value should be a number from -10,000,000,000,000 to 10,000,000,000,000 (and 2,980 more of the same kind)"
    )


# A case


def case_in(folder, monkeypatch) -> Case:
    """Return a case whose folder lies in a project made here."""
    (folder / "notebooks").mkdir()
    (folder / "cases" / "d" / "data" / "balanced").mkdir(parents=True)
    monkeypatch.setenv("EDUBALANCE_PROJECT", str(folder))
    return Case(
        id="d", name_en="D", name_zh="丁", province="", years=(2023,), year=2023, standard="cn-2017-quality",
        kind="observed", scenarios=("described", "balanced"), seed_file="", context_en="", context_zh="",
    )  # fmt: skip


def test_a_case_reads_the_files_of_the_scenario_asked_for(tmp_path, monkeypatch):
    case = case_in(tmp_path, monkeypatch)
    write(case.folder / "data")
    write(case.folder / "data" / "balanced", sections=with_cell("sections", 2, "pupils", "401"))
    assert intake.read_case(case).sections["pupils"][0] == 400
    assert intake.read_case(case, scenario="balanced").sections["pupils"][0] == 401


def test_a_case_without_a_county_file_has_an_empty_county(tmp_path, monkeypatch):
    case = case_in(tmp_path, monkeypatch)
    write(case.folder / "data")[2].unlink()
    assert intake.read_case(case).county.empty


def test_a_case_without_its_files_says_which_are_missing(tmp_path, monkeypatch):
    case = case_in(tmp_path, monkeypatch)
    with pytest.raises(TableError, match=r"2 faults in the tables:\n  schools.csv: .*\n  sections.csv: "):
        intake.read_case(case)


def test_an_unknown_scenario_is_refused(tmp_path, monkeypatch):
    with pytest.raises(CaseError, match=r"no scenario 'equal'.*described, balanced"):
        intake.read_case(case_in(tmp_path, monkeypatch), scenario="equal")


def test_a_twins_table_is_not_called_observed(tmp_path, monkeypatch):
    case = replace(case_in(tmp_path, monkeypatch), kind="observed")
    write(case.folder / "data")
    assert intake.read_case(case).sections["pupils"][0] == 400
    digest = hashlib.sha256(case.table("sections").read_bytes()).hexdigest()
    (case.folder / "data" / "sources.csv").write_text(
        f"file,publisher,title,sha256\nsections.csv,Edubalance,synthetic twin / 合成数据,{digest}\n", encoding="utf-8"
    )
    with pytest.raises(CaseError, match=r"called observed, but .*sections\.csv is a table of its synthetic twin"):
        intake.read_case(case)
