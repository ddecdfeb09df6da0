"""Plausibility: values a pupil of another order of size than those around them, and what has probably gone wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml

from edubalance import codebook, schools, standards
from edubalance.assessment.sections import rule_date
from edubalance.codebook import Tables
from edubalance.errors import Fault
from edubalance.messages import Fact
from edubalance.standards import Indicator, Standard
from edubalance.standards.model import Table, Terms

Floats = npt.NDArray[np.float64]
GROUP = ["county", "year", "level", "measure"]
UNIT = ["county", "school_id", "level", "measure"]
SECTION = ["county", "year", "school_id", "level"]
# A robust standard deviation of values with a normal distribution.
_DEVIATION = 1.4826
# A table as a spreadsheet counts: the header is row 1.
_FIRST_ROW = 2


@dataclass(frozen=True)
class Measure:
    """
    Something of which each section has so much a pupil.

    Attributes
    ----------
    indicator : Indicator
        Of a standard, or made of one of its columns.
    standard : Standard
        Which computes it.
    columns : tuple of str
        Columns that are added up.
    """

    indicator: Indicator
    standard: Standard
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """
    A cell, or a whole column of a year, that is probably not what was meant.

    Attributes
    ----------
    table, column : str
        Where.
    county : str
        The county.
    year : int
        The year.
    school_id, level : str
        The school and, in the table of sections, the level; empty where the whole column is meant.
    measure : str
        Id of the indicator, or the column itself, whose value a pupil is away from what is usual.
    value, usual : float
        A pupil, in the unit of the indicator.
    times : float
        The value over the usual one.
    basis : str
        What is usual: ``county``, ``years``, ``columns`` or ``standard``.
    reason : str
        ``unit``, ``digits``, ``swapped``, ``same``, ``whole_school``, ``pupils`` or ``unknown``.
    likely : Fact
        The unit, or the other column, in English and Chinese; empty for other reasons.
    """

    table: str
    column: str
    county: str
    year: int
    school_id: str
    level: str
    measure: str
    value: float
    usual: float
    times: float
    basis: str
    reason: str
    likely: Fact = ""

    @property
    def key(self) -> str:
        """Return the key of its message: of a cell, or of a whole column."""
        return f"implausible{'' if self.school_id else '_column'}_{self.reason}"

    def facts(self) -> dict[str, Fact]:
        """Return what fills its message."""
        column = codebook.table(self.table).column(self.column)
        indicator = {each.indicator.id: each.indicator for each in measures()}[self.measure]
        units = tuple(indicator.unit(lang) for lang in ("en", "zh"))
        way, ratio = ("times", self.times) if self.times >= 1 else ("fraction", 1 / self.times)
        count = f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"
        english, chinese = _words(way)
        return {
            "column": (column.name, column.zh),
            "school": self.school_id,
            "year": str(self.year),
            "value": (f"{_number(self.value)} {units[0]}", f"{_number(self.value)}{units[1]}"),
            "usual": (f"{_number(self.usual)} {units[0]}", f"{_number(self.usual)}{units[1]}"),
            "count": f"{self.times:.2g}",
            "times": (english.format(count=count), chinese.format(count=count)),
            "basis": _words(self.basis),
            "likely": self.likely,
        }


@dataclass(frozen=True)
class Plausibility:
    """
    What was found of the tables of a county.

    Attributes
    ----------
    page : DataFrame
        One row a section and indicator: county, year, level, school_id, pupils, ``indicator``, ``value`` a pupil,
        ``median`` of the county's sections above nought at that level, ``threshold`` of the standard where it sets
        one, and ``marked``.
    marks : tuple of Mark
        In the order of tables, years, columns and schools.
    """

    page: pd.DataFrame
    marks: tuple[Mark, ...]


@cache
def constants() -> Mapping[str, Any]:
    """Read the constants of the method once."""
    text = files("edubalance").joinpath("assessment/plausibility.yml").read_text(encoding="utf-8")
    stated: Mapping[str, Any] = yaml.safe_load(text)
    return stated


def _limit(name: str) -> float:
    """Return the logarithm of a factor of the method."""
    return float(np.log(constants()["limits"][name]))


def _words(name: str) -> tuple[str, str]:
    """Return words in English and Chinese."""
    said = constants()["words"][name]
    return said["en"], said["zh"]


def _number(value: float) -> str:
    """Write a value a pupil: four digits."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


