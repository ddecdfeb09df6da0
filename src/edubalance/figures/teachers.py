"""Teachers: how old they are, how long they stay, what is asked of them, and what the staff is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from edubalance import rounding, wording
from edubalance.figures import frames, labels, style
from edubalance.figures.parts import composition

Names = Mapping[str, str] | None
# Room between two groups of a pyramid, as a share of the longest bar.
GAP = 0.28
TICKS = 2


@style.context()
def age_pyramid(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw how the ages of teachers spread, one pyramid a group, side by side: the young below, the old on top.

    Parameters
    ----------
    frame : DataFrame with columns ``group``, ``age_from``, ``age_to``, ``share``, ``missing``
        One row a group and band of ages, as from `evidence.staff.age_pyramid`; shares in percent of the group. The
        group's name says of how many the age is missing.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "group", "age_from", "age_to", "share", "missing")
    frames.refuse_repeats(frame, "group", "age_from")
    groups = frames.in_order(frame, "group", style.AREAS)
    bands = frame.drop_duplicates("age_from").sort_values("age_from")
    longest = float(frame["share"].max())
    step, ticks = longest * (1 + GAP), _round_ticks(longest)
    for position, group in enumerate(groups):
        here = frame[frame["group"] == group].sort_values("age_from")
        rows = np.searchsorted(bands["age_from"], here["age_from"])
        look: dict[str, Any] = {"color": style.colour(group, position), "hatch": style.HATCHES[position % 4]}
        ax.barh(rows, here["share"], 0.84, left=position * step, edgecolor="white", **look)
        ax.axvline(position * step, color=style.GREY, linewidth=0.8)
        told = labels.counted(labels.label(group, lang, names), _missing(here), lang)
        ax.text(position * step, len(bands) - 0.35, told, ha="left", va="bottom")
    ax.set_yticks(
        range(len(bands)),
        [
            f"{rounding.text(low, 'g')}–{rounding.text(high, 'g')}"
            for low, high in bands[["age_from", "age_to"]].to_numpy()
        ],
    )
    ax.set_ylim(-0.6, len(bands) + 0.35)
    ax.set_xlim(0, len(groups) * step)
    places = [(position * step + tick, tick) for position in range(len(groups)) for tick in ticks]
    ax.set_xticks([place for place, _ in places], [rounding.text(tick, "g") for _, tick in places])
    ax.set_xlabel(wording.word("term.teacher_share", lang))
    ax.set_ylabel(wording.word("term.age", lang))
    ax.spines["left"].set_visible(False)
    return ax


def _missing(here: pd.DataFrame) -> pd.Series:
    """Return a column with as many missing values as the group has."""
    return pd.Series([np.nan] * int(here["missing"].max()), dtype=float)


def _round_ticks(longest: float) -> list[float]:
    """Return a few round numbers from 0 up to the longest bar."""
    power = 10.0 ** np.floor(np.log10(max(longest, 1e-9)))
    step = max(size * power for size in (0.5, 1, 2, 5) if size * power * TICKS <= longest or size == 0.5)
    return [step * number for number in range(TICKS + 1) if step * number <= longest]


@style.context()
def staying(
    frame: pd.DataFrame, ax: Axes, *, at_risk: pd.DataFrame | None = None, lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw how many teachers are still at their school after so many years, with bounds, one line a group.

    Parameters
    ----------
    frame : DataFrame with columns ``group``, ``years``, ``share``, ``low``, ``high``
        Steps of each curve, as from `evidence.staff.staying`; shares in percent.
    ax : Axes
        Where to draw.
    at_risk : DataFrame with columns ``group``, ``years``, ``at_risk``, optional
        How many teachers were seen in each year of service, as from `evidence.staff.serving`; printed below the
        years, one line a group in the order of the legend. Few say that the curve is uncertain there.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "group", "years", "share", "low", "high")
    frames.refuse_repeats(frame, "group", "years")
    groups = frames.in_order(frame, "group", style.AREAS)
    for position, group in enumerate(groups):
        curve, colour = frame[frame["group"] == group], style.colour(group, position)
        look: dict[str, Any] = {"color": colour, "linestyle": style.DASHES[position % 4]}
        ax.step(curve["years"], curve["share"], where="post", **look)
        ax.fill_between(curve["years"], curve["low"], curve["high"], step="post", color=colour, alpha=0.16, linewidth=0)
        ax.plot(curve["years"].iloc[-1], curve["share"].iloc[-1], marker=style.marker(group, position), color=colour)
    ax.set_ylim(0, 103)
    ax.set_xlim(left=0)
    ax.grid(axis="y")
    told = wording.word("term.years_at_school", lang)
    if at_risk is not None:
        _numbers(at_risk, groups, ax)
        told = f"{told}\n{labels.wrap(wording.word('term.at_risk', lang), 50)}"
    ax.set_xlabel(told)
    ax.set_ylabel(wording.word("term.still_there", lang))
    style.legend(ax, ncols=4, handles=style.handles(groups, lang, names, dashed=True))
    return ax


def _numbers(at_risk: pd.DataFrame, groups: Sequence[str], ax: Axes) -> None:
    """Print below each year how many teachers of each group were seen then."""
    table = at_risk.pivot(index="years", columns="group", values="at_risk").reindex(columns=list(groups))
    ticks = [
        "\n".join([rounding.text(year, "g"), *(rounding.text(many, "g") for many in row)])
        for year, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    ax.set_xticks(table.index.to_list(), ticks)


@style.context()
def requirements(frame: pd.DataFrame, ax: Axes, *, unit: str = "%", lang: str = "en", names: Names = None) -> Axes:
    """
    Draw what the teachers add up to against what the standard asks of them, one row a requirement.

    Parameters
    ----------
    frame : DataFrame with columns ``condition``, ``value``, ``low``, ``high``, ``threshold``, ``missing``
        As from `evidence.teachers.requirements`, all in one unit. The line from ``low`` to ``high`` says what those of
        whom it is not known could change; the row's name counts them.
    ax : Axes
        Where to draw.
    unit : str
        Unit of the values in the language asked for.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the conditions to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "condition", "value", "low", "high", "threshold", "missing")
    frames.refuse_repeats(frame, "condition")
    rows = np.arange(len(frame))
    ax.barh(rows, frame["value"].astype(float), 0.5, color=style.STATE_COLOURS["met"], edgecolor=style.BLUE)
    ax.hlines(rows, frame["low"], frame["high"], color=style.INK, linewidth=1.6, zorder=3)
    ax.vlines(frame["threshold"], rows - 0.38, rows + 0.38, color=style.INK, linewidth=2.2, zorder=4)
    conditions = frames.in_order(frame, "condition")
    missing = {name: _missing(frame[frame["condition"] == name]) for name in conditions}
    style.rows(ax, [labels.counted(labels.label(name, lang, names), missing[name], lang) for name in conditions])
    ax.set_xlim(0, 1.04 * float(np.nanmax(frame[["value", "high", "threshold"]].to_numpy(dtype=float))))
    ax.set_xlabel(wording.with_unit(wording.word("term.value", lang), unit, lang))
    line = Line2D([], [], color=style.INK, linewidth=2.2, label=wording.word("term.threshold", lang))
    style.legend(ax, handles=[line])
    return ax


