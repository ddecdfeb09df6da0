"""Which column a header is like: a proposal that a person confirms, and that `--yes` takes for a slip of the pen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from edubalance.intake.workbook import headers, words
from edubalance.intake.workbook.headers import Match

# Below the first nothing is proposed, from the second on `--yes` takes it; unless two columns fit nearly alike.
PROPOSED_FROM, TAKEN_FROM, MARGIN = 60.0, 85.0, 5.0
# How many characters a slip of the pen may change.
SLIPS = 1


@lru_cache(maxsize=4096)
def propose(path: tuple[str, ...], view: str) -> Match:
    """
    Propose a column for a header that is not sure.

    Parameters
    ----------
    path : tuple of str
        Its rows from top to bottom.
    view : str
        One of `headers.VIEWS`.

    Returns
    -------
    Match
        A proposal from `PROPOSED_FROM` on, otherwise unknown.

    Notes
    -----
    The score is the normalised insertion and deletion likeness of rapidfuzz (`fuzz.ratio`), of the whole header and
    of its leaf. A header with a word that changes the meaning (女, 生均, 寄宿 …) or with other digits than the name is
    never proposed for it. The score stays below what ``--yes`` takes where two columns are within `MARGIN`, and where
    the header has a word more or less than the name that says anything: only a slip of the pen may part the two.

    Examples
    --------
    >>> propose(("教学仪器设备资产直",), "schools").column
    'equipment_value_10k_yuan'
    >>> propose(("专任女教师数",), "schools").how
    'unknown'
    >>> propose(("环形运动场地面积",), "schools").score
    84.0
    """
    parts, context = headers.parted(path)
    if not parts:
        return Match("", "unknown" if path else "empty", 0.0, context)
    best = _likeness(parts, headers.index(view))
    if not best:
        return Match("", "unknown", 0.0, context)
    name, score = best[0]
    if len(best) > 1 and score - best[1][1] < MARGIN:
        score = min(score, TAKEN_FROM - 1)
    return Match(name, "proposed", score, context)


def _likeness(parts: tuple[str, ...], known: Mapping[str, str]) -> list[tuple[str, float]]:
    """Return the columns that are like a header, the most like first."""
    scores: dict[str, float] = {}
    for query in {"".join(parts), "/".join(parts)}:
        for name, score, _ in process.extract(
            query, known.keys(), scorer=fuzz.ratio, limit=8, score_cutoff=PROPOSED_FROM
        ):
            if _says(query) == _says(name):
                scores[known[name]] = max(scores.get(known[name], 0.0), capped(score, query, name))
    return sorted(scores.items(), key=lambda pair: -pair[1])


def capped(score: float, query: str, name: str) -> float:
    """
    Keep a likeness below what ``--yes`` takes, unless nothing but a slip of the pen parts two names.

    Parameters
    ----------
    score : float
        In percent.
    query, name : str
        In the form of `words.normal`.

    Returns
    -------
    float
        With one decimal.

    Examples
    --------
    >>> capped(88.9, "民办学较", "民办学校"), capped(88.9, "非民办学校", "民办学校")
    (88.9, 84.0)
    """
    return round(score, 1) if _is_slip(query, name) else min(round(score, 1), TAKEN_FROM - 1)


def _is_slip(query: str, name: str) -> bool:
    """Tell whether nothing but a slip of the pen, or a word that says nothing, parts two names."""
    slips = 0
    for change in Levenshtein.opcodes(query, name):
        changed = query[change.src_start : change.src_end] or name[change.dest_start : change.dest_end]
        if change.tag == "equal" or (change.tag != "replace" and changed in words.among("says_nothing")):
            continue
        if change.tag != "replace" and not (changed.isascii() and changed.isalpha()):
            return False
        slips += len(changed)
    return slips <= SLIPS


def _says(text: str) -> tuple[list[str], list[str]]:
    """Return the digits and the words of a name that decide what it means."""
    return re.findall(r"[0-9]+", text), [word for word in words.load()["qualifiers"] if word in text]
