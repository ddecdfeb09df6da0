"""From year to year: whether counties draw together, and how verdicts change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from edubalance import codebook
from edubalance.assessment.verdict import MET, NOT_MET, UNDETERMINED
from edubalance.measures.convergence import beta_convergence, sigma
from edubalance.measures.grouping import group_rows

FEWEST = 3
_PLACE = ["province", "county"]
_COLUMNS = ["province", "county", "school_id", "level", "year", "verdict"]
_PLACES = {NOT_MET: 0, UNDETERMINED: 1, MET: 2}
IntArray = npt.NDArray[np.int64]


def convergence(measured: pd.DataFrame) -> pd.DataFrame:
    """
    Ask of every indicator whether counties drew together from the first year to the last.

    Parameters
    ----------
    measured : DataFrame
        One row a county, year, level and indicator.

    Returns
    -------
    DataFrame
        One row a level and indicator: ``from_year``, ``to_year``, ``n_counties`` (with a positive mean in both years),
        ``n_left_out``, ``sigma_from``, ``sigma_to``, and the ``slope`` of growth on the first value with its bounds,
        ``speed`` and ``half_life``. No rows where there is one year only.
    """
    years = sorted(measured["year"].unique().tolist()) if len(measured) else []
    if len(years) < 2:
        return pd.DataFrame()
    rows = []
    for key, part in measured.groupby(["level", "indicator"], observed=True, sort=True):
        first, last = (part.loc[part["year"] == year].set_index(_PLACE)["mean"] for year in (years[0], years[-1]))
        both = pd.concat([first, last], axis=1, keys=["first", "last"]).sort_index()
        kept = both.loc[(both > 0).all(axis=1)]
        place = dict(zip(("level", "indicator"), key, strict=True))
        rows.append(
            {
                **place,
                "from_year": years[0],
                "to_year": years[-1],
                **_growth(kept, years[-1] - years[0]),
                "n_left_out": len(both) - len(kept),
            }
        )
    return pd.DataFrame(rows)


def _growth(kept: pd.DataFrame, years: int) -> dict[str, Any]:
    """Measure sigma in both years, and beta between them."""
    first, last = (kept[name].to_numpy(dtype=np.float64) for name in ("first", "last"))
    names = ("slope", "low", "high", "speed", "half_life")
    found: dict[str, Any] = {"n_counties": len(kept), **dict.fromkeys(("sigma_from", "sigma_to", *names), np.nan)}
    if len(kept) < FEWEST or np.ptp(first) == 0:
        return found
    beta = beta_convergence(first, last, years)
    return {
        **found,
        "sigma_from": sigma(first),
        "sigma_to": sigma(last),
        **{name: getattr(beta, name) for name in names},
    }


def transitions(counties: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """
    Count how verdicts change from each year to the next.

    Parameters
    ----------
    counties : DataFrame
        As `places.counties` returns it.
    folder : Path
        The result, whose sections are read province by province.

    Returns
    -------
    DataFrame
        One row ``unit`` (``county`` or ``section``), ``level`` (``all`` for counties), ``from_year``, ``to_year``,
        ``before`` and ``after`` (verdicts; ``absent`` where the unit was not there or not judged), ``n``, and
        ``share`` of those that were ``before``. No rows where there is one year only.
    """
    years = np.unique(counties["year"].to_numpy())
    if years.size < 2:
        return pd.DataFrame()
    whole = counties.drop_duplicates(["year", *_PLACE])
    unit = group_rows(*(whole[name].cat.codes.to_numpy() for name in _PLACE)).codes
    found = {"all": _changes(unit, whole["year"].to_numpy(), whole["county_verdict"].map(_PLACES), years)}
    levels = list(codebook.codes("level"))
    of_sections = {level: np.zeros_like(found["all"]) for level in levels}
    for held in _by_province(folder):
        for place, level in enumerate(levels):
            rows = held.level == place
            of_sections[level] += _changes(held.unit[rows], held.year[rows], held.verdict[rows], years)
    frames = [_tidy(found["all"], years, "county", "all")]
    frames += [_tidy(counts, years, "section", level) for level, counts in of_sections.items()]
    return pd.concat(frames, ignore_index=True)


@dataclass(frozen=True)
class _Verdicts:
    """Sections of a province: unit, level and verdict as codes."""

    unit: IntArray
    year: IntArray
    level: IntArray
    verdict: IntArray


def _by_province(folder: Path) -> Iterator[_Verdicts]:
    """Read the verdicts on sections, one province at a time; each file is read once where provinces do not mix."""
    files = {path: _provinces(path) for path in sorted((folder / "sections").glob("*.parquet"))}
    held: dict[Path, pa.Table] = {}
    for province in sorted({name for names in files.values() for name in names}):
        wanted = [path for path, names in files.items() if province in names]
        held = {path: held[path] if path in held else pq.read_table(path, columns=_COLUMNS) for path in wanted}
        yield _verdicts([table.filter(pc.equal(table.column("province"), province)) for table in held.values()])


def _provinces(path: Path) -> set[str]:
    """List the provinces of a file."""
    column = pq.read_table(path, columns=["province"]).column("province")
    return set(column.unique().to_pylist())


def _verdicts(tables: list[pa.Table]) -> _Verdicts:
    """Number the sections of a province, and their verdicts."""
    held = pa.concat_tables(tables).unify_dictionaries()
    place = {**_PLACES, **{level: number for number, level in enumerate(codebook.codes("level"))}}
    codes = {}
    for name in ("county", "school_id", "level", "verdict"):
        column = held.column(name).combine_chunks()
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        numbers = coded.indices.to_numpy().astype(np.int64)
        words = coded.dictionary.to_pylist() if name in ("level", "verdict") else None
        codes[name] = numbers if words is None else np.array([place[word] for word in words] or [0])[numbers]
    unit = codes["county"] * (int(codes["school_id"].max(initial=0)) + 1) + codes["school_id"]
    return _Verdicts(unit, held.column("year").to_numpy().astype(np.int64), codes["level"], codes["verdict"])


def _changes(unit: IntArray, year: IntArray, verdict: Any, years: IntArray) -> IntArray:
    """Count pairs of verdicts in years that follow each other; shape (years less one, 4, 4), the last for absent."""
    # One plain sort of unit, year and verdict in a number: far faster than sorting by several columns.
    packed = np.sort((unit * years.size + np.searchsorted(years, year)) * len(_PLACES) + np.asarray(verdict))
    at_unit, codes = np.divmod(packed, len(_PLACES))
    unit, place = np.divmod(at_unit, years.size)
    follows = (unit[1:] == unit[:-1]) & (place[1:] == place[:-1] + 1)
    states = len(_PLACES) + 1
    absent = np.full(unit.size, states - 1)
    gone = np.append(~follows, [True])[: unit.size] & (place < years.size - 1)
    new = np.append([True], ~follows)[: unit.size] & (place > 0)
    pairs = [
        (place[:-1][follows], codes[:-1][follows], codes[1:][follows]),
        (place[gone], codes[gone], absent[gone]),
        (place[new] - 1, absent[new], codes[new]),
    ]
    at, before, after = (np.concatenate(part) for part in zip(*pairs, strict=True))
    counts = np.bincount((at * states + before) * states + after, minlength=(years.size - 1) * states**2)
    return counts.reshape(years.size - 1, states, states)


def _tidy(counts: IntArray, years: IntArray, unit: str, level: str) -> pd.DataFrame:
    """Lay counts of pairs out, those that occur."""
    words = np.array([*_PLACES, "absent"], dtype=object)
    at, before, after = np.nonzero(counts)
    n = counts[at, before, after]
    return pd.DataFrame(
        {
            "unit": pd.array([unit] * n.size, dtype="string"),
            "level": pd.array([level] * n.size, dtype="string"),
            "from_year": years[at],
            "to_year": years[at + 1],
            "before": pd.array(words[before], dtype="string"),
            "after": pd.array(words[after], dtype="string"),
            "n": n,
            "share": n / counts.sum(axis=2)[at, before],
        }
    )
