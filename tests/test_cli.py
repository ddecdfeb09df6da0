from __future__ import annotations

import csv
import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from edubalance import paths
from edubalance.cli import main
from edubalance.runs import known, server


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a project with no case and no notebook."""
    for folder in ("cases", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(tmp_path))
    return tmp_path


def add_notebook(project: Path, name: str, source: str) -> None:
    cells = [new_code_cell("year = 2023", metadata={"tags": ["parameters"]}), new_code_cell(source)]
    nbformat.write(new_notebook(cells=cells), project / "notebooks" / f"{name}.ipynb")
    known.remember(name)


def test_help_is_quick_because_nothing_heavy_is_imported():
    code = (
        "import sys; from edubalance.cli import main; main(['--help']); print({'pandas', 'papermill'} & {*sys.modules})"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.rstrip().endswith("set()")
    for command in ("list", "run", "reproduce", "accept", "assess", "explain", "test", "twins"):
        assert f" {command} " in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["reproduce", "wuhu"], "There is no notebook 'wuhu'. Hint: Did you mean 'wuhu_j'?", id="notebook"),
        pytest.param(["run", "wuhu_j", "-p", "lang"], "should be name=value; got 'lang'", id="no equals sign"),
        pytest.param(["run", "wuhu_j", "-p", "yearr=1"], "Did you mean 'year'? Known: year.", id="parameter"),
        pytest.param(["twins", "nowhere"], "There is no twin 'nowhere'", id="twin"),
        pytest.param(["explain", "wuhu_j", "A-P-01"], "There is no case 'wuhu_j'", id="case"),
        pytest.param(["explain", "A-P-01"], "explain CASE SCHOOL_ID", id="school without tables"),
        pytest.param(["frobnicate"], "No such command", id="command"),
        pytest.param(["assess", "--schools", "x.csv"], "Name a CASE, or --schools FILE --sections FILE", id="option"),
    ],
)
def test_what_cannot_be_done_is_one_message_and_exit_code_2(project, capsys, monkeypatch, arguments, message):
    monkeypatch.setattr(server, "start", lambda: None)
    add_notebook(project, "wuhu_j", "print(1)")
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert "Traceback" not in shown.err + shown.out


def test_outside_a_project_the_message_says_where_to_go(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv(paths.PROJECT_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 2
    assert "Hint: Change into the project" in capsys.readouterr().err


def test_a_full_disk_is_one_message_and_exit_code_2(project, monkeypatch, capsys):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    add_notebook(project, "one", "print(1)")
    monkeypatch.setattr(server, "start", lambda: None)
    monkeypatch.setattr(Path, "mkdir", full)
    before = (project / "notebooks" / "one.ipynb").read_bytes()
    assert main(["reproduce"]) == 2
    shown = capsys.readouterr()
    assert (
        shown.err
        == "There is no space left on the disk; nothing was changed. Hint: Free some space and run it again.\n"
    )
    assert (project / "notebooks" / "one.ipynb").read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="signals are for Unix")
def test_ctrl_c_ends_with_130_one_line_no_kernel_and_nothing_changed(project):
    add_notebook(
        project,
        "endless",
        "import os, pathlib, time\npathlib.Path('../pid').write_text(str(os.getpid()))\ntime.sleep(600)",
    )
    before = (project / "notebooks" / "endless.ipynb").read_bytes()
    command = [sys.executable, "-m", "edubalance", "reproduce"]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        # A shell that puts the tests in the background has them, and what they start, ignore Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 60
    while not ((project / "pid").exists() and (project / "pid").read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert err == "Interrupted; what was not complete has changed nothing.\n"
    assert out == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int((project / "pid").read_text()), 0)
    assert (project / "notebooks" / "endless.ipynb").read_bytes() == before
    assert not (project / "build" / "runs").exists()
    assert list((project / "build" / "scratch").iterdir()) == []


SCHOOLS = """county,year,school_id,type,founder,area,township,teaching_auxiliary_area_m2,computers
D,2023,P-01,primary,county,urban,T1,4000,80
D,2023,P-02,primary,county,rural,T2,1200,
"""
SECTIONS = """year,school_id,level,pupils,classes,teachers
2023,P-01,primary,500,12,30
2023,P-02,primary,300,10,20
"""


@pytest.fixture
def tables(tmp_path):
    """Write the tables of two schools, most of whose values are missing; give the options that name them."""
    (tmp_path / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    (tmp_path / "sections.csv").write_text(SECTIONS, encoding="utf-8")
    files = ["--schools", str(tmp_path / "schools.csv"), "--sections", str(tmp_path / "sections.csv")]
    return [*files, "--standard", "cn-2017-quality"]


def test_an_assessment_as_json_has_null_where_there_is_no_number_and_says_undetermined(tables, capsys):
    assert main(["assess", *tables, "--format", "json"]) == 0
    stated = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert stated["verdict"] in ("not_met", "undetermined")
    section = stated["sections"][1]
    assert {name: section[name] for name in ("school_id", "level")} == {"school_id": "P-02", "level": "primary"}
    values = {one["indicator"]: one for one in section["indicators"]}
    assert len(values) == len(stated["counties"])
    assert any(one["value"] is None and one["met"] is None for one in values.values())
    county = stated["counties"][0]
    assert {"county", "year", "level", "indicator", "mean", "cv", "convention", "limit", "met"} <= set(county)
    assert county["convention"] == "weighted_population"


def test_an_assessment_as_csv_has_a_row_for_each_section_and_indicator(tables, tmp_path, capsys):
    file = tmp_path / "out" / "assessment.csv"
    assert main(["assess", *tables, "--format", "csv", "--output", str(file)]) == 0
    assert capsys.readouterr().out == ""
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert {row["school_id"] for row in rows} == {"P-01", "P-02"}
    assert len(rows) == 2 * len({row["indicator"] for row in rows})


def test_an_assessment_as_tables_speaks_chinese_when_asked(tables, capsys):
    assert main(["assess", *tables, "--lang", "zh"]) == 0
    shown = capsys.readouterr().out
    assert "差异系数" in shown
    assert "学生数加权" in shown


def test_another_convention_is_used_by_name_and_an_unknown_one_is_refused(tables, capsys):
    assert main(["assess", *tables, "--format", "json", "--convention", "unweighted_sample"]) == 0
    assert json.loads(capsys.readouterr().out)["convention"] == "unweighted_sample"
    assert main(["assess", *tables, "--convention", "weighted"]) == 2
    assert "weighted_population" in capsys.readouterr().err


def test_a_verdict_that_hangs_on_the_convention_is_noted_beside_the_output(tmp_path, capsys):
    # 11 and 4 rooms per 100 pupils: 0.447 weighted by pupils, 0.467 unweighted, 0.660 with n - 1.
    head = "county,year,school_id,type,founder,area,township,multimedia_classrooms"
    schools = [head, "D,2023,P-01,primary,county,urban,T1,11", "D,2023,P-02,primary,county,urban,T1,36"]
    sections = [
        "year,school_id,level,pupils,classes,teachers",
        "2023,P-01,primary,100,3,9",
        "2023,P-02,primary,900,9,40",
    ]
    (tmp_path / "schools.csv").write_text("\n".join(schools), encoding="utf-8")
    (tmp_path / "sections.csv").write_text("\n".join(sections), encoding="utf-8")
    files = ["--schools", str(tmp_path / "schools.csv"), "--sections", str(tmp_path / "sections.csv")]
    assert main(["assess", *files, "--standard", "cn-2017-quality", "--format", "json"]) == 0
    shown = capsys.readouterr()
    json.loads(shown.out)
    (note,) = [line for line in shown.err.splitlines() if "ultimedia" in line]
    assert "the coefficient 0.4468 would be 0.6600 as “unweighted, sample”; the limit 0.5 lies between them" in note


def test_a_case_is_judged_by_its_own_standard_as_its_files_are(capsys):
    data = paths.case("weishan") / "data"
    files = [f"--{name}={data / name}.csv" for name in ("schools", "sections", "county")]
    answers = []
    for named in (["weishan"], [*files, "--standard", "cn-2017-quality"]):
        assert main(["assess", *named, "--year", "2022", "--format", "json"]) == 0
        shown = capsys.readouterr()
        answers.append(json.loads(shown.out))
    assert answers[0] == answers[1]
    assert answers[0]["data"] == "Weishan County: synthetic twin / 合成数据"
    assert {row["year"] for row in answers[0]["sections"]} == {2022}
    assert "2021" not in shown.err
    assert main(["assess", "weishan", "--scenario", "balanced", "--year", "2022", "--format", "json"]) == 0
    assert "balanced" in json.loads(capsys.readouterr().out)["data"]
    assert main(["assess", "weishan", "--year", "1999"]) == 2
    assert "no schools of 1999. Hint: Years that they hold: 2021, 2022, 2023" in capsys.readouterr().err


def test_tables_without_a_standard_are_asked_for_one(tables, capsys):
    assert main(["assess", *tables[:-2]]) == 2
    assert "Name it: --standard" in capsys.readouterr().err


def test_tables_of_a_twin_are_called_synthetic_wherever_the_command_is_given(tables, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv(paths.PROJECT_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    statement = "name_en: D District\nname_zh: D区\nkind: twin\nscenarios: [described, balanced]\n"
    data = tmp_path / "cases" / "d" / "data" / "balanced"
    data.mkdir(parents=True)
    (tmp_path / "cases" / "d" / "case.yml").write_text(statement, encoding="utf-8")
    for name in ("schools", "sections"):
        (tmp_path / f"{name}.csv").rename(data / f"{name}.csv")
    files = ["--schools", str(data / "schools.csv"), "--sections", str(data / "sections.csv")]
    said = "D District: synthetic twin (balanced) / 合成数据（均衡情景）\n"
    assert main(["assess", *files, "--standard", "cn-2017-quality", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"] == said.strip()
    assert main(["assess", *files, "--standard", "cn-2017-quality", "--format", "csv"]) == 0
    header, first, *_ = capsys.readouterr().out.splitlines()
    assert header.endswith(",data")
    assert first.endswith(f",{said.strip()}")
    assert main(["assess", *files, "--standard", "cn-2017-quality"]) == 0
    assert capsys.readouterr().out.startswith(said)
    assert main(["explain", *files, "--standard", "cn-2017-quality", "P-01"]) == 0
    assert capsys.readouterr().out.startswith(said)


def test_a_school_of_the_users_tables_is_explained(tables, capsys):
    assert main(["explain", *tables, "P-01"]) == 0
    assert "P-01" in capsys.readouterr().out
    assert main(["explain", *tables, "P-09"]) == 2
    assert "P-09" in capsys.readouterr().err


def test_tables_that_are_not_there_are_one_message(tmp_path, capsys):
    files = ["--schools", str(tmp_path / "no.csv"), "--sections", str(tmp_path / "none.csv")]
    assert main(["assess", *files, "--standard", "cn-2017-quality"]) == 2
    assert "no.csv" in capsys.readouterr().err