@cache
def measures() -> tuple[Measure, ...]:
    """Return the indicators of all standards that are computed from tables, each once, and their columns."""
    loaded = [standards.load(name) for name in standards.available()]
    computed = [(each, one) for each in loaded for one in each.indicators if any(one.numerators.values())]
    found: dict[object, Measure] = {}
    # What two standards compute alike is taken from the one that sets a threshold.
    for standard, indicator in sorted(computed, key=lambda pair: not pair[1].has_threshold):
        columns = tuple(dict.fromkeys(name for terms in indicator.numerators.values() for name, _ in terms))
        found.setdefault(indicator.numerators, Measure(indicator, standard, columns))
    for each in tuple(found.values()):
        for column in each.columns:
            alone: Table[Terms] = Table((("all", ((column, 1),)),))
            single = replace(each.indicator, id=column, numerators=alone, has_threshold=False)
            found.setdefault(alone, Measure(single, each.standard, (column,)))
    return tuple(found.values())


def examine(tables: Tables) -> Plausibility:
    """
    Look for numbers that can hardly be meant.

    Parameters
    ----------
    tables : Tables
        Validated, of one county or more and of any years.

    Returns
    -------
    Plausibility
        The values a pupil beside what is usual, and the cells that are marked.

    Notes
    -----
    The values are those of `schools.indicators`. They are compared on a logarithmic scale, those that are nought left
    aside: with the county's median of the year and level (from four schools on; else with the threshold of the
    standard), and with the same school in its other years. Medians of a year are compared with the threshold and with
    those of other years, for then a whole column is wrong. The constants and their reasons stand in
    ``plausibility.yml``. A mark says that a number should be looked at; it says nothing about a school.
    """
    long = _long(tables)
    if long.empty:
        return Plausibility(long.assign(indicator="", median=np.nan, threshold=np.nan, marked=False), ())
    compared = _compared(long)
    whole = _whole_columns(compared, tables)
    pupils = _wrong_pupils(compared)
    cells = _with_reasons(_cells(_outliers(compared, pupils)), tables)
    doubled = _whole_school(compared, tables)
    marks = _once([*whole, *_marks_of_pupils(pupils), *doubled, *cells])
    return Plausibility(_page(compared, marks), marks)


def faults(tables: Tables, found: Plausibility) -> tuple[Fault, ...]:
    """
    Return the marks as faults of strict tables, each with its row.

    Parameters
    ----------
    tables : Tables
        That were examined, in the order of their files.
    found : Plausibility
        Of these tables.

    Returns
    -------
    tuple of Fault
        One for each mark; of a whole column without a row.
    """
    return tuple(
        Fault.of(
            mark.key,
            f"{mark.table}.csv",
            row_of(tables, mark) if mark.school_id else None,
            mark.column,
            number_at(tables, mark),
            **mark.facts(),
        )
        for mark in found.marks
    )


def row_of(tables: Tables, mark: Mark) -> int:
    """Return the row of a mark as a spreadsheet counts it; of a whole column, its first in the year."""
    frame = tables.schools if mark.table == "schools" else tables.sections
    fit = (frame["year"] == mark.year).to_numpy(dtype=bool)
    if mark.school_id:
        fit = fit & (frame["school_id"] == mark.school_id).to_numpy(dtype=bool)
    if mark.level:
        fit = fit & (frame["level"] == mark.level).to_numpy(dtype=bool)
    return int(np.flatnonzero(fit)[0]) + _FIRST_ROW


def number_at(tables: Tables, mark: Mark) -> str:
    """Return what stands in the table at a mark; nothing for a whole column."""
    frame = tables.schools if mark.table == "schools" else tables.sections
    return f"{frame[mark.column].iloc[row_of(tables, mark) - _FIRST_ROW]:.12g}" if mark.school_id else ""


