"""One process at a time; the next is told who; and a lock goes with its process, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from edubalance import storage
from edubalance.errors import StorageError

HOLD = "import sys, time; from edubalance import storage\nwith storage.locked(__import__('pathlib').Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)"


@pytest.fixture
def holder(tmp_path):
    """Give another process that holds the lock of ``tmp_path / "data"``."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_another_process_is_told_who_holds_the_lock(tmp_path, holder):
    with pytest.raises(StorageError) as refused, storage.locked(tmp_path / "data"):
        pass
    assert refused.value.key == "held_by_another"
    assert f"process {holder.pid} on " in str(refused.value)
    assert f"进程{holder.pid}" in refused.value.said("zh")


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with storage.locked(tmp_path / "data"):
        assert (tmp_path / ".data.lock").read_text().startswith(f"{os.getpid()} ")
    assert list(tmp_path.iterdir()) == []


def test_through_a_link_it_is_the_same_lock(tmp_path):
    (tmp_path / "link").symlink_to("data")
    with storage.locked(tmp_path / "data"), pytest.raises(StorageError), storage.locked(tmp_path / "link"):
        pass


def test_many_at_once_are_one_after_another(tmp_path):
    file = tmp_path / "count"
    file.write_text("0")

    def add():
        for _ in range(20):
            with storage.locked(file, patience=60):
                file.write_text(str(int(file.read_text()) + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file.read_text() == "80"
