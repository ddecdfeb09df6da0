"""Classes and teachers one by one: they add up to what sections and county state, and carry what the case describes."""

import numpy as np
import pandas as pd
import pytest

from edubalance import cases, twins
from edubalance.twins import roster, spec

EVERY = [(case, scenario) for case in twins.available() for scenario in twins.SCENARIOS]
SECTION = ["school_id", "level"]


def table(case, name, scenario):
    frame = pd.read_csv(cases.load(case).table(name, scenario))
    return frame[frame["year"] == 2023]


def teachers_of(case, scenario):
    places = table(case, "schools", scenario)[["school_id", "area", "founder"]]
    return table(case, "teachers", scenario).merge(places, on="school_id", validate="many_to_one")


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_classes_add_up_to_every_number_of_their_section(case, scenario):
    sections = table(case, "sections", scenario).set_index(SECTION)
    classes = table(case, "classes", scenario)
    grouped = classes.groupby(SECTION)
    pupils = grouped["pupils"]
    found = {"pupils": pupils.sum(), "classes": pupils.size(), "largest_class_pupils": pupils.max()}
    found["grades"] = grouped["grade"].nunique()
    for name, low, high in (("46_to_55", 46, 55), ("56_to_65", 56, 65), ("66_or_more", 66, 999)):
        found[f"classes_{name}"] = pupils.agg(lambda column, low=low, high=high: column.between(low, high).sum())
    for name, counted in found.items():
        assert (counted.loc[sections.index] == sections[name]).all(), name
    assert (grouped["grade"].max() == grouped["grade"].nunique()).all()


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_teachers_add_up_to_every_count_of_their_section(case, scenario):
    sections = table(case, "sections", scenario).set_index(SECTION)
    teachers = table(case, "teachers", scenario)
    marks = {"teachers": teachers["age"] > 0, "backbone_teachers": teachers["backbone"] == 1}
    marks["teachers_mid_or_higher_title"] = teachers["title"].isin(["senior", "middle"])
    for degree in ("junior_college", "bachelor", "master", "doctor"):
        marks[f"teachers_{degree}"] = teachers["qualification"] == degree
    for subject in ("pe", "music", "art", "arts"):
        marks[f"{subject}_teachers"] = teachers["subject"] == subject
    for name, marked in marks.items():
        stated = sections[name].dropna()
        counted = marked.groupby([teachers[key] for key in SECTION]).sum()
        assert (counted.loc[stated.index] == stated).all(), name
        assert len(sections) - len(stated) <= 1


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_the_county_reports_what_its_teachers_add_up_to(case, scenario):
    reported = table(case, "county", scenario).set_index("variable")["value"]
    teachers = teachers_of(case, scenario)
    assert len(teachers) == reported["fulltime_teachers"]
    assert teachers["certificate"].sum() == reported["certified_fulltime_teachers"]
    assert (teachers["training_hours_5y"] >= 360).sum() == reported["teachers_with_360_hours"]
    rotated = teachers[teachers["rotated_in"] == 1]
    assert len(rotated) == reported["rotated_teachers"]
    assert rotated["backbone"].sum() == reported["rotated_backbone_teachers"]
    assert (rotated["years_at_school"] == 0).all()
    assert (rotated["founder"] != "private").all()


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_every_career_is_possible(case, scenario):
    teachers = table(case, "teachers", scenario)
    assert teachers["teacher_id"].is_unique
    assert teachers["age"].between(roster.FIRST, roster.LAST).all()
    assert (teachers["years_at_school"] <= teachers["age"] - roster.FIRST).all()


def test_tables_of_single_classes_and_teachers_are_of_modest_size():
    for case, scenario in EVERY:
        assert len(table(case, "teachers", scenario)) <= 6000


def test_rural_teachers_of_liangyuan_are_older_and_leave_sooner():
    teachers = teachers_of("liangyuan", "described")
    rural = teachers["area"] == "rural"
    assert teachers["age"][rural].mean() > teachers["age"][~rural].mean() + 2
    assert teachers["left"][rural].mean() > 1.8 * teachers["left"][~rural].mean()
    assert teachers["years_at_school"][rural].mean() < 0.7 * teachers["years_at_school"][~rural].mean()
    ends = (teachers["age"] <= 30) | (teachers["age"] >= 51)
    assert ends[rural].mean() > 0.7 > ends.mean() > 0.52


@pytest.mark.parametrize(("case", "scenario"), [pair for pair in EVERY if pair != ("liangyuan", "described")])
def test_elsewhere_ages_are_even_and_leaving_does_not_depend_on_the_area(case, scenario):
    """Five standard deviations to either side: chance alone would not leave them."""
    teachers = teachers_of(case, scenario)
    ends = (teachers["age"] <= 30) | (teachers["age"] >= 51)
    assert abs(ends.mean() - 0.5) < 5 * 0.5 / np.sqrt(len(teachers))
    share, rural = teachers["left"].mean(), teachers["left"][teachers["area"] == "rural"]
    assert abs(rural.mean() - share) < 5 * np.sqrt(share * (1 - share) / len(rural))


def test_the_roster_of_the_null_is_the_same_for_every_area():
    for case in twins.available():
        plan = spec.load(case, "balanced").roster
        assert set(plan.ends.values()) <= {0}
        assert len(set(plan.leaving.values())) == 1
