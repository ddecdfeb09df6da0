"""Maps of access, curves of distance, seats and what stands idle: what is drawn is what the frame says."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples


def drawn(draw, frame, **options):
    fig, ax = style.figure(height=5.2)
    draw(frame, ax, **options)
    fig.canvas.draw()
    return ax


def labels_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_settlements_are_larger_the_more_children_and_darker_the_more_seats():
    ax = drawn(figures.access_map, samples.access())
    homes = ax.collections[0]
    assert homes.get_offsets().tolist() == [[0, 0], [6, 4]]
    assert homes.get_array().tolist() == [0.8, 0]
    large, small = homes.get_sizes()
    assert large > small > 0


def test_schools_look_as_full_as_they_are_and_far_settlements_are_crossed():
    ax = drawn(figures.access_map, samples.access())
    expected = ["school with room", "full school", "seats not known", "settlement (children)", "no school in reach"]
    assert labels_of(ax) == expected
    crosses = [line for line in ax.get_lines() if line.get_marker() == "x"]
    assert crosses[0].get_xydata().tolist() == [[6, 4]]
    near = samples.access()
    near["no_school"] = False
    assert "no school in reach" not in labels_of(drawn(figures.access_map, near))


def test_a_map_without_settlements_is_refused():
    schools = samples.access().query("place == 'school'")
    with pytest.raises(EdubalanceError, match="No settlement has children to draw"):
        drawn(figures.access_map, schools)


def test_a_curve_begins_at_nobody_and_ends_at_everybody():
    ax = drawn(figures.reach_curve, samples.distances(), reach={"junior": 5.0})
    primary = ax.get_lines()[0].get_xydata()
    assert primary.tolist() == [[0, 0], [0.5, 60], [2, 100]]
    assert labels_of(ax) == ["primary", "junior", "reach assumed"]
    assert [line.get_xdata()[0] for line in ax.get_lines() if line.get_label().startswith("_child")] == [5.0]


def test_a_reach_that_all_groups_share_belongs_to_none_of_their_colours():
    ax = drawn(figures.reach_curve, samples.distances(), reach={"primary": 5.0, "junior": 5.0})
    reaches = [line for line in ax.get_lines() if line.get_label().startswith("_child")]
    assert {line.get_color() for line in reaches} == {style.INK}


def test_without_a_reach_none_is_drawn():
    assert labels_of(drawn(figures.reach_curve, samples.distances())) == ["primary", "junior"]


def test_seats_stand_against_pupils_and_unknown_ones_are_counted():
    ax = drawn(figures.seats_against_pupils, samples.seats())
    points = np.vstack([each.get_offsets() for each in ax.collections])
    assert sorted(points.tolist()) == [[100, 200], [1200, 1000]]
    assert ax.get_xlabel().endswith("1 missing")
    line = ax.get_lines()[0].get_xydata()
    assert (line[:, 0] == line[:, 1]).all()


def test_sections_stand_in_order_within_their_area():
    ax = drawn(figures.efficiency_scores, samples.efficiencies())
    bars = [each for each in ax.collections if isinstance(each, LineCollection)]
    tops = [[segment[1][1] for segment in each.get_segments()] for each in bars]
    assert tops == [pytest.approx([0.89, 0.99]), pytest.approx([0.69, 0.79])]
    assert [text.get_text().replace("\n", " ") for text in ax.get_xticklabels()] == ["urban n = 2", "rural n = 2"]


def test_two_levels_are_not_drawn_as_one():
    frame = samples.efficiencies()
    frame.loc[0, "level"] = "junior"
    with pytest.raises(EdubalanceError, match="one level at a time"):
        drawn(figures.efficiency_scores, frame)


def test_bars_are_idle_shares_and_numbers_the_funds():
    ax = drawn(figures.idle_capacity, samples.idle())
    assert [bar.get_width() for bar in ax.patches] == [0, 44, 12.5, 0]
    assert [text.get_text() for text in ax.texts] == ["0", "52", "9", ""]
    names = [text.get_text().replace("\n", " ").replace("\u00a0", " ") for text in ax.get_yticklabels()]
    assert names == ["primary, urban", "primary, rural", "junior, urban", "junior, rural (1 missing)"]
