"""The variables of the county's table: what no standard and no form reads is not left out in silence."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from intake.small_county import with_cell, write

from edubalance import cases, intake, standards
from edubalance.cli import main
from edubalance.errors import TableError
from edubalance.intake.variables import known
from edubalance.intake.workbook.strict import in_chinese


def test_an_unknown_variable_is_a_fault_with_the_nearest_known_one(tmp_path):
    with pytest.raises(TableError) as raised:
        intake.read_tables(*write(tmp_path, county=with_cell("county", 2, "variable", "gradautes")))
    (fault,) = raised.value.faults
    assert (fault.file, fault.row, fault.column, fault.value) == ("county.csv", 2, "variable", "gradautes")
    assert fault.remedy == "Did you mean graduates? `edubalance variables` lists the known ones."
    assert "graduates" in in_chinese(fault.remedy)
    assert in_chinese(fault.rule) != fault.rule


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("residents_population_10k", "resident_population_10k"),
        ("人口总数", "resident_population_10k"),
        ("Layout_Planning", "layout_planning"),
    ],
)
def test_names_in_both_languages_lead_to_the_variable(tmp_path, written, meant):
    with pytest.raises(TableError, match=f"Did you mean {meant}\\?"):
        intake.read_tables(*write(tmp_path, county=with_cell("county", 2, "variable", written)))


def test_a_name_like_none_says_where_the_known_ones_are_listed(tmp_path):
    with pytest.raises(TableError, match=r"Delete the row, or .* `edubalance variables` lists"):
        intake.read_tables(*write(tmp_path, county=with_cell("county", 2, "variable", "天气")))


def test_what_only_a_profile_asks_is_known_too():
    asked = {
        variable.id
        for profile in standards.available_profiles("cn-2017-quality")
        for variable in standards.load("cn-2017-quality", profiles=(profile,)).variables
    }
    assert asked - {variable.id for variable in standards.load("cn-2017-quality").variables}
    assert asked <= set(known())


def test_everything_that_the_national_form_reads_is_known():
    layout = files("edubalance.form").joinpath("layout.yml").read_text(encoding="utf-8")
    read = set(re.findall(r"(?:county|evidence)\.([a-z0-9_]+)[:}]", layout))
    assert len(read) > 50
    assert read <= set(known())


@pytest.mark.parametrize("case_id", ["wuhu_j", "ziliujing", "shanghai_q", "weishan", "liangyuan"])
def test_the_cases_use_known_variables_only(case_id):
    case = cases.load(case_id)
    for scenario in case.scenarios:
        rows = case.table("county", scenario).read_text(encoding="utf-8").splitlines()
        place = rows[0].split(",").index("variable")
        assert {row.split(",")[place] for row in rows[1:]} <= set(known())


def test_the_command_lists_them_in_both_languages(capsys):
    assert main(["variables", "resident"]) == 0
    assert "resident_population_10k" in capsys.readouterr().out
    assert main(["variables", "乡镇", "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "townships" in said
    assert "graduates" not in said


def test_the_command_says_what_a_variable_can_be(capsys):
    assert main(["variables", "rotated_backbone"]) == 0
    assert "whole, ≥ 0, ≤ rotated_teachers" in " ".join(capsys.readouterr().out.split())
    assert main(["variables", "small_school_pupils", "--lang", "zh"]) == 0
    assert "整数，≥ 0，≤ 99 × small_schools" in " ".join(capsys.readouterr().out.split())
