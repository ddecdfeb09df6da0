"""
How often intervals hold the coefficient of the process that resourced the schools: counties drawn again and again.

Counties of n schools are drawn from processes whose difference coefficient is known. One row a process and n says in
how many of them an interval of nominal 95 % holds it. The exit code is 1 if the jackknife that the package shows holds
it in less than 80 % of any row's counties, but for the process of two values, where it is known to fail.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance.measures.grouping import Groups, group_rows
from edubalance.measures.jackknife import coefficient_intervals, composite_intervals
from edubalance.measures.resampling import bootstrap_difference_coefficients
from edubalance.measures.uncertainty import wilson

Floats = npt.NDArray[np.float64]
SEED, REPLICATES = 20_170_419, 399
SCHOOLS = (3, 5, 8, 12, 20, 40, 120)
INDICATORS, IN_COMMON = 7, 0.5
METHODS = ("percentile", "bca", "jackknife")
SHARES = (0.5, 0.9)
Row = tuple[str, int, dict[str, int], list[float]]
HEAD = """| what schools have | schools | percentile (%) | bca (%) | jackknife (%) | its upper bound |
|---|---|---|---|---|---|"""
AT_LEAST = 80


@dataclass(frozen=True)
class Process:
    """A process that resources schools: its words, its coefficient, and draws from it."""

    words: str
    coefficient: float
    draw: Callable[[np.random.Generator, int], Floats]


def _lognormal(sigma: float) -> Process:
    """Values that differ by factors."""
    coefficient = math.sqrt(math.exp(sigma**2) - 1)
    return Process(f"lognormal, sigma {sigma:g}", coefficient, lambda rng, rows: rng.lognormal(0, sigma, rows))


def _often_none(rng: np.random.Generator, rows: int) -> Floats:
    """Three schools in ten have nothing."""
    return rng.lognormal(0, 0.3, rows) * (rng.random(rows) > 0.3)


PROCESSES = (
    Process("normal, mean 1, sd 0.25", 0.25, lambda rng, rows: np.maximum(rng.normal(1, 0.25, rows), 0.0)),
    _lognormal(0.3),
    Process("gamma, coefficient 0.45", 0.45, lambda rng, rows: rng.gamma(0.45**-2, 1, rows)),
    _lognormal(0.6),
    Process("none in 30 %, else lognormal, sigma 0.3", math.sqrt(math.exp(0.3**2) / 0.7 - 1), _often_none),
)
# Where the jackknife fails: not held to what the others are.
TWO_VALUES = Process("1 or 2, as often", 1 / 3, lambda rng, rows: rng.choice([1.0, 2.0], rows))


def _counties(rng: np.random.Generator, counties: int, schools: int) -> tuple[Groups, Floats]:
    """Group the schools of all counties, and draw their pupils, whatever they have."""
    return group_rows(np.repeat(np.arange(counties), schools)), np.ceil(rng.lognormal(6, 0.6, counties * schools))


def of_one(process: Process, place: int, schools: int, counties: int) -> tuple[dict[str, int], list[float]]:
    """Count the counties in which each method's interval holds the coefficient; how far up the jackknife reaches."""
    rng = np.random.default_rng([SEED, place, schools])
    groups, pupils = _counties(rng, counties, schools)
    values = process.draw(rng, pupils.size)
    found = {"jackknife": coefficient_intervals(values, pupils, groups)}
    for method in ("percentile", "bca"):
        options = {"rng": rng, "replicates": REPLICATES, "method": method}
        found[method] = bootstrap_difference_coefficients(values, pupils, groups, **options)
    truth = process.coefficient
    held = {method: int(((found[method].low <= truth) & (truth <= found[method].high)).sum()) for method in METHODS}
    return held, np.nanquantile(found["jackknife"].high / truth, SHARES).tolist()


