"""The synthetic country: published totals met exactly, the same from the same seed, and it says what it is."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from national import panels

from edubalance.errors import EdubalanceError
from edubalance.national.country import Country
from edubalance.national.drawing import draw_province
from edubalance.national.margins import COUNTIES, margin
from edubalance.national.panel import make_panel
from edubalance.national.sharing_out import share_out


def whole(folder, table):
    return pd.read_parquet(folder / table)


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    return make_panel(tmp_path_factory.mktemp("country") / "panel", counties=29, years=(2020, 2022, 2023), seed=9)


def test_printed_totals_are_met_exactly_by_the_whole_country():
    country = Country(COUNTIES, (2022, 2023), 1, panels.QUALITY)
    assert country.totals(2022, "primary", "schools").sum() == 149_100
    assert country.totals(2022, "primary", "pupils").sum() == 107_000_000
    assert country.totals(2022, "primary", "teachers").sum() == 6_629_400
    assert country.totals(2023, "primary", "schools").sum() == 143_500
    assert country.totals(2023, "junior", "pupils").sum() == 52_436_900
    teachers = country.totals(2023, "primary", "teachers")
    assert country.with_degree(2023, "primary", "bachelor_share", teachers).sum() == round(0.7803 * 6_656_300)


@pytest.mark.parametrize("year", [2020, 2022, 2023])
def test_a_smaller_country_keeps_the_ratios(country, year):
    schools, sections = whole(country, "schools"), whole(country, "sections")
    share = 29 / COUNTIES
    of_year = sections[sections["year"] == year]
    stems = schools.loc[schools["year"] == year, "school_id"].str[9]
    for level, stem in (("primary", "P"), ("junior", "J")):
        held = of_year[of_year["level"] == level]
        assert (stems == stem).sum() == round(margin(year, level, "schools").value * share)
        assert held["pupils"].sum() == round(margin(year, level, "pupils").value * share)
        assert held["teachers"].sum() == round(margin(year, level, "teachers").value * share)
    degrees = [f"teachers_{name}" for name in ("bachelor", "master", "doctor")]
    primary = of_year[of_year["level"] == "primary"]
    expected = round(margin(year, "primary", "bachelor_share").value * primary["teachers"].sum())
    assert primary[degrees].to_numpy().sum() == expected


def test_schools_keep_their_codes_places_and_kinds_from_year_to_year(country):
    schools = whole(country, "schools")
    assert (
        len(schools.drop_duplicates(["school_id", "county", "type", "area", "founder"]))
        == schools["school_id"].nunique()
    )
    years = schools.groupby("year")["school_id"].agg(set)
    assert len(years[2022] & years[2023]) > 0.9 * len(years[2023])


def test_the_same_seed_gives_the_same_panel_and_another_another(country, tmp_path):
    options = {"counties": 29, "years": (2020, 2022, 2023)}
    same = make_panel(tmp_path / "same", seed=9, **options)
    other = make_panel(tmp_path / "other", seed=10, layout="file", **options)
    assert whole(same, "sections").equals(whole(country, "sections"))
    theirs = pd.read_parquet(other / "sections.parquet")
    assert not np.array_equal(whole(country, "sections")["pupils"][:99], theirs["pupils"][:99])


def test_every_file_says_that_it_is_synthetic_and_where_totals_come_from(country):
    files = sorted(country.rglob("*.parquet"))
    assert len(files) == 2 * 29
    for file in files:
        said = json.loads(pq.read_schema(file).metadata[b"edubalance"])
        assert said["kind"] == "twin"
        assert said["says"] == "synthetic twin / 合成数据"
    assert said["totals"]["2023 primary schools"] == "printed"
    assert said["totals"]["2023 junior teachers"] == "carried"


def test_years_between_printed_ones_lie_on_the_line():
    assert margin(2021, "primary", "schools").value == (158_000 + 149_100) / 2
    assert margin(2030, "primary", "pupils").value == margin(2023, "primary", "pupils").value
    with pytest.raises(EdubalanceError, match="No total of parents"):
        margin(2023, "primary", "parents")


def test_a_province_is_drawn_alone():
    country = Country(40, (2022,), 2, panels.QUALITY)
    first = draw_province(country, 3)
    draw_province(country, 2)
    for one, other in zip(first, draw_province(country, 3), strict=True):
        assert one.equals(other)


members = st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 50), st.integers(0, 2)), min_size=1, max_size=25)


@given(members, st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_what_is_shared_out_adds_up_and_nobody_gets_more_than_there_is_room_for(drawn, filled):
    weights, room, group = (np.array(part) for part in zip(*drawn, strict=True))
    most = np.bincount(group, room, 3).astype(np.int64)
    totals = np.floor(most * np.array(filled)).astype(np.int64)
    given_out = share_out(totals, weights.astype(float), group.astype(np.int64), room.astype(np.int64))
    assert np.array_equal(np.bincount(group, given_out, 3), totals)
    assert ((given_out >= 0) & (given_out <= room)).all()


def test_refusals(country, tmp_path):
    with pytest.raises(EdubalanceError, match="is there already"):
        make_panel(country)
    with pytest.raises(EdubalanceError, match="must be one of province, file"):
        make_panel(tmp_path / "new", layout="county")
    with pytest.raises(EdubalanceError, match="needs a county and ascending years"):
        make_panel(tmp_path / "new", years=(2023, 2022))
    with pytest.raises(EdubalanceError, match="less room than it has"):
        share_out(np.array([3]), np.ones(2), np.zeros(2, dtype=np.int64), np.ones(2, dtype=np.int64))
    assert not (tmp_path / "new").exists()
