"""Profiles: off unless named, within their window, refused where they do not fit."""

import datetime

import pytest

from edubalance import standards
from edubalance.errors import StandardError

QUALITY = "cn-2017-quality"


def test_no_profile_is_on_by_itself():
    plain = standards.load(QUALITY)
    assert plain.profiles == ()
    assert plain.reliefs == ()
    assert {entry.layer for rule in plain.rules for entry in rule.entries} == {0}


def test_a_profile_leaves_the_standard_itself_as_it_was():
    before = standards.load(QUALITY)
    standards.load(QUALITY, ["shenyang-2025"])
    assert standards.load(QUALITY) == before


@pytest.mark.parametrize(
    ("date", "profiles", "expected"),
    [
        pytest.param("2023-09-01", ["zhejiang-2023"], 50, id="before the profile the national value holds"),
        pytest.param("2024-09-01", ["zhejiang-2023"], 70, id="from its day on the profile holds"),
        pytest.param("2024-09-01", [], 50, id="not named, not on"),
    ],
)
def test_places_in_senior_high_schools_differ_by_time_and_place(date, profiles, expected):
    assert standards.load(QUALITY, profiles).value_on("senior_high_quota", date) == expected


@pytest.mark.parametrize("profiles", [[], ["shenyang-2025"]])
def test_the_threshold_of_special_education_is_not_the_quota_of_the_subsidy(profiles):
    for date in ("2018-09-01", "2025-09-01"):
        assert standards.load(QUALITY, profiles).value_on("special_education_funds", date) == 8000


def test_the_entry_names_the_profile_that_set_the_value():
    entry = standards.load(QUALITY, ["zhejiang-2023"]).entry_on("senior_high_quota", "2024-09-01")
    assert (entry.origin, entry.layer, entry.confidence) == ("zhejiang-2023", 1, "once")


def test_of_two_profiles_the_later_one_holds():
    both = standards.load(QUALITY, ["jiangsu-2012", "zhejiang-2023"])
    assert both.entry_on("senior_high_quota", "2024-09-01").origin == "zhejiang-2023"
    turned = standards.load(QUALITY, ["zhejiang-2023", "jiangsu-2012"])
    assert turned.entry_on("senior_high_quota", "2024-09-01").origin == "jiangsu-2012"


def test_an_older_provincial_scheme_cannot_bring_the_national_one_forward():
    jiangsu = standards.load(QUALITY, ["jiangsu-2012"])
    assert jiangsu.value_on("junior_retention", "2018-09-01") == 99
    assert jiangsu.value_on("class_size_primary", "2018-09-01") == 40
    with pytest.raises(StandardError, match="cn-2017-quality was not in force on 2014-09-01"):
        jiangsu.value_on("junior_retention", "2014-09-01")


@pytest.mark.parametrize(
    ("date", "count"),
    [("2019-09-01", 0), ("2020-09-01", 1), ("2022-09-01", 1), ("2022-12-30", 1), ("2022-12-31", 0), ("2025-09-01", 0)],
)
def test_the_relief_of_2019_lasts_three_years(date, count):
    relief = standards.load(QUALITY, ["relief-2019"])
    assert len(relief.reliefs_on("sports_area_per_pupil", date)) == count


def test_the_relief_counts_visiting_teachers_in_rural_schools_of_50_to_99():
    standard = standards.load(QUALITY, ["relief-2019"])
    (relief,) = standard.reliefs_on("pe_and_arts_teachers_per_100", "2021-09-01")
    assert relief.added == (("visiting_pe_arts_teachers", 1),)
    assert not relief.has_threshold
    assert [(test.column, test.operator, test.values) for test in relief.criteria] == [
        ("area", "in", ("rural",)),
        ("school_pupils", ">=", 50.0),
        ("school_pupils", "<", 100.0),
    ]


@pytest.mark.parametrize(
    ("relief", "expected"),
    [
        ("relief_music_room_built_by_2016", 73),
        ("relief_art_room_built_by_2016", 67),
        ("relief_music_room_small_rural_primary", 54),
        ("relief_art_room_small_rural_junior", 61),
        ("relief_size_primary_built_by_2010", 2400),
        ("relief_size_junior_many_migrants", 2400),
        ("relief_size_nine_year_many_migrants", 3000),
    ],
)
def test_relief_values(relief, expected):
    assert standards.load(QUALITY, ["relief-2019"]).value_on(relief, "2021-09-01") == expected


