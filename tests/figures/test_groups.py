"""What figures of groups draw: the numbers of the frame."""

from __future__ import annotations

import numpy as np
import pytest

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples


def _rows(ax):
    return [label.get_text().replace("\n", " ").replace("\u00a0", " ") for label in ax.get_yticklabels()]


def _legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def _line(ax, label):
    return next(line for line in ax.lines if line.get_label() == label)


def test_a_group_stands_at_its_multiple():
    _, ax = style.figure(rows=2)
    figures.profile(samples.relative_means(), ax)
    np.testing.assert_allclose(_line(ax, "urban").get_xdata(), [0.9, 1.2])
    assert _rows(ax) == ["qualified", "sports (1 missing)"]


def test_small_differences_look_small_on_a_long_axis():
    _, ax = style.figure(rows=2)
    figures.profile(samples.relative_means(), ax, reach=0.8)
    np.testing.assert_allclose(ax.get_xlim(), (0.2, 1.8))


def test_parts_of_opposite_signs_start_at_zero_and_those_of_one_sign_follow_each_other():
    _, ax = style.figure(rows=3)
    figures.change_parts(samples.change_parts(), ax)
    added, left = ax.containers
    assert [(bar.get_x(), bar.get_width()) for bar in added][:2] == [(0, 5), (0, 4)]
    assert [(bar.get_x(), bar.get_width()) for bar in left][:2] == [(0, -15), (4, 6)]
    np.testing.assert_allclose(_line(ax, "both together").get_xdata(), [-10, 10, np.nan])
    assert _rows(ax)[2] == "sports (1 missing)"


def test_the_axis_of_changes_reaches_as_far_as_asked():
    _, ax = style.figure(rows=3)
    figures.change_parts(samples.change_parts(), ax, reach=30)
    assert ax.get_xlim() == (-30, 30)


def test_rows_of_changes_may_be_groups():
    _, ax = style.figure(rows=1)
    frame = samples.change_parts().iloc[:2].assign(group="rural")
    figures.change_parts(frame, ax, by="group")
    assert _rows(ax) == ["rural"]


def test_what_a_limit_permits_is_drawn_where_there_is_one():
    _, ax = style.figure(rows=2)
    figures.fifths(samples.fifths(), ax)
    permitted = ax.containers[0]
    np.testing.assert_allclose((permitted[0].get_x(), permitted[0].get_width()), (0.5, 1.3))
    assert _legend(ax) == ["as it is", "as the limit would permit", "full equality"]


def test_without_any_limit_the_legend_does_not_speak_of_one():
    _, ax = style.figure(rows=1)
    figures.fifths(samples.fifths().iloc[1:], ax)
    assert _legend(ax) == ["as it is", "full equality"]


def test_a_share_is_never_rounded_up_to_all():
    """99.9 % of the sections are not all of them."""
    _, ax = style.figure(rows=2)
    figures.under_growth(samples.growth(), ax)
    assert [text.get_text() for text in ax.texts] == ["100", "99", "40", "75", "50", "0"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "+10", "+20"]


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (figures.profile, samples.relative_means),
        (figures.change_parts, samples.change_parts),
        (figures.fifths, samples.fifths),
        (figures.under_growth, samples.growth),
    ],
)
def test_a_row_that_stands_twice_is_refused(draw, frame):
    _, ax = style.figure(rows=2)
    twice = frame().assign(indicator="qualified")
    with pytest.raises(EdubalanceError, match="occurs more than once"):
        draw(twice, ax)
