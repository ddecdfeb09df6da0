"""What rows say of where and when they belong: missing, impossible, or no county that can be compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from national import panels
from pyarrow import parquet as pq

from edubalance import standards
from edubalance.errors import EdubalanceError
from edubalance.measures import decomposition
from edubalance.national.closing import read
from edubalance.national.panel import make_panel
from edubalance.national.running import run


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    # More counties than provinces: P01 has two at least.
    folder = make_panel(tmp_path_factory.mktemp("panel") / "country", counties=33, years=(2022, 2023), seed=5)
    held = [pd.read_parquet(folder / table).astype({"province": "string"}) for table in ("schools", "sections")]
    return tuple(frame[frame["province"].isin(["P01", "P02", "P03"])].reset_index(drop=True) for frame in held)


def judged(tmp_path, schools, sections, standard=panels.QUALITY, **options):
    report = run(panels.write(tmp_path / "panel", schools, sections), tmp_path / "result", standard, **options)
    return report, tmp_path / "result"


def test_empty_codes_of_schools_are_missing(country, tmp_path):
    schools, sections = (frame.copy() for frame in country)
    school = schools.loc[0, "school_id"]
    for frame in (schools, sections):
        frame.loc[frame["school_id"] == school, "school_id"] = ""
    report, out = judged(tmp_path, schools, sections)
    failures = read(out, "failures")
    assert report.failed == 2
    assert (failures["rule"] == "school_id should be filled").sum() == 4


@pytest.mark.parametrize("missing", [None, ""])
def test_a_row_without_a_county_fails_all_counties_that_it_may_be_of(country, tmp_path, missing):
    schools, sections = (frame.copy() for frame in country)
    sections["county"] = sections["county"].astype("object")
    first = sections.index[sections["year"] == 2023][0]
    province = sections.loc[first, "province"]
    here = schools[(schools["province"] == province) & (schools["year"] == 2023)]["county"].unique()
    sections.loc[first, "county"] = missing
    report, out = judged(tmp_path, schools, sections)
    failures, counties = read(out, "failures"), read(out, "counties")
    assert set(failures["county"].dropna()) == set(here)
    assert report.failed == len(here) + 1
    assert failures["rule"].str.contains("county should be filled").sum() == 1
    others = schools[["province", "county", "year"]].drop_duplicates()
    assert len(counties[["province", "county", "year"]].drop_duplicates()) == len(others) - len(here)


@pytest.mark.parametrize("name", ["province=", "province=__HIVE_DEFAULT_PARTITION__"])
def test_a_folder_that_names_no_province_is_none(country, tmp_path, name):
    for table, frame in zip(("schools", "sections"), country, strict=True):
        folder = tmp_path / "panel" / table / name
        folder.mkdir(parents=True)
        one = frame[frame["county"] == frame["county"].min()]
        one.drop(columns="province").to_parquet(folder / "data.parquet")
    report = run(tmp_path / "panel", tmp_path / "result", panels.QUALITY)
    failures = read(tmp_path / "result", "failures")
    assert report.failed == report.counties == 2
    assert set(failures["rule"]) == {"province should be filled"}


@pytest.mark.parametrize(
    ("year", "said"), [(23, "23"), (20_230_901, "20230901"), (2**31, "2147483648"), (2022.5, "2022.5")]
)
def test_a_year_that_is_none_is_told_with_what_it_should_be(country, tmp_path, year, said):
    schools, sections = (frame.assign(year=frame["year"].astype(type(year)).replace({2022: year})) for frame in country)
    report, out = judged(tmp_path, schools, sections)
    failures = read(out, "failures")
    wrong = failures[failures["column"] == "year"]
    assert set(wrong["value"]) == {said}
    assert wrong["rule"].str.contains("year should be a whole number from 1900 to 2100").all()
    # The rows may be of any year: those of 2023 are not judged without them.
    assert report.failed == report.counties


def test_where_every_county_fails_the_reasons_are_written(country, tmp_path):
    schools, sections = country
    report, out = judged(tmp_path, schools, sections.assign(level="小学"))
    assert report.failed == report.counties
    assert read(out, "failures")["rule"].str.contains("level should be").any()
    counties, summary = read(out, "counties"), read(out, "summary").query("scope == 'nation'")
    assert counties.empty
    assert {"verdict", "composite", "rank", "county_verdict", "n_sections"} <= set(counties)
    for table in ("sections", "out_of_scope", "coefficients", "decompositions"):
        assert read(out, table).empty
        assert {"province", "county", "year", "level"} <= set(read(out, table))
    assert summary["counties_failed"].tolist() == [report.failed // 2] * 6


def test_a_year_in_which_all_fail_has_its_levels_and_whole_counts(country, tmp_path):
    schools, sections = (frame.assign(year=frame["year"].replace({2022: 2016})) for frame in country)
    report, out = judged(tmp_path, schools, sections)
    summary = read(out, "summary")
    assert not summary["level"].isna().any()
    failed = summary.query("scope == 'nation' and year == 2016").set_index("level")
    assert failed["counties_failed"].to_dict() == dict.fromkeys(("all", "junior", "primary"), report.failed)
    counts = [name for name in summary if str(name).startswith(("counties_", "sections_", "n_"))]
    assert all(summary[name].dtype.kind == "i" for name in counts)


def test_a_convention_that_is_none_is_refused_at_once(country, tmp_path):
    with pytest.raises(EdubalanceError, match="The convention must be one of weighted_population"):
        judged(tmp_path, *country, convention="foo")
    assert not (tmp_path / "result").exists()


def test_what_is_out_of_scope_does_not_depend_on_the_partitioning(country, tmp_path):
    schools, sections = country
    private = schools.assign(founder=schools["founder"].where(schools["province"] != "P02", "private"))
    basic = standards.load("cn-2012-basic")
    panel = panels.write(tmp_path / "panel", private, sections)
    left_out = []
    for name, rows in (("together", 10**6), ("apart", 1)):
        run(panel, tmp_path / name, basic, rows_at_once=rows)
        left_out.append(read(tmp_path / name, "out_of_scope").astype("string"))
    assert (left_out[0]["province"] == "P02").sum() == (sections["province"] == "P02").sum()
    pd.testing.assert_frame_equal(*left_out)


def test_a_county_of_one_school_is_not_ranked_and_moves_no_other(country, tmp_path):
    schools, sections = country
    county = schools["county"].min()
    level_of_one = sections.query("county == @county and level == 'junior'")["school_id"].unique()[1:]
    gone = schools["school_id"].isin(level_of_one)
    fewer = [frame[~frame["school_id"].isin(schools.loc[gone, "school_id"])] for frame in (schools, sections)]
    _, out = judged(tmp_path / "one", *fewer)
    counties = read(out, "counties").query("level == 'junior' and year == 2023")
    lone = counties[counties["county"] == county].iloc[0]
    assert (lone["n_sections"], lone["composite"]) == (1, 0)
    assert lone[["rank", "rank_best", "rank_worst"]].isna().all()
    others = counties[counties["county"] != county]
    assert sorted(others["rank"]) == list(range(1, len(others) + 1))
    assert (others["rank_worst"] <= len(others)).all()


def test_means_of_counties_are_put_together_by_pupils_whatever_the_convention(country, tmp_path):
    _, out = judged(tmp_path, *country, convention="unweighted_population")
    name = "sports_area_per_pupil"
    chosen = "year == 2023 and level == 'primary'"
    held = read(out, "sections").query(chosen).dropna(subset=name)
    values, pupils = held[name].to_numpy(), held["pupils"].to_numpy(dtype=float)
    row = read(out, "indicators").query(f"{chosen} and scope == 'nation' and indicator == @name").iloc[0]
    np.testing.assert_allclose(row["mean"], np.average(values, weights=pupils))
    labels = [held["province"].astype(str), held["county"].astype(str)]
    labels.append(labels[1] + held["area"].astype(str))
    expected = decomposition.decompose(values, [each.tolist() for each in labels], pupils).layers
    layers = read(out, "layers").query(f"{chosen} and scope == 'nation' and indicator == @name")
    np.testing.assert_allclose(layers["theil_t"], expected, rtol=1e-9)


def test_files_that_store_text_in_other_ways_are_read_alike(country, tmp_path):
    _, reference = judged(tmp_path / "one", *country)
    ways = (pa.string(), pa.dictionary(pa.int8(), pa.string()), pa.large_string())
    for table, frame in zip(("schools", "sections"), country, strict=True):
        texts = [name for name in frame if name not in ("province", "county") and frame[name].dtype.kind not in "if"]
        for (province, part), way in zip(frame.groupby("province"), ways, strict=True):
            held = pa.Table.from_pandas(part, preserve_index=False)
            for name in texts:
                column = held.column(name).cast(pa.string())
                column = (
                    column.dictionary_encode().cast(pa.dictionary(pa.int32(), pa.string()))
                    if way == ways[1]
                    else column.cast(way)
                )
                held = held.set_column(held.schema.get_field_index(name), name, column)
            folder = tmp_path / "panel" / table
            folder.mkdir(parents=True, exist_ok=True)
            pq.write_table(held, folder / f"{province}.parquet")
    run(tmp_path / "panel", tmp_path / "result", panels.QUALITY)
    for table in ("sections", "coefficients"):
        ours, theirs = (read(folder, table).astype("string") for folder in (tmp_path / "result", reference))
        pd.testing.assert_frame_equal(ours, theirs)


@pytest.mark.parametrize("content", [b"", b"PAR1 cut off"])
def test_a_file_that_is_no_whole_parquet_is_one_message(country, tmp_path, content):
    panel = panels.write(tmp_path / "panel", *country)
    (panel / "sections.parquet").write_bytes(content)
    with pytest.raises(EdubalanceError, match=r"sections\.parquet: the file should be Parquet, whole"):
        run(panel, tmp_path / "result", panels.QUALITY)


def test_a_table_that_is_there_twice_is_refused(country, tmp_path):
    panel = panels.write(tmp_path / "panel", *country)
    (panel / "schools").mkdir()
    with pytest.raises(EdubalanceError, match=r"once; .* has schools, schools\.parquet"):
        run(panel, tmp_path / "result", panels.QUALITY)


def test_a_misspelt_column_is_named_with_the_one_that_may_be_meant(country, tmp_path):
    schools, sections = country
    misspelt = schools.rename(columns={"sports_ground_area_m2": "sport_ground_area_m2"})
    report, _ = judged(tmp_path, misspelt, sections)
    assert report.absent["schools"]["sports_ground_area_m2"] == "sport_ground_area_m2"
    assert not report.absent["sections"]
