"""How fully schools use what they have, and what stands idle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None
MARGIN = 2.5


@style.context()
def efficiency_scores(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the efficiency of every section, corrected for bias and with its interval, area by area and in order.

    Parameters
    ----------
    frame : DataFrame with columns ``level``, ``area``, ``score``, ``corrected``, ``low``, ``high``
        One level; one row a section, as from `evidence.efficiency.intervals`. A dash marks the score as measured.
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
    frames.require(frame, "level", "area", "score", "corrected", "low", "high")
    frames.only(frame, "level")
    areas, start, middles = frames.in_order(frame, "area", style.AREAS), 0.0, []
    for position, area in enumerate(areas):
        here = frame[frame["area"] == area].sort_values(["corrected", "score"], key=rounding.tied, kind="stable")
        places = start + np.arange(len(here))
        look: dict[str, Any] = {"color": style.colour(area, position)}
        ax.vlines(places, here["low"], here["high"], linewidth=1.3, alpha=0.7, **look)
        ax.plot(places, here["corrected"], linestyle="", marker=style.marker(area, position), markersize=4, **look)
        ax.plot(places, here["score"], linestyle="", marker="_", markersize=5, color=style.INK)
        middles.append(start + (len(here) - 1) / 2)
        start += len(here) + MARGIN
    counts = frame["area"].value_counts()
    ax.set_xticks(middles, [f"{labels.wrap(labels.label(a, lang, names), 9)}\nn = {counts[a]}" for a in areas])
    ax.set_xlim(-MARGIN, start)
    ax.set_xlabel(labels.wrap(wording.word("term.short_intervals", lang), 46))
    ax.set_ylabel(labels.wrap(wording.word("term.efficiency", lang), 24))
    ax.grid(visible=True, axis="y")
    _explained(ax, lang)
    return ax


def _explained(ax: Axes, lang: str) -> None:
    """Explain the marks: the colours stand below the axis."""
    mark: dict[str, Any] = {"linestyle": "", "color": style.INK}
    keys: dict[str, dict[str, Any]] = {"score": {"marker": "_"}, "corrected_score": {"marker": "o", "markersize": 4}}
    handles = [
        ax.plot([], [], label=wording.word(f"term.{name}", lang), **mark, **look)[0] for name, look in keys.items()
    ]
    style.legend(ax, ncols=2, handles=handles)


@style.context()
def idle_capacity(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw what share of the seats stands idle, area by area, with the public funds that go with those seats.

    Parameters
    ----------
    frame : DataFrame with columns ``level``, ``area``, ``idle_share``, ``idle_funds``
        One row a level and area, as from `evidence.idle.by_area`: percent of the seats, and yuan. What is not known is
        not drawn; the row's name says so.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of levels and areas to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "level", "area", "idle_share", "idle_funds")
    frames.refuse_repeats(frame, "level", "area")
    order = {area: place for place, area in enumerate(frames.in_order(frame, "area", style.AREAS))}
    shown = frame.assign(place=frame["area"].astype(str).map(order))
    shown = shown.sort_values(["level", "place"], ascending=[False, True], kind="stable").reset_index(drop=True)
    for position, level in enumerate(frames.in_order(shown, "level")):
        here = shown[shown["level"] == level]
        look: dict[str, Any] = {"color": style.colour(level, position), "hatch": style.HATCHES[position]}
        ax.barh(here.index, here["idle_share"].fillna(0), 0.6, edgecolor="white", **look)
    for row, (share, funds) in enumerate(zip(shown["idle_share"], shown["idle_funds"], strict=True)):
        beside: Any = {"xytext": (4, 0), "textcoords": "offset points", "va": "center"}
        text = "" if np.isnan(funds) else rounding.text(funds / 10_000, ",.0f")
        ax.annotate(text, (0.0 if np.isnan(share) else share, row), **beside)
    ax.set_xlim(0, max(1.0, 1.25 * float(np.nan_to_num(shown["idle_share"].to_numpy(dtype=float)).max())))
    style.rows(ax, [_row(row, lang, names) for _, row in shown.iterrows()])
    said = [labels.wrap(wording.word(f"term.{name}", lang), 36) for name in ("idle_seats", "idle_funds")]
    ax.set_xlabel("\n".join(said))
    return ax


def _row(row: pd.Series, lang: str, names: Names) -> str:
    """Name a level and area, and say if its share is not known."""
    both = [labels.label(str(row[name]), lang, names) for name in ("level", "area")]
    return labels.counted(", ".join(both) if lang == "en" else "".join(both), pd.Series([row["idle_share"]]), lang)
