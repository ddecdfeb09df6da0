"""Read the YAML files that people write: plain data only, bounded, and mistakes told with their line."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from edubalance import inputs
from edubalance.errors import CaseError
from edubalance.messages import Fact

# What YAML makes of a value that somebody wrote, in the words of one who writes.
_WRITTEN = {
    bool: "yes or no",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "keys with values",
}
# The deepest file of ours has 8 levels, the largest 2,600 values.
DEEPEST = 40
MOST_NODES = 20_000
LONGEST_NUMBER = 40


def read(file: Path, name: str) -> Any:
    """
    Read a file as plain data; YAML that asks for objects of Python is refused.

    Parameters
    ----------
    file : Path
        The file, in UTF-8.
    name : str
        What to call it in messages.

    Returns
    -------
    object
        Texts, numbers, lists and mappings; None for an empty file.

    Raises
    ------
    InputError
        If the file cannot be read.
    CaseError
        If it is no UTF-8 or no YAML, or more than a person writes, with line and column.
    """
    return parse(text(inputs.content(file, inputs.LARGEST_TEXT, name), name), name)


def text(raw: bytes, name: str) -> str:
    """
    Turn the bytes of a YAML file into text.

    Parameters
    ----------
    raw : bytes
        UTF-8, with or without a byte order mark.
    name : str
        What to call it in messages.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    CaseError
        If it is in another encoding, with line and column of the first byte that is no UTF-8.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        mark = yaml.Mark(name, error.start, before.count(b"\n"), error.start - before.rfind(b"\n") - 1, None, 0)
        what = ("the file is not in UTF-8", "文件编码不是 UTF-8")
        raise _at(name, mark, what, ("Save it as UTF-8.", "请另存为 UTF-8。")) from error


