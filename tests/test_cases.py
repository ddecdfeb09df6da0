"""Cases: what a case.yml may say, and what is refused."""

import pytest
import yaml

from edubalance import cases, paths
from edubalance.errors import CaseError, EdubalanceError

STATED = {
    "id": "demo",
    "name_en": "Demo County",
    "name_zh": "示例县",
    "province": "Anhui",
    "years": [2022, 2023],
    "year": 2023,
    "standard": "cn-2017-quality",
    "kind": "twin",
    "scenarios": ["described", "balanced"],
    "seed_file": "",
    "context_en": "An example.",
    "context_zh": "示例。",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "cases" / "demo").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(tmp_path))
    return tmp_path


def _write(project, **changes):
    stated = {key: value for key, value in (STATED | changes).items() if value is not None}
    (project / "cases" / "demo" / "case.yml").write_text(yaml.safe_dump(stated, allow_unicode=True), encoding="utf-8")


def test_a_case_is_what_its_file_states(project):
    _write(project)
    case = cases.load("demo")
    assert cases.available() == ("demo",)
    assert case.name("en") == "Demo County"
    assert case.name("zh") == "示例县"
    assert case.context("zh") == "示例。"
    assert case.years == (2022, 2023)
    assert case.notebook == project / "notebooks" / "demo.ipynb"


def test_the_default_scenario_lies_in_data_and_others_below_it(project):
    _write(project)
    case = cases.load("demo")
    assert case.table("schools") == project / "cases" / "demo" / "data" / "schools.csv"
    assert case.table("county", "balanced") == project / "cases" / "demo" / "data" / "balanced" / "county.csv"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"colour": "red"}, "unknown key 'colour'", id="unknown key"),
        pytest.param({"standart": "x"}, "Did you mean 'standard'", id="misspelt key"),
        pytest.param({"province": None}, "'province' is missing", id="missing key"),
        pytest.param({"kind": "twins"}, "Did you mean 'twin'", id="unknown kind"),
        pytest.param({"year": 2024}, "2024 is not among the years", id="year without tables"),
        pytest.param({"id": "other"}, "the folder is 'demo'", id="id of another folder"),
        pytest.param({"scenarios": ["balanced"]}, "first scenario should be 'described'", id="no default scenario"),
    ],
)
def test_a_case_file_that_contradicts_itself_is_refused(project, changes, message):
    _write(project, **changes)
    with pytest.raises(CaseError, match=message):
        cases.load("demo")


def test_a_file_that_is_no_mapping_is_refused(project):
    (project / "cases" / "demo" / "case.yml").write_text("- a\n- b\n", encoding="utf-8")
    with pytest.raises(CaseError, match="should be a mapping"):
        cases.load("demo")


def test_an_unknown_case_names_the_nearest(project):
    _write(project)
    with pytest.raises(CaseError, match="Did you mean 'demo'"):
        cases.load("demp")


def test_an_unknown_scenario_is_refused(project):
    _write(project)
    with pytest.raises(CaseError, match="no scenario 'perfect'"):
        cases.load("demo").table("schools", "perfect")


def test_outside_a_project_the_message_says_how_to_name_it(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(tmp_path))
    with pytest.raises(EdubalanceError, match=paths.PROJECT_VARIABLE):
        paths.project()


def test_running_notebooks_write_to_build_unless_told_otherwise(project, monkeypatch):
    monkeypatch.delenv(paths.FIGURES_VARIABLE, raising=False)
    assert paths.figures("demo") == project / "build" / "figures" / "demo"
    monkeypatch.setenv(paths.FIGURES_VARIABLE, str(project / "scratch"))
    assert paths.figures("demo") == project / "scratch" / "demo"
    assert paths.reference_figures("demo") == project / "figures" / "demo"
