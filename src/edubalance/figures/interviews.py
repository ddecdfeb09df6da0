"""Interviews: which themes came up with whom and together, how far coders agree, and whether new themes still came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None
# What Krippendorff asks for: conclusions may be tentative above the first, and rely on the codes above the second.
CUSTOMARY = (0.667, 0.8)


@style.context()
def themes_by_role(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw in which share of the excerpts each theme came up with each role: darker is more, the number says how much.

    Parameters
    ----------
    frame : DataFrame with columns ``role``, ``theme``, ``excerpts``, ``share``, ``all_interviews``
        One row a role and theme, as from `evidence.interviews.frequencies`; shares in percent. The theme with most
        excerpts stands on top; below each role stands how many interviews it rests on.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of themes and roles to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "role", "theme", "excerpts", "share", "all_interviews")
    frames.refuse_repeats(frame, "role", "theme")
    totals = frame.groupby("theme", sort=False)["excerpts"].sum().sort_values(ascending=False, kind="stable")
    themes, roles = [str(theme) for theme in totals.index], frames.in_order(frame, "role")
    scale = Normalize(0, max(float(frame["share"].max()), 1.0))
    for role, theme, share in frame[["role", "theme", "share"]].itertuples(index=False, name=None):
        _cell(ax, roles.index(role), themes.index(theme), scale(share), rounding.text(share, ".0f"))
    style.rows(ax, [_name("theme", theme, lang, names) for theme in themes], 17)
    ax.grid(visible=False)
    interviews = frame.drop_duplicates("role").set_index("role")["all_interviews"]
    told = [
        f"{labels.wrap(_name('role', role, lang, names), 10)}\nn = {rounding.text(interviews[role], 'g')}"
        for role in roles
    ]
    ax.set_xlim(-0.5, len(roles) - 0.5)
    ax.set_xticks(range(len(roles)), told)
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel(labels.wrap(wording.word("term.excerpt_share", lang), 44))
    return ax


@style.context()
def themes_together(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw how often two themes came up in one excerpt: darker where they overlap more, the number counts the excerpts.

    Parameters
    ----------
    frame : DataFrame with columns ``theme``, ``other``, ``excerpts``, ``jaccard``
        One row an ordered pair, as from `evidence.interviews.together`; each pair is drawn once. On the diagonal
        stands in how many excerpts the theme came up at all.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the themes to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "theme", "other", "excerpts", "jaccard")
    frames.refuse_repeats(frame, "theme", "other")
    themes = frames.in_order(frame, "theme")
    apart = frame["theme"] != frame["other"]
    scale = Normalize(0, max(float(frame.loc[apart, "jaccard"].fillna(0).max()), 0.01))
    for theme, other, excerpts, jaccard in frame[["theme", "other", "excerpts", "jaccard"]].itertuples(index=False):
        row, column = themes.index(theme), themes.index(other)
        if column < row:
            _cell(
                ax,
                column,
                row,
                scale(0 if np.isnan(jaccard) else jaccard),
                rounding.text(excerpts, "g") if excerpts else "",
            )
        elif column == row:
            ax.text(column, row, rounding.text(excerpts, "g"), ha="center", va="center", color=style.INK)
            ax.add_patch(Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, fill=False, edgecolor=style.GREY))
    style.rows(ax, [f"{_name('theme', theme, lang, names)}  {number}" for number, theme in enumerate(themes, 1)], 28)
    ax.grid(visible=False)
    ax.set_xlim(-0.5, len(themes) - 0.5)
    ax.set_xticks(range(len(themes)), [str(number) for number in range(1, len(themes) + 1)])
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel(labels.wrap(wording.word("term.excerpts_together", lang), 60))
    return ax


@style.context()
def agreement(
    frame: pd.DataFrame,
    ax: Axes,
    *,
    customary: Sequence[float] = CUSTOMARY,
    lang: str = "en",
    names: Names = None,
) -> Axes:
    """
    Draw how far coders agree theme by theme: alpha of all with its interval, kappa of each two beside it.

    Parameters
    ----------
    frame : DataFrame with columns ``theme``, ``measure``, ``estimate``, ``low``, ``high``
        As from `evidence.interviews.agreement`. A coefficient that is not defined is not drawn; the row's name says
        how many there are.
    ax : Axes
        Where to draw.
    customary : sequence of float
        Values that are customarily asked for; no rule of the standard.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the themes to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "theme", "measure", "estimate", "low", "high")
    themes = frames.in_order(frame, "theme")
    alpha = frame[frame["measure"] == "krippendorff_alpha"].set_index("theme").reindex(themes)
    kappa = frame[frame["measure"] == "cohen_kappa"]
    rows = np.arange(len(themes))
    ax.hlines(rows, alpha["low"], alpha["high"], color=style.BLUE, linewidth=1.8)
    dots = ax.plot(alpha["estimate"], rows, linestyle="", marker="o", color=style.BLUE, zorder=4)
    look: dict[str, Any] = {"linestyle": "", "marker": "x", "color": style.ORANGE, "markeredgewidth": 1.5}
    crosses = ax.plot(kappa["estimate"], kappa["theme"].map(themes.index) + 0.26, **look)
    for value in customary:
        ax.axvline(value, color=style.INK, linewidth=1.2, linestyle="--", zorder=1)
    dots[0].set_label(wording.word("term.alpha", lang))
    crosses[0].set_label(wording.word("term.kappa", lang))
    asked = [Line2D([], [], color=style.INK, linewidth=1.2, linestyle="--", label=_asked(customary, lang))]
    held = {theme: frame.loc[frame["theme"] == theme, "estimate"] for theme in themes}
    style.rows(ax, [labels.counted(_name("theme", theme, lang, names), held[theme], lang) for theme in themes], 24)
    lowest = float(np.nanmin([*alpha["low"], *frame["estimate"], 0.0]))
    ax.set_xlim(min(0.0, lowest - 0.02), 1.02)
    ax.set_xlabel(labels.wrap(wording.word("term.agreement", lang), 30))
    style.legend(ax, ncols=2, handles=[*dots, *crosses, *(asked if customary else [])])
    return ax


