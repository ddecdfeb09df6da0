from __future__ import annotations

import json
from pathlib import Path

import pytest
from runs.batches import plan, printed, run

from edubalance import storage
from edubalance.errors import EdubalanceError
from edubalance.runs import batch, key, record
from edubalance.runs.execute import side_by_side
from edubalance.runs.task import perform

pytestmark = pytest.mark.usefixtures("quick")

ROWS = ("id,year", "a,2021", "b,2022", "c,2023")
CODE = (
    "from pathlib import Path\nwith (Path('..') / 'begun.txt').open('a') as file:\n    file.write(f'{year} ')",
    "print(year * 2)",
    "from edubalance import paths\nfolder = paths.figures('county')\nfolder.mkdir(parents=True)\n"
    "(folder / 'results.csv').write_text('name,value,unit,tolerance,convention\\ny,' + str(year) + ',n,0,\\n')",
)


def begun(project: Path) -> list[str]:
    file = project / "begun.txt"
    return sorted(file.read_text().split()) if file.exists() else []


def reasons(project: Path, *rows: str) -> dict[str, str]:
    return plan(project, "county", rows or ROWS).reasons


def test_every_row_is_run_recorded_and_summed_up(project, write):
    write("county", *CODE)
    lines = run(project, "county", ROWS)
    assert [line.status for line in lines.values()] == ["done"] * 3
    assert printed(project, "b") == "4044\n"
    out = project / "out"
    assert sorted(path.name for path in (out / "b").iterdir()) == ["b.ipynb", "record.json", "results.csv"]
    assert (out / "summary.csv").read_text(encoding="utf-8-sig") == (
        "id,year,status,cell,error,message\na,2021,done,,,\nb,2022,done,,,\nc,2023,done,,,\n"
    )
    assert (out / "results.csv").read_text(encoding="utf-8-sig") == (
        "id,name,value,unit,convention\na,y,2021,n,\nb,y,2022,n,\nc,y,2023,n,\n"
    )
    stated = json.loads((out / "b" / "record.json").read_text())
    assert tuple(stated["key"]) == key.PARTS
    assert stated["parameters"] == {"year": 2022}
    assert not (out / ".scratch").exists()


def test_only_what_a_change_bears_on_is_run_again_and_why_is_said(project, write):
    write("county", *CODE)
    assert reasons(project) == dict.fromkeys("abc", "new")
    run(project, "county", ROWS)
    assert reasons(project) == dict.fromkeys("abc", "")
    assert reasons(project, "id,year", "a,2021", "b,2020", "d,2022") == {
        "a": "",
        "b": "parameters (year 2022 → 2020)",
        "d": "new",
    }
    run(project, "county", ("id,year", "a,2021", "b,2020", "c,2023"))
    assert begun(project) == ["2020", "2021", "2022", "2023"]
    (project / "requirements.lock").write_text("numpy==2\n")
    assert set(reasons(project).values()) == {"lock", "parameters (year 2020 → 2022), lock"}
    write("county", "print(year)")
    assert reasons(project)["c"] == "notebook, lock"


def test_a_result_that_is_not_as_it_was_written_is_made_again(project, write):
    write("county", *CODE)
    run(project, "county", ROWS)
    (project / "out" / "a" / "results.csv").write_text("")
    (project / "out" / "b" / "b.ipynb").unlink()
    (project / "out" / "c" / "record.json").write_text('{"format": 1')
    assert reasons(project) == {
        "a": "result: results.csv is not as it was written",
        "b": "result: b.ipynb is not as it was written",
        "c": "no record",
    }
    run(project, "county", ROWS)
    assert set(reasons(project).values()) == {""}


def test_a_failure_names_its_cell_is_run_again_and_keeps_the_others(project, write):
    write("county", "if year == 2022 and not __import__('pathlib').Path('../mended').exists():\n    1 / 0")
    failed = run(project, "county", ROWS)["b"]
    assert (failed.status, failed.failure.cell, failed.failure.error) == ("failed", 2, "ZeroDivisionError")
    assert "b,2022,failed,2,ZeroDivisionError,division by zero\n" in (project / "out" / "summary.csv").read_text()
    assert "ZeroDivisionError" in (project / "out" / "b" / "b.ipynb").read_text()
    assert reasons(project)["b"].startswith("failed before: code cell 2 (if year == 2022")
    (project / "mended").touch()
    assert [line.status for line in run(project, "county", ROWS).values()] == ["done"] * 3


