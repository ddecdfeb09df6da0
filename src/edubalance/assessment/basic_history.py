"""Whether basic balance was kept in the years before applying: the older standard, judged year by year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance import rounding
from edubalance.assessment import lacking
from edubalance.assessment.items import Reported, evaluate, judge_document
from edubalance.assessment.judgement import Assessment, assess
from edubalance.assessment.parts import (
    COUNTY,
    DECLARED,
    DISAGREE,
    TABLES,
    gathered,
    laid_out,
    named_where,
    weakest,
)
from edubalance.assessment.sections import rule_date
from edubalance.assessment.verdict import FAILS, UNKNOWN, compare, words
from edubalance.assessment.years import of_years
from edubalance.codebook import Tables
from edubalance.standards import Condition, Item, Standard
from edubalance.standards.dated import as_date

WINDOW = "basic_history_years"
COLUMNS = [*COUNTY, "level", "history_year", "composite", "limit", "met", "missing"]
Floats = npt.NDArray[np.float64]


def window_on(standard: Standard, year: int) -> int:
    """
    Return how many years of history the standard asks for, the data's own year counted.

    Parameters
    ----------
    standard : Standard
        The standard applied for.
    year : int
        Year of the data.

    Returns
    -------
    int
        0 where the standard asks for none, or did not yet on 1 September of the year.

    Examples
    --------
    >>> from edubalance import standards
    >>> quality = standards.load("cn-2017-quality")
    >>> window_on(quality, 2018), window_on(quality, 2023)
    (0, 3)
    """
    if not standard.has_rule(WINDOW):
        return 0
    first = min(entry.since for entry in standard.rule(WINDOW).entries)
    day = as_date(rule_date(year))
    return int(standard.value_on(WINDOW, day)) if day >= first else 0


def history(tables: Tables, places: pd.DataFrame, standard: Standard, basic: Standard) -> pd.DataFrame:
    """
    Judge basic balance in every year before applying.

    Parameters
    ----------
    tables : Tables
        Validated tables, of as many years as there are.
    places : DataFrame
        ``county`` and ``year`` of the data that the county would apply with.
    standard : Standard
        The standard applied for; it says how many years count.
    basic : Standard
        The standard of basic balance.

    Returns
    -------
    DataFrame
        One row a county, year, level and ``history_year``: the ``composite`` of that year, its ``limit`` in the
        standard of basic balance, ``met``, and what is ``missing`` (empty where nothing is). A year that the tables
        do not have is there too, without a value.
    """
    listed = places[COUNTY].itertuples(index=False)
    asked = [(county, year, past) for county, year in listed for past in _past(standard, year)]
    frame = pd.DataFrame(asked, columns=[*COUNTY, "history_year"]).astype({"year": "int64", "history_year": "int64"})
    if frame.empty:
        return frame.reindex(columns=COLUMNS)
    found = assess(of_years(tables, set(frame["history_year"])), basic)
    frame = frame.merge(pd.DataFrame({"level": pd.array(basic.levels, dtype="string")}), how="cross")
    yearly = found.composites.rename(columns={"year": "history_year"})
    keys = ["county", "history_year", "level"]
    frame = frame.merge(yearly[[*keys, "composite", "limit", "met"]], on=keys, how="left")
    frame["met"] = frame["met"].astype("boolean")
    return frame.assign(missing=_missing(tables, frame, found))[COLUMNS]


def _past(standard: Standard, year: int) -> range:
    """Return the years that count: the data's own and those before."""
    return range(year - window_on(standard, year) + 1, year + 1)


def _missing(tables: Tables, frame: pd.DataFrame, found: Assessment) -> list[str]:
    """Name, for every year and level without a verdict, the year or the columns that lack values."""
    values: dict[Any, pd.DataFrame] = dict(tuple(found.sections.groupby([*COUNTY, "level", "indicator"])))
    open_: dict[tuple[str, int, str], list[str]] = {}
    for row in found.counties.loc[found.counties["n_missing"] > 0].to_dict("records"):
        county, year, level, indicator = (row[name] for name in (*COUNTY, "level", "indicator"))
        sections = values[county, year, level, indicator]
        text = lacking.counted(tables, found.standard, indicator, level, year, sections, dated=True)
        open_.setdefault((county, year, level), []).append(text)
    keys = zip(frame["county"], frame["history_year"], frame["level"], strict=True)
    return [
        "" if known else "; ".join(open_.get(key, [f"schools.csv, sections.csv: {key[2]} {key[1]}"]))
        for key, known in zip(keys, frame["met"].notna(), strict=True)
    ]


