"""What figures of several cases draw: the numbers of the frame, and no claim in another's place."""

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


def test_claims_stand_in_the_row_of_their_case_in_order():
    _, ax = style.figure(rows=2, width=6.5)
    figures.outcomes(samples.ledgers(), ax)
    places = {text.get_text().split()[0]: text.get_position() for text in ax.texts}
    assert places == {"S1": (0, 0), "S2": (1, 0), "L1": (0, 1)}
    assert _legend(ax) == ["✓ recovered", "✗ published figure contradicts", "– untestable"]


def test_a_claim_that_stands_twice_in_a_row_is_refused():
    _, ax = style.figure(rows=2)
    with pytest.raises(EdubalanceError, match="one row a row × id; weishan, S1 occurs more than once"):
        figures.outcomes(samples.ledgers().assign(id="S1"), ax)


def test_scenarios_of_a_case_are_joined_by_a_line():
    _, ax = style.figure(rows=2)
    figures.pairs(samples.pairs(), ax, quantity="share", unit="%")
    ends = [segment[:, 0].tolist() for segment in ax.collections[0].get_segments()]
    assert ends[0] == [3.0, 40.0]
    assert _rows(ax) == ["weishan", "liangyuan (1 missing)"]
    assert _legend(ax) == ["described", "balanced", "limit"]
    assert ax.get_xlabel() == "share (%)"


def test_without_limits_none_is_drawn():
    _, ax = style.figure(rows=2)
    figures.pairs(samples.pairs().drop(columns="limit"), ax, quantity="share")
    assert _legend(ax) == ["described", "balanced"]


def test_a_printed_range_is_a_line_and_printed_coefficients_are_marks():
    _, ax = style.figure(rows=2)
    figures.published(samples.published(), ax)
    drawn = {tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata())}
    assert {(0.3, 0.52), (0.41,), (0.2,), (0.38,)} <= drawn
    assert ax.collections[0].get_segments()[0][:, 0].tolist() == [0.2, 0.38]
    assert _rows(ax) == ["Ninetown · primary", "Range · junior"]
    assert _legend(ax) == ["difference coefficient", "composite", "smallest", "largest", "limit"]


def test_each_row_has_the_limit_of_its_own_level():
    _, ax = style.figure(rows=2)
    figures.published(samples.published(), ax)
    limits = ax.collections[-1].get_segments()
    np.testing.assert_allclose([segment[0, 0] for segment in limits], [0.5, 0.45])
