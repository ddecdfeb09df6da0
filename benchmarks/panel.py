"""
The whole country at once: every difference coefficient, Gini, Theil and verdict of a made-up panel.

The engine is what the package does with arrays. It is compared, in one run, with what most would write first (pandas
``groupby.apply`` with the same formulas) and with a floor that nothing can beat that looks at sorted values: sorting
the seven columns once. All three run on one thread; times are processor time, so that other programs disturb less.
"""

from __future__ import annotations

import json as json_
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from textbook import naive

from edubalance import standards
from edubalance.assessment.school_rule import RuleVerdicts, judge_values
from edubalance.assessment.sections import IDENTITY, SectionJudgement, judge_sections
from edubalance.measures.grouped import Inequalities, group_rows, inequalities

name = "panel"

SECTIONS, COUNTIES, SEED, DATE = 200_000, 2_895, 20_170_419, "2023-09-01"
STANDARD = "cn-2017-quality"
LEVELS = ("primary", "junior")
AREAS = ("urban", "town", "rural")
REPEATS, PARTS, PATIENCE_SECONDS = 15, 5, 120.0
FASTER_THAN_PANDAS, TIMES_THE_FLOOR, AGREEMENT = 500.0, 6.0, 1e-9

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Panel:
    """Sections county by county, as files come, inside a county in any order; column by column, as frames hold them."""

    county: Codes
    level: Codes
    area: Codes
    pupils: Floats
    values: Floats


@dataclass(frozen=True)
class Rules:
    """Thresholds and floors by level and indicator, and how many indicators a section must meet."""

    indicators: tuple[str, ...]
    thresholds: Floats
    floors: Floats
    min_met: Floats


def make_rules() -> Rules:
    """Take the thresholds of the 2017 measure."""
    standard = standards.load(STANDARD)
    names = tuple(indicator.id for indicator in standard.indicators)
    return Rules(
        indicators=names,
        thresholds=np.array([[standard.value_on(i, DATE, level) for i in names] for level in LEVELS]),
        floors=np.array([[standard.floor_on(i, DATE, level) for i in names] for level in LEVELS]),
        min_met=np.array([standard.value_on("school_min_met", DATE, level) for level in LEVELS]),
    )


def make_panel(rules: Rules) -> Panel:
    """
    Draw counties of very different size, areas that differ, whole teachers and rooms, and some missing values.

    Whole numbers over pupils give what real tables have: zeros, ties, and values on both sides of the threshold.
    """
    rng = np.random.default_rng(SEED)
    size = rng.gamma(2.0, 1.0, COUNTIES)
    rest = rng.choice(COUNTIES, SECTIONS - 2 * COUNTIES, p=size / size.sum())
    county = np.sort(np.concatenate([np.repeat(np.arange(COUNTIES), 2), rest]))
    level = (rng.random(SECTIONS) < 1 / 3).astype(np.int64)
    area = np.minimum(rng.integers(0, 3, SECTIONS) + (rng.random(SECTIONS) < 0.3), 2).astype(np.int64)
    pupils = np.ceil(rng.lognormal(6.3 - 0.5 * area, 0.7)).clip(10)
    wealth = rng.lognormal(0, 0.15, COUNTIES)[county] * np.array([1.0, 1.1, 1.25])[area]
    expected = rules.thresholds[level] * 1.15 * wealth[:, None] * rng.lognormal(0, 0.3, (SECTIONS, 7))
    amount = np.round(expected * pupils[:, None] / 100)
    values = amount * 100 / pupils[:, None]
    values[rng.random(values.shape) < 0.005] = np.nan
    return Panel(county, level, area, pupils, np.asfortranarray(values))


def judge(panel: Panel, rules: Rules) -> RuleVerdicts:
    """Judge every section by the package's school rule."""
    return judge_values(panel.values, panel.level, rules.thresholds, rules.floors, rules.min_met)


def engine(panel: Panel, rules: Rules) -> tuple[Inequalities, RuleVerdicts]:
    """Group, measure and judge the whole panel."""
    groups = group_rows(panel.county, panel.level)
    return inequalities(panel.values, panel.pupils, groups, panel.area), judge(panel, rules)


def floor(columns: Floats) -> None:
    """Sort the seven columns once, and nothing else."""
    np.sort(columns, axis=1)


def judge_by_the_package(panel: Panel, rules: Rules) -> SectionJudgement:
    """Judge every section with the package's own assessment, which takes and gives frames."""
    text = pd.array(np.full(SECTIONS, "x"), dtype="string")
    frame = pd.DataFrame(dict.fromkeys(IDENTITY, text)).assign(
        in_scope=True, year=int(DATE[:4]), level=np.array(LEVELS, dtype=object)[panel.level], pupils=panel.pupils
    )
    values = pd.DataFrame(panel.values, columns=list(rules.indicators))
    return judge_sections(pd.concat([frame, values], axis=1), standards.load(STANDARD))


def seconds(work: Callable[[], object]) -> float:
    """Time one call, in seconds of the processor."""
    start = process_time()
    work()
    return process_time() - start


