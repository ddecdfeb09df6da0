"""What the figures of funds draw: the numbers of the frame, falls marked, missing ones counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples


def legend(ax):
    return [text.get_text().replace("\u00a0", " ") for text in ax.get_legend().get_texts()]


def test_spending_draws_both_amounts_of_every_level_and_breaks_where_one_is_missing():
    _, ax = style.figure()
    figures.spending(samples.spending(), ax)
    drawn = [line.get_ydata() for line in ax.lines if len(line.get_xdata()) == 3]
    frame = samples.spending()
    for number, level in enumerate(("primary", "junior")):
        for line, column in zip(drawn[2 * number : 2 * number + 2], ("nominal", "deflated"), strict=True):
            np.testing.assert_allclose(line, frame.loc[frame["level"] == level, column])


def test_a_fall_is_marked_in_its_year_and_explained():
    _, ax = style.figure()
    figures.spending(samples.spending(), ax)
    marked = [line for line in ax.lines if line.get_marker() == "v" and len(line.get_xdata())]
    assert [(list(line.get_xdata()), list(line.get_ydata())) for line in marked] == [([2022], [9200.0])]
    assert legend(ax) == [
        "primary",
        "junior (1 missing)",
        "as paid",
        "constant prices (2023)",
        "fell since the year before",
    ]


def test_no_two_levels_look_alike_where_special_schools_and_the_sum_stand_with_them():
    _, ax = style.figure()
    frame = samples.spending()
    more = [frame[frame["level"] == "primary"].assign(level=level) for level in ("special", "all")]
    figures.spending(pd.concat([frame, *more]), ax)
    looks = [(line.get_color(), line.get_marker()) for line in ax.lines if line.get_linestyle() == "-"]
    assert len(looks) == len({colour for colour, _ in looks}) == len({marker for _, marker in looks}) == 4


def test_without_a_fall_the_legend_does_not_speak_of_one():
    _, ax = style.figure()
    figures.spending(samples.spending().assign(fell=False), ax, lang="zh")
    assert legend(ax)[2:] == ["当年价", "不变价（2023）"]


def test_a_level_that_stands_twice_in_a_year_is_refused():
    _, ax = style.figure()
    with pytest.raises(EdubalanceError, match="one row a year × level; 2021, primary occurs more than once"):
        figures.spending(samples.spending().assign(level="primary"), ax)


def test_townships_stand_by_their_revenue_and_the_unknown_one_is_counted():
    _, ax = style.figure()
    figures.townships(samples.townships(), ax, value="spending_per_pupil")
    points = np.concatenate([marks.get_offsets() for marks in ax.collections])
    np.testing.assert_allclose(points, [[3000, 15000], [1800, 14000], [1000, 12000]])
    sizes = [float(marks.get_sizes()[0]) for marks in ax.collections]
    assert sizes == sorted(sizes, reverse=True)
    assert ax.get_xlabel().replace("\u00a0", " ") == "own revenue per resident (yuan) (1 missing)"
    assert ax.get_ylabel().replace("\n", " ") == "education spending (yuan per pupil)"


def test_townships_of_which_nothing_is_known_leave_an_empty_axis():
    _, ax = style.figure()
    figures.townships(samples.townships().assign(spending_per_pupil=np.nan), ax, value="spending_per_pupil")
    assert ax.get_xlabel().replace("\u00a0", " ").endswith("(4 missing)")
