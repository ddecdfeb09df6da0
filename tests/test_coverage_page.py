"""The page of coverages lists what is printed, and is what the command makes."""

import importlib.util
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def coverage():
    """Import the command, which lies outside of the package."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        spec = importlib.util.spec_from_file_location("coverage_of_intervals", ROOT / "benchmarks" / "coverage.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


def listed():
    return yaml.safe_load((ROOT / "benchmarks" / "coverage.yml").read_text(encoding="utf-8"))


def test_everything_that_is_listed_is_measured(coverage):
    elsewhere = {"difference coefficient", "composite"}
    assert {one.name for one in coverage.ESTIMATORS} == set(listed()) - elsewhere


def test_the_page_holds_the_inventory(coverage):
    assert coverage.inventory() in (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["growth of pupils", "entrants and seats ahead", "likeness of education groups, p"])
def test_a_small_sample_gives_every_estimator_an_answer_and_the_same_again(coverage, name):
    (one,) = [each for each in coverage.ESTIMATORS if each.name == name]
    draw = coverage.Draw(8, True, "skewed")
    first = coverage.rate(one, draw, 20)
    assert first == coverage.rate(one, draw, 20)
    assert (first.told, first.untold) == (20, 0)