def history_parts(
    line: Item, standard: Standard, places: pd.DataFrame, reported: Reported, past: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    """
    Judge the conditions of the check on history: highest composites within their limits, and no failure.

    Parameters
    ----------
    line : Item
        The check.
    standard : Standard
        The standard applied for; its limits of the data's own year apply.
    places : DataFrame
        ``county`` and ``year``, all of one year.
    reported : Reported
        What the counties report.
    past : DataFrame
        As `history` returns it.

    Yields
    ------
    DataFrame
        One part each, as `parts.laid_out` makes it.

    Notes
    -----
    A year that the tables lack may be the one that broke the limit: without it nothing is met, unless the county
    itself states the highest composite. Where both are there, the higher one is judged.
    """
    for condition in line.conditions_on(as_date(rule_date(int(places["year"].iloc[0])))):
        if condition.formula is None:
            yield _without_failure(line, condition, places, reported, past)
        else:
            yield _within_limit(line, condition, standard, places, reported, past)


def _within_limit(
    line: Item, condition: Condition, standard: Standard, places: pd.DataFrame, reported: Reported, past: pd.DataFrame
) -> pd.DataFrame:
    """Hold the highest composite of the years against the tighter limit."""
    highest, complete, _, missing = _summary(past.loc[past["level"] == condition.level], places)
    declared = evaluate(condition.formula, reported.value) if condition.formula else np.full(len(places), np.nan)
    limit = standard.value_on(condition.id, rule_date(int(places["year"].iloc[0])), condition.level)
    value, limits, stated = np.fmax(highest, declared), np.full(len(places), limit), ~np.isnan(declared)
    computed, codes = (compare(each, limits, condition.direction) for each in (highest, value))
    codes = np.where((codes == FAILS) | complete | stated, codes, UNKNOWN)
    own_word = stated & np.where(codes == FAILS, computed != FAILS, ~complete)
    # A county states its composites rounded or cut off: the last printed digit may differ by one.
    digit = 10.0 ** -standard.precision["cv"]
    lower, upper = (rounding.reachable(highest + step, sign) for step, sign in ((-digit, ">="), (digit, "<=")))
    differ = (declared < lower) | (complete & (declared > upper))
    return laid_out(
        places,
        "check",
        line,
        condition.id,
        level=condition.level or "",
        value=value,
        direction=condition.direction,
        limit=limit,
        verdict=words(codes.astype(np.int8)),
        basis=np.where(own_word, DECLARED, TABLES),
        missing=missing,
        remark=named_where(differ, DISAGREE),
        confidence=weakest((line.confidence, condition.known.confidence)),
    )


def _without_failure(
    line: Item, condition: Condition, places: pd.DataFrame, reported: Reported, past: pd.DataFrame
) -> pd.DataFrame:
    """Tell whether a year is known to have failed; that none did, a document of the county alone can say."""
    _, _, failed, _ = _summary(past, places)
    codes, evidence = judge_document(condition, reported)
    return laid_out(
        places,
        "check",
        line,
        condition.id,
        verdict=words(np.where(failed, FAILS, codes).astype(np.int8)),
        basis=np.where(failed, TABLES, DECLARED),
        missing=named_where(~failed & (codes == UNKNOWN), f"county.csv: {condition.id} (evidence)"),
        remark=named_where(failed & (codes > UNKNOWN), DISAGREE),
        evidence=evidence,
        confidence=weakest((line.confidence, condition.known.confidence)),
    )


def _summary(
    past: pd.DataFrame, places: pd.DataFrame
) -> tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.bool_], list[str]]:
    """Sum up the years of each place: the highest composite, whether all are known, whether one failed, what lacks."""
    known = past["met"].notna().to_numpy(dtype=bool)
    failed = known & ~past["met"].fillna(value=True).to_numpy(dtype=bool)
    composite = past["composite"].to_numpy(dtype=np.float64)
    # A resource that no school has leaves no composite, and fails it.
    highest = np.where(failed & np.isnan(composite), np.inf, np.where(known, composite, np.nan))
    rows = past[[*COUNTY, "missing"]].assign(highest=highest, complete=known, failed=failed)
    groups = rows.groupby(COUNTY, sort=False)
    keys = pd.MultiIndex.from_frame(places[COUNTY])
    found = groups.agg({"highest": "max", "complete": "all", "failed": "any"}).reindex(keys)
    texts = {key: gathered(one) for key, one in groups["missing"]}
    whole, worst = (found[name].eq(other=True).to_numpy(dtype=bool) for name in ("complete", "failed"))
    return found["highest"].to_numpy(dtype=np.float64), whole, worst, [texts.get(key, "") for key in keys]
