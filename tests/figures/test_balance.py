"""Figures of balance draw the numbers they are given."""

from __future__ import annotations

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples


def test_a_coefficient_is_filled_inside_its_limit_and_hollow_outside():
    _, ax = style.figure(rows=3)
    figures.difference_coefficients(samples.counties(), ax)
    marks = [line for line in ax.get_lines() if line.get_marker() != "None"]
    points = [(x, line.get_markerfacecolor() == "white") for line in marks for x in line.get_xdata()]
    drawn = {(round(float(x), 3), hollow) for x, hollow in points if np.isfinite(x)}
    assert drawn == {(0.3, False), (0.52, True), (0.2, False), (0.45, False), (0.46, True)}


def test_every_level_shows_its_own_limit_with_its_value():
    _, ax = style.figure(rows=3)
    figures.difference_coefficients(samples.counties(), ax)
    limits = {line.get_xdata()[0] for line in ax.get_lines() if line.get_marker() == "None"}
    assert limits == {0.50, 0.45}
    assert {"limit 0.50", "limit 0.45"} <= {text.get_text() for text in ax.get_legend().get_texts()}


def test_intervals_are_drawn_if_there_are_any():
    _, ax = style.figure(rows=3)
    figures.difference_coefficients(samples.counties(), ax)
    assert len(ax.collections) == 2
    _, bare = style.figure(rows=3)
    figures.difference_coefficients(samples.counties().drop(columns=["low", "high"]), bare)
    assert len(bare.collections) == 0


def test_an_interval_that_goes_on_far_beyond_the_marks_ends_in_an_arrow():
    frame = samples.counties()
    frame.loc[frame["indicator"] == "sports", "high"] = [np.nan, 7.0]
    _, ax = style.figure(rows=3)
    figures.difference_coefficients(frame, ax)
    assert ax.get_xlim() == pytest.approx((0, 2.5 * 0.52))
    arrows = [line for line in ax.get_lines() if line.get_marker() == ">"]
    assert [line.get_xdata().tolist() for line in arrows] == [[pytest.approx(2.5 * 0.52)]]
    assert arrows[0].get_color() == style.colour("junior", 1)


def test_intervals_near_the_marks_leave_the_axis_alone():
    _, ax = style.figure(rows=3)
    figures.difference_coefficients(samples.counties(), ax)
    assert ax.get_xlim()[1] < 0.7
    assert ">" not in [line.get_marker() for line in ax.get_lines()]


def test_two_years_at_once_are_refused():
    _, ax = style.figure()
    twice = pd.concat([samples.counties(), samples.counties()])
    with pytest.raises(EdubalanceError, match=r"primary, qualified occurs more than once\. Hint: Select one county"):
        figures.difference_coefficients(twice, ax)


def test_a_convention_that_decides_the_verdict_is_drawn_strong():
    _, ax = style.figure(rows=3)
    figures.conventions(samples.conventions(), ax)
    widths = [lines.get_linewidth()[0] for lines in ax.collections]
    assert widths[1] > widths[0] == widths[2]
    npt.assert_allclose(ax.get_lines()[0].get_xdata(), [0.30, 0.5153, 0.60])


@pytest.mark.parametrize("draw", [figures.lorenz, figures.concentration])
def test_a_curve_is_drawn_in_percent_against_the_diagonal(draw):
    _, ax = style.figure()
    draw(samples.curves(), ax)
    diagonal, primary, junior = ax.get_lines()
    assert list(diagonal.get_xdata()) == list(diagonal.get_ydata()) == [0, 100]
    npt.assert_allclose(primary.get_ydata(), [0, 25, 100])
    npt.assert_allclose(junior.get_ydata(), [0, 40, 100])


def test_shares_are_stacked_to_one_hundred_percent():
    _, ax = style.figure(rows=2)
    figures.decomposition(samples.shares(), ax)
    between, within = ax.containers
    assert [bar.get_width() for bar in between] == [25, 10]
    assert [bar.get_x() for bar in within] == [25, 10]
    assert [bar.get_x() + bar.get_width() for bar in within] == [100, 100]


def test_a_negative_share_is_refused():
    _, ax = style.figure(rows=2)
    with pytest.raises(EdubalanceError, match="must not be negative"):
        figures.decomposition(samples.shares().assign(share=[-0.1, 1.1, 0.5, 0.5]), ax)


def test_the_most_influential_school_stands_on_top():
    _, ax = style.figure(rows=2)
    figures.influence(samples.changes(), ax, most=2)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["D-P-02", "D-P-03"]
    assert [bar.get_width() for bar in ax.containers[0]] == [-0.03, 0.02]
