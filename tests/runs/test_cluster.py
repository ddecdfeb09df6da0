"""Over a real cluster on this machine, whose workers are killed."""

from __future__ import annotations

import psutil
import pytest
from runs.batches import plan, printed, run

from edubalance import workers
from edubalance.errors import EdubalanceError
from edubalance.runs import cluster, server, verify

pytestmark = [
    pytest.mark.usefixtures("quick"),
    pytest.mark.skipif(not server.available(), reason="this system cannot fork"),
]

ROWS = ("id,year", *(f"r{number},{number}" for number in range(6)))

# The first to come to year 3 kills the worker that it runs for, two steps up: kernel, fork server, worker.
KILLS = """
import os, signal, time
with open('../begun.txt', 'a') as file:
    file.write(f'{year} ')
time.sleep(0.3)
if year == 3 and not os.path.exists('../killed'):
    worker = next(line.split()[1] for line in open(f'/proc/{os.getppid()}/status') if line.startswith('PPid'))
    with open('../killed', 'w') as file:
        file.write(worker)
    os.kill(int(worker), signal.SIGKILL)
    time.sleep(60)
print(year)
""".strip()


def test_a_killed_worker_loses_no_result_and_repeats_none_that_was_complete(project, write):
    write("county", KILLS)
    lines = run(project, "county", ROWS, scheduler=workers.LOCAL, workers=2)
    assert {name: line.status for name, line in lines.items()} == {f"r{number}": "done" for number in range(6)}
    assert [printed(project, f"r{number}") for number in range(6)] == [f"{number}\n" for number in range(6)]
    assert set(plan(project, "county", ROWS).reasons.values()) == {""}
    worker = int((project / "killed").read_text())
    assert not psutil.pid_exists(worker)
    begun = (project / "begun.txt").read_text().split()
    # At the most two were under way; what had a record by then was begun once.
    assert begun.count("3") == 2
    assert len(begun) <= 8
    assert sorted(path.name for path in (project / "out").iterdir() if path.is_dir()) == sorted(lines)


def test_a_worker_takes_over_a_result_that_is_in_place(project, write):
    write("county", KILLS.replace("year == 3", "False"))
    planned = plan(project, "county", ROWS)
    run(project, "county", ROWS[:3])
    # The plan is older than these two results, as it is for a worker that gets the task of one that was killed.
    assert set(planned.reasons.values()) == {"new"}
    outcomes = list(cluster.each(planned.tasks[:3], workers.LOCAL, 1))
    assert sorted(outcome.seconds == 0 for outcome in outcomes) == [False, True, True]
    assert sorted((project / "begun.txt").read_text().split()) == ["0", "1", "2"]


def test_a_reproduction_over_workers_finds_what_one_in_threads_finds(project, write):
    write("one", "print(year)")
    write("two", "1 / 0")
    by_threads = verify.reproduce()
    by_workers = verify.reproduce(scheduler=workers.LOCAL)
    for here, there in zip(by_threads, by_workers, strict=True):
        assert (here.name, here.status, here.drifts) == (there.name, there.status, there.drifts)
    assert [str(report.failure) for report in by_workers] == ["None", str(by_threads[1].failure)]
    assert (verify.kept("one") / "one.ipynb").is_file()


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch, project, write):
    monkeypatch.setattr(workers, "PATIENCE", "0.5s")
    write("county", "print(1)")
    with pytest.raises(EdubalanceError, match="No scheduler answers at tcp://"):
        run(project, "county", ROWS, scheduler="tcp://127.0.0.1:1")
