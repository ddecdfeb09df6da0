"""The null: places and groups dealt out at random, so that nothing depends on them but by chance."""

from __future__ import annotations

import pandas as pd

from edubalance.twins import draw
from edubalance.twins.layout import LABELS
from edubalance.twins.spec import Spec


def dealt(spec: Spec, schools: pd.DataFrame) -> pd.DataFrame:
    """
    Deal places and education groups out among the schools.

    Parameters
    ----------
    spec : Spec
        The specification; its seed decides the deal.
    schools : DataFrame
        The schools of all years.

    Returns
    -------
    DataFrame
        `schools` with other labels; a school keeps its labels through the years.

    Notes
    -----
    Every deal is as likely as any other. A test at 5 % therefore finds something in one deal of twenty: that is its
    stated error, and a null chosen so that nothing is found would hide a test that errs more often.
    """
    base = schools[schools["year"] == spec.year].reset_index(drop=True)
    rng = draw.stream(spec.seed, "deal")
    place, group = (rng.random(len(base)).argsort(kind="stable") for _ in range(2))
    labels = base[list(LABELS)].iloc[place].reset_index(drop=True)
    labels["education_group"] = base["education_group"].iloc[group].to_numpy()
    labels.index = pd.Index(base["school_id"])
    fresh = schools.copy()
    for column in labels.columns:
        fresh[column] = labels[column].reindex(schools["school_id"]).to_numpy()
    return fresh
