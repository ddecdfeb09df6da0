"""Pupils who come and go, and those who will come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None
# One look a part, whatever else is drawn.
PARTS = {"rural_schools": 0, "public_schools": 0, "urban_schools": 1, "private_schools": 1, "other_schools": 2}
LAST = 3


@style.context()
def moves(frame: pd.DataFrame, ax: Axes, *, by: str = "area", lang: str = "en", names: Names = None) -> Axes:
    """
    Draw those who came to the right and those who went to the left, one bar a group and side.

    Parameters
    ----------
    frame : DataFrame with columns `by`, ``direction``, ``part``, ``rate``
        One row a group, direction (``in`` or ``out``) and part, in percent of the group's pupils, as from
        `evidence.flows.ways`. A part that is nowhere above zero has no place in the legend. Drawn if there:
        ``missing``, the sections left out, in the group's name.
    ax : Axes
        Where to draw.
    by : str
        Column of the groups.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of groups and parts to print.

    Returns
    -------
    Axes
        The `ax` passed in. The diamond is the net: those who came less those who went.
    """
    frames.require(frame, by, "direction", "part", "rate")
    frames.refuse_repeats(frame, by, "direction", "part")
    groups = frames.in_order(frame, by, style.AREAS)
    there = [part for part in frames.in_order(frame, "part") if frame.loc[frame["part"] == part, "rate"].gt(0).any()]
    parts = sorted(there, key=lambda part: PARTS.get(part, LAST))
    for direction, sign in (("in", 1.0), ("out", -1.0)):
        start = np.zeros(len(groups))
        for part in parts:
            position = PARTS.get(part, LAST)
            here = frame[(frame["part"] == part) & (frame["direction"] == direction)].set_index(by)["rate"]
            width = sign * here.astype(float).reindex(groups).fillna(0).to_numpy()
            look: dict[str, Any] = {"color": style.PALETTE[position], "hatch": style.HATCHES[position]}
            ax.barh(range(len(groups)), width, 0.58, left=start, edgecolor="white", **look)
            start = start + width
    _net(frame, groups, by, ax, lang)
    ax.axvline(0, color=style.INK, linewidth=1.2)
    style.rows(ax, [_group(frame, group, by, lang, names) for group in groups])
    went, came = (wording.word(f"term.{word}", lang) for word in ("went", "came"))
    ax.set_xlabel(f"{wording.word('finding.percent_of_pupils', lang)}\n← {went}      {came} →")
    style.legend(ax, ncols=2, handles=[*_handles(parts, lang, names), *ax.get_legend_handles_labels()[0]])
    return ax


def _handles(parts: list[str], lang: str, names: Names) -> list[Patch]:
    """Make the legend of the parts."""
    looks = [(style.PALETTE[PARTS.get(part, LAST)], style.HATCHES[PARTS.get(part, LAST)]) for part in parts]
    return [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=labels.label(part, lang, names))
        for part, (colour, hatch) in zip(parts, looks, strict=True)
    ]


def _net(frame: pd.DataFrame, groups: list[str], by: str, ax: Axes, lang: str) -> None:
    """Mark what remains of each group's moves."""
    signed = frame["rate"].astype(float).where(frame["direction"] == "in", -frame["rate"].astype(float))
    net = signed.groupby(frame[by].astype(str)).sum().reindex(groups)
    look: dict[str, Any] = {"marker": "D", "linestyle": "", "color": style.INK, "markeredgecolor": "white"}
    ax.plot(net, range(len(groups)), label=wording.word("term.net", lang), markersize=7.5, **look)


def _group(frame: pd.DataFrame, group: str, by: str, lang: str, names: Names) -> str:
    """Name a group and the sections that are not in it because they do not say."""
    name = labels.label(group, lang, names)
    missing = frame.loc[frame[by].astype(str) == group, "missing"].max() if "missing" in frame.columns else 0
    return wording.with_unit(
        name, f"{rounding.text(missing, 'g')}\u00a0{wording.word('term.missing', lang)}" if missing else "", lang
    )


@style.context()
def entrants_to_come(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the births six years before, those who entered school, and those who are expected.

    Parameters
    ----------
    frame : DataFrame with columns ``year``, ``births``, ``entrants``, ``expected``, ``low``, ``high``
        One row a year of entry, as from `evidence.enrolment.to_come`; a missing value is not drawn.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        What to call ``births``, ``entrants`` and ``expected``.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "year", "births", "entrants", "expected", "low", "high")
    return _outlook(frame, ax, ("births", "entrants", "expected"), "term.children", lang, names)


@style.context()
def seats_to_come(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the pupils expected against the seats that there are.

    Parameters
    ----------
    frame : DataFrame with columns ``year``, ``pupils``, ``seats``, ``expected``, ``low``, ``high``
        One row a year, as from `evidence.enrolment.seats`; a missing value is not drawn.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        What to call ``pupils``, ``seats`` and ``expected``.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "year", "pupils", "seats", "expected", "low", "high")
    return _outlook(frame, ax, ("seats", "pupils", "expected"), "term.pupils", lang, names)


def _outlook(
    frame: pd.DataFrame, ax: Axes, columns: tuple[str, str, str], quantity: str, lang: str, names: Names
) -> Axes:
    """Draw what is given, what is known and what is expected with its interval, year by year."""
    frames.refuse_repeats(frame, "year")
    rows = frame.sort_values("year")
    looks: tuple[dict[str, Any], ...] = (
        {"color": style.GREY, "marker": "s", "linestyle": style.DASHES[1], "markersize": 4.5},
        {"color": style.BLUE, "marker": "o", "linestyle": "-"},
        {"color": style.RED, "marker": "D", "linestyle": style.DASHES[2]},
    )
    ax.fill_between(rows["year"], rows["low"], rows["high"], color=style.RED, alpha=0.16, linewidth=0)
    for column, look in zip(columns, looks, strict=True):
        if rows[column].notna().any():
            ax.plot(rows["year"], rows[column], label=labels.label(column, lang, names), **look)
    top = float(rows[[*columns, "high"]].max().max())
    ax.set_ylim(0, 1.06 * top if np.isfinite(top) and top > 0 else 1)
    years = rows["year"].astype(int).tolist()
    ax.set_xticks(years[:: -(-len(years) // 6)])
    ax.set_xlabel(wording.word("term.year", lang))
    ax.set_ylabel(wording.word(quantity, lang))
    style.legend(ax, ncols=3)
    return ax
