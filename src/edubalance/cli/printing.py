"""Print an assessment as tables, JSON or CSV."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from rich.table import Table

from edubalance import assessment as judging
from edubalance import documents, messages, rounding, terminal
from edubalance.assessment.inequality import conventions
from edubalance.cases import DEFAULT_SCENARIO
from edubalance.cli.item_table import item_tables
from edubalance.codebook import Tables, code_label
from edubalance.spreadsheets import frame_as_csv
from edubalance.wording import kind, word

# Of a table that is written to a file.
FILE_WIDTH = 120
_SECTIONS = 40


def terminal_width() -> int:
    """Return how wide the terminal is."""
    return shutil.get_terminal_size((FILE_WIDTH, 40)).columns


def assessment(
    judged: judging.Assessment,
    form: str,
    lang: str,
    *,
    data: str = "",
    waits: Sequence[str] = (),
    width: int | None = None,
) -> str:
    """
    Print an assessment.

    Parameters
    ----------
    judged : Assessment
        What to print.
    form : {"table", "json", "csv"}
        Tables to read, everything as JSON, or one CSV row a section and indicator.
    lang : {"en", "zh"}
        Language of the tables.
    data : str
        What the data are, as from `origin`; it stands on the face of every form. Empty for the user's own.
    waits : sequence of str
        What each row of ``judged.items`` waits for; without it the tables leave the items out.
    width : int, optional
        Of the tables; as for a file unless given.

    Returns
    -------
    str
        Ends with a line feed.
    """
    if form == "json":
        stated = {"data": data or None, **judging.to_dict(judged)}
        return json.dumps(stated, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if form == "csv":
        rows = judged.sections.assign(data=data) if data else judged.sections
        return frame_as_csv(rows)
    return (f"{data}\n" if data else "") + _tables(judged, waits, lang, width or FILE_WIDTH)


def origin(path: Path | None, lang: str, scenario: str | None = None) -> Iterator[str]:
    """
    Say what kind of data a case's tables are: nothing made from a twin may pass for facts about a place.

    Parameters
    ----------
    path : Path or None
        A file or folder; one outside of the cases is the user's own, about which nothing is said.
    lang : {"en", "zh"}
        Language.
    scenario : str, optional
        Scenario of the case; told from the path unless given.

    Yields
    ------
    str
        One line, or none.
    """
    for folder in () if path is None else path.resolve().parents:
        stated = _stated(folder / "case.yml")
        if stated:
            yield f"{stated[f'name_{lang}']}: {kind(stated['kind'], lang, scenario or _scenario(path, stated))}"


def _stated(file: Path) -> dict[str, Any]:
    """Read a case's own statement, wherever the case lies; empty where the file is none."""
    stated = documents.read(file, f"{file.parent.name}/{file.name}") if file.is_file() else None
    return stated if isinstance(stated, dict) and {"kind", "scenarios", "name_en", "name_zh"} <= set(stated) else {}


def _scenario(path: Path | None, stated: dict[str, Any]) -> str:
    """Tell the scenario from the folder that a table lies in."""
    name = path.resolve().parent.name if path else ""
    return name if name in stated["scenarios"] else DEFAULT_SCENARIO


def notes(tables: Tables, judged: judging.Assessment, lang: str) -> Iterator[str]:
    """
    Say where another convention of the difference coefficient would give another verdict.

    Parameters
    ----------
    tables : Tables
        The tables.
    judged : Assessment
        The assessment made of them.
    lang : {"en", "zh"}
        Language.

    Yields
    ------
    str
        One sentence a coefficient, and one on the values that pass only when rounded.
    """
    yield from _rounded(judged, lang)
    together = conventions(tables, judged.standard)
    together = together.loc[together["year"].isin(judged.verdicts["year"])]
    flipped = together.loc[together["flips"] & (together["convention"] != judged.convention)]
    ours = together.loc[together["flips"] & (together["convention"] == judged.convention)]
    kept = {_key(row): row for row in ours.to_dict("records")}
    for row in flipped.to_dict("records"):
        own = kept[_key(row)]
        if bool(row["met"]) == bool(own["met"]):
            continue
        name = judged.standard.indicator(row["indicator"]).name(lang)
        values = {"name": name, "level": code_label("level", row["level"], lang), "year": int(row["year"])}
        yield _FLIP[lang].format(
            **values,
            own=rounding.text(own["cv"], ".4f"),
            convention=word(f"convention.{row['convention']}", lang),
            other=rounding.text(row["cv"], ".4f"),
            limit=rounding.text(row["limit"], "g"),
        )


def _rounded(judged: judging.Assessment, lang: str) -> Iterator[str]:
    """Say which values miss their limit and would pass as the form prints them, the first five by name."""
    rows = judging.borderline(judged).to_dict("records")
    named = [
        _ROUNDED_VALUE[lang].format(
            name=_name_of_rule(judged, str(row["rule"]), lang),
            place=" ".join(part for part in (_place(row, lang), str(row["year"])) if part),
            value=rounding.text(row["value"], ".6g"),
            printed=rounding.text(row["printed"], f".{row['decimals']}f"),
        )
        for row in rows[:_NAMED]
    ]
    if named:
        more = messages.more(len(rows) - len(named), lang)
        yield _ROUNDED[lang].format(count=len(rows), values="; ".join(named) + more)


