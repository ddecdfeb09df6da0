from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from edubalance.cli import main
from edubalance.runs import naming, verify
from edubalance.runs.request import Outcome, Request


def contents(project: Path) -> dict[str, tuple[bytes, int]]:
    """Return every committed file with its text and the moment of its last change."""
    found = [file for part in ("notebooks", "figures") for file in (project / part).rglob("*") if file.is_file()]
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in found}


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def test_an_accepted_run_is_reproduced_without_touching_a_file_and_each_drift_is_named(project, lines, capsys):
    assert main(["accept", "lines"]) == 0
    assert "all code cells: never run, or its outputs were cleared" in capsys.readouterr().out
    before = contents(project)
    # A notebook, the list of known code, a picture, its numbers, the named results.
    assert len(before) == 5

    assert main(["reproduce"]) == 0
    assert contents(project) == before
    stated = json.loads((project / "build" / "reproduction.json").read_text(encoding="utf-8"))
    assert stated["equal"] is True
    assert [(one["name"], one["status"], one["drifts"]) for one in stated["notebooks"]] == [("lines", "equal", [])]

    figures = project / "figures" / "lines"
    replace_in(lines, "year 2023", "year 2024")
    replace_in(figures / "results.csv", "1.875", "1.9")
    replace_in(figures / "01_bars.csv", "2.25", "2.26")
    falsified = contents(project)
    capsys.readouterr()
    assert main(["reproduce", "lines"]) == 1
    assert contents(project) == falsified
    shown = capsys.readouterr().out
    for line in (
        "lines output: code cell 4, stdout: year 2024 → year 2023",
        "lines result: value.mean: 1.9 → 1.875",
        "lines data: 01_bars.csv, line 3, value: 2.26 → 2.25",
    ):
        assert line in shown
    stated = json.loads((project / "build" / "reproduction.json").read_text(encoding="utf-8"))
    assert [drift["part"] for drift in stated["notebooks"][0]["drifts"]] == ["output", "data", "result"]
    assert stated["equal"] is False


@pytest.fixture
def outcome(project, lines):
    """Give the outcome of a run whose notebook is the committed one, without having run anything."""
    notebook = nbformat.read(lines, as_version=4)
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count
    folder = project / "build" / "run"
    folder.mkdir(parents=True)
    text = verify.normalise.text(verify.normalise.notebook(notebook))
    for file in (lines, folder / "lines.ipynb"):
        file.write_text(text, encoding="utf-8", newline="\n")
    return Outcome(Request("lines", lines, folder), 1.0)


def test_a_run_that_made_the_same_is_equal(outcome):
    assert verify.judge(outcome) == verify.Report("lines", "equal", 1.0)


def test_a_reference_that_an_editor_saved_is_a_drift(outcome):
    replace_in(outcome.request.notebook, '"id": "cell-01"', '"id": "a1b2c3d4"')
    (drift,) = verify.judge(outcome).drifts
    assert str(drift).startswith(
        "notebook: lines.ipynb: run or edited by hand → as accept writes it. Hint: git restore "
    )


def change(file: Path, **changed: object) -> None:
    """Change attributes of the code cells, as an editor does when it saves."""
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(changed)
    file.write_text(verify.normalise.text(notebook), encoding="utf-8", newline="\n")


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"execution_count": 7}, id="run twice"),
        pytest.param({"execution_count": None, "outputs": []}, id="cleared"),
        pytest.param({"metadata": {"execution": {"iopub.status.busy": "2026-01-01T00:00:00Z"}}}, id="times kept"),
    ],
)
def test_a_reference_that_was_worked_on_by_hand_says_how_to_bring_it_back(outcome, project, changed):
    (project / "figures" / "lines").mkdir(parents=True)
    change(outcome.request.notebook, **changed)
    said = [str(drift) for drift in verify.judge(outcome).drifts]
    assert "lines.ipynb: run or edited by hand" in said[0]
    assert "git restore notebooks/lines.ipynb brings the reference back" in said[0]


def test_a_new_notebook_is_not_said_to_have_been_changed_by_hand(outcome):
    change(outcome.request.notebook, execution_count=None, outputs=[])
    (drift,) = verify.judge(outcome).drifts
    assert "all code cells: never run" in str(drift)
    assert "edubalance accept makes a run the reference" in str(drift)


def test_an_accept_that_was_killed_is_finished_before_anything_is_compared(project, outcome):
    token = "0123456789ab"
    (project / "notebooks" / f".{token}-0.part").write_text("new")
    lines = ({"token": token}, {"target": "notebooks/lines.ipynb", "removes": False}, {"commit": True})
    (project / ".notebooks.journal").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert naming.notebooks(["lines"]) == ("lines",)
    assert outcome.request.notebook.read_text() == "new"
    assert not (project / ".notebooks.journal").exists()
