"""What a case has, what it lacks, and what each thing that cannot be computed yet waits for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import pandas as pd

from edubalance import form, intake, standards
from edubalance.assessment import lacking, plausibility
from edubalance.cases import Case
from edubalance.codebook import REQUIRED, Tables
from edubalance.errors import CaseError, Fault
from edubalance.evidence import claims, material
from edubalance.schools import indicators
from edubalance.standards import Standard


@dataclass(frozen=True)
class Diagnosis:
    """
    What can be computed of a case.

    Attributes
    ----------
    tables : DataFrame
        One row a table of the codebook: ``table``, ``rows``, ``years``, ``state`` (``read`` or ``absent``),
        ``empty`` (columns without any value).
    indicators : DataFrame
        One row a level and indicator of the case's year: ``level``, ``indicator``, ``sections``, ``missing``,
        ``waits_for`` (columns).
    claims : DataFrame
        One row a claim: ``id``, ``outcome``, ``waits_for``.
    form : DataFrame
        One row a table of the national form: ``sheet``, ``filled``, ``open``, ``waits_for``; without rows where the
        case is judged by another standard.
    held : tuple of int
        Years that the schools' table holds.
    marks : tuple of Fault
        Numbers of another order of size than what is usual (`assessment.plausibility`).
    """

    tables: pd.DataFrame
    indicators: pd.DataFrame
    claims: pd.DataFrame
    form: pd.DataFrame
    held: tuple[int, ...] = ()
    marks: tuple[Fault, ...] = ()


def examine(case: Case, scenario: str | None = None) -> Diagnosis:
    """
    Examine a case.

    Parameters
    ----------
    case : Case
        The case.
    scenario : str, optional
        Which scenario; the first one unless it is named.

    Returns
    -------
    Diagnosis
        Of the case's own year.

    Raises
    ------
    TableError
        With every fault of every table: a table with faults is not read.
    CaseError
        If the tables hold nothing of the case's own year.
    """
    tables = intake.read_case(case, scenario or case.scenarios[0])
    held = tuple(sorted({int(year) for year in tables.schools["year"]}))
    _check_year(case, held)
    rules = standards.load(case.standard)
    gathered = material.gather(tables, rules, year=case.year)
    ledger = claims.ledger(case, gathered)
    found = ledger.assign(waits_for=ledger["needs_en"].where(ledger["outcome"] == "untestable", ""))
    return Diagnosis(
        tables=pd.DataFrame(_tables(tables)),
        indicators=pd.DataFrame(_indicators(tables, rules, case.year)),
        claims=found[["id", "outcome", "waits_for"]],
        form=pd.DataFrame(_form(tables, rules, case.year), columns=["sheet", "filled", "open", "waits_for"]),
        held=held,
        marks=plausibility.faults(tables, plausibility.examine(tables)),
    )


def _check_year(case: Case, held: tuple[int, ...]) -> None:
    """Refuse a year that the tables do not hold, and say what to write."""
    if case.year not in held:
        raise CaseError(
            f"cases/{case.id}/case.yml says year: {case.year}; the tables hold {', '.join(map(str, held))}.",
            hint=f"Write years: {list(held)} and year: {held[-1]} there, or bring the tables of {case.year}.",
        )


def _tables(tables: Tables) -> Iterator[dict[str, object]]:
    """Say of every table whether it is there, for which years, and which of its columns hold nothing."""
    for field in fields(Tables):
        frame = getattr(tables, field.name)
        years = sorted({int(year) for year in frame["year"]})
        empty = [str(name) for name in frame if len(frame) and frame[name].isna().all()]
        yield {
            "table": field.name,
            "rows": len(frame),
            "years": "–".join(str(year) for year in dict.fromkeys((*years[:1], *years[-1:]))),
            "state": "read" if len(frame) or field.name in REQUIRED else "absent",
            "empty": ", ".join(empty),
        }


def _indicators(tables: Tables, rules: Standard, year: int) -> Iterator[dict[str, object]]:
    """Say of every indicator for how many sections it is computed, and which columns the others wait for."""
    wide = indicators(tables, rules)
    wide = wide.loc[wide["in_scope"].to_numpy(dtype=bool) & (wide["year"] == year).to_numpy()]
    for level, sections in wide.groupby("level", sort=False):
        for indicator in rules.indicators:
            without = sections.loc[sections[indicator.id].isna(), "school_id"]
            yield {
                "level": str(level),
                "indicator": indicator.id,
                "sections": len(sections),
                "missing": len(without),
                "waits_for": ", ".join(
                    f"{table}.csv: {column}"
                    for table, column, _ in lacking.empty_columns(
                        tables, rules, indicator.id, str(level), year, list(without)
                    )
                ),
            }


def _form(tables: Tables, rules: Standard, year: int) -> list[dict[str, object]]:
    """Say of every table of the national form how much of it can be filled."""
    if rules.id != form.STANDARD:
        return []
    filled = form.fill(tables, rules, year)
    done = pd.Series([sheet for sheet, *_ in filled.trace()]).value_counts()
    open_ = filled.open_places()
    return [
        {
            "sheet": sheet.name,
            "filled": int(done.get(sheet.name, 0)),
            "open": sum(name == sheet.name for name, *_ in open_),
            "waits_for": "; ".join(dict.fromkeys(lacks for name, _, _, lacks in open_ if name == sheet.name)),
        }
        for sheet in filled.sheets
    ]
