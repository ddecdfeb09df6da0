"""
How often every printed interval holds what it is about, and how often every printed p-value is at most 0.05 by chance.

One row an estimator that a notebook or a ledger prints: where, by what method, and over 3 to 120 schools (years,
interviews, counties where it has none) how often its interval of nominal 95 % holds the value of the process that made
the data, or how often its test of 5 % finds what is not there. `interval_coverage.py` looks at the difference
coefficients the same way; this command writes the page of both.
"""

from __future__ import annotations

import argparse
import math
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import interval_coverage
import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures import (
    cluster_effects,
    clusters,
    cohorts,
    convergence,
    effect,
    efficiency_bootstrap,
    explained,
    krippendorff,
    lorenz,
    permutation,
    reliability,
    shares,
    shuffled,
    survival,
    trend,
    uncertainty,
)
from edubalance.measures.association import shuffled_rank_correlations
from edubalance.measures.dispersion import difference_coefficient
from edubalance.measures.entropy import theil_t

Floats = npt.NDArray[np.float64]
Generator = np.random.Generator
SEED, SIZES, DRAWS, SHUFFLES = 20_170_419, (3, 5, 8, 12, 20, 40, 120), 400, 199
KINDS = ("normal", "skewed")
ALIKE = math.sqrt(0.2)  # Schools hold a fifth of the variance of respondents.
# What an interval misses or a test finds beyond this is said where it is printed.
TOLERANCE = 3.0


class Draw(NamedTuple):
    """What one simulated county is made of: how many schools, of equal size or not, and what is drawn."""

    schools: int
    unequal: bool
    kind: str


Trial = Callable[[Generator, Draw], "bool | None"]


@dataclass(frozen=True)
class Estimator:
    """One thing that is printed: its name, where, by what method, and a trial of one county."""

    name: str
    printed: str
    method: str
    trial: Trial
    unit: str = "schools"
    sizes: tuple[int, ...] = SIZES
    test: bool = False
    slow: int = 1


def noise(rng: Generator, kind: str, *shape: int) -> Floats:
    """Draw numbers of mean 0 and variance 1."""
    return rng.normal(size=shape) if kind == "normal" else rng.exponential(size=shape) - 1


def sizes(rng: Generator, draw: Draw) -> Floats:
    """Draw pupils of each school, all alike or lognormal."""
    return np.ceil(rng.lognormal(6, 0.6, draw.schools)) if draw.unequal else np.full(draw.schools, 400.0)


def respondents(rng: Generator, draw: Draw) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Draw answers of schoolmates, who are alike, and their schools."""
    many = np.ceil(sizes(rng, draw) / 40).astype(int)
    school = np.repeat(np.arange(draw.schools), many)
    own = math.sqrt(1 - ALIKE**2) * noise(rng, draw.kind, school.size)
    return ALIKE * noise(rng, draw.kind, draw.schools)[school] + own, school


def halves(draw: Draw) -> npt.NDArray[np.bool_]:
    """Mark the schools of the first group: half of them, or a quarter where groups are unequal; two at least."""
    first = max(draw.schools // (4 if draw.unequal else 2), min(2, draw.schools - 2))
    return np.arange(draw.schools) < first


def holds(found: object, truth: float) -> bool | None:
    """Say whether an interval holds a value; None where it is none."""
    if getattr(found, "method", "") in ("leave-one-out", "none"):
        return None
    low, high = float(found.low), float(found.high)  # type: ignore[attr-defined]
    return None if math.isnan(low) and math.isnan(high) else bool(low - 1e-12 <= truth <= high + 1e-12)


def a_mean(rng: Generator, draw: Draw) -> bool | None:
    """Mean of respondents who come in schools."""
    return holds(clusters.clustered_mean(*respondents(rng, draw)), 0.0)


def a_difference(rng: Generator, draw: Draw) -> bool | None:
    """Difference of two groups' means."""
    values, school = respondents(rng, draw)
    return holds(clusters.clustered_difference(values, halves(draw)[school], school), 0.0)


GAP = 0.5


def truth_of_delta(kind: str) -> float:
    """How much more often the first exceeds the second: exactly where normal, from a large draw where skewed."""
    if kind == "normal":
        return 2 * float(_normal(GAP / math.sqrt(2))) - 1
    rng = np.random.default_rng(SEED)
    first, second = (
        ALIKE * noise(rng, kind, 2_000_000) + math.sqrt(1 - ALIKE**2) * noise(rng, kind, 2_000_000) for _ in range(2)
    )
    return float(np.sign(first + GAP - second).mean())


