"""A new case: what is refused, what is made, and that its first run passes."""

from __future__ import annotations

import shutil

import nbformat
import pytest
import yaml

from edubalance import cases, intake, paths, scaffold
from edubalance.cli import main
from edubalance.errors import CaseError
from edubalance.runs import rules

COUNTY = scaffold.County("he_county", "He County", "和县", "Anhui")
TEMPLATE = paths.notebooks() / "template"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty project that has nothing but the template."""
    (tmp_path / "cases").mkdir()
    shutil.copytree(TEMPLATE, tmp_path / "notebooks" / "template")
    monkeypatch.setenv("EDUBALANCE_PROJECT", str(tmp_path))
    return tmp_path


def test_a_new_case_has_tables_claims_template_and_notebook(project):
    case = scaffold.create(COUNTY)
    assert (case.name_zh, case.province, case.kind, case.scenarios) == ("和县", "Anhui", "twin", ("described",))
    made = {file.name for file in case.folder.iterdir()}
    assert made == {"case.yml", "claims.yml", "data", "tables.xlsx", "template.json"}
    source = nbformat.read(case.notebook, as_version=4).cells[1].source
    assert 'case_id = "he_county"' in source
    assert not list((project / "build" / "scratch").iterdir())


def test_its_tables_pass_the_same_checks_as_everyones(project):
    tables = intake.read_case(scaffold.create(COUNTY))
    assert tables.schools["county"].unique().tolist() == ["he_county"]
    assert all(code.startswith("HECOUN-") for code in tables.schools["school_id"])


def test_the_example_cannot_be_called_observed(project):
    case = scaffold.create(COUNTY)
    stated = yaml.safe_load((case.folder / "case.yml").read_text(encoding="utf-8"))
    (case.folder / "case.yml").write_text(yaml.safe_dump({**stated, "kind": "observed"}), encoding="utf-8")
    with pytest.raises(CaseError, match=r"called observed, but data/\w+.csv is a table of its synthetic twin"):
        intake.read_case(cases.load("he_county"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"id": "../evil"}, r"small letters, digits and single underscores.*got '\.\./evil'"),
        ({"id": "He"}, r"small letters.*got 'He'"),
        ({"id": "a__b"}, r"small letters.*got 'a__b'"),
        ({"id": "con\n"}, r"small letters"),
        ({"id": "x" * 31}, r"at most 30"),
        ({"id": "template"}, r"'template' is taken: it is the name of something else"),
        ({"name_zh": " "}, r"needs its name_zh.*--name-zh"),
    ],
)
def test_what_is_no_id_or_lacks_a_name_is_refused_and_nothing_written(project, given, message):
    with pytest.raises(CaseError, match=message):
        scaffold.create(scaffold.County(**{**vars(COUNTY), **given}))
    assert not list((project / "cases").iterdir())
    assert [file.name for file in (project / "notebooks").iterdir()] == ["template"]


@pytest.mark.parametrize("taken", ["cases/he_county", "figures/he_county"])
def test_nothing_is_overwritten(project, taken):
    (project / taken).mkdir(parents=True)
    with pytest.raises(CaseError, match=f"is taken: {taken} is there already"):
        scaffold.create(COUNTY)


def test_a_full_disk_leaves_nothing_half_made(project, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("edubalance.scaffold.template.write", full)
    with pytest.raises(OSError, match="No space left"):
        scaffold.create(COUNTY)
    assert not list((project / "cases").iterdir())
    assert not (project / "notebooks" / "he_county.ipynb").exists()


def test_the_doctor_names_what_each_thing_waits_for(project):
    case = scaffold.create(COUNTY)
    (case.folder / "data" / "teachers.csv").unlink()
    schools = case.folder / "data" / "schools.csv"
    lines = schools.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("sports_ground_area_m2")
    row = next(number for number, line in enumerate(lines) if line.startswith("he_county,2023,HECOUN-P-02"))
    cells = lines[row].split(",")
    cells[place] = ""
    lines[row] = ",".join(cells)
    schools.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = scaffold.examine(cases.load("he_county"))
    states = found.tables.set_index("table")["state"]
    assert (states["schools"], states["teachers"]) == ("read", "absent")
    waiting = found.indicators.loc[found.indicators["missing"] > 0]
    assert waiting[["level", "indicator", "missing", "waits_for"]].values.tolist() == [
        ["primary", "sports_area_per_pupil", 1, "schools.csv: sports_ground_area_m2"]
    ]
    assert found.claims.set_index("id").loc["C7"].tolist() == ["untestable", "teachers.csv"]
    assert "county.csv: administrative_villages" in found.form.set_index("sheet").loc["表Ⅰ", "waits_for"]


def test_the_template_keeps_the_rules_of_a_notebook():
    assert rules.faults(TEMPLATE / "county.ipynb") == []


def test_the_first_run_passes_and_the_example_is_stamped_on_every_figure(project, capsys):
    arguments = ["new", "he_county", "--name-zh", "和县", "--name-en", "He County", "--province", "Anhui"]
    assert main(arguments) == 0
    assert "he_county is ready" in capsys.readouterr().out
    figures = project / "figures" / "he_county"
    assert len(list(figures.glob("*.svg"))) >= 10
    for file in figures.glob("[0-9]*.csv"):
        assert "synthetic twin" in file.read_text(encoding="utf-8").splitlines()[1]
    executed = nbformat.read(project / "notebooks" / "he_county.ipynb", as_version=4)
    assert all(cell.outputs for cell in executed.cells if cell.cell_type == "code" and "page.draw" in cell.source)
    assert main(["upgrade", "he_county"]) == 0
    assert "nothing to bring in" in capsys.readouterr().out


def test_a_later_template_comes_into_an_edited_notebook(project, capsys):
    case = scaffold.create(COUNTY)
    notebook = nbformat.read(case.notebook, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("My own conclusion."))
    nbformat.write(notebook, case.notebook)
    file = project / "notebooks" / "template" / "county.ipynb"
    template = nbformat.read(file, as_version=4)
    template.cells[0].source += "\n\nA better introduction."
    nbformat.write(template, file)
    assert main(["upgrade", "he_county"]) == 0
    assert "1 cells from the template" in capsys.readouterr().out
    merged = [cell.source for cell in nbformat.read(case.notebook, as_version=4).cells]
    assert merged[0].endswith("A better introduction.")
    assert merged[-1] == "My own conclusion."
    assert main(["upgrade", "he_county"]) == 0
    assert "nothing to bring in" in capsys.readouterr().out
