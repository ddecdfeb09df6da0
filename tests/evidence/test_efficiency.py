"""Efficiency and idle capacity: by hand, with what is missing counted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.codebook import table
from edubalance.errors import EdubalanceError
from edubalance.evidence import efficiency, idle
from edubalance.evidence.material import gather

QUALITY = standards.load("cn-2017-quality")
ONE = {"inputs": ["teachers"]}


def material(schools, sections, seats=()):
    """Rows of schools and sections; seats are (school, primary, junior)."""
    tables = build(schools, sections)
    places = [
        {
            "county": "Demo", "year": 2023, "place_id": name, "place": "school", "x_km": 0.0, "y_km": 0.0,
            "seats_primary": primary, "seats_junior": junior,
        }
        for name, primary, junior in seats
    ]  # fmt: skip
    if places:
        tables = replace(tables, places=table("places").conform(pd.DataFrame(places)))
    return gather(tables, QUALITY, year=2023)


def three(**changes):
    """Pupils per teacher are 20, 10 and 16."""
    sizes = {"A": (200, 10), "B": (100, 10), "C": (400, 25)}
    rows = [school(name, pupils, public_funds_budget_yuan=1000.0 * pupils) for name, (pupils, _) in sizes.items()]
    teaching = [section(name, pupils, teachers=teachers) for name, (pupils, teachers) in sizes.items()]
    for row in rows:
        row |= changes.get(row["school_id"], {})
    return rows, teaching


def test_scores_are_pupils_per_teacher_over_the_best():
    found = efficiency.scores(material(*three()), **ONE)
    assert found["constant"].tolist() == pytest.approx([1, 0.5, 0.8])
    # Of its own size none does better than A with ten teachers, and none is as large as C.
    assert found["variable_input"].tolist() == pytest.approx([1, 1, 1])
    assert found["variable_output"].tolist() == pytest.approx([1, 0.5, 1])
    assert found["scale"].tolist() == pytest.approx([1, 0.5, 0.8])
    assert found["returns"].tolist() == ["constant", "increasing", "decreasing"]


def test_a_section_with_a_missing_input_is_left_out_and_counted():
    ready = material(*three(B={"public_funds_budget_yuan": None}))
    units = efficiency.units(ready)
    assert units["complete"].tolist() == [True, False, True]
    assert efficiency.coverage(units).iloc[0].tolist() == ["primary", 3, 2, 1, "public_funds_budget_yuan: 1"]
    assert efficiency.scores(ready)["school_id"].tolist() == ["A", "C"]


def test_what_the_levels_of_a_school_share_is_split_and_funds_with_it():
    """A pupil of the junior level weighs 1.1: 110 and 100 of 220 parts of 210 pupils."""
    nine = school("N", 210, type="nine_year", public_funds_budget_yuan=220_000.0, teaching_auxiliary_area_m2=2200.0)
    ready = material([nine], [section("N", 110), section("N", 100, level="junior")])
    units = efficiency.units(ready).set_index("level")
    assert units["public_funds_budget_yuan"].tolist() == pytest.approx([110_000, 110_000])
    assert units["teaching_auxiliary_area_m2"].tolist() == pytest.approx([1100, 1100])
    assert units["teachers"].tolist() == [11, 10]


def test_another_output_can_be_asked_for_and_an_unknown_one_is_refused():
    rows, teaching = three()
    ready = material(rows, teaching)
    flows = [{"year": 2023, "school_id": name, "level": "primary", "graduates": 30} for name in "ABC"]
    tables = replace(ready.tables, pupils_flow=table("pupils_flow").conform(pd.DataFrame(flows)))
    found = efficiency.scores(replace(ready, tables=tables), outputs=["graduates"], **ONE)
    assert found["constant"].tolist() == pytest.approx([1, 1, 0.4])
    with pytest.raises(EdubalanceError, match="A section has no column marks"):
        efficiency.units(ready, outputs=["marks"])


def test_intervals_lie_below_the_score_and_are_the_same_again():
    ready = material(*three())
    once, again = (efficiency.intervals(ready, replicates=40, **ONE) for _ in range(2))
    assert (once["low"] <= once["corrected"]).all()
    assert (once["corrected"] <= once["high"]).all()
    assert (once["high"] <= once["score"] + 1e-9).all()
    pd.testing.assert_frame_equal(once, again)


def test_nothing_is_said_of_a_level_whose_sections_all_stand_on_the_frontier():
    rows, teaching = three()
    assert efficiency.intervals(material(rows[:1], teaching[:1]), **ONE).empty
    assert efficiency.intervals(material(*three()), returns="variable", orientation="input", **ONE).empty


# Idle capacity


def test_idle_seats_area_and_what_they_cost_by_hand():
    """A has 300 seats for 200 pupils and 1.5 times the area asked for, B 80 seats for 100; of C none are known."""
    rows, teaching = three(A={"teaching_auxiliary_area_m2": 1350.0})
    ready = material(rows, teaching, [("A", 300, None), ("B", 80, None), ("C", None, None)])
    found = idle.of_sections(ready).set_index("school_id")
    assert found["idle_seats"].tolist()[:2] == [100, 0]
    assert found["short_seats"].tolist()[:2] == [0, 20]
    assert found["idle_area_m2"].tolist() == pytest.approx([450, 0, 0])
    assert found.loc["A", ["funds_per_seat", "idle_funds"]].tolist() == pytest.approx([200_000 / 300, 200_000 / 3])
    assert found.loc["C", ["idle_seats", "short_seats", "idle_funds"]].isna().all()


def test_sums_by_area_say_how_many_sections_they_lack():
    rows, teaching = three(B={"area": "rural", "public_funds_budget_yuan": None})
    ready = material(rows, teaching, [("A", 300, None), ("B", 400, None), ("C", None, None)])
    found = idle.by_area(ready).set_index("area")
    urban, rural = found.loc["urban"], found.loc["rural"]
    assert urban[["sections", "seats", "idle_seats", "seats_missing"]].tolist() == [2, 300, 100, 1]
    assert urban["idle_share"] == pytest.approx(100 / 3)
    assert rural[["idle_share", "funds_missing"]].tolist() == [75, 1]
    assert np.isnan(rural["idle_funds"])


def test_without_places_seats_are_missing_and_area_is_still_known():
    rows, teaching = three(A={"teaching_auxiliary_area_m2": 1350.0})
    found = idle.by_area(material(rows, teaching)).iloc[0]
    assert np.isnan(found["idle_seats"])
    assert found[["seats_missing", "idle_area_m2"]].tolist() == pytest.approx([3, 450])


def test_a_standard_that_asks_for_no_floor_area_has_none_above_it():
    ready = material(*three())
    bare = replace(ready, standard=standards.load("mi-1994-proposal-a"))
    assert idle._idle_area(bare, ready.now).isna().all()
