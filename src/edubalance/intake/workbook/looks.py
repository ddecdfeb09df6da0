"""How a sheet of an xlsx file looks, from parts that were looked into before: styles, widths, heights, frozen panes."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from xml.etree import ElementTree

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as BookCell

from edubalance.intake.workbook import xlsx
from edubalance.intake.workbook.grid import Cell, Grid
from edubalance.intake.workbook.packages import Refused, contents

STYLES, THEME = "xl/styles.xml", "xl/theme/theme1.xml"
# What spreadsheets themselves allow, and more than any table needs.
MOST_STYLES, WIDEST, HIGHEST, MOST_FROZEN = 65_000, 255.0, 409.0, 1_000
# Bytes of a sheet; a larger one is copied plain, because every painted cell takes memory.
LARGEST_SHEET = 20_000_000
# What openpyxl raises at styles that do not hold together.
UNUSABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RuntimeError, ElementTree.ParseError)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FRAME = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="a" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="palette" sheetId="1" r:id="a"/></sheets></workbook>',
}


@dataclass(frozen=True)
class Look:
    """
    How one sheet looks.

    Attributes
    ----------
    styles : dict of Cell to int
        Number of the style of each cell, those of empty cells too; cells are counted from 0.
    widths, heights : dict of int to float
        Of columns and rows, counted from 0, where they are stated.
    frozen : Cell
        How many rows and columns stand still.
    """

    styles: dict[Cell, int] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    frozen: Cell = (0, 0)


@dataclass(frozen=True, eq=False)
class Palette:
    """
    A workbook that has the styles of another, and how the sheets of that other look.

    Attributes
    ----------
    book : Workbook
        With one sheet; in its first column stands one cell a style, without a value.
    looks : mapping of str to Look
        By name of the sheet.
    """

    book: Workbook
    looks: Mapping[str, Look]

    def paint(self, cell: BookCell, style: int) -> None:
        """Give a cell of the workbook a style by its number; an unknown number changes nothing."""
        if style < self.book.worksheets[0].max_row:
            # As openpyxl itself copies a sheet within a workbook.
            cell._style = copy(self.book.worksheets[0].cell(style + 1, 1)._style)  # noqa: SLF001


def palette(grids: tuple[Grid, ...]) -> Palette | None:
    """
    Take the styles of a workbook over into one of its own.

    Parameters
    ----------
    grids : tuple of Grid
        The sheets of one file.

    Returns
    -------
    Palette or None
        None where the file has no styles, or styles that do not hold together.

    Notes
    -----
    Nothing of the file is opened but its styles and its theme: they are laid into a package made anew, so that no
    value, formula, link or macro can come along. The file's bytes pass the same limits as when they were first read.
    """
    package = grids[0].package if grids else b""
    if not package:
        return None
    try:
        parts = contents(package)
        book = _book(parts)
        named = xlsx.sheet_parts(parts)
        return Palette(book, {grid.sheet: _look(parts.get(named.get(grid.sheet, ""), b""), grid) for grid in grids})
    except (Refused, zipfile.BadZipFile, *UNUSABLE):
        return None


def _book(parts: Mapping[str, bytes]) -> Workbook:
    """Load a package made of the styles alone, and see that it can be saved again."""
    count = sum(len(group) for group in ElementTree.fromstring(parts[STYLES]) if group.tag.endswith("}cellXfs"))  # noqa: S314 - entities were refused before
    if not 0 < count <= MOST_STYLES:
        raise ValueError(count)
    rows = "".join(f'<row r="{row}"><c r="A{row}" s="{row - 1}"/></row>' for row in range(1, count + 1))
    made: dict[str, str | bytes] = {**FRAME, STYLES: parts[STYLES]}
    made["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    theme = parts.get(THEME, b"")
    if theme and b"r:embed" not in theme and b"r:link" not in theme:
        ElementTree.fromstring(theme)  # noqa: S314 - it is copied as it is: it must be whole
        made[THEME] = theme
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name, content in made.items():
            written.writestr(name, content)
    with warnings.catch_warnings():
        # openpyxl says what of a style it leaves out; values do not hang on it.
        warnings.simplefilter("ignore")
        book = load_workbook(out)
        book.save(io.BytesIO())
    return book


def _look(content: bytes, grid: Grid) -> Look:
    """Look through a sheet as far as its values reach."""
    look, frozen = Look(), (0, 0)
    if not 0 < len(content) <= LARGEST_SHEET:
        return look
    height, width = len(grid.rows), grid.width
    for _, item in ElementTree.iterparse(io.BytesIO(content)):  # noqa: S314 - entities were refused before
        kind = item.tag.rpartition("}")[2]
        if kind == "c":
            place, style = xlsx.place(item.get("r", "")), item.get("s", "")
            if place and style.isdecimal() and place[0] < height and place[1] < width:
                look.styles[place] = int(style)
        elif kind == "row":
            number = item.get("r", "")
            size = float(item.get("ht", "0"))
            if number.isdecimal() and 0 < int(number) <= height and 0 < size <= HIGHEST:
                look.heights[int(number) - 1] = size
            item.clear()
        elif kind == "col" and 0 < float(item.get("width", "0")) <= WIDEST:
            look.widths.update(dict.fromkeys(_columns(item, width), float(item.get("width", "0"))))
        elif kind == "pane" and item.get("state") in ("frozen", "frozenSplit"):
            frozen = _frozen(item)
    return Look(look.styles, look.widths, look.heights, frozen)


def _columns(item: ElementTree.Element, width: int) -> Iterator[int]:
    """Return the columns that a width is stated of, counted from 0, as far as values reach."""
    return iter(range(max(int(item.get("min", "1")), 1) - 1, min(int(item.get("max", "1")), width)))


def _frozen(item: ElementTree.Element) -> Cell:
    """Return how many rows and columns stand still; none where that is no sensible number."""
    rows, columns = float(item.get("ySplit", "0")), float(item.get("xSplit", "0"))
    sound = 0 <= rows <= MOST_FROZEN and 0 <= columns <= MOST_FROZEN
    return (int(rows), int(columns)) if sound else (0, 0)
