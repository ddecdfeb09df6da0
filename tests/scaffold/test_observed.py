"""A county that has only schools and sections, of one year, and calls them observed: its page reads truly."""

from __future__ import annotations

import shutil

import nbformat
import pytest

from edubalance import paths, scaffold
from edubalance.cli import main

COUNTY = scaffold.County("he_county", "He County", "和县", "Anhui")
TEMPLATE = paths.notebooks() / "template"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose one case holds schools and sections of 2019 that are not the example's."""
    (tmp_path / "cases").mkdir()
    shutil.copytree(TEMPLATE, tmp_path / "notebooks" / "template")
    monkeypatch.setenv("EDUBALANCE_PROJECT", str(tmp_path))
    data = scaffold.create(COUNTY).folder / "data"
    for name in ("schools", "sections"):
        head, *rows = (data / f"{name}.csv").read_text(encoding="utf-8").replace("HECOUN", "OWN").splitlines()
        kept = [row.replace("2023,", "2019,", 1) for row in rows if "2023" in row.split(",")[:2]]
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    files = [str(tmp_path / f"{name}.csv") for name in ("schools", "sections")]
    assert main(["intake", *files, "-o", str(data)]) == 0
    stated = data.parent / "case.yml"
    stated.write_text(stated.read_text(encoding="utf-8").replace("kind: twin", "kind: observed"), encoding="utf-8")
    return tmp_path


def outputs(notebook):
    """Return every text that the notebook's cells print or display."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield output.get("text", "") or "\n".join(str(text) for text in output.get("data", {}).values())


def test_the_page_says_what_is_not_there_and_calls_nothing_synthetic(project, capsys):
    assert main(["run", "he_county"]) == 0
    (executed,) = (project / "build" / "runs" / "he_county").rglob("he_county.ipynb")
    said = "\n".join(outputs(nbformat.read(executed, as_version=4)))
    assert "observed data" in said
    assert "The tables were read from workbooks" in said
    assert "There is one year only, so there is no trend." in said
    for absent in ("synthetic", "recovered", "not defined", "example"):
        assert absent not in said
    drawn = sorted(file.stem for file in executed.parent.rglob("*.svg"))
    assert drawn == ["01_against_the_standard", "02_sections", "03_coefficients", "04_where_it_lies", "05_items"]
    capsys.readouterr()
