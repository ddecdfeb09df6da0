"""Many counties at once: their ranking, where indicators fail, who catches up, how verdicts change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from edubalance import rounding, wording
from edubalance.figures import frames, labels, reach, style

Names = Mapping[str, str] | None
MOST_NAMED = 12
VERDICTS = ("met", "not_met", "undetermined", "absent")


@style.context()
def county_ranking(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw composites from the lowest to the highest, each with its interval: many places are not sure.

    An arrow ends an interval that goes on far beyond all marks.

    Parameters
    ----------
    frame : DataFrame with columns ``county``, ``composite``, ``composite_low``, ``composite_high``
        One level and year; one row a county. Drawn if there: ``composite_limit``. A county without a composite is
        left out and counted.
    ax : Axes
        Where to draw. Up to twelve counties are named.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of counties to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "county", "composite", "composite_low", "composite_high")
    frames.refuse_repeats(frame, *(name for name in ("province", "county") if name in frame))
    held = frame.dropna(subset="composite").sort_values("composite", key=rounding.tied, kind="stable")
    named = len(held) <= MOST_NAMED
    place, value = np.arange(len(held)) + (not named), held["composite"].to_numpy(dtype=float)
    low, high = (held[name].to_numpy(dtype=float) for name in ("composite_low", "composite_high"))
    ax.hlines(place, low, high, color=style.PALE, linewidth=5 if named else max(0.4, 150 / len(held)))
    ax.plot(value, place, marker="o", markersize=5.5 if named else 1.6, linestyle="", color=style.BLUE)
    keys = [Line2D([], [], color=style.PALE, linewidth=5, label=wording.word("term.interval", lang))]
    look: dict[str, Any] = {"marker": "o", "linestyle": "", "color": style.BLUE}
    keys.append(Line2D([], [], label=wording.word("term.composite", lang), **look))
    limits = frames.distinct(frame["composite_limit"]) if "composite_limit" in frame else ()
    reach.cut(ax, reach.furthest(value, limits), high, place, style.INK)
    name = wording.word("term.limit", lang)
    keys += [ax.axvline(limit, color=style.INK, linestyle="--", label=name) for limit in limits]
    if named:
        style.rows(ax, [labels.label(str(county), lang, names) for county in held["county"]])
    else:
        ax.set_ylim(len(held) + 0.5, 0.5)
        ax.set_ylabel(labels.wrap(wording.word("term.counties_ranked", lang), 34))
    missing = len(frame) - len(held)
    note = f"{missing}\u00a0{wording.word('term.without_rank', lang)}" if missing else ""
    ax.set_xlabel(labels.wrap(wording.with_unit(wording.word("term.composite", lang), note, lang), 40))
    style.legend(ax, handles=keys)
    return ax


@style.context()
def failing_places(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw which indicator fails most often, and where: a row an indicator, a column a province.

    Parameters
    ----------
    frame : DataFrame with columns ``province``, ``indicator``, ``share_below``
        One level and year; shares from 0 to 1. A share that is missing stays white.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of indicators and provinces to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "province", "indicator", "share_below")
    frames.refuse_repeats(frame, "province", "indicator")
    provinces, indicators = frames.in_order(frame, "province"), frames.in_order(frame, "indicator")
    keys = {name: frame[name].astype(str) for name in ("province", "indicator")}
    table = frame.assign(**keys).pivot(index="indicator", columns="province", values="share_below").astype(float)
    bar = {"orientation": "horizontal", "label": wording.word("term.sections_below_share", lang), "aspect": 30}
    bare: dict[str, Any] = {"xticklabels": False, "yticklabels": False, "linewidths": 0.3, "cbar_kws": bar}
    sns.heatmap(style.shades(100 * table.loc[indicators, provinces]), ax=ax, cmap=style.HEAT, vmin=0, **bare)
    style.rows(ax, [labels.label(indicator, lang, names) for indicator in indicators], middle=0.5)
    ax.grid(visible=False)
    step = -(-len(provinces) // MOST_NAMED) if len(provinces) <= MOST_NAMED else -(-len(provinces) // 5)
    shown = list(range(0, len(provinces), step))
    ax.set_xticks([place + 0.5 for place in shown], [labels.label(provinces[place], lang, names) for place in shown])
    ax.set_xlabel(wording.word("term.provinces", lang))
    return ax


@style.context()
def catching_up(
    frame: pd.DataFrame, ax: Axes, *, backwards: bool = False, lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw whether counties that were behind grew faster: the slope of growth on the first value, with its interval.

    Parameters
    ----------
    frame : DataFrame with columns ``level``, ``indicator``, ``slope``, ``low``, ``high``
        Slopes in logarithmic growth a year; one row a level and indicator.
    ax : Axes
        Where to draw.
    backwards : bool
        Whether the slopes are those of the years turned round, on the last value; the axis says so.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of indicators to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "level", "indicator", "slope", "low", "high")
    frames.refuse_repeats(frame, "level", "indicator")
    levels, indicators = frames.in_order(frame, "level", ("primary", "junior")), frames.in_order(frame, "indicator")
    ax.axvline(0, color=style.GREY, linewidth=0.9)
    for position, level in enumerate(levels):
        part = frame[frame["level"] == level].astype({"indicator": str}).set_index("indicator").reindex(indicators)
        offset = 0.3 * (position - (len(levels) - 1) / 2)
        middle, low, high = (100 * part[name].to_numpy(dtype=float) for name in ("slope", "low", "high"))
        look: dict[str, Any] = {"color": style.colour(level, position), "marker": style.marker(level, position)}
        ax.errorbar(
            middle, np.arange(len(indicators)) + offset, xerr=[middle - low, high - middle], linestyle="", **look
        )
    style.rows(
        ax,
        [
            labels.counted(
                labels.label(name, lang, names), frame.loc[frame["indicator"].astype(str) == name, "slope"], lang
            )
            for name in indicators
        ],
    )
    ax.set_xlabel(
        labels.wrap(wording.word("term.catching_up_backwards" if backwards else "term.catching_up", lang), 34)
    )
    style.legend(ax, handles=style.handles(levels, lang))
    return ax


@style.context()
def transitions(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw how verdicts change from one year to the next: rows before, columns after.

    Parameters
    ----------
    frame : DataFrame with columns ``before``, ``after``, ``n``, ``share``
        One unit, level and pair of years; shares of those with the verdict before, from 0 to 1.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Other names of verdicts.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "before", "after", "n", "share")
    frames.refuse_repeats(frame, "before", "after")
    rows, columns = (frames.in_order(frame, name, VERDICTS) for name in ("before", "after"))
    shape = {"index": "before", "columns": "after"}
    share = frame.pivot(values="share", **shape).astype(float).reindex(index=rows, columns=columns)
    count = frame.pivot(values="n", **shape).astype(float).reindex(index=rows, columns=columns)
    words = [
        [
            "" if np.isnan(n) else f"{rounding.text(n, ',.0f')}\n{rounding.text(part, '.1%')}"
            for n, part in zip(*each, strict=True)
        ]
        for each in zip(count.to_numpy(), share.to_numpy(), strict=True)
    ]
    bare: dict[str, Any] = {"cbar": False, "xticklabels": False, "yticklabels": False, "linewidths": 2}
    sns.heatmap(style.shades(share), annot=np.array(words), fmt="", ax=ax, cmap=style.HEAT, vmin=0, vmax=1, **bare)
    style.rows(ax, [_verdict(code, lang, names) for code in rows], middle=0.5)
    ax.grid(visible=False)
    ax.set_xticks(np.arange(len(columns)) + 0.5, [labels.wrap(_verdict(code, lang, names), 12) for code in columns])
    ax.set_ylabel(wording.word("term.before_years", lang))
    key = labels.wrap(wording.word("term.share_of_before", lang), 44)
    ax.set_xlabel(f"{wording.word('term.after_years', lang)}\n{key}")
    return ax


def _verdict(code: str, lang: str, names: Names) -> str:
    """Return the word of a verdict, or for none."""
    if names and code in names:
        return names[code]
    return wording.word("term.absent" if code == "absent" else f"verdict.{code}", lang)
