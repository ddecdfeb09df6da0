"""Printed tables: words, rounding, captions, and the same text each time."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance import __version__, standards, tables
from edubalance.assessment import Assessment
from edubalance.cases import Case
from edubalance.errors import EdubalanceError
from edubalance.tables.printed import number
from figures import samples

STANDARD = standards.load("cn-2017-quality")
SPORTS, BACKBONE = "sports_area_per_pupil", "backbone_teachers_per_100"


def assessment() -> Assessment:
    """Two sections on two indicators: one value just misses its standard, one is missing."""
    sections = pd.DataFrame(
        {
            "county": "D",
            "year": 2023,
            "school_id": ["D-P-01", "D-P-01", "D-P-02", "D-P-02"],
            "level": "primary",
            "area": ["urban", "urban", "rural", "rural"],
            "pupils": [300.0, 300.0, 100.0, 100.0],
            "indicator": [SPORTS, BACKBONE] * 2,
            "value": [7.499, 1.0, 3.0, np.nan],
            "threshold": [7.5, 1.0, 7.5, 1.0],
            "floor": [6.375, 0.85, 6.375, 0.85],
            "met": pd.array([False, True, False, None], dtype="boolean"),
            "floor_met": pd.array([True, True, False, None], dtype="boolean"),
        }
    )
    counties = pd.DataFrame(
        {
            "county": "D",
            "year": 2023,
            "level": "primary",
            "indicator": [SPORTS, BACKBONE],
            "mean": [6.374, 1.0],
            "sd": [1.9, np.nan],
            "cv": [0.50004, np.nan],
            "convention": "weighted_population",
            "limit": 0.5,
            "met": pd.array([False, None], dtype="boolean"),
            "n_sections": [2, 1],
            "n_missing": [0, 1],
        }
    )
    items = pd.DataFrame(
        {
            "county": "D",
            "year": 2023,
            "dimension": ["government_guarantee", "education_quality", "education_quality"],
            "number": [12, 1, 8],
            "item": ["teacher_certificates", "junior_retention", "no_excess_burden"],
            "condition": ["teacher_certificates", "junior_retention", "no_excess_burden"],
            "level": [None, "junior", None],
            "value": [99.96, 96.0, np.nan],
            "direction": [">=", ">=", ""],
            "threshold": [100.0, 95.0, np.nan],
            "verdict": ["not_met", "met", "undetermined"],
            "evidence": ["", None, "Report 3 <b>"],
        }
    )
    dimensions = pd.DataFrame(
        {"county": "D", "year": 2023, "dimension": ["resource_allocation"], "verdict": ["undetermined"]}
    )
    verdicts = pd.DataFrame({"county": "D", "year": 2023, "verdict": ["not_met"]})
    empty = pd.DataFrame()
    return Assessment(
        STANDARD, "weighted_population", sections, empty, counties, empty, items, dimensions, verdicts, empty
    )


def lacking() -> pd.DataFrame:
    """What two indicators lack: teachers, and money in units of 10 000 yuan."""
    return pd.DataFrame(
        {
            "year": 2023,
            "level": "primary",
            "indicator": [BACKBONE, "equipment_value_per_pupil"],
            "mean": [0.9, 1999.996],
            "threshold": [1.0, 2000.0],
            "n_sections": [4, 4],
            "n_below": [1, 3],
            "pupil_share": [0.125, 1.0],
            "missing": [1.2, 12345.0],
        }
    )


EVERY = {
    "coverage": lambda **face: tables.coverage(assessment(), **face),
    "verdicts": lambda **face: tables.verdicts(assessment(), **face),
    "coefficients": lambda **face: tables.coefficients(assessment(), **face),
    "gaps": lambda **face: tables.gaps(assessment(), **face),
    "items": lambda **face: tables.items(assessment(), **face),
    "ledger": lambda **face: tables.ledger(samples.claims(), **face),
    "shortfalls": lambda **face: tables.shortfalls(lacking(), STANDARD, **face),
}
every = pytest.mark.parametrize("table", EVERY.values(), ids=EVERY.keys())


@every
@pytest.mark.parametrize(("lang", "face"), [("en", "synthetic twin / 合成数据"), ("zh", "合成数据 / synthetic twin")])
def test_every_table_says_on_its_face_what_the_data_are(table, lang, face):
    printed = table(kind="twin", lang=lang)
    assert printed.caption.endswith(face)
    assert repr(printed).startswith(printed.caption)
    assert f"<caption>{printed.caption}</caption>" in printed._repr_html_()
    assert printed.to_markdown().startswith(printed.caption)


@every
def test_the_null_is_named_on_every_table(table):
    assert "synthetic twin (balanced)" in table(kind="twin", lang="en", scenario="balanced").caption


@every
def test_the_text_is_the_same_each_time(table):
    assert repr(table(kind="observed", lang="zh")) == repr(table(kind="observed", lang="zh"))


@every
def test_headers_and_words_are_in_the_language_asked_for(table):
    chinese = table(kind="twin", lang="zh").frame
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in column) for column in chinese.columns)
    english = table(kind="twin", lang="en").frame
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english.to_csv())


@every
def test_another_language_is_refused(table):
    with pytest.raises(EdubalanceError, match="must be one of en, zh"):
        table(kind="twin", lang="de")


def test_a_value_is_never_rounded_onto_a_standard_that_it_misses():
    frame = tables.gaps(assessment(), kind="twin").frame
    assert list(frame["value"]) == ["3.00", "7.499"]
    assert list(frame["standard"]) == ["7.50", "7.50"]
    assert list(frame["floor"]) == ["not met", "met"]


def test_a_table_of_gaps_says_how_many_there_are():
    printed = tables.gaps(assessment(), kind="twin", most=1)
    assert printed.frame.shape[0] == 1
    assert "1 / 2 / 4" in printed.caption


def test_what_is_missing_is_rounded_up_and_carries_the_unit_of_what_is_counted():
    cells = tables.shortfalls(lacking(), STANDARD, kind="twin").frame
    assert cells["missing to lift all of them"].tolist() == ["2 teachers", "12,345 × 10 000 yuan"]
    assert cells["sections below"].tolist() == ["1 / 4", "3 / 4"]
    assert cells["pupils in them (%)"].tolist() == ["12.5", "100.0"]
    assert cells["mean"].tolist() == ["0.90", "1999.996"]


def test_coefficients_are_printed_with_limit_verdict_and_convention():
    printed = tables.coefficients(assessment(), kind="twin")
    assert "pupil-weighted, population" in printed.caption
    assert list(printed.frame["difference coefficient"]) == ["0.50004", "–"]
    assert list(printed.frame["limit"]) == ["0.5", "0.5"]
    assert list(printed.frame["verdict"]) == ["not met", "undetermined"]
    assert list(printed.frame["missing"]) == ["0", "1"]


def test_coefficients_show_an_interval_if_there_is_one():
    counties = assessment().counties.assign(low=[0.4, np.nan], high=[0.6123, np.nan])
    printed = tables.coefficients(assessment(), kind="twin", counties=counties)
    assert list(printed.frame["95 % interval"]) == ["0.400 … 0.612", "– … –"]


def test_coverage_counts_what_is_there_and_what_is_missing():
    frame = tables.coverage(assessment(), kind="twin").frame
    assert list(frame["sections"]) == ["2", "2"]
    assert list(frame["with a value"]) == ["2", "1"]
    assert list(frame["missing"]) == ["0", "1"]
    assert list(frame["pupils"]) == ["400", "400"]


def test_verdicts_stand_in_the_order_of_the_document():
    dimensions = pd.DataFrame(
        {"county": "D", "year": 2023, "dimension": ["social_recognition", "resource_allocation"], "verdict": "met"}
    )
    frame = tables.verdicts(replace(assessment(), dimensions=dimensions), kind="twin").frame
    assert list(frame["dimension"]) == ["resource allocation", "social recognition", "overall"]


def test_verdicts_end_with_the_whole():
    frame = tables.verdicts(assessment(), kind="twin", lang="zh").frame
    assert list(frame["维度"]) == ["资源配置", "总体"]
    assert list(frame["判定"]) == ["无法判定", "未达标"]


def test_items_show_what_is_asked_and_what_was_found():
    frame = tables.items(assessment(), kind="twin").frame
    assert list(frame["value"]) == ["99.96", "96", "–"]
    assert list(frame["required"]) == ["≥ 100", "≥ 95", "–"]
    assert list(frame["unit"]) == ["%", "%", "–"]
    assert list(frame["evidence"]) == ["–", "–", "Report 3 <b>"]


def test_the_ledger_prints_claims_in_the_language_asked_for():
    frame = tables.ledger(samples.claims(), kind="twin", lang="zh").frame
    assert list(frame["论断"]) == list(samples.claims()["claim_zh"])
    assert list(frame["检验：成立条件"]) == list(samples.claims()["true_if_zh"])
    assert list(frame["结论"]) == ["已检出", "未检出", "无法检验"]
    assert list(frame["所需材料"]) == ["–", "–", "预算"]
    assert list(frame["实际值"]) == ["0.412 比值", "–", "–"]


def test_the_ledger_says_how_sure_a_finding_is():
    claims = samples.claims().assign(
        low=[0.3, math.nan, math.nan], high=[0.5, math.nan, math.nan], p=[0.01, 0.25, math.nan]
    )
    assert list(tables.ledger(claims, kind="twin").frame["interval or p"]) == [
        "0.3 … 0.5 · p = 0.01",
        "p = 0.25",
        "–",
    ]


def test_the_ledger_names_the_level_of_an_interval():
    claims = samples.claims().assign(low=[0.3, math.nan, math.nan], high=0.5, level=[1 - 0.05 / 14, 0.95, math.nan])
    assert list(tables.ledger(claims, kind="twin").frame["interval or p"]) == ["99.6 %: 0.3 … 0.5", "–", "–"]


def test_large_findings_are_written_out():
    claims = samples.claims().assign(value=[4200.0, 999.4, -12345.6], unit="")
    assert tables.ledger(claims, kind="twin").frame["value"].tolist() == ["4,200", "999", "-12,346"]


def test_published_figures_have_their_units_in_the_language_asked_for():
    claims = samples.claims().assign(
        value=[4200.0, 1.0, 2.0], unit=["US dollars per pupil", "percentage points", "ells"]
    )
    printed = {lang: tables.ledger(claims, kind="package", lang=lang) for lang in ("en", "zh")}
    assert list(printed["en"].frame["value"]) == ["4,200 US dollars per pupil", "1 percentage points", "2 ells"]
    assert list(printed["zh"].frame.iloc[:, 3]) == ["4,200 美元/生", "1 个百分点", "2 ells"]


def test_the_ledger_says_what_a_finding_rests_on():
    claims = samples.claims().assign(p=[0.01, math.nan, math.nan], rests_on=["shuffles", "", ""])
    assert tables.ledger(claims, kind="twin").frame["interval or p"].tolist() == ["p = 0.01 · shuffled", "–", "–"]


def test_html_and_markdown_carry_text_unharmed():
    assert "Report 3 &lt;b&gt;" in tables.items(assessment(), kind="twin")._repr_html_()
    assert "=Teaching input \\| rose." in tables.ledger(samples.claims(), kind="twin").to_markdown()


def test_columns_of_chinese_text_stand_one_below_the_other():
    lines = repr(tables.verdicts(assessment(), kind="twin", lang="zh")).splitlines()[1:]
    width = {sum(2 if ord(letter) > 0x2E80 else 1 for letter in line[: line.rindex("  ")]) for line in lines}
    assert len(width) == 1


def test_provenance_names_inputs_by_their_hash_and_no_time(tmp_path, monkeypatch):
    for folder in ("cases/demo/data/balanced", "notebooks"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "cases/demo/data/schools.csv").write_text("year,school_id\n", encoding="utf-8")
    monkeypatch.setenv("EDUBALANCE_PROJECT", str(tmp_path))
    texts = {"name_en": "Demo", "name_zh": "示例", "province": "", "seed_file": "", "context_en": "", "context_zh": ""}
    scenarios = ("described", "balanced")
    case = Case("demo", years=(2023,), year=2023, standard=STANDARD.id, kind="twin", scenarios=scenarios, **texts)
    printed = tables.provenance(case, STANDARD)
    digest = hashlib.sha256(b"year,school_id\n").hexdigest()[:16]
    values = list(printed.frame["value"])
    assert f"schools.csv  sha256={digest}" in values
    assert "county.csv  sha256=–" in values
    assert f"edubalance {__version__}" in values
    assert str(tmp_path) not in repr(printed)


def test_names_cover_indicators_items_and_conditions():
    called = tables.names(STANDARD, "zh")
    assert called[SPORTS] == "生均体育运动场馆面积"
    assert called["music_rooms"] == "每间音乐专用教室服务班级数"


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_printed_number_differs_by_half_a_unit_of_its_last_digit_at_most(value, digits):
    assert abs(float(number(value, digits)) - value) <= 0.5 * 10**-digits + 1e-9


@given(st.integers(100, 10000), st.integers(-200, 200))
def test_a_printed_number_equals_its_limit_only_if_it_is_the_same(hundredths, steps):
    limit = hundredths / 100
    printed = number(limit + steps / 20000, 2, beside=limit)
    assert (float(printed) == limit) == (steps == 0)
