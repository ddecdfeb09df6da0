"""The codebook as a page to read, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from edubalance.codebook.columns import Code, Codebook, Column, Table
from edubalance.codebook.description import holds
from edubalance.codebook.questionnaire import Scale

INTRODUCTION = {
    "en": """# Codebook

[中文](codebook.zh.md)

Every column of every table. This page is made from `src/edubalance/codebook.yml` and, for the tables of answers,
`src/edubalance/survey.yml`: change one of these files, then make it again with

    edubalance dictionary --format md > docs/codebook.md

Files are CSV in UTF-8 with the names below as headers. The Chinese headers are those that a county's files usually
have; a file that still has one is answered with the name that it stands for. A cell is left empty where a value is not
known: zero is a value. Columns in **bold** are required.""",
    "zh": """# 数据字典

[English](codebook.md)

本页列出各表的每一列，由 `src/edubalance/codebook.yml` 生成，问卷各表由 `src/edubalance/survey.yml` 生成。\
修改其中任一文件后，请重新生成：

    edubalance dictionary --lang zh --format md > docs/codebook.zh.md

数据文件为 UTF-8 编码的 CSV，表头用下列列名。中文表头是县级文件中常见的写法；\
文件若仍用中文表头，程序会指出它对应的列名。不知道的值留空：0 是数值，不是缺失。**加粗**的列必填。""",
}
HEADS = {
    "en": ("column", "中文", "holds", "unit", "meaning"),
    "zh": ("列名", "中文表头", "取值", "单位", "含义"),
}
CODE_HEADS = {"en": ("code", "English", "中文", "levels"), "zh": ("代码", "中文", "英文", "学段")}
SCALE_HEADS = {"en": ("scale", "answers", "satisfied from"), "zh": ("量表", "答案", "算作满意的最低答案")}
LEVELS_ZH = {"primary": "小学", "junior": "初中", "senior": "高中"}


def markdown(book: Codebook, scales: Mapping[str, Scale], lang: str) -> str:
    """
    Write a codebook as Markdown.

    Parameters
    ----------
    book : Codebook
        Any codebook.
    scales : mapping of str to Scale
        Scales of the questionnaire.
    lang : {"en", "zh"}
        Language of the page; Chinese headers and codes stand in both.

    Returns
    -------
    str
        Every table, every code list and every scale.
    """
    codes = "## 代码" if lang == "zh" else "## Codes"
    parts = [INTRODUCTION[lang], *(_table(table, lang) for table in book.tables.values())]
    parts += [codes, *(_code_list(name, book, lang) for name in book.codes), _scales(scales.values(), lang)]
    return "\n\n".join(parts) + "\n"


def section(book: Codebook, name: str, lang: str) -> str:
    """
    Write one table of a codebook as Markdown, with the code lists that it uses.

    Parameters
    ----------
    book : Codebook
        Any codebook.
    name : str
        Table of the codebook.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    str
        Ends with a line feed.
    """
    table = book.tables[name]
    lists = [known for known in book.codes if any(_uses(column, known) for column in table.columns)]
    return "\n\n".join([_table(table, lang), *(_code_list(known, book, lang) for known in lists)]) + "\n"


def _table(table: Table, lang: str) -> str:
    """Write one table: its meaning, its columns, its limits."""
    rows = (_row(column, table, lang) for column in table.columns)
    title = f"## {table.zh} `{table.name}.csv`" if lang == "zh" else f"## `{table.name}.csv` {table.zh}"
    parts = [
        title,
        f"{table.means(lang)}{_key(table, lang)}",
        _grid(HEADS[lang], rows),
        "\n".join(_limits(table, lang)),
    ]
    return "\n\n".join(part for part in parts if part)


def _key(table: Table, lang: str) -> str:
    """Name the columns that together name a row."""
    if lang == "zh":
        return f"主键：{'、'.join(f'`{name}`（{table.column(name).zh}）' for name in table.key)}。"
    return f" Key: {', '.join(f'`{name}`' for name in table.key)}."


def _row(column: Column, table: Table, lang: str) -> tuple[str, ...]:
    """Write one column."""
    # The English page names the Chinese unit too: it is the one that stands in a county's headers.
    units = (column.unit("zh"),) if lang == "zh" else (column.unit("en"), column.unit("zh"))
    return (
        f"**`{column.name}`**" if column.required else f"`{column.name}`",
        "；".join((column.zh, *column.aliases)),
        holds(column, table, lang),
        " ".join(dict.fromkeys(units)),
        column.means(lang),
    )


def _limits(table: Table, lang: str) -> Iterator[str]:
    """Write the limits on sums of columns, and which are 0 where another one is."""
    end = "。" if lang == "zh" else ". "
    for total in table.sums:
        parts = " + ".join(table.column(part).label(lang) for part in total.parts)
        yield f"- {parts} ≤ {table.column(total.whole).label(lang)}{end}{total.means(lang)}"
    for each in table.nothing:
        names = ("、" if lang == "zh" else ", ").join(table.column(name).label(lang) for name in each.columns)
        without = table.column(each.without).label(lang)
        yield f"- {without} = 0 → {names} = 0{end}{each.means(lang)}"


def _code_list(name: str, book: Codebook, lang: str) -> str:
    """Write one code list, and where it is used."""
    codes = book.codes[name].values()
    with_levels = any(code.levels for code in codes)
    used = [(table, column) for table in book.tables.values() for column in table.columns if _uses(column, name)]
    chinese = lang == "zh"
    where = "、" if chinese else ", "
    places = where.join(f"`{table.name}.{column.name}`" for table, column in used)
    heads = CODE_HEADS[lang][: 4 if with_levels else 3]
    grid = _grid(heads, (_code(code, lang)[: len(heads)] for code in codes))
    return f"### `{name}`\n\n{'用于' if chinese else 'In'} {places}{'。' if chinese else '.'}\n\n{grid}"


def _uses(column: Column, name: str) -> bool:
    """Whether a column holds codes of a list: one in each cell, or several, as its meaning says."""
    return name == column.code_list or f"`{name}`" in column.meaning


def _code(code: Code, lang: str) -> tuple[str, ...]:
    """Write one code."""
    if lang == "zh":
        return (f"`{code.value}`", code.zh, code.en, "、".join(LEVELS_ZH[level] for level in code.levels))
    return (f"`{code.value}`", code.en, code.zh, ", ".join(code.levels))


def _scales(scales: Iterable[Scale], lang: str) -> str:
    """Write the scales of the questionnaire: the words of every answer."""
    rows = (
        (
            f"`{scale.id}` {scale.zh}",
            ("；" if lang == "zh" else "; ").join(f"{answer} {words[lang]}" for answer, words in scale.labels.items()),
            "" if scale.satisfied_from is None else str(scale.satisfied_from),
        )
        for scale in scales
    )
    return f"{'## 量表' if lang == 'zh' else '## Scales'}\n\n{_grid(SCALE_HEADS[lang], rows)}"


def _grid(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a Markdown table."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
