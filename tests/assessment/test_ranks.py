"""Pupils in the order of a fact about their school: curves and their index, by hand."""

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.assessment import assess, ranks
from edubalance.errors import EdubalanceError

QUALITY = standards.load("cn-2017-quality")
SPORTS = "sports_area_per_pupil"


def county(share=(1.0, 3.0), migrants=(80.0, 10.0), x_km=(9.0, 0.0)):
    schools = [
        school(
            name, 300, sports_ground_area_m2=7.5 * 300 * share[i], migrant_share_pct=migrants[i], x_km=x_km[i], y_km=0.0
        )
        for i, name in enumerate("AB")
    ]
    return build(schools, [section("A", 300), section("B", 300)])


def curve(tables, by="migrant_share_pct", **options):
    return ranks.concentration_curves(
        assess(tables, QUALITY), tables, by, level="primary", indicators=[SPORTS], **options
    )


def test_the_half_with_most_migrant_children_holds_a_quarter():
    """1 and 3: the least advantaged half holds 1/4 of the resource; the index is 1/4 towards the advantaged."""
    found = curve(county())
    assert found[["pupil_share", "resource_share"]].to_numpy().tolist() == [[0, 0], [0.5, 0.25], [1, 1]]
    assert found["index"].unique().tolist() == [0.25]
    assert found["group"].unique().tolist() == [SPORTS]


def test_the_other_way_round_the_index_changes_its_sign():
    assert curve(county(), highest_first=False)["index"].unique().tolist() == [-0.25]


def test_remoteness_is_the_distance_from_the_seat():
    near_is_rich = curve(county(), ranks.REMOTENESS)
    far_is_rich = curve(county(x_km=(0.0, -9.0)), ranks.REMOTENESS)
    assert near_is_rich["index"].iloc[0] == 0.25
    assert far_is_rich["index"].iloc[0] == -0.25


def test_equal_schools_lie_on_the_diagonal_whatever_their_rank():
    found = curve(county(share=(2.0, 2.0)))
    np.testing.assert_allclose(found["pupil_share"], found["resource_share"])


def test_a_section_without_a_rank_is_left_out_and_counted():
    found = curve(county(migrants=(np.nan, 10.0)))
    assert found["n_missing"].unique().tolist() == [1]
    assert len(found) == 2


def test_schools_are_not_ranked_by_a_text():
    with pytest.raises(EdubalanceError, match=r"ranked by a number; got 'township'.*remoteness"):
        curve(county(), "township")
