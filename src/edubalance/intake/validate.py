"""Cell by cell: is each filled, a number, a code, within its range? And the conversion of those that are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import pandas as pd
import pandera.pandas as pa

from edubalance import codebook
from edubalance.characters import hidden, is_hidden
from edubalance.errors import Fault
from edubalance.intake import certain
from edubalance.intake.faults import beyond, expected, of_a_kind, remedy_for_code, remedy_for_number
from edubalance.intake.read import TextTable

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"


@dataclass(frozen=True, eq=False)
class Checked:
    """
    A table whose cells are checked one by one.

    Attributes
    ----------
    source : TextTable
        The table as it stands in its file.
    frame : DataFrame
        Numbers as float64, NaN where missing or faulty; text as ``string``, missing where empty or faulty.
        The index counts rows as a spreadsheet does.
    faults : tuple of Fault
        Faults of the file, of its header and of its cells.
    """

    source: TextTable
    frame: pd.DataFrame
    faults: tuple[Fault, ...]


def check_cells(source: TextTable) -> Checked:
    """
    Check every cell of a table by the codebook and convert those that pass.

    Parameters
    ----------
    source : TextTable
        The cells as text.

    Returns
    -------
    Checked
        Values and faults; a cell has one fault at the most.

    Notes
    -----
    Columns that are certainly clean are told in one sweep (`edubalance.intake.certain`), which is many times as fast;
    what is wrong with the cells of the others, the schema alone decides.
    """
    if not len(source.cells.columns):
        return Checked(source, source.cells, source.faults)
    clean = certain.clean(source.cells, source.table)
    doubtful = source.cells.drop(columns=list(clean))
    values, faults = _look_closely(source, doubtful) if len(doubtful.columns) else (doubtful, [])
    ordered = {name: clean[name] if name in clean else values[name] for name in source.cells.columns}
    frame = pd.DataFrame(ordered, index=source.cells.index)
    return Checked(source, frame, (*source.faults, *_no_rows(source), *faults))


def _look_closely(source: TextTable, cells: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Check columns cell by cell; return their values, and the faults."""
    columns = tuple(cells.columns)
    written = _failures(_text_schema(source.table.name, columns), cells)
    values = _converted(source.table, cells, written)
    measured = _failures(_number_schema(source.table.name, columns), values)
    for name, rows in measured.groupby("column")["index"]:
        values.loc[rows.to_numpy(), name] = np.nan
    return values, _worded(source, pd.concat([written, measured]))


def _no_rows(source: TextTable) -> list[Fault]:
    """Refuse a table without a row; a county alone may have nothing to report."""
    if len(source.cells) or source.table.name == "county":
        return []
    return [Fault(source.file, None, "", "", "the table should have rows below its header", "Add the rows.")]


@lru_cache(maxsize=64)
def _text_schema(table: str, columns: tuple[str, ...]) -> pa.DataFrameSchema:
    """Lay down what the text of a cell must be."""
    known = [column for column in codebook.table(table).columns if column.name in columns]
    return pa.DataFrameSchema({column.name: pa.Column(None, _text_checks(column)) for column in known})


def _text_checks(column: codebook.Column) -> list[pa.Check]:
    """Return the checks of one column's text, the one that matters most first."""
    checks = [
        pa.Check(lambda cells: cells.str.strip() == cells, error="trimmed"),
        pa.Check(lambda cells: ~unseen(cells, column), error="hidden"),
    ]
    if column.required:
        checks.insert(0, pa.Check(lambda cells: cells != "", error="filled"))
    if column.is_number:
        checks.append(pa.Check(lambda cells: (cells == "") | cells.str.fullmatch(NUMBER), error="number"))
    if column.kind == "code":
        checks.append(pa.Check.isin([*column.codes, ""], error="code"))
    return checks


@lru_cache(maxsize=64)
def _number_schema(table: str, columns: tuple[str, ...]) -> pa.DataFrameSchema:
    """Lay down the range of each number; a missing one passes."""
    known = [column for column in codebook.table(table).columns if column.name in columns and column.is_number]
    return pa.DataFrameSchema({column.name: pa.Column(None, _number_checks(column), nullable=True) for column in known})