def _long(tables: Tables) -> pd.DataFrame:
    """Compute every measure of every section that has pupils: one row a section and measure."""
    frames = []
    for standard in {each.standard.id: each.standard for each in measures()}.values():
        own = tuple(each.indicator for each in measures() if each.standard.id == standard.id)
        wide = schools.indicators(tables, replace(standard, indicators=own))
        kept = wide.loc[(wide["pupils"] > 0).to_numpy() & ~wide["reason"].isin(["type", "level"]).to_numpy()]
        names = [each.id for each in own]
        frames.append(kept.melt([*SECTION, "pupils"], names, var_name="measure", value_name="value"))
    long = pd.concat(frames, ignore_index=True).dropna(subset="value")
    texts = dict.fromkeys(["county", "school_id", "level", "measure"], "object")
    return long.astype({**texts, "year": "int64", "pupils": "float64", "value": "float64"})


def _compared(long: pd.DataFrame) -> pd.DataFrame:
    """Put beside each value above nought, as a logarithm, what is usual in the county and in other years."""
    frame = long.loc[long["value"] > 0].reset_index(drop=True)
    log = np.log(frame["value"])
    groups = log.groupby([frame[name] for name in GROUP], sort=False)
    median, size = groups.transform("median"), groups.transform("size")
    spread = (log - median).abs().groupby([frame[name] for name in GROUP], sort=False).transform("median")
    frame = frame.assign(log=log, median=median, n=size, spread=_DEVIATION * spread, threshold=_thresholds(frame))
    enough = (frame["n"] >= constants()["fewest_schools"]).to_numpy()
    usual = np.where(enough, frame["median"], frame["threshold"])
    away = frame["log"].to_numpy() - usual
    small = np.minimum(0.0, np.log(frame["pupils"].to_numpy() / constants()["small_section"]))
    away = np.where(away > 0, np.maximum(away + small, 0.0), away)
    own = _of_other_years(frame, UNIT, "log")
    basis = np.where(enough, "county", "standard")
    few = _are_few(frame, usual, own)
    return frame.assign(usual=usual, away=away, own=own, jump=frame["log"] - own, basis=basis, few=few)


def _thresholds(frame: pd.DataFrame) -> Floats:
    """Look up the threshold of each value, as a logarithm; missing where the standard sets none."""
    known = {each.indicator.id: each for each in measures()}
    keys = frame[["year", "level", "measure"]].drop_duplicates()
    found = {
        (year, level, measure): _threshold(known[measure], year, level)
        for year, level, measure in keys.itertuples(index=False)
    }
    return np.array([found[key] for key in zip(frame["year"], frame["level"], frame["measure"], strict=True)])


def _threshold(measure: Measure, year: int, level: str) -> float:
    """Look up one threshold; of years before the standard, that of its first day."""
    if not measure.indicator.has_threshold:
        return float("nan")
    day = max(rule_date(year), measure.standard.in_force_from.isoformat())
    return float(np.log(measure.standard.value_on(measure.indicator.id, day, level)))


def _of_other_years(frame: pd.DataFrame, unit: list[str], name: str) -> Floats:
    """Return the median over the other years of the same unit; missing where there is none."""
    by_year = frame.pivot_table(name, unit, "year", aggfunc="first")
    others = pd.DataFrame({year: by_year.drop(columns=year).median(axis=1) for year in by_year}, by_year.index)
    rows = others.index.get_indexer(pd.MultiIndex.from_frame(frame[unit]))
    columns = others.columns.get_indexer(pd.Index(frame["year"]))
    return others.to_numpy(dtype=np.float64)[rows, columns]


