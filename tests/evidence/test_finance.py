"""Funds: amounts by hand, and trials that find what is there and err as seldom as they say."""

from dataclasses import replace
from functools import cache

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from assessment.conftest import build, school, section

from edubalance import cases, intake, standards
from edubalance.codebook import Tables, table
from edubalance.errors import EdubalanceError
from edubalance.evidence import finance, school_funds, township_funds
from edubalance.evidence.material import gather
from edubalance.evidence.register import TRIALS
from edubalance.twins import finance as twin_finance
from edubalance.twins import null, spec

QUALITY = standards.load("cn-2017-quality")
OURS = {
    "funds_fall": {},
    "funds_lag": {},
    "funds_gap": {"disadvantaged": ["rural"]},
    "funds_following": {},
    "transfers_to_richer": {},
    "spending_follows_revenue": {},
}
COUNTED = ("funds_fall", "funds_lag")


def material(rows, *, areas=("urban",), pupils=100):
    """Primary schools S00 … of townships T0 …, one an area, and rows of funds."""
    names = [f"S{number:02d}" for number in range(len(areas))]
    sizes = [pupils] * len(areas) if isinstance(pupils, int) else pupils
    schools = [
        school(name, size, area=area, township=f"T{number}")
        for number, (name, size, area) in enumerate(zip(names, sizes, areas, strict=True))
    ]
    tables = build(schools, [section(name, size) for name, size in zip(names, sizes, strict=True)])
    fixed = {"county": "Demo", "year": 2023, "unit_id": "Demo"}
    funds = table("finance").conform(pd.DataFrame([fixed | row for row in rows])) if rows else tables.finance
    return gather(Tables(tables.schools, tables.sections, tables.county, finance=funds), QUALITY, year=2023)


def county(spending, pupils, index, level="primary", **more):
    """Rows of a county from 2023 back: spending and pupils of a level, and the price index under all."""
    first = 2024 - len(spending)
    rows = []
    for place, (amount, heads, price) in enumerate(zip(spending, pupils, index, strict=True)):
        year = {"unit": "county", "year": first + place}
        one = {"level": level, "education_spending_yuan": amount, "pupils": heads}
        rows += [year | one | more, year | one | {"level": "all", "price_index": price}]
    return rows


def school_rows(amounts, pupils, column="education_spending_yuan", **more):
    """One primary school each, with these amounts."""
    return [
        {"unit": "school", "unit_id": f"S{number:02d}", "level": "primary", column: amount, "pupils": heads} | more
        for number, (amount, heads) in enumerate(zip(amounts, pupils, strict=True))
    ]


def township_rows(revenue, spending, transfers):
    """Townships of 100 pupils and 1,000 residents."""
    return [
        {
            "unit": "township",
            "unit_id": f"T{number}",
            "level": "all",
            "pupils": 100,
            "residents": 1000,
            "fiscal_revenue_yuan": own,
            "education_spending_yuan": spent,
            "transfers_yuan": received,
        }
        for number, (own, spent, received) in enumerate(zip(revenue, spending, transfers, strict=True))
    ]


# Over the years


def test_spending_per_pupil_is_deflated_to_the_last_year():
    """100 a pupil; prices then rise by a quarter, and the amount to 110."""
    frame = finance.per_pupil(material(county([1000, 1210, 1375], [10, 11, 11], [None, 100, 125])))
    one = frame[frame["level"] == "primary"]
    npt.assert_allclose(one["nominal"], [100, 110, 125])
    npt.assert_allclose(one["deflated"], [125, 137.5, 125])
    npt.assert_allclose(one["change"], [np.nan, 10, -100 / 11])
    assert one["fell"].tolist() == [pd.NA, False, True]


def test_a_gap_in_the_price_index_leaves_the_years_before_it_unknown():
    frame = finance.per_pupil(material(county([10, 11, 12], [1, 1, 1], [102, None, 110])))
    npt.assert_allclose(frame[frame["level"] == "primary"]["deflated"], [np.nan, 12.1, 12])


def test_a_year_that_is_not_listed_stands_there_without_numbers():
    rows = [row for row in county([10, 11, 12, 13], [1] * 4, [100] * 4) if row["year"] != 2021]
    ready = material(rows)
    one = finance.per_pupil(ready).query("level == 'primary'")
    assert one["year"].tolist() == [2020, 2021, 2022, 2023]
    assert one["nominal"].isna().tolist() == [False, True, False, False]
    steady = finance.stability(ready).set_index("level").loc["primary"]
    # Prices of the year are missing too: that before it cannot be deflated.
    assert (steady["years"], steady["missing"]) == (2, 2)
    assert np.isnan(steady["volatility"])


