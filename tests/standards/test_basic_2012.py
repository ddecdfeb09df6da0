"""The standard of 2012, and the one rule of Michigan."""

import pytest

from edubalance import standards
from edubalance.errors import StandardError


@pytest.fixture
def basic():
    return standards.load("cn-2012-basic")


def test_eight_indicators_in_the_order_of_the_published_tables(basic):
    assert [indicator.id for indicator in basic.indicators] == [
        "teaching_area_per_pupil",
        "sports_area_per_pupil",
        "equipment_value_per_pupil",
        "computers_per_100",
        "books_per_pupil",
        "teacher_pupil_ratio",
        "teachers_above_required_qualification_per_pupil",
        "teachers_mid_or_higher_title_per_pupil",
    ]


def test_the_composite_is_judged_and_the_single_coefficient_is_not(basic):
    assert basic.value_on("composite_limit", "2015-09-01", "primary") == 0.65
    assert basic.value_on("composite_limit", "2015-09-01", "junior") == 0.55
    assert not basic.has_rule("cv_limit")
    assert not basic.has_rule("school_min_met")


def test_government_work_and_satisfaction_need_85(basic):
    assert basic.value_on("government_work", "2015-09-01") == 85
    assert basic.value_on("public_satisfaction", "2015-09-01") == 85


def test_schools_have_no_threshold_of_their_own(basic):
    assert not any(indicator.has_threshold for indicator in basic.indicators)
    with pytest.raises(StandardError, match="cn-2012-basic sets no value for 'books_per_pupil'"):
        basic.value_on("books_per_pupil", "2015-09-01", "primary")


def test_five_resources_are_split_and_teachers_are_not(basic):
    assert [indicator.number for indicator in basic.indicators if indicator.split] == [1, 2, 3, 4, 5]
    assert {"computers", "books"} <= set(basic.split.columns)
    assert "multimedia_classrooms" not in basic.split.columns


def test_private_schools_other_founders_and_teaching_points_are_out(basic):
    assert basic.scope.founders == ("county",)
    assert "teaching_point" not in basic.scope.types
    assert basic.scope.teaching_point_min_pupils is None


def test_in_force_from_the_day_of_the_notice(basic):
    assert basic.value_on("composite_limit", "2012-01-20", "primary") == 0.65
    with pytest.raises(StandardError, match="cn-2012-basic was not in force on 2012-01-19"):
        basic.value_on("composite_limit", "2012-01-19", "primary")


def test_the_two_standards_count_indoor_sports_rooms_differently(basic):
    quality = standards.load("cn-2017-quality")
    assert "indoor_sports_area_m2" not in dict(basic.indicator("teaching_area_per_pupil").numerator("primary"))
    assert "indoor_sports_area_m2" in dict(
        quality.indicator("teaching_and_auxiliary_area_per_pupil").numerator("primary")
    )
    assert basic.indicator("sports_area_per_pupil").confidence == "inferred"


def test_michigan_holds_the_lowest_allowance_of_its_first_year_only():
    michigan = standards.load("mi-1994-proposal-a")
    assert michigan.value_on("foundation_per_pupil", "1994-09-01") == 4200
    assert michigan.indicator("foundation_per_pupil").unit("en") == "US dollars per pupil"
    assert michigan.indicator("foundation_per_pupil").numerator("primary") == ()
    assert not michigan.has_rule("cv_limit")
    with pytest.raises(StandardError, match="No value of foundation_per_pupil is known for 1998-09-01"):
        michigan.value_on("foundation_per_pupil", "1998-09-01")
    with pytest.raises(StandardError, match="not in force on 1993-09-01"):
        michigan.value_on("foundation_per_pupil", "1993-09-01")
