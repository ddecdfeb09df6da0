"""Who comes and goes, quality and children to come: numbers by hand, and trials that err as seldom as they say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from assessment.conftest import build, school, section
from scipy.stats import binom

from edubalance import cases, intake, standards
from edubalance.codebook import Tables, table
from edubalance.evidence import enrolment, flows, quality, retention, shuffles
from edubalance.evidence.material import gather
from edubalance.evidence.register import TRIALS
from edubalance.twins import births, pupils_flow, spec

QUALITY = standards.load("cn-2017-quality")
FLOWS = [column.name for column in table("pupils_flow").columns if column.is_number and column.name != "year"]


def material(places, *, flow=(), born=(), county=(), classes=(), level="primary", years=(2021, 2022, 2023), seats=None):
    """One school of 100 pupils a (name, area, founder) and year; flows are dicts with year and school, nought else."""
    schools = [
        school(name, 100, area=area, founder=founder, year=year, type=level)
        for year in years
        for name, area, founder in places
    ]
    sections = [section(name, 100, year=year, level=level) for year in years for name, _, _ in places]
    base = build(schools, sections, county)
    given = {
        "pupils_flow": [dict.fromkeys(FLOWS, 0) | {"level": level} | one for one in flow],
        "births": [{"county": "Demo", "year": year, "township": place, "births": many} for year, place, many in born],
        "classes": [
            {"year": 2023, "school_id": name, "level": level, "class_id": f"{grade}", "grade": grade, "pupils": pupils}
            for name, grade, pupils in classes
        ],
        "places": [
            {"county": "Demo", "year": 2023, "place_id": name, "place": "school", "x_km": 0, "y_km": 0, **held}
            for name, held in (seats or {}).items()
        ],
    }
    listed = {name: table(name).conform(pd.DataFrame(rows)) for name, rows in given.items() if rows}
    return gather(Tables(base.schools, base.sections, base.county, **listed), QUALITY, year=2023)


def row(name, year=2023, **moved):
    return {"year": year, "school_id": name} | moved


TWO = [("A", "rural", "county"), ("B", "urban", "private")]


# Moves


def test_net_moves_are_in_percent_of_the_pupils_of_those_who_say():
    ready = material(
        [*TWO, ("C", "rural", "county")],
        flow=[row("A", transferred_in=2, transferred_out=7), row("B", transferred_in=5)],
    )
    found = flows.moves(ready).set_index("area")
    assert found.loc["rural", ["sections", "missing", "pupils", "net"]].tolist() == [2, 1, 100, -5]
    assert found.loc["rural", ["in_rate", "out_rate", "net_rate"]].tolist() == [2, 7, -5]
    assert found.loc["urban", "net_rate"] == 5
    assert found["year"].tolist() == [2023, 2023]


def test_the_parts_of_the_moves_add_up_to_all_of_them():
    told = {
        "transferred_in": 9,
        "transferred_in_from_rural": 2,
        "transferred_in_from_outside": 4,
        "transferred_out": 6,
        "transferred_out_to_urban": 1,
        "transferred_out_of_county": 5,
    }
    found = flows.ways(material(TWO, flow=[row("A", **told), row("B")])).query("area == 'rural'")
    parts = found.set_index(["direction", "part"])["pupils"]
    assert parts["in"].to_dict() == {"rural_schools": 2, "outside": 4, "other_schools": 3}
    assert parts["out"].to_dict() == {"urban_schools": 1, "outside": 5, "other_schools": 0}
    assert found.groupby("direction")["rate"].sum().to_dict() == {"in": 9, "out": 6}


def test_the_matrix_counts_each_way_once():
    ready = material(
        TWO,
        flow=[
            row("A", transferred_out_to_private=4, transferred_in_from_private=1, transferred_out_of_county=3),
            row("B", transferred_out_to_public=1, transferred_in_from_public=4, transferred_in_from_outside=2),
        ],
    )
    found = flows.matrix(ready).set_index(["origin", "destination"])["pupils"]
    assert found["public", "private"] == 4
    assert found["private", "public"] == 1
    assert found["public", "outside"] == 3
    assert found["outside", "private"] == 2
    assert ("outside", "outside") not in found.index


def test_a_case_without_flows_has_frames_without_rows():
    ready = material(TWO)
    for frame in (flows.moves(ready), flows.ways(ready), flows.matrix(ready), retention.cohorts(ready)):
        assert frame.empty
    assert retention.parts(ready)["counted"].isna().all()
    for name, arguments in (("moves_to_private", {}), ("net_loss", {"losing": ["rural"]}), ("births_rise", {})):
        assert TRIALS[name](ready, **arguments).found is None


# Retention and cohorts


JUNIOR = [
    row("A", 2021, entrants=101, deaths=3, transferred_out_of_county=6, transferred_in_from_outside=9),
    row("A", 2022, transferred_out_of_county=3),
    row("A", 2023, graduates=98, transferred_out_of_county=3),
]


def test_retention_by_hand_from_flows_and_from_the_county():
    """101 entered; a third of 3 deaths, of 12 who went and of 9 who came are the cohort's: (98 − 3 + 4) / 100."""
    variables = {"graduates": 98, "transferred_in_3y": 3, "transferred_out_3y": 4, "deaths_3y": 1}
    county = [
        {"county": "Demo", "year": 2023, "variable": name, "value": value, "evidence": None}
        for name, value in (variables | {"grade7_enrolment_3y_before": 101}).items()
    ]
    ready = material(TWO[:1], flow=JUNIOR, county=county, level="junior")
    found = retention.parts(ready).set_index("part")
    assert found["counted"].to_dict() == pytest.approx(found["reported"].to_dict())
    assert found.loc[["gave_up", "retention"], "counted"].tolist() == pytest.approx([1, 99])
    assert found.loc["retention", "threshold"] == QUALITY.value_on("junior_retention", "2023-09-01")
    assert found.loc["retention", "reported"] == pytest.approx(
        quality.items(ready).set_index("condition").loc["junior_retention", "value"]
    )


