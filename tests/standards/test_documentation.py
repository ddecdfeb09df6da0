"""The page on standards says what the files hold."""

import re
from pathlib import Path

import pytest

from edubalance import standards

PAGE = (Path(__file__).parents[2] / "docs" / "standards.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([1-7]) \| [^|]+ \| ([\d.]+) \| ([\d.]+) \|", PAGE, flags=re.MULTILINE)


def test_the_page_lists_seven_indicators():
    assert [int(number) for number, _, _ in ROWS] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(("number", "primary", "junior"), ROWS)
def test_the_thresholds_on_the_page_are_those_of_the_files(number, primary, junior):
    quality = standards.load("cn-2017-quality")
    indicator = quality.indicators[int(number) - 1]
    held = [quality.value_on(indicator.id, "2023-09-01", level) for level in ("primary", "junior")]
    assert held == [float(primary), float(junior)]


@pytest.mark.parametrize("name", [*standards.available(), *standards.available_profiles()])
def test_the_page_speaks_of_every_standard_and_profile(name):
    assert f"| `{name}` |" in PAGE
