"""
How often the trials of claims find what is not there: null counties drawn anew, seed after seed.

For each case, counties of the scenario `balanced` (the null) and of `described` are drawn anew and every claim's trial
is held on each. One row a claim says how often it was found in the null, and in how many described counties. The exit
code is 1 if a claim is found in the null at more than 5 % beyond the simulation's own error, or a trial stops.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from edubalance.evidence import null_rates
from edubalance.evidence.material import REPLICATES
from edubalance.evidence.null_rates import Drawn
from edubalance.twins import spec

# Seeds start far above those of the specifications, so that no county drawn here is one that was looked at before.
FIRST_SEED = 1_000_001
REFUSED_AT_MOST = 9  # times as many as asked for: then the specification is at fault, not the seed
Task = tuple[str, str, int]


def one(task: Task) -> Drawn:
    """Draw one county; for a worker."""
    return null_rates.draw(*task)


def counties(cases: Sequence[str], scenario: str, wanted: int, workers: int) -> list[Drawn]:
    """Draw as many counties of each case as wanted; a refused seed is replaced by the next, whoever draws it."""
    drawn: list[Drawn] = []
    following = dict.fromkeys(cases, FIRST_SEED)
    short = dict.fromkeys(cases, wanted)
    with get_context("spawn").Pool(workers) if workers > 1 else nullcontext() as pool:
        while any(short.values()):
            tasks = [task for case in cases for task in _tasks(case, scenario, following, short[case])]
            results = map(one, tasks) if pool is None else pool.imap(one, tasks, chunksize=2)
            batch = list(_watched(results, len(tasks), scenario))
            drawn += batch
            for each in batch:
                short[each.case] -= not each.refused
            for case in cases:
                if following[case] - FIRST_SEED > (1 + REFUSED_AT_MOST) * wanted:
                    raise SystemExit(f"{case}, {scenario}: too many seeds are refused; {_reasons(drawn, case)}")
    return drawn


def _tasks(case: str, scenario: str, following: dict[str, int], number: int) -> list[Task]:
    """Take the next seeds of a case."""
    first = following[case]
    following[case] = first + number
    return [(case, scenario, seed) for seed in range(first, first + number)]


def _watched(results: Iterator[Drawn], number: int, scenario: str) -> Iterator[Drawn]:
    """Say on the error stream how far the drawing is."""
    for done, result in enumerate(results, start=1):
        if done % 50 == 0 or done == number:
            print(f"{scenario}: {done} of {number}", file=sys.stderr, flush=True)
        yield result


def _reasons(drawn: Sequence[Drawn], case: str) -> str:
    """Word the refusals of a case."""
    refused = [each.refused for each in drawn if each.case == case and each.refused]
    return f"{len(refused)} refused, the first because: {refused[0]}" if refused else "none refused"


def table(found: pd.DataFrame) -> str:
    """Lay the rates out in Markdown."""
    lines = [
        "| case | claim | trial | false findings | rate, 95 % interval | power when described | method |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in found.itertuples():
        undecided = f", {row.undecided} undecided" if row.undecided else ""
        mark = " **too often**" if row.too_often else ""
        mark += f" **stopped {row.failed} times**" if row.failed else ""
        lines.append(
            f"| {row.case} | {row.claim} | {row.trial} | {row.false} / {row.null}{undecided}{mark} "
            f"| {100 * row.rate:.1f} % ({100 * row.low:.1f} to {100 * row.high:.1f}) "
            f"| {100 * row.power:.0f} % of {row.described} | drawn anew |"
        )
    return "\n".join(lines)


def page(found: pd.DataFrame, drawn: Sequence[Drawn], options: argparse.Namespace) -> str:
    """Write what was found, and how, as a page."""
    refused = sum(bool(each.refused) for each in drawn)
    largest = found.loc[found["rate"].idxmax()]
    fixed = null_rates.unchanged(drawn)
    said = "; ".join(f"{case}: {', '.join(names)}" for case, names in fixed.items()) or "none"
    bound = null_rates.bound(options.seeds, len(found))
    return f"""# False findings under the null

How often does a claim's trial find what is not there?
Made by `python benchmarks/null_claims.py --seeds {options.seeds} --output docs/null_claims.md`.

- **Null**: the scenario `balanced`, in which places and education groups are dealt out at random and nothing depends on
  them. {options.seeds} counties a case; a claim that is found in one of them is a false finding. At a test level of 5 %
  ten of 200 are expected, from a trial that compares verdicts or counts, next to none.
- **Drawn anew** with every seed: schools, their sizes and places, pupils, classes, resources, teachers, the tables of
  records (finance, flows, births, settlements, answers, interviews, as far as the twin has them), the deal of places
  and groups, and the shuffles of the trials. **Not drawn anew**: the number of schools of each kind, published figures
  (the calibration meets them with every seed), what the specification states. Tables that came out the same for every
  seed: {said}. Values are those of the tables before they are rounded to the decimals of the files.
- **Refused seeds**: with {refused} of {len(drawn)} seeds a published figure cannot be met; the next seed takes their
  place. What is said here holds for counties that the calibration accepts.
- **Power** is the share of the counties of the scenario `described` in which the claim is found.
- Trials use their full number of shuffles ({REPLICATES}). Claims that a published figure decides are not in the table.
- Of {len(found)} claims, one is said to be found too often above {bound} false findings of {options.seeds}: if all
  trials keep their level, that happens in less than one simulation in a hundred (binomial, one-sided, Bonferroni).

{table(found)}

max false finding rate: {largest["rate"]:.3f} ({largest["case"]} {largest["claim"]})
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, count, print; 1 if a trial finds too much or stops."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200, help="null counties of each case")
    parser.add_argument("--described", type=int, help="described counties of each case; as many, but 50 at most")
    parser.add_argument("--case", choices=spec.available(), action="append", help="one case; may be given again")
    parser.add_argument("--workers", type=int, default=2, help="processes; the result does not depend on them")
    parser.add_argument("--output", type=Path, help="write the page with the table to this file")
    options = parser.parse_args(arguments)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # one thread a worker; their workers read it when they start
    cases = options.case or list(spec.available())
    number = min(options.seeds, 50) if options.described is None else options.described
    drawn = counties(cases, "balanced", options.seeds, options.workers)
    drawn += counties(cases, "described", number, options.workers)
    found = null_rates.rates(drawn)
    print(page(found, drawn, options))
    refusals = {(each.case, each.scenario, each.refused) for each in drawn if each.refused}
    for case, scenario, reason in sorted(refusals)[:9]:
        print(f"refused: {case}, {scenario}: {reason}", file=sys.stderr)
    stopped = {(each.case, claim, message) for each in drawn for claim, message in each.failed.items()}
    for case, claim, message in sorted(stopped)[:20]:
        print(f"stopped: {case}, {claim}: {message}", file=sys.stderr)
    if options.output:
        options.output.write_text(page(found, drawn, options), encoding="utf-8")
    return int(found["too_often"].any() or found["failed"].any())


if __name__ == "__main__":
    sys.exit(main())
