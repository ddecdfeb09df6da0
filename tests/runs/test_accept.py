from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from edubalance import paths
from edubalance.errors import EdubalanceError
from edubalance.runs import accept


class Killed(BaseException):
    """Stands for a process killed at this moment: nothing after it runs, no clean-up either."""


@pytest.fixture
def new(project, tmp_path):
    """Give a project with an old reference, and the folder of a new run."""
    (project / "notebooks" / "lines.ipynb").write_text("old")
    folder = project / "figures" / "lines"
    folder.mkdir(parents=True)
    (folder / "01.svg").write_text("old")
    (folder / "02.svg").write_text("old")
    run = project / "build" / "run"
    (run / "figures").mkdir(parents=True)
    (run / "lines.ipynb").write_text("new")
    (run / "figures" / "01.svg").write_text("new")
    return run


def state(project: Path) -> dict[str, str]:
    figures = (project / "figures" / "lines").glob("*")
    found = {file.name: file.read_text() for file in figures}
    return {**found, "notebook": (project / "notebooks" / "lines.ipynb").read_text()}


OLD = {"01.svg": "old", "02.svg": "old", "notebook": "old"}
NEW = {"01.svg": "new", "notebook": "new"}


def test_notebook_and_figures_are_replaced_and_nothing_is_left_over(project, new):
    accept.accept("lines", new / "lines.ipynb", new / "figures")
    assert state(project) == NEW
    assert [path.name for path in (paths.build() / "accept").iterdir()] == ["lock"]


def test_a_run_without_figures_removes_the_figures(project, new):
    accept.accept("lines", new / "lines.ipynb", new / "nothing")
    assert state(project) == {"notebook": "new"}
    assert not (project / "figures" / "lines").exists()


def test_killed_at_any_moment_the_next_start_finds_the_old_or_the_new_reference_whole(project, new, monkeypatch):
    seen = []
    for moment in range(40):
        shutil.rmtree(project / "figures", ignore_errors=True)
        (project / "figures" / "lines").mkdir(parents=True)
        for name in ("01.svg", "02.svg"):
            (project / "figures" / "lines" / name).write_text("old")
        (project / "notebooks" / "lines.ipynb").write_text("old")
        killed = kill_at(moment, monkeypatch, lambda: accept.accept("lines", new / "lines.ipynb", new / "figures"))
        accept.recover()
        seen.append(state(project))
        assert seen[-1] in (OLD, NEW), moment
        if not killed:
            break
    assert not killed
    assert OLD in seen
    assert seen.count(NEW) >= 3


def kill_at(moment: int, monkeypatch: pytest.MonkeyPatch, act) -> bool:
    """Run something and kill it at its n-th change of the disk; tell whether it came that far."""
    count = 0

    def counted(original):
        def step(*args, **kwargs):
            nonlocal count
            count += 1
            if count > moment:
                raise Killed
            return original(*args, **kwargs)

        return step

    with monkeypatch.context() as patch:
        for name in ("replace", "mkdir", "rmdir"):
            patch.setattr(Path, name, counted(getattr(Path, name)))
        for name in ("copyfile", "copytree", "rmtree"):
            patch.setattr(shutil, name, counted(getattr(shutil, name)))
        try:
            act()
        except Killed:
            return True
    return False


def test_a_full_disk_changes_nothing(project, new, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", full)
        with pytest.raises(OSError, match="No space left"):
            accept.accept("lines", new / "lines.ipynb", new / "figures")
    assert state(project) == OLD
    assert [path.name for path in (paths.build() / "accept").iterdir()] == ["lock"]


def test_a_second_accept_at_the_same_time_is_refused(project, new):
    pytest.importorskip("fcntl")
    with accept._locked(), pytest.raises(EdubalanceError, match="Another accept is under way"):
        accept.accept("lines", new / "lines.ipynb", new / "figures")
    assert state(project) == OLD