def _normal(x: float) -> float:
    """Return the normal distribution function."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


DELTAS = {kind: truth_of_delta(kind) for kind in KINDS}


def _effects(rng: Generator, draw: Draw) -> cluster_effects.ClusteredEffects:
    """Both effect sizes of groups half a standard deviation apart."""
    values, school = respondents(rng, draw)
    inside = halves(draw)[school]
    return cluster_effects.clustered_effects(values + GAP * inside, inside, school)


def hedges(rng: Generator, draw: Draw) -> bool | None:
    """Hedges' g."""
    return holds(_effects(rng, draw).g, GAP)


def cliff(rng: Generator, draw: Draw) -> bool | None:
    """Cliff's delta."""
    return holds(_effects(rng, draw).delta, DELTAS[draw.kind])


def cliff_alone(rng: Generator, draw: Draw) -> bool | None:
    """Cliff's delta of independent respondents who lie so far apart that delta is often 1."""
    first = int(halves(draw).sum())
    apart = 3.0
    truth = 2 * _normal(apart / math.sqrt(2)) - 1
    return holds(effect.cliffs_delta(rng.normal(size=first) + apart, rng.normal(size=draw.schools - first)), truth)


def satisfied_schools(rng: Generator, draw: Draw) -> bool | None:
    """Share of the satisfied, of respondents in schools."""
    values, school = respondents(rng, draw)
    cut = -1.036 if draw.kind == "normal" else None
    if cut is not None:
        return holds(shares.weighted_share((values > cut).astype(float), clusters=school), 0.8499)
    chances = np.clip(0.85 + 0.15 * ALIKE * noise(rng, "normal", draw.schools), 0, 1)[school]
    return holds(shares.weighted_share((rng.random(school.size) < chances).astype(float), clusters=school), _SHARE)


_SHARE = float(np.clip(0.85 + 0.15 * ALIKE * np.random.default_rng(SEED).normal(size=2_000_000), 0, 1).mean())


def satisfied_people(rng: Generator, draw: Draw) -> bool | None:
    """Wilson's interval of respondents who were asked one by one."""
    asked = 10 * draw.schools
    return holds(uncertainty.wilson(int(rng.binomial(asked, 0.85)), asked), 0.85)


def below_threshold(rng: Generator, draw: Draw) -> bool | None:
    """Mean resource per pupil of a level, schools weighted by their pupils."""
    values = 1 + 0.3 * noise(rng, draw.kind, draw.schools)
    return holds(clusters.clustered_mean(values, list(range(draw.schools)), sizes(rng, draw)), 1.0)


def growth(rng: Generator, draw: Draw) -> bool | None:
    """Growth of a sum over schools."""
    first = sizes(rng, draw) * (1 + 0.1 * noise(rng, draw.kind, draw.schools))
    last = first * (1.1 + 0.2 * noise(rng, draw.kind, draw.schools))
    return holds(uncertainty.jackknife(lambda a, b: float(b.sum() / a.sum()), first, last, scale="log"), 1.1)


def gini(rng: Generator, draw: Draw) -> bool | None:
    """Gini coefficient of lognormal resources per pupil."""
    spread = 0.3 if draw.kind == "normal" else 0.6
    values = rng.lognormal(0, spread, draw.schools)
    found = uncertainty.jackknife(lorenz.gini, values, sizes(rng, draw), scale="logit")
    return holds(found, 2 * _normal(spread / math.sqrt(2)) - 1)


def goes_with(rng: Generator, draw: Draw) -> bool | None:
    """Share of the spread that goes with the area, of three areas of which one has more, beside size."""
    area, pupils = np.arange(draw.schools) % 3, sizes(rng, Draw(draw.schools, True, draw.kind))
    values = 10 + (area == 0) + noise(rng, draw.kind, draw.schools)
    found = explained.explained_shares(
        values, {"area": area.astype(str), "size": pupils}, pupils if draw.unequal else None, split="shapley"
    )
    return holds(found["area"], (2 / 9) / (2 / 9 + 1))


