"""Published coefficients: as printed, with their source, and agreeing with the case folders that hold them too."""

import numpy as np
import pandas as pd
import pytest

from edubalance import paths
from edubalance.errors import CaseError
from edubalance.intake import published

QUALITY, BASIC = "cn-2017-quality", "cn-2012-basic"


@pytest.mark.parametrize(
    ("standard", "statistic", "count"),
    [(QUALITY, "cv", 7 + 14), (QUALITY, "smallest", 2), (QUALITY, "largest", 2), (BASIC, "cv", 13 * 8)],
)
def test_every_printed_number_is_there(standard, statistic, count):
    assert (published.coefficients(standard)["statistic"] == statistic).sum() == count


@pytest.mark.parametrize(("standard", "largest_gap"), [(BASIC, 0.001), (QUALITY, 5e-7)])
def test_printed_composites_are_the_mean_of_their_coefficients(standard, largest_gap):
    figures = published.coefficients(standard)
    singles = figures[figures["statistic"] == "cv"].groupby(["unit", "level"])["value"].mean()
    composites = figures[figures["statistic"] == "composite"].set_index(["unit", "level"])["value"]
    both = pd.DataFrame({"computed": singles, "printed": composites}).dropna()
    assert len(both) == (13 if standard == BASIC else 1)
    assert (both["computed"] - both["printed"]).abs().max() <= largest_gap


def test_only_what_a_standard_judges_has_a_limit():
    quality, basic = published.coefficients(QUALITY), published.coefficients(BASIC)
    assert quality.loc[quality["statistic"] == "composite", "limit"].isna().all()
    assert basic.loc[basic["statistic"] == "cv", "limit"].isna().all()
    assert quality.loc[(quality["statistic"] == "cv") & (quality["level"] == "primary"), "limit"].unique() == [0.5]
    assert basic.loc[(basic["statistic"] == "composite") & (basic["level"] == "junior"), "limit"].unique() == [0.55]


def test_one_district_passes_the_average_and_fails_a_single_limit():
    """Jiujiang 2023: the mean of the seven is 0.3675, backbone teachers 0.501787 are above 0.50."""
    ours = published.coefficients(QUALITY).query("unit.str.startswith('Jiujiang')")
    above = ours[ours["value"] > ours["limit"]]
    assert above["quantity"].tolist() == ["backbone_teachers_per_100"]


@pytest.mark.parametrize("file", ["jiujiang_2023.csv:wuhu_j", "qingpu_2023.csv:shanghai_q"])
def test_a_figure_that_a_case_holds_too_is_the_same_there(file):
    name, case = file.split(":")
    key = ["unit", "year", "level", "statistic", "value"]
    here = pd.read_csv(paths.cases() / published.FOLDER / name)
    there = pd.read_csv(paths.case(case) / "data" / "published.csv").replace(
        {"quality_composite": "composite", "basic_composite": "composite"}
    )
    there.loc[there["quantity"] == "composite", "statistic"] = "composite"
    both = here.merge(there[[*key, "quantity"]], on=[*key, "quantity"], how="inner")
    assert len(both) == len(here)


def test_every_figure_has_a_source_and_a_level():
    figures = pd.concat([published.coefficients(QUALITY), published.coefficients(BASIC)])
    assert figures["source_url"].str.startswith("http").all()
    assert set(figures["level"]) == {"primary", "junior"}
    assert np.isfinite(figures["value"]).all()


def test_another_standard_is_refused_with_those_there_are():
    with pytest.raises(CaseError, match=f"Nothing was published under 'mi-1994'.*{BASIC}, {QUALITY}"):
        published.coefficients("mi-1994")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty project."""
    (tmp_path / "cases" / "published").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(tmp_path))
    return tmp_path / "cases" / "published"


@pytest.mark.usefixtures("project")
def test_a_project_without_such_files_is_told_so():
    with pytest.raises(CaseError, match="cases/published holds no CSV file"):
        published.coefficients(QUALITY)


def test_a_file_of_another_form_is_refused(project):
    (project / "x.csv").write_text("unit,value\nA,1\n", encoding="utf-8")
    with pytest.raises(CaseError, match=r"x\.csv should have the columns unit, unit_zh.*; it has unit, value"):
        published.coefficients(QUALITY)
