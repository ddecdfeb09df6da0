"""Whatever is done to a good file, reading it ends in tables or in faults that name their place."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from intake.small_county import TABLES, write

from edubalance import codebook, intake, schools, standards
from edubalance.codebook import Tables
from edubalance.errors import TableError

NAMES = st.sampled_from(list(TABLES))
CELLS = st.one_of(
    st.text(max_size=6),
    st.floats().map(repr),
    st.integers(-5, 10**6).map(str),
    st.sampled_from(
        ["", " ", "nan", "inf", "1e400", "-0", "0x1", "1_0", "٣", "３", "2023年", "城区", "\ufeff", "\x00", '"']
    ),
    st.sampled_from([cell for rows in TABLES.values() for row in rows for cell in row]),
)


@st.composite
def corrupted(draw) -> dict[str, list[list[str]]]:
    """Change some cells, and move, repeat, drop or cut some rows of the small county."""
    tables = {name: [list(row) for row in rows] for name, rows in TABLES.items()}
    for _ in range(draw(st.integers(1, 6))):
        rows = tables[draw(NAMES)]
        row = draw(st.integers(0, len(rows) - 1))
        column = draw(st.integers(0, max(len(rows[row]) - 1, 0)))
        change = draw(st.sampled_from(["cell", "cell", "cell", "repeat", "drop", "cut", "swap"]))
        if change == "cell" and rows[row]:
            rows[row][column] = draw(CELLS)
        elif change == "repeat":
            rows.append(list(rows[row]))
        elif change == "drop" and len(rows) > 1:
            del rows[row]
        elif change == "cut":
            del rows[row][column:]
        elif change == "swap":
            rows[0], rows[row] = rows[row], rows[0]
    return tables


def read_or_report(paths: tuple[Path, Path, Path]) -> Tables | TableError:
    """Read the tables, or return the report; any other error is a failure of the test."""
    try:
        return intake.read_tables(*paths)
    except TableError as error:
        return error


def check(outcome: Tables | TableError) -> None:
    """Check that tables are sound, or that every fault is worded."""
    if isinstance(outcome, TableError):
        for fault in outcome.faults:
            assert fault.file.endswith(".csv")
            assert fault.rule
            assert fault.remedy.endswith((".", "?", ")")), fault
            assert fault.row is None or fault.row >= 1
        return
    for table in codebook.tables():
        frame = getattr(outcome, table.name)
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == table.dtypes
        for column in table.columns:
            numbers = frame[column.name].dropna() if column.is_number else []
            assert all(math.isfinite(number) for number in numbers)
            assert not column.required or frame[column.name].notna().all()
    values = schools.indicators(outcome, standards.load("cn-2017-quality"))
    assert len(values) == len(outcome.sections)


@settings(max_examples=60)
@given(corrupted())
def test_changed_cells_and_rows_end_in_tables_or_faults(tables):
    with tempfile.TemporaryDirectory() as folder:
        check(read_or_report(write(Path(folder), encoding="utf-8", **tables)))


@settings(max_examples=50)
@given(NAMES, st.integers(0, 600), st.binary(max_size=4), st.booleans())
def test_changed_bytes_end_in_tables_or_faults(name, position, given_bytes, cut):
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder))
        path = next(path for path in paths if path.stem == name)
        raw = path.read_bytes()
        path.write_bytes(raw[:position] + given_bytes + (b"" if cut else raw[position:]))
        check(read_or_report(paths))


@settings(max_examples=60)
@given(st.data())
def test_one_faulty_number_is_one_fault_at_its_place(data):
    name = data.draw(st.sampled_from(["schools", "sections"]))
    rows = [list(row) for row in TABLES[name]]
    numbers = [column.name for column in codebook.table(name).columns if column.is_number and column.name != "year"]
    column = data.draw(st.sampled_from([found for found in rows[0] if found in numbers]))
    row = data.draw(st.integers(2, len(rows)))
    text = data.draw(st.text(min_size=1, max_size=5).filter(lambda text: text.strip("0123456789.+-eE")))
    rows[row - 1][rows[0].index(column)] = text
    with tempfile.TemporaryDirectory() as folder:
        outcome = read_or_report(write(Path(folder), **{name: rows}))
    assert isinstance(outcome, TableError)
    assert [(fault.file, fault.row, fault.column, fault.value) for fault in outcome.faults] == [
        (f"{name}.csv", row, column, text)
    ]