def goes_with_nothing(rng: Generator, draw: Draw) -> bool | None:
    """The same where nothing goes with the area: an interval that does not hold 0 is a false finding."""
    area, pupils = np.arange(draw.schools) % 3, sizes(rng, Draw(draw.schools, True, draw.kind))
    values = 10 + noise(rng, draw.kind, draw.schools)
    found = explained.explained_shares(
        values, {"area": area.astype(str), "size": pupils}, pupils if draw.unequal else None, split="shapley"
    )
    return holds(found["area"], 0.0)


def _two_spreads(rng: Generator, draw: Draw) -> tuple[Floats, npt.NDArray[np.int64], Floats]:
    """Equal means: small schools that differ much beside large ones that differ little, or all alike."""
    inside = halves(draw)
    ratio, pupils = (np.where(inside, one, other) for one, other in ((2, 1), (100, 800)))
    values = noise(rng, draw.kind, draw.schools) * (ratio if draw.unequal else 1)
    return values, inside.astype(np.int64), pupils.astype(float) if draw.unequal else np.full(draw.schools, 400.0)


def gap_test(rng: Generator, draw: Draw) -> bool | None:
    """Permutation of a gap between areas, two-sided."""
    values, inside, pupils = _two_spreads(rng, draw)
    p = permutation.permutation_p(values, inside == 1, pupils, rng=rng, replicates=SHUFFLES)
    return p <= 0.05


def sign_test(rng: Generator, draw: Draw) -> bool | None:
    """Signs of schools flipped: a growth, or a score beside the midpoint."""
    changes = noise(rng, "normal", draw.schools) * sizes(rng, draw)
    if draw.kind == "skewed":
        changes = (rng.exponential(size=draw.schools) - 1) * sizes(rng, draw)
    signs = rng.choice([-1.0, 1.0], size=(SHUFFLES + 1, draw.schools))
    signs[0] = 1
    return permutation.p_value(signs @ changes, "greater") <= 0.05


def narrowing_test(rng: Generator, draw: Draw) -> bool | None:
    """Years swapped in each school: a fall of the difference coefficient."""
    pupils = sizes(rng, draw)
    years = 4 + noise(rng, draw.kind, 2, draw.schools)
    swap = rng.integers(0, 2, size=(SHUFFLES + 1, draw.schools)).astype(bool)
    swap[0] = False
    weights = np.tile(pupils, (SHUFFLES + 1, 1))
    before, after = np.where(swap, years[1], years[0]), np.where(swap, years[0], years[1])
    found = shuffled.coefficients(after, weights) - shuffled.coefficients(before, weights)
    return permutation.p_value(found, "less") <= 0.05


def _shuffled_areas(rng: Generator, draw: Draw) -> npt.NDArray[np.int64]:
    """Three areas, as they are and shuffled."""
    areas = (np.arange(draw.schools) % 3).astype(np.int64)
    return permutation.within_strata(areas, np.zeros(draw.schools, dtype=np.int64), rng, SHUFFLES)


def between_test(rng: Generator, draw: Draw) -> bool | None:
    """Share of Theil's T between areas, areas shuffled."""
    values, pupils = np.exp(0.3 * noise(rng, draw.kind, draw.schools)), sizes(rng, draw)
    found = shuffled.between_shares(_shuffled_areas(rng, draw), values * pupils, pupils)
    return permutation.p_value(found, "greater") <= 0.05


def alike_test(rng: Generator, draw: Draw) -> bool | None:
    """Share of the variance inside education groups, groups shuffled."""
    values, pupils = noise(rng, draw.kind, draw.schools), sizes(rng, draw)
    found = shuffled.within_variance_shares(_shuffled_areas(rng, draw), values, pupils)
    return permutation.p_value(found, "less") <= 0.05


def rank_test(rng: Generator, draw: Draw) -> bool | None:
    """Rank correlation of townships, one column shuffled."""
    one, other = noise(rng, draw.kind, 2, draw.schools)
    found = shuffled_rank_correlations(one, other, rng=rng, replicates=SHUFFLES)
    return permutation.p_value(found, "greater") <= 0.05


def trend_test(rng: Generator, draw: Draw) -> bool | None:
    """Mann and Kendall's test; whole numbers tie where series are unequal."""
    values = noise(rng, draw.kind, draw.schools)
    values = np.round(1.5 * values) if draw.unequal else values
    return None if np.ptp(values) == 0 else trend.mann_kendall(values).p <= 0.05


