"""Flows and quality: what is drawn is what the frame holds."""

import numpy as np
import pytest

from edubalance import figures
from edubalance.figures import style
from figures import samples


def bars(ax):
    return sorted((round(bar.get_y() + bar.get_height() / 2), bar.get_x(), bar.get_width()) for bar in ax.patches)


def line(ax, label):
    return next(drawn for drawn in ax.get_lines() if drawn.get_label() == label)


def test_who_came_stands_right_of_zero_and_who_went_left_end_to_end():
    _, ax = style.figure(rows=2)
    figures.moves(samples.ways(), ax)
    urban = [(x, width) for row, x, width in bars(ax) if row == 0 and width]
    assert urban == [(0.0, -1.5), (0.0, 3.0), (3.0, 1.0)]
    assert line(ax, "net").get_xdata() == pytest.approx([2.5, -3.5])


def test_a_part_that_nobody_took_has_no_place_in_the_legend():
    _, ax = style.figure(rows=2)
    figures.moves(samples.ways(), ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["rural schools", "outside the county", "net"]


def test_sections_that_do_not_say_are_counted_in_the_name():
    _, ax = style.figure(rows=2)
    figures.moves(samples.ways(), ax)
    assert [name.get_text().replace("\n", " ") for name in ax.get_yticklabels()] == ["urban", "rural (2\xa0missing)"]


def test_a_part_keeps_its_colour_whatever_else_is_drawn():
    colours = set()
    for frame in (samples.ways(), samples.ways().query("part == 'outside'")):
        _, ax = style.figure(rows=2)
        figures.moves(frame, ax)
        handles = ax.get_legend().legend_handles
        texts = [text.get_text() for text in ax.get_legend().get_texts()]
        colours.add(handles[texts.index("outside the county")].get_facecolor())
    assert len(colours) == 1


def test_the_steps_lead_from_entrants_to_the_retention_and_on():
    _, ax = style.figure(rows=6)
    figures.retention_steps(samples.retention_steps(), ax)
    ends = [x + width for _, x, width in bars(ax)]
    assert ends == [100.0, 98.0, 94.0, 97.0]
    assert line(ax, "retention").get_xdata().tolist() == [98.0]
    assert line(ax, "standard 95 %").get_xdata() == [95.0, 95.0]
    assert ax.get_yticklabels()[0].get_text() == "entrants (101)"


def test_steps_that_are_not_known_say_so():
    frame = samples.retention_steps()
    frame[["pupils", "start", "end"]] = np.nan
    _, ax = style.figure(rows=6)
    figures.retention_steps(frame, ax, lang="zh")
    assert "缺数据" in ax.get_yticklabels()[0].get_text()


def test_a_rate_on_its_limit_is_not_inside():
    _, ax = style.figure(rows=3)
    figures.monitoring(samples.monitored(), ax)
    assert line(ax, "inside").get_xdata().tolist() == [0.10]
    assert line(ax, "not inside").get_xdata().tolist() == [0.15]
    names = [name.get_text().replace("\n", " ") for name in ax.get_yticklabels()]
    assert names == ["Chinese (level III ✓)", "arts (level II ✗)", "science (level ?; no value)"]


def test_known_and_expected_years_are_drawn_apart():
    _, ax = style.figure()
    figures.entrants_to_come(samples.outlook(), ax)
    assert np.isfinite(line(ax, "entrants").get_ydata()).sum() == 3
    assert line(ax, "expected").get_ydata()[3:].tolist() == [120.0, 130.0, 140.0]
    assert ax.get_ylim()[0] == 0


def test_seats_that_are_not_known_are_not_drawn():
    _, ax = style.figure()
    figures.seats_to_come(samples.outlook().assign(seats=np.nan), ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["pupils", "expected"]
