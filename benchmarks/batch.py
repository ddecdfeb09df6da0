"""
One notebook for many counties: against papermill called one by one, against the least that it can take, and under fire.

The counties are copies of one case. Each notebook reads its county's tables, judges them, draws a figure and names its
results. The usual way is papermill, one notebook after another in one process. The floor is the notebook's code as
plain scripts, forked from one warm process, side by side: no kernels, no messages, no records. All start cold, in turn.

In the second part the batch runs on a local Dask cluster whose workers are killed at random; nothing may be lost, done
twice or broken.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json as json_
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import nbformat
import psutil

from edubalance import paths
from edubalance.runs import batch, server
from edubalance.runs.execute import workers

name = "batch"

NOTEBOOKS, ROUNDS, ONE_BY_ONE, KILLS, SEED = 200, 2, 10, 10, 20_260_101
PAUSE = 3.0
TIMES_PAPERMILL, TIMES_THE_FLOOR = 3.0, 1.5
CASE = "wuhu_j"

CELLS = (
    "import edubalance as eb\nfrom edubalance.assessment import inequality\nfrom edubalance.figures import balance",
    'if log:\n    with open(log, "a") as file:\n        file.write(f"{case_id}\\n")',
    "case = eb.cases.load(case_id)\nrules = eb.standards.load(case.standard)\n"
    "now = eb.assessment.assess(eb.intake.read_case(case), rules).of(case.year)\n"
    'page = eb.export.Page(case.id, kind=case.kind, lang=lang, scenario="described")',
    "found = inequality.intervals(now)\nfound.head()",
    'page.draw("01_coefficients", balance.difference_coefficients, found, ("Coefficients.", "系数。"),\n'
    '          size={"rows": 14, "row": 0.35}, names=eb.tables.names(rules, lang))',
    'for row in found.itertuples():\n    page.result(f"cv.{row.level}.{row.indicator}", row.cv, unit="ratio")\n'
    "page.finish()",
)

USUAL_WAY = """
import os, sys, papermill
for case_id in sys.argv[2:]:
    os.environ["EDUBALANCE_FIGURES"] = f"{sys.argv[1]}/{case_id}"
    target = f"{sys.argv[1]}/{case_id}.ipynb"
    papermill.execute_notebook("notebooks/county.ipynb", target, {"case_id": case_id}, progress_bar=False)
"""


def make_project(folder: Path, count: int, log: Path) -> list[str]:
    """Make a project with so many counties, a notebook and a list; return the counties' ids."""
    ids = [f"c{number:04d}" for number in range(count)]
    stated = (paths.case(CASE) / "case.yml").read_text(encoding="utf-8")
    for county in ids:
        shutil.copytree(paths.case(CASE), folder / "cases" / county)
        text = stated.replace(f"id: {CASE}", f"id: {county}", 1)
        (folder / "cases" / county / "case.yml").write_text(text, encoding="utf-8")
    (folder / "notebooks").mkdir()
    stated = 'case_id = "c0000"\nlang = "en"\nlog = ""'
    parameters = nbformat.v4.new_code_cell(stated, metadata={"tags": ["parameters"]})
    cells = [parameters, *map(nbformat.v4.new_code_cell, CELLS)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "notebooks" / "county.ipynb")
    for file, logged in (("counties.csv", ""), ("logged.csv", str(log))):
        rows = [["id", "case_id", "log"], *([county, county, logged] for county in ids)]
        with (folder / file).open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(rows)
    return ids


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a run in the project."""
    return {**os.environ, **server.ENVIRONMENT, paths.PROJECT_VARIABLE: str(folder)}


def timed(folder: Path, count: int, *arguments: str) -> tuple[float, float]:
    """Time a run of Python from a cold start: seconds, and processor seconds, for each of its notebooks."""
    command, began, used = [sys.executable, *arguments], perf_counter(), processor_seconds()
    done = subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments[:3])} … ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return (perf_counter() - began) / count, (processor_seconds() - used) / count


def processor_seconds() -> float:
    """Return what all processes that this one has waited for have used, with those that they have waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def warm(folder: Path, ids: list[str]) -> tuple[float, float]:
    """Run the batch as a user does."""
    shutil.rmtree(folder / "build", ignore_errors=True)
    rows = (folder / "counties.csv").read_text(encoding="utf-8").splitlines()
    (folder / "these.csv").write_text("\n".join(rows[: len(ids) + 1]) + "\n", encoding="utf-8")
    return timed(folder, len(ids), "-m", "edubalance", "batch", "these.csv", "--notebook", "county")


