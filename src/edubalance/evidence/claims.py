"""The ledger: every claim of a case, what the data can bear of it, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from edubalance import standards
from edubalance.assessment import rule_date
from edubalance.cases import LANGUAGES, Case
from edubalance.errors import CaseError
from edubalance.evidence.finding import Finding
from edubalance.evidence.material import Material
from edubalance.evidence.register import TRIALS
from edubalance.evidence.statements import Claim, load
from edubalance.standards import Standard

__all__ = ["OUTCOMES", "Claim", "by_figure", "lacking", "ledger", "load", "outcome", "read_published"]

PUBLISHED_KEY = ("quantity", "statistic", "year", "level")
OUTCOMES = (
    "supported",
    "contradicted",
    "inconclusive",
    "published-supports",
    "published-contradicts",
    "recovered",
    "not-recovered",
    "untestable",
)


def outcome(claim: Claim, finding: Finding | None, kind: str) -> str:
    """
    Say what may be concluded, and no more.

    Parameters
    ----------
    claim : Claim
        The claim.
    finding : Finding or None
        What its trial found; None where it has none.
    kind : {"twin", "observed", "package"}
        Kind of the data: a synthetic twin says only that the method sees the pattern.

    Returns
    -------
    str
        One of `OUTCOMES`. A claim that cannot be put on trial for want of a table is ``untestable``; one whose trial
        was held and decides nothing is ``inconclusive``.
    """
    if by_figure(claim, kind):
        return "published-supports" if claim.published["supports"] else "published-contradicts"
    if finding is None or finding.lacks:
        return "untestable"
    if finding.found is None:
        return "inconclusive"
    if kind == "twin":
        return "recovered" if finding.found else "not-recovered"
    if finding.found:
        return "supported"
    return "contradicted" if finding.opposite else "inconclusive"


def by_figure(claim: Claim, kind: str) -> bool:
    """
    Tell whether a published figure decides a claim.

    Parameters
    ----------
    claim : Claim
        The claim.
    kind : {"twin", "observed", "package"}
        Kind of the data.

    Returns
    -------
    bool
        True where there is a figure, unless the user's own data can be put on trial.
    """
    return bool(claim.published) and not (kind == "observed" and claim.trial)


def ledger(case: Case, material: Material | None = None, findings: Mapping[str, Finding] | None = None) -> pd.DataFrame:
    """
    Put every claim of a case on trial.

    Parameters
    ----------
    case : Case
        The case; its ``claims.yml`` is read.
    material : Material, optional
        What the trials may look at. A case whose data are not of the tables that trials read has none.
    findings : mapping of str to Finding, optional
        By the id of the claim, what was found elsewhere, such as in a notebook; it stands before the claim's trial.

    Returns
    -------
    DataFrame
        One row a claim, in order: ``id``, ``part``, ``claim_en``, ``claim_zh``, ``true_if_en``, ``true_if_zh``,
        ``outcome``, ``value``, ``unit``, ``low``, ``high``, ``level``, ``p``, ``rests_on``, ``needs_en``, ``needs_zh``,
        ``source``, ``note_en``, ``note_zh``. Numbers are NaN where no trial was held; ``needs`` names what is not
        there.

    Raises
    ------
    CaseError
        If a finding is of no claim, or a claim names a trial and there is neither material nor a finding.
    """
    held, claims = dict(findings or {}), load(case)
    strangers = sorted(set(held) - {claim.id for claim in claims})
    if strangers:
        raise CaseError(
            f"A finding is given for {strangers[0]}, which is no claim of {case.id}.",
            hint=f"Its claims: {', '.join(claim.id for claim in claims)}.",
        )
    rules = material.standard if material else standards.load(case.standard)
    rows = []
    for claim in claims:
        finding = held[claim.id] if claim.id in held else _tried(claim, case, material)
        rows.append(_row(claim, finding, case, rules, lacking(claim, material)))
    return pd.DataFrame(rows)


def _tried(claim: Claim, case: Case, material: Material | None) -> Finding | None:
    """Hold the trial of a claim, unless it has none, a published figure decides, or a table is not there."""
    if not claim.trial or by_figure(claim, case.kind):
        return None
    if material is None:
        raise CaseError(
            f"{case.id}, {claim.id}: the trial {claim.trial} looks at tables, and none are given.",
            hint="Give the ledger the case's material, or a finding for the claim.",
        )
    absent = lacking(claim, material)
    if absent:
        return Finding(found=None, lacks=absent)
    return TRIALS[claim.trial](material, **claim.arguments)


def lacking(claim: Claim, material: Material | None) -> tuple[str, ...]:
    """
    Name the tables that a claim needs and the case does not have.

    Parameters
    ----------
    claim : Claim
        The claim.
    material : Material or None
        The case's tables.

    Returns
    -------
    tuple of str
        Tables without rows; all, where no trial could look at them.
    """
    return tuple(
        need
        for need in claim.needs
        if material is None or not claim.trial or getattr(material.tables, need.removesuffix(".csv")).empty
    )


def _row(
    claim: Claim, finding: Finding | None, case: Case, standard: Standard, tables: tuple[str, ...]
) -> dict[str, Any]:
    """Lay one claim and its finding, or the published figure that bears on it, out as a row of the ledger."""
    found, source = finding or Finding(found=None), ""
    if by_figure(claim, case.kind):
        claim, figure = read_published(claim, case.folder / "data" / "published.csv", standard)
        found = Finding(found=None, value=float(figure["value"]), unit=figure["unit_of_measure"], rests_on="published")
        source = figure["source_url"]
    return {
        "id": claim.id,
        "part": claim.part,
        "claim_en": claim.claim["en"],
        "claim_zh": claim.claim["zh"],
        "true_if_en": claim.true_if["en"],
        "true_if_zh": claim.true_if["zh"],
        "outcome": outcome(claim, finding, case.kind),
        "value": found.value,
        "unit": found.unit,
        "low": found.low,
        "high": found.high,
        "level": found.level,
        "p": found.p,
        "rests_on": found.rests_on,
        **{f"needs_{lang}": _needs(claim, found, tables, lang) for lang in LANGUAGES},
        "source": source,
        "note_en": claim.note.get("en", ""),
        "note_zh": claim.note.get("zh", ""),
    }


def _needs(claim: Claim, found: Finding, tables: tuple[str, ...], lang: str) -> str:
    """List what is not there: tables, documents, what would have to be reported."""
    listed = [*tables, *(document[lang] for document in claim.documents), *found.lacks]
    return {"en": ", ", "zh": "、"}[lang].join(dict.fromkeys(listed))


def read_published(claim: Claim, file: Path, standard: Standard) -> tuple[Claim, dict[str, str]]:
    """
    Read the published figures that bear on a claim, and whether they speak for it.

    Parameters
    ----------
    claim : Claim
        A claim with ``published``.
    file : Path
        The case's ``published.csv``.
    standard : Standard
        Its limits of the figures' own year apply.

    Returns
    -------
    tuple of Claim and dict of str to str
        The claim with ``supports`` decided, and the row of the file that decides: of several, the one that stands
        highest against its limit.

    Raises
    ------
    CaseError
        If the file does not hold the figure.
    """
    figures = pd.read_csv(file, dtype=str, keep_default_na=False)
    wanted = {key: str(claim.published[key]) for key in PUBLISHED_KEY if key in claim.published}
    here = figures.loc[(figures[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    if here.empty:
        raise CaseError(
            f"The claim {claim.id} leans on a published figure that {file.name} does not hold: {wanted}.",
            hint="Add the figure with its source, or correct the claim.",
        )
    rows = [{str(key): str(value) for key, value in row.items()} for row in here.to_dict("records")]
    if "above" not in claim.published:
        return claim, rows[0]
    rule = claim.published["above"]
    multiples = [
        float(row["value"]) / standard.value_on(rule, rule_date(int(row["year"])), row["level"]) for row in rows
    ]
    decided = {**claim.published, "supports": max(multiples) > 1}
    return replace(claim, published=decided), rows[multiples.index(max(multiples))]
