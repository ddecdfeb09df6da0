"""
The messy example county: the tables of a synthetic twin as county offices would send them, in six files.

Nothing in it is wrong: `edubalance intake` gives the tables back to the last digit. It is for tests and lessons.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from edubalance import codebook
from edubalance.errors import EdubalanceError
from edubalance.intake.workbook import sketch, units
from edubalance.intake.workbook.sketch import Drawn, Sketch
from edubalance.intake.workbook.sketch import Path as Header

Row = Mapping[str, str]
FEWEST_SCHOOLS = 60
# Two schools of each of these types hand in a form of their own.
FORMS = ("primary", "nine_year")
KEYS = ("county", "year", "school_id", "level")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
MARKS = ("—", "无", "/", "")
NAME = "-name"
NOTES = ("注：本表为合成数据（synthetic twin），“—”“无”“/”表示无数据。", "填表人：          审核人：          填报日期：")


@lru_cache(maxsize=1)
def _design() -> dict[str, Any]:
    """Read the headers of the example once."""
    text = files("edubalance.intake.workbook").joinpath("messy.yml").read_text(encoding="utf-8")
    design: dict[str, Any] = yaml.safe_load(text)
    return design


def make(tables: Mapping[str, Sequence[Row]], rng: np.random.Generator) -> dict[str, bytes]:
    """
    Make the messy files of a county.

    Parameters
    ----------
    tables : mapping of str to sequence of mapping
        ``schools``, ``sections`` and ``county`` as clean text, row by row; three years, sixty schools or more.
    rng : Generator
        Deals out full-width digits, separators and marks.

    Returns
    -------
    dict of str to bytes
        Five workbooks, a list of classes where there is one, and the mapping file that confirms what is not sure.

    Raises
    ------
    EdubalanceError
        If there are fewer years or schools.
    """
    years = sorted({row["year"] for row in tables["schools"]})
    if len(years) != 3 or len({row["school_id"] for row in tables["schools"]}) < FEWEST_SCHOOLS:
        raise EdubalanceError(f"The example needs three years and {FEWEST_SCHOOLS} schools.", hint="Take the case weishan.")
    names, of_year = _design()["files"], {year: _of_year(tables, year) for year in years}
    by_form = of_year[years[2]]["schools"]
    forms = [code for kind in FORMS for code in [row["school_id"] for row in by_form if row["type"] == kind][-2:]]
    last = {name: [row for row in rows if row["school_id"] not in forms] for name, rows in of_year[years[2]].items()}
    made = {
        names["levels"]: sketch.xlsx(_by_level(of_year[years[0]], years[0], rng)),
        names["blocks"]: sketch.ods([_in_blocks(of_year[years[1]], years[1], rng)]),
        names["schools"]: sketch.text(_schools(last["schools"], rng), "gb18030"),
        names["sections"]: sketch.text(_sections(last["sections"]), "utf-8-sig"),
        names["county"]: sketch.xlsx(_county(tables["county"], years) + _forms(of_year[years[2]], forms)),
    }
    if "classes" in tables:
        made["classes.csv"] = sketch.text(_plain("classes", tables["classes"]), "utf-8")
    return made


def mapping() -> str:
    """Return the mapping file that confirms what is not sure in the example."""
    from edubalance.intake.workbook.mapping import Mapping as Confirmed

    headers = {"教学仪器设备资产直(万元)": "schools.equipment_value_10k_yuan", "生均图书": "ignore"}
    return Confirmed(headers=headers, values={"schools.founder": {"公办": "county"}}).as_text()


def write(source: Path, target: Path, seed: int = 2017) -> list[Path]:
    """
    Write the messy files of a case's tables.

    Parameters
    ----------
    source : Path
        Folder with ``schools.csv``, ``sections.csv``, ``county.csv`` and perhaps ``classes.csv``.
    target : Path
        Folder for the files; the mapping file is put beside them.
    seed : int
        Of the mess.

    Returns
    -------
    list of Path
        The workbooks.
    """
    tables = {}
    for name in ("schools", "sections", "county", "classes"):
        if (source / f"{name}.csv").is_file():
            with (source / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
                tables[name] = list(csv.DictReader(handle))
    target.mkdir(parents=True, exist_ok=True)
    made = make(tables, np.random.default_rng(seed))
    for name, content in made.items():
        (target / name).write_bytes(content)
    (target / "mapping.yml").write_text(mapping(), encoding="utf-8")
    return [target / name for name in made]


def _of_year(tables: Mapping[str, Sequence[Row]], year: str) -> dict[str, list[Row]]:
    """Return the schools and sections of one year."""
    return {name: [row for row in tables[name] if row["year"] == year] for name in ("schools", "sections")}


def _column(name: str) -> codebook.Column:
    """Return a column of schools or sections."""
    table = "schools" if name in codebook.table("schools").names else "sections"
    return codebook.table(table).column(name)


def _headers(kind: str, names: Iterable[str]) -> dict[str, Header]:
    """Return the header of each column in one of the designs."""
    design = {**_design()["three_rows"], **(_design()[kind] if kind != "three_rows" else {})}
    return {name: tuple(design[name].split("/")) if kind != "one_row" else (_leaf(design[name]),) for name in names}


def _leaf(text: str) -> str:
    """Return a header of one row: the whole of it where a stroke parts the unit."""
    return text if text.endswith("/万元") else text.split("/")[-1]


def _ratio(header: Header, column: codebook.Column) -> Decimal:
    """Return by what the clean number is divided to stand in the unit of a header."""
    from edubalance.intake.workbook import headers

    match = headers.sure(header, "schools") or headers.propose(header, "schools")
    return units.factor(match.context.unit, column) or Decimal(1) if match.context.unit else Decimal(1)


def _drawn(name: str, text: str, header: Header, rng: np.random.Generator) -> Drawn:
    """Draw one clean value as someone may have typed it."""
    column = _column(name)
    if not column.is_number:
        return _labelled(column, text, rng)
    if not text:
        return str(rng.choice(MARKS))
    value = Decimal(text) / _ratio(header, column)
    style = rng.random()
    if name not in ("year", "built_year") and style < 0.05:
        return f"{value.normalize():,f}"
    return f"{value.normalize():f}".translate(FULL_WIDTH) if style > 0.95 else value


def _labelled(column: codebook.Column, text: str, rng: np.random.Generator) -> str | None:
    """Draw a code as one of its labels, a name with a blank at times."""
    if not text:
        return None
    if column.kind == "code" and column.name in _design()["variants"]:
        known = _design()["variants"][column.name]
        return str(rng.choice(known[text])) if text in known else codebook.code_label(column.code_list, text, "zh")
    return f"{text}　" if rng.random() < 0.05 else text


def _resources(own: bool = True) -> list[str]:
    """Return the columns of schools beside the keys."""
    return [name for name in codebook.table("schools").names if name not in KEYS] if own else []


def _counts() -> list[str]:
    """Return the columns of sections beside the keys."""
    return [name for name in codebook.table("sections").names if name not in KEYS]


def _total(rows: Sequence[Sequence[Drawn]], names: Sequence[str], label: str, skip: int) -> list[Drawn]:
    """Make a row of totals under rows as they are drawn."""
    from edubalance.intake.workbook import cells, words

    not_summed = words.load()["not_summed"]
    total: list[Drawn] = [label, *[None] * (skip - 1)]
    for place, name in list(enumerate(names))[skip:]:
        column = _column(name)
        known = [cells.number(_plain_value(row[place]), column).text for row in rows] if column.is_number else []
        summed = column.is_number and name not in not_summed and any(known)
        total.append(sum((Decimal(text) for text in known if text), Decimal(0)) if summed else None)
    return total


def _plain_value(value: Drawn) -> str | int | Decimal:
    """Return a drawn value as a grid has it."""
    return "" if value is None else value


def _by_level(rows: Mapping[str, Sequence[Row]], year: str, rng: np.random.Generator) -> list[Sketch]:
    """Make a sheet for each level, with headers of three rows, and one for the schools without a section."""
    schools = {row["school_id"]: row for row in rows["schools"]}
    sheets = []
    told: set[str] = set()
    for level, label in (("primary", "小学"), ("junior", "初中")):
        joined = [{**schools[row["school_id"]], **row} for row in rows["sections"] if row["level"] == level]
        # The resources of a school with both levels stand in one of its rows only.
        joined = [row if row["school_id"] not in told else {**row, **dict.fromkeys(_resources(), "")} for row in joined]
        told |= {row["school_id"] for row in joined}
        sheets.append(_level_sheet(joined, label, year, rng))
    others = [row for row in rows["schools"] if row["school_id"] not in told]
    return [*sheets, _other_sheet(others, year, rng)] if others else sheets


def _level_sheet(joined: list[dict[str, str]], label: str, year: str, rng: np.random.Generator) -> Sketch:
    """Make the sheet of one level: title, units, header, townships merged, total, notes."""
    names = ["county", "school_id", NAME, *_resources(), *_counts()]
    headers = _headers("three_rows", names)
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
    page.rows.append(_total(page.rows[first:], names, "合 计", 3))
    _merge_equal(page, names.index("township"), first, [row["township"] for row in joined])
    page.merged.append(((first, 0), (first + len(joined) - 1, 0)))
    for number in range(first + 1, first + len(joined)):
        page.rows[number][0] = None
    for note in NOTES:
        page.add_line(note, len(names))
    return page


def _cell(name: str, row: Row, headers: Mapping[str, Header], number: int, rng: np.random.Generator) -> Drawn:
    """Draw one cell of a row of a school."""
    return f"第{number + 1}学校" if name == NAME else _drawn(name, row[name], headers[name], rng)


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
    names = ["county", "school_id", *_resources()]
    headers = _headers("three_rows", names)
    page = Sketch("特殊教育")
    page.add_line(f"{year}—{int(year) + 1}学年特殊教育学校")
    page.add_header([headers[name] for name in names])
    page.rows += [[_cell(name, row, headers, 0, rng) for name in names] for row in rows]
    return page


def _in_blocks(rows: Mapping[str, Sequence[Row]], year: str, rng: np.random.Generator) -> Sketch:
    """Make one sheet of two blocks, each level with its heading and subtotal, then the total."""
    schools = {row["school_id"]: row for row in rows["schools"]}
    names = ["school_id", "county", *_resources(), *_counts()]
    headers = _headers("two_rows", names)
    page = Sketch(f"{year}学年")
    page.add_line("义务教育学校办学条件（合成数据）", len(names))
    page.add_header([_two(headers[name]) for name in names])
    told: set[str] = set()
    drawn: list[list[Drawn]] = []
    for level, heading in (("primary", "一、小学"), ("junior", "二、初中"), ("", "")):
        block = [{**schools[row["school_id"]], **row} for row in rows["sections"] if row["level"] == level]
        block += [] if level else [{**dict.fromkeys(_counts(), ""), **row} for row in rows["schools"] if row["school_id"] not in told]
        if level:
            page.rows.append([heading])
        mine = [[_block_cell(name, row, headers, told, rng) for name in names] for row in block]
        told |= {row["school_id"] for row in block}
        page.rows += [*mine, _total(mine, names, "小计", 2)] if level else mine
        drawn += mine
    page.rows.append(_total(drawn, names, "总计", 2))
    page.add_line(NOTES[0])
    return page


def _two(path: Header) -> Header:
    """Shorten a header to two rows."""
    return path if len(path) < 3 else (path[0], path[2])


def _block_cell(
    name: str, row: Row, headers: Mapping[str, Header], told: set[str], rng: np.random.Generator
) -> Drawn:
    """Draw one cell of a block; the resources of a school stand in its first row only."""
    if row["school_id"] in told and name in _resources() and _column(name).is_number:
        return None
    return _drawn(name, row[name], headers[name], rng)


def _schools(rows: Sequence[Row], rng: np.random.Generator) -> Sketch:
    """Make the list of schools with a header of one row, percent signs, and a column that no table has."""
    names = ["year", "county", "school_id", *_resources()]
    headers = {**_headers("one_row", _resources()), "year": ("年度",), "county": ("区县",), "school_id": ("学校代码",)}
    page = Sketch("")
    page.add_line("学校名录（合成数据）")
    page.rows.append([*(headers[name][0] for name in names), "生均图书"])
    for row in rows:
        drawn = [_as_text(_drawn(name, row[name], headers[name], rng)) for name in names]
        drawn[names.index("year")] = f"{row['year']}年"
        drawn[names.index("migrant_share_pct")] = f"{row['migrant_share_pct']}％" if row["migrant_share_pct"] else "—"
        drawn[names.index("founder")] = "公办" if row["founder"] == "county" else "民办"
        page.rows.append([*drawn, "9.9"])
    page.add_line("说明：数据为合成数据。")
    return page


def _as_text(value: Drawn) -> Drawn:
    """Write a number as plain text."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def _sections(rows: Sequence[Row]) -> Sketch:
    """Make the list of sections in English, one row a school, the levels beside each other."""
    page, names = Sketch(""), _counts()
    page.rows.append(["School code", "Year", "Primary", *[None] * (len(names) - 1), "Junior", *[None] * (len(names) - 1)])
    page.rows.append([None, None, *names, *names])
    for school in dict.fromkeys(row["school_id"] for row in rows):
        own = {row["level"]: row for row in rows if row["school_id"] == school}
        cells = [own[level][name] if level in own else "/" for level in ("primary", "junior") for name in names]
        page.rows.append([school, rows[0]["year"], *cells])
    return page


