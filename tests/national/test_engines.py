"""One process, two worker processes, another partitioning, another layout: the same result to the last digit."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from national import panels

from edubalance import workers
from edubalance.errors import EdubalanceError
from edubalance.national import closing, engines, partition_work
from edubalance.national.panel import make_panel
from edubalance.national.running import run

TABLES = ("sections", "out_of_scope", "coefficients", "decompositions", *closing.CLOSING)


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    return make_panel(tmp_path_factory.mktemp("panel") / "country", counties=8, years=(2022, 2023), seed=3)


@pytest.fixture(scope="module")
def reference(panel, tmp_path_factory):
    out = tmp_path_factory.mktemp("reference") / "result"
    run(panel, out, panels.QUALITY)
    return out


def assert_same(ours, theirs, tables=TABLES):
    for table in tables:
        one, other = closing.read(ours, table), closing.read(theirs, table)
        assert len(one) == len(other), table
        for name in one:
            left, right = one[name], other[name]
            if left.dtype.kind == "f":
                assert np.array_equal(left.to_numpy(), right.to_numpy(), equal_nan=True), (table, name)
            else:
                assert left.astype("string").equals(right.astype("string")), (table, name)


def closing_bytes(out):
    return {name: (out / f"{name}.parquet").read_bytes() for name in closing.CLOSING}


def test_partitions_of_one_county_find_the_same(panel, reference, tmp_path):
    report = run(panel, tmp_path / "result", panels.QUALITY, rows_at_once=1)
    assert report.partitions == report.counties == 16
    assert_same(tmp_path / "result", reference)


def test_rows_in_another_order_and_one_file_find_the_same(panel, reference, tmp_path):
    rng = np.random.default_rng(5)
    held = [pd.read_parquet(panel / table) for table in ("schools", "sections")]
    shuffled = [frame.sample(frac=1.0, random_state=rng).astype({"province": str}) for frame in held]
    other = panels.write(tmp_path / "panel", *shuffled)
    run(other, tmp_path / "result", panels.QUALITY)
    assert_same(tmp_path / "result", reference)


def die_once(partition, task):
    """Work like `work`, but kill the process the first time."""
    marker = Path(task.folder).parent / "died"
    if not marker.exists():
        marker.write_text("x")
        os.kill(os.getpid(), signal.SIGKILL)
    return partition_work.work(partition, task)


def test_two_worker_processes_of_which_one_is_killed_find_the_same(panel, reference, tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "work", die_once)
    out, seen = tmp_path / "result", []
    options = {"scheduler": "local", "workers": 2, "progress": lambda done, total: seen.append((done, total))}
    run(panel, out, panels.QUALITY, rows_at_once=400, **options)
    assert (tmp_path / "died").exists()
    assert_same(out, reference)
    assert closing_bytes(out) == closing_bytes(reference)
    assert [done for done, _ in seen] == list(range(1, seen[0][1] + 1))
    assert len(seen) > 3


def test_a_scheduler_that_does_not_answer_is_one_message(panel, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", "0.2s")
    with pytest.raises(EdubalanceError, match="No scheduler answers at tcp"):
        run(panel, tmp_path / "result", panels.QUALITY, scheduler="tcp://127.0.0.1:9")


def test_a_run_that_stops_half_way_goes_on_where_it_was(panel, reference, tmp_path):
    out = tmp_path / "result"

    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(panel, out, panels.QUALITY, rows_at_once=400, progress=stop)
    assert not out.exists()
    report = run(panel, out, panels.QUALITY, rows_at_once=400, resume=True)
    assert report.done_before == 3 < report.partitions
    assert_same(out, reference)


def test_resuming_does_only_what_has_changed(panel, tmp_path):
    schools, sections = (pd.read_parquet(panel / table).astype({"province": str}) for table in ("schools", "sections"))
    folder, out = tmp_path / "panel", tmp_path / "result"
    for name, frame in (("schools", schools), ("sections", sections)):
        for province, part in frame.groupby("province"):
            (folder / name / f"province={province}").mkdir(parents=True)
            part.drop(columns="province").to_parquet(folder / name / f"province={province}" / "data.parquet")
    first = run(folder, out, panels.QUALITY, rows_at_once=1)
    again = run(folder, out, panels.QUALITY, rows_at_once=1, resume=True)
    assert (first.done_before, again.done_before) == (0, first.partitions)
    file = folder / "sections" / "province=P02" / "data.parquet"
    changed = pd.read_parquet(file, partitioning=None)
    changed["teachers"] += 1
    changed.to_parquet(file)
    third = run(folder, out, panels.QUALITY, rows_at_once=1, resume=True)
    assert third.partitions - third.done_before == 2  # one county in two years
    fresh = tmp_path / "fresh"
    run(folder, fresh, panels.QUALITY)
    assert_same(out, fresh)
    assert set(json.loads((out / "manifest.json").read_text())["parts"]) == {p.stem for p in (out / "levels").iterdir()}


def test_a_folder_that_is_no_result_is_not_replaced(panel, tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(EdubalanceError, match="is not a result of this command"):
        run(panel, tmp_path, panels.QUALITY)
    assert (tmp_path / "mine.txt").read_text() == "keep me"
