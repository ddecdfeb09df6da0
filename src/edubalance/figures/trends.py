"""Change over the years, and how values spread within groups."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style
from edubalance.figures.gaps import standard_lines

Names = Mapping[str, str] | None
LINES: dict[str, Any] = {"threshold": "-", "limit": "--"}


@style.context()
def trend(
    frame: pd.DataFrame, ax: Axes, *, quantity: str, unit: str = "", lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw a value year by year, one line a group.

    Parameters
    ----------
    frame : DataFrame with columns ``year``, ``group``, ``value``
        One row a year and group. Drawn if there: ``threshold`` or ``limit``, which may change with the year, and
        the interval ``low`` to ``high``. A missing value breaks its line.
    ax : Axes
        Where to draw.
    quantity, unit : str
        Name and unit of the value in the language asked for.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "year", "group", "value")
    frames.refuse_repeats(frame, "year", "group")
    years, groups = sorted(int(year) for year in frame["year"].unique()), frames.in_order(frame, "group")
    look = {**style.hues("group", groups), **style.shapes("group", groups), "dashes": style.patterns(groups)}
    exact: dict[str, Any] = {"units": "piece", "estimator": None, "errorbar": None, "clip_on": False}
    sns.lineplot(_pieces(frame), x="year", y="value", markersize=6.5, markeredgewidth=0, ax=ax, **look, **exact)
    if {"low", "high"} <= set(frame.columns):
        for position, group in enumerate(groups):
            part = frame[frame["group"] == group].set_index("year").reindex(years)
            colour = style.colour(group, position)
            ax.fill_between(years, part["low"], part["high"], color=colour, alpha=0.18, linewidth=0)
    _yearly_lines(frame, ax, lang)
    ax.set_xticks(years[:: math.ceil(len(years) / 8)])
    ax.set_xlabel(wording.word("term.year", lang))
    ax.set_ylabel(labels.wrap(wording.with_unit(quantity, unit, lang), 30))
    lines = style.handles(groups, lang, names, dashed=True)
    for line in lines:  # names of indicators can be longer than the figure is wide
        line.set_label(labels.wrap(str(line.get_label()), 46))
    style.legend(ax, ncols=4, handles=lines + ax.get_legend_handles_labels()[0])
    return ax


def _pieces(frame: pd.DataFrame) -> pd.DataFrame:
    """Number the pieces that missing years break a group's line into: seaborn alone would draw across them."""
    table = frame.pivot(index="year", columns="group", values="value").astype(float)
    pieces = table.isna().cumsum().melt(ignore_index=False)["value"].to_numpy()
    return table.melt(ignore_index=False).reset_index().assign(piece=pieces)


def _yearly_lines(frame: pd.DataFrame, ax: Axes, lang: str) -> None:
    """Draw the standard or limit of each year, a line for each value that differs between groups."""
    for column in [column for column in LINES if column in frame.columns]:
        name = wording.word(f"term.{column}", lang)
        known = frame.dropna(subset=[column])
        known = known.assign(**{column: rounding.tied(known[column])})
        per_group = {tuple(part[["year", column]].itertuples(index=False)) for _, part in known.groupby("group")}
        for number, points in enumerate(sorted(per_group)):
            x, y = zip(*sorted(points), strict=True)
            look: dict[str, Any] = {"linestyle": LINES[column], "label": name if number == 0 else "_"}
            ax.plot(x, y, color=style.INK, linewidth=1.2, drawstyle="steps-mid", **look)


@style.context()
def distribution_by_group(
    frame: pd.DataFrame,
    ax: Axes,
    *,
    by: str = "area",
    unit: str = "",
    lang: str = "en",
    names: Names = None,
) -> Axes:
    """
    Draw how the values of one indicator spread in each group: a box with every section on it.

    The box holds the middle half of the sections, its line the median; whiskers reach the smallest and the largest.

    Parameters
    ----------
    frame : DataFrame with columns `by`, ``indicator``, ``value``
        One indicator; one row a section. ``threshold`` and ``floor`` are drawn if there. Sections in no group stand
        in a group of their own, and missing values are counted below the group. Groups stand in the order of their
        codes, or of their categories if the column has some.
    ax : Axes
        Where to draw.
    by : str
        Column of the groups: ``area``, ``education_group``, ``township`` or any other.
    unit : str
        Unit of the indicator in the language asked for.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of indicators and groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, by, "indicator", "value")
    indicator = frames.only(frame, "indicator")
    data = pd.DataFrame({"group": labels.groups(frame[by], lang), "value": frame["value"].astype(float)})
    told = list(frame[by].cat.categories) if isinstance(frame[by].dtype, pd.CategoricalDtype) else style.AREAS
    groups = frames.in_order(data.sort_values("group"), "group", told)
    for position, group in enumerate(groups):
        values = data.loc[data["group"] == group, "value"].dropna()
        _box(values, position, style.colour(group, position), ax)
        _points(values, group, position, ax)
    standard_lines(frame, ax, lang)
    ax.set_xticks(range(len(groups)), [_group_name(data, group, lang, names) for group in groups])
    ax.set_xlabel(wording.word(f"term.{by}", lang) if wording.known(f"term.{by}") else by)
    ax.set_ylabel(labels.wrap(wording.with_unit(labels.label(indicator, lang, names), unit, lang), 30))
    style.legend(ax, ncols=3)
    return ax


def _box(values: pd.Series, position: int, colour: str, ax: Axes) -> None:
    """Draw the box of one group."""
    parts: dict[str, Any] = {f"{part}props": {"color": colour} for part in ("box", "whisker", "cap")}
    parts["medianprops"] = {"color": style.INK, "linewidth": 1.8}
    parts |= {"whis": (0, 100), "showfliers": False}  # codespell:ignore whis
    ax.boxplot(values, positions=[position], widths=0.55, manage_ticks=False, **parts)


def _points(values: pd.Series, group: str, position: int, ax: Axes) -> None:
    """Set every value beside its neighbours; the same values always fall on the same places."""
    ordered = np.sort(values.to_numpy())
    places = position + 0.36 * ((np.arange(len(ordered)) * 0.618034) % 1 - 0.5)
    look: dict[str, Any] = {"color": style.colour(group, position), "marker": style.marker(group, position)}
    alpha = min(0.6, max(0.1, 60 / max(len(ordered), 1)))  # many points are pale, so that the box stays visible
    ax.scatter(places, ordered, s=16, alpha=alpha, linewidths=0, zorder=1, **look)


def _group_name(data: pd.DataFrame, group: str, lang: str, names: Names) -> str:
    """Name a group, how many values it has and how many are missing."""
    values = data.loc[data["group"] == group, "value"]
    missing = f"\n{values.isna().sum()} {wording.word('term.missing', lang)}" if values.isna().any() else ""
    return f"{labels.wrap(labels.label(group, lang, names), 14)}\nn = {values.notna().sum()}{missing}"
