"""Places where one may not write, disks that are full or read-only, and the words for them."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from edubalance import storage
from edubalance.cli import main
from edubalance.errors import StorageError, of_system

TOKEN = "0123456789ab"  # noqa: S105 (names a change)
NOBODY = 65534


@pytest.fixture
def foreign():
    """Give a folder of someone else, in which this process may read and not write; root becomes nobody for it."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions are for Unix")
    folder = Path(tempfile.mkdtemp())
    (folder / "a").write_text("old")
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


class Unprivileged:
    """Work without the right to write in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.user = folder, os.geteuid()

    def __enter__(self) -> None:
        self.folder.chmod(0o555)
        if self.user == 0:
            os.seteuid(NOBODY)

    def __exit__(self, *error: object) -> None:
        os.seteuid(self.user)


def journal(folder: Path, *, happened: bool) -> None:
    """Leave the journal of a killed change of ``a``."""
    (folder / f".{TOKEN}-0.part").write_text("new")
    lines = [{"token": TOKEN}, {"target": "a", "removes": False}, *([{"commit": True}] if happened else [])]
    (folder / ".data.journal").write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def test_a_file_in_a_folder_of_someone_else_is_refused_by_its_name(foreign):
    with Unprivileged(foreign), pytest.raises(PermissionError) as refused:
        storage.write(foreign / "a", "new")
    said = of_system(refused.value)
    assert said.key == "no_permission"
    assert said.facts["file"] == str(foreign / "a")
    assert (foreign / "a").read_text() == "old"
    assert [path.name for path in foreign.iterdir()] == ["a"]


def test_a_change_that_only_another_may_complete_is_not_read_half(foreign):
    journal(foreign, happened=True)
    with Unprivileged(foreign), pytest.raises(StorageError) as refused:
        storage.settle(foreign / "data")
    assert refused.value.key == "interrupted_change"
    storage.settle(foreign / "data")
    assert (foreign / "a").read_text() == "new"


def test_the_old_state_may_be_read_where_a_change_has_not_happened(foreign):
    journal(foreign, happened=False)
    with Unprivileged(foreign):
        storage.settle(foreign / "data")
    assert (foreign / "a").read_text() == "old"


@pytest.fixture
def small_disk(tmp_path):
    """Give a real disk of 64 kB; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a disk can be mounted by root only")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_on_a_real_full_disk_nothing_changes_and_nothing_is_left(small_disk):
    (small_disk / "a").write_text("old")
    with pytest.raises(OSError, match="No space left") as full:
        storage.write_all({small_disk / "a": "new", small_disk / "b": b"x" * 100_000}, small_disk / "data")
    assert of_system(full.value).key == "no_space"
    assert {path.name: path.read_text() for path in small_disk.iterdir()} == {"a": "old"}


def test_on_a_real_read_only_disk_the_words_say_so(small_disk):
    (small_disk / "a").write_text("old")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(OSError, match="Read-only") as refused:
        storage.write(small_disk / "a", "new")
    assert of_system(refused.value).key == "read_only"


NUMBERS = {
    "ENOSPC": "no_space",
    "EACCES": "no_permission",
    "EPERM": "no_permission",
    "EROFS": "read_only",
    "ENOENT": "no_such_place",
    "EISDIR": "folder_in_place_of_file",
    "ENOTDIR": "file_in_place_of_folder",
    "ELOOP": "links_in_circle",
    "ENAMETOOLONG": "name_too_long",
    "EIO": "system_refused",
}


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command_line_says_in_the_user_s_language_what_the_system_refused(monkeypatch, capsys, name, lang):
    number = getattr(errno, name)

    def refuse(*_args, **_kwargs):
        raise OSError(number, os.strerror(number), "place/form.xlsx")

    monkeypatch.setenv("EDUBALANCE_LANG", lang)
    monkeypatch.setattr("edubalance.cases.available", refuse)
    assert main(["list"]) == 2
    said = capsys.readouterr().err.strip()
    file = {"file": "place/form.xlsx", "reason": f"place/form.xlsx: {os.strerror(number)}"}
    assert said == StorageError.of(NUMBERS[name], **file).said(lang)
    assert "(" not in said


def test_an_error_without_a_file_is_told_as_it_is():
    assert of_system(OSError("closed")).said("zh") == "系统拒绝了该操作：closed。办法：请确认路径存在且有使用权限。"
