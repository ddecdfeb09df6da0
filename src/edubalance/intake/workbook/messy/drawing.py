"""How a clean value may have been typed: other units, digits and labels, marks for what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from edubalance import codebook
from edubalance.intake.workbook import cells, likeness, units, words
from edubalance.intake.workbook import headers as known_headers
from edubalance.intake.workbook.messy.sketch import Drawn
from edubalance.intake.workbook.messy.sketch import Path as Header

KEYS = ("county", "year", "school_id", "level")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
MARKS = ("—", "无", "/", "")


@lru_cache(maxsize=1)
def design() -> dict[str, Any]:
    """Read the headers of the example once."""
    text = files("edubalance.intake.workbook.messy").joinpath("messy.yml").read_text(encoding="utf-8")
    design: dict[str, Any] = yaml.safe_load(text)
    return design


def column(name: str) -> codebook.Column:
    """Return a column of schools or sections."""
    table = "schools" if name in codebook.table("schools").names else "sections"
    return codebook.table(table).column(name)


def headers(kind: str, names: Iterable[str]) -> dict[str, Header]:
    """Return the header of each column in one of the designs."""
    stated = {**design()["three_rows"], **(design()[kind] if kind != "three_rows" else {})}
    return {name: tuple(stated[name].split("/")) if kind != "one_row" else (_leaf(stated[name]),) for name in names}


def _leaf(text: str) -> str:
    """Return a header of one row: the whole of it where a stroke parts the unit."""
    return text if text.endswith("/万元") else text.split("/")[-1]


def _ratio(header: Header, column: codebook.Column) -> Decimal:
    """Return by what the clean number is divided to stand in the unit of a header."""
    match = known_headers.sure(header, "schools") or likeness.propose(header, "schools")
    return units.factor(match.context.unit, column) or Decimal(1) if match.context.unit else Decimal(1)


def drawn(name: str, text: str, header: Header, rng: np.random.Generator) -> Drawn:
    """Draw one clean value as someone may have typed it."""
    known = column(name)
    if not known.is_number:
        return _labelled(known, text, rng)
    if not text:
        return str(rng.choice(MARKS))
    value = Decimal(text) / _ratio(header, known)
    style = rng.random()
    if name not in ("year", "built_year") and style < 0.05:
        return f"{value.normalize():,f}"
    return f"{value.normalize():f}".translate(FULL_WIDTH) if style > 0.95 else value


def _labelled(column: codebook.Column, text: str, rng: np.random.Generator) -> str | None:
    """Draw a code as one of its labels, a name with a blank at times."""
    if not text:
        return None
    if column.kind == "code" and column.name in design()["variants"]:
        known = design()["variants"][column.name]
        return str(rng.choice(known[text])) if text in known else codebook.code_label(column.code_list, text, "zh")
    return f"{text}　" if rng.random() < 0.05 else text


def resources() -> list[str]:
    """Return the columns of schools beside the keys."""
    return [name for name in codebook.table("schools").names if name not in KEYS]


def counts() -> list[str]:
    """Return the columns of sections beside the keys."""
    return [name for name in codebook.table("sections").names if name not in KEYS]


def total(rows: Sequence[Sequence[Drawn]], names: Sequence[str], label: str, skip: int) -> list[Drawn]:
    """Make a row of totals under rows as they are drawn."""
    not_summed = words.load()["not_summed"]
    total: list[Drawn] = [label, *[None] * (skip - 1)]
    for place, name in list(enumerate(names))[skip:]:
        kind = column(name)
        known = [cells.number(_plain_value(row[place]), kind).text for row in rows] if kind.is_number else []
        summed = kind.is_number and name not in not_summed and any(known)
        total.append(sum((Decimal(text) for text in known if text), Decimal(0)) if summed else None)
    return total


def _plain_value(value: Drawn) -> str | int | Decimal:
    """Return a drawn value as a grid has it."""
    return "" if value is None else value