def trend_slope(rng: Generator, draw: Draw) -> bool | None:
    """Theil and Sen's slope; whole numbers tie where series are unequal."""
    values = noise(rng, draw.kind, draw.schools) * 3 + 0.5 * np.arange(draw.schools)
    values = np.round(values) if draw.unequal else values
    return None if np.ptp(values) == 0 else holds(trend.mann_kendall(values), 0.5)


def _stays(rng: Generator, draw: Draw) -> tuple[Floats, Floats, npt.NDArray[np.intp]]:
    """Years until teachers leave, censored after six; a school of the skewed kind is left faster or slower."""
    many = np.ceil(sizes(rng, draw) / 25).astype(int)
    school = np.repeat(np.arange(draw.schools), many)
    pace = rng.gamma(4, 0.25, draw.schools) if draw.kind == "skewed" else np.ones(draw.schools)
    leaves = np.ceil(rng.exponential(10, school.size) / pace[school])
    return np.minimum(leaves, 6), (leaves <= 6).astype(float), school


def staying(rng: Generator, draw: Draw) -> bool | None:
    """Share of teachers still there after five years."""
    until, left, _ = _stays(rng, draw)
    truth = math.exp(-0.5) if draw.kind == "normal" else (1 + 0.5 / 4) ** -4
    return holds(survival.survival_at(survival.kaplan_meier(until, left), 5), truth)


def staying_test(rng: Generator, draw: Draw) -> bool | None:
    """Log-rank test of two areas."""
    until, left, school = _stays(rng, draw)
    return survival.logrank(until, left, halves(draw)[school].tolist()).p <= 0.05


def alpha_of_scale(rng: Generator, draw: Draw) -> bool | None:
    """Cronbach's alpha of five items, ten respondents a school, or schoolmates who are alike."""
    truth = 5 * 0.5 / (1 + 4 * 0.5)
    many = 10 * draw.schools
    common = noise(rng, draw.kind, many)
    if draw.unequal:
        common = ALIKE * np.repeat(noise(rng, draw.kind, draw.schools), 10) + math.sqrt(1 - ALIKE**2) * common
    items = math.sqrt(0.5) * common[:, None] + math.sqrt(0.5) * noise(rng, draw.kind, many, 5)
    return holds(reliability.cronbach_alpha(items), truth)


def alpha_of_coders(rng: Generator, draw: Draw) -> bool | None:
    """Krippendorff's alpha of two coders who err in a tenth of the excerpts, five excerpts an interview."""
    often = 0.4 if draw.kind == "normal" else 0.1
    seen = (rng.random(5 * draw.schools) < often).astype(int)
    codes = [np.where(rng.random(seen.size) < 0.1, 1 - seen, seen) for _ in range(2)]
    both = often * 0.9 + (1 - often) * 0.1
    truth = 1 - 0.18 / (2 * both * (1 - both))
    try:
        found = krippendorff.krippendorff_alpha(np.column_stack(codes).tolist(), rng=rng, replicates=499)
    except MeasureError:
        return None
    return holds(found, truth)


def seats_ahead(rng: Generator, draw: Draw) -> bool | None:
    """Entrants of one further year, from births."""
    births = 1000 * np.exp(0.2 * noise(rng, draw.kind, draw.schools + 1))
    entrants = births * 0.95 * np.exp(0.05 * noise(rng, draw.kind, draw.schools + 1))
    found = cohorts.entry_ratio(entrants[:-1], births[:-1])
    return bool(found.low <= entrants[-1] / births[-1] <= found.high)


def catching_up(rng: Generator, draw: Draw) -> bool | None:
    """Slope of growth on the first value, counties; unequal: poorer ones scatter more."""
    first = np.exp(0.3 * noise(rng, draw.kind, draw.schools))
    scatter = 0.1 * (1 / first if draw.unequal else np.ones(draw.schools))
    last = first * np.exp(10 * (-0.02 * np.log(first)) + scatter * noise(rng, draw.kind, draw.schools))
    return holds(convergence.beta_convergence(first, last, 10), -0.02)


def use_of_resources(rng: Generator, draw: Draw) -> bool | None:
    """Efficiency of a school of two inputs, with its true frontier known; the share of schools that are held."""
    inputs = np.exp(0.4 * rng.normal(size=(draw.schools, 2)))
    score = np.exp(-np.abs(rng.normal(size=draw.schools)) * (0.3 if draw.kind == "normal" else 0.6))
    made = np.sqrt(inputs.prod(axis=1))
    try:
        found = efficiency_bootstrap.bootstrap_dea(inputs / score[:, None], made, rng=rng, replicates=60)
    except MeasureError:
        return None
    one = int(rng.integers(draw.schools))
    return bool(found.low[one] <= score[one] <= found.high[one])


