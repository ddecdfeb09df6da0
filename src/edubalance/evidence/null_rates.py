"""How often trials find what is not there: twins drawn anew, seed after seed, and every claim tried on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
from scipy import stats

from edubalance import cases, codebook, standards
from edubalance.errors import EdubalanceError
from edubalance.evidence.claims import by_figure, load
from edubalance.evidence.finding import ALPHA
from edubalance.evidence.material import gather
from edubalance.evidence.register import TRIALS
from edubalance.evidence.statements import Claim
from edubalance.measures import uncertainty
from edubalance.twins import making

# Of all claims together, one simulation in a hundred would call a valid trial invalid.
FALSE_ALARM = 0.01


@dataclass(frozen=True)
class Drawn:
    """
    One county drawn anew, and what every claim's trial found in it.

    Attributes
    ----------
    case, scenario : str
        What was drawn.
    seed : int
        Seed of every draw, and of the trials' shuffles.
    refused : str
        Why the twin could not be made with this seed; empty where it was made.
    found : mapping of str to bool or None
        By claim, what its trial found; None where it could not decide.
    failed : mapping of str to str
        By claim, the message of a trial that stopped.
    digests : mapping of str to int
        By table, a number that is the same for the same rows.
    """

    case: str
    scenario: str
    seed: int
    refused: str = ""
    found: Mapping[str, bool | None] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, int] = field(default_factory=dict)


def on_trial(case_id: str) -> tuple[Claim, ...]:
    """
    Return the claims of a case that a trial decides on its twin.

    Parameters
    ----------
    case_id : str
        The case.

    Returns
    -------
    tuple of Claim
        In the order of the file; a claim that a published figure decides is not among them, because both scenarios
        of a twin are made to agree with the figure.
    """
    case = cases.load(case_id)
    return tuple(claim for claim in load(case) if claim.trial and not by_figure(claim, "twin"))


def draw(case_id: str, scenario: str, seed: int) -> Drawn:
    """
    Draw a county anew and try every claim on it.

    Everything random is drawn with the seed: schools and their sizes, pupils, classes, resources, teachers, all tables
    of records, and in the null the deal of places and groups. Published figures stay as they are, and the same
    calibration meets them.

    Parameters
    ----------
    case_id : str
        The case.
    scenario : str
        ``balanced`` is the null, ``described`` carries the pattern.
    seed : int
        Seed.

    Returns
    -------
    Drawn
        What was found; a seed with which a published figure cannot be met is refused.
    """
    case = cases.load(case_id)
    try:
        made = making.make(case_id, scenario, seed=seed)
    except EdubalanceError as error:
        return Drawn(case_id, scenario, seed, refused=str(error))
    frames = {name: codebook.table(name).conform(frame) for name, frame in made.items()}
    digests = {name: int(pd.util.hash_pandas_object(frame, index=False).sum()) for name, frame in frames.items()}
    tables = codebook.Tables(**frames)
    material = gather(tables, standards.load(case.standard), year=case.year, seed=seed)
    found: dict[str, bool | None] = {}
    failed: dict[str, str] = {}
    for claim in on_trial(case_id):
        try:
            found[claim.id] = TRIALS[claim.trial](material, **claim.arguments).found
        except EdubalanceError as error:
            failed[claim.id] = str(error)
    return Drawn(case_id, scenario, seed, found=found, failed=failed, digests=digests)


def rates(draws: Sequence[Drawn]) -> pd.DataFrame:
    """
    Count false findings in the null and finds in the described scenario.

    Parameters
    ----------
    draws : sequence of Drawn
        Of any cases, of both scenarios; refused seeds count nothing.

    Returns
    -------
    DataFrame
        One row a claim: ``case``, ``claim``, ``trial``, ``null`` (counties), ``false`` (findings in them), ``rate``,
        ``low``, ``high`` (Wilson's interval, 95 %), ``undecided`` (of the null counties), ``described`` (counties),
        ``power`` (share in which the claim is found), ``failed`` (trials that stopped, in both) and ``too_often``
        (more false findings than `bound`).
    """
    ids = dict.fromkeys(drawn.case for drawn in draws)
    frame = pd.DataFrame([_counted(case_id, claim, draws) for case_id in ids for claim in on_trial(case_id)])
    return frame.assign(too_often=frame["false"] > [bound(null, len(frame)) for null in frame["null"]])


def _counted(case_id: str, claim: Claim, draws: Sequence[Drawn]) -> dict[str, object]:
    """Count what the trial of one claim found."""
    ours = [drawn for drawn in draws if drawn.case == case_id and not drawn.refused]
    null, described = ([d for d in ours if d.scenario == name] for name in ("balanced", "described"))
    false = sum(drawn.found.get(claim.id) is True for drawn in null)
    interval = uncertainty.wilson(false, len(null))
    hits = sum(drawn.found.get(claim.id) is True for drawn in described)
    return {
        "case": case_id,
        "claim": claim.id,
        "trial": claim.trial,
        "null": len(null),
        "false": false,
        "rate": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "undecided": sum(drawn.found.get(claim.id, False) is None for drawn in null),
        "described": len(described),
        "power": hits / len(described) if described else float("nan"),
        "failed": sum(claim.id in drawn.failed for drawn in ours),
    }


def bound(counties: int, claims: int) -> int:
    """
    Say how many false findings a trial that keeps its level may have, by the simulation's own error.

    Parameters
    ----------
    counties : int
        Null counties in which the trial is held.
    claims : int
        Claims that are looked at together (Bonferroni).

    Returns
    -------
    int
        More than these have a chance below `FALSE_ALARM`, for all claims together, at a rate of `finding.ALPHA`.

    Examples
    --------
    Of 200 counties at 5 %, ten are expected; with forty claims it takes more than 22 to call a trial invalid.

    >>> bound(200, 40), bound(20, 40)
    (22, 6)
    """
    return int(stats.binom.isf(FALSE_ALARM / claims, counties, ALPHA))


def unchanged(draws: Sequence[Drawn]) -> dict[str, list[str]]:
    """
    Name the tables that are the same whatever the seed: nothing in them was drawn anew.

    Parameters
    ----------
    draws : sequence of Drawn
        Of any cases.

    Returns
    -------
    dict of str to list of str
        Tables by case, of the null.
    """
    found: dict[str, list[str]] = {}
    for case_id in dict.fromkeys(drawn.case for drawn in draws):
        ours = [d for d in draws if d.case == case_id and d.scenario == "balanced" and not d.refused]
        names = [
            name for name in (ours[0].digests if len(ours) > 1 else {}) if len({d.digests[name] for d in ours}) == 1
        ]
        if names:
            found[case_id] = names
    return found
