"""Classes and teachers one by one: counts by hand, and trials that find what is there and err as seldom as they say."""

from dataclasses import replace

import numpy as np
import pytest
from evidence.staff import aged, even_ages, material, serving

from edubalance import cases, intake, standards
from edubalance.errors import EdubalanceError
from edubalance.evidence import classes, teachers
from edubalance.evidence.material import gather
from edubalance.evidence.register import TRIALS
from edubalance.twins import null, spec

AREAS = ["rural", "urban", "town"] * 4


# Classes


def test_classes_are_counted_in_the_bands_of_the_statistics():
    found = classes.distribution(
        material(["urban"], classes=[(0, 1, 35), (0, 1, 36), (0, 2, 45), (0, 2, 46), (0, 3, 66)])
    )
    assert found["minimum"].tolist() == [1, 36, 46, 56, 66]
    assert found["classes"].tolist() == [1, 2, 1, 0, 1]
    assert found["share"].tolist() == [20, 40, 20, 0, 20]
    assert found["pupils"].tolist() == [35, 81, 46, 0, 66]
    assert np.isnan(found["maximum"].iloc[-1])


def test_a_grade_needs_as_many_classes_as_its_pupils_fill():
    """Of 45: 92 pupils of grade 1 need three classes; 90 of grade 2 fill two, though one has 50; grade 3 keeps two."""
    ready = material(["urban"], classes=[(0, 1, 46), (0, 1, 46), (0, 2, 50), (0, 2, 40), (0, 3, 20), (0, 3, 20)])
    row = classes.needed(ready).iloc[0]
    assert row[["limit", "classes", "above_limit", "needed", "more_classes"]].tolist() == [45, 6, 3, 7, 1]
    # Ten teachers in six classes: the seventh takes as many as the six have on average.
    assert row["more_teachers"] == pytest.approx(10 / 6)


def test_smaller_classes_can_be_asked_for():
    ready = material(["urban"], classes=[(0, 1, 40), (0, 2, 40)])
    assert classes.needed(ready, {"primary": 20})["more_classes"].tolist() == [2]
    assert classes.needed(ready, {"primary": 39})["more_classes"].tolist() == [2]
    with pytest.raises(EdubalanceError, match="one pupil at least; primary is given 0"):
        classes.needed(ready, {"primary": 0})


@pytest.mark.parametrize(("pupils", "found", "value"), [(45, False, 0), (46, True, 1), (91, True, 2)])
def test_more_classes_are_needed_where_a_class_exceeds_the_limit(pupils, found, value):
    outcome = TRIALS["more_classes_needed"](material(["urban"], classes=[(0, 1, pupils)]))
    assert (outcome.found, outcome.value, outcome.unit) == (found, value, "classes")


# What teachers are


def test_structure_counts_those_of_whom_it_is_known():
    ready = material(
        ["urban", "rural"],
        teachers=[
            {"school_id": 0, "subject": "pe", "age": 30},
            {"school_id": 0, "subject": "pe", "age": 31},
            {"school_id": 0, "subject": "music", "age": 51},
            {"school_id": 1, "age": 60},
        ],
    )
    found = teachers.structure(ready).set_index(["attribute", "code"])
    assert found.loc[("subject", "pe"), "teachers"] == 2
    assert found.loc[("subject", "pe"), "share"] == pytest.approx(200 / 3)
    assert found.loc[("age_band", "from_51"), "share"] == 50
    by_area = teachers.structure(ready, by=("area",)).set_index(["area", "attribute", "code"])
    assert by_area.loc[("rural", "age_band", "from_51"), "share"] == 100


