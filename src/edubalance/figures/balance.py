"""Balance between schools: coefficients against their limits, and what the limit depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from edubalance import rounding, wording
from edubalance.errors import EdubalanceError
from edubalance.figures import frames, labels, reach, style

ROUNDING = 1e-9
Names = Mapping[str, str] | None


@style.context()
def difference_coefficients(counties: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the difference coefficient of each indicator and level against its limit.

    A filled mark is inside the limit of its level, a hollow one outside or undetermined; where the frame has an
    interval, a line shows it; an arrow ends a line that goes on far beyond all marks.

    Parameters
    ----------
    counties : DataFrame with columns ``level``, ``indicator``, ``cv``, ``limit``, ``met``
        One row a level and indicator, as in `assessment.Assessment.counties`; ``low`` and ``high`` if there is an
        interval.
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
    frames.require(counties, "level", "indicator", "cv", "limit", "met")
    frames.refuse_repeats(counties, "level", "indicator")
    indicators, levels = frames.in_order(counties, "indicator"), frames.in_order(counties, "level")
    furthest = reach.furthest(counties["cv"], counties["limit"])
    for position, level in enumerate(levels):
        part = counties[counties["level"] == level].set_index("indicator").reindex(indicators)
        height = np.arange(len(indicators)) + (position - (len(levels) - 1) / 2) * 0.3
        _coefficients(part, height, level, position, ax)
        if "high" in part:
            reach.cut(ax, furthest, part["high"], height, style.colour(level, position))
        for limit in frames.distinct(part["limit"]):
            ax.axvline(limit, color=style.colour(level, position), linewidth=1.2, linestyle=style.DASHES[position % 4])
    values = {indicator: counties.loc[counties["indicator"] == indicator, "cv"] for indicator in indicators}
    style.rows(ax, [labels.counted(labels.label(name, lang, names), cv, lang) for name, cv in values.items()])
    ax.set_xlim(left=0)
    ax.set_xlabel(wording.word("term.coefficient", lang))
    style.legend(ax, ncols=4, handles=_level_handles(counties, levels, lang))
    return ax


def _coefficients(part: pd.DataFrame, height: np.ndarray, level: str, position: int, ax: Axes) -> None:
    """Draw the coefficients of one level, with their intervals if the frame has them."""
    colour, shape = style.colour(level, position), style.marker(level, position)
    if {"low", "high"} <= set(part.columns):
        ax.hlines(height, part["low"], part["high"], color=colour, linewidth=1.2)
    inside = part["met"].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
    for chosen, face in ((inside, colour), (~inside, "white")):
        look: dict[str, Any] = {"marker": shape, "color": colour, "markerfacecolor": face, "markeredgewidth": 1.5}
        ax.plot(part["cv"][chosen], height[chosen], linestyle="", zorder=3, **look)


def _level_handles(counties: pd.DataFrame, levels: Sequence[str], lang: str) -> list[Line2D]:
    """Make the legend of levels and their limits."""
    handles = []
    for position, level in enumerate(levels):
        colour, shape = style.colour(level, position), style.marker(level, position)
        handles.append(Line2D([], [], linestyle="", color=colour, marker=shape, label=labels.label(level, lang)))
        for limit in frames.distinct(counties.loc[counties["level"] == level, "limit"]):
            text = f"{wording.word('term.limit', lang)} {rounding.text(limit, '.2f')}"
            handles.append(Line2D([], [], color=colour, linestyle=style.DASHES[position % 4], label=text))
    return handles


@style.context()
def conventions(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the same coefficients under every convention, side by side with the limit.

    A row whose marks stand on both sides of the limit is one where the convention decides the verdict; its line is
    drawn strong.

    Parameters
    ----------
    frame : DataFrame with columns ``indicator``, ``convention``, ``cv``, ``limit``
        One level; one row an indicator and convention.
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
    frames.require(frame, "indicator", "convention", "cv", "limit")
    frames.refuse_repeats(frame, "indicator", "convention")
    indicators, ways = frames.in_order(frame, "indicator"), frames.in_order(frame, "convention")
    for row, indicator in enumerate(indicators):
        part = frame[frame["indicator"] == indicator]
        outside = part["cv"] > rounding.reachable(part["limit"], ">")
        flips = outside.any() and (part["cv"] <= rounding.reachable(part["limit"], "<=")).any()
        look: dict[str, Any] = {"color": style.INK if flips else style.PALE, "linewidth": 2.6 if flips else 1.4}
        ax.hlines(row, part["cv"].min(), part["cv"].max(), zorder=1, **look)
    for position, way in enumerate(ways):
        values = frame[frame["convention"] == way].set_index("indicator")["cv"].reindex(indicators)
        ax.plot(
            values, range(len(indicators)), linestyle="", marker=style.MARKERS[position], label=labels.label(way, lang)
        )
    _limit_lines(frame["limit"], ax, lang)
    style.rows(ax, [labels.label(indicator, lang, names) for indicator in indicators])
    ax.set_xlabel(wording.word("term.coefficient", lang))
    style.legend(ax, ncols=2)
    return ax


def _limit_lines(limits: pd.Series, ax: Axes, lang: str) -> None:
    """Draw each limit across the axes and name it with its value."""
    for limit in frames.distinct(limits):
        name = f"{wording.word('term.limit', lang)} {rounding.text(limit, '.2f')}"
        ax.axvline(limit, color=style.INK, linewidth=1.2, linestyle="--", label=name)


@style.context()
def lorenz(curves: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw Lorenz curves against the line of equality.

    Parameters
    ----------
    curves : DataFrame with columns ``group``, ``pupil_share``, ``resource_share``
        One row a point; shares from 0 to 1, points in order. A group is an indicator, level, year or scenario.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    return _curves(curves, ax, "term.pupil_share", lang, names)


@style.context()
def concentration(curves: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw concentration curves: pupils stand from the least advantaged to the most.

    Above the diagonal the resource goes to the disadvantaged, below it to the advantaged.

    Parameters
    ----------
    curves : DataFrame with columns ``group``, ``pupil_share``, ``resource_share``
        One row a point; shares from 0 to 1, points in order.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    return _curves(curves, ax, "term.pupil_share_ranked", lang, names)


def _curves(curves: pd.DataFrame, ax: Axes, horizontal: str, lang: str, names: Names) -> Axes:
    """Draw cumulative shares in percent, one line a group."""
    frames.require(curves, "group", "pupil_share", "resource_share")
    ax.plot([0, 100], [0, 100], color=style.GREY, linewidth=1, label=wording.word("term.equality", lang))
    groups = frames.in_order(curves, "group")
    percent = curves[["pupil_share", "resource_share"]].astype(float).mul(100).assign(group=curves["group"])
    exact: dict[str, Any] = {"sort": False, "estimator": None, "errorbar": None}
    look = {**style.hues("group", groups), "style": "group", "style_order": groups, "dashes": style.patterns(groups)}
    sns.lineplot(percent, x="pupil_share", y="resource_share", ax=ax, **exact, **look)
    ax.set(xlim=(0, 100), ylim=(0, 100), aspect="equal")
    ax.set_xlabel(labels.wrap(wording.word(horizontal, lang), 36))
    ax.set_ylabel(wording.word("term.resource_share", lang))
    lines = style.handles(groups, lang, names, dashed=True, marker="")
    style.legend(ax, ncols=3, handles=ax.get_legend_handles_labels()[0] + lines)
    return ax


@style.context()
def decomposition(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw where inequality lies: shares between and within groups, one bar an indicator.

    Parameters
    ----------
    frame : DataFrame with columns ``indicator``, ``component``, ``share``
        One row an indicator and component; the shares of an indicator sum to 1.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of indicators and components to print.

    Returns
    -------
    Axes
        The `ax` passed in.

    Raises
    ------
    EdubalanceError
        If a share is negative: parts of a whole are not, and a stacked bar would hide it.
    """
    frames.require(frame, "indicator", "component", "share")
    frames.refuse_repeats(frame, "indicator", "component")
    if (frame["share"] < -ROUNDING).any():
        raise EdubalanceError(
            "Shares of inequality must not be negative.", hint="Use a measure that decomposes exactly."
        )
    indicators = frames.in_order(frame, "indicator")
    start = np.zeros(len(indicators))
    for position, component in enumerate(frames.in_order(frame, "component")):
        part = frame[frame["component"] == component].set_index("indicator")["share"].reindex(indicators) * 100
        look: dict[str, Any] = {"color": style.PALETTE[position % 4], "hatch": style.HATCHES[position % 4]}
        name = labels.label(component, lang, names)
        ax.barh(range(len(indicators)), part, 0.62, left=start, edgecolor="white", label=name, **look)
        start = start + part.fillna(0).to_numpy()
    style.rows(ax, [labels.label(indicator, lang, names) for indicator in indicators])
    ax.set_xlim(0, 100)
    ax.set_xlabel(wording.word("term.share", lang))
    style.legend(ax, ncols=3)
    return ax


@style.context()
def influence(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None, most: int = 10) -> Axes:
    """
    Draw the schools that move a coefficient most when they are left out.

    Parameters
    ----------
    frame : DataFrame with columns ``school_id``, ``change``
        One row a school: the coefficient without it less the coefficient with it.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of schools to print.
    most : int
        How many schools to draw.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "school_id", "change")
    frames.refuse_repeats(frame, "school_id")
    order = frame["change"].abs().sort_values(ascending=False, key=rounding.tied, kind="stable").index[:most]
    shown = frame.loc[order].dropna(subset=["change"])
    colours = [style.ORANGE if change > 0 else style.BLUE for change in shown["change"]]
    ax.barh(range(len(shown)), shown["change"], 0.62, color=colours)
    ax.axvline(0, color=style.INK, linewidth=1)
    style.rows(ax, [labels.label(school, lang, names) for school in shown["school_id"]])
    ax.margins(x=0.1)
    ax.locator_params(axis="x", nbins=5)
    ax.set_xlabel(labels.wrap(wording.word("term.influence", lang), 34))
    ax.set_ylabel(wording.word("term.influential_school", lang))
    return ax
