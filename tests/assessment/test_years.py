"""Some years of tables that hold more."""

from __future__ import annotations

import pandas as pd
import pytest
from assessment.conftest import build, school, section

from edubalance import assessment, standards
from edubalance.cli import main
from edubalance.errors import EdubalanceError, StandardError
from edubalance.evidence import material

QUALITY = standards.load("cn-2017-quality")


@pytest.fixture
def long():
    """Tables of a year before the standard was in force, and of one after it."""
    years = (2016, 2023)
    return build([school("A", 1000, year=year) for year in years], [section("A", 1000, year=year) for year in years])


def test_one_year_is_judged_as_if_the_tables_held_no_other(long, just_enough):
    alone = assessment.of_year(long, 2023)
    judged = assessment.assess(alone, QUALITY)
    assert set(judged.verdicts["year"]) == {2023}
    both = assessment.assess(just_enough, QUALITY)
    ours, theirs = (found.sections.query("school_id == 'A'")["value"] for found in (judged, both))
    pd.testing.assert_series_equal(ours.reset_index(drop=True), theirs.reset_index(drop=True))


def test_a_year_that_the_tables_do_not_hold_is_refused(long):
    with pytest.raises(EdubalanceError, match=r"no schools of 2020. Hint: Years that they hold: 2016, 2023\."):
        assessment.of_year(long, 2020)


def test_all_years_together_are_refused_with_what_to_do(long):
    with pytest.raises(StandardError, match=r"not in force on 2016-09-01 .* Hint: Judge a later year alone \(--year\)"):
        assessment.assess(long, QUALITY)


def test_a_school_is_explained_in_a_year_of_the_standard_whatever_the_others_are(long):
    assert assessment.explain(long, QUALITY, "A", year=2023).endswith("Verdict: met.")
    with pytest.raises(StandardError, match="not in force on 2016-09-01"):
        assessment.explain(long, QUALITY, "A", year=2016)


def test_the_material_of_trials_holds_verdicts_of_the_years_that_can_be_judged(long):
    gathered = material.gather(long, QUALITY, year=2023)
    assert set(gathered.assessment.verdicts["year"]) == {2023}
    assert set(gathered.indicators["year"]) == {2016, 2023}


def test_the_command_judges_one_year_of_tables_that_begin_before_the_standard(tmp_path, capsys):
    schools = "county,year,school_id,type,founder,area,township\n"
    sections = "year,school_id,level,pupils,teachers\n"
    for year in (2016, 2023):
        schools += f"D,{year},P-01,primary,county,urban,T1\n"
        sections += f"{year},P-01,primary,500,30\n"
    named = []
    for name, text in (("schools", schools), ("sections", sections)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        named += [f"--{name}", str(tmp_path / f"{name}.csv")]
    named += ["--standard", "cn-2017-quality"]
    assert main(["assess", *named, "--year", "2023"]) == 0
    assert "2023" in capsys.readouterr().out
    assert main(["explain", *named, "P-01", "--year", "2023"]) == 0
    assert main(["assess", *named]) == 2
    assert "--year" in capsys.readouterr().err
