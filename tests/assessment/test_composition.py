"""Classes by size, teachers by subject, pupils by founder, public funds from year to year."""

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance.assessment import composition


def _bands(classes, middle=0, large=0, largest=0):
    return {
        "classes": classes,
        "classes_46_to_55": middle,
        "classes_56_to_65": large,
        "classes_66_or_more": largest,
    }


def test_classes_of_all_sizes_add_up_to_the_whole():
    tables = build(
        [school("A", 400), school("B", 100)],
        [section("A", 400, **_bands(8, middle=3, large=1)), section("B", 100, **_bands(2))],
    )
    shares = composition.class_sizes(tables).set_index("part")["share"]
    assert shares.to_dict() == {"up_to_45": 60.0, "from_46_to_55": 30.0, "from_56_to_65": 10.0, "from_66": 0.0}


def test_a_section_without_a_count_is_left_out_and_counted():
    tables = build(
        [school("A", 400), school("B", 100)],
        [section("A", 400, **_bands(8, large=2)), section("B", 100, **_bands(4) | {"classes_56_to_65": None})],
    )
    frame = composition.class_sizes(tables).set_index("part")
    assert frame.loc["from_56_to_65", "share"] == 25.0
    assert (frame["n_missing"] == 1).all()


def test_teachers_are_counted_by_subject_and_area():
    music = {"pe_teachers": 4, "music_teachers": 2}
    tables = build(
        [school("A", 400), school("B", 300, area="rural"), school("C", 100, area="rural")],
        [
            section("A", 400, **music),
            section("B", 300, pe_teachers=3, music_teachers=1),
            section("C", 100, pe_teachers=1),
        ],
    )
    frame = composition.subject_teachers(tables).set_index(["group", "part"])
    assert frame.loc[("urban", "pe"), "value"] == 1.0
    assert frame.loc[("rural", "music"), "value"] == 0.25
    assert frame.loc[("rural", "music"), "without"] == 25.0
    assert frame.loc[("rural", "arts"), "without"] == 100.0


def test_pupils_of_private_schools_are_told_apart():
    tables = build([school("A", 300), school("B", 100, founder="private")], [section("A", 300), section("B", 100)])
    assert composition.founders(tables).set_index("group")["share"].to_dict() == {"public": 75.0, "private": 25.0}


def _funds(*rows):
    """Tables of one school, one row (year, pupils, yuan) a year."""
    schools = [school("A", pupils, year=year, public_funds_budget_yuan=yuan) for year, pupils, yuan in rows]
    return build(schools, [section("A", pupils, year=year) for year, pupils, _ in rows])


def test_funds_per_pupil_are_compared_with_the_year_before():
    frame = composition.public_funds(_funds((2021, 100, 80_000), (2022, 100, 60_000), (2023, 120, 90_000)))
    np.testing.assert_allclose(frame["per_pupil"], [800, 600, 750])
    np.testing.assert_allclose(frame["change"], [np.nan, -25, 25])


def test_a_year_between_that_is_lacking_gives_no_change():
    frame = composition.public_funds(_funds((2021, 100, 80_000), (2023, 100, 90_000)))
    assert frame["change"].isna().all()


@pytest.mark.parametrize(("senior", "per_pupil"), [(100, 400.0), (None, np.nan)])
def test_senior_pupils_share_the_funds_and_must_be_known(senior, per_pupil):
    both = school("A", 100, type="complete_secondary", senior_pupils=senior, public_funds_budget_yuan=80_000)
    frame = composition.public_funds(build([both], [section("A", 100, level="junior")]))
    np.testing.assert_equal(frame["per_pupil"].iloc[0], per_pupil)


def test_a_school_of_two_levels_is_one_school():
    both = school("A", 100, type="nine_year", public_funds_budget_yuan=80_000)
    tables = build([both], [section("A", 60), section("A", 40, level="junior")])
    frame = composition.public_funds(tables)
    assert (len(frame), frame["pupils"].iloc[0], frame["per_pupil"].iloc[0]) == (1, 100.0, 800.0)
