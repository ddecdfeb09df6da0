"""Figures of interviews, teachers and classes: what is drawn is what the frame says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from edubalance import figures
from edubalance.figures import style
from edubalance.figures.interviews import CUSTOMARY
from figures import samples


def texts(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


def row_names(ax) -> list[str]:
    return [label.get_text().replace("\n", " ").replace("\xa0", " ") for label in ax.get_yticklabels()]


# Interviews


def test_themes_stand_in_the_order_of_their_excerpts_with_shares_and_interviews():
    _, ax = style.figure(rows=3)
    figures.themes_by_role(samples.theme_shares(), ax)
    assert row_names(ax) == ["funds", "layout of schools", "family education"]
    assert sorted(texts(ax)) == sorted(["40", "20", "0", "25", "50", "13"])
    assert [label.get_text().split("\n")[-1] for label in ax.get_xticklabels()] == ["n = 5", "n = 2"]


def test_each_pair_of_themes_is_drawn_once():
    _, ax = style.figure(rows=3, width=6.5)
    figures.themes_together(samples.theme_pairs(), ax)
    assert texts(ax) == ["7", "3", "8", "", "1", "1"]


def test_agreement_shows_every_coefficient_and_counts_those_that_are_not_defined():
    _, ax = style.figure(rows=2)
    figures.agreement(samples.coding(), ax)
    dots, crosses = ax.lines[:2]
    assert dots.get_xdata().tolist() == [0.72, 0.85]
    assert np.isnan(crosses.get_xdata()).sum() == 1
    assert row_names(ax) == ["layout of schools", "funds (1 missing)"]
    assert [line.get_xdata()[0] for line in ax.lines[2:]] == list(CUSTOMARY)


def test_saturation_draws_the_order_held_and_the_mean():
    _, ax = style.figure()
    figures.saturation(samples.saturations(), ax)
    mean, ours = ax.lines
    assert ours.get_ydata().tolist() == [2, 3, 5, 6, 6, 6]
    assert mean.get_ydata().tolist() == [2.5, 4.0, 5.0, 5.5, 5.8, 6.0]


# Teachers


def test_bars_of_a_pyramid_are_the_shares_each_from_its_own_zero():
    _, ax = style.figure()
    figures.age_pyramid(samples.ages(), ax)
    widths = [[bar.get_width() for bar in bars] for bars in ax.containers]
    assert widths == [[20, 30, 30, 20], [25, 25, 25, 25], [40, 10, 10, 40]]
    starts = [bars[0].get_x() for bars in ax.containers]
    assert np.diff(starts).min() > 40
    assert texts(ax)[-1].replace("\xa0", " ") == "rural (2 missing)"
    zeros = [tick for tick, label in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True) if label.get_text() == "0"]
    assert zeros == starts


def test_a_curve_is_drawn_in_steps_with_the_numbers_below_the_years():
    _, ax = style.figure()
    figures.staying(samples.stays(), ax, at_risk=samples.at_risk())
    assert ax.lines[0].get_drawstyle() == "steps-post"
    assert ax.lines[0].get_ydata().tolist() == [100, 80, 60]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0\n236\n104", "5\n129\n39", "10\n85\n0"]
    assert "order of the legend" in ax.get_xlabel().replace("\n", " ")


def test_requirements_mark_each_threshold_and_what_is_not_known():
    _, ax = style.figure(rows=3)
    figures.requirements(samples.required(), ax)
    unknown, thresholds = (np.array(lines.get_segments())[:, :, 0] for lines in ax.collections)
    assert unknown.tolist() == [[100, 100], [7, 7], [18, 26]]
    assert thresholds.tolist() == [[100, 100], [10, 10], [20, 20]]
    assert row_names(ax)[-1] == "sports (5 missing)"


@pytest.mark.parametrize(("lang", "title", "level"), [("en", "junior title", "junior"), ("zh", "初级职称", "初中")])
def test_a_title_and_a_level_of_the_same_code_keep_their_own_names(lang, title, level):
    _, ax = style.figure(rows=2)
    figures.structure(samples.staff(), ax, attribute="title", lang=lang)
    assert title in [text.get_text() for text in ax.get_legend().get_texts()]
    assert level in row_names(ax)


def test_more_than_four_parts_still_look_different():
    frame = samples.staff().assign(attribute="subject")
    codes = ["chinese", "mathematics", "english", "science", "pe", "music", "art", "arts", "other"]
    wide = [frame.iloc[[0]].assign(code=code, share=10.0) for code in codes]
    _, ax = style.figure(rows=1)
    figures.structure(pd.concat(wide), ax, attribute="subject")
    looks = {(bars[0].get_facecolor(), bars[0].get_hatch()) for bars in ax.containers}
    assert len(looks) == len(codes)


# Classes


def test_classes_above_the_limit_are_hatched():
    _, ax = style.figure()
    figures.class_sizes(samples.class_sizes(), ax)
    hatched = [bar for bars in ax.containers for bar in bars if bar.get_hatch()]
    assert sorted(round(bar.get_x() + 0.5) for bar in hatched) == [46, 57]
    limits = [segment[0][0] for lines in ax.collections for segment in lines.get_segments()]
    assert sorted(limits) == [45.5, 50.5]


def test_rooms_and_teachers_that_are_lacking_stand_beside_the_bar():
    _, ax = style.figure(rows=2)
    figures.more_needed(samples.more_classes(), ax)
    assert [text.strip() for text in texts(ax)] == ["+44 rooms, +95 teachers", "+0 rooms, +0 teachers"]
    there, more = ax.containers
    assert [bar.get_width() for bar in there] == [1200, 430]
    assert [bar.get_x() for bar in more] == [1200, 430]