def parse(text: str, name: str) -> Any:
    r"""
    Turn YAML into plain data.

    Parameters
    ----------
    text : str
        YAML. ``true`` and ``false`` alone are truth values: ``no`` is a text. Digits with a leading zero, a colon or
        an underline are texts: YAML would make other numbers of them.
    name : str
        What to call it in messages.

    Returns
    -------
    object
        Texts, numbers, lists and mappings; None for an empty text.

    Raises
    ------
    CaseError
        If it is no YAML; if a key stands twice in one mapping, or is no text and no whole number; at a number without
        end; beyond `DEEPEST` levels or `MOST_NODES` values, each value behind an alias counted again.

    Examples
    --------
    >>> parse("{province: no, code: 010, year: 2023}", "case.yml")
    {'province': 'no', 'code': '010', 'year': 2023}
    >>> parse("year: 2023\nyear: 2024", "case.yml")
    Traceback (most recent call last):
    edubalance.errors.CaseError: case.yml, line 2, column 1: the key 'year' stands twice, first in line 1. ...
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except _Refused as refused:
        raise _at(name, refused.mark, refused.what, refused.remedy) from None
    except yaml.MarkedYAMLError as error:
        remedy = ("Correct the line; a text with a colon in it stands in quotes.", "请更正该行；含冒号的文本须加引号。")
        problem = " ".join(str(error.problem).split())
        raise _at(
            name, error.problem_mark, (f"this is no YAML ({problem})", f"不符合 YAML 格式（{problem}）"), remedy
        ) from error
    except yaml.reader.ReaderError as error:
        mark = yaml.Mark(name, error.position, *_line(text, error.position), None, 0)
        found = f"U+{error.character:04X}" if isinstance(error.character, int) else "?"
        what = (f"this is no YAML (the character {found})", f"不符合 YAML 格式（字符 {found}）")
        raise _at(name, mark, what, ("Delete it.", "请删除该字符。")) from error


def _line(text: str, position: int) -> tuple[int, int]:
    """Return the line and column of a position, counted from 0."""
    before = text[:position]
    return before.count("\n"), position - before.rfind("\n") - 1


@dataclass
class _Refused(Exception):  # noqa: N818 - it is caught here and becomes an error with its place
    """Something that a file should not hold."""

    mark: yaml.Mark
    what: tuple[str, str]
    remedy: tuple[str, str] = ("Correct it.", "请更正。")


def _at(name: str, mark: yaml.Mark | None, what: Fact, remedy: Fact) -> CaseError:
    """Build the refusal of something at a place of a file."""
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return CaseError.of("yaml_place", file=name, line=line, column=column, what=what, remedy=remedy)


class _Loader(yaml.SafeLoader):
    """Plain data within bounds; numbers and truth values as YAML 1.2 has them."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = self._count = 0
        self._sizes: dict[int, int] = {}

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """Compose a node, and count it: before its content if it is new, as often as it is used if it is an alias."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if self.check_event(yaml.AliasEvent) and event.anchor in self.anchors:
            aliased = self.anchors[event.anchor]
            if id(aliased) not in self._sizes:
                what = (
                    f"the alias *{event.anchor} stands within what it stands for",
                    f"别名 *{event.anchor} 引用了自身",
                )
                raise _Refused(event.start_mark, what)
            self._add(self._sizes[id(aliased)], event.start_mark)
            return super().compose_node(parent, index)
        if getattr(event, "tag", None) not in (None, "!"):
            what = (f"this is no YAML of plain data (it has the tag {event.tag})", f"标签 {event.tag} 不属于普通数据")
            raise _Refused(event.start_mark, what, ("Delete it.", "请删除。"))
        before = self._count
        self._add(1, event.start_mark)
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Refused(
                event.start_mark, (f"values stand at most {DEEPEST} levels deep", f"嵌套应不超过 {DEEPEST} 层")
            )
        node = super().compose_node(parent, index)
        self._depth -= 1
        self._sizes[id(node)] = self._count - before
        return node

    def _add(self, many: int, mark: yaml.Mark) -> None:
        """Count values."""
        self._count += many
        if self._count > MOST_NODES:
            what = (f"a file has at most {MOST_NODES:,} values", f"一个文件应不超过 {MOST_NODES:,} 个值")
            raise _Refused(mark, what)

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - yaml's own
        """Construct a mapping; refuse a key that stands twice, and one that is no text and no whole number."""
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            key = _key(self, key_node)
            if key in seen:
                what = (
                    f"the key {key!r} stands twice, first in line {seen[key]}",
                    f"键 {key!r} 重复，第一次在第{seen[key]}行",
                )
                raise _Refused(key_node.start_mark, what, ("Delete one of the two.", "请删除其一。"))
            seen[key] = key_node.start_mark.line + 1
        return super().construct_mapping(node, deep=deep)


def _key(loader: _Loader, node: Node) -> Any:
    """Return a key, or refuse it."""
    key = loader.construct_object(node) if isinstance(node, ScalarNode) else None
    if key == "<<":
        what = ("keys are not merged from elsewhere by <<", "不能用 << 合并其他位置的键")
        raise _Refused(node.start_mark, what, ("Write them out.", "请逐一写出。"))
    if type(key) not in (str, int):
        what = (f"a key should be a text; got {described(_plain(node))}", "键应为文本")
        raise _Refused(node.start_mark, what, ("Put it in quotes.", "请加引号。"))
    return key


def _plain(node: Node) -> object:
    """Return what a node is, roughly."""
    return node.value if isinstance(node, ScalarNode) else [] if isinstance(node, SequenceNode) else {}


def _integer(_: _Loader, node: ScalarNode) -> int:
    """Construct a whole number of a length that counts something."""
    if len(node.value) > LONGEST_NUMBER:
        what = (f"a number has at most {LONGEST_NUMBER} digits", f"一个数应不超过 {LONGEST_NUMBER} 位")
        raise _Refused(node.start_mark, what)
    return int(node.value)


def _float(_: _Loader, node: ScalarNode) -> float:
    """Construct a number; one without end, or none, is refused."""
    number = float(node.value) if len(node.value) <= LONGEST_NUMBER and node.value[-1].isdigit() else math.nan
    if not math.isfinite(number):
        what = (f"a number should be finite; got {node.value[:LONGEST_NUMBER]}", "数应为有限数")
        raise _Refused(node.start_mark, what)
    return number


def _date(loader: _Loader, node: ScalarNode) -> object:
    """Construct a date, or refuse one that no calendar has."""
    try:
        return yaml.SafeLoader.construct_yaml_timestamp(loader, node)
    except ValueError as error:
        what = (f"this is no YAML ({node.value} is no date: {error})", f"{node.value} 不是有效日期")
        raise _Refused(node.start_mark, what) from error


# The tags that YAML 1.2 reads otherwise, or does not have.
_PLAIN = {
    "tag:yaml.org,2002:bool": (re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    "tag:yaml.org,2002:int": (re.compile("^[-+]?(?:0|[1-9][0-9]*)$"), "-+0123456789"),
    "tag:yaml.org,2002:float": (
        re.compile(
            r"^(?:[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
            r"|[-+]?(?:0|[1-9][0-9]*)[eE][-+]?[0-9]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
        ),
        "-+.0123456789",
    ),
}
_DROPPED = ("tag:yaml.org,2002:merge", "tag:yaml.org,2002:value")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in (*_PLAIN, *_DROPPED)]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, (_pattern, _firsts) in _PLAIN.items():
    _Loader.add_implicit_resolver(_tag, _pattern, list(_firsts))
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


def described(value: object) -> str:
    """
    Say what a value is, for a message on what it should have been.

    Parameters
    ----------
    value : object
        As YAML gives it.

    Returns
    -------
    str
        Its kind, and itself where it is short.

    Examples
    --------
    >>> described(2023), described(None), described({"a": 1})
    ('a whole number (2023)', 'nothing', 'keys with values')
    """
    if value is None:
        return "nothing"
    kind = _WRITTEN.get(type(value), type(value).__name__)
    return kind if isinstance(value, (list, Mapping)) else f"{kind} ({str(value)[:40]})"
