"""Codes and names that would mean something to a terminal are shown as they are; a broken case hides no other."""

from __future__ import annotations

import pytest
import yaml
from fuzz.test_command_lines import CASE
from intake.small_county import TABLES, write

from edubalance import paths
from edubalance.cli import main

IDS = {"P-01": "34:02:01", "P-02": "[/bold]", "N-01": "[a]S1", "C-01": "[b]S1"}


@pytest.fixture
def demo(tmp_path, monkeypatch):
    folder = tmp_path / "cases" / "demo"
    (folder / "data").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    write(folder / "data", **{name: [[IDS.get(cell, cell) for cell in row] for row in TABLES[name]] for name in TABLES})
    case = CASE | {"name_en": "x [/x]", "name_zh": "x [/x]"}
    (folder / "case.yml").write_text(yaml.safe_dump(case), encoding="utf-8")
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(tmp_path))
    return tmp_path


def test_a_name_is_listed_as_it_is_and_a_broken_case_is_named_beside(demo, capsys):
    assert main(["list"]) == 0
    assert "x [/x]" in capsys.readouterr().out
    (demo / "cases" / "bad").mkdir()
    (demo / "cases" / "bad" / "case.yml").write_text("id: [\n", encoding="utf-8")
    assert main(["list"]) == 2
    told = capsys.readouterr()
    assert "x [/x]" in told.out
    assert "bad cannot be read; the others are listed" in told.err
    assert "cases/bad/case.yml, line 2, column 1" in told.err


def test_schools_are_assessed_and_explained_under_their_own_codes(demo, capsys):
    assert main(["assess", "demo"]) == 0
    out = capsys.readouterr().out
    assert all(code in out for code in ("34:02:01", "[a]S1", "[b]S1"))
    for code in IDS.values():
        assert main(["explain", "demo", code]) == 0
        assert code in capsys.readouterr().out
