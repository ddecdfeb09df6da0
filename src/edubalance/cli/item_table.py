"""The items of a standard beside its indicators, as tables of the terminal: value, limit, verdict, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table

from edubalance import rounding
from edubalance.assessment import Assessment
from edubalance.standards import Condition
from edubalance.tables.judged import SIGNS
from edubalance.tables.printed import NOTHING, plain
from edubalance.wording import word

# Columns of the terminal: a limit with a long unit takes two lines.
REQUIRED = 16
COUNTED = {
    "en": "Value: of schools and sections, the worst; in brackets how many of them fail, of how many.",
    "zh": "“实际值”：各校（学段）中最差者；括号内为未达标数/应检数。",
}


def item_tables(judged: Assessment, waits: Sequence[str], lang: str) -> Iterator[Table]:
    """
    Tabulate the items, one table a county, year and dimension.

    Parameters
    ----------
    judged : Assessment
        What to print.
    waits : sequence of str
        What each row of ``judged.items`` waits for.
    lang : {"en", "zh"}
        Language.

    Yields
    ------
    Table
        With the dimension above it.
    """
    conditions = {condition.id: condition for item in judged.standard.items for condition in item.conditions}
    rows = judged.items.assign(waits=list(waits))
    for (county, year, dimension), part in rows.groupby(["county", "year", "dimension"], sort=False):
        title = f"{county} {year} · {word(f'dimension.{dimension}', lang)}"
        table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for term in ("number", "condition", "value", "required", "verdict"):
            table.add_column(
                word(f"term.{term}", lang), overflow="fold", max_width=REQUIRED if term == "required" else None
            )
        for row in part.to_dict("records"):
            table.add_row(*_cells(row, conditions[row["condition"]], lang))
        if part["n_checked"].notna().any():
            table.caption, table.caption_justify = COUNTED[lang], "left"
        yield table


def _cells(row: Mapping[Any, Any], condition: Condition, lang: str) -> Iterator[str]:
    """Lay one condition out."""
    failed = f" ({row['n_failed']:g}/{row['n_checked']:g})" if row["n_checked"] > 0 else ""
    yield f"{row['number']:g}"
    # What is missing stands below, so that names of variables stay whole at the width of a terminal.
    yield condition.name(lang) + (f"\n→ {word('term.still_missing', lang)}: {row['waits']}" if row["waits"] else "")
    yield f"{plain(row['value'], row['threshold'])}{failed}"
    asked = (
        NOTHING if pd.isna(row["threshold"]) else f"{SIGNS[row['direction']]} {rounding.text(row['threshold'], 'g')}"
    )
    yield asked if asked == NOTHING else f"{asked} {condition.unit(lang)}".strip()
    yield word(f"verdict.{row['verdict']}", lang)
