"""The messy example county goes in as offices would send it and comes out equal to its clean original."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from edubalance import codebook, intake
from edubalance.intake import workbook
from edubalance.intake.workbook import mapping, messy

SOURCE = Path(__file__).parents[3] / "cases" / "weishan" / "data"
TABLES = ("schools", "sections", "county", "classes")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return messy.write(SOURCE, tmp_path_factory.mktemp("messy"))


@pytest.fixture(scope="module")
def confirmed(files):
    return workbook.Settings(mapping.load(files[0].parent / "mapping.yml"))


@pytest.fixture(scope="module")
def reading(files, confirmed):
    return workbook.read(files, confirmed)


def in_order(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    return frame.sort_values(list(codebook.table(table).key)).reset_index(drop=True)


def test_the_example_is_as_messy_as_it_should_be(files):
    assert sorted(path.suffix for path in files) == [".csv", ".csv", ".csv", ".ods", ".xlsx", ".xlsx"]
    raw = {path.name: path.read_bytes() for path in files}
    assert raw["sections_2023.csv"].startswith(b"\xef\xbb\xbf")
    assert not raw["classes.csv"].startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        raw["2023年学校.csv"].decode("utf-8")
    grids = [grid for path in files for grid in workbook.files.open_file(path).grids]
    cells = [value for grid in grids for row in grid.rows for value in row if isinstance(value, str)]
    assert {"—", "无", "/"} <= set(cells)
    assert any(set(text) & set("０１２３４５６７８９") for text in cells)
    assert any("％" in text for text in cells)
    assert sum(len(grid.merged) for grid in grids) > 100
    assert sum(len(grid.percent) for grid in grids) > 60


@pytest.mark.parametrize("table", TABLES)
def test_it_comes_out_equal_to_the_last_digit(reading, table):
    assert reading.faults == ()
    clean = intake.read_tables(**{name: SOURCE / f"{name}.csv" for name in TABLES})
    pd.testing.assert_frame_equal(
        in_order(getattr(clean, table), table), in_order(getattr(reading.tables, table), table), check_exact=True
    )


@pytest.mark.parametrize("table", TABLES)
def test_its_texts_are_the_same_decimals(reading, table):
    """Floats could hide a lost digit; the texts cannot."""
    book = codebook.table(table)
    clean = pd.read_csv(SOURCE / f"{table}.csv", dtype=str, keep_default_na=False)
    read = reading.assembled[table].frame.astype(str)
    assert set(read) == set(clean)
    numbers = [column.name for column in book.columns if column.is_number and column.name in clean]
    for frame in (clean, read):
        frame[numbers] = frame[numbers].map(lambda text: Decimal(text) if text else None)
    ordered = [in_order(frame[list(clean)], table).to_numpy(dtype=object).tolist() for frame in (clean, read)]
    assert ordered[0] == ordered[1]


def test_sixty_schools_and_more_stand_in_five_workbooks(reading):
    names = {
        part.grid.file
        for each in ("schools", "sections", "county")
        for row in reading.assembled[each].sources
        for part, _ in row
    }
    assert len(names) == 5
    assert reading.tables.schools["school_id"].nunique() >= 60


def test_every_value_knows_its_cell(reading, files):
    grids = {(grid.file, grid.sheet): grid for path in files for grid in workbook.files.open_file(path).grids}
    schools = reading.assembled["schools"]
    found = 0
    for row in schools.frame.index[::7]:
        place = schools.place(row, "school_id")
        value = grids[place.file, place.sheet].at(place.row - 1, place.column - 1)
        found += str(value).strip() == schools.frame.loc[row, "school_id"]
    assert found == len(schools.frame.index[::7])


def test_the_totals_are_reconciled_and_not_read_as_schools(reading):
    counts = [notice.facts["count"] for notice in reading.notices if notice.key == "totals"]
    assert sum(counts) > 100
    assert not reading.tables.schools["school_id"].str.contains("计").any()


def test_without_what_was_confirmed_it_is_refused(files):
    reading = workbook.read(files)
    assert {fault.key for fault in reading.faults} == {"header_unsure", "header_unknown", "code"}
    assert {(each.kind, each.key) for each in reading.questions} == {
        ("header", "教学仪器设备资产直(万元)"),
        ("header", "生均图书"),
        ("value", "公办"),
    }


def test_one_changed_digit_is_found_by_the_totals(files, confirmed, tmp_path):
    import openpyxl

    book = openpyxl.load_workbook(files[0])
    sheet = book["小学"]
    column = next(cell.column for row in sheet.iter_rows(max_row=6) for cell in row if cell.value == "在校生数")
    sheet.cell(10, column).value = int(str(sheet.cell(10, column).value).replace(",", "")) + 1
    book.save(tmp_path / files[0].name)
    keys = {fault.key for fault in workbook.read([tmp_path / files[0].name, *files[1:]], confirmed).faults}
    assert "total" in keys


def test_the_same_seed_makes_the_same_sheets(files, tmp_path):
    again = messy.write(SOURCE, tmp_path)
    for first, second in zip(files, again, strict=True):
        rows = [[grid.rows for grid in workbook.files.open_file(path).grids] for path in (first, second)]
        assert rows[0] == rows[1]


def test_too_small_a_county_is_refused():
    with pytest.raises(workbook.reading.EdubalanceError, match="three years and 60 schools"):
        messy.make({"schools": [], "sections": [], "county": []}, None)