def _are_few(frame: pd.DataFrame, usual: Floats, own: Floats) -> npt.NDArray[np.bool_]:
    """Tell where so few things are counted, and should be, that chance decides."""
    known = {each.indicator.id: each for each in measures()}
    counted = {
        name: all(_column(column)[1].kind == "integer" for column in each.columns) for name, each in known.items()
    }
    multiplier = frame["measure"].map({name: each.indicator.multiplier for name, each in known.items()})
    most = np.fmax(np.fmax(frame["log"].to_numpy(), usual), own)
    amount = np.exp(most) * frame["pupils"].to_numpy() / multiplier.to_numpy(dtype=np.float64)
    few = frame["measure"].map(counted).to_numpy(dtype=bool) & (amount < constants()["few"])
    return np.asarray(few)


@cache
def _column(name: str) -> tuple[str, codebook.Column]:
    """Return the table that has a column, and the column."""
    table = next(table for table in ("schools", "sections") if name in codebook.table(table).names)
    return table, codebook.table(table).column(name)


def _outliers(frame: pd.DataFrame, pupils: pd.DataFrame) -> pd.DataFrame:
    """Return the values that are away from what is usual, but for sections whose number of pupils is to blame."""
    away, jump = frame["away"].abs().to_numpy(), frame["jump"].abs().to_numpy()
    spread = np.maximum(frame["spread"].to_numpy(), constants()["limits"]["least_deviation"])
    close = (frame["basis"] == "county").to_numpy() & (away >= constants()["limits"]["deviations"] * spread)
    # What a school states alike year after year is its own way, unless it is of another order of size.
    alike = jump < _limit("steady")
    far = (away >= _limit("far")) | (close & ~alike & (away >= _limit("outlier")))
    # Of two years that differ, the one that lies farther from the county is the odd one.
    before = (frame["own"] - frame["usual"]).abs().to_numpy()
    widest = frame["jump"].abs().groupby([frame[name] for name in UNIT], sort=False).transform("max").to_numpy()
    odd = np.where(np.isnan(before), jump >= widest, (frame["log"] - frame["usual"]).abs().to_numpy() > before)
    jumps = (jump >= _limit("jump")) & odd
    found: pd.DataFrame = frame.assign(jumps=jumps).loc[(far | jumps) & ~frame["few"].to_numpy()]
    blamed = pd.MultiIndex.from_frame(found[SECTION]).isin(pd.MultiIndex.from_frame(pupils[SECTION]))
    kept: pd.DataFrame = found.loc[~blamed]
    return kept


def _wrong_pupils(frame: pd.DataFrame) -> pd.DataFrame:
    """Find sections of which all values are off in one direction: they are divided by a wrong number of pupils."""
    sections = frame.groupby(SECTION, sort=False)
    found = sections.agg(away=("away", "median"), jump=("jump", "median"), n=("away", "count")).reset_index()
    jump = found["jump"].abs() >= _limit("shift")
    shifted = (found["away"].abs() >= _limit("shift")) | (jump & (found["away"].abs() >= _limit("shift") / 2))
    kept: pd.DataFrame = found.loc[shifted & (found["n"] >= constants()["fewest_measures"])]
    return kept


def _marks_of_pupils(found: pd.DataFrame) -> Iterator[Mark]:
    """Mark the numbers of pupils; the ratio of teachers stands for all that is off."""
    for row in found.to_dict("records"):
        times = float(np.exp(row["away"]))
        yield Mark(
            "sections",
            "pupils",
            row["county"],
            row["year"],
            row["school_id"],
            row["level"],
            measures()[0].indicator.id,
            times,
            1.0,
            times,
            "county",
            "pupils",
        )


def _cells(found: pd.DataFrame) -> pd.DataFrame:
    """Say of each value which column is to blame: the one that is itself away, else the one that is farthest."""
    known = {each.indicator.id: each.columns for each in measures()}
    several = found["measure"].map(lambda name: len(known[name]) > 1)
    single = found.loc[~several].assign(column=lambda rows: rows["measure"].map(lambda name: known[name][0]))
    explained = {(*key, column) for *key, column in single[[*SECTION, "column"]].itertuples(index=False)}
    rest = [
        row
        for row in found.loc[several].to_dict("records")
        if not any((*(row[name] for name in SECTION), column) in explained for column in known[row["measure"]])
    ]
    blamed = pd.DataFrame([{**row, "column": known[row["measure"]][0]} for row in rest])
    return pd.concat([single, blamed], ignore_index=True) if rest else single


