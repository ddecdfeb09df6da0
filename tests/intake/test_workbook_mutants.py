"""Workbooks with planted numbers, changed by chance: a table with the planted numbers or a message, nothing else."""

from __future__ import annotations

import io
import random
import resource
import sys
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from intake.workbook import books
from intake.workbook.odd import check
from openpyxl import load_workbook

from edubalance.intake import workbook

SECONDS, MEMORY_KB = 30, 2_000_000
# Columns whose numbers are changed: sheet, position, name in the tables.
NUMBERS = [("schools", 8, "books"), ("sections", 3, "pupils"), ("sections", 4, "classes"), ("sections", 5, "teachers")]
SCALED = ["0!.0,", "0.0,,", '0.00,"万"', '0"万"', ";;;", '"约"0', '[>=1]0!.0,"万";0', "0!0", "#,##0,", "0%%"]
HARMLESS = ["0", "#,##0", "0.00_ ", "#,##0.00_);[Red](#,##0.00)", "[Blue]0", "@", "0.00E+00"]
WRONG_TEXTS = ["4,00", "0,125", "4\t00", "4 00", "约{0}", "{0}①", "1.2E+05", "{0}?", "{0}{0}元人", "1.234,5", "-{0}-"]
RIGHT_TEXTS = ["{0}", " {0} ", "{0:,}", "\u200b{0}"]
GOOD_GROUPS, BAD_GROUPS = ["办学条件", "学校基本情况"], ["生均", "上年末", "缺口", "拟建", "乡镇平均"]
GOOD_TITLES, BAD_TITLES = ["2023年学校一览表", "单位：人、册", "附表2"], ["生均情况表", "上年数据"]
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass
class Cell:
    """A cell: its value, what kind of cell it is, and its number format."""

    value: object = None
    kind: str = ""
    code: str = "General"


@dataclass
class Plan:
    """A workbook that is planned: its cells, how it is written, and whether a table of it would be wrong."""

    cells: dict[str, list[list[Cell]]]
    planted: dict[str, list[tuple[str, object]]]
    merged: dict[str, list] = field(default_factory=lambda: {"schools": [], "sections": []})
    hidden: dict[str, list[int]] = field(default_factory=lambda: {"schools": [], "sections": []})
    doubtful: bool = False
    addressed: str = "all"
    quote: str = '"'
    prefix: str = ""


def plan() -> Plan:
    """Plan the small county."""
    cells = {name: [[Cell(value) for value in row] for row in rows] for name, rows in books.county().items()}
    planted = {
        name: [(key(sheet, row), row[column]) for row in books.county()[sheet][1:]] for sheet, column, name in NUMBERS
    }
    return Plan(cells, planted)


def key(sheet: str, row: list) -> tuple:
    """Return what tells a row."""
    return (row[2],) if sheet == "schools" else (row[1], {"小学": "primary", "初中": "junior"}[row[2]])


def a_number(chance: random.Random, plan: Plan) -> tuple[Cell, str, int, int]:
    """Choose a cell with a planted number."""
    sheet, column, _ = chance.choice(NUMBERS)
    wanted = [row for row in plan.cells[sheet] if len(row) > 5 and _is_number(row[column]) and row[column].value]
    row = chance.choice(wanted)
    return row[column], sheet, plan.cells[sheet].index(row), column


def _is_number(cell: Cell) -> bool:
    return isinstance(cell.value, int) and not cell.kind


def scaled(chance, plan):
    cell, *_ = a_number(chance, plan)
    cell.code, plan.doubtful = chance.choice(SCALED), True


def harmless(chance, plan):
    a_number(chance, plan)[0].code = chance.choice(HARMLESS)


def broken(chance, plan):
    a_number(chance, plan)[0].kind = chance.choice(["error", "uncomputed"])
    plan.doubtful = True


def computed(chance, plan):
    a_number(chance, plan)[0].kind = "computed"


def wrong_text(chance, plan):
    cell, *_ = a_number(chance, plan)
    cell.value, plan.doubtful = chance.choice(WRONG_TEXTS).format(cell.value), True


