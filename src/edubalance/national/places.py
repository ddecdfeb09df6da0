"""Counties: their verdicts, levels that nothing is shown of, and their places in a ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance.assessment.verdict import MET, NOT_MET, UNDETERMINED
from edubalance.measures.ranking import ranks
from edubalance.national.index import Key
from edubalance.standards import Standard

COUNTY = ["year", "province", "county"]
CODES = {NOT_MET: -1, UNDETERMINED: 0, MET: 1}
WORDS = {code: word for word, code in CODES.items()}
_COUNTS = ("n_", "sections_", "coefficients_")
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
        level without sections in scope is there, undetermined: nothing is shown of it.
    """
    frame = _with_absent(levels, keys, failures, standard)
    codes = frame["verdict"].map(CODES).astype("int8")
    worst = codes.groupby([frame[name] for name in COUNTY], sort=False).transform("min")
    return _ranked(frame.assign(county_verdict=worst.map(WORDS).astype("string")))


def _with_absent(levels: pd.DataFrame, keys: Sequence[Key], failures: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Add a row for each level of which a county that did not fail has nothing in scope."""
    failed = set(zip(*(failures[name].tolist() for name in COUNTY), strict=True))
    judged = [key for key in keys if None not in key and (key.year, key.province, key.county) not in failed]
    rows = [(key.year, key.province, key.county, level) for key in judged for level in standard.levels]
    expected = pd.DataFrame(rows, columns=[*COUNTY, "level"]).sort_values([*COUNTY, "level"], ignore_index=True)
    text = dict.fromkeys(("province", "county", "level", *_VERDICTS), "string")
    given = levels if len(levels.columns) else expected.assign(**dict.fromkeys(_VERDICTS)).iloc[:0]
    held = given.astype({name: kind for name, kind in text.items() if name in given})
    types = {"year": "int32", "province": "string", "county": "string", "level": "string"}
    frame = expected.astype(types).merge(held.astype(types), on=[*COUNTY, "level"], how="left", validate="one_to_one")
    counts = [name for name in map(str, frame) if name.startswith(_COUNTS) and name not in _VERDICTS]
    frame = frame.fillna({**dict.fromkeys([*counts, "pupils"], 0), **dict.fromkeys(_VERDICTS, UNDETERMINED)})
    place = {level: number for number, level in enumerate(standard.levels)}
    frame = frame.astype({name: "int64" for name in [*counts, "pupils"] if name in frame})
    return frame.sort_values(
        [*COUNTY, "level"],
        ignore_index=True,
        key=lambda column: column.map(place) if column.name == "level" else column,
    )


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Rank the counties of each year and level by their composite."""
    places = np.full((len(frame), 3), np.nan)
    bounds = ["composite", "composite_low", "composite_high"]
    if set(bounds) <= set(frame):
        for rows in frame.groupby(["year", "level"], sort=False).indices.values():
            found = ranks(*(frame[name].to_numpy(dtype=np.float64, na_value=np.nan)[rows] for name in bounds))
            places[rows] = np.column_stack((found.rank, found.best, found.worst))
    known = ~np.isnan(frame["composite_low"].to_numpy(dtype=np.float64)) if "composite_low" in frame else False
    return frame.assign(
        rank=places[:, 0],
        rank_best=np.where(known, places[:, 1], np.nan),
        rank_worst=np.where(known, places[:, 2], np.nan),
    )
