"""The sheet on whether the county may apply: what it says is what `eligibility` says, each cell with its source."""

from __future__ import annotations

import pytest

from edubalance import cases, intake, standards
from edubalance.assessment import eligibility
from edubalance.form import application, conditions
from edubalance.rounding import half_up

QUALITY = standards.load("cn-2017-quality")


@pytest.fixture(scope="module")
def tables():
    return intake.read_case(cases.load("liangyuan"))


@pytest.fixture(scope="module")
def form(tables):
    return application.fill(tables, QUALITY, 2023)


def rows(form):
    page = next(page for page in form.sheets if page.name == conditions.NAME)
    return [[cell.value for cell in row] for row in page.rows[1:]]


def test_every_part_stands_once_with_its_value_limit_and_verdict(form, tables):
    found = eligibility(tables, QUALITY, year=2023).parts
    said = {"check": {"met": "是", "not_met": "否"}, "veto": {"met": "未发生", "not_met": "已发生"}}
    for printed, row in zip(rows(form), found.to_dict("records"), strict=True):
        assert printed[5] == said[row["kind"]].get(row["verdict"])
        if row["direction"]:
            expected = None if row["value"] != row["value"] else half_up(row["value"], 3)
            assert (printed[3], printed[4]) == (expected, row["limit"])
        else:
            assert printed[3:5] == ["—", "—"]
        assert printed[8] == (row["missing"] or None)


def test_what_the_county_only_declares_is_marked(form):
    marked = {row[1]: row[6] for row in rows(form)}
    assert marked["以考试方式招生"] == "自行申报，未经核实"
    assert marked["通过基本均衡认定的年数（≥）"] == "县级填报的数据"
    assert marked["近三年初中综合差异系数最高值（≤）"] == "由数据表计算"


def test_each_verdict_is_traced_to_its_source_or_open_with_what_it_lacks(form):
    traced = {name: source for sheet, _, _, name, _, source in form.trace() if sheet == conditions.NAME}
    open_ = {name: lacks for sheet, _, name, lacks in form.open_places() if sheet == conditions.NAME}
    assert traced["applying.verdict.admission_by_exam"] == "county.csv: admission_by_exam, declared, not verified"
    assert traced["applying.limit.basic_balance_history_junior.junior"] == (
        "cn-2017-quality: limit of basic_balance_history_junior"
    )
    assert open_["applying.verdict.no_major_incident_in_year"] == "county.csv: no_major_incident_in_year (evidence)"
    assert all(open_.values())


def test_a_document_is_named_in_the_trace():
    case = cases.load("wuhu_j")
    form = application.fill(intake.read_case(case), QUALITY, 2023)
    traced = {name: source for sheet, _, _, name, _, source in form.trace() if sheet == conditions.NAME}
    assert traced["applying.verdict.no_major_incident_in_year"].startswith(
        "county.csv: no_major_incident_in_year, declared, not verified: synthetic: declaration of the county"
    )
