"""The survey: what was answered, and who is satisfied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from edubalance import codebook, rounding, wording
from edubalance.figures import frames, style, survey_names

Names = Mapping[str, str] | None
# From the lowest answer to the highest: orange, grey in the middle, blue.
LOW, MIDDLE, HIGH = ("#b5460f", "#e8a87c"), "#e0e0e0", ("#8dbfdf", "#0173b2")
LETTERS_OF_A_ROW = 26
WIDE_ENOUGH = 9.0  # percent: a number fits into the bar


@style.context()
def survey_answers(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw how each item was answered: low answers to the left, high ones to the right, the middle half to each side.

    Parameters
    ----------
    frame : DataFrame with columns ``group``, ``item``, ``scale``, ``answer``, ``share``, ``missing``
        Items of one group of respondents and one scale; one row an item and answer, as from `evidence.survey.answers`.
        Shares are percent of those who answered the item; the row's name says how many did not. Reversed items are
        drawn as they were answered, and marked.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Wording of the items to print, instead of the questionnaire's.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "group", "item", "scale", "answer", "share", "missing")
    frames.refuse_repeats(frame, "item", "answer")
    group, scale = frames.only(frame, "group"), frames.only(frame, "scale")
    items = frames.in_order(frame, "item")
    shares = frame.pivot(index="item", columns="answer", values="share").reindex(items).sort_index(axis=1)
    colours = _colours(len(shares.columns))
    values = shares.to_numpy(dtype=float)
    ends = _starts(values)
    for place, (colour, column) in enumerate(zip(colours, values.T, strict=True)):
        left = ends[:, place]
        ax.barh(range(len(items)), column, 0.72, left=left, color=colour, edgecolor="white", linewidth=0.7)
        _write(ax, left, column, "white" if colour in (LOW[0], HIGH[1]) else style.INK)
    ax.axvline(0, color=style.INK, linewidth=1.0, zorder=0.5)  # behind the bars: it must not cross a number out
    missing = frame.drop_duplicates("item").set_index("item")["missing"]
    style.rows(ax, [_row(group, name, int(missing[name]), lang, names) for name in items], LETTERS_OF_A_ROW)
    reach = 1.03 * float(np.nanmax(np.abs(ends)))
    ax.set_xlim(-reach, reach)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: rounding.text(abs(value), ".0f")))
    ax.set_xlabel(wording.word("survey.answers_percent", lang))
    words = codebook.survey.load().scales[scale].labels
    handles = [
        Patch(facecolor=colour, edgecolor=style.GREY, linewidth=0.5, label=words[int(answer)][lang])
        for colour, answer in zip(colours, shares.columns, strict=True)
    ]
    style.legend(ax, ncols=5, handles=handles)
    return ax


def _colours(many: int) -> list[str]:
    """Return a colour for each answer of a scale, from low to high."""
    half = many // 2
    low = [LOW[min(place, len(LOW) - 1)] for place in range(half)]
    high = [HIGH[max(len(HIGH) - half + place, 0)] for place in range(half)]
    return [*low, *([MIDDLE] if many % 2 else []), *high]


def _starts(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return where each bar begins and the last one ends, the middle of the scale standing on zero."""
    many = shares.shape[1]
    half = many // 2
    left = np.nansum(shares[:, :half], axis=1) + (np.nan_to_num(shares[:, half]) / 2 if many % 2 else 0)
    return np.asarray(np.column_stack([np.zeros(len(shares)), np.nancumsum(shares, axis=1)]) - left[:, None])


def _write(ax: Axes, left: npt.NDArray[np.float64], column: npt.NDArray[np.float64], ink: str) -> None:
    """Write the percentages into bars that are wide enough."""
    for row, (start, share) in enumerate(zip(left, column, strict=True)):
        if share >= WIDE_ENOUGH:
            ax.text(start + share / 2, row, rounding.text(share, ".0f"), ha="center", va="center", color=ink)


def _row(group: str, item: str, missing: int, lang: str, names: Names) -> str:
    """Name a row by the item's wording, and say how many left it out."""
    count = f"{missing}\u00a0{wording.word('term.missing', lang)}" if missing else ""
    return wording.with_unit(survey_names.item(group, item, lang, names), count, lang)


@style.context()
def satisfaction(frame: pd.DataFrame, ax: Axes, *, by: str = "group", lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the share of the satisfied with its interval, one row a group, against the bar of the standard.

    A pale band shows where the share would lie, were none or all of those satisfied who were asked and did not say.

    Parameters
    ----------
    frame : DataFrame with columns `by`, ``value``, ``low``, ``high``, ``n``, ``worst``, ``best``, ``threshold``
        In percent; one row a group, as from `evidence.survey.satisfaction`. A group of whom nobody answered is not
        drawn; the row's name gives the number who did.
    ax : Axes
        Where to draw.
    by : str
        Column of the rows: ``group``, or ``area`` and the like within one group.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the rows to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, by, "value", "low", "high", "n", "worst", "best", "threshold")
    frames.refuse_repeats(frame, by)
    rows, threshold = np.arange(len(frame)), float(frames.only(frame, "threshold"))
    ax.barh(rows, frame["best"] - frame["worst"], 0.5, left=frame["worst"], color=style.PALE, zorder=1)
    ax.hlines(rows, frame["low"], frame["high"], color=style.BLUE, linewidth=2.0, zorder=3)
    ax.plot(frame["value"], rows, linestyle="", marker="o", color=style.BLUE, markersize=7, zorder=4)
    ax.axvline(threshold, color=style.INK, linewidth=1.2, linestyle="--", zorder=2)
    called = [survey_names.respondents(str(code), lang, names) for code in frame[by]]
    counts = [f"n\u00a0=\u00a0{rounding.text(many, '.0f')}" for many in frame["n"]]
    style.rows(ax, [wording.with_unit(*row, lang) for row in zip(called, counts, strict=True)])
    least = np.nanmin(frame[["low", "worst"]].to_numpy(dtype=float), initial=threshold)
    ax.set_xlim(max(least - 2, 0), 100.5)
    ax.set_xlabel(wording.word("survey.satisfied_percent", lang))
    look: dict[str, Any] = {"color": style.BLUE, "marker": "o", "linewidth": 2.0}
    handles = [
        Line2D([], [], label=wording.word("survey.with_interval", lang), **look),
        Patch(color=style.PALE, label=wording.word("survey.silent", lang)),
        Line2D([], [], color=style.INK, linestyle="--", linewidth=1.2, label=wording.word("survey.bar", lang)),
    ]
    style.legend(ax, ncols=3, handles=handles)
    return ax