def test_the_funds_of_two_counties_are_refused():
    rows = county([10, 11], [1, 1], [100, 100])
    other = [row | {"county": "Other", "unit_id": "Other"} for row in rows]
    with pytest.raises(EdubalanceError, match="one county at a time; the table of finance has Demo, Other"):
        finance.per_pupil(material(rows + other))


def test_the_two_rules_are_on_amounts_as_paid():
    """The total rises; a pupil gets less in 2022 because there are more, and prices play no part."""
    frame = finance.never_falling(material(county([1000, 1100, 1200], [10, 12, 12], [100, 130, 130])))
    total, single = (frame[frame["quantity"] == name] for name in ("total", "per_pupil"))
    assert total["fell"].tolist() == [pd.NA, False, False]
    assert single["fell"].tolist() == [pd.NA, True, False]
    npt.assert_allclose(single["change"].iloc[1], 100 * (1100 / 12 / 100 - 1))


def test_stability_by_hand():
    steady = finance.stability(material(county([100, 125, 100], [1, 1, 1], [100, 100, 100])))
    one = steady.set_index("level").loc["primary"]
    npt.assert_allclose(one[["growth", "falls", "volatility", "worst_fall"]].astype(float), [0, 1, 45 / 2**0.5, 20])
    assert one["worst_year"] == 2023


def test_need_is_pupils_times_prices():
    """A fifth more pupils and a tenth dearer: 32 % more needed, 30 % more given."""
    row = finance.need(material(county([1000, 1300], [10, 12], [100, 110]))).iloc[0]
    npt.assert_allclose(row[["pupils", "prices", "need", "spending", "lag"]].astype(float), [20, 10, 32, 30, -2])


def test_special_education_is_held_against_the_least_of_the_standard():
    least = QUALITY.value_on("special_education_funds", "2023-09-01")
    rows = [
        {"unit": "county", "year": year, "level": "special", "pupils": 10, "public_funds_yuan": amount}
        for year, amount in ((2016, 1.0), (2022, 10 * least - 1), (2023, 10 * least))
    ]
    found = finance.special_education(material(rows)).set_index("year")
    assert found.loc[[2022, 2023], "met"].tolist() == [False, True]
    assert 2016 not in found.index
    assert found.loc[2020, "met"] is pd.NA
    assert (found["threshold"] == least).all()


@pytest.mark.parametrize(
    ("spending", "pupils", "index", "found", "value"),
    [
        pytest.param([100, 110, 99], [1, 1, 1], [100, 100, 100], True, -10, id="falls"),
        pytest.param([100, 100, 101], [1, 1, 1], [100, 100, 100], False, 0, id="stands still"),
        pytest.param([100, 104, 108.16], [1, 1, 1], [100, 104, 104], False, 0, id="keeps up with prices"),
        pytest.param([100, 104, 108.16], [1, 1, 1], [100, 100, 130], True, -20, id="prices eat it up"),
    ],
)
def test_funds_fall_where_they_do_at_constant_prices(spending, pupils, index, found, value):
    outcome = TRIALS["funds_fall"](material(county(spending, pupils, index)), levels=["primary"])
    assert outcome.found is found
    assert outcome.opposite is (not found)
    assert outcome.value == pytest.approx(value, abs=1e-9)


def test_a_level_or_year_that_is_missing_may_hide_a_fall():
    steady = county([100, 101], [1, 1], [100, 100])
    assert TRIALS["funds_fall"](material(steady)).found is None  # junior is not there
    falling = county([100, 90], [1, 1], [100, 100])
    assert TRIALS["funds_fall"](material(falling)).found is True
    unknown = county([100, 101, 102], [1, 1, 1], [100, None, 100])
    assert TRIALS["funds_fall"](material(unknown), levels=["primary"]).found is None


def test_funds_lag_where_need_grows_faster():
    """Two years rise and one falls; from the first to the last the pupils grow more than the money."""
    behind = material(county([1000, 1200], [10, 13], [100, 100]))
    outcome = TRIALS["funds_lag"](behind, levels=["primary"])
    assert (outcome.found, outcome.unit) == (True, "percentage_points")
    assert outcome.value == pytest.approx(-10)
    assert TRIALS["funds_lag"](material(county([1000, 1200], [10, 11], [100, 100])), levels=["primary"]).opposite
    assert TRIALS["funds_lag"](material(county([1000, 1200], [10, 11], [100, 100]))).found is None


# Schools

AREAS = ["rural", "urban", "town"] * 4
RURAL_POORER = [800 + 10 * number if area == "rural" else 1000 + 10 * number for number, area in enumerate(AREAS)]


def test_funds_by_area_are_all_funds_over_all_pupils():
    rows = school_rows([100, 400, 900, None], [10, 10, 30, 10])
    frame = school_funds.by_area(material(rows, areas=["rural", "urban", "urban", "urban"], pupils=[10, 10, 30, 10]))
    one = frame.set_index("area")
    npt.assert_allclose(one["per_pupil"], [10, 1300 / 40])
    npt.assert_allclose(one["relative"], [10 / 28, 1300 / 40 / 28])
    assert one["missing"].tolist() == [0, 1]
    assert one["schools"].tolist() == [1, 2]


