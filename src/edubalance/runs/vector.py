"""Compare SVG pictures by what they draw: the same elements with the same text, and coordinates within a tolerance."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from xml.etree import ElementTree as ET

from edubalance.runs import raster
from edubalance.runs.drift import ABSENT, Drift, shortened

# Points, as all lengths in Matplotlib's SVG are.
LENGTH_TOLERANCE = 1e-3

# Decimals of a difference that count: 5.001 − 5 is no more than 0.001.
_DIGITS = 9

# Factors of scaling and angles multiply coordinates. Matplotlib writes six decimals, of which the last may round.
FACTOR_TOLERANCE = 2e-6

_SIDES = ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "width", "height")
_NUMERIC = frozenset((*_SIDES, "d", "points", "viewBox", "style", "offset"))
_PICTURE = re.compile(r"data:image/[a-z]+;base64,(.*)", re.DOTALL)
_DECIMAL = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
# A colour or a reference holds digits that are no numbers.
_PIECE = re.compile(rf"(#\w+|url\([^)]*\)|{_DECIMAL})")
_NUMBER = re.compile(_DECIMAL)
_STEP = re.compile(r"(\w+)\s*\(([^)]*)\)")

# Matplotlib names clip paths, markers, hatches, images and members of path collections by ten digits of a hash of their
# content, floats to the last bit among it. Glyphs are named by font and number, and groups by kind and place: these
# names mean something and are compared as they are.
_HASHED = re.compile(r"(?P<kind>p|m|h|image|C[0-9a-f]+_[0-9a-f]+_)[0-9a-f]{10}")
_REFERENCE = re.compile(rf"(?<=#){_HASHED.pattern}(?![\w-])")


def compare(name: str, committed: Path, run: Path) -> list[Drift]:
    """
    Compare two SVG files by what they draw.

    Parameters
    ----------
    name : str
        How to call the file.
    committed, run : Path
        The two files.

    Returns
    -------
    list of Drift
        The first place that differs, with how many do, or none.
    """
    before, after = _read(committed), _read(run)
    if isinstance(before, str) or isinstance(after, str):
        said = [side if isinstance(side, str) else "an SVG" for side in (before, after)]
        return [] if before == after else [Drift("picture", name, *said)]
    differences = [
        found for old, new in zip_longest(before, after, fillvalue=None) if (found := _difference(old, new)) is not None
    ]
    if not differences:
        return []
    where, old, new = differences[0]
    more = f" (and {len(differences) - 1} more places)" if len(differences) > 1 else ""
    return [Drift("picture", f"{name}, {where}{more}", shortened(old), shortened(new))]


@dataclass(frozen=True)
class _Node:
    """One element in the order of the document: where it stands, and what it says."""

    place: str
    depth: int
    tag: str
    attributes: dict[str, str]
    text: str
    tail: str


@dataclass
class _Names:
    """Ids made of a hash, renamed by their first appearance in a document."""

    known: dict[str, str] = field(default_factory=dict)

    def rename(self, value: str, attribute: str) -> str:
        """Rename the ids in the value of an attribute: the one that it defines, or those that it refers to."""
        if attribute == "id":
            found = _HASHED.fullmatch(value)
            return self._name(found) if found else value
        return _REFERENCE.sub(self._name, value)

    def _name(self, found: re.Match[str]) -> str:
        """Return the name of one id."""
        return self.known.setdefault(found[0], f"{found['kind']}{len(self.known) + 1}")


def _read(file: Path) -> list[_Node] | str:
    """Read an SVG as a list of its elements and comments, or say why it cannot be read."""
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True, insert_pis=True))  # noqa: S314 (see below)
    # The files are the project's own or a run's; expat refuses entities that blow up.
    try:
        root = ET.fromstring(file.read_bytes(), parser)  # noqa: S314
    except ET.ParseError as error:
        return f"not an SVG: {error}"
    return list(_walk(root, _Names(), "svg", 0))


def _walk(element: ET.Element, names: _Names, place: str, depth: int) -> Iterator[_Node]:
    """Yield an element and all below it, ids renamed."""
    tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "comment"
    plain = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    attributes = {key: names.rename(value, key) for key, value in plain.items()}
    place = attributes.get("id", place)
    full = element.tag if isinstance(element.tag, str) else tag
    yield _Node(f"{place}, {tag}", depth, full, attributes, element.text or "", element.tail or "")
    for child in element:
        yield from _walk(child, names, place, depth + 1)


def _difference(old: _Node | None, new: _Node | None) -> tuple[str, str, str] | None:
    """Say where two elements differ and how, or None."""
    if old is None or new is None:
        node = old or new
        return (node.place if node else "", _shape(old), _shape(new))
    if _shape(old) != _shape(new):
        return old.place, _shape(old), _shape(new)
    for key, value in old.attributes.items():
        if not _same(key, value, new.attributes[key]):
            return f"{old.place} {key}", *_first(value, new.attributes[key])
    for what, before, after in (("text", old.text, new.text), ("text after it", old.tail, new.tail)):
        if before != after:
            return f"{old.place}, {what}", before, after
    return None


def _shape(node: _Node | None) -> str:
    """Name an element: how deep it lies, its kind, its attributes."""
    if node is None:
        return ABSENT
    return f"{'·' * node.depth}{node.tag.rpartition('}')[2]} {' '.join(sorted(node.attributes))}"


def _same(key: str, old: str, new: str) -> bool:
    """Tell whether two values of an attribute draw the same."""
    if old == new:
        return True
    if key == "transform":
        return _same_steps(old, new)
    if key in _NUMERIC:
        return _close(old, new, LENGTH_TOLERANCE)
    before, after = _PICTURE.fullmatch(old), _PICTURE.fullmatch(new)
    return bool(before and after) and _same_picture(old, new)


def _same_steps(old: str, new: str) -> bool:
    """Compare transformations step by step: shifts as lengths, all else as factors."""
    before, after = _STEP.findall(old), _STEP.findall(new)
    if [step for step, _ in before] != [step for step, _ in after] or not before:
        return False
    return all(
        _close(left, right, LENGTH_TOLERANCE if step == "translate" else FACTOR_TOLERANCE)
        for (step, left), (_, right) in zip(before, after, strict=True)
    )


def _close(old: str, new: str, tolerance: float) -> bool:
    """Compare two texts piece by piece: numbers within a tolerance, all else exactly."""
    before, after = _PIECE.split(old), _PIECE.split(new)
    return len(before) == len(after) and all(
        left == right or _near(left, right, tolerance) for left, right in zip(before, after, strict=True)
    )


def _near(left: str, right: str, tolerance: float) -> bool:
    """Tell whether two pieces are numbers that lie near each other."""
    if not (_NUMBER.fullmatch(left) and _NUMBER.fullmatch(right)):
        return False
    return round(abs(float(left) - float(right)), _DIGITS) <= tolerance


def _same_picture(old: str, new: str) -> bool:
    """Compare two embedded pictures as they are seen."""
    before, after = (_PICTURE.fullmatch(value) for value in (old, new))
    if before is None or after is None:
        return False
    try:
        return raster.difference(b64decode(before[1]), b64decode(after[1])) is None
    except binascii.Error:
        return False


def _first(old: str, new: str) -> tuple[str, str]:
    """Return the first lines that differ of two values of many lines."""
    for before, after in zip_longest(old.splitlines(), new.splitlines(), fillvalue=""):
        if before != after and not _close(before, after, LENGTH_TOLERANCE):
            return before, after
    return old, new
