"""What calamine does not tell of an xlsx file: formats, raised digits, errors, uncomputed formulas, what is hidden."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS

from edubalance.intake.workbook import formats
from edubalance.intake.workbook.grid import Cell, Grid, letters
from edubalance.intake.workbook.messages import of_a_reader
from edubalance.intake.workbook.packages import WIDE, Refused

DATE = "yyyy-mm-dd"
# An address or a row so far out that it is worth to count exactly; most sheets have none.
FAR = re.compile(rb"""r\s*=\s*["'](?:[A-Za-z]{3}|[A-Za-z]{0,2}[0-9]{5}|[^"'>]*&)""")
ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
LINKED = re.compile(r"\[[0-9]+\]")
# A sheet without any of these has no mark: an error, a formula, what is hidden, another way to write XML.
TELLING = (b"'", b'="e"', b"<f", b":f", b":c", b"idden=", b' ht="0', b' width="0', b"showZ", b"&#", b" =", b"= ")
# Bytes before the rows, where programs break lines.
BEGINNING = 200
# With more notable styles every cell is looked at.
MOST_STYLES = 12
NO = ("0", "false")
# Shown as percent and otherwise as they are.
PLAIN_PERCENT = {"0%", "0.0%", "0.00%", "0.000%", "#,##0%", "#,##0.0%", "#,##0.00%", "0.0000%"}
# Digits that are raised or lowered by their format alone, as characters of their own.
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Marks:
    """
    What is to be known of the cells of a sheet beside their values.

    Attributes
    ----------
    percent : frozenset of Cell
        Cells that are shown as percent of what they hold.
    formats : mapping of Cell to str
        Number formats that may show another value than the cell holds.
    broken : mapping of Cell to str
        Error values, and ``formula`` for one that was never computed.
    formulas, linked : int
        How many formulas there are, and how many look into another workbook.
    hidden : tuple of frozenset of int
        Rows and columns that are hidden.
    noughts : bool
        Whether noughts are shown.
    """

    percent: frozenset[Cell] = frozenset()
    formats: Mapping[Cell, str] = field(default_factory=dict)
    broken: Mapping[Cell, str] = field(default_factory=dict)
    formulas: int = 0
    linked: int = 0
    hidden: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
    noughts: bool = True

    def applied(self, grid: Grid) -> Grid:
        """Return the grid with these marks."""
        return replace(
            grid,
            percent=self.percent,
            shown=_shown(grid, self.formats),
            broken=self.broken,
            formulas=self.formulas,
            linked=self.linked,
            hidden=self.hidden,
            noughts=self.noughts,
        )


def _shown(grid: Grid, stated: Mapping[Cell, str]) -> dict[Cell, str]:
    """Return what is shown of the numbers and texts in cells with formats of their own."""
    values = {cell: grid.at(*cell) for cell in stated}
    return {
        cell: formats.shown(stated[cell], value)
        for cell, value in values.items()
        if value != "" and isinstance(value, str | float) and not isinstance(value, bool)
    }


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
        If a part is no XML, or a value stands so far out that the sheet would fill the memory.

    Notes
    -----
    openpyxl takes sixteen times as long as pandas to read a sheet of 3,000 schools, and cannot tell a formula from its
    value in one pass. So the cells are read by expat, in one pass, and only those of a sheet in which some bytes could
    belong to a mark: what is not surely free of marks is looked at.
    """
    notable = _notable_styles(parts.get("xl/styles.xml", b""))
    found = {}
    for name, part in sheet_parts(parts).items():
        content = parts.get(part, b"")
        if not _is_free(content, notable):
            cells = _Cells(notable)
            cells.read(content)
            cells.check_extent(most_cells)
            found[name] = cells.marks()
    return found


def _is_free(content: bytes, notable: Mapping[int, str]) -> bool:
    """Tell whether a sheet has surely no mark; false only costs time."""
    if 0 in notable or len(notable) > MOST_STYLES or content.startswith(WIDE) or FAR.search(content):
        return False
    if b"\t" in content or b"\n" in content[BEGINNING:]:
        return False
    styled = (b's="%d"' % style in content for style in notable)
    addressed = content.count(b"<c ") == content.count(b'<c r="') and b"<c>" not in content and b"<c/" not in content
    return addressed and not any(telling in content for telling in TELLING) and not any(styled)


class _Cells:
    """The cells of a sheet, as expat comes upon them."""

    def __init__(self, notable: Mapping[int, str]) -> None:
        self.notable = notable
        self.row = self.column = -1
        self.height = self.width = 0
        self.percent: set[Cell] = set()
        self.formats: dict[Cell, str] = {}
        self.broken: dict[Cell, str] = {}
        self.rows: set[int] = set()
        self.columns: list[tuple[int, int]] = []
        self.formulas = self.linked = 0
        self.noughts = True
        self.cell: dict[str, str] | None = None
        self.formula: str | None = None
        self.value: str | None = None
        self.inside = ""
        self.steps = {
            "row": self._row,
            "c": self._cell,
            "f": self._formula,
            "v": self._value,
            "is": self._value,
            "col": self._column,
            "sheetView": self._view,
        }

    def read(self, content: bytes) -> None:
        """Read all of a sheet."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        try:
            parser.Parse(content, True)  # noqa: FBT003 - the end of the content
        except expat.ExpatError as error:
            raise Refused("unreadable", {"why": of_a_reader(str(error))}) from error

    def start(self, name: str, given: dict[str, str]) -> None:
        """Begin an element."""
        step = self.steps.get(name[name.find(":") + 1 :])
        if step:
            step(given)

    def _row(self, given: dict[str, str]) -> None:
        self.row = _counted(given.get("r", ""), self.row)
        self.column = -1
        if _is_true(given.get("hidden", "")) or _is_nought(given.get("ht", "")):
            self.rows.add(self.row)

    def _cell(self, given: dict[str, str]) -> None:
        address = given.get("r")
        found = place(address) if address else None
        self.row, self.column = found or (self.row, self.column + 1)
        self.cell, self.formula, self.value = given, None, None

    def _formula(self, _: dict[str, str]) -> None:
        self.formulas += 1
        self.formula, self.inside = "", "f"

    def _value(self, _: dict[str, str]) -> None:
        self.value, self.inside = "", "v"

    def _column(self, given: dict[str, str]) -> None:
        if _is_true(given.get("hidden", "")) or _is_nought(given.get("width", "")):
            first, last = given.get("min", ""), given.get("max", "")
            if first.isdecimal() and last.isdecimal():
                self.columns.append((int(first) - 1, int(last) - 1))

    def _view(self, given: dict[str, str]) -> None:
        self.noughts = given.get("showZeros", "1") not in NO

    def text(self, text: str) -> None:
        """Take the text of a formula or value."""
        if self.inside == "f" and self.formula is not None:
            self.formula += text
        elif self.inside == "v" and self.value is not None:
            self.value += text

    def end(self, name: str) -> None:
        """End an element."""
        kind = name[name.find(":") + 1 :]
        if kind in ("f", "v", "is"):
            self.inside = ""
            self.linked += kind == "f" and bool(LINKED.search(self.formula or ""))
        elif kind == "c" and self.cell is not None:
            self._finish(self.cell)
            self.cell = None

    def _finish(self, given: dict[str, str]) -> None:
        """Remember what is odd about a cell."""
        if self.formula is None and self.value is None:
            return
        here = (self.row, self.column)
        self.height, self.width = max(self.height, here[0] + 1), max(self.width, here[1] + 1)
        style, kind = given.get("s", "0"), given.get("t", "")
        code = self.notable.get(int(style)) if style.isdecimal() else None
        if code is not None:
            if formats.is_percent(code):
                self.percent.add(here)
            if code not in PLAIN_PERCENT:
                self.formats[here] = code
        if kind == "e":
            self.broken[here] = (self.value or "").strip() or "#ERROR"
        elif self.formula is not None and (self.value is None or (not self.value.strip() and kind != "str")):
            self.broken[here] = "formula"

    def check_extent(self, most_cells: int) -> None:
        """Refuse a value that stands so far out that all cells up to it would not fit into memory."""
        if self.height * self.width > most_cells:
            raise Refused("too_wide", {"limit": most_cells, "where": f"{letters(self.width)}{self.height}"})

    def marks(self) -> Marks:
        """Return what was found."""
        wide = {column for first, last in self.columns for column in range(max(first, 0), min(last + 1, self.width))}
        hidden = (frozenset(self.rows), frozenset(wide))
        percent, broken = frozenset(self.percent), self.broken
        return Marks(percent, self.formats, broken, self.formulas, self.linked, hidden, self.noughts)


def _is_true(text: str) -> bool:
    """Tell whether an attribute says yes."""
    return text in ("1", "true")


def _is_nought(text: str) -> bool:
    """Tell whether a height or width is nought."""
    return bool(re.fullmatch(r"0(?:\.0*)?", text))


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


def _notable_styles(content: bytes) -> dict[int, str]:
    """Return the number formats of the cell styles that may show another value than a cell holds."""
    if not content:
        return {}
    root = _parsed(content)
    own = {item.get("numFmtId", ""): item.get("formatCode", "") for item in root.iter() if item.tag.endswith("}numFmt")}
    styles: list[str] = []
    for group in root:
        if group.tag.endswith("}cellXfs"):
            styles = [_code(item.get("numFmtId", "0"), own) for item in group]
    return {number: code for number, code in enumerate(styles) if not formats.is_plain(code)}


def _code(number: str, own: Mapping[str, str]) -> str:
    """Return a number format by its number."""
    if number in own:
        return own[number]
    known = int(number) if number.isdecimal() else 0
    return DATE if known in formats.BUILT_IN_DATES else BUILTIN_FORMATS.get(known, "General")


def _counted(text: str, before: int) -> int:
    """Return the number of a row, counted from 0; the one after the row before where it has none."""
    return int(text) - 1 if text.isdecimal() else before + 1


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
