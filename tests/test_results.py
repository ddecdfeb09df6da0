"""Named results: recording, agreement, and the file between two runs."""

import math

import pytest

from edubalance import results
from edubalance.errors import EdubalanceError
from edubalance.results import Result, Results


def test_a_recorded_value_is_handed_back_and_found_by_name():
    recorded = Results()
    assert recorded.add("pupils", 302, unit="pupils") == 302
    assert recorded["pupils"].value == 302.0
    assert "pupils" in recorded
    assert [result.name for result in recorded] == ["pupils"]


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        pytest.param(0.5, 0.5 + 1e-3, True, id="at the tolerance's near side"),
        pytest.param(0.5, 0.5 + 3e-3, False, id="beyond the tolerance"),
        pytest.param(math.nan, math.nan, True, id="both undefined"),
        pytest.param(math.nan, 0.5, False, id="undefined against a number"),
        pytest.param(0.5, math.nan, False, id="a number against undefined"),
        pytest.param("met", "met", True, id="same word"),
        pytest.param("met", "not_met", False, id="other word"),
        pytest.param("met", 1.0, False, id="word against number"),
    ],
)
def test_agreement_is_within_the_stated_tolerance(first, second, agree):
    assert Result("x", first, "ratio", 2e-3).agrees_with(Result("x", second, "ratio")) is agree


def test_without_a_tolerance_numbers_agree_to_nine_significant_digits():
    recorded = Results()
    recorded.add("area", 219010.4, unit="m²")
    assert recorded["area"].tolerance == pytest.approx(219010.4e-9)


def test_reading_gives_back_what_was_written(tmp_path):
    recorded = Results()
    recorded.add("cv.primary", 0.515257, unit="ratio", convention="weighted_population")
    recorded.add("verdict", "undetermined", unit="text")
    recorded.add("undefined", math.nan, unit="ratio")
    results.write(recorded, tmp_path / "results.csv")
    again = results.read(tmp_path / "results.csv")
    assert [r.name for r in again] == ["cv.primary", "verdict", "undefined"]
    assert all(recorded[r.name].agrees_with(r) for r in again)
    assert again["cv.primary"].convention == "weighted_population"
    assert again["verdict"].value == "undetermined"


def test_a_name_is_recorded_once():
    recorded = Results()
    recorded.add("x", 1, unit="ratio")
    with pytest.raises(EdubalanceError, match="'x' is recorded already"):
        recorded.add("x", 2, unit="ratio")


def test_an_unknown_name_is_refused():
    with pytest.raises(EdubalanceError, match="no result named 'y'"):
        Results()["y"]
