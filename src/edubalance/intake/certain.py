"""Columns that are certainly clean: told in one sweep, so that only the others need the full check of each cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from edubalance import codebook

# Narrower than what a number may look like: whatever fits is read alike by Python and by Arrow, to which $ is the end.
PLAIN_NUMBER = r"^(?:-?[0-9]{1,15}(?:\.[0-9]{1,15})?)?$"
# Printing ASCII and Chinese characters, no blank at either end.
PLAIN_TEXT = r"^(?:[!-~\x{4E00}-\x{9FFF}](?:[ -~\x{4E00}-\x{9FFF}]*[!-~\x{4E00}-\x{9FFF}])?)?$"


def clean(cells: pd.DataFrame, table: codebook.Table) -> dict[str, pd.Series]:
    """
    Convert the columns in which certainly nothing is to be reported.

    Parameters
    ----------
    cells : DataFrame
        Text, with columns of the table.
    table : Table
        Of the codebook.

    Returns
    -------
    dict of str to Series
        Numbers as float64, text as ``string``, missing where empty. A column that is not there may be clean or not:
        `edubalance.intake.validate` checks each of its cells.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": ["urban", "Urban"], "books": ["300", ""]}, dtype="string")
    >>> {name: column.tolist() for name, column in clean(cells, codebook.table("schools")).items()}
    {'books': [300.0, nan]}
    """
    found: dict[str, pd.Series] = {}
    for name in cells.columns:
        converted = _clean(cells[name], table.column(name))
        if converted is not None:
            found[name] = converted
    return found


def _clean(cells: pd.Series, column: codebook.Column) -> pd.Series | None:
    """Convert one column; None where a cell of it needs a closer look."""
    texts = pa.array(cells.array)
    empty = pc.equal(texts, "")
    any_empty = not _all(pc.invert(empty))
    if any_empty and column.required:
        return None
    if column.is_number:
        numbers = _numbers(texts, empty, column)
        return None if numbers is None else pd.Series(numbers, index=cells.index)
    if column.kind == "code":
        sound = _all(pc.is_in(texts, value_set=pa.array([*column.codes, ""], texts.type)))
    else:
        sound = _all(pc.match_substring_regex(texts, PLAIN_TEXT))
    if not sound:
        return None
    return cells.mask(np.asarray(empty)) if any_empty else cells


def _all(marks: pa.Array) -> bool:
    """Tell whether all marks are set; a missing one is not."""
    return bool(pc.all(marks, skip_nulls=False, min_count=0).as_py())


def _numbers(texts: pa.Array, empty: pa.Array, column: codebook.Column) -> npt.NDArray[np.float64] | None:
    """Convert plain numbers that are within the range of their column, empty ones to NaN; None for others."""
    if not _all(pc.match_substring_regex(texts, PLAIN_NUMBER)):
        return None
    known = pc.if_else(empty, pa.scalar(None, texts.type), texts)
    # Adding zero turns -0 into 0.
    numbers: npt.NDArray[np.float64] = pc.cast(known, pa.float64()).to_numpy(zero_copy_only=False) + 0.0
    stated = numbers[~np.isnan(numbers)]
    outside = (column.minimum is not None and (stated < column.minimum).any()) or (
        column.maximum is not None and (stated > column.maximum).any()
    )
    broken = column.kind == "integer" and (stated % 1 != 0).any()
    return None if outside or broken else numbers