def right_text(chance, plan):
    cell, *_ = a_number(chance, plan)
    cell.value = chance.choice(RIGHT_TEXTS).format(cell.value)


def group(chance, plan):
    """Put a group over one or two columns of numbers, the others merged over both rows of the header."""
    sheet = chance.choice(["schools", "sections"])
    rows = plan.cells[sheet]
    if len(rows[0]) < 5 or plan.merged[sheet]:
        return
    first, bad = (8, chance.random() < 0.6) if sheet == "schools" else (chance.choice([3, 4, 5]), True)
    last = first + chance.randint(0, 1)
    name = chance.choice(BAD_GROUPS if bad else GOOD_GROUPS)
    plan.doubtful |= bad
    top, below = list(rows[0]), [Cell() for _ in rows[0]]
    for column in range(first, last + 1):
        below[column], top[column] = top[column], Cell(name if column == first else None)
    rows[:1] = [top, below]
    if chance.random() < 0.7:
        plan.merged[sheet] += [((0, each), (1, each)) for each in range(len(top)) if not first <= each <= last]
        plan.merged[sheet] += [((0, first), (0, last))] if last > first else []
    else:
        # Without merged cells a group reaches to the next name of its row.
        plan.doubtful |= bad


def title(chance, plan):
    sheet, bad = chance.choice(["schools", "sections"]), chance.random() < 0.3
    plan.doubtful |= bad
    plan.cells[sheet].insert(0, [Cell(chance.choice(BAD_TITLES if bad else GOOD_TITLES))])
    plan.merged[sheet] = [((a + 1, b), (c + 1, d)) for (a, b), (c, d) in plan.merged[sheet]]


def hide(chance, plan):
    sheet = chance.choice(["schools", "sections"])
    plan.hidden[sheet].append(chance.randrange(len(plan.cells[sheet])))


def blank(chance, plan):
    sheet = chance.choice(["schools", "sections"])
    plan.cells[sheet].append([Cell()])


def shares(chance, plan):
    rows = [row for row in plan.cells["schools"] if len(row) > 9 and str(row[2].value)[1:2] == "-"]
    for row, value in zip(
        rows, chance.choice([(0.12, 0.1, 98, 0.05), (12, 40, 0.3, 55), (0.01, 77, 0.02)]), strict=False
    ):
        row[9].value = value
    plan.doubtful = True


def total(chance, plan):
    rows = [row for row in plan.cells["sections"] if len(row) > 5 and _is_number(row[3])]
    if len(rows) == 5:
        right = sum(row[3].value for row in rows)
        wrong = chance.choice([0, 0, 1])
        plan.cells["sections"].append([Cell("合计"), Cell(), Cell(), Cell(right + wrong), *[Cell()] * 4])
        plan.doubtful |= bool(wrong)


def spelling(chance, plan):
    plan.addressed = chance.choice(["all", "none", "some"])
    plan.quote, plan.prefix = chance.choice(["'", '"']), chance.choice(["", "x:"])


CHANGES = [scaled, harmless, broken, computed, wrong_text, right_text, group, title, hide, blank, shares, total]


def xlsx(plan: Plan, chance: random.Random) -> bytes:
    """Write a plan as an xlsx workbook, in the spelling that it asks for."""
    codes = sorted({cell.code for rows in plan.cells.values() for row in rows for cell in row} - {"General"})
    formats = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{escape(c, QUOTED)}"/>' for n, c in enumerate(codes))
    styles = "".join(f'<xf numFmtId="{200 + number}" applyNumberFormat="1"/>' for number in range(len(codes)))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
        + "".join(f'<Override PartName="/xl/s{n}.xml" ContentType="{TYPE}.worksheet+xml"/>' for n in (1, 2))
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{NAMESPACE}" xmlns:r="{RELATIONS}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(plan.cells, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="s{n}.xml"/>' for n in (1, 2))
        + f'<Relationship Id="st" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{NAMESPACE}"><numFmts count="{len(codes)}">{formats}</numFmts>'
        '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders>'
        f'<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="{1 + len(codes)}">'
        f'<xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
    }
    for number, name in enumerate(plan.cells, 1):
        parts[f"xl/s{number}.xml"] = _spelled(sheet_xml(plan, name, codes, chance), plan)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


