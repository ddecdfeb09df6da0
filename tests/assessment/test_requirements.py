"""What stands behind the verdicts on items, and how requirements are counted."""

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess, requirements

QUALITY = standards.load("cn-2017-quality")


@pytest.fixture
def two_schools():
    """One school of two classes and one room of each kind, one of 2,100 pupils with a class of 60 and no room."""
    rooms = {"music_rooms": 1, "music_room_area_m2": 100.0, "art_rooms": 1, "art_room_area_m2": 80.0}
    none = {"music_rooms": 0, "art_rooms": 0}
    money = {"public_funds_budget_yuan": 100_000.0, "training_budget_yuan": 5_000.0}
    schools = [school("A", 90, **rooms, **money), school("B", 2100, **none)]
    classes = [{"classes": 2, "largest_class_pupils": 45}, {"classes": 40, "largest_class_pupils": 60}]
    return build(schools, [section("A", 90, **classes[0]), section("B", 2100, **classes[1])])


def _of(frame, condition):
    return frame.loc[frame["condition"] == condition].set_index("school_id")


def test_every_school_has_its_own_value_and_verdict(two_schools):
    frame = requirements.by_school(two_schools, QUALITY)
    size = _of(frame, "school_size_primary")
    assert size["value"].to_dict() == {"A": 90.0, "B": 2100.0}
    assert size["met"].to_dict() == {"A": True, "B": False}
    assert _of(frame, "class_size_primary")["value"].to_dict() == {"A": 45.0, "B": 60.0}


def test_a_school_without_a_room_has_infinitely_many_classes_a_room_and_no_room_to_measure(two_schools):
    frame = requirements.by_school(two_schools, QUALITY)
    assert _of(frame, "music_rooms")["value"].to_dict() == {"A": 2.0, "B": np.inf}
    assert list(_of(frame, "art_room_area").index) == ["A"]


def test_a_missing_budget_leaves_the_share_of_training_money_undetermined(two_schools):
    share = _of(requirements.by_school(two_schools, QUALITY), "training_budget_share")
    assert share.loc["A", "value"] == 5.0
    assert share["met"].isna().to_dict() == {"A": False, "B": True}


def test_the_values_are_those_that_the_county_is_judged_by(two_schools):
    frame, items = requirements.by_school(two_schools, QUALITY), assess(two_schools, QUALITY).items
    for condition, part in frame.groupby("condition", observed=True):
        judged = items.set_index("condition").loc[condition]
        assert (len(part), (~part["met"].fillna(value=True)).sum()) == (judged["n_checked"], judged["n_failed"])


def test_a_standard_without_such_conditions_gives_no_rows(two_schools):
    assert requirements.by_school(two_schools, standards.load("cn-2012-basic")).empty


def test_requirements_are_counted_by_dimension(two_schools):
    assessment = assess(two_schools, QUALITY)
    counts = requirements.tally(assessment)
    totals = counts.groupby("group")["count"].sum()
    assert totals["resource_allocation"] == len(assessment.counties)
    assert totals.drop("resource_allocation").sum() == len(assessment.items)
    size = counts.query("group == 'government_guarantee' and verdict == 'not_met'")["count"].sum()
    failed = assessment.items.query("dimension == 'government_guarantee' and verdict == 'not_met'")
    assert size == len(failed)


def test_a_standard_that_judges_composites_has_one_requirement_a_level(two_schools):
    assessment = assess(two_schools, standards.load("cn-2012-basic"))
    totals = requirements.tally(assessment).groupby("group")["count"].sum()
    assert totals["resource_allocation"] == len(assessment.composites)
