from __future__ import annotations

import os

import pytest

from edubalance.runs import scratch


def test_a_scratch_folder_is_new_empty_and_gone_afterwards_even_after_an_error(project):
    used = []

    def work():
        with scratch.folder() as folder:
            used.append((folder, list(folder.iterdir())))
            (folder / "file").write_text("x")
            raise KeyError("work")

    with pytest.raises(KeyError, match="work"):
        work()
    ((folder, found),) = used
    assert found == []
    assert not folder.exists()


def test_what_a_killed_run_left_is_removed_after_a_day_and_not_before(project):
    old, young = project / "build" / "scratch" / "old", project / "build" / "scratch" / "young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    two_days_ago = old.stat().st_mtime - 2 * scratch.DAY_SECONDS
    os.utime(old, (two_days_ago, two_days_ago))
    with scratch.folder():
        assert not old.exists()
        assert young.exists()


def test_a_folder_takes_the_place_of_another_and_the_old_one_goes(tmp_path):
    new, target = tmp_path / "scratch" / "new", tmp_path / "runs" / "one"
    for folder, text in ((new, "new"), (target, "old")):
        folder.mkdir(parents=True)
        (folder / text).write_text(text)
    scratch.replace_folder(new, target)
    assert [path.name for path in target.iterdir()] == ["new"]
    assert list((tmp_path / "scratch").iterdir()) == []
