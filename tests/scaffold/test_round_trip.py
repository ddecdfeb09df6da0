"""From tables to the template and back: what Excel holds is what was put into it, to the last digit."""

from __future__ import annotations

import dataclasses

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

from edubalance import codebook, intake
from edubalance.cli import main
from edubalance.scaffold import template
from edubalance.twins import made, spec
from edubalance.twins.writing import text


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    files = {name: folder / f"{name}.csv" for name in codebook.load().tables}
    for name, table in made(spec.example("demo", "D")).items():
        files[name].write_text(text(table), encoding="utf-8")
    return intake.read_tables(**files)


def read_back(folder):
    return intake.read_tables(
        **{file.stem: file for file in folder.glob("*.csv") if file.stem in codebook.load().tables}
    )


def test_a_filled_template_is_read_back_to_identical_tables(example, tmp_path, capsys):
    template.write(tmp_path / "tables.xlsx", example=example, filled=example)
    assert main(["intake", str(tmp_path / "tables.xlsx"), "-o", str(tmp_path / "data")]) == 0
    assert "21 schools, 21 sections, 8,817 pupils in 2023" in capsys.readouterr().out
    found = read_back(tmp_path / "data")
    for field in dataclasses.fields(found):
        pd.testing.assert_frame_equal(
            getattr(found, field.name), getattr(example, field.name), check_exact=True, obj=field.name
        )


def test_tables_that_a_county_does_not_have_may_stay_empty(example, tmp_path):
    few = codebook.Tables(example.schools, example.sections)
    template.write(tmp_path / "tables.xlsx", example=example, filled=few)
    assert main(["intake", str(tmp_path / "tables.xlsx"), "-o", str(tmp_path / "data")]) == 0
    assert sorted(file.name for file in (tmp_path / "data").iterdir()) == [
        "plausibility.csv",
        "schools.csv",
        "sections.csv",
    ]


def test_the_example_row_is_never_read(example, tmp_path, capsys):
    template.write(tmp_path / "tables.xlsx", example=example)
    assert main(["intake", str(tmp_path / "tables.xlsx"), "-o", str(tmp_path / "data")]) == 2
    assert not list((tmp_path / "data").glob("*.csv"))
    capsys.readouterr()


def test_a_wrong_cell_of_the_template_is_named_by_sheet_and_address(example, tmp_path, capsys):
    file = tmp_path / "tables.xlsx"
    template.write(file, example=example, filled=example)
    book = openpyxl.load_workbook(file)
    page = book["学校表 schools"]
    place = codebook.table("schools").names.index("books") + 2
    page.cell(template.FIRST + 2, place).value = "许多"
    book.save(file)
    assert main(["intake", str(file), "-o", str(tmp_path / "data")]) == 2
    said = capsys.readouterr()
    cell = f"{get_column_letter(place)}{template.FIRST + 2}"
    assert f"[学校表 schools] {cell}: books should be a number (volumes); found '许多'" in said.out + said.err
