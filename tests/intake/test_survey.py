"""Questionnaires: read where they are, held against the schools, and no answers from those that did not return."""

from __future__ import annotations

import csv

import pytest
from intake.small_county import write

from edubalance import intake
from edubalance.errors import TableError

HEADER = "year,respondent_id,school_id,level,weight,returned,overall,fac_classroom,cli_bullied,comment"
PUPILS = list(
    csv.reader(
        [
            HEADER,
            "2023,S-1,P-01,primary,1.5,1,4,5,1,",
            "2023,S-2,P-01,primary,1.5,0,,,,",
            "2023,S-3,N-01,junior,0.5,1,2,,3,More books",
            "2023,S-4,S-01,primary,1,1,5,,,",
        ]
    )
)


def read(folder, rows):
    """Write the small county with these questionnaires of pupils, and read it."""
    path = folder / "survey_pupils.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    return intake.read_tables(*write(folder), survey_pupils=path)


def changed(row, column, value):
    """Return the questionnaires with one cell changed; rows count as in a spreadsheet."""
    copy = [list(cells) for cells in PUPILS]
    copy[row - 1][copy[0].index(column)] = value
    return copy


def test_questionnaires_without_fault_are_read_with_every_item(tmp_path):
    pupils = read(tmp_path, PUPILS).survey_pupils
    assert pupils["overall"].tolist()[0] == 4
    assert pupils["fac_sports"].isna().all()
    assert pupils["returned"].tolist() == [1, 0, 1, 1]


def test_a_county_without_a_survey_has_tables_without_rows(tmp_path):
    tables = intake.read_tables(*write(tmp_path))
    assert len(tables.survey_parents) == len(tables.survey_managers) == 0
    assert "sup_alone" in tables.survey_parents


@pytest.mark.parametrize(
    ("row", "column", "value", "said"),
    [
        pytest.param(
            3, "fac_classroom", "3", "did not come back should have no answers; found '3'", id="silent answers"
        ),
        pytest.param(3, "comment", "Why?", "did not come back should have no answers; found 'Why", id="silent comment"),
        pytest.param(5, "overall", "", "came back should have one answer at least", id="empty questionnaire"),
        pytest.param(2, "weight", "0", "weight should be above 0; found '0'", id="weight of nobody"),
        pytest.param(2, "weight", "", "weight should be filled where others are", id="weight missing"),
        pytest.param(2, "school_id", "P-09", "should have a row in schools.csv in 2023; found 'P-09'", id="no school"),
        pytest.param(2, "year", "2022", "should have a row in schools.csv in 2022; found 'P-01'", id="other year"),
        pytest.param(2, "level", "junior", "P-01 should have a junior section in sections.csv in 2023", id="level"),
        pytest.param(2, "overall", "6", "overall should be a whole number from 1 to 5", id="off the scale"),
        pytest.param(3, "respondent_id", "S-1", "respondent_id should name one row", id="asked twice"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path, row, column, value, said):
    with pytest.raises(TableError) as caught:
        read(tmp_path, changed(row, column, value))
    faults = [str(fault) for fault in caught.value.faults]
    assert len(faults) == 1, faults
    assert said in faults[0]
    assert "survey_pupils.csv, row" in faults[0]


def test_a_faulty_answer_is_reported_once_and_not_as_an_empty_questionnaire(tmp_path):
    with pytest.raises(TableError) as caught:
        read(tmp_path, changed(5, "overall", "9"))
    assert [fault.column for fault in caught.value.faults] == ["overall"]


def test_without_the_column_all_weigh_alike(tmp_path):
    place = PUPILS[0].index("weight")
    rows = [[cell for number, cell in enumerate(row) if number != place] for row in PUPILS]
    assert read(tmp_path, rows).survey_pupils["weight"].isna().all()


def test_a_wording_as_header_is_answered_with_the_columns_name(tmp_path):
    with pytest.raises(TableError, match="Rename it to fac_classroom"):
        read(tmp_path, changed(1, "fac_classroom", "教室明亮舒适"))
