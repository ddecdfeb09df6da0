"""`edubalance intake`: tables or faults, nothing half written, nothing replaced unasked."""

from __future__ import annotations

import pytest
from intake.workbook import books

from edubalance import intake
from edubalance.cli import main
from edubalance.intake.workbook import mapping


def run(tmp_path, *arguments, sheets=None, name="county.xlsx"):
    path = books.save(tmp_path, sheets or books.county(), name)
    return main(["intake", str(path), "-o", str(tmp_path / "out"), *arguments])


def test_a_clean_file_is_written_and_what_was_read_is_said(tmp_path, capsys):
    assert run(tmp_path) == 0
    assert "5 schools, 5 sections, 1,310 pupils in 2023" in capsys.readouterr().out
    tables = intake.read_tables(tmp_path / "out" / "schools.csv", tmp_path / "out" / "sections.csv")
    assert tables.sections["pupils"].sum() == 1310
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["plausibility.csv", "schools.csv", "sections.csv"]


def in_yuan(first):
    """Add the value of equipment in yuan; the first school's is to be looked at."""
    sheets = books.county()
    values = ["教学仪器设备值（元）", first, 80_000, 900_000, 1_500_000, None]
    return {**sheets, "schools": [[*row, value] for row, value in zip(sheets["schools"], values, strict=True)]}


def test_a_number_that_no_rule_can_refuse_is_marked_at_its_cell(tmp_path, capsys):
    assert run(tmp_path, sheets=in_yuan(221.73)) == 0
    out = capsys.readouterr().out
    assert "plausibility: 1 numbers should be looked at" in out
    assert "county.xlsx[schools] K2: equipment_value_10k_yuan of P-01 should be near what is usual" in out
    assert "Probably a number in 10 000 yuan (万元) read as yuan" in out
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["county.marks.xlsx", "plausibility.csv", "schools.csv", "sections.csv"]
    assert (tmp_path / "out" / "plausibility.csv").read_bytes().startswith(b"\xef\xbb\xbfcounty,year")


def test_strict_takes_it_as_a_fault_and_writes_no_table(tmp_path, capsys):
    assert run(tmp_path, "--strict", "--lang", "zh", sheets=in_yuan(221.73)) == 2
    assert "疑为数值按万元填写，却按元读取" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["county.faults.xlsx"]


def test_strict_passes_what_is_plausible(tmp_path, capsys):
    assert run(tmp_path, "--strict", sheets=in_yuan(900_000)) == 0
    assert "no number is of another order of size" in capsys.readouterr().out


def test_faults_end_with_2_and_only_the_copy_is_written(tmp_path, capsys):
    assert run(tmp_path, sheets=books.county(schools_I2="约4000")) == 2
    out = capsys.readouterr().out
    assert "county.xlsx[schools] I2: books should be a number (volumes); found '约4000'. Hint: Write one number" in out
    assert "No table was written" in out
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["county.faults.xlsx"]
    assert "county.faults.xlsx" in out


def test_faults_are_told_in_chinese(tmp_path, capsys):
    assert run(tmp_path, "--lang", "zh", sheets=books.county(schools_I2="约4000")) == 2
    out = capsys.readouterr().out
    assert "county.xlsx[schools] I2: “图书册数”应为数（册）；现为“约4000”。办法：" in out


def test_many_faults_of_a_kind_are_counted_not_all_printed(tmp_path, capsys):
    sheets = books.county()
    sheets["schools"] += [["D", 2023, f"X-{number}", "乡校", "民办", "城区", "T1", None, 1, 0] for number in range(50)]
    assert run(tmp_path, sheets=sheets) == 2
    out = capsys.readouterr().out
    assert out.count("type should be one of") == 20
    assert "… and 30 more of the same kinds" in out


def test_tables_are_replaced_only_by_force(tmp_path, capsys):
    assert run(tmp_path) == 0
    before = (tmp_path / "out" / "schools.csv").read_bytes()
    assert run(tmp_path, sheets=books.county(schools_I2=1)) == 2
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / "out" / "schools.csv").read_bytes() == before
    assert run(tmp_path, "--force", sheets=books.county(schools_I2=1)) == 0
    assert (tmp_path / "out" / "schools.csv").read_bytes() != before


