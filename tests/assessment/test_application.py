"""Checks before applying and vetoes: by hand, at their limits, and never met where something is missing."""

import datetime

import numpy as np
import pandas as pd
import pytest
from assessment.conftest import build, school, section
from hypothesis import given
from hypothesis import strategies as st

from edubalance import standards
from edubalance.assessment import assess, eligibility
from edubalance.assessment.application import to_dict
from edubalance.assessment.basic_history import history, window_on
from edubalance.assessment.recognition import full_years
from edubalance.errors import EdubalanceError

QUALITY = standards.load("cn-2017-quality")
BASIC = standards.load("cn-2012-basic")
YEARS = (2021, 2022, 2023)


def reported(year=2023, county="Demo", **values):
    """What a county reports in a year; a text is a document."""
    return [
        {
            "county": county,
            "year": year,
            "variable": name,
            "value": np.nan if isinstance(value, str) else value,
            "evidence": value if isinstance(value, str) else None,
        }
        for name, value in values.items()
    ]


def basic_school(school_id, pupils, share=1.0, **changes):
    """A school of which every resource, of the older standard too, is `share` of the same amount a pupil."""
    return school(school_id, pupils, share, computers=0.1 * pupils * share, books=20.0 * pupils * share) | changes


def basic_section(school_id, pupils, share=1.0, **changes):
    """Its section, with all teachers at `share` of the same number a pupil."""
    teachers = {"teachers": pupils / 10 * share, "teachers_mid_or_higher_title": pupils / 20 * share}
    return section(school_id, pupils, share) | teachers | changes


def two_levels(shares, years=YEARS, county=(), name="Demo"):
    """Two equal primary and two equal junior schools a year, at `1 - share` and `1 + share` of the same resources.

    The mean is 1 and every coefficient is the share itself: sqrt((s² + s²) / 2) / 1.
    """
    schools, sections = [], []
    for year, share in zip(years, shares, strict=True):
        for level in ("primary", "junior"):
            for school_id, part in ((f"{name}-{level}-low", 1 - share), (f"{name}-{level}-high", 1 + share)):
                schools.append(basic_school(school_id, 1000, part, county=name, year=year, type=level))
                sections.append(basic_section(school_id, 1000, part, year=year, level=level))
    return build(schools, sections, county)


def judged(cases, part=None, standard=QUALITY, **asked):
    """Judge many counties in one pass: each is a case, with the shares of its years and what it reports."""
    tables = [
        two_levels(
            case.get("shares", [0.1]), case.get("years", [2023]), reported(county=name, **case.get("says", {})), name
        )
        for name, case in cases.items()
    ]
    frames = [
        pd.concat([getattr(each, table) for each in tables]).to_dict("records")
        for table in ("schools", "sections", "county")
    ]
    found = eligibility(build(*frames), standard, **({"year": 2023} | asked))
    return found if part is None else found.parts.loc[found.parts["part"] == part].set_index("county")


def told(frame, *columns):
    """Return columns of a frame by county, as plain values."""
    return {county: tuple(row) for county, *row in frame[list(columns)].itertuples()}


def test_the_example_has_the_coefficients_that_it_says():
    found = assess(two_levels([0.6, 0.5, 0.25]), BASIC).composites
    np.testing.assert_allclose(found["composite"], [0.6, 0.6, 0.5, 0.5, 0.25, 0.25])


# Recognition --------------------------------------------------------------------------------------------------------

YEARS_SINCE = "years_since_basic_recognition"
BOTH = "county.csv: years_since_basic_recognition, basic_recognition_date"


def test_three_full_years_since_recognition_are_enough():
    cases = {name: {"says": {YEARS_SINCE: years}} for name, years in (("three", 3), ("two", 2), ("silent", np.nan))}
    found = judged(cases, YEARS_SINCE)
    assert told(found, "verdict", "missing") == {
        "three": ("met", ""),
        "two": ("not_met", ""),
        "silent": ("undetermined", BOTH),
    }
    assert set(found["limit"]) == {3}
    assert set(found["basis"]) == {"reported"}


