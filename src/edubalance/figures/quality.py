"""The quality of education: how many stay, and what the national monitoring finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None
WHOLES = ("entrants", "graduates")
ROMAN = ("I", "II", "III", "IV", "V")


@style.context()
def retention_steps(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the steps from those who entered to those who graduated, and what the retention has to reach.

    Parameters
    ----------
    frame : DataFrame with columns ``part``, ``pupils``, ``start``, ``end``, ``threshold``
        One row a step, as from `evidence.retention.steps`; in percent of those who entered and lived. The steps end in
        the retention where those who gave up are taken off; moves come after it, because they do not count.
    ax : Axes
        Where to draw; the axis does not begin at zero, so that wholes are marks and not bars.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the steps to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "part", "pupils", "start", "end", "threshold")
    frames.refuse_repeats(frame, "part")
    whole = frame["part"].isin(WHOLES).to_numpy(dtype=bool)
    rows = np.arange(len(frame))
    step = (frame["end"] - frame["start"]).where(~whole)
    gain = (step > 0).to_numpy(dtype=bool)
    for rising, colour, hatch in ((True, style.BLUE, ""), (False, style.ORANGE, "///")):
        here = ~whole & (gain == rising)
        look: dict[str, Any] = {"color": colour, "hatch": hatch, "edgecolor": "white"}
        ax.barh(rows[here], step[here], 0.55, left=frame["start"][here], **look)
    ax.plot(frame["end"][whole], rows[whole], linestyle="", marker="o", color=style.INK, markersize=7)
    ends = frame["end"].to_numpy(dtype=float)
    ax.vlines(ends[:-2], rows[:-2], rows[1:-1], color=style.GREY, linewidth=0.9)
    retained = frame.loc[frame["part"] == "gave_up", "end"]
    look = {"linestyle": "", "marker": "D", "color": style.RED, "markeredgecolor": "white", "markersize": 8}
    ax.plot(retained, rows[frame["part"] == "gave_up"], label=wording.word("term.retention", lang), **look)
    for limit in frames.distinct(frame["threshold"]):
        name = wording.word("term.threshold", lang)
        ax.axvline(limit, color=style.INK, linewidth=1.2, label=f"{name} {rounding.text(limit, 'g')} %", zorder=1)
    drawn = np.append(ends, frame["threshold"].to_numpy(dtype=float))
    drawn = drawn[np.isfinite(drawn)]
    if drawn.size:
        room = max(0.08 * float(np.ptp(drawn)), 0.5)
        ax.set_xlim(drawn.min() - room, drawn.max() + room)
    style.rows(ax, [_step(row.part, row.pupils, lang, names) for row in frame.itertuples()])
    ax.set_xlabel(labels.wrap(wording.word("term.of_entrants", lang), 34))
    style.legend(ax, ncols=2)
    return ax


def _step(part: object, pupils: object, lang: str, names: Names) -> str:
    """Name a step and say how many pupils it is."""
    many = float(str(pupils))
    count = wording.word("state.missing", lang) if np.isnan(many) else rounding.text(many, ",.0f")
    return wording.with_unit(labels.label(str(part), lang, names), count, lang)


@style.context()
def monitoring(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the difference rate of each subject against its limit, and name the level beside it.

    Parameters
    ----------
    frame : DataFrame with columns ``subject``, ``grade``, ``grade_verdict``, ``rate``, ``rate_limit``
        One row a subject, as from `evidence.quality.monitoring`. A rate or level that is not reported is said to be
        missing in the row's name.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the subjects to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "subject", "grade", "grade_verdict", "rate", "rate_limit")
    frames.refuse_repeats(frame, "subject")
    rows, rate = np.arange(len(frame)), frame["rate"].astype(float).to_numpy()
    below = rate < frame["rate_limit"].astype(float).to_numpy()
    ax.hlines(rows, 0, np.nan_to_num(rate), color=style.PALE, linewidth=3)
    for inside, mark, colour in ((True, "o", style.BLUE), (False, "X", style.RED)):
        here = np.isfinite(rate) & (below == inside)
        name = wording.word("term.inside_limit" if inside else "term.not_inside_limit", lang)
        if here.any():
            ax.plot(rate[here], rows[here], linestyle="", marker=mark, color=colour, markersize=7.5, label=name)
    for limit in frames.distinct(frame["rate_limit"]):
        name = f"{wording.word('term.limit', lang)} {rounding.text(limit, 'g')}"
        ax.axvline(limit, color=style.INK, linewidth=1.2, linestyle="--", zorder=1, label=name)
    told = zip(frame["subject"], frame["grade"], frame["grade_verdict"], rate.tolist(), strict=True)
    lines = [_subject(name, float(grade), str(verdict), each, lang, names) for name, grade, verdict, each in told]
    style.rows(ax, lines, columns=24)
    furthest = np.nanmax([*rate, *frame["rate_limit"].astype(float), 0.0])
    ax.set_xlim(0, 1.1 * furthest if furthest > 0 else 1)
    ax.locator_params(axis="x", nbins=5)
    ax.set_xlabel(labels.wrap(wording.word("term.difference_rate", lang), 34))
    style.legend(ax, ncols=3)
    return ax


def _subject(subject: object, grade: float, verdict: str, rate: float, lang: str, names: Names) -> str:
    """Name a subject with its level, whether the level is reached, and a rate that is missing."""
    symbol = style.VERDICT_SYMBOLS[verdict]
    level = symbol if np.isnan(grade) else f"{ROMAN[int(grade) - 1]} {symbol}"
    level = f"{wording.word('term.monitoring_level', lang)} {level}"
    word = f"monitored.{subject}"
    told = wording.word(word, lang) if wording.known(word) and str(subject) not in (names or {}) else ""
    missing = f"; {wording.word('state.missing', lang)}" if np.isnan(rate) else ""
    return wording.with_unit(told or labels.label(str(subject), lang, names), level + missing, lang)
