"""How far coefficients stand from their limits: under several standards, and after every section has been lifted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance import rounding
from edubalance.assessment.judgement import Assessment
from edubalance.assessment.verdict import combine, compare, from_boolean, nullable
from edubalance.measures import dispersion

BALANCE = ["county", "year", "level"]
DECISIVE = [*BALANCE, "standard", "decided_by", "coefficient", "limit", "multiple", "verdict"]


def decisive(assessments: Sequence[Assessment]) -> pd.DataFrame:
    """
    Set the coefficient that decides under each standard beside its limit.

    A standard that judges the composite is decided by it; one that judges each indicator, by the coefficient that
    is largest against its limit.

    Parameters
    ----------
    assessments : sequence of Assessment
        The same tables, each time by another standard.

    Returns
    -------
    DataFrame
        One row a county, year, level and standard: ``standard``, ``decided_by`` (``composite`` or an indicator),
        ``coefficient``, ``limit``, ``multiple`` (coefficient over limit; 1 is the limit itself), ``verdict`` (of
        all that the standard asks of coefficients at this level).
    """
    frames = [found.assign(standard=each.standard.id) for each in assessments for found in _both(each)]
    return pd.concat([frame[DECISIVE] for frame in frames if not frame.empty], ignore_index=True)


def _both(assessment: Assessment) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what is judged of the composites, and of the single coefficients; the other is empty."""
    composites = assessment.composites.loc[assessment.composites["judged"].to_numpy(dtype=bool)]
    composites = composites.rename(columns={"composite": "coefficient"}).assign(decided_by="composite")
    held = assessment.counties.rename(columns={"cv": "coefficient", "indicator": "decided_by"})
    verdicts = held.assign(met=from_boolean(held["met"])).groupby(BALANCE, observed=True)["met"].agg(combine)
    worst = _with_multiple(held.dropna(subset=["limit", "coefficient"]))
    # Of indicators that stand alike, the first in the standard's order decides.
    ranked = worst.assign(multiple=rounding.tied(worst["multiple"]))
    worst = worst.loc[ranked.groupby(BALANCE, observed=True, sort=False)["multiple"].idxmax()]
    worst = worst.merge(verdicts.rename("verdict").reset_index(), on=BALANCE, how="left", validate="one_to_one")
    return _with_multiple(composites).assign(verdict=from_boolean(composites["met"])), worst


def _with_multiple(frame: pd.DataFrame) -> pd.DataFrame:
    """Divide coefficients by their limits."""
    return frame.assign(multiple=frame["coefficient"] / frame["limit"])


def lifted(assessment: Assessment) -> pd.DataFrame:
    r"""
    Compute each difference coefficient anew after every section below its threshold has been lifted to it.

    Lifting the poor narrows the gap but does not close it: what the rich have above the threshold stays.

    Parameters
    ----------
    assessment : Assessment
        Of any counties and years.

    Returns
    -------
    DataFrame
        One row a county, year, level and indicator: ``cv``, ``lifted`` (the coefficient after), ``limit``, ``met``
        and ``lifted_met``; without a threshold ``lifted`` is the coefficient itself, and a missing value stays
        missing. The number of ``n_missing`` sections keeps a verdict undetermined as before.

    Notes
    -----
    The new value of a section is :math:`\max(x_i, z)`, :math:`z` the threshold; pupils stay where they are.
    """
    keys = [*BALANCE, "indicator"]
    held = assessment.sections.dropna(subset="value")
    held = held.loc[held["pupils"] > 0].assign(raised=np.fmax(held["value"], held["threshold"]))
    rows = [
        (*key, _coefficient(part, assessment.convention)) for key, part in held.groupby(keys, observed=True, sort=False)
    ]
    after = pd.DataFrame(rows, columns=[*keys, "lifted"]).astype({"indicator": assessment.counties["indicator"].dtype})
    frame = assessment.counties.merge(after, on=keys, how="left", validate="one_to_one")
    known = frame["lifted"].where(frame["n_missing"] == 0).to_numpy(dtype=np.float64)
    met = nullable(compare(known, frame["limit"].to_numpy(dtype=np.float64), "<="))
    return frame[[*keys, "cv", "lifted", "limit", "met"]].assign(lifted_met=met)


def _coefficient(part: pd.DataFrame, convention: str) -> float:
    """Compute one coefficient of the raised values; not defined where nobody has anything."""
    values, pupils = part["raised"].to_numpy(dtype=np.float64), part["pupils"].to_numpy(dtype=np.float64)
    if not (values > 0).any():
        return float("nan")
    return dispersion.difference_coefficient(values, pupils, convention=convention)
