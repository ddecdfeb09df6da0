"""A copy and its key: both or neither, and the key for the eyes of its owner only."""

from __future__ import annotations

import csv
import os
import stat

import pytest

from edubalance.cli import main
from edubalance.errors import EdubalanceError
from edubalance.sharing.delivery import deliver, key_text
from edubalance.spreadsheets import as_meant

CODES = {"school_id": {"A,1": "S001", "=1+1": "S002", "two\nlines": "S003", 'a "b"': "S004", "@x": "S005"}}
FILES = {"data/schools.csv": "year\n2023\n", "REPORT.md": "# X\n"}


def test_the_key_is_read_back_as_it_was_whatever_the_codes_hold(tmp_path):
    key = tmp_path / "key.csv"
    deliver(FILES, tmp_path / "copy", key, CODES)
    with key.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {as_meant(row["old"]): row["new"] for row in rows} == CODES["school_id"]
    assert {row["kind"] for row in rows} == {"school_id"}
    assert not any(row["old"].startswith(("=", "@", "+", "-")) for row in rows)


def test_every_cell_of_the_key_is_quoted():
    assert key_text({"township": {"T": "T001"}}) == '"kind","old","new"\n"township","T","T001"\n'


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
def test_only_the_owner_reads_the_key(tmp_path):
    deliver(FILES, tmp_path / "copy", tmp_path / "key.csv", CODES)
    assert stat.S_IMODE((tmp_path / "key.csv").stat().st_mode) == 0o600


def test_the_copy_holds_its_files_and_nothing_is_left_beside_it(tmp_path):
    deliver(FILES, tmp_path / "new" / "copy", None, CODES)
    assert (tmp_path / "new" / "copy" / "data" / "schools.csv").read_text(encoding="utf-8") == "year\n2023\n"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["copy"]


def test_a_key_that_cannot_be_written_leaves_no_copy(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises((EdubalanceError, OSError)):
        deliver(FILES, tmp_path / "copy", tmp_path / "file" / "key.csv", CODES)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_key_in_a_folder_without_the_right_to_write_leaves_no_copy(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises((EdubalanceError, OSError)):
        deliver(FILES, tmp_path / "copy", closed / "key.csv", CODES)
    assert [path.name for path in tmp_path.iterdir()] == ["closed"]


@pytest.mark.parametrize(
    ("output", "key", "refusal"),
    [
        ("there", None, "output_exists"),
        ("dangling", None, "output_exists"),
        ("copy", "copy/key.csv", "key_inside_copy"),
        ("copy", "copy", "key_inside_copy"),
        ("copy", "link/copy/deep/key.csv", "key_inside_copy"),
        ("copy", "old.csv", "output_exists"),
    ],
)
def test_places_that_would_lose_or_publish_something_are_refused(tmp_path, output, key, refusal):
    (tmp_path / "there").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "old.csv").write_text("old key", encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(EdubalanceError) as caught:
        deliver(FILES, tmp_path / output, tmp_path / key if key else None, CODES)
    assert caught.value.key == refusal
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert (tmp_path / "old.csv").read_text(encoding="utf-8") == "old key"


def test_the_command_refuses_before_it_reads_the_case(tmp_path, capsys, monkeypatch):
    out = tmp_path / "copy"
    assert main(["share", "no_such_case", "-o", str(out), "--key", str(out / "key.csv")]) == 2
    assert "The key would be published with the copy" in capsys.readouterr().err
    monkeypatch.setenv("EDUBALANCE_LANG", "zh")
    assert main(["share", "no_such_case", "-o", str(tmp_path)]) == 2
    assert "已存在" in capsys.readouterr().err
    assert not out.exists()
