"""The codebook as a page to read."""

from __future__ import annotations

from collections.abc import Iterable

from edubalance.codebook.columns import Codebook, Column, Table

INTRODUCTION = """# Codebook

Every column of every table. This page is made from `src/edubalance/codebook.yml` and, for the tables of answers,
`src/edubalance/survey.yml`: change one of these files, then make it again with

    python -c "from edubalance import codebook; print(codebook.as_markdown(), end='')" > docs/codebook.md

Files are CSV in UTF-8 with the names below as headers. The Chinese headers are those that a county's files usually
have; a file that still has one is answered with the name that it stands for. A cell is left empty where a value is not
known: zero is a value. Columns in **bold** are required."""


def markdown(book: Codebook) -> str:
    """
    Write a codebook as Markdown.

    Parameters
    ----------
    book : Codebook
        Any codebook.

    Returns
    -------
    str
        A page in English with Chinese headers and labels.
    """
    parts = [INTRODUCTION, *(_table(table) for table in book.tables.values()), "## Codes"]
    for name, codes in book.codes.items():
        rows = ([f"`{code.value}`", code.en, code.zh, ", ".join(code.levels)] for code in codes.values())
        with_levels = any(code.levels for code in codes.values())
        header = ["code", "English", "中文", *(["levels"] if with_levels else [])]
        parts.append(f"### `{name}`\n\n{_grid(header, (row[: len(header)] for row in rows))}")
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> str:
    """Write one table: its meaning, its columns, its limits."""
    header = ["column", "中文", "holds", "unit", "meaning"]
    rows = (
        [
            f"**`{column.name}`**" if column.required else f"`{column.name}`",
            "；".join((column.zh, *column.aliases)),
            _holds(column),
            " ".join(dict.fromkeys((column.unit("en"), column.unit("zh")))),
            column.meaning,
        ]
        for column in table.columns
    )
    key = ", ".join(f"`{name}`" for name in table.key)
    limits = "\n".join(f"- {' + '.join(total.parts)} ≤ {total.whole}. {total.meaning}" for total in table.sums)
    parts = [f"## `{table.name}.csv` {table.zh}", f"{table.meaning} Key: {key}.", _grid(header, rows), limits]
    return "\n\n".join(part for part in parts if part)


def _holds(column: Column) -> str:
    """Say what a cell holds."""
    if column.kind == "code":
        return f"code of `{column.code_list}`"
    low = "" if column.minimum is None else f"{column.minimum:g} ≤ "
    high = "" if column.maximum is None else f" ≤ {column.maximum:g}"
    limit = f", not above `{column.not_above}`" if column.not_above else ""
    return f"{low}{column.kind}{high}{limit}"


def _grid(header: list[str], rows: Iterable[list[str]]) -> str:
    """Write a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
