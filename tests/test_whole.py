"""Files that are written whole or not at all."""

import errno
from pathlib import Path

import pytest

from edubalance import whole


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_text_goes_out_in_utf8_as_it_is(tmp_path):
    whole.write(tmp_path / "new" / "a.csv", "县\r\n1\n")
    assert (tmp_path / "new" / "a.csv").read_bytes() == "县\r\n1\n".encode()
    assert _names(tmp_path / "new") == ["a.csv"]


def test_what_stood_there_is_replaced(tmp_path):
    whole.write(tmp_path / "a", b"old")
    whole.write(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


@pytest.mark.parametrize("fails", [0, 1], ids=["first", "second"])
def test_on_a_full_disk_none_of_several_files_changes(tmp_path, monkeypatch, fails):
    files = [tmp_path / "a", tmp_path / "b"]
    for file in files:
        file.write_bytes(b"old")
    write, written = Path.write_bytes, []

    def full(self, content):
        written.append(self)
        if len(written) > fails:
            write(self, content[:1])
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return write(self, content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space left"):
            whole.write_all(dict.fromkeys(files, b"new"))
    assert [file.read_bytes() for file in files] == [b"old", b"old"]
    assert _names(tmp_path) == ["a", "b"]


def test_a_folder_in_the_place_of_the_file_is_left_alone(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="a"):
        whole.write(tmp_path / "a", "new")
    assert _names(tmp_path) == ["a"]


def test_two_processes_write_beside_each_other(tmp_path, monkeypatch):
    mine = whole.beside(tmp_path / "a")
    monkeypatch.setattr("os.getpid", lambda: 1)
    assert whole.beside(tmp_path / "a") != mine
