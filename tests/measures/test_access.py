"""Distances, catchments and room: closed forms, invariances, cited values, refusals."""

import csv
import json
from pathlib import Path

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from edubalance.errors import MeasureError
from edubalance.measures import access

TABLE = Path(__file__).parents[1] / "reference" / "layout_values.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
FEW = settings(max_examples=30, deadline=None, derandomize=True)


def inverse(cost):
    return 1 / cost


def test_distances_by_pythagoras_run_from_settlement_to_school():
    found = access.distances([[0, 0], [0, 1]], [[3, 4], [0, 1], [-5, 13]])
    npt.assert_allclose(found, [[5, 1, np.hypot(5, 13)], [np.hypot(3, 3), 0, 13]])


def test_the_nearest_school_and_a_settlement_that_reaches_none():
    npt.assert_array_equal(access.nearest_distance([[4, 2.5], [np.inf, np.inf]]), [2.5, np.inf])


@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        pytest.param(0.5, 0.0, id="nobody"),
        pytest.param(2, 0.3, id="the edge counts"),
        pytest.param(np.inf, 0.9, id="all but those without any way"),
    ],
)
def test_the_share_of_children_within_reach(reach, expected):
    assert access.share_within([2, 5, np.inf], [3, 6, 1], reach) == pytest.approx(expected)


def test_one_school_shares_its_places_among_all_who_reach_it():
    found = access.two_step_floating_catchment([60], [10, 20, 70], [[1], [2], [9]], reach=2)
    npt.assert_allclose(found, [2, 2, 0])


def test_rows_of_cost_are_settlements_and_columns_are_schools():
    # The village reaches the town's school downhill in time, the town's children do not come up.
    cost = [[1, 3], [9, 1]]
    npt.assert_allclose(access.two_step_floating_catchment([10, 40], [10, 30], cost, reach=3), [2, 1])
    npt.assert_allclose(
        access.two_step_floating_catchment([10, 40], [10, 30], np.transpose(cost), reach=3), [0.25, 19 / 12]
    )


def test_decay_weighs_both_steps():
    # Weighted children 10/1 + 30/2 = 25; 50 places: 2 each, of which the farther settlement gets half.
    found = access.two_step_floating_catchment([50], [10, 30], [[1], [2]], reach=5, decay=inverse)
    npt.assert_allclose(found, [2, 1])


def test_a_school_out_of_everybodys_reach_adds_nothing():
    found = access.two_step_floating_catchment([50, 900], [10], [[1, np.inf]], reach=np.inf, decay=inverse)
    npt.assert_allclose(found, [5])


def test_decay_sees_only_costs_within_reach():
    seen = []

    def watched(cost):
        seen.extend(cost.tolist())
        return np.ones_like(cost)

    access.gravity_accessibility([1, 1, 1], [[1, 4, np.inf]], decay=watched, reach=3)
    assert seen == [1]


def test_gravity_adds_up_weighted_places():
    npt.assert_allclose(access.gravity_accessibility([60, 100], [[2, 4], [9, 1]], decay=inverse, reach=5), [55, 100])


def test_nothing_within_reach_is_no_access_and_asks_decay_nothing():
    npt.assert_array_equal(access.gravity_accessibility([60], [[9]], decay=inverse, reach=1), [0])


def test_places_per_pupil():
    npt.assert_allclose(access.capacity_ratio([900, 0], [1000, 10]), [0.9, 0])


positions = arrays(float, st.tuples(st.integers(1, 5), st.just(2)), elements=st.integers(-20, 20))
layouts = st.tuples(st.integers(1, 5), st.integers(1, 4)).flatmap(
    lambda shape: st.tuples(
        arrays(float, shape[1], elements=st.integers(0, 900)),
        arrays(float, shape[0], elements=st.integers(1, 500)),
        arrays(float, shape, elements=st.integers(1, 30)),
    )
)


@FEW
@given(positions, positions, st.integers(-9, 9), st.integers(-9, 9))
def test_distances_do_not_depend_on_the_origin_or_the_orientation_of_the_plane(origins, schools, east, north):
    plain, move = access.distances(origins, schools), np.array([east, north])
    npt.assert_allclose(access.distances(origins + move, schools + move), plain, atol=1e-12)
    npt.assert_allclose(access.distances(origins[:, ::-1], schools[:, ::-1]), plain, atol=1e-12)
    npt.assert_allclose(access.distances(schools, origins), plain.T, atol=1e-12)


@FEW
@given(layouts, st.integers(1, 30), st.sampled_from([None, inverse]))
def test_no_place_is_lost_or_counted_twice(layout, reach, decay):
    supply, demand, cost = layout
    found = access.two_step_floating_catchment(supply, demand, cost, reach=reach, decay=decay)
    reached = (cost <= reach).any(axis=0)
    npt.assert_allclose(demand @ found, supply[reached].sum(), atol=1e-9)


@FEW
@given(layouts, st.integers(1, 30), st.integers(2, 9))
def test_access_is_places_per_child_in_any_unit_of_travel(layout, reach, factor):
    supply, demand, cost = layout
    plain = access.two_step_floating_catchment(supply, demand, cost, reach=reach)
    stretched = access.two_step_floating_catchment(supply, demand, factor * cost, reach=factor * reach)
    npt.assert_allclose(stretched, plain)
    npt.assert_allclose(access.two_step_floating_catchment(factor * supply, demand, cost, reach=reach), factor * plain)
    npt.assert_allclose(access.two_step_floating_catchment(supply, factor * demand, cost, reach=reach), plain / factor)