def test_the_day_of_recognition_is_counted_to_the_day():
    days = {
        "three years on the day that judges 2023": (20200901, 3, "met"),
        "one day short": (20200902, 2, "not_met"),
        "recognised after the day": (20240101, -1, "not_met"),
        "the month alone does not tell": (202009, 2, "undetermined"),
        "the month before does": (202008, 3, "met"),
        "the year alone does not tell": (2020, 2, "undetermined"),
        "the year before does": (2019, 3, "met"),
        "the year after does": (2021, 1, "not_met"),
    }
    found = judged({name: {"says": {"basic_recognition_date": day}} for name, (day, *_) in days.items()}, YEARS_SINCE)
    assert told(found, "value", "verdict") == {name: tuple(expected) for name, (_, *expected) in days.items()}


def test_who_applies_a_day_later_has_three_years_and_the_stated_number_no_longer_counts():
    cases = {
        "day": {"says": {"basic_recognition_date": 20200902}},
        "both": {"says": {"basic_recognition_date": 20200902, YEARS_SINCE: 2}},
        "number": {"says": {YEARS_SINCE: 2}},
    }
    found = judged(cases, YEARS_SINCE, on="2023-09-02")
    assert told(found, "value", "verdict", "remark") == {
        "day": (3, "met", ""),
        "both": (3, "met", ""),
        "number": (2, "not_met", ""),
    }


def test_where_number_and_day_differ_the_worse_is_judged_and_said():
    cases = {
        "agrees with a year that leaves it open": {YEARS_SINCE: 3, "basic_recognition_date": 2020},
        "the day says less": {YEARS_SINCE: 5, "basic_recognition_date": 20210101},
        "the number says less": {YEARS_SINCE: 2, "basic_recognition_date": 20150101},
    }
    found = judged({name: {"says": says} for name, says in cases.items()}, YEARS_SINCE)
    assert told(found, "value", "verdict", "remark") == {
        "agrees with a year that leaves it open": (3, "met", ""),
        "the day says less": (2, "not_met", "disagree"),
        "the number says less": (2, "not_met", "disagree"),
    }


@given(st.dates(datetime.date(2012, 2, 1), datetime.date(2023, 8, 31)))
def test_a_day_lies_between_what_its_month_and_its_year_tell(day):
    on = datetime.date(2023, 9, 1)
    counted = [full_years(np.array([float(day.strftime(form))]), on) for form in ("%Y%m%d", "%Y%m", "%Y")]
    (exact, same), (month_low, month_high), (year_low, year_high) = [(low[0], high[0]) for low, high in counted]
    assert exact == same
    assert year_low <= month_low <= exact <= month_high <= year_high
    # A full year has 365 days or 366.
    assert exact * 365 <= (on - day).days <= (exact + 1) * 366


@pytest.mark.parametrize("written", [20201345.0, 20230229.0, 20.0, 202013.0, 2020.5])
def test_a_number_that_is_no_day_is_refused(written):
    with pytest.raises(EdubalanceError, match=r"eight digits, such as 20151231; got .* Correct it in county.csv"):
        full_years(np.array([written]), datetime.date(2023, 9, 1))


@pytest.mark.parametrize("slip", [{YEARS_SINCE: 2015}, {"basic_recognition_date": 2011}], ids=["year", "too early"])
def test_more_years_than_there_has_been_basic_balance_are_refused(slip):
    with pytest.raises(EdubalanceError, match=r"of Demo 2023 reaches back before 2012-01-20"):
        judged({"Demo": {"says": slip}})


# The years before ---------------------------------------------------------------------------------------------------

INCIDENT = "no_major_incident_in_year"
PRIMARY, JUNIOR, FAILED = "basic_balance_history_primary", "basic_balance_history_junior", "no_basic_indicator_failed"
COMPLETE = {"years": YEARS}


