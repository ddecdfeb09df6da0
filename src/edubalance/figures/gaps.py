"""Sections against the standard: multiples, parades, the matrix of what is met, shortfalls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style

LINES: dict[str, Any] = {"threshold": "-", "floor": (0, (3, 2))}
MOST_EDGES = 80
Names = Mapping[str, str] | None


@style.context()
def gap_to_standard(sections: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw each section's value as a multiple of its standard, one row an indicator.

    Multiples make indicators of different units comparable: left of the line at 1 the standard is missed, left of
    the short dashed mark the floor too.

    Parameters
    ----------
    sections : DataFrame with columns ``indicator``, ``area``, ``value``, ``threshold``, ``floor``
        One row a section and indicator, as in `assessment.Assessment.sections`. A missing value is not drawn; the
        row's name says how many there are.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Indicator names to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(sections, "indicator", "area", "value", "threshold", "floor")
    indicators = frames.in_order(sections, "indicator")
    areas = frames.in_order(sections, "area", style.AREAS)
    multiple = (sections["value"] / sections["threshold"]).astype(float)
    height = (
        _places(sections["indicator"], indicators) + (_places(sections["area"], areas) - (len(areas) - 1) / 2) * 0.24
    )
    look = {**style.hues("area", areas), **style.shapes("area", areas), "s": 17, "alpha": 0.65, "linewidth": 0}
    sns.scatterplot(sections.assign(multiple=multiple, height=height), x="multiple", y="height", ax=ax, **look)
    for row, indicator in enumerate(indicators):
        part = sections[sections["indicator"] == indicator]
        floors = frames.distinct(part["floor"] / part["threshold"])
        ax.vlines(floors, row - 0.4, row + 0.4, color=style.INK, linewidth=1, linestyle=LINES["floor"])
    ax.axvline(1, color=style.INK, linewidth=1.2, label=wording.word("term.threshold", lang), zorder=1)
    style.rows(ax, _names(sections, indicators, lang, names))
    ax.set_xlim(left=0)
    ax.set_xlabel(wording.word("term.multiple", lang))
    style.legend(ax, ncols=5, handles=_gap_handles(areas, lang))
    return ax


def _places(codes: pd.Series, order: Sequence[str]) -> pd.Series:
    """Return the place of each code in an order."""
    return codes.map({code: place for place, code in enumerate(order)}).astype(float)


def _names(sections: pd.DataFrame, indicators: Sequence[str], lang: str, names: Names) -> list[str]:
    """Name the indicators and count their missing values."""
    multiple = sections["value"] / sections["threshold"]
    return [
        labels.counted(labels.label(name, lang, names), multiple[sections["indicator"] == name], lang)
        for name in indicators
    ]


def _gap_handles(areas: Sequence[str], lang: str) -> list[Line2D]:
    """Make the legend of areas, standard and floor."""
    return style.handles(areas, lang) + [
        Line2D([], [], color=style.INK, linewidth=1.2, linestyle=dashes, label=wording.word(f"term.{term}", lang))
        for term, dashes in LINES.items()
    ]


@style.context()
def parade(
    sections: pd.DataFrame, ax: Axes, *, unit: str, by: str = "area", lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw Pen's parade of one indicator: schools from the lowest value to the highest, as wide as their pupils are many.

    Parameters
    ----------
    sections : DataFrame with columns ``indicator``, ``pupils``, ``value`` and `by`
        One indicator at one level; ``threshold`` and ``floor`` are drawn if there. Sections without a value or
        without pupils are left out and counted in the axis label.
    ax : Axes
        Where to draw.
    unit : str
        Unit of the indicator in the language asked for.
    by : str
        Column that the colours tell apart.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of indicators and groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.

    References
    ----------
    .. [1] Pen, J. (1971). Income Distribution. London: Allen Lane.
    """
    frames.require(sections, "indicator", "pupils", "value", by)
    indicator = frames.only(sections, "indicator")
    held = sections.assign(
        group=labels.groups(sections[by], lang), value=sections["value"].mask(sections["pupils"].isna())
    )
    shown = held.dropna(subset=["value"]).sort_values("value", key=rounding.tied, kind="stable")
    _bars(shown, frames.in_order(shown.sort_values("group"), "group", style.AREAS), ax, lang, names)
    standard_lines(sections, ax, lang)
    ax.locator_params(axis="x", nbins=5)
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel(labels.wrap(labels.counted(wording.word("term.pupils_cumulated", lang), held["value"], lang), 40))
    ax.set_ylabel(labels.wrap(wording.with_unit(labels.label(indicator, lang, names), unit, lang), 30))
    style.legend(ax, ncols=5)
    return ax


def _bars(shown: pd.DataFrame, groups: Sequence[str], ax: Axes, lang: str, names: Names) -> None:
    """Draw the bars of a parade; many schools leave no room for edges between them."""
    pupils = shown["pupils"].to_numpy(dtype=float)
    left, edge = np.cumsum(pupils) - pupils, 0.4 if len(shown) <= MOST_EDGES else 0.0
    for position, group in enumerate(groups):
        here = (shown["group"] == group).to_numpy()
        look: dict[str, Any] = {"color": style.colour(group, position), "edgecolor": "white", "linewidth": edge}
        name = labels.label(group, lang, names)
        ax.bar(left[here], shown["value"][here], pupils[here], align="edge", label=name, **look)
    ax.set_xlim(0, max(pupils.sum(), 1))


