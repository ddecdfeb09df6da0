"""The questionnaire of the package, from ``survey.yml``, and the tables of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from edubalance.codebook.columns import Code, Column, Table
from edubalance.codebook.questionnaire import OVERALL, PREFIX, Construct, Group, Item, Questionnaire, Scale
from edubalance.codebook.survey_parse import parse

__all__ = [
    "OVERALL",
    "PREFIX",
    "Construct",
    "Group",
    "Item",
    "Questionnaire",
    "Scale",
    "load",
    "parse",
    "tables",
]


# Why a number of a questionnaire is within its limits.
WHY = ("its meaning says what it can be", "取值见该列含义")


def _column(
    name: str,
    kind: str,
    zh: str,
    meanings: tuple[str, str],
    *,
    limits: tuple[float | None, float | None] = (None, None),
    aliases: tuple[str, ...] = (),
    required: bool = False,
    free: bool = False,
) -> Column:
    """Make a column without codes, unit or limit by another; its meanings are English and Chinese."""
    why = WHY if limits != (None, None) else ("", "")
    return Column(name, kind, required, (), "", *limits, "", "", zh, aliases, *meanings, "", why, free)


# What is known of every questionnaire, before the items and behind them.
KNOWN = (
    _column(
        "year",
        "integer",
        "年份",
        ("Year of the survey.", "调查的年份。"),
        limits=(1900, 2100),
        aliases=("年度",),
        required=True,
    ),
    _column(
        "respondent_id",
        "text",
        "问卷编号",
        ("Code; never a name.", "问卷的代码，不得填姓名。"),
        aliases=("编号",),
        required=True,
    ),
    _column(
        "school_id",
        "text",
        "学校代码",
        ("School of the respondent.", "答卷人所属的学校。"),
        aliases=("学校编号",),
        required=True,
    ),
)
LEVEL = _column(
    "level", "code", "学段", ("The section of the school.", "所属学校的学段。"), aliases=("阶段",), required=True
)
WEIGHT = _column(
    "weight",
    "number",
    "抽样权重",
    ("Sampling weight; no such column where all count alike.", "抽样权重；各份问卷同等计入时不设此列。"),
    limits=(0, 1_000_000),
)
RETURNED = _column(
    "returned",
    "integer",
    "是否回收",
    ("Came back: 1; otherwise 0, and no answers.", "已收回的填1；未收回的填0，且没有答案。"),
    limits=(0, 1),
    required=True,
)
COMMENT = _column(
    "comment",
    "text",
    "意见建议",
    ("What was written besides, without names.", "另外写下的意见，不得含人名。"),
    aliases=("备注",),
    free=True,
)


@lru_cache(maxsize=1)
def load() -> Questionnaire:
    """
    Return the questionnaire of the package, read once.

    Returns
    -------
    Questionnaire
        What ``survey.yml`` holds.

    Examples
    --------
    >>> parents = load().group("parents")
    >>> parents.overall.scale.satisfied_from, parents.constructs
    (4, ('satisfaction', 'family_support', 'access'))
    """
    return parse(files("edubalance").joinpath("survey.yml").read_text(encoding="utf-8"))


def tables(questionnaire: Questionnaire, levels: Mapping[str, Code]) -> dict[str, Table]:
    """
    Make the tables of the answers: what is known of every respondent, then one column an item.

    Parameters
    ----------
    questionnaire : Questionnaire
        Its groups have a table each.
    levels : mapping of str to Code
        The code list ``level``.

    Returns
    -------
    dict of str to Table
        By name: ``survey_parents`` ….
    """
    return {group.table: _table(group, tuple(levels), questionnaire) for group in questionnaire.groups.values()}


def _table(group: Group, levels: tuple[str, ...], questionnaire: Questionnaire) -> Table:
    """Make the table of one group."""
    items = [_item(item, questionnaire.constructs[item.construct]) for item in group.items]
    level = replace(LEVEL, codes=levels, code_list="level")
    columns = (*KNOWN, level, WEIGHT, RETURNED, *items, COMMENT)
    sent = f"One row a questionnaire sent to one of the {group.en}, whether it came back or not."
    meaning = f"{sent} The table is optional; `survey.yml` holds the scales."
    meaning_zh = f"发给{group.zh}的问卷每份一行，无论是否收回。本表可选；量表见 `survey.yml`。"
    return Table(group.table, f"{group.zh}问卷", meaning, meaning_zh, ("year", "respondent_id"), columns, ())


def _item(item: Item, construct: Construct) -> Column:
    """Make the column of an item: its wording is its header in Chinese and its meaning."""
    scale = item.scale
    turned, turned_zh = (", reversed", "；反向计分") if item.reversed else ("", "")
    meaning = f"{item.en} (Asked for {construct.en}; {scale.name('en')}{turned}.)"
    meaning_zh = f"{item.zh}。（所测：{construct.zh}；量表：{scale.name('zh')}{turned_zh}。）"
    return _column(item.id, "integer", item.zh, (meaning, meaning_zh), limits=(scale.minimum, scale.maximum))
