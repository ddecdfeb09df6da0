"""The whole path above each column is kept, whatever the header looks like: no group is dropped, no merge is cut."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edubalance.intake.workbook import files, layout
from edubalance.intake.workbook.messy import sketch
from edubalance.intake.workbook.messy.sketch import Sketch

IDS = ["学校代码", "年份", "学段"]
LEAVES = [
    "在校生数",
    "班级数",
    "专任教师数",
    "图书册数",
    "教学及辅助用房面积（㎡）",
    "计算机台数",
    "体育专任教师数",
    "运动场地面积",
]
GROUPS = ["生均", "上年末", "办学条件", "学生", "其中", "城区", "2022年", "小学", "缺口", "按学历分", "教师"]
TITLES = ["2023年义务教育学校基本情况表", "单位：人、册", "填报日期：2024年3月15日", "附表1"]


@st.composite
def planted(draw):
    """Plant paths of one to four words, and lay them out as rows and merged cells; return what a person sees."""
    depth, style = draw(st.integers(1, 4)), draw(st.sampled_from(["merged", "plain"]))
    leaves = draw(st.permutations(LEAVES))[: draw(st.integers(3, len(LEAVES)))]
    paths = [(name,) for name in IDS] + _grouped(draw, list(leaves), depth)
    paths = paths if draw(st.booleans()) else [*paths[3:], *paths[:3]]
    depth = max(map(len, paths))
    rows: list[list] = [[None] * len(paths) for _ in range(depth)]
    merged: list = []
    for first, last, row, word, below in _blocks(paths, depth):
        rows[row][first] = word
        if style == "merged" and (last > first or below > row):
            merged.append(((row, first), (below, last)))
    gap = draw(st.integers(0, 2)) if style == "plain" and depth > 1 else 0
    place = draw(st.integers(1, depth - 1)) if gap else 0
    rows[place:place] = [[None] * len(paths) for _ in range(gap)]
    titles = draw(st.lists(st.sampled_from(TITLES), max_size=3, unique=True))
    top: list[list] = [[title] for title in titles] + [[None]] * draw(st.integers(0, 2))
    wide = style == "merged" and draw(st.booleans())
    lines = [((number, 0), (number, len(paths) - 1)) for number in range(len(titles))] if wide else []
    moved = [((a + len(top), b), (c + len(top), d)) for (a, b), (c, d) in merged]
    body = [[None] * len(paths)] * draw(st.integers(0, 1))
    body += [[_value(path[-1], number) for path in paths] for number in range(1, 4)]
    return Sketch("表", [*top, *rows, *body], lines + moved), tuple(paths)


def _grouped(draw, leaves, depth):
    """Put groups over neighbours, and groups over those; neighbours never share a group by chance."""
    paths = [(leaf,) for leaf in leaves]
    names = list(draw(st.permutations(GROUPS)))
    for _ in range(depth - 1):
        start = 0
        while start < len(paths):
            size = draw(st.integers(1, 3))
            whole = paths[start : start + size]
            if names and draw(st.sampled_from([True, True, False])) and _may_be_grouped(paths, start, size):
                name = names.pop()
                paths[start : start + size] = [(name, *path) for path in whole]
            start += size
    return paths


def _may_be_grouped(paths, start, size):
    """A group stands over whole groups: none of them is cut at either end."""
    ends = [(start - 1, start), (start + size - 1, start + size)]
    return all(
        not (a >= 0 and b < len(paths)) or len(paths[a]) == 1 or len(paths[b]) == 1 or paths[a][0] != paths[b][0]
        for a, b in ends
    )


def _blocks(paths, depth):
    """Give each word once: its columns, its row and the last row that it is merged over. A lone name stands on top."""
    for row in range(depth):
        first = 0
        for column in range(1, len(paths) + 1):
            same = (
                column < len(paths)
                and len(paths[column]) > row + 1
                and len(paths[first]) > row + 1
                and paths[column][: row + 1] == paths[first][: row + 1]
            )
            if not same:
                if row < len(paths[first]):
                    below = depth - 1 if row == len(paths[first]) - 1 else row
                    yield first, column - 1, row, paths[first][row], below
                first = column


def _value(name, number):
    """Return a value of a body row."""
    return {"学校代码": f"P-0{number}", "年份": 2023, "学段": "小学"}.get(name, 10 * number)


def found(page: Sketch, kind: str) -> layout.Layout | None:
    """Write a sheet and find its table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{kind}"
        if kind == "csv":
            out = io.StringIO()
            csv.writer(out).writerows(page.rows)
            path.write_text(out.getvalue(), encoding="utf-8")
        else:
            path.write_bytes(sketch.xlsx([page]) if kind == "xlsx" else sketch.ods([page]))
        return layout.find(files.open_file(path).grids[0])


@settings(max_examples=120, deadline=None)
@given(planted(), st.sampled_from(["xlsx", "ods"]))
def test_the_whole_path_of_each_column_is_kept(page, kind):
    sheet, paths = page
    assert found(sheet, kind).paths == paths


@settings(max_examples=60, deadline=None)
@given(planted().filter(lambda page: not page[0].merged))
def test_the_whole_path_is_kept_without_merged_cells_in_text_too(page):
    sheet, paths = page
    assert found(sheet, "csv").paths == paths


@pytest.mark.fuzz
@settings(max_examples=10_000, deadline=None)
@given(planted(), st.sampled_from(["xlsx", "ods"]))
def test_the_whole_path_of_each_column_is_kept_in_many(page, kind):
    sheet, paths = page
    assert found(sheet, kind).paths == paths
