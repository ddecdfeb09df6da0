"""Print whether a county may apply as tables to read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from rich.table import Table

from edubalance import rounding, terminal
from edubalance.assessment import Eligibility
from edubalance.codebook import code_label
from edubalance.standards import Standard
from edubalance.wording import with_unit, word

Row = Mapping[Any, Any]
# Kind of a line, its column in the frame of verdicts, what it is called.
SUMMED = (("check", "checks", "checks_before_applying"), ("veto", "vetoes", "vetoes"))


def text(found: Eligibility, lang: str, *, data: str = "", width: int = 120) -> str:
    """
    Print checks and vetoes, everything compared in them, and the years of basic balance.

    Parameters
    ----------
    found : Eligibility
        Of one year, of any number of counties.
    lang : {"en", "zh"}
        Language.
    data : str
        What the data are; it stands on the first line. Empty for the user's own.
    width : int
        Of the tables.

    Returns
    -------
    str
        Ends with a line feed.
    """
    answer = StringIO()
    console = terminal.console(answer, width=width)
    profiles = f" + {', '.join(found.standard.profiles)}" if found.standard.profiles else ""
    if data:
        console.print(data)
    console.print(f"{found.standard.name(lang)} ({found.standard.document}){profiles}")
    for row in found.verdicts.to_dict("records"):
        console.print(f"{row['county']} {row['year']}")
        for kind, name, title in SUMMED:
            lines = found.lines.loc[(found.lines["county"] == row["county"]) & (found.lines["kind"] == kind)]
            said = with_unit(_verdict(kind, row[name], lang), _bases(lines["basis"], lang), lang)
            console.print(f"  {word(f'term.{title}', lang)}: {said}")
    for table in (_checks(found, lang), _vetoes(found, lang), _parts(found, lang), _history(found, lang)):
        console.print(table)
    return answer.getvalue()


def _verdict(kind: str, verdict: str, lang: str) -> str:
    """Say a verdict; of a veto, whether it happened."""
    return word(f"{'veto' if kind == 'veto' else 'verdict'}.{verdict}", lang)


def _bases(listed: Iterable[str], lang: str) -> str:
    """Say all that lines rest on: that some of it is the county's word alone must not be lost in a sum."""
    codes = dict.fromkeys(code for basis in listed for code in basis.split("+"))
    return {"en": "; ", "zh": "；"}[lang].join(word(f"basis.{code}", lang) for code in codes)


def _checks(found: Eligibility, lang: str) -> Table:
    """Tabulate the checks before applying."""
    terms = ("county", "number", "requirement", "verdict", "basis", "confidence", "still_missing")
    table = _table("checks_before_applying", terms, lang)
    table.caption = word("term.in_brackets", lang)
    names = {line.id: line.name(lang) for line in found.standard.application.checks}
    for row in found.lines.loc[found.lines["kind"] == "check"].to_dict("records"):
        table.add_row(
            str(row["county"]),
            str(row["number"]),
            names[row["line"]],
            _verdict("check", row["verdict"], lang),
            _bases([row["basis"]], lang),
            word(f"confidence.{row['confidence']}", lang),
            row["missing"],
        )
    return table


def _vetoes(found: Eligibility, lang: str) -> Table:
    """Tabulate the vetoes, with the value of the one that is measured."""
    terms = ("county", "number", "veto", "verdict", "value", "limit", "basis", "confidence", "remark", "still_missing")
    table = _table("vetoes", terms, lang)
    names = {line.id: line.name(lang) for line in found.standard.application.vetoes}
    for row in found.parts.loc[found.parts["kind"] == "veto"].to_dict("records"):
        table.add_row(
            str(row["county"]),
            str(row["number"]),
            names[row["line"]],
            _verdict("veto", row["verdict"], lang),
            _number(row["value"]),
            _limit(row),
            word(f"basis.{row['basis']}", lang),
            word(f"confidence.{row['confidence']}", lang),
            _remark(row, lang),
            row["missing"],
        )
    return table


def _parts(found: Eligibility, lang: str) -> Table:
    """Tabulate what the checks compare with a limit."""
    terms = ("county", "number", "condition", "level", "value", "limit", "verdict", "remark")
    table = _table("compared", terms, lang)
    table.caption = f"{word('term.convention', lang)}: {word(f'convention.{found.convention}', lang)}"
    names = _names(found.standard, lang)
    compared = found.parts.loc[(found.parts["direction"] != "") & (found.parts["kind"] == "check")]
    for row in compared.to_dict("records"):
        table.add_row(
            str(row["county"]),
            str(row["number"]),
            names[row["part"]],
            code_label("level", row["level"], lang) if row["level"] else "",
            _number(row["value"]),
            _limit(row),
            word(f"verdict.{row['verdict']}", lang),
            _remark(row, lang),
        )
    return table


def _history(found: Eligibility, lang: str) -> Table:
    """Tabulate the composites of the years before."""
    table = _table("basic_history", ("county", "year", "level", "composite", "limit", "verdict", "still_missing"), lang)
    for row in found.history.to_dict("records"):
        table.add_row(
            str(row["county"]),
            str(row["history_year"]),
            code_label("level", row["level"], lang),
            _number(row["composite"]),
            _number(row["limit"]),
            word("verdict.undetermined" if row["missing"] else f"verdict.{'met' if row['met'] else 'not_met'}", lang),
            row["missing"],
        )
    return table


def _table(title: str, terms: tuple[str, ...], lang: str) -> Table:
    """Begin a table with its title and headings; long texts go on in the next line, Chinese ones too."""
    table = Table(title=word(f"term.{title}", lang), title_justify="left", caption_justify="left")
    for term in terms:
        table.add_column(word(f"term.{term}", lang), overflow="fold")
    return table


def _names(standard: Standard, lang: str) -> dict[str, str]:
    """Return what the parts of checks are called, by id."""
    checked = [condition for check in standard.application.checks for condition in check.conditions]
    return {thing.id: thing.name(lang) for thing in (*standard.indicators, *standard.conditions, *checked)}


def _number(value: float) -> str:
    """Print a number, or that there is none."""
    return rounding.text(value, ".6g") if math.isfinite(value) else "–"


def _limit(row: Row) -> str:
    """Print a limit with its direction, or that there is none."""
    return f"{row['direction']} {rounding.text(row['limit'], 'g')}" if row["direction"] else "–"


def _remark(row: Row, lang: str) -> str:
    """Print a remark, if there is one."""
    return word(f"remark.{row['remark']}", lang) if row["remark"] else ""