QUOTED = {'"': "&quot;"}


def sheet_xml(plan: Plan, name: str, codes: list[str], chance: random.Random) -> str:
    """Write one sheet; every element has the prefix P:, which the spelling makes another."""
    rows = []
    for row, cells in enumerate(plan.cells[name], 1):
        written = "".join(
            _cell_xml(cell, f"{chr(64 + n)}{row}", codes, plan, chance) for n, cell in enumerate(cells, 1)
        )
        hidden = ' hidden="1"' if row - 1 in plan.hidden[name] else ""
        address = "" if plan.addressed == "none" else f' r="{row}"'
        rows.append(f"<P:row{address}{hidden}>{written}</P:row>")
    merged = "".join(
        f'<P:mergeCell ref="{chr(65 + b)}{a + 1}:{chr(65 + d)}{c + 1}"/>' for (a, b), (c, d) in plan.merged[name]
    )
    merged = f"<P:mergeCells>{merged}</P:mergeCells>" if merged else ""
    return f'<P:worksheet xmlns:P="{NAMESPACE}"><P:sheetData>{"".join(rows)}</P:sheetData>{merged}</P:worksheet>'


def _cell_xml(cell: Cell, address: str, codes: list[str], plan: Plan, chance: random.Random) -> str:
    """Write one cell."""
    addressed = plan.addressed == "all" or (plan.addressed == "some" and chance.random() < 0.5)
    given = (f' r="{address}"' if addressed else "") + (
        f' s="{codes.index(cell.code) + 1}"' if cell.code in codes else ""
    )
    if cell.kind == "error":
        return f'<P:c{given} t="e"><P:v>#N/A</P:v></P:c>'
    if cell.kind:
        value = f"<P:v>{cell.value}</P:v>" if cell.kind == "computed" else ""
        return f"<P:c{given}><P:f>1+1</P:f>{value}</P:c>"
    if cell.value is None:
        return f"<P:c{given}/>"
    if isinstance(cell.value, str):
        return f'<P:c{given} t="inlineStr"><P:is><P:t xml:space="preserve">{escape(cell.value)}</P:t></P:is></P:c>'
    return f"<P:c{given}><P:v>{cell.value}</P:v></P:c>"


def _spelled(text: str, plan: Plan) -> str:
    """Spell XML with other quotes or prefixes."""
    text = text.replace("xmlns:P=", f"xmlns:{plan.prefix[:-1]}=" if plan.prefix else "xmlns=").replace(
        "P:", plan.prefix
    )
    return text.replace('"', plan.quote)


