"""The tables of the form, each a grid of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from edubalance import codebook, rounding
from edubalance.assessment import Assessment, rule_date
from edubalance.form.facts import Fact
from edubalance.form.writing import Cell, head, number, sentence
from edubalance.standards import Standard

LEVELS = ("primary", "junior")
BLOCK = 8
Facts = Mapping[str, Fact]
Grid = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Sheet:
    """
    One table of the form.

    Attributes
    ----------
    name : str
        Name of the sheet: ``表Ⅰ`` …
    title_zh, title_en : str
        Title.
    rows : tuple of tuple of Cell
        The cells, row by row.
    notes : tuple of Cell
        Lines below the table.
    first_width : int
        Width of the first column, in characters.
    """

    name: str
    title_zh: str
    title_en: str
    rows: Grid
    notes: tuple[Cell, ...] = ()
    first_width: int = 13


def basics(layout: Mapping[str, Any], facts: Facts) -> Sheet:
    """Return Table I: the county, its economy, schools, classes, pupils and staff, in blocks as wide as a page."""
    title, rows = layout["basics"]["title"], []
    for block in _blocks(layout["basics"]["groups"]):
        cells = [(group, cell) for group in block for cell in group["cells"]]
        rows += [
            tuple(head(group["zh"] if cell is group["cells"][0] else "") for group, cell in cells),
            tuple(head(cell["zh"]) for _, cell in cells),
            tuple(head(cell["label"]) for _, cell in cells),
            tuple(number(facts, cell["fact"]) for _, cell in cells),
        ]
    return Sheet("表Ⅰ", title["zh"], title["en"], tuple(rows))


def _blocks(groups: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Part the groups of Table I into blocks of at most `BLOCK` columns."""
    blocks: list[list[Mapping[str, Any]]] = [[]]
    for group in groups:
        if sum(len(known["cells"]) for known in blocks[-1]) + len(group["cells"]) > BLOCK:
            blocks.append([])
        blocks[-1].append(group)
    return blocks


def resources(standard: Standard, facts: Facts) -> Sheet:
    """Return Table II-1: how many sections of each level meet each indicator."""
    ids = [indicator.id for indicator in standard.indicators]
    rows = [_headings(standard, ["学段", "项目"], "综合评估"), _labels(len(ids), 2)]
    for level in LEVELS:
        name = codebook.code_label("level", level, "zh")
        for title, quantity, decimals in (("达标学校总数（所）", "met", 0), ("达标学校比例（%）", "met_share", 1)):
            cells = [number(facts, f"{quantity}.{level}.{key}:{decimals}") for key in (*ids, "overall")]
            rows.append((head(name), head(title), *cells))
    return Sheet("表Ⅱ-1", "表Ⅱ-1 资源配置基本情况", "Table II-1. Allocation of resources", tuple(rows))


def _headings(standard: Standard, first: list[str], last: str) -> tuple[Cell, ...]:
    """Return the row of headings over the indicators."""
    return tuple(head(text) for text in (*first, *(indicator.name("zh") for indicator in standard.indicators), last))


def _labels(many: int, before: int, after: int = 1, first: int = 1) -> tuple[Cell, ...]:
    """Return the row of running labels."""
    labels = [f"L{place}" for place in range(first, first + many + after)]
    return tuple(head(text) for text in (*[""] * before, *labels))


def single_schools(layout: Mapping[str, Any], judged: Assessment, year: int, facts: Facts) -> Sheet:
    """Return Table II-2: every section in scope with its values and verdict, primary sections first."""
    standard, many = judged.standard, len(judged.standard.indicators)
    frame = judged.section_verdicts.assign(place=judged.section_verdicts["level"].map(LEVELS.index))
    frame = frame.sort_values(["place", "school_id"], kind="stable").reset_index(drop=True)
    values = dict(tuple(judged.sections.groupby(["school_id", "level"], sort=False)))
    heads = ["序号", "学校", "学段", "举办者类型", "在校生数", "年级数", "班级数"]
    floor = f"{rounding.text(100 * standard.value_on('school_floor_share', rule_date(year)), 'g')}%"
    labels = (*(head("") for _ in range(3)), *(head(f"L{place}") for place in range(1, many + 5)), head(""), head(""))
    rows = [(*_headings(standard, heads, "综合评估是否达标"), head(f"备注（底线为标准的{floor}）")), labels]
    for place, row in enumerate(frame.to_dict("records"), start=1):
        shown = values[row["school_id"], row["level"]]
        rows.append(tuple(_section_row(place, row, shown, layout["founders"], facts)))
    return Sheet("表Ⅱ-2", "表Ⅱ-2 分学校资源配置情况", "Table II-2. Single schools", tuple(rows), tuple(_numbers(frame)))