def between_places(rng: Generator, draw: Draw) -> bool | None:
    """Share of Theil's T between districts; the districts are what is drawn."""
    spread, inside = (0.2, 0.15) if draw.kind == "normal" else (0.4, 0.2)
    means = rng.lognormal(0, spread, draw.schools)
    within = inside**2 / 2 * rng.chisquare(8, draw.schools) / 8

    def share(mean: Floats, pupils: Floats, held: Floats) -> float:
        between = theil_t(mean, pupils)
        return between / (between + float((held * mean * pupils).sum() / (mean * pupils).sum()))

    truth = spread**2 / (spread**2 + inside**2)
    return holds(uncertainty.jackknife(share, means, sizes(rng, draw), within, scale="logit"), truth)


def ratio_of_means(rng: Generator, draw: Draw) -> bool | None:
    """Ratio of the means of two quarters, of which districts have pupils in both."""
    pupils = sizes(rng, draw) * rng.uniform(0.1, 1, (2, draw.schools))
    level = np.exp(0.15 * noise(rng, draw.kind, draw.schools))
    held = pupils * level * np.array([[0.95], [1.0]]) * (1 + 0.1 * noise(rng, draw.kind, 2, draw.schools))
    found = uncertainty.jackknife(
        lambda a, b, c, d: float(a.sum() / b.sum() / (c.sum() / d.sum())),
        held[0], pupils[0], held[1], pupils[1], scale="log",
    )  # fmt: skip
    return holds(found, 0.95)


def change_of_coefficient(rng: Generator, draw: Draw) -> bool | None:
    """Difference of the coefficients of two years of the same places, which go together."""
    spread = 0.2 if draw.kind == "normal" else 0.5
    first = spread * rng.normal(size=draw.schools)
    last = 0.8 * first + 0.3 * spread * rng.normal(size=draw.schools)
    pupils, now = sizes(rng, draw), math.hypot(0.8, 0.3) * spread
    truth = math.sqrt(math.expm1(now**2)) - math.sqrt(math.expm1(spread**2))
    found = uncertainty.jackknife(
        lambda a, b, w: difference_coefficient(b, w) - difference_coefficient(a, w),
        np.exp(first), np.exp(last), pupils,
    )  # fmt: skip
    return holds(found, truth)


def change_of_concentration(rng: Generator, draw: Draw) -> bool | None:
    """Difference of the concentration indices of two years; both processes have none that changes."""
    rank, pupils = rng.normal(size=draw.schools), sizes(rng, draw)
    years = [np.exp(0.1 * rank + 0.2 * noise(rng, draw.kind, draw.schools)) for _ in range(2)]
    found = uncertainty.jackknife(
        lambda a, b, r, w: lorenz.concentration_index(b, r, w) - lorenz.concentration_index(a, r, w),
        *years, rank, pupils,
    )  # fmt: skip
    return holds(found, 0.0)