@style.context()
def structure(
    frame: pd.DataFrame, ax: Axes, *, attribute: str, by: str = "level", lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw what the staff of each group is made of, one bar a group: by subject, degree, title or age.

    Parameters
    ----------
    frame : DataFrame with columns `by`, ``attribute``, ``code``, ``share``
        As from `evidence.teachers.structure`; shares in percent.
    ax : Axes
        Where to draw.
    attribute : str
        Which rows are drawn: ``subject``, ``qualification``, ``title`` or ``age_band``.
    by : str
        Column of the groups.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of groups and codes to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, by, "attribute", "code", "share")
    wording.check_language(lang)
    here = frame[frame["attribute"] == attribute].rename(columns={by: "group", "code": "part", "share": "value"})
    group = {"title": "professional_title"}.get(attribute, attribute)
    codes = [str(code) for code in here["part"].unique()]
    words = {code: wording.word(f"{group}.{code}", lang) for code in codes if wording.known(f"{group}.{code}")}
    # A code such as ``junior`` may be a level and a title at once: each is named where it belongs.
    own = {code: f"{attribute}.{code}" for code in codes}
    told = {label: names[code] if names and code in names else words.get(code, code) for code, label in own.items()}
    return composition(
        here.assign(part=here["part"].map(own)),
        ax,
        quantity=wording.word("term.teacher_share", lang),
        lang=lang,
        names={**(names or {}), **told},
    )