def ods(plan: Plan) -> bytes:
    """Write a plan as an ods workbook that also holds what it shows."""
    pages = []
    for name, rows in plan.cells.items():
        written = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        pages.append(f'<table:table table:name="{name}">{written}</table:table>')
    names = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "content.xml",
            f"<office:document-content {names} {calc}><office:body><office:spreadsheet>{''.join(pages)}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def _ods_cell(cell: Cell) -> str:
    """Write one cell of ods; a format that scales shows a tenth of a thousandth."""
    if cell.kind == "error":
        shown = "<text:p>#N/A</text:p></table:table-cell>"
        return f'<table:table-cell table:formula="of:=NA()" calcext:value-type="error">{shown}'
    if cell.kind == "uncomputed":
        return '<table:table-cell table:formula="of:=1"/>'
    if cell.value is None:
        return "<table:table-cell/>"
    if isinstance(cell.value, str):
        text = escape(cell.value).replace("\t", "<text:tab/>").replace(" ", "<text:s/>")
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    shown = "" if cell.code == ";;;" else f"{cell.value / 10000}万" if cell.code in SCALED else f"{cell.value:,}"
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell.value}"><text:p>{shown}</text:p>'
        "</table:table-cell>"
    )


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """Change some bytes of one sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        chosen = chance.choice([name for name in old.namelist() if name.endswith(".xml") and name[0] != "["])
        for name in old.namelist():
            content = bytearray(old.read(name))
            for _ in range(chance.randint(1, 3) if name == chosen else 0):
                place = chance.randrange(len(content))
                content[place : place + chance.randint(0, 2)] = bytes(
                    chance.choices(b"<>\"'/ =0123456789rcsvtef&;", k=chance.randint(0, 2))
                )
            new.writestr(name, bytes(content))
    return out.getvalue()


def mutant(seed: int, folder: Path) -> str:
    """Make, read and judge one mutant; return its outcome, and raise where a number is wrong."""
    chance, made = random.Random(seed), plan()  # noqa: S311 - chance for tests
    for change in chance.choices(CHANGES, k=chance.randint(0, 3)):
        change(chance, made)
    kind = chance.choice(["xlsx", "xlsx", "ods"])
    if kind == "xlsx" and chance.random() < 0.6:
        spelling(chance, made)
    raw = xlsx(made, chance) if kind == "xlsx" else ods(made)
    noisy = chance.random() < 0.25
    path = folder / f"a.{kind}"
    path.write_bytes(damaged(raw, chance) if noisy else raw)
    began = time.monotonic()
    reading = workbook.read([path])
    if seed % 20 == 0:
        check(reading)
    assert time.monotonic() - began < SECONDS, seed
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MEMORY_KB, seed
    if reading.tables is None:
        assert reading.faults, seed
        return f"{kind}: message" + (", bytes changed" if noisy else "" if made.doubtful else ", though all was right")
    if noisy:
        return f"{kind}: table, bytes changed" + as_openpyxl_has_it(path, reading, seed)
    assert not made.doubtful, seed
    as_planted(reading, made, seed)
    return f"{kind}: table with the planted numbers"


def as_planted(reading: workbook.Reading, made: Plan, seed: int) -> None:
    """Hold the tables against the planted numbers."""
    for sheet, _, name in NUMBERS:
        frame = reading.assembled[sheet].frame
        keys = ["school_id"] if sheet == "schools" else ["school_id", "level"]
        read = {tuple(row[keys]): row[name] for _, row in frame.iterrows()}
        assert read == {each: "" if value is None else str(value) for each, value in made.planted[name]}, (seed, name)


def as_openpyxl_has_it(path: Path, reading: workbook.Reading, seed: int) -> str:
    """Hold the tables of a file with changed bytes against what openpyxl reads at the same cells, where it can."""
    if path.suffix != ".xlsx":
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, data_only=True)
    except Exception:  # noqa: BLE001 - openpyxl raises what it likes at damaged files
        return ", openpyxl cannot read it"
    for sheet, _, name in NUMBERS:
        assembled = reading.assembled[sheet]
        for row, text in assembled.frame[name].items():
            place = assembled.place(int(row), name)
            held = book[place.sheet][place.address].value if place.sheet in book.sheetnames else None
            if isinstance(held, int | float):
                assert text, (seed, name, held)
                assert float(text) == float(held), (seed, name, text, held)
    return ", as openpyxl has it"


def outcomes(seeds: range) -> Counter:
    """Read many mutants and count what came of them."""
    with tempfile.TemporaryDirectory() as folder:
        return Counter(mutant(seed, Path(folder)) for seed in seeds)


def test_mutants_end_in_the_planted_numbers_or_in_a_message():
    counted = outcomes(range(150))
    assert sum(counted.values()) == 150
    assert counted["xlsx: table with the planted numbers"] > 10
    assert counted["ods: table with the planted numbers"] > 5


@pytest.mark.fuzz
def test_ten_thousand_mutants_end_in_the_planted_numbers_or_in_a_message(capsys):
    counted = outcomes(range(1_000, 11_000))
    with capsys.disabled():
        sys.stdout.write("".join(f"{count:6} {outcome}\n" for outcome, count in sorted(counted.items())))
    assert sum(counted.values()) == 10_000