def test_a_kernel_that_died_is_tried_again_as_often_as_is_allowed(project, write):
    dies = "import os\nfile = open('../lives', 'a')\nfile.write('x'); file.close()\n"
    write("county", dies + "if os.path.getsize('../lives') < 3:\n    os._exit(1)")
    once = run(project, "county", ("id", "a"), retries=1)["a"]
    assert (once.failure.error, once.failure.cell) == ("KernelDied", 2)
    assert once.failure.message == "Kernel died"
    assert run(project, "county", ("id", "a"), retries=1)["a"].status == "done"


@pytest.mark.parametrize(
    ("ends", "error", "options"),
    [
        ("os.write(2, b'out of luck'); os._exit(1)", "KernelDied", {"retries": 0}),
        ("__import__('time').sleep(60)", "TimeLimit", {"seconds": 1}),
    ],
)
def test_a_notebook_whose_kernel_is_lost_is_kept_as_far_as_it_came(project, write, ends, error, options):
    write("county", "import os\nprint('so far')", ends)
    failure = run(project, "county", ("id", "a"), **options)["a"].failure
    assert (failure.error, failure.cell) == (error, 3)
    assert printed(project, "a") == "so far\n"
    if error == "KernelDied":
        assert failure.message.endswith("(see a/kernel.log)")
        assert (project / "out" / "a" / "kernel.log").read_text() == "out of luck"


def test_a_folder_that_no_batch_made_is_not_replaced(project, write):
    write("county", "print(1)")
    mine = project / "out" / "b" / "thesis.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("keep me")
    (project / "out" / "a").mkdir()
    with pytest.raises(EdubalanceError, match="what stands at b is none and would be replaced"):
        plan(project, "county", ROWS)
    assert mine.read_text() == "keep me"
    mine.unlink()
    assert run(project, "county", ROWS)["b"].status == "done"


def test_an_interruption_keeps_what_is_complete_and_the_next_run_goes_on(project, write):
    waits = "import os, time\nif year == 2022 and not os.path.exists('../go'):\n    time.sleep(99)"
    write("county", *CODE[:2], waits)
    planned = plan(project, "county", ROWS)
    outcomes = side_by_side(perform, planned.tasks)
    assert {next(outcomes).request.name, next(outcomes).request.name} == {"a", "c"}
    outcomes.close()
    (project / "go").touch()
    assert reasons(project) == {"a": "", "b": "new", "c": ""}
    assert [line.status for line in run(project, "county", ROWS).values()] == ["done"] * 3
    assert begun(project) == ["2021", "2022", "2022", "2023"]


def test_of_two_that_did_the_same_the_first_wins(project, write):
    write("county", "print(__import__('random').random())")
    (task,) = plan(project, "county", ("id", "a")).tasks
    perform(task)
    before = (project / "out" / "a" / "record.json").read_bytes()
    other = project / "out" / ".scratch" / "x" / "a"
    other.mkdir(parents=True)
    record.write(record.Record("a", "failed", task.key, {}), other)
    from edubalance.runs import task as tasks

    tasks._put_in_place(task, other)
    assert (project / "out" / "a" / "record.json").read_bytes() == before
    assert perform(task).seconds == 0


def test_inputs_that_change_while_a_notebook_runs_make_no_result(project, write):
    case = project / "cases" / "county"
    case.mkdir()
    write("county", "from pathlib import Path\nPath('../cases/county/new.csv').write_text('1')")
    failure = run(project, "county", ("id", "a"))["a"].failure
    assert str(failure) == "before the first cell: InputsChanged: data changed while the notebook ran"
    assert run(project, "county", ("id", "a"))["a"].status == "done"


def test_another_package_than_the_plan_was_made_with_is_refused(project, write, monkeypatch):
    write("county", "print(1)")
    with monkeypatch.context() as patched:
        patched.setattr(key, "source", lambda: "0" * 64)
        (task,) = plan(project, "county", ("id", "a")).tasks
    assert perform(task).failure.error == "OtherPackage"
    assert not (project / "out" / "a").exists()


def test_two_batches_in_one_folder_are_refused(project, write):
    write("county", "print(1)")
    planned = plan(project, "county", ROWS)
    with storage.locked(project / "out"), pytest.raises(EdubalanceError, match=r"is at work on .*out: process"):
        batch.run(planned)


def test_notebooks_are_found_by_name_or_file(project, write):
    file = write("county", "print(1)")
    assert batch.notebook_of("county") == batch.notebook_of(str(file)) == file
    assert batch.notebook_of("template") == project / "notebooks" / "template" / "county.ipynb"
    with pytest.raises(EdubalanceError, match="There is no file other"):
        batch.notebook_of("other.ipynb")
