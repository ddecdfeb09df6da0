"""What a case claims: the statements of ``claims.yml``, each with what would have to be true and how it is tried."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from edubalance import documents
from edubalance.cases import LANGUAGES, Case
from edubalance.codebook import Tables
from edubalance.errors import CaseError
from edubalance.evidence.register import TRIALS

KEYS = {"id", "part", "claim", "true_if", "trial", "arguments", "published", "needs", "note"}
_REQUIRED = ("id", "part", "claim", "true_if")
_FORMS: Mapping[str, tuple[Any, str]] = {
    "id": (str, "a text such as W1"),
    "claim": (Mapping, "keys with values: en and zh"),
    "true_if": (Mapping, "keys with values: en and zh"),
    "trial": (str, "the name of a trial"),
    "arguments": (Mapping, "keys with values"),
    "published": (Mapping, "keys with values"),
    "needs": (list, "a list of tables, and of documents told in en and zh"),
    "note": (Mapping, "keys with values: en and zh"),
}
_BOTH_LANGUAGES = ("claim", "true_if", "note")
_TABLES = tuple(f"{field.name}.csv" for field in fields(Tables))
PARTS = ("context", "achievement", "problem", "cause", "countermeasure")


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
        own reading of a figure that no rule decides. Empty where there is none. A trial beside it is held on the
        user's own data only: a twin was made to agree with the figure.
    needs : tuple of str
        Tables (``teachers.csv``) without which the claim cannot be tested; the trial is held if the case has them.
    documents : tuple of mapping of language to str
        What would be needed besides, and no table holds.
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
    documents: tuple[Mapping[str, str], ...]
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
    name = f"cases/{case.id}/claims.yml"
    stated = documents.read(file, name)
    if not isinstance(stated, list) or not all(isinstance(entry, Mapping) for entry in stated):
        raise CaseError(f"{name} should be a list of claims.", hint="Begin each with `- id: …`; another case shows it.")
    claims = tuple(_claim(entry, name) for entry in stated)
    ids = [claim.id for claim in claims]
    doubles = sorted({name for name in ids if ids.count(name) > 1})
    if doubles:
        raise CaseError(f"{name}: the id {doubles[0]} is used twice.", hint="Number it anew.")
    return claims


def _claim(entry: Mapping[str, Any], file: str) -> Claim:
    """Turn one entry of the file into a Claim."""
    name = entry.get("id", "?")
    unknown = sorted(set(entry) - KEYS)
    if unknown:
        raise CaseError(f"{file}, {name}: unknown key {unknown[0]!r}.", hint=f"Known: {', '.join(sorted(KEYS))}.")
    if entry.get("part") not in PARTS:
        raise CaseError(f"{file}, {name}: unknown part {entry.get('part')!r}.", hint=f"Known: {', '.join(PARTS)}.")
    _check_forms(entry, f"{file}, {name}")
    trial = entry.get("trial", "")
    if trial and trial not in TRIALS:
        raise CaseError(f"{file}, {name}: unknown trial {trial!r}.", hint=f"Known: {', '.join(sorted(TRIALS))}.")
    _check_arguments(trial, entry.get("arguments", {}), f"{file}, {name}")
    return Claim(
        id=name,
        part=entry["part"],
        claim=entry["claim"],
        true_if=entry["true_if"],
        trial=trial,
        arguments=entry.get("arguments", {}),
        published=entry.get("published", {}),
        needs=tuple(need for need in entry.get("needs", ()) if isinstance(need, str)),
        documents=tuple(need for need in entry.get("needs", ()) if not isinstance(need, str)),
        note=entry.get("note", {}),
    )


def _check_forms(entry: Mapping[str, Any], place: str) -> None:
    """Refuse a claim that lacks a key, or whose values are not what their keys ask for."""
    missing = [key for key in _REQUIRED if key not in entry]
    if missing:
        raise CaseError(f"{place}: the key {missing[0]!r} is missing.", hint="Add it; another claim shows the form.")
    for key, value in entry.items():
        wanted, example = _FORMS.get(key, (str, "a text"))
        if not isinstance(value, wanted):
            found = documents.described(value)
            raise CaseError(f"{place}: {key} should be {example}; got {found}.", hint=f"Correct {key}.")
        if key in _BOTH_LANGUAGES and not _told(value):
            raise CaseError(f"{place}: {key} should be told in en and in zh.", hint="Give a text for both.")
    for need in entry.get("needs", ()):
        if need not in _TABLES and not _told(need):
            raise CaseError(
                f"{place}: needs should list tables, or documents told in en and zh; got {documents.described(need)}.",
                hint="Name a table, such as teachers.csv, or tell a document as {en: …, zh: …}.",
            )


def _told(value: object) -> bool:
    """Tell whether something is told in both languages."""
    return isinstance(value, Mapping) and all(isinstance(value.get(lang), str) for lang in LANGUAGES)


def _check_arguments(trial: str, arguments: Mapping[str, Any], place: str) -> None:
    """Refuse arguments that the trial does not take, or lacks."""
    if not trial:
        return
    asked = list(inspect.signature(TRIALS[trial]).parameters.values())[1:]  # the first is the material
    strangers = [name for name in arguments if name not in [each.name for each in asked]]
    absent = [each.name for each in asked if each.default is each.empty and each.name not in arguments]
    if strangers or absent:
        what = f"takes no {strangers[0]!r}" if strangers else f"needs {absent[0]!r}"
        known = ", ".join(each.name for each in asked) or "none"
        raise CaseError(f"{place}: the trial {trial} {what}.", hint=f"Its arguments: {known}.")
