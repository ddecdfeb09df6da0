"""Scratch folders: a folder in use stays, however old; what a killed process left goes at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from edubalance import paths, storage

WORK = "from edubalance import storage\nwith storage.folder() as folder:\n    (folder / 'file').touch()\n    print(folder, flush=True)\n    input()"


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    for folder in ("cases", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(tmp_path))
    return tmp_path / "build" / "scratch"


@pytest.fixture
def other(scratch):
    """Give another process with its scratch folder."""
    with subprocess.Popen([sys.executable, "-c", WORK], stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        yield process, Path(process.stdout.readline().decode().strip())
        process.kill()


def test_a_folder_is_new_empty_and_gone_afterwards_even_after_an_error(scratch):
    used = []

    def work():
        with storage.folder() as folder:
            used.append((folder, list(folder.iterdir())))
            (folder / "file").write_text("x")
            raise KeyError("work")

    with pytest.raises(KeyError, match="work"):
        work()
    ((folder, found),) = used
    assert found == []
    assert folder.parent == scratch
    assert list(scratch.iterdir()) == []


def test_a_folder_in_use_is_not_removed_however_old(scratch, other):
    _, folder = other
    os.utime(folder, (0, 0))
    with storage.folder():
        assert (folder / "file").exists()


def test_what_a_killed_process_left_is_removed_at_once(scratch, other):
    process, folder = other
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert folder.exists()
    with storage.folder() as mine:
        assert {path.name for path in scratch.iterdir()} == {mine.name, f".{mine.name}.lock"}


def test_of_many_at_once_none_is_in_the_way_of_another(scratch):
    errors = []

    def work():
        try:
            for _ in range(50):
                with storage.folder() as folder:
                    (folder / "file").write_text("x")
                    assert (folder / "file").exists()
                # What a killed process would leave, for all to remove at the same time.
                (scratch / folder.name).mkdir()
        except Exception as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with storage.folder():
        pass
    assert list(scratch.iterdir()) == []


def test_a_folder_that_another_process_removes_while_it_is_looked_at_is_no_error(scratch, monkeypatch):
    for number in range(3):
        (scratch / str(number)).mkdir(parents=True)
    remove = shutil.rmtree

    def gone_first(path, *args, **kwargs):
        remove(path)
        return remove(path, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", gone_first)
        with storage.folder():
            pass