def run_naive(panel: Panel, rules: Rules) -> tuple[list[float], pd.DataFrame, int]:
    """
    Run pandas over all counties in five random parts, or over fewer if all would take too long.

    Returns the time for the whole panel that each part projects, the results, and the number of counties run.
    """
    frame = pd.DataFrame(panel.values, columns=list(rules.indicators)).assign(
        county=panel.county, level=panel.level, area=panel.area, pupils=panel.pupils
    )
    shuffled = np.random.default_rng(SEED).permutation(COUNTIES)
    pilot = frame.loc[frame["county"].isin(shuffled[: COUNTIES // 100])]
    projected = (
        seconds(lambda: naive(pilot, rules.indicators, rules.thresholds, rules.floors, rules.min_met))
        * COUNTIES
        / (COUNTIES // 100)
    )
    counties = (
        shuffled if projected < PATIENCE_SECONDS else shuffled[: int(COUNTIES * PATIENCE_SECONDS / 2 / projected)]
    )
    times, results = [], []
    for part in np.array_split(counties, PARTS):
        held = frame.loc[frame["county"].isin(part)]
        times.append(
            seconds(
                lambda held=held: results.append(
                    naive(held, rules.indicators, rules.thresholds, rules.floors, rules.min_met)
                )
            )
            * len(frame)
            / len(held)
        )
    return times, pd.concat(results).sort_index(), counties.size


def largest_difference(found: pd.DataFrame, panel: Panel, rules: Rules) -> float:
    """Compare pandas' results with the engine's; counts must be equal, NaN must meet NaN."""
    measured, verdicts = engine(panel, rules)
    groups = group_rows(panel.county, panel.level)
    rows = pd.MultiIndex.from_arrays(groups.keys).get_indexer(found.index)
    ours = {
        "cv": measured.coefficients.cv,
        "gini": measured.gini,
        "total": measured.theil.total,
        "between": measured.theil.between,
        "within": measured.theil.within,
    }
    worst = 0.0
    for measure, values in ours.items():
        theirs = found[[f"{measure}.{i}" for i in rules.indicators]].to_numpy(dtype=np.float64)
        if not np.array_equal(np.isnan(theirs), np.isnan(values[rows])):
            return float("inf")
        worst = max(worst, float(np.nanmax(np.abs(theirs - values[rows]))))
    counts = {
        "met": verdicts.met_count.astype(np.int64),
        "passed": verdicts.verdict == 1,
        "failed": verdicts.verdict == -1,
    }
    for count, each in counts.items():
        if not np.array_equal(found[count], np.bincount(groups.codes, each, groups.count)[rows]):
            return float("inf")
    return worst


def same_verdicts(panel: Panel, rules: Rules) -> bool:
    """Tell whether the package's assessment finds the engine's verdicts for every section."""
    ours, theirs = judge(panel, rules), judge_by_the_package(panel, rules)
    return (
        np.array_equal(ours.verdict, theirs.verdict)
        and np.array_equal(ours.met_count, theirs.met_count)
        and np.array_equal(ours.unknown_count, theirs.undetermined_count)
    )


def spread(values: list[float], unit: str) -> dict[str, object]:
    """Sum repeats up."""
    return {
        "min": min(values),
        "median": statistics.median(values),
        "max": max(values),
        "repeats": len(values),
        "unit": unit,
    }


def measure() -> dict[str, Any]:
    """Run everything once, engine and floor side by side."""
    rules = make_rules()
    panel = make_panel(rules)
    columns = panel.values.T
    engine(panel, rules)
    floors, engines = [], []
    for _ in range(REPEATS):
        floors.append(seconds(lambda: floor(columns)))
        engines.append(seconds(lambda: engine(panel, rules)))
    times, found, counties = run_naive(panel, rules)
    difference = largest_difference(found, panel, rules)
    package = [seconds(lambda: judge_by_the_package(panel, rules)) for _ in range(PARTS)]
    own = statistics.median(engines)
    over_floor = spread([ours / least for ours, least in zip(engines, floors, strict=True)], "times the floor")
    over_pandas = spread([time / own for time in times], "times as fast as pandas")
    return {
        "name": name,
        "sections": SECTIONS,
        "counties": COUNTIES,
        "seed": SEED,
        "threads": 1,
        "engine": spread(engines, "s"),
        "floor": spread(floors, "s"),
        "pandas": {**spread(times, "s"), "counties_run": counties},
        "engine_over_floor": {**over_floor, "target": TIMES_THE_FLOOR, "met": over_floor["median"] <= TIMES_THE_FLOOR},
        "pandas_over_engine": {
            **over_pandas,
            "target": FASTER_THAN_PANDAS,
            "met": over_pandas["median"] >= FASTER_THAN_PANDAS,
        },
        "assessment": spread(package, "s"),
        "largest_difference": difference,
        "agree": difference <= AGREEMENT and same_verdicts(panel, rules),
    }


def report(found: dict[str, Any]) -> str:
    """Word the figures."""
    lines = [f"{SECTIONS:,} sections in {COUNTIES:,} counties, seven indicators, seed {SEED}, one thread"]
    for label in ("floor", "engine", "assessment", "pandas"):
        row = found[label]
        values = f"{row['median']:10.4f} s   ({row['min']:.4f} to {row['max']:.4f}, {row['repeats']} repeats)"
        lines.append(f"  {label:10s} {values}")
    run = found["pandas"]["counties_run"]
    lines.append(f"             pandas ran {run:,} counties in {PARTS} random parts, each scaled to the whole panel")
    for label, bound in (("engine_over_floor", "at most"), ("pandas_over_engine", "at least")):
        row = found[label]
        target = f"target {bound} {row['target']:g}: {'met' if row['met'] else 'missed'}"
        lines.append(f"  {row['median']:8.1f} {row['unit']} ({row['min']:.1f} to {row['max']:.1f}); {target}")
    lines.append(f"  verdicts and numbers agree: {'yes' if found['agree'] else 'NO'}")
    lines.append(f"  largest difference between the engine and pandas: {found['largest_difference']:.1e}")
    return "\n".join(lines)


def main(*, json: bool = False) -> int:
    """Print the figures; 1 if the engine and pandas disagree."""
    found = measure()
    print(json_.dumps(found) if json else report(found))
    return 0 if found["agree"] else 1


if __name__ == "__main__":
    sys.exit(main(json="--json" in sys.argv[1:]))
