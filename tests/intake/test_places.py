"""Places: read where they are there, and held against the schools of their year."""

from __future__ import annotations

import csv

import pytest
from intake.small_county import SCHOOLS, SECTIONS, write

from edubalance import codebook, intake
from edubalance.errors import TableError

PLACES = list(
    csv.reader(
        [
            "county,year,place_id,place,area,township,x_km,y_km,children_primary,children_junior,seats_primary,seats_junior",
            "D,2023,P-01,school,urban,T1,0.5,1.25,,,450,",
            "D,2023,P-02,school,rural,T2,9,-3,,,60,",
            "D,2023,N-01,school,,,2,2,,,180,250",
            "D,2023,C-01,school,urban,T1,0,0,0,0,,500",
            "D,2023,D-1,settlement,urban,T1,0.4,1,390,0,,",
            "D,2023,D-2,settlement,rural,T2,8,-3,210,700,0,",
        ]
    )
)
# The schools of the small county, two of them with a position.
STANDING = [
    [*row, *place] for row, place in zip(SCHOOLS, [["x_km", "y_km"], ["0.5", "1.25"], *[["", ""]] * 4], strict=True)
]


def read(folder, places, *, schools=STANDING, sections=SECTIONS):
    path = folder / "places.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(places)
    return intake.read_tables(*write(folder, schools=schools, sections=sections), places=path)


def changed(row, column, value):
    """Return the places with one cell changed; rows count as in a spreadsheet."""
    copy = [list(cells) for cells in PLACES]
    copy[row - 1][copy[0].index(column)] = value
    return copy


def only_fault_of(folder, places, **others):
    with pytest.raises(TableError) as caught:
        read(folder, places, **others)
    assert len(caught.value.faults) == 1, [str(fault) for fault in caught.value.faults]
    fault = caught.value.faults[0]
    return (fault.file, fault.row, fault.column, fault.value), fault.rule


def test_places_that_agree_are_read_with_all_columns_and_their_types(tmp_path):
    places = read(tmp_path, PLACES).places
    assert {column: str(dtype) for column, dtype in places.dtypes.items()} == codebook.table("places").dtypes
    assert places["seats_primary"].dropna().tolist() == [450, 60, 180, 0]


def test_a_special_school_need_not_be_a_place_and_may_be_one(tmp_path):
    assert len(read(tmp_path, [*PLACES, ["D", "2023", "S-01", "school", "", "", "1", "1", "", "", "", ""]]).places) == 7


def test_what_stands_at_the_wrong_kind_of_place_is_refused(tmp_path):
    """None is true of either: a settlement has 0 seats."""
    place, rule = only_fault_of(tmp_path, changed(2, "children_primary", "12"))
    assert place == ("places.csv", 2, "children_primary", "12")
    assert rule == "children_primary should be stated for a settlement only"
    place, rule = only_fault_of(tmp_path, changed(7, "seats_primary", "1"))
    assert (place[1:3], rule) == ((7, "seats_primary"), "seats_primary should be stated for a school only")


def test_a_school_that_there_is_not_is_refused_and_the_one_that_is_missing_is_named(tmp_path):
    with pytest.raises(TableError) as caught:
        read(tmp_path, changed(3, "place_id", "P-99"))
    assert [(fault.file, fault.row, fault.value, fault.rule) for fault in caught.value.faults] == [
        (
            "schools.csv",
            3,
            "P-02",
            "the school should stand in places.csv in 2023, as the other schools of the year do",
        ),
        ("places.csv", 3, "P-99", "the school should have a row in schools.csv in 2023"),
    ]


def test_a_settlement_that_bears_the_code_of_a_school_is_refused(tmp_path):
    place, rule = only_fault_of(tmp_path, changed(6, "place_id", "S-01"))
    assert (place, rule) == (
        ("places.csv", 6, "place_id", "S-01"),
        "a settlement should not bear the code of a school",
    )


@pytest.mark.parametrize(
    ("row", "column", "value", "stated"),
    [
        pytest.param(2, "x_km", "0.6", "0.5", id="east"),
        pytest.param(2, "y_km", "1.2", "1.25", id="north"),
        pytest.param(3, "area", "town", "rural", id="area"),
        pytest.param(5, "township", "T2", "T1", id="township"),
    ],
)
def test_a_school_stands_where_the_schools_say(tmp_path, row, column, value, stated):
    place, rule = only_fault_of(tmp_path, changed(row, column, value))
    assert place == ("places.csv", row, column, value)
    assert rule == f"{column} should be that of the school in schools.csv, which is {stated}"


def test_seats_are_at_levels_that_the_school_teaches(tmp_path):
    place, rule = only_fault_of(tmp_path, changed(2, "seats_junior", "50"))
    assert place == ("places.csv", 2, "seats_junior", "50")
    assert rule == "the school should have a junior section in sections.csv in 2023"


def test_a_school_may_stand_once_only(tmp_path):
    _, rule = only_fault_of(tmp_path, [*PLACES, PLACES[1]])
    assert rule == "year, place_id should name one row; row 2 has the same"


def test_another_year_than_those_of_the_places_is_not_held_against_them(tmp_path):
    earlier = [STANDING[0], *([row[0], "2022", *row[2:]] for row in STANDING[1:])]
    taught = [SECTIONS[0], *(["2022", *row[1:]] for row in SECTIONS[1:])]
    both = {"schools": [*STANDING, *earlier[1:]], "sections": [*SECTIONS, *taught[1:]]}
    assert len(read(tmp_path, PLACES, **both).schools) == 10


@pytest.mark.parametrize(
    ("column", "value"), [("year", ""), ("place", ""), ("place", "village"), ("x_km", "here"), ("seats_primary", "1.5")]
)
def test_a_faulty_cell_is_one_fault_and_not_a_dozen(tmp_path, column, value):
    (file, row, where, _), _ = only_fault_of(tmp_path, changed(2, column, value))
    assert (file, row, where) == ("places.csv", 2, column)


def test_columns_that_lack_are_named_and_the_others_still_checked(tmp_path):
    without = [[cell for name, cell in zip(PLACES[0], row, strict=True) if name != "place"] for row in PLACES]
    with pytest.raises(TableError, match="place"):
        read(tmp_path, without)
