"""The county's other items: schools, counts and documents, each against its condition."""

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess
from edubalance.assessment.items import evaluate
from edubalance.standards import Formula

QUALITY = standards.load("cn-2017-quality")


def reported(**values):
    """What the county Demo reports in 2023."""
    return [
        {"county": "Demo", "year": 2023, "variable": name, "value": value, "evidence": None}
        for name, value in values.items()
    ]


def item(condition, *, schools=None, sections=None, county=(), standard=QUALITY):
    tables = build(schools or [school("A", 1000)], sections or [section("A", 1000)], county)
    items = assess(tables, standard).items.set_index("condition")
    return items.loc[condition]


@pytest.mark.parametrize(
    ("rotated", "eligible", "value", "verdict"),
    [
        pytest.param(10, 100, 10.0, "met", id="exactly ten of a hundred"),
        pytest.param(99, 1000, 9.9, "not_met", id="just below"),
        pytest.param(np.nan, 100, np.nan, "undetermined", id="not reported"),
        pytest.param(0, 0, np.nan, "undetermined", id="nobody eligible: a share of nobody is no share"),
    ],
)
def test_a_share_of_counts_is_computed_and_compared(rotated, eligible, value, verdict):
    row = item("teacher_rotation", county=reported(rotated_teachers=rotated, eligible_teachers=eligible))
    np.testing.assert_equal(row["value"], value)
    assert row["verdict"] == verdict
    assert row["threshold"] == 10


def test_retention_subtracts_who_came_and_adds_who_left():
    """(950 - 30 + 60) / (1010 - 10) = 98 percent."""
    row = item(
        "junior_retention",
        county=reported(
            graduates=950, transferred_in_3y=30, transferred_out_3y=60, grade7_enrolment_3y_before=1010, deaths_3y=10
        ),
    )
    assert row["value"] == pytest.approx(98.0)
    assert row["verdict"] == "met"


def test_the_difference_rate_must_stay_below_its_limit_strictly():
    assert item("monitoring_difference_rate_chinese", county=reported(monitoring_difference_rate_chinese=0.15))[
        "verdict"
    ] == ("not_met")
    assert item("monitoring_difference_rate_chinese", county=reported(monitoring_difference_rate_chinese=0.1499))[
        "verdict"
    ] == ("met")


def test_a_document_item_is_met_by_evidence_and_undetermined_without():
    given = [{"county": "Demo", "year": 2023, "variable": "layout_planning", "value": None, "evidence": "Plan 12/2023"}]
    assert item("layout_planning", county=given)["verdict"] == "met"
    assert item("layout_planning", county=given)["evidence"] == "Plan 12/2023"
    assert item("layout_planning")["verdict"] == "undetermined"


@pytest.mark.parametrize(
    ("largest", "failed", "missing", "verdict"),
    [
        pytest.param((45, 40), 0, 0, "met", id="at the limit"),
        pytest.param((46, 40), 1, 0, "not_met", id="one pupil too many"),
        pytest.param((45, np.nan), 0, 1, "undetermined", id="one unknown"),
        pytest.param((46, np.nan), 1, 1, "not_met", id="one failure decides"),
    ],
)
def test_every_class_must_stay_within_the_limit(largest, failed, missing, verdict):
    sections = [
        section("A", 1000, largest_class_pupils=largest[0]),
        section("B", 1000, largest_class_pupils=largest[1]),
    ]
    row = item("class_size_primary", schools=[school("A", 1000), school("B", 1000)], sections=sections)
    assert (row["n_checked"], row["n_failed"], row["n_missing"], row["verdict"]) == (2, failed, missing, verdict)
    assert row["value"] == max(x for x in largest if not np.isnan(x))


def test_an_integrated_school_is_measured_as_a_whole():
    nine = [school("N", 2600, type="nine_year")]
    sections = [section("N", 1400), section("N", 1100, level="junior")]
    assert item("school_size_integrated", schools=nine, sections=sections)["verdict"] == "met"
    sections = [section("N", 1400), section("N", 1101, level="junior")]
    row = item("school_size_integrated", schools=nine, sections=sections)
    assert (row["value"], row["verdict"]) == (2501, "not_met")


