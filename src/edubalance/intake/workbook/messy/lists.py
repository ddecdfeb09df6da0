"""Lists in CSV, the county's own sheets, and forms of single schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from edubalance import codebook
from edubalance.intake.workbook.messy import drawing
from edubalance.intake.workbook.messy.sketch import Drawn, Sketch

Row = Mapping[str, str]


def schools(rows: Sequence[Row], rng: np.random.Generator) -> Sketch:
    """Make the list of schools with a header of one row, percent signs, and a column that no table has."""
    names = ["year", "county", "school_id", *drawing.resources()]
    headers = {
        **drawing.headers("one_row", drawing.resources()),
        "year": ("年度",),
        "county": ("区县",),
        "school_id": ("学校代码",),
    }
    page = Sketch("")
    page.add_line("学校名录（合成数据）")
    page.rows.append([*(headers[name][0] for name in names), "生均图书"])
    for row in rows:
        drawn = [_as_text(drawing.drawn(name, row[name], headers[name], rng)) for name in names]
        drawn[names.index("year")] = f"{row['year']}年"
        drawn[names.index("migrant_share_pct")] = f"{row['migrant_share_pct']}％" if row["migrant_share_pct"] else "—"
        drawn[names.index("founder")] = "公办" if row["founder"] == "county" else "民办"
        page.rows.append([*drawn, "9.9"])
    page.add_line("说明：数据为合成数据。")
    return page


def _as_text(value: Drawn) -> Drawn:
    """Write a number as plain text."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def sections(rows: Sequence[Row]) -> Sketch:
    """Make the list of sections in English, one row a school, the levels beside each other."""
    page, names = Sketch(""), drawing.counts()
    page.rows.append(
        ["School code", "Year", "Primary", *[None] * (len(names) - 1), "Junior", *[None] * (len(names) - 1)]
    )
    page.rows.append([None, None, *names, *names])
    for school in dict.fromkeys(row["school_id"] for row in rows):
        own = {row["level"]: row for row in rows if row["school_id"] == school}
        cells = [own[level][name] if level in own else "/" for level in ("primary", "junior") for name in names]
        page.rows.append([school, rows[0]["year"], *cells])
    return page


def plain(table: str, rows: Sequence[Row]) -> Sketch:
    """Make a table as the codebook has it."""
    names = list(codebook.table(table).names)
    page = Sketch("", [[*names]])
    page.rows.extend([row[name] for name in names] for row in rows)
    return page


def county(rows: Sequence[Row], years: Sequence[str]) -> list[Sketch]:
    """Make the county's sheets: values with a column a year, documents in a list, and a cover."""
    values = [row for row in rows if row["value"]]
    known = {(row["variable"], row["year"]): row for row in values}
    page = Sketch("县级指标")
    page.add_line("县级指标（合成数据）", 5)
    page.add_header([("县（市、区）",), ("指标",), *[("指标值", f"{year}年") for year in years]])
    for name in dict.fromkeys(row["variable"] for row in values):
        cells = [Decimal(known[name, year]["value"]) if (name, year) in known else None for year in years]
        page.rows.append([values[0]["county"], name, *cells])
    papers = Sketch("县级佐证", [["县名", "年份", "指标名称", "佐证材料"]])
    papers.rows += [
        [row["county"], int(row["year"]), row["variable"], row["evidence"]] for row in rows if row["evidence"]
    ]
    return [Sketch("封面", [["填报说明：本工作簿为合成数据"]]), page, papers]


def forms(rows: Mapping[str, Sequence[Row]], schools: Sequence[str]) -> list[Sketch]:
    """Make a form for each of some schools: labels and values side by side, levels in columns."""
    pages = []
    for school in schools:
        own = next(row for row in rows["schools"] if row["school_id"] == school)
        sections = [row for row in rows["sections"] if row["school_id"] == school]
        page = Sketch(school, [["学校基本情况登记表（合成数据）"], ["学校代码", school, "年份", f"{own['year']}年"]])
        page.rows.append(["县（市、区）", own["county"]])
        names = [name for name in drawing.resources() if own[name]]
        for left, right in zip(names[::2], [*names[1::2], ""], strict=False):
            page.rows.append([*_field(left, own), *(_field(right, own) if right else [])])
        page.rows.append(["项目", *[codebook.code_label("level", row["level"], "zh") for row in sections]])
        for name in drawing.counts():
            page.rows.append(
                [drawing.column(name).zh, *[Decimal(row[name]) if row[name] else None for row in sections]]
            )
        pages.append(page)
    return pages


def _field(name: str, row: Row) -> list[Drawn]:
    """Return the label and value of a form."""
    column = drawing.column(name)
    unit = f"（{column.unit_zh}）" if column.unit_zh else ""
    if column.kind == "code":
        return [column.zh, codebook.code_label(column.code_list, row[name], "zh")]
    return [f"{column.zh}{unit}", Decimal(row[name]) if column.is_number else row[name]]
