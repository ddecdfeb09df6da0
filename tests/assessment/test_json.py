"""The assessment as JSON: the names that users rely on, NaN as null."""

import json

import numpy as np
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess, to_dict

QUALITY = standards.load("cn-2017-quality")


def test_the_documented_names_are_there(just_enough):
    found = to_dict(assess(just_enough, QUALITY))
    assert found["verdict"] == "undetermined"
    assert {
        "county", "year", "level", "indicator", "mean", "cv", "convention", "limit", "met", "n_sections"
    } <= set(found["counties"][0])  # fmt: skip
    assert {"school_id", "level", "met_count", "floor_ok", "verdict", "indicators"} <= set(found["sections"][0])
    assert set(found["sections"][0]["indicators"][0]) == {"indicator", "value", "threshold", "floor", "met"}
    assert [row["school_id"] for row in found["sections"]] == ["A", "B"]


def test_each_section_carries_its_own_values():
    tables = build([school("A", 1000), school("B", 1000, 2.0)], [section("A", 1000), section("B", 1000, 2.0)])
    first, second = to_dict(assess(tables, QUALITY))["sections"]
    assert [row["value"] for row in first["indicators"]] == [4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3]
    assert [row["value"] for row in second["indicators"]] == [8.4, 2.0, 1.8, 9.0, 15.0, 4000.0, 4.6]


def test_what_is_missing_becomes_null_and_the_text_is_valid_json():
    tables = build([school("A", 1000, multimedia_classrooms=np.nan)], [section("A", 1000)])
    found = to_dict(assess(tables, QUALITY))
    text = json.dumps(found, allow_nan=False)
    assert json.loads(text) == found
    rooms = found["sections"][0]["indicators"][-1]
    assert rooms["value"] is None
    assert rooms["met"] is None
    assert found["sections"][0]["verdict"] == "undetermined"
    assert found["sections"][0]["floor_ok"] is None
