"""Frames of inequality: each number is the measure's own, and shares add up."""

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess, inequality, placement
from edubalance.measures import dispersion, entropy, lorenz
from edubalance.measures.jackknife import coefficient_intervals

QUALITY = standards.load("cn-2017-quality")
AREAS = ("urban", "urban", "town", "rural", "rural", "rural")
SPORTS = "sports_area_per_pupil"


@pytest.fixture
def county():
    """Six primary schools of different size and wealth in three areas."""
    schools = [
        school(f"S{i}", 200 + 100 * i, 0.8 + 0.1 * i, area=area, township=f"T{i % 2}", x_km=float(i), y_km=0.0)
        for i, area in enumerate(AREAS)
    ]
    return build(schools, [section(f"S{i}", 200 + 100 * i, 1.3 - 0.1 * i) for i in range(6)])


@pytest.fixture
def assessment(county):
    return assess(county, QUALITY)


def _values(assessment, indicator=SPORTS):
    part = assessment.sections.loc[assessment.sections["indicator"] == indicator]
    return part["value"].to_numpy(), part["pupils"].to_numpy(), part["area"].tolist()


def test_measures_stand_side_by_side(assessment):
    row = inequality.inequality(assessment).set_index("indicator").loc[SPORTS]
    values, pupils, _ = _values(assessment)
    assert row["cv"] == dispersion.difference_coefficient(values, pupils)
    assert row["gini"] == lorenz.gini(values, pupils)
    assert row["theil_t"] == entropy.theil_t(values, pupils)
    assert row["hoover"] == dispersion.hoover(values, pupils)


def test_components_add_up_to_the_whole(assessment):
    frame = inequality.decomposition(assessment, layers=("area", "township"))
    assert set(frame["component"]) == {"between_areas", "between_townships", "between_schools"}
    shares = frame.groupby("indicator", observed=True)["share"].sum()
    np.testing.assert_allclose(shares, 1.0)


def test_the_outermost_component_is_that_of_the_single_decomposition(assessment):
    frame = inequality.decomposition(assessment).set_index(["indicator", "component"])
    values, pupils, areas = _values(assessment)
    assert frame.loc[(SPORTS, "between_areas"), "theil_t"] == pytest.approx(
        entropy.decompose(values, areas, pupils).between
    )


def test_a_lorenz_curve_runs_from_nothing_to_everything(assessment):
    curves = inequality.lorenz_curves(assessment, SPORTS)
    assert curves["group"].unique().tolist() == ["primary"]
    assert curves[["pupil_share", "resource_share"]].iloc[[0, -1]].to_numpy().tolist() == [[0.0, 0.0], [1.0, 1.0]]


def test_intervals_are_those_of_each_county_level_and_indicator_alone(assessment):
    frame = inequality.intervals(assessment, level=0.9)
    assert ((frame["low"] < frame["cv"]) & (frame["cv"] < frame["high"])).all()
    for row in frame.itertuples():
        held = assessment.sections.query("level == @row.level and indicator == @row.indicator and year == @row.year")
        alone = coefficient_intervals(held["value"].to_numpy(), held["pupils"].to_numpy(), level=0.9)
        assert (row.low, row.high, row.cv) == (alone.low[0, 0], alone.high[0, 0], pytest.approx(alone.estimate[0, 0]))


def test_intervals_of_fewer_than_three_sections_are_not_known():
    rows = [school("A", 100, sports_ground_area_m2=750), school("B", 900, sports_ground_area_m2=3 * 7.5 * 900)]
    frame = inequality.intervals(assess(build(rows, [section("A", 100), section("B", 900)]), QUALITY))
    assert frame[["low", "high"]].isna().all(axis=None)
    assert frame["cv"].notna().any()


def test_conventions_that_disagree_about_the_limit_are_told():
    """Values 1 and 3, pupils 100 and 900: weighted sd 0.6 of mean 2.8; unweighted 1 of mean 2, exactly the limit."""
    rows = [school("A", 100, sports_ground_area_m2=750), school("B", 900, sports_ground_area_m2=3 * 7.5 * 900)]
    tables = build(rows, [section("A", 100), section("B", 900)])
    frame = inequality.conventions(tables, QUALITY).set_index(["indicator", "convention"])
    sports = frame.loc[SPORTS]
    assert sports["cv"].round(6).to_dict() == {
        "weighted_population": round(0.6 / 2.8, 6),
        "unweighted_population": 0.5,
        "unweighted_sample": round(0.5 * 2**0.5, 6),
    }
    assert sports["flips"].all()
    assert not frame.loc["equipment_value_per_pupil", "flips"].any()


def test_the_most_influential_school_comes_first(assessment):
    frame = inequality.influence(assessment, SPORTS, "primary")
    values, pupils, _ = _values(assessment)
    everyone = dispersion.difference_coefficient(values, pupils)
    without = [
        dispersion.difference_coefficient(np.delete(values, i), np.delete(pupils, i)) - everyone for i in range(6)
    ]
    np.testing.assert_allclose(np.sort(frame["change"]), np.sort(without))
    assert abs(frame["change"].iloc[0]) == pytest.approx(np.abs(without).max())


def test_shortfalls_are_counted_by_area(assessment):
    """Shares of the threshold are 0.8 … 1.3; below it are S0 and S1, both urban."""
    frame = inequality.shortfalls(assessment).set_index(["indicator", "area"]).loc[SPORTS]
    assert frame["n_below"].to_dict() == {"urban": 2, "town": 0, "rural": 0}
    assert frame.loc["urban", "pupil_share"] == 1.0
    # 200 pupils lack 20 percent of 7.5 m², 300 pupils 10 percent.
    assert frame.loc["urban", "missing"] == pytest.approx(200 * 1.5 + 300 * 0.75)


def test_pooled_means_weigh_by_pupils(assessment):
    frame = inequality.means(assessment).set_index(["indicator", "group"])
    assert frame.loc[(SPORTS, "urban"), "value"] == pytest.approx((200 * 6.0 + 300 * 6.75) / 500)


def test_a_verdict_stands_where_its_school_does(assessment, county):
    frame = placement.verdicts_in_place(assessment, county)
    assert frame["x_km"].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert len(frame) == len(assessment.section_verdicts)
