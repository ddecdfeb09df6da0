"""Code that was neither made here nor accepted is named before it runs; nothing else of a case can run at all."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from edubalance import cases, paths
from edubalance.cli import app
from edubalance.errors import CaseError
from edubalance.runs import known

WARNING = "holds code that was neither made by edubalance nor accepted here"
ROOT = Path(__file__).parents[2]


def _edit(file: Path, kind: str, source: str) -> None:
    """Put another text into the last cell of a kind."""
    read = nbformat.read(file, as_version=4)
    [cell for cell in read.cells if cell.cell_type == kind][-1].source = source
    nbformat.write(read, file)


def test_a_notebook_is_known_from_when_it_is_remembered_until_its_code_changes(lines):
    assert not known.is_known(lines)
    known.remember("lines")
    assert known.is_known(lines)
    _edit(lines, "markdown", "# Another title")
    assert known.is_known(lines)
    _edit(lines, "code", "import os")
    assert not known.is_known(lines)


def test_what_is_known_is_the_code_and_not_the_name(lines, write, tmp_path):
    known.remember("lines")
    elsewhere = tmp_path / "copy.ipynb"
    elsewhere.write_bytes(lines.read_bytes())
    assert known.is_known(elsewhere)
    assert not known.is_known(write("lines", "1 + 1"))


def test_a_notebook_that_is_gone_is_forgotten(lines, write, project):
    known.remember("lines")
    write("other", "1")
    lines.unlink()
    known.remember("other")
    listed = (project / "notebooks" / known.FILE).read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in listed] == ["notebook", "other"]


def test_every_command_that_runs_a_notebook_says_first_that_its_code_is_not_known(write, tmp_path):
    write("one", "1 + 1")
    listed = tmp_path / "list.csv"
    listed.write_text("id\na\n", encoding="utf-8")
    for command in (["run", "one"], ["reproduce", "one"], ["batch", str(listed), "--notebook", "one"]):
        assert WARNING in CliRunner().invoke(app, command).stderr, command
    first, second = (CliRunner().invoke(app, ["accept", "one"]) for _ in range(2))
    assert WARNING in first.stderr
    assert WARNING not in second.stderr
    assert WARNING not in CliRunner().invoke(app, ["run", "one"]).stderr


def test_the_notebooks_of_this_project_are_known(monkeypatch):
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(ROOT))
    files = [*paths.notebooks().glob("*.ipynb"), paths.notebook("template/county")]
    unknown = [file.stem for file in files if not known.is_known(file)]
    # After a change that is meant: `edubalance accept`, or `known.remember("template/county")` for the template.
    assert unknown == []


@pytest.mark.parametrize("name", ["case.yml", "claims.yml"])
def test_yaml_of_a_case_makes_no_objects(project, name):
    folder = project / "cases" / "odd"
    folder.mkdir()
    mark = project / "ran"
    for file in ("case.yml", "claims.yml"):
        (folder / file).write_bytes((ROOT / "cases" / "weishan" / file).read_bytes().replace(b"weishan", b"odd"))
    (folder / name).write_text(f"id: !!python/object/apply:os.mkdir [{str(mark)!r}]\n", encoding="utf-8")
    from edubalance.evidence import claims

    with pytest.raises(CaseError):
        claims.load(cases.load("odd"))
    assert not mark.exists()


def test_scripts_in_the_folder_of_a_case_are_never_run(write, project):
    folder = project / "cases" / "odd"
    folder.mkdir()
    mark = project / "ran"
    names = ("__init__.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "ipython_config.py", "pandas.py")
    for name in names:
        (folder / name).write_text(f"open({str(mark)!r}, 'w')\n", encoding="utf-8")
    write("odd", "import pandas\nprint(pandas.DataFrame.__name__)")
    assert CliRunner().invoke(app, ["run", "odd"]).exit_code == 0
    assert not mark.exists()
