"""Groups of pupils beside each other: what they have, what changed it, what a limit permits, what growth would take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None


@style.context()
def profile(frame: pd.DataFrame, ax: Axes, *, reach: float = 0.0, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw what each group has as a multiple of what all have, one row an indicator.

    Rows in which one group stands far to the right and rows in which it stands far to the left show that it is not
    worse or better off as such: it lacks some things and has others to spare.

    Parameters
    ----------
    frame : DataFrame with columns ``indicator``, ``group``, ``relative``
        One level; one row an indicator and group, as from `assessment.profiles.relative_means`.
    ax : Axes
        Where to draw.
    reach : float
        How far the axis runs to both sides of 1 at least, so that small differences look small.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of indicators and groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "indicator", "group", "relative")
    frames.refuse_repeats(frame, "indicator", "group")
    indicators, groups = frames.in_order(frame, "indicator"), frames.in_order(frame, "group", style.AREAS)
    rows = np.arange(len(indicators))
    table = frame.pivot(index="indicator", columns="group", values="relative").reindex(indicators)
    ax.hlines(rows, table.min(axis=1), table.max(axis=1), color=style.PALE, linewidth=1.4, zorder=1)
    ax.axvline(1, color=style.INK, linewidth=1.2, zorder=1)
    for position, group in enumerate(groups):
        look: dict[str, Any] = {"color": style.colour(group, position), "marker": style.marker(group, position)}
        ax.plot(table[group], rows, linestyle="", markersize=7, label=labels.label(group, lang, names), **look)
    least, most = float(np.nanmin(table.to_numpy(dtype=float))), float(np.nanmax(table.to_numpy(dtype=float)))
    ax.set_xlim(min(1 - reach, least - 0.05), max(1 + reach, most + 0.05))
    held = {name: frame.loc[frame["indicator"] == name, "relative"] for name in indicators}
    style.rows(ax, [labels.counted(labels.label(name, lang, names), held[name], lang) for name in indicators])
    ax.set_xlabel(labels.wrap(wording.word("term.relative_mean", lang), 34))
    style.legend(ax, ncols=4)
    return ax


@style.context()
def change_parts(
    frame: pd.DataFrame, ax: Axes, *, by: str = "indicator", reach: float = 0.0, lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw what changed a resource per pupil: more of the resource, or fewer pupils; a diamond marks the sum of both.

    Parameters
    ----------
    frame : DataFrame with columns `by`, ``component``, ``change``, ``total``
        One row a row of the chart and component, as from `assessment.profiles.change_parts`. A change that is not
        defined is not drawn; the row's name says so.
    ax : Axes
        Where to draw.
    by : str
        Column of the rows: ``indicator`` or ``group``.
    reach : float
        How far the axis runs to both sides at least, so that small changes look small.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the rows to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, by, "component", "change", "total")
    frames.refuse_repeats(frame, by, "component")
    found, components = frames.in_order(frame, by, style.AREAS), frames.in_order(frame, "component")
    table = frame.pivot(index=by, columns="component", values="change").reindex(found)
    ends = {1: np.zeros(len(found)), -1: np.zeros(len(found))}  # bars of one sign stand end to end
    for position, component in enumerate(components):
        change = table[component].fillna(0).to_numpy(dtype=float)
        start = np.where(change >= 0, ends[1], ends[-1])
        look: dict[str, Any] = {"color": style.PALETTE[position % 4], "hatch": style.HATCHES[position % 4]}
        name = labels.label(component, lang, names)
        ax.barh(range(len(found)), change, 0.55, left=start, edgecolor="white", label=name, **look)
        for sign, end in ends.items():
            end += np.where(np.sign(change) == sign, change, 0)
    total = frame.drop_duplicates(by).set_index(by)["total"].reindex(found)
    look = {"marker": "D", "color": style.INK, "markerfacecolor": "white", "markeredgewidth": 1.4, "zorder": 4}
    ax.plot(total, range(len(found)), linestyle="", label=wording.word("term.sum", lang), **look)
    ax.axvline(0, color=style.INK, linewidth=1.2)
    ax.set_xlim(min(-reach, 1.05 * float(ends[-1].min())), max(reach, 1.05 * float(ends[1].max())))
    held = {name: frame.loc[frame[by] == name, "change"] for name in found}
    style.rows(ax, [labels.counted(labels.label(name, lang, names), held[name], lang) for name in found])
    ax.set_xlabel(labels.wrap(wording.word("term.log_points", lang), 34))
    sums, *bars = ax.get_legend_handles_labels()[0]
    style.legend(ax, ncols=3, handles=[*bars, sums])
    return ax


@style.context()
def fifths(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw how far the lowest and the highest fifth of the pupils stand apart, and how far the limit would let them.

    Parameters
    ----------
    frame : DataFrame with columns ``indicator``, ``low``, ``high``, ``low_permitted``, ``high_permitted``
        One level; one row an indicator, as from `assessment.permitted.fifths`. Without a limit only what is, is
        drawn.
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
    frames.require(frame, "indicator", "low", "high", "low_permitted", "high_permitted")
    frames.refuse_repeats(frame, "indicator")
    rows = np.arange(len(frame))
    actual: dict[str, Any] = {"color": style.BLUE, "linewidth": 2.4}
    reach = frame["high_permitted"] - frame["low_permitted"]
    ax.barh(rows, reach, 0.34, left=frame["low_permitted"], color=style.PALE, zorder=1)
    ax.hlines(rows, frame["low"], frame["high"], zorder=3, **actual)
    for column, marker in (("low", "<"), ("high", ">")):
        ax.plot(frame[column], rows, linestyle="", marker=marker, color=style.BLUE, markersize=7, zorder=4)
    ax.axvline(1, color=style.INK, linewidth=1.2, zorder=2)
    style.rows(ax, [labels.label(str(name), lang, names) for name in frame["indicator"]])
    ax.set_xlabel(labels.wrap(wording.word("term.fifths", lang), 36))
    limit = [Patch(color=style.PALE, label=wording.word("term.permitted", lang))]
    handles = [
        Line2D([], [], label=wording.word("term.as_it_is", lang), **actual),
        *(limit if frame["low_permitted"].notna().any() else []),
        Line2D([], [], color=style.INK, linewidth=1.2, label=wording.word("term.equality", lang)),
    ]
    style.legend(ax, ncols=3, handles=handles)
    return ax


@style.context()
def under_growth(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw which share of the sections would still reach each standard if pupils grew and resources did not.

    Parameters
    ----------
    frame : DataFrame with columns ``indicator``, ``rate``, ``share``
        One level; one row an indicator and rate of growth, both in percent, as from `assessment.room.under_growth`.
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
    frames.require(frame, "indicator", "rate", "share")
    frames.refuse_repeats(frame, "indicator", "rate")
    indicators, rates = frames.in_order(frame, "indicator"), sorted(frame["rate"].unique())
    for name, rate, share in frame[["indicator", "rate", "share"]].itertuples(index=False, name=None):
        x, y, colour = rates.index(rate), indicators.index(name), style.heat((100 - share) / 100)
        ax.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, facecolor=colour))
        ink = "white" if sum(colour[:3]) < 1.5 else style.INK
        ax.text(x, y, rounding.text(rounding.down(share), ".0f"), ha="center", va="center", color=ink)
    style.rows(ax, [labels.label(indicator, lang, names) for indicator in indicators])
    ax.grid(visible=False)
    ax.set_xlim(-0.5, len(rates) - 0.5)
    ax.set_xticks(range(len(rates)), [f"+{rounding.text(rate, 'g')}" if rate else "0" for rate in rates])
    grown, met = (wording.word(f"term.{term}", lang) for term in ("pupil_growth", "still_met"))
    ax.set_xlabel(f"{labels.wrap(grown, 34)}\n{labels.wrap(met, 34)}")
    return ax