def _plain(table: str, rows: Sequence[Row]) -> Sketch:
    """Make a table as the codebook has it."""
    names = list(codebook.table(table).names)
    return Sketch("", [list(names), *[[row[name] for name in names] for row in rows]])


def _county(rows: Sequence[Row], years: Sequence[str]) -> list[Sketch]:
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
    papers.rows += [[row["county"], int(row["year"]), row["variable"], row["evidence"]] for row in rows if row["evidence"]]
    return [Sketch("封面", [["填报说明：本工作簿为合成数据"]]), page, papers]


def _forms(rows: Mapping[str, Sequence[Row]], schools: Sequence[str]) -> list[Sketch]:
    """Make a form for each of some schools: labels and values side by side, levels in columns."""
    pages = []
    for school in schools:
        own = next(row for row in rows["schools"] if row["school_id"] == school)
        sections = [row for row in rows["sections"] if row["school_id"] == school]
        page = Sketch(school, [["学校基本情况登记表（合成数据）"], ["学校代码", school, "年份", f"{own['year']}年"]])
        page.rows.append(["县（市、区）", own["county"]])
        names = [name for name in _resources() if own[name]]
        for left, right in zip(names[::2], [*names[1::2], ""], strict=False):
            page.rows.append([*_field(left, own), *(_field(right, own) if right else [])])
        page.rows.append(["项目", *[codebook.code_label("level", row["level"], "zh") for row in sections]])
        for name in _counts():
            page.rows.append([_column(name).zh, *[Decimal(row[name]) if row[name] else None for row in sections]])
        pages.append(page)
    return pages


def _field(name: str, row: Row) -> list[Drawn]:
    """Return the label and value of a form."""
    column = _column(name)
    unit = f"（{column.unit_zh}）" if column.unit_zh else ""
    if column.kind == "code":
        return [column.zh, codebook.code_label(column.code_list, row[name], "zh")]
    return [f"{column.zh}{unit}", Decimal(row[name]) if column.is_number else row[name]]
