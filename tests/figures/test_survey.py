"""Figures of the survey draw the numbers that they are given, where they belong."""

from __future__ import annotations

import numpy as np
import numpy.testing as npt
import pytest
from matplotlib.collections import LineCollection

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples


def axes(rows=3):
    return style.figure(rows=rows)[1]


def names(ax):
    return [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]


def test_the_middle_of_the_scale_stands_half_to_each_side():
    ax = figures.survey_answers(samples.survey_answers(), axes())
    first = [bar for bar in ax.patches if abs(bar.get_y() + bar.get_height() / 2) < 0.1]
    npt.assert_allclose([bar.get_x() for bar in first], [-35, -30, -15, 15, 55])
    npt.assert_allclose([bar.get_width() for bar in first], [5, 15, 30, 40, 10])


def test_what_was_left_out_and_what_is_reversed_is_said():
    ax = figures.survey_answers(samples.survey_answers(), axes())
    assert names(ax) == [
        "I talk with my child about homework (3\u00a0missing)",
        "reversed: My child has to manage schoolwork alone",
        "other",
    ]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["never", "seldom", "sometimes", "often", "always"]


def test_two_groups_or_scales_are_not_mixed():
    frame = samples.survey_answers()
    frame.loc[0, "group"] = "pupils"
    with pytest.raises(EdubalanceError, match="one group at a time; the frame has 2"):
        figures.survey_answers(frame, axes())


def test_satisfaction_shows_interval_bounds_and_bar():
    ax = figures.satisfaction(samples.satisfaction(), axes())
    interval = next(each for each in ax.collections if isinstance(each, LineCollection)).get_segments()
    npt.assert_allclose(interval[0][:, 0], [90, 93.5])
    band = ax.patches[0]
    npt.assert_allclose([band.get_x(), band.get_width()], [89, 4])
    assert 85 in [line.get_xdata()[0] for line in ax.get_lines()]
    called = [name.replace("\u00a0", " ") for name in names(ax)]
    assert called == ["parents (n = 700)", "all questionnaires (n = 1100)", "managers (n = 0)"]


def test_areas_of_one_group_can_be_the_rows():
    frame = samples.satisfaction().assign(area=["urban", "town", "rural"])
    ax = figures.satisfaction(frame, axes(), by="area", lang="zh")
    assert names(ax) == ["城区（n\u00a0=\u00a0700）", "镇区（n\u00a0=\u00a01100）", "乡村（n\u00a0=\u00a00）"]


def test_reliability_draws_what_is_defined_and_the_mark_asked_for():
    frame = samples.scales()
    marked, bare = (figures.scale_reliability(frame, axes(), mark=mark) for mark in (0.7, None))
    alpha, omega = marked.get_lines()[:2]
    npt.assert_array_equal(alpha.get_xdata(), frame["alpha"])
    npt.assert_array_equal(omega.get_xdata(), frame["omega"])
    assert len(marked.get_lines()) == len(bare.get_lines()) + 1
    assert names(marked)[0] == "parents · family support for learning (n\u00a0=\u00a0628)"


def test_loadings_are_printed_and_the_meant_factor_is_framed():
    ax = figures.factor_loadings(samples.survey_loadings(), axes())
    assert [text.get_text() for text in ax.texts] == ["0.70", "−0.10", "0.60", "0.20", "0.05", "0.80"]
    framed = [patch for patch in ax.patches if not patch.get_fill()]
    npt.assert_allclose([patch.get_x() + 0.46 for patch in framed], [0, 0, 1])


@pytest.mark.parametrize("effect", ["g", "delta"])
def test_only_what_holds_up_has_a_full_mark(effect):
    frame = samples.group_effects()
    ax = figures.group_effects(frame, axes(), effect=effect)
    full, hollow = (line for line in ax.get_lines() if len(line.get_xdata()) == 3)
    npt.assert_array_equal(full.get_xdata(), [frame[effect][0], np.nan, np.nan])
    npt.assert_array_equal(hollow.get_xdata(), [np.nan, frame[effect][1], np.nan])
    assert names(ax)[2].endswith(": parents − teachers (no value)")


def test_another_effect_is_refused():
    with pytest.raises(EdubalanceError, match="one of g, delta; got 'd'"):
        figures.group_effects(samples.group_effects(), axes(), effect="d")
