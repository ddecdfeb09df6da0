"""Figures of gaps draw the numbers they are given."""

from __future__ import annotations

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples


def one_indicator(indicator="sports"):
    sections = samples.sections()
    return sections[sections["indicator"] == indicator]


def test_a_gap_is_the_value_divided_by_its_standard():
    _, ax = style.figure(rows=3)
    figures.gap_to_standard(samples.sections(), ax)
    drawn = np.sort(
        np.concatenate([each.get_offsets()[:, 0] for each in ax.collections if isinstance(each, PathCollection)])
    )
    expected = [1.25, 1.0, 0.9, 0.75, 1.2, 2.0, 1.2, 1.0, 0.9, 0.0, 0.4, 0.5, 0.875, 1.125, 1.5, 2.0, 2.5]
    npt.assert_allclose(drawn, np.sort(expected))


def test_each_mark_stands_in_the_row_of_its_indicator_in_the_colour_of_its_area():
    _, ax = style.figure(rows=3)
    figures.gap_to_standard(samples.sections(), ax)
    marks = next(each for each in ax.collections if isinstance(each, PathCollection))
    drawn = {(*np.round(place, 3), to_hex(colour)) for place, colour in zip(*_places_and_colours(marks), strict=True)}
    sports = [(0.5, -0.24, style.BLUE), (0.875, -0.24, style.BLUE), (1.125, 0, style.ORANGE), (1.5, 0, style.ORANGE)]
    sports += [(2.0, 0.24, style.GREEN), (2.5, 0.24, style.GREEN)]
    assert {(x, y, colour) for x, y, colour in drawn if y > 1.5} == {(x, round(2 + y, 3), c) for x, y, c in sports}


def _places_and_colours(marks):
    return marks.get_offsets().data, marks.get_facecolors()


def test_a_gap_shows_the_standard_at_one_and_counts_what_is_missing():
    _, ax = style.figure(rows=3)
    figures.gap_to_standard(samples.sections(), ax, names=samples.NAMES["en"])
    assert list(ax.get_lines()[0].get_xdata()) == [1, 1]
    names = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert "(1\xa0missing)" in names[0]
    assert "missing" not in names[1]


def test_a_parade_is_as_wide_as_its_pupils_and_as_high_as_its_values():
    _, ax = style.figure()
    figures.parade(one_indicator("qualified"), ax, unit="teachers")
    bars = sorted((bar.get_x(), bar.get_width(), bar.get_height()) for group in ax.containers for bar in group)
    assert bars == [(0, 400, 3.0), (400, 600, 3.6), (1000, 900, 4.0), (1900, 200, 4.8), (2100, 1200, 5.0)]
    assert {line.get_ydata()[0] for line in ax.get_lines()} == {4.0, 3.4}


def test_a_parade_without_a_standard_colours_any_groups_and_drops_none():
    frame = pd.DataFrame(
        {"indicator": "books", "pupils": [10.0, 20.0, 30.0], "value": [1.0, 2.0, 3.0], "group": ["q1", None, "q2"]}
    )
    _, ax = style.figure()
    figures.parade(frame, ax, unit="volumes", by="group", names={"q1": "least poor"})
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["in no group", "least poor", "q2"]
    assert sum(bar.get_width() for group in ax.containers for bar in group) == 60
    assert not ax.get_lines()


def test_a_parade_counts_schools_without_pupils():
    _, ax = style.figure()
    frame = one_indicator().reset_index(drop=True)
    figures.parade(frame.assign(pupils=frame["pupils"].mask(frame.index == 0)), ax, unit="m²")
    assert "(1\xa0missing)" in ax.get_xlabel()


def test_a_parade_draws_one_indicator_only():
    _, ax = style.figure()
    with pytest.raises(EdubalanceError, match="draws one indicator at a time; the frame has 3"):
        figures.parade(samples.sections(), ax, unit="m²")


def test_the_matrix_orders_sections_by_what_they_meet():
    _, ax = style.figure(rows=3, width=6.5)
    figures.section_matrix(samples.sections(), ax)
    state = {colour: state for state, colour in style.STATE_COLOURS.items()}
    mesh = ax.collections[0]
    mesh.update_scalarmappable()
    tiles = np.reshape([state[to_hex(colour)] for colour in mesh.get_facecolors()], (3, 6))
    columns = [list(column) for column in tiles.T]
    assert list(tiles[0]) == ["met", "met", "floor", "met", "below", "missing"]
    assert [column.count("met") for column in columns] == [2, 2, 2, 2, 1, 1]
    assert sum(column.count("missing") for column in columns) == 1
    assert sum(column.count("floor") for column in columns) == 3
    assert sum(column.count("below") for column in columns) == 4


def test_the_matrix_refuses_the_same_section_twice():
    _, ax = style.figure()
    twice = samples.sections().assign(school_id="D-P-01")
    with pytest.raises(EdubalanceError, match="one row a school_id × level × indicator; D-P-01, primary, qualified"):
        figures.section_matrix(twice, ax)


@pytest.mark.parametrize(("quantity", "first"), [("depth", 5.0), ("pupil_share", 10.0), ("school_share", 20.0)])
def test_a_shortfall_is_drawn_in_percent(quantity, first):
    _, ax = style.figure(rows=2)
    figures.shortfall_by_area(samples.shortfalls(), ax, quantity=quantity)
    assert ax.containers[0][0].get_width() == pytest.approx(first)
    shares = samples.shortfalls()[quantity].to_numpy() * 100
    drawn = [[bar.get_width() for bar in bars] for bars in ax.containers]
    npt.assert_allclose(drawn, [shares[::2], shares[1::2]])
    assert "%" in ax.get_xlabel()


def test_a_missing_shortfall_has_no_bar_and_moves_no_other():
    _, ax = style.figure(rows=2)
    frame = samples.shortfalls()
    figures.shortfall_by_area(frame.assign(depth=frame["depth"].mask(frame.index == 1)), ax)
    urban, rural = ([(bar.get_width(), round(bar.get_y() + bar.get_height() / 2)) for bar in b] for b in ax.containers)
    assert urban == [(5.0, 0), (0.0, 1)]
    assert rural == [(10.0, 1)]
    assert {bar.get_hatch() for bar in ax.containers[1]} == {style.HATCHES[1]}


def test_an_area_that_is_not_usual_is_drawn_too():
    _, ax = style.figure(rows=2)
    figures.shortfall_by_area(samples.shortfalls().replace({"area": {"rural": "suburb"}}), ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["urban", "suburb"]
