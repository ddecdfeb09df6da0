"""Flows and births at intake: what must hold by section, over the county, and between the tables."""

from __future__ import annotations

import csv

import pytest
from intake.small_county import write

from edubalance import intake
from edubalance.errors import TableError


def rows(*lines):
    return list(csv.reader(lines))


SCHOOLS = rows(
    "county,year,school_id,type,founder,area,township",
    "D,2022,A,primary,county,rural,T1",
    "D,2022,B,primary,private,urban,T2",
    "D,2023,A,primary,county,rural,T1",
    "D,2023,B,primary,private,urban,T2",
)
# A: 100 − 16 + 3 − 5 − 1 − 1 + 18 = 98; B: 60 − 10 + 4 − 2 + 12 = 64.
SECTIONS = rows(
    "year,school_id,level,pupils,classes,teachers",
    "2022,A,primary,100,6,8",
    "2022,B,primary,60,6,5",
    "2023,A,primary,98,6,8",
    "2023,B,primary,64,6,5",
)
HEADER = (
    "year,school_id,level,entrants,graduates,transferred_in,transferred_in_from_public,transferred_in_from_private,"
    "transferred_in_from_rural,transferred_in_from_outside,transferred_out,transferred_out_to_public,"
    "transferred_out_to_private,transferred_out_to_urban,transferred_out_of_county,dropouts,deaths"
)
# Of those who leave A, four go to B and one leaves the county; of those who leave B, two go to A.
FLOW = rows(
    HEADER,
    "2022,A,primary,17,16,3,0,2,0,1,5,0,4,4,1,1,1",
    "2022,B,primary,11,10,4,4,0,4,0,2,2,0,0,0,0,0",
    "2023,A,primary,18,15,0,0,0,0,0,0,0,0,0,0,0,0",
    "2023,B,primary,12,9,0,0,0,0,0,0,0,0,0,0,0,0",
)
BIRTHS = rows("county,year,township,births", "D,2022,T1,20", "D,2022,T2,15", "D,2023,T1,21", "D,2023,T2,15")


def changed(table, row, column, value):
    copy = [list(cells) for cells in table]
    copy[row - 1][copy[0].index(column)] = value
    return copy


def read(folder, *, schools=SCHOOLS, sections=SECTIONS, **single):
    paths = write(folder, schools=schools, sections=sections, county=rows("county,year,variable,value,evidence"))
    files = {}
    for name, table in single.items():
        files[name] = folder / f"{name}.csv"
        with files[name].open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(table)
    return intake.read_tables(*paths, **files)


def faults(folder, **tables):
    with pytest.raises(TableError) as error:
        read(folder, **tables)
    return error.value.faults


def test_flows_and_births_that_fit_are_read(tmp_path):
    tables = read(tmp_path, pupils_flow=FLOW, births=BIRTHS)
    assert (len(tables.pupils_flow), len(tables.births)) == (4, 4)


def test_flows_that_do_not_lead_to_the_next_year_are_refused_with_both_numbers(tmp_path):
    (fault,) = faults(tmp_path, sections=changed(SECTIONS, 4, "pupils", "97"), pupils_flow=FLOW)
    assert (fault.file, fault.row, fault.value) == ("pupils_flow.csv", 2, "97")
    assert "entrants of 2023, which is 98, should be the pupils of 2023 in sections.csv" in fault.rule


@pytest.mark.parametrize("column", ["graduates", "dropouts", "deaths", "transferred_in", "transferred_out"])
def test_a_flow_that_is_not_known_asks_for_nothing(tmp_path, column):
    tables = read(tmp_path, sections=changed(SECTIONS, 4, "pupils", "97"), pupils_flow=changed(FLOW, 2, column, ""))
    assert tables.pupils_flow[column].isna().sum() == 1


def test_a_section_that_opens_or_closes_is_not_asked_how(tmp_path):
    schools = [line for line in SCHOOLS if line[1:3] not in (["2022", "B"], ["2023", "A"])]
    sections = [line for line in SECTIONS if line[:2] not in (["2022", "B"], ["2023", "A"])]
    flow = [line for line in FLOW if line[:2] not in (["2022", "B"], ["2023", "A"])]
    assert len(read(tmp_path, schools=schools, sections=sections, pupils_flow=flow).pupils_flow) == 2