def test_steps_end_in_the_retention_and_in_the_graduates():
    parts = retention.parts(material(TWO[:1], flow=JUNIOR, level="junior"))
    found = retention.steps(parts, "counted").set_index("part")
    assert found.loc["deaths", "end"] == pytest.approx(100)
    assert found.loc["gave_up", "end"] == pytest.approx(99)
    assert found.loc["transferred_in", "end"] == pytest.approx(found.loc["graduates", "end"]) == pytest.approx(98)
    assert retention.steps(parts, "reported")["end"].isna().all()


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_retention_needs_every_year_of_the_cohort(lost):
    flow = [one for place, one in enumerate(JUNIOR) if place != lost]
    found = retention.parts(material(TWO[:1], flow=flow, level="junior")).set_index("part")["counted"]
    assert np.isnan(found["retention"])


def test_cohorts_are_followed_to_their_grade():
    """Of 20 who entered in 2022, 19 sit in grade 2; of 25 who entered in 2021, 27 sit in grade 3."""
    ready = material(
        TWO,
        flow=[row("A", 2021, entrants=25), row("A", 2022, entrants=20), row("A", 2023, entrants=18)],
        classes=[("A", 1, 18), ("A", 2, 19), ("A", 3, 27), ("B", 1, 30)],
    )
    found = retention.cohorts(ready).set_index("grade")
    assert found.index.tolist() == [2, 3]
    assert found["share"].tolist() == pytest.approx([95, 108])
    assert found["entered"].tolist() == [2022, 2021]


def test_a_school_that_teaches_several_grades_in_one_class_is_left_out_and_counted():
    ready = material(
        TWO,
        flow=[row(name, year, entrants=20) for name in "AB" for year in (2021, 2022, 2023)],
        classes=[("A", 1, 20), ("A", 2, 19), ("A", 3, 18), ("B", 2, 40)],
    )
    found = retention.cohorts(ready).set_index("grade")
    assert found.loc[2, ["sections", "missing", "entrants"]].tolist() == [1, 1, 20]


# Children to come

BORN = [(year, "T1", 100.0 + 10 * (year - 2015)) for year in range(2009, 2024)]
CAME = [row("A", year, entrants=int(0.9 * (100 + 10 * (year - 2021)))) for year in (2021, 2022, 2023)]


