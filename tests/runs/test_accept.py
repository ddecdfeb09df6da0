from __future__ import annotations

import errno
from pathlib import Path

import pytest

from edubalance import storage
from edubalance.errors import StorageError
from edubalance.runs import accept, known, normalise
from edubalance.storage import locks, parts


@pytest.fixture
def new(project, write):
    """Give a project with an old reference, and the folder of a new run."""
    folder = project / "figures" / "lines"
    folder.mkdir(parents=True)
    (folder / "01.svg").write_text("old")
    (folder / "02.svg").write_text("old")
    run = project / "build" / "run"
    (run / "figures").mkdir(parents=True)
    write("lines", "print('new')").replace(run / "lines.ipynb")
    (run / "figures" / "01.svg").write_text("new")
    write("lines", "print('old')")
    return run


def state(project: Path) -> dict[str, str]:
    figures = (project / "figures" / "lines").glob("*")
    notebook = (project / "notebooks" / "lines.ipynb").read_text()
    return {**{file.name: file.read_text() for file in figures}, "notebook": "new" if "'new'" in notebook else "old"}


OLD = {"01.svg": "old", "02.svg": "old", "notebook": "old"}
NEW = {"01.svg": "new", "notebook": "new"}


def test_notebook_figures_and_what_is_known_are_replaced_and_nothing_is_left_over(project, new):
    before = {path.name for path in project.rglob("*")} | {"known.csv"}
    accept.accept("lines", new / "lines.ipynb", new / "figures")
    assert state(project) == NEW
    assert known.is_known(project / "notebooks" / "lines.ipynb")
    assert {path.name for path in project.rglob("*")} == before - {"02.svg"}
    assert (new / "figures" / "01.svg").read_text() == "new"


def test_a_run_without_figures_removes_the_figures(project, new):
    accept.accept("lines", new / "lines.ipynb", new / "nothing")
    assert state(project) == {"notebook": "new"}
    assert not (project / "figures" / "lines").exists()


def test_a_full_disk_changes_nothing(project, new, monkeypatch):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(parts, "copy", full)
        with pytest.raises(OSError, match="No space left"):
            accept.accept("lines", new / "lines.ipynb", new / "figures")
    assert state(project) == OLD
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_a_second_accept_at_the_same_time_is_refused_after_a_while(project, new, monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE_SECONDS", 0.1)
    with storage.locked(project / "notebooks"), pytest.raises(StorageError) as refused:
        accept.accept("lines", new / "lines.ipynb", new / "figures")
    assert refused.value.key == "held_by_another"
    assert state(project) == OLD


def test_an_accepted_notebook_is_as_it_was_run(project, new):
    accept.accept("lines", new / "lines.ipynb", new / "figures")
    assert normalise.read(project / "notebooks" / "lines.ipynb") == normalise.read(new / "lines.ipynb")
