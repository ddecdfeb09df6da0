"""Teachers who move: by hand, what no plan may break, and a trial that errs as seldom as it says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from assessment.conftest import build, school, section

from edubalance import cases, intake, standards
from edubalance.codebook import Tables, table
from edubalance.errors import EdubalanceError
from edubalance.evidence import rotation
from edubalance.evidence.material import gather
from edubalance.evidence.register import TRIALS
from edubalance.twins import null, spec

QUALITY = standards.load("cn-2017-quality")
AREAS = ["rural", "urban", "town"] * 4
BACKBONE = "backbone_teachers_per_100"


def material(backbone, *, areas=None, founders=None, eligible=100.0, pupils=200):
    """Primary schools with ten teachers each, who all hold a bachelor's degree, two of PE, and so many backbone."""
    areas = areas or ["urban"] * len(backbone)
    founders = founders or ["county"] * len(backbone)
    names = [f"S{number:02d}" for number in range(len(backbone))]
    schools = [school(n, pupils, area=a, founder=f) for n, a, f in zip(names, areas, founders, strict=True)]
    counts = {"teachers": 10, "teachers_junior_college": 0, "teachers_bachelor": 10, "teachers_master": 0}
    counts |= {"teachers_doctor": 0, "pe_teachers": 2, "music_teachers": 0, "art_teachers": 0, "arts_teachers": 0}
    sections = [section(n, pupils) | counts | {"backbone_teachers": b} for n, b in zip(names, backbone, strict=True)]
    stated = {"county": "Demo", "year": 2023, "variable": "eligible_teachers", "value": eligible, "evidence": None}
    tables = build(schools, sections, [stated])
    teachers = pd.DataFrame(
        {
            "year": 2023, "school_id": name, "level": "primary", "teacher_id": f"{name}-{number}",
            "subject": "pe" if number >= 8 else "chinese", "qualification": "bachelor",
            "backbone": int(number < many),
        }
        for name, many in zip(names, backbone, strict=True)
        for number in range(10)
    )  # fmt: skip
    listed = table("teachers").conform(teachers)
    return gather(Tables(tables.schools, tables.sections, tables.county, teachers=listed), QUALITY, year=2023)


# By hand


def test_moves_are_counted_by_hand():
    """Four and none are a coefficient of 1; one move leaves 3 and 1, which is the limit of one half."""
    ready = material([4, 0])
    found = rotation.effort(ready).iloc[0]
    assert found[["level", "outside", "moves", "least", "complete"]].tolist() == ["primary", 1, 1, 1, True]
    assert (found["eligible"], found["asked"]) == (100, pytest.approx(10))
    row = rotation.coefficients(ready).set_index("indicator").loc[BACKBONE]
    assert (row["cv"], row["moved"], row["limit"]) == (1, 0.5, 0.5)
    move = rotation.moves(ready).iloc[0]
    assert (move["school_id_from"], move["school_id_to"], move["teachers"]) == ("S00", "S01", 1)
    assert move["counts_for"] == f"teachers_above_required_qualification_per_100 {BACKBONE}"


def test_schools_that_the_county_does_not_run_neither_give_nor_take():
    ready = material([6, 0, 0], founders=["private", "county", "county"])
    assert rotation.effort(ready)[["moves", "complete"]].to_numpy().tolist() == [[0, False]]
    assert np.isinf(rotation.effort(ready)["least"].iloc[0])
    taking = rotation.moves(material([6, 0, 0, 0], founders=["county", "county", "private", "county"]))
    assert set(taking["school_id_to"]) <= {"S01", "S03"}


def test_where_all_is_inside_nobody_moves():
    ready = material([2, 2, 2])
    assert rotation.effort(ready)["moves"].tolist() == [0]
    assert rotation.moves(ready).empty


