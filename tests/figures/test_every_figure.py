"""What every figure function promises, tried on each of them in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples

EIGHT_CENTIMETRES = 8 / 2.54  # inches


def one_indicator() -> pd.DataFrame:
    sections = samples.sections()
    return sections[sections["indicator"] == "sports"].reset_index(drop=True)


@dataclass(frozen=True)
class Drawing:
    """A figure function, a frame it takes, and what else it needs."""

    draw: Callable[..., Any]
    frame: Callable[[], pd.DataFrame]
    options: dict[str, Any] = field(default_factory=dict)
    size: dict[str, Any] = field(default_factory=dict)


DRAWINGS = {
    "access_map": Drawing(figures.access_map, samples.access, size={"height": 5.2}),
    "reach_curve": Drawing(figures.reach_curve, samples.distances, {"reach": {"primary": 3.0}}),
    "seats_against_pupils": Drawing(figures.seats_against_pupils, samples.seats, size={"height": 4.6}),
    "efficiency_scores": Drawing(figures.efficiency_scores, samples.efficiencies),
    "idle_capacity": Drawing(figures.idle_capacity, samples.idle, size={"rows": 4, "row": 0.4}),
    "gap_to_standard": Drawing(figures.gap_to_standard, samples.sections, size={"rows": 3}),
    "parade": Drawing(figures.parade, one_indicator, {"unit": "m²"}),
    "section_matrix": Drawing(figures.section_matrix, samples.sections, size={"rows": 3, "width": 6.5}),
    "shortfall_by_area": Drawing(figures.shortfall_by_area, samples.shortfalls, size={"rows": 2}),
    "difference_coefficients": Drawing(figures.difference_coefficients, samples.counties, size={"rows": 3}),
    "conventions": Drawing(figures.conventions, samples.conventions, size={"rows": 3}),
    "lorenz": Drawing(figures.lorenz, samples.curves, size={"height": 4.4}),
    "concentration": Drawing(figures.concentration, samples.curves, size={"height": 4.4}),
    "decomposition": Drawing(figures.decomposition, samples.shares, size={"rows": 2}),
    "shares_by_grouping": Drawing(figures.shares_by_grouping, samples.shares_by_grouping, size={"rows": 2}),
    "change_split": Drawing(figures.change_split, samples.change_split, size={"rows": 2}),
    "explained": Drawing(figures.explained, samples.explained, size={"rows": 2}),
    "dimensions": Drawing(figures.dimensions, samples.dimensions, size={"rows": 2, "width": 7.2}),
    "influence": Drawing(figures.influence, samples.changes, size={"rows": 3}),
    "spending": Drawing(figures.spending, samples.spending),
    "townships": Drawing(figures.townships, samples.townships, {"value": "spending_per_pupil"}),
    "trend": Drawing(figures.trend, samples.years, {"quantity": "books", "unit": "册"}),
    "distribution_by_group": Drawing(figures.distribution_by_group, one_indicator, {"unit": "m²"}),
    "composition": Drawing(
        figures.composition, samples.parts, {"quantity": "teachers", "unit": "per 100"}, {"rows": 2}
    ),
    "changes": Drawing(figures.changes, samples.yearly_changes, {"quantity": "change of funds"}, {"rows": 2}),
    "against_limits": Drawing(figures.against_limits, samples.sizes, size={"rows": 2}),
    "before_after": Drawing(figures.before_after, samples.lifted, {"after": "lifted"}, {"rows": 3}),
    "school_map of verdicts": Drawing(figures.school_map, samples.schools, size={"height": 4.4}),
    "school_map of values": Drawing(figures.school_map, samples.schools, {"by": "books"}, {"height": 4.4}),
    "items": Drawing(figures.items, samples.items, size={"rows": 2, "width": 6.5}),
    "verdict_counts": Drawing(figures.verdict_counts, samples.counts, size={"rows": 2}),
    "comparison": Drawing(figures.comparison, samples.cases, size={"rows": 2, "width": 6.5}),
    "ledger": Drawing(figures.ledger, samples.claims, size={"height": 3.2}),
    "profile": Drawing(figures.profile, samples.relative_means, size={"rows": 2}),
    "change_parts": Drawing(figures.change_parts, samples.change_parts, size={"rows": 3}),
    "fifths": Drawing(figures.fifths, samples.fifths, size={"rows": 2}),
    "under_growth": Drawing(figures.under_growth, samples.growth, size={"rows": 2}),
    "outcomes": Drawing(figures.outcomes, samples.ledgers, size={"rows": 2, "width": 6.5}),
    "pairs": Drawing(figures.pairs, samples.pairs, {"quantity": "share", "unit": "%"}, {"rows": 2}),
    "published": Drawing(figures.published, samples.published, size={"rows": 2}),
    "moves": Drawing(figures.moves, samples.ways, size={"rows": 2}),
    "retention_steps": Drawing(figures.retention_steps, samples.retention_steps, size={"rows": 6}),
    "monitoring": Drawing(figures.monitoring, samples.monitored, size={"rows": 3}),
    "entrants_to_come": Drawing(figures.entrants_to_come, samples.outlook),
    "seats_to_come": Drawing(figures.seats_to_come, samples.outlook),
    "themes_by_role": Drawing(figures.themes_by_role, samples.theme_shares, size={"rows": 3, "row": 0.45}),
    "themes_together": Drawing(figures.themes_together, samples.theme_pairs, size={"rows": 3, "width": 6.5}),
    "agreement": Drawing(figures.agreement, samples.coding, size={"rows": 2}),
    "saturation": Drawing(figures.saturation, samples.saturations),
    "age_pyramid": Drawing(figures.age_pyramid, samples.ages),
    "staying": Drawing(figures.staying, samples.stays),
    "requirements": Drawing(figures.requirements, samples.required, size={"rows": 3}),
    "structure": Drawing(figures.structure, samples.staff, {"attribute": "title"}, {"rows": 2}),
    "class_sizes": Drawing(figures.class_sizes, samples.class_sizes),
    "more_needed": Drawing(figures.more_needed, samples.more_classes, size={"rows": 2}),
    "survey_answers": Drawing(figures.survey_answers, samples.survey_answers, size={"rows": 3}),
    "satisfaction": Drawing(figures.satisfaction, samples.satisfaction, size={"rows": 3}),
    "scale_reliability": Drawing(figures.scale_reliability, samples.scales, size={"rows": 3}),
    "factor_loadings": Drawing(figures.factor_loadings, samples.survey_loadings, size={"rows": 3}),
    "group_effects": Drawing(figures.group_effects, samples.group_effects, size={"rows": 3}),
    "group_effects in pairs": Drawing(figures.group_effects, samples.group_effects, {"effect": "delta"}, {"rows": 3}),
    "county_ranking": Drawing(figures.county_ranking, samples.ranked_counties, size={"rows": 4, "row": 0.4}),
    "county_ranking of many": Drawing(figures.county_ranking, samples.many_ranked_counties, size={"height": 4.4}),
    "failing_places": Drawing(figures.failing_places, samples.failing_shares, size={"rows": 4}),
    "catching_up": Drawing(figures.catching_up, samples.slopes, size={"rows": 2}),
    "transitions": Drawing(figures.transitions, samples.changed_verdicts, size={"height": 3.8}),
}
everyone = pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS.keys())
languages = pytest.mark.parametrize("lang", ["en", "zh"])


def drawn(drawing: Drawing, lang: str, frame: pd.DataFrame | None = None):
    fig, ax = style.figure(**drawing.size)
    names = {} if drawing.draw is figures.ledger else {"names": samples.NAMES[lang]}
    returned = drawing.draw(drawing.frame() if frame is None else frame, ax, lang=lang, **names, **drawing.options)
    return fig, ax, returned


def visible_texts(fig) -> list[Text]:
    return [text for text in fig.findobj(Text) if text.get_visible() and text.get_text().strip()]


def test_every_public_figure_function_is_tried():
    tried = {drawing.draw.__name__ for drawing in DRAWINGS.values()}
    assert tried == set(figures.__all__) - {"context", "figure"}


@everyone
@languages
def test_it_returns_the_axes_it_was_given(drawing, lang):
    _, ax, returned = drawn(drawing, lang)
    assert returned is ax


@everyone
def test_it_leaves_its_frame_and_the_settings_alone(drawing):
    frame, settings = drawing.frame(), dict(mpl.rcParams)
    drawn(drawing, "en", frame)
    pd.testing.assert_frame_equal(frame, drawing.frame())
    assert dict(mpl.rcParams) == settings


@everyone
@languages
def test_every_axis_that_is_shown_has_a_label(drawing, lang):
    _, ax, _ = drawn(drawing, lang)
    if ax.axison:
        assert ax.get_xlabel()
        assert ax.get_ylabel() or all(label.get_text() for label in ax.get_yticklabels())


@everyone
@languages
def test_every_letter_has_a_glyph_and_lies_inside_the_figure(drawing, lang):
    fig, _, _ = drawn(drawing, lang)
    style.stamp(fig, "twin", lang)
    with style.context():
        fig.draw_without_rendering()  # as the saver does: the layout settles
        fig.canvas.draw()  # a missing glyph warns, and warnings are errors
        box, (width, height) = fig.get_tightbbox(), fig.get_size_inches()
    edges = np.array([box.x0, box.y0, width - box.x1, height - box.y1])
    assert (edges >= -0.01).all(), f"something is cut: {edges}"


@everyone
@languages
def test_the_legend_lies_above_the_data(drawing, lang):
    fig, ax, _ = drawn(drawing, lang)
    with style.context():
        fig.canvas.draw()
    if ax.get_legend() is not None:
        assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1 - 1


@everyone
def test_names_of_rows_do_not_overlap(drawing):
    fig, ax, _ = drawn(drawing, "en")
    with style.context():
        fig.canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels() if label.get_text()]
    tops = sorted((box.y0, box.y1) for box in boxes)
    assert all(lower[1] <= upper[0] + 2 for lower, upper in pairwise(tops))


@everyone
def test_letters_are_seven_points_high_on_eight_centimetres(drawing):
    fig, _, _ = drawn(drawing, "zh")
    style.stamp(fig, "twin", "zh")
    if fig.get_figwidth() == style.WIDTH:
        smallest = min(text.get_fontsize() for text in visible_texts(fig))
        assert smallest * EIGHT_CENTIMETRES / fig.get_figwidth() >= 7


@everyone
def test_a_frame_without_rows_is_refused(drawing):
    with pytest.raises(EdubalanceError, match="at least one row"):
        drawn(drawing, "en", drawing.frame().iloc[:0])


@everyone
def test_a_frame_without_its_columns_is_refused(drawing):
    with pytest.raises(EdubalanceError, match=r"needs the columns .*; missing: "):
        drawn(drawing, "en", pd.DataFrame({"nothing": [1]}))


@everyone
def test_another_language_is_refused(drawing):
    _, ax = style.figure(**drawing.size)
    with pytest.raises(EdubalanceError, match="language must be one of en, zh; got 'de'"):
        drawing.draw(drawing.frame(), ax, lang="de", **drawing.options)


def test_colours_of_marks_stand_out_against_white():
    def luminance(colour: str) -> float:
        channels = np.array(mpl.colors.to_rgb(colour))
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    contrast = {colour: 1.05 / (luminance(colour) + 0.05) for colour in (*style.PALETTE, style.INK, style.GREY)}
    assert all(ratio >= 2.5 for ratio in contrast.values()), contrast
    greys = sorted(luminance(colour) for colour in style.STATE_COLOURS.values())
    assert min(np.diff(greys)) > 0.1, "the four states must differ in grey print"
