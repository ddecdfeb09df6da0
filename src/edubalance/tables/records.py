"""Tables of a case: its ledger of claims, and what a run was made from."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from edubalance import __version__, rounding, wording
from edubalance.cases import Case
from edubalance.standards import Standard
from edubalance.tables.printed import NOTHING, Columns, Printed, printed, words

INPUTS = ("schools", "sections", "county")


def ledger(claims: pd.DataFrame, *, kind: str, lang: str = "en", scenario: str = "described") -> Printed:
    """
    Print the ledger of claims: each claim, what was found, and what may be concluded.

    Parameters
    ----------
    claims : DataFrame with columns ``id``, ``outcome``, ``value``, ``unit``, and in both languages ``claim_``,
        ``true_if_`` and ``needs_``
        As from `evidence.claims.ledger`; with ``low``, ``high``, ``level``, ``p`` and ``rests_on``, if there, the
        certainty is printed too, and what it rests on.
    kind : str
        What the data are.
    lang : str
        ``"en"`` or ``"zh"``.
    scenario : str
        Scenario of a twin.

    Returns
    -------
    Printed
        One row a claim.
    """
    columns: Columns = {
        "id": claims["id"],
        "claim": claims[f"claim_{wording.check_language(lang)}"],
        "true_if": claims[f"true_if_{lang}"],
        "value": [_with_unit(value, unit, lang) for value, unit in zip(claims["value"], claims["unit"], strict=True)],
        "certainty": [_certainty(row, lang) for row in claims.to_dict("records")],
        "outcome": words("outcome", claims["outcome"], lang),
        "needs": [needs or NOTHING for needs in claims[f"needs_{lang}"]],
    }
    return printed("ledger", columns, wording.kind(kind, lang, scenario), lang)


def _with_unit(value: float, unit: str, lang: str) -> str:
    """Print a finding, or a published figure, with its unit in the language; a unit without a word as it is."""
    if pd.isna(value):
        return NOTHING
    code = f"finding.{unit.lower().replace(' ', '_')}"
    known = wording.word(code, lang) if wording.known(code) else unit
    printed_value = rounding.text(value, ",.0f" if abs(rounding.significant(value)) >= 1000 else ".3g")
    return f"{printed_value} {known}".strip()


def _certainty(row: Mapping[Hashable, Any], lang: str) -> str:
    """Print the interval of a finding, or the share of shuffles that show as much, and what it rests on."""
    low, high, level, p = (row.get(name, math.nan) for name in ("low", "high", "level", "p"))
    covers = "" if pd.isna(level) else f"{rounding.text(100 * level, '.3g')} %: "
    parts = [] if pd.isna(low) else [f"{covers}{rounding.text(low, '.3g')} … {rounding.text(high, '.3g')}"]
    parts += [] if pd.isna(p) else [f"p = {rounding.text(p, '.3g')}"]
    rests_on = row.get("rests_on", "")
    if rests_on and not pd.isna(row.get("value", math.nan)):
        parts.append(wording.word(f"rests_on.{rests_on}", lang))
    return " · ".join(parts) or NOTHING


def provenance(
    case: Case, standard: Standard, *, lang: str = "en", scenario: str = "described", tables: Sequence[str] = INPUTS
) -> Printed:
    """
    Print what a run was made from: inputs with their hashes, the standard, the version; no clock time.

    Parameters
    ----------
    case : Case
        The case.
    standard : Standard
        The standard, with its profiles.
    lang : str
        ``"en"`` or ``"zh"``.
    scenario : str
        Scenario of a twin.
    tables : sequence of str
        Tables to name; one that the case does not have is said to be absent.

    Returns
    -------
    Printed
        One row a fact.
    """
    facts = [
        ("case", f"{case.id} ({case.name(lang)})"),
        ("kind", wording.kind(case.kind, lang, scenario)),
        ("standard", f"{standard.id} ({standard.document})"),
        ("profiles", ", ".join(standard.profiles) or NOTHING),
        ("package", f"edubalance {__version__}"),
    ]
    inputs = [case.table(table, scenario) for table in tables]
    for file in inputs:
        digest = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else NOTHING
        facts.append(("input", f"{file.name}  sha256={digest[:16]}"))
    columns: Columns = {
        "quantity": words("term", [term for term, _ in facts], lang),
        "value": [value for _, value in facts],
    }
    return printed("provenance", columns, wording.kind(case.kind, lang, scenario), lang)
