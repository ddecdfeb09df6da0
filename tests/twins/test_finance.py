"""The funds of the twins: they add up to the yuan, meet what is published, and carry a pattern only where told."""

from functools import cache

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from edubalance import cases, codebook, intake, paths, twins
from edubalance.twins import finance, null, spec, writing

EVERY = [(case, scenario) for case in twins.available() for scenario in twins.SCENARIOS]
AMOUNTS = [
    "pupils",
    "education_spending_yuan",
    "personnel_yuan",
    "public_funds_yuan",
    "training_yuan",
    "capital_yuan",
]
every = pytest.mark.parametrize(("case", "scenario"), EVERY)


@cache
def tables(case, scenario):
    return intake.read_case(cases.load(case), scenario)


def funds(case, scenario, unit, level=None):
    rows = tables(case, scenario).finance
    rows = rows[rows["unit"] == unit]
    return rows if level is None else rows[rows["level"] == level]


def redrawn(seed, case, scenario="balanced"):
    """Draw the funds anew for the same schools, dealt anew where the twin is the null."""
    plan, read = spec.reseeded(spec.load(case, scenario), seed), tables(case, scenario)
    schools = null.dealt(plan, read.schools) if plan.null else read.schools
    made = finance.table(plan, {"schools": schools, "sections": read.sections, "county": read.county})
    return schools, made


@every
def test_levels_add_up_to_the_county_and_parts_to_no_more_than_the_spending(case, scenario):
    county = funds(case, scenario, "county")
    assert sorted(county["year"].unique()) == [2019, 2020, 2021, 2022, 2023]
    single, whole = county[county["level"] != "all"], county[county["level"] == "all"].set_index("year")
    npt.assert_array_equal(single.groupby("year")[AMOUNTS].sum(), whole[AMOUNTS])
    parts = county[["personnel_yuan", "public_funds_yuan", "capital_yuan"]].sum(axis=1)
    assert (parts <= county["education_spending_yuan"]).all()
    filled = ["transfers_yuan", "fiscal_revenue_yuan", "fiscal_spending_yuan", "residents", "price_index"]
    assert whole[filled].notna().all(axis=None)


@every
def test_schools_and_townships_add_up_to_the_county_but_for_what_it_keeps(case, scenario):
    schools, county = funds(case, scenario, "school"), funds(case, scenario, "county").set_index(["year", "level"])
    sums = schools.groupby(["year", "level"], observed=True)[AMOUNTS].sum()
    same = ["pupils", "personnel_yuan", "public_funds_yuan", "training_yuan", "capital_yuan"]
    npt.assert_array_equal(sums[same], county.loc[sums.index, same])
    ordinary = sums[sums.index.get_level_values("level") != "special"]
    share = ordinary["education_spending_yuan"] / county.loc[ordinary.index, "education_spending_yuan"]
    npt.assert_allclose(share, 0.95, atol=1e-6)
    parts = schools[["personnel_yuan", "public_funds_yuan", "capital_yuan"]].sum(axis=1)
    assert (parts == schools["education_spending_yuan"]).all()
    taught = schools[schools["level"] != "special"].groupby("year")[AMOUNTS].sum()
    npt.assert_array_equal(funds(case, scenario, "township").groupby("year")[AMOUNTS].sum(), taught)


@every
def test_residents_and_revenue_of_townships_are_the_county_s_or_less(case, scenario):
    towns = funds(case, scenario, "township").groupby("year")[["residents", "fiscal_revenue_yuan"]].sum()
    county = funds(case, scenario, "county", "all").set_index("year").loc[towns.index]
    assert (towns["residents"] == county["residents"]).all()
    npt.assert_allclose(towns["fiscal_revenue_yuan"] / county["fiscal_revenue_yuan"], 0.4, atol=1e-6)


@every
def test_special_education_and_small_schools_are_what_the_county_s_table_says(case, scenario):
    read = tables(case, scenario)
    stated = read.county.set_index(["year", "variable"])["value"]
    schools = funds(case, scenario, "school")
    pupils = schools.groupby(["year", "unit_id"])["pupils"].transform("sum")
    small = schools[(pupils < 100) & (schools["level"] != "special")]
    for year in cases.load(case).years:
        special = funds(case, scenario, "county", "special").set_index("year").loc[year]
        assert special["public_funds_yuan"] == stated[year, "special_school_public_funds_yuan"]
        assert special["pupils"] == stated[year, "special_school_pupils"]
        here = small[small["year"] == year]
        assert here["public_funds_yuan"].sum() == stated[year, "small_school_public_funds_yuan"]
        assert here["pupils"].sum() == stated[year, "small_school_pupils"]


@every
def test_every_published_figure_on_funds_and_residents_is_met(case, scenario):
    published = pd.read_csv(paths.case(case) / "data" / "published.csv", dtype={"value": str})
    county = funds(case, scenario, "county").set_index(["year", "level"])
    met = 0
    for row in published[published["quantity"] == "budget_spending_per_pupil"].itertuples():
        own = county.loc[(row.year, row.level)]
        assert f"{own['education_spending_yuan'] / own['pupils']:.2f}" == row.value
        met += 1
    for row in published[published["quantity"] == "resident_population"].itertuples():
        unit = 10_000 if row.unit_of_measure == "10 000 persons" else 1
        assert f"{county.loc[(row.year, 'all'), 'residents'] / unit:.{row.decimals}f}" == row.value
        met += 1
    assert met == {"shanghai_q": 0, "wuhu_j": 4}.get(case, 5)


