"""Text that a spreadsheet would run, marked in whatever leaves the project."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance import results, spreadsheets
from edubalance.runs import summary


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "\n=", " =", "\u200b=", "\u3000@"]
)
def test_what_a_spreadsheet_would_run_stands_behind_a_mark(start):
    assert spreadsheets.neutral(f"{start}1") == f"'{start}1"


def test_numbers_are_no_formulas_even_below_zero():
    frame = pd.DataFrame({"county": ["=A1", "A-1"], "gap": [-1.5, 2.0]})
    assert spreadsheets.frame_as_csv(frame) == "county,gap\n'=A1,-1.5\nA-1,2.0\n"


@given(st.text(st.sampled_from("'=+-@＝ \n\t\u200ba1"), max_size=6) | st.text(max_size=8))
def test_nothing_that_is_marked_starts_as_a_formula_and_the_mark_comes_off_again(text):
    marked = spreadsheets.neutral(text)
    assert not spreadsheets.is_formula(marked) or marked.startswith("'")
    assert spreadsheets.as_meant(marked) == text


def test_named_results_come_back_as_they_were_given(tmp_path):
    found = results.Results()
    found.add("place", "=HYPERLINK(1)", unit="text")
    found.add("gap", -0.25, unit="ratio")
    results.write(found, tmp_path / "results.csv")
    assert "\nplace,'=HYPERLINK(1)," in (tmp_path / "results.csv").read_text(encoding="utf-8")
    assert [one.value for one in results.read(tmp_path / "results.csv")] == ["=HYPERLINK(1)", -0.25]


def test_parameters_and_messages_of_a_batch_are_marked(tmp_path):
    found = results.Results()
    found.add("gap", -0.25, unit="ratio")
    line = summary.Line("a", "failed", {"lang": "@x"}, summary.Failure(1, "", "E", "-boom"), tuple(found))
    summary.write([line], tmp_path)
    (row,) = csv.DictReader(io.StringIO((tmp_path / summary.SUMMARY).read_text(encoding="utf-8-sig")))
    assert (row["lang"], row["message"]) == ("'@x", "'-boom")
    (named,) = csv.DictReader(io.StringIO((tmp_path / summary.RESULTS).read_text(encoding="utf-8-sig")))
    assert named["value"] == "-0.25"


def test_csv_that_a_person_opens_bears_one_mark():
    assert spreadsheets.for_a_person(spreadsheets.for_a_person("县\n")).encode() == b"\xef\xbb\xbf" + "县\n".encode()