def _with_reasons(cells: pd.DataFrame, tables: Tables) -> list[Mark]:
    """Make a mark of each cell, with its likely reason."""
    raw, marks = _raw(tables), []
    for row in cells.to_dict("records"):
        table, column = _column(row["column"])
        by_years = bool(row["jumps"]) and not np.isnan(row["own"])
        usual = row["own"] if by_years else row["usual"]
        reason, likely = _slip(column, row["log"] - usual, _tolerance(row, by_years=by_years), by_years=by_years)
        level = row["level"] if table == "sections" else ""
        same = _same_value(raw[table].get((row["year"], row["school_id"], level), {}), column.name)
        if same:
            reason, likely = "same", _named(same)
        marks.append(_mark(row, column.name, usual, reason, likely))
    return _swapped(marks, raw)


def _tolerance(row: Mapping[Any, Any], *, by_years: bool) -> float:
    """Say how near a known slip must be: a school is nearer to its own years than to others, or to a threshold."""
    if by_years:
        return _limit("unit_in_years")
    if row["basis"] == "standard":
        return _limit("same_meaning")
    return max(_limit("unit_in_county"), 2.5 * float(row["spread"]))


def _slip(column: codebook.Column, log: float, tolerance: float, *, by_years: bool) -> tuple[str, Fact]:
    """Name the slip whose factor is nearest, if one is near; a unit before digits."""
    stated = constants()
    kind = {"m²": "area", "yuan": "money", "10 000 yuan": "money"}.get(column.unit_en or "", "count")
    later = stated["units_first"]["years" if by_years else "county"]
    near: list[tuple[float, float, str, Fact]] = [
        (float(abs(log - np.log(each["times"]))), 0.0, "unit", (each["en"], each["zh"]))
        for each in stated["units"][kind]
    ]
    near += [(float(abs(log - np.log(each))), later, "digits", "") for each in stated["digits"]]
    fitting = [each for each in near if each[0] <= tolerance]
    return min(fitting, key=lambda each: each[0] + each[1])[2:] if fitting else ("unknown", "")


def _raw(tables: Tables) -> dict[str, dict[tuple[int, str, str], dict[str, float]]]:
    """Return the numbers of each row, by table and key."""
    found: dict[str, dict[tuple[int, str, str], dict[str, float]]] = {}
    for name, frame in (("schools", tables.schools), ("sections", tables.sections)):
        numbers = [column.name for column in codebook.table(name).columns if column.is_number and column.name in frame]
        levels = frame["level"] if name == "sections" else [""] * len(frame)
        keys = zip(frame["year"].astype(int), frame["school_id"].astype(str), map(str, levels), strict=True)
        rows = frame[numbers].astype("float64").to_dict("records")
        found[name] = dict(zip(keys, rows, strict=True))  # type: ignore[arg-type]
    return found


def _same_value(row: Mapping[str, float], column: str) -> str:
    """Name another column of the row with the very same number, if it is large enough not to be chance."""
    value = row.get(column, float("nan"))
    if not value >= constants()["few"]:
        return ""
    return next((name for name, other in row.items() if name != column and other == value), "")


def _named(column: str) -> tuple[str, str]:
    """Return the name of a column in English and Chinese."""
    return column, _column(column)[1].zh


def _swapped(marks: list[Mark], raw: Mapping[str, Mapping[tuple[int, str, str], Mapping[str, float]]]) -> list[Mark]:
    """Find two marked cells of one row that would both fit if they changed places."""
    rows: dict[tuple[str, int, str, str], list[int]] = {}
    for number, mark in enumerate(marks):
        rows.setdefault((mark.table, mark.year, mark.school_id, mark.level), []).append(number)
    found = list(marks)
    for (table, year, school, level), numbers in rows.items():
        values = raw[table].get((year, school, level), {})
        for one, other in permutations(numbers, 2):
            if _changed_places(marks[one], marks[other], values):
                found[one] = replace(marks[one], reason="swapped", likely=_named(marks[other].column))
    return found


