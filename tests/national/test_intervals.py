"""Intervals of composites in a panel: those of each county alone, however the panel is cut."""

from __future__ import annotations

import numpy as np
import pytest
from national import panels

from edubalance.assessment import assess
from edubalance.measures.jackknife import composite_intervals
from edubalance.national.closing import read
from edubalance.national.running import run

BOUNDS = ["composite_low", "composite_high"]


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    schools, sections = panels.with_place(panels.twins())
    return panels.write(tmp_path_factory.mktemp("panel"), schools, sections)


@pytest.fixture(scope="module")
def counties(panel, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "result"
    run(panel, out, panels.QUALITY)
    return read(out, "counties").astype({"county": str, "level": str})


def test_each_county_has_the_interval_that_its_sections_have_alone(counties):
    judged = assess(panels.twins(), panels.QUALITY)
    names = [indicator.id for indicator in panels.QUALITY.indicators]
    keys = judged.sections[["county", "year", "level"]].astype({"county": str, "level": str})
    for row in counties.itertuples():
        held = judged.sections.loc[
            (keys["county"] == row.county) & (keys["year"] == row.year) & (keys["level"] == row.level)
        ].sort_values("school_id", kind="stable")
        values = held["value"].to_numpy(dtype=float).reshape(-1, len(names))
        alone = composite_intervals(values, held["pupils"].to_numpy(dtype=float)[:: len(names)])
        np.testing.assert_array_equal([row.composite_low, row.composite_high], [alone.low[0], alone.high[0]])
    assert counties[BOUNDS].notna().all(axis=None)


def test_cutting_the_panel_otherwise_moves_no_digit(panel, counties, tmp_path):
    run(panel, tmp_path / "result", panels.QUALITY, rows_at_once=1)
    other = read(tmp_path / "result", "counties")
    np.testing.assert_array_equal(other[BOUNDS].to_numpy(), counties[BOUNDS].to_numpy())
