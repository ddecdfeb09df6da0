"""Trials of the survey find what respondents say, and err as seldom as they say."""

from dataclasses import replace

import numpy as np
import pytest
from evidence.respondents import evaluating, leading, material, supporting

from edubalance import cases, codebook, intake, standards
from edubalance.errors import EdubalanceError
from edubalance.evidence.material import gather
from edubalance.evidence.register import TRIALS
from edubalance.twins import null, spec, survey

AREAS = ["rural", "urban", "town"] * 4
BOTH = {"groups": ["managers", "teachers"], "constructs": ["evaluation"]}
RURAL = {"group": "parents", "construct": "family_support", "areas": ["rural"]}
STATED = {
    "wuhu_j": ("rated_below_midpoint", BOTH),
    "liangyuan": ("rated_below_midpoint", BOTH | {"constructs": ["management", "it_use"]}),
    "weishan": ("reported_less", RURAL),
}


def rating(teachers, managers, schools=12):
    """Schools of three teachers and a manager who rate evaluation so."""
    said = [evaluating(place, *[teachers] * 4) for place in range(schools) for _ in range(3)]
    return {"teachers": said, "managers": [leading(place, *[managers] * 4) for place in range(schools)]}


@pytest.mark.parametrize(
    ("teachers", "managers", "found", "opposite", "value"),
    [
        pytest.param(2, 2, True, False, -1, id="both rate low"),
        pytest.param(4, 5, False, True, 1.5, id="both rate high"),
        pytest.param(2, 4, False, False, 0, id="one low, one high: groups count alike, not heads"),
        pytest.param(3, 3, False, False, 0, id="all on the midpoint"),
    ],
)
def test_ratings_are_held_against_the_midpoint(teachers, managers, found, opposite, value):
    outcome = TRIALS["rated_below_midpoint"](material(AREAS, **rating(teachers, managers)), **BOTH)
    assert outcome.value == pytest.approx(value)
    if value:
        assert (outcome.found, outcome.opposite) == (found, opposite)
        assert outcome.low == pytest.approx(value) == outcome.high
    else:
        assert not outcome.found


def test_one_school_of_many_respondents_is_not_a_county():
    """Thirty teachers of one school rate low and the others on the midpoint: one sign in two shows as much."""
    said = [evaluating(0, 1, 1, 1, 1) for _ in range(30)] + [evaluating(place, 3, 3, 3, 3) for place in range(1, 12)]
    outcome = TRIALS["rated_below_midpoint"](
        material(AREAS, teachers=said), groups=["teachers"], constructs=["evaluation"]
    )
    assert outcome.value == pytest.approx(-2 * 30 / 41)
    assert outcome.p == pytest.approx(0.5, abs=0.05)


def test_a_construct_that_only_one_group_is_asked_for_counts_for_that_group():
    said = rating(3, 3)
    said["managers"] = [row | dict.fromkeys(("man_rules", "man_staff", "man_voice", "man_review"), 1)
                        for row in said["managers"]]  # fmt: skip
    outcome = TRIALS["rated_below_midpoint"](
        material(AREAS, **said), groups=["managers", "teachers"], constructs=["management", "evaluation"]
    )
    # Managers: the mean of -2 and 0; teachers: 0.
    assert outcome.value == pytest.approx(-0.5)


def test_a_group_that_is_not_asked_is_refused():
    with pytest.raises(EdubalanceError, match=r"The pupils are asked for none of evaluation\. .* facilities, climate"):
        TRIALS["rated_below_midpoint"](material(AREAS), groups=["pupils"], constructs=["evaluation"])


@pytest.mark.parametrize(
    ("rural", "others", "found", "opposite", "value"),
    [(2, 4, True, False, -2), (4, 2, False, True, 2), (3, 3, False, False, 0)],
)
def test_parents_of_rural_schools_are_compared_with_the_others(rural, others, found, opposite, value):
    rows = []
    for place, area in enumerate(AREAS):
        level = rural if area == "rural" else others
        rows += [supporting(place, *[level] * 4, 6 - level) for _ in range(3)]
    outcome = TRIALS["reported_less"](material(AREAS, parents=rows), **RURAL)
    assert (outcome.found, outcome.opposite) == (found, opposite)
    assert outcome.value == pytest.approx(value)
    assert (outcome.unit, outcome.rests_on) == ("points_of_scale", "shuffles_schools")


def test_weights_count():
    rows = [supporting(place, 1, 1, 1, 1, 5, weight=3) for place in range(12)]
    rows += [supporting(place, 5, 5, 5, 5, 1, weight=1) for place in range(12)]
    outcome = TRIALS["reported_less"](material(AREAS, parents=rows), **RURAL)
    assert outcome.value == pytest.approx(0)
    assert TRIALS["rated_below_midpoint"](
        material(AREAS, parents=rows), groups=["parents"], constructs=["family_support"]
    ).value == pytest.approx(-1)


def test_a_case_without_answers_says_what_it_lacks():
    bare = material(AREAS)
    outcome = TRIALS["rated_below_midpoint"](bare, **BOTH)
    assert (outcome.found, outcome.lacks) == (None, ("survey_managers.csv", "survey_teachers.csv"))
    assert TRIALS["reported_less"](bare, **RURAL).lacks == ("survey_parents.csv",)


def test_a_county_of_one_area_cannot_decide():
    outcome = TRIALS["reported_less"](material(["urban"] * 3, parents=[supporting(0, 1, 1, 1, 1, 5)]), **RURAL)
    assert (outcome.found, outcome.lacks) == (None, ())


@pytest.mark.parametrize("case", STATED)
def test_what_the_twin_was_told_is_recovered(case):
    stated = cases.load(case)
    ready = gather(intake.read_case(stated), standards.load(stated.standard), year=stated.year)
    trial, arguments = STATED[case]
    outcome = TRIALS[trial](ready, **arguments)
    assert outcome.found
    assert outcome.low < outcome.value < outcome.high < 0


@pytest.mark.parametrize("case", ["wuhu_j", "weishan"])
def test_over_many_draws_something_is_found_at_most_at_its_stated_rate(case):
    """60 fair counties at 5 %: three finds are expected, above ten lies one in a thousand."""
    stated, plan = cases.load(case), spec.load(case, "balanced")
    ready = gather(intake.read_case(stated, "balanced"), standards.load(stated.standard), year=stated.year)
    trial, arguments = STATED[case]
    groups = arguments.get("groups", ["parents"])
    found, values = 0, []
    for seed in range(60):
        deal = spec.reseeded(plan, seed)
        schools = null.dealt(deal, ready.tables.schools)
        given = {"schools": schools, "sections": ready.tables.sections, "county": ready.tables.county}
        drawn = {
            f"survey_{group}": codebook.table(f"survey_{group}").conform(survey.table(deal, given, group=group))
            for group in groups
        }
        outcome = TRIALS[trial](replace(ready, tables=replace(ready.tables, schools=schools, **drawn)), **arguments)
        found += bool(outcome.found)
        values.append(outcome.value)
    assert found <= 10
    assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(60)
