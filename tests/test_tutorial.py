"""The tutorial: every command of the page, run in its order on a project that has nothing else."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import yaml

from edubalance import intake, paths
from edubalance.cli import main

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
BLOCKS = re.compile(r"^```(sh|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def expanded(words, folder):
    """Expand stars as a shell does; quoted words of Python stay."""
    return [
        found
        for word in words
        for found in (sorted(str(path.relative_to(folder)) for path in folder.glob(word)) if "*" in word else [word])
    ]


def do(line, folder):
    """Run one line of the page and check its exit code."""
    command, _, comment = line.partition("  # exits ")
    name, *words = shlex.split(command)
    if name == "edubalance":
        assert main(expanded(words, folder)) == int(comment or 0), command
    else:
        assert name == "python"
        subprocess.run([sys.executable, *words], cwd=folder, check=True)


def test_the_tutorial_leads_from_an_empty_folder_to_a_filled_form(tmp_path, monkeypatch, capsys):
    shutil.copytree(paths.notebooks() / "template", tmp_path / "notebooks" / "template")
    shutil.copytree(paths.case("weishan") / "data", tmp_path / "cases" / "weishan" / "data")
    clean = intake.read_tables(
        **{
            name: paths.case("weishan") / "data" / f"{name}.csv"
            for name in ("schools", "sections", "county", "classes")
        }
    )
    monkeypatch.setenv("EDUBALANCE_PROJECT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for kind, text in BLOCKS.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "yaml":
            file = tmp_path / "cases" / "my_county" / "case.yml"
            stated = yaml.safe_load(file.read_text(encoding="utf-8")) | yaml.safe_load(text)
            file.write_text(yaml.safe_dump(stated, allow_unicode=True), encoding="utf-8")
            continue
        for line in text.strip().splitlines():
            do(line, tmp_path)
    said = capsys.readouterr().out
    stated = yaml.safe_load((tmp_path / "cases" / "my_county" / "case.yml").read_text(encoding="utf-8"))
    assert (stated["years"], stated["year"]) == ([2021, 2022, 2023], 2023)
    left = {file.stem for file in (tmp_path / "cases" / "my_county" / "data").glob("*.csv")}
    assert left == {"schools", "sections", "county", "classes", "sources", "plausibility"}
    sections = clean.sections[clean.sections["year"] == 2023]
    pupils = int(sections["pupils"].sum())
    assert f"{pupils:,} pupils in 2023" in said
    form = openpyxl.load_workbook(tmp_path / "build" / "form.xlsx")
    cells = [cell.value for row in form["表Ⅰ"].iter_rows() for cell in row]
    for level in ("primary", "junior"):
        assert int(sections.loc[sections["level"] == level, "pupils"].sum()) in cells
    assert (tmp_path / "build" / "shared" / "REPORT.md").is_file()
    assert len(list((tmp_path / "build" / "runs" / "my_county").rglob("*.svg"))) >= 6