def test_small_schools_are_counted_by_the_quota_of_the_others():
    """The others have 10 a pupil: 700 for forty pupils are the funds of seventy."""
    rows = school_rows([2000, 3000, 700], [200, 300, 40], column="public_funds_yuan")
    found = school_funds.small_schools(material(rows, areas=["urban", "urban", "rural"], pupils=[200, 300, 40]))
    assert found["school_id"].tolist() == ["S02"]
    npt.assert_allclose(found[["quota", "funded_pupils", "threshold"]].iloc[0].astype(float), [10, 70, 100])


def test_training_is_a_share_of_public_funds_and_missing_is_no_pass():
    least = QUALITY.value_on("training_budget_share", "2023-09-01")
    rows = school_rows([100, 100, 100], [100] * 3, column="public_funds_yuan")
    for row, amount in zip(rows, (least, least - 0.01, None), strict=True):
        row["training_yuan"] = amount
    found = school_funds.training(material(rows, areas=["urban"] * 3))
    npt.assert_allclose(found["value"], [least, least - 0.01, np.nan])
    assert found["met"].tolist() == [True, False, pd.NA]


def test_funds_that_follow_the_pupils_leave_only_what_small_schools_are_given():
    """Per pupil 10, 30 and, in the school of fifty, 40; followed: every pupil alike, and fifty count as a hundred."""
    rows = school_rows([2000, 6000, 2000], [200, 200, 50])
    found = school_funds.following(material(rows, areas=["rural", "urban", "urban"], pupils=[200, 200, 50])).iloc[0]
    mean, share = 10_000 / 450, np.array([200, 200, 50]) / 450
    npt.assert_allclose(found["cv"], np.sqrt(share @ (np.array([10, 30, 40]) - mean) ** 2) / mean)
    heads = np.array([1, 1, 2])
    npt.assert_allclose(found["following"], np.sqrt(share @ (heads - 500 / 450) ** 2) / (500 / 450))
    areas, weight = np.array([10, 8000 / 300]), np.array([0.4, 0.6])
    npt.assert_allclose(found["between"], np.sqrt(weight @ (areas - 20) ** 2) / 20)


def test_private_schools_are_left_out():
    ready = material(school_rows([100, 1], [10, 10]), areas=["urban", "rural"], pupils=[10, 10])
    schools = ready.tables.schools.copy()
    schools["founder"] = pd.array(["county", "private"], dtype="string")
    left = school_funds.of_schools(replace(ready, tables=replace(ready.tables, schools=schools)))
    assert left["school_id"].tolist() == ["S00"]


def test_lower_rural_funds_are_found_and_higher_ones_are_the_opposite():
    ready = material(school_rows(RURAL_POORER, [10] * 12), areas=AREAS, pupils=[10] * 12)
    outcome = TRIALS["funds_gap"](ready, disadvantaged=["rural"])
    mean = np.mean(RURAL_POORER)
    rural = np.mean(RURAL_POORER[::3])
    assert outcome.found
    assert outcome.value == pytest.approx(100 * (rural - (12 * mean - 4 * rural) / 8) / mean)
    richer = material(school_rows([1 / amount for amount in RURAL_POORER], [10] * 12), areas=AREAS, pupils=[10] * 12)
    assert TRIALS["funds_gap"](richer, disadvantaged=["rural"]).opposite


def test_following_is_found_where_areas_differ_and_not_where_only_schools_do():
    ready = material(school_rows(RURAL_POORER, [100] * 12), areas=AREAS)
    assert TRIALS["funds_following"](ready).found
    scattered = [800 if number % 2 else 1000 for number in range(12)]
    outcome = TRIALS["funds_following"](material(school_rows(scattered, [100] * 12), areas=AREAS))
    assert outcome.found is False
    assert outcome.value == pytest.approx(0, abs=1e-6)


# Townships


def test_townships_are_laid_out_by_hand():
    ready = material(
        township_rows([5000, 2000], [30_000, 20_000], [1000, 4000]), areas=["urban", "rural"], pupils=[60, 40]
    )
    found = township_funds.of_townships(ready).set_index("township")
    assert found["revenue_per_head"].tolist() == [5, 2]
    assert found["spending_per_pupil"].tolist() == [300, 200]
    assert found["transfers_per_pupil"].tolist() == [10, 40]
    assert found["transfers_share"].tolist() == [20, 200]
    assert found["rural_share"].tolist() == [0, 100]
    assert found["area"].tolist() == ["urban", "rural"]


