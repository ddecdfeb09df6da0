"""A county with faulty rows fails with its reason, and the others are judged as if it were not there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from national import panels
from pyarrow import parquet as pq

from edubalance import standards
from edubalance.errors import EdubalanceError, TableError
from edubalance.national import partition_work
from edubalance.national.closing import read
from edubalance.national.panel import make_panel
from edubalance.national.running import run


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    folder = make_panel(tmp_path_factory.mktemp("panel") / "country", counties=4, years=(2022, 2023), seed=5)
    return tuple(pd.read_parquet(folder / table).astype({"province": "string"}) for table in ("schools", "sections"))


@pytest.fixture(scope="module")
def reference(country, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    run(panels.write(folder / "panel", *country), folder / "result", panels.QUALITY)
    return folder / "result"


def broken(country, table, change):
    """Change one table in the first county and 2023; return both, and the first row changed."""
    schools, sections = (frame.copy() for frame in country)
    frame = schools if table == "schools" else sections
    first = frame["county"].min()
    rows = frame.index[(frame["county"] == first) & (frame["year"] == 2023)]
    changed = change(frame, rows)
    return (changed, sections) if table == "schools" else (schools, changed)


def put(column, value):
    def change(frame, rows):
        frame[column] = frame[column].astype("float64" if isinstance(value, float) else "object")
        frame.loc[rows[:2], column] = value
        return frame

    return change


def without_sections_of_a_school(frame, rows):
    lost = (frame["school_id"] == frame.loc[rows[0], "school_id"]) & (frame["year"] == 2023)
    return frame[~lost]


def without_a_school(frame, rows):
    return frame.drop(index=rows[0])


def twice(frame, rows):
    return pd.concat([frame, frame.loc[rows[:1]]], ignore_index=True)


@pytest.mark.parametrize(
    ("table", "change", "column", "rule"),
    [
        pytest.param("sections", put("pupils", -3.0), "pupils", "a whole number from 0 to 100,000", id="negative"),
        pytest.param("sections", put("pupils", 12.5), "pupils", "a whole number from 0 to 100,000", id="not whole"),
        pytest.param("sections", put("pupils", np.nan), "pupils", "should be filled", id="missing"),
        pytest.param("sections", put("pupils", np.inf), "pupils", "a whole number from 0 to 100,000", id="infinite"),
        pytest.param(
            "sections", put("backbone_teachers", 1e6), "backbone_teachers", "not be above teachers", id="part"
        ),
        pytest.param("sections", put("level", "senior"), "level", "one of primary, junior", id="code"),
        pytest.param("sections", put("level", None), "level", "level should be filled", id="no code"),
        pytest.param("sections", put("school_id", None), "school_id", "should be filled", id="no school"),
        pytest.param("sections", twice, "school_id", "should name one row", id="section twice"),
        pytest.param("schools", twice, "school_id", "should name one row", id="school twice"),
        pytest.param("schools", without_a_school, "school_id", "should have a school", id="section without school"),
        pytest.param(
            "sections", without_sections_of_a_school, "school_id", "should have a section", id="school without section"
        ),
        pytest.param("schools", put("area", "Urban"), "area", "one of urban, town, rural", id="area"),
        pytest.param("schools", put("type", "primary"), "level", "the type of the school", id="level of the type"),
        pytest.param("schools", put("senior_pupils", 5.0), "senior_pupils", "should have none", id="senior pupils"),
        pytest.param("schools", put("indoor_sports_area_m2", 1e9), "indoor_sports_area_m2", "not be above", id="rooms"),
    ],
)
def test_a_faulty_county_fails_alone(country, reference, tmp_path, table, change, column, rule):
    panel = panels.write(tmp_path / "panel", *broken(country, table, change))
    report = run(panel, tmp_path / "result", panels.QUALITY)
    failures = read(tmp_path / "result", "failures")
    first = country[0]["county"].min()
    assert report.failed == 1
    assert set(zip(failures["county"], failures["year"], strict=True)) == {(first, 2023)}
    assert failures.loc[failures["column"] == column, "rule"].str.contains(rule).any()
    ours, theirs = (read(folder, "coefficients") for folder in (tmp_path / "result", reference))
    theirs = theirs[(theirs["county"] != first) | (theirs["year"] != 2023)].reset_index(drop=True)
    assert ours["cv"].equals(theirs["cv"])
    summary = read(tmp_path / "result", "summary").query("scope == 'nation' and level == 'all' and year == 2023")
    assert summary["counties_failed"].tolist() == [1]


def test_a_row_that_does_not_say_its_year_fails_all_years_of_its_county(country, tmp_path):
    schools, sections = (frame.copy() for frame in country)
    first = schools["county"].min()
    sections["year"] = sections["year"].astype("float64")
    sections.loc[sections.index[sections["county"] == first][0], "year"] = np.nan
    report = run(panels.write(tmp_path / "panel", schools, sections), tmp_path / "result", panels.QUALITY)
    failures = read(tmp_path / "result", "failures")
    assert report.failed == 3
    assert failures["rule"].str.contains("year should be filled").sum() == 1
    assert failures["rule"].str.contains("all rows that may be of the county should say").sum() == 2
    assert set(failures["county"]) == {first}


def test_data_older_than_the_standard_fail_and_the_newer_are_judged(country, tmp_path):
    schools, sections = (frame.assign(year=frame["year"].replace({2022: 2016})) for frame in country)
    report = run(panels.write(tmp_path / "panel", schools, sections), tmp_path / "result", panels.QUALITY)
    failures = read(tmp_path / "result", "failures")
    assert report.failed == 4
    assert failures["rule"].str.contains("was not in force on 2016-09-01").all()
    assert set(read(tmp_path / "result", "counties")["year"]) == {2023}


def test_a_year_without_rules_is_refused_once_for_all_its_counties(country, tmp_path, monkeypatch):
    schools, sections = (frame.assign(year=frame["year"].replace({2022: 2016})) for frame in country)
    judge, asked = partition_work.judge, []

    def counted(held, *rules):
        asked.append(held)
        return judge(held, *rules)

    monkeypatch.setattr(partition_work, "judge", counted)
    report = run(panels.write(tmp_path / "panel", schools, sections), tmp_path / "result", panels.QUALITY)
    assert report.failed == 4
    assert sum(held.sections.key.size > 0 for held in asked) == 3  # both years together, 2016, 2023


def test_a_file_that_cannot_be_read_fails_its_counties_only(country, tmp_path):
    schools, sections = country
    for province, part in sections.groupby("province"):
        panels.write(tmp_path / "panel" / "x", schools[schools["province"] == province], part)
        for table in ("schools", "sections"):
            target = tmp_path / "panel" / table / f"{province}.parquet"
            target.parent.mkdir(exist_ok=True)
            (tmp_path / "panel" / "x" / f"{table}.parquet").replace(target)
    file = tmp_path / "panel" / "sections" / "P01.parquet"
    held = bytearray(file.read_bytes())
    # The keys stay readable; numbers further on do not.
    chunk = next(
        pq.read_metadata(file).row_group(0).column(place)
        for place in range(pq.read_metadata(file).num_columns)
        if pq.read_metadata(file).row_group(0).column(place).path_in_schema == "teachers"
    )
    held[chunk.data_page_offset : chunk.data_page_offset + 60] = b"\xff" * 60
    file.write_bytes(bytes(held))
    report = run(tmp_path / "panel", tmp_path / "result", panels.QUALITY, rows_at_once=1)
    failures = read(tmp_path / "result", "failures")
    assert report.failed == 2
    assert failures["rule"].str.contains("the file should be readable").all()
    assert set(failures["province"]) == {"P01"}


def test_a_panel_without_a_column_is_refused_with_the_file_and_the_column(country, tmp_path):
    schools, sections = country
    panel = panels.write(tmp_path / "panel", schools, sections.drop(columns="teachers"))
    with pytest.raises(TableError, match=r"sections\.parquet, column teachers: the file should have the column"):
        run(panel, tmp_path / "result", panels.QUALITY)
    panel = panels.write(tmp_path / "other", schools, sections.assign(pupils=sections["pupils"].astype(str)))
    with pytest.raises(TableError, match="column pupils: the column should be stored as whole numbers"):
        run(panel, tmp_path / "result", panels.QUALITY)
    with pytest.raises(EdubalanceError, match=r"should have schools\.parquet or a folder schools/"):
        run(tmp_path / "nowhere", tmp_path / "result", panels.QUALITY)


def test_a_standard_whose_indicators_are_given_is_refused(country, tmp_path):
    panel = panels.write(tmp_path / "panel", *country)
    with pytest.raises(EdubalanceError, match="is given and not computed from schools and sections"):
        run(panel, tmp_path / "result", standards.load("mi-1994-proposal-a"))


def test_rows_of_a_county_all_over_a_file_are_refused(country, tmp_path):
    schools, sections = country
    folder = tmp_path / "panel"
    folder.mkdir()
    schools.to_parquet(folder / "schools.parquet")
    sections.sample(frac=1.0, random_state=1).to_parquet(folder / "sections.parquet")
    with pytest.raises(EdubalanceError, match="The rows of a county and year should stand together"):
        run(folder, tmp_path / "result", panels.QUALITY)


def test_a_level_that_nothing_is_shown_of_leaves_the_county_undetermined(country, tmp_path):
    schools, sections = country
    first = schools["county"].min()
    gone = (schools["county"] == first) & schools["school_id"].str.contains("-J")
    kept = sections[~sections["school_id"].isin(schools.loc[gone, "school_id"])]
    run(panels.write(tmp_path / "panel", schools[~gone], kept), tmp_path / "result", panels.QUALITY)
    counties = read(tmp_path / "result", "counties").query("county == @first and level == 'junior'")
    assert counties["verdict"].tolist() == ["undetermined"] * 2
    assert counties["n_sections"].tolist() == [0, 0]


@pytest.mark.parametrize("twin", ["{}\u200b", "{}\u00ad", "lower", "width"])
def test_school_ids_of_a_county_that_look_alike_fail_it_and_no_other(country, tmp_path, twin):
    schools, sections = (frame.copy() for frame in country)
    first = sections["county"].min()
    rows = sections.index[(sections["county"] == first) & (sections["year"] == 2023)]
    code = sections.loc[rows[0], "school_id"]
    width = "".join(chr(ord(each) + 0xFEE0) for each in code)
    sections.loc[rows[0], "school_id"] = {"lower": code.swapcase(), "width": width}.get(twin, twin.format(code))
    assert sections.loc[rows[0], "school_id"] != code
    report = run(panels.write(tmp_path / "panel", schools, sections), tmp_path / "result", panels.QUALITY)
    failures = read(tmp_path / "result", "failures")
    assert report.failed == 1
    assert set(failures["county"]) == {first}
    assert failures["rule"].str.contains("invisible character|looks the same").any()


@pytest.mark.parametrize("twin", ["{}\u200b", "width"])
def test_names_of_counties_that_look_alike_fail_both_and_show_each(country, tmp_path, twin):
    schools, sections = (frame.copy() for frame in country)
    first = schools["county"].min()
    width = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in first)
    other = width if twin == "width" else twin.format(first)
    assert other != first
    for frame in (schools, sections):
        frame.loc[(frame["county"] == first) & (frame["year"] == 2023), "county"] = other
    report = run(panels.write(tmp_path / "panel", schools, sections), tmp_path / "result", panels.QUALITY)
    failures = read(tmp_path / "result", "failures")
    assert report.failed == 2
    assert failures["rule"].str.contains("look alike|invisible character").any()
