"""What changed: each school from year to year, each coefficient from before to after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None


@style.context()
def changes(
    frame: pd.DataFrame,
    ax: Axes,
    *,
    quantity: str,
    unit: str = "%",
    reach: float = 0.0,
    lang: str = "en",
    names: Names = None,
) -> Axes:
    """
    Draw how much each school gained or lost since the year before: one mark a school, one row a year.

    Steady schools stand close around the line at zero; marks far to both sides are the picture of a quantity that
    no school can plan with.

    Parameters
    ----------
    frame : DataFrame with columns ``year``, ``area``, ``change``
        One row a school and year. A year without any change known is left out; single missing ones are counted in
        the row's name.
    ax : Axes
        Where to draw.
    quantity, unit : str
        What changed, and the unit of the change, in the language asked for.
    reach : float
        How far the axis runs to both sides at least, so that small changes look small.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "year", "area", "change")
    known = frame.groupby("year")["change"].transform("count") > 0
    shown = frame[known.to_numpy(dtype=bool)].sort_values("year", kind="stable")
    years, areas = frames.in_order(shown, "year"), frames.in_order(frame, "area", style.AREAS)
    for position, area in enumerate(areas):
        here = shown[shown["area"] == area]
        rows = here["year"].astype(str).map(years.index).to_numpy(dtype=float)
        look: dict[str, Any] = {"color": style.colour(area, position), "marker": style.marker(area, position)}
        height = rows + (position - (len(areas) - 1) / 2) * 0.24
        ax.scatter(here["change"], height, s=20, alpha=0.65, linewidths=0, label=labels.label(area, lang), **look)
    ax.axvline(0, color=style.INK, linewidth=1.2, zorder=1)
    furthest = max(reach, 1.05 * float(shown["change"].abs().max())) if len(shown) else reach
    if furthest > 0:
        ax.set_xlim(-furthest, furthest)
    held = {year: shown.loc[shown["year"].astype(str) == year, "change"] for year in years}
    style.rows(ax, [labels.counted(labels.label(year, lang, names), held[year], lang) for year in years])
    ax.set_xlabel(labels.wrap(wording.with_unit(quantity, unit, lang), 34))
    style.legend(ax, ncols=3)
    return ax


@style.context()
def before_after(
    frame: pd.DataFrame, ax: Axes, *, after: str, lang: str = "en", names: Names = None, told: Names = None
) -> Axes:
    """
    Draw each coefficient before and after a change, and its limit.

    Parameters
    ----------
    frame : DataFrame with columns ``indicator``, ``cv``, `after`, ``limit``
        One level; one row an indicator. A coefficient that is not defined is not drawn; the row's name says so.
    ax : Axes
        Where to draw.
    after : str
        Column of the coefficients after the change.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Indicator names to print.
    told : mapping of str to str, optional
        What to call the two marks: ``cv`` and `after`.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "indicator", "cv", after, "limit")
    frames.refuse_repeats(frame, "indicator")
    indicators, rows = frames.in_order(frame, "indicator"), np.arange(len(frame))
    ax.hlines(rows, frame[["cv", after]].min(axis=1), frame[["cv", after]].max(axis=1), color=style.GREY, linewidth=1.4)
    ax.plot(frame["cv"], rows, linestyle="", marker="o", color=style.BLUE, markerfacecolor="white", markeredgewidth=1.5)
    ax.plot(frame[after], rows, linestyle="", marker="o", color=style.BLUE)
    for limit in frames.distinct(frame["limit"]):
        ax.axvline(limit, color=style.INK, linewidth=1.2, linestyle="--", zorder=1)
    held = {name: frame.loc[frame["indicator"] == name, "cv"] for name in indicators}
    style.rows(ax, [labels.counted(labels.label(name, lang, names), held[name], lang) for name in indicators])
    ax.set_xlim(left=0)
    ax.set_xlabel(wording.word("term.coefficient", lang))
    style.legend(ax, ncols=3, handles=_handles(frame["limit"], after, lang, told))
    return ax


def _handles(limits: pd.Series, after: str, lang: str, told: Names) -> list[Line2D]:
    """Make the legend of the two marks and of the limit."""
    look: dict[str, Any] = {"linestyle": "", "marker": "o", "color": style.BLUE, "markeredgewidth": 1.5}
    marks = [
        Line2D([], [], markerfacecolor=face, label=labels.label(column, lang, told), **look)
        for column, face in (("cv", "white"), (after, style.BLUE))
    ]
    dashes: dict[str, Any] = {"color": style.INK, "linewidth": 1.2, "linestyle": "--"}
    limit = wording.word("term.limit", lang)
    return marks + [
        Line2D([], [], label=f"{limit} {rounding.text(value, '.2f')}", **dashes) for value in frames.distinct(limits)
    ]