@FEW
@given(layouts, st.integers(1, 30))
def test_two_settlements_at_one_place_count_as_one(layout, reach):
    supply, demand, cost = layout
    plain = access.two_step_floating_catchment(supply, demand, cost, reach=reach, decay=inverse)
    halves = np.concatenate([demand[:1] / 2, demand[:1] / 2, demand[1:]])
    split = access.two_step_floating_catchment(
        supply, halves, cost[[0, *range(len(demand))]], reach=reach, decay=inverse
    )
    npt.assert_allclose(split, plain[[0, *range(len(demand))]])


@FEW
@given(layouts, st.integers(1, 29))
def test_more_children_are_within_a_longer_reach(layout, reach):
    _, demand, cost = layout
    nearest = access.nearest_distance(cost)
    assert access.share_within(nearest, demand, reach) <= access.share_within(nearest, demand, reach + 1)


MEASURES = {"two_step_binary": None, "two_step_inverse_cost": inverse}


def _compute(row):
    given = json.loads(row["input"])
    place = given.pop("place")
    return access.two_step_floating_catchment(**given, decay=MEASURES[row["measure"]])[place]


def _cases(kind):
    return [
        pytest.param(row, id=f"{row['id']} {row['measure']}: {row['source']}") for row in ROWS if row["kind"] == kind
    ]


@pytest.mark.parametrize("row", _cases("reference"))
def test_we_agree_with_the_cited_value(row):
    assert abs(_compute(row) - float(row["expected"])) <= float(row["tolerance"])


@pytest.mark.parametrize("row", _cases("negative_control"))
def test_we_do_not_give_it_with_the_direction_of_travel_reversed(row):
    assert abs(_compute(row) - float(row["expected"])) > float(row["tolerance"])


def test_the_table_is_complete_and_every_row_is_executed():
    assert len(ROWS) == len({row["id"] for row in ROWS}) == 16
    assert {row["kind"] for row in ROWS} == {"reference", "negative_control"}
    assert {row["measure"] for row in ROWS} == set(MEASURES)
    assert {row["provenance"] for row in ROWS} == {"published", "peer-computed"}
    assert all(row["source"] for row in ROWS)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda: access.distances([1, 2], [[1, 2]]), r"origins_xy must be two columns.*\(2,\)", id="points"
        ),
        pytest.param(
            lambda: access.distances([[1, 2]], [[1, np.nan]]), "destinations_xy must be finite", id="missing position"
        ),
        pytest.param(
            lambda: access.distances(np.ma.array([[1, 2]], mask=[[0, 1]]), [[1, 2]]),
            "origins_xy must be finite",
            id="masked position",
        ),
        pytest.param(lambda: access.nearest_distance([1, 2]), r"cost must be a matrix.*\(2,\)", id="no matrix"),
        pytest.param(lambda: access.nearest_distance([[]]), "cost must be a matrix", id="no schools"),
        pytest.param(
            lambda: access.nearest_distance([[1, 2], [np.nan, 1]]), r"row by row,.*positions \[2\]", id="missing cost"
        ),
        pytest.param(lambda: access.nearest_distance([[1, -np.inf]]), "missing or infinite", id="minus infinity"),
        pytest.param(lambda: access.nearest_distance([[1, -2]]), "must not be negative", id="negative cost"),
        pytest.param(lambda: access.nearest_distance([["1", "2"]]), "some are text", id="digits as text"),
        pytest.param(lambda: access.nearest_distance([["far", "near"]]), "some are text", id="text"),
        pytest.param(lambda: access.share_within([1, 2], [0, 0], 3), "population must be positive", id="nobody"),
        pytest.param(lambda: access.share_within([1, 2], [5], 3), "same length", id="lengths"),
        pytest.param(lambda: access.share_within([[1, 2]], [5, 5], 3), "distance must be one column", id="table"),
        pytest.param(lambda: access.share_within([1], [5], 0), "reach must be positive; got 0", id="reach"),
        pytest.param(lambda: access.share_within([1], [5], np.nan), "reach must be positive; got nan", id="no reach"),
        pytest.param(
            lambda: access.two_step_floating_catchment([1, 2], [3], [[1], [2]], reach=1),
            r"each of the 1 settlements and a column for each of the 2 schools; got shape \(2, 1\).*transpose",
            id="matrix turned",
        ),
        pytest.param(
            lambda: access.two_step_floating_catchment([9, 9], [0, 3], [[1, 9], [9, 1]], reach=1),
            r"must have children who reach it; got 1 .*positions \[0\]",
            id="a school for an empty settlement",
        ),
        pytest.param(
            lambda: access.two_step_floating_catchment([9], [3], [[0]], reach=1, decay=inverse),
            "one finite weight",
            id="decay at 0",
        ),
        pytest.param(
            lambda: access.two_step_floating_catchment([9], [3], [[1]], reach=1, decay=lambda cost: -cost),
            "one finite weight of at least 0",
            id="negative decay",
        ),
        pytest.param(
            lambda: access.gravity_accessibility([9], [[1]], decay=lambda cost: 1.0),
            "one finite weight",
            id="one for all",
        ),
        pytest.param(
            lambda: access.gravity_accessibility([9, 9], [[1]], decay=inverse),
            "columns of cost and supply",
            id="schools",
        ),
        pytest.param(lambda: access.capacity_ratio([9, 9], [1, 0]), r"pupils must be positive.*\[1\]", id="no pupils"),
        pytest.param(lambda: access.capacity_ratio([9], [1, 2]), "same length", id="capacity and pupils"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(MeasureError, match=message):
        call()