def test_the_highest_composite_of_three_years_is_held_against_the_tighter_limits():
    shares = {
        "junior exactly at its limit": [0.5, 0.2, 0.2],
        "primary exactly at its limit": [0.6, 0.2, 0.2],
        "one year above": [0.2, 0.601, 0.2],
        "within": [0.2, 0.2, 0.2],
    }
    found = judged({name: COMPLETE | {"shares": share} for name, share in shares.items()}).parts
    primary, junior = (found.loc[found["part"] == part].set_index("county") for part in (PRIMARY, JUNIOR))
    assert told(primary, "verdict") == {
        "junior exactly at its limit": ("met",),
        "primary exactly at its limit": ("met",),
        "one year above": ("not_met",),
        "within": ("met",),
    }
    assert told(junior, "verdict") == {
        "junior exactly at its limit": ("met",),
        "primary exactly at its limit": ("not_met",),
        "one year above": ("not_met",),
        "within": ("met",),
    }
    assert (set(primary["limit"]), set(junior["limit"])) == ({0.60}, {0.50})
    for rows in (primary, junior):
        np.testing.assert_allclose(rows["value"], [max(shares[county]) for county in rows.index])
        assert set(rows["basis"]) == {"tables"}
        assert set(rows["confidence"]) == {"inferred"}


def test_a_year_that_the_tables_lack_leaves_it_undetermined_and_is_named_unless_another_decides():
    cases = {
        "lacks 2022": {"shares": [0.2, 0.2], "years": [2021, 2023]},
        "lacks 2022, above in 2021": {"shares": [0.6, 0.2], "years": [2021, 2023]},
        "above before the three": {"shares": [0.9, 0.2, 0.2, 0.2], "years": [2020, *YEARS]},
    }
    found = judged(cases, JUNIOR)
    assert told(found, "verdict", "missing", "basis") == {
        "lacks 2022": ("undetermined", "schools.csv, sections.csv: junior 2022", "tables"),
        "lacks 2022, above in 2021": ("not_met", "schools.csv, sections.csv: junior 2022", "tables"),
        "above before the three": ("met", "", "tables"),
    }
    assert found.loc["lacks 2022", "value"] == pytest.approx(0.2)


def test_a_missing_value_makes_the_year_undetermined_and_names_the_indicator():
    tables = two_levels([0.2, 0.2, 0.2])
    at = (tables.schools["year"] == 2022) & (tables.schools["school_id"] == "Demo-junior-low")
    tables.schools.loc[at, "books"] = np.nan
    found = eligibility(tables, QUALITY, year=2023).parts.set_index("part")
    assert found.loc[JUNIOR, "verdict"] == "undetermined"
    assert found.loc[JUNIOR, "missing"] == "schools.csv: books (junior 2022 1/2)"
    assert found.loc[PRIMARY, "verdict"] == "met"


def test_a_resource_that_no_school_has_fails_its_year():
    tables = two_levels([0.2, 0.2, 0.2])
    tables.schools.loc[tables.schools["year"] == 2021, "books"] = 0.0
    found = eligibility(tables, QUALITY, year=2023).parts.set_index("part")
    assert found.loc[[PRIMARY, FAILED], "verdict"].tolist() == ["not_met", "not_met"]


def test_the_county_may_state_the_highest_composite_itself_and_the_higher_one_is_judged():
    lacking = {"shares": [0.2, 0.2], "years": [2021, 2023]}
    complete = COMPLETE | {"shares": [0.2] * 3}
    cases = {
        "at the limit": lacking | {"says": {"basic_composite_junior_highest_3y": 0.5}},
        "above": lacking | {"says": {"basic_composite_junior_highest_3y": 0.501}},
        "less than is known": lacking | {"says": {"basic_composite_junior_highest_3y": 0.1}},
        "rounded": complete | {"says": {"basic_composite_junior_highest_3y": 0.201}},
        "more than all": complete | {"says": {"basic_composite_junior_highest_3y": 0.51}},
    }
    found = judged(cases, JUNIOR)
    assert told(found.assign(value=found["value"].round(9)), "value", "verdict", "basis", "remark") == {
        "at the limit": (0.5, "met", "declared", ""),
        "above": (0.501, "not_met", "declared", ""),
        "less than is known": (0.2, "met", "declared", "disagree"),
        "rounded": (0.201, "met", "tables", ""),
        "more than all": (0.51, "not_met", "declared", "disagree"),
    }


