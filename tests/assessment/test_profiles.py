"""What groups have beside each other, how pupils moved, and what changed the resources per pupil: by hand."""

import numpy as np
import pandas as pd
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess, inequality, profiles
from edubalance.measures import dispersion

QUALITY, BASIC = standards.load("cn-2017-quality"), standards.load("cn-2012-basic")
SPORTS, EQUIPMENT = "sports_area_per_pupil", "equipment_value_per_pupil"


def two_years(*, rural_pupils=(100, 50), rural_area=(1500.0, 1500.0), funds=(60_000.0, 40_000.0)):
    """A rural and an urban school over two years: the rural one loses pupils, its ground stays."""
    schools, sections = [], []
    for number, year in enumerate((2021, 2022)):
        schools += [
            school("R", 100, year=year, area="rural", sports_ground_area_m2=rural_area[number], x_km=3.0, y_km=4.0)
            | {"public_funds_budget_yuan": funds[number]},
            school("U", 300, year=year, x_km=0.0, y_km=0.0) | {"public_funds_budget_yuan": 300_000.0},
        ]
        sections += [section("R", rural_pupils[number], year=year), section("U", 300, year=year)]
    return build(schools, sections)


def test_a_gain_that_nobody_gave_is_all_of_fewer_pupils():
    """15 m² for each of 100 pupils, then 30 for each of 50: ln 2, all of it because half have left."""
    parts = profiles.change_parts(assess(two_years(), QUALITY)).set_index(["indicator", "group", "component"])
    rural = parts.loc[SPORTS].loc["rural"]
    np.testing.assert_allclose(rural.loc["resource", "change"], 0.0, atol=1e-9)
    np.testing.assert_allclose(rural.loc["fewer_pupils", "change"], 100 * np.log(2))
    np.testing.assert_allclose(rural["total"], 100 * np.log(2))


def test_both_parts_add_up_to_the_change_of_the_mean():
    history = assess(two_years(rural_area=(1500.0, 1800.0)), QUALITY)
    means = inequality.means(history, "area").set_index(["indicator", "group", "year"])["value"]
    parts = profiles.change_parts(history).drop_duplicates(["indicator", "group"]).set_index(["indicator", "group"])
    for key, total in parts["total"].items():
        assert total == pytest.approx(100 * np.log(means[(*key, 2022)] / means[(*key, 2021)]))


def test_all_together_are_one_group():
    parts = profiles.change_parts(assess(two_years(), QUALITY), by="county")
    assert parts["group"].unique().tolist() == ["Demo"]
    fewer = parts.loc[parts["component"] == "fewer_pupils", "change"]
    np.testing.assert_allclose(fewer, 100 * np.log(400 / 350))


def test_a_section_whose_value_is_missing_in_one_year_is_left_out_of_both():
    """Without the rule the ground of the other school would seem to have fallen by four fifths."""
    history = assess(two_years(rural_area=(1500.0, np.nan)), QUALITY)
    parts = profiles.change_parts(history, by="county").set_index(["indicator", "component"])
    np.testing.assert_allclose(parts.loc[SPORTS, "change"], 0.0, atol=1e-9)
    assert parts.loc[(EQUIPMENT, "fewer_pupils"), "change"] > 0


def test_a_resource_that_nobody_had_has_no_change():
    parts = profiles.change_parts(assess(two_years(rural_area=(0.0, 1500.0)), QUALITY))
    sports = parts[(parts["indicator"] == SPORTS) & (parts["group"] == "rural")].set_index("component")
    assert np.isnan(sports.loc["resource", "change"])
    assert sports["total"].isna().all()


def test_means_of_groups_average_to_one_by_their_pupils():
    relative = profiles.relative_means([assess(two_years(), QUALITY).of(2022)])
    for _, part in relative.groupby("indicator"):
        assert dispersion.weighted_mean(part["relative"], part["pupils"]) == pytest.approx(1)
    sports = relative[relative["indicator"] == SPORTS].set_index("group")
    np.testing.assert_allclose(sports.loc["rural", "value"], 30.0)
    np.testing.assert_allclose(sports["overall"], (1500 + 2250) / 350)


def test_an_indicator_of_two_standards_is_taken_from_the_first():
    first, second = (assess(two_years(), standard).of(2022) for standard in (QUALITY, BASIC))
    relative = profiles.relative_means([first, second])
    assert not relative.duplicated(["indicator", "group"]).any()
    assert {"backbone_teachers_per_100", "books_per_pupil"} & set(relative["indicator"]) == {
        "backbone_teachers_per_100"
    }
    assert {"computers_per_100", "teacher_pupil_ratio"} & set(relative["indicator"]) == {"teacher_pupil_ratio"}


def test_pupils_are_counted_for_each_hundred_of_the_first_year():
    moves = profiles.enrolment(two_years()).set_index(["group", "year"])
    assert moves.loc[("rural", 2022), "value"] == 50
    assert moves.loc[("urban", 2022), "value"] == 100
    assert moves.loc[("rural", 2022), "sections"] == 1


def test_areas_stand_in_the_order_of_the_codebook():
    moves = profiles.enrolment(two_years())
    assert list(dict.fromkeys(moves["group"])) == ["urban", "rural"]
    assert list(dict.fromkeys(profiles.enrolment(two_years(), by="township")["group"])) == ["T1"]


def test_a_school_is_compared_with_itself():
    change = profiles.pupil_change(two_years()).set_index("school_id")
    assert change.loc["R", "change"] == -50
    assert change.loc["U", "change"] == 0
    assert change.loc["R", ["before", "pupils", "x_km", "y_km"]].tolist() == [100, 50, 3.0, 4.0]


def test_a_school_of_one_year_only_has_no_change():
    tables = two_years()
    tables.schools.loc[2, "school_id"] = tables.sections.loc[2, "school_id"] = "N"
    assert profiles.pupil_change(tables)["school_id"].tolist() == ["U"]


def test_funds_are_pooled_over_the_pupils_who_have_them():
    funds = profiles.public_funds_by(two_years()).set_index(["group", "year"])
    assert funds.loc[("rural", 2021), "value"] == 600
    assert funds.loc[("rural", 2022), "value"] == 800
    together = profiles.public_funds_by(two_years(), by="county").set_index("year")
    assert together.loc[2021, "value"] == 900


def test_a_school_without_a_budget_is_left_out_and_counted():
    funds = profiles.public_funds_by(two_years(funds=(np.nan, 40_000.0)), by="county").set_index("year")
    assert funds.loc[2021, ["value", "pupils", "n_missing"]].tolist() == [1000, 300, 1]


def test_shares_are_averaged_over_levels_and_indicators():
    decomposed = pd.DataFrame(
        {
            "county": "D",
            "year": 2023,
            "indicator": ["a", "a", "b", "b", "c", "c"],
            "component": ["between_areas", "between_schools"] * 3,
            "share": [0.2, 0.8, 0.6, 0.4, np.nan, np.nan],
        }
    )
    shares = profiles.mean_shares(decomposed).set_index("component")["share"]
    assert shares.to_dict() == pytest.approx({"between_areas": 0.4, "between_schools": 0.6})
