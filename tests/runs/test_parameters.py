from __future__ import annotations

import pytest

from edubalance import cases, standards
from edubalance.errors import EdubalanceError
from edubalance.runs import parameters

CASE = """
id: lines
name_en: Lines
name_zh: 线
province: Anhui
years: [2021, 2022]
year: 2022
standard: cn-2017-quality
kind: twin
scenarios: [described, balanced]
seed_file: ""
context_en: x
context_zh: x
"""


@pytest.fixture
def notebook(project, write):
    """Add a notebook with a case."""
    (project / "cases" / "lines").mkdir()
    (project / "cases" / "lines" / "case.yml").write_text(CASE, encoding="utf-8")
    source = 'lang = "en"\nscenario = "described"\nstandard = "cn-2017-quality"\nyear = None\nshare = 0.5\ndraw = True'
    return write("lines", "print(1)", parameters=source)


def test_values_get_the_types_that_the_notebook_uses(notebook):
    given = {"lang": "zh", "scenario": "balanced", "year": "2021", "share": "1", "draw": "False"}
    values = parameters.check(notebook, given)
    assert values == {"lang": "zh", "scenario": "balanced", "year": 2021, "share": 1.0, "draw": False}
    assert [type(value) for value in values.values()] == [str, str, int, float, bool]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        pytest.param("lnag", "zh", "no parameter 'lnag'. Hint: Did you mean 'lang'", id="misspelt name"),
        pytest.param("lang", "de", "got 'de'. Hint: Known: en, zh", id="unknown language"),
        pytest.param("scenario", "balancd", "Did you mean 'balanced'", id="misspelt scenario"),
        pytest.param("year", "2019", "got '2019'. Hint: .*Known: 2021, 2022", id="a year without data"),
        pytest.param("standard", "cn-2017-qualty", "Did you mean 'cn-2017-quality'", id="misspelt standard"),
        pytest.param("share", "half", "a value like 0.5; got 'half'", id="text for a number"),
        pytest.param("draw", "1", "a value like True; got '1'", id="a number for yes or no"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(notebook, name, value, message):
    with pytest.raises(EdubalanceError, match=message):
        parameters.check(notebook, {name: value})


def test_every_allowed_value_passes(notebook):
    for lang in cases.LANGUAGES:
        assert parameters.check(notebook, {"lang": lang}) == {"lang": lang}
    for standard in standards.available():
        assert parameters.check(notebook, {"standard": standard}) == {"standard": standard}


def test_a_notebook_without_a_case_takes_any_year(write):
    notebook = write("comparison", "print(1)", parameters="year = 2023")
    assert parameters.check(notebook, {"year": "1999"}) == {"year": 1999}