def test_what_teachers_add_up_to_stands_beside_what_the_county_reports():
    county = [
        {"county": "Demo", "year": 2023, "variable": name, "value": value, "evidence": None}
        for name, value in {
            "fulltime_teachers": 5, "teachers_with_360_hours": 4, "certified_fulltime_teachers": 5,
            "eligible_teachers": 2, "rotated_teachers": 1, "rotated_backbone_teachers": 1,
        }.items()
    ]  # fmt: skip
    one = {"school_id": 0, "certificate": 1, "training_hours_5y": 360, "rotated_in": 0, "backbone": 0}
    listed = [one, one, one | {"training_hours_5y": 359}, one | {"rotated_in": 1, "certificate": 0}]
    found = teachers.rates(material(["urban"], teachers=listed, county=county)).set_index("condition")
    assert found.loc["training_360_hours", ["counted", "reported"]].tolist() == [75, 80]
    assert found.loc["teacher_certificates", ["counted", "reported"]].tolist() == [75, 100]
    assert found.loc["teacher_rotation", ["counted", "reported"]].tolist() == [50, 50]
    assert found.loc["backbone_rotation", ["counted", "reported"]].tolist() == [0, 100]
    assert found.loc["teacher_rotation", ["direction", "threshold"]].tolist() == [">=", 10]


def test_a_rate_of_which_one_teacher_is_not_known_is_missing():
    one = {"school_id": 0, "certificate": 1}
    found = teachers.rates(material(["urban"], teachers=[one, {"school_id": 0}])).set_index("condition")
    assert np.isnan(found.loc["teacher_certificates", "counted"])


# How long they stay


def test_a_year_of_every_career_makes_the_curve_by_hand():
    """In the first year one of two leaves, in the second one of four: 1/2 stay a year, 3/8 two."""
    first = [serving(0, 0, 1), serving(0, 0)]
    second = [serving(0, 1, 1), serving(0, 1), serving(0, 1), serving(0, 1)]
    row = teachers.stays(material(["urban"], teachers=first + second), after=2).iloc[0]
    assert (row["teachers"], row["left"], row["median"]) == (6, 2, 1)
    assert row["share"] == pytest.approx(37.5)
    # All are of one school, and teachers of one school leave alike: there is nothing to tell a spread from.
    assert np.isnan([row["low"], row["high"]]).all()


def test_where_nobody_has_served_so_long_nothing_is_said_of_it():
    row = teachers.stays(material(["urban"], teachers=[serving(0, 0, 1), serving(0, 1)]), after=9).iloc[0]
    assert np.isnan(row["share"])


def staff(rural_leavers, other_leavers):
    """Twelve schools of ten teachers with one year of service, of whom so many leave."""
    return [
        serving(place, 1, int(number < (rural_leavers if area == "rural" else other_leavers)))
        for place, area in enumerate(AREAS)
        for number in range(10)
    ]


@pytest.mark.parametrize(
    ("rural", "others", "found", "opposite", "value"),
    [
        pytest.param(4, 1, True, False, 30, id="rural teachers leave sooner"),
        pytest.param(1, 4, False, True, -30, id="the others do"),
        pytest.param(2, 2, False, False, 0, id="alike"),
    ],
)
def test_a_shorter_stay_is_the_excess_of_leavers(rural, others, found, opposite, value):
    outcome = TRIALS["shorter_stay"](material(AREAS, teachers=staff(rural, others)), leaving=["rural"])
    assert (outcome.found, outcome.opposite) == (found, opposite)
    assert outcome.value == pytest.approx(value)


def test_new_teachers_who_leave_everywhere_are_no_matter_of_the_area():
    """All new teachers leave and nobody else; rural schools have more new ones, and still leave as expected."""
    listed = [
        serving(place, 0 if number < new else 9, int(number < new))
        for place, area in enumerate(AREAS)
        for new in [6 if area == "rural" else 2]
        for number in range(10)
    ]
    outcome = TRIALS["shorter_stay"](material(AREAS, teachers=listed), leaving=["rural"])
    assert outcome.value == pytest.approx(0, abs=1e-12)
    assert not outcome.found


def test_the_logrank_test_agrees_where_areas_differ_widely():
    assert teachers.stay_alike(material(AREAS, teachers=staff(6, 1))).p < 0.001
    assert teachers.stay_alike(material(AREAS, teachers=staff(2, 2))).p > 0.99