def test_that_no_indicator_failed_a_document_alone_can_say():
    cases = {
        "a document": ([0.2] * 3, "report 12"),
        "the county says no": ([0.2] * 3, 0),
        "nothing": ([0.2] * 3, np.nan),
        "a year failed": ([0.2, 0.56, 0.2], "report 12"),
        "at the limit of 2012": ([0.2, 0.55, 0.2], "report 12"),
    }
    found = judged(
        {name: COMPLETE | {"shares": share, "says": {FAILED: said}} for name, (share, said) in cases.items()}, FAILED
    )
    assert told(found, "verdict", "basis", "remark", "missing") == {
        "a document": ("met", "declared", "", ""),
        "the county says no": ("not_met", "declared", "", ""),
        "nothing": ("undetermined", "declared", "", "county.csv: no_basic_indicator_failed (evidence)"),
        "a year failed": ("not_met", "tables", "disagree", ""),
        "at the limit of 2012": ("met", "declared", "", ""),
    }


def test_the_history_says_what_each_year_had():
    tables = two_levels([0.2, 0.6], [2022, 2023])
    places = pd.DataFrame({"county": pd.array(["Demo"], dtype="string"), "year": [2023]})
    found = history(tables, places, QUALITY, BASIC).set_index(["history_year", "level"])
    assert found["met"].astype(object).where(found["met"].notna(), None).to_dict() == {
        (2021, "primary"): None,
        (2021, "junior"): None,
        (2022, "primary"): True,
        (2022, "junior"): True,
        (2023, "primary"): True,
        (2023, "junior"): False,
    }


def test_before_the_procedure_of_2019_no_window_is_asked():
    assert [window_on(QUALITY, year) for year in (2018, 2019, 2020)] == [0, 0, 3]
    assert window_on(BASIC, 2020) == 0
    found = eligibility(two_levels([0.9], [2018]), QUALITY)
    asked = found.parts.loc[found.parts["line"] == "basic_balance_history", "part"]
    assert asked.tolist() == [FAILED]
    assert found.history.empty


# The present assessment ---------------------------------------------------------------------------------------------


def test_the_coefficients_are_those_of_the_assessment_and_at_the_limit_they_are_met():
    found = judged({"at": {"shares": [0.45]}, "above": {"shares": [0.4501]}}).parts
    rows = found.loc[found["line"] == "coefficients_before_applying"]
    assert len(rows) == 28
    np.testing.assert_allclose(rows["value"], rows["county"].map({"at": 0.45, "above": 0.4501}))
    assert rows.groupby(["county", "level"])["verdict"].unique().map(list).to_dict() == {
        ("above", "junior"): ["not_met"],
        ("above", "primary"): ["met"],
        ("at", "junior"): ["met"],
        ("at", "primary"): ["met"],
    }


def test_a_level_without_sections_is_undetermined():
    tables = build([basic_school("A", 1000)], [basic_section("A", 1000)])
    found = eligibility(tables, QUALITY).parts
    rows = found.loc[(found["line"] == "coefficients_before_applying") & (found["level"] == "junior")]
    assert set(rows["verdict"]) == {"undetermined"}
    assert set(rows["missing"]) == {"schools.csv, sections.csv: junior"}
    assert len(rows) == 7


def test_monitoring_is_taken_from_the_assessment_strictly_below_its_limit():
    rates = {"below": 0.149, "at": 0.15, "silent": np.nan}
    cases = {name: {"says": {"monitoring_difference_rate_arts": rate}} for name, rate in rates.items()}
    found = judged(cases, "monitoring_difference_rate_arts")
    assert told(found, "verdict") == {"below": ("met",), "at": ("not_met",), "silent": ("undetermined",)}
    assert set(found["line"]) == {"monitoring_before_applying"}
    assert set(found["limit"]) == {0.15}
    assert set(found["confidence"]) == {"once"}


