"""The form as a workbook and as a PDF."""

from __future__ import annotations

import shutil

import openpyxl
import pytest

from edubalance import cases, intake, paths, standards
from edubalance.cli import main
from edubalance.errors import EdubalanceError
from edubalance.export import workbooks
from edubalance.form import application, printing, workbook

FACE = "合成数据 / synthetic twin"
NAMES = ["表Ⅰ", "表Ⅱ-1", "表Ⅱ-2", "表Ⅲ", "表Ⅳ", "表Ⅴ", "表Ⅵ", "申报条件", "待补 open", "溯源 trace"]


@pytest.fixture(scope="module")
def form():
    case = cases.load("ziliujing")
    return application.fill(intake.read_case(case), standards.load("cn-2017-quality"), case.year)


def test_the_workbook_has_the_seven_tables_and_the_two_lists_and_says_on_each_what_the_data_are(form, tmp_path):
    file = tmp_path / "form.xlsx"
    workbook.write(form, file, title="自流井区 2023", face=FACE)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == NAMES
    assert all(FACE in page["A2"].value for page in book)


def test_each_cell_stands_where_the_trace_says(form, tmp_path):
    file = tmp_path / "form.xlsx"
    workbook.write(form, file, title="自流井区 2023", face=FACE)
    book = openpyxl.load_workbook(file)
    for sheet, address, printed, *_ in form.trace():
        assert book[sheet][address].value == printed
    for sheet, address, *_ in form.open_places():
        found = book[sheet][address].value
        assert found is None or "＿＿" in found


def test_writing_twice_gives_the_same_bytes(form, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        workbook.write(form, tmp_path / name, title="自流井区 2023", face=FACE)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_the_self_check_sheets_are_one_a_school(form, tmp_path):
    file = tmp_path / "schools.xlsx"
    workbook.write_self_checks(form, file, title="自流井区 2023", face=FACE)
    assert openpyxl.load_workbook(file).sheetnames == [sheet.name for sheet in form.self_checks]


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx"])
def test_a_text_that_a_spreadsheet_would_run_is_kept_as_a_quotation(tmp_path, text):
    book = openpyxl.Workbook()
    workbooks.put(book.active["A1"], text)
    workbooks.save(book, tmp_path / "book.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "book.xlsx").active["A1"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_an_interrupted_save_leaves_the_old_workbook(tmp_path, monkeypatch):
    file = tmp_path / "book.xlsx"
    workbooks.save(openpyxl.Workbook(), file)
    before = file.read_bytes()

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        workbooks.save(openpyxl.Workbook(), file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_without_libreoffice_the_message_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(
        EdubalanceError, match=r"LibreOffice is not installed, so no PDF was made; form.xlsx is written"
    ):
        printing.to_pdf(tmp_path / "form.xlsx")


@pytest.mark.skipif(printing.program() is None, reason="LibreOffice is not installed")
def test_libreoffice_prints_the_form(form, tmp_path):
    file = tmp_path / "form.xlsx"
    workbook.write(form, file, title="自流井区 2023", face=FACE)
    printed = printing.to_pdf(file)
    assert printed.name == "form.pdf"
    assert printed.read_bytes().startswith(b"%PDF")


def test_the_command_says_how_much_is_filled_and_what_is_open(tmp_path, capsys):
    file = tmp_path / "form.xlsx"
    assert main(["form", "ziliujing", "-o", str(file), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "form.xlsx: Tables I to VI of Ziliujing District, Zigong 2023;" in said
    assert "\n  county.csv: " in said
    assert "synthetic twin" in openpyxl.load_workbook(file)["表Ⅲ"]["A2"].value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["form", "ziliujing", "-o", "form.txt"], "The form is a workbook; got form.txt"),
        (["form", "nowhere", "-o", "form.xlsx"], "There is no case 'nowhere'"),
        (["form", "ziliujing", "-o", "form.xlsx", "--year", "2001"], "The tables hold no schools of 2001"),
    ],
)
def test_what_cannot_be_filled_is_refused_and_nothing_written(arguments, message, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("EDUBALANCE_PROJECT", str(paths.project()))
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_program_that_prints_is_looked_for_by_its_usual_names(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: "/opt/libreoffice" if name == "libreoffice" else None)
    assert printing.program() == "/opt/libreoffice"
