"""The command that tells whether a county may apply."""

from __future__ import annotations

import csv
import io
import json

import pytest

from edubalance.cli import main

SCHOOLS = """county,year,school_id,type,founder,area,township,teaching_auxiliary_area_m2,computers
D,2022,P-01,primary,county,urban,T1,4000,80
D,2023,P-01,primary,county,urban,T1,4000,80
"""
SECTIONS = """year,school_id,level,pupils,classes,teachers
2022,P-01,primary,500,12,30
2023,P-01,primary,500,12,30
"""
COUNTY = """county,year,variable,value,evidence
D,2023,basic_recognition_date,20201104,
D,2023,admission_by_exam,1,
D,2023,illegal_school_choice,0,
D,2023,no_major_incident_in_year,,letter 3
"""


@pytest.fixture
def tables(tmp_path):
    """Write three small tables and give the options that name them."""
    options = []
    for name, text in (("schools", SCHOOLS), ("sections", SECTIONS), ("county", COUNTY)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        options += [f"--{name}", str(tmp_path / f"{name}.csv")]
    return options


def lines(capsys):
    stated = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    return stated, {line["line"]: line for line in stated["lines"]}


def test_json_holds_every_check_and_veto_of_the_last_year(tables, capsys):
    assert main(["eligibility", *tables, "--format", "json"]) == 0
    stated, found = lines(capsys)
    assert (stated["verdict"], stated["data"], stated["convention"]) == ("not_met", None, "weighted_population")
    assert {line["year"] for line in found.values()} == {2023}
    assert {name: line["verdict"] for name, line in found.items()} == {
        "years_since_basic_recognition": "not_met",
        "basic_balance_history": "undetermined",
        "monitoring_before_applying": "undetermined",
        "coefficients_before_applying": "undetermined",
        "no_major_incident_in_year": "met",
        "admission_by_exam": "not_met",
        "illegal_school_choice": "met",
        "key_schools_or_classes": "undetermined",
        "social_recognition_failed": "undetermined",
        "unfilled_posts": "undetermined",
    }
    assert "schools.csv, sections.csv: primary 2021, junior 2021" in found["basic_balance_history"]["missing"]
    assert {"value", "limit", "basis", "confidence", "remark"} <= set(stated["parts"][0])


def test_on_the_third_anniversary_the_county_has_its_three_years(tables, capsys):
    for day, verdict in (("2023-11-03", "not_met"), ("2023-11-04", "met")):
        assert main(["eligibility", *tables, "--on", day, "--format", "json"]) == 0
        assert lines(capsys)[1]["years_since_basic_recognition"]["verdict"] == verdict


def test_csv_has_a_row_for_everything_compared(tables, tmp_path, capsys):
    file = tmp_path / "out" / "parts.csv"
    assert main(["eligibility", *tables, "--year", "2022", "--format", "csv", "--output", str(file)]) == 0
    assert capsys.readouterr().out == ""
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert {row["year"] for row in rows} == {"2022"}
    assert [row["part"] for row in rows if row["kind"] == "veto"] == [
        "admission_by_exam",
        "illegal_school_choice",
        "key_schools_or_classes",
        "social_recognition_failed",
        "unfilled_posts",
    ]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            [
                "declared, not verified",
                "read in one source",
                "Vetoes: happened (declared, not verified)",
                "did not happen",
                "still missing",
            ],
        ),
        ("zh", ["自行申报，未经核实", "仅见一处来源", "一票否决: 已发生（自行申报，未经核实）", "未发生", "尚缺"]),
    ],
)
def test_the_tables_say_what_is_declared_and_how_well_the_rule_is_known(tables, capsys, monkeypatch, lang, words):
    monkeypatch.setenv("COLUMNS", "250")
    assert main(["eligibility", *tables, "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert [word for word in words if word not in shown] == []


def test_a_twin_says_so_on_the_face(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["eligibility", "wuhu_j"]) == 0
    assert "synthetic twin / 合成数据" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "The tables are those of a case, or files. Hint: Name a CASE", id="nothing"),
        pytest.param(["wuhu_j", "--county", "county.csv"], "The tables are those of a case, or files.", id="both"),
        pytest.param(["wuhuj"], "There is no case 'wuhuj'", id="case"),
        pytest.param(["michigan"], "has no tables in its folder", id="case without tables"),
        pytest.param(["wuhu_j", "--standard", "cn-2012-basic"], "holds no checks before applying", id="standard"),
        pytest.param(["wuhu_j", "--year", "2020"], "no schools of 2020. Hint: Years that they hold: 2021", id="year"),
        pytest.param(["wuhu_j", "--on", "2023-01-01"], "Nobody applies on 2023-01-01", id="day"),
    ],
)
def test_what_cannot_be_asked_is_one_message_and_exit_code_2(capsys, arguments, message):
    assert main(["eligibility", *arguments]) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert "Traceback" not in shown.err + shown.out