def _changed_places(mark: Mark, other: Mark, values: Mapping[str, float]) -> bool:
    """Tell whether each of two numbers would be usual in the other's column."""
    if mark.column == other.column or (mark.times > 1) == (other.times > 1):
        return False
    mine, theirs = values.get(mark.column, np.nan), values.get(other.column, np.nan)
    return _fits(theirs, mine / mark.times) and _fits(mine, theirs / other.times)


def _fits(value: float, usual: float) -> bool:
    """Tell whether a number is near what would be usual."""
    return value > 0 and usual > 0 and abs(np.log(value / usual)) <= _limit("same_meaning")


def _whole_school(frame: pd.DataFrame, tables: Tables) -> Iterator[Mark]:
    """Find numbers of a whole school that stand at each of its levels: alike, and too large at both."""
    raw = _raw(tables)["sections"]
    columns = {each.indicator.id: each.columns[0] for each in measures() if _of_sections(each)}
    rows: dict[tuple[int, str, str], list[dict[Any, Any]]] = {}
    for row in frame.loc[frame["measure"].isin(list(columns))].to_dict("records"):
        rows.setdefault((row["year"], row["school_id"], columns[row["measure"]]), []).append(row)
    for (year, school, column), alike in rows.items():
        values = {raw[year, school, row["level"]][column] for row in alike}
        off = [row["log"] - row["usual"] if np.isnan(row["jump"]) else row["jump"] for row in alike]
        stated_twice = len(alike) > 1 and len(values) == 1 and min(values) >= constants()["few"]
        if stated_twice and np.mean(off) >= _limit("whole_school"):
            yield from (
                _mark(row, column, row["log"] - log, "whole_school") for row, log in zip(alike, off, strict=True)
            )


def _mark(row: Mapping[Any, Any], column: str, usual: float, reason: str, likely: Fact = "") -> Mark:
    """Make the mark of one cell from a row of the comparison."""
    table = _column(column)[0]
    return Mark(
        table=table,
        column=column,
        county=row["county"],
        year=row["year"],
        school_id=row["school_id"],
        level=row["level"] if table == "sections" else "",
        measure=row["measure"],
        value=row["value"],
        usual=float(np.exp(usual)),
        times=float(np.exp(row["log"] - usual)),
        basis="years" if usual == row["own"] else row["basis"],
        reason=reason,
        likely=likely,
    )


def _of_sections(measure: Measure) -> bool:
    """Tell whether a measure is one column that each section states."""
    return len(measure.columns) == 1 and _column(measure.columns[0])[0] == "sections"


def _whole_columns(frame: pd.DataFrame, tables: Tables) -> list[Mark]:
    """Find years in which the median itself is away: from the threshold, or from the medians of other years."""
    groups = frame.drop_duplicates(GROUP).loc[:, [*GROUP, "median", "n", "threshold"]]
    groups = groups.loc[groups["n"] >= constants()["fewest_schools"]].reset_index(drop=True)
    if groups.empty:
        return []
    own = _of_other_years(groups, ["county", "level", "measure"], "median")
    groups = groups.assign(own=own, jump=groups["median"] - own, off=groups["median"] - groups["threshold"])
    far = (groups["off"].abs() >= _limit("far")).to_numpy()
    unit = [groups[name] for name in ("county", "level", "measure")]
    widest = groups["jump"].abs().groupby(unit, sort=False).transform("max")
    before = (groups["own"] - groups["threshold"]).abs()
    odd = np.where(before.isna(), groups["jump"].abs() >= widest, groups["off"].abs() > before)
    jumps = ((groups["jump"].abs() >= _limit("jump")) & odd).to_numpy()
    medians = {tuple(key): value for *key, value in groups[[*GROUP, "median"]].itertuples(index=False)}
    marks = [_whole_column(row, medians) for row in groups.assign(jumps=jumps).loc[far | jumps].to_dict("records")]
    return _swapped_columns(_first_of_each_column(marks), tables)