@pytest.mark.parametrize(
    ("rooms", "classes", "value", "verdict"),
    [
        pytest.param(2, 24, 12.0, "met", id="one room for twelve classes"),
        pytest.param(2, 25, 12.5, "not_met", id="25 classes need three rooms"),
        pytest.param(3, 25, 25 / 3, "met", id="three rooms for 25 classes"),
        pytest.param(0, 25, np.inf, "not_met", id="no room"),
        pytest.param(np.nan, 25, np.nan, "undetermined", id="rooms not reported"),
    ],
)
def test_music_rooms_follow_the_classes(rooms, classes, value, verdict):
    """Required rooms are the classes over twelve, rounded up (three for 25 classes)."""
    row = item(
        "music_rooms", schools=[school("A", 1000, music_rooms=rooms)], sections=[section("A", 1000, classes=classes)]
    )
    np.testing.assert_allclose(row["value"], value)
    assert row["verdict"] == verdict


def test_a_school_known_to_have_no_room_does_not_fail_for_its_size_too():
    row = item("music_room_area", schools=[school("A", 1000, music_rooms=0, music_room_area_m2=np.nan)])
    assert row["n_checked"] == 0


def test_training_money_is_a_share_of_the_schools_own_budget():
    enough = [school("A", 1000, public_funds_budget_yuan=650000, training_budget_yuan=32500)]
    short = [school("A", 1000, public_funds_budget_yuan=650000, training_budget_yuan=32499)]
    assert item("training_budget_share", schools=enough)["verdict"] == "met"
    assert item("training_budget_share", schools=short)["verdict"] == "not_met"


def test_relief_raises_the_limit_only_where_it_is_named_fits_and_is_in_force():
    old = [school("A", 2300, year=2021, built_year=2005)]
    sections = [section("A", 2300, year=2021)]
    relieved = standards.load("cn-2017-quality", profiles=("relief-2019",))
    assert item("school_size_primary", schools=old, sections=sections)["verdict"] == "not_met"
    assert item("school_size_primary", schools=old, sections=sections, standard=relieved)["verdict"] == "met"
    new = [school("A", 2300, year=2021, built_year=2015)]
    assert item("school_size_primary", schools=new, sections=sections, standard=relieved)["verdict"] == "not_met"
    late = [school("A", 2300, built_year=2005)]
    row = item("school_size_primary", schools=late, sections=[section("A", 2300)], standard=relieved)
    assert row["verdict"] == "not_met"


def test_a_document_cannot_show_what_the_county_itself_denies():
    denied = [{"county": "Demo", "year": 2023, "variable": "layout_planning", "value": 0, "evidence": "not done"}]
    assert item("layout_planning", county=denied)["verdict"] == "not_met"


def test_a_level_without_sections_has_not_shown_its_class_sizes():
    assert item("class_size_junior")["verdict"] == "undetermined"
    assert item("school_size_integrated")["verdict"] == "met"


def test_a_county_that_reports_nothing_is_undetermined_not_passed():
    junior = school("J", 1000, 2.0, type="junior")
    tables = build([school("A", 1000), junior], [section("A", 1000), section("J", 1000, 2.0, level="junior")])
    assessment = assess(tables, QUALITY)
    by_dimension = assessment.dimensions.set_index("dimension")["verdict"]
    assert by_dimension["resource_allocation"] == "met"
    assert by_dimension["social_recognition"] == "undetermined"
    assert assessment.verdict == "undetermined"


def test_one_failed_item_fails_the_county(just_enough):
    tables = build(
        [school("A", 1000), school("B", 1000)],
        [section("A", 1000), section("B", 1000)],
        reported(satisfied_questionnaires=84, valid_questionnaires=100),
    )
    assert assess(tables, QUALITY).verdict == "not_met"


def test_a_formula_without_a_denominator_is_a_sum():
    values = {"a": np.array([3.0]), "b": np.array([1.0])}
    formula = Formula(numerator=(("a", 1), ("b", -1)), denominator=(), multiplier=10.0)
    assert evaluate(formula, values.__getitem__).tolist() == [20.0]
