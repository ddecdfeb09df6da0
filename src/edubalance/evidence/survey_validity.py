"""Whether the survey measures what it says: items suited to factors, and factors that find the constructs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance import rounding
from edubalance.codebook.survey import Group, Item
from edubalance.errors import MeasureError
from edubalance.evidence import survey
from edubalance.evidence.material import Material
from edubalance.evidence.survey_scales import aligned
from edubalance.measures import factors, suitability

# A factor needs three items to be identified.
FEWEST = 3


def factored(group: Group) -> tuple[Item, ...]:
    """
    Return the items that go into the factors of a group: those of constructs of three items or more.

    Parameters
    ----------
    group : Group
        A group of respondents.

    Returns
    -------
    tuple of Item
        In the order of the questionnaire.
    """
    return tuple(item for item in group.items if len(group.asked_for(item.construct)) >= FEWEST)


def suited(material: Material) -> pd.DataFrame:
    """
    Test whether the items of each group suit a factor analysis.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a group: ``items``, ``kmo`` (Kaiser-Meyer-Olkin), ``chi2``, ``df``, ``p`` (Bartlett), ``used``
        (answered all of these items), ``dropped``, and ``reason`` where they are not defined.
    """
    rows = []
    for group in survey.questionnaire().groups.values():
        frame = survey.returned(material, group.id)
        if len(frame):
            answers = aligned(frame, factored(group))
            rows.append({"group": group.id, "items": answers.shape[1], **_suited(answers)})
    names = ["group", "items", "kmo", "chi2", "df", "p", "used", "dropped", "reason"]
    return pd.DataFrame(rows, columns=names)


def _suited(answers: np.ndarray) -> dict[str, float | str]:
    """Compute both tests; say why where they are not defined."""
    try:
        share = suitability.kmo(answers, missing="listwise")
        test = suitability.bartlett_sphericity(answers, missing="listwise")
    except MeasureError as error:
        return {"reason": error.what}
    found: dict[str, float | str] = {"kmo": share.overall, "chi2": test.chi2, "df": test.df, "p": test.p}
    return found | {"used": share.used, "dropped": share.dropped, "reason": ""}


def loadings(material: Material, group: str, *, rotation: str = "varimax") -> pd.DataFrame:
    """
    Extract as many factors as a group is asked for constructs, and see whether its items load where they should.

    Parameters
    ----------
    material : Material
        The case.
    group : str
        Group of respondents.
    rotation : {"varimax", "none"}
        Varimax turns the factors so that items load on few of them.

    Returns
    -------
    DataFrame
        One row an item and factor: ``group``, ``item``, ``construct``, ``factor`` (1 the strongest), ``meant`` (the
        construct whose items load on the factor most), ``loading``, ``communality``, ``explained`` (percent of the
        variance of all items), ``used``, ``dropped``. No rows where nobody answered.

    Raises
    ------
    MeasureError
        If the answers allow no such factors.
    """
    asked = survey.questionnaire().group(group)
    items = factored(asked)
    frame = survey.returned(material, group)
    names = ["group", "item", "construct", "factor", "meant", "loading", "communality", "explained", "used", "dropped"]
    if frame.empty:
        return pd.DataFrame(columns=names)
    many = len({item.construct for item in items})
    found = factors.factor_loadings(aligned(frame, items), many, rotation=rotation, missing="listwise")
    meant = _meant(items, found.loadings)
    rows = [
        (
            group, item.id, item.construct, factor + 1, meant[factor], float(found.loadings[place, factor]),
            float(found.communalities[place]), 100 * float(found.explained[factor]), found.used, found.dropped,
        )
        for place, item in enumerate(items)
        for factor in range(many)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _meant(items: tuple[Item, ...], found: np.ndarray) -> list[str]:
    """Name each factor by the construct whose items load on it most on average."""
    squares = pd.DataFrame(found**2, index=[item.construct for item in items]).groupby(level=0, sort=False).mean()
    return [str(name) for name in squares.apply(rounding.tied).idxmax(axis=0)]
