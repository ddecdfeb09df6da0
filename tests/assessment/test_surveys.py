"""Satisfaction with its interval, and published figures."""

import dataclasses
from pathlib import Path

import pytest
from assessment.conftest import build, school, section

from edubalance import cases, standards
from edubalance.assessment import surveys
from edubalance.measures import uncertainty

QUALITY = standards.load("cn-2017-quality")


def _asked(**counts):
    rows = [{"county": "Demo", "year": 2023, "variable": name, "value": value} for name, value in counts.items()]
    return build([school("A", 100)], [section("A", 100)], [row | {"evidence": ""} for row in rows])


def test_satisfaction_carries_wilsons_interval_in_percent():
    frame = surveys.satisfaction(_asked(satisfied_questionnaires=81, valid_questionnaires=263), QUALITY)
    interval = uncertainty.wilson(81, 263)
    row = frame.iloc[0]
    assert (row["group"], row["n"]) == ("everyone_asked", 263)
    assert (row["value"], row["low"], row["high"]) == pytest.approx(
        (100 * interval.estimate, 100 * interval.low, 100 * interval.high)
    )
    assert row["threshold"] == QUALITY.value_on("social_recognition", "2023-09-01")


def test_who_was_not_asked_has_no_row():
    frame = surveys.satisfaction(_asked(satisfied_interviewed=9, interviewed=10, valid_questionnaires=10), QUALITY)
    assert list(frame["group"]) == ["persons_visited"]


def test_a_county_that_asked_nobody_gives_an_empty_frame():
    frame = surveys.satisfaction(build([school("A", 100)], [section("A", 100)]), QUALITY)
    assert frame.empty
    assert {"value", "threshold"} <= set(frame.columns)


def test_published_figures_are_read_by_quantity(tmp_path: Path, monkeypatch):
    case = cases.load("liangyuan")
    (tmp_path / case.id / "data").mkdir(parents=True)
    (tmp_path / case.id / "data" / "published.csv").write_text(
        "unit,year,level,quantity,statistic,value,decimals,unit_of_measure,source_url,confidence,note\n"
        "Henan,2023,primary,large,share,1.23,2,percent,http://x,once,\n"
        "Henan,2022,,people,total,5,0,persons,http://x,once,\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("edubalance.paths.cases", lambda: tmp_path)
    monkeypatch.setattr("edubalance.paths.case", lambda name: tmp_path / name)
    frame = surveys.published(dataclasses.replace(case), "large")
    assert frame[["unit", "year", "value"]].to_numpy().tolist() == [["Henan", 2023, 1.23]]
