"""Funds: read where they are there, and held against schools, sections and each other."""

from __future__ import annotations

import csv

import pytest
from intake.small_county import SECTIONS, write

from edubalance import codebook, intake
from edubalance.errors import TableError

SCHOOLS = list(
    csv.reader(
        [
            "county,year,school_id,type,founder,area,township,senior_pupils,public_funds_budget_yuan,training_budget_yuan",
            "D,2023,P-01,primary,county,urban,T1,,400000,20000",
            "D,2023,P-02,teaching_point,county,rural,T2,,34000,2000",
            "D,2023,N-01,nine_year,county,town,T1,,376000,19000",
            "D,2023,C-01,complete_secondary,private,urban,T1,600,1100000,60000",
            "D,2023,S-01,special,county,urban,T1,,,",
        ]
    )
)
FINANCE = list(
    csv.reader(
        [
            "county,year,unit,unit_id,level,pupils,education_spending_yuan,public_funds_yuan,training_yuan,fiscal_revenue_yuan,residents",
            "D,2022,county,D,all,1300,20000000,1500000,70000,90000000,30000",
            "D,2023,county,D,primary,600,8000000,600000,32000,,",
            "D,2023,county,D,junior,710,12000000,710000,35500,,",
            "D,2023,county,D,all,1310,21000000,1400000,70000,95000000,30500",
            "D,2023,township,T1,all,1276,19000000,,,50000000,28000",
            "D,2023,township,T2,all,34,500000,,,2000000,2500",
            "D,2023,school,P-01,primary,400,5000000,400000,20000,,",
            "D,2023,school,P-02,primary,34,500000,34000,2000,,",
            "D,2023,school,N-01,primary,166,2000000,166000,9000,,",
            "D,2023,school,N-01,junior,210,3500000,210000,10000,,",
            "D,2023,school,C-01,junior,500,8000000,500000,25000,,",
            "D,2023,school,S-01,special,40,2000000,300000,15000,,",
            "D,2022,school,X-09,primary,20,300000,20000,1000,,",
        ]
    )
)


def read(folder, *, finance=FINANCE, schools=SCHOOLS, sections=SECTIONS):
    path = folder / "finance.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(finance)
    return intake.read_tables(*write(folder, schools=schools, sections=sections), finance=path)


def changed(rows, row, **cells):
    """Return a table with some cells of one row changed; rows count as in a spreadsheet."""
    copy = [list(line) for line in rows]
    for column, value in cells.items():
        copy[row - 1][copy[0].index(column)] = value
    return copy


def faults_of(folder, **tables):
    with pytest.raises(TableError) as caught:
        read(folder, **tables)
    return [(fault.file, fault.row, fault.column, fault.value, fault.rule) for fault in caught.value.faults]


def test_funds_that_agree_are_read_with_all_columns_and_their_types(tmp_path):
    found = read(tmp_path).finance
    assert {column: str(dtype) for column, dtype in found.dtypes.items()} == codebook.table("finance").dtypes
    assert len(found) == len(FINANCE) - 1
    assert found["price_index"].isna().all()


def test_a_school_may_stand_in_years_before_the_table_of_schools_begins(tmp_path):
    later = changed(FINANCE, 14, year="2023")
    fault = ("finance.csv", 14, "unit_id", "X-09", "the school should be in schools.csv in 2023")
    assert fault in faults_of(tmp_path, finance=later)


@pytest.mark.parametrize(
    ("row", "cells", "place", "rule"),
    [
        pytest.param(
            6, {"level": "primary"}, ("level", "primary"), "a township should stand under all", id="township by level"
        ),
        pytest.param(
            7, {"unit_id": "T9"}, ("unit_id", "T9"), "schools.csv should have schools of this township", id="township"
        ),
        pytest.param(
            3, {"unit_id": "E"}, ("unit_id", "E"), "unit_id should be the county of the row, D", id="other county"
        ),
        pytest.param(
            9,
            {"level": "junior"},
            ("level", "junior"),
            "the school should have a junior section in sections.csv in 2023",
            id="level not taught",
        ),
        pytest.param(
            8,
            {"pupils": "399"},
            ("pupils", "399"),
            "pupils should be those of the section in sections.csv, which are 400",
            id="pupils",
        ),
        pytest.param(
            9,
            {"public_funds_yuan": "33000"},
            ("public_funds_yuan", "33000"),
            "public_funds_yuan of the school (33000 over its levels) should be its public_funds_budget_yuan in "
            "schools.csv, which is 34000",
            id="public funds",
        ),
        pytest.param(
            11,
            {"training_yuan": "9999"},
            ("training_yuan", "9000"),
            "training_yuan of the school (18999 over its levels) should be its training_budget_yuan in schools.csv, "
            "which is 19000",
            id="training, at the first row of the school",
        ),
        pytest.param(
            5,
            {"residents": "30499"},
            ("residents", "30499"),
            "residents of the county should not be below the sum over its townships, which is 30500",
            id="residents",
        ),
        pytest.param(
            5,
            {"education_spending_yuan": "19999999"},
            ("education_spending_yuan", "19999999"),
            "education_spending_yuan of the county should not be below the sum over its levels, which is 20000000",
            id="levels",
        ),
        pytest.param(
            3,
            {"pupils": "599"},
            ("pupils", "599"),
            "pupils of the county should not be below the sum over its schools, which is 600",
            id="schools",
        ),
    ],
)
def test_what_disagrees_is_a_fault_with_both_numbers_at_its_row(tmp_path, row, cells, place, rule):
    faults = faults_of(tmp_path, finance=changed(FINANCE, row, **cells))
    at = 10 if row == 11 else row  # what concerns a whole school stands at its first row
    assert ("finance.csv", at, *place, rule) in faults
    assert len(faults) == 1 or "level" in cells


def test_senior_pupils_may_take_the_rest_of_the_budget_but_nobody_more_than_it(tmp_path):
    read(tmp_path)  # C-01 has 500,000 for its junior section of a budget of 1,100,000
    more = changed(FINANCE, 12, public_funds_yuan="1100001")
    more = changed(changed(more, 4, public_funds_yuan="2000000"), 5, public_funds_yuan="3000000")
    (_, row, column, _, rule), *others = faults_of(tmp_path, finance=more)
    assert (row, column, others) == (12, "public_funds_yuan", [])
    assert rule.endswith("which is 1100000")


def test_an_integrated_school_of_which_one_level_is_missing_is_not_held_against_its_whole_budget(tmp_path):
    read(tmp_path, finance=[*FINANCE[:10], *FINANCE[11:]])
    read(tmp_path, finance=changed(FINANCE, 11, public_funds_yuan=""))


def test_missing_cells_and_columns_are_not_held_against_anything(tmp_path):
    columns = [FINANCE[0].index(name) for name in ("county", "year", "unit", "unit_id", "level")]
    assert len(read(tmp_path, finance=[[row[place] for place in columns] for row in FINANCE]).finance) == 13
    read(tmp_path, finance=changed(FINANCE, 8, pupils="", public_funds_yuan="", training_yuan=""))


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        pytest.param({"unit": "village"}, "unit should be one of county, township, school", id="unit"),
        pytest.param({"training_yuan": "400001"}, "training_yuan should not be above public_funds_yuan", id="training"),
        pytest.param({"level": "小学"}, "level should be one of primary, junior, special, all", id="Chinese label"),
    ],
)
def test_cells_of_the_table_are_checked_as_those_of_any_other(tmp_path, cells, rule):
    assert any(rule in found for *_, found in faults_of(tmp_path, finance=changed(FINANCE, 8, **cells)))
