"""A value that passes only as the form prints it is judged unrounded, and said."""

from __future__ import annotations

import dataclasses

import pytest

from edubalance import assessment, cases, intake, standards
from edubalance.assessment.borderline import passes_when_rounded
from edubalance.cli import printing
from edubalance.form.sheets import _with_borderline

QUALITY = standards.load("cn-2017-quality")


@pytest.mark.parametrize(
    ("value", "limit", "direction", "decimals", "expected"),
    [
        pytest.param(4.195, 4.2, ">=", 2, True, id="half goes up"),
        pytest.param(4.1949, 4.2, ">=", 2, False, id="below the half"),
        pytest.param(0.5004, 0.5, "<=", 3, True, id="coefficient"),
        pytest.param(0.5005, 0.5, "<=", 3, False, id="half goes up, out of the limit"),
        pytest.param(0.1499, 0.15, "<", 1, True, id="strictly below"),
    ],
)
def test_rounding_by_hand(value, limit, direction, decimals, expected):
    assert passes_when_rounded(value, limit, direction, decimals) is expected


@pytest.fixture(scope="module")
def tables():
    """Return the tables of a twin in which one school has 4.196 teachers per 100 pupils above the qualification."""
    tables = assessment.of_year(intake.read_case(cases.load("ziliujing"), "balanced"), 2023)
    sections = tables.sections.copy()
    row = sections.index[sections["level"] == "primary"][0]
    sections.loc[row, ["pupils", "classes"]] = [500, 12]
    sections.loc[row, "teachers_junior_college"] = (
        20.98 - sections.loc[row, ["teachers_bachelor", "teachers_master"]].sum()
    )
    sections.loc[row, "teachers_junior_college"] -= sections.loc[row, "teachers_doctor"]
    return dataclasses.replace(tables, sections=sections), sections.loc[row, "school_id"]


def test_a_value_that_passes_only_when_rounded_is_listed_explained_and_remarked(tables):
    county, school = tables
    judged = assessment.assess(county, QUALITY)
    found = assessment.borderline(judged)
    ours = found.loc[(found["school_id"] == school) & (found["level"] == "primary")]
    assert ours["rule"].tolist() == ["teachers_above_required_qualification_per_100"]
    assert ours["value"].iloc[0] == pytest.approx(4.196)
    assert ours["printed"].iloc[0] == 4.2
    marked = _with_borderline(judged)
    assert marked.loc[marked["passes_when_rounded"], "school_id"].tolist() == [school]
    assert any("4.196, printed 4.20" in note for note in printing.notes(county, judged, "en"))
    assert any("四舍五入为4.20" in note for note in printing.notes(county, judged, "zh"))
    assert "4.20 as the form prints it would pass" in assessment.explain(county, QUALITY, school, level="primary")
