"""Where inequality lies, what changed it, and what it goes with; the frames come from `evidence.causes`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from edubalance import wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None
ROOM = 0.8  # of a row's height


@style.context()
def shares_by_grouping(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw what part of inequality lies between groups, one bar an indicator and grouping; the rest lies within.

    An upright stroke marks the part that as many groups, formed at random, would hold on average.

    Parameters
    ----------
    frame : DataFrame with columns ``indicator``, ``grouping``, ``component``, ``share``
        One level; one row an indicator, grouping and component, as from `evidence.causes.shares`; ``by_chance`` if
        there.
    ax : Axes
        Where to draw; 0.9 inches a row hold four groupings.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of indicators and groupings to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "indicator", "grouping", "component", "share")
    frames.refuse_repeats(frame, "indicator", "grouping", "component")
    between = frame[frame["component"] == "between"]
    indicators, groupings = frames.in_order(frame, "indicator"), frames.in_order(frame, "grouping")
    places, height = _places(len(indicators), len(groupings))
    for position, grouping in enumerate(groupings):
        part = between[between["grouping"] == grouping].set_index("indicator").reindex(indicators)
        share, y = 100 * part["share"].to_numpy(dtype=float), places[:, position]
        known = ~np.isnan(share)
        ax.barh(y[known], 100 - share[known], height, left=share[known], color=style.PALE, zorder=1)
        look: dict[str, Any] = {"color": style.PALETTE[position % 4], "hatch": style.HATCHES[position % 4]}
        ax.barh(y, share, height, edgecolor="white", label=_name(grouping, lang, names), **look)
        if "by_chance" in part.columns:
            chance = 100 * part["by_chance"].to_numpy(dtype=float)
            ax.vlines(chance, y - height / 2, y + height / 2, color=style.INK, linewidth=2, zorder=4)
    style.rows(ax, [labels.label(indicator, lang, names) for indicator in indicators])
    ax.set_xlim(0, 100)
    ax.set_xlabel(labels.wrap(wording.word("term.share_between", lang), 34))
    style.legend(ax, ncols=3, handles=[*ax.get_legend_handles_labels()[0], *_share_handles(between, lang)])
    return ax


def _share_handles(between: pd.DataFrame, lang: str) -> list[Any]:
    """Explain the rest of the bars, and the strokes if there are any."""
    rest: list[Any] = [Patch(color=style.PALE, label=wording.word("component.within", lang))]
    if "by_chance" in between.columns and between["by_chance"].notna().any():
        look: dict[str, Any] = {"linestyle": "", "marker": "|", "markersize": 11, "markeredgewidth": 2}
        rest.append(Line2D([], [], color=style.INK, label=wording.word("term.by_chance", lang), **look))
    return rest


@style.context()
def change_split(frame: pd.DataFrame, ax: Axes, *, quantity: str = "", lang: str = "en", names: Names = None) -> Axes:
    """
    Draw what changed inequality: composition, between groups, inside groups; a diamond marks the whole change.

    Parameters
    ----------
    frame : DataFrame with columns ``indicator``, ``component``, ``change``, ``total``
        One level; one row an indicator and component, as from `evidence.causes.change`.
    ax : Axes
        Where to draw.
    quantity : str
        Name of the index in the language asked for; Theil's T unless given.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of indicators and components to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "indicator", "component", "change", "total")
    frames.refuse_repeats(frame, "indicator", "component")
    indicators, components = frames.in_order(frame, "indicator"), frames.in_order(frame, "component")
    places, height = _places(len(indicators), len(components))
    for position, component in enumerate(components):
        part = frame[frame["component"] == component].set_index("indicator")["change"].reindex(indicators)
        look: dict[str, Any] = {"color": style.PALETTE[position % 4], "hatch": style.HATCHES[position % 4]}
        name = labels.label(component, lang, names)
        ax.barh(places[:, position], part.to_numpy(dtype=float), height, edgecolor="white", label=name, **look)
    total = frame.drop_duplicates("indicator").set_index("indicator")["total"].reindex(indicators)
    look = {"marker": "D", "color": style.INK, "markerfacecolor": "white", "markeredgewidth": 1.4, "zorder": 4}
    ax.plot(total, range(len(indicators)), linestyle="", label=wording.word("term.whole_change", lang), **look)
    ax.axvline(0, color=style.INK, linewidth=1.2)
    held = {name: frame.loc[frame["indicator"] == name, "change"] for name in indicators}
    style.rows(ax, [labels.counted(labels.label(name, lang, names), held[name], lang) for name in indicators])
    said = quantity or wording.word("term.theil_t", lang)
    ax.set_xlabel(labels.wrap(wording.with_unit(wording.word("term.change_of_index", lang), said, lang), 34))
    whole, *bars = sorted(ax.get_legend_handles_labels()[0], key=lambda handle: not isinstance(handle, Line2D))
    style.legend(ax, ncols=2, handles=[*bars, whole])
    return ax


@style.context()
def explained(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw how much of the spread goes with each factor, with its interval; one row an indicator.

    Parameters
    ----------
    frame : DataFrame with columns ``indicator``, ``factor``, ``share``, ``low``, ``high``
        One level; one row an indicator and factor, as from `evidence.causes.explained`. The ``rest`` is not drawn:
        it is what is missing to the whole.
    ax : Axes
        Where to draw; 0.9 inches a row hold four factors.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of indicators and factors to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "indicator", "factor", "share", "low", "high")
    frames.refuse_repeats(frame, "indicator", "factor")
    drawn = frame[frame["factor"] != "rest"]
    indicators, factors = frames.in_order(frame, "indicator"), frames.in_order(drawn, "factor")
    places, _ = _places(len(indicators), len(factors))
    for position, factor in enumerate(factors):
        part = 100 * drawn[drawn["factor"] == factor].set_index("indicator")[["share", "low", "high"]].astype(float)
        part = part.reindex(indicators)
        colour, y = style.PALETTE[position % 4], places[:, position]
        ax.hlines(y, part["low"], part["high"], color=colour, linewidth=1.8)
        mark = style.MARKERS[position % len(style.MARKERS)]
        ax.plot(part["share"], y, linestyle="", marker=mark, color=colour, label=_name(factor, lang, names))
    ax.axvline(0, color=style.INK, linewidth=1.2)
    style.rows(ax, [labels.label(indicator, lang, names) for indicator in indicators])
    ax.set_xlim(min(0.0, float(np.nanmin(100 * drawn["low"].to_numpy(dtype=float)))), 100)
    ax.set_xlabel(labels.wrap(wording.word("term.goes_with", lang), 34))
    style.legend(ax, ncols=3)
    return ax


def _places(rows: int, bars: int) -> tuple[np.ndarray[Any, np.dtype[np.float64]], float]:
    """Place the bars of every row side by side; return their heights on the axis and how thick each is."""
    height = ROOM / bars
    offsets = (np.arange(bars) - (bars - 1) / 2) * height
    return np.arange(rows)[:, np.newaxis] + offsets, 0.86 * height


def _name(code: str, lang: str, names: Names) -> str:
    """Name a grouping or a factor."""
    if not (names and code in names) and wording.known(f"term.{code}"):
        return wording.word(f"term.{code}", lang)
    return labels.label(code, lang, names)
