"""The national application form: what it says is what the tables and the assessment say, rounded as the form has it."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from edubalance import assessment, cases, codebook, intake, standards
from edubalance.errors import EdubalanceError
from edubalance.form import application
from edubalance.form.facts import Fact
from edubalance.form.workbook import write
from edubalance.form.writing import BLANK, PLACE, number, sentence
from edubalance.rounding import half_up

QUALITY = standards.load("cn-2017-quality")
YEAR = 2023
FROM_THE_BUDGET = ("resident_population_10k", "local_revenue_per_person_yuan")


@pytest.fixture(scope="module")
def tables():
    return intake.read_case(cases.load("weishan"))


@pytest.fixture(scope="module")
def form(tables):
    return application.fill(tables, QUALITY, YEAR)


def sheet(form, name):
    return next(page for page in form.sheets if page.name == name)


def values(row):
    return [cell.value for cell in row]


def test_a_half_is_rounded_up_as_by_hand():
    assert [half_up(value, 2) for value in (0.125, 2.675, 1.005)] == [0.13, 2.68, 1.01]
    assert half_up(0.51526, 3) == 0.515


def test_a_sentence_prints_each_number_with_its_own_decimals_and_a_line_where_one_is_not_known():
    facts = {"county.graduates": Fact(4687.0, ""), "value.retention": Fact(99.346, ""), "county.in": Fact(None, "")}
    said = sentence(facts, "毕业{county.graduates:0}人，转入{county.in:0}人，巩固率{value.retention:1}%")
    assert said.value == f"毕业4687人，转入{BLANK}人，巩固率99.3%"
    assert said.facts == ("county.graduates", "county.in", "value.retention")


def test_a_sentence_of_which_only_the_limit_is_known_stays_blank():
    facts = {"limit.class_size": Fact(45.0, ""), "county.classes": Fact(None, "")}
    assert sentence(facts, "超过{limit.class_size:0}人的班{county.classes:0}个").value is None


def test_what_is_no_finite_number_is_printed_as_a_dash():
    facts = {"value.rooms": Fact(float("inf"), "")}
    assert number(facts, "value.rooms:2").value == "—"
    assert sentence(facts, "每间{value.rooms:1}班").value == "每间—班"


def test_a_resource_that_nobody_has_does_not_stop_the_form(tables, tmp_path):
    bare = replace(tables, schools=tables.schools.assign(computers=0.0))
    filled = application.fill(bare, QUALITY, YEAR)
    assert [name for _, _, value, name, *_ in filled.trace() if value == "—"] == [
        "applying.value.basic_balance_history_primary.primary",
        "applying.value.basic_balance_history_junior.junior",
    ]
    write(filled, tmp_path / "form.xlsx", title="t", face="f")
    assert (tmp_path / "form.xlsx").is_file()


def test_years_before_the_measure_do_not_stop_the_form(tables, form):
    older = {name: getattr(tables, name).replace({"year": {2021: 2016}}) for name in ("schools", "sections", "county")}
    filled = application.fill(replace(tables, **older), QUALITY, YEAR)
    assert sheet(filled, "表Ⅱ-2").rows == sheet(form, "表Ⅱ-2").rows


def test_a_number_in_a_sentence_without_decimals_is_refused():
    with pytest.raises(EdubalanceError, match=r"county.graduates is a number without decimals.*Write \{name:0\}"):
        sentence({"county.graduates": Fact(1.0, "")}, "{county.graduates}")


def test_zero_is_a_value_and_what_is_not_known_is_blank():
    facts = {"a": Fact(0.0, ""), "b": Fact(None, "")}
    assert [number(facts, asked).value for asked in ("a:0", "b:0", "c:0")] == [0.0, None, None]


def test_table_one_counts_what_the_tables_hold(form, tables):
    schools = tables.schools[tables.schools["year"] == YEAR]
    sections = tables.sections[tables.sections["year"] == YEAR]
    cells = {name: cell.value for row in sheet(form, "表Ⅰ").rows for cell in row for name in cell.facts}
    assert cells["schools.primary"] == (schools["type"] == "primary").sum()
    assert cells["schools.teaching_point"] == (schools["type"] == "teaching_point").sum()
    for level in ("primary", "junior"):
        rows = sections[sections["level"] == level]
        assert cells[f"pupils.{level}"] == rows["pupils"].sum()
        assert cells[f"classes.{level}"] == rows["classes"].sum()
        assert cells[f"teachers.{level}"] == rows["teachers"].sum()
    points = schools.loc[schools["type"] == "teaching_point", "school_id"]
    large = sections[sections["school_id"].isin(points) & (sections["pupils"] >= 50)]
    assert cells["teaching_points.in_scope"] == len(large)


def test_population_and_revenue_come_from_the_budget_where_the_county_does_not_report_them(form, tables):
    row = tables.finance.query("unit == 'county' and level == 'all' and year == @YEAR").iloc[0]
    population, revenue = (form.facts[f"county.{name}"] for name in FROM_THE_BUDGET)
    assert population.value == pytest.approx(row["residents"] / 10_000)
    assert revenue.value == pytest.approx(row["fiscal_revenue_yuan"] / row["residents"])
    assert population.source == "finance.csv (unit county, level all): residents / 10,000"
    traced = {(name, source) for _, _, _, name, _, source in form.trace()}
    assert ("county.resident_population_10k", population.source) in traced


def test_what_the_county_reports_itself_comes_before_its_budget(tables):
    rows = [{"county": "weishan", "year": YEAR, "variable": FROM_THE_BUDGET[0], "value": 60.5}]
    reported = pd.concat([tables.county, codebook.table("county").conform(pd.DataFrame(rows))], ignore_index=True)
    facts = application.fill(replace(tables, county=reported), QUALITY, YEAR).facts
    assert facts["county.resident_population_10k"] == Fact(60.5, "county.csv: resident_population_10k")


def test_without_a_budget_both_ways_to_fill_the_cell_are_named(tables):
    bare = replace(tables, finance=tables.finance.iloc[:0])
    lacking = {name: lacks for _, _, name, lacks in application.fill(bare, QUALITY, YEAR).open_places()}
    for name in FROM_THE_BUDGET:
        assert lacking[f"county.{name}"].startswith(f"county.csv: {name}; or finance.csv (unit county, level all): ")


def test_the_labels_of_table_one_run_from_one_to_twenty_four(form):
    labels = [cell.value for row in sheet(form, "表Ⅰ").rows for cell in row if re.fullmatch(r"L\d+", str(cell.value))]
    assert labels == [f"L{place}" for place in range(1, 25)]


def test_table_three_prints_means_with_two_decimals_and_coefficients_with_three(form, tables):
    judged = assessment.assess(tables, QUALITY).of(YEAR)
    rows = sheet(form, "表Ⅲ").rows[2:]
    for place, level in enumerate(("primary", "junior")):
        found = judged.counties[judged.counties["level"] == level]
        means = [None if row.n_missing else half_up(row.mean, 2) for row in found.itertuples()]
        spread = [None if row.n_missing else half_up(row.cv, 3) for row in found.itertuples()]
        assert values(rows[2 * place])[2:] == [*means, "—"]
        composite = half_up(found["cv"].mean(), 3) if not found["n_missing"].any() else None
        assert values(rows[2 * place + 1])[2:] == [*spread, composite]


def test_what_is_undetermined_is_blank_and_listed_with_its_reason(form):
    listed = {(name, fact): lacks for name, _, fact, lacks in form.open_places()}
    assert listed["表Ⅲ", "cv.primary.sports_area_per_pupil"] == "schools.csv: sports_ground_area_m2 (WS-P-47)"
    assert listed["表Ⅴ", "verdict.digital_teaching"] == "county.csv: digital_teaching (evidence)"
    assert listed["表Ⅱ-1", "met.primary.sports_area_per_pupil"] == "schools.csv: sports_ground_area_m2 (WS-P-47)"
    of_the_school = listed["表Ⅱ-2", "section.WS-P-47.primary.sports_area_per_pupil"]
    assert of_the_school == "schools.csv: sports_ground_area_m2 (WS-P-47)"
    assert listed["表Ⅰ", "county.administrative_villages"] == "county.csv: administrative_villages"


def test_every_section_in_scope_stands_once_primary_sections_first(form, tables):
    judged = assessment.assess(tables, QUALITY).of(YEAR)
    rows = sheet(form, "表Ⅱ-2").rows[2:]
    assert [row[0].value for row in rows] == list(range(1, len(judged.section_verdicts) + 1))
    assert [row[2].value for row in rows] == sorted([row[2].value for row in rows], key=["小学", "初中"].index)
    verdicts = {(row[1].value, row[2].value): row[14].value for row in rows}
    said = {"met": "是", "not_met": "否", "undetermined": None}
    for row in judged.section_verdicts.itertuples():
        assert verdicts[row.school_id, codebook.code_label("level", row.level, "zh")] == said[row.verdict]


def test_the_remark_parts_the_indicators_completely(form):
    for row in sheet(form, "表Ⅱ-2").rows[2:]:
        places = re.findall(r"\d", row[15].value)
        assert sorted(places) == [str(place) for place in range(1, 8)]


def test_only_the_founder_code_that_is_known_is_written_as_a_code(form, tables):
    private = set(tables.schools.loc[tables.schools["founder"] == "private", "school_id"])
    for row in sheet(form, "表Ⅱ-2").rows[2:]:
        assert (row[3].value == "10") == (row[1].value in private)


def test_printed_numbers_are_the_exact_ones_rounded(form):
    for _, _, printed, _, exact, source in form.trace():
        assert source
        if isinstance(printed, float):
            assert abs(printed - exact) <= 0.5 + 1e-9
            assert printed == exact or printed in {half_up(exact, places) for places in range(4)}


def test_every_number_of_every_cell_is_traced_or_listed_as_open(form):
    named = sum(len(cell.facts) for _, _, cell in form.cells())
    assert named == len(form.trace()) + len(form.open_places())


def test_table_four_and_five_hold_every_item_of_their_dimensions():
    drawn = application.layout()
    for part, dimension in (("guarantee", "government_guarantee"), ("quality", "education_quality")):
        items = [item.id for item in QUALITY.items if item.dimension == dimension]
        assert list(drawn[part]["items"]) == items


def test_every_county_variable_that_the_form_asks_for_is_one_that_the_standard_knows(form):
    asked = {name for _, _, cell in form.cells() for name in cell.facts if name.startswith("county.")}
    assert asked <= {f"county.{variable.id}" for variable in QUALITY.variables}


def test_no_template_of_the_form_holds_a_limit_as_a_digit():
    drawn = application.layout()
    for part in ("guarantee", "quality"):
        for template in drawn[part]["items"].values():
            assert not re.search(r"\d", PLACE.sub("", template))


def test_classes_above_the_limit_are_counted_one_by_one_where_classes_are_listed(form, tables):
    classes = tables.classes[(tables.classes["year"] == YEAR) & (tables.classes["level"] == "junior")]
    assert form.facts["oversize_classes.junior"].value == (classes["pupils"] > 50).sum()


def test_without_single_classes_only_bands_that_fit_the_limit_are_counted(tables):
    without = codebook.Tables(tables.schools, tables.sections, tables.county)
    facts = application.fill(without, QUALITY, YEAR).facts
    rows = tables.sections[(tables.sections["year"] == YEAR) & (tables.sections["level"] == "primary")]
    bands = ["classes_46_to_55", "classes_56_to_65", "classes_66_or_more"]
    assert facts["oversize_classes.primary"].value == rows[bands].sum().sum()
    assert facts["oversize_classes.junior"].value is None
    assert facts["oversize_classes.junior"].lacks == "classes.csv: pupils of every class"


def test_a_county_that_reports_nothing_gets_a_form_with_its_schools_and_blanks(tables):
    alone = codebook.Tables(tables.schools, tables.sections)
    form = application.fill(alone, QUALITY, YEAR)
    assert all(cell.value is None for row in sheet(form, "表Ⅵ").rows[2:] for cell in row[1:])
    assert sheet(form, "表Ⅳ").rows[9][2].value is None
    assert len(sheet(form, "表Ⅱ-2").rows) > 50


def test_another_standard_is_refused(tables):
    with pytest.raises(EdubalanceError, match=r"belongs to cn-2017-quality; got cn-2012-basic"):
        application.fill(tables, standards.load("cn-2012-basic"), YEAR)


def test_a_year_without_schools_is_refused_with_those_that_there_are(tables):
    with pytest.raises(EdubalanceError, match=r"no schools of 2019. Hint: Years that they hold: 2021, 2022, 2023"):
        application.fill(tables, QUALITY, 2019)


def test_several_counties_are_refused(tables):
    other = tables.schools.assign(county="another", school_id="B" + tables.schools["school_id"])
    both = codebook.Tables(pd.concat([tables.schools, other]), tables.sections)
    with pytest.raises(EdubalanceError, match=r"one county's; the tables hold 2: another, weishan"):
        application.fill(both, QUALITY, YEAR)


def test_a_self_check_sheet_gives_a_school_its_raw_amounts_and_values(form, tables):
    page = next(page for page in form.self_checks if page.name == "WS-C-01")
    school = tables.schools[(tables.schools["year"] == YEAR) & (tables.schools["school_id"] == "WS-C-01")].iloc[0]
    part = tables.sections[(tables.sections["year"] == YEAR) & (tables.sections["school_id"] == "WS-C-01")].iloc[0]
    rows = {row[0].value: values(row) for row in page.rows}
    assert rows["公用经费预算（元）"][1] == school["public_funds_budget_yuan"]
    assert rows["生均公用经费（元）"][1] == half_up(school["public_funds_budget_yuan"] / part["pupils"], 2)
    assert rows["本科学历教师数（人）"][1:] == [None, None, part["teachers_bachelor"]]
    # A junior school's teachers of junior college are not above what is required, so they are not asked for.
    assert "专科学历教师数（人）" not in rows


def test_every_school_in_scope_has_a_self_check_sheet(form, tables):
    judged = assessment.assess(tables, QUALITY).of(YEAR)
    assert [page.name for page in form.self_checks] == sorted(judged.section_verdicts["school_id"].unique())
