"""Which columns an indicator lacks: only empty ones are named, those that a shared resource is split by among them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from assessment.conftest import build, school, section

from edubalance import assessment, form, standards
from edubalance.assessment.lacking import counted, empty_columns
from edubalance.codebook import table

QUALITY = standards.load("cn-2017-quality")
SPORTS = "sports_area_per_pupil"


@pytest.fixture
def secondary():
    """A complete secondary school whose senior pupils are not known, beside a junior school with all numbers."""
    schools = [school("C", 500, type="complete_secondary", senior_pupils=np.nan), school("J", 300, type="junior")]
    return build(schools, [section("C", 500, level="junior"), section("J", 300, level="junior")])


def test_senior_pupils_are_named_where_a_shared_resource_waits_for_them(secondary):
    found = list(empty_columns(secondary, QUALITY, SPORTS, "junior", 2023, ["C", "J"]))
    assert found == [("schools", "senior_pupils", ["C"])]


def test_a_resource_that_is_not_shared_does_not_wait_for_them(secondary):
    assert list(empty_columns(secondary, QUALITY, "backbone_teachers_per_100", "junior", 2023, ["C", "J"])) == []


def test_the_pupils_of_the_other_level_are_named_where_a_school_shares():
    schools = [school("N", 400, type="nine_year")]
    tables = build(schools, [section("N", np.nan, 0), section("N", 210, level="junior")])
    assert list(empty_columns(tables, QUALITY, SPORTS, "junior", 2023, ["N"])) == [("sections", "pupils", ["N"])]


def test_columns_are_counted_one_by_one():
    schools = [school("A", 100), school("B", 100, indoor_sports_area_m2=np.nan), school("C", 100)]
    schools[2] |= {"sports_ground_area_m2": np.nan, "indoor_sports_area_m2": np.nan}
    tables = build(schools, [section(name, 100) for name in "ABC"])
    sections = assessment.assess(tables, QUALITY).sections.query("indicator == @SPORTS")
    said = counted(tables, QUALITY, SPORTS, "primary", 2023, sections)
    assert said == "schools.csv: sports_ground_area_m2 (primary 1/3); schools.csv: indoor_sports_area_m2 (primary 2/3)"


def test_eligibility_names_them_and_no_filled_column(secondary):
    found = assessment.eligibility(secondary, QUALITY, year=2023).parts
    part = found.loc[(found["part"] == SPORTS) & (found["level"] == "junior"), "missing"].item()
    assert part == "schools.csv: senior_pupils (junior 1/2)"


def test_the_form_names_them_too(secondary):
    filled = form.fill(secondary, QUALITY, 2023)
    open_ = {name: lacks for _, _, name, lacks in filled.open_places()}
    assert open_[f"section.C.junior.{SPORTS}"] == "schools.csv: senior_pupils (C)"


def test_where_nothing_is_empty_the_pupils_are_named(just_enough):
    sections = assessment.assess(just_enough, QUALITY).sections.query("indicator == @SPORTS")
    unknown = sections.assign(value=[np.nan, 1.0])
    assert counted(just_enough, QUALITY, SPORTS, "primary", 2023, unknown) == "sections.csv: pupils (primary 1/2)"


def test_large_classes_of_teaching_points_out_of_scope_are_not_counted():
    """A teaching point of 46 pupils stands outside; its one class of 46 is no class of the verdict."""
    schools = [school("A", 100), school("T", 46, type="teaching_point")]
    small = {"largest_class_pupils": 46, "classes_46_to_55": 1, "classes_56_to_65": 0, "classes_66_or_more": 0}
    large = small | {"largest_class_pupils": 40, "classes_46_to_55": 0}
    tables = build(schools, [section("A", 100, **large), section("T", 46, **small)])
    facts = form.fill(tables, QUALITY, 2023).facts
    assert facts["oversize_classes.primary"].value == 0
    single = [("A", 40), ("A", 41), ("T", 46)]
    rows = [
        {"county": "Demo", "year": 2023, "school_id": name, "level": "primary", "class_id": f"c{place}", "pupils": many}
        for place, (name, many) in enumerate(single)
    ]
    listed = dataclasses.replace(tables, classes=classes(rows))
    assert form.fill(listed, QUALITY, 2023).facts["oversize_classes.primary"].value == 0


def classes(rows):
    """Give rows of single classes their types."""
    return table("classes").conform(pd.DataFrame(rows).drop(columns="county"))
