"""Values that pass only as the national form prints them: judged unrounded, they miss their limit."""

from __future__ import annotations

import operator

import numpy as np
import pandas as pd

from edubalance import rounding
from edubalance.assessment.judgement import Assessment

COLUMNS = ("county", "year", "level", "school_id", "rule", "value", "printed", "decimals", "direction", "limit")
_COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


def borderline(assessment: Assessment) -> pd.DataFrame:
    """
    List the values that miss their limit and would reach it if they were rounded as the form prints them.

    The texts read do not say whether a limit is tested before or after rounding; unrounded values are judged.

    Parameters
    ----------
    assessment : Assessment
        Of one county or many.

    Returns
    -------
    DataFrame
        One row per value: ``county``, ``year``, ``level``, ``school_id`` (empty for a value of the county), ``rule``
        (indicator or condition), ``value``, ``printed``, ``decimals``, ``direction``, ``limit``.

    Examples
    --------
    4.196 teachers per 100 pupils, printed 4.20, against a threshold of 4.2:

    >>> passes_when_rounded(4.196, 4.2, ">=", 2), passes_when_rounded(4.194, 4.2, ">=", 2)
    (True, False)
    """
    digits = assessment.standard.precision
    sections = assessment.sections.rename(columns={"indicator": "rule", "threshold": "limit"})
    coefficients = assessment.counties.rename(columns={"indicator": "rule"}).assign(value=assessment.counties["cv"])
    items = assessment.items.rename(columns={"condition": "rule", "threshold": "limit"})
    frames = (
        _missed(sections.assign(direction=">="), sections["met"], digits["value"]),
        _missed(coefficients.assign(direction="<=", school_id=""), coefficients["met"], digits["cv"]),
        _missed(items.assign(school_id=""), items["verdict"].map({"met": True, "not_met": False}), digits["ratio"]),
    )
    return pd.concat(frames, ignore_index=True)


def passes_when_rounded(value: float, limit: float, direction: str, decimals: int) -> bool:
    """Tell whether a value reaches a limit once it is rounded, a half upwards as by hand."""
    return bool(_COMPARE[direction](rounding.half_up(value, decimals), limit))


def _missed(frame: pd.DataFrame, met: pd.Series, decimals: int) -> pd.DataFrame:
    """Keep the rows that miss their limit and reach it when rounded."""
    known = ~met.astype("boolean").fillna(value=True) & np.isfinite(frame["value"]) & np.isfinite(frame["limit"])
    missed = frame.loc[known.to_numpy() & frame["direction"].isin(list(_COMPARE)).to_numpy()]
    printed = [rounding.half_up(value, decimals) for value in missed["value"]]
    reached = [
        passes_when_rounded(row.value, row.limit, row.direction, decimals) for row in missed.itertuples(index=False)
    ]
    listed: pd.DataFrame = missed.assign(printed=printed, decimals=decimals).loc[reached, list(COLUMNS)]
    return listed.astype({"school_id": "string"})
