"""What changes, compositions and sizes draw: the numbers of the frame."""

from __future__ import annotations

import numpy as np
import pytest

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples


def _legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def _rows(ax):
    return [label.get_text().replace("\n", " ").replace("\u00a0", " ") for label in ax.get_yticklabels()]


def test_parts_stand_end_to_end():
    _, ax = style.figure(rows=2)
    figures.composition(samples.parts(), ax, quantity="teachers", unit="per 100")
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    np.testing.assert_allclose(bars[0], (0, 0.4))
    np.testing.assert_allclose(bars[2], (0.4, 0.3))
    assert _legend(ax) == ["standard", "PE", "music"]
    assert ax.get_xlabel() == "teachers (per 100)"


def test_a_missing_part_is_counted_in_the_name_of_its_group():
    _, ax = style.figure(rows=2)
    figures.composition(samples.parts(), ax, quantity="teachers")
    assert _rows(ax) == ["urban", "rural (1 missing)"]


def test_a_part_that_stands_twice_is_refused():
    _, ax = style.figure(rows=2)
    twice = samples.parts().assign(part="pe")
    with pytest.raises(EdubalanceError, match="one row a group × part; urban, pe occurs more than once"):
        figures.composition(twice, ax, quantity="teachers")


def test_a_year_without_a_known_change_has_no_row():
    _, ax = style.figure(rows=2)
    figures.changes(samples.yearly_changes(), ax, quantity="change")
    assert _rows(ax) == ["2022", "2023 (1 missing)"]


def test_every_known_change_is_one_mark():
    _, ax = style.figure(rows=2)
    figures.changes(samples.yearly_changes(), ax, quantity="change")
    marks = np.vstack([part.get_offsets().data for part in ax.collections])
    assert sorted(marks[np.isfinite(marks[:, 0]), 0]) == [-20.0, -5.0, 0.0, 5.0, 10.0]


@pytest.mark.parametrize(("reach", "expected"), [(0.0, 21.0), (50.0, 50.0)], ids=["as far as the data", "further"])
def test_gains_and_losses_are_drawn_on_one_scale(reach, expected):
    _, ax = style.figure(rows=2)
    figures.changes(samples.yearly_changes(), ax, quantity="change", reach=reach)
    assert ax.get_xlim() == pytest.approx((-expected, expected))


def test_before_is_hollow_and_after_is_filled():
    _, ax = style.figure(rows=3)
    figures.before_after(samples.lifted(), ax, after="lifted", names=samples.NAMES["en"])
    before, after = (line for line in ax.lines if line.get_marker() == "o")
    np.testing.assert_array_equal(before.get_xdata(), [0.3, 0.6, np.nan])
    np.testing.assert_array_equal(after.get_xdata(), [0.3, 0.4, np.nan])
    assert before.get_markerfacecolor() == "white"
    assert _legend(ax) == ["now", "after lifting", "limit 0.50"]
    assert _rows(ax)[2] == "sports area per pupil (1 missing)"


def test_an_indicator_that_stands_twice_is_refused():
    _, ax = style.figure(rows=3)
    with pytest.raises(EdubalanceError, match="one row a indicator; qualified occurs more than once"):
        figures.before_after(samples.lifted().assign(indicator="qualified"), ax, after="lifted")


def test_what_is_too_large_stands_right_of_the_line():
    _, ax = style.figure(rows=2)
    figures.against_limits(samples.sizes(), ax)
    marks = np.vstack([part.get_offsets().data for part in ax.collections])
    assert sorted(marks[:, 0]) == [0.25, 1.0, 1.2]
    assert _rows(ax) == ["school_size", "class_size (1 missing)"]
    assert _legend(ax) == ["urban", "rural", "limit"]