def standard_lines(frame: pd.DataFrame, ax: Axes, lang: str) -> None:
    """
    Draw the standard and the floor across the axes, where the frame has them.

    Parameters
    ----------
    frame : DataFrame
        With columns ``threshold`` and ``floor``, or without.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    """
    for column in [column for column in LINES if column in frame.columns]:
        for number, value in enumerate(frames.distinct(frame[column])):
            name = wording.word(f"term.{column}", lang) if number == 0 else "_"
            ax.axhline(value, color=style.INK, linewidth=1.2, linestyle=LINES[column], label=name)


@style.context()
def section_matrix(sections: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw which section meets which indicator.

    Sections stand from the one that meets most to the one that meets least, so that the odd indicator out shows as
    a stripe and the weak section as a column.

    Parameters
    ----------
    sections : DataFrame with columns ``school_id``, ``level``, ``indicator``, ``met``, ``floor_met``
        One row a section and indicator, as in `assessment.Assessment.sections`.
    ax : Axes
        Where to draw; a wide one for many sections.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Indicator names to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(sections, "school_id", "level", "indicator", "met", "floor_met")
    frames.refuse_repeats(sections, "school_id", "level", "indicator")
    indicators = frames.in_order(sections, "indicator")
    keyed = sections.assign(state=frames.states(sections)).set_index(["indicator", "level", "school_id"])["state"]
    table = keyed.unstack(["level", "school_id"], fill_value="missing").reindex(indicators)
    order = (table == "met").sum().sort_values(ascending=False, kind="stable").index
    _tiles(table[order], ax)
    style.rows(ax, [labels.label(indicator, lang, names) for indicator in indicators], 22, middle=0.5)
    ax.grid(visible=False)
    ax.set_xlabel(f"{wording.word('term.sections_ordered', lang)}\nn = {len(order)}")
    style.legend(ax, ncols=4, handles=_state_handles(lang), handlelength=1.1)
    return ax


def _tiles(table: pd.DataFrame, ax: Axes) -> None:
    """Fill one tile a section and indicator and set its symbol."""
    places = {state: place for place, state in enumerate(style.STATE_COLOURS)}
    scale: dict[str, Any] = {"cmap": list(style.STATE_COLOURS.values()), "vmin": 0, "vmax": len(places), "cbar": False}
    bare: dict[str, Any] = {"xticklabels": False, "yticklabels": False, "linewidths": 0.4, "linecolor": style.GREY}
    sns.heatmap(table.apply(lambda column: column.map(places)).astype(float), ax=ax, clip_on=False, **scale, **bare)
    for colour, width in ((style.GREY, 5.4), ("white", 4.0)):  # rows stand apart, as indicators are judged apart
        ax.hlines(np.arange(1, len(table)), 0, table.shape[1], color=colour, linewidth=width)
    size = min(5.5, 90 / max(table.shape[1], 1) + 1.5)
    for state, symbol in style.STATE_MARKERS.items():
        y, x = np.nonzero((table == state).to_numpy())
        if symbol and len(x):
            ink = "white" if state == "below" else style.INK
            ax.plot(x + 0.5, y + 0.5, linestyle="", marker=symbol, color=ink, markersize=size, mew=0.8)


def _state_handles(lang: str) -> list[Patch]:
    """Make the legend of the four states."""
    return [
        Patch(facecolor=colour, edgecolor=style.GREY, label=wording.word(f"state.{state}", lang))
        for state, colour in style.STATE_COLOURS.items()
    ]


@style.context()
def shortfall_by_area(
    frame: pd.DataFrame, ax: Axes, *, quantity: str = "depth", lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw how much is lacking in each area, one row an indicator.

    Parameters
    ----------
    frame : DataFrame with columns ``indicator``, ``area`` and `quantity`
        One row an indicator and area, as from `assessment.shortfalls`; shares from 0 to 1.
    ax : Axes
        Where to draw.
    quantity : {"depth", "pupil_share", "school_share"}
        Which share to draw, in percent: the mean shortfall, or how many pupils or sections lie below the standard.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Indicator names to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "indicator", "area", quantity)
    frames.refuse_repeats(frame, "indicator", "area")
    indicators, areas = frames.in_order(frame, "indicator"), frames.in_order(frame, "area", style.AREAS)
    percent = frame.assign(percent=frame[quantity].astype(float) * 100)
    exact: dict[str, Any] = {"errorbar": None, "orient": "y", "order": indicators, "saturation": 1}
    look: dict[str, Any] = {"width": 0.24 * len(areas), "gap": 0.08, "edgecolor": "white", **style.hues("area", areas)}
    sns.barplot(percent, x="percent", y="indicator", ax=ax, **exact, **look)
    for position, (area, bars) in enumerate(zip(areas, ax.containers, strict=True)):
        bars.set_label(labels.label(area, lang))
        for bar in bars:
            bar.set_hatch(style.HATCHES[position % 4])
    style.rows(ax, [labels.label(indicator, lang, names) for indicator in indicators])
    ax.set_xlabel(labels.wrap(wording.word(f"lacking.{quantity}", lang), 34))
    style.legend(ax, ncols=3)
    return ax
