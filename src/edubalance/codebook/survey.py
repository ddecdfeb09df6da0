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


def _column(
    name: str,
    kind: str,
    zh: str,
    meaning: str,
    *,
    limits: tuple[float | None, float | None] = (None, None),
    aliases: tuple[str, ...] = (),
    required: bool = False,
) -> Column:
    """Make a column without codes, unit or limit by another."""
    return Column(name, kind, required, (), "", *limits, "", "", zh, aliases, meaning, "")


# What is known of every questionnaire, before the items and behind them.
KNOWN = (
    _column("year", "integer", "年份", "Year of the survey.", limits=(1900, 2100), aliases=("年度",), required=True),
    _column("respondent_id", "text", "问卷编号", "Code; never a name.", aliases=("编号",), required=True),
    _column("school_id", "text", "学校代码", "School of the respondent.", aliases=("学校编号",), required=True),
)
WEIGHT = _column(
    "weight", "number", "抽样权重", "Sampling weight; no such column where all count alike.", limits=(0, None)
)
RETURNED = _column(
    "returned", "integer", "是否回收", "Came back: 1; otherwise 0, and no answers.", limits=(0, 1), required=True
)
COMMENT = _column("comment", "text", "意见建议", "What was written besides, without names.", aliases=("备注",))


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
    columns = (*KNOWN, _level(levels), WEIGHT, RETURNED, *items, COMMENT)
    sent = f"One row a questionnaire sent to one of the {group.en}, whether it came back or not."
    meaning = f"{sent} The table is optional; `survey.yml` holds the scales."
    return Table(group.table, f"{group.zh}问卷", meaning, ("year", "respondent_id"), columns, ())


def _level(levels: tuple[str, ...]) -> Column:
    """Make the column of the level, whose codes stand in the codebook."""
    column = _column("level", "code", "学段", "The section of the school.", aliases=("阶段",), required=True)
    return replace(column, codes=levels, code_list="level")


def _item(item: Item, construct: Construct) -> Column:
    """Make the column of an item: its wording is its header in Chinese and its meaning."""
    turned = ", reversed" if item.reversed else ""
    meaning = f"{item.en} (Asked for {construct.en}; {item.scale.id}{turned}.)"
    return _column(item.id, "integer", item.zh, meaning, limits=(item.scale.minimum, item.scale.maximum))
