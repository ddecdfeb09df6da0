"""Several files and folders change together: closed cases, refusals, and what a journal of someone else cannot do."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from edubalance import storage
from edubalance.errors import StorageError
from edubalance.storage import journal, parts

TOKEN = "0123456789ab"


def contents(folder: Path) -> dict[str, str | None]:
    """Return all that a folder holds, by path; None for folders."""
    return {
        path.relative_to(folder).as_posix(): path.read_text() if path.is_file() else None for path in folder.rglob("*")
    }


def leave(folder: Path, *lines: object, cut: int = 0) -> None:
    """Leave a journal for the target ``data`` of a folder."""
    text = "".join(f"{json.dumps(line)}\n" for line in ({"token": TOKEN}, *lines))
    (folder / ".data.journal").write_text(text[: len(text) - cut])


def refused(key: str):
    """Expect a refusal of this key."""
    return pytest.raises(StorageError, match="") if not key else _Refused(key)


class _Refused:
    def __init__(self, key):
        self.key, self.inner = key, pytest.raises(StorageError)

    def __enter__(self):
        self.info = self.inner.__enter__()
        return self.info

    def __exit__(self, *error):
        passed = self.inner.__exit__(*error)
        assert self.info.value.key == self.key
        assert "办法" in self.info.value.said("zh")
        return passed


def test_text_goes_out_in_utf8_as_it_is(tmp_path):
    storage.write(tmp_path / "new" / "a.csv", "县\r\n1\n")
    assert (tmp_path / "new" / "a.csv").read_bytes() == "县\r\n1\n".encode()
    assert contents(tmp_path).keys() == {"new", "new/a.csv"}


def test_files_folders_and_removals_happen_together(tmp_path):
    (tmp_path / "gone").write_text("old")
    (tmp_path / "gone too").mkdir()
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "old").write_text("old")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "new").write_text("new")
    (tmp_path / "kept").mkdir()
    with storage.change(tmp_path / "data") as changed:
        changed.write(tmp_path / "data" / "a", "new")
        changed.place(tmp_path / "new", tmp_path / "target")
        changed.place(tmp_path / "kept", tmp_path / "copied", keep=True)
        for name in ("gone", "gone too", "never there"):
            changed.remove(tmp_path / name)
        assert (tmp_path / "gone").exists()
        assert not (tmp_path / "data" / "a").exists()
    assert contents(tmp_path) == {
        "data": None,
        "data/a": "new",
        "target": None,
        "target/new": "new",
        "kept": None,
        "copied": None,
    }


def test_after_an_error_nothing_has_changed(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").write_text("old")
    before = contents(tmp_path)
    with pytest.raises(KeyError), storage.change(tmp_path / "data") as changed:
        changed.write(tmp_path / "a", "new")
        changed.remove(tmp_path / "b")
        raise KeyError
    assert contents(tmp_path) == before


def test_a_change_of_nothing_leaves_nothing(tmp_path):
    with storage.change(tmp_path / "data"):
        pass
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("private", [False, True])
def test_a_private_file_is_for_its_owner(tmp_path, private):
    with storage.change(tmp_path / "key") as changed:
        changed.write(tmp_path / "key", "a", private=private)
    if os.name == "posix":
        assert (tmp_path / "key").stat().st_mode & 0o077 == (0 if private else 0o066 & ~_umask())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_name_as_long_as_the_system_allows_is_written(tmp_path):
    file = tmp_path / ("县" * 85)
    storage.write(file, "new")
    storage.settle(file)
    assert contents(tmp_path) == {file.name: "new"}


# What is left by a kill, and what comes of it


def test_a_change_that_has_happened_is_carried_out_by_whoever_reads(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / f".{TOKEN}-0.part").write_text("new")
    leave(tmp_path, {"target": "a", "removes": False}, {"commit": True})
    storage.settle(tmp_path / "data")
    assert contents(tmp_path) == {"a": "new"}


@pytest.mark.parametrize("cut", range(1, 18))
def test_one_whose_last_line_was_cut_off_is_undone(tmp_path, cut):
    (tmp_path / "a").write_text("old")
    (tmp_path / f".{TOKEN}-0.part").write_text("new")
    leave(tmp_path, {"target": "a", "removes": False}, {"commit": True}, cut=cut)
    storage.settle(tmp_path / "data")
    assert contents(tmp_path) == {"a": "old"}


def test_a_lock_that_nobody_holds_is_taken_away(tmp_path):
    (tmp_path / ".data.lock").write_text("1 elsewhere edubalance")
    storage.settle(tmp_path / "data")
    assert contents(tmp_path) == {}


@pytest.mark.parametrize(
    "text", ["", "\n", "[]\n", "{}\n", "{\n", '{"token": "../x"}\n{"commit": true}\n', "\x00" * 99]
)
def test_a_journal_that_is_none_is_taken_away(tmp_path, text):
    (tmp_path / "a").write_text("old")
    (tmp_path / ".data.journal").write_text(text)
    storage.settle(tmp_path / "data")
    assert contents(tmp_path) == {"a": "old"}


@pytest.mark.parametrize("removes", [False, True])
def test_a_journal_that_came_with_files_of_others_has_no_power_outside_of_them(tmp_path, removes):
    (tmp_path / "mine").write_text("mine")
    case = tmp_path / "case"
    case.mkdir()
    (case / f".{TOKEN}-0.part").write_text("theirs")
    leave(case, {"target": "../mine", "removes": removes}, {"commit": True})
    storage.settle(case / "data")
    assert (tmp_path / "mine").read_text() == "mine"


def test_the_journal_holds_after_the_folder_was_moved(tmp_path):
    (tmp_path / "one").mkdir()
    with pytest.raises(SystemExit), storage.change(tmp_path / "one" / "data") as changed:
        changed.write(tmp_path / "one" / "data" / "a", "new")
        text = (tmp_path / "one" / ".data.journal").read_text()
        raise SystemExit
    assert str(tmp_path) not in text
    assert '"target": "data/a"' in text


# What stands in the way


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path):
    (tmp_path / "a").mkdir()
    with refused("folder_in_place_of_file"):
        storage.write(tmp_path / "a", "new")
    assert contents(tmp_path) == {"a": None}


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "new").mkdir()
    with refused("file_in_place_of_folder"), storage.change(tmp_path / "a") as changed:
        changed.place(tmp_path / "new", tmp_path / "a")
    with refused("file_in_place_of_folder"):
        storage.write(tmp_path / "a" / "b" / "c", "new")
    assert contents(tmp_path) == {"a": "old", "new": None}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "a")
    with refused("device_in_place_of_file"):
        storage.write(tmp_path / "a", "new")
    assert (tmp_path / "a").is_fifo()


def test_what_is_written_goes_through_a_link(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a").write_text("old")
    (tmp_path / "link").symlink_to("there/a")
    (tmp_path / "dangling").symlink_to("there/b")
    storage.write(tmp_path / "link", "new")
    storage.write(tmp_path / "dangling", "new")
    assert (tmp_path / "link").is_symlink()
    assert contents(tmp_path / "there") == {"a": "new", "b": "new"}


def test_a_folder_is_replaced_where_a_link_leads(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a").write_text("new")
    with storage.change(tmp_path / "link") as changed:
        changed.place(tmp_path / "new", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert contents(tmp_path / "there") == {"a": "new"}


def test_a_link_that_is_removed_is_not_followed(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a").write_text("old")
    (tmp_path / "link").symlink_to("there")
    with storage.change(tmp_path / "data") as changed:
        changed.remove(tmp_path / "link")
    assert contents(tmp_path) == {"there": None, "there/a": "old"}


def test_links_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with refused("links_in_circle"):
        storage.write(tmp_path / "a", "new")


# A full disk


class Full:
    """Let the n-th call that writes, and all after it, find the disk full."""

    def __init__(self, patch: pytest.MonkeyPatch, room: int) -> None:
        self.left = room
        for module, name in ((os, "open"), (os, "fsync"), (os, "mkdir"), (os, "replace"), (Path, "open")):
            patch.setattr(module, name, self.counted(getattr(module, name)))

    def counted(self, original):
        def call(*args, **kwargs):
            if original is not Path.open or set(str(args[1] if len(args) > 1 else "r")) & set("wax"):
                self.left -= 1
                if self.left < 0:
                    raise OSError(errno.ENOSPC, "No space left on device")
            return original(*args, **kwargs)

        return call


def test_on_a_disk_that_is_full_at_any_moment_nothing_is_lost(tmp_path):
    seen = []
    for room in range(60):
        folder = tmp_path / str(room)
        (folder / "there").mkdir(parents=True)
        (folder / "there" / "a").write_text("old")
        (folder / "a").write_text("old")
        (folder / "new").mkdir()
        (folder / "new" / "a").write_text("new")
        before, error = contents(folder), None
        with pytest.MonkeyPatch.context() as patch:
            Full(patch, room)
            try:
                with storage.change(folder / "data") as changed:
                    changed.write(folder / "a", "new")
                    changed.place(folder / "new", folder / "there", keep=True)
            except (OSError, StorageError) as raised:
                error = raised
        unfinished = isinstance(error, StorageError)
        assert not unfinished or "磁盘空间不足" in error.said("zh")
        storage.settle(folder / "data")
        after = {**before, "a": "new", "there/a": "new"}
        assert contents(folder) == (after if error is None or unfinished else before), room
        seen.append(type(error))
        if error is None:
            break
    assert {OSError, StorageError, type(None)} == set(seen)


def test_the_system_s_words_name_what_the_user_named(tmp_path, monkeypatch):
    def fail(*_args, **_kwargs):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / ".0-0.part"))

    monkeypatch.setattr(parts.os, "open", fail)
    with pytest.raises(PermissionError) as error:
        journal.Change(tmp_path / "a").write(tmp_path / "form.xlsx", "new")
    assert error.value.filename == str(tmp_path / "form.xlsx")


def test_a_hash_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    assert storage.digest(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
