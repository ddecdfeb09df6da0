"""The tables of the whole country, against sums over the sections themselves."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from national import panels

from edubalance.measures import decomposition, dispersion
from edubalance.national import closing
from edubalance.national.closing import read
from edubalance.national.panel import make_panel
from edubalance.national.running import run

SPORTS = "sports_area_per_pupil"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    panel = make_panel(folder / "panel", counties=45, years=(2021, 2022, 2023), seed=2)
    run(panel, folder / "result", panels.QUALITY)
    return folder / "result"


@pytest.fixture(scope="module")
def sections(result):
    return read(result, "sections")


def one(frame, **where):
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return frame


def test_layers_of_the_nation_are_those_of_all_sections_at_once(result, sections):
    held = one(sections, year=2023, level="primary").dropna(subset=SPORTS)
    labels = [held["province"].astype(str), held["county"].astype(str)]
    labels.append(labels[1] + held["area"].astype(str))
    expected = decomposition.decompose(
        held[SPORTS].to_numpy(), [each.tolist() for each in labels], held["pupils"].to_numpy(dtype=float)
    )
    layers = one(read(result, "layers"), scope="nation", year=2023, level="primary", indicator=SPORTS)
    np.testing.assert_allclose(layers["theil_t"], expected.layers, rtol=1e-9)
    assert layers["component"].tolist() == [
        f"between_{name}" for name in ("provinces", "counties", "areas", "sections")
    ]
    np.testing.assert_allclose(layers["share"].sum(), 1.0)


def test_a_province_has_no_part_between_provinces(result):
    layers = one(read(result, "layers"), scope="province", province="P01", year=2023, level="junior", indicator=SPORTS)
    assert layers["component"].tolist() == ["between_counties", "between_areas", "between_sections"]


def test_indicators_count_every_section_once(result, sections):
    row = one(read(result, "indicators"), scope="nation", year=2022, level="junior", indicator=SPORTS).iloc[0]
    held = one(sections, year=2022, level="junior")
    values, pupils = held[SPORTS].to_numpy(), held["pupils"].to_numpy(dtype=float)
    threshold = panels.QUALITY.value_on(SPORTS, "2022-09-01", "junior")
    assert row["n_sections"] == np.isfinite(values).sum()
    assert row["n_below"] == (values < threshold * (1 - 1e-12)).sum()
    assert row["share_below"] == row["n_below"] / row["n_sections"]
    np.testing.assert_allclose(row["mean"], np.average(values, weights=pupils))
    np.testing.assert_allclose(row["cv"], dispersion.difference_coefficient(values, pupils))


def test_the_indicator_that_fails_most_often_ranks_first(result):
    frame = read(result, "indicators")
    for _, part in frame.groupby([frame["scope"], frame["province"].fillna(""), frame["year"], frame["level"]]):
        assert part.loc[part["failure_rank"] == 1, "share_below"].max() == part["share_below"].max()


def test_summaries_of_provinces_add_up_to_the_nation(result):
    frame = read(result, "summary")
    counts = [name for name in frame if frame[name].dtype.kind in "iu" and name != "year"]
    nation = one(frame, scope="nation").set_index(["year", "level"])[counts].sort_index()
    provinces = one(frame, scope="province").groupby(["year", "level"])[counts].sum().sort_index()
    assert {"counties_met", "counties_failed", "n_sections", "pupils"} <= set(counts)
    assert (nation == provinces).all(axis=None)
    assert (
        one(frame, scope="nation", year=2023, level="all")[["counties_met", "counties_not_met"]].to_numpy().sum() == 45
    )


def test_ranks_run_from_the_lowest_composite_and_lie_within_what_intervals_leave_open(result):
    counties = one(read(result, "counties"), year=2023, level="primary").sort_values("composite")
    assert counties["rank"].tolist() == list(range(1, 46))
    assert (counties["rank_best"] <= counties["rank"]).all()
    assert (counties["rank"] <= counties["rank_worst"]).all()
    assert (counties["composite_low"] < counties["composite_high"]).all()
    assert counties["rank_worst"].max() == 45


def test_transitions_count_every_section_of_both_years_once(result, sections):
    frame = one(read(result, "transitions"), unit="section", level="primary", from_year=2022)
    keys = ["province", "county", "school_id"]
    before, after = (
        one(sections, year=year, level="primary").astype(str).set_index(keys)["verdict"] for year in (2022, 2023)
    )
    both = pd.concat([before, after], axis=1, keys=["before", "after"]).fillna("absent")
    expected = both.value_counts().to_dict()
    assert {(row.before, row.after): row.n for row in frame.itertuples()} == expected
    np.testing.assert_allclose(frame.groupby("before")["share"].sum(), 1.0)


def test_counties_of_this_synthetic_country_draw_together_as_they_were_made_to(result):
    frame = read(result, "convergence")
    assert set(frame["from_year"]) == {2021}
    assert set(frame["to_year"]) == {2023}
    assert (frame["n_counties"] == 45).all()
    assert (frame["high"] < 0).sum() >= 3
    assert (frame["low"] < frame["slope"]).all()
    assert (frame["slope"] < frame["high"]).all()


def test_every_table_says_that_the_data_are_synthetic(result):
    for name in closing.CLOSING:
        said = json.loads(pq.read_schema(result / f"{name}.parquet").metadata[b"edubalance"])
        assert said["says"] == "synthetic twin / 合成数据"
    parts = list((result / "sections").iterdir())
    assert parts
    assert all(b"edubalance" in pq.read_schema(part).metadata for part in parts)
    assert json.loads((result / "manifest.json").read_text(encoding="utf-8"))["kind"] == "twin"