def floor(folder: Path, ids: list[str]) -> tuple[float, float]:
    """Run the notebooks' code and nothing else."""
    with tempfile.TemporaryDirectory() as figures:
        return timed(folder, len(ids), str(Path(__file__).resolve()), "--floor", figures, *ids)


def one_by_one(folder: Path, ids: list[str]) -> tuple[float, float]:
    """Run papermill in one process, a notebook after another."""
    with tempfile.TemporaryDirectory() as target:
        return timed(folder, len(ids), "-c", USUAL_WAY, target, *ids)


def run_forked_scripts(figures: str, ids: list[str]) -> int:
    """Fork one process a county from this one, as many at a time as there are processors; 0 if all ended well."""
    import matplotlib

    matplotlib.use("agg")
    for module in server.PRELOAD:
        __import__(module)
    cells = [cell.source for cell in nbformat.read("notebooks/county.ipynb", as_version=4).cells]
    waiting, running, failed = list(ids), 0, 0
    while waiting or running:
        if waiting and running < workers():
            county = waiting.pop(0)
            running += 1
            if os.fork() == 0:
                os._exit(run_script(cells, county, figures))
        else:
            _, status = os.wait()
            running -= 1
            failed += status != 0
    return int(failed > 0)


def run_script(cells: list[str], county: str, figures: str) -> int:
    """Run a notebook's code for one county as one script, its output thrown away."""
    os.environ[paths.FIGURES_VARIABLE] = f"{figures}/{county}"
    code = "\n".join([cells[0], f"case_id = {county!r}", *cells[1:]])
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "county.ipynb", "exec"), {"__name__": "__main__", "display": print})  # noqa: S102
    return 0


def killed(folder: Path, ids: list[str], log: Path, kills: int) -> dict[str, Any]:
    """Run the batch on a cluster whose workers are killed at random, and look at what is there at the end."""
    shutil.rmtree(folder / "build", ignore_errors=True)
    out, rng = folder / "build" / "batch" / "logged", random.Random(SEED)  # noqa: S311
    command = [sys.executable, "-m", "edubalance", "batch", "logged.csv", "--notebook", "county", "--cluster", "local"]
    began = perf_counter()
    with (folder / "said.txt").open("w") as said:
        run = subprocess.Popen(command, cwd=folder, env=environment(folder), stdout=said, stderr=said)
        marks = sorted(rng.randrange(1, max(2, len(ids) - 1)) for _ in range(kills))
        complete: dict[str, int] = {}
        hits = 0
        while run.poll() is None:
            done = [file.parent.name for file in out.glob("*/record.json")]
            begun = Counter(log.read_text().split()) if log.exists() else Counter()
            for county in done:
                complete.setdefault(county, begun[county])  # how often it had begun when it was complete
            if hits < kills and len(done) >= marks[hits]:
                sleep(rng.uniform(0, PAUSE))  # somewhere within the notebooks that have begun since
                hits += kill_one(run.pid, rng)
            sleep(0.2)
    begun = Counter(log.read_text().split())
    os.environ[paths.PROJECT_VARIABLE] = str(folder)
    notebook = folder / "notebooks" / "county.ipynb"
    reasons = batch.plan(folder / "logged.csv", notebook, out).reasons
    with (out / "summary.csv").open(encoding="utf-8-sig", newline="") as handle:
        told = Counter(row["id"] for row in csv.DictReader(handle) if row["status"] == "done")
    return {
        "notebooks": len(ids),
        "kills": hits,
        "exit": run.returncode,
        "seconds": perf_counter() - began,
        "done": sum(not reason for reason in reasons.values()),
        "recorded_twice": sum(count > 1 for count in told.values()),
        "missing": sorted(set(ids) - set(told)),
        "corrupt": sum(reason.startswith("result") or reason == "no record" for reason in reasons.values()),
        "repeated_after_complete": sum(begun[county] > count for county, count in complete.items()),
        "begun_more_than_once": sum(count > 1 for count in begun.values()),
        "kernels_left": len(left(folder)),
    }