def test_the_incident_of_the_year_is_shown_by_a_document_and_never_by_silence():
    said = {"document": "letter 3", "there was one": 0, "silent": np.nan}
    found = judged({name: {"says": {INCIDENT: one}} for name, one in said.items()}, INCIDENT)
    assert told(found, "verdict") == {"document": ("met",), "there was one": ("not_met",), "silent": ("undetermined",)}
    assert set(found["basis"]) == {"declared"}
    assert set(found["confidence"]) == {"once"}


# Vetoes -------------------------------------------------------------------------------------------------------------


def test_a_veto_is_the_countys_word_and_silence_is_no_pass():
    flags = {"did not happen": 0, "happened": 1, "silent": np.nan}
    found = judged({name: {"says": {"admission_by_exam": flag}} for name, flag in flags.items()}, "admission_by_exam")
    assert told(found, "verdict", "missing") == {
        "did not happen": ("met", ""),
        "happened": ("not_met", ""),
        "silent": ("undetermined", "county.csv: admission_by_exam"),
    }
    assert set(found["basis"]) == {"declared"}
    assert set(found["kind"]) == {"veto"}


@pytest.mark.parametrize("flag", [2, -1, 0.5])
def test_a_flag_that_is_neither_is_refused(flag):
    with pytest.raises(EdubalanceError, match=r"key_schools_or_classes of Demo 2023 should be 1 .* or 0 .*; got"):
        judged({"Demo": {"says": {"key_schools_or_classes": flag}}})


def test_public_recognition_is_measured_where_it_can_be_and_the_worse_is_judged():
    cases = {
        "measured, at the limit": (85, np.nan, "met", "reported", ""),
        "measured, below": (84.9, np.nan, "not_met", "reported", ""),
        "denied, yet measured": (84.9, 0, "not_met", "reported", "disagree"),
        "admitted, yet not measured": (90, 1, "not_met", "reported", "disagree"),
        "both": (90, 0, "met", "reported", ""),
        "the word alone": (np.nan, 0, "met", "declared", ""),
        "neither": (np.nan, np.nan, "undetermined", "declared", ""),
    }
    says = {
        name: {"satisfied_questionnaires": many, "valid_questionnaires": 100, "social_recognition_failed": flag}
        for name, (many, flag, *_) in cases.items()
    }
    found = judged({name: {"says": one} for name, one in says.items()}, "social_recognition_failed")
    assert told(found, "verdict", "basis", "remark") == {name: tuple(rest) for name, (_, _, *rest) in cases.items()}
    assert set(found["limit"]) == {85}


def test_a_local_veto_is_asked_from_the_day_of_its_profile_on():
    local = standards.load("cn-2017-quality", ["shenyang-2025"])
    found = eligibility(two_levels([0.1, 0.1], [2023, 2025]), local).lines
    assert found.loc[found["line"] == "falsification", "year"].tolist() == [2025]


# Together -----------------------------------------------------------------------------------------------------------

MONITORED = ("chinese", "mathematics", "science", "physical_education", "arts", "moral_education")
# All that a county can report to be free to apply.
EVERYTHING = {
    YEARS_SINCE: 3,
    FAILED: "report 12",
    INCIDENT: "letter 3",
    **{f"monitoring_level_{subject}": 3 for subject in MONITORED},
    **{f"monitoring_difference_rate_{subject}": 0.1 for subject in MONITORED},
    "admission_by_exam": 0,
    "illegal_school_choice": 0,
    "key_schools_or_classes": 0,
    "unfilled_posts": 0,
    "satisfied_questionnaires": 85,
    "valid_questionnaires": 100,
}
FREE = COMPLETE | {"shares": [0.2] * 3, "says": EVERYTHING}


