"""The ledger: every claim of a case, what the data can bear of it, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from edubalance.assessment import rule_date
from edubalance.cases import Case
from edubalance.errors import CaseError
from edubalance.evidence.finding import Finding
from edubalance.evidence.material import Material
from edubalance.evidence.register import TRIALS
from edubalance.standards import Standard

PUBLISHED_KEY = ("quantity", "statistic", "year", "level")
KEYS = {"id", "part", "claim", "true_if", "trial", "arguments", "published", "needs", "note"}
PARTS = ("context", "achievement", "problem", "cause", "countermeasure")
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


@dataclass(frozen=True)
class Claim:
    """
    One statement of a case, made testable.

    Attributes
    ----------
    id : str
        ``W1`` … as `claims.yml` numbers them.
    part : str
        Which part of the argument it belongs to: one of `PARTS`.
    claim, true_if : mapping of language to str
        The statement in our own words; what would have to be true in data.
    trial : str
        Name of the trial in `register.TRIALS`; empty where no table of this kind can test it.
    arguments : mapping
        Keyword arguments of the trial.
    published : mapping
        Rows of ``published.csv`` that bear on the claim (``quantity``, ``statistic``, ``year``, ``level``), and either
        ``above``, the rule of the standard that one of them must exceed to speak for the claim, or ``supports``, our
        own reading of a figure that no rule decides. Empty where there is none.
    needs : tuple of str
        Tables or documents without which the claim cannot be tested.
    note : mapping of language to str
        What a reader must know besides.
    """

    id: str
    part: str
    claim: Mapping[str, str]
    true_if: Mapping[str, str]
    trial: str
    arguments: Mapping[str, Any]
    published: Mapping[str, Any]
    needs: tuple[str, ...]
    note: Mapping[str, str]


def load(case: Case) -> tuple[Claim, ...]:
    """
    Load the claims of a case.

    Parameters
    ----------
    case : Case
        The case; its folder holds ``claims.yml``.

    Returns
    -------
    tuple of Claim
        In the order of the file.

    Raises
    ------
    CaseError
        If the file is absent, or a claim has an unknown key, part or trial, or an id used before.
    """
    file = case.folder / "claims.yml"
    if not file.is_file():
        raise CaseError(f"The case {case.id} has no claims.yml.", hint="Another case shows the form.")
    stated = yaml.safe_load(file.read_text(encoding="utf-8"))
    claims = tuple(_claim(entry, f"cases/{case.id}/claims.yml") for entry in stated)
    ids = [claim.id for claim in claims]
    doubles = sorted({name for name in ids if ids.count(name) > 1})
    if doubles:
        raise CaseError(f"cases/{case.id}/claims.yml: the id {doubles[0]} is used twice.", hint="Number it anew.")
    return claims


def _claim(entry: Mapping[str, Any], file: str) -> Claim:
    """Turn one entry of the file into a Claim."""
    name = entry.get("id", "?")
    unknown = sorted(set(entry) - KEYS)
    if unknown:
        raise CaseError(f"{file}, {name}: unknown key {unknown[0]!r}.", hint=f"Known: {', '.join(sorted(KEYS))}.")
    if entry.get("part") not in PARTS:
        raise CaseError(f"{file}, {name}: unknown part {entry.get('part')!r}.", hint=f"Known: {', '.join(PARTS)}.")
    trial = entry.get("trial", "")
    if trial and trial not in TRIALS:
        raise CaseError(f"{file}, {name}: unknown trial {trial!r}.", hint=f"Known: {', '.join(sorted(TRIALS))}.")
    return Claim(
        id=name,
        part=entry["part"],
        claim=entry["claim"],
        true_if=entry["true_if"],
        trial=trial,
        arguments=entry.get("arguments", {}),
        published=entry.get("published", {}),
        needs=tuple(entry.get("needs", ())),
        note=entry.get("note", {}),
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
        One of `OUTCOMES`.
    """
    if claim.published:
        return "published-supports" if claim.published["supports"] else "published-contradicts"
    if finding is None or finding.found is None:
        return "untestable" if finding is None else "inconclusive"
    if kind == "twin":
        return "recovered" if finding.found else "not-recovered"
    if finding.found:
        return "supported"
    return "contradicted" if finding.opposite else "inconclusive"


def ledger(case: Case, material: Material) -> pd.DataFrame:
    """
    Put every claim of a case on trial.

    Parameters
    ----------
    case : Case
        The case; its ``claims.yml`` is read.
    material : Material
        What the trials may look at.

    Returns
    -------
    DataFrame
        One row a claim, in order: ``id``, ``part``, ``claim_en``, ``claim_zh``, ``true_if_en``, ``true_if_zh``,
        ``outcome``, ``value``, ``unit``, ``low``, ``high``, ``p``, ``needs``, ``source``, ``note_en``, ``note_zh``.
        Numbers are NaN where no trial was held.
    """
    rows = []
    for claim in load(case):
        finding = TRIALS[claim.trial](material, **claim.arguments) if claim.trial else None
        rows.append(_row(claim, finding, case, material.standard))
    return pd.DataFrame(rows)


def _row(claim: Claim, finding: Finding | None, case: Case, standard: Standard) -> dict[str, Any]:
    """Lay one claim and its finding, or the published figure that bears on it, out as a row of the ledger."""
    found, source = finding or Finding(found=None), ""
    if claim.published:
        claim, figure = read_published(claim, case.folder / "data" / "published.csv", standard)
        found = Finding(found=None, value=float(figure["value"]), unit=figure["unit_of_measure"])
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
        "p": found.p,
        "needs": ", ".join(claim.needs),
        "source": source,
        "note_en": claim.note.get("en", ""),
        "note_zh": claim.note.get("zh", ""),
    }


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