def _whole_column(row: Mapping[str, Any], medians: Mapping[tuple[Any, ...], float]) -> Mark:
    """Mark the column of a year that makes its median odd."""
    by_years = bool(row["jumps"])
    usual = row["own"] if by_years else row["threshold"]
    log = float(row["median"] - usual)
    known = {each.indicator.id: each.columns for each in measures()}
    place = (row["county"], row["year"], row["level"])
    sizes = {name: medians[(*place, name)] for name in known[row["measure"]] if (*place, name) in medians}
    name = (max if log > 0 else min)(sizes, key=sizes.__getitem__) if sizes else known[row["measure"]][0]
    table, column = _column(name)
    value, expected = float(np.exp(row["median"])), float(np.exp(usual))
    own = float(np.exp(sizes.get(name, row["median"])))
    # Beside other columns of the sum, it is what they leave of the usual value that the column should be.
    left = expected - (value - own)
    factor = float(np.log(own / left)) if left > 0 else log
    reason, likely = _slip(column, factor, _limit("unit_in_years" if by_years else "same_meaning"), by_years=by_years)
    basis = "columns" if by_years else "standard"
    return Mark(
        table,
        name,
        row["county"],
        row["year"],
        "",
        "",
        row["measure"],
        value,
        expected,
        value / expected,
        basis,
        reason,
        likely,
    )


def _first_of_each_column(marks: list[Mark]) -> list[Mark]:
    """Keep one mark a year and column: the one that rests on other years, else the one that is farthest."""
    order = sorted(marks, key=lambda mark: (mark.basis != "columns", -abs(np.log(mark.times))))
    return list({(mark.county, mark.year, mark.column): mark for mark in reversed(order)}.values())


def _swapped_columns(marks: list[Mark], tables: Tables) -> list[Mark]:
    """Find two columns of a year that would both fit if their headers changed places."""
    found = list(marks)
    for one, other in permutations(range(len(marks)), 2):
        mark, partner = marks[one], marks[other]
        if (mark.table, mark.county, mark.year) == (partner.table, partner.county, partner.year):
            frame = tables.schools if mark.table == "schools" else tables.sections
            of_year = frame.loc[frame["year"] == mark.year]
            medians = {name: float(of_year[name].astype("float64").median()) for name in (mark.column, partner.column)}
            if _changed_places(mark, partner, medians):
                found[one] = replace(mark, reason="swapped", likely=_named(partner.column))
    return found


def _once(marks: list[Mark]) -> tuple[Mark, ...]:
    """Keep one mark a cell, the first; none in a column that is marked as a whole."""
    whole = {(mark.county, mark.year, mark.column) for mark in marks if not mark.school_id}
    kept: dict[tuple[object, ...], Mark] = {}
    for mark in marks:
        if not mark.school_id or (mark.county, mark.year, mark.column) not in whole:
            kept.setdefault((mark.table, mark.year, mark.school_id, mark.level, mark.column), mark)
    return tuple(
        sorted(kept.values(), key=lambda mark: (mark.table, mark.year, mark.column, mark.school_id, mark.level))
    )


def _page(frame: pd.DataFrame, marks: tuple[Mark, ...]) -> pd.DataFrame:
    """Lay the indicators out: one row a section and indicator."""
    named = [each.indicator.id for each in measures() if each.indicator.id not in each.columns]
    page = frame.loc[frame["measure"].isin(named), [*SECTION, "pupils", "measure", "value", "median", "threshold"]]
    page = page.assign(median=np.exp(page["median"]), threshold=np.exp(page["threshold"]))
    known = {each.indicator.id: each.columns for each in measures()}
    cells = {(mark.year, mark.school_id, mark.column) for mark in marks}
    marked = [
        any((year, each, column) in cells for column in (*known[measure], "pupils") for each in (school, ""))
        for year, school, measure in zip(page["year"], page["school_id"], page["measure"], strict=True)
    ]
    return page.assign(marked=marked).rename(columns={"measure": "indicator"}).reset_index(drop=True)
