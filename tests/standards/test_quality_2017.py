"""The standard of 2017: thresholds, floors, limits, items, as the sources print them."""

import pytest

from edubalance import standards
from edubalance.errors import StandardError

DATE = "2023-09-01"
DIMENSIONS = {"resource_allocation": 7, "government_guarantee": 15, "education_quality": 9, "social_recognition": 1}
# 85 % of the thresholds, as one bureau's export settings store them; 4.505 is not rounded to 4.51.
FLOORS = {
    "teachers_above_required_qualification_per_100": (3.57, 4.505),
    "backbone_teachers_per_100": (0.85, 0.85),
    "pe_and_arts_teachers_per_100": (0.765, 0.765),
    "teaching_and_auxiliary_area_per_pupil": (3.825, 4.93),
    "sports_area_per_pupil": (6.375, 8.67),
    "equipment_value_per_pupil": (1700, 2125),
    "multimedia_classrooms_per_100": (1.955, 2.04),
}
THRESHOLDS = {
    "teachers_above_required_qualification_per_100": (4.2, 5.3),
    "backbone_teachers_per_100": (1, 1),
    "pe_and_arts_teachers_per_100": (0.9, 0.9),
    "teaching_and_auxiliary_area_per_pupil": (4.5, 5.8),
    "sports_area_per_pupil": (7.5, 10.2),
    "equipment_value_per_pupil": (2000, 2500),
    "multimedia_classrooms_per_100": (2.3, 2.4),
}
# From the text of each item, in the order of the national form.
COUNTY = {
    "music_rooms": 12,
    "art_rooms": 12,
    "music_room_area": 96,
    "art_room_area": 90,
    "school_size_primary": 2000,
    "school_size_junior": 2000,
    "school_size_integrated": 2500,
    "class_size_primary": 45,
    "class_size_junior": 50,
    "small_school_funding": 100,
    "special_education_funds": 8000,
    "teacher_pay": 1,
    "training_360_hours": 100,
    "teacher_rotation": 10,
    "backbone_rotation": 20,
    "teacher_certificates": 100,
    "nearby_enrolment_primary": 100,
    "nearby_enrolment_junior": 95,
    "senior_high_quota": 50,
    "migrant_children": 85,
    "junior_retention": 95,
    "disabled_enrolment": 95,
    "training_budget_share": 5,
    "monitoring_level_science": 3,
    "monitoring_difference_rate_arts": 0.15,
    "social_recognition": 85,
}


@pytest.fixture
def quality():
    return standards.load("cn-2017-quality")


@pytest.mark.parametrize(("indicator", "expected"), THRESHOLDS.items())
def test_the_fourteen_thresholds(quality, indicator, expected):
    assert tuple(quality.value_on(indicator, DATE, level) for level in ("primary", "junior")) == expected


@pytest.mark.parametrize(("indicator", "expected"), FLOORS.items())
def test_the_floor_is_85_percent_of_the_threshold_to_the_last_digit(quality, indicator, expected):
    assert tuple(quality.floor_on(indicator, DATE, level) for level in ("primary", "junior")) == expected


@pytest.mark.parametrize(("condition", "expected"), COUNTY.items())
def test_the_values_of_the_other_items(quality, condition, expected):
    level = next(part.level for part in quality.conditions if part.id == condition)
    assert quality.value_on(condition, DATE, level) == expected


def test_every_condition_with_a_value_is_covered_above(quality):
    monitored = {part.id for part in quality.item("monitoring").conditions}
    valued = {part.id for part in quality.conditions if part.kind != "document"}
    assert valued - monitored == set(COUNTY) - monitored


def test_six_of_seven_with_the_rest_at_85_percent(quality):
    assert (quality.value_on("school_min_met", DATE), len(quality.indicators)) == (6, 7)
    assert quality.value_on("school_floor_share", DATE) == 0.85


def test_each_coefficient_has_a_limit_and_the_composite_none(quality):
    assert quality.value_on("cv_limit", DATE, "primary") == 0.50
    assert quality.value_on("cv_limit", DATE, "junior") == 0.45
    assert not quality.has_rule("composite_limit")


def test_32_items_in_four_dimensions(quality):
    counted = {name: sum(item.dimension == name for item in quality.items) for name in DIMENSIONS}
    assert counted == DIMENSIONS
    assert len(quality.items) == 32


def test_the_files_are_numbered_in_the_order_of_the_items(quality):
    order = list(DIMENSIONS)
    places = [(order.index(item.dimension), item.number) for item in quality.items]
    assert places == sorted(places)


def test_indoor_sports_rooms_move_from_rooms_to_sports_area(quality):
    rooms = dict(quality.indicator("teaching_and_auxiliary_area_per_pupil").numerator("primary"))
    sports = dict(quality.indicator("sports_area_per_pupil").numerator("primary"))
    assert (rooms["indoor_sports_area_m2"], sports["indoor_sports_area_m2"]) == (-1, 1)


def test_junior_college_counts_above_the_required_degree_in_primary_only(quality):
    indicator = quality.indicator("teachers_above_required_qualification_per_100")
    assert ("teachers_junior_college", 1) in indicator.numerator("primary")
    assert ("teachers_junior_college", 1) not in indicator.numerator("junior")


def test_equipment_arrives_in_10_000_yuan_and_is_judged_in_yuan(quality):
    indicator = quality.indicator("equipment_value_per_pupil")
    assert (indicator.multiplier, indicator.unit("en")) == (10000, "yuan per pupil")


