"""The example makes room for the county's own tables: all of it that is unchanged, and nothing else."""

from __future__ import annotations

import os
import shutil

import pandas as pd
import pytest
import yaml
from intake.workbook import books

from edubalance import cases, intake, paths, scaffold
from edubalance.cli import main
from edubalance.errors import CaseError
from edubalance.scaffold.folder import CONTEXT

COUNTY = scaffold.County("he_county", "He County", "和县", "Anhui")
TEMPLATE = paths.notebooks() / "template"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project with one new case, made once."""
    root = tmp_path_factory.mktemp("project")
    (root / "cases").mkdir()
    shutil.copytree(TEMPLATE, root / "notebooks" / "template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDUBALANCE_PROJECT", str(root))
        scaffold.create(COUNTY)
    return root


@pytest.fixture
def data(made, tmp_path, monkeypatch):
    """The data folder of the new case, in a copy of the project."""
    shutil.copytree(made, tmp_path / "project")
    monkeypatch.setenv("EDUBALANCE_PROJECT", str(tmp_path / "project"))
    return tmp_path / "project" / "cases" / "he_county" / "data"


def read(data, *arguments, year=None):
    sheets = books.county()
    if year:
        sheets = {
            name: [[year if cell == 2023 else cell for cell in row] for row in rows] for name, rows in sheets.items()
        }
    book = books.save(data.parents[2], sheets)
    return main(["intake", str(book), "-o", str(data), *arguments])


def read_own(data, *arguments):
    """Read schools and sections of a county as large as the example, from two lists."""
    files = []
    for name in ("schools", "sections"):
        text = (data / f"{name}.csv").read_text(encoding="utf-8").replace("HECOUN", "OWN")
        files.append(data.parents[2] / f"{name}.csv")
        files[-1].write_text(text, encoding="utf-8")
    return main(["intake", *map(str, files), "-o", str(data), *arguments])


def stated(data):
    return yaml.safe_load((data.parent / "case.yml").read_text(encoding="utf-8"))


def test_a_new_case_holds_the_example_and_nothing_of_the_users(data):
    standing = scaffold.standing(data)
    assert {"schools", "sections", "teachers", "survey_parents"} <= set(standing.example)
    assert standing.own == ()


def test_the_whole_example_makes_room_unasked_and_the_case_says_the_tables_years(data, capsys):
    assert read(data) == 0
    assert sorted(file.name for file in data.iterdir()) == [
        "plausibility.csv",
        "schools.csv",
        "sections.csv",
        "sources.csv",
    ]
    said = capsys.readouterr().out
    assert "Removed, since they were still the example's: county, classes, teachers, finance" in said
    assert "years is now 2023 and year 2023" in said
    assert "kind: observed" in said
    assert (stated(data)["years"], stated(data)["year"], stated(data)["kind"]) == ([2023], 2023, "twin")
    assert stated(data)["context_en"] != CONTEXT["context_en"]
    assert pd.read_csv(data / "sources.csv").empty


def test_the_users_tables_can_then_be_called_observed(data, capsys):
    assert read_own(data) == 0
    file = data.parent / "case.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("kind: twin", "kind: observed"), encoding="utf-8")
    assert intake.read_case(cases.load("he_county")).schools["school_id"].str.startswith("OWN-").all()
    capsys.readouterr()
    assert main(["doctor", "he_county"]) == 0
    assert "Still the example's" not in capsys.readouterr().out


def test_a_table_that_the_user_changed_is_never_removed(data, capsys):
    changed = (data / "births.csv").read_text(encoding="utf-8") + "\n"
    (data / "births.csv").write_text(changed, encoding="utf-8")
    assert scaffold.standing(data).own == ("births",)
    assert read(data) == 2
    assert "has tables already: births" in capsys.readouterr().err
    assert (data / "teachers.csv").is_file()
    assert read(data, "--force") == 0
    assert "Left as they were, since these files have none of them: births" in capsys.readouterr().out
    assert (data / "births.csv").read_text(encoding="utf-8") == changed
    assert not (data / "teachers.csv").exists()


def test_the_users_own_tables_are_replaced_only_by_force(data, capsys):
    assert read(data) == 0
    before = (data / "schools.csv").read_bytes()
    assert read(data) == 2
    assert "has tables already: schools, sections" in capsys.readouterr().err
    assert (data / "schools.csv").read_bytes() == before


def test_faults_leave_the_example_where_it_is(data, capsys):
    before = {file.name: file.read_bytes() for file in data.iterdir()}
    book = books.save(data.parents[2], books.county(schools_I2="x"))
    assert main(["intake", str(book), "-o", str(data)]) == 2
    after = {file.name: file.read_bytes() for file in data.iterdir()}
    assert {name: after[name] for name in before} == before
    capsys.readouterr()


def test_a_full_disk_leaves_the_example_whole(data, monkeypatch, capsys):
    before = {file.name: file.read_bytes() for file in data.iterdir()}
    book = books.save(data.parents[2], books.county())
    begun, opened = [], os.open

    def full(path, flags, *mode):
        if str(path).endswith(".part"):
            begun.append(path)
            if len(begun) == 2:
                raise OSError(28, "No space left on device")
        return opened(path, flags, *mode)

    with monkeypatch.context() as patch:
        patch.setattr("os.open", full)
        assert main(["intake", str(book), "-o", str(data)]) == 2
    assert len(begun) == 2
    assert "no space left" in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in data.iterdir()} == before


def test_years_that_the_user_wrote_stay_and_what_to_write_is_said(data, capsys):
    file = data.parent / "case.yml"
    text = file.read_text(encoding="utf-8").replace("- 2022\n- 2023\n", "- 2021\n- 2023\n")
    file.write_text(text, encoding="utf-8")
    assert read_own(data) == 0
    assert "Write: years: [2022, 2023] and year: 2023" in capsys.readouterr().out
    assert stated(data)["years"] == [2021, 2023]
    assert main(["doctor", "he_county"]) == 0
    said = capsys.readouterr().out
    assert "case.yml states years 2021, 2023; the tables hold 2022, 2023. Write years: [2022, 2023]" in said


def test_the_doctor_refuses_a_year_that_no_table_holds(data, capsys):
    assert read(data, year=2019) == 0
    file = data.parent / "case.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("2019", "2024"), encoding="utf-8")
    with pytest.raises(CaseError, match=r"year: 2024; the tables hold 2019\. Hint: Write years: \[2019\]"):
        scaffold.examine(cases.load("he_county"))
    capsys.readouterr()


def test_the_doctor_says_where_the_example_stands_beside_the_users_tables(data, capsys):
    (data / "schools.csv").write_text((data / "schools.csv").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    main(["doctor", "he_county"])
    assert "Still the example's, beside tables of your own: sections, county" in capsys.readouterr().out


def test_outside_a_new_case_nothing_is_anyones_example(tmp_path, data):
    elsewhere = tmp_path / "data"
    shutil.copytree(data, elsewhere)
    assert scaffold.standing(elsewhere).example == ()
    assert not scaffold.of_new(elsewhere)
