"""Flows and births of the twins: they add up, agree with the county, and carry what the case describes or nothing."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from edubalance import cases, twins
from edubalance.twins import births, pupils_flow, spec
from edubalance.twins.writing import text

EVERY = [(case, scenario) for case in twins.available() for scenario in twins.SCENARIOS]
SECTION = ["year", "school_id", "level"]


def tables(case, scenario):
    names = ("schools", "sections", "classes", "county", "pupils_flow", "births")
    return {name: pd.read_csv(cases.load(case).table(name, scenario)) for name in names}


def flows(found):
    rows = found["sections"][[*SECTION, "pupils"]].merge(found["pupils_flow"], on=SECTION, validate="one_to_one")
    return rows.merge(found["schools"][["year", "school_id", "area", "founder"]], on=["year", "school_id"])


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_every_section_has_flows_that_lead_to_its_next_year(case, scenario):
    found = tables(case, scenario)
    assert len(found["pupils_flow"]) == len(found["sections"])
    rows = flows(found).set_index(SECTION)
    assert (rows.select_dtypes("number") >= 0).all(axis=None)
    later = rows[["pupils", "entrants"]].reset_index()
    later = later.assign(year=later["year"] - 1).set_index(SECTION)
    both = rows.index.intersection(later.index)
    now, then = rows.loc[both], later.loc[both]
    left = now[["graduates", "transferred_out", "dropouts", "deaths"]].sum(axis=1)
    assert (now["pupils"] - left + now["transferred_in"] + then["entrants"] == then["pupils"]).all()
    assert len(both) > 0.6 * len(rows)


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_every_move_inside_the_county_has_two_ends(case, scenario):
    rows = flows(tables(case, scenario))
    sector = np.where(rows["founder"] == "private", "private", "public")
    for _, part in rows.groupby(["year", "level"]):
        here = pd.Series(sector, index=rows.index).loc[part.index]
        for a in ("public", "private"):
            for b in ("public", "private"):
                out = part.loc[here == a, f"transferred_out_to_{b}"].sum()
                assert out == part.loc[here == b, f"transferred_in_from_{a}"].sum()
        assert (part["transferred_in"] - part["transferred_in_from_outside"]).sum() == (
            part["transferred_out"] - part["transferred_out_of_county"]
        ).sum()


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_the_junior_flows_are_those_that_the_county_reports(case, scenario):
    found = tables(case, scenario)
    reported = found["county"].pivot(index="variable", columns="year", values="value")
    rows = flows(found).query("level == 'junior'")
    sums = rows.groupby("year").sum(numeric_only=True)
    last = reported[2023]
    assert sums.loc[2021, "entrants"] == last["grade7_enrolment_3y_before"]
    assert sums["graduates"].tolist() == reported.loc["graduates", [2021, 2022, 2023]].tolist()
    over = sums.sum() / 3
    assert over["transferred_in_from_outside"] == last["transferred_in_3y"]
    assert over["transferred_out_of_county"] == last["transferred_out_3y"]
    assert over["deaths"] == last["deaths_3y"]
    gave_up = last["grade7_enrolment_3y_before"] - last["deaths_3y"] - last["graduates"]
    assert over["dropouts"] == gave_up + last["transferred_in_3y"] - last["transferred_out_3y"]


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_births_cover_every_township_for_fifteen_years(case, scenario):
    found = tables(case, scenario)
    grid = found["births"].groupby("year")["township"].agg(set)
    assert grid.index.tolist() == list(range(2009, 2024))
    assert all(names == set(found["schools"]["township"].dropna()) for names in grid)


def test_the_same_seed_makes_the_same_bytes():
    found, plan = tables("weishan", "described"), spec.load("weishan", "described")
    made = {"pupils_flow": pupils_flow.table(plan, found)}
    made["births"] = births.table(plan, found | made)
    for name, table in made.items():
        assert text(table) == cases.load("weishan").table(name, "described").read_text(encoding="utf-8")


def test_rural_pupils_leave_for_urban_schools_and_the_county():
    rows = flows(tables("weishan", "described"))
    sums = rows.groupby("area").sum(numeric_only=True)
    net = (sums["transferred_in"] - sums["transferred_out"]) / sums["pupils"]
    abroad = sums["transferred_out_of_county"] / sums["pupils"]
    assert net["rural"] < -0.04 < 0.01 < net["urban"]
    assert abroad["rural"] > 2 * abroad["urban"]
    assert sums.loc["rural", "transferred_out_to_urban"] > sums.loc["urban", "transferred_in_from_outside"] / 3


def test_public_schools_lose_to_private_ones_where_the_case_says_so():
    for case, times in (("liangyuan", 4), ("liangyuan balanced", 0)):
        rows = flows(tables(case.split()[0], "balanced" if " " in case else "described"))
        public = rows[rows["founder"] != "private"]
        there, back = public["transferred_out_to_private"].sum(), public["transferred_in_from_private"].sum()
        assert there > times * back
        assert back > 0


@pytest.mark.parametrize(("scenario", "low", "high"), [("described", 0.03, 0.06), ("balanced", -0.01, 0.01)])
def test_births_rise_in_q_district_and_stand_still_in_the_null(scenario, low, high):
    totals = tables("shanghai_q", scenario)["births"].groupby("year")["births"].sum()
    yearly = np.polyfit(totals.index, np.log(totals), 1)[0]
    assert low < yearly < high


def test_over_many_deals_of_the_null_neither_way_is_the_likelier():
    """Forty seeds at a fair coin: between eight and thirty-two lie all but one in ten thousand."""
    found, plan = tables("liangyuan", "balanced"), spec.load("liangyuan", "balanced")
    private = found["schools"].query("founder == 'private'")["school_id"].unique()
    more = 0
    for seed in range(40):
        made = pupils_flow.table(spec.reseeded(plan, seed), found)
        own = made[made["school_id"].isin(private)]
        more += int(own["transferred_in_from_public"].sum() > own["transferred_out_to_public"].sum())
    low, high = binom.ppf([0.0005, 0.9995], 40, 0.5)
    assert low <= more <= high
