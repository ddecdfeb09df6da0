"""The command that shows the columns: to read, as Markdown, as CSV."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from edubalance import codebook
from edubalance.cli import main


def printed(capsys, *arguments):
    """Return what the command prints."""
    assert main(["dictionary", *arguments]) == 0
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """Give a terminal in which no line is broken."""
    monkeypatch.setenv("COLUMNS", "400")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_name_every_table_is_listed_with_what_a_row_is(capsys, lang):
    shown = printed(capsys, "--lang", lang).splitlines()
    for table in codebook.tables():
        (line,) = (line for line in shown if line.split()[:1] == [table.name])
        assert line.split()[1:3] == [table.zh, str(len(table.columns))]
        assert table.means(lang).replace("`", "") in line


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_column_of_every_table_is_shown_with_its_meaning(capsys, lang):
    for table in codebook.tables():
        shown = printed(capsys, table.name, "--lang", lang).splitlines()
        assert shown[0].split() == [f"{table.name}.csv", table.zh]
        rows = {line.split()[0]: line for line in shown[4:-1] if line.startswith(" ") and line.strip()}
        for column in table.columns:
            assert column.means(lang).replace("`", "") in rows[column.name]
            assert column.unit(lang) in rows[column.name]


def test_what_a_cell_may_hold_names_the_codes_and_the_limit(capsys):
    english = printed(capsys, "sections")
    assert "primary, junior" in english
    assert "0 ≤ integer ≤ 1000, not above pupils" in english
    chinese = printed(capsys, "sections", "--lang", "zh")
    assert re.search(r"level .* primary 小学 .*\n +junior 初中 *\n", chinese)
    assert "0 ≤ 整数 ≤ 1000，不超过 pupils（在校生数）" in chinese
    assert "主键：year（年份）、school_id（学校代码）、level（学段）。" in chinese


@pytest.mark.parametrize(("lang", "name"), [("en", "codebook.md"), ("zh", "codebook.zh.md")])
def test_the_command_of_each_page_makes_the_page(capsys, lang, name):
    page = (Path(__file__).parents[1] / "docs" / name).read_text(encoding="utf-8")
    (command,) = (line.split() for line in page.splitlines() if line.startswith("    edubalance dictionary"))
    assert command[-2:] == [">", f"docs/{name}"]
    assert printed(capsys, *command[2:-2]) == page


def test_csv_has_a_row_a_column_in_the_language_asked_for(capsys):
    rows = list(csv.DictReader(io.StringIO(printed(capsys, "births", "--format", "csv", "--lang", "zh"))))
    assert [row["列名"] for row in rows] == ["county", "year", "township", "births"]
    assert rows[-1]["含义"] == codebook.table("births").column("births").meaning_zh
    everything = list(csv.DictReader(io.StringIO(printed(capsys, "--format", "csv"))))
    assert len(everything) == sum(len(table.columns) for table in codebook.tables())


@pytest.mark.parametrize("form", ["table", "md", "csv"])
def test_an_unknown_table_is_one_message_with_the_names(capsys, form):
    assert main(["dictionary", "school", "--format", form]) == 2
    shown = capsys.readouterr()
    names = ", ".join(table.name for table in codebook.tables())
    assert shown.err == f"There is no table 'school'. Hint: Tables: {names}.\n"
    assert shown.out == ""