def test_faults_leave_the_old_tables_as_they_were(tmp_path):
    assert run(tmp_path) == 0
    before = (tmp_path / "out" / "schools.csv").read_bytes()
    assert run(tmp_path, "--force", sheets=books.county(schools_I2="x")) == 2
    assert (tmp_path / "out" / "schools.csv").read_bytes() == before


def test_an_unsure_column_is_a_fault_without_a_terminal_and_taken_by_yes(tmp_path, capsys):
    sheets = books.county(sections_G1="本科学厉教师数")
    assert run(tmp_path, sheets=sheets) == 2
    assert "perhaps teachers_bachelor (85.7 % alike)" in capsys.readouterr().out
    assert run(tmp_path, "--yes", sheets=sheets) == 0
    assert "taken by --yes: 本科学厉教师数 as sections.teachers_bachelor" in capsys.readouterr().out


def test_on_a_terminal_the_user_is_asked_once_and_the_answer_is_remembered(tmp_path, monkeypatch):
    answers = iter(["county", "sections.teachers_bachelor"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    sheets = books.county(sections_G1="本科教师", schools_E2="公办")
    file = tmp_path / "known.yml"
    assert run(tmp_path, "--mapping", str(file), sheets=sheets) == 0
    known = mapping.load(file)
    assert known.headers == {"本科教师": "sections.teachers_bachelor"}
    assert known.values == {"schools.founder": {"公办": "county"}}
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert run(tmp_path, "--mapping", str(file), "--force", sheets=sheets) == 0


def test_a_wrong_answer_is_refused_with_what_there_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "sections.bachelors")
    assert run(tmp_path, sheets=books.county(sections_G1="本科教师")) == 2
    assert "the table sections has no column 'bachelors'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("headers: {a: schools.nothing}", "no column 'nothing'"),
        ("headers: {a: nowhere.books}", "no table 'nowhere'"),
        ("units: {a: 斤}", "unknown unit '斤'"),
        ("values: {schools.founder: {公办: public}}", "no code 'public'"),
        ("columns: {}", "expected the parts headers, units, values"),
        ("- a", "expected the parts"),
        ("headers: [a]", "headers should be a list"),
        ("{", "this is no YAML"),
    ],
)
def test_a_mapping_file_that_says_what_does_not_exist_is_refused(tmp_path, capsys, text, said):
    (tmp_path / "m.yml").write_text(text, encoding="utf-8")
    assert run(tmp_path, "--mapping", str(tmp_path / "m.yml")) == 2
    assert said in capsys.readouterr().err


def test_county_and_year_can_be_said_on_the_command_line(tmp_path):
    sheets = {
        name: [row[2:] if name == "schools" else row[1:] for row in rows] for name, rows in books.county().items()
    }
    assert run(tmp_path, sheets=sheets) == 2
    assert run(tmp_path, "--county", "D", "--year", "2023", sheets=sheets) == 0


def test_a_file_that_is_not_there_ends_with_2(tmp_path, capsys):
    assert main(["intake", str(tmp_path / "no.xlsx"), "-o", str(tmp_path / "out")]) == 2
    assert f"no.xlsx: the file should be in the folder {tmp_path.name} and readable" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_two_files_of_one_name_are_refused(tmp_path, capsys):
    (tmp_path / "more").mkdir()
    first, second = books.save(tmp_path, books.county()), books.save(tmp_path / "more", books.county())
    assert main(["intake", str(first), str(second), "-o", str(tmp_path / "out")]) == 2
    assert "Two files are called county.xlsx" in capsys.readouterr().err


def test_a_short_list_with_the_columns_own_names_is_read_row_by_row(tmp_path, capsys):
    """The founder `county` and the type `primary` in its first row are no second row of headers."""
    (tmp_path / "schools.csv").write_text(
        "county,year,school_id,type,founder,area,township,books\n"
        + "".join(f"D,2023,P-{number:02d},primary,county,urban,T1,4000\n" for number in range(1, 21)),
        encoding="utf-8",
    )
    (tmp_path / "sections.csv").write_text(
        "year,school_id,level,pupils,classes,teachers\n"
        + "".join(f"2023,P-{number:02d},primary,400,10,24\n" for number in range(1, 21)),
        encoding="utf-8",
    )
    files = [str(tmp_path / f"{name}.csv") for name in ("schools", "sections")]
    assert main(["intake", *files, "-o", str(tmp_path / "out")]) == 0
    assert "20 schools, 20 sections, 8,000 pupils in 2023" in capsys.readouterr().out
