"""Funds: spending per pupil over the years, and townships by their own revenue."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation

from edubalance import wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None
# Amounts as paid, and at constant prices; the second is the one on which falls are marked.
LINES: dict[str, Any] = {"nominal": (0, (5, 2)), "deflated": "-"}
FALL: dict[str, Any] = {"marker": "v", "color": style.INK, "markersize": 8, "linestyle": ""}
# Of levels without a colour of their own, the sum of all comes fourth, where it would look like the junior level.
PLACES = {"all": 1}


@style.context()
def spending(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw spending per pupil over the years, as paid and at constant prices, and mark the years in which it fell.

    Parameters
    ----------
    frame : DataFrame with columns ``year``, ``level``, ``nominal``, ``deflated``, ``fell``
        One row a year and level, as from `evidence.finance.per_pupil`; ``fell`` is of the amount at constant prices.
        A missing amount breaks its line and is counted in the name of its level.
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
    frames.require(frame, "year", "level", "nominal", "deflated", "fell")
    frames.refuse_repeats(frame, "year", "level")
    levels, handles = frames.in_order(frame, "level"), []
    years = sorted(int(year) for year in frame["year"].unique())
    for position, level in enumerate(levels):
        part = frame[frame["level"] == level].set_index("year").reindex(years)
        place = PLACES.get(level, position)
        look: dict[str, Any] = {"color": style.colour(level, place), "marker": style.marker(level, place)}
        for column, line in LINES.items():
            face = "white" if column == "nominal" else look["color"]
            ax.plot(years, part[column].astype(float), linestyle=line, markerfacecolor=face, **look)
        fell = part[part["fell"].astype("boolean").fillna(value=False).astype(bool)]
        # Above the amount, so that the mark hides none.
        above = ax.transData + ScaledTranslation(0, 11 / 72, ax.figure.dpi_scale_trans)
        ax.plot(fell.index, fell["deflated"].astype(float), transform=above, **FALL)
        name = labels.counted(labels.label(level, lang, names), part["deflated"], lang)
        handles.append(Line2D([], [], label=name, linestyle="", **look))
    ax.set_ylim(0, _room(frame[list(LINES)].max().max(), 1.16))
    ax.set_xticks(years[:: math.ceil(len(years) / 8)])
    ax.set_xlabel(wording.word("term.year", lang))
    ax.set_ylabel(wording.word("term.yuan_per_pupil", lang))
    style.legend(ax, ncols=2, handles=handles + _line_handles(frame, years[-1], lang))
    return ax


def _room(largest: Any, times: float = 1.1) -> float:
    """Return where an axis ends, so that the largest mark is drawn whole."""
    return times * float(largest) if largest > 0 else 1.0


def _line_handles(frame: pd.DataFrame, base: int, lang: str) -> list[Line2D]:
    """Make the legend of the two kinds of line, and of the mark if there is one."""
    words = {"nominal": wording.word("term.as_paid", lang)}
    words["deflated"] = wording.with_unit(wording.word("term.constant_prices", lang), str(base), lang)
    found = [Line2D([], [], color=style.INK, linestyle=line, label=words[name]) for name, line in LINES.items()]
    if frame["fell"].astype("boolean").fillna(value=False).any():
        found.append(Line2D([], [], label=wording.word("term.fell", lang), **FALL))
    return found


@style.context()
def townships(
    frame: pd.DataFrame, ax: Axes, *, value: str, unit: str = "", lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw every township by its own revenue and by what its pupils get, as wide as it has pupils.

    Marks that rise to the right: the richer township has more for a pupil. The picture shows that two things move
    together, not that one moves the other.

    Parameters
    ----------
    frame : DataFrame with columns ``revenue_per_head``, `value`, ``pupils``, ``area``
        One row a township, as from `evidence.township_funds.of_townships`. Townships without one of the numbers are
        counted below the axis.
    ax : Axes
        Where to draw.
    value : str
        Column that stands upwards: ``spending_per_pupil`` or ``transfers_per_pupil``.
    unit : str
        Its unit in the language asked for; yuan per pupil unless given.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "revenue_per_head", value, "pupils", "area")
    known = frame.dropna(subset=["revenue_per_head", value, "pupils"])
    largest = float(known["pupils"].max()) if len(known) else 1.0
    for position, area in enumerate(frames.in_order(frame, "area", style.AREAS)):
        part = known[known["area"] == area]
        look: dict[str, Any] = {"color": style.colour(area, position), "marker": style.marker(area, position)}
        width = 30 + 130 * part["pupils"] / largest
        ax.scatter(part["revenue_per_head"], part[value], s=width, alpha=0.75, linewidths=0, **look)
    ax.set_xlim(0, _room(known["revenue_per_head"].max()))
    ax.set_ylim(0, _room(known[value].max()))
    missing = len(frame) - len(known)
    told = wording.with_unit("", f"{missing}\u00a0{wording.word('term.missing', lang)}", lang) if missing else ""
    ax.set_xlabel(wording.word("term.revenue_per_head", lang) + told)
    quantity = labels.label(value, lang, names)
    given = unit or wording.word("term.yuan_per_pupil", lang)
    ax.set_ylabel(labels.wrap(wording.with_unit(quantity, given, lang), 30))
    areas = frames.in_order(frame, "area", style.AREAS)
    style.legend(ax, ncols=3, handles=style.handles(areas, lang, names))
    return ax
