"""Everything at a glance: items, counts of verdicts, cases beside each other, the ledger of claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None
NARROWEST = 0.07  # of the longest bar: a number of two digits fits into it
# Outcome: colour and symbol. Blue speaks for a claim, orange against it; the paler, the weaker the ground.
OUTCOMES = {
    "supported": ("#0173b2", "✓"),
    "published-supports": ("#5fa8d3", "✓"),
    "recovered": ("#c6e0f0", "✓"),
    "contradicted": ("#b5460f", "✗"),
    "published-contradicts": ("#e08a4f", "✗"),
    "not-recovered": ("#f6d3b8", "✗"),
    "inconclusive": ("#ffffff", "?"),
    "untestable": ("#dcdcdc", "–"),
}


@style.context()
def items(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the items of a standard as tiles, one row a dimension.

    An item of several conditions has as many bands in its tile, so that a single failure stays visible; of more than
    three, a band for each verdict that occurs, with how many conditions have it.

    Parameters
    ----------
    frame : DataFrame with columns ``dimension``, ``number``, ``verdict``
        One row a condition, as in `assessment.Assessment.items`; one county and year.
    ax : Axes
        Where to draw; a wide one.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the dimensions to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "dimension", "number", "verdict")
    for column in [column for column in ("county", "year") if column in frame.columns]:
        frames.only(frame, column)
    dimensions = frames.in_order(frame, "dimension")
    for row, dimension in enumerate(dimensions):
        part = frame[frame["dimension"] == dimension]
        for number, conditions in part.groupby("number", sort=True):
            _item(int(str(number)), row, list(conditions["verdict"]), ax)
    style.rows(ax, [_dimension_name(dimension, lang, names) for dimension in dimensions], 14)
    ax.grid(visible=False)
    numbers = sorted(int(number) for number in frame["number"].unique())
    ax.set_xlim(0.4, max(numbers) + 0.6)
    ax.set_xticks(numbers)
    ax.set_xlabel(wording.word("term.item_number", lang))
    style.legend(ax, ncols=3, handles=_verdict_handles(lang))
    return ax


def _dimension_name(dimension: str, lang: str, names: Names) -> str:
    """Name a dimension by its own word first, for an item may have the same id."""
    key = f"dimension.{dimension}"
    return wording.word(key, lang) if wording.known(key) else labels.label(dimension, lang, names)


def _item(number: int, row: int, verdicts: list[str], ax: Axes) -> None:
    """Draw one tile: a band a condition, or where those would be too narrow for a symbol, a band a verdict."""
    bands = [(verdict, style.VERDICT_SYMBOLS[verdict]) for verdict in verdicts]
    if len(verdicts) > 3:
        counts = {verdict: verdicts.count(verdict) for verdict in style.VERDICT_SYMBOLS}
        bands = [(verdict, f"{style.VERDICT_SYMBOLS[verdict]} {count}") for verdict, count in counts.items() if count]
    height = 0.88 / len(bands)
    for position, (verdict, said) in enumerate(bands):
        top, colour = row - 0.44 + position * height, style.VERDICT_COLOURS[verdict]
        ax.add_patch(
            Rectangle((number - 0.46, top), 0.92, height, facecolor=colour, edgecolor=style.GREY, linewidth=0.6)
        )
        ink = "white" if verdict == "not_met" else style.INK
        ax.text(number, top + height / 2, said, ha="center", va="center", color=ink)


def _verdict_handles(lang: str) -> list[Patch]:
    """Make the legend of verdicts, with their symbols."""
    return [
        Patch(
            facecolor=colour,
            edgecolor=style.GREY,
            label=f"{style.VERDICT_SYMBOLS[verdict]} {wording.word(f'verdict.{verdict}', lang)}",
        )
        for verdict, colour in style.VERDICT_COLOURS.items()
    ]


@style.context()
def verdict_counts(frame: pd.DataFrame, ax: Axes, *, unit: str = "", lang: str = "en", names: Names = None) -> Axes:
    """
    Draw how many are met, not met and undetermined, one bar a group.

    A number that its part of the bar is too narrow for stands behind the bar, with its symbol.

    Parameters
    ----------
    frame : DataFrame with columns ``group``, ``verdict``, ``count``
        One row a group and verdict.
    ax : Axes
        Where to draw.
    unit : str
        What is counted, in the language asked for; sections unless another is named.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "group", "verdict", "count")
    frames.refuse_repeats(frame, "group", "verdict")
    groups = frames.in_order(frame, "group")
    counts = frame.pivot(index="group", columns="verdict", values="count").astype(float).fillna(0)
    counts = counts.reindex(index=groups, columns=list(style.VERDICT_COLOURS), fill_value=0)
    whole, start = counts.sum(axis=1).to_numpy(), np.zeros(len(groups))
    behind = [""] * len(groups)
    for verdict, colour in style.VERDICT_COLOURS.items():
        part = counts[verdict].to_numpy()
        ax.barh(range(len(groups)), part, 0.62, left=start, color=colour, edgecolor=style.GREY, linewidth=0.6)
        for row, (left, count) in enumerate(zip(start, part, strict=True)):
            if count >= NARROWEST * whole.max():
                ink = "white" if verdict == "not_met" else style.INK
                ax.text(left + count / 2, row, rounding.text(count, "g"), ha="center", va="center", color=ink)
            elif count:
                behind[row] += f"  {style.VERDICT_SYMBOLS[verdict]} {rounding.text(count, 'g')}"
        start = start + part
    for row, said in enumerate(behind):
        if said:
            ax.text(whole[row], row, said, ha="left", va="center")
    style.rows(ax, [labels.label(group, lang, names) for group in groups])
    ax.set_xlim(0, whole.max() * (1.16 if any(behind) else 1.02))
    ax.set_xlabel(unit or wording.word("term.sections", lang))
    style.legend(ax, ncols=3, handles=_verdict_handles(lang))
    return ax


