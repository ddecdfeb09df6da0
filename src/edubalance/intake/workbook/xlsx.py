"""What calamine does not tell of an xlsx file: percent formats, raised digits, error values, uncomputed formulas."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree

from edubalance.intake.workbook.grid import Cell, Grid, letters
from edubalance.intake.workbook.messages import of_a_reader
from edubalance.intake.workbook.packages import Refused

# Number formats 9 and 10 are percent in every spreadsheet.
BUILT_IN_PERCENT = {9, 10}
CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(/?)>")
REFERENCE = re.compile(rb"\br=\"([A-Za-z]{1,3})([0-9]{1,7})\"")
STYLE = re.compile(rb"\bs=\"([0-9]+)\"")
# An address or a row so far out that it is worth to count exactly; most sheets have none.
FAR = re.compile(rb"""r\s*=\s*["'](?:[A-Za-z]{3}|[A-Za-z]{0,2}[0-9]{5}|[^"'>]*&)""")
ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)\b[^>]*>([^<]*)")
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
LINKED = re.compile(rb"<(?:\w+:)?f\b[^>]*>[^<]*\[[0-9]+\]")
# Digits that are raised or lowered by their format alone, as characters of their own.
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Marks:
    """What is to be known of the cells of a sheet beside their values."""

    percent: frozenset[Cell] = frozenset()
    broken: Mapping[Cell, str] = field(default_factory=dict)
    formulas: int = 0
    linked: int = 0

    def applied(self, grid: Grid) -> Grid:
        """Return the grid with these marks."""
        return replace(grid, percent=self.percent, broken=self.broken, formulas=self.formulas, linked=self.linked)


def marks(parts: Mapping[str, bytes], most_cells: int) -> dict[str, Marks]:
    """
    Return the marks of each sheet.

    Parameters
    ----------
    parts : mapping of str to bytes
        The parts of the workbook.
    most_cells : int
        A sheet whose values reach further is refused.

    Returns
    -------
    dict of str to Marks
        By name of the sheet.

    Raises
    ------
    Refused
        If a value stands so far out that the sheet would fill the memory.
    """
    percent = _percent_styles(parts.get("xl/styles.xml", b""))
    found = {}
    for name, part in sheet_parts(parts).items():
        content = parts.get(part, b"")
        _check_extent(content, most_cells)
        found[name] = _marks(content, percent)
    return found


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """
    Return the part of each sheet by the sheet's name.

    Parameters
    ----------
    parts : mapping of str to bytes
        The parts of the workbook.

    Returns
    -------
    dict of str to str
        Names of parts; one that is not there may be among them.

    Raises
    ------
    Refused
        If a part is no XML.
    """
    if "xl/workbook.xml" not in parts:
        return {}
    targets = {
        item.get("Id", ""): posixpath.normpath(posixpath.join("xl", item.get("Target", ""))).lstrip("/")
        for item in _parsed(parts.get("xl/_rels/workbook.xml.rels", b"<r/>"))
    }
    names = {}
    for item in _parsed(parts["xl/workbook.xml"]).iter():
        if item.tag.endswith("}sheet"):
            key = next((value for name, value in item.attrib.items() if name.endswith("}id")), "")
            target = targets.get(key, "")
            names[item.get("name", "")] = target.removeprefix("xl/") if target.startswith("xl/xl/") else target
    return names


def raised(parts: Mapping[str, bytes]) -> dict[str, str]:
    """
    Return the texts of a workbook in which digits are raised by their format: the marks of footnotes.

    Parameters
    ----------
    parts : mapping of str to bytes
        The parts of the workbook.

    Returns
    -------
    dict of str to str
        From the text without formats, as a reader gives it, to the same with the characters ¹, ² … in it.

    Raises
    ------
    Refused
        If a part is no XML.
    """
    found: dict[str, str] = {}
    for name, content in parts.items():
        if b"vertAlign" in content and (name == "xl/sharedStrings.xml" or name.startswith("xl/worksheets/")):
            for item in _parsed(content).iter():
                if item.tag.endswith(("}si", "}is")):
                    runs = [_run(run) for run in item if run.tag.endswith("}r")]
                    found["".join(text for text, _ in runs)] = "".join(seen for _, seen in runs)
    return {text: seen for text, seen in found.items() if text != seen}


def _run(run: ElementTree.Element) -> tuple[str, str]:
    """Return the text of a run, without its format and with its digits raised as they are shown."""
    text = "".join(item.text or "" for item in run if item.tag.endswith("}t"))
    moved = any(item.tag.endswith("}vertAlign") and item.get("val") != "baseline" for item in run.iter())
    return text, text.translate(RAISED) if moved else text


