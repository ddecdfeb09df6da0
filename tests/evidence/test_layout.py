"""Layout: distances, seats and catchments by hand, and trials that find what is there."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.codebook import table
from edubalance.evidence import catchments, layout, shuffles
from edubalance.evidence.material import gather
from edubalance.evidence.register import TRIALS

QUALITY = standards.load("cn-2017-quality")
REACH = {"primary": 3.0, "junior": 5.0}


def material(schools, homes, *, year=2023):
    """Schools are (x, area, pupils, seats), homes are (x, children), all on one road."""
    names = [f"S{number:02d}" for number in range(len(schools))]
    rows = [school(name, one[2], area=one[1]) for name, one in zip(names, schools, strict=True)]
    tables = build(rows, [section(name, one[2]) for name, one in zip(names, schools, strict=True)])
    fixed = {"county": "Demo", "year": year, "y_km": 0.0}
    standing = [
        fixed | {"place_id": name, "place": "school", "x_km": one[0], "seats_primary": one[3]}
        for name, one in zip(names, schools, strict=True)
    ]
    living = [
        fixed
        | {"place_id": f"D{number}", "place": "settlement", "x_km": x, "children_primary": children, "area": "town"}
        for number, (x, children) in enumerate(homes)
    ]
    places = table("places").conform(pd.DataFrame([*standing, *living]))
    return gather(replace(tables, places=places), QUALITY, year=2023)


# Two schools 10 km apart: the first is full, the second has room. Homes beside the first, between, beside the second.
ROAD = [(0, "urban", 100, 90), (10, "rural", 20, 60)]
HOMES = [(1, 60), (5, 30), (10, 30)]


def of_level(frame, level="primary"):
    return frame[frame["level"] == level].reset_index(drop=True)


def test_seats_stand_beside_pupils():
    found = layout.seats(material(ROAD, HOMES))
    assert found["level"].tolist() == ["primary", "primary"]
    assert found["load"].tolist() == pytest.approx([100 / 90, 1 / 3])
    assert found["spare"].tolist() == [-10, 40]
    assert found["area"].tolist() == ["urban", "rural"]


def test_seats_that_are_not_known_stay_missing_and_are_counted():
    ready = material([(0, "urban", 100, None), (10, "rural", 20, 60)], [(1, None), (10, 30)])
    assert layout.seats(ready)["load"].isna().tolist() == [True, False]
    assert of_level(layout.coverage(ready)).iloc[0].tolist() == ["primary", 2, 1, 2, 1]


def test_pupils_without_any_seat_are_an_infinite_load_and_not_an_unknown_one():
    assert layout.seats(material([(0, "urban", 100, 0)], HOMES))["load"].tolist() == [np.inf]


def test_what_settlements_reach_by_hand():
    """60 children share 90 seats; those between reach nothing; the last 30 have the 60 seats of the other school."""
    found = layout.reached(material(ROAD, HOMES), reach=REACH)
    assert found["distance_km"].tolist() == [1, 5, 0]
    assert found["room_km"].tolist() == [9, 5, 0]
    assert found["schools_in_reach"].tolist() == [1, 0, 1]
    assert found["seats_per_child"].tolist() == [1.5, 0, 2]
    assert found["no_school"].tolist() == [False, True, False]
    assert found["no_room"].tolist() == [True, True, False]


def test_the_summary_counts_children_not_settlements():
    found = layout.summary(material(ROAD, HOMES), reach=REACH).set_index("area")
    row = found.loc["all"]
    assert row[["settlements", "missing", "children"]].tolist() == [3, 0, 120]
    assert row[["median_km", "farthest_km"]].tolist() == [1, 5]
    assert row[["no_school", "no_room", "uncovered"]].tolist() == pytest.approx([25, 75, 25])


def test_settlements_of_which_the_children_are_not_known_are_left_out_and_counted():
    row = layout.summary(material(ROAD, [*HOMES, (5, None)]), reach=REACH).set_index("area").loc["all"]
    assert row[["settlements", "missing", "children"]].tolist() == [4, 1, 120]


def test_a_curve_of_one_level_says_which():
    of_level = layout.curve(material(ROAD, HOMES), by="area", level="primary")
    assert set(of_level["level"]) == {"primary"}
    assert list(of_level.columns) == ["area", "level", "distance_km", "share"]


def test_children_are_cumulated_by_distance():
    found = layout.curve(material(ROAD, HOMES))
    assert found["distance_km"].tolist() == [0, 1, 5]
    assert found["share"].tolist() == [25, 75, 100]


def test_a_child_counts_at_every_school_that_it_can_reach():
    found = catchments.around(material(ROAD, HOMES), reach={"primary": 5.0})
    assert found["children_in_reach"].tolist() == [90, 60]


def test_the_best_drawing_of_zones_seats_whom_the_seats_can_hold():
    """With 5 km everyone reaches a school: 90 of the first and 30 of the second, or the other way round."""
    near, far = (catchments.at_best(material(ROAD, HOMES), reach={"primary": km}).iloc[0] for km in (3.0, 5.0))
    assert near[["seats", "children", "seated", "unseated", "empty"]].tolist() == [150, 120, 90, 25, 60]
    assert far[["seated", "unseated", "empty"]].tolist() == [120, 0, 30]


def test_the_map_shows_settlements_where_somebody_lives_and_all_schools():
    found = catchments.drawn(material(ROAD, [*HOMES, (3, 0), (4, None)]), "primary", reach=REACH)
    assert found["place"].tolist() == ["settlement"] * 3 + ["school"] * 2
    assert found["people"].tolist() == [60, 30, 30, 100, 20]


def test_every_year_of_the_places_has_its_summary():
    found = catchments.change(material(ROAD, HOMES), reach=REACH)
    assert set(found["year"]) == {2023}
    assert found["uncovered"].iloc[-1] == pytest.approx(25)


# Trials


def county(roomy_far):
    """Five schools in a crowd, five each in an empty place; room is far from the crowd, or just where children are."""
    seats, living = ((80, 40), (500, 20)) if roomy_far else ((120, 10), (600, 10))
    crowd = [(number / 10, "urban", 100, seats[0]) for number in range(5)]
    country = [(20 * (number + 1), "rural", 20, seats[1]) for number in range(5)]
    return [*crowd, *country], [(0.2, living[0]), *((20 * (number + 1), living[1]) for number in range(5))]


def test_room_far_from_the_crowd_is_found_and_room_where_children_are_is_the_opposite():
    found = TRIALS["badly_placed"](material(*county(roomy_far=True)))
    assert (found.found, found.opposite, found.unit, found.rests_on) == (True, False, "percent", "shuffles")
    other = TRIALS["badly_placed"](material(*county(roomy_far=False)))
    assert (other.found, other.opposite) == (False, True)


def test_the_value_is_the_share_left_over_were_there_as_many_seats_as_children():
    """400 and 200 seats for 600 children: 500 share 400 of them, so that 100 of 600 are left over."""
    assert TRIALS["badly_placed"](material(*county(roomy_far=True))).value == pytest.approx(100 / 6)


def test_schools_that_are_roomy_alike_are_not_badly_placed():
    schools = [(x, area, pupils, pupils * 2) for x, area, pupils, _ in county(roomy_far=True)[0]]
    found = TRIALS["badly_placed"](material(schools, county(roomy_far=True)[1]))
    assert (found.found, found.opposite, found.p) == (False, False, 1)


def test_the_number_of_seats_does_not_matter_to_where_they_are():
    schools, homes = county(roomy_far=True)
    more = [(x, area, pupils, 3 * seats) for x, area, pupils, seats in schools]
    once, thrice = (TRIALS["badly_placed"](material(rows, homes)) for rows in (schools, more))
    assert (once.p, once.value) == pytest.approx((thrice.p, thrice.value))


def test_idle_rural_seats_are_the_gap_of_what_is_filled():
    schools = [(0, "urban", 100, 100)] * 4 + [(0, "rural", 30, 100), (0, "rural", 10, 100)] * 2
    found = TRIALS["seats_unused"](material(schools, HOMES), areas=["rural"])
    assert found.value == pytest.approx(100 * (80 / 400 - 1))
    assert found.found
    assert TRIALS["seats_unused"](material(schools, HOMES), areas=["urban"]).opposite


@pytest.mark.parametrize(("trial", "arguments"), [("badly_placed", {}), ("seats_unused", {"areas": ["rural"]})])
def test_without_seats_or_another_area_nothing_can_be_decided(trial, arguments):
    unknown = material([(0, "urban", 100, None)] * 3, HOMES)
    assert TRIALS[trial](unknown, **arguments).found is None
    if trial == "seats_unused":
        assert TRIALS[trial](material([(0, "urban", 100, 90)] * 3, HOMES), **arguments).found is None


def test_shuffles_keep_what_a_school_is_at_all_its_levels(monkeypatch):
    """An integrated school's two sections change places together, among schools of both levels only."""
    monkeypatch.setattr(shuffles, "REPLICATES", 50)
    frame = pd.DataFrame({"school_id": ["A", "A", "B", "B", "C"], "level": ["primary", "junior"] * 2 + ["primary"]})
    dealt = shuffles.of_schools(frame, shuffles.school_codes(frame), material(ROAD, HOMES))
    assert (dealt[:, 0] == dealt[:, 1]).all()
    assert set(dealt[:, 4]) == {2}


def test_a_case_that_lists_no_places_has_frames_without_rows():
    ready = material(ROAD, HOMES)
    bare = replace(ready, tables=replace(ready.tables, places=ready.tables.places.iloc[:0]))
    made = [layout.homes(bare), layout.seats(bare), layout.reached(bare), layout.summary(bare), layout.curve(bare)]
    made += [layout.coverage(bare), layout.curve(bare, by="year"), catchments.around(bare), catchments.at_best(bare)]
    made += [catchments.change(bare), catchments.drawn(bare, "primary")]
    assert all(frame.empty for frame in made)
    assert [list(frame) for frame in made] == [
        list(frame)
        for frame in [
            layout.homes(ready), layout.seats(ready), layout.reached(ready), layout.summary(ready), layout.curve(ready),
            layout.coverage(ready), layout.curve(ready, by="year"), catchments.around(ready), catchments.at_best(ready),
            catchments.change(ready), catchments.drawn(ready, "primary"),
        ]
    ]  # fmt: skip
    assert np.isnan(TRIALS["badly_placed"](bare).value)
