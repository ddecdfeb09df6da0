"""Cases: what a case.yml may say, and what is refused."""

import contextlib

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
        pytest.param({"years": 2023}, r"years should be a list of years .* got a whole number \(2023\)", id="no list"),
        pytest.param({"years": []}, "years should be a list of years", id="empty list"),
        pytest.param({"years": ["2022", 2023]}, "years should be a list of years", id="a year in quotes"),
        pytest.param({"year": "2023"}, r"year should be a year such as 2023; got a text \(2023\)", id="year in quotes"),
        pytest.param({"year": True}, "got yes or no", id="year that is yes"),
        pytest.param({"years": [2023, 2022]}, "not in ascending order", id="years in disorder"),
        pytest.param({"name_zh": 7}, "name_zh should be a text; got a whole number", id="name that is a number"),
        pytest.param({"standard": ["a"]}, "standard should be a text; got a list", id="two standards"),
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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"id: demo\nname_en: A: B\n", r"demo/case\.yml, line 2, column 11: this is no YAML", id="colon"),
        pytest.param("name_zh: 县".encode("gb18030"), "line 1, column 10: the file is not in UTF-8", id="encoding"),
        pytest.param(b"id: !!python/object/apply:os.getcwd []", "this is no YAML", id="object"),
        pytest.param(b"year: 2023-02-31", "this is no YAML", id="a day that is none"),
        pytest.param(b"id: \x00", "this is no YAML", id="a character that is none"),
        pytest.param(b"", "should be a mapping", id="empty"),
    ],
)
def test_a_file_that_is_no_yaml_is_refused_in_one_line(project, content, message):
    (project / "cases" / "demo" / "case.yml").write_bytes(content)
    with pytest.raises(CaseError, match=message) as caught:
        cases.load("demo")
    assert "\n" not in str(caught.value)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(max_size=3), SCALARS, max_size=2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(STATED)), VALUES)
def test_whatever_a_key_holds_the_answer_is_a_case_or_a_message(project, key, value):
    stated = STATED | {key: value}
    text = yaml.safe_dump(stated, allow_unicode=True)
    (project / "cases" / "demo" / "case.yml").write_text(text, encoding="utf-8")
    if isinstance(value, type(STATED[key])):
        with contextlib.suppress(CaseError):
            read = getattr(cases.load("demo"), key)
            assert (list(read) if isinstance(read, tuple) else read) == value
    else:
        with pytest.raises(CaseError, match=key):
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
