"""How files store text and numbers: which types are read, and how each becomes the one that is computed with."""

from __future__ import annotations

import pyarrow as pa

from edubalance.codebook import Column
from edubalance.messages import Fact

CODED = pa.dictionary(pa.int32(), pa.string())
TEXT: Fact = ("text", "文本")
WHOLE: Fact = ("whole numbers, or as float64 or decimal", "整数，或 float64、decimal")
EXACT: Fact = (
    "float64, decimal or whole numbers; shorter floats have lost digits",
    "float64、decimal 或整数；更短的浮点数已丢失数位",
)


def wanted(column: Column | None) -> Fact:
    """
    Say how a column should be stored.

    Parameters
    ----------
    column : Column or None
        Of the codebook; None for the province, which is text.

    Returns
    -------
    Fact
        In English and Chinese.
    """
    if column is None or not column.is_number:
        return TEXT
    return WHOLE if column.kind == "integer" else EXACT


def fits(column: Column | None, stored: pa.DataType) -> bool:
    """
    Tell whether a type can hold a column without loss.

    Parameters
    ----------
    column : Column or None
        Of the codebook; None for the province, which is text.
    stored : DataType
        As the file has it. The type of nothing (all values missing) fits every column.

    Returns
    -------
    bool
        Text may be any Arrow type of text, bytes that are to be UTF-8, or codes of such. Numbers may be whole, of
        64-bit floats, or decimal; whole ones of 32-bit floats too, in which all up to 2**24 are exact. Truth values,
        dates and nested types hold neither.

    Examples
    --------
    >>> from edubalance import codebook
    >>> books, area = (codebook.table("schools").column(name) for name in ("books", "sports_ground_area_m2"))
    >>> fits(books, pa.float32()), fits(area, pa.float32()), fits(area, pa.decimal128(12, 2)), fits(books, pa.bool_())
    (True, False, True, False)
    """
    inner = stored.value_type if pa.types.is_dictionary(stored) else stored
    if pa.types.is_null(inner):
        return True
    if column is None or not column.is_number:
        return _is_text(inner)
    exact = pa.types.is_integer(inner) or pa.types.is_float64(inner) or pa.types.is_decimal(inner)
    return bool(exact or (column.kind == "integer" and pa.types.is_float32(inner)))


def _is_text(stored: pa.DataType) -> bool:
    """Tell whether a type is text, or bytes as older writers store it."""
    kinds = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_binary,
        pa.types.is_large_binary,
        pa.types.is_binary_view,
    )
    return any(kind(stored) for kind in kinds)


def as_text(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """
    Give text one type.

    Parameters
    ----------
    column : ChunkedArray
        Of a type that `fits` text.
    kind : DataType
        ``string``, or `CODED`.

    Returns
    -------
    ChunkedArray
        Of that type; unchanged where it has it.

    Raises
    ------
    ArrowInvalid
        If bytes are no UTF-8.
    """
    if column.type == kind:
        return column
    words = column.cast(pa.string())
    return words.dictionary_encode() if kind == CODED else words


def as_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """
    Give numbers a type that NumPy knows.

    Parameters
    ----------
    column : ChunkedArray
        Of a type that `fits` numbers.

    Returns
    -------
    ChunkedArray
        Whole numbers and floats as they are; decimals as the nearest 64-bit floats.

    Notes
    -----
    Decimals are read from their digits: Arrow's own conversion divides by a power of ten after rounding, and is a unit
    in the last place off for about every fourth value with two to four decimals.
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_decimal(column.type):
        return column.cast(pa.string()).cast(pa.float64())
    return column.cast(pa.float64()) if pa.types.is_null(column.type) else column
