"""What a condition waits for: the variable, the document or the column that would decide it."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from edubalance import codebook, standards
from edubalance.assessment import assess
from edubalance.assessment.waiting import waits_for
from edubalance.cli.printing import assessment as printed

STANDARD = standards.load("cn-2017-quality")
SCHOOLS = [{"school_id": f"P-{n}", "type": "primary", "founder": "county", "area": "urban"} for n in (1, 2)]
SECTIONS = [{"school_id": f"P-{n}", "level": "primary", "pupils": 400.0, "classes": 10.0} for n in (1, 2)]


def tables(reported, **schools):
    """Two primary schools, with columns added to the schools and variables reported by the county."""
    framed = pd.DataFrame(SCHOOLS).assign(county="D", year=2023, township="T", **schools)
    county = pd.DataFrame(
        [{"county": "D", "year": 2023, "variable": name, "value": value} for name, value in reported.items()],
        columns=["county", "year", "variable", "value", "evidence"],
    )
    frames = {"schools": framed, "sections": pd.DataFrame(SECTIONS).assign(year=2023), "county": county}
    return codebook.Tables(**{name: codebook.table(name).conform(frame) for name, frame in frames.items()})


def waits(given):
    judged = assess(given, STANDARD)
    return dict(zip(judged.items["condition"], waits_for(given, STANDARD, judged.items), strict=True)), judged


def test_a_formula_waits_for_the_variables_that_are_not_reported():
    found, _ = waits(tables({"eligible_teachers": 100.0}))
    assert found["teacher_rotation"] == "county.csv: rotated_teachers"
    assert found["backbone_rotation"].startswith("county.csv: rotated_backbone_teachers")


def test_a_formula_that_divides_by_nobody_names_its_divisor():
    found, _ = waits(tables({"certified_fulltime_teachers": 0.0, "fulltime_teachers": 0.0}))
    assert found["teacher_certificates"] == "county.csv: fulltime_teachers > 0"


def test_what_is_decided_waits_for_nothing():
    found, judged = waits(tables({"certified_fulltime_teachers": 9.0, "fulltime_teachers": 10.0}))
    verdicts = judged.items.set_index("condition")["verdict"]
    assert (found["teacher_certificates"], verdicts["teacher_certificates"]) == ("", "not_met")


def test_a_document_waits_for_its_evidence():
    found, _ = waits(tables({}))
    assert found["layout_planning"] == "county.csv: layout_planning (evidence)"


def test_a_check_waits_for_columns_and_says_of_how_many_schools():
    found, _ = waits(tables({}, music_rooms=[1.0, float("nan")]))
    assert found["music_rooms"] == "schools.csv: music_rooms (1/2)"
    assert found["school_size_primary"] == ""


def test_a_check_names_no_column_that_is_filled():
    given = tables({}, music_rooms=1.0, public_funds_budget_yuan=[0.0, 5.0], training_budget_yuan=[0.0, 1.0])
    classes = given.sections.assign(classes=[None, 10.0]).astype({"classes": "float64"})
    found, _ = waits(dataclasses.replace(given, sections=classes))
    assert found["music_rooms"] == "sections.csv: classes (1/2)"
    assert found["music_room_area"] == "schools.csv: music_room_area_m2 (2/2)"
    assert found["training_budget_share"] == "schools.csv: public_funds_budget_yuan (1/2)"


@pytest.mark.parametrize(("lang", "sought"), [("en", "still missing"), ("zh", "尚缺")])
def test_the_printed_assessment_holds_every_condition_within_80_columns(lang, sought):
    given = tables({})
    judged = assess(given, STANDARD)
    text = printed(judged, "table", lang, waits=waits_for(given, STANDARD, judged.items), width=80)
    assert f"→ {sought}: county.csv:" in text
    assert "certified_fulltime_teachers" in text
    assert "…" not in text
    numbers = [line.split()[0] for line in text.splitlines() if line[:2].strip().isdigit()]
    assert len(numbers) == len(judged.items)
