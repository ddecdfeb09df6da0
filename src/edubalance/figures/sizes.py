"""Schools and classes against what they may hold at most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None


@style.context()
def against_limits(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw each school or section as a multiple of its limit, one row a condition; right of the line it is too large.

    Parameters
    ----------
    frame : DataFrame with columns ``condition``, ``area``, ``value``, ``threshold``
        One row a school or section and condition, as from `assessment.requirements.by_school`; the conditions ask
        for at most the threshold. A missing value is not drawn; the row's name says how many there are.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the conditions to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "condition", "area", "value", "threshold")
    conditions, areas = frames.in_order(frame, "condition"), frames.in_order(frame, "area", style.AREAS)
    multiple = (frame["value"] / frame["threshold"]).astype(float)
    rows = frame["condition"].astype(str).map(conditions.index).to_numpy(dtype=float)
    for position, area in enumerate(areas):
        here = (frame["area"] == area).to_numpy(dtype=bool) & np.isfinite(multiple.to_numpy())
        look: dict[str, Any] = {"color": style.colour(area, position), "marker": style.marker(area, position)}
        height = rows[here] + (position - (len(areas) - 1) / 2) * 0.24
        ax.scatter(multiple[here], height, s=20, alpha=0.65, linewidths=0, label=labels.label(area, lang), **look)
    ax.axvline(1, color=style.INK, linewidth=1.2, linestyle="--", zorder=1, label=wording.word("term.limit", lang))
    held = {condition: multiple[(frame["condition"] == condition).to_numpy()] for condition in conditions}
    style.rows(ax, [labels.counted(labels.label(name, lang, names), held[name], lang) for name in conditions])
    ax.set_xlim(left=0)
    ax.set_xlabel(wording.word("term.multiple_of_limit", lang))
    style.legend(ax, ncols=4)
    return ax


@style.context()
def class_sizes(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw how many classes there are of each size, one line of bars a level, and the size that a class may have.

    Parameters
    ----------
    frame : DataFrame with columns ``level``, ``pupils``, ``classes``, ``limit``
        One row a level and size, as from `evidence.classes.sizes`. Classes above the limit are hatched.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the levels to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "level", "pupils", "classes", "limit")
    frames.refuse_repeats(frame, "level", "pupils")
    levels, tallest = frames.in_order(frame, "level", ("primary", "junior")), float(frame["classes"].max())
    step = tallest * 1.22
    for position, level in enumerate(reversed(levels)):
        here, foot = frame[frame["level"] == level], position * step
        above = (here["pupils"] > here["limit"]).to_numpy(dtype=bool)
        look: dict[str, Any] = {"width": 1.0, "bottom": foot, "edgecolor": "white", "linewidth": 0.3}
        ax.bar(here["pupils"][~above], here["classes"][~above], color=style.BLUE, **look)
        ax.bar(here["pupils"][above], here["classes"][above], color=style.ORANGE, hatch="////", **look)
        limit = here["limit"].iloc[0]
        ax.vlines(limit + 0.5, foot, foot + 1.05 * tallest, color=style.INK, linewidth=1.2, linestyle="--")
        told = labels.label(level, lang, names)
        ax.text(float(frame["pupils"].min()) - 0.5, foot + tallest, told, ha="left", va="top")
        ax.axhline(foot, color=style.GREY, linewidth=0.8)
    _count_axis(ax, levels, step, tallest, lang)
    ax.set_xlabel(wording.word("term.class_pupils", lang))
    dashes: dict[str, Any] = {"color": style.INK, "linewidth": 1.2, "linestyle": "--"}
    over = Patch(facecolor=style.ORANGE, hatch="////", edgecolor="white", label=wording.word("term.above_limit", lang))
    style.legend(ax, handles=[Line2D([], [], label=wording.word("term.limit", lang), **dashes), over])
    return ax


def _count_axis(ax: Axes, levels: list[str], step: float, tallest: float, lang: str) -> None:
    """Mark numbers of classes anew for each level."""
    power = 10 ** int(np.floor(np.log10(max(tallest, 1))))
    tick = max(size * power for size in (1, 2, 5) if size == 1 or size * power * 2 <= tallest)
    marks = [number * tick for number in range(int(tallest // tick) + 1)]
    places = [position * step + mark for position in range(len(levels)) for mark in marks]
    ax.set_yticks(places, [rounding.text(mark, "g") for _ in levels for mark in marks])
    ax.set_ylim(0, len(levels) * step)
    ax.set_ylabel(wording.word("term.classes", lang))


@style.context()
def more_needed(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the classes that there are and those that classes within the limit would take besides, one bar a level.

    Parameters
    ----------
    frame : DataFrame with columns ``level``, ``limit``, ``classes``, ``more_classes``, ``more_teachers``
        One row a level, as from `evidence.classes.needed`. Each further class is a room; beside the bar stands how
        many rooms and teachers those are, teachers rounded up.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the levels to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "level", "limit", "classes", "more_classes", "more_teachers")
    frames.refuse_repeats(frame, "level")
    rows = np.arange(len(frame))
    there, more = (frame[name].to_numpy(dtype=float) for name in ("classes", "more_classes"))
    ax.barh(rows, there, 0.5, color=style.BLUE, label=wording.word("term.classes_now", lang))
    look: dict[str, Any] = {"color": style.ORANGE, "hatch": "///", "edgecolor": "white"}
    ax.barh(rows, more, 0.5, left=there, label=wording.word("term.classes_more", lang), **look)
    rooms, people = (wording.word(f"term.{term}", lang) for term in ("more_rooms", "more_teachers"))
    for row, (add, teachers) in enumerate(zip(more, frame["more_teachers"].to_numpy(dtype=float), strict=True)):
        ax.text(
            0,
            row - 0.31,
            f" +{rounding.text(add, 'g')} {rooms}, +{int(rounding.up(teachers))} {people}",
            va="bottom",
            ha="left",
        )
    at_most = wording.word("term.at_most", lang)
    told = [
        wording.with_unit(labels.label(str(level), lang, names), f"{at_most} {rounding.text(limit, 'g')}", lang)
        for level, limit in zip(frame["level"], frame["limit"], strict=True)
    ]
    style.rows(ax, told)
    ax.set_ylim(len(frame) - 0.45, -0.85)
    ax.set_xlabel(wording.word("term.classes", lang))
    style.legend(ax, ncols=2)
    return ax