def test_every_relief_is_easier_than_the_rule_it_eases():
    standard = standards.load(QUALITY, ["relief-2019"])
    eased = [relief for relief in standard.reliefs if relief.has_threshold]
    for relief in eased:
        normal, easier = (standard.value_on(rule, "2021-09-01") for rule in (relief.rule, relief.id))
        assert easier < normal if standard.rule(relief.rule).direction == ">=" else easier > normal
    assert len(eased) == 12


def test_a_relief_value_outside_the_window_is_refused():
    standard = standards.load(QUALITY, ["relief-2019"])
    with pytest.raises(StandardError, match=r"is known for 2023-09-01 \(known from 2019-12-31, before 2022-12-31\)"):
        standard.value_on("relief_music_room_built_by_2016", "2023-09-01")


def test_shenyang_still_applies_the_relief_in_2025():
    both = standards.load(QUALITY, ["relief-2019", "shenyang-2025"])
    active = {year: len(both.reliefs_on("music_room_area", f"{year}-09-01")) for year in (2018, 2021, 2024, 2025)}
    assert active == {2018: 0, 2021: 3, 2024: 0, 2025: 3}
    assert both.value_on("relief_music_room_built_by_2016", "2025-09-01") == 73


def test_shenyang_adds_conditions_variables_and_vetoes():
    plain, local = standards.load(QUALITY), standards.load(QUALITY, ["shenyang-2025"])
    added = {part.id for part in local.conditions} - {part.id for part in plain.conditions}
    quotas = {"public_funds_quota_primary", "public_funds_quota_junior"}
    assert added == quotas | {"labour_education", "labour_share_of_practice"}
    assert len(local.application.vetoes) == 8
    assert {"labour_hours", "labour_education", "falsification"} <= {variable.id for variable in local.variables}


def test_added_conditions_are_asked_within_the_window_only():
    item = standards.load(QUALITY, ["shenyang-2025"]).item("unified_standards")
    asked = {year: len(item.conditions_on(datetime.date(year, 9, 1))) for year in (2023, 2025)}
    assert asked == {2023: 1, 2025: 3}


def test_the_other_reading_of_music_and_art_rooms_adds_them_up():
    each = standards.load(QUALITY).item("music_art_rooms")
    together = standards.load(QUALITY, ["music-art-together"]).item("music_art_rooms")
    areas = ["music_room_area", "art_room_area"]
    assert [part.id for part in each.conditions] == ["music_rooms", "art_rooms", *areas]
    assert [part.id for part in together.conditions] == [*areas, "music_and_art_rooms"]
    assert together.conditions[-1].check.columns == ("music_rooms", "art_rooms")


def test_the_other_reading_of_level_iii_asks_a_share_of_pupils():
    standard = standards.load(QUALITY, ["monitoring-pupil-share"])
    names = {variable.id for variable in standard.variables}
    assert standard.value_on("monitoring_share_science", "2023-09-01") == 85
    assert "monitoring_level_science" not in names
    assert "monitoring_difference_rate_science" in names
    assert not standard.has_rule("monitoring_level_science")


def test_profiles_tell_what_they_are():
    told = standards.profile("relief-2019")
    assert (told.since, told.until, told.known_to) == (datetime.date(2019, 12, 31), datetime.date(2022, 12, 31), "year")
    assert told.known.confidence == "once"
    assert standards.profile("music-art-together").known.confidence == "conflicting"


def test_all_profiles_are_listed_and_fit_the_standard_that_they_name():
    for name in standards.available_profiles():
        for fitting in standards.profile(name).standards:
            assert standards.load(fitting, [name]).profiles == (name,)
    assert standards.available_profiles("cn-2012-basic") == ()


def test_an_unknown_profile_is_refused_with_the_nearest_one():
    with pytest.raises(StandardError, match=r"There is no profile 'relief-2091'. Hint: Did you mean 'relief-2019'"):
        standards.load(QUALITY, ["relief-2091"])


def test_a_profile_made_for_another_standard_is_refused():
    with pytest.raises(StandardError, match="'relief-2019' is made for cn-2017-quality; got cn-2012-basic"):
        standards.load("cn-2012-basic", ["relief-2019"])


def test_a_profile_named_twice_is_refused():
    with pytest.raises(StandardError, match="is named twice"):
        standards.load(QUALITY, ["relief-2019", "relief-2019"])


def test_two_profiles_that_bring_the_same_condition_are_refused():
    with pytest.raises(StandardError, match=r"stands twice. Hint: Two profiles bring the same; name one of them"):
        standards.load(QUALITY, ["liaoning-2025", "shenyang-2025"])


def test_a_profile_given_as_text_is_refused():
    with pytest.raises(StandardError, match=r"Profiles are a list of ids; got the text 'relief-2019'"):
        standards.load(QUALITY, "relief-2019")
