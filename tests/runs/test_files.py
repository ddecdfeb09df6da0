from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from edubalance import results
from edubalance.runs import files


@pytest.fixture
def folders(tmp_path):
    """Give two empty folders: the committed one and the run's."""
    committed, run = tmp_path / "committed", tmp_path / "run"
    committed.mkdir()
    run.mkdir()
    return committed, run


def both(folders, name, before, after):
    for folder, text in zip(folders, (before, after), strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return [str(drift) for drift in files.compare(*folders)]


def picture(folders, before, after):
    for folder, pixels in zip(folders, (before, after), strict=True):
        Image.fromarray(np.array(pixels, dtype=np.uint8)).save(folder / "01.png")
    return [str(drift) for drift in files.compare(*folders)]


def test_two_folders_that_do_not_exist_agree(tmp_path):
    assert files.compare(tmp_path / "a", tmp_path / "b") == []


def test_missing_and_extra_files_are_named(folders):
    (folders[0] / "01.svg").write_text("old")
    (folders[1] / "02.svg").write_text("new")
    drifts = [str(drift) for drift in files.compare(*folders)]
    assert drifts == ["file: 01.svg: present → (absent)", "file: 02.svg: (absent) → present"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("1.0", "1.000000005", id="within the relative tolerance"),
        pytest.param("12.5\nB,0", "12.5\nB,1.2e-11", id="noise beside the column's largest number"),
        pytest.param("1234567890", "1234567891", id="the last of ten digits, rounded"),
        pytest.param("0", "1e-17", id="rounding noise about zero"),
        pytest.param("1e3", "1000.0", id="the same number written differently"),
        pytest.param("nan", "NaN", id="not a number, twice"),
    ],
)
def test_numbers_drawn_agree_within_a_tolerance(folders, before, after):
    assert both(folders, "01.csv", f"school,value\nA,{before}\n", f"school,value\nA,{after}\n") == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("A,1\nB,2", "A,1\nB,2.00001", "data: 01.csv, line 3, value: 2 → 2.00001", id="a number"),
        pytest.param("A,1", "Z,1", "data: 01.csv, line 2, school: A → Z", id="a text"),
        pytest.param("A,1\nB,2", "A,1", "data: 01.csv, line 3, school (and 1 more cells): B → (absent)", id="a row"),
        pytest.param("A,", "A,0", "data: 01.csv, line 2, value:  → 0", id="a missing value is not zero"),
        pytest.param("A,1", "A,1.00000002", "data: 01.csv, line 2, value: 1 → 1.00000002", id="beyond the tolerance"),
        pytest.param("A,0", "A,2e-12", "data: 01.csv, line 2, value: 0 → 2e-12", id="more than noise"),
        pytest.param("A,234567891", "A,234567892", "value: 234567891 → 234567892", id="a count agrees exactly"),
    ],
)
def test_a_number_drawn_that_moved_is_named_with_its_place(folders, before, after, expected):
    (drift,) = both(folders, "01.csv", f"school,value\n{before}\n", f"school,value\n{after}\n")
    assert drift.endswith(expected)


def test_pictures_agree_when_no_channel_differs_much(folders):
    assert picture(folders, [[[10, 20, 30]]], [[[18, 12, 30]]]) == []


def test_a_picture_that_differs_says_by_how_much_and_where_values_wrap_around(folders):
    drifts = picture(folders, [[[0, 0, 0], [9, 9, 9]]], [[[255, 0, 0], [9, 9, 9]]])
    place = "within columns 0–0, rows 0–0"
    assert drifts == [f"picture: 01.png: as committed → 1 pixels differ, by up to 255/255, {place}"]


def test_a_picture_of_another_size_says_so(folders):
    drifts = picture(folders, [[[0, 0, 0]]], [[[0, 0, 0], [0, 0, 0]]])
    assert drifts == ["picture: 01.png: 1 × 1 pixels → 2 × 1 pixels"]


def test_vector_pictures_are_compared_by_what_they_draw_and_other_files_by_their_bytes(folders):
    assert both(folders, "01.svg", '<svg width="1"/>', '<svg width="1.0002"/>') == []
    (drift,) = both(folders, "01.svg", '<svg width="1"/>', '<svg width="1.1"/>')
    assert drift == "picture: 01.svg, svg, svg width: 1 → 1.1"
    (folders[0] / "01.svg").unlink()
    assert "file: 01.txt, bytes: 1 → 1.0002" in both(folders, "01.txt", "1", "1.0002")


def write_results(folder, **values):
    found = results.Results()
    for name, (value, unit, tolerance) in values.items():
        found.add(name, value, unit=unit, tolerance=tolerance)
    results.write(found, folder / files.RESULTS)


def test_named_results_agree_within_the_committed_tolerance(folders):
    write_results(folders[0], cv=(0.5153, "ratio", 0.001), verdict=("met", "text", 0.0))
    write_results(folders[1], cv=(0.5160, "ratio", 0.0), verdict=("met", "text", 0.0))
    assert files.compare(*folders) == []


def test_a_result_that_is_nought_but_for_noise_agrees(folders):
    write_results(folders[0], gap=(0.0, "ratio", 0.0), other=(0.0, "ratio", 0.0))
    write_results(folders[1], gap=(3e-17, "ratio", 0.0), other=(1e-9, "ratio", 0.0))
    assert [str(drift) for drift in files.compare(*folders)] == ["result: other: 0 → 1e-09"]


def test_named_results_that_moved_are_named(folders):
    write_results(folders[0], cv=(0.5153, "ratio", 1e-6), gone=(1.0, "ratio", 0.0), verdict=("met", "text", 0.0))
    write_results(folders[1], cv=(0.4888, "ratio", 1e-6), new=(2.0, "ratio", 0.0), verdict=("not_met", "text", 0.0))
    assert [str(drift) for drift in files.compare(*folders)] == [
        "result: gone: 1.0 → (absent)",
        "result: new: (absent) → 2.0",
        "result: cv: 0.5153 → 0.4888",
        "result: verdict: met → not_met",
    ]


def test_another_unit_is_a_drift_though_the_number_is_the_same(folders):
    write_results(folders[0], share=(1.0, "percent", 0.0))
    write_results(folders[1], share=(1.0, "ratio", 0.0))
    (drift,) = files.compare(*folders)
    assert "share, unit and convention: percent" in str(drift)