def _section_row(
    place: int, row: Mapping[Any, Any], values: pd.DataFrame, founders: Mapping[str, str], facts: Facts
) -> Iterator[Cell]:
    """Lay one section out."""
    name = f"section.{row['school_id']}.{row['level']}"
    yield Cell(float(place))
    yield Cell(str(row["school_id"]))
    yield Cell(codebook.code_label("level", row["level"], "zh"))
    yield Cell(founders.get(row["founder"], codebook.code_label("founder", row["founder"], "zh")))
    for column in ("pupils", "grades", "classes"):
        yield number(facts, f"{name}.{column}:0")
    for indicator in values["indicator"]:
        yield number(facts, f"{name}.{indicator}:2")
    yield number(facts, f"{name}.verdict:0")
    yield Cell(_remark(values))


def _remark(values: pd.DataFrame) -> str:
    """Say which indicators are met, which only reach the floor, which lie below it and which are open."""
    states = {"达标": values["met"], "达到底线": ~values["met"] & values["floor_met"], "低于底线": ~values["floor_met"]}
    states = {title: state.astype("boolean").fillna(value=False) for title, state in states.items()}
    states["缺数据"] = values["met"].isna()
    places = {
        title: [str(place + 1) for place in range(len(state)) if state.iloc[place]] for title, state in states.items()
    }
    return "；".join(f"{title}：{'、'.join(found)}" for title, found in places.items() if found)


def _numbers(frame: pd.DataFrame) -> Iterator[Cell]:
    """Count the sections below Table II-2, as the form's note asks."""
    integrated = frame["type"].isin(["nine_year", "twelve_year"])
    primary, junior = frame["level"] == "primary", frame["level"] == "junior"
    points, secondary = frame["type"] == "teaching_point", frame["type"] == "complete_secondary"
    yield Cell(
        f"小学（含小学部）{primary.sum()}个，其中一贯制学校小学部{(primary & integrated).sum()}个、"
        f"教学点{(primary & points).sum()}个；初中（含初中部）{junior.sum()}个，其中一贯制学校初中部"
        f"{(junior & integrated).sum()}个、完全中学初中部{(junior & secondary).sum()}个。"
    )
    yield Cell("举办者类型：按代码填写；数据未分省级、地级的，以名称代替，请填报时改为代码。")


def balance(standard: Standard, facts: Facts) -> Sheet:
    """Return Table III: mean and difference coefficient of each indicator and level."""
    ids = [indicator.id for indicator in standard.indicators]
    rows = [_headings(standard, ["学段", "项目"], "综合"), _labels(len(ids), 2)]
    for level in LEVELS:
        name = codebook.code_label("level", level, "zh")
        means = [number(facts, f"mean.{level}.{key}:2") for key in ids]
        coefficients = [number(facts, f"cv.{level}.{key}:3") for key in ids]
        rows.append((head(name), head("全县平均值"), *means, Cell("—")))
        rows.append((head(name), head("差异系数"), *coefficients, number(facts, f"composite.{level}:3")))
    return Sheet("表Ⅲ", "表Ⅲ 校际均衡情况", "Table III. Balance between schools", tuple(rows))


def items(part: Mapping[str, Any], name: str, dimension: str, standard: Standard, facts: Facts) -> Sheet:
    """Return Table IV or V: the items of a dimension, each with its values and whether it is met."""
    rows: list[tuple[Cell, ...]] = [tuple(head(text) for text in ("序号", "名称", "指标值或简要结论", "是否达标"))]
    for item in (item for item in standard.items if item.dimension == dimension):
        said = sentence(facts, part["items"][item.id])
        verdict = facts.get(f"verdict.{item.id}")
        yes_no = Cell(verdict.value if verdict else None, facts=(f"verdict.{item.id}",))
        rows.append((head(str(item.number)), head(item.name("zh")), said, yes_no))
    return Sheet(name, part["title"]["zh"], part["title"]["en"], tuple(rows))


def recognition(layout: Mapping[str, Any], facts: Facts) -> Sheet:
    """Return Table VI: questionnaires and visits, of all and of parents."""
    part = layout["recognition"]
    columns = part["columns"]
    rows = (
        (head(""), *(head(column["zh"]) for column in columns)),
        (head(""), *(head(column["label"]) for column in columns)),
        (head("计"), *(number(facts, column["all"]) for column in columns)),
        (head("其中：家长"), *(number(facts, column["parents"]) for column in columns)),
    )
    return Sheet("表Ⅵ", part["title"]["zh"], part["title"]["en"], rows)