def _number_checks(column: codebook.Column) -> list[pa.Check]:
    """Return the checks of one column's numbers."""
    checks = [pa.Check(np.isfinite, error="range")]
    if column.kind == "integer":
        checks.append(pa.Check(lambda numbers: numbers % 1 == 0, error="whole"))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, error="range"))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum, error="range"))
    return checks


def _failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> pd.DataFrame:
    """Return column, check and index of each failing cell, the first failing check only."""
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        found: pd.DataFrame = error.failure_cases.sort_values("check_number", kind="stable")
        return found[["column", "check", "index"]].drop_duplicates(["column", "index"])
    return pd.DataFrame({"column": [], "check": [], "index": []})


def _converted(table: codebook.Table, cells: pd.DataFrame, failed: pd.DataFrame) -> pd.DataFrame:
    """Convert the text of all cells that did not fail."""
    values = {}
    for name in cells.columns:
        bad = cells.index.isin(failed.loc[failed["column"] == name, "index"])
        good = cells[name].mask(bad | (cells[name] == "").to_numpy())
        values[name] = _numbers(good) if table.column(name).is_number else good
    return pd.DataFrame(values, index=cells.index)


def _numbers(text: pd.Series) -> pd.Series:
    """Convert text that is known to be numbers; adding zero turns -0 into 0."""
    return pd.Series(text.fillna("nan").to_numpy(dtype=object).astype("float64") + 0.0, index=text.index)


def _worded(source: TextTable, failed: pd.DataFrame) -> list[Fault]:
    """Word the failing cells, kind by kind."""
    faults: list[Fault] = []
    kinds = failed.groupby(["column", "check"], sort=False)["index"]
    for (name, check), rows in kinds:
        word = partial(_fault, source, source.table.column(str(name)), str(check))
        faults += of_a_kind(sorted(int(row) for row in rows), word)
    return faults


def _fault(source: TextTable, column: codebook.Column, check: str, row: int) -> Fault:
    """Word one failing cell."""
    value = source.cell(row, column.name)
    if check == "hidden":
        return _hidden(source.file, column, row, value)
    if check == "range" and None not in (column.minimum, column.maximum):
        return beyond(column, source.file, row, value)
    rules = {"filled": f"{column.name} should be filled", "trimmed": f"{column.name} should have no blanks around it"}
    return Fault(
        source.file, row, column.name, value, rules.get(check, expected(column)), _remedy(column, check, value)
    )


def _hidden(file: str, column: codebook.Column, row: int, value: str) -> Fault:
    """Word a text with characters that a reader does not see."""
    found = ", ".join(f"U+{ord(character):04X}" for character in hidden(value))
    plain = "".join(character for character in value if not is_hidden(character))
    names = (column.name, column.zh)
    if not plain.strip():
        return Fault.of("hidden_only", file, row, column.name, value, column=names, found=found)
    return Fault.of("hidden_character", file, row, column.name, value, column=names, found=found, plain=plain)


def unseen(cells: pd.Series, column: codebook.Column) -> pd.Series:
    """
    Tell which cells of a column of text hold a character that a reader does not see.

    Parameters
    ----------
    cells : Series
        Text.
    column : Column
        In a text that is to be read only, line breaks, tabs and joining characters are no fault; control characters,
        which no workbook can hold, are.

    Returns
    -------
    Series of bool
        By cell.
    """
    if column.kind != "text":
        return pd.Series(data=False, index=cells.index)
    test = _CONTROL.search if column.free else hidden
    bad = {text for text in cells.unique() if test(text)}
    return cells.isin(bad) if bad else pd.Series(data=False, index=cells.index)


def _remedy(column: codebook.Column, check: str, value: str) -> str:
    """Say what to do about one failing cell."""
    if check == "filled":
        return f"Fill it: {column.meaning}"
    if check == "trimmed":
        return f"Write {value.strip()!r} without the blanks." if value.strip() else "Empty the cell."
    if check == "number":
        return remedy_for_number(value)
    if check == "code":
        return remedy_for_code(column, value)
    if check == "whole":
        return "Write a whole number; do not average or round what was counted."
    return "Compare with the source: a digit, a sign or the unit may be wrong."