def kill_one(runner: int, rng: random.Random) -> bool:
    """Kill a worker of the runner's cluster: a process that multiprocessing started, and no other."""
    found = []
    for process in psutil.Process(runner).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "spawn_main" in " ".join(process.cmdline()):
                found.append(process)
    if found:
        rng.choice(sorted(found, key=lambda process: process.pid)).kill()
    return bool(found)


def left(folder: Path) -> list[int]:
    """Find processes of the project that outlived the run."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(paths.PROJECT_VARIABLE) == str(folder) and process.pid != os.getpid():
                found.append(process.pid)
    return found


def measure(notebooks: int, rounds: int, alone: int, kills: int) -> dict[str, Any]:
    """Time the three ways in turn, several times; then the cluster under fire."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        log = folder / "begun.txt"
        ids = make_project(folder, notebooks, log)
        each = []
        for _ in range(rounds):
            few = ids[: min(alone, notebooks)]
            each.append({"one_by_one": one_by_one(folder, few), "warm": warm(folder, ids), "floor": floor(folder, ids)})
        found: dict[str, Any] = {"name": name, "notebooks": notebooks, "processors": workers(), "one_by_one_of": alone}
        for way in each[0]:
            found[way] = spread([times[way][0] for times in each])
            found[f"{way}_processor"] = spread([times[way][1] for times in each])
        for place, kind in enumerate(("", "_processor")):
            over = [times["one_by_one"][place] / times["warm"][place] for times in each]
            found[f"warm_times_papermill{kind}"] = spread(over)
            found[f"warm_over_floor{kind}"] = spread([times["warm"][place] / times["floor"][place] for times in each])
        found["killed"] = killed(folder, ids, log, kills) if kills else None
    return found


def spread(values: list[float]) -> dict[str, float]:
    """Return median and range."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def whole(found: dict[str, Any] | None) -> bool:
    """Tell whether the cluster lost, repeated or broke nothing."""
    bad = ("recorded_twice", "missing", "corrupt", "repeated_after_complete", "kernels_left")
    return found is None or (found["done"] == found["notebooks"] and not any(found[fault] for fault in bad))


def main(json: bool = False, **sizes: int) -> int:  # noqa: FBT001, FBT002
    """Print the figures; 1 if a killed worker cost or doubled anything."""
    given = {"notebooks": NOTEBOOKS, "rounds": ROUNDS, "alone": ONE_BY_ONE, "kills": KILLS, **sizes}
    found = measure(**given)
    if json:
        print(json_.dumps(found))
        return 0 if whole(found["killed"]) else 1
    print(
        f"{found['notebooks']} notebooks, {found['processors']} processors; seconds a notebook, each from a cold start"
    )
    for way in ("floor", "warm", "one_by_one"):
        row, used = found[way], found[f"{way}_processor"]
        print(
            f"  {way:10s} {row['median']:6.2f}   ({row['min']:.2f} to {row['max']:.2f}); "
            f"of a processor {used['median']:.2f}"
        )
    times, over = found["warm_times_papermill"], found["warm_over_floor"]
    state = {True: "met", False: "missed"}
    print(
        f"  {times['median']:6.2f} times the throughput of papermill one by one ({times['min']:.2f} to "
        f"{times['max']:.2f}); at least {TIMES_PAPERMILL:g}: {state[times['median'] >= TIMES_PAPERMILL]}"
    )
    print(
        f"  {over['median']:6.2f} times the floor ({over['min']:.2f} to {over['max']:.2f}); "
        f"at most {TIMES_THE_FLOOR:g}: {state[over['median'] <= TIMES_THE_FLOOR]}"
    )
    less, more = found["warm_times_papermill_processor"]["median"], found["warm_over_floor_processor"]["median"]
    print(f"  by processor time: papermill uses {less:.2f} times as much, the floor {1 / more:.2f} times")
    if found["killed"]:
        for what, count in found["killed"].items():
            print(f"  {what}: {count:.1f}" if isinstance(count, float) else f"  {what}: {count}")
    return 0 if whole(found["killed"]) else 1


def _options() -> argparse.Namespace:
    """Read what was typed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=NOTEBOOKS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--alone", type=int, default=ONE_BY_ONE, help="how many notebooks papermill runs one by one")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(
        run_forked_scripts(sys.argv[2], sys.argv[3:]) if sys.argv[1:2] == ["--floor"] else main(**vars(_options()))
    )