def _parsed(content: bytes) -> ElementTree.Element:
    """Parse a part; it has no entities, for those were refused."""
    try:
        return ElementTree.fromstring(content)  # noqa: S314
    except ElementTree.ParseError as error:
        raise Refused("unreadable", {"why": of_a_reader(str(error))}) from error


def _percent_styles(content: bytes) -> frozenset[int]:
    """Return the numbers of the cell styles that show a fraction as percent."""
    if not content:
        return frozenset()
    root = _parsed(content)
    own = {
        int(item.get("numFmtId", "0"))
        for item in root.iter()
        if item.tag.endswith("}numFmt") and "%" in re.sub(r'"[^"]*"|\\.', "", item.get("formatCode", ""))
    }
    styles: list[int] = []
    for group in root:
        if group.tag.endswith("}cellXfs"):
            styles = [int(item.get("numFmtId", "0")) for item in group]
    return frozenset(number for number, style in enumerate(styles) if style in BUILT_IN_PERCENT | own)


def _check_extent(content: bytes, most_cells: int) -> None:
    """Refuse a value that stands so far out that all cells up to it would not fit into memory."""
    if not FAR.search(content):
        return
    height, width = _extent(content)
    if height * width > most_cells:
        raise Refused("too_wide", {"limit": most_cells, "where": f"{letters(width)}{height}"})


def _extent(content: bytes) -> tuple[int, int]:
    """Return the last row and the last column in which anything stands."""
    row = column = height = width = 0
    try:
        for event, item in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):  # noqa: S314
            name = item.tag.rpartition("}")[2]
            if name == "row" and event == "start":
                row, column = _counted(item.get("r", ""), row), 0
            elif name == "c" and event == "start":
                address = ADDRESS.fullmatch(item.get("r", ""))
                row, column = (int(address.group(2)), _number(address.group(1))) if address else (row, column + 1)
            elif name == "c" and len(item):
                height, width = max(height, row), max(width, column)
            elif name == "row":
                item.clear()
    except ElementTree.ParseError as error:
        raise Refused("unreadable", {"why": of_a_reader(str(error))}) from error
    return height, width


def _counted(text: str, before: int) -> int:
    """Return the number of a row; the one after the row before where it has none."""
    return int(text) if text.isdigit() else before + 1


def place(address: str) -> Cell | None:
    """
    Return the place of a cell, counted from 0, from its address.

    Parameters
    ----------
    address : str
        Letters and digits.

    Returns
    -------
    Cell or None
        None where it is no address.

    Examples
    --------
    >>> place("C7"), place("C0"), place("")
    ((6, 2), None, None)
    """
    found = ADDRESS.fullmatch(address)
    row = int(found.group(2)) if found else 0
    return (row - 1, _number(found.group(1)) - 1) if found and row else None


def _number(name: str) -> int:
    """Return the number of a column from its letters."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _marks(content: bytes, percent: frozenset[int]) -> Marks:
    """Look through the cells of a sheet, where there is anything to be found."""
    formulas = len(FORMULA.findall(content)) if b"<f" in content or b":f" in content else 0
    errors = b't="e"' in content or b"t='e'" in content
    styled = any(b'"%d"' % style in content for style in percent)
    if not formulas and not errors and not styled:
        return Marks()
    shares: set[Cell] = set()
    broken: dict[Cell, str] = {}
    found = list(CELL.finditer(content))
    for number, cell in enumerate(found):
        reference, style = REFERENCE.search(cell.group(1)), STYLE.search(cell.group(1))
        if not reference or cell.group(2):
            continue
        place = (int(reference.group(2)) - 1, _number(reference.group(1).decode()) - 1)
        if style and int(style.group(1)) in percent:
            shares.add(place)
        if formulas or errors:
            end = found[number + 1].start() if number + 1 < len(found) else len(content)
            problem = _problem(cell.group(1), content[cell.end() : end])
            if problem:
                broken[place] = problem
    return Marks(frozenset(shares), broken, formulas, len(LINKED.findall(content)))


def _problem(attributes: bytes, inside: bytes) -> str:
    """Return the error value of a cell, or that its formula has no value; empty where all is well."""
    value = VALUE.search(inside)
    if b't="e"' in attributes or b"t='e'" in attributes:
        return value.group(1).decode("utf-8", "replace") if value else "#ERROR"
    said = value and (value.group(1).strip() or b't="str"' in attributes)
    return "formula" if not said and FORMULA.search(inside) else ""
