"""Workbooks with a sheet or a block for each level: merged headers, titles, totals and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from edubalance.intake.workbook.messy import drawing
from edubalance.intake.workbook.messy.sketch import Drawn, Sketch
from edubalance.intake.workbook.messy.sketch import Path as Header

Row = Mapping[str, str]
NAME = "-name"
NOTES = (
    "注：本表为合成数据（synthetic twin），“—”“无”“/”表示无数据。",
    "填表人：          审核人：          填报日期：",
)


def by_level(rows: Mapping[str, Sequence[Row]], year: str, rng: np.random.Generator) -> list[Sketch]:
    """Make a sheet for each level, with headers of three rows, and one for the schools without a section."""
    schools = {row["school_id"]: row for row in rows["schools"]}
    sheets = []
    told: set[str] = set()
    for level, label in (("primary", "小学"), ("junior", "初中")):
        joined = [{**schools[row["school_id"]], **row} for row in rows["sections"] if row["level"] == level]
        # The resources of a school with both levels stand in one of its rows only.
        joined = [
            row if row["school_id"] not in told else {**row, **dict.fromkeys(drawing.resources(), "")} for row in joined
        ]
        told |= {row["school_id"] for row in joined}
        sheets.append(_level_sheet(joined, label, year, rng))
    others = [row for row in rows["schools"] if row["school_id"] not in told]
    return [*sheets, _other_sheet(others, year, rng)] if others else sheets


def _level_sheet(joined: list[dict[str, str]], label: str, year: str, rng: np.random.Generator) -> Sketch:
    """Make the sheet of one level: title, units, header, townships merged, total, notes."""
    names = ["county", "school_id", NAME, *drawing.resources(), *drawing.counts()]
    headers = drawing.headers("three_rows", names)
    page = Sketch(label)
    page.add_line(f"{year}年{label}办学基本情况统计表（合成数据）", len(names))
    page.add_line("单位：人、个、平方米、万元", len(names))
    page.add_header([headers[name] for name in names])
    joined.sort(key=lambda row: (row["township"] or "~", row["school_id"]))
    first = len(page.rows)
    for number, row in enumerate(joined):
        page.rows.append([_cell(name, row, headers, number, rng) for name in names])
        share = names.index("migrant_share_pct")
        if row["migrant_share_pct"]:
            page.rows[-1][share] = Decimal(row["migrant_share_pct"]) / 100
            page.percent.add((len(page.rows) - 1, share))
    page.rows.append(drawing.total(page.rows[first:], names, "合 计", 3))
    _merge_equal(page, names.index("township"), first, [row["township"] for row in joined])
    page.merged.append(((first, 0), (first + len(joined) - 1, 0)))
    for number in range(first + 1, first + len(joined)):
        page.rows[number][0] = None
    for note in NOTES:
        page.add_line(note, len(names))
    return page


def _cell(name: str, row: Row, headers: Mapping[str, Header], number: int, rng: np.random.Generator) -> Drawn:
    """Draw one cell of a row of a school."""
    return f"第{number + 1}学校" if name == NAME else drawing.drawn(name, row[name], headers[name], rng)


def _merge_equal(page: Sketch, column: int, first: int, texts: Sequence[str]) -> None:
    """Merge neighbouring cells with one text."""
    start = 0
    for number in range(1, len(texts) + 1):
        if number == len(texts) or texts[number] != texts[start] or not texts[start]:
            if number - start > 1:
                page.merged.append(((first + start, column), (first + number - 1, column)))
                for row in range(first + start + 1, first + number):
                    page.rows[row][column] = None
            start = number


def _other_sheet(rows: Sequence[Row], year: str, rng: np.random.Generator) -> Sketch:
    """Make the sheet of the schools without a section."""
    names = ["county", "school_id", *drawing.resources()]
    headers = drawing.headers("three_rows", names)
    page = Sketch("特殊教育")
    page.add_line(f"{year}—{int(year) + 1}学年特殊教育学校")
    page.add_header([headers[name] for name in names])
    page.rows += [[_cell(name, row, headers, 0, rng) for name in names] for row in rows]
    return page


def in_blocks(rows: Mapping[str, Sequence[Row]], year: str, rng: np.random.Generator) -> Sketch:
    """Make one sheet of two blocks, each level with its heading and subtotal, then the total."""
    schools = {row["school_id"]: row for row in rows["schools"]}
    names = ["school_id", "county", *drawing.resources(), *drawing.counts()]
    headers = drawing.headers("two_rows", names)
    page = Sketch(f"{year}学年")
    page.add_line("义务教育学校办学条件（合成数据）", len(names))
    page.add_header([_two(headers[name]) for name in names])
    told: set[str] = set()
    drawn: list[list[Drawn]] = []
    for level, heading in (("primary", "一、小学"), ("junior", "二、初中"), ("", "")):
        block = [{**schools[row["school_id"]], **row} for row in rows["sections"] if row["level"] == level]
        block += (
            []
            if level
            else [
                {**dict.fromkeys(drawing.counts(), ""), **row}
                for row in rows["schools"]
                if row["school_id"] not in told
            ]
        )
        if level:
            page.rows.append([heading])
        mine = [[_block_cell(name, row, headers, told, rng) for name in names] for row in block]
        told |= {row["school_id"] for row in block}
        page.rows += [*mine, drawing.total(mine, names, "小计", 2)] if level else mine
        drawn += mine
    page.rows.append(drawing.total(drawn, names, "总计", 2))
    page.add_line(NOTES[0])
    return page


def _two(path: Header) -> Header:
    """Shorten a header to two rows."""
    return path if len(path) < 3 else (path[0], path[2])


def _block_cell(name: str, row: Row, headers: Mapping[str, Header], told: set[str], rng: np.random.Generator) -> Drawn:
    """Draw one cell of a block; the resources of a school stand in its first row only."""
    if row["school_id"] in told and name in drawing.resources() and drawing.column(name).is_number:
        return None
    return drawing.drawn(name, row[name], headers[name], rng)
