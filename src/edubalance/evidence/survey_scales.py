"""The scales of the survey: scores of constructs, and how reliably their items measure them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.codebook.survey import OVERALL, Group, Item
from edubalance.errors import MeasureError
from edubalance.evidence import survey
from edubalance.evidence.material import Material
from edubalance.measures import clusters, items, reliability

# A construct is scored for those who answered at least half of its items.
LEAST = 0.5
FEWEST = {"alpha": 2, "omega": 3}
Floats = npt.NDArray[np.float64]


def aligned(frame: pd.DataFrame, asked: Sequence[Item]) -> Floats:
    """
    Return answers with reversed items turned round, so that a high answer always speaks for the construct.

    Parameters
    ----------
    frame : DataFrame
        Questionnaires.
    asked : sequence of Item
        The items, one column each.

    Returns
    -------
    ndarray of float, shape (n, k)
        NaN where an item was left out.
    """
    columns = []
    for item in asked:
        turn = items.reverse if item.reversed else items.on_scale
        columns.append(turn(frame[item.id].to_numpy(dtype=np.float64), item.scale.minimum, item.scale.maximum))
    return np.column_stack(columns) if columns else np.empty((len(frame), 0))


def score(frame: pd.DataFrame, asked: Sequence[Item], *, least: float = LEAST) -> Floats:
    """
    Score one construct: the weighted mean of the items that each respondent answered, reversed ones turned round.

    Parameters
    ----------
    frame : DataFrame
        Questionnaires.
    asked : sequence of Item
        The items of the construct.
    least : float
        Share of the items that must be answered for a score.

    Returns
    -------
    ndarray of float, shape (n,)
        In points of the scale; NaN for those who answered fewer.
    """
    answers = aligned(frame, asked)
    weights = np.where(np.isnan(answers), 0.0, [item.weight for item in asked])
    enough = (~np.isnan(answers)).sum(axis=1) >= least * len(asked)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.nansum(answers * weights, axis=1) / weights.sum(axis=1)
    return np.asarray(np.where(enough, means, np.nan), dtype=np.float64)


def scores(material: Material, group: str, *, least: float = LEAST) -> pd.DataFrame:
    """
    Score every construct that a group of respondents is asked for.

    Parameters
    ----------
    material : Material
        The case.
    group : str
        Group of respondents.
    least : float
        Share of the items that must be answered for a score.

    Returns
    -------
    DataFrame
        One row a questionnaire that came back: ``group``, ``school_id``, ``level``, ``area``, ``weight``, the overall
        answer, and one column a construct, in points of its scale; NaN for those who answered too few of its items.
    """
    asked, frame = survey.questionnaire().group(group), survey.returned(material, group)
    found = frame[["group", "respondent_id", "school_id", "level", "area", "weight"]].copy()
    found[OVERALL] = score(frame, [asked.overall])
    for construct in asked.constructs:
        found[construct] = score(frame, asked.asked_for(construct), least=least)
    return found


def means(material: Material, by: Sequence[str] = (), *, least: float = LEAST) -> pd.DataFrame:
    """
    Average the scores of every construct, with an interval that knows that schoolmates answer alike.

    Parameters
    ----------
    material : Material
        The case.
    by : sequence of str
        Columns that tell parts of each group apart, such as ``area``.
    least : float
        Share of the items that must be answered for a score.

    Returns
    -------
    DataFrame
        One row a group (and part) and construct: ``n`` (scored), ``missing`` (returned and not scored), ``schools``,
        ``mean`` with ``low`` and ``high`` (weighted, points of the scale; bounds NaN where all are of one school),
        ``freedom`` (degrees; below 4 the bounds are not to be relied on), ``midpoint`` of the scale.
    """
    rows = []
    for group in survey.questionnaire().groups.values():
        found = scores(material, group.id, least=least)
        for key, part in found.groupby(["group", *by], observed=True, sort=False):
            for construct in (OVERALL, *group.constructs):
                midpoint = group.asked_for(construct)[0].scale.midpoint
                rows.append((*key, construct, *_mean(part, construct), midpoint))
    names = ["group", *by, "construct", "n", "missing", "schools", "mean", "low", "high", "freedom", "midpoint"]
    return pd.DataFrame(rows, columns=names)


def _mean(part: pd.DataFrame, construct: str) -> tuple[int, int, int, float, float, float, float]:
    """Average one construct over those who have a score."""
    known = part.dropna(subset=construct)
    schools = len(known["school_id"].unique())
    if schools < 2:
        mean = float(np.average(known[construct], weights=known["weight"])) if len(known) else np.nan
        return len(known), len(part) - len(known), schools, mean, np.nan, np.nan, np.nan
    found = clusters.clustered_mean(known[construct], known["school_id"].tolist(), known["weight"])
    return len(known), len(part) - len(known), schools, found.estimate, found.low, found.high, found.freedom


def consistency(material: Material) -> pd.DataFrame:
    """
    Estimate how reliably the items of each construct measure it.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a group and construct of two items or more: ``items``, ``alpha`` with ``low`` and ``high`` (Feldt),
        ``standardized``, ``omega`` (three items or more), ``used`` (answered every item of the construct) and
        ``dropped`` (returned and left one out), and ``reason`` where a coefficient is not defined.
    """
    rows = []
    for group in survey.questionnaire().groups.values():
        frame = survey.returned(material, group.id)
        for construct in group.constructs if len(frame) else ():
            asked = group.asked_for(construct)
            if len(asked) >= FEWEST["alpha"]:
                rows.append({"group": group.id, "construct": construct, **_reliability(aligned(frame, asked))})
    names = ["items", "alpha", "low", "high", "standardized", "omega", "used", "dropped", "reason"]
    return pd.DataFrame(rows, columns=["group", "construct", *names])


def _reliability(answers: Floats) -> dict[str, float | str]:
    """Estimate alpha and omega; say why where one is not defined."""
    found: dict[str, float | str] = {"items": answers.shape[1], "reason": ""}
    try:
        alpha = reliability.cronbach_alpha(answers, missing="listwise")
    except MeasureError as error:
        return found | {"reason": error.what}
    found |= {"alpha": alpha.estimate, "low": alpha.low, "high": alpha.high, "standardized": alpha.standardized}
    found |= {"used": alpha.used, "dropped": alpha.dropped}
    if answers.shape[1] < FEWEST["omega"]:
        return found
    try:
        return found | {"omega": reliability.omega_total(answers, missing="listwise").estimate}
    except MeasureError as error:
        return found | {"reason": error.what}


def item_values(material: Material) -> pd.DataFrame:
    """
    Describe every item of the constructs of three items or more: what it adds to its construct.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a group and item: ``construct``, ``reversed``, ``mean`` and ``sd`` (reversed items turned round),
        ``rest`` (correlation with the sum of the construct's other items), ``alpha_without``, ``used``, ``dropped``;
        NaN where an item does not vary. A negative ``rest`` marks an item that is turned the wrong way round.
    """
    rows: list[tuple[object, ...]] = []
    for group in survey.questionnaire().groups.values():
        frame = survey.returned(material, group.id)
        for construct in group.constructs if len(frame) else ():
            asked = group.asked_for(construct)
            if len(asked) >= FEWEST["omega"]:
                rows += _items(group, construct, aligned(frame, asked))
    names = ["group", "item", "construct", "reversed", "mean", "sd", "rest", "alpha_without", "used", "dropped"]
    return pd.DataFrame(rows, columns=names)


def _items(group: Group, construct: str, answers: Floats) -> list[tuple[object, ...]]:
    """Describe the items of one construct."""
    asked = group.asked_for(construct)
    complete = answers[~np.isnan(answers).any(axis=1)]
    rest = without = np.full(len(asked), np.nan)
    if len(complete) > 1 and (np.ptp(complete, axis=0) > 0).all():
        rest = items.item_rest_correlations(complete).values
        without = items.alpha_if_deleted(complete).values
    used = (len(complete), len(answers) - len(complete))
    return [
        (group.id, item.id, construct, item.reversed, *_moments(complete[:, place]), rest[place], without[place], *used)
        for place, item in enumerate(asked)
    ]


def _moments(column: Floats) -> tuple[float, float]:
    """Return mean and standard deviation of one item; NaN where nobody, or one alone, answered."""
    mean = float(column.mean()) if column.size else np.nan
    return mean, float(column.std(ddof=1)) if column.size > 1 else np.nan
