"""Bootstrap of a county's fourteen coefficients: one matrix product, beside `scipy.stats.bootstrap` one by one."""

from __future__ import annotations

import json as json_
import statistics
import sys
from collections.abc import Callable
from functools import partial
from time import process_time
from typing import Any

import numpy as np
from scipy import stats

from edubalance.measures.grouping import group_rows
from edubalance.measures.resampling import bootstrap_difference_coefficients

name = "resampling"

SECTIONS, INDICATORS, REPLICATES, SEED = 60, 7, 2_000, 20_170_419
REPEATS, TARGET = 5, 10.0
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
    times: dict[str, list[float]] = {"ours": [], "scipy": [], "plain": []}
    works = {"ours": ours, "scipy": by_scipy, "plain": partial(by_scipy, statistic=plain)}
    for _ in range(REPEATS):
        for label, work in works.items():
            start = process_time()
            work(*county)
            times[label].append(process_time() - start)
    ratios, of_plain = (
        [theirs / own for theirs, own in zip(times[label], times["ours"], strict=True)] for label in ("scipy", "plain")
    )
    return {
        "name": name,
        **{label: statistics.median(found) for label, found in times.items()},
        "ratio": statistics.median(ratios),
        "spread": [min(ratios), max(ratios)],
        "ratio_of_plain": statistics.median(of_plain),
        "met": statistics.median(ratios) >= TARGET,
        "largest_difference_over_width": apart,
        "agree": apart <= ALIKE,
    }


def main(*, json: bool = False) -> int:
    """Measure and print; 1 if the bounds disagree by more than chance."""
    found = measure()
    low, high = found["spread"]
    text = (
        f"{REPLICATES:,} replicates x 14 coefficients of {SECTIONS} sections\n"
        f"  ours {1000 * found['ours']:.1f} ms; scipy.stats.bootstrap one by one {1000 * found['scipy']:.1f} ms\n"
        f"  ratio {found['ratio']:.1f} ({low:.1f} to {high:.1f}; target >= {TARGET:g}: "
        f"{'met' if found['met'] else 'missed'}) to SciPy with a statistic that takes all draws at once; "
        f"{found['ratio_of_plain']:.0f} with one that takes one draw\n"
        f"  bounds differ by at most {found['largest_difference_over_width']:.3f} of their width (other draws)"
    )
    sys.stdout.write((json_.dumps(found) if json else text) + "\n")
    return 0 if found["agree"] else 1


if __name__ == "__main__":
    sys.exit(main())
