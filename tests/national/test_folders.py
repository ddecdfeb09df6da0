"""Nothing is lost, and nothing of anyone else is touched: locks, damaged parts, folders that are no result."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest
from national import panels

from edubalance.errors import EdubalanceError
from edubalance.national import partition_work
from edubalance.national.closing import read
from edubalance.national.index import partitions
from edubalance.national.panel import make_panel
from edubalance.national.running import run
from edubalance.national.source import open_panel


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    return make_panel(tmp_path_factory.mktemp("panel") / "country", counties=4, years=(2022, 2023), seed=3)


@pytest.fixture
def judge(panel, tmp_path):
    def begin(**options):
        return run(panel, tmp_path / "result", panels.QUALITY, rows_at_once=1, **options)

    return begin


def numbers(out):
    return {table: read(out, table).astype("string") for table in ("sections", "coefficients", "counties", "summary")}


def test_a_second_run_for_the_same_folder_is_refused_while_the_first_is_at_work(judge, tmp_path):
    refused = []

    def meanwhile(done, total):
        with pytest.raises(EdubalanceError, match="is at work on .*result: process"):
            judge()
        refused.append(done)

    report = judge(progress=meanwhile)
    assert refused == list(range(1, report.partitions + 1))
    assert len(list((tmp_path / "result" / "levels").iterdir())) == report.partitions
    assert judge().failed == 0


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(file.read_bytes()[:-9])])
@pytest.mark.parametrize("table", ["sections", "levels"])
def test_a_part_that_is_gone_or_cut_off_is_made_again(judge, tmp_path, table, damage):
    first = judge()
    before = numbers(tmp_path / "result")
    damage(sorted((tmp_path / "result" / table).iterdir())[1])
    again = judge(resume=True)
    assert again.done_before == first.partitions - 1
    for name, frame in numbers(tmp_path / "result").items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_a_run_whose_parts_are_removed_under_it_does_not_close(judge, tmp_path):
    def remove(done, total):
        if done == total:
            next((tmp_path / ".result.edubalance" / "sections").iterdir()).unlink()

    with pytest.raises(EdubalanceError, match=r"1 are gone, such as sections/"):
        judge(progress=remove)
    assert not (tmp_path / "result").exists()
    assert judge(resume=True).done_before == 7


def test_columns_that_change_names_are_a_change(panel, tmp_path):
    schools, sections = (pd.read_parquet(panel / table).astype({"province": str}) for table in ("schools", "sections"))
    folder = panels.write(tmp_path / "panel", schools, sections)
    run(folder, tmp_path / "result", panels.QUALITY)
    one, other = "sports_ground_area_m2", "teaching_auxiliary_area_m2"
    panels.write(folder, schools.rename(columns={one: other, other: one}), sections)
    assert run(folder, tmp_path / "result", panels.QUALITY, resume=True).done_before == 0


@pytest.mark.parametrize("manifest", ['{"name": "my web page"}', "[]", "{", '{"parts": 3}'])
@pytest.mark.parametrize("resume", [True, False])
def test_a_folder_with_a_manifest_of_something_else_is_not_replaced(judge, tmp_path, manifest, resume):
    mine = tmp_path / "result"
    mine.mkdir()
    (mine / "manifest.json").write_text(manifest)
    (mine / "index.html").write_text("keep me")
    with pytest.raises(EdubalanceError, match="is not a result of this command"):
        judge(resume=resume)
    assert (mine / "index.html").read_text() == "keep me"


def test_a_result_that_holds_something_else_too_is_not_replaced(judge, tmp_path):
    judge()
    (tmp_path / "result" / ".DS_Store").touch()
    judge()
    (tmp_path / "result" / "thesis.txt").write_text("keep me")
    with pytest.raises(EdubalanceError, match=r"it holds thesis\.txt too"):
        judge()
    assert (tmp_path / "result" / "thesis.txt").read_text() == "keep me"


def test_folders_beside_are_left_alone(judge, tmp_path):
    for name in ("result.part", "country.part"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.txt").write_text("keep me")
    judge()
    make_panel(tmp_path / "country", counties=1)
    found = sorted(path.name for path in tmp_path.iterdir())
    assert found == ["country", "country.part", "result", "result.part"]
    assert (tmp_path / "result.part" / "mine.txt").read_text() == "keep me"
    assert (tmp_path / "country.part" / "mine.txt").read_text() == "keep me"


def test_a_panel_that_cannot_be_made_leaves_nothing(tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_panel(tmp_path / "country", counties=2, progress=stop)
    assert not list(tmp_path.iterdir())


def test_the_folder_where_one_stands_is_a_folder_like_any_other(panel, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(EdubalanceError, match="is not a result of this command"):
        run(panel, ".", panels.QUALITY)
    (tmp_path / "mine.txt").unlink()
    run(panel, ".", panels.QUALITY)
    assert json.loads((tmp_path / "manifest.json").read_text())["kind"] == "twin"


def test_a_kill_while_folders_are_changed_keeps_the_earlier_result(judge, tmp_path):
    first = judge()
    token = "0123456789ab"
    # Killed after the earlier result was moved away, and before the new one, here the same, came into its place.
    (tmp_path / "result").replace(tmp_path / f".{token}-0.old")
    shutil.copytree(tmp_path / f".{token}-0.old", tmp_path / f".{token}-0.part")
    lines = ({"token": token}, {"target": "result", "removes": False}, {"commit": True})
    (tmp_path / ".result.journal").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert judge(resume=True).done_before == first.partitions
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_a_worker_with_another_package_is_refused(panel, tmp_path):
    source = open_panel(panel, panels.QUALITY)
    task = partition_work.Task(str(tmp_path), source.columns, panels.QUALITY, "weighted_population", source.kind)
    with pytest.raises(EdubalanceError, match="should have the same package"):
        partition_work.work(partitions(source)[0], replace(task, package="another"))
    assert not list(tmp_path.iterdir())
