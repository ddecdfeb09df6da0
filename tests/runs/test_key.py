from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from edubalance.runs import key, normalise

SHARED_AND_OWN = {"case_id": "a", "standard": "cn-2017-quality"}


@pytest.fixture
def package(project: Path, write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a package of one module and two standards, and a project with two cases and a lock."""
    folder = project / "package"
    for name in ("cn_2017_quality", "cn_2012_basic"):
        (folder / "standards" / name).mkdir(parents=True)
        (folder / "standards" / name / "standard.yml").write_text("limit: 1\n")
    (folder / "standards" / "sources.yml").write_text("{}\n")
    (folder / "module.py").write_text("x = 1\n")
    for case in ("a", "b"):
        (project / "cases" / case / "data").mkdir(parents=True)
        (project / "cases" / case / "case.yml").write_text(f"id: {case}\nstandard: cn-2017-quality\n")
        (project / "cases" / case / "data" / "schools.csv").write_text("1\n")
    (project / "requirements.lock").write_text("numpy==2\n")
    write("county", "print(case_id)", parameters='case_id = "a"\nstandard = "cn-2017-quality"')
    monkeypatch.setattr(key, "_package", lambda: folder)
    return folder


def made_of(project: Path, **parameters: object) -> dict[str, str]:
    return key.Keys(project, project / "notebooks" / "county.ipynb").of({**SHARED_AND_OWN, **parameters})


def test_the_key_has_its_parts_and_is_the_same_again(project, package):
    assert tuple(made_of(project)) == key.PARTS
    assert made_of(project) == made_of(project)


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("package/module.py", "src"),
        ("package/new_module.py", "src"),
        ("package/standards/cn_2017_quality/standard.yml", "standards"),
        ("package/standards/sources.yml", "standards"),
        ("package/standards/cn_2012_basic/standard.yml", None),
        ("package/__pycache__/module.pyc", None),
        ("cases/a/case.yml", "data"),
        ("cases/a/claims.yml", "data"),
        ("cases/a/data/schools.csv", "data"),
        ("cases/b/data/schools.csv", None),
        ("cases/a/data/~$schools.csv", None),
        ("requirements.lock", "lock"),
        ("README.md", None),
    ],
)
def test_a_file_changes_the_part_that_it_belongs_to_and_no_other(project, package, file, part):
    before = made_of(project)
    (project / file).parent.mkdir(exist_ok=True)
    with (project / file).open("a") as handle:
        handle.write("standard: cn-2017-quality\n")
    assert key.changed(before, made_of(project)) == ((part,) if part else ())


def test_parameters_change_their_part_and_those_that_follow_from_them(project, package):
    before = made_of(project)
    assert key.changed(before, made_of(project, year=2022)) == ("parameters",)
    assert key.changed(before, made_of(project, case_id="b")) == ("data", "parameters")
    # The case is judged by the standard of 2017 wherever claims are; the other one comes to it.
    assert key.changed(before, made_of(project, standard="cn-2012-basic")) == ("parameters", "standards")


def test_code_and_tags_of_a_notebook_count_and_its_outputs_do_not(project, package):
    before, file = made_of(project), project / "notebooks" / "county.ipynb"
    notebook = normalise.read(file)
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="a\n")]
    nbformat.write(notebook, file)
    assert made_of(project) == before
    notebook.cells[2].source += "  # changed"
    nbformat.write(notebook, file)
    assert key.changed(before, made_of(project)) == ("notebook",)


def test_a_case_that_the_code_names_counts_and_without_a_case_all_do(project, package, write):
    write("county", 'print("b")', parameters='case_id = "a"')
    before = made_of(project)
    (project / "cases" / "b" / "claims.yml").write_text("[]\n")
    assert key.changed(before, made_of(project)) == ("data",)
    before = made_of(project, case_id="none")
    shutil.rmtree(project / "cases" / "b")
    assert key.changed(before, made_of(project, case_id="none")) == ("data",)


def test_a_file_that_is_written_anew_is_read_anew(project, package):
    before, file = made_of(project), project / "cases" / "a" / "data" / "schools.csv"
    file.unlink()
    file.write_text("2\n")
    assert key.changed(before, made_of(project)) == ("data",)


def test_the_package_that_runs_has_a_source_and_rules():
    assert len(key.source()) == 64
    assert key.source() == key.source()