def _asked(customary: Sequence[float], lang: str) -> str:
    """Name the lines of what is customarily asked for."""
    values = (" / " if lang == "en" else "／").join(rounding.text(value, ".2f") for value in customary)
    return f"{wording.word('term.customary', lang)} {values}"


@style.context()
def saturation(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw how many different themes the first interviews brought up, in their order and in random ones.

    A flat end says that interviews of this kind hardly brought new themes any more; where the line leaves the band,
    the order of the interviews had to do with it.

    Parameters
    ----------
    frame : DataFrame with columns ``interviews``, ``themes``, ``expected``, ``low``, ``high``
        One row an interview, as from `evidence.interviews.saturations`.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Words for the legend by ``this_order``, ``any_order`` and ``random_orders``.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "interviews", "themes", "expected", "low", "high")
    frames.refuse_repeats(frame, "interviews")
    x = frame["interviews"].to_numpy(dtype=float)
    ax.fill_between(x, frame["low"], frame["high"], color=style.PALE, linewidth=0, step="mid")
    told = {code: _name("term", code, lang, names) for code in ("this_order", "any_order", "random_orders")}
    mean = ax.plot(x, frame["expected"], color=style.GREY, linestyle="--", label=told["any_order"])
    ours = ax.plot(x, frame["themes"], color=style.BLUE, marker="o", label=told["this_order"])
    ax.set_xlabel(wording.word("term.interviews", lang))
    ax.set_ylabel(wording.word("term.themes_so_far", lang))
    ax.set_xlim(0.5, x.max() + 0.5)
    ax.set_xticks([tick for tick in range(1, int(x.max()) + 1) if tick == 1 or tick % 5 == 0])
    ax.set_ylim(0, max(float(frame["high"].fillna(0).max()), float(frame["themes"].max())) * 1.06)
    ax.grid(axis="y")
    band = Patch(color=style.PALE, label=told["random_orders"])
    style.legend(ax, ncols=3, handles=[*ours, *mean, band])
    return ax


def _name(group: str, code: str, lang: str, names: Names) -> str:
    """Name a theme, a role or a term: the caller's word, else the package's."""
    if names and code in names:
        return names[code]
    return wording.word(f"{group}.{code}", lang) if wording.known(f"{group}.{code}") else labels.label(code, lang)


def _cell(ax: Axes, x: int, y: int, shade: float, text: str) -> None:
    """Colour one cell of a matrix, all but white where there is nothing, and write into it."""
    colour = style.heat(shade) if shade > 0 else (0.96, 0.96, 0.96, 1.0)
    ax.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=colour))
    ax.text(x, y, text, ha="center", va="center", color="white" if sum(colour[:3]) < 1.5 else style.INK)
