"""
The whole country at once: every difference coefficient, Gini, Theil and verdict of a made-up panel.

The engine is what the package does with arrays. It is compared, in one run, with what most would write first (pandas
``groupby.apply`` with the same formulas) and with a floor that nothing can beat that looks at sorted values: sorting
the seven columns once. All three run on one thread; times are processor time, so that other programs disturb less.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import sheet
from sheet import seconds
from textbook import naive

from edubalance import standards
from edubalance.assessment.school_rule import RuleVerdicts, judge_values
from edubalance.assessment.sections import IDENTITY, SectionJudgement, judge_sections
from edubalance.measures.grouped import Inequalities, group_rows, inequalities

name = "panel"
ROWS = True

SECTIONS, COUNTIES, SEED, DATE = 200_000, 2_895, 20_170_419, "2023-09-01"
STANDARD = "cn-2017-quality"
LEVELS = ("primary", "junior")
AREAS = ("urban", "town", "rural")
REPEATS, PARTS, PATIENCE_SECONDS = 25, 5, 30.0
FASTER_THAN_PANDAS, TIMES_THE_FLOOR, AGREEMENT = 1_000.0, 5.0, 1e-9

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
    own = sorted(engines)[len(engines) // 2]
    return {
        "name": name,
        "about": f"{SECTIONS:,} made-up sections in {COUNTIES:,} counties, seven indicators, seed {SEED}; arrays in, "
        "arrays out: all difference coefficients, Ginis, Theil's T by area and school verdicts. One thread, processor "
        "time.",
        "rows": [
            sheet.row(
                "the engine, beside plain pandas",
                sheet.best(engines),
                f"`groupby.apply`: {sheet.best(times)}",
                [time / own for time in times],
                (">=", FASTER_THAN_PANDAS),
                means="how many times as long the same formulas take as one would first write them in pandas, county "
                f"by county; it ran {counties:,} counties in {PARTS} random parts, each scaled to the whole.",
            ),
            sheet.row(
                "the engine, beside a sort",
                sheet.best(engines),
                f"`np.sort` of the seven columns: {sheet.best(floors)}",
                sheet.over(engines, floors),
                ("<=", TIMES_THE_FLOOR),
                means="time over that of sorting each column once, which a Gini coefficient needs; no program that "
                "sorts can come below 1.",
            ),
            sheet.row(
                "verdicts by the assessment, frames in and out",
                sheet.best(package),
                f"the engine: {sheet.best(engines)}",
                [time / own for time in package],
                means="what frames with their words cost beside arrays, for the verdicts on schools alone.",
            ),
        ],
        "notes": [
            f"Numbers agree: the largest difference between the engine and pandas is {difference:.1e}; every verdict "
            "is that of the package's assessment."
        ],
        "agree": difference <= AGREEMENT and same_verdicts(panel, rules),
    }


def main(*, json: bool = False) -> int:
    """Print the figures; 1 if the engine and pandas disagree."""
    return sheet.tell(measure(), json=json)


if __name__ == "__main__":
    sys.exit(main(json="--json" in sys.argv[1:]))