COUNTIES = "the county notebooks"
ESTIMATORS = (
    Estimator("mean of respondents", "scores of the survey in `wuhu_j`, `ziliujing`, `shanghai_q`, `weishan`, `liangyuan`; ledger, claims on ratings", "CR2, t with Satterthwaite's freedom", a_mean),
    Estimator("difference of respondents' means", "comparisons of areas, levels, roles in `ziliujing`, `wuhu_j`; ledger", "CR2, t with Satterthwaite's freedom", a_difference, sizes=SIZES[1:]),
    Estimator("Hedges' g", "the same comparisons", "jackknife of schools, t", hedges, sizes=SIZES[1:]),
    Estimator("Cliff's delta", "the same comparisons", "jackknife of schools on atanh, t", cliff, sizes=SIZES[1:]),
    Estimator("Cliff's delta of independent respondents near 1", "not printed; `measures.effect.cliffs_delta`", "Cliff's bounds; at 1 those of the next value", cliff_alone, "respondents", SIZES[1:]),
    Estimator("share of the satisfied, schools known", f"satisfaction by group in {COUNTIES}", "Wilson with the effective number, t", satisfied_schools),
    Estimator("share of the satisfied, as reported", "satisfaction by year, `comparison`; returns; conditions of a claim; share of excerpts with a theme", "Wilson", satisfied_people, "tens of people"),
    Estimator("mean of a level beside its threshold", "ledger: shortage (L1 and its like)", "CR2, t with Satterthwaite's freedom", below_threshold),
    Estimator("growth of pupils", "ledger: growth of enrolment", "jackknife on the logarithm, t", growth),
    Estimator("Gini coefficient", "not printed with an interval; `measures.uncertainty.jackknife`", "jackknife on the logit, t", gini),
    Estimator("share of the spread that goes with the area", "`wuhu_j`, `ziliujing`, `shanghai_q`, `weishan`, `liangyuan`: what it goes with", "jackknife, adjusted for chance below", goes_with, slow=2),
    Estimator("the same where nothing goes with it", "the same", "the same", goes_with_nothing, slow=2),
    Estimator("gap between areas, p", "ledger: area gaps, funds, moves, seats, pupils lost, stays, reports by area", "labels shuffled, gap over its standard error", gap_test, sizes=SIZES[1:], test=True),
    Estimator("growth and ratings, p", "ledger: growth of resources and pupils, ratings below the midpoint, ages", "signs flipped", sign_test, test=True),
    Estimator("narrowing, p", "ledger: differences that fell", "years swapped", narrowing_test, test=True),
    Estimator("share between areas, p", "ledger; `comparison`, `wuhu_j`: shares beside chance", "labels shuffled", between_test, test=True),
    Estimator("likeness of education groups, p", "ledger: group-run schools", "labels shuffled", alike_test, test=True),
    Estimator("rank correlation of townships, p", "ledger: transfers, revenue", "one column shuffled", rank_test, "townships", test=True),
    Estimator("trend of births, p", "ledger: births that rise", "orders counted exactly", trend_test, "years", SIZES[:6], test=True),
    Estimator("trend of births, slope", "ledger: births that rise", "Theil and Sen, order statistics", trend_slope, "years", SIZES[:6]),
    Estimator("teachers still there after five years", f"{COUNTIES}: stays by area", "Kaplan and Meier, log-log", staying),
    Estimator("stays of the areas, p", "`shanghai_q`: log-rank test", "log-rank", staying_test, test=True),
    Estimator("Cronbach's alpha", f"{COUNTIES}: reliability", "Feldt", alpha_of_scale, "tens of people"),
    Estimator("Krippendorff's alpha", f"{COUNTIES}: agreement of coders", "percentile bootstrap of excerpts", alpha_of_coders, "fives of excerpts", slow=8),
    Estimator("entrants and seats ahead", f"{COUNTIES}: pupils expected from births", "prediction, t on the logarithm", seats_ahead, "years", SIZES[:5]),
    Estimator("slope of growth on the first value", "`national`", "HC1, t", catching_up, "counties"),
    Estimator("use of resources", f"{COUNTIES}: efficiency", "smoothed bootstrap of Simar and Wilson", use_of_resources, sizes=(8, 20), slow=4),
    Estimator("share between districts", "`michigan` (M1)", "jackknife on the logit, t", between_places, "districts"),
    Estimator("ratio of means", "`michigan` (M2 to M4)", "jackknife on the logarithm, t", ratio_of_means, "districts"),
    Estimator("change of a coefficient", "`michigan` (M5)", "jackknife, t", change_of_coefficient, "districts", (*SIZES, 550), slow=2),
    Estimator("change of a concentration index", "`michigan` (M6)", "jackknife, t", change_of_concentration, "districts", (*SIZES, 550), slow=4),
)  # fmt: skip


class Rate(NamedTuple):
    """In how many of the counties with an answer something held, and how many had none."""

    held: int
    told: int
    untold: int

    def percent(self) -> float:
        """Return the share of the told, in percent."""
        return 100 * self.held / self.told if self.told else math.nan


