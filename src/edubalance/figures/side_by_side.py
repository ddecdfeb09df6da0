"""Several cases beside each other: their ledgers, two scenarios of each, and what real counties have published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style
from edubalance.figures.overview import OUTCOMES

Names = Mapping[str, str] | None
STATISTICS = {"cv": ("o", 5.5), "composite": ("D", 7), "smallest": (">", 6.5), "largest": ("<", 6.5)}


@style.context()
def outcomes(claims: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the outcome of every claim, one row a case or a case's scenario.

    Parameters
    ----------
    claims : DataFrame with columns ``row``, ``id``, ``outcome``
        One row a claim; those of a row of the chart stand in their order.
    ax : Axes
        Where to draw; a wide one.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the rows to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(claims, "row", "id", "outcome")
    frames.refuse_repeats(claims, "row", "id")
    found = frames.in_order(claims, "row")
    places = claims.groupby("row", sort=False).cumcount()
    for x, row, name, outcome in zip(places, claims["row"], claims["id"], claims["outcome"], strict=True):
        y, (colour, symbol) = found.index(str(row)), OUTCOMES[str(outcome)]
        tile: dict[str, Any] = {"facecolor": colour, "edgecolor": style.GREY, "linewidth": 0.7}
        ax.add_patch(Rectangle((x - 0.46, y - 0.43), 0.92, 0.86, **tile))
        ink = "white" if outcome in ("supported", "contradicted") else style.INK
        ax.text(x, y, f"{name} {symbol}", ha="center", va="center", color=ink)
    style.rows(ax, [labels.label(row, lang, names) for row in found], 44)
    ax.grid(visible=False)
    ax.set_xlim(-0.55, places.max() + 0.55)
    ax.set_xticks([])
    ax.set_xlabel(wording.word("term.claims_in_order", lang))
    present = [outcome for outcome in OUTCOMES if (claims["outcome"] == outcome).any()]
    handles = [
        Patch(
            facecolor=OUTCOMES[outcome][0],
            edgecolor=style.GREY,
            label=f"{OUTCOMES[outcome][1]} {wording.word(f'outcome.{outcome}', lang)}",
        )
        for outcome in present
    ]
    style.legend(ax, ncols=3, handles=handles, handlelength=1.1)
    return ax


@style.context()
def dimensions(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw the dimensions of the standard side by side, one row a case: a tile with its verdict and its items.

    Parameters
    ----------
    frame : DataFrame with columns ``row``, ``dimension``, ``met``, ``not_met``, ``undetermined``, ``verdict``
        One row a row of the chart and dimension, as from `evidence.side_by_side.dimensions`.
    ax : Axes
        Where to draw; a wide one.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the rows and dimensions to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "row", "dimension", *style.VERDICT_SYMBOLS, "verdict")
    frames.refuse_repeats(frame, "row", "dimension")
    found, columns = frames.in_order(frame, "row"), frames.in_order(frame, "dimension")
    for row in frame.itertuples(index=False):
        x, y, verdict = columns.index(str(row.dimension)), found.index(str(row.row)), str(row.verdict)
        tile: dict[str, Any] = {"facecolor": style.VERDICT_COLOURS[verdict], "edgecolor": style.GREY, "linewidth": 0.7}
        ax.add_patch(Rectangle((x - 0.47, y - 0.42), 0.94, 0.84, **tile))
        counts = [(symbol, getattr(row, name)) for name, symbol in style.VERDICT_SYMBOLS.items()]
        items = "  ".join(f"{symbol} {rounding.text(count, '.0f')}" for symbol, count in counts if count)
        ax.text(x, y, items, ha="center", va="center", color="white" if verdict == "not_met" else style.INK)
    style.rows(ax, [labels.label(row, lang, names) for row in found], 24)
    ax.grid(visible=False)
    ax.set_xlim(-0.55, len(columns) - 0.45)
    ax.set_xticks(range(len(columns)), [labels.wrap(labels.label(name, lang, names), 16) for name in columns])
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel(wording.word("term.items_by_dimension", lang))
    style.legend(ax, ncols=3, handles=_tile_handles(lang))
    return ax


def _tile_handles(lang: str) -> list[Patch]:
    """Explain the colours and symbols of verdicts."""
    said = {name: f"{symbol} {wording.word(f'verdict.{name}', lang)}" for name, symbol in style.VERDICT_SYMBOLS.items()}
    return [
        Patch(facecolor=style.VERDICT_COLOURS[name], edgecolor=style.GREY, label=words) for name, words in said.items()
    ]


@style.context()
def pairs(
    frame: pd.DataFrame, ax: Axes, *, quantity: str, unit: str = "", lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw a quantity in two or more scenarios, years or groups, one row a case or indicator, joined by a line.

    Parameters
    ----------
    frame : DataFrame with columns ``row``, ``group``, ``value``
        One row a row of the chart and group; ``limit`` if there is one, drawn in its row.
    ax : Axes
        Where to draw.
    quantity, unit : str
        Name and unit of the value in the language asked for.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of rows and groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "row", "group", "value")
    frames.refuse_repeats(frame, "row", "group")
    found, groups = frames.in_order(frame, "row"), frames.in_order(frame, "group")
    table = frame.pivot(index="row", columns="group", values="value").reindex(found)
    ax.hlines(range(len(found)), table.min(axis=1), table.max(axis=1), color=style.PALE, linewidth=1.6, zorder=1)
    for position, group in enumerate(groups):
        look: dict[str, Any] = {"color": style.colour(group, position), "marker": style.marker(group, position)}
        name = labels.label(group, lang, names)
        ax.plot(table[group], range(len(found)), linestyle="", markersize=7, label=name, **look)
    if "limit" in frame.columns:
        _limits(frame, found, ax)
    held = {row: frame.loc[frame["row"] == row, "value"] for row in found}
    style.rows(ax, [labels.counted(labels.label(row, lang, names), held[row], lang) for row in found], 24)
    ax.set_xlim(left=min(0.0, float(np.nanmin(table.to_numpy(dtype=float)))))
    ax.set_xlabel(labels.wrap(wording.with_unit(quantity, unit, lang), 34))
    style.legend(ax, ncols=4, handles=[*ax.get_legend_handles_labels()[0], *_limit_handle(frame, lang)])
    return ax


@style.context()
def published(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw published coefficients, one row a county and level, with the limit that they are held to.

    Parameters
    ----------
    frame : DataFrame with columns ``unit``, ``level``, ``statistic``, ``value``, ``limit``
        One row a printed number, as from `intake.published.coefficients`. Of a source that prints only the smallest
        and the largest, a line between both is drawn; what lies between is not known.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the counties to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "unit", "level", "statistic", "value", "limit")
    held = frame.assign(row=frame["unit"].astype(str) + "\n" + frame["level"].astype(str))
    found = frames.in_order(held, "row")
    for row, part in held.groupby("row", sort=False):
        _numbers(part, found.index(str(row)), ax)
    _limits(held, found, ax)
    style.rows(ax, [_county(row, lang, names) for row in found], 40)
    ax.set_xlim(left=0)
    ax.set_xlabel(wording.word("term.coefficient", lang))
    handles = _statistic_handles(frame, lang) + _limit_handle(frame, lang)
    style.legend(ax, ncols=4, handles=handles)
    return ax


def _numbers(part: pd.DataFrame, row: int, ax: Axes) -> None:
    """Draw the numbers of one county and level; a composite lies on top, a range is a line."""
    ends = part.loc[part["statistic"].isin(["smallest", "largest"]), "value"]
    if len(ends):
        ax.hlines(row, ends.min(), ends.max(), color=style.BLUE, linewidth=1.6)
    for statistic, (marker, size) in STATISTICS.items():
        values = part.loc[part["statistic"] == statistic, "value"]
        look = _look(statistic)
        ax.plot(values, np.full(len(values), row), linestyle="", marker=marker, markersize=size, **look)


def _look(statistic: str) -> dict[str, Any]:
    """Return the colours of one kind of number."""
    if statistic == "composite":
        return {"color": style.INK, "markerfacecolor": "white", "markeredgewidth": 1.4, "zorder": 4}
    return {"color": style.BLUE, "alpha": 0.8, "zorder": 3}


def _limits(frame: pd.DataFrame, found: list[str], ax: Axes) -> None:
    """Draw the limit of each row as a short upright line in it."""
    known = frame.dropna(subset=["limit"])
    known = known.assign(limit=rounding.tied(known["limit"])).drop_duplicates(["row", "limit"])
    rows = np.array([found.index(str(row)) for row in known["row"]], dtype=float)
    ax.vlines(known["limit"], rows - 0.4, rows + 0.4, color=style.RED, linewidth=2, zorder=2)


def _limit_handle(frame: pd.DataFrame, lang: str) -> list[Line2D]:
    """Explain the upright lines, if there are any."""
    there = "limit" in frame.columns and frame["limit"].notna().any()
    look: dict[str, Any] = {"linestyle": "", "marker": "|", "color": style.RED, "markersize": 11, "markeredgewidth": 2}
    return [Line2D([], [], label=wording.word("term.limit", lang), **look)] if there else []


def _statistic_handles(frame: pd.DataFrame, lang: str) -> list[Line2D]:
    """Explain the marks there are."""
    return [
        Line2D(
            [],
            [],
            linestyle="",
            marker=marker,
            markersize=size,
            label=wording.word(f"term.{'coefficient' if statistic == 'cv' else statistic}", lang),
            **_look(statistic),
        )
        for statistic, (marker, size) in STATISTICS.items()
        if (frame["statistic"] == statistic).any()
    ]


def _county(row: str, lang: str, names: Names) -> str:
    """Name a county and level."""
    unit, level = row.split("\n")
    return f"{labels.label(unit, lang, names)} · {labels.label(level, lang, names)}"