def test_over_many_deals_a_shorter_stay_is_found_at_most_at_its_stated_rate():
    """60 fair deals at 5 %: three finds are expected, above ten lies one in a thousand."""
    case, plan = cases.load("liangyuan"), spec.load("liangyuan", "balanced")
    ready = gather(intake.read_case(case, "balanced"), standards.load(case.standard), year=case.year)
    found = 0
    for seed in range(60):
        schools = null.dealt(spec.reseeded(plan, seed), ready.tables.schools)
        dealt = replace(ready, tables=replace(ready.tables, schools=schools))
        found += bool(TRIALS["shorter_stay"](dealt, leaving=["rural"]).found)
    assert found <= 10


# How old they are


def test_teachers_at_both_ends_are_found():
    ages = [[22, 25, 29, 40, 52, 55, 58, 60]] * 12
    outcome = TRIALS["age_clustered"](material(AREAS, teachers=aged(ages)))
    assert outcome.found
    assert outcome.value == pytest.approx(100 * (7 / 8 - 1 / 2))


def test_teachers_in_the_middle_are_the_opposite():
    outcome = TRIALS["age_clustered"](material(AREAS, teachers=aged([[31, 35, 40, 45, 50, 25]] * 12)))
    assert (outcome.found, outcome.opposite) == (False, True)


@pytest.mark.parametrize(("age", "at_end"), [(30, 1), (31, 0), (50, 0), (51, 1)])
def test_the_end_quarters_of_a_career_are_ten_years_each(age, at_end):
    outcome = TRIALS["age_clustered"](material(["urban"], teachers=aged([[age]])))
    assert outcome.value == pytest.approx(100 * (at_end - 0.5))


def test_a_career_without_whole_quarters_is_refused():
    with pytest.raises(EdubalanceError, match="four equal quarters of whole years; 22 to 60 has 39 ages"):
        TRIALS["age_clustered"](material(["urban"], teachers=aged([[40]])), career=[22, 60])


def test_one_large_school_of_the_old_and_young_is_not_a_county():
    """Thirty teachers at the ends of one school, and even ages in the others: one sign in two shows as much."""
    ages = [[22] * 15 + [58] * 15, *([[25, 40]] * 11)]
    outcome = TRIALS["age_clustered"](material(AREAS, teachers=aged(ages)))
    assert outcome.value == pytest.approx(100 * 15 / 52)
    assert outcome.p == pytest.approx(0.5, abs=0.05)


def test_even_ages_are_found_clustered_at_the_stated_rate():
    """200 counties at 5 %: ten finds are expected, above 21 lies one in a thousand."""
    rng = np.random.default_rng(17)
    ready = material(AREAS, teachers=aged(even_ages(rng, 12, 12)))
    found = 0
    for _ in range(200):
        ages = np.concatenate(even_ages(rng, 12, 12))
        drawn = replace(ready.tables, teachers=ready.tables.teachers.assign(age=ages))
        found += bool(TRIALS["age_clustered"](replace(ready, tables=drawn)).found)
    assert 1 <= found <= 21


# Where nothing is listed


@pytest.mark.parametrize(
    ("trial", "arguments"),
    [("more_classes_needed", {}), ("shorter_stay", {"leaving": ["rural"]}), ("age_clustered", {})],
)
def test_a_case_that_does_not_list_them_cannot_decide(trial, arguments):
    assert TRIALS[trial](material(AREAS), **arguments).found is None


def test_a_county_of_one_area_cannot_decide_who_stays_longer():
    outcome = TRIALS["shorter_stay"](material(["urban"] * 3, teachers=[serving(0, 1, 1)]), leaving=["rural"])
    assert outcome.found is None


def test_tables_of_a_case_that_does_not_list_them_are_empty():
    bare = material(AREAS)
    assert classes.distribution(bare).empty
    assert classes.needed(bare).empty
    assert teachers.structure(bare).empty
    assert teachers.stays(bare).empty
    assert teachers.rates(bare)["counted"].isna().all()
