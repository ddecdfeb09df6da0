"""Where resources lie between the far end of a county and its seat."""

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess, placement

QUALITY = standards.load("cn-2017-quality")


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
