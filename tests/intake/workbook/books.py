"""Small workbooks for tests: the small county in one sheet each, and any rows as xlsx, ods or CSV."""

from __future__ import annotations

from pathlib import Path

from edubalance.intake import workbook
from edubalance.intake.workbook.messy import sketch
from edubalance.intake.workbook.messy.sketch import Sketch

SCHOOLS = [
    [
        "县（市、区）",
        "年份",
        "学校代码",
        "办学类型",
        "举办者类型",
        "城乡类型",
        "乡镇街道",
        "高中学生数",
        "图书册数",
        "随迁子女比例（%）",
    ],
    ["D", 2023, "P-01", "小学", "县级教育部门", "城区", "T1", None, 4000, 12.5],
    ["D", 2023, "P-02", "教学点", "县级教育部门", "乡村", "T2", None, 300, 0],
    ["D", 2023, "N-01", "九年一贯制", "县级教育部门", "镇区", "T1", None, 23226, None],
    ["D", 2023, "C-01", "完全中学", "民办", "城区", "T1", 600, 52000, 100],
    ["D", 2023, "S-01", "特殊教育学校", "县级教育部门", "城区", "T1", None, None, None],
]
SECTIONS = [
    ["年份", "学校代码", "学段", "在校生数", "班级数", "专任教师数", "本科学历教师数", "体育专任教师数"],
    [2023, "P-01", "小学", 400, 10, 24, 15, 2],
    [2023, "P-02", "小学", 34, 2, 3, 1, 0],
    [2023, "N-01", "小学", 166, 6, 12, 8, 1],
    [2023, "N-01", "初中", 210, 6, 20, 16, 2],
    [2023, "C-01", "初中", 500, 12, 45, 40, 4],
]


def county(**changes: object) -> dict[str, list[list[object]]]:
    """Return the sheets of the small county; `schools_B3="x"` puts a value into a cell."""
    sheets = {"schools": [list(row) for row in SCHOOLS], "sections": [list(row) for row in SECTIONS]}
    for cell, value in changes.items():
        sheet, address = cell.split("_")
        sheets[sheet][int(address[1:]) - 1][ord(address[0]) - 65] = value
    return sheets


def save(folder: Path, sheets: dict[str, list[list[object]]], name: str = "county.xlsx", **more: object) -> Path:
    """Write sheets as the kind of file that the name says."""
    pages = [Sketch(title, rows, **more) for title, rows in sheets.items()]
    content = sketch.ods(pages) if name.endswith("ods") else sketch.xlsx(pages)
    (folder / name).write_bytes(content)
    return folder / name


def read(folder: Path, sheets: dict[str, list[list[object]]], **settings: object) -> workbook.Reading:
    """Write sheets to a workbook and read it."""
    return workbook.read([save(folder, sheets)], workbook.Settings(**settings))


def said(reading: workbook.Reading) -> list[tuple[str, str, str]]:
    """Return sheet, address and key of each fault."""
    return [(fault.place.sheet, fault.place.address, fault.key) for fault in reading.faults]
