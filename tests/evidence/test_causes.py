"""Where inequality lies and what it goes with: parts that add up, groups without a name, values that are missing."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from evidence.test_trials import material, wealth

from edubalance import cases, intake, standards
from edubalance.assessment import inequality
from edubalance.evidence import causes
from edubalance.evidence.material import gather

KEYS = ["county", "level", "indicator"]


@pytest.fixture(scope="module")
def district():
    case = cases.load("wuhu_j")
    return gather(intake.read_case(case), standards.load(case.standard), year=case.year)


@pytest.mark.parametrize("index", ["theil_t", "half_squared_cv"])
def test_between_and_within_add_up_to_the_whole(district, index):
    found = causes.shares(district, index=index)
    sums = found.groupby([*KEYS, "grouping"])["share"].sum()
    np.testing.assert_allclose(sums, 1, atol=1e-12)
    assert len(sums) == 2 * 7 * 4
    between = found[found["component"] == "between"]
    assert between["by_chance"].between(0, 1).all()
    assert between["p"].between(0.0005, 1).all()


def test_the_share_between_areas_is_that_of_the_plain_decomposition(district):
    ours = causes.shares(district, ["area"]).query("component == 'between'").set_index(["level", "indicator"])["share"]
    plain = inequality.decomposition(district.assessment.of(district.year))
    plain = plain[plain["component"] == "between_areas"].set_index(["level", "indicator"])["share"]
    np.testing.assert_allclose(ours, plain.reindex(ours.index), atol=1e-12)


def test_half_the_squared_coefficient_is_what_the_verdict_looks_at(district):
    amounts = causes.shares(district, ["area"], "half_squared_cv").groupby(["level", "indicator"])["amount"].sum()
    cv = district.assessment.of(district.year).counties.set_index(["level", "indicator"])["cv"]
    np.testing.assert_allclose(amounts, cv.reindex(amounts.index) ** 2 / 2, atol=1e-12)


def test_equal_groups_hold_everything_between_them_and_chance_holds_little():
    found = causes.shares(material(wealth(0.5, 1.0, 0.0)), ["area"]).query("component == 'between'")
    np.testing.assert_allclose(found["share"], 1)
    # One of two labels held by four of twelve schools: (k - 1) / (n - 1) of the variance on average, and about so here.
    assert found["by_chance"].between(0.05, 0.3).all()
    assert (found["p"] <= 0.05).all()


def test_many_groups_hold_much_by_chance(district):
    between = causes.shares(district).query("component == 'between'")
    chance = between.groupby("grouping")["by_chance"].mean()
    assert chance["township"] > 2 * chance["area"]


def test_schools_in_no_group_are_one_group(district):
    assert "no_group" in set(causes.groups(district, "education_group")["group"])


def test_what_groups_add_is_the_part_within(district):
    added = causes.groups(district).groupby(KEYS)["contribution"].sum()
    within = causes.shares(district, ["area"]).query("component == 'within'").set_index(KEYS)["share"]
    np.testing.assert_allclose(added.reindex(within.index), within, atol=1e-12)


def test_of_one_group_there_is_nothing_to_say():
    assert causes.shares(material([("urban", 1.0 + 0.1 * number, 1.0) for number in range(4)]), ["founder"]).empty


def test_the_parts_of_a_change_add_up(district):
    found = causes.change(district)
    sums = found.groupby(KEYS)["change"].sum()
    total = found.drop_duplicates(KEYS).set_index(KEYS)["total"]
    np.testing.assert_allclose(sums, total.reindex(sums.index), atol=1e-12)
    assert set(found["first"]) == {2021}


def test_where_only_one_area_grew_poorer_the_change_lies_between():
    rows = [("rural", 1.0, 0.8)] * 4 + [("urban", 1.0, 1.0)] * 4
    found = causes.change(material(rows)).set_index(["indicator", "component"])["change"].unstack()
    assert (found["between"] > 0).all()
    np.testing.assert_allclose(found[["composition", "within"]], 0, atol=1e-12)


def test_shares_of_the_variance_add_up_and_have_intervals(district):
    found = causes.explained(district, ["area", "pupils"])
    np.testing.assert_allclose(found.groupby(KEYS)["share"].sum(), 1, atol=1e-12)
    assert (found["low"] < found["high"]).all()
    assert list(found["factor"].unique()) == ["area", "pupils", "rest"]


def test_one_factor_explains_what_lies_between_its_groups(district):
    explained = causes.explained(district, ["area"]).query("factor == 'area'").set_index(KEYS)["share"]
    between = causes.shares(district, ["area"], "half_squared_cv").query("component == 'between'")
    np.testing.assert_allclose(explained, between.set_index(KEYS)["share"].reindex(explained.index), atol=1e-9)


def test_a_factor_in_which_schools_do_not_differ_has_no_row():
    found = causes.explained(material(wealth(0.8, 1.0)), ["area", "founder"])
    assert set(found["factor"]) == {"area", "rest"}


def test_sections_without_a_value_are_counted(district):
    held = district.assessment.sections.copy()
    rows = (held["year"] == district.year) & (held["level"] == "primary") & held["value"].notna()
    held.loc[held.index[rows][0], "value"] = np.nan
    gap = replace(district, assessment=replace(district.assessment, sections=held))
    for make in (
        partial(causes.shares, groupings=["area"]),
        causes.change,
        partial(causes.explained, factors=["area"]),
    ):
        before, after = (make(each).drop_duplicates(KEYS)["n_missing"].sum() for each in (district, gap))
        assert after == before + 1