def test_entrants_to_come_are_births_times_the_ratio_of_the_past():
    ready = material(TWO[:1], flow=CAME, born=BORN)
    assert enrolment.entry(ready)["ratio"].tolist() == pytest.approx([0.9] * 3)
    found = enrolment.to_come(ready).set_index("year")
    assert found.loc[2023, "entrants"] == 108
    assert np.isnan(found.loc[2023, "expected"])
    assert found.loc[2029, ["births", "expected", "low", "high"]].tolist() == pytest.approx([180, 162, 162, 162])
    assert found.index.max() == 2029


def test_pupils_to_come_are_six_years_of_births_against_the_seats():
    ready = material(TWO[:1], flow=CAME, born=BORN, seats={"A": {"seats_primary": 500}})
    found = enrolment.seats(ready).set_index("year")
    assert found.loc[2023, ["expected", "pupils", "seats"]].tolist() == pytest.approx(
        [0.9 * sum(100 + 10 * step for step in range(-3, 3)), 100, 500]
    )
    assert found.loc[2029, "spare"] == pytest.approx(500 - 0.9 * sum(100 + 10 * step for step in range(3, 9)))
    without = enrolment.seats(material(TWO[:1], flow=CAME, born=BORN))
    assert without["seats"].isna().all()
    assert without["expected"].notna().all()


def test_a_year_without_one_of_its_townships_is_not_taken_for_a_fall():
    born = [*BORN, *((year, "T2", 50.0) for year in range(2009, 2023))]
    found = enrolment.births(material(TWO[:1], born=born)).set_index("year")
    assert found.loc[2022, "births"] == 220
    assert np.isnan(found.loc[2023, "births"])
    assert found.loc[2023, "missing"] == 1


def test_entrants_of_whom_one_section_does_not_say_make_no_ratio():
    ready = material(TWO, flow=CAME, born=BORN)
    assert enrolment.entry(ready)["missing"].tolist() == [1, 1, 1]
    assert enrolment.ratio(ready) is None
    assert enrolment.to_come(ready)["expected"].isna().all()


# Quality


def test_monitoring_sets_level_and_rate_side_by_side():
    variables = {"monitoring_level_chinese": 2, "monitoring_difference_rate_chinese": 0.15}
    county = [
        {"county": "Demo", "year": 2023, "variable": name, "value": value, "evidence": None}
        for name, value in variables.items()
    ]
    found = quality.monitoring(material(TWO, county=county)).set_index("subject")
    assert found.loc["chinese", ["grade", "grade_verdict", "rate", "rate_verdict"]].tolist() == [
        2,
        "not_met",
        0.15,
        "not_met",
    ]
    assert len(found) == 6
    assert found.loc["arts", "rate_verdict"] == "undetermined"


def test_disabled_children_are_parted_by_where_they_learn():
    variables = {"disabled_of_school_age": 50, "disabled_enrolled": 48, "disabled_in_special_schools": 20}
    county = [
        {"county": "Demo", "year": 2023, "variable": name, "value": value, "evidence": None}
        for name, value in variables.items()
    ]
    found = quality.disabled(material(TWO, county=county)).set_index("part")
    assert found["children"].to_dict() == {"special_school": 20, "ordinary_school": 28, "not_enrolled": 2}
    assert found["share"].sum() == pytest.approx(100)
    assert quality.disabled(material(TWO))["share"].isna().all()


# Trials

MANY = [(f"P{number}", "rural" if number % 3 else "urban", "county") for number in range(12)] + [
    ("X", "urban", "private")
]


@pytest.mark.parametrize(
    ("out", "back", "found", "opposite", "value"),
    [
        pytest.param(5, 1, True, False, 4, id="public schools lose"),
        pytest.param(1, 5, False, True, -4, id="they gain"),
        pytest.param(3, 3, False, False, 0, id="both ways alike"),
    ],
)
def test_moves_to_private_schools_by_hand(out, back, found, opposite, value):
    flow = [
        row(name, transferred_out_to_private=out, transferred_in_from_private=back)
        for name, _, kind in MANY
        if kind != "private"
    ]
    outcome = TRIALS["moves_to_private"](material(MANY, flow=flow))
    assert (outcome.found, outcome.opposite, outcome.unit) == (found, opposite, "percent_of_pupils")
    assert outcome.value == pytest.approx(value)


