"""Figures on many counties draw the numbers they are given."""

from __future__ import annotations

import numpy as np
import numpy.testing as npt
import pytest

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples


def test_counties_stand_from_the_lowest_composite_with_their_intervals():
    _, ax = style.figure(rows=4)
    frame = samples.ranked_counties()
    figures.county_ranking(frame, ax)
    drawn = ax.lines[0].get_xydata()
    npt.assert_allclose(drawn[:, 0], [0.24, 0.31, 0.38, 0.42])
    npt.assert_allclose(drawn[:, 1], range(4))
    low, high = ax.collections[0].get_segments()[0][:, 0]
    npt.assert_allclose((low, high), (0.20, 0.29))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["P01-0002", "P01-0001", "P01-0005", "P01-0003"]
    assert "1\u00a0without a composite" in ax.get_xlabel()


def test_a_county_of_few_schools_does_not_press_the_others_together():
    frame = samples.many_ranked_counties()
    frame.loc[7, "composite_high"] = 40.0
    _, ax = style.figure()
    figures.county_ranking(frame, ax)
    assert ax.get_xlim()[1] == pytest.approx(2.5 * 0.52)
    (arrow,) = [line for line in ax.get_lines() if line.get_marker() == ">"]
    assert arrow.get_ydata().tolist() == [8]


def test_many_counties_are_counted_from_one():
    _, ax = style.figure()
    figures.county_ranking(samples.many_ranked_counties(), ax)
    assert ax.lines[0].get_ydata()[[0, -1]].tolist() == [1, 400]


def test_the_share_below_is_drawn_in_percent_a_province_a_column():
    _, ax = style.figure(rows=4)
    frame = samples.failing_shares()
    figures.failing_places(frame, ax)
    drawn = np.asarray(ax.collections[0].get_array()).reshape(-1, 31)
    expected = frame.pivot(index="indicator", columns="province", values="share_below") * 100
    npt.assert_allclose(drawn, expected.loc[list(samples.STANDARD)])


def test_slopes_are_drawn_in_percent_a_year():
    _, ax = style.figure(rows=2)
    figures.catching_up(samples.slopes(), ax)
    npt.assert_allclose(ax.containers[0][0].get_xdata(), [-4, 1])
    assert "(1\u00a0missing)" in ax.get_yticklabels()[1].get_text().replace("\n", " ")


def test_the_axis_of_the_years_turned_round_says_so():
    _, ax = style.figure(rows=2)
    figures.catching_up(samples.slopes(), ax, backwards=True)
    told = " ".join(ax.get_xlabel().split())
    assert "years turned round" in told
    assert "first value" not in told


def test_a_change_that_did_not_happen_stays_empty():
    _, ax = style.figure(rows=4)
    figures.transitions(samples.changed_verdicts(), ax)
    words = [text.get_text() for text in ax.texts if text.get_text()]
    assert words == [
        "12,280\n89.1%",
        "1,030\n7.5%",
        "470\n3.4%",
        "1,010\n13.1%",
        "6,700\n86.9%",
        "7\n100.0%",
        "12\n100.0%",
    ]


def test_one_pair_of_years_at_a_time():
    _, ax = style.figure()
    frame = samples.changed_verdicts()
    with pytest.raises(EdubalanceError, match="one row a before × after"):
        figures.transitions(frame.loc[[0, 0]], ax)
