"""The staff as a whole: requirements, ages, balance and stay by hand; classes against their limits."""

import numpy as np
import pandas as pd
import pytest
from evidence.staff import aged, material, serving

from edubalance.errors import EdubalanceError
from edubalance.evidence import classes, staff, teachers
from edubalance.measures.chance import chance_coefficient

# Requirements


def county(**values):
    return [
        {"county": "Demo", "year": 2023, "variable": name, "value": value, "evidence": None}
        for name, value in values.items()
    ]


ONE = {"school_id": 0, "certificate": 1, "training_hours_5y": 400, "rotated_in": 0, "backbone": 0}


def required(listed, **reported):
    return teachers.requirements(material(["urban"], teachers=listed, county=county(**reported))).set_index("condition")


def test_requirements_are_counted_from_the_teachers_and_met_or_not():
    found = required([ONE, ONE | {"training_hours_5y": 359}, ONE, ONE | {"rotated_in": 1}], eligible_teachers=5)
    assert found.loc["teacher_certificates", ["value", "threshold", "unit", "n", "missing", "met"]].tolist() == [
        100, 100, "%", 4, 0, True,
    ]  # fmt: skip
    assert found.loc["training_360_hours", ["value", "low", "high", "met"]].tolist() == [75, 75, 75, False]
    assert found.loc["teacher_rotation", ["value", "n", "met"]].tolist() == [20, 5, True]
    assert found.loc["backbone_rotation", ["value", "n", "met"]].tolist() == [0, 1, False]


def test_who_is_not_known_widens_the_bounds_and_decides_nothing_that_they_leave_open():
    """Of four, three certified and one not known: from 75 to 100 percent; the required 100 may be reached or not."""
    found = required([ONE, ONE, ONE, ONE | {"certificate": None}])
    row = found.loc["teacher_certificates"]
    assert row[["value", "low", "high", "missing"]].tolist() == [100, 75, 100, 1]
    assert row["met"] is pd.NA
    lost = required([ONE, ONE | {"certificate": 0}, ONE | {"certificate": None}]).loc["teacher_certificates"]
    assert lost["high"] < 100
    assert not lost["met"]


def test_what_the_county_does_not_report_leaves_a_requirement_open():
    found = required([ONE]).loc["teacher_rotation"]
    assert np.isnan(found["value"])
    assert found["met"] is pd.NA


def test_a_rotated_teacher_of_unknown_standing_is_missing_and_others_are_not():
    listed = [
        ONE | {"rotated_in": 1, "backbone": None},
        ONE | {"rotated_in": 1, "backbone": 1},
        ONE | {"backbone": None},
    ]
    row = required(listed).loc["backbone_rotation"]
    assert row[["low", "high", "n", "missing"]].tolist() == [50, 100, 2, 1]


# Ages


def test_an_age_pyramid_counts_bands_of_five_years():
    listed = [*aged([[22, 24, 25], [60]]), {"school_id": 1}]
    found = staff.age_pyramid(material(["urban", "rural"], teachers=listed)).set_index(["group", "age_from"])
    assert found.loc[("urban", 20), ["age_to", "teachers"]].tolist() == [24, 2]
    assert found.loc[("urban", 25), "share"] == pytest.approx(100 / 3)
    assert found.loc[("rural", 60), ["teachers", "share", "missing"]].tolist() == [1, 100, 1]
    assert found.groupby("group")["share"].sum().tolist() == pytest.approx([100, 100])
    assert len(found) == 2 * 9


def test_a_band_below_a_year_is_refused():
    with pytest.raises(EdubalanceError, match="a year wide at the least; got 0"):
        staff.age_pyramid(material(["urban"], teachers=aged([[30]])), width=0)


# Balance


def test_the_spread_of_the_staff_stands_beside_that_of_a_random_deal():
    """All young teachers in one of two schools of two: shares 1 and 0 have a coefficient of 1."""
    ready = material(["urban", "rural"], teachers=aged([[25, 26], [55, 56]]))
    found = staff.structure_balance(ready, attributes=["age_band"]).set_index("code")
    row = found.loc["to_30"]
    assert row[["share", "cv", "sections", "teachers", "missing"]].tolist() == [50, 1, 2, 4, 0]
    assert row["by_chance"] == pytest.approx(chance_coefficient(0.5, 4, 2))
    assert row["ratio"] == pytest.approx(np.sqrt(3))
    assert found.index.tolist() == ["to_30", "from_51"]


def test_those_of_whom_it_is_not_known_are_counted_as_missing():
    listed = [{"school_id": 0, "title": "senior"}, {"school_id": 0, "title": "none"}, {"school_id": 0}]
    found = staff.structure_balance(material(["urban"], teachers=listed), attributes=["title"])
    assert found["code"].tolist() == ["senior", "none"]
    assert found[["share", "teachers", "missing"]].to_numpy().tolist() == [[50, 2, 1]] * 2


# Stay


def test_a_curve_steps_down_when_some_leave():
    """In the first year one of two leaves, in the second one of four: 50 percent stay a year, 37.5 two."""
    listed = [serving(0, 0, 1), serving(0, 0), serving(0, 1, 1), *[serving(0, 1)] * 3, serving(0, 4)]
    found = staff.staying(material(["urban"], teachers=listed))
    assert found["years"].tolist() == [0, 1, 2, 5]
    assert found["share"].tolist() == pytest.approx([100, 50, 37.5, 37.5])
    assert found["at_risk"].tolist()[:3] == [2, 2, 4]
    assert np.isnan(found["low"].iloc[0])
    assert found["group"].unique().tolist() == ["urban"]


def test_numbers_at_risk_are_those_seen_in_that_year_of_service():
    listed = [serving(0, 0), serving(0, 0), serving(0, 5), serving(1, 5)]
    found = staff.serving(material(["urban", "rural"], teachers=listed), years=(0, 5, 6))
    assert found["at_risk"].tolist() == [2, 1, 0, 0, 1, 0]


# Classes


def test_classes_of_every_size_are_counted_and_held_against_the_limit():
    ready = material(["urban"], classes=[(0, 1, 45), (0, 1, 45), (0, 2, 46)])
    found = classes.sizes(ready)
    assert found[["pupils", "classes", "limit", "above"]].to_numpy().tolist() == [[45, 2, 45, False], [46, 1, 45, True]]


def test_bands_put_all_that_is_allowed_into_one():
    found = classes.bands(material(["urban"], classes=[(0, 1, 20), (0, 1, 40), (0, 2, 50), (0, 2, 70)]))
    assert found["part"].tolist() == ["up_to_45", "from_46_to_55", "from_56_to_65", "from_66"]
    assert found["value"].tolist() == [50, 25, 0, 25]


def test_schools_and_sections_stand_beside_their_limits():
    found = classes.against_limits(material(["urban"], classes=[(0, 1, 40)])).set_index("condition")
    assert sorted(found.index) == ["class_size_primary", "school_size_primary"]
    assert found.loc["school_size_primary", ["value", "threshold"]].tolist() == [100, 2000]


def test_without_teachers_and_classes_every_frame_is_empty():
    bare = material(["urban"])
    for made in (teachers.requirements, staff.age_pyramid, staff.structure_balance, staff.staying, staff.serving):
        assert made(bare).empty, made.__name__
    assert classes.sizes(bare).empty
    assert classes.bands(bare).empty
