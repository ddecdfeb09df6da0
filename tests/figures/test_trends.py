"""Figures of years and groups draw the numbers they are given."""

from __future__ import annotations

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples


def one_indicator():
    sections = samples.sections()
    return sections[sections["indicator"] == "qualified"]


def test_a_missing_year_breaks_the_line():
    _, ax = style.figure()
    figures.trend(samples.years(), ax, quantity="books", unit="volumes")
    urban, before, after, _ = ax.get_lines()
    npt.assert_array_equal(urban.get_xydata(), [[2018, 4.0], [2019, 4.5], [2020, 5.0], [2021, 5.5]])
    npt.assert_array_equal(before.get_xydata(), [[2018, 3.0]])
    npt.assert_array_equal(after.get_xydata(), [[2020, 3.5], [2021, 4.0]])
    assert [line.get_color() for line in (urban, before, after)] == [style.BLUE, style.GREEN, style.GREEN]
    assert ax.get_ylabel() == "books (volumes)"


def test_a_year_without_a_row_breaks_the_line_too():
    _, ax = style.figure()
    frame = samples.years()
    figures.trend(frame[frame["value"].notna()].drop(columns="threshold"), ax, quantity="books")
    assert [len(line.get_xdata()) for line in ax.get_lines()] == [4, 1, 2]


def test_groups_are_named_once_in_colour_marker_and_dashes():
    _, ax = style.figure()
    figures.trend(samples.years(), ax, quantity="books", lang="zh")
    legend = ax.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["城区", "乡村", "标准"]
    urban, rural, _ = legend.get_lines()
    assert (urban.get_color(), urban.get_marker(), urban.get_linestyle()) == (style.BLUE, "o", "-")
    assert (rural.get_color(), rural.get_marker(), rural.get_linestyle()) == (style.GREEN, "^", "--")


def test_names_longer_than_the_figure_is_wide_are_broken_in_the_legend():
    fig, ax = style.figure()
    long = {"urban": "Full-time teachers of physical education, music and fine arts per 100 pupils"}
    figures.trend(samples.years(), ax, quantity="books", names=long)
    assert "\n" in ax.get_legend().get_texts()[0].get_text()
    assert ax.get_legend().get_window_extent().width < fig.bbox.width


def test_a_standard_that_rises_is_drawn_as_it_rises():
    _, ax = style.figure()
    figures.trend(samples.years(), ax, quantity="books")
    standard = ax.get_lines()[-1]
    assert standard.get_label() == "standard"
    npt.assert_array_equal(standard.get_ydata(), [4.2, 4.2, 4.5, 4.5])


def test_no_marker_is_cut_off_where_a_value_lies_on_the_edge():
    _, ax = style.figure()
    figures.trend(samples.years(), ax, quantity="books").set_ylim(0, 5.5)
    assert not any(line.get_clip_on() for line in ax.get_lines()[:3])


def test_the_same_year_twice_is_refused():
    _, ax = style.figure()
    with pytest.raises(EdubalanceError, match="one row a year × group; 2018, urban occurs more than once"):
        figures.trend(samples.years().assign(group="urban"), ax, quantity="books")


def test_a_frame_without_a_standard_has_no_line_and_no_legend():
    _, ax = style.figure()
    figures.distribution_by_group(one_indicator().drop(columns=["threshold", "floor"]), ax)
    assert ax.get_legend() is None


def test_every_value_of_a_group_is_drawn_on_its_box():
    _, ax = style.figure()
    figures.distribution_by_group(one_indicator(), ax, unit="teachers")
    values = [sorted(marks.get_offsets()[:, 1]) for marks in ax.collections]
    assert values == [[4.0, 5.0], [3.0, 3.6], [4.8]]
    assert [label.get_text().split("\n")[0] for label in ax.get_xticklabels()] == ["urban", "town", "rural"]
    assert ax.get_xticklabels()[2].get_text() == "rural\nn = 1\n1 missing"


def test_the_same_values_fall_on_the_same_places_each_time():
    places = []
    for _ in range(2):
        _, ax = style.figure()
        figures.distribution_by_group(one_indicator(), ax)
        places.append(np.concatenate([marks.get_offsets() for marks in ax.collections]))
    npt.assert_array_equal(*places)


def test_groups_with_categories_stand_in_their_order():
    _, ax = style.figure()
    frame = pd.DataFrame({"indicator": "cv", "value": [1.0, 2.0, 3.0], "place": ["b", "a", "c"]})
    names = {False: ["a", "b", "c"], True: ["c", "b", "a"]}
    for ordered, told in names.items():
        given = frame.assign(place=pd.Categorical(frame["place"], ["c", "b", "a"])) if ordered else frame
        figures.distribution_by_group(given, ax, by="place")
        assert [label.get_text().split("\n")[0] for label in ax.get_xticklabels()] == told


def test_sections_in_no_group_stand_in_a_group_of_their_own():
    _, ax = style.figure()
    frame = one_indicator().assign(education_group=["G1", "G1", None, None, "G2", "G2"])
    figures.distribution_by_group(frame, ax, by="education_group", lang="zh")
    assert [label.get_text().split("\n")[0] for label in ax.get_xticklabels()] == ["G1", "G2", "未参加"]