def test_flows_of_a_section_that_is_not_there_are_refused(tmp_path):
    (fault,) = faults(tmp_path, pupils_flow=[*FLOW, ["2023", "C", "primary", *["0"] * 14]])
    assert (fault.row, fault.column, fault.value) == (6, "school_id", "C")
    assert "should have a primary section in sections.csv in 2023" in fault.rule


def test_more_entrants_than_pupils_are_refused(tmp_path):
    found = faults(tmp_path, pupils_flow=changed(FLOW, 3, "entrants", "61"))
    assert [(fault.row, fault.column) for fault in found] == [(3, "entrants")]
    assert found[0].rule.endswith("pupils of the section in sections.csv, which are 60")


def test_more_leavers_than_pupils_are_refused_in_the_last_year_too(tmp_path):
    (fault,) = faults(tmp_path, pupils_flow=changed(FLOW, 5, "graduates", "65"))
    assert (fault.row, fault.value) == (5, "65")
    assert "should not be above pupils + transferred_in, which is 64" in fault.rule


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        pytest.param(2, "transferred_out_to_private", "3", "transferred_out_to_private of public schools", id="out"),
        pytest.param(2, "transferred_in_from_private", "1", "transferred_in_from_private of public schools", id="in"),
        pytest.param(3, "transferred_in_from_rural", "3", "transferred_in_from_rural of schools", id="rural"),
        pytest.param(2, "transferred_out_to_urban", "3", "transferred_out_to_urban of schools", id="urban"),
    ],
)
def test_a_move_that_one_end_counts_and_the_other_does_not_is_refused(tmp_path, row, column, value, words):
    found = faults(tmp_path, pupils_flow=changed(FLOW, row, column, value))
    assert any(words in fault.rule for fault in found)
    assert all("at the primary level of D in 2022" in fault.rule and fault.row is None for fault in found)


def test_one_end_is_not_held_against_books_that_are_not_complete(tmp_path):
    flow = changed(changed(FLOW, 2, "transferred_in_from_private", "1"), 3, "transferred_out_to_public", "")
    assert len(read(tmp_path, pupils_flow=flow).pupils_flow) == 4


def test_moves_to_a_school_that_opens_next_year_may_have_one_end(tmp_path):
    schools = [*SCHOOLS, ["D", "2023", "C", "primary", "county", "urban", "T2"]]
    sections = [*SECTIONS, ["2023", "C", "primary", "30", "2", "3"]]
    flow = [*changed(FLOW, 2, "transferred_in_from_private", "1"), ["2023", "C", "primary", "9", "0", *["0"] * 12]]
    assert len(read(tmp_path, schools=schools, sections=sections, pupils_flow=flow).pupils_flow) == 5


def test_parts_of_the_moves_cannot_be_more_than_all(tmp_path):
    found = faults(tmp_path, pupils_flow=changed(FLOW, 2, "transferred_in_from_outside", "2"))
    assert any("should not be above transferred_in" in fault.rule for fault in found)


def test_births_of_an_unknown_township_are_refused_with_the_nearest(tmp_path):
    (fault,) = faults(tmp_path, births=changed(BIRTHS, 3, "township", "T22"))
    assert (fault.row, fault.column, fault.value) == (3, "township", "T22")
    assert "Did you mean T2?" in fault.remedy


def test_births_stand_once_a_year_and_township(tmp_path):
    (fault,) = faults(tmp_path, births=changed(BIRTHS, 4, "year", "2022"))
    assert "row 2 has the same" in fault.rule


def test_births_of_an_unknown_county_are_refused_once(tmp_path):
    (fault,) = faults(tmp_path, births=changed(BIRTHS, 2, "county", "E"))
    assert fault.column == "county"


def test_where_schools_do_not_say_their_township_births_are_not_blamed(tmp_path):
    (fault,) = faults(tmp_path, schools=[line[:-1] for line in SCHOOLS], births=BIRTHS)
    assert (fault.file, fault.column) == ("schools.csv", "township")
