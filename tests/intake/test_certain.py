"""The sweep over certainly clean columns passes nothing that the full check would report."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edubalance import codebook
from edubalance.intake import certain, validate
from edubalance.intake.read import TextTable

SCHOOLS = codebook.table("schools")
TABLES = [table for table in codebook.tables() if not table.name.startswith("survey")]
ODD = st.sampled_from(
    (
        *("", " ", "0", "-0", "-0.0", "+5", "5.", ".5", "1e5", "1e400", "nan", "NaN", "inf", "-1", "3.5", "12\n", "\n"),
        *("１２", "٣", "1_0", "0x1", "1,000", "\u3000x", "x\u00a0", "\x1cx", "x\x85", "\u200bx", "\x00", "a\nb", "\t1"),
        *("9" * 15, "9" * 16, "9" * 400, "0." + "1" * 15, "0." + "3" * 16, "2023", "1e-5", "100.0", "100.0000001"),
        *("城区", "\U0001f600"),
    )
)


def cells(column: codebook.Column) -> st.SearchStrategy[str]:
    """Return what may stand in a column: mostly what belongs there."""
    good = st.sampled_from(column.codes) if column.codes else st.just("甲校")
    if column.is_number:
        low, high = int(column.minimum or 0), int(column.maximum or 10**6)
        good = st.integers(low, high).map(str) | st.decimals(low, high, places=2).map(str)
    return st.one_of(good, good, good, good, ODD, st.text(max_size=4), st.floats().map(repr))


@st.composite
def dirty(draw: st.DrawFn) -> TextTable:
    """Make a table of one to four rows, of which some columns are clean and some are not."""
    table = draw(st.sampled_from(TABLES))
    rows = draw(st.integers(0, 4))
    columns = draw(st.lists(st.sampled_from(table.columns), min_size=1, max_size=6, unique=True))
    texts = {column.name: draw(st.lists(cells(column), min_size=rows, max_size=rows)) for column in columns}
    index = pd.RangeIndex(2, 2 + rows).astype("int64").rename("row")
    return TextTable(table, "a.csv", pd.DataFrame(texts, index=index, dtype="string"), ())


def without_sweep(source: TextTable) -> validate.Checked:
    """Check every column cell by cell."""
    with mock.patch.object(certain, "clean", return_value={}):
        return validate.check_cells(source)


def agree(source: TextTable) -> None:
    """Check that the sweep changes neither faults nor values, not even the sign of nought."""
    swept, full = validate.check_cells(source), without_sweep(source)
    assert swept.faults == full.faults
    pd.testing.assert_frame_equal(swept.frame, full.frame, check_exact=True)
    for name in swept.frame.select_dtypes("float64"):
        assert np.signbit(swept.frame[name]).tolist() == np.signbit(full.frame[name]).tolist()


def one_column(name: str, *texts: str) -> pd.DataFrame:
    """Make a table of one column of schools."""
    return pd.DataFrame({name: list(texts)}, dtype="string")


def test_plain_numbers_are_converted_as_by_hand():
    found = certain.clean(one_column("built_year", "1987", "", "2003"), SCHOOLS)["built_year"]
    assert found[[0, 2]].tolist() == [1987.0, 2003.0]
    assert np.isnan(found[1])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("built_year", "1987.5"),
        ("migrant_share_pct", "100.5"),
        ("books", "-1"),
        ("books", "1e3"),
        ("books", "1\n"),
        ("area", "Urban"),
        ("area", ""),
        ("school_id", ""),
        ("township", " 甲"),
        ("township", "\u3000甲"),
    ],
)
def test_a_column_with_one_doubtful_cell_is_looked_at_closely(name, text):
    good = {"area": "urban", "school_id": "P-01", "township": "乙", "migrant_share_pct": "3", "books": "7"}.get(
        name, "1990"
    )
    assert list(certain.clean(one_column(name, good), SCHOOLS)) == [name]
    needed = name != "township" or text.strip() != text
    assert (certain.clean(one_column(name, good, text), SCHOOLS) == {}) is needed


def test_no_code_has_blanks_around_it():
    for table in codebook.tables():
        for column in table.columns:
            assert [code for code in column.codes if code != code.strip() or not code] == []


@settings(max_examples=30)
@given(dirty())
def test_the_sweep_and_the_full_check_find_the_same_faults_and_values(source):
    agree(source)


@settings(max_examples=30)
@given(st.lists(st.from_regex(certain.PLAIN_NUMBER), min_size=1, max_size=5))
def test_every_plain_number_is_read_as_python_reads_it(texts):
    source = TextTable(SCHOOLS, "a.csv", one_column("x_km", *texts).rename_axis("row"), ())
    agree(source)
    agree(TextTable(SCHOOLS, "a.csv", one_column("books", *texts).rename_axis("row"), ()))


@pytest.mark.fuzz
@settings(max_examples=2_000)
@given(dirty())
def test_the_sweep_and_the_full_check_agree_on_many_tables(source):
    agree(source)
