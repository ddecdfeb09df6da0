"""A panel is judged as its counties are one by one: the same numbers from `assess` and from Parquet."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from national import panels

from edubalance import standards
from edubalance.assessment import assess
from edubalance.national.closing import read
from edubalance.national.running import run

KEYS = ["county", "year", "level"]
# Coefficients are added up in another order: areas first. Some units of the last of sixteen digits are all they differ.
ROUNDING = 1e-13


@pytest.fixture(scope="module", params=["cn-2017-quality", "cn-2012-basic", "cn-2017-quality with relief-2019"])
def both(request, tmp_path_factory):
    name, _, profile = request.param.partition(" with ")
    standard = standards.load(name, profiles=(profile,) if profile else ())
    tables = panels.twins()
    panel = panels.write(tmp_path_factory.mktemp("panel"), *panels.with_place(tables))
    out = tmp_path_factory.mktemp("out") / "result"
    report = run(panel, out, standard)
    assert report.failed == 0
    return assess(tables, standard), out


def plain(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    text = frame.astype({key: str for key in keys if key != "year"} | {"year": "int64"})
    return text.sort_values(keys, ignore_index=True)


def test_values_and_verdicts_of_sections_are_the_same_to_the_last_bit(both):
    one, out = both
    keys = [*KEYS, "school_id"]
    ours, theirs = plain(read(out, "sections"), keys), plain(one.section_verdicts, keys)
    for column in (*keys, "type", "founder", "area", "verdict"):
        assert ours[column].astype(str).tolist() == theirs[column].astype(str).tolist()
    for column in ("pupils", "met_count", "undetermined_count", "floor_ok"):
        assert ours[column].astype("Float64").equals(theirs[column].astype("Float64")), column
    values = one.sections.pivot(index=keys, columns="indicator", values="value").reset_index()
    values = plain(values, keys)
    for indicator in one.standard.indicators:
        assert np.array_equal(ours[indicator.id].to_numpy(), values[indicator.id].to_numpy(), equal_nan=True)


def test_coefficients_agree_but_for_rounding_and_their_verdicts_exactly(both):
    one, out = both
    keys = [*KEYS, "indicator"]
    ours, theirs = plain(read(out, "coefficients"), keys), plain(one.counties, keys)
    for column in ("mean", "sd", "cv"):
        np.testing.assert_allclose(ours[column], theirs[column], rtol=ROUNDING, atol=0)
    for column in ("limit", "n_sections", "n_missing", "met"):
        assert ours[column].astype("Float64").equals(theirs[column].astype("Float64")), column


def test_composites_and_the_verdict_on_resources_are_the_same(both):
    one, out = both
    ours, theirs = plain(read(out, "counties"), KEYS), plain(one.composites, KEYS)
    np.testing.assert_allclose(ours["composite"], theirs["composite"], rtol=ROUNDING, atol=0)
    resources = one.dimensions.loc[one.dimensions["dimension"] == "resource_allocation"]
    theirs = resources.set_index(["county", "year"])["verdict"].to_dict()
    ours = ours.drop_duplicates(["county", "year"]).set_index(["county", "year"])["county_verdict"].to_dict()
    assert ours == theirs


def test_sections_out_of_scope_stand_apart_with_their_reason(both):
    one, out = both
    keys = [*KEYS, "school_id"]
    ours = read(out, "out_of_scope")
    if one.out_of_scope.empty:
        assert ours.empty
        return
    pd.testing.assert_frame_equal(
        plain(ours, keys)[[*keys, "reason"]].astype(str), plain(one.out_of_scope, keys)[[*keys, "reason"]].astype(str)
    )