@every
def test_the_same_seed_gives_the_committed_bytes(case, scenario):
    """Cells that the twin leaves empty concern no funds, so that the tables as committed give the same."""
    read = tables(case, scenario)
    made = finance.table(
        spec.load(case, scenario), {"schools": read.schools, "sections": read.sections, "county": read.county}
    )
    file = cases.load(case).table("finance", scenario)
    assert writing.text(made).encode() == file.read_bytes()
    assert file.stat().st_size < 400_000


def test_no_seed_is_refused_and_whatever_it_is_the_tables_agree(tmp_path):
    for seed in range(3):
        schools, made = redrawn(seed, "ziliujing")
        read = tables("ziliujing", "balanced")
        files = {"schools": schools, "sections": read.sections, "county": read.county, "finance": made}
        for name, frame in files.items():
            (tmp_path / f"{name}.csv").write_text(writing.text(frame), encoding="utf-8")
        again = intake.read_tables(**{name: tmp_path / f"{name}.csv" for name in files})
        pd.testing.assert_frame_equal(again.finance, codebook.table("finance").conform(made))


def test_in_the_null_funds_per_pupil_do_not_depend_on_area_or_on_revenue():
    """25 deals: the mean gap lies within four of its standard errors of nothing, and so does the mean correlation."""
    gaps, together = [], []
    for seed in range(25):
        schools, made = redrawn(seed, "ziliujing")
        rows = made[(made["unit"] == "school") & (made["year"] == 2023) & (made["level"] == "primary")]
        areas = schools.loc[schools["year"] == 2023].set_index("school_id")["area"]
        rural = rows["unit_id"].map(areas) == "rural"
        each = rows["education_spending_yuan"] / rows["pupils"]
        gaps.append(np.log(each[rural]).mean() - np.log(each[~rural]).mean())
        towns = made[(made["unit"] == "township") & (made["year"] == 2023)]
        revenue = towns["fiscal_revenue_yuan"] / towns["residents"]
        together += [
            np.corrcoef(revenue, towns[name] / towns["pupils"])[0, 1]
            for name in ("education_spending_yuan", "transfers_yuan")
        ]
    for values in (gaps, together):
        assert abs(np.mean(values)) < 4 * np.std(values) / len(values) ** 0.5


def test_in_the_null_spending_per_pupil_rises_by_more_than_prices_every_year():
    for seed in range(10):
        county = redrawn(seed, "ziliujing")[1]
        county = county[(county["unit"] == "county") & county["level"].isin(["primary", "junior", "all"])]
        index = county[county["level"] == "all"].set_index("year")["price_index"].astype(float)
        each = (county["education_spending_yuan"] / county["pupils"]).astype(float)
        table = each.to_frame("each").assign(year=county["year"], level=county["level"])
        nominal = table.pivot(index="year", columns="level", values="each")[["primary", "junior"]]
        assert (nominal.pct_change().dropna().gt(index.loc[2020:] / 100 - 1, axis=0)).all(axis=None)


def test_the_described_twins_carry_what_their_abstracts_say():
    each = {}
    for case in twins.available():
        county = funds(case, "described", "county", "primary").set_index("year")
        each[case] = county["education_spending_yuan"] / county["pupils"]
    assert (each["ziliujing"].diff().loc[[2020, 2023]] < 0).all()
    assert (each["shanghai_q"].diff().dropna() < 0).all()
    grown = funds("shanghai_q", "described", "county", "all").set_index("year")["education_spending_yuan"]
    assert grown.is_monotonic_increasing
    for case in ("weishan", "wuhu_j", "liangyuan"):
        assert each[case].is_monotonic_increasing
        rows = funds(case, "described", "school", "primary")
        rows = rows[rows["year"] == 2023].merge(
            tables(case, "described").schools, left_on=["year", "unit_id"], right_on=["year", "school_id"]
        )
        rows = rows[rows["founder"] != "private"]
        sums = rows.groupby("area")[["education_spending_yuan", "pupils"]].sum()
        mean = sums["education_spending_yuan"] / sums["pupils"]
        assert mean["rural"] < mean["urban"]


def test_a_seed_of_its_own_changes_the_funds_and_not_what_is_published():
    one, other = (redrawn(seed, "weishan", "described")[1] for seed in (1, 2))
    county = [frame[(frame["unit"] == "county") & frame["level"].isin(["primary", "junior"])] for frame in (one, other)]
    known = [frame[frame["year"].isin([2021, 2022])]["education_spending_yuan"].tolist() for frame in county]
    assert known[0] == known[1]
    assert not one["education_spending_yuan"].equals(other["education_spending_yuan"])
    again = redrawn(1, "weishan", "described")[1]
    assert writing.text(one) == writing.text(again)
