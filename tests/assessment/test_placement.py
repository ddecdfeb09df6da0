"""Where resources lie between the far end of a county and its seat."""

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess, placement

QUALITY = standards.load("cn-2017-quality")
SPORTS, BACKBONE = "sports_area_per_pupil", "backbone_teachers_per_100"


@pytest.fixture
def county():
    """Two equal schools: the far one has three quarters of the sports grounds, the near one all backbone teachers."""
    far = school("F", 100, x_km=3.0, y_km=4.0, sports_ground_area_m2=900.0)
    near = school("N", 100, x_km=0.0, y_km=0.0, sports_ground_area_m2=300.0)
    return build([far, near], [section("F", 100, backbone_teachers=0), section("N", 100, backbone_teachers=4)])


def test_distance_is_as_the_crow_flies(county):
    placed = placement.values_in_place(assess(county, QUALITY), county)
    assert dict(zip(placed["school_id"], placed["distance_km"], strict=True)) == {"F": 5.0, "N": 0.0}
    np.testing.assert_allclose(placed["multiple"], placed["value"] / placed["threshold"])


def test_the_farthest_pupils_come_first(county):
    curves = placement.concentration_by_distance(
        assess(county, QUALITY), county, indicators=[SPORTS, BACKBONE], level="primary"
    )
    shares = {name: part["resource_share"].tolist() for name, part in curves.groupby("group", sort=False)}
    assert shares == {SPORTS: [0.0, 0.75, 1.0], BACKBONE: [0.0, 0.0, 1.0]}


def test_the_index_is_negative_for_what_lies_far_out(county):
    curves = placement.concentration_by_distance(
        assess(county, QUALITY), county, indicators=[SPORTS, BACKBONE], level="primary"
    )
    index = curves.groupby("group", sort=False)["index"].first()
    assert index.to_dict() == pytest.approx({SPORTS: -0.25, BACKBONE: 0.5})


def test_a_school_without_a_place_is_left_out(county):
    lost = build(
        [*county.schools.to_dict("records"), school("L", 100)],
        [*county.sections.to_dict("records"), section("L", 100)],
    )
    options = {"indicators": [SPORTS], "level": "primary"}
    with_it = placement.concentration_by_distance(assess(lost, QUALITY), lost, **options)
    without = placement.concentration_by_distance(assess(county, QUALITY), county, **options)
    np.testing.assert_array_equal(with_it["resource_share"], without["resource_share"])
