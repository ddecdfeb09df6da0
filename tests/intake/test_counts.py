"""Classes and teachers one by one: read where they are there, and held against what their section states."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.small_county import write

from edubalance import codebook, intake
from edubalance.errors import TableError

# The small county's sections, smaller still, so that each class and teacher fits on the page.
SECTIONS = list(
    csv.reader(
        [
            "year,school_id,level,pupils,classes,largest_class_pupils,teachers,teachers_bachelor,teachers_mid_or_higher_title,"
            "backbone_teachers,pe_teachers",
            "2023,P-01,primary,80,2,45,3,2,2,1,1",
            "2023,P-02,primary,34,1,34,1,0,0,0,0",
            "2023,N-01,primary,30,1,30,1,1,1,0,0",
            "2023,N-01,junior,30,1,30,1,1,1,0,0",
            "2023,C-01,junior,50,1,50,1,1,1,1,0",
        ]
    )
)
CLASSES = list(
    csv.reader(
        [
            "year,school_id,level,class_id,grade,pupils",
            "2023,P-01,primary,1-1,1,45",
            "2023,P-01,primary,2-1,2,35",
            "2023,P-02,primary,1-1,1,34",
            "2023,N-01,primary,1-1,1,30",
            "2023,N-01,junior,1-1,1,30",
            "2023,C-01,junior,1-1,1,50",
        ]
    )
)
TEACHERS = list(
    csv.reader(
        [
            "year,school_id,level,teacher_id,subject,age,qualification,title,backbone,years_at_school,left",
            "2023,P-01,primary,T-1,chinese,51,bachelor,senior,1,20,0",
            "2023,P-01,primary,T-2,pe,30,bachelor,middle,0,4,0",
            "2023,P-01,primary,T-3,mathematics,24,junior_college,none,0,0,1",
            "2023,P-02,primary,T-4,chinese,58,below_junior_college,junior,0,30,0",
            "2023,N-01,primary,T-5,english,40,bachelor,middle,0,9,0",
            "2023,N-01,junior,T-6,science,41,bachelor,middle,0,8,0",
            "2023,C-01,junior,T-7,other,42,bachelor,senior,1,7,0",
        ]
    )
)


def read(folder, *, sections=SECTIONS, **single):
    """Write the county with these sections and tables of single classes and teachers, and read it."""
    paths = {}
    for name, rows in single.items():
        paths[name] = folder / f"{name}.csv"
        with paths[name].open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(rows)
    return intake.read_tables(*write(folder, sections=sections), **paths)


def changed(rows, row, column, value):
    """Return a table with one cell changed; rows count as in a spreadsheet."""
    copy = [list(cells) for cells in rows]
    copy[row - 1][copy[0].index(column)] = value
    return copy


def only_fault_of(folder, **tables):
    with pytest.raises(TableError) as caught:
        read(folder, **tables)
    assert len(caught.value.faults) == 1, [str(fault) for fault in caught.value.faults]
    fault = caught.value.faults[0]
    return (fault.file, fault.row, fault.column, fault.value), fault.rule


def read_or_report(folder, tables):
    """Read the tables, or return the report; any other error is a failure of the test."""
    try:
        return read(folder, **tables)
    except TableError as error:
        return error


def test_tables_that_agree_are_read_with_all_columns_and_their_types(tmp_path):
    tables = read(tmp_path, classes=CLASSES, teachers=TEACHERS)
    for name in ("classes", "teachers"):
        frame = getattr(tables, name)
        assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == codebook.table(name).dtypes
    assert tables.classes["pupils"].tolist() == [45, 35, 34, 30, 30, 50]
    assert tables.teachers["teacher_id"].tolist() == [f"T-{number}" for number in range(1, 8)]
    assert tables.teachers["certificate"].isna().all()


def test_without_these_files_their_tables_have_no_rows(tmp_path):
    tables = read(tmp_path)
    for name in ("classes", "teachers"):
        assert getattr(tables, name).empty
        assert tuple(getattr(tables, name).columns) == codebook.table(name).names


def test_another_year_than_that_of_the_table_is_not_held_against_it(tmp_path):
    later = [[cell.replace("2023", "2022") for cell in row] for row in CLASSES]
    with pytest.raises(TableError, match=r"6 faults in the tables:\n.*should have a primary section .* in 2022"):
        read(tmp_path, classes=later)


@pytest.mark.parametrize(
    ("row", "column", "value", "counted"),
    [
        pytest.param(2, "classes", "3", 2, id="number"),
        pytest.param(6, "pupils", "55", 50, id="pupils"),
        pytest.param(2, "largest_class_pupils", "46", 45, id="largest"),
    ],
)
def test_a_section_that_its_classes_contradict_is_a_fault_with_both_numbers(tmp_path, row, column, value, counted):
    place, rule = only_fault_of(tmp_path, sections=changed(SECTIONS, row, column, value), classes=CLASSES)
    assert place == ("sections.csv", row, column, value)
    assert rule == f"{column} should be what classes.csv adds up to, which is {counted}"


@pytest.mark.parametrize(
    ("row", "column", "value", "counted"),
    [
        pytest.param(3, "teachers", "2", 1, id="all"),
        pytest.param(2, "teachers_bachelor", "1", 2, id="degree"),
        pytest.param(2, "teachers_mid_or_higher_title", "3", 2, id="title"),
        pytest.param(6, "backbone_teachers", "0", 1, id="backbone"),
        pytest.param(2, "pe_teachers", "0", 1, id="subject"),
    ],
)
def test_a_section_that_its_teachers_contradict_is_a_fault_with_both_numbers(tmp_path, row, column, value, counted):
    place, rule = only_fault_of(tmp_path, sections=changed(SECTIONS, row, column, value), teachers=TEACHERS)
    assert place == ("sections.csv", row, column, value)
    assert rule == f"{column} should be what teachers.csv adds up to, which is {counted}"


def test_what_is_missing_on_either_side_is_not_held_against_the_other(tmp_path):
    read(tmp_path, sections=changed(SECTIONS, 2, "teachers_bachelor", ""), teachers=TEACHERS)
    unknown = changed(changed(TEACHERS, 2, "qualification", ""), 3, "subject", "")
    read(tmp_path, teachers=unknown)
    few = [[row[place] for place in (0, 1, 2, 3)] for row in TEACHERS]
    read(tmp_path, teachers=few)


def test_a_class_or_teacher_without_a_section_is_a_fault_at_its_row(tmp_path):
    place, rule = only_fault_of(tmp_path, classes=[*CLASSES, ["2023", "P-09", "primary", "1-1", "1", "30"]])
    assert place == ("classes.csv", 8, "school_id", "P-09")
    assert rule == "the school should have a primary section in sections.csv in 2023"
    place, _ = only_fault_of(tmp_path, teachers=[*TEACHERS, ["2023", "P-01", "junior", "T-8", *7 * [""]]])
    assert place == ("teachers.csv", 9, "school_id", "P-01")


def test_a_section_that_the_table_leaves_out_has_none_of_it(tmp_path):
    with pytest.raises(TableError, match=r"sections.csv, row 6, column pupils: .*which is 0") as caught:
        read(tmp_path, classes=CLASSES[:-1])
    assert [fault.column for fault in caught.value.faults] == ["pupils", "classes", "largest_class_pupils"]


@pytest.mark.parametrize(
    ("row", "column", "value", "rule"),
    [
        pytest.param(2, "backbone", "2", "a whole number from 0 to 1", id="flag"),
        pytest.param(2, "subject", "语文", "subject should be one of chinese, mathematics", id="Chinese label"),
        pytest.param(2, "years_at_school", "60", "years_at_school should not be above age, which is 51", id="years"),
        pytest.param(3, "teacher_id", "T-1", "year, teacher_id should name one row; row 2 has the same", id="twice"),
    ],
)
def test_cells_and_keys_of_the_tables_are_checked_as_those_of_any_other(tmp_path, row, column, value, rule):
    _, found = only_fault_of(tmp_path, teachers=changed(TEACHERS, row, column, value))
    assert rule in found


def test_a_header_without_rows_is_a_fault_as_of_any_table_that_is_given(tmp_path):
    for name, rows in (("classes", CLASSES[:1]), ("teachers", TEACHERS[:1])):
        (file, row, _, _), rule = only_fault_of(tmp_path, **{name: rows})
        assert (file, row, rule) == (f"{name}.csv", None, "the table should have rows below its header")


@settings(max_examples=60)
@given(st.data())
def test_whatever_is_done_to_the_tables_ends_in_tables_or_in_faults_that_name_their_place(data):
    tables = {"sections": SECTIONS, "classes": CLASSES, "teachers": TEACHERS}
    tables = {name: [list(row) for row in rows] for name, rows in tables.items()}
    for _ in range(data.draw(st.integers(1, 4))):
        rows = tables[data.draw(st.sampled_from(sorted(tables)))]
        row = data.draw(st.integers(0, len(rows) - 1))
        column = data.draw(st.integers(0, len(rows[row]) - 1))
        change = data.draw(st.sampled_from(["cell", "cell", "repeat", "drop"]))
        if change == "cell":
            rows[row][column] = data.draw(st.sampled_from(["", "0", "1", "2022", "1e9", "junior", "P-01", "语文", " "]))
        elif change == "repeat":
            rows.append(list(rows[row]))
        elif len(rows) > 1:
            del rows[row]
    with tempfile.TemporaryDirectory() as folder:
        outcome = read_or_report(Path(folder), tables)
    if isinstance(outcome, TableError):
        assert all(fault.file.endswith(".csv") and fault.rule and fault.remedy for fault in outcome.faults)
    else:
        assert len(outcome.classes) == len(tables["classes"]) - 1
        assert len(outcome.teachers) == len(tables["teachers"]) - 1