def test_the_moves_listed_give_the_coefficients_stated():
    """Apply them to the teachers' own table, and assess anew."""
    case = cases.load("wuhu_j")
    ready = gather(intake.read_case(case), QUALITY, year=case.year)
    sections = ready.tables.sections.set_index(["year", "level", "school_id"])
    for move in rotation.moves(ready).itertuples():
        for place, sign in ((move.school_id_from, -1), (move.school_id_to, 1)):
            column = sections.columns.get_loc("backbone_teachers")
            row = sections.index.get_loc((case.year, move.level, place))
            sections.iloc[row, column] += sign * move.teachers
    moved = replace(ready.tables, sections=sections.reset_index()[ready.tables.sections.columns])
    after = gather(moved, QUALITY, year=case.year).assessment.of(case.year).counties
    stated = rotation.coefficients(ready).query("indicator == @BACKBONE").set_index("level")["moved"]
    found = after[after["indicator"] == BACKBONE].set_index("level")["cv"]
    pd.testing.assert_series_equal(
        found[stated.index], stated, check_names=False, check_dtype=False, check_index_type=False
    )
    assert (after.loc[after["indicator"] == BACKBONE, "met"]).all()


# The trial


def uneven(rural, others):
    return material([rural if area == "rural" else others for area in AREAS], areas=AREAS)


def test_uneven_areas_that_a_few_moves_mend_are_found():
    outcome = TRIALS["moves_even_out"](uneven(0, 4), disadvantaged=["rural"])
    assert outcome.found
    assert outcome.p <= 0.05
    assert 0 < outcome.value <= 10
    assert outcome.unit == "percent_of_eligible"


@pytest.mark.parametrize(
    ("ready", "opposite"),
    [
        pytest.param(uneven(2, 2), False, id="nothing to even out"),
        pytest.param(uneven(6, 1), False, id="the areas named have more"),
        pytest.param(material([8, 0, 8, 0, 8, 0], eligible=2), True, id="more moves than are asked for"),
    ],
)
def test_other_counties_are_not_found(ready, opposite):
    outcome = TRIALS["moves_even_out"](ready, disadvantaged=["urban"] if opposite else ["rural"])
    assert not outcome.found
    assert outcome.opposite == opposite


def test_without_teachers_eligible_numbers_or_values_nothing_is_decided():
    ready = material([4, 0])
    bare = replace(ready, tables=replace(ready.tables, teachers=ready.tables.teachers.iloc[:0]))
    silent = replace(ready, tables=replace(ready.tables, county=ready.tables.county.iloc[:0]))
    unknown = replace(ready, indicators=ready.indicators.assign(**{BACKBONE: [np.nan, 2.0]}))
    for one in (bare, silent, unknown):
        assert TRIALS["moves_even_out"](one, disadvantaged=["rural"]).found is None
    assert rotation.coefficients(bare).empty
    assert rotation.moves(bare).empty
    assert rotation.effort(bare).empty


def test_coefficients_that_are_not_weighted_by_pupils_are_refused():
    ready = material([4, 0])
    other = replace(ready, assessment=replace(ready.assessment, convention="unweighted_sample"))
    with pytest.raises(EdubalanceError, match="pupil-weighted coefficients; these are unweighted_sample"):
        rotation.levelled(other)


def test_it_is_recovered_where_it_was_told_and_seldom_in_the_null():
    """60 fair deals at 5 %: three finds are expected, above ten lies one in a thousand."""
    case, plan = cases.load("wuhu_j"), spec.load("wuhu_j", "balanced")
    described = gather(intake.read_case(case), QUALITY, year=case.year)
    assert TRIALS["moves_even_out"](described, disadvantaged=["rural"]).found
    ready = gather(intake.read_case(case, "balanced"), QUALITY, year=case.year)
    found = 0
    for seed in range(60):
        schools = null.dealt(spec.reseeded(plan, seed), ready.tables.schools)
        labels = schools.drop_duplicates("school_id").set_index("school_id")["area"]
        dealt = ready.indicators.assign(area=ready.indicators["school_id"].map(labels))
        found += bool(TRIALS["moves_even_out"](replace(ready, indicators=dealt), disadvantaged=["rural"]).found)
    assert found <= 10
