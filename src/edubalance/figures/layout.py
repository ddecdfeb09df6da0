"""Where children live and where there are seats for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D

from edubalance import rounding, wording
from edubalance.errors import EdubalanceError
from edubalance.figures import frames, labels, style
from edubalance.figures.places import plane

Names = Mapping[str, str] | None
# Seats per child: one each in the middle of the scale, and what lies above two looks like two.
SCALE = Normalize(0, 2)
# How schools look: hollow where a seat is free, solid where none is.
SCHOOLS: Mapping[str, dict[str, Any]] = {
    "roomy_school": {"marker": "s", "markerfacecolor": "white", "markeredgecolor": style.INK},
    "full_school": {"marker": "s", "markerfacecolor": style.INK, "markeredgecolor": "white"},
    "seats_unknown": {"marker": "$?$", "markerfacecolor": style.INK, "markeredgecolor": style.INK},
}


@style.context()
def access_map(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw settlements by what their children reach, and the schools by whether they have room.

    Parameters
    ----------
    frame : DataFrame
        Columns ``place``, ``x_km``, ``y_km``, ``people``, ``seats_per_child``, ``no_school``, ``load``. One level; one
        row a settlement or school, as from `evidence.catchments.drawn`. A settlement is as large as its children are
        many and darker the more seats they reach; a cross marks those without a school within reach.
    ax : Axes
        Where to draw; no map lies below, for the plane is local.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names to print, by code.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "place", "x_km", "y_km", "people", "seats_per_child", "no_school", "load")
    homes = frame[frame["place"] == "settlement"].sort_values(
        "people", ascending=False, key=rounding.tied, kind="stable"
    )
    if homes.empty:
        raise EdubalanceError("No settlement has children to draw.", hint="List settlements in places.csv.")
    look: dict[str, Any] = {"cmap": style.HEAT, "norm": SCALE, "edgecolors": style.GREY, "linewidths": 0.4}
    sizes = 8 + 150 * homes["people"] / homes["people"].max()
    ax.scatter(homes["x_km"], homes["y_km"], s=sizes, c=homes["seats_per_child"], zorder=2, **look)
    far = homes[homes["no_school"].astype(bool)]
    ax.plot(far["x_km"], far["y_km"], linestyle="", marker="x", color=style.RED, markersize=6, zorder=3)
    kinds = _schools(frame[frame["place"] == "school"], ax)
    style.legend(ax, ncols=2, handles=_keys(kinds, lang, names, crossed=not far.empty))
    word = labels.wrap(labels.label("access", lang, {"access": wording.word("term.access", lang), **(names or {})}), 34)
    ax.figure.colorbar(ScalarMappable(SCALE, style.HEAT), ax=ax, label=word, shrink=0.85, extend="max")
    plane(ax, lang)
    return ax


def _schools(schools: pd.DataFrame, ax: Axes) -> list[str]:
    """Draw the schools, and return the kinds that there are."""
    load = schools["load"]
    marked = {"roomy_school": load < 1, "full_school": load >= 1, "seats_unknown": load.isna()}
    found = [name for name, inside in marked.items() if inside.any()]
    for name in found:
        here = schools[marked[name]]
        ax.plot(here["x_km"], here["y_km"], linestyle="", markersize=5.5, zorder=4, **SCHOOLS[name])
    return found


def _keys(kinds: list[str], lang: str, names: Names, *, crossed: bool) -> list[Line2D]:
    """Explain the marks."""
    looks: dict[str, dict[str, Any]] = {name: SCHOOLS[name] for name in kinds}
    looks["settlement"] = {"marker": "o", "markerfacecolor": style.PALE, "markeredgecolor": style.GREY, "markersize": 9}
    if crossed:
        looks["no_school_in_reach"] = {"marker": "x", "color": style.RED}
    named = {name: wording.word(f"term.{name}", lang) for name in looks} | dict(names or {})
    return [Line2D([], [], linestyle="", label=named[name], **look) for name, look in looks.items()]


@style.context()
def reach_curve(
    frame: pd.DataFrame,
    ax: Axes,
    *,
    by: str = "level",
    reach: Mapping[str, float] | None = None,
    lang: str = "en",
    names: Names = None,
) -> Axes:
    """
    Draw what share of the children live no farther from a school than a distance, one line a group.

    Parameters
    ----------
    frame : DataFrame with columns `by`, ``distance_km``, ``share``
        One row a group and distance, as from `evidence.layout.curve`.
    ax : Axes
        Where to draw.
    by : str
        Column of the groups: ``level``, ``area`` or ``year``.
    reach : mapping of str to float, optional
        By group, the reach that the analysis assumes in km; drawn as a thin line, since it is no threshold of a rule,
        in the colour of its group unless all groups have the same.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, by, "distance_km", "share")
    frames.refuse_repeats(frame, by, "distance_km")
    groups = frames.in_order(frame, by, (*style.AREAS, "primary", "junior"))
    for position, group in enumerate(groups):
        part = frame[frame[by].astype(str) == group].sort_values("distance_km", key=rounding.tied, kind="stable")
        x, y = (np.concatenate([[0.0], part[name].to_numpy(dtype=float)]) for name in ("distance_km", "share"))
        look: dict[str, Any] = {"color": style.colour(group, position), "linestyle": style.DASHES[position % 4]}
        ax.plot(x, y, drawstyle="steps-post", label=labels.label(group, lang, names), **look)
    drawn = {reach[group] for group in groups if group in reach} if reach else set()
    for position, group in enumerate(groups):
        colour = style.colour(group, position) if len(drawn) > 1 else style.INK
        if reach and group in reach:
            ax.axvline(reach[group], linewidth=1.2, zorder=1, color=colour, linestyle=":")
    if drawn:
        ax.plot([], [], color=style.INK, linestyle=":", linewidth=1.2, label=wording.word("term.reach", lang))
    ax.set(ylim=(0, 102), xlabel=labels.wrap(wording.word("term.nearest_school", lang), 46))
    ax.set_xlim(left=0)
    ax.set_ylabel(labels.wrap(wording.word("term.children_cumulated", lang), 30))
    ax.grid(visible=True)
    style.legend(ax, ncols=4)
    return ax


