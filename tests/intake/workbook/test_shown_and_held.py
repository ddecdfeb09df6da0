"""What a sheet shows and what it holds, what is hidden, repeated or parted: never another number without a word."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from intake.workbook import books
from openpyxl import Workbook

from edubalance.intake import workbook
from edubalance.intake.workbook import files, formats, layout, ods, xlsx
from edubalance.intake.workbook.grid import Grid
from edubalance.intake.workbook.messy.sketch import Sketch

INPUTS = Path(__file__).with_name("silent")


def given(*names: str) -> workbook.Reading:
    return workbook.read([INPUTS / name for name in names])


def book(folder: Path, cells: dict[str, object], formatted: dict[str, str], change=None) -> workbook.Reading:
    """Read the small county from xlsx with cells changed, some of them with a number format."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in books.county(**cells).items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for name, code in formatted.items():
        sheet, address = name.split("_")
        made[sheet][address].number_format = code
    if change:
        change(made)
    made.save(folder / "a.xlsx")
    return workbook.read([folder / "a.xlsx"])


def with_part(raw: bytes, name: str, change) -> bytes:
    """Change one part of a package."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == name else content)
    return out.getvalue()


def test_a_format_that_scales_is_a_fault_that_says_both_numbers():
    reading = given("number_format_scaled.xlsx")
    assert books.said(reading) == [("schools", f"J{row}", "format_differs") for row in range(2, 6)]
    assert "shows 125.0 and holds 1250000" in reading.faults[0].rule("en")
    assert "显示为“125.0”，实际存储 1250000" in reading.faults[0].rule("zh")


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0!.0,", 1250000, "125.0"),
        ("0\\.0,", 1250000, "125.0"),
        ('0"."0,', 1250000, "125.0"),
        ("0,", 4000, "4"),
        ("0.0,,", 4000000, "4.0"),
        ("#,##0,", 4000, "4"),
        ('0.00,"千"', 4000, "4.00千"),
        ('0"万"', 4000, "4000万"),
        ('0"百万"', 4000, "4000百万"),
        ('0"亿"', 4000, "4000亿"),
        ("0千", 4000, "4000千"),
        ('[>=10000]0!.0,"万";0', 40000, "4.0万"),
        ('"约"0', 4000, "约4000"),
        ('0"左右"', 4000, "4000左右"),
        ("0!0", 4000, "40000"),
        ("0-00", 4000, "40-00"),
        ('0;0;"无"', 0, "无"),
        ("0%%", 4000, "40000000%%"),
        ("yyyy-mm-dd", 4000, ""),
        ("[$$-409]#,##0", 4000, "$4,000"),
    ],
)
def test_a_format_that_shows_another_number_is_a_fault(tmp_path, code, value, shown):
    reading = book(tmp_path, {"schools_I2": value}, {"schools_I2": code})
    fault = next(fault for fault in reading.faults if fault.place.address == "I2")
    assert fault.key in ("format_differs", "date", "percent")
    assert shown in fault.rule("en") or fault.key != "format_differs"


@pytest.mark.parametrize(
    ("code", "value"), [(";;;", 4000), ('""', 4000), ("0;-0;;@", 0), ("#", 0), ("#,###", 0), ("0;;", 0), ("0;-0;", 0)]
)
def test_a_format_that_hides_is_a_fault(tmp_path, code, value):
    reading = book(tmp_path, {"schools_I2": value}, {"schools_I2": code})
    assert books.said(reading) == [("schools", "I2", "format_hides")]


@pytest.mark.parametrize("code", [";;;", '@"号"', '"校"@'])
def test_a_text_that_its_format_hides_or_changes_is_a_fault(tmp_path, code):
    reading = book(tmp_path, {}, {"schools_G2": code})
    assert [(key, address) for _, address, key in books.said(reading)] == [
        ("format_hides" if code == ";;;" else "format_differs", "G2")
    ]


def test_noughts_before_a_code_that_only_its_format_shows_are_not_lost(tmp_path):
    changed = {"schools_C2": 123, "sections_B2": 123}
    reading = book(tmp_path, changed, {"schools_C2": "000000"})
    assert ("schools", "C2", "format_differs") in books.said(reading)
    assert "000123" in reading.faults[0].rule("en")


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("0", 4000.4),
        ("#,##0", 4000),
        ("#,##0.00_);[Red](#,##0.00)", 4000),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0),
        ("0.00E+00", 4000),
        ("@", 4000),
        ('0"册"', 4000),
        ("[Red]0", 4000),
        ("¥#,##0", 4000),
        ("[>=1000]#,##0;0", 4000),
        ("General", 4000),
        ("# ##0", 4000),
    ],
)
def test_a_format_that_shows_the_number_is_none(tmp_path, code, value):
    reading = book(tmp_path, {"schools_I1": "图书册数", "schools_I2": value}, {"schools_I2": code})
    assert [key for _, _, key in books.said(reading) if key.startswith("format")] == []


def test_a_unit_in_a_format_must_be_that_of_the_header(tmp_path):
    head = {"schools_I1": "教学仪器设备值（元）", "schools_I2": 4000}
    assert books.said(book(tmp_path, head, {"schools_I2": '0"元"'})) == []
    assert books.said(book(tmp_path, head, {"schools_I2": '0"万元"'})) == [("schools", "I2", "format_differs")]


def test_a_literal_sign_of_percent_says_that_a_share_is_in_percent(tmp_path):
    cells = {"schools_J1": "随迁子女比例", "schools_J2": 0.5, "schools_J3": 98}
    reading = book(tmp_path, cells, {"schools_J2": '0.0"%"', "schools_J3": "0!%", "schools_J5": "0!%"})
    assert books.said(reading) == []
    assert reading.tables.schools["migrant_share_pct"].tolist()[:2] == [0.5, 98]


@pytest.mark.parametrize("number", [*range(27, 37), *range(50, 59)])
def test_dates_of_chinese_programs_are_no_plain_numbers(number):
    styles = f'<styleSheet xmlns="x"><cellXfs><xf numFmtId="0"/><xf numFmtId="{number}"/></cellXfs></styleSheet>'
    sheet = '<worksheet xmlns="x"><sheetData><row r="1"><c r="A1" s="1"><v>4000</v></c></row></sheetData></worksheet>'
    found = xlsx.marks({**FRAME, "xl/styles.xml": styles.encode(), "xl/a.xml": sheet.encode()}, 1000)["a"]
    shown = found.applied(Grid("a", "a", [[4000.0]])).shown
    assert not formats.seen(shown[0, 0], 4000.0).same


FRAME = {
    "xl/workbook.xml": b'<workbook xmlns="x" xmlns:r="y"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": b'<R xmlns="x"><Relationship Id="r1" Target="a.xml"/></R>',
}


def sheet_marks(content: str) -> xlsx.Marks:
    return xlsx.marks({**FRAME, "xl/a.xml": content.encode()}, 10_000).get("a", xlsx.Marks())


ERROR, FORMULA = '<{p}c{a} t="e"><{p}v>#N/A</{p}v></{p}c>', "<{p}c{b}><{p}f>1/0</{p}f><{p}v/></{p}c>"


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("addressed", [True, False])
@pytest.mark.parametrize("row", [' r="2"', ""])
@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_marks_are_read_by_address_or_place_however_xml_is_written(prefix, quote, addressed, row, blank):
    a, b = (' r="B2"', ' r="C2"') if addressed else ("", "")
    cells = f"<{prefix}c{' r=' + chr(34) + 'A2' + chr(34) if addressed else ''}/>" + ERROR + FORMULA
    body = cells.format(p=prefix, a=a, b=b)
    space = f' xmlns{":" if prefix else ""}{prefix.rstrip(":")}="u"'
    text = f'<{prefix}worksheet{space}><{prefix}sheetData><{prefix}row r="1"/><{prefix}row{row}>{body}</{prefix}row>'
    text += f"</{prefix}sheetData></{prefix}worksheet>"
    text = text.replace('="', f'{blank}={blank}"').replace('"', quote)
    found = sheet_marks(text)
    assert found.broken == {(1, 1): "#N/A", (1, 2): "formula"}
    assert found.formulas == 1


def test_an_error_or_formula_spelled_with_references_is_seen():
    text = (
        '<w xmlns="x"><row r="1"><c r="A1" t="&#101;"><v>#REF!</v></c><c r="B1" t="str"><f>A1</f><v></v></c></row></w>'
    )
    assert sheet_marks(text).broken == {(0, 0): "#REF!"}


def test_cells_without_addresses_give_the_faults_of_those_with_them(tmp_path):
    expected = [("schools", "I2", "error_value"), ("schools", "I3", "formula")]
    assert books.said(given("cells_without_address.xlsx")) == expected
    raw = (INPUTS / "cells_without_address.xlsx").read_bytes()
    for old, new in ((rb'<row r="[0-9]+">', b"<row>"), (rb'"', b"'"), (rb'<row r="2"><c ', b'<row r="2"><c r="A2" ')):
        changed = with_part(raw, "xl/worksheets/sheet1.xml", lambda content, a=old, b=new: re.sub(a, b, content))
        (tmp_path / "b.xlsx").write_bytes(changed)
        assert books.said(workbook.read([tmp_path / "b.xlsx"])) == expected


def test_texts_in_line_or_shared_with_formats_stand_where_their_cells_do(tmp_path):
    text = b"<c t='inlineStr'><is><r><t>40</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>1</t></r></is></c>"
    raw = (INPUTS / "cells_without_address.xlsx").read_bytes()
    changed = with_part(
        raw, "xl/worksheets/sheet1.xml", lambda content: content.replace(b'<c t="e"><v>#N/A</v></c>', text)
    )
    (tmp_path / "b.xlsx").write_bytes(changed)
    assert books.said(workbook.read([tmp_path / "b.xlsx"])) == [
        ("schools", "I2", "footnote"),
        ("schools", "I3", "formula"),
    ]


def test_each_cell_of_a_repeated_error_is_refused():
    assert ("schools", "J2", "error_value") in books.said(given("repeated_error.ods"))


def ods_file(folder: Path, cell: str, repeated_rows: int = 1, columns: str = "") -> Path:
    """Write the small county as ods with one cell of the books replaced by XML."""
    pages = [Sketch(title, rows) for title, rows in books.county(schools_I2="HERE").items()]
    old = '<table:table-cell office:value-type="string"><text:p>HERE</text:p></table:table-cell>'

    def change(content: bytes) -> bytes:
        text = (
            content.decode()
            .replace(old, cell)
            .replace('<table:table table:name="schools">', f'<table:table table:name="schools">{columns}')
        )
        calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version'
        text = text.replace("office:version", calc, 1)
        row = text.index("<table:table-row>", text.index("<table:table-row>") + 1)
        return (
            text[:row]
            + text[row:].replace(
                "<table:table-row>", f'<table:table-row table:number-rows-repeated="{repeated_rows}">', 1
            )
        ).encode()

    (folder / "a.ods").write_bytes(with_part(books.sketch.ods(pages), "content.xml", change))
    return folder / "a.ods"


ODS_ERROR = (
    '<table:table-cell{0} table:formula="of:=NA()" office:value-type="string" calcext:value-type="error">'
    "<text:p>#N/A</text:p></table:table-cell>"
)


def test_an_error_in_repeated_rows_and_columns_is_refused_in_each(tmp_path):
    cell = ODS_ERROR.format(' table:number-columns-repeated="2"')
    grid = files.open_file(ods_file(tmp_path, cell, 3)).grids[0]
    assert set(grid.broken) == {(row, column) for row in (1, 2, 3) for column in (8, 9)}
    keys = [each[1] for each in books.said(workbook.read([tmp_path / "a.ods"])) if each[2] == "error_value"]
    assert keys == ["I2", "J2", "I3", "J3", "I4", "J4"]


def test_percent_holds_in_repeated_rows(tmp_path):
    cell = '<table:table-cell office:value-type="percentage" office:value="0.5"/>'
    assert files.open_file(ods_file(tmp_path, cell, 2)).grids[0].percent == {(1, 8), (2, 8)}


def test_a_million_repeated_cells_are_cheap_if_empty_and_refused_if_not(tmp_path):
    path = ods_file(tmp_path, "<table:table-cell/>")
    cells = b'<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    rows = b'<table:table-row table:number-rows-repeated="1000000">' + cells
    path.write_bytes(with_part(path.read_bytes(), "content.xml", lambda text: text.replace(b"</table:table>", rows)))
    assert [len(grid.rows) for grid in files.open_file(path).grids] == [6, 6]
    for again in (20_000, 4_000_000):
        cell = ODS_ERROR.format(f' table:number-columns-repeated="{again}"')
        assert [fault.key for fault in files.open_file(ods_file(tmp_path, cell)).faults] == ["many_errors"]
    assert ods.MOST_BROKEN < 20_000


@pytest.mark.parametrize(
    "text",
    [
        "<text:p>4<text:tab/>00</text:p>",
        "<text:p>4<text:s/>00</text:p>",
        '<text:p>4<text:s text:c="3"/>00</text:p>',
        "<text:p>4<text:line-break/>00</text:p>",
        "<text:p>4</text:p><text:p>00</text:p>",
        "<text:p>4<text:span><text:s/>00</text:span></text:p>",
        "<text:p><text:span>4</text:span><text:tab/><text:span>00</text:span></text:p>",
    ],
)
def test_a_blank_between_digits_in_ods_is_a_fault(tmp_path, text):
    path = ods_file(tmp_path, f'<table:table-cell office:value-type="string">{text}</table:table-cell>')
    assert books.said(workbook.read([path])) == [("schools", "I2", "number")]


@pytest.mark.parametrize("value", ["20 23", "20\t23", "20\n23", "２０ ２３"])
def test_a_blank_inside_a_year_or_a_code_of_digits_is_a_fault(tmp_path, value):
    assert ("schools", "B2", "number") in books.said(books.read(tmp_path, books.county(schools_B2=value)))
    area = books.read(tmp_path, books.county(schools_F2=value.replace("20", "1").replace("23", "11")))
    assert {("schools", "F2", "code"), ("schools", "F2", "text")} & set(books.said(area))


@pytest.mark.parametrize(
    ("value", "shown", "key"),
    [
        ("1250000", "125.0", "format_differs"),
        ("1250000", "125万", "format_differs"),
        ("4000", "", "format_hides"),
        ("4000", "约4000", "format_differs"),
        ("4000", "4,000", ""),
        ("4000", "4.000,00", ""),
        ("4000", "4000 册", ""),
        ("0", "-", ""),
        ("4000.4", "4000", ""),
        ("4000", "4.00E+03", ""),
    ],
)
def test_what_ods_shows_is_held_against_its_value(tmp_path, value, shown, key):
    head = f'<table:table-cell office:value-type="float" office:value="{value}">'
    cell = f"{head}<text:p>{shown}</text:p></table:table-cell>"
    told = [each for _, _, each in books.said(workbook.read([ods_file(tmp_path, cell)])) if each.startswith("format")]
    assert told == ([key] if key else [])


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("0,125", "decimal_comma"),
        ("00,125", "decimal_comma"),
        ("-0,125", "decimal_comma"),
        ("1.234,5", "decimal_comma"),
        ("12,5", "decimal_comma"),
        ("1,23", "decimal_comma"),
        ("1,2345", "decimal_comma"),
        ("１２，５", "decimal_comma"),
        ("0,125万", "decimal_comma"),
        ("1,23,456", "number"),
        ("١٢", "number"),
        ("1’234", "number"),
        ("1 234", "number"),
        ("0\u00a0125", "number"),
        ("12,3456,7890", "number"),
    ],
)
def test_a_comma_that_parts_no_thousands_is_a_fault(tmp_path, value, key):
    assert books.said(books.read(tmp_path, books.county(schools_I2=value))) == [("schools", "I2", key)]


def test_a_comma_that_parts_thousands_is_read(tmp_path):
    for value in ("4,000", "４，０００", "4\u00a0000", "4,000.0"):
        assert books.read(tmp_path, books.county(schools_I2=value)).tables.schools["books"][0] == 4000


def test_a_decimal_comma_is_named(tmp_path):
    reading = given("decimal_comma.csv")
    assert books.said(reading) == [("", "M2", "decimal_comma")]
    text = (INPUTS / "decimal_comma.csv").read_text(encoding="utf-8-sig").replace("0,125", "1,125")
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    told = workbook.read([tmp_path / "a.csv"])
    assert books.said(told) == [("", "M2", "decimal_comma")], "where semicolons part cells, a comma may be decimal"


def shares(*values, header="随迁子女比例（%）"):
    """Return the small county with shares of its schools."""
    return books.county(schools_J1=header, **{f"schools_J{row}": value for row, value in enumerate(values, start=2)})


def test_shares_of_two_scales_are_a_fault_at_the_fewer(tmp_path):
    reading = books.read(tmp_path, shares(0.12, 0.1, 98, 0.05, None))
    assert books.said(reading) == [("schools", "J4", "share_scales")]
    assert books.said(books.read(tmp_path, shares(12, "0.1", 98, 55, 0))) == [("schools", "J3", "share_scales")]
    agreed = workbook.Mapping(units={"随迁子女比例(%)": "%"})
    assert books.said(books.read(tmp_path, shares(0.12, 0.1, 98, 0.05, None), mapping=agreed)) == []


@pytest.mark.parametrize(
    "values", [(0.5, 1.5, 4, 9, 30), (0.8, 12.5, 3, 0, 100), (0, 0, 40, 35, 98), (0.9, 12, 17, 0, 15)]
)
def test_small_shares_beside_large_ones_are_read_where_nothing_gapes(tmp_path, values):
    assert books.said(books.read(tmp_path, shares(*values))) == []


def hidden(reading: workbook.Reading) -> list[dict]:
    return [dict(notice.facts) for notice in reading.notices if notice.key == "hidden_cells"]


def test_hidden_rows_and_columns_are_read_and_said(tmp_path):
    reading = given("hidden_rows.xlsx")
    assert reading.tables.schools["books"].tolist()[:2] == [4000, 300]
    assert hidden(reading) == [{"rows": "3", "columns": "I"}]

    def filtered(made):
        sheet = made["schools"]
        sheet.auto_filter.ref = "A1:J6"
        for row in (3, 4, 6, 900):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["I"].hidden = True
        sheet.column_dimensions["Z"].hidden = True

    told = book(tmp_path, {}, {}, filtered)
    assert hidden(told) == [{"rows": "3–4, 6", "columns": "I"}]
    assert len(told.tables.schools) == 5


def test_hidden_rows_and_columns_of_ods_are_said(tmp_path):
    columns = '<table:table-column table:number-columns-repeated="8"/><table:table-column table:visibility="collapse"/>'
    path = ods_file(tmp_path, '<table:table-cell office:value-type="float" office:value="4000"/>', 1, columns)
    content = with_part(
        path.read_bytes(),
        "content.xml",
        lambda text: text.replace(b'rows-repeated="1"', b'rows-repeated="1" table:visibility="filter"'),
    )
    path.write_bytes(content)
    assert hidden(workbook.read([path])) == [{"rows": "2", "columns": "I"}]


def test_noughts_that_a_sheet_does_not_show_are_said(tmp_path):
    def without(made):
        made["schools"].sheet_view.showZeros = False

    told = [notice for notice in book(tmp_path, {}, {}, without).notices if notice.key == "hidden_noughts"]
    assert [notice.facts["count"] for notice in told] == [1]


def test_tabs_part_cells_that_hold_commas():
    reading = given("tabs_with_commas.txt", "tabs_with_commas_sections.csv")
    assert books.said(reading) == []
    assert reading.tables.schools["books"].tolist()[:4] == [4000, 300, 23226, 52000]


@pytest.mark.parametrize("separator", [",", "\t", ";", "，"])
@pytest.mark.parametrize("other", [",", "\t", ";", "，"])
def test_the_separator_is_that_of_the_header(tmp_path, separator, other):
    lines = [["2023年学校一览（a）"], *(list(row) for row in books.SCHOOLS)]
    for number, row in enumerate(lines[1:]):
        row.append("备注" if number == 0 else f'"{other * 30}"' if other == separator else other * 30)
    text = "\n".join(separator.join("" if value is None else str(value) for value in row) for row in lines)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    grid = files.open_file(tmp_path / "a.csv").grids[0]
    assert [path for path in layout.find(grid).paths if path] == [(str(name),) for name in lines[1]]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "a web page"),
        (b"\xef\xbb\xbf<!DOCTYPE html>\n<table>", "a web page"),
        (b"\r\n<META charset=gbk><table>", "a web page"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a web page of one file (MHTML)"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "an XML file"),
        (b"{\\rtf1 x}", "a text with formats (RTF)"),
        (b"ID;PWXL;N;E\nP;PGeneral", "a SYLK file"),
        (b"%PDF-1.7", "a PDF file"),
    ],
)
def test_other_files_named_as_workbooks_are_named(tmp_path, content, kind):
    (tmp_path / "a.xls").write_bytes(content)
    told = workbook.read([tmp_path / "a.xls"]).faults[0]
    assert (told.key, told.facts["kind"][0]) == ("other_format", kind)
    assert given("web_page.xls").faults[0].key == "other_format"


GROUPED = [
    ["县", "年份", "学校代码", "学段", "办学类型", "举办者类型", "城乡类型", "乡镇街道", "生均", None],
    [None] * 8 + ["图书（册）", "教学及辅助用房面积（㎡）"],
    ["D", 2023, "P-01", "小学", "小学", "民办", "城区", "T1", 31, 5.2],
]


@pytest.mark.parametrize("group", ["生均", "上年末", "其中：生均", "缺口", "在建"])
@pytest.mark.parametrize("kind", ["xlsx", "ods", "plain"])
def test_a_group_over_some_columns_is_never_dropped(tmp_path, group, kind):
    rows = [list(row) for row in GROUPED]
    rows[0][8] = group
    merged = [((0, column), (1, column)) for column in range(8)] + [((0, 8), (0, 9))]
    page = Sketch("学校", rows, [] if kind == "plain" else merged)
    content = books.sketch.ods([page]) if kind == "ods" else books.sketch.xlsx([page])
    (tmp_path / "a.xlsx").write_bytes(content)
    reading = workbook.read([tmp_path / "a.xlsx"])
    told = {fault.place.address: fault.key for fault in reading.faults}
    assert told.get("I2") in ("header_unknown", "header_unsure")
    assert told.get("J2") in ("header_unknown", "header_unsure")


FORM = [
    ["基本情况", "学校代码：", "N-02", "年份", "2023年"],
    [None, "县（市、区）", "D", "办学类型", "小学"],
    [None, "举办者类型", "民办", "城乡类型", "镇区"],
    [None, "乡镇街道", "T1", "在校生数", 166],
    ["办学条件", "图书册数", 31],
    [None, "专任教师数", 12],
]


def test_a_group_beside_or_above_the_labels_of_a_form_is_never_dropped(tmp_path):
    for group, keys in (("办学条件", []), ("生均", ["header_unknown"] * 2)):
        rows = [list(row) for row in FORM]
        rows[4][0] = group
        page = Sketch("某校", rows, [((0, 0), (3, 0)), ((4, 0), (5, 0))])
        (tmp_path / "a.xlsx").write_bytes(books.sketch.xlsx([page]))
        told = [fault.key for fault in workbook.read([tmp_path / "a.xlsx"]).faults]
        assert [key for key in told if key.startswith("header")] == keys
    rows = [row[1:] for row in FORM]
    rows[4:4] = [["三、生均情况"]]
    told = {fault.place.address: fault.key for fault in books.read(tmp_path, {"某校": rows}).faults}
    assert told["B6"] == told["B7"] == "header_unknown"


def test_merged_cells_that_reach_from_the_header_into_the_rows_are_named(tmp_path):
    rows = [list(row) for row in books.SCHOOLS]
    merged = [((0, 6), (5, 6))]
    (tmp_path / "a.xlsx").write_bytes(books.sketch.xlsx([Sketch("schools", rows, merged)]))
    told = [fault for fault in workbook.read([tmp_path / "a.xlsx"]).faults if fault.key == "header_merged"]
    assert [(fault.place.address, fault.facts["range"]) for fault in told] == [("G1", "G1:G6")]


@pytest.mark.parametrize("title", ["2023年生均办学条件", "上年学校情况表", "School data per pupil"])
def test_a_title_that_would_change_every_number_is_a_fault_unless_confirmed(tmp_path, title):
    sheets = {"schools": [[title], *books.SCHOOLS], "sections": books.SECTIONS}
    assert [key for _, _, key in books.said(books.read(tmp_path, sheets))] == ["title_qualifies"]
    names = {"高中学生数": "schools.senior_pupils", "图书册数": "schools.books"}
    agreed = workbook.Mapping(headers=names | {"随迁子女比例(%)": "schools.migrant_share_pct"})
    assert books.said(books.read(tmp_path, sheets, mapping=agreed)) == []


@pytest.mark.parametrize("value", [0, 12, 1234567.891, Decimal("0.5"), -42])
@pytest.mark.parametrize(
    "code", ["General", "0", "#,##0.00", "0.00_ ", "0.0%", "[Red]0.0", "0_);(0)", "0.00E+00", "0.000000"]
)
def test_usual_formats_show_what_is_held(code, value):
    assert formats.seen(formats.shown(code, value), value, formats.is_percent(code)).same
