"""Maps and overviews draw what they are given."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from edubalance import figures
from edubalance.errors import EdubalanceError
from edubalance.figures import style
from figures import samples


def tiles(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def edge(patch):
    return mpl.colors.to_hex(patch.get_edgecolor())


def face(patch):
    return mpl.colors.to_hex(patch.get_facecolor())


def test_a_school_stands_where_it_is_and_is_as_large_as_its_pupils_are_many():
    _, ax = style.figure(height=4.4)
    figures.school_map(samples.schools(), ax)
    drawn = [marks for marks in ax.collections if len(marks.get_offsets())]
    places = np.concatenate([marks.get_offsets() for marks in drawn])
    npt.assert_array_equal(places, [[0, 0], [3, 2], [-4, -1]])
    sizes = np.concatenate([marks.get_sizes() for marks in drawn])
    npt.assert_allclose(sizes, [12 + 1200 / 12, 12 + 400 / 12, 12 + 100 / 12])
    colours = [mpl.colors.to_hex(colour) for marks in drawn for colour in marks.get_facecolors()]
    assert colours == [style.VERDICT_COLOURS[verdict] for verdict in ("met", "not_met", "undetermined")]
    assert "1 without a place" in ax.get_xlabel()


def test_a_school_without_a_value_is_white():
    _, ax = style.figure(height=4.4)
    figures.school_map(samples.schools(), ax, by="books")
    known, missing = (marks for marks in ax.collections if len(marks.get_offsets()))
    dark, bright = mpl.colormaps[style.HEAT]([1.0, 0.0])
    npt.assert_allclose(known.get_facecolors()[:, :3], [dark[:3], bright[:3]])
    npt.assert_array_equal(missing.get_offsets(), [[-4, -1]])
    assert mpl.colors.to_hex(missing.get_facecolors()[0]) == "#ffffff"


def test_schools_of_which_no_value_is_known_are_all_white():
    _, ax = style.figure(height=4.4)
    figures.school_map(samples.schools().assign(verdict=None), ax)
    assert [mpl.colors.to_hex(marks.get_facecolors()[0]) for marks in ax.collections] == ["#ffffff"]
    assert len(ax.collections[0].get_offsets()) == 3


def test_the_scale_bar_is_as_long_as_it_says():
    _, ax = style.figure(height=4.4)
    figures.school_map(samples.schools(), ax)
    left, right = ax.get_lines()[-1].get_xdata()
    assert ax.texts[-1].get_text() == f"{right - left:g} km"


def test_a_map_of_values_shows_schools_without_a_value_in_white():
    fig, ax = style.figure(height=4.4)
    figures.school_map(samples.schools(), ax, by="books", unit="volumes")
    assert "no value" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert fig.axes[1].get_ylabel() == "books (volumes)"


def test_a_map_without_a_single_place_is_refused():
    _, ax = style.figure()
    with pytest.raises(EdubalanceError, match="No school has a place"):
        figures.school_map(samples.schools().assign(x_km=np.nan), ax)


def test_an_item_has_as_many_bands_as_conditions():
    _, ax = style.figure(rows=2, width=6.5)
    figures.items(samples.items(), ax)
    colours = [style.VERDICT_COLOURS[v] for v in ("met", "met", "not_met", "undetermined", "met")]
    assert [face(patch) for patch in tiles(ax)] == colours
    heights = [patch.get_height() for patch in tiles(ax)]
    npt.assert_allclose(heights, [0.88, 0.88 / 3, 0.88 / 3, 0.88 / 3, 0.88])


def test_an_item_of_many_conditions_counts_them_by_verdict_so_that_colour_is_not_alone():
    _, ax = style.figure(rows=1, width=6.5)
    many = pd.DataFrame(
        {"dimension": "education_quality", "number": 9, "verdict": ["met", "undetermined"] * 2 + ["met"]}
    )
    figures.items(many, ax)
    assert [face(patch) for patch in tiles(ax)] == [style.VERDICT_COLOURS[v] for v in ("met", "undetermined")]
    assert [text.get_text() for text in ax.texts] == ["✓ 3", "? 2"]


def test_a_dimension_keeps_its_name_where_an_item_has_the_same_id():
    _, ax = style.figure(rows=2, width=6.5)
    figures.items(samples.items(), ax, names={"social_recognition": "The public recognises the schools"})
    assert ax.get_yticklabels()[1].get_text() == "social\nrecognition"


def test_items_of_two_years_are_refused():
    _, ax = style.figure()
    with pytest.raises(EdubalanceError, match="draws one year at a time; the frame has 2"):
        figures.items(samples.items().assign(year=[2022, 2023, 2023, 2023, 2023]), ax)


def test_counts_are_stacked_and_written_into_their_bars():
    _, ax = style.figure(rows=2)
    figures.verdict_counts(samples.counts(), ax)
    assert [[bar.get_width() for bar in group] for group in ax.containers] == [[7, 0], [3, 0], [0, 2]]
    assert [text.get_text() for text in ax.texts] == ["7", "3", "2"]


def test_a_count_too_small_for_its_bar_stands_behind_it():
    fig, ax = style.figure(rows=2)
    few = pd.DataFrame({"group": ["a", "a", "b"], "verdict": ["met", "not_met", "not_met"], "count": [2, 90, 95]})
    figures.verdict_counts(few, ax)
    assert [text.get_text().strip() for text in ax.texts] == ["90", "95", "✓ 2"]
    assert ax.texts[-1].get_position() == (92, 0)
    fig.canvas.draw()
    assert ax.texts[-1].get_window_extent().x1 <= ax.get_window_extent().x1


def test_only_what_is_above_its_limit_is_framed():
    _, ax = style.figure(rows=2, width=6.5)
    figures.comparison(samples.cases(), ax)
    npt.assert_array_equal(ax.collections[0].get_array().filled(np.nan), [[0.30, np.nan], [0.55, 0.50]])
    assert [patch.get_xy() for patch in tiles(ax) if edge(patch) == style.RED] == [(0, 1)]
    assert [text.get_text() for text in ax.texts] == ["0.300", "0.550", "0.500"]
    assert "above the limit (0.50)" in ax.get_xlabel()


def test_without_a_limit_no_coefficient_is_framed():
    _, ax = style.figure(rows=2, width=6.5)
    figures.comparison(samples.cases().assign(limit=np.nan), ax)
    assert [patch.get_xy() for patch in tiles(ax) if edge(patch) == style.RED] == []


def test_a_coefficient_that_is_not_defined_is_hatched_and_has_no_number():
    _, ax = style.figure(rows=2, width=6.5)
    figures.comparison(samples.cases(), ax)
    assert [patch.get_xy() for patch in tiles(ax) if patch.get_hatch()] == [(1, 0)]
    assert [text.get_position() for text in ax.texts] == [(0.5, 0.5), (0.5, 1.5), (1.5, 1.5)]


def test_cases_of_which_no_coefficient_is_defined_are_all_hatched():
    fig, ax = style.figure(rows=2, width=6.5)
    figures.comparison(samples.cases().assign(cv=np.nan), ax)
    fig.canvas.draw()
    assert [bool(patch.get_hatch()) for patch in tiles(ax)] == [True] * 4
    assert not ax.texts


def test_every_claim_is_a_tile_with_its_id_and_symbol():
    _, ax = style.figure()
    figures.ledger(samples.claims(), ax, across=2)
    assert [text.get_text() for text in ax.texts] == ["W1\n✓", "W2\n✗", "W3\n–"]
    assert [patch.get_y() for patch in tiles(ax)] == pytest.approx([-0.44, -0.44, 0.56])