@style.context()
def seats_against_pupils(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the seats of every school against its pupils: above the line seats stand empty, below it they lack.

    Parameters
    ----------
    frame : DataFrame with columns ``pupils``, ``seats``, ``area``
        One row a school and level, as from `evidence.layout.seats`. Schools of which the seats are not known are
        counted below the axis.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the areas to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "pupils", "seats", "area")
    known = frame.dropna(subset=["pupils", "seats"])
    largest = 1.06 * float(known[["pupils", "seats"]].max().max()) if len(known) else 1.0
    ax.plot([0, largest], [0, largest], color=style.INK, linewidth=1.2, label=wording.word("term.one_seat_each", lang))
    for position, area in enumerate(frames.in_order(frame, "area", style.AREAS)):
        here = known[known["area"] == area]
        look: dict[str, Any] = {"color": style.colour(area, position), "marker": style.marker(area, position)}
        ax.scatter(here["pupils"], here["seats"], s=26, alpha=0.75, linewidths=0, **look)
    areas = style.handles(frames.in_order(frame, "area", style.AREAS), lang, names)
    missing = len(frame) - len(known)
    note = f"\n{missing} {wording.word('term.missing', lang)}" if missing else ""
    ax.set(xlim=(0, largest), ylim=(0, largest), aspect="equal")
    ax.set(xlabel=wording.word("term.pupils", lang) + note, ylabel=wording.word("term.seats", lang))
    ax.grid(visible=True)
    style.legend(ax, ncols=2, handles=[*areas, *ax.get_legend_handles_labels()[0]])
    return ax
