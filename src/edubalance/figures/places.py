"""Where the schools stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D

from edubalance import rounding, wording
from edubalance.errors import EdubalanceError
from edubalance.figures import frames, labels, style

COLOUR_MARK: dict[str, Any] = {"linestyle": "", "marker": "h", "markeredgecolor": style.INK, "markersize": 9}
Names = Mapping[str, str] | None


@style.context()
def school_map(
    frame: pd.DataFrame,
    ax: Axes,
    *,
    by: str = "verdict",
    unit: str = "",
    lang: str = "en",
    names: Names = None,
) -> Axes:
    """
    Draw the schools on a plane: as large as their pupils are many, in the shape of their area.

    Parameters
    ----------
    frame : DataFrame with columns ``x_km``, ``y_km``, ``pupils``, ``area`` and `by`
        One row a school or section. Schools without a place are counted below the map.
    ax : Axes
        Where to draw; no map lies below, for the plane is local.
    by : str
        What the colour shows: ``verdict``, or any column of numbers.
    unit : str
        Unit of those numbers in the language asked for.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names to print; that of `by` is set beside the colour scale.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "x_km", "y_km", "pupils", "area", by)
    placed = frame.dropna(subset=["x_km", "y_km", "pupils"])
    if placed.empty:
        raise EdubalanceError(
            "No school has a place (x_km, y_km) and pupils.", hint="Fill the columns, or leave the map out."
        )
    verdicts = by == "verdict"
    areas = frames.in_order(placed, "area", style.AREAS)
    scale = None if verdicts else Normalize(placed[by].min(), placed[by].max())
    _schools(placed, by, scale, areas, ax)
    handles = _verdict_handles(placed, lang) if verdicts else _missing_handles(placed[by], lang)
    shapes = style.handles(areas, lang, color="white", markeredgecolor=style.INK, markersize=7)
    style.legend(ax, ncols=3, handles=shapes + handles)
    if scale:
        name = labels.wrap(wording.with_unit(labels.label(by, lang, names), unit, lang), 30)
        ax.figure.colorbar(ScalarMappable(scale, style.HEAT), ax=ax, label=name, shrink=0.85)
    plane(ax, lang, unplaced=len(frame) - len(placed))
    return ax


def _schools(placed: pd.DataFrame, by: str, scale: Normalize | None, areas: list[str], ax: Axes) -> None:
    """Draw the schools, the largest below the others; white where the colour's value is missing."""
    shown = placed.sort_values("pupils", ascending=False, key=rounding.tied, kind="stable")
    pupils = float(shown["pupils"].min()), float(shown["pupils"].max())
    sizes = pupils[0] / 12 + 12, pupils[1] / 12 + 12
    look: dict[str, Any] = {"x": "x_km", "y": "y_km", "edgecolor": style.INK, "linewidth": 0.7, "alpha": 0.85}
    look |= {"size": "pupils", "sizes": sizes, "size_norm": pupils, "legend": False, **style.shapes("area", areas)}
    colours: dict[str, Any] = (
        {"palette": style.HEAT, "hue_norm": scale} if scale else {"palette": style.VERDICT_COLOURS}
    )
    known = shown[by].notna()
    if known.any():
        sns.scatterplot(shown[known], hue=by, ax=ax, **look, **colours)
    sns.scatterplot(shown[~known], color="white", ax=ax, **look)


def _verdict_handles(placed: pd.DataFrame, lang: str) -> list[Line2D]:
    """Make the legend of the verdicts there are."""
    return [
        Line2D([], [], color=colour, label=wording.word(f"verdict.{verdict}", lang), **COLOUR_MARK)
        for verdict, colour in style.VERDICT_COLOURS.items()
        if (placed["verdict"] == verdict).any()
    ]


def _missing_handles(values: pd.Series, lang: str) -> list[Line2D]:
    """Explain the white marks, if there are any."""
    missing = [wording.word("state.missing", lang)] if values.isna().any() else []
    return [Line2D([], [], color="white", label=name, **COLOUR_MARK) for name in missing]


def plane(ax: Axes, lang: str, *, unplaced: int = 0) -> None:
    """
    Keep distances true, draw a scale bar and name the axes.

    Parameters
    ----------
    ax : Axes
        On which everything is drawn already.
    lang : str
        ``"en"`` or ``"zh"``.
    unplaced : int
        How many could not be drawn for want of a place; said below the map.
    """
    ax.set_aspect("equal", adjustable="datalim")
    ax.margins(0.1)
    ax.apply_aspect()
    left, right = ax.get_xlim()
    bottom, top = ax.get_ylim()
    length = _round_length((right - left) / 4)
    at = bottom + (top - bottom) * 0.03
    ax.plot([left + length * 0.1, left + length * 1.1], [at, at], color=style.INK, linewidth=3, solid_capstyle="butt")
    kilometres = wording.word("term.kilometres", lang)
    beside: Any = {"xytext": (5, 0), "textcoords": "offset points", "va": "center"}
    ax.annotate(f"{rounding.text(length, 'g')} {kilometres}", (left + length * 1.1, at), **beside)
    note = f"\n{unplaced} {wording.word('term.unplaced', lang)}" if unplaced else ""
    ax.set(xlabel=wording.word("term.east", lang) + note, ylabel=wording.word("term.north", lang))
    ax.grid(visible=True)


def _round_length(length: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, 50 … that is not longer."""
    if length <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(length))
    return float(power * max(step for step in (1, 2, 5) if step * power <= length))
