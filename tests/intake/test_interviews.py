"""Interviews: read where codings of one excerpt belong together, and every kind of disagreement worded."""

from __future__ import annotations

import csv

import pytest
from intake.small_county import write

from edubalance import codebook, intake
from edubalance.errors import TableError

CODED = list(
    csv.reader(
        [
            "year,excerpt_id,coder,interview_id,role,school_id,excerpt,themes,weight_of_problem",
            "2023,E1,A,I1,official,,The money comes late.,funds,4",
            "2023,E1,B,I1,official,,The money comes late.,funds management,3",
            "2023,E2,A,I2,teacher,P-01,Classes are large.,class_size,5",
            "2023,E2,B,I2,teacher,P-01,Classes are large.,,",
            "2023,E2,C,I2,teacher,P-01,Classes are large.,class_size it_use,4",
        ]
    )
)


def read(folder, rows):
    file = folder / "interviews.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    return intake.read_tables(*write(folder), interviews=file)


def changed(row, column, value):
    copy = [list(cells) for cells in CODED]
    copy[row - 1][copy[0].index(column)] = value
    return copy


def test_codings_that_belong_together_are_read(tmp_path):
    coded = read(tmp_path, CODED).interviews
    assert {column: str(dtype) for column, dtype in coded.dtypes.items()} == codebook.table("interviews").dtypes
    assert coded["themes"].isna().tolist() == [False, False, False, True, False]
    assert coded["school_id"].isna().tolist() == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("row", "column", "value", "rule"),
    [
        pytest.param(
            3, "interview_id", "I9",
            "interview_id should be the same for all coders of an excerpt; row 2 has another", id="interview",
        ),
        pytest.param(
            5, "role", "parent", "role should be the same for all coders of an excerpt; row 4 has another", id="role"
        ),
        pytest.param(
            6, "excerpt", "Classes are huge.",
            "excerpt should be the same for all coders of an excerpt; row 4 has another", id="text",
        ),
        pytest.param(
            5, "school_id", "P-02",
            "school_id should be the same for all coders of an excerpt; row 4 has another", id="school",
        ),
        pytest.param(
            5, "school_id", "",
            "school_id should be the same for all coders of an excerpt; row 4 has another", id="school left out",
        ),
        pytest.param(
            2, "themes", "funds, management",
            "themes should be codes of themes, parted by one blank; 'funds,' is none", id="comma",
        ),
        pytest.param(
            2, "themes", "funds  management",
            "themes should be codes of themes, parted by one blank; '' is none", id="two blanks",
        ),
        pytest.param(
            2, "themes", "funds layout funds", "themes should name each theme once; funds stands twice", id="twice"
        ),
    ],
)  # fmt: skip
def test_each_fault_is_worded_with_its_place(tmp_path, row, column, value, rule):
    with pytest.raises(TableError) as caught:
        read(tmp_path, changed(row, column, value))
    assert [(fault.file, fault.row, fault.column, fault.rule) for fault in caught.value.faults] == [
        ("interviews.csv", row, column, rule)
    ]


def test_an_excerpt_of_one_coder_is_refused(tmp_path):
    with pytest.raises(
        TableError, match=r"row 2, column excerpt_id: an excerpt should have 2 coders at the least; it has 1"
    ):
        read(tmp_path, [row for row in CODED if row[1:3] != ["E1", "B"]])


def test_a_school_that_is_not_there_is_refused(tmp_path):
    rows = [[cell.replace("P-01", "P-77") for cell in row] for row in CODED]
    with pytest.raises(TableError, match=r"3 faults(.|\n)*schools.csv should have the school in 2023; found 'P-77'"):
        read(tmp_path, rows)


def test_without_interviews_their_table_has_no_rows(tmp_path):
    assert intake.read_tables(*write(tmp_path)).interviews.empty
