from __future__ import annotations

import sys

import pytest
from PIL import Image

from edubalance.cli import main
from edubalance.runs import checks

GROUPS = ("lint", "types", "unit", "notebooks", "figures")


def tool(name: str, groups: str, code: str) -> checks.Step:
    return checks._tool(name, groups, "-c", code)


@pytest.fixture
def three_steps(monkeypatch, project):
    """Put three small steps in the place of the real ones; the second fails."""
    steps = (
        tool("first", "lint", "print('one')"),
        tool("second", "unit notebooks", "raise SystemExit(3)"),
        tool("third", "unit notebooks", "import os; print(os.environ['EDUBALANCE_FIGURES'])"),
    )
    monkeypatch.setattr(checks, "steps", lambda: steps)
    return steps


def test_every_step_runs_though_one_fails_and_the_last_line_counts_them(three_steps, capfd):
    assert main(["test"]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert lines[-1] == "2 passed, 1 failed"
    assert lines[-4:-1] == ["passed  first", "FAILED  second", "passed  third"]
    assert any(line.endswith("== 1/3 first") for line in lines)
    assert "one" in lines


def test_only_the_groups_asked_for_run(three_steps, capfd):
    assert main(["test", "--only", "lint"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 0 failed"
    assert main(["test", "--only", "notebooks", "--only", "lint"]) == 1
    assert capfd.readouterr().out.splitlines()[-1] == "2 passed, 1 failed"


def test_the_figures_of_a_test_go_to_a_folder_that_is_removed(three_steps, capfd, project):
    main(["test"])
    lines = capfd.readouterr().out.splitlines()
    (folder,) = [line for line in lines if line.startswith(str(project))]
    assert "/build/scratch/" in folder.replace("\\", "/")
    assert list((project / "build" / "scratch").iterdir()) == []


def test_an_unknown_group_is_a_usage_error(capsys):
    assert main(["test", "--only", "lnit"]) == 2
    assert "lnit" in capsys.readouterr().err


def test_every_group_has_steps_and_every_step_a_known_group(project):
    steps = checks.steps()
    assert {group for step in steps for group in step.groups} == set(GROUPS)
    assert len({step.name for step in steps}) == len(steps)


def test_the_figures_that_nbval_drew_are_compared_with_the_committed_ones(project, write, tmp_path, capsys):
    write("one", "print(1)")
    for folder, color in ((project / "figures" / "one", (0, 0, 0)), (tmp_path / "drawn" / "one", (0, 0, 1))):
        folder.mkdir(parents=True)
        Image.new("RGB", (2, 2), color).save(folder / "01.png")
    assert checks._figures(tmp_path / "drawn")
    assert "one: 1 files, 0 differ" in capsys.readouterr().out
    Image.new("RGB", (2, 2), (0, 0, 9)).save(tmp_path / "drawn" / "one" / "01.png")
    assert not checks._figures(tmp_path / "drawn")
    assert (
        "picture: 01.png: as committed → 4 pixels differ, by up to 9/255, within columns 0–1, rows 0–1"
        in capsys.readouterr().out
    )


def test_the_tools_are_those_of_the_running_python(project, capfd):
    assert tool("where", "lint", "import sys; print(sys.executable)").check(project)
    assert capfd.readouterr().out.strip() == sys.executable