def test_what_is_split_and_teachers_are_not(quality):
    assert [indicator.number for indicator in quality.indicators if indicator.split] == [4, 5, 6, 7]
    assert not [column for column in quality.split.columns if "teacher" in column]
    for indicator in quality.indicators:
        used = {column for column, _ in indicator.numerator("primary")}
        assert indicator.split == (used <= set(quality.split.columns))


def test_split_weights(quality):
    weights = {kind: dict(levels) for kind, levels in quality.split.weights.items()}
    assert weights == {
        "nine_year": {"primary": 1.0, "junior": 1.1},
        "twelve_year": {"primary": 1.0, "junior": 1.1, "senior": 1.32},
        "complete_secondary": {"junior": 1.0, "senior": 1.2},
    }


def test_private_schools_and_teaching_points_of_fifty_count(quality):
    assert "private" in quality.scope.founders
    assert "teaching_point" in quality.scope.types
    assert quality.scope.teaching_point_min_pupils == 50
    assert not {"special", "vocational"} & set(quality.scope.types)
    assert quality.scope.known.confidence == "inferred"


def test_the_monitoring_rate_is_strictly_below_and_coefficients_may_equal_their_limit(quality):
    directions = {part.id: part.direction for part in quality.item("monitoring").conditions}
    assert directions["monitoring_difference_rate_chinese"] == "<"
    assert directions["monitoring_level_chinese"] == ">="
    assert quality.rule("cv_limit").direction == "<="


def test_retention_takes_those_who_came_off_and_adds_those_who_left(quality):
    formula = quality.item("junior_retention").conditions[0].formula
    assert dict(formula.numerator) == {"graduates": 1, "transferred_in_3y": -1, "transferred_out_3y": 1}
    assert dict(formula.denominator) == {"grade7_enrolment_3y_before": 1, "deaths_3y": -1}


def test_printed_decimals(quality):
    assert dict(quality.precision) == {"value": 2, "mean": 2, "cv": 3, "ratio": 1}


def test_five_checks_before_applying_and_five_vetoes(quality):
    checks = quality.application.checks
    assert [check.number for check in checks] == [1, 2, 3, 4, 5]
    assert len(quality.application.vetoes) == 5
    for check in checks:
        if check.kind == "reference":
            assert quality.has_rule(check.refers_to) or quality.item(check.refers_to)
    assert quality.value_on("basic_balance_history_primary", DATE) == 0.60
    assert quality.value_on("basic_balance_history_junior", DATE) == 0.50


def test_a_veto_is_a_flag_and_the_one_that_is_measured_names_its_item(quality):
    vetoes = quality.application.vetoes
    flags = {variable.id for variable in quality.variables if variable.kind == "flag"}
    assert {veto.conditions[0].id for veto in vetoes} == flags
    assert [veto.refers_to for veto in vetoes] == ["", "", "", "social_recognition", ""]
    assert quality.item("social_recognition").conditions
    assert {veto.id: veto.confidence for veto in vetoes}["unfilled_posts"] == "verified_twice"


def test_basic_balance_before_applying_is_that_of_2012_over_three_years(quality):
    assert quality.application.checks[1].refers_to in standards.available()
    assert quality.value_on("basic_history_years", DATE) == 3
    assert quality.entry_on("basic_history_years", DATE).confidence == "once"
    with pytest.raises(StandardError, match="basic_history_years was not in force on 2019-09-01"):
        quality.value_on("basic_history_years", "2019-09-01")


def test_the_day_of_recognition_may_be_reported(quality):
    kinds = {variable.id: variable.kind for variable in quality.application.checks[0].variables}
    assert kinds == {"years_since_basic_recognition": "number", "basic_recognition_date": "date"}


def test_only_the_first_check_was_read_twice(quality):
    assert [check.confidence for check in quality.application.checks] == [
        "verified_twice",
        "inferred",
        "once",
        "once",
        "once",
    ]


def test_the_history_check_is_asked_only_since_the_procedure_of_2019(quality):
    history = quality.application.checks[1]
    asked = {
        year: [part.id for part in history.conditions if part.kind == "formula" and part.holds_on(standards_day(year))]
        for year in (2018, 2023)
    }
    assert asked == {2018: [], 2023: ["basic_balance_history_primary", "basic_balance_history_junior"]}


def standards_day(year):
    """Return the day on which the data of a year are judged."""
    from edubalance.standards.dated import as_date

    return as_date(f"{year}-09-01")


def test_the_month_is_known_and_the_day_is_not(quality):
    assert str(quality.in_force_from) == "2017-04-30"
    assert quality.in_force_known_to == "month"
    assert quality.in_force_known.confidence == "once"


def test_wrong_values_of_a_secondary_source_are_not_ours(quality):
    """A manual in circulation prints 1.1, 1.0, 8.4 for junior indicators 2, 3, 5; another 0.65 as limit of each CV."""
    wrong = {
        "backbone_teachers_per_100": 1.1,
        "pe_and_arts_teachers_per_100": 1.0,
        "sports_area_per_pupil": 8.4,
        "cv_limit": 0.65,
    }
    for rule, value in wrong.items():
        assert value not in [entry.value for entry in quality.rule(rule).entries if entry.level == "junior"]
    assert 0.65 not in [entry.value for entry in quality.rule("cv_limit").entries]
