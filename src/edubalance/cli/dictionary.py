"""Command on the columns: dictionary."""

from __future__ import annotations

import shutil
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from edubalance.cli.options import Language, LanguageOption

if TYPE_CHECKING:
    from rich.table import Table as Grid

    from edubalance.codebook import Column, Table

TABLE_HEADS = {"en": ("table", "中文", "columns", "meaning"), "zh": ("表", "名称", "列数", "含义")}
COLUMN_HEADS = {
    "en": ("column", "中文", "required", "holds", "unit", "meaning"),
    "zh": ("列名", "表头", "必填", "取值", "单位", "含义"),
}
REQUIRED = {"en": "yes", "zh": "是"}
# Of a table that goes into a file or a pipe.
FILE_SIZE = (120, 40)


class Form(StrEnum):
    """Forms of the dictionary."""

    table = "table"
    md = "md"
    csv = "csv"


def add_to(app: typer.Typer) -> None:
    """
    Add the command.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(dictionary)


def dictionary(
    table: Annotated[str | None, typer.Argument(help="One table; all of them by default.")] = None,
    *,
    lang: LanguageOption = Language.en,
    form: Annotated[Form, typer.Option("--format", help="To read, Markdown, or CSV with a row a column.")] = Form.table,
) -> None:
    """List the tables, or the columns of one: header, range, unit, meaning."""
    from edubalance import codebook

    if form is Form.md:
        typer.echo(codebook.as_markdown(lang.value, table), nl=False)
    elif form is Form.csv:
        typer.echo(codebook.as_frame(lang.value, table).to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        _print(_tables(lang.value) if table is None else _columns(codebook.table(table), lang.value))


def _tables(lang: str) -> Grid:
    """Tabulate the tables."""
    from edubalance import codebook

    grid = _grid(TABLE_HEADS[lang])
    for table in codebook.tables():
        grid.add_row(table.name, table.zh, str(len(table.columns)), table.means(lang).replace("`", ""))
    return grid


def _columns(table: Table, lang: str) -> Grid:
    """Tabulate the columns of one table."""
    grid = _grid(COLUMN_HEADS[lang])
    grid.title = f"{table.name}.csv {table.zh}\n{table.means(lang)}".replace("`", "")
    key = (
        ", ".join(table.key) if lang == "en" else "、".join(f"{name}（{table.column(name).zh}）" for name in table.key)
    )
    grid.caption = f"Key: {key}." if lang == "en" else f"主键：{key}。"
    for column in table.columns:
        needed = REQUIRED[lang] if column.required else ""
        said = (_holds(column, table, lang), column.unit(lang), column.means(lang).replace("`", ""))
        grid.add_row(column.name, column.zh, needed, *said)
    return grid


def _holds(column: Column, table: Table, lang: str) -> str:
    """Say what a cell may hold; codes one by one, since a terminal has no list of them below."""
    from edubalance import codebook
    from edubalance.codebook.description import holds

    if not column.codes:
        return holds(column, table, lang).replace("`", "")
    if lang == "en":
        return ", ".join(column.codes)
    return "\n".join(f"{code} {codebook.code_label(column.code_list, code, lang)}" for code in column.codes)


def _grid(heads: tuple[str, ...]) -> Grid:
    """Begin a table of the terminal; names in the first column are never broken."""
    from rich import box
    from rich.table import Table

    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title_style="")
    grid.title_justify = grid.caption_justify = "left"
    for place, heading in enumerate(heads):
        grid.add_column(heading, no_wrap=place == 0, overflow="fold")
    return grid


def _print(grid: Grid) -> None:
    """Print a table as wide as the terminal."""
    from edubalance import terminal

    terminal.console(width=shutil.get_terminal_size(FILE_SIZE).columns).print(grid)