def _place(row: Mapping[Any, Any], lang: str) -> str:
    """Name the school and level of a value."""
    level = code_label("level", row["level"], lang) if row["level"] in LEVELS else ""
    return " ".join(part for part in (str(row["school_id"]), level) if part)


def _name_of_rule(judged: judging.Assessment, rule: str, lang: str) -> str:
    """Name an indicator or a condition."""
    named = [*judged.standard.indicators, *(each for item in judged.standard.items for each in item.conditions)]
    return next((each.name(lang) for each in named if each.id == rule), rule)


LEVELS = ("primary", "junior")
_NAMED = 5
_ROUNDED = {
    "en": "Note: {count} values miss their limit and would pass as the form prints them; unrounded values are "
    "judged: {values}.",
    "zh": "注意：有{count}个数值按申报表的小数位四舍五入后可达标，此处按未四舍五入的数值判定：{values}。",
}
_ROUNDED_VALUE = {
    "en": "{name}, {place}: {value}, printed {printed}",
    "zh": "{name}（{place}）{value}，四舍五入为{printed}",
}
_FLIP = {
    "en": "Note: {name}, {level}, {year}: the coefficient {own} would be {other} as “{convention}”; "
    "the limit {limit} lies between them.",
    "zh": "注意：{year}年{level}“{name}”的差异系数为{own}，按“{convention}”口径为{other}，限值{limit}在两者之间。",
}


def _key(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    """Name the coefficient that a row is about."""
    return tuple(row[name] for name in ("county", "year", "level", "indicator"))


def _tables(judged: judging.Assessment, waits: Sequence[str], lang: str, width: int) -> str:
    """Print verdicts, coefficients, items and sections as tables."""
    text = StringIO()
    console = terminal.console(text, width=width)
    standard = judged.standard
    profiles = f" + {', '.join(standard.profiles)}" if standard.profiles else ""
    console.print(f"{standard.name(lang)} ({standard.document}){profiles}")
    console.print(f"{word('term.verdict', lang)}: {word(f'verdict.{judged.verdict}', lang)}")
    items = item_tables(judged, waits, lang) if waits else ()
    for table in (_verdicts(judged, lang), _coefficients(judged, lang), *items, _sections(judged, lang)):
        console.print(table)
    left = len(judged.section_verdicts) - _SECTIONS
    if left > 0:
        console.print(
            {"en": f"… {left} more; --format csv lists all.", "zh": f"……另有{left}行，见--format csv。"}[lang]
        )
    return text.getvalue()


def _verdicts(judged: judging.Assessment, lang: str) -> Table:
    """Tabulate the verdicts by dimension."""
    table = _table(("county", "year", "dimension", "verdict"), lang)
    for row in judged.dimensions.to_dict("records"):
        named = word(f"dimension.{row['dimension']}", lang), word(f"verdict.{row['verdict']}", lang)
        table.add_row(str(row["county"]), str(row["year"]), *named)
    return table


def _coefficients(judged: judging.Assessment, lang: str) -> Table:
    """Tabulate the difference coefficients."""
    table = _table(("county", "year", "level", "indicator", "mean", "coefficient", "limit", "verdict"), lang)
    table.caption = f"{word('term.convention', lang)}: {word(f'convention.{judged.convention}', lang)}"
    for row in judged.counties.to_dict("records"):
        indicator = judged.standard.indicator(row["indicator"])
        table.add_row(
            str(row["county"]),
            str(row["year"]),
            code_label("level", row["level"], lang),
            f"{indicator.name(lang)} ({indicator.unit(lang)})",
            _number(row["mean"], 2),
            _number(row["cv"], 4),
            _number(row["limit"], 2),
            _met(row["met"], lang),
        )
    return table


def _sections(judged: judging.Assessment, lang: str) -> Table:
    """Tabulate the sections' verdicts, the first of them."""
    table = _table(("year", "school", "level", "indicators_met", "floor", "verdict"), lang)
    total = len(judged.standard.indicators)
    for row in judged.section_verdicts.head(_SECTIONS).to_dict("records"):
        table.add_row(
            str(row["year"]),
            str(row["school_id"]),
            code_label("level", row["level"], lang),
            f"{row['met_count']}/{total}",
            _met(row["floor_ok"], lang),
            word(f"verdict.{row['verdict']}", lang),
        )
    return table


def _table(terms: tuple[str, ...], lang: str) -> Table:
    """Begin a table with headings in a language."""
    table = Table(caption_justify="left")
    for term in terms:
        # Chinese has no blanks to break at: without folding a name would be cut off.
        table.add_column(word(f"term.{term}", lang), overflow="fold")
    return table


def _number(value: Any, decimals: int) -> str:
    """Print a number, or that there is none."""
    return "–" if value is None or value != value else rounding.text(value, f".{decimals}f")


def _met(value: Any, lang: str) -> str:
    """Print a nullable comparison as a verdict."""
    import pandas as pd

    code = "undetermined" if pd.isna(value) else "met" if value else "not_met"
    return word(f"verdict.{code}", lang)
