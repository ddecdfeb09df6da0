"""What fails a county outright (一票否决): its own word, and where the assessment measures it, the assessment's."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.assessment.items import Reported
from edubalance.assessment.judgement import Assessment
from edubalance.assessment.parts import COUNTY, DECLARED, DISAGREE, REPORTED, laid_out, named_where, weakest
from edubalance.assessment.verdict import FAILS, PASSES, UNKNOWN, Codes, combine, words
from edubalance.errors import EdubalanceError
from edubalance.standards import Condition, Item

HAPPENED, DID_NOT = 1.0, 0.0


def veto_part(line: Item, condition: Condition, places: pd.DataFrame, reported: Reported) -> pd.DataFrame:
    """
    Judge a veto by the county's own word.

    Parameters
    ----------
    line : Item
        The veto.
    condition : Condition
        Its flag.
    places : DataFrame
        ``county`` and ``year``.
    reported : Reported
        What the counties report: 1 where it happened, 0 where it did not.

    Returns
    -------
    DataFrame
        As `parts.laid_out` makes it. ``met`` says that it did not happen; nothing declared is undetermined.

    Raises
    ------
    EdubalanceError
        If a flag is neither 1 nor 0.
    """
    flag = reported.value(condition.id)
    codes = _codes(flag, condition.id, places)
    return laid_out(
        places,
        "veto",
        line,
        condition.id,
        value=flag,
        verdict=words(codes),
        basis=DECLARED,
        missing=named_where(codes == UNKNOWN, f"county.csv: {condition.id}"),
        evidence=reported.evidence(condition.id),
        confidence=condition.known.confidence,
    )


def _codes(flag: npt.NDArray[np.float64], name: str, places: pd.DataFrame) -> Codes:
    """Turn flags into codes: what happened is not met."""
    for place in np.flatnonzero(~np.isin(flag, (HAPPENED, DID_NOT)) & ~np.isnan(flag)):
        county, year = places[COUNTY].iloc[place]
        raise EdubalanceError(
            f"{name} of {county} {year} should be 1 (it happened) or 0 (it did not); got {flag[place]:g}.",
            hint="Correct it in county.csv; leave it empty where it is not known.",
        )
    return np.select([flag == HAPPENED, flag == DID_NOT], [FAILS, PASSES], UNKNOWN).astype(np.int8)


def measured_veto(line: Item, item: Item, places: pd.DataFrame, reported: Reported, judged: Assessment) -> pd.DataFrame:
    """
    Judge a veto that an item of the standard measures, such as public recognition.

    Parameters
    ----------
    line : Item
        The veto.
    item : Item
        The item that it refers to; value and limit shown are those of its first condition, and all of them decide.
    places : DataFrame
        ``county`` and ``year``.
    reported : Reported
        What the counties report.
    judged : Assessment
        Of these places.

    Returns
    -------
    DataFrame
        The item's value and limit decide where they are known, otherwise the county's word; where the two differ, the
        worse one.

    Raises
    ------
    EdubalanceError
        If a flag is neither 1 nor 0.
    """
    own = veto_part(line, line.conditions[0], places, reported)
    condition = item.conditions[0]
    rows = judged.items.loc[judged.items["item"] == item.id]
    found = places[COUNTY].merge(rows.loc[rows["condition"] == condition.id], on=COUNTY, how="left")
    whole = rows.groupby(COUNTY, sort=False)["verdict"].agg(combine).reindex(pd.MultiIndex.from_frame(places[COUNTY]))
    measured, said = (
        verdicts.map({"not_met": FAILS, "met": PASSES}).fillna(UNKNOWN).to_numpy(dtype=np.int8)
        for verdicts in (whole, own["verdict"])
    )
    known = measured != UNKNOWN
    codes = np.where(known & (said != UNKNOWN), np.minimum(measured, said), np.where(known, measured, said))
    names = condition.formula.variables if condition.formula else (condition.id,)
    return own.assign(
        value=found["value"].to_numpy(dtype=np.float64),
        direction=condition.direction,
        limit=found["threshold"].to_numpy(dtype=np.float64),
        verdict=words(codes.astype(np.int8)),
        basis=np.where(known, REPORTED, DECLARED),
        missing=named_where(codes == UNKNOWN, f"county.csv: {', '.join((*names, line.id))}"),
        remark=named_where(known & (said != UNKNOWN) & (measured != said), DISAGREE),
        confidence=weakest((line.confidence, condition.known.confidence)),
    )
