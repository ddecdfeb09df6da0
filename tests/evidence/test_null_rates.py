"""The simulation of the null: counts by hand, draws that repeat, and the script that draws, counts and judges."""

import importlib.util
import math
from dataclasses import replace

import pytest
from scipy import stats

from edubalance import paths
from edubalance.evidence import null_rates
from edubalance.evidence.null_rates import Drawn

CLAIMS = [claim.id for claim in null_rates.on_trial("weishan")]


def found(scenario, seed, **changes):
    """One county of Weishan in which nothing is found but what is said."""
    said = dict.fromkeys(CLAIMS, False) | changes
    return Drawn("weishan", scenario, seed, found=said, digests={"schools": seed, "county": 7})


def test_counts_by_hand():
    draws = [found("balanced", 1, S1=True), found("balanced", 2), found("balanced", 3, S1=None), found("described", 1)]
    draws += [found("described", 2, S1=True), Drawn("weishan", "balanced", 4, refused="no")]
    row = null_rates.rates(draws).set_index("claim").loc["S1"]
    assert row[["null", "false", "undecided", "described", "failed"]].tolist() == [3, 1, 1, 2, 0]
    assert (row["rate"], row["power"]) == (1 / 3, 0.5)
    assert row["low"] < row["rate"] < row["high"]
    assert not row["too_often"]


def test_a_trial_that_always_finds_something_is_called_out():
    draws = [found("balanced", seed, S1=True) for seed in range(20)]
    rates = null_rates.rates(draws).set_index("claim")
    assert rates.index[rates["too_often"]].tolist() == ["S1"]
    assert math.isnan(rates.loc["S1", "power"])


def test_a_trial_that_stops_is_counted():
    draws = [replace(found("balanced", 1), failed={"S1": "no such column"})]
    assert null_rates.rates(draws).set_index("claim")["failed"].to_dict()["S1"] == 1


@pytest.mark.parametrize("counties", [20, 200])
@pytest.mark.parametrize("claims", [1, 40])
def test_more_than_the_bound_is_rare_for_all_claims_together(counties, claims):
    bound = null_rates.bound(counties, claims)
    assert claims * stats.binom.sf(bound, counties, 0.05) < 0.01
    assert claims * stats.binom.sf(bound - 1, counties, 0.05) >= 0.01


def test_tables_that_no_seed_changes_are_named():
    draws = [found("balanced", seed) for seed in (1, 2)]
    assert null_rates.unchanged(draws) == {"weishan": ["county"]}
    assert null_rates.unchanged(draws[:1]) == {}


def test_a_claim_that_a_published_figure_decides_is_not_tried_on_twins():
    assert "W2" not in {claim.id for claim in null_rates.on_trial("wuhu_j")}


def test_the_same_seed_draws_the_same_county_and_another_seed_another():
    first, again, other = (null_rates.draw("shanghai_q", "described", seed) for seed in (1, 1, 3))
    assert first == again
    assert first.digests["sections"] != other.digests["sections"]


@pytest.fixture(scope="module")
def script():
    place = importlib.util.spec_from_file_location("null_claims", paths.project() / "benchmarks" / "null_claims.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


def test_a_refused_seed_is_replaced_by_the_next(script, monkeypatch):
    def one(task):
        return Drawn(*task, refused="too small" if task[2] == script.FIRST_SEED else "")

    monkeypatch.setattr(script, "one", one)
    drawn = script.counties(["weishan"], "balanced", 3, workers=1)
    assert [each.seed - script.FIRST_SEED for each in drawn] == [0, 1, 2, 3]
    assert sum(not each.refused for each in drawn) == 3


def test_where_no_seed_will_do_the_specification_is_at_fault(script, monkeypatch):
    monkeypatch.setattr(script, "one", lambda task: Drawn(*task, refused="too small"))
    with pytest.raises(SystemExit, match=r"weishan, balanced: too many seeds are refused; .* because: too small"):
        script.counties(["weishan"], "balanced", 2, workers=1)


@pytest.mark.parametrize(("seeds_found", "code"), [(0, 0), (20, 1)])
def test_the_script_writes_its_page_and_fails_where_a_trial_finds_too_much(
    script, monkeypatch, tmp_path, capsys, seeds_found, code
):
    def one(task):
        return found(task[1], task[2], S1=task[1] == "described" or task[2] < script.FIRST_SEED + seeds_found)

    monkeypatch.setattr(script, "one", one)
    options = ["--case", "weishan", "--seeds", "20", "--workers", "1", "--output", str(tmp_path / "null.md")]
    assert script.main(options) == code
    page = (tmp_path / "null.md").read_text(encoding="utf-8")
    assert page in capsys.readouterr().out
    assert f"max false finding rate: {seeds_found / 20:.3f} (weishan S1)" in page
    assert ("too often**" in page) == bool(code)
    assert "for every\n  seed: weishan: county." in page


def test_counties_are_really_drawn(script, capsys):
    assert script.main(["--case", "weishan", "--seeds", "1", "--described", "1", "--workers", "1"]) == 0
    assert "| weishan | S1 | pupil_shift | " in capsys.readouterr().out
