"""Counties: their verdicts, levels that nothing is shown of, and their places in a ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance.assessment.verdict import MET, NOT_MET, UNDETERMINED
from edubalance.measures.ranking import ranks
from edubalance.national.index import Key
from edubalance.national.parts import in_order
from edubalance.standards import Standard

COUNTY = ["year", "province", "county"]
CODES = {NOT_MET: -1, UNDETERMINED: 0, MET: 1}
_COUNTS = ("n_", "sections_", "coefficients_", "pupils")
_TEXT = ("province", "county", "level")
_FEWEST = 2
_VERDICTS = ("sections_verdict", "balance_verdict", "composite_verdict", "verdict")


def counties(levels: pd.DataFrame, keys: Sequence[Key], failures: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """
    Combine the levels of every county, and rank the counties.

    Parameters
    ----------
    levels : DataFrame
        One row a county, year and level that has sections in scope.
    keys : sequence of Key
        All counties and years.
    failures : DataFrame
        Counties and years that could not be judged; they are left out.
    standard : Standard
        Says which levels a county should have.

    Returns
    -------
    DataFrame
        One row a county, year and level, sorted: counts, verdicts, ``composite`` with its interval, ``rank`` (1 has
        the lowest composite of its year and level) with ``rank_best`` and ``rank_worst``, and ``county_verdict``. A
        level without sections in scope is there, undetermined: nothing is shown of it. A county is ranked where two
        sections at least have a value of each indicator (``n_least``).
    """
    frame = _with_absent(levels, keys, failures, standard)
    codes = frame["verdict"].map(CODES).astype("int64")
    worst = codes.groupby([frame[name] for name in COUNTY], sort=False, observed=True).transform("min")
    words = pd.Categorical.from_codes(worst + 1, dtype=pd.CategoricalDtype(list(CODES)))
    return _ranked(frame.assign(county_verdict=words))


def _with_absent(levels: pd.DataFrame, keys: Sequence[Key], failures: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Add a row for each level of which a county that did not fail has nothing in scope."""
    failed = set(zip(*(failures[name].tolist() for name in COUNTY), strict=True))
    judged = [key for key in keys if not key.vague and (key.year, key.province, key.county) not in failed]
    if len(levels) == len(judged) * len(standard.levels):
        return levels
    rows = [(key.year, key.province, key.county, level) for key in judged for level in standard.levels]
    expected = pd.DataFrame(rows, columns=[*COUNTY, "level"]).astype(dict.fromkeys(_TEXT, "string"))
    held = levels.astype(dict.fromkeys((*_TEXT, *_VERDICTS), "string") | {"year": "int64"})
    frame = expected.merge(held, on=[*COUNTY, "level"], how="left", validate="one_to_one")
    counts = [name for name in map(str, frame) if name.startswith(_COUNTS) and name not in _VERDICTS]
    frame = frame.fillna({**dict.fromkeys(counts, 0), **dict.fromkeys(_VERDICTS, UNDETERMINED)})
    kept = {name: kind for name, kind in levels.dtypes.items() if name in counts or name == "year"}
    return in_order(frame.astype(kept).astype(dict.fromkeys((*_TEXT, *_VERDICTS), "category")))


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Rank the counties of each year and level by their composite; one section alone has none to differ from."""
    places = np.full((len(frame), 3), np.nan)
    bounds = ["composite", "composite_low", "composite_high"]
    comparable = frame["n_least"].to_numpy() >= _FEWEST
    values = [np.where(comparable, frame[name].to_numpy(dtype=np.float64, na_value=np.nan), np.nan) for name in bounds]
    for rows in frame.groupby(["year", "level"], sort=False, observed=True).indices.values():
        found = ranks(*(each[rows] for each in values))
        places[rows] = np.column_stack((found.rank, found.best, found.worst))
    known = ~np.isnan(values[1])
    return frame.assign(
        rank=places[:, 0],
        rank_best=np.where(known, places[:, 1], np.nan),
        rank_worst=np.where(known, places[:, 2], np.nan),
    )
