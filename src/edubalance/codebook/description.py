"""What is said of a column, in English and Chinese: for a page, a terminal, a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from edubalance.codebook.columns import Code, Column, Table

_SEPARATED = 10_000
KINDS_ZH = {"text": "文本", "code": "代码", "integer": "整数", "number": "数值"}
HEADS = {
    "en": {
        "table": "table",
        "column": "column",
        "header": "Chinese header",
        "aliases": "other headers",
        "kind": "kind",
        "required": "required",
        "minimum": "minimum",
        "maximum": "maximum",
        "not_above": "not above",
        "codes": "codes",
        "unit": "unit",
        "meaning": "meaning",
    },
    "zh": {
        "table": "表",
        "column": "列名",
        "header": "中文表头",
        "aliases": "其他表头",
        "kind": "类型",
        "required": "必填",
        "minimum": "最小值",
        "maximum": "最大值",
        "not_above": "不超过",
        "codes": "代码",
        "unit": "单位",
        "meaning": "含义",
    },
}


def kind(column: Column, lang: str) -> str:
    """Return the kind of a column's cells in English (``en``) or Chinese (``zh``)."""
    return KINDS_ZH[column.kind] if lang == "zh" else column.kind


def amount(number: float) -> str:
    """
    Write an end of a range in full; years bear no separator.

    Parameters
    ----------
    number : float
        Any number.

    Returns
    -------
    str
        Digits.

    Examples
    --------
    >>> amount(2100), amount(100000), amount(0.5)
    ('2100', '100,000', '0.5')
    """
    return f"{number:,.15g}" if abs(number) >= _SEPARATED else f"{number:.15g}"


def holds(column: Column, table: Table, lang: str) -> str:
    """
    Say what a cell may hold: the kind, the range, the column that it cannot exceed.

    Parameters
    ----------
    column : Column
        Of the table.
    table : Table
        Has the column that this one cannot exceed.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    str
        Names of columns and code lists in backticks.

    Examples
    --------
    >>> from edubalance import codebook
    >>> sections = codebook.table("sections")
    >>> holds(sections.column("largest_class_pupils"), sections, "en")
    '0 ≤ integer ≤ 1000, not above `pupils`'
    >>> holds(sections.column("largest_class_pupils"), sections, "zh")
    '0 ≤ 整数 ≤ 1000，不超过 `pupils`（在校生数）'
    """
    chinese = lang == "zh"
    if column.kind == "code":
        return f"`{column.code_list}` 的代码" if chinese else f"code of `{column.code_list}`"
    low = "" if column.minimum is None else f"{amount(column.minimum)} ≤ "
    high = "" if column.maximum is None else f" ≤ {amount(column.maximum)}"
    limit = ""
    if column.not_above:
        above = f"`{column.not_above}`"
        limit = f"，不超过 {above}（{table.column(column.not_above).zh}）" if chinese else f", not above {above}"
    return f"{low}{kind(column, lang)}{high}{limit}"


def frame(tables: Iterable[Table], codes: Mapping[str, Mapping[str, Code]], lang: str) -> pd.DataFrame:
    """
    List columns, one a row, everything that is known of each in a cell of its own.

    Parameters
    ----------
    tables : iterable of Table
        Whose columns to list.
    codes : mapping of str to mapping of str to Code
        All code lists.
    lang : {"en", "zh"}
        Language of the headings and of what is said.

    Returns
    -------
    DataFrame
        Text; a cell is empty where nothing is laid down.
    """
    rows = [_row(column, table, codes, lang) for table in tables for column in table.columns]
    return pd.DataFrame(rows, columns=list(HEADS["en"])).rename(columns=HEADS[lang])


def _row(column: Column, table: Table, codes: Mapping[str, Mapping[str, Code]], lang: str) -> dict[str, str]:
    """List what is known of one column."""
    allowed = codes.get(column.code_list, {}).values()
    labels = [f"{code.value}={code.zh if lang == 'zh' else code.en}" for code in allowed]
    return {
        "table": table.name,
        "column": column.name,
        "header": column.zh,
        "aliases": "；".join(column.aliases),
        "kind": kind(column, lang),
        "required": ("是" if lang == "zh" else "yes") if column.required else "",
        "minimum": "" if column.minimum is None else f"{column.minimum:.15g}",
        "maximum": "" if column.maximum is None else f"{column.maximum:.15g}",
        "not_above": column.not_above,
        "codes": ("；" if lang == "zh" else "; ").join(labels),
        "unit": column.unit(lang),
        "meaning": column.means(lang),
    }