def of_composites(schools: int, counties: int) -> int:
    """Count the counties in which the jackknife holds a composite of lognormal indicators that go together."""
    rng = np.random.default_rng([SEED, len(PROCESSES) + 1, schools])
    groups, pupils = _counties(rng, counties, schools)
    sigmas = np.linspace(0.15, 0.6, INDICATORS)
    alike, own = rng.normal(size=(pupils.size, 1)), rng.normal(size=(pupils.size, INDICATORS))
    values = np.exp(sigmas * (math.sqrt(IN_COMMON) * alike + math.sqrt(1 - IN_COMMON) * own))
    truth = float(np.sqrt(np.exp(sigmas**2) - 1).mean())
    found = composite_intervals(values, pupils, groups)
    return int(((found.low <= truth) & (truth <= found.high)).sum())


def _table(rows: Sequence[Row], counties: int) -> str:
    """Lay coverages out in Markdown."""
    lines = [
        f"| {words} | {schools} | "
        + " | ".join(f"{100 * held[method] / counties:.1f}" for method in METHODS)
        + f" | {reach[0]:.2f}, {reach[1]:.2f} |"
        for words, schools, held, reach in rows
    ]
    return "\n".join([HEAD, *lines])


def page(rows: Sequence[Row], failing: Sequence[Row], composites: dict[int, int], counties: int) -> str:
    """Write what was found, and how, as a page."""
    error = 100 * (wilson(round(0.9 * counties), counties).high - 0.9)
    together = [f"| {schools} | {100 * held / counties:.1f} |" for schools, held in composites.items()]
    least = 100 * min(min(held["jackknife"] for *_, held, _ in rows), *composites.values()) / counties
    body, weak, more = _table(rows, counties), _table(failing, counties), "\n".join(together)
    return f"""## Difference coefficients

How often does an interval of nominal 95 % hold the difference coefficient of the process that resourced the schools?

The schools of a county are all counted, so a coefficient has no sampling error. An interval around it has a model: the
schools are one draw from the process that resources them. Here that process is known, and its coefficient with it.
{counties:,} counties are drawn for each row, their pupils lognormal with a median of some four hundred, independent of
what the schools have; a coverage is known to about {error:.1f} points. `percentile` and `bca` resample the schools
{REPLICATES} times (`measures.resampling.bootstrap_difference_coefficients`); `jackknife` leaves out one school after
the other, on the logarithm, with Student's quantile (`measures.jackknife.coefficient_intervals`). An interval that
cannot be given counts as one that does not hold. The last column says how far up the jackknife reaches, as a multiple
of the coefficient of the process: below this in half of the counties, and in nine of ten.

{body}

A county of few schools shows less spread than its process has, and resampling the few shows less still: percentile and
BCa intervals are too short and lie too low. That is why the package shows the jackknife. Where some schools have very
much more than all others, it too holds less often than it says, though nearer to it than the others. The price is an
upper bound that lies far up where the schools are few or one of them stands apart: so little do such counties tell.

Do not trust it where nearly all schools have one of two values: leaving out any school of a kind then does the same,
the interval is too short, and it may lie wholly above the plain coefficient.

{weak}

Composites, the mean of the coefficients of {INDICATORS} lognormal indicators (sigma 0.15 to 0.6, any two correlated at
{IN_COMMON:g} on the logarithm), with whole schools left out (`measures.jackknife.composite_intervals`):

| schools | jackknife (%) |
|---|---|
{more}

least coverage of the jackknife: {least:.1f} %
"""


def measured(counties: int) -> tuple[str, int]:
    """Draw, count; the section of the page, and 1 if the jackknife covers too little anywhere."""
    every = [
        (process.words, schools, *of_one(process, place, schools, counties))
        for place, process in enumerate([*PROCESSES, TWO_VALUES])
        for schools in SCHOOLS
    ]
    rows, failing = every[: -len(SCHOOLS)], every[-len(SCHOOLS) :]
    composites = {schools: of_composites(schools, counties) for schools in SCHOOLS}
    held = [*(row["jackknife"] for *_, row, _ in rows), *composites.values()]
    return page(rows, failing, composites, counties), int(100 * min(held) < AT_LEAST * counties)