@style.context()
def comparison(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the coefficients of several cases beside each other; a framed number stands above its limit.

    Parameters
    ----------
    frame : DataFrame with columns ``case``, ``indicator``, ``cv``, ``limit``
        One level; one row a case and indicator.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of cases and indicators to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "case", "indicator", "cv", "limit")
    frames.refuse_repeats(frame, "case", "indicator")
    cases, indicators = frames.in_order(frame, "case"), frames.in_order(frame, "indicator")
    table = frame.pivot(index="indicator", columns="case", values="cv").astype(float).loc[indicators, cases]
    scale: dict[str, Any] = {"cmap": style.HEAT, "vmin": 0, "vmax": frame[["cv", "limit"]].max(axis=None)}
    bare: dict[str, Any] = {"cbar": False, "xticklabels": False, "yticklabels": False, "linewidths": 2}
    words = table.map(lambda cv: rounding.text(cv, ".3f"))
    sns.heatmap(style.shades(table), annot=words, fmt="", ax=ax, **scale, **bare)
    for row in frame.itertuples(index=False):
        place = cases.index(str(row.case)), indicators.index(str(row.indicator))
        _frame(place, float(str(row.cv)), float(str(row.limit)), ax)
    style.rows(ax, [labels.label(indicator, lang, names) for indicator in indicators], middle=0.5)
    ax.grid(visible=False)
    ax.set_xticks(np.arange(len(cases)) + 0.5, [labels.wrap(labels.label(case, lang, names), 10) for case in cases])
    limits = ", ".join(rounding.text(limit, ".2f") for limit in sorted(frames.distinct(frame["limit"])))
    key = wording.with_unit(wording.word("term.comparison_key", lang), limits, lang)
    ax.set_xlabel(f"{wording.word('term.place', lang)}\n{key}")
    return ax


def _frame(place: tuple[int, int], cv: float, limit: float, ax: Axes) -> None:
    """Frame a coefficient above its limit; hatch the cell of one that is not defined."""
    look: dict[str, Any] = {"edgecolor": style.RED, "linewidth": 7.0}
    if not np.isfinite(cv):
        look = {"edgecolor": style.GREY, "linewidth": 1.2, "hatch": "///"}
    elif not cv > rounding.reachable(limit, ">"):  # a limit that is missing frames nothing
        return
    cell = ax.add_patch(Rectangle(place, 1, 1, facecolor="none", **look))
    cell.set_clip_path(cell)  # the half of its line that would lie on the neighbours is cut off


@style.context()
def ledger(claims: pd.DataFrame, ax: Axes, *, lang: str = "en", across: int = 6) -> Axes:
    """
    Draw the outcome of every claim as a tile.

    Parameters
    ----------
    claims : DataFrame with columns ``id``, ``outcome``
        One row a claim, as from `evidence.claims.ledger`.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    across : int
        Tiles a row.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(claims, "id", "outcome")
    frames.refuse_repeats(claims, "id")
    for place, claim in enumerate(claims.itertuples(index=False)):
        x, y = place % across, place // across
        colour, symbol = OUTCOMES[str(claim.outcome)]
        ax.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, facecolor=colour, edgecolor=style.GREY, linewidth=0.7))
        ink = "white" if claim.outcome in ("supported", "contradicted") else style.INK
        ax.text(x, y, f"{claim.id}\n{symbol}", ha="center", va="center", color=ink)
    ax.set(xlim=(-0.55, across - 0.45), ylim=((len(claims) - 1) // across + 0.55, -0.55))
    ax.set_axis_off()
    style.legend(ax, ncols=2, handles=_outcome_handles(set(claims["outcome"]), lang), handlelength=1.1)
    return ax


def _outcome_handles(present: set[str], lang: str) -> list[Patch]:
    """Make the legend of the outcomes there are."""
    return [
        Patch(facecolor=colour, edgecolor=style.GREY, label=f"{symbol} {wording.word(f'outcome.{outcome}', lang)}")
        for outcome, (colour, symbol) in OUTCOMES.items()
        if outcome in present
    ]