def test_one_school_that_loses_many_is_not_all_public_schools():
    flow = [
        row(name, transferred_out_to_private=90 * (name == "P1"), transferred_in_from_private=0) for name, _, _ in MANY
    ]
    outcome = TRIALS["moves_to_private"](material(MANY, flow=flow))
    assert not outcome.found
    assert outcome.value > 0


def test_rural_schools_that_lose_by_moves_are_found():
    flow = [row(name, transferred_in=2, transferred_out=6 if area == "rural" else 2) for name, area, _ in MANY]
    outcome = TRIALS["net_loss"](material(MANY, flow=flow), losing=["rural"])
    assert outcome.found
    assert outcome.value == pytest.approx(-4)


@pytest.mark.parametrize(
    ("step", "found", "opposite"), [(5, True, False), (-5, False, True)], ids=["births rise", "births fall"]
)
def test_the_trend_of_births_decides_from_the_last_entrants_on(step, found, opposite):
    """Before 2017 births move the other way: they are at school by now."""
    born = [(year, "T1", 100.0 + step * abs(year - 2017)) for year in range(2009, 2024)]
    outcome = TRIALS["births_rise"](material(TWO, born=born))
    assert (outcome.found, outcome.opposite) == (found, opposite)
    assert outcome.value == pytest.approx(100 * step / (100 + 3 * step))
    assert outcome.low <= outcome.value <= outcome.high


def test_few_or_equal_years_decide_nothing():
    assert TRIALS["births_rise"](material(TWO, born=BORN[-2:])).found is None
    assert TRIALS["births_rise"](material(TWO, born=[(year, "T1", 9.0) for year in range(2017, 2024)])).found is None


def ready_case(case, scenario):
    loaded = cases.load(case)
    return gather(intake.read_case(loaded, scenario), standards.load(loaded.standard), year=loaded.year)


def complete(ready):
    """Return the tables as the generator takes them: with whole numbers."""
    names = ("schools", "sections", "classes", "county", "pupils_flow")
    found = {name: getattr(ready.tables, name) for name in names}
    for name, columns in (("sections", ["pupils"]), ("classes", ["pupils", "grade"]), ("pupils_flow", ["entrants"])):
        found[name] = found[name].astype(dict.fromkeys(columns, "int64"))
    return found


@pytest.mark.parametrize(
    ("case", "trial", "arguments"),
    [
        ("liangyuan", "moves_to_private", {}),
        ("shanghai_q", "births_rise", {}),
        ("weishan", "net_loss", {"losing": ["rural"]}),
    ],
)
def test_what_a_twin_is_told_is_found_there(case, trial, arguments):
    assert TRIALS[trial](ready_case(case, "described"), **arguments).found


def test_moves_of_the_null_are_found_as_seldom_as_the_trials_say(monkeypatch):
    """60 fair draws at 5 %: three finds are expected, above ten lies one in a thousand."""
    monkeypatch.setattr(shuffles, "REPLICATES", 399)
    ready, plan = ready_case("liangyuan", "balanced"), spec.load("liangyuan", "balanced")
    tables = complete(ready)
    found = {"moves_to_private": 0, "net_loss": 0}
    for seed in range(60):
        flow = table("pupils_flow").conform(pupils_flow.table(spec.reseeded(plan, seed), tables))
        drawn = replace(ready, tables=replace(ready.tables, pupils_flow=flow))
        found["moves_to_private"] += bool(TRIALS["moves_to_private"](drawn).found)
        found["net_loss"] += bool(TRIALS["net_loss"](drawn, losing=["rural"]).found)
    assert max(found.values()) <= binom.ppf(0.999, 60, 0.05)


def test_births_of_the_null_rise_as_seldom_as_the_trial_says():
    ready, plan = ready_case("shanghai_q", "balanced"), spec.load("shanghai_q", "balanced")
    tables, found = complete(ready), 0
    for seed in range(60):
        born = table("births").conform(births.table(spec.reseeded(plan, seed), tables))
        found += bool(TRIALS["births_rise"](replace(ready, tables=replace(ready.tables, births=born))).found)
    assert found <= binom.ppf(0.999, 60, 0.05)