def test_a_county_that_shows_everything_may_apply():
    found = judged({"Demo": FREE})
    assert found.verdicts.to_dict("records") == [
        {"county": "Demo", "year": 2023, "checks": "met", "vetoes": "met", "verdict": "met"}
    ]
    assert found.verdict == "met"
    assert set(found.lines["missing"]) == {""}


def test_whatever_is_left_out_leaves_it_undetermined_and_is_named():
    cases = {
        left_out: FREE | {"says": {name: value for name, value in EVERYTHING.items() if name != left_out}}
        for left_out in EVERYTHING
    }
    found = judged(cases)
    assert set(found.verdicts["verdict"]) == {"undetermined"}
    lacking = found.lines.loc[found.lines["missing"] != ""]
    assert sorted(lacking["county"]) == sorted(EVERYTHING)
    assert all(row.county in row.missing for row in lacking.itertuples())


def test_a_declared_veto_stands_beside_the_verdict_of_the_assessment_and_not_inside():
    happened = FREE | {"says": EVERYTHING | {"admission_by_exam": 1}}
    tables = [two_levels([0.2] * 3, YEARS, reported(**case["says"])) for case in (FREE, happened)]
    without, with_veto = (assess(each, QUALITY) for each in tables)
    assert with_veto.verdicts.equals(without.verdicts)
    assert with_veto.dimensions.equals(without.dimensions)
    assert judged({"Demo": happened}).verdicts["vetoes"].tolist() == ["not_met"]


def test_a_line_rests_on_its_weakest_part_and_says_all_that_it_rests_on():
    lines = judged({"Demo": FREE}).lines.set_index("line")
    assert lines.loc["basic_balance_history", "basis"] == "tables+declared"
    assert lines["confidence"].to_dict() == {
        "years_since_basic_recognition": "verified_twice",
        "basic_balance_history": "inferred",
        "monitoring_before_applying": "conflicting",
        "coefficients_before_applying": "once",
        "no_major_incident_in_year": "once",
        "admission_by_exam": "verified_twice",
        "illegal_school_choice": "verified_twice",
        "key_schools_or_classes": "verified_twice",
        "social_recognition_failed": "once",
        "unfilled_posts": "verified_twice",
    }


def test_counties_and_years_are_judged_apart_as_each_alone():
    other = COMPLETE | {"shares": [0.56, 0.2, 0.2]}
    together = judged({"Demo": FREE, "Else": other}, year=None)
    alone = judged({"Demo": FREE}, year=None)
    assert len(together.verdicts) == 6
    ours = together.parts.loc[together.parts["county"] == "Demo"].reset_index(drop=True)
    pd.testing.assert_frame_equal(ours, alone.parts, check_dtype=False, rtol=1e-12)
    theirs = together.parts.loc[(together.parts["county"] == "Else") & (together.parts["year"] == 2023)]
    assert theirs.set_index("part").loc[JUNIOR, "verdict"] == "not_met"


def test_json_carries_no_nan():
    laid = to_dict(judged({"Demo": {}}))
    assert laid["verdict"] == "undetermined"
    assert all(value == value for rows in (laid["parts"], laid["history"]) for row in rows for value in row.values())


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        pytest.param({"year": 2019}, r"no schools of 2019\. Hint: Years that they hold: 2023", id="year"),
        pytest.param({"on": "2024-05-06"}, r"day of applying belongs to the data of one year", id="day without year"),
        pytest.param({"year": 2023, "on": "2023-08-31"}, r"Nobody applies on 2023-08-31 with data", id="too early"),
        pytest.param({"year": 2023, "on": "2023"}, r"A date must be a day", id="no day"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, message):
    with pytest.raises(EdubalanceError, match=message):
        eligibility(two_levels([0.2], [2023]), QUALITY, **asked)


def test_a_standard_without_checks_is_refused():
    with pytest.raises(EdubalanceError, match=r"cn-2012-basic holds no checks before applying\. Hint: Use cn-2017"):
        eligibility(two_levels([0.2], [2023]), BASIC)
