"""Bootstrap of a county's fourteen coefficients: one matrix product, beside `scipy.stats.bootstrap` one by one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import sheet
from scipy import stats

from edubalance.measures.grouping import group_rows
from edubalance.measures.resampling import bootstrap_difference_coefficients

name = "resampling"
ROWS = True

SECTIONS, INDICATORS, REPLICATES, SEED = 60, 7, 2_000, 20_170_419
REPEATS, CALLS, TARGET = 7, 10, 10.0
# Two bootstraps of other draws differ by chance: of two thousand replicates a bound is known to a few percent.
ALIKE = 0.15


def drawn() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw values, pupils and levels of a county of sixty sections."""
    rng = np.random.default_rng(SEED)
    values = rng.lognormal(1.0, 0.3, (SECTIONS, INDICATORS))
    return values, np.ceil(rng.lognormal(6.0, 0.6, SECTIONS)), np.repeat([0, 1], SECTIONS // 2)


def ours(values: np.ndarray, pupils: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Let the package bootstrap all coefficients at once; bounds by level, indicator and side."""
    found = bootstrap_difference_coefficients(
        values, pupils, group_rows(level), rng=np.random.default_rng(SEED), replicates=REPLICATES
    )
    return np.stack([found.low, found.high], axis=-1)


def coefficient(x: np.ndarray, w: np.ndarray, axis: int = -1) -> np.ndarray:
    """Compute the pupil-weighted coefficient along an axis, as SciPy asks for it."""
    mean = (w * x).sum(axis=axis, keepdims=True) / w.sum(axis=axis, keepdims=True)
    variance = (w * (x - mean) ** 2).sum(axis=axis) / w.sum(axis=axis)
    return np.sqrt(variance) / np.squeeze(mean, axis=axis)


def plain(x: np.ndarray, w: np.ndarray) -> float:
    """Compute the coefficient of one draw, as most would write it."""
    return float(coefficient(x, w))


def by_scipy(
    values: np.ndarray, pupils: np.ndarray, level: np.ndarray, statistic: Callable[..., Any] = coefficient
) -> np.ndarray:
    """Let SciPy bootstrap one coefficient after another, all draws of one at once where the statistic can."""
    found = []
    at_once = statistic is coefficient
    options: dict[str, Any] = {"paired": True, "vectorized": at_once, "n_resamples": REPLICATES, "method": "percentile"}
    for each in (0, 1):
        for column in values[level == each].T:
            rng = np.random.default_rng(SEED)
            found.append(stats.bootstrap((column, pupils[level == each]), statistic, rng=rng, **options))
    bounds = [(run.confidence_interval.low, run.confidence_interval.high) for run in found]
    return np.array(bounds).reshape(2, INDICATORS, 2)


def measure() -> dict[str, Any]:
    """Time both in turn and compare their bounds."""
    county = drawn()
    first, second = ours(*county), by_scipy(*county)
    apart = float((np.abs(first - second) / (second[..., 1:] - second[..., :1])).max())
    works = {"ours": ours, "at_once": by_scipy, "plain": partial(by_scipy, statistic=plain)}
    times: dict[str, list[float]] = {label: [] for label in works}
    for _ in range(REPEATS):
        for label, work in works.items():
            calls = 1 if label == "plain" else CALLS
            times[label].append(
                sheet.seconds(lambda work=work, calls=calls: [work(*county) for _ in range(calls)]) / calls
            )
    words = {label: sheet.best(found) for label, found in times.items()}
    return {
        "name": name,
        "about": f"{REPLICATES:,} replicates of 14 coefficients, {SECTIONS} sections in two levels; processor time.",
        "rows": [
            sheet.row(
                "beside `scipy.stats.bootstrap` with a plain statistic",
                words["ours"],
                words["plain"],
                sheet.over(times["plain"], times["ours"]),
                (">=", TARGET),
                means="how many times as long SciPy takes, one coefficient after another, each draw by itself.",
            ),
            sheet.row(
                "beside `scipy.stats.bootstrap` with `vectorized=True`",
                words["ours"],
                words["at_once"],
                sheet.over(times["at_once"], times["ours"]),
                (">=", TARGET),
                means="the same with a statistic written for all draws at once, the fastest that SciPy offers.",
            ),
        ],
        "notes": [f"Bounds differ by at most {apart:.3f} of their width: the draws are others."],
        "agree": apart <= ALIKE,
    }


def main(*, json: bool = False) -> int:
    """Measure and print; 1 if the bounds disagree by more than chance."""
    return sheet.tell(measure(), json=json)


if __name__ == "__main__":
    sys.exit(main(json="--json" in sys.argv[1:]))
