"""Files of the user's: regular ones, of bounded size, whatever stands at the path."""

from __future__ import annotations

import os
import sys

import pytest

from edubalance import codebook, documents, inputs
from edubalance.errors import EdubalanceError, InputError
from edubalance.intake.read import read_text

POSIX = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")


@POSIX
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "schools.csv")
    with pytest.raises(InputError, match=r"schools.csv: it should be a file; it is a pipe"):
        inputs.content(tmp_path / "schools.csv")


@pytest.mark.skipif(sys.platform == "win32", reason="no devices with paths")
def test_a_device_is_refused_without_reading_it():
    from pathlib import Path

    with pytest.raises(InputError, match="it is a device") as caught:
        inputs.content(Path("/dev/zero"))
    assert "设备" in caught.value.said("zh")


def test_a_folder_a_loop_and_nothing_are_refused(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    for name, message in (
        (".", "it is a folder"),
        ("loop", "there and readable|in the folder"),
        ("no.csv", "No such file"),
    ):
        with pytest.raises(InputError, match=message):
            inputs.content(tmp_path / name)


def test_one_byte_too_many_is_refused_and_no_more_is_read(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(b"x" * 10)
    assert inputs.content(file, limit=10) == b"x" * 10
    with pytest.raises(InputError, match="at most 0 MB; it has 0 MB"):
        inputs.content(file, limit=9)
    with file.open("wb") as handle:
        handle.truncate(10**12)
    with pytest.raises(InputError, match="it has 1,000,000 MB"):
        inputs.content(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_is_the_same_in_each_encoding(encoding):
    text = "县,学校\n芜湖市,ＷＳ—０１\n"
    assert inputs.decoded(text.encode(encoding), "a.csv")[0] == text


def test_a_hundred_thousand_unknown_headers_are_twenty_faults_and_a_count(tmp_path):
    file = tmp_path / "schools.csv"
    file.write_text(",".join(f"column_{number}" for number in range(100_000)) + "\n", encoding="utf-8")
    unknown = [fault for fault in read_text(file, codebook.table("schools")).faults if "no such column" in fault.rule]
    assert len(unknown) == 20
    assert unknown[-1].rule.endswith("(and 99,980 more of the same kind)")


def test_a_long_value_is_shown_by_its_beginning(tmp_path):
    file = tmp_path / "schools.csv"
    file.write_text("x" * 100_000 + "\n", encoding="utf-8")
    assert all(len(str(fault)) < 1_000 for fault in read_text(file, codebook.table("schools")).faults)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "[" * 900 + "]" * 900, "line 1, column 43: values stand at most 40 levels deep"),
        ("standards: &a [*a]", r"line 1, column 16: the alias \*a stands within what it stands for"),
        ("a: 1\nb: 2\na: 3", "line 3, column 1: the key 'a' stands twice, first in line 1"),
        ("\n".join(f"k{number}: 1" for number in range(30_000)), "line 10,000, .* at most 20,000 values"),
        ("a0: &a0 [1, 1]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(30)), "20,000 values"),
        ("a: .inf", "line 1, column 4: a number should be finite"),
        ("a: " + "9" * 5000, "a number has at most 40 digits"),
        ("a: {1.5: b}", "line 1, column 5: a key should be a text"),
        ("<<: {a: 1}", "keys are not merged"),
        ("a:\n\t- b", "line 2, column 1: this is no YAML"),
    ],
)  # fmt: skip
def test_what_no_person_writes_is_refused_with_its_place(text, message):
    with pytest.raises(EdubalanceError, match=message) as caught:
        documents.parse(text, "case.yml")
    assert caught.value.said("zh") != str(caught.value)


def test_a_file_in_utf_16_is_refused_with_its_place():
    with pytest.raises(EdubalanceError, match=r"a.yml, line 1, column 1: the file is not in UTF-8"):
        documents.text("id: x".encode("utf-16"), "a.yml")


def test_words_and_digits_stay_what_they_are():
    read = documents.parse(
        "{no: yes, code: 010, time: 34:02:01, big: 1_000, year: 2023, share: 0.5, on: true}", "a.yml"
    )
    assert read == {
        "no": "yes",
        "code": "010",
        "time": "34:02:01",
        "big": "1_000",
        "year": 2023,
        "share": 0.5,
        "on": True,
    }