def rate(estimator: Estimator, draw: Draw, draws: int) -> Rate:
    """Draw counties and count; what is refused gives no answer."""
    rng = np.random.default_rng([SEED, zlib.crc32(estimator.name.encode()), *draw[:2], KINDS.index(draw.kind)])
    found: list[bool | None] = []
    for _ in range(max(draws // (estimator.slow * (4 if draw.schools > 120 else 1)), 2)):
        try:
            found.append(estimator.trial(rng, draw))
        except MeasureError:
            found.append(None)
    told = [one for one in found if one is not None]
    return Rate(sum(told), len(told), len(found) - len(told))


def worst(estimator: Estimator, schools: int, unequal: bool, draws: int) -> Rate:
    """Take the distribution that is farthest from the level."""
    rates = [rate(estimator, Draw(schools, unequal, kind), draws) for kind in KINDS]
    told = [one for one in rates if one.told >= one.untold]
    if not told:
        return rates[0]._replace(held=0, told=0)
    return max(told, key=Rate.percent) if estimator.test else min(told, key=Rate.percent)


def cell(estimator: Estimator, found: Rate) -> str:
    """Print a rate; bold where it misses by more than the tolerance, a dash where nothing is printed."""
    if not found.told:
        return "–"
    percent = found.percent()
    missed = percent > 5 + TOLERANCE if estimator.test else percent < 95 - TOLERANCE
    return f"**{percent:.0f}**" if missed else f"{percent:.0f}"


def lines(estimator: Estimator, draws: int) -> list[str]:
    """Write the rows of one estimator: equal and unequal sizes."""
    columns = (*SIZES, 550)
    rows = []
    for unequal in (False, True):
        cells = [
            cell(estimator, worst(estimator, size, unequal, draws)) if size in estimator.sizes else ""
            for size in columns
        ]
        rows.append(
            f"| {estimator.name} | {estimator.unit} | {'unequal' if unequal else 'equal'} | {' | '.join(cells)} |"
        )
    return rows


def inventory() -> str:
    """List what is printed, where, and by what method."""
    rows = [f"| {one.name} | {one.printed} | {one.method} |" for one in ESTIMATORS]
    first = [
        f"| difference coefficient | all {COUNTIES}; ledger, coefficient over its limit | jackknife on the logarithm, t |",
        "| composite | `national`; ledger, standards of 2012 | jackknife on the logarithm, t |",
    ]
    return "\n".join(["| what | where it is printed | method |", "|---|---|---|", *first, *rows])


def page(draws: int, names: Sequence[str] = ()) -> str:
    """Write the tables of all estimators."""
    chosen = [one for one in ESTIMATORS if not names or one.name in names]
    head = f"| what | of | sizes | {' | '.join(map(str, (*SIZES, 550)))} |\n|{'---|' * (len(SIZES) + 4)}"
    tables = [
        "\n".join([head, *(line for one in chosen if one.test == test for line in lines(one, draws))])
        for test in (False, True)
    ]
    errors = [100 * math.sqrt(p * (1 - p) / draws) for p in (0.95, 0.05)]
    return TEXT.format(
        draws=draws, inventory=inventory(), intervals=tables[0], tests=tables[1], error=errors[0], tolerance=TOLERANCE
    )


TEXT = """# How often intervals hold, and how often tests find nothing

Every interval and p-value that a notebook or a ledger prints, how it is made, and how often it does what it says. Made by
`python benchmarks/coverage.py --draws {draws} --output docs/coverage.md`; same seeds, same numbers.

{inventory}

## Measured coverage and size

The data are drawn {draws} times (slow estimators less often) from a process whose value is known, of 3 to 120 schools of
equal and of unequal sizes (lognormal, a standard deviation of 0.6 on the logarithm; where groups are compared, a quarter
of the schools against the others), with normal and with skewed (exponential) values. A cell is the worse of both
distributions, in percent; its own standard error at the nominal level is {error:.1f} points. **Bold** misses by more than
{tolerance:.0f} points; a dash says that in most counties nothing is given, only the range without any one school.

Intervals of nominal 95 %:

{intervals}

Tests of nominal 5 % where there is nothing to find (a permutation of few schools cannot reach 5 %):

{tests}

"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, count, print the page; 1 if the jackknife of coefficients covers too little anywhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=DRAWS, help="counties of each cell")
    parser.add_argument("--counties", type=int, default=2_000, help="counties of each row of the coefficients")
    parser.add_argument("--only", action="append", default=[], help="names of estimators; no coefficients then")
    parser.add_argument("--output", type=Path, help="write the page to this file")
    options = parser.parse_args(arguments)
    said, failed = page(options.draws, options.only), 0
    if not options.only:
        coefficients, failed = interval_coverage.measured(options.counties)
        said += coefficients
    print(said)
    if options.output:
        options.output.write_text(said, encoding="utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main())
