"""The sheet on whether the county may apply (申报条件): checks before applying and vetoes, each with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from edubalance import codebook
from edubalance.assessment import Eligibility
from edubalance.form.facts import Fact
from edubalance.form.sheets import Facts, Sheet
from edubalance.form.writing import Cell, head, number
from edubalance.standards import Standard
from edubalance.wording import word

NAME = "申报条件"
HEADS = ("序号", "条件", "学段", "数值", "限值", "是否符合", "依据", "规则来源", "尚缺")
SAID = {"check": {"met": "是", "not_met": "否"}, "veto": {"met": "未发生", "not_met": "已发生"}}
SIGNS = {">=": "≥", "<=": "≤", "<": "＜", ">": "＞"}
NOTE = "本表不属于全国申报表；“自行申报，未经核实”的各项以佐证材料为准，未填报的一律视为无法判定。"
Row = Mapping[Any, Any]


def gather(found: Eligibility) -> dict[str, Fact]:
    """
    Gather the facts behind the checks before applying and the vetoes.

    Parameters
    ----------
    found : Eligibility
        Of one county and year.

    Returns
    -------
    dict of str to Fact
        ``applying.value.<part>``, ``applying.limit.<part>`` and ``applying.verdict.<part>``, with the level at the end
        where the part has one.
    """
    facts: dict[str, Fact] = {}
    for row in found.parts.to_dict("records"):
        source, lacks = _source(found, row), row["missing"]
        facts[_name("value", row)] = Fact(_known(row["value"]), source, lacks)
        facts[_name("limit", row)] = Fact(_known(row["limit"]), f"{found.standard.id}: limit of {row['part']}", lacks)
        facts[_name("verdict", row)] = Fact(SAID[row["kind"]].get(row["verdict"]), source, lacks)
    return facts


def _known(value: float) -> float | None:
    """Return a number, or nothing for NaN."""
    return None if value != value else float(value)


def _name(quantity: str, row: Row) -> str:
    """Name a fact of a part."""
    return ".".join(("applying", quantity, row["part"], *([row["level"]] if row["level"] else [])))


def _source(found: Eligibility, row: Row) -> str:
    """Say where a part comes from; of a document, which one."""
    if row["basis"] == "tables":
        return f"eligibility: {row['part']} {row['level']} ({found.convention})"
    declared = ", declared, not verified" if row["basis"] == "declared" else ""
    return f"county.csv: {row['part']}{declared}" + (f": {row['evidence']}" if row["evidence"] else "")


def sheet(found: Eligibility, facts: Facts) -> Sheet:
    """
    Return the sheet: checks before applying, then vetoes, a row each thing compared.

    Parameters
    ----------
    found : Eligibility
        Of one county and year.
    facts : mapping of str to Fact
        With those of `gather`.

    Returns
    -------
    Sheet
        What is undetermined is blank, and says what is missing.
    """
    names = _names(found.standard)
    rows = [tuple(head(text) for text in HEADS)]
    rows += [tuple(_cells(row, names, facts)) for row in found.parts.to_dict("records")]
    title = "申报条件与一票否决事项"
    return Sheet(NAME, title, "Checks before applying, and vetoes", tuple(rows), (Cell(NOTE),))


def _cells(row: Row, names: Mapping[str, str], facts: Facts) -> Iterator[Cell]:
    """Lay one part out."""
    veto = row["kind"] == "veto"
    yield head(f"{'否决' if veto else ''}{row['number']}")
    yield head(names[row["part"]] + (f"（{SIGNS[row['direction']]}）" if row["direction"] else ""))
    yield Cell(codebook.code_label("level", row["level"], "zh") if row["level"] else None)
    yield _number("value", row, facts) if row["direction"] else Cell("—")
    yield _number("limit", row, facts) if row["direction"] else Cell("—")
    name = _name("verdict", row)
    yield Cell(facts[name].value, facts=(name,))
    yield Cell(word(f"basis.{row['basis']}", "zh") + (f"；{word('remark.disagree', 'zh')}" if row["remark"] else ""))
    yield Cell(word(f"confidence.{row['confidence']}", "zh"))
    yield Cell(row["missing"] or None)


def _number(quantity: str, row: Row, facts: Facts) -> Cell:
    """Print a number: whole ones as they are, others with three decimals."""
    value = row[quantity]
    return number(facts, f"{_name(quantity, row)}:{0 if value == value and float(value).is_integer() else 3}")


def _names(standard: Standard) -> dict[str, str]:
    """Return what every part is called in Chinese, by id."""
    application = standard.application
    checked = [condition for check in application.checks for condition in check.conditions]
    named = (*application.vetoes, *standard.indicators, *standard.conditions, *checked)
    return {thing.id: thing.name("zh") for thing in named}
