"""A figure says the same, and is made of the same parts, whatever the last digits of its numbers are."""

from __future__ import annotations

import numpy as np
from figures.test_every_figure import drawn, everyone
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from perturbation import Disturbance

from edubalance.figures import style


def parts(fig) -> tuple[list[str], list[int], int]:
    """Return every text, the points of every line, and how many patches there are."""
    with style.context():
        fig.draw_without_rendering()  # ticks are set when a figure is drawn
    texts = [text.get_text() for text in fig.findobj(Text)]
    return texts, [len(line.get_xdata()) for line in fig.findobj(Line2D)], len(fig.findobj(Patch))


@everyone
def test_three_units_in_the_last_place_change_no_text_and_no_part(drawing):
    frame = drawing.frame()
    before = parts(drawn(drawing, "en", frame)[0])
    assert parts(drawn(drawing, "en", Disturbance(11).frame(frame))[0]) == before


def test_a_disturbance_moves_fractions_and_nothing_else():
    disturbance = Disturbance(0)
    values = np.array([1.0, 0.1, 0.2, 0.7, np.nan, np.inf, 0.0, -0.3])
    found = disturbance.array(values)
    assert disturbance.moved
    np.testing.assert_array_equal(found[[0, 4, 5, 6]], values[[0, 4, 5, 6]])
    np.testing.assert_array_max_ulp(found[[1, 2, 3, 7]], values[[1, 2, 3, 7]], maxulp=3)