def test_concentration_is_negative_where_money_goes_to_the_poorer():
    ready = material(township_rows([5, 2], [300, 100], [100, 300]), areas=["urban", "rural"])
    index = township_funds.concentration(ready).groupby("group")["index"].first()
    npt.assert_allclose(index["spending_per_pupil"], 0.25)
    npt.assert_allclose(index["transfers_per_pupil"], -0.25)
    rural = township_funds.concentration(ready, by="rural_share").groupby("group")["index"].first()
    npt.assert_allclose(rural["transfers_per_pupil"], -0.25)
    with pytest.raises(EdubalanceError, match="ranked by one of revenue_per_head, rural_share, migrant_share; got 'x'"):
        township_funds.concentration(ready, by="x")


@pytest.mark.parametrize(
    ("trial", "place"), [("transfers_to_richer", "transfers"), ("spending_follows_revenue", "spending")]
)
def test_townships_move_together_or_against_each_other(trial, place):
    revenue, flat = list(range(10, 18)), [100, 120, 90, 110, 95, 115, 105, 99]
    for amounts, found, opposite in ((revenue, True, False), (revenue[::-1], False, True)):
        columns = {"spending": flat, "transfers": flat} | {place: amounts}
        ready = material(township_rows(revenue, columns["spending"], columns["transfers"]), areas=["town"] * 8)
        outcome = TRIALS[trial](ready)
        assert (outcome.found, outcome.opposite, outcome.unit) == (found, opposite, "rank_correlation")
        assert outcome.value == pytest.approx(1 if found else -1)


def test_two_townships_or_equal_ones_cannot_decide():
    two = material(township_rows([1, 2], [3, 4], [5, 6]), areas=["town"] * 2)
    equal = material(township_rows([1, 1, 1, 1], [3, 4, 5, 6], [5, 6, 7, 8]), areas=["town"] * 4)
    for ready in (two, equal):
        assert TRIALS["transfers_to_richer"](ready).found is None


# Where nothing is listed, and where the twins are what they are


@pytest.mark.parametrize(("trial", "arguments"), OURS.items())
def test_a_case_without_funds_cannot_decide(trial, arguments):
    assert TRIALS[trial](material([]), **arguments).found is None


def test_tables_of_a_case_without_funds_are_empty():
    bare = material([])
    for frame in (
        finance.per_pupil(bare),
        finance.never_falling(bare),
        finance.stability(bare),
        finance.need(bare),
        finance.special_education(bare),
        school_funds.by_area(bare),
        school_funds.small_schools(bare),
        school_funds.training(bare),
        school_funds.following(bare),
        township_funds.of_townships(bare),
        township_funds.concentration(bare),
    ):
        assert frame.empty


@cache
def twin(case, scenario):
    """Only tables, rules and year: these trials look at nothing else, and need no assessment."""
    return replace(material([]), tables=intake.read_case(cases.load(case), scenario))


@pytest.mark.parametrize(
    ("case", "trial"),
    [
        ("ziliujing", "funds_fall"),
        ("shanghai_q", "funds_lag"),
        ("weishan", "funds_gap"),
        ("weishan", "transfers_to_richer"),
        ("weishan", "spending_follows_revenue"),
        ("wuhu_j", "funds_following"),
    ],
)
def test_the_trials_recover_what_the_described_twins_were_told(case, trial):
    outcome = TRIALS[trial](twin(case, "described"), **OURS[trial])
    assert outcome.found is True
    if np.isfinite(outcome.p):
        assert outcome.p <= 0.01


def null_draws(seeds):
    """Deals of a null whose funds are drawn anew, schools and townships in the last year only."""
    ready, plan = twin("ziliujing", "balanced"), spec.load("ziliujing", "balanced")
    for seed in range(seeds):
        fresh = replace(spec.reseeded(plan, seed), years=(2023,))
        schools = null.dealt(fresh, ready.tables.schools)
        made = {"schools": schools, "sections": ready.tables.sections, "county": ready.tables.county}
        drawn = table("finance").conform(twin_finance.table(fresh, made))
        yield replace(ready, tables=replace(ready.tables, schools=schools, finance=drawn))


def test_in_the_null_trials_by_shuffles_find_something_as_seldom_as_they_say():
    """Sixty deals at 5 %: three finds are expected, above ten lies one in a thousand."""
    shuffled = [trial for trial in OURS if trial not in COUNTED]
    counts = dict.fromkeys(shuffled, 0)
    for dealt in null_draws(60):
        for trial in shuffled:
            counts[trial] += bool(TRIALS[trial](dealt, **OURS[trial]).found)
    assert max(counts.values()) <= 10, counts
    assert sum(counts.values()) > 0


def test_in_the_null_what_is_counted_is_never_found():
    for dealt in null_draws(8):
        for trial in COUNTED:
            assert TRIALS[trial](dealt, **OURS[trial]).found is False
